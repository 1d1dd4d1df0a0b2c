# SPDX-License-Identifier: Apache-2.0
"""External handlers under the real charms.reactive and under ours, side by side."""

import contextlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import sysconfig

PEERS = pathlib.Path(__file__).with_name("peers") / "external"
FLAG_PREFIX = "reactive.states."
LEFT_OVER = ("reactive.dispatch.", "reactive.state_watch", "reactive.flag_")
METADATA = {"name": "probe", "summary": "A charm of handlers in bash"}


class Worker:
    """The real library, imported once. Its directory of programs is for PATH."""

    def __init__(self, directory):
        self.socket = directory / "worker.socket"
        self.bin = directory / "bin"
        self.bin.mkdir()
        scripts = pathlib.Path(sysconfig.get_path("scripts"))
        self.write_program("charms.reactive", scripts / "charms.reactive")
        self.write_program("main", "main")
        (self.bin / "charms.reactive.sh").symlink_to(scripts / "charms.reactive.sh")
        self.process = subprocess.Popen([sys.executable, "-W", "ignore", PEERS / "worker.py", self.socket],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n"

    def write_program(self, name, program):
        path = self.bin / name
        path.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{PEERS / "ask.py"}" "{program}" "$@"\n',
                        encoding="utf-8")
        path.chmod(0o755)

    def close(self):
        self.process.terminate()
        self.process.stdout.close()
        self.process.wait(timeout=30)


class Side:
    """A charm directory, and what runs its hooks: ours, or the real library. There is no Juju, and nothing to ask it
    for: the charm has neither endpoints nor options, and layer.yaml includes nothing."""

    def __init__(self, directory, worker=None, metadata=None):
        self.worker = worker
        self.charm_dir = pathlib.Path(directory)
        self.charm_dir.mkdir(parents=True)
        (self.charm_dir / "reactive").mkdir()
        (self.charm_dir / "metadata.yaml").write_text(json.dumps({**METADATA, **(metadata or {})}), encoding="utf-8")
        (self.charm_dir / "layer.yaml").write_text("includes: []\n", encoding="utf-8")
        self.state = self.charm_dir / ".unit-state.db"
        reactive = pathlib.Path(os.environ["REACTIVE_COMMAND"])
        self.bin = worker.bin if worker else reactive.parent
        self.hook_command = [worker.bin / "main"] if worker else [reactive, "dispatch"]

    def add_module(self):
        """The handlers of beside, in the language of this side."""
        if self.worker:
            shutil.copy(PEERS / "beside.py", self.charm_dir / "reactive" / "beside.py")
        else:
            built = pathlib.Path(os.environ["REACTIVE_TEST_BUILD"]) / "python" / "charms" / "beside.so"
            shutil.copy(built, self.charm_dir / "reactive" / "beside.so")

    def add_handler(self, name, text, mode=0o755):
        path = self.charm_dir / "reactive" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)

    def environment(self, hook):
        inherited = ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS")
        variables = {name: os.environ[name] for name in inherited if name in os.environ}
        variables |= {
            "CHARM_DIR": self.charm_dir,
            "JUJU_CHARM_DIR": self.charm_dir,
            "JUJU_UNIT_NAME": "probe/0",
            "JUJU_HOOK_NAME": hook,
            "JUJU_DISPATCH_PATH": f"hooks/{hook}",
            "PATH": f"{self.bin}:/usr/bin:/bin",
            "LANG": "C.UTF-8",
        }
        if self.worker:
            variables["CHARMS_REACTIVE_WORKER"] = self.worker.socket
        return {name: str(value) for name, value in variables.items()}

    def run(self, *command, hook="install", **variables):
        environment = {**self.environment(hook), **{name: str(value) for name, value in variables.items()}}
        return subprocess.run(command, cwd=self.charm_dir, env=environment, stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, check=False, timeout=120)

    def hook(self, name, **variables):
        return self.run(*self.hook_command, hook=name, **variables)

    def rows(self):
        if not self.state.exists():
            return {}
        with contextlib.closing(sqlite3.connect(self.state)) as connection:
            try:
                return dict(connection.execute("select key, data from kv"))
            except sqlite3.OperationalError:
                return {}

    def kept(self):
        """What is kept for the next hook, without the dispatcher's notes, and with once marks of bash handlers alone."""
        directory = str(self.charm_dir)
        return {key.replace(directory, "CHARM"): data for key, data in self.rows().items()
                if not key.startswith(LEFT_OVER)
                and not (key.startswith("reactive.invoked.") and "beside" in key)}

    def flags(self):
        return sorted(key[len(FLAG_PREFIX):] for key in self.rows() if key.startswith(FLAG_PREFIX))

    def set_flags(self, *flags):
        self.set_rows({FLAG_PREFIX + flag: "null" for flag in flags})

    def set_rows(self, rows):
        with contextlib.closing(sqlite3.connect(self.state)) as connection, connection:
            connection.execute("create table if not exists kv (key text, data text, primary key (key))")
            connection.executemany("insert or replace into kv values (?, ?)", rows.items())

    def take_record(self):
        """What ran since this was last called."""
        path = self.charm_dir / "record"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines
