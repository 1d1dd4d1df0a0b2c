# SPDX-License-Identifier: Apache-2.0
"""`reactive simulate` with scenarios: what is run, what is told when something is not as expected, what is refused; the
scenarios of the examples and of the documents."""

import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import textwrap

import pytest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SCENARIOS = sorted(SOURCE.glob("examples/scenarios/*.yaml"))
DOCUMENT = SOURCE / "docs" / "scenarios.md"
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
SEEDS = (1, 2, 3, 4, 5)

DISPATCH = "#!/bin/sh\nexec reactive dispatch\n"
KINDS = """
provides: {db: {interface: kinds}}
requires: {far: {interface: kinds}}
peers: {cluster: {interface: kinds-cluster}}
storage: {data: {type: filesystem, multiple: {range: 0-}}}
containers: {web: {}}
"""
STEADY_CONFIG = "options:\n  generation: {type: int, default: 1}\n  do: {type: string, default: nothing}\n"


class Place:
    """A directory with charms in it, and scenarios beside them."""

    def __init__(self, directory, reactive):
        self.directory = directory
        self.reactive = reactive

    def add_charm(self, name, modules=(), metadata="", config=None, actions=None):
        """A charm of modules that are built for the tests."""
        charm = self.directory / name
        (charm / "reactive").mkdir(parents=True)
        (charm / "metadata.yaml").write_text(f"name: {name}\n{metadata}", encoding="utf-8")
        if config is not None:
            (charm / "config.yaml").write_text(config, encoding="utf-8")
        if actions is not None:
            (charm / "actions.yaml").write_text(actions, encoding="utf-8")
        (charm / "dispatch").write_text(DISPATCH, encoding="utf-8")
        (charm / "dispatch").chmod(0o755)
        for module in modules:
            self.add_module(name, f"python/charms/{module}.so")
        return charm

    def add_module(self, name, module):
        path = pathlib.Path(os.environ["REACTIVE_TEST_BUILD"]) / module
        if not path.exists():
            pytest.skip(f"there is no {path}")
        shutil.copy(path, self.directory / name / "reactive" / path.name.replace("-", "_"))

    def write(self, text, name="s.yaml"):
        path = self.directory / name
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def simulate(self, *arguments):
        return subprocess.run([self.reactive, "simulate", *map(str, arguments)], cwd=self.directory, text=True,
                              stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=120)

    def run(self, text, *arguments):
        self.write(text)
        return self.simulate(*arguments, "s.yaml")


@pytest.fixture(name="place")
def fixture_place(tmp_path, reactive):
    return Place(tmp_path, reactive)


@pytest.fixture(name="steady")
def fixture_steady(place):
    """With a charm that does much the same in each hook."""
    place.add_charm("steady", ["steady"], config=STEADY_CONFIG)
    return place


@pytest.fixture(name="examples")
def fixture_examples():
    """The charms of the examples, as they were built."""
    directory = pathlib.Path(os.environ["REACTIVE_TEST_BUILD"]).parent / "examples"
    if not (directory / "tour" / "reactive" / "tour.so").exists():
        pytest.skip(f"there are no charms in {directory}")
    return directory


def events_of(result):
    return [json.loads(line) for line in result.stdout.splitlines()]


def check_good(result):
    assert (result.returncode, result.stderr) == (0, ""), result.stdout + result.stderr
    return result


# --- the scenarios that there are ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
@pytest.mark.parametrize("seed", SEEDS)
def test_examples(path, seed, examples, place):
    check_good(place.simulate("-q", "--seed", seed, examples / "scenarios" / path.name))


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_scenarios_of_the_document(number, examples, place):
    for charm in examples.iterdir():
        (place.directory / charm.name).symlink_to(charm)
    (place.directory / "block").mkdir()
    place.write(BLOCKS[number], "block/s.yaml")
    for seed in SEEDS:
        check_good(place.simulate("-q", f"--seed={seed}", "block/s.yaml"))


