# SPDX-License-Identifier: Apache-2.0
"""A unit of a charm in C and the Juju around it, for tests of whole hooks.

A Unit is a charm directory with handler modules from charms/, a model that `reactive agent` answers from, and the
means to run hooks and actions on it in the environment that Juju's agent makes: replaced, never inherited.
"""

import contextlib
import json
import os
import pathlib
import shutil
import sqlite3
import stat
import subprocess

import pytest

from conftest import environment_for_ptrace

CONTEXT = "web-0-1234"
UNIT_NAME = "web/0"
FLAG_PREFIX = "reactive.states."

# Where a sanitized build finds its options; nothing of Juju's is in these.
INHERITED = ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS")

# Executed tools find the server by this, while the hook itself is given an address where nobody listens.
TOOL_SCRIPT = """#!/bin/sh
JUJU_AGENT_SOCKET_ADDRESS={socket} exec {links}/"${{0##*/}}" "$@"
"""


class Outcome:
    """What one hook or action came to."""

    def __init__(self, process, calls):
        self.code = process.returncode
        self.stdout = process.stdout
        self.stderr = process.stderr
        self.calls = calls

    @property
    def log(self):
        """The lines of Juju's log: (level, text)."""
        lines = []
        for call in self.calls:
            if call["tool"] == "juju-log":
                option, level, separator, text = call["args"]
                assert (option, separator) == ("--log-level", "--")
                lines += [(level, line) for line in text.split("\n")]
        return lines

    def log_of(self, level):
        return [text for line_level, text in self.log if line_level == level]

    def calls_of(self, tool):
        """The arguments of each call of a tool."""
        return [call["args"] for call in self.calls if call["tool"] == tool]

    def succeeded(self):
        assert self.code == 0, f"exit code {self.code}: {self.stderr}"
        assert self.stderr == ""
        return self

    def failed(self, code, *messages):
        """The hook failed, and says why both on stderr and in Juju's log."""
        assert self.code == code, f"exit code {self.code} (expected {code}): {self.stderr}"
        for message in messages:
            assert message in self.stderr, self.stderr
            assert any(message in text for text in self.log_of("ERROR")), self.log
        return self


