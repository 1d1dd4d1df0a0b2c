# SPDX-License-Identifier: Apache-2.0
"""`reactive flags`: what stands in a state file, and changing it by hand."""

import json
import os
import pathlib
import sqlite3
import subprocess

import pytest

TABLES = """
create table kv (key text, data text, primary key (key));
create table kv_revisions (key text, revision integer, data text, primary key (key, revision));
create table hooks (version integer primary key autoincrement, hook text, date text);
"""
VALUE = '{"relation": "db", "conversations": ["reactive.conversations.db:1.global"]}'
ROWS = {
    "reactive.states.b": "null",
    "reactive.states.a.b": "null",
    "reactive.states.db.connected": VALUE,
    "reactive.invoked.m:once": "true",
    "reactive.dispatch.phase": '"other"',
    "unit-paused": "true",
}


@pytest.fixture(name="state")
def fixture_state(tmp_path, monkeypatch):
    """A state file as charmhelpers makes it."""
    for name in ("UNIT_STATE_DB", "JUJU_CHARM_DIR", "CHARM_DIR"):
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "unit.db"
    with sqlite3.connect(path) as database:
        database.executescript(TABLES)
        database.executemany("insert into kv values (?, ?)", ROWS.items())
    return path


@pytest.fixture(name="flags")
def fixture_flags(reactive, state):
    def run(*arguments, state_option=True):
        options = ["--state", str(state)] if state_option else []
        return subprocess.run([reactive, "flags", *options, *arguments], cwd=state.parent, capture_output=True,
                              text=True, check=False, timeout=60)

    return run


def rows_of(path):
    with sqlite3.connect(path) as database:
        return dict(database.execute("select key, data from kv"))


# Reading


@pytest.mark.parametrize("arguments", [[], ["list"]], ids=["no-verb", "list"])
def test_list(flags, arguments):
    result = flags(*arguments)
    assert (result.returncode, result.stdout, result.stderr) == (0, "a.b\nb\ndb.connected\n", "")


def test_list_as_json(flags):
    result = flags("--format=json", "list")
    assert (result.returncode, json.loads(result.stdout)) == (0, ["a.b", "b", "db.connected"])


def test_list_of_nothing(flags, state):
    flags("clear", "a.b", "b", "db.connected")
    assert flags().stdout == ""
    assert flags("--format=json").stdout == "[]\n"
    assert rows_of(state).keys() == ROWS.keys() - {key for key in ROWS if key.startswith("reactive.states.")}


@pytest.mark.parametrize(
    ("names", "all_set"),
    [(["b"], True), (["b", "a.b", "db.connected"], True), (["b", "c"], False), (["c"], False), (["B"], False)],
)
def test_is_set(flags, names, all_set):
    result = flags("is-set", *names)
    assert (result.returncode, result.stdout, result.stderr) == (0 if all_set else 1, "", "")
    result = flags("--format=json", "is-set", *names)
    assert (result.returncode, json.loads(result.stdout)) == (0 if all_set else 1, all_set)


def test_reading_changes_nothing(flags, state):
    before = state.read_bytes()
    state.chmod(0o400)
    assert flags().returncode == 0
    assert flags("is-set", "b").returncode == 0
    assert state.read_bytes() == before


# Changing


def test_set_and_clear(flags, state):
    assert flags("set", "b", "new", "größer").returncode == 0
    assert flags().stdout == "a.b\nb\ndb.connected\ngrößer\nnew\n"
    result = flags("clear", "new", "never-set", "b")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")
    assert flags().stdout == "a.b\ndb.connected\ngrößer\n"
    expected = {**ROWS, "reactive.states.größer": "null"}
    del expected["reactive.states.b"]
    assert rows_of(state) == expected


def test_setting_a_flag_keeps_its_value(flags, state):
    assert flags("set", "db.connected").returncode == 0
    assert rows_of(state)["reactive.states.db.connected"] == VALUE


def test_name_like_an_option_follows_dashes(flags):
    assert flags("set", "--", "-x", "--state").returncode == 0
    assert flags("is-set", "--", "-x", "--state").returncode == 0
    assert flags("--", "clear", "-x").returncode == 0
    assert flags("is-set", "--", "-x").returncode == 1


def test_locked_file_is_left_alone(flags, state):
    with sqlite3.connect(state, isolation_level=None) as database:
        database.execute("begin immediate")
        result = flags("set", "new")
        assert result.returncode == 1
        assert "unit.db" in result.stderr
        assert flags("is-set", "b").returncode == 0
        database.execute("rollback")
    assert rows_of(state) == ROWS


# Which file