def test_the_document_tells_of_every_key():
    """The keys of the readers' tables stand in the document."""
    text = DOCUMENT.read_text(encoding="utf-8")
    simulator = SOURCE / "engine" / "simulator"
    sources = [(simulator / name).read_text(encoding="utf-8")
               for name in ("scenario.c", "scenario-application.c", "scenario-step.c", "expect-read.c")]
    keys = {key for source in sources for table in re.findall(r"known\[\]\s*= \{(.*?)NULL \}", source, re.DOTALL)
            for key in re.findall(r'"([\w-]+)"', table)}
    keys |= set(re.findall(r'^  \{ "([\w-]+)", REACTIVE_STEP', sources[2], re.MULTILINE))
    keys |= set(re.findall(r'^  \{ "([\w-]+)", (?:TRUE|FALSE)', sources[3], re.MULTILINE))
    assert len(keys) > 50
    assert sorted(key for key in keys if not re.search(rf"[`{{ ]{key}[`:]", text)) == []


# --- what is shown ---------------------------------------------------------------------------------------------------


def test_text(steady):
    result = check_good(steady.run("""\
        applications: {app: {charm: steady}}
        steps: [settle]
        """))
    lines = result.stdout.splitlines()
    assert lines[0] == "s.yaml: seed 1"
    assert lines[1] == "-- settle"
    assert re.fullmatch(r"s\.yaml: \d+ hooks; all is as expected", lines[-1])
    hooks = re.findall(r"^ +\d+s +app/0 +(\S+)", result.stdout, re.MULTILINE)
    assert [hook for hook in hooks if hook != "leader-elected"] == ["install", "config-changed", "start"]
    assert re.search(r"config-changed.*\n.*steady:change\n.*\+steady\.new", result.stdout)


def test_json(steady):
    result = check_good(steady.run("""\
        applications: {app: {charm: steady}}
        steps: [settle, expect: {app/0: {flags: steady.new}}]
        """, "--format=json", "--seed=7"))
    events = events_of(result)
    assert events[0] == {"event": "scenario", "path": "s.yaml", "seed": 7}
    assert events[1]["event"] == "step"
    assert events[-1] == {"event": "end", "hooks": 4, "failures": 0}
    ended = [event for event in events if event["event"] == "hook-end"]
    assert [event["number"] for event in ended] == [1, 2, 3, 4]
    assert all(event["outcome"] == "good" for event in ended)


def test_quiet(steady):
    result = steady.run("applications: {app: {charm: steady}}\nsteps: [settle]\n", "--quiet")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_output_that_cannot_be_written(steady):
    path = steady.write("applications: {app: {charm: steady}}\nsteps: [settle]\n")
    with open("/dev/full", "w", encoding="utf-8") as full:
        result = subprocess.run([steady.reactive, "simulate", path], cwd=steady.directory, stdout=full,
                                stderr=subprocess.PIPE, text=True, check=False, timeout=120)
    assert result.returncode == 1
    assert result.stderr.endswith("reactive simulate: the standard output could not be written\n")


def test_check_counts_scenarios(steady):
    steady.write("applications: {app: {charm: steady}}\nsteps: [settle]\n", "good.yaml")
    steady.write("applications: {app: {charm: steady}}\nsteps: [expect: {app/0: {status: active}}]\n", "bad.yaml")
    result = steady.simulate("-q", "--check", "good.yaml", "bad.yaml")
    assert (result.returncode, result.stdout) == (1, "1 passed, 1 failed\n")


def test_another_seed_is_another_order(examples, place):
    path = examples / "scenarios" / "bind-stats.yaml"
    outputs = {seed: check_good(place.simulate("--format=json", f"--seed={seed}", path)).stdout for seed in (1, 2)}
    assert outputs[1] != outputs[2]


def test_the_scenario_has_a_seed(steady):
    text = "seed: 11\napplications: {app: {charm: steady}}\n"
    assert "seed 11" in check_good(steady.run(text)).stdout
    assert "seed 12" in check_good(steady.run(text, "--seed=12")).stdout


def test_trace(steady):
    check_good(steady.run("applications: {app: {charm: steady}}\nsteps: [settle]\n", "-q", "--trace", "t.json"))
    trace = json.loads((steady.directory / "t.json").read_text(encoding="utf-8"))
    events = trace["traceEvents"] if isinstance(trace, dict) else trace
    assert {"install", "start"} <= {event.get("name") for event in events}


