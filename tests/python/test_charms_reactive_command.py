# SPDX-License-Identifier: Apache-2.0
"""The command `charms.reactive`, each invocation under the real one and under ours.

A session is a state file, a hook, and command lines that run one after the other on it, as the documentation of
charms.reactive has them. Output and exit code of each, and what the file holds in the end, have to be the same; so has
what wrong use says. What fails in Python with a traceback has to fail with the same code here.
"""

import json
import os
import pathlib
import re
import shlex
import sqlite3
import subprocess
import sys
import sysconfig

import pytest

from external import Side, Worker

ENDPOINTS = {
    "provides": {"web": {"interface": "http"}, "admin": {"interface": "http"}},
    "requires": {"db": {"interface": "mysql"}},
}
OTHER = {"reactive.dispatch.phase": '"other"'}
HOOKS = {"reactive.dispatch.phase": '"hooks"'}
FLAGS = {"reactive.states.a": "null", "reactive.states.b.c": "null"}


def watch(iteration, *changes):
    return {"reactive.state_watch": json.dumps({"iteration": iteration, "changes": changes, "pending": []})}


# name: (rows, hook, command lines)
SESSIONS = {
    "flags": ({}, "install", """
        get_flags
        set_flag app.installed
        set_flag app.installed
        set_flag config.changed.port
        get_flags
        is_flag_set app.installed
        is_flag_set app.started
        all_flags_set
        any_flags_set
        all_flags_set app.installed config.changed.port
        all_flags_set app.installed app.started
        any_flags_set app.started app.installed
        any_flags_set app.started
        get_unset_flags app.started app.installed zoo app.started
        get_unset_flags app.installed
        clear_flag app.installed
        clear_flag app.installed
        clear_flag never.set
        get_flags
    """),
    "toggle": ({}, "install", """
        toggle_flag a true
        toggle_flag b false
        toggle_flag a ''
        toggle_flag c ''
        get_flags
    """),
    "values": ({}, "install", """
        set_flag --value 5 a
        set_flag b --value=two
        set_flag c --val 'thr ee'
        set_flag d
        set_flag a --value 6
        get_states
        get_flags
    """),
    "old-names": ({}, "install", """
        set_state x
        set_state --value v y
        is_state x
        is_state z
        all_states x y
        any_states z
        get_states
        remove_state x
        get_flags
    """),
    "triggers": ({}, "install", """
        register_trigger --when a --set_flag b
        register_trigger --when a --set_flag b
        register_trigger --when a --clear_flag c
        register_trigger --when b --set_flag d --clear_flag e
        register_trigger --when_not a --set_flag gone
        register_trigger --when x --callback f
        set_flag c
        set_flag e
        set_flag a
        get_flags
        set_flag a
        clear_flag a
        get_flags
        register_trigger --when a
        register_trigger --set_flag a
        register_trigger --when a --when_not b --set_flag c
    """),
    "endless-triggers": ({}, "install", """
        register_trigger --when a --clear_flag a
        register_trigger --when_not a --set_flag a
        set_flag a
        get_flags
    """),
    "formats": (FLAGS, "install", """
        -r get_flags
        -j get_flags
        -p get_flags
        -y get_flags
        -c get_flags
        -t get_flags
        --raw get_flags
        --json get_flags
        --py get_flags
        --yaml get_flags
        --csv get_flags
        --tab get_flags
        --format json get_flags
        --format=yaml get_flags
        --form tab get_flags
        -j set_flag d
        -p is_flag_set d
        -y is_flag_set nope
        -c get_unset_flags 'a,b' 'say "so"'
        -p get_unset_flags "it's" 'say "so"' tab\\	here back\\\\slash ü
        -y get_unset_flags yes 1.5 0x1f 12:30 ~ 2026-01-01 "it's" 'a: b' '- x' '#c' 'a #b' ' lead' ü :x x: 'tab	here'
        -y get_unset_flags a b.c
        -p get_unset_flags aaaaaaaaaaaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbbbbbbbbbbbbbbb ccccccccccccccccccccccccc ddd
        -j get_states
        -y get_states
        -p get_states
        -c get_states
        -y test 'f id when x'
        -p test 'f id any_thing x' 
        -r -j get_flags
        --format xml get_flags
        --format
    """),
    "hooks": (HOOKS, "db-relation-joined", """
        hook db-relation-joined
        hook install start
        hook
        hook install db-relation-joined
        hook db-relation-{joined,changed}
        hook {requires:mysql}-relation-joined
        hook {provides:http}-relation-joined
        hook {requires:mysql}-relation-{changed,joined}
        any_hook {requires:mysql}-relation-{changed,joined}
        any_hook db-relation-{departed,broken}
        when a
        test 'f id hook db-relation-joined'
        test 'f id hook "install {requires:mysql}-relation-joined"'
    """),
    "hooks-in-iterations": (OTHER, "install", """
        hook install
        any_hook install
        any_hook in{stall,it} nope
    """),
    "hooks-of-nothing": ({}, "install", "hook install\nwhen_none x\nany_hook install"),
    "conditions": ({**OTHER, **FLAGS}, "install", """
        when
        when a
        when a b.c
        when a nope
        when_all a b.c
        when_any nope a
        when_any nope
        when_any
        when_not nope
        when_not a
        when_none a nope
        when_none
        when_not_all a nope
        when_not_all a b.c
        when_not_all
    """),
    "conditions-in-hooks": ({**HOOKS, **FLAGS}, "install", "when a\nwhen_any a\nwhen_not x\nwhen_not_all x\nwhen_all"),
    "files": ({}, "install", """
        when_file_changed one
        when_file_changed one
        when_file_changed one two none
        when_file_changed two
        when_file_changed none
        when_file_changed
        when_file_changed reactive
        test 'f id when_file_changed two' 'g id when_file_changed "one three"'
        test 'f id when_file_changed three'
        test 'f id "when_file""_changed" reactive/../one'
        test 'f id "when_file""_changed" reactive/../one'
    """),
    "once": ({}, "install", """
        only_once reactive/app.sh:3:install
        mark_invoked reactive/app.sh:3:install other
        only_once reactive/app.sh:3:install
        only_once other
        only_once third
        mark_invoked
        test 'f other only_once ""' 'g third only_once ""' "h 'third one' only_once ''"
        only_once
    """),
    "test": ({**OTHER, **FLAGS, **watch(0)}, "install", """
        test
        test 'f id'
        test 'f id when a'
        test 'f id when a' 'g id when nope' 'h id when_not nope'
        test 'f id when "a b.c" when_not "x y"'
        test 'f id when "a nope"'
        test "f 'id with blanks' when_any 'nope a'"
        test "'f' 'id' 'when' '\\"a\\" \\"b.c\\" '"
        test 'f id when'
        test 'f'
        test ''
        test 'f id when a' 'broken "quote'
        test 'f id when a' 'trailing \\'
        test 'f id no_such_test a'
        test 'f id when "a \\"b.c\\""'
        test 'a,b id when a' 'c id when a'
    """),
    "test-later": ({**OTHER, **FLAGS, **watch(3, "a", "gone")}, "install", """
        test 'f id when a'
        test 'f id when b.c'
        test 'f id when b.c when_not gone'
        test 'f id when_any "b.c a"'
        test 'f id only_once ""'
        when b.c
        set_flag b.c
        set_flag new
        test 'f id when new'
    """),
    "wrong-use": ({}, "install", """

        nope
        get_state x
        set_flag
        set_flag a b
        set_flag a --nope
        set_flag a --value
        toggle_flag a
        get_flags a
        get_flags -j
        -x get_flags
        is_flag_set
        only_once
        register_trigger a
        relation_call ready
        relation_call --relation_name nope ready
        relation_call --flag nope.ready ready x
        render_template a
        set_flag -- -x
        set_flag -5
        set_flag '- x'
        get_flags
    """),
}
HELP = ["", *"""
    set_flag clear_flag toggle_flag register_trigger is_flag_set all_flags_set any_flags_set get_flags get_unset_flags
    set_state remove_state is_state all_states any_states get_states relation_call any_hook hook when when_all when_any
    when_not when_none when_not_all when_file_changed only_once mark_invoked test render_template
""".split()]
SITE = """
import platform
import pkg_resources
platform.linux_distribution = lambda: ("Ubuntu", "22.04", "jammy")
pkg_resources.iter_entry_points = lambda group, name=None: iter(())
"""


@pytest.fixture(name="worker", scope="module")
def fixture_worker(python_peers, tmp_path_factory):  # pylint: disable=unused-argument
    worker = Worker(tmp_path_factory.mktemp("worker"))
    yield worker
    worker.close()


@pytest.fixture(name="sides")
def fixture_sides(tmp_path, worker):
    return Side(tmp_path / "ours", metadata=ENDPOINTS), Side(tmp_path / "real", worker, metadata=ENDPOINTS)


def squeeze(text):
    """Lines may be broken, and choices quoted, as a version of argparse likes it."""
    return re.sub(r"\s+", " ", text.replace("'", ""))


def run_session(side, rows, hook, lines):
    if rows:
        side.set_rows(rows)
    for name in ("one", "two", "three"):
        (side.charm_dir / name).write_text(name, encoding="utf-8")
    results = []
    for line in lines:
        result = side.run(side.bin / "charms.reactive", *shlex.split(line), hook=hook)
        results.append((line, result.returncode, result.stdout,
                        squeeze(result.stderr) if result.returncode == 2 else None))
    return results, {key: data for key, data in side.rows().items()}


def lines_of(session):
    return [line.strip() for line in session.strip("\n ").split("\n")] if session.strip() else [""]


@pytest.mark.parametrize("name", SESSIONS)
def test_sessions_are_those_of_the_real_command(name, sides):
    rows, hook, session = SESSIONS[name]
    (ours, our_rows), (theirs, their_rows) = (run_session(side, rows, hook, lines_of(session)) for side in sides)

    for our, their in zip(ours, theirs):
        assert our == their
    assert our_rows == their_rows


def test_the_table_is_long_enough():
    assert sum(len(lines_of(session)) for _, _, session in SESSIONS.values()) >= 40


