# SPDX-License-Identifier: Apache-2.0
"""Real charms.reactive and libreactive take turns on one state file, and neither can tell.

Each program's hooks are repeated to at least four and run four times, each time on a file of its own: by Python alone, by
libreactive alone, and in turns with either of them first. After each hook all four must agree: same outcome, same
handlers invoked, same flags, and the same rows that outlive a hook.
"""

import json
import os
import sqlite3
import stat
import subprocess

import pytest

import reactive_peer

# REACTIVE_TEST_ALL=1 takes more, and minutes. There are 43 programs more, each of which isolates one rule.
MIN_HOOKS, N_RECORDED = (6, 24) if "REACTIVE_TEST_ALL" in os.environ else (4, 8)

# What Python leaves in the file for the rest of the hook's process alone; libreactive neither reads nor writes it.
LEFT_OVER_KEYS = ("reactive.dispatch.phase", "reactive.dispatch.removed_state", "reactive.state_watch")
LEFT_OVER_PREFIXES = ("reactive.flag_set_triggers.", "reactive.flag_clear_triggers.")

# What other code of a charm keeps in the same file: values of every kind, and keys that resemble flags.
FOREIGN_ROWS = {
    "unit-paused": "true",
    "hardening:/etc/ssh/sshd_config": '"d41d8cd98f00b204e9800998ecf8427e"',
    "deferred-hooks": '[{"hook": "config-changed", "n": 1.50, "caf\\u00e9": null}]',
    "REACTIVE.States.loud": "null",
    "reactive_states_x": "NaN",
    "reactive.data_changed.peers": '"9b4afa53cd06fcc5572b85b1da66b1bb"',
    "reactive.conversations.db:0.global": '{"namespace": "db:0", "units": ["mysql/0"], "scope": "global"}',
    "\u00fcber \u2603": '{"b": 1, "a": [1e400, -0.0]}',
}


def load_programs():
    """Every program that isolates a rule, and of the random ones those that use the most kinds of things. Those that end in
    endless recursion take Python seconds, so one of them is enough."""
    vectors = os.path.join(os.environ["REACTIVE_TEST_DATA"], "vectors")
    programs = []
    for name in ("flag_programs.json", "flag_programs_restricted.json"):
        with open(os.path.join(vectors, name), encoding="utf-8") as source:
            programs += json.load(source)

    rules = [program for program in programs if not program["name"].startswith("v-")]
    recorded = [program for program in programs if program["name"].startswith("v-") and not has_recursion(program)]
    recorded.sort(key=count_kinds, reverse=True)
    return rules + recorded[:N_RECORDED]


def has_recursion(program):
    """Whether a hook of the program fails though none of the handlers that it invoked does."""
    failing = {handler["id"] for handler in program["handlers"] if ["fail"] in handler["actions"]}
    return any(hook["expect"]["outcome"] == "error" and hook["expect"]["invocations"][-1][2] not in failing
               for hook in program["hooks"])


def count_kinds(program):
    kinds = {next(iter(condition)) for handler in program["handlers"] for condition in handler["conditions"]}
    actions = {action[0] for handler in program["handlers"] for action in handler["actions"]}
    failures = sum(hook["expect"]["outcome"] == "error" for hook in program["hooks"])
    return len(kinds) + len(actions) + 2 * bool(program["triggers"]) + 2 * ("once" in kinds) + min(failures, 2)


PROGRAMS = load_programs()


def repeat_hooks(program):
    hooks = [hook["hook"] for hook in program["hooks"]]
    while len(hooks) < MIN_HOOKS:
        hooks += hooks
    return hooks


def has_edge(program):
    return program["name"].startswith("edge-")


def read_rows(path):
    """The rows that both keep, as they stand in the file; what is left over from Python's process is not among them."""
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        rows = dict(connection.execute("select key, data from kv"))
    finally:
        connection.close()
    return {key: data for key, data in rows.items()
            if key not in LEFT_OVER_KEYS and not key.startswith(LEFT_OVER_PREFIXES)}


def list_flags(rows):
    prefix = "reactive.states."
    return sorted(key[len(prefix):] for key in rows if key.startswith(prefix))


def add_foreign_rows(path):
    connection = sqlite3.connect(path)
    with connection:
        connection.executemany("insert into kv values (?, ?)", FOREIGN_ROWS.items())
    connection.close()


