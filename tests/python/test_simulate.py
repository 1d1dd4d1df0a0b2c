# SPDX-License-Identifier: Apache-2.0
"""`reactive simulate`: flag programs run through the real core and a real state file."""

import json
import sqlite3
import subprocess

import pytest

SERVICE = {
    "name": "service",
    "handlers": [
        {"id": "install", "conditions": [{"hook": ["install"]}, {"once": True}], "actions": [["set", "installed"]]},
        {"id": "start", "conditions": [{"all": ["installed"]}, {"none": ["running"]}], "actions": [["set", "running"]]},
        {"id": "late", "conditions": [{"none": ["running"]}], "actions": []},
        {"id": "restart", "conditions": [{"all": ["restart"]}], "actions": [["clear", "restart"], ["clear", "running"]]},
        {"id": "waits", "conditions": [{"all": ["restart"]}], "actions": []},
    ],
    "triggers": [{"when": "changed", "set": "restart", "clear": "changed"}],
    "hooks": [{"hook": "install"}, {"hook": "config-changed", "set": ["changed"]}],
}
CYCLE = {
    "name": "cycle",
    "handlers": [
        {"id": "flip", "conditions": [{"all": ["x"]}], "actions": [["clear", "x"], ["set", "y"]]},
        {"id": "flop", "conditions": [{"all": ["y"]}], "actions": [["clear", "y"], ["set", "x"]]},
    ],
    "hooks": [{"hook": "install", "set": ["x"]}],
}
FAILURE = {
    "name": "failure",
    "handlers": [{"id": "a", "conditions": [{"hook": ["install"]}], "actions": [["set", "x"], ["fail"]]}],
    "hooks": [{"hook": "install"}, {"hook": "start"}],
}
N_HOOK_PROCESSES = 40


@pytest.fixture(name="simulate")
def fixture_simulate(reactive, tmp_path):
    """Runs the command in an empty directory; a program among the arguments is written to a file first."""

    def run(*arguments):
        words = []
        for number, argument in enumerate(arguments):
            if not isinstance(argument, str):
                path = tmp_path / f"program-{number}.json"
                path.write_text(json.dumps(argument), encoding="utf-8")
                argument = str(path)
            words.append(argument)
        return subprocess.run([reactive, "simulate", *words], cwd=tmp_path, capture_output=True, text=True, check=False,
                              timeout=120)

    return run


def with_expectations(program, results):
    """The program that expects what it came to."""
    hooks = [
        {**hook, "expect": {key: result[key] for key in ("outcome", "invocations", "flags", "capped") if key in result}}
        for hook, result in zip(program["hooks"], results)
    ]
    return {**program, "hooks": hooks}


