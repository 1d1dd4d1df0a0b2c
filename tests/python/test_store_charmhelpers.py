# SPDX-License-Identifier: Apache-2.0
"""The state file between charmhelpers and us: what one writes the other reads, and nothing gets lost on the way."""

import hashlib
import json
import os
import sqlite3
import stat
import subprocess

import pytest

unitdata = pytest.importorskip("charmhelpers.core.unitdata")

VALUES = [
    None,
    True,
    0,
    -1.5,
    1e22,
    "",
    "é\U0001f600\u0000\"\\\n",
    [],
    {},
    {"b": [1, 2.5, None], "a": {"é": "ü"}},
    "x" * 100000,
]


def program():
    path = os.path.join(os.environ.get("REACTIVE_TEST_BUILD", ""), "engine", "test-store")
    if not os.path.exists(path):
        pytest.skip("REACTIVE_TEST_BUILD names no build")
    return path


def run(*arguments):
    return subprocess.run([program(), *arguments], check=True, capture_output=True, text=True).stdout


def dump(path):
    lines = run("--dump", path, "").splitlines()
    return {key: json.loads(text) for key, text in (line.split("=", 1) for line in lines)}


def rows(path, table):
    connection = sqlite3.connect(path)
    try:
        return connection.execute("select * from %s order by rowid" % table).fetchall()
    finally:
        connection.close()


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / ".unit-state.db")


def python_set(path, values):
    store = unitdata.Storage(path)
    for key, value in values.items():
        store.set(key, value)
    store.flush()
    store.close()


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_python_writes_and_we_read(path, value):
    python_set(path, {"key": value})
    assert run("--get", path, "key") == json.dumps(value)


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_we_write_and_python_reads(path, value):
    run("--set", path, "key", json.dumps(value))
    store = unitdata.Storage(path)
    assert store.get("key") == value
    store.close()


def test_python_opens_and_leaves_nothing(path):
    unitdata.Storage(path).close()
    assert dump(path) == {}
    run("--set", path, "a", "1")
    assert dump(path) == {"a": 1}


def test_taking_turns_ends_as_python_alone(path, tmp_path):
    alone = str(tmp_path / "alone.db")
    for turn in range(6):
        values = {"reactive.states.flag-%d" % turn: None, "turn": turn}
        python_set(alone, values)
        if turn % 2 == 0:
            python_set(path, values)
        else:
            for key, value in values.items():
                run("--set", path, key, json.dumps(value))
    run("--unset", path, "reactive.states.flag-0")
    store = unitdata.Storage(alone)
    store.unset("reactive.states.flag-0")
    store.flush()
    store.close()

    assert rows(path, "kv") == rows(alone, "kv")
    assert dump(path) == dump(alone)


def test_file_made_by_us_has_the_schema_of_python(path, tmp_path):
    made_by_python = str(tmp_path / "python.db")
    unitdata.Storage(made_by_python).close()
    run("--set", path, "a", "1")
    ours = [row for row in rows(path, "sqlite_master") if not row[2].startswith("reactive_")]
    assert ours == rows(made_by_python, "sqlite_master")
    assert stat.S_IMODE(os.stat(path).st_mode) == 0o600


def test_revisions_and_hooks_of_python_stay(path):
    store = unitdata.Storage(path)
    with store.hook_scope("install"):
        store.set("unit", "app/0")
    store.close()
    before = rows(path, "kv_revisions"), rows(path, "hooks")
    assert all(before)

    run("--set", path, "unit", '"app/1"')
    assert (rows(path, "kv_revisions"), rows(path, "hooks")) == before

    store = unitdata.Storage(path)
    with store.hook_scope("start"):
        store.set("unit", "app/2")
    assert [row[1] for row in store.gethistory("unit")] == ["unit", "unit"]
    store.close()


def test_failed_hook_leaves_only_its_trace(path):
    python_set(path, {"a": 1})
    run("--fail", path, "a", "2")
    assert dump(path) == {"a": 1}
    assert run("--trace", path).startswith("1 start error ")


def test_data_changed_of_python_is_ours(path):
    data = {"b": [1, 2.5, None], "a": "é", "n": 10**30}
    digest = hashlib.md5(json.dumps(data, sort_keys=True).encode("utf8")).hexdigest()
    python_set(path, {"reactive.data_changed.id": digest})
    assert run("--data-changed", path, "id", json.dumps(data)) == "false\n"
    assert run("--data-changed", path, "id", json.dumps(data["b"])) == "true\n"
    store = unitdata.Storage(path)
    assert store.get("reactive.data_changed.id") == hashlib.md5(b"[1, 2.5, null]").hexdigest()
    store.close()


def test_digest_of_another_kind_is_merely_different(path):
    python_set(path, {"reactive.data_changed.id": hashlib.sha256(b"1").hexdigest()})
    assert run("--data-changed", path, "id", "1") == "true\n"
    assert run("--data-changed", path, "id", "1") == "false\n"


def test_readers_pass_a_python_writer(path):
    python_set(path, {"a": 1})
    store = unitdata.Storage(path)
    store.set("a", 2)
    assert run("--get", path, "a") == "1"
    store.flush()
    assert run("--get", path, "a") == "2"
    store.close()


def test_python_writer_keeps_ours_out_for_five_seconds(path):
    python_set(path, {"a": 1})
    store = unitdata.Storage(path)
    store.set("a", 2)
    result = subprocess.run([program(), "--set", path, "a", "3"], capture_output=True, text=True)
    assert result.returncode == 1
    assert result.stderr == "%s: locked by another process for 5 s\n" % path
    store.flush()
    store.close()
    assert dump(path) == {"a": 2}
