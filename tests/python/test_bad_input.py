# SPDX-License-Identifier: Apache-2.0
"""Whole hooks on bad input of every kind: each fails with a message worth reading, and the old state survives."""

import contextlib
import json
import os
import pathlib
import signal
import socket
import sqlite3
import subprocess
import threading
import time

import pytest

import hostile
# pylint: disable-next=unused-import
from juju import fixture_make_unit, fixture_strace

OPTIONS = {"generation": {"type": "int", "default": 1}}
STEADY = ["steady"]


def make_steady_unit(make_unit, **options):
    """A unit with some state to lose, whose next hook would change all of it."""
    unit = make_unit(STEADY, config=OPTIONS, **options)
    unit.hook("config-changed").succeeded()
    unit.set_flags("steady.old")
    unit.set_config(generation=2)
    return unit


# The charm's files

BAD_CHARM_FILES = {
    "no metadata": ("metadata.yaml", None, 3, ["metadata.yaml"]),
    "empty metadata": ("metadata.yaml", "", 5, ["metadata.yaml:1:1"]),
    "metadata without a name": ("metadata.yaml", "summary: x\n", 5, ["metadata.yaml:1:1", "name"]),
    "not a mapping": ("metadata.yaml", "- name\n- web\n", 5, ["metadata.yaml:1:1", "expected a mapping"]),
    "broken": ("config.yaml", "options:\n  port: {type: int\n  other: x\n", 5, ["config.yaml:3"]),
    "not UTF-8": ("metadata.yaml", b"name: caf\xe9\n", 5, ["metadata.yaml:1:"]),
    "duplicate keys": ("config.yaml", "options:\n  port: {type: int}\n  port: {type: string}\n", 5,
                       ["config.yaml:3:3", "port", "duplicate"]),
    "an alias of nothing": ("metadata.yaml", "name: web\nsummary: *name\n", 5, ["metadata.yaml:2:10", "*name"]),
    "aliases": ("metadata.yaml", "name: &name web\nsummary: *name\n", 5, ["metadata.yaml:1:7", "anchors are not supported"]),
    "billion laughs": ("metadata.yaml", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", 5, ["metadata.yaml:1:4", "anchors are not supported"]),
    "two documents": ("metadata.yaml", "name: web\n---\nname: web\n", 5, ["metadata.yaml:2:1", "document"]),
    "deep": ("actions.yaml", "a: " + "[" * 100000, 5, ["actions.yaml:1:", "deep"]),
    "deep by indentation": ("actions.yaml", "".join(f"{' ' * depth}a:\n" for depth in range(500)), 5,
                            ["actions.yaml:", "deep"]),
    "huge": ("metadata.yaml", "name: web\nsummary: " + "x" * (20 << 20) + "\n", 5, ["metadata.yaml", "bytes"]),
    "many keys": ("actions.yaml", "".join(f"key-{i}: x\n" for i in range(400000)), 5, ["actions.yaml"]),
    "option of no type": ("config.yaml", "options:\n  port: {type: number}\n", 5, ["config.yaml:2:16", "type"]),
    "role that is none": ("metadata.yaml", "name: web\nprovides: [http]\n", 5, ["metadata.yaml:2:11", "provides"]),
    "layers that are none": ("layer.yaml", "includes: layer:basic\n", 5, ["layer.yaml:1:11", "includes"]),
}


@pytest.mark.parametrize("case", BAD_CHARM_FILES)
def test_charm_file(make_unit, case):
    name, content, code, messages = BAD_CHARM_FILES[case]
    unit = make_steady_unit(make_unit)
    kept = unit.kept()
    (unit.charm_dir / name).unlink(missing_ok=True)
    if content is not None:
        unit.write_charm_file(name, content)

    outcome = unit.hook("config-changed").failed(code, *messages)

    assert len(outcome.stderr) < 1000
    assert outcome.stderr.count("\n") == 1
    assert unit.kept() == kept


def test_charm_file_that_is_a_fifo(make_unit):
    unit = make_steady_unit(make_unit)
    os.mkfifo(unit.charm_dir / "actions.yaml")

    unit.hook("config-changed").failed(5, "actions.yaml", "not a regular file")


# The environment


def test_run_by_hand_outside_juju(reactive, tmp_path):
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JUJU_")}

    process = subprocess.run([reactive, "dispatch"], env=environment, cwd=tmp_path, capture_output=True, text=True,
                             check=False)

    assert process.returncode == 3
    assert process.stderr == ("reactive dispatch: JUJU_CHARM_DIR is not set: Juju runs this, as a charm's dispatch, in the "
                              "environment of a hook\n")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("variables, code, messages", [
    ({"JUJU_DISPATCH_PATH": None, "JUJU_HOOK_NAME": None}, 3, ["no hook to run", "by hand"]),
    ({"JUJU_DISPATCH_PATH": "install"}, 5, ["JUJU_DISPATCH_PATH is 'install'", "expected hooks/NAME"]),
    ({"JUJU_DISPATCH_PATH": "hooks/"}, 5, ["is not the name of a hook"]),
    ({"JUJU_DISPATCH_PATH": "hooks/../x"}, 5, ["'../x' is not the name of a hook"]),
])
def test_environment_that_names_no_hook(make_unit, variables, code, messages):
    unit = make_steady_unit(make_unit)
    kept = unit.kept()

    unit.hook("config-changed", **variables).failed(code, *messages)

    assert unit.kept() == kept


def test_charm_directory_that_is_not_there(make_unit, tmp_path):
    unit = make_unit()

    unit.hook("install", JUJU_CHARM_DIR=str(tmp_path / "nowhere")).failed(3, "nowhere")


def test_wrong_arguments(reactive):
    process = subprocess.run([reactive, "dispatch", "--no-such-option"], capture_output=True, text=True, check=False)

    assert process.returncode == 2
    assert "--no-such-option" in process.stderr
    assert "Try 'reactive dispatch --help'." in process.stderr


# Modules

BAD_MODULES = {
    "no-symbol": "reactive_module",
    "wrong-abi": "ABI 7",
    "short-size": "descriptor",
    "missing-library": "libnot-there.so.9",
    "missing-function": "reactive_fixture_undefined",
    "no-name": "name",
    "no-function": "function",
    "duplicate-name": "'succeed'",
    "bad-trigger": "trigger",
}


@pytest.mark.parametrize("name", BAD_MODULES)
def test_module(make_unit, name):
    unit = make_steady_unit(make_unit)
    kept = unit.kept()
    fixture = pathlib.Path(os.environ["REACTIVE_TEST_BUILD"]) / "fixtures" / "modules" / f"{name}.so"
    unit.add_module_file(fixture, name)

    unit.hook("config-changed").failed(4, f"reactive/{name}.so", BAD_MODULES[name])

    assert unit.kept() == kept


@pytest.mark.parametrize("content", [b"", b"#!/bin/sh\n", b"\x7fELF" + bytes(60)])
def test_module_that_is_no_library(make_unit, content):
    unit = make_steady_unit(make_unit)
    (unit.charm_dir / "reactive" / "junk.so").write_bytes(content)

    unit.hook("config-changed").failed(4, "reactive/junk.so")


# Handlers

BAD_HANDLERS = {
    "fail": "100% of %s is broken",
    "return_false": "it returned FALSE without an error",
    "return_true_with_error": "not as well as it looks",
    "call_exit": "called exit (0); reactive_finish_hook() ends a hook early and well",
    "call_exit_with_code": "called exit (3)",
    "pass_null": "misuse of the library: reactive_set_flag: assertion 'flag != NULL' failed",
    "set_empty_flag": "a flag's name has 0 bytes",
    "set_flag_with_newline": "flag 'two\\nlines' has a control character in its name",
    "set_flag_with_bad_bytes": "a flag's name is not UTF-8",
    "set_endless_flag": "a flag's name has 5000 bytes",
}


def make_misbehaving_unit(make_unit, handler):
    unit = make_unit(["misbehave"], config=OPTIONS)
    unit.hook("install").succeeded()
    unit.set_flags(f"do.{handler}")
    return unit


@pytest.mark.parametrize("handler", BAD_HANDLERS)
def test_handler(make_unit, handler):
    unit = make_misbehaving_unit(make_unit, handler)
    kept = unit.kept()
    message = BAD_HANDLERS[handler]

    outcome = unit.hook("update-status").failed(4, f"handler 'misbehave:{handler}'", message)

    assert unit.kept() == kept
    assert unit.ran() == ["misbehave:begin", f"misbehave:{handler}"]
    hook, result, error = unit.trace()[-1]
    assert (hook, result) == ("update-status", "error")
    assert message in error
    assert not outcome.calls_of("open-port") and not outcome.calls_of("status-set")


CRASHES = {
    "crash": signal.SIGSEGV,
    "overflow_stack": signal.SIGSEGV,
    "call_abort": signal.SIGABRT,
    "call_g_error": signal.SIGTRAP,
}


@pytest.mark.parametrize("handler", CRASHES)
def test_handler_that_crashes_is_named(make_unit, handler):
    unit = make_misbehaving_unit(make_unit, handler)
    kept = unit.kept()
    number = CRASHES[handler]

    outcome = unit.hook("update-status")

    assert outcome.code == -number, outcome.stderr
    assert (f"handler 'misbehave:{handler}' crashed by {number.name}; nothing that the hook did is kept"
            in outcome.stderr)
    assert f"Invoking reactive handler: misbehave:{handler}" in outcome.log_of("INFO")
    assert unit.kept() == kept
    assert unit.trace()[-1][0] == "install"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_handler_that_is_ended_by_a_signal_is_named(make_unit, number):
    unit = make_misbehaving_unit(make_unit, "wait_for_signal")
    kept = unit.kept()

    process = unit.start("hooks/update-status")
    wait_for(unit.charm_dir / "waiting")
    process.send_signal(number)
    _, stderr = process.communicate(timeout=60)

    assert process.returncode == -number
    assert stderr == (f"handler 'misbehave:wait_for_signal' was ended by {number.name}; nothing that the hook did is "
                      "kept\n")
    assert unit.kept() == kept


def test_signal_that_was_ignored_stays_ignored(make_unit):
    unit = make_misbehaving_unit(make_unit, "wait_for_signal")

    process = unit.start("hooks/update-status", prefix=["sh", "-c", 'trap "" HUP; exec "$@"', "sh"])
    wait_for(unit.charm_dir / "waiting")
    process.send_signal(signal.SIGHUP)
    time.sleep(0.1)
    assert process.poll() is None
    process.kill()
    process.communicate()


def test_critical_of_another_library_is_its_own_business(make_unit):
    unit = make_misbehaving_unit(make_unit, "make_foreign_critical")

    outcome = unit.hook("update-status")

    assert outcome.code == 0
    assert "a complaint of another library" in outcome.stderr


def test_child_that_exits_does_not_end_the_hook(make_unit):
    unit = make_misbehaving_unit(make_unit, "fork_and_exit")

    outcome = unit.hook("update-status").succeeded()

    assert "child: 0" in outcome.log_of("INFO")
    assert "begun" in unit.flags()


def test_output_that_nobody_takes_does_not_undo_the_hook(make_unit):
    unit = make_misbehaving_unit(make_unit, "print")
    assert unit.hook("update-status").succeeded().stdout == "printed\n"

    unit.hook("update-status", prefix=["sh", "-c", 'exec "$@" >/dev/full', "sh"]).succeeded()


def come_to(wanted, look):
    """What look() returns, once it is what is wanted; or at last, after a time that is enough on the busiest machine."""
    for _ in range(6000):
        if (seen := look()) == wanted:
            break
        time.sleep(0.01)
    return seen


def wait_for(path):
    assert come_to(True, path.exists), f"{path} is missing"


class Relay:
    """Stands between a hook and the agent's socket, and sees when the hook's end is closed."""

    def __init__(self, address, agent_address):
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(address))
        self.listener.listen()
        self.agent_address = str(agent_address)
        self.closed = threading.Event()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        hook, _ = self.listener.accept()
        agent = socket.socket(socket.AF_UNIX)
        agent.connect(self.agent_address)
        threading.Thread(target=self.pump, args=(agent, hook), daemon=True).start()
        self.pump(hook, agent)
        self.closed.set()

    @staticmethod
    def pump(source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)