class Unit:
    """A unit of the application "web". Files of the charm are given by what they declare, as Python objects."""

    def __init__(self, directory, modules=(), config=None, actions=None, includes=None, model=None, metadata=None):
        self.root = pathlib.Path(directory)
        self.charm_dir = self.root / "charm"
        self.tools = self.root / "tools"
        self.state_file = self.charm_dir / ".unit-state.db"
        self.config_file = self.charm_dir / ".juju-persistent-config"
        self.socket = self.root / "agent.socket"
        self.journal = self.root / "journal"
        self.model_file = self.root / "model.json"
        self.server = None

        (self.charm_dir / "reactive").mkdir(parents=True)
        self.write_charm_file("metadata.yaml", metadata or {"name": "web", "summary": "A web server"})
        if config is not None:
            self.write_charm_file("config.yaml", {"options": config})
        if actions is not None:
            self.write_charm_file("actions.yaml", actions)
        if includes is not None:
            self.write_charm_file("layer.yaml", {"includes": includes})
        for module in modules:
            self.add_module(module)

        defaults = {name: option.get("default") for name, option in (config or {}).items()}
        self.model = {"unit": UNIT_NAME, "leader": False, "leader-settings": {}, "config": defaults, **(model or {})}
        self.link_tools()

    # The charm's files

    def write_charm_file(self, name, content):
        """JSON is YAML too."""
        text = content if isinstance(content, (str, bytes)) else json.dumps(content, indent=2)
        data = text.encode() if isinstance(text, str) else text
        (self.charm_dir / name).write_bytes(data)

    def add_module(self, name, under=None):
        """Adds charms/NAME.c, as built, under its own name or another."""
        source = pathlib.Path(os.environ["REACTIVE_TEST_BUILD"]) / "python" / "charms" / f"{name}.so"
        self.add_module_file(source, under or name)

    def add_module_file(self, source, name):
        shutil.copy(source, self.charm_dir / "reactive" / f"{name}.so")

    # The model

    @property
    def model(self):
        return json.loads(self.model_file.read_text(encoding="utf-8"))

    @model.setter
    def model(self, content):
        """Renamed into place, so that the agent never reads half of it."""
        new = self.model_file.with_suffix(".new")
        new.write_text(json.dumps(content), encoding="utf-8")
        new.rename(self.model_file)

    def change_model(self, **members):
        self.model = {**self.model, **members}

    def set_config(self, **options):
        self.change_model(config={**self.model["config"], **options})

    # The tools

    def link_tools(self):
        """Tools to execute, that reach the server whatever address the hook was given."""
        links = self.root / "links"
        subprocess.run([os.environ["REACTIVE_COMMAND"], "agent", "--link", links], check=True)
        self.tools.mkdir()
        script = self.root / "tool"
        script.write_text(TOOL_SCRIPT.format(socket=self.socket, links=links), encoding="utf-8")
        script.chmod(0o755)
        for link in links.iterdir():
            (self.tools / link.name).symlink_to(script)

    def write_tool(self, name, script):
        """Puts a program of the test's own on the hook's PATH."""
        path = self.tools / name
        path.unlink(missing_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)

    # Hooks

    def start_server(self):
        if self.server is None:
            command = [os.environ["REACTIVE_COMMAND"], "agent", "--socket", self.socket, "--context", CONTEXT,
                       "--model", self.model_file, "--journal", self.journal]
            self.server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
            assert self.server.stdout.readline() == "ready\n"

    def stop_server(self):
        if self.server is not None:
            self.server.terminate()
            self.server.stdout.close()
            code = self.server.wait()
            self.server = None
            assert code == 0

    def environment(self, path, address):
        """As an agent on a machine makes it; see the variables of section "hooks" in Juju's documentation."""
        kind, name = path.split("/", 1)
        variables = {
            "CHARM_DIR": self.charm_dir,
            "JUJU_CHARM_DIR": self.charm_dir,
            "JUJU_DISPATCH_PATH": path,
            "JUJU_HOOK_NAME": name if kind == "hooks" else "",
            "JUJU_CONTEXT_ID": CONTEXT,
            "JUJU_AGENT_SOCKET_ADDRESS": address,
            "JUJU_AGENT_SOCKET_NETWORK": "unix",
            "JUJU_UNIT_NAME": UNIT_NAME,
            "JUJU_MODEL_UUID": "21b1bd9c-30ff-4ed4-8e05-e6a8a4f6e1a3",
            "JUJU_MODEL_NAME": "prod",
            "JUJU_API_ADDRESSES": "10.0.0.1:17070",
            "JUJU_MACHINE_ID": "0",
            "JUJU_PRINCIPAL_UNIT": "",
            "JUJU_AVAILABILITY_ZONE": "zone-1",
            "JUJU_VERSION": "3.6.0",
            "CLOUD_API_VERSION": "",
            "PATH": f"{self.tools}:/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "TERM": "tmux-256color",
            "DEBIAN_FRONTEND": "noninteractive",
        }
        if kind == "actions":
            variables |= {"JUJU_ACTION_NAME": name, "JUJU_ACTION_UUID": "2", "JUJU_ACTION_TAG": "action-2"}
        variables |= {name: os.environ[name] for name in INHERITED if name in os.environ}
        return {name: str(value) for name, value in variables.items()}

    def start(self, path, carrier="socket", address=None, prefix=(), **variables):
        """Starts a hook or an action and does not wait for it. @carrier is how it reaches Juju: over the agent socket, or
        by executing tools, as nobody listens at its address. @prefix is a command that runs it."""
        self.start_server()
        if address is None:
            address = self.socket if carrier == "socket" else self.root / "nobody-listens"
        environment = {**self.environment(path, address), **variables}
        return subprocess.Popen([*prefix, os.environ["REACTIVE_COMMAND"], "dispatch"], cwd=self.charm_dir,
                                env={name: value for name, value in environment.items() if value is not None},
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                errors="replace")

    def run(self, path, timeout=60, **options):
        journal_bytes = self.journal.stat().st_size if self.journal.exists() else 0
        process = self.start(path, **options)
        process.stdout, process.stderr = process.communicate(timeout=timeout)
        return Outcome(process, self.read_journal(journal_bytes))

    def hook(self, name, **options):
        return self.run(f"hooks/{name}", **options)

    def action(self, name, params=None, **options):
        self.change_model(action={"params": params or {}})
        return self.run(f"actions/{name}", **options)

    def read_journal(self, from_byte=0):
        if not self.journal.exists():
            return []
        with open(self.journal, encoding="utf-8") as lines:
            lines.seek(from_byte)
            return [json.loads(line) for line in lines]

    # What is kept

    def rows(self):
        """The key/value rows of the state file."""
        return read_table(self.state_file, "select key, data from kv")

    def flags(self):
        return sorted(key[len(FLAG_PREFIX):] for key in self.rows() if key.startswith(FLAG_PREFIX))

    def set_flags(self, *flags):
        """As charmhelpers would have left them."""
        with contextlib.closing(sqlite3.connect(self.state_file)) as connection, connection:
            connection.execute("create table if not exists kv (key text, data text, primary key (key))")
            connection.executemany("insert into kv values (?, 'null')", [(FLAG_PREFIX + flag,) for flag in flags])

    def set_row(self, key, text):
        with contextlib.closing(sqlite3.connect(self.state_file)) as connection, connection:
            connection.execute("insert or replace into kv values (?, ?)", (key, text))

    def trace(self):
        """(hook, outcome, error) of the hooks that were run, oldest first."""
        return read_rows(self.state_file, "select hook, outcome, error from reactive_trace order by id")

    def events(self):
        """What happened in the last hook."""
        (text,), = read_rows(self.state_file, "select events from reactive_trace order by id desc limit 1")
        return json.loads(text)

    def ran(self):
        """The handlers that the last hook ran, in order."""
        return [event[1] for event in self.events() if event[0] == "run"]

    def kept(self):
        """All that a hook leaves on disk, but for the trace: what a failed one must leave as it was."""
        config = self.config_file.read_bytes() if self.config_file.exists() else None
        return self.rows() if self.state_file.exists() else None, config

    def unfinished_files(self):
        """What a writer that was interrupted left in the charm directory."""
        names = [path.name for path in self.charm_dir.iterdir()]
        return sorted(name for name in names if name.startswith(".reactive-") or name.endswith("-journal"))


