# SPDX-License-Identifier: Apache-2.0
"""Whole hooks: the process of a charm from start to exit, against the same charm in charms.reactive and in ops.

`reactive agent` answers all of them. Our charm asks it over the agent socket, or by executing the tools; the peers
can only execute them. Its own time is not counted; that of the charm's process and of the tools that it ran is. When we
are to execute tools, they are reached through a script that knows the socket, which the environment then does not tell:
what that costs is on us.
"""

import json
import os
import pathlib
import platform
import shutil
import statistics
import subprocess
import tempfile
import time

import results

DIRECTORY = pathlib.Path(__file__).resolve().parent
CONTEXT = "bench-0-1234"
CHARMS = ("minimal", "dozen")
METADATA = """\
name: bench
summary: Measured
description: Measured
requires:
  db:
    interface: pgsql
"""
CONFIG = """\
options:
  greeting:
    type: string
    default: hello
    description: What to say
"""
MODEL = {
    "unit": "bench/0",
    "leader": True,
    "config": {"greeting": "hello"},
    "private-address": "10.0.0.7",
    "endpoints": ["db"],
}
TOOL_SCRIPT = """\
#!/bin/sh
JUJU_AGENT_SOCKET_ADDRESS={socket} exec {links}/"${{0##*/}}" "$@"
"""
# charmhelpers knows itself to run on Ubuntu, and not on Debian.
REACTIVE_DISPATCH = """\
#!{python}
{workaround}
# Without what else is installed for charms.reactive, which would only cost time.
import pkg_resources; pkg_resources.iter_entry_points = lambda group, name=None: iter(())
from charms.reactive import main

main()
"""
REACTIVE_WORKAROUND = 'import platform; platform.linux_distribution = lambda: ("Ubuntu", "22.04", "jammy")'

MIN_RATIO = {"charms.reactive": 40, "ops": 30}


class Juju:
    """`reactive agent`, and the two ways to it."""

    def __init__(self, build_dir, directory, model=None):
        self.socket = directory / "agent.socket"
        self.links = directory / "links"
        self.wrappers = directory / "wrappers"
        self.model = directory / "model.json"
        self.model.write_text(json.dumps(model or MODEL), encoding="utf-8")
        subprocess.run([build_dir / "engine" / "reactive", "agent", "--link", self.links], check=True)
        self.make_wrappers(directory / "tool")
        self.server = subprocess.Popen(
            [build_dir / "engine" / "reactive", "agent", "--socket", self.socket, "--model", self.model,
             "--context", CONTEXT], stdout=subprocess.PIPE, text=True)
        if self.server.stdout.readline() != "ready\n":
            raise results.Broken("'reactive agent' does not start")

    def make_wrappers(self, script):
        script.write_text(TOOL_SCRIPT.format(socket=self.socket, links=self.links), encoding="utf-8")
        script.chmod(0o755)
        self.wrappers.mkdir()
        for link in self.links.iterdir():
            (self.wrappers / link.name).symlink_to(script)

    def stop(self):
        self.server.terminate()
        self.server.stdout.close()
        self.server.wait()

    def environment(self, charm_dir, by_wrappers):
        """As an agent on a machine makes it: replaced, never inherited."""
        address = self.socket.parent / "nobody-listens" if by_wrappers else self.socket
        return {
            "CHARM_DIR": str(charm_dir), "JUJU_CHARM_DIR": str(charm_dir), "JUJU_DISPATCH_PATH": "hooks/update-status",
            "JUJU_HOOK_NAME": "update-status", "JUJU_CONTEXT_ID": CONTEXT, "JUJU_AGENT_SOCKET_NETWORK": "unix",
            "JUJU_AGENT_SOCKET_ADDRESS": str(address), "JUJU_UNIT_NAME": "bench/0", "JUJU_MODEL_NAME": "prod",
            "JUJU_MODEL_UUID": "21b1bd9c-30ff-4ed4-8e05-e6a8a4f6e1a3", "JUJU_API_ADDRESSES": "10.0.0.1:17070",
            "JUJU_MACHINE_ID": "0", "JUJU_PRINCIPAL_UNIT": "", "JUJU_AVAILABILITY_ZONE": "", "JUJU_VERSION": "3.6.0",
            "CLOUD_API_VERSION": "", "PATH": f"{self.wrappers if by_wrappers else self.links}:/usr/bin:/bin",
            "LANG": "C.UTF-8", "TERM": "tmux-256color", "DEBIAN_FRONTEND": "noninteractive",
        }