def status_of(pid, field):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return int(next(line for line in lines if line.startswith(f"{field}:")).split()[1], 16)


def open_files_of(pid):
    files = []
    for entry in pathlib.Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed meanwhile
            files.append(os.readlink(entry))
    return files


def held_by(pid):
    """What a process may have of a hook: files that are open, signals that are blocked, and that are caught."""
    files = [name for name in open_files_of(pid) if name.startswith("socket:") or ".unit-state.db" in name]
    return files, status_of(pid, "SigBlk"), status_of(pid, "SigCgt")


@pytest.mark.parametrize("handler", ["leave_daemon", "run_daemon"])
def test_daemon_that_a_handler_leaves_holds_nothing_of_ours(make_unit, tmp_path, handler):
    unit = make_misbehaving_unit(make_unit, handler)
    relay = Relay(tmp_path / "relay", unit.socket)

    outcome = unit.hook("update-status", address=tmp_path / "relay")
    pid = int((unit.charm_dir / "daemon.pid").read_text(encoding="ascii"))
    try:
        assert outcome.code == 0, outcome.stderr
        assert relay.closed.wait(30), "the daemon keeps the agent's socket open"
        # The shell that starts it catches signals until it has become the daemon.
        assert come_to(([], 0, 0), lambda: held_by(pid)) == ([], 0, 0)
        # nor does it hold the lock of the state file
        unit.hook("stop").succeeded()
    finally:
        os.kill(pid, signal.SIGKILL)