@pytest.mark.parametrize("variable", ["UNIT_STATE_DB", "JUJU_CHARM_DIR", "CHARM_DIR", None])
def test_where_the_file_is_looked_for(flags, state, monkeypatch, variable):
    directory = state.parent
    if variable != "UNIT_STATE_DB":
        state.rename(directory / ".unit-state.db")
    if variable is not None:
        monkeypatch.setenv(variable, str(state if variable == "UNIT_STATE_DB" else directory))
    assert flags("is-set", "b", state_option=False).returncode == 0


def test_empty_variables_are_as_good_as_none(flags, state, monkeypatch):
    state.rename(state.parent / ".unit-state.db")
    for name in ("UNIT_STATE_DB", "JUJU_CHARM_DIR", "CHARM_DIR"):
        monkeypatch.setenv(name, "")
    assert flags("is-set", "b", state_option=False).returncode == 0


@pytest.mark.parametrize("arguments", [[], ["is-set", "b"], ["set", "b"], ["clear", "b"]])
def test_no_file(flags, state, arguments):
    state.unlink()
    result = flags(*arguments)
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr == f"reactive flags: {state}: no such state file\n"
    assert not state.exists()


def test_no_file_where_it_is_looked_for(flags):
    result = flags(state_option=False)
    assert (result.returncode, result.stdout) == (3, "")
    assert result.stderr == "reactive flags: ./.unit-state.db: no such state file (--state=FILE says where it is)\n"


@pytest.mark.parametrize("arguments", [[], ["is-set", "b"], ["set", "b"]])
def test_file_that_is_no_database(flags, state, arguments):
    state.write_bytes(b"no database at all" * 100)
    result = flags(*arguments)
    assert (result.returncode, result.stdout) == (1, "")
    assert str(state) in result.stderr
    assert state.read_bytes() == b"no database at all" * 100


# The names that interfaces give their flags


def make_charm(directory, metadata="name: app\nprovides: {stats: {interface: bind-client}}\n"):
    """A charm with the library of the interface bind-client, whose flag is stored as `E.connected`."""
    interfaces = directory / "interfaces"
    interfaces.mkdir(parents=True)
    library = pathlib.Path(os.environ["REACTIVE_TEST_BUILD"]).parent / "interfaces/bind-client/libreactive-bind-client.so.0"
    (interfaces / library.name).symlink_to(library)
    (directory / "metadata.yaml").write_text(metadata)


@pytest.mark.parametrize("name", ["stats.connected", "endpoint.stats.connected"])
@pytest.mark.parametrize("beside", [True, False])
def test_any_name_of_a_flag(flags, state, name, beside, tmp_path):
    charm = state.parent if beside else tmp_path / "charm"
    make_charm(charm)
    options = [] if beside else [f"--charm={charm}"]
    assert flags(*options, "is-set", name).returncode == 1
    assert flags(*options, "set", name).returncode == 0
    assert rows_of(state) == {**ROWS, "reactive.states.stats.connected": "null"}
    assert flags(*options, "is-set", name).returncode == 0
    assert flags(*options, "clear", name).returncode == 0
    assert rows_of(state) == ROWS


def test_a_charm_that_cannot_be_read(flags, state, tmp_path):
    result = flags(f"--charm={tmp_path / 'none'}", "is-set", "b")
    assert (result.returncode, result.stdout) == (3, "")
    assert "none" in result.stderr

    make_charm(state.parent, "name: [")
    result = flags("is-set", "b")
    assert (result.returncode, result.stdout) == (0, "")
    assert result.stderr.startswith("flags of interfaces go by their own names alone: ")
    assert "metadata.yaml:" in result.stderr


# Wrong use


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lst"], "unknown subcommand 'lst' (expected list, set, clear or is-set)"),
        (["remove", "b"], "unknown subcommand 'remove'"),
        (["list", "b"], "list takes no arguments"),
        (["set"], "set needs at least one flag"),
        (["clear"], "clear needs at least one flag"),
        (["is-set"], "is-set needs at least one flag"),
        (["set", ""], "'' is no name for a flag"),
        (["set", "b", b"\xff"], "'\ufffd' is no name for a flag"),
        (["--format=yaml"], "unknown format 'yaml' (expected text or json)"),
        (["--wrong"], "Unknown option --wrong"),
        (["--state"], "Missing argument for --state"),
    ],
)
def test_wrong_use(flags, state, arguments, message):
    result = flags(*arguments, state_option=arguments != ["--state"])
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith("reactive flags: ")
    assert message in result.stderr
    assert result.stderr.endswith("\nTry 'reactive flags --help'.\n")
    assert rows_of(state) == ROWS


def test_help(flags):
    result = flags("--help")
    assert (result.returncode, result.stderr) == (0, "")
    assert "is-set" in result.stdout and "--state" in result.stdout