def check_file(path):
    """What SQLite and Python's unitdata expect of the file, whoever made it and whoever wrote it last."""
    names = sorted(os.listdir(os.path.dirname(path)))
    connection = sqlite3.connect(path)
    assert names == [os.path.basename(path)]
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
    assert connection.execute("pragma user_version").fetchone() == (0,)
    assert connection.execute("pragma journal_mode").fetchone() == ("delete",)
    assert connection.execute("select count(*) from kv_revisions").fetchone() == (0,)
    assert connection.execute("select count(*) from hooks").fetchone() == (0,)
    tables = {name for name, in connection.execute("select name from sqlite_master where type = 'table'")}
    assert {name for name in tables if not name.startswith(("reactive_", "sqlite_"))} == {"kv", "kv_revisions", "hooks"}
    for _, data in connection.execute("select key, data from kv"):
        json.loads(data)
    connection.close()


class PythonSide:
    name = "Python"

    def __init__(self, peer, program):
        self.peer = peer
        self.source, self.ids = reactive_peer.program_to_source(program)

    def run(self, number, hook, path):
        result = self.peer.run_hook(self.source, hook, path)
        assert (result["outcome"], result["exit_code"]) in (("ok", 0), ("error", 1)), result
        return result["outcome"], result["invocations"]


class OwnSide:
    name = "libreactive"

    def __init__(self, command, program, ids, hooks, directory):
        handlers = [{**handler, "id": ids[handler["id"]]} for handler in program["handlers"]]
        document = [{**program, "handlers": handlers, "hooks": [{"hook": hook} for hook in hooks]}]
        self.command = command
        self.program = directory / "program.json"
        self.program.write_text(json.dumps(document))

    def run(self, number, hook, path):
        command = [self.command, "simulate", "--format=json", f"--hook={number}", f"--state={path}", self.program]
        run = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, check=False)
        assert (run.returncode, run.stderr) == (0, "")
        result = json.loads(run.stdout)
        assert result["hook"] == hook
        assert result["flags"] == list_flags(read_rows(path))
        return result["outcome"], result["invocations"]


class Line:
    """One state file, and who runs the hooks on it in turn."""

    def __init__(self, directory, sides):
        self.name = " and ".join(side.name for side in sides)
        self.sides = sides
        directory.mkdir()
        self.path = directory / "unit-state.db"

    def run(self, number, hook):
        side = self.sides[(number - 1) % len(self.sides)]
        outcome, invocations = side.run(number, hook, self.path)
        if number == 1:
            add_foreign_rows(self.path)
        return {"outcome": outcome, "invocations": invocations, "rows": read_rows(self.path)}


@pytest.fixture(scope="module")
def peer(python_peers, tmp_path_factory):
    worker = reactive_peer.PythonPeer(tmp_path_factory.mktemp("charm"))
    yield worker
    worker.close()


def check_recorded(program, ids, number, result):
    """Python must do here what it did when the program was recorded, or this test tests something else."""
    if number > len(program["hooks"]):
        return
    expect = program["hooks"][number - 1]["expect"]
    assert result["outcome"] == expect["outcome"]
    assert result["invocations"] == [[phase, iteration, ids[name]] for phase, iteration, name in expect["invocations"]]
    assert list_flags(result["rows"]) == expect["flags"]


def test_there_are_enough_programs():
    assert len(PROGRAMS) >= 50
    assert all(len(repeat_hooks(program)) >= MIN_HOOKS for program in PROGRAMS)
    assert sum(map(has_edge, PROGRAMS)) == 43


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program["name"])
def test_hooks_alternate(program, reactive, peer, tmp_path):
    hooks = repeat_hooks(program)
    python = PythonSide(peer, program)
    own = OwnSide(reactive, program, python.ids, hooks, tmp_path)
    sides_of_lines = [[python], [own], [python, own], [own, python]]
    lines = [Line(tmp_path / str(number), sides) for number, sides in enumerate(sides_of_lines)]

    for number, hook in enumerate(hooks, start=1):
        expected = lines[0].run(number, hook)
        check_recorded(program, python.ids, number, expected)
        for line in lines[1:]:
            assert line.run(number, hook) == expected, f"hook {number}, {hook}: {line.name} differ from Python alone"

    for line in lines:
        check_file(line.path)
        rows = read_rows(line.path)
        assert {key: rows[key] for key in FOREIGN_ROWS} == FOREIGN_ROWS


def test_a_file_of_either_is_laid_out_alike(reactive, peer, tmp_path):
    program = PROGRAMS[0]
    python = PythonSide(peer, program)
    own = OwnSide(reactive, program, python.ids, ["install"], tmp_path)
    layouts = []

    for number, side in enumerate((python, own)):
        line = Line(tmp_path / str(number), [side])
        line.run(1, "install")
        connection = sqlite3.connect(line.path)
        layouts.append([
            (table, connection.execute(f"pragma table_info ({table})").fetchall(),
             connection.execute(f"pragma index_list ({table})").fetchall())
            for table in ("kv", "kv_revisions", "hooks")
        ])
        connection.close()

    assert layouts[0] == layouts[1]