# Triggers and loops


def test_triggers_without_end_name_their_flags(make_unit):
    unit = make_unit(["triggers"])
    unit.set_flags("do.recurse")
    kept = unit.kept()

    unit.hook("install").failed(4, "handler 'triggers:recurse': triggers set each other off without end",
                               "set ping, clear ping, set ping")

    assert unit.kept() == kept


def test_handlers_without_end_are_stopped_and_named(make_unit):
    unit = make_unit(["triggers"])
    unit.set_flags("do.go_round")

    outcome = unit.hook("install").succeeded()

    complaint, = outcome.log_of("ERROR")
    for name in ("100 iterations", "triggers:go_round", "triggers:go_back", "do.go_round", "do.go_back"):
        assert name in complaint
    assert len(unit.ran()) == 100
    assert unit.trace()[-1][1] == "ok"


# The state file


def state_failure(unit, code, *messages):
    """Runs a hook that fails for its state file, of which nothing may change."""
    before = unit.state_file.read_bytes()
    config = unit.config_file.read_bytes()

    outcome = unit.hook("config-changed").failed(code, ".unit-state.db", *messages)

    assert unit.state_file.read_bytes() == before
    assert unit.config_file.read_bytes() == config
    return outcome


@pytest.mark.parametrize("length, message", [(2, "not a unit-state file"), (100, "damaged"), (4096, "damaged"),
                                             (5000, "damaged")])
