# SPDX-License-Identifier: Apache-2.0
"""Handlers that are programs: whole hooks of charms that have them, under ours and under the real charms.reactive."""

import contextlib
import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import time

import pytest

from external import Side, Worker
# pylint: disable-next=unused-import
from juju import fixture_make_unit, mode_of

START = """#!/bin/bash
source charms.reactive.sh
record() { echo "$1" >>"$CHARM_DIR/record"; }
"""
END = "\nreactive_handler_main\n"

LIFE = """
@hook install
function on_install() {
    record bash_install
    set_flag bash.ready
    set_flag bash.token
}

@when beside.seen
@when_not bash.done
function after() {
    record after
    set_flag bash.done
    clear_flag bash.token
    set_flag shared.a
}

@only_once
just_once() {
    record just_once
}

@when_file_changed conf other
function changed() {
    record changed
}

@when_any shared.a shared.b
@when_not_all shared.a never
function shared() {
    record shared
    all_flags_set shared.a bash.done && any_flags_set never shared.a && record sees_flags
}
"""

# The first clears what the second waits for, and both run all the same.
BATCH = """
@when bash.start
function first() {
    record first
    clear_flag bash.start
    clear_flag shared.queued
    set_flag shared.b
    clear_flag shared.b
}

@when bash.start
function second() {
    record second
}
"""

# The handlers of beside come before it.
LATE = """
@when shared.queued
function late() {
    record late
}

@when_not nothing
function stays() {
    record stays
}
"""

TRIGGERS = """
@hook install
function register() {
    charms.reactive register_trigger --when beside.seen --set_flag from.bash
    charms.reactive register_trigger --when from.bash --clear_flag bash.ready
    set_flag bash.ready
}

@when from.bash
@only_once
function value() {
    charms.reactive set_flag --value 5 with.value
    charms.reactive set_flag --value 6 without.value
}

@when without.value
@only_once
function cleared() {
    clear_flag without.value
    set_flag beside.once
}
"""

RESTRICTED = """
@hook collect-metrics install
function in_hook() {
    record in_hook
}

@only_once
function once_anywhere() {
    record once_anywhere
    set_flag set.in.restricted
}

@when_not nothing
function in_iterations() {
    record in_iterations
}
"""

# Any language can do it: this one asks for nothing that is ours.
PLAIN = """#!/bin/sh
case "$1" in
--test)
    [ -e "$CHARM_DIR/marker" ] && exit 1
    echo one
    echo "two  three"
    ;;
--invoke)
    touch "$CHARM_DIR/marker"
    printf '%s\\n' "$(echo "$(echo "$2")" | tr '\\n' '|')" >>"$CHARM_DIR/record"
    ;;
esac
"""

ENDLESS = """#!/bin/sh
[ "$1" = --test ] || echo again >>"$CHARM_DIR/record"
"""

# charmhelpers' own store, in a child.
STORE = f"""#!{sys.executable}
import os, sys
from charmhelpers.core import unitdata
kv = unitdata.kv()
if sys.argv[1] == "--test":
    sys.exit(0 if kv.get("count", 0) < 2 else 1)
kv.set("count", kv.get("count", 0) + 1)
kv.set("deep", {{"list": [1, 2.5, None], "text": "ü"}})
kv.unset("old")
kv.flush()
with open(os.environ["CHARM_DIR"] + "/record", "a") as record:
    print("store", kv.get("count"), file=record)
"""

# name: (files of reactive/, flags at first, hooks; "conf=TEXT" writes a file)
CHARMS = {
    "life": ({"a-first.sh": START + LIFE + END}, [],
             ["conf=1", "install", "config-changed", "conf=2", "update-status", "upgrade-charm"]),
    "batch": ({"a-first.sh": START + BATCH + END}, ["bash.start", "shared.queued"], ["update-status", "update-status"]),
    "retest": ({"z-last.sh": START + LATE + END}, ["beside.clear", "shared.queued"],
               ["update-status", "update-status"]),
    "triggers": ({"a-first.sh": START + TRIGGERS + END}, [], ["install", "config-changed"]),
    "restricted": ({"a-first.sh": START + RESTRICTED + END}, [], ["collect-metrics", "collect-metrics", "install"]),
    "plain": ({"a-first": PLAIN, "deeper/z-last": PLAIN}, ["beside.once"], ["install", "start"]),
    "two-files": ({"a-first.sh": START + LIFE + END, "z-last.sh": START + LATE + END}, ["shared.queued"],
                  ["install", "config-changed"]),
    "store": ({"a-first": STORE}, [], ["install", "config-changed"]),
    "cap": ({"a-first": ENDLESS}, [], ["update-status"]),
}