def test_dump(steady):
    text = "applications: {app: {charm: steady, units: 2}}\nsteps: [settle]\n"
    check_good(steady.run(text, "-q", "--dump", "d.json"))
    text = (steady.directory / "d.json").read_text(encoding="utf-8")
    assert "app/1" in text
    json.loads(text)


def test_state_directory(steady):
    text = "applications: {app: {charm: steady}}\nsteps: [settle]\n"
    check_good(steady.run(text, "-q", "--state", "kept"))
    (state,) = (steady.directory / "kept").rglob(".unit-state.db")
    with sqlite3.connect(state) as database:
        keys = {key for (key,) in database.execute("select key from kv")}
    assert "reactive.states.steady.new" in keys

    result = steady.run(text, "-q", "--state", "kept")
    assert (result.returncode, result.stdout) == (2, "")
    assert "--state: 'kept' is not empty" in result.stderr
    result = steady.run(text, "-q", "--state", str(state))
    assert (result.returncode, result.stdout) == (2, "")
    assert f"--state: '{state}' is no directory" in result.stderr


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
@pytest.mark.parametrize("seed", SEEDS[:2])
def test_the_seed_decides_every_byte(path, seed, examples, place, monkeypatch):
    """Once more, in other surroundings; and with state files in place of states in memory."""
    path = examples / "scenarios" / path.name

    def outputs(name, keeps_state=False):
        printed, written = [], []
        for form in ("text", "json"):
            files = [place.directory / f"{name}-{form}-{kind}" for kind in ("trace", "dump")]
            state = [f"--state={name}-{form}-state"] if keeps_state else []
            result = place.simulate(f"--seed={seed}", f"--format={form}", f"--trace={files[0]}", f"--dump={files[1]}",
                                    *state, path)
            printed.append(check_good(result).stdout)
            written += [file.read_bytes() for file in files]
        return printed, written

    first = outputs("first")
    assert first == outputs("files", keeps_state=True)

    elsewhere = place.directory / "a-rather-long-name" / "for-a-temporary-directory"
    elsewhere.mkdir(parents=True)
    for name, value in {"TMPDIR": str(elsewhere), "TZ": "Asia/Tokyo", "LC_ALL": "C", "HOME": "/", "COLUMNS": "20"}.items():
        monkeypatch.setenv(name, value)
    assert first == outputs("again")


def test_without_state_nothing_is_left(steady, monkeypatch):
    temporary = steady.directory / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    check_good(steady.run("applications: {app: {charm: steady}}\nstate: file\nsteps: [settle]\n", "-q"))
    assert not list(temporary.iterdir())


def test_flag_programs_and_scenarios(steady):
    steady.write("applications: {app: {charm: steady}}\nsteps: [settle]\n")
    program = SOURCE / "examples" / "programs" / "service.json"
    result = steady.simulate("--check", "-q", program, "s.yaml")
    assert (result.returncode, result.stdout, result.stderr) == (0, "2 passed, 0 failed\n", "")


# --- hooks -----------------------------------------------------------------------------------------------------------


@pytest.fixture(name="kinds")
def fixture_kinds(place):
    place.add_charm("kinds", ["kinds"], metadata=KINDS, config="options: {crash-in: {type: string}}\n",
                    actions="act: {params: {say: {type: string, default: x}}}\n")
    return place


def saw(*hooks):
    return "[" + ", ".join(f"saw.{hook}" for hook in hooks) + "]"


def test_hooks_of_a_life(kinds):
    check_good(kinds.run(f"""\
        applications:
          one: {{charm: kinds, units: 2, storage: {{data: 1}}}}
          two: {{charm: kinds}}
        relations: [[one:db, two:far]]
        steps:
          - settle
          - expect:
              one/0:
                flags: {saw("install", "start", "config-changed", "leader-elected", "data-storage-attached",
                            "db-relation-created", "db-relation-joined", "db-relation-changed",
                            "cluster-relation-joined")}
                hooks: {{install: 1, start: 1, config-changed: 1}}
                not-hooks: [stop, remove, upgrade-charm, update-status]
          - update-status
          - upgrade: {{one: kinds}}
          - leader: one/1
          - settle
          - expect:
              one/1: {{flags: {saw("update-status", "upgrade-charm", "leader-elected")}}}
          - remove-unit: two/0
          - settle
          - expect:
              one/0: {{flags: {saw("db-relation-departed")}}}
              two/0: {{exists: false, hooks: {{far-relation-departed: 2, far-relation-broken: 1, stop: 1, remove: 1}}}}
          - unrelate: [one:db, two:far]
          - detach-storage: {{unit: one/0, storage: data/0}}
          - settle
          - expect:
              one/0: {{flags: {saw("db-relation-broken", "data-storage-detaching")}}}
        """, "-q"))