def read_rows(path, query):
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return connection.execute(query).fetchall()


def read_table(path, query):
    return dict(read_rows(path, query))


def mode_of(path):
    return stat.S_IMODE(path.stat().st_mode)


def under_strace(*options, log="/dev/null"):
    """What to run a hook with, for strace to watch it or to play the system."""
    return {"prefix": ["strace", "-qq", "-o", log, *options], "ASAN_OPTIONS": environment_for_ptrace()["ASAN_OPTIONS"]}


@contextlib.contextmanager
def making_units(directory):
    """A function that makes units in subdirectories, all of which are gone when the context ends."""
    units = []

    def make(*args, **options):
        unit = Unit(directory / f"unit-{len(units)}", *args, **options)
        units.append(unit)
        return unit

    try:
        yield make
    finally:
        for unit in units:
            unit.stop_server()


@pytest.fixture(name="strace", scope="session")
def fixture_strace():
    """under_strace(), for those who import it; skips where nothing may be traced."""
    try:
        subprocess.run(["strace", "-qq", "-o", "/dev/null", "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        pytest.skip(f"strace does not work here: {error}")
    return under_strace


@pytest.fixture(name="make_unit")
def fixture_make_unit(reactive, tmp_path):
    """Makes units; those who test whole hooks import it."""
    with making_units(tmp_path) as make:
        yield make
