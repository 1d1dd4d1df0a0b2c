# SPDX-License-Identifier: Apache-2.0
"""Runs hooks of flag programs in the real charms.reactive.

A flag program becomes Python source with the real decorators, as a charm's handler file would have it. As a program this
file is a worker: it imports charms.reactive once, and for each line of JSON on its input forks a process that runs one
hook through charms.reactive.main() and ends as a hook's process ends. Replaced are discover(), which runs that source in
place of files, and hookenv.log; and the name of the system, because charmhelpers refuses to be imported on Debian.
"""

import json
import os
import pathlib
import platform
import subprocess
import sys

HANDLER_FILE = "/var/lib/juju/agents/unit-flags-0/charm/reactive/flags.py"
DECORATORS = {"all": "when_all", "any": "when_any", "none": "when_none", "not_all": "when_not_all", "hook": "hook"}
RESTRICTED = {"collect-metrics": "collect_metrics", "meter-status-changed": "meter_status_changed"}
HEADER = ["from charms.reactive import *"]


def condition_to_decorators(condition):
    (kind, names), = condition.items()
    if kind == "once":
        return ["@only_once"]
    if kind == "restricted":
        return [f"@{RESTRICTED[name]}()" for name in names]
    return [f"@{DECORATORS[kind]}({', '.join(map(repr, names))})"]


def handler_to_source(number, handler):
    """A handler's lines. Decorators are tested from the one nearest the function, so the first condition stands there."""
    decorators = [line for condition in handler["conditions"] for line in condition_to_decorators(condition)]
    body = [f"    run(handler_{number}, {handler['actions']!r})"]
    return [*reversed(decorators), f"def handler_{number}():", *body]


def program_to_source(program):
    """The handler file of a program, and the identity that Python gives each of its handlers, by the program's own id."""
    lines = list(HEADER)
    for trigger in program["triggers"]:
        names = {"when": "when", "when_not": "when_not", "set": "set_flag", "clear": "clear_flag"}
        arguments = ", ".join(f"{names[key]}={value!r}" for key, value in trigger.items())
        lines.append(f"register_trigger({arguments})")

    ids = {}
    for number, handler in enumerate(program["handlers"]):
        # A function's first line is the one of its first decorator.
        ids[handler["id"]] = f"{HANDLER_FILE}:{len(lines) + 1}:handler_{number}"
        lines += handler_to_source(number, handler)
    return "\n".join(lines) + "\n", ids


class HandlerFailed(Exception):
    pass


class Recorder:
    """Carries out the actions of handlers, and keeps what was invoked when."""

    def __init__(self):
        self.invocations = []

    def run(self, function, actions):
        from charmhelpers.core import unitdata
        from charms.reactive import bus, flags

        phase = unitdata.kv().get("reactive.dispatch.phase")
        iteration = bus.FlagWatch._get()["iteration"] if phase == "other" else 0
        self.invocations.append([phase, iteration, bus._action_id(function)])
        for kind, *arguments in actions:
            if kind == "fail":
                raise HandlerFailed
            getattr(flags, f"{kind}_flag")(*arguments)


def prepare_environment(hook, state, charm_dir):
    os.environ.update({
        "JUJU_HOOK_NAME": hook,
        "JUJU_UNIT_NAME": "flags/0",
        "JUJU_CHARM_DIR": charm_dir,
        "CHARM_DIR": charm_dir,
        "UNIT_STATE_DB": state,
        "PATH": "/nonexistent",
    })
    if "-relation-" in hook:
        relation = hook.rpartition("-relation-")[0]
        os.environ.update({"JUJU_RELATION": relation, "JUJU_RELATION_ID": f"{relation}:0"})
        if not hook.endswith("-broken"):
            os.environ["JUJU_REMOTE_UNIT"] = "remote/0"


def run_hook(job, answer):
    """In a process of its own: one hook, from start to exit. What happened goes to the file descriptor."""
    import charms.reactive
    from charmhelpers.core import hookenv

    recorder = Recorder()
    prepare_environment(job["hook"], job["state"], job["charm_dir"])
    hookenv.log = lambda *arguments, **keywords: None
    source = compile(job["source"], HANDLER_FILE, "exec")
    charms.reactive.bus.discover = lambda: exec(source, {"run": recorder.run})

    outcome = "ok"
    try:
        charms.reactive.main()
    except (HandlerFailed, RecursionError):
        outcome = "error"
    with os.fdopen(answer, "w") as pipe:
        json.dump({"outcome": outcome, "invocations": recorder.invocations}, pipe)
    sys.exit(0 if outcome == "ok" else 1)


def fork_hook(job):
    """The answer of the process that ran a hook."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        run_hook(job, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        answer = pipe.read()
    _, status = os.waitpid(child, 0)
    result = json.loads(answer) if answer else {"outcome": "crashed", "invocations": []}
    return {**result, "exit_code": os.waitstatus_to_exitcode(status)}


def import_peers():
    platform.linux_distribution = lambda: ("Ubuntu", "22.04", "jammy")
    # ops_reactive_interface, which is installed beside it, cannot be loaded where there is no charm.
    import pkg_resources

    pkg_resources.iter_entry_points = lambda group, name=None: iter(())
    import charms.reactive

    assert charms.reactive.main


def serve():
    import_peers()
    while True:
        # Unbuffered, so that a child that ends has nothing of ours left to write or to read.
        line = b""
        while not line.endswith(b"\n"):
            piece = os.read(0, 65536)
            if not piece:
                return
            line += piece
        os.write(1, json.dumps(fork_hook(json.loads(line))).encode() + b"\n")


class PythonPeer:
    """The worker, as the tests use it."""

    def __init__(self, charm_dir):
        self.charm_dir = pathlib.Path(charm_dir)
        self.charm_dir.joinpath("metadata.yaml").write_text("name: flags\n")
        self.process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def run_hook(self, source, hook, state):
        """What one hook did: outcome, invocations, exit code."""
        job = {"source": source, "hook": hook, "state": str(state), "charm_dir": str(self.charm_dir)}
        self.process.stdin.write(json.dumps(job).encode() + b"\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        import_peers()
    else:
        serve()