@pytest.mark.parametrize("juju, hook, details", [
    ("3.6", "web-pebble-ready", ""),
    ("3.6", "web-pebble-custom-notice", "notice-id: 1, notice-type: custom, notice-key: example.com/a"),
    ("3.6", "web-pebble-check-failed", "check-name: up"),
    ("4", "web-pebble-check-recovered", "check-name: up"),
    ("2.9", "collect-metrics", ""),
    ("3.6", "meter-status-changed", ""),
    ("2.9", "pre-series-upgrade", "target-base: ubuntu@22.04"),
    ("3.6", "post-series-upgrade", ""),
    ("4", "start", ""),
])
def test_hooks_that_are_sent(kinds, juju, hook, details):
    check_good(kinds.run(f"""\
        juju: {juju}
        substrate: {"kubernetes" if "pebble" in hook else "machines"}
        applications: {{app: {{charm: kinds}}}}
        steps:
          - settle
          - expect: {{}}
          - hook: {{unit: app/0, name: {hook}, details: {{{details}}}}}
          - settle
          - expect: {{app/0: {{flags: {saw(hook)}, hooks: {{{hook}: 1}}}}}}
        """, "-q"))


def test_actions(kinds):
    check_good(kinds.run("""\
        applications: {app: {charm: kinds}}
        steps:
          - settle
          - action: {unit: app/0, name: act, params: {say: hello}}
          - settle
          - expect:
              app/0:
                flags: acted
                action: {act: {status: completed, results: {said: hello}}}
                hooks: {action act: 1}
          - action: {unit: app/0, name: act}
          - settle
          - expect: {app/0: {action: {act: {results: {said: x, other: null}}}}}
        """, "-q"))


def test_run_runs_some_hooks(kinds):
    check_good(kinds.run("""\
        applications: {app: {charm: kinds}}
        steps:
          - run: 1
          - expect: {app/0: {hooks: {install: 1}, not-hooks: [start, config-changed]}}
          - run: 1000
          - expect: {app/0: {hooks: [start, config-changed], not-hooks: install}}
        """, "-q"))


BASH_HOOKS = {
    "install": "echo installed >>done.txt; juju-log 'hello from bash'",
    "start": "status-set active \"did $JUJU_HOOK_NAME on $JUJU_UNIT_NAME\"; open-port 80/tcp",
    "db-relation-joined": "relation-set greeting=\"hello, $JUJU_REMOTE_UNIT\"",
    "db-relation-changed": "relation-get - \"$JUJU_REMOTE_UNIT\" >>heard.txt",
}


def add_bash_charm(place, has_dispatch):
    """A charm of shell scripts: one for each hook, or one for all."""
    charm = place.directory / "sh"
    (charm / "hooks").mkdir(parents=True)
    (charm / "metadata.yaml").write_text("name: sh\nprovides: {db: {interface: kinds}}\n", encoding="utf-8")
    (charm / "actions.yaml").write_text("greet: {params: {whom: {type: string}}}\n", encoding="utf-8")
    scripts = {f"hooks/{name}": text for name, text in BASH_HOOKS.items()}
    scripts["actions/greet"] = "action-set greeting=\"hello, $(action-get whom)\""
    if has_dispatch:
        cases = "".join(f"{name}) {text} ;;\n" for name, text in scripts.items())
        scripts = {"dispatch": f'case "$JUJU_DISPATCH_PATH" in\n{cases}esac'}
    for name, text in scripts.items():
        path = charm / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"#!/bin/bash\nset -e\n{text}\n", encoding="utf-8")
        path.chmod(0o755)