def test_state_file_that_is_truncated(make_unit, length, message):
    unit = make_steady_unit(make_unit)
    os.truncate(unit.state_file, length)

    state_failure(unit, 1, message)


def test_state_file_of_random_bytes(make_unit):
    unit = make_steady_unit(make_unit)
    unit.state_file.write_bytes(bytes((i * 7919 + 13) % 251 for i in range(8192)))

    state_failure(unit, 1, "not a unit-state file")


def test_state_file_with_damaged_pages(make_unit):
    unit = make_steady_unit(make_unit)
    data = bytearray(unit.state_file.read_bytes())
    data[4096:4096 + 64] = b"\xff" * 64
    unit.state_file.write_bytes(data)

    state_failure(unit, 1, "damaged")


def test_empty_state_file_is_a_new_one(make_unit):
    unit = make_unit(STEADY, config=OPTIONS)
    unit.state_file.touch()

    unit.hook("config-changed").succeeded()

    assert "steady.new" in unit.flags()


def test_state_file_of_a_newer_version(make_unit):
    unit = make_steady_unit(make_unit)
    with contextlib.closing(sqlite3.connect(unit.state_file)) as connection:
        connection.execute("update reactive_meta set value = 99 where key = 'format'")
        connection.commit()

    state_failure(unit, 5, "written by a newer libreactive (format 99")


