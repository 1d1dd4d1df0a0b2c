# SPDX-License-Identifier: Apache-2.0
"""kill -9 at any system call of a hook leaves the old state or the new one, as SQLite reads it, and never one between.

A hook is run once under strace to list its system calls, and then once for each of them, to be killed as it enters that
call. REACTIVE_LONG=1 takes every call from the start of the process on; without it those of the dynamic linker and the
reading of the charm's files, which come before the state file is opened, are left out.
"""

import concurrent.futures
import contextlib
import os
import re
import shutil
import signal
import sqlite3

import pytest

# pylint: disable-next=unused-import
from juju import fixture_strace, making_units, under_strace

WORKERS = 2
HOOK = "config-changed"
OPTIONS = {"generation": {"type": "int", "default": 1}}


@pytest.fixture(name="make_units")
def fixture_make_units(reactive, strace, tmp_path):
    with making_units(tmp_path) as make:
        yield lambda: [make(["steady"], config=OPTIONS) for _ in range(WORKERS)]


# What is on disk


def files_of(unit):
    journal = unit.state_file.with_name(unit.state_file.name + "-journal")
    return {path.name: path.read_bytes() for path in (unit.state_file, journal, unit.config_file) if path.exists()}


def restore(unit, files):
    for path in unit.charm_dir.glob(".*"):
        path.unlink()
    for name, content in files.items():
        (unit.charm_dir / name).write_bytes(content)


def read_state(unit):
    """The rows as SQLite finds them, and the configuration. SQLite gets a copy: if it has to roll something back, the next
    hook still has to do so itself."""
    copy = unit.root / "copy"
    shutil.rmtree(copy, ignore_errors=True)
    copy.mkdir()
    files = files_of(unit)
    for name, content in files.items():
        (copy / name).write_bytes(content)
    with contextlib.closing(sqlite3.connect(copy / unit.state_file.name)) as connection:
        assert connection.execute("pragma integrity_check").fetchall() == [("ok",)]
        has_table = connection.execute("select count(*) from sqlite_master where name = 'kv'").fetchone() == (1,)
        rows = dict(connection.execute("select key, data from kv")) if has_table else {}
    return rows, files.get(unit.config_file.name)


# Where to kill


def list_calls(unit):
    """(system call, how many of the name came before, counting itself), in order, and the index from which on the hook
    has to do with its state."""
    log = unit.root / "strace.log"
    unit.hook(HOOK, **under_strace(log=log)).succeeded()

    calls, counts, first = [], {}, None
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        match = re.match(r"(\w+)\(", line)
        if match is None or match[1] == "execve":
            continue
        counts[match[1]] = counts.get(match[1], 0) + 1
        if first is None and unit.state_file.name in line:
            first = len(calls)
        calls.append((match[1], counts[match[1]]))
    return calls, first


def choose_calls(unit):
    calls, first = list_calls(unit)
    if "REACTIVE_LONG" not in os.environ:
        calls = calls[first:]
    return calls


def kill_at(unit, name, count):
    """Whether the hook was killed; it may have come to its end, as how often it has to wait for Juju differs."""
    fault = f"inject={name}:signal=KILL:when={count}"
    outcome = unit.hook(HOOK, **under_strace("-e", f"trace={name}", "-e", fault))
    assert outcome.code in (0, -signal.SIGKILL), outcome.stderr
    return outcome.code != 0


class Trial:
    """Kills hooks that begin with the same files, and judges what is left."""

    def __init__(self, files, old, new):
        self.files = files
        self.old = old
        self.new = new

    def run(self, unit, name, count):
        """What the kill left: "old", "new", or "new but for the configuration"; None when there was no kill."""
        restore(unit, self.files)
        was_killed = kill_at(unit, name, count)
        rows, config = read_state(unit)
        place = f"killed at {name} {count}"
        assert rows in (self.old[0], self.new[0]), place
        assert config in (self.old[1], self.new[1]), place
        is_old = rows == self.old[0]
        assert not (is_old and config == self.new[1]), f"{place}: a changed configuration would be lost"

        unit.hook(HOOK).succeeded()
        assert read_state(unit) == self.new, place
        if is_old or config == self.old[1]:
            assert "steady:notice_change" in unit.ran(), place
        if not was_killed:
            return None
        if is_old:
            return "old"
        return "new" if config == self.new[1] else "new but for the configuration"

    def run_all(self, units, calls):
        def work(worker):
            return [self.run(units[worker], *call) for call in calls[worker::WORKERS]]

        with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
            return [result for results in pool.map(work, range(WORKERS)) for result in results]


def check_trial(units, files):
    """Kills a hook that begins with @files, everywhere."""
    unit = units[0]
    restore(unit, files)
    old = read_state(unit)
    unit.hook(HOOK).succeeded()
    new = read_state(unit)
    assert old != new
    restore(unit, files)
    calls = choose_calls(unit)

    results = Trial(files, old, new).run_all(units, calls)

    killed = [result for result in results if result is not None]
    # The rest are waits for Juju, of which a busy machine has fewer or more.
    assert len(killed) > 0.7 * len(calls)
    assert set(killed) == {"old", "new", "new but for the configuration"}


# Where it begins


def make_used_files(unit):
    """A unit that has run a hook, some flags that the next one clears, and a changed option."""
    unit.hook(HOOK).succeeded()
    unit.set_flags("steady.old", "foreign")
    unit.set_row("steady.gone", '"soon"')
    unit.set_row("reactive.dispatch.phase", '"other"')
    return files_of(unit)


def make_interrupted_files(unit):
    """The same, but the last hook was killed as it wrote: SQLite has to roll it back first."""
    assert kill_at(unit, "unlink", 1)
    files = files_of(unit)
    assert f"{unit.state_file.name}-journal" in files
    return files


def test_first_hook_of_a_unit(make_units):
    check_trial(make_units(), {})


def test_hook_of_a_used_unit(make_units):
    units = make_units()
    files = make_used_files(units[0])
    for unit in units:
        unit.set_config(generation=2)

    check_trial(units, files)


def test_hook_after_a_killed_one(make_units):
    units = make_units()
    make_used_files(units[0])
    for unit in units:
        unit.set_config(generation=2)

    check_trial(units, make_interrupted_files(units[0]))