@pytest.mark.parametrize("has_dispatch", [False, True])
@pytest.mark.parametrize("seed", SEEDS[:2])
def test_a_charm_of_shell_scripts_meets_one_in_c(kinds, has_dispatch, seed):
    add_bash_charm(kinds, has_dispatch)
    check_good(kinds.run("""\
        applications: {sh: {charm: sh}, c: {charm: kinds}}
        relations: [[sh:db, c:far]]
        steps:
          - settle
          - action: {unit: sh/0, name: greet, params: {whom: Juju}}
          - settle
          - expect:
              sh/0:
                status: active
                message: did start on sh/0
                ports: [80/tcp]
                file: {done.txt: installed, heard.txt: "ingress-address: 10.0.0.1"}
                databag: {db: {greeting: "hello, c/0"}}
                action: {greet: {status: completed, results: {greeting: "hello, Juju"}}}
              c/0: {flags: [saw.far-relation-joined, saw.far-relation-changed]}
          - unrelate: [sh:db, c:far]
          - settle
          - expect: {c/0: {flags: [saw.far-relation-broken]}}
        """, "-q", f"--seed={seed}"))


# --- what is not as expected -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("expected, message", [
    ("flags: no.such", "app/0: flags no.such: expected set, is clear"),
    ("flags: config.change", "app/0: flags config.change: expected set, is clear (did you mean 'config.changed'?)"),
    ("not-flags: steady.new", "app/0: not-flags steady.new: expected clear, is set"),
    ("status: blocked", "app/0: status: expected 'blocked', is 'active': 'steady'"),
    ("message: other", "app/0: message: expected 'other', is 'steady'"),
    ("file: {f: x}", "app/0: file f: expected a line 'x', there is no file"),
    ("file: {metadata.yaml: x}", "app/0: file metadata.yaml: expected a line 'x', there are 'name: steady'"),
    ("not-file: {metadata.yaml: 'name: steady'}",
     "app/0: not-file metadata.yaml: expected no line 'name: steady', there is one"),
    ("file: {metadata.yaml: null}", "app/0: file metadata.yaml: expected no file, there is one"),
    ("config: {generation: 2}", "app/0: config generation: expected '2', is 1"),
    ("hooks: [stop]", "app/0: hooks stop: expected to run, did not"),
    ("hooks: {install: 2}", "app/0: hooks install: expected to run 2 times, ran once"),
    ("not-hooks: install", "app/0: not-hooks install: expected not to run, ran once"),
    ("handlers: {'steady:change': 5}", "app/0: handlers steady:change: expected to run 5 times, ran once"),
    ("not-handlers: 'steady:change'", "app/0: not-handlers steady:change: expected not to run, ran once"),
    ("error: true", "app/0: error: expected an error, is in none"),
    ("error: install", "app/0: error: expected to be in error over install, is in no error"),
    ("exists: false", "app/0: exists: expected no such unit, there is one"),
    ("ports: [80/tcp, 81/tcp]", 'app/0: ports: expected ["80/tcp", "81/tcp"], is [80/tcp]'),
])
def test_what_is_not_as_expected(steady, expected, message):
    result = steady.run(f"""\
        applications: {{app: {{charm: steady}}}}
        steps:
          - settle
          - expect: {{app/0: {{{expected}}}}}
        """, "-q")
    assert (result.returncode, result.stdout) == (1, "")
    assert re.match(r"s\.yaml:4:\d+: ", result.stderr)
    assert result.stderr.splitlines()[0].partition(": ")[2] == message


@pytest.mark.parametrize("expected, message", [
    ("leader: app/1", "app: leader: expected 'app/1', is 'app/0'"),
    ("leader: null", "app: leader: expected absent, is 'app/0'"),
    ("version: 2.0", "app: version: expected '2.0', is absent"),
    ("units: 3", "app: units: expected 3, are 2"),
    ("exists: false", "app: exists: expected no such application, there is one"),
])
def test_applications_that_are_not_as_expected(steady, expected, message):
    result = steady.run(f"""\
        applications: {{app: {{charm: steady, units: 2}}}}
        steps: [settle, expect: {{app: {{{expected}}}}}]
        """, "-q")
    assert result.returncode == 1
    assert result.stderr.splitlines()[0].partition(": ")[2] == message