@pytest.fixture(name="worker", scope="module")
def fixture_worker(python_peers, tmp_path_factory):  # pylint: disable=unused-argument
    worker = Worker(tmp_path_factory.mktemp("worker"))
    yield worker
    worker.close()


def prepare(side, files, flags):
    side.add_module()
    for name, text in files.items():
        side.add_handler(name, text)
    side.set_rows({"old": "1"})
    side.set_flags(*flags)


def run_hooks(side, hooks):
    """What ran in each hook, and what was kept of it."""
    results = []
    for hook in hooks:
        if "=" in hook:
            name, text = hook.split("=")
            (side.charm_dir / name).write_text(text, encoding="utf-8")
            continue
        outcome = side.hook(hook)
        results.append((hook, outcome.returncode, side.take_record(), side.kept()))
        assert outcome.returncode == 0, outcome.stderr
    return results


@pytest.mark.parametrize("name", CHARMS)
def test_hooks_are_those_of_the_real_library(name, tmp_path, worker):
    files, flags, hooks = CHARMS[name]
    ours, theirs = Side(tmp_path / "ours"), Side(tmp_path / "real", worker)
    for side in (ours, theirs):
        prepare(side, files, flags)

    our_results, their_results = run_hooks(ours, hooks), run_hooks(theirs, hooks)
    for our, their in zip(our_results, their_results):
        assert our == their
    assert any(record for _, _, record, _ in our_results)
    assert sorted(path.name for path in ours.charm_dir.iterdir() if "external" in path.name) == []


def test_once_marks_of_a_python_charm_hold(tmp_path, worker):
    """The unit moves on from one to the other, and back, in the same directory."""
    theirs = Side(tmp_path / "charm", worker)
    prepare(theirs, {"a-first.sh": START + LIFE + END}, [])
    theirs.hook("install")
    assert "just_once" in theirs.take_record()

    ours = Side.__new__(Side)
    ours.__dict__.update(Side(tmp_path / "other").__dict__, charm_dir=theirs.charm_dir, state=theirs.state)
    (theirs.charm_dir / "reactive" / "beside.py").unlink()
    ours.add_module()
    assert ours.hook("config-changed").returncode == 0
    assert ours.take_record() == ["shared", "sees_flags", "watch"]
    (theirs.charm_dir / "conf").write_text("new", encoding="utf-8")
    assert ours.hook("config-changed").returncode == 0
    assert "changed" in ours.take_record()

    (theirs.charm_dir / "reactive" / "beside.so").unlink()
    theirs.add_module()
    assert theirs.hook("config-changed").returncode == 0
    assert not {"just_once", "changed"} & set(theirs.take_record())


# A hook that fails


FAILS = """
@when_not failed.before
function fails() {
    record fails
    set_flag half.done
    clear_flag old.flag
    charms.reactive mark_invoked half
    exit 3
}
"""
GOES_WELL = """
@when_not done
@when_file_changed conf
function goes_well() {
    record goes_well
}

@when_not done
function sets() {
    set_flag done
    clear_flag old.flag
    set_flag beside.fail
}
"""


@pytest.mark.parametrize("text, records, message", [
    (FAILS, ["fails"], 'handler \'reactive/a-first.sh "fails"\': it ended with exit code 3'),
    (GOES_WELL, ["fail"], "handler 'beside:fail': told to fail"),
], ids=["the-program", "a-later-handler"])
def test_a_failing_hook_leaks_nothing(tmp_path, worker, text, records, message):
    ours, theirs = Side(tmp_path / "ours"), Side(tmp_path / "real", worker)
    for side in (ours, theirs):
        prepare(side, {"a-first.sh": START + text + END}, ["old.flag"])
    before = ours.rows()
    outcome = ours.hook("install")

    assert outcome.returncode == 4
    assert message in outcome.stderr
    assert ours.take_record()[-1:] == records
    assert ours.rows() == before
    assert theirs.hook("install").returncode == 1
    assert theirs.take_record()[-1:] == records
    assert theirs.rows() != before