class Charm:
    """A charm directory, and the command that Juju would run in it."""

    def __init__(self, directory, command):
        self.directory = directory
        self.command = command

    def run(self, environment):
        """One hook. Returns: processor and wall time in milliseconds, of the process and all that it waited for."""
        begin = time.perf_counter()
        process = subprocess.Popen(self.command, cwd=self.directory, env=environment, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, close_fds=False)
        errors = process.stderr.read()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
        process.stderr.close()
        if process.returncode != 0:
            raise results.Broken(f"{self.directory.name} ended with {process.returncode}: {errors.decode()}")

        return 1e3 * (usage.ru_utime + usage.ru_stime), 1e3 * wall


def write_charm(directory):
    directory.mkdir()
    (directory / "metadata.yaml").write_text(METADATA, encoding="utf-8")
    (directory / "config.yaml").write_text(CONFIG, encoding="utf-8")


def write_script(path, text):
    path.write_text(text, encoding="utf-8")
    path.chmod(0o755)


def make_ours(build_dir, directory, name):
    write_charm(directory)
    (directory / "reactive").mkdir()
    shutil.copy(build_dir / "tests" / "bench" / f"{name}.so", directory / "reactive" / "app.so")

    return Charm(directory, [build_dir / "engine" / "reactive", "dispatch"])


def make_charms_reactive(build_dir, directory, name):
    write_charm(directory)
    (directory / "reactive").mkdir()
    shutil.copy(DIRECTORY / "charm" / f"{name}_reactive.py", directory / "reactive" / "app.py")
    is_debian = "debian" in platform.freedesktop_os_release().get("ID", "")
    write_script(directory / "dispatch", REACTIVE_DISPATCH.format(
        python=build_dir / "venv" / "bin" / "python", workaround=REACTIVE_WORKAROUND if is_debian else ""))

    return Charm(directory, [directory / "dispatch"])


def make_ops(build_dir, directory, name):
    write_charm(directory)
    source = (DIRECTORY / "charm" / f"{name}_ops.py").read_text(encoding="utf-8")
    write_script(directory / "dispatch", f"#!{build_dir / 'venv' / 'bin' / 'python'}\n{source}")

    return Charm(directory, [directory / "dispatch"])


def measure_charm(charm, environment, n_runs):
    """Medians. The first runs write caches and the state file."""
    for _ in range(3):
        charm.run(environment)
    times = [charm.run(environment) for _ in range(n_runs)]

    return tuple(statistics.median(column) for column in zip(*times))


def measure_name(table, build_dir, directory, juju, name, scale):
    ours = make_ours(build_dir, directory / f"{name}-ours", name)
    by_carrier = {
        "socket": measure_charm(ours, juju.environment(ours.directory, False), 20 * scale),
        "tools": measure_charm(ours, juju.environment(ours.directory, True), 10 * scale),
    }
    peers = {}
    if os.path.exists(build_dir / "venv"):
        for peer, make in (("charms.reactive", make_charms_reactive), ("ops", make_ops)):
            charm = make(build_dir, directory / f"{name}-{peer}", name)
            peers[peer] = measure_charm(charm, juju.environment(charm.directory, False), 3 * scale)

    size = {"minimal": 0, "dozen": 12}[name]
    for carrier, costs in by_carrier.items():
        for number, kind in enumerate(("CPU", "wall")):
            program = f"{name}, by {carrier}, {kind}"
            has_target = (name, carrier, kind) == ("minimal", "socket", "CPU")
            for peer, other in peers.items():
                table.add(program, size, costs[number], "ms", peer, other[number],
                          at_least=MIN_RATIO[peer] if has_target else None)
            if not peers:
                table.add(program, size, costs[number], "ms")


def measure(table, build_dir, quick):
    with tempfile.TemporaryDirectory(prefix="bench-hook-", dir=build_dir) as name:
        directory = pathlib.Path(name)
        juju = Juju(build_dir, directory)
        try:
            for charm in CHARMS:
                measure_name(table, build_dir, directory, juju, charm, 1 if quick else 5)
        finally:
            juju.stop()