def test_state_file_that_another_process_holds(make_unit):
    unit = make_steady_unit(make_unit)
    kept = unit.kept()

    # until the connection is closed nothing here may open and close the file, which would let the lock go
    with contextlib.closing(sqlite3.connect(unit.state_file)) as connection:
        connection.execute("begin immediate")
        start = time.monotonic()
        unit.hook("config-changed").failed(1, ".unit-state.db: locked by another process for 5 s")
        assert 4.5 < time.monotonic() - start

    assert unit.kept() == kept


def test_state_file_that_another_process_lets_go(make_unit):
    unit = make_steady_unit(make_unit)

    with contextlib.closing(sqlite3.connect(unit.state_file)) as connection:
        connection.execute("begin immediate")
        process = unit.start("hooks/config-changed")
        time.sleep(0.3)
        assert process.poll() is None
        connection.rollback()
        _, stderr = process.communicate(timeout=60)

    assert (process.returncode, stderr) == (0, "")
    assert "steady.new" in unit.flags()


def test_reader_does_not_hold_up_a_hook(make_unit):
    unit = make_steady_unit(make_unit)

    with contextlib.closing(sqlite3.connect(f"file:{unit.state_file}?mode=ro", uri=True)) as connection:
        assert connection.execute("select count(*) from kv").fetchone()[0] > 0
        unit.hook("config-changed").succeeded()


def test_state_file_that_is_a_directory(make_unit):
    unit = make_unit(STEADY, config=OPTIONS)
    unit.state_file.mkdir()

    unit.hook("config-changed").failed(1, ".unit-state.db")

    assert list(unit.state_file.iterdir()) == []


def test_state_file_in_no_directory(make_unit, tmp_path):
    unit = make_unit(STEADY, config=OPTIONS)

    unit.hook("config-changed", UNIT_STATE_DB=str(tmp_path / "no" / "state.db")).failed(1, "no/state.db")


# System calls that fail


SYSTEM_FAULTS = {
    "full disk": "pwrite64:error=ENOSPC",
    "full disk, after a page": "pwrite64:error=ENOSPC:when=2+",
    "full disk, late": "pwrite64:error=ENOSPC:when=6+",
    "disk that breaks": "pwrite64:error=EIO:when=3+",
    "disk that does not sync": "fdatasync:error=EIO",
    "read-only file system": "pwrite64:error=EROFS",
}


@pytest.mark.parametrize("case", SYSTEM_FAULTS)
def test_state_file_on(make_unit, strace, case):
    unit = make_steady_unit(make_unit)
    kept = unit.kept()

    outcome = unit.hook("config-changed", **strace("-e", f"inject={SYSTEM_FAULTS[case]}"))

    outcome.failed(1, ".unit-state.db")
    assert unit.kept() == kept
    unit.hook("config-changed").succeeded()
    assert unit.rows()["steady.generation"] == "2"


def test_read_only_directory(make_unit, strace):
    unit = make_steady_unit(make_unit)
    kept = unit.kept()

    paths = ["-P", unit.state_file, "-P", f"{unit.state_file}-journal"]
    options = strace("-e", "inject=openat:error=EROFS:when=2+", *paths)
    unit.hook("config-changed", **options).failed(1, ".unit-state.db")

    assert unit.kept() == kept


# Juju's tools

BAD_REPLIES = {
    "exit 1": ({"code": 1, "stderr": "ERROR the controller is away\n"}, "config-get: the controller is away (exit 1)"),
    "exit 2": ({"code": 2, "stderr": "ERROR bad usage\nusage: config-get\n"}, "config-get: bad usage"),
    "silent exit": ({"code": 1}, "config-get"),
    "killed": ({"code": -1}, "config-get"),
    "refused call": ({"error": "bad request: expected context id"}, "config-get: bad request"),
    "no JSON": ({"stdout": "greeting: hello\n"}, "config-get:"),
    "empty output": ({"stdout": ""}, "config-get:"),
    "JSON and more": ({"stdout": "{}{}"}, "config-get:"),
    "duplicate keys": ({"stdout": '{"a": 1, "a": 2}'}, "config-get:"),
    "wrong kind": ({"stdout": "[]"}, "config-get: expected an object, got an array"),
    "nested values": ({"stdout": '{"generation": {}}'}, "config-get: generation: expected"),
    "deep": ({"stdout": "[" * 100000}, "config-get:"),
    "deep in an option": ({"stdout": '{"generation": ' + '{"a":' * 100000}, "config-get:"),
    "terminal controls": ({"code": 1, "stderr": "ERROR \x1b]0;owned\x07\n"}, "config-get: ?]0;owned?"),
}