def results_of(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


# What is printed


def test_text(simulate):
    result = simulate(SERVICE)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout == """\
service: handlers: 5, triggers: 1, flags: 4
  hook 1: install
    hooks
      run install
        + installed
    iteration 0
      run start
        + running
      run late
    flags: installed running
  hook 2: config-changed
        + changed
        + restart
        - changed
    iteration 0
      run restart
        - restart
        - running
        dropped waits: its conditions no longer hold
    iteration 1
      run start
        + running
      run late
    flags: installed running
"""


def test_text_of_a_failed_hook(simulate):
    result = simulate(FAILURE)
    assert (result.returncode, result.stderr) == (0, "")
    assert "    failed: handler 'a' failed; nothing is kept\n    flags: (none)\n" in result.stdout


def test_text_of_a_hook_that_does_not_settle(simulate):
    result = simulate(CYCLE)
    assert result.returncode == 0
    assert "    did not settle: goes round in [flip -x +y] → [flop -y +x]\n    flags: x\n" in result.stdout
    assert len(result.stdout.splitlines()) < 60


def test_text_is_utf8_in_any_locale(simulate, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    program = {"name": "größe", "handlers": [], "hooks": [{"hook": "install", "set": ["größer"]}]}
    assert "flags: größer\n" in simulate(program).stdout


def test_json(simulate):
    first, second = results_of(simulate("--format=json", SERVICE))
    assert first == {
        "program": "service",
        "number": 1,
        "hook": "install",
        "outcome": "ok",
        "invocations": [["hooks", 0, "install"], ["other", 0, "start"], ["other", 0, "late"]],
        "flags": ["installed", "running"],
        "events": [
            ["phase", "hooks", 0], ["queue", "install"], ["run", "install"], ["set", "installed"],
            ["phase", "other", 0], ["queue", "start"], ["queue", "late"], ["run", "start"], ["set", "running"],
            ["run", "late"], ["phase", "other", 1],
        ],
    }
    assert second["invocations"] == [["other", 0, "restart"], ["other", 1, "start"], ["other", 1, "late"]]
    assert ["drop", "waits"] in second["events"]


def test_json_of_a_failed_hook(simulate):
    first, second = results_of(simulate("--format=json", FAILURE))
    assert (first["outcome"], first["error"], first["flags"]) == ("error", "handler 'a' failed", [])
    assert first["invocations"] == [["hooks", 0, "a"]]
    assert (second["outcome"], "error" in second) == ("ok", False)


def test_json_of_a_hook_that_does_not_settle(simulate):
    (only,) = results_of(simulate("--format=json", CYCLE))
    assert (only["capped"], only["cycle"]) == (True, "[flip -x +y] → [flop -y +x]")
    assert len(only["invocations"]) == 100


def test_json_cuts_events_and_keeps_invocations(simulate):
    handlers = [{"id": f"handler-{n}", "conditions": [{"none": []}]} for n in range(100)]
    (only,) = results_of(simulate("--format=json", {"name": "p", "handlers": handlers, "hooks": [{"hook": "install"}]}))
    assert len(only["invocations"]) == 100 * 100
    kind, left_out = only["events"][-1]
    assert kind == "cut" and left_out + len(only["events"]) - 1 == 2 * 100 * 100 + 101


def test_cap(simulate):
    (only,) = results_of(simulate("--format=json", "--cap", "3", CYCLE))
    assert [entry[1] for entry in only["invocations"]] == [0, 1, 2]


def test_several_files_and_programs(simulate):
    result = simulate("--format=json", [SERVICE, CYCLE], FAILURE)
    assert [(line["program"], line["number"]) for line in results_of(result)] == [
        ("service", 1), ("service", 2), ("cycle", 1), ("failure", 1), ("failure", 2),
    ]


def test_only_one_program_and_hook(simulate):
    result = simulate("--format=json", "--program", "failure", "--hook=2", [SERVICE, FAILURE])
    assert [(line["program"], line["number"]) for line in results_of(result)] == [("failure", 2)]


def test_stimuli(simulate):
    program = {"name": "p", "handlers": [{"id": "a", "conditions": [{"all": ["x"]}]}], "stimuli": ["y", "x"]}
    first, second = results_of(simulate("--format=json", program))
    assert (first["hook"], first["invocations"], first["flags"]) == ("update-status", [], ["y"])
    assert (second["invocations"], second["flags"]) == ([["other", 0, "a"]], ["x", "y"])


def test_help(simulate):
    result = simulate("--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert "FILE…" in result.stdout
    for option in ("--check", "--format", "--state", "--program", "--hook", "--cap", "--quiet", "--seed", "--trace", "--dump",
                   "--timeout"):
        assert option in result.stdout


# --check


def test_recorded_programs_pass(simulate, test_data):
    vectors = test_data / "vectors"
    result = simulate("--check", "-q", *map(str, sorted(vectors.glob("flag_programs*.json"))))
    assert (result.returncode, result.stdout, result.stderr) == (0, "303 passed, 0 failed\n", "")


def test_check_tells_differences_and_fails(simulate):
    wrong = with_expectations(CYCLE, results_of(simulate("--format=json", CYCLE)))
    wrong["hooks"][0]["expect"].update(flags=["z"], capped=False)
    result = simulate("--check", "--quiet", [wrong, {**CYCLE, "name": "nothing expected"}])
    assert (result.returncode, result.stdout) == (1, "1 passed, 1 failed\n")
    assert result.stderr == "cycle: hook 1 (install):\nflags: expected [z], got [x]\ncapped: expected false, got true\n"


@pytest.mark.parametrize("program", [SERVICE, CYCLE, FAILURE], ids=lambda program: program["name"])
def test_check_of_what_was_printed_passes(simulate, program):
    expecting = with_expectations(program, results_of(simulate("--format=json", program)))
    result = simulate("--check", "-q", expecting)
    assert (result.returncode, result.stdout, result.stderr) == (0, "1 passed, 0 failed\n", "")


def test_check_with_json_ends_with_json(simulate):
    result = simulate("--check", "--format=json", SERVICE)
    assert results_of(result)[-1] == {"passed": 1, "failed": 0}


def test_order_of_expected_flags_does_not_matter(simulate):
    expect = {"outcome": "ok", "invocations": [], "flags": ["b", "a"]}
    program = {"name": "p", "handlers": [], "hooks": [{"hook": "install", "set": ["b", "a"], "expect": expect}]}
    assert simulate("--check", "-q", program).returncode == 0


# --state


def test_state_file_is_kept(simulate, tmp_path):
    for number in ("1", "2"):
        assert simulate("--state", "unit.db", "--hook", number, SERVICE).returncode == 0
    assert (tmp_path / "unit.db").stat().st_mode & 0o777 == 0o600

    with sqlite3.connect(tmp_path / "unit.db") as database:
        rows = database.execute("select key, data from kv order by key").fetchall()
    assert rows == [
        ("reactive.invoked.install", "true"),
        ("reactive.states.installed", "null"),
        ("reactive.states.running", "null"),
    ]


def test_without_state_nothing_is_left(simulate, tmp_path, monkeypatch):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    assert simulate(SERVICE).returncode == 0
    assert not list(temporary.iterdir())
    assert [path.name for path in tmp_path.iterdir() if path.suffix != ".json"] == ["temporary"]


def programs_for_processes(test_data):
    """Every program that isolates a rule; enough of them have several hooks."""
    programs = json.loads((test_data / "vectors" / "flag_programs.json").read_text(encoding="utf-8"))
    edges = [program for program in programs if program["name"].startswith("edge-")]
    others = [program for program in programs if program not in edges and len(program["hooks"]) > 2]
    return edges + others[: max(0, N_HOOK_PROCESSES - len(edges))]


def test_a_process_for_each_hook(simulate, test_data, tmp_path):
    programs = programs_for_processes(test_data)
    assert len(programs) >= N_HOOK_PROCESSES
    assert sum(len(program["hooks"]) > 1 for program in programs) >= 15

    for program in programs:
        state = tmp_path / "unit.db"
        state.unlink(missing_ok=True)
        for number in range(1, len(program["hooks"]) + 1):
            result = simulate("--check", "-q", "--hook", str(number), "--state", str(state), program)
            assert (result.returncode, result.stdout, result.stderr) == (0, "1 passed, 0 failed\n", ""), program["name"]


# What is refused


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        ([], 2, "no scenario and no program given"),
        (["--wrong", "p.json"], 2, "Unknown option --wrong"),
        (["--format=xml", "p.json"], 2, "unknown format 'xml' (expected text or json)"),
        (["--hook=-1", "p.json"], 2, "--hook must be positive"),
        (["--cap=0", "p.json"], 2, "--cap must be positive"),
        (["--cap=many", "p.json"], 2, "Cannot parse integer value “many” for --cap"),
        (["nowhere.json"], 3, "nowhere.json"),
        (["."], 5, "not a regular file"),
        (["--program=other", SERVICE], 3, "no program is named 'other'"),
        (["--hook=3", SERVICE], 2, "program 'service' has 2 hooks, there is no number 3"),
        (["--state=no/such/directory/unit.db", SERVICE], 1, "no/such/directory/unit.db"),
    ],
)
def test_wrong_use(simulate, arguments, code, message):
    result = simulate(*arguments)
    assert result.returncode == code
    assert result.stderr.startswith("reactive simulate: ")
    assert message in result.stderr
    assert ("Try 'reactive simulate --help'." in result.stderr) == (code == 2)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[\n{,", "p.json:2:2: expected"),
        ('{"name": "p",\n "handlers": [{"id": "a", "conditions": [{"al": ["x"]}]}]}',
         "p.json:2:49: al: unknown key (did you mean 'all'?)"),
        ("[" * 100000, "p.json:1:513: nested more than 512 levels deep"),
        ("", "p.json:1:1: expected a value"),
        ('"\udcff"', "p.json:1:"),
    ],
    ids=["cut-off", "unknown-key", "deep", "empty", "not-utf8"],
)
def test_bad_program(simulate, tmp_path, text, message):
    (tmp_path / "p.json").write_bytes(text.encode("utf-8", "surrogateescape"))
    result = simulate("p.json")
    assert (result.returncode, result.stdout) == (5, "")
    assert result.stderr.startswith(f"reactive simulate: {message}")
    assert len(result.stderr.splitlines()) == 1


def test_bad_state_file(simulate, tmp_path):
    (tmp_path / "unit.db").write_bytes(b"\x00random bytes\xff" * 100)
    result = simulate("--state", "unit.db", SERVICE)
    assert result.returncode == 1
    assert "unit.db" in result.stderr
    assert (tmp_path / "unit.db").read_bytes() == b"\x00random bytes\xff" * 100


# The command as a whole


def test_help_of_the_command(reactive):
    for arguments in (["--help"], ["-h"], ["help"]):
        result = subprocess.run([reactive, *arguments], capture_output=True, text=True, check=False)
        assert (result.returncode, result.stderr) == (0, "")
        for command in ("dispatch", "flags", "simulate"):
            assert f"\n  {command} " in result.stdout


def test_version_of_the_command(reactive):
    result = subprocess.run([reactive, "--version"], capture_output=True, text=True, check=True)
    assert result.stdout.startswith("reactive 0.")


@pytest.mark.parametrize(("name", "shown"), [("simulat", "'simulat' (did you mean 'simulate'?)"), (b"\xff", "'\ufffd'")])
def test_unknown_command(reactive, name, shown):
    result = subprocess.run([reactive, name], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr == f"reactive: unknown command {shown}\nTry 'reactive --help'.\n"


@pytest.mark.parametrize("arguments", [
    "reactive --help", "reactive --version", "reactive flags --help", "reactive new --help",
    "reactive flags list --state state.db", "reactive simulate program.json", "charms.reactive --help",
    "charms.reactive get_flags",
])
def test_output_that_cannot_be_written_is_a_failure(reactive, tmp_path, arguments):
    (tmp_path / "program.json").write_text(json.dumps(SERVICE), encoding="utf-8")
    name, *rest = arguments.split()
    environment = {"UNIT_STATE_DB": str(tmp_path / "state.db"), "PATH": "/usr/bin:/bin"}
    subprocess.run([reactive.parent / "charms.reactive", "set_flag", "x"], env=environment, check=True)
    with open("/dev/full", "w", encoding="utf-8") as full:
        result = subprocess.run([reactive.parent / name, *rest], cwd=tmp_path, env=environment, stdout=full,
                                stderr=subprocess.PIPE, text=True, check=False)

    assert result.returncode == 1
    assert result.stderr.endswith(": the standard output could not be written\n")