def test_what_happened_last_is_told(steady):
    result = steady.run("""\
        applications: {app: {charm: steady}}
        steps:
          - settle
          - config: {app: {generation: 2}}
          - settle
          - expect: {app/0: {flags: [steady.new, other], status: blocked, hooks: {config-changed: 7}}}
        """, "-q")
    assert result.returncode == 1
    lines = result.stderr.splitlines()
    assert [line.partition(": ")[0] for line in lines if not line.startswith(" ")] == [
        "s.yaml:6:42", "s.yaml:6:58", "s.yaml:6:75"]
    assert lines[0].endswith("flags other: expected set, is clear")
    assert re.fullmatch(r"    hook \d+, app/0 config-changed: active: steady", lines[3])
    ran = [re.fullmatch(r"    hook (\d+), app/0 config-changed: ran", line) for line in lines[-2:]]
    assert all(ran) and int(ran[0][1]) < int(ran[1][1])


def test_databags(examples, place):
    place.write(f"""\
        applications:
          bind: {{charm: {examples}/designate-bind}}
          exporter: {{charm: {examples}/bind-exporter}}
          other: {{charm: {examples}/bind-exporter}}
        relations: [[bind:bind-stats, exporter:bind-stats], [bind:bind-stats, other:bind-stats]]
        steps:
          - settle
          - expect:
              bind/0: {{databag: {{bind-stats exporter: {{port: 1}}, bind-stats: {{port: 8053}}}}}}
              exporter/0: {{databag: {{bind-stats: null}}}}
        """)
    result = place.simulate("-q", "s.yaml")
    assert result.returncode == 1
    messages = [line.partition(": ")[2] for line in result.stderr.splitlines() if not line.startswith(" ")]
    assert messages == [
        "bind/0: databag bind-stats exporter port: expected '1', is '8053'",
        "bind/0: databag bind-stats port: there are 2 such relations (expected one: add the other application, "
        "'bind-stats APPLICATION')",
        "exporter/0: databag bind-stats: expected no relation, there is one",
    ]
    assert re.search(r"\n    hook \d+, bind/0 \S+ bind-stats:\d+ \S+: published port=8053\n", result.stderr)


def test_failures_stand_in_the_timeline_and_in_json(steady):
    text = "applications: {app: {charm: steady}}\nsteps: [settle, expect: {app/0: {flags: x}}]\n"
    result = steady.run(text)
    assert "NOT AS EXPECTED: s.yaml:2:41: app/0: flags x: expected set, is clear\n" in result.stdout
    assert result.stdout.splitlines()[-1].endswith("hooks; not as expected: 1")
    assert result.stderr == "s.yaml:2:41: app/0: flags x: expected set, is clear\n"

    events = events_of(steady.run(text, "--format=json"))
    (failure,) = [event for event in events if event["event"] == "failure"]
    assert failure["detail"] == "s.yaml:2:41: app/0: flags x: expected set, is clear"


# --- errors of units -------------------------------------------------------------------------------------------------


def test_a_unit_in_error_fails_the_run(steady):
    result = steady.run("""\
        applications: {app: {charm: steady}}
        retries: 0
        steps:
          - fail: app/0
          - settle
        """, "-q")
    assert result.returncode == 1
    assert result.stderr.splitlines()[0] == (
        "s.yaml:5:5: settle: app/0 is in error: its hook install failed: failed by the scenario")


def test_an_error_that_is_expected(steady):
    check_good(steady.run("""\
        applications: {app: {charm: steady}}
        retries: 0
        steps:
          - fail: app/0
          - settle
          - expect: {app/0: {error: install, not-flags: steady.once}}
          - update-status
          - settle
          - expect: {app/0: {error: true}}
          - resolve: app/0
          - settle
          - expect: {app/0: {error: false, flags: [steady.once, steady.new]}}
        """, "-q"))