@pytest.mark.parametrize("case", BAD_REPLIES)
def test_reply_over_the_socket(make_unit, case):
    unit = make_steady_unit(make_unit)
    kept = unit.kept()
    reply, message = BAD_REPLIES[case]
    unit.change_model(fail={"config-get": reply})

    outcome = unit.hook("config-changed")

    assert outcome.code in (1, 5), outcome.stderr
    assert any(message in text for text in outcome.log_of("ERROR")), outcome.log_of("ERROR")
    assert len(outcome.stderr) < 1000
    assert unit.kept() == kept
    assert not outcome.calls_of("open-port")


def test_huge_reply_over_the_socket(make_unit):
    unit = make_steady_unit(make_unit)
    kept = unit.kept()
    unit.change_model(fail={"config-get": {"stdout": " " * 50_000_000}})

    outcome = unit.hook("config-changed")

    assert outcome.code in (1, 5), outcome.stderr
    assert "bytes" in outcome.stderr
    assert unit.kept() == kept


BAD_TOOLS = {
    "exit 1": ("echo ERROR the controller is away >&2; exit 1", "config-get: the controller is away (exit 1)"),
    "exit 2": ("echo ERROR bad usage >&2; exit 2", "config-get: bad usage (exit 2)"),
    "killed": ("kill -9 $$", "config-get: killed by signal 9"),
    "no JSON": ("echo greeting: hello", "config-get:"),
    "not UTF-8": (r"printf '{\"a\": \"\351\"}'", "config-get:"),
    "deep": ("head -c 100000 /dev/zero | tr '\\0' '['", "config-get:"),
    "50 MB": ("head -c 50000000 /dev/zero | tr '\\0' ' '", "bytes"),
    "endless": ("yes", "bytes"),
    "endless complaint": ("yes >&2", "bytes"),
}


@pytest.mark.parametrize("case", BAD_TOOLS)
def test_tool_that_is_executed(make_unit, case):
    unit = make_steady_unit(make_unit)
    kept = unit.kept()
    script, message = BAD_TOOLS[case]
    unit.write_tool("config-get", script)

    outcome = unit.hook("config-changed", carrier="tools")

    assert outcome.code in (1, 5), outcome.stderr
    assert any(message in text for text in outcome.log_of("ERROR")), outcome.log_of("ERROR")
    assert len(outcome.stderr) < 1000
    assert unit.kept() == kept


@pytest.mark.parametrize("carrier", ["socket", "tools"])
def test_tool_that_is_missing_matters_to_who_asks(make_unit, carrier):
    unit = make_steady_unit(make_unit, model={"missing-tools": []})
    unit.change_model(**{"missing-tools": ["config-get"]})
    kept = unit.kept()

    unit.hook("config-changed", carrier=carrier).failed(4, "handler 'steady:change': this Juju has no tool 'config-get'")
    assert unit.kept() == kept

    # the automatic flags only ask
    unit.hook("update-status", carrier=carrier).succeeded()


def test_no_tools_at_all(make_unit):
    unit = make_steady_unit(make_unit)
    unit.set_flags("do.ask_for_config")
    kept = unit.kept()

    outcome = unit.hook("update-status", carrier="tools", PATH="/nonexistent")

    assert outcome.code == 4
    assert "handler 'steady:ask_for_config': this Juju has no tool 'config-get'" in outcome.stderr
    assert unit.kept() == kept


def test_neither_socket_nor_path(make_unit):
    unit = make_steady_unit(make_unit)

    outcome = unit.hook("update-status", carrier="tools", PATH=None)

    assert outcome.code == 1
    assert "cannot reach Juju: there is no PATH" in outcome.stderr


def test_socket_that_is_refused_is_replaced_by_tools(make_unit):
    unit = make_steady_unit(make_unit)
    address = unit.root / "stale.socket"
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(address))  # and does not listen

    unit.hook("config-changed", address=address).succeeded()

    assert unit.rows()["steady.generation"] == "2"