@pytest.mark.parametrize("script, message", [
    ("#!/bin/sh\n[ $1 = --test ] || kill -TERM $$\n", "handler 'reactive/bad \"\"': it was killed by signal 15"),
    ("#!/bin/sh\n[ $1 = --test ] || exit 7\n", "handler 'reactive/bad \"\"': it ended with exit code 7"),
    ("#!/no/such/interpreter\n", "handler 'reactive/bad': its --test: "),
    ("#!/bin/sh\nprintf 'a\\000b'\n", "it prints a NUL"),
    ("#!/bin/sh\nhead -c 200000 /dev/zero | tr '\\0' x\n", "more than 102400 bytes"),
    ("#!/bin/sh\nrm -f $UNIT_STATE_DB\n", "handler 'reactive/bad': its --test: its copy of the state: "),
    ("#!/bin/sh\n[ $1 = --test ] || echo nonsense >$UNIT_STATE_DB\n",
     "handler 'reactive/bad \"\"': its copy of the state: "),
], ids=["killed", "exit-code", "no-interpreter", "nul", "too-much", "state-gone", "state-broken"])
def test_a_bad_program_is_named(tmp_path, reactive, script, message):  # pylint: disable=unused-argument
    side = Side(tmp_path / "ours")
    side.add_handler("bad", script)
    side.set_flags("before")
    before = side.rows()
    outcome = side.hook("install")

    assert outcome.returncode != 0
    assert message in outcome.stderr
    assert side.rows() == before
    assert not [path.name for path in side.charm_dir.iterdir() if path.name.startswith(".unit-state.db.")]


def test_a_test_that_is_killed_is_one_that_fails(make_unit):
    unit = make_unit()
    add_handler(unit, "killed", "#!/bin/sh\nkill -KILL $$\n")
    outcome = unit.hook("install").succeeded()

    assert unit.ran() == []
    assert outcome.log_of("WARNING")[0].startswith("reactive/killed --test was killed by signal 9")


# Processes that handlers leave behind


LEAVES = """#!/bin/sh
if [ "$1" = --test ]; then
    [ ! -e left ]
    exit
fi
touch left
(
    until [ -e go ]; do sleep 0.02; done
    charms.reactive set_flag late
    echo $? >code
    mv code ended
) >/dev/null 2>said &
"""
WAITS = """#!/bin/sh
[ "$1" = --invoke ] || exec test ! -e go
touch go
until [ -e ended ]; do sleep 0.02; done
charms.reactive is_flag_set late && echo sees_it >>record
"""


def wait_for(path):
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline, f"{path} does not come"
        time.sleep(0.02)


def assert_written_late(side):
    """When it is let go, in case nothing did so."""
    (side.charm_dir / "go").touch()
    wait_for(side.charm_dir / "ended")
    assert (side.charm_dir / "ended").read_text(encoding="utf-8") == "0\n", \
        (side.charm_dir / "said").read_text(encoding="utf-8")
    assert "late" in side.flags()
    assert not list(side.charm_dir.glob(".unit-state.db.*"))


@pytest.mark.parametrize("more, records", [
    ({}, []),
    ({"z-last": WAITS}, ["sees_it"]),
    ({"z-last": "#!/bin/sh\n[ $1 = --test ] || exit 3\n"}, []),
    ({"z-last": "#!/bin/sh\n[ $1 = --invoke ] || exec test ! -e go\ntouch go\n"}, []),
], ids=["after-the-hook", "while-another-runs", "after-a-failure", "at-the-end"])
def test_what_is_written_late_is_kept(tmp_path, worker, more, records):
    for side in (Side(tmp_path / "ours"), Side(tmp_path / "real", worker)):
        prepare(side, {"a-first": LEAVES, **more}, [])
        side.hook("update-status")
        assert side.take_record() == records
        assert_written_late(side)


def test_what_a_killed_hook_shared_is_shared_no_more(tmp_path, reactive):  # pylint: disable=unused-argument
    side = Side(tmp_path / "ours")
    side.set_flags("before")
    left = side.charm_dir / ".unit-state.db.external" / "state"
    left.parent.mkdir()
    shutil.copy(side.state, left)
    set_late = [side.bin / "charms.reactive", "set_flag", "late"]
    with contextlib.closing(sqlite3.connect(side.state)) as hook:
        hook.execute("begin immediate")
        assert side.run(*set_late, UNIT_STATE_DB=left).returncode == 0
        assert side.flags() == ["before"]
    assert side.run(*set_late, UNIT_STATE_DB=left).returncode == 0
    assert side.flags() == ["before", "late"]

    shutil.rmtree(left.parent)
    assert side.run(side.bin / "charms.reactive", "is_flag_set", "late", UNIT_STATE_DB=left).returncode == 0