def test_an_error_is_passed_over(steady):
    check_good(steady.run("""\
        applications: {app: {charm: steady}}
        retries: 0
        steps:
          - settle
          - config: {app: {generation: 2}}
          - fail: app/0
          - settle
          - expect: {app/0: {error: config-changed}}
          - resolve: {unit: app/0, retry: false}
          - settle
          - expect: {app/0: {error: false, not-hooks: config-changed}}
        """, "-q"))


def test_a_failed_hook_is_retried(steady):
    check_good(steady.run("""\
        applications: {app: {charm: steady}}
        steps:
          - fail: app/0
          - settle
          - expect: {app/0: {error: false, hooks: {install: 2}, flags: steady.new}}
        """, "-q"))


@pytest.mark.parametrize("point", ["before-handlers", "after-handler", "after-handler steady:change", "before-commit",
                                   "after-commit", "before-exit"])
@pytest.mark.parametrize("state", ["memory", "file"])
def test_kill(steady, point, state):
    check_good(steady.run(f"""\
        applications: {{app: {{charm: steady}}}}
        state: {state}
        steps:
          - settle
          - expect: {{}}
          - config: {{app: {{generation: 2}}}}
          - kill: {{unit: app/0, at: {point}}}
          - settle
          - expect: {{app/0: {{flags: [steady.new], hooks: {{config-changed: 2}}, error: false}}}}
        """, "-q"))


def test_handlers_that_never_come_to_rest(place):
    """Once for each run of hooks, of the last one where it was so."""
    place.add_charm("restless", ["restless"])
    result = place.run("applications: {app: {charm: restless}}\nsteps: [settle, update-status, settle]\n", "-q")
    assert result.returncode == 1
    around = "[restless:tick +restless.up] → [restless:tock -restless.up]"
    assert result.stderr == (f"s.yaml:2:9: settle: app/0: handlers do not come to rest in start: {around}\n"
                             f"s.yaml:2:32: settle: app/0: handlers do not come to rest in update-status: {around}\n")


def test_a_hook_is_killed_when_it_comes_there(steady):
    """Not before, and then once."""
    check_good(steady.run("""\
        applications: {app: {charm: steady}}
        steps:
          - settle
          - expect: {}
          - kill: {unit: app/0, at: after-handler steady:change}
          - update-status
          - settle
          - expect: {app/0: {hooks: {update-status: 1}}}
          - config: {app: {generation: 2}}
          - settle
          - expect: {app/0: {hooks: {config-changed: 2}, flags: [steady.new]}}
        """, "-q"))


@pytest.mark.parametrize("steps, message", [
    ("settle, kill: {unit: app/0, at: after-handler steady:change}, update-status, settle",
     "s.yaml:2:30: kill: app/0 was not killed: it never came to 'after-handler steady:change'"),
    ("settle, kill: app/0", "s.yaml:2:23: kill: app/0 was not killed: it never came to 'before-exit'"),
    ("settle, fail: app/0", "s.yaml:2:23: fail: app/0 did not fail: it had no hook to run"),
])
def test_what_was_not_done_to_hooks_is_told(steady, steps, message):
    result = steady.run(f"applications: {{app: {{charm: steady}}}}\nsteps: [{steps}]\n", "-q")
    assert (result.returncode, result.stderr) == (1, message + "\n")


def test_a_hook_cannot_be_killed_at_two_points(steady):
    result = steady.run("applications: {app: {charm: steady}}\nsteps: [kill: app/0, kill: app/0]\n", "-q")
    assert result.returncode == 1
    assert result.stderr.endswith("app/0 has not come to 'before-exit' yet, where it is to be killed\n")


def test_resolving_what_is_in_no_error(steady):
    result = steady.run("applications: {app: {charm: steady}}\nsteps: [settle, resolve: app/0]\n", "-q")
    assert result.returncode == 1
    assert result.stderr.startswith("reactive simulate: s.yaml:2:26: resolve: app/0: ")


def test_a_crash_ends_the_run(kinds):
    result = kinds.run("""\
        applications: {app: {charm: kinds, config: {crash-in: start}}}
        steps: [settle]
        """, "--seed=5")
    assert result.returncode == 4
    for word in ("app/0", "in start of", "'kinds:note'", "--seed 5"):
        assert word in result.stderr, result.stderr
    assert "config-changed" in result.stdout