def test_tools_that_do_not_log_are_no_reason_to_fail(make_unit):
    unit = make_steady_unit(make_unit)
    unit.change_model(fail={"juju-log": {"code": 1, "stderr": "ERROR no log today\n"}})

    assert unit.hook("config-changed").code == 0
    assert unit.rows()["steady.generation"] == "2"


# The agent's socket


@pytest.mark.parametrize("cut_bytes", [0, 1, 40, 100, 150, 200, 250])
def test_socket_that_closes_in_the_middle_of_a_reply(make_unit, cut_bytes):
    unit = make_steady_unit(make_unit)
    kept = unit.kept()

    with hostile.cutting_agent(unit.socket, unit.root / "hostile.socket", cut_bytes) as address:
        outcome = unit.hook("config-changed", address=address)

    assert outcome.code in (1, 4), outcome.stderr
    assert "closed its socket" in outcome.stderr or "cannot write to the agent socket" in outcome.stderr
    assert unit.kept() == kept


def test_socket_that_answers_garbage(make_unit):
    unit = make_steady_unit(make_unit)
    kept = unit.kept()

    with hostile.babbling_agent(unit.root / "hostile.socket") as address:
        outcome = unit.hook("config-changed", address=address)

    assert outcome.code in (1, 4, 5), outcome.stderr
    assert len(outcome.stderr) < 1000
    assert unit.kept() == kept


def test_socket_of_another_hook(make_unit):
    unit = make_steady_unit(make_unit)
    kept = unit.kept()

    outcome = unit.hook("config-changed", JUJU_CONTEXT_ID="web-0-of-an-older-hook")

    assert outcome.code == 1, outcome.stderr
    assert "expected context id" in outcome.stderr
    assert unit.kept() == kept


# What fails after the handlers


@pytest.mark.parametrize("tool", ["opened-ports", "open-port"])
def test_write_that_juju_refuses_fails_the_hook(make_unit, tool):
    unit = make_steady_unit(make_unit)
    kept = unit.kept()
    unit.change_model(ports=[], fail={tool: {"code": 1, "stderr": "ERROR not today\n"}})

    unit.hook("config-changed").failed(1, f"{tool}: not today")
    assert unit.kept() == kept

    unit.change_model(fail={})
    unit.hook("config-changed").succeeded()
    assert unit.model["ports"] == ["80/tcp"]


def test_status_that_juju_refuses_is_no_reason_to_forget_the_hook(make_unit):
    """By then Juju holds what the state file says was sent: it would drop it if the hook failed."""
    unit = make_steady_unit(make_unit)
    unit.change_model(fail={"status-set": {"code": 1, "stderr": "ERROR not today\n"}})

    outcome = unit.hook("config-changed").succeeded()

    assert outcome.log_of("ERROR") == ["the status is not shown: status-set: not today (exit 1)"]
    assert unit.rows()["steady.generation"] == "2"


def test_configuration_that_cannot_be_saved_counts_as_changed_again(make_unit, strace):
    unit = make_steady_unit(make_unit)
    config = unit.config_file.read_bytes()

    outcome = unit.hook("config-changed", **strace("-e", "inject=rename:error=ENOSPC")).succeeded()

    assert any(str(unit.config_file) in line for line in outcome.log_of("WARNING"))
    assert (unit.rows()["steady.generation"], unit.config_file.read_bytes()) == ("2", config)
    assert unit.unfinished_files() == []
    unit.hook("update-status").succeeded()
    assert "steady:notice_change" in unit.ran()


@pytest.mark.parametrize("text", ['"a"', "nul", '{"generation": 1', '[{"a": 1}]', "\0\1\2", "[" * 100000])
def test_persistent_config_that_is_damaged_counts_as_none(make_unit, text):
    unit = make_steady_unit(make_unit)
    unit.config_file.write_text(text, encoding="utf-8")

    outcome = unit.hook("config-changed")

    assert outcome.code == 0
    assert any(str(unit.config_file) in line for line in outcome.log_of("WARNING"))
    assert "steady:notice_change" in unit.ran()
    assert json.loads(unit.config_file.read_text(encoding="utf-8")) == {"generation": 2}