STORE_LATE = f"""#!{sys.executable}
import os, sys, time
from charmhelpers.core import unitdata
if sys.argv[1] == "--test":
    sys.exit(os.path.exists("left"))
open("left", "w").close()
if os.fork() > 0:
    sys.exit()
os.close(1)
os.close(2)
while not os.path.exists("go"):
    time.sleep(0.02)
try:
    unitdata.kv().set("late", 1)
    unitdata.kv().flush()
    said = "kept"
except OSError as error:
    said = type(error).__name__
with open("code", "w") as code:
    code.write(said)
os.rename("code", "ended")
"""


def test_python_cannot_write_what_nobody_reads(tmp_path, reactive, python_peers):  # pylint: disable=unused-argument
    side = Side(tmp_path / "ours")
    side.add_handler("store", STORE_LATE)
    assert side.hook("install").returncode == 0

    (side.charm_dir / "go").touch()
    wait_for(side.charm_dir / "ended")
    assert (side.charm_dir / "ended").read_text(encoding="utf-8") == "FileNotFoundError"
    assert not list(side.charm_dir.glob(".unit-state.db.*"))


# What is a handler, and what it sees


def add_handler(unit, name, text, mode=0o755):
    path = unit.charm_dir / "reactive" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(mode)


SAY = '#!/bin/sh\n[ "$1" = --test ] && [ -e "$0.ran" ] && exit 1\n[ "$1" = --test ] || touch "$0.ran"\n'


def test_which_files_are_handlers(make_unit):
    unit = make_unit(["steady"])
    for name in ("app", "zoo.sh", "deep/er/one"):
        add_handler(unit, name, SAY)
    add_handler(unit, "not-executable", SAY, mode=0o644)
    for name in ("script.py", "README.md", ".hidden", "app.orig", "__pycache__/cached"):
        add_handler(unit, name, SAY)
    add_handler(unit, "text", "no interpreter\n")
    (unit.charm_dir / "reactive" / "loop").symlink_to(".")
    (unit.charm_dir / "reactive" / "gone").symlink_to("nowhere")
    (unit.charm_dir / "hooks" / "relations" / "db").mkdir(parents=True)
    add_handler(unit, "../hooks/relations/db/provides.sh", SAY)
    os.mkfifo(unit.charm_dir / "reactive" / "fifo", mode=0o755)

    unit.hook("install").succeeded()
    names = [name.split(' "')[0] for name in unit.ran() if not name.startswith("steady:")]
    assert names == ["reactive/app", "reactive/deep/er/one", "reactive/zoo.sh", "hooks/relations/db/provides.sh"]


def test_order_is_that_of_the_names(make_unit):
    unit = make_unit(["steady"])
    for name in ("a", "steadx", "steady", "steadz"):
        add_handler(unit, name, ENDLESS.replace("--test ]", '--test ] && [ -e "$0.ran" ] && exit 1; [ "$1" = --test ]')
                    + 'touch "$0.ran"\n')
    unit.hook("update-status")
    queued = [event[1].split(' "')[0] for event in unit.events() if event[0] == "queue"]
    own = [name for name in queued if name.startswith("reactive/")]
    assert own == sorted(own)


def test_an_unreadable_name_is_refused(make_unit):
    unit = make_unit()
    add_handler(unit, "two\nlines", SAY)
    unit.hook("install").failed(4, "the name of a handler is UTF-8 without control characters")


ENVIRONMENT = """#!/bin/sh
if [ "$1" = --test ]; then
    [ -e "$CHARM_DIR/seen" ] && exit 1
    exit 0
fi
{
    echo "cwd=$PWD"
    echo "charm=$CHARM_DIR $JUJU_CHARM_DIR"
    echo "hook=$JUJU_HOOK_NAME"
    echo "state=$UNIT_STATE_DB $(stat -c %a "$UNIT_STATE_DB")"
    echo "command=$(command -v charms.reactive)"
    echo "shell=$(command -v charms.reactive.sh)"
    echo "self=$0"
} >"$CHARM_DIR/seen"
ls -l /proc/self/fd | grep -c 'unit-state.db$\\|agent.socket\\|socket:' >"$CHARM_DIR/descriptors"
echo printed
echo complained >&2
"""