def test_a_crash_in_a_process_fails_the_hook(kinds):
    check_good(kinds.run("""\
        retries: 0
        applications:
          app: {charm: kinds, config: {crash-in: start}, isolation: process}
          other: {charm: kinds}
        steps:
          - settle
          - expect:
              app/0: {error: start, flags: [saw.config-changed], not-flags: [saw.start]}
              other/0: {flags: [saw.start]}
          - config: {app: {crash-in: null}}
          - resolve: app/0
          - settle
          - expect: {app/0: {flags: [saw.start]}}
        """, "-q"))


# --- what is refused -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text, message", [
    ("application: {}\n", "1:1: application: unknown key (did you mean 'applications'?)"),
    ("applications: {app: {charm: nowhere}}\n", "1:29: applications.app.charm: there is no directory '"),
    ("applications: {app: {charm: steady, config: {generatio: 2}}}\n", "1:16: applications.app: "),
    ("applications: {app: {charm: steady}}\nrelations: [[app:x, app:y]]\n", "2:13: relations: "),
    ("applications: {app: {charm: steady}}\nsteps: [setle]\n", "2:9: steps: unknown step 'setle' (did you mean"),
    ("applications: {app: {charm: steady}}\nsteps: [expect: {app/0: {handlers: 'steady:chang'}}]\n",
     "2:36: app/0: handlers steady:chang: there is no handler 'steady:chang' (did you mean 'steady:change'?)"),
    ("applications: {app: {charm: steady}}\nsteps: [expect: {app/0: {flags: config.set.generation}}]\n",
     "2:33: app/0: flags config.set.generation: flags of the configuration stand while a hook runs, and are taken down "
     "at its end"),
    ("applications: {app: {charm: steady}}\nsteps: [kill: {unit: app/0, at: after-handler steady:chang}]\n",
     "2:22: kill: there is no handler 'steady:chang' (did you mean 'steady:change'?)"),
    ("applications: {app: {charm: steady}}\nsteps: [upgrade: {app: nowhere}]\n", "2:24: upgrade.app: there is no dir"),
    ("applications: {app: {charm: empty}}\n", "1:29: applications.app.charm: there is no handler module in '"),
    ("applications: {app: {charm: foreign}}\n",
     "1:29: applications.app.charm: {place}/foreign/reactive/wrong_abi.so: "),
    ("applications: [}\n", "1:16: "),
])
def test_bad_scenarios(steady, text, message):
    steady.add_charm("empty")
    steady.add_charm("foreign")
    steady.add_module("foreign", "fixtures/modules/wrong-abi.so")
    marker = steady.write("applications: {app: {charm: steady}}\nsteps: [settle]\n", "good.yaml")
    steady.write(text)
    result = steady.simulate(marker.name, "s.yaml")
    assert (result.returncode, result.stdout) == (5, "")
    message = message.replace("{place}", str(steady.directory))
    assert result.stderr.startswith(f"reactive simulate: s.yaml:{message}")
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("arguments, code, message", [
    (["nowhere.yaml"], 3, "nowhere.yaml"),
    (["--seed=x", "s.yaml"], 2, "'x' is no seed (expected an integer from 0)"),
    (["--cap=3", "s.yaml"], 2, "--cap is for flag programs, not for scenarios"),
    (["--program=x", "s.yaml"], 2, "--program is for flag programs, not for scenarios"),
    (["--trace=t", "s.yaml", "s.yaml"], 2, "--trace is for one scenario alone"),
    (["--state=d", "s.yaml", "s.yaml"], 2, "--state is for one scenario alone"),
    (["--seed=1", SOURCE / "examples" / "programs" / "queue.json"], 2,
     "--seed is for scenarios, not for flag programs"),
    (["--trace=no/such/t", "s.yaml"], 1, "no/such/t"),
    (["--dump=no/such/d", "-q", "s.yaml"], 3, "no/such/d"),
])
def test_wrong_use(steady, arguments, code, message):
    steady.write("applications: {app: {charm: steady}}\n")
    result = steady.simulate(*arguments)
    assert result.returncode == code, result.stderr
    assert message in result.stderr