def usage_of(result):
    assert result.returncode == 0, result.stderr
    return squeeze(result.stdout.split("\n\n")[0])


def test_help_shows_what_the_real_one_takes(sides):
    for name in HELP:
        ours, theirs = (usage_of(side.run(side.bin / "charms.reactive", *name.split(), "--help")) for side in sides)
        assert ours == theirs


def test_a_value_survives_a_plain_set(sides):
    ours, theirs = sides
    for side in sides:
        side.set_rows({"reactive.states.old": '{"relation": "db", "conversations": []}'})
        assert side.run(side.bin / "charms.reactive", "set_flag", "old").returncode == 0

    assert ours.rows()["reactive.states.old"] == '{"relation": "db", "conversations": []}'
    assert theirs.rows()["reactive.states.old"] == "null"


def test_the_worker_stands_for_the_program_itself(worker, tmp_path):
    """It is started once without the worker, so that what is compared is what people have."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(SITE, encoding="utf-8")
    side = Side(tmp_path / "real", worker, metadata=ENDPOINTS)
    side.set_rows(FLAGS)
    program = os.path.join(sysconfig.get_path("scripts"), "charms.reactive")

    alone = side.run(sys.executable, "-W", "ignore", program, "-p", "get_flags", PYTHONPATH=site)
    with_worker = side.run(side.bin / "charms.reactive", "-p", "get_flags")
    assert (alone.returncode, alone.stdout) == (with_worker.returncode, with_worker.stdout) == (0, "['a', 'b.c']\n")


# What is not compared


def test_another_writer_is_waited_for(sides):
    side = sides[0]
    side.set_rows(FLAGS)
    writer = sqlite3.connect(side.state, isolation_level=None)
    writer.execute("begin immediate")
    process = subprocess.Popen([side.bin / "charms.reactive", "set_flag", "late"], cwd=side.charm_dir,
                               env=side.environment("install"), stderr=subprocess.PIPE, text=True)
    assert side.run(side.bin / "charms.reactive", "get_flags").stdout == "a\nb.c"
    writer.execute("commit")
    writer.close()

    assert process.wait(timeout=60) == 0, process.stderr.read()
    process.stderr.close()
    assert side.flags() == ["a", "b.c", "late"]


def test_a_locked_state_file_is_named(sides):
    side = sides[0]
    side.set_rows(FLAGS)
    with sqlite3.connect(side.state, isolation_level=None) as writer:
        writer.execute("begin immediate")
        result = side.run(side.bin / "charms.reactive", "set_flag", "never")
        writer.execute("rollback")

    assert result.returncode == 1
    assert result.stderr.startswith("charms.reactive set_flag: ") and ".unit-state.db" in result.stderr
    assert side.flags() == ["a", "b.c"]


@pytest.mark.parametrize("arguments, message", [
    (["set_flag", ""], "a flag's name has 0 bytes"),
    (["set_flag", "two\nlines"], "has a control character"),
    (["set_flag", b"\xff"], "argument 2 is not UTF-8"),
    (["relation_call", "--flag", "db.ready", "uri"], "interfaces here are libraries"),
    (["render_template", "a", "b"], "there is no reader of Jinja2 templates"),
    (["register_trigger", "--when", "a"], "something to do"),
    (["test", "f id nope a"], "there is no test 'nope'"),
], ids=["empty", "lines", "bytes", "relation_call", "render_template", "trigger", "no-test"])
def test_refusals_say_why(sides, arguments, message):
    side = sides[0]
    result = side.run(side.bin / "charms.reactive", *arguments)

    assert (result.returncode, result.stdout) == (1, "")
    assert message in result.stderr
    assert side.rows() == {}


def test_a_broken_charm_does_not_hide_its_flags(sides):
    side = sides[0]
    side.set_rows(FLAGS)
    (side.charm_dir / "metadata.yaml").write_text("name: [\n", encoding="utf-8")
    result = side.run(side.bin / "charms.reactive", "get_flags")
    assert (result.returncode, result.stdout) == (0, "a\nb.c")
    assert "flags of interfaces go by their own names alone" in result.stderr


def test_names_of_interfaces_are_resolved(sides):
    side = sides[0]
    build = pathlib.Path(os.environ["REACTIVE_TEST_BUILD"]).parent
    library = build / "interfaces/bind-client/libreactive-bind-client.so.0"
    (side.charm_dir / "interfaces").mkdir()
    (side.charm_dir / "interfaces" / library.name).symlink_to(library)
    (side.charm_dir / "metadata.yaml").write_text(
        "name: probe\nprovides: {bind-stats: {interface: bind-client}}\n", encoding="utf-8")
    for name in ("bind-stats.connected", "endpoint.bind-stats.connected"):
        side.run(side.bin / "charms.reactive", "set_flag", name)
        assert side.flags() == ["bind-stats.connected"]
        assert side.run(side.bin / "charms.reactive", "is_flag_set", "endpoint.bind-stats.connected").returncode == 0
        side.run(side.bin / "charms.reactive", "clear_flag", "endpoint.bind-stats.connected")
        assert side.flags() == []