def seen_by(unit):
    return dict(line.split("=", 1) for line in (unit.charm_dir / "seen").read_text(encoding="utf-8").splitlines())


def test_what_a_handler_sees(make_unit, reactive):
    unit = make_unit()
    add_handler(unit, "look", ENVIRONMENT)
    outcome = unit.hook("config-changed", PATH="/usr/bin:/bin")

    assert (outcome.code, outcome.stdout, outcome.stderr) == (0, "printed\n", "complained\n")
    assert seen_by(unit) == {
        "cwd": str(unit.charm_dir),
        "charm": f"{unit.charm_dir} {unit.charm_dir}",
        "hook": "config-changed",
        "state": f"{unit.state_file}.external/state 600",
        "command": f"{reactive.parent}/charms.reactive",
        "shell": f"{reactive.parent}/charms.reactive.sh",
        "self": f"{unit.charm_dir}/reactive/look",
    }
    assert (unit.charm_dir / "descriptors").read_text(encoding="utf-8") == "0\n"
    assert not (unit.charm_dir / ".unit-state.db.external").exists()
    assert mode_of(unit.state_file) == stat.S_IRUSR | stat.S_IWUSR


def test_a_packed_charm_brings_its_own_commands(make_unit, reactive):
    unit = make_unit()
    add_handler(unit, "look", ENVIRONMENT)
    programs = unit.charm_dir / "bin"
    programs.mkdir()
    for name in ("charms.reactive", "charms.reactive.sh"):
        (programs / name).symlink_to(reactive.parent / name)
    unit.hook("config-changed", PATH="/usr/bin:/bin")

    assert seen_by(unit)["command"] == f"{programs}/charms.reactive"
    assert seen_by(unit)["shell"] == f"{programs}/charms.reactive.sh"


def test_what_the_log_and_the_trace_say(make_unit):
    unit = make_unit()
    add_handler(unit, "app.sh", START + """
@hook install
function one() {
    clear_flag a.flag
    set_flag b.flag
}

@hook install
function two() {
    set_flag a.flag
    status-set active "from bash"
}
""" + END)
    outcome = unit.hook("install")
    assert outcome.code == 0

    assert 'Invoking reactive handler: reactive/app.sh "two,one"' in outcome.log_of("INFO")
    assert 'tracer: ++   queue handler reactive/app.sh "two,one"' in outcome.log_of("DEBUG")
    assert "tracer: set flag b.flag" in outcome.log_of("DEBUG")
    assert unit.ran() == ['reactive/app.sh "two,one"']
    assert ["set", "b.flag"] in unit.events()
    assert unit.flags() == ["b.flag"]
    assert unit.model["status"] == {"status": "active", "message": "from bash"}


def test_the_cap_names_who_goes_round(make_unit):
    unit = make_unit()
    add_handler(unit, "again", ENDLESS)
    outcome = unit.hook("update-status").succeeded()

    assert len(unit.ran()) == 101
    (line,) = outcome.log_of("ERROR")
    assert "did not settle in 100 iterations" in line and "reactive/again" in line


def test_an_action_asks_them_too(make_unit):
    unit = make_unit(["actions"], actions={"refuse": {"description": "Say no."}})
    add_handler(unit, "app.sh", START + """
@when_not never
function after_action() {
    record "after, not in ${JUJU_HOOK_NAME:-a hook}"
    set_flag seen
}
""" + END)
    unit.hook("install")
    (unit.charm_dir / "record").unlink()
    unit.action("refuse")
    assert (unit.charm_dir / "record").read_text(encoding="utf-8") == "after, not in a hook\n"


@pytest.mark.parametrize("left", [".external", ".external/state", ".external/state-journal", ".external.gone/state"])
def test_what_a_killed_hook_left_is_no_harm(make_unit, left):
    unit = make_unit()
    add_handler(unit, "app.sh", START + "@hook install\nfunction one() { set_flag a.flag; }\n" + END)
    path = unit.charm_dir / f".unit-state.db{left}"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"left over")
    assert unit.hook("install").code == 0

    assert unit.flags() == ["a.flag"]
    assert not list(unit.charm_dir.glob(".unit-state.db.*"))


def test_a_daemon_may_stay_behind(make_unit):
    unit = make_unit()
    add_handler(unit, "daemon", '#!/bin/sh\n[ -e "$CHARM_DIR/daemon" ] && exit 1\n[ "$1" = --test ] && exit 0\n'
                'sleep 60 >/dev/null 2>&1 &\necho $! >"$CHARM_DIR/daemon"\n')
    unit.hook("install", timeout=30).succeeded()
    os.kill(int((unit.charm_dir / "daemon").read_text(encoding="utf-8")), 15)


# bash alone


SHELL = """
# A comment, and options of the shell, stand above.
set -eu

@when_not one.done

# what it is for
@only_once
function   one   ()   {
    local handler=mine
    record "one $handler"
    set_flag one.done
}

@hook update-status
two() (
    record two
)

@when one.done
@when_not 'with blank' "quo'te"
function three
{
    record three
    set_flag 'with blank'
}
"""


def test_shell_helpers_find_functions(tmp_path, reactive):  # pylint: disable=unused-argument
    side = Side(tmp_path / "ours")
    side.add_handler("app.sh", START + SHELL + END)
    outcome = side.hook("update-status")

    assert outcome.returncode == 0, outcome.stderr
    assert side.take_record() == ["two", "one mine", "three"]
    assert side.flags() == ["one.done", "with blank"]
    lines = (START + SHELL + END).splitlines()
    marks = sorted(key.rpartition("/")[2] for key in side.rows() if key.startswith("reactive.invoked."))
    assert marks == sorted(f"app.sh:{lines.index(line) + 1}:{name}" for name, line in
                           [("one", "function   one   ()   {"), ("two", "two() ("), ("three", "function three")])


def test_shell_helpers_are_silent_under_xtrace(tmp_path, reactive):  # pylint: disable=unused-argument
    side = Side(tmp_path / "ours")
    side.add_handler("app.sh", START.replace("bash\n", "bash\nset -x\n", 1)
                     + "@hook install\nfunction one() { : mine; }\n" + END)
    outcome = side.hook("install")

    assert outcome.returncode == 0
    assert "+ : mine" in outcome.stderr
    assert "BASH_REMATCH" not in outcome.stderr and "_reactive_" not in outcome.stderr


def test_a_decorator_without_a_function_is_named(tmp_path, reactive):  # pylint: disable=unused-argument
    side = Side(tmp_path / "ours")
    side.add_handler("app.sh", START + "@hook install\n" + END)
    outcome = side.hook("install")

    assert "app.sh:4: there is no function below this line" in outcome.stderr
    assert outcome.returncode == 0


def test_the_shell_file_tells_how_to_use_it(reactive):
    result = subprocess.run([reactive.parent / "charms.reactive.sh"], capture_output=True, text=True, check=True)
    assert "source charms.reactive.sh" in result.stdout
    assert "reactive_handler_main" in result.stdout


# In a simulation


def test_the_example_runs_in_a_simulation(reactive, source):
    scenario = reactive.parents[1] / "examples" / "mixed" / "scenario.yaml"
    result = subprocess.run([reactive, "simulate", "--check", scenario], capture_output=True, text=True, check=False,
                            timeout=120)
    assert result.returncode == 0, result.stdout
    assert 'reactive/service.sh "welcome,install"' in result.stdout
    assert (source / "examples" / "mixed" / "scenario.yaml").read_bytes() == scenario.read_bytes()


def test_a_charm_of_programs_alone_runs_in_a_simulation(reactive, tmp_path):
    charm = tmp_path / "charm"
    (charm / "reactive").mkdir(parents=True)
    (charm / "metadata.yaml").write_text("name: plain\nsummary: A charm of programs\n", encoding="utf-8")
    (charm / "dispatch").write_text("#!/bin/sh\nexec reactive dispatch\n", encoding="utf-8")
    handler = charm / "reactive" / "app.sh"
    handler.write_text(START + "@hook install\nfunction one() {\n    set_flag a.flag\n    status-set active\n}\n" + END,
                       encoding="utf-8")
    for path in (charm / "dispatch", handler):
        path.chmod(0o755)
    (tmp_path / "plain.yaml").write_text("applications:\n  plain: {charm: charm}\nsteps:\n  - settle\n"
                                         "  - expect: {plain/0: {flags: [a.flag], status: active}}\n", encoding="utf-8")
    result = subprocess.run([reactive, "simulate", "--check", "plain.yaml"], cwd=tmp_path, capture_output=True,
                            text=True, check=False, timeout=120)
    assert result.returncode == 0, result.stdout
