# SPDX-License-Identifier: Apache-2.0
"""Charms of several kinds in one model of `reactive simulate`: in C, in Python on ops and on charms.reactive, in bash.

The Python charms are those of peers/, with the libraries from PyPI. Their hooks are processes that ask the simulator's
agent by its tools, as they would ask Juju's. Where "ops" or "reactive" stands for a charm each hook is an interpreter of its
own; where "forked" is added the process has a worker run the hook, which has the libraries imported already, as most
of the time goes there.
"""

import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from conftest import has_sanitizers

PEERS = pathlib.Path(__file__).with_name("peers")
NAMES = {"lb": "lb-provider", "web": "lb-consumer", "bind": "designate-bind", "exporter": "bind-exporter"}


# The option of the charm "kinds" that names the hook in which it is to end, and how.
MISBEHAVE = "options: {crash-in: {type: string}}\n"


class Worker:
    """What runs hooks of Python charms in forks of itself."""

    def __init__(self, directory):
        self.socket = directory / "worker.socket"
        self.process = subprocess.Popen([sys.executable, PEERS / "worker.py", "--listen", self.socket],
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout.readline() == b"ready\n"

    def close(self):
        self.process.stdin.close()
        assert self.process.wait(timeout=30) == 0
        self.process.stdout.close()


@pytest.fixture(name="worker", scope="module")
def fixture_worker(python_peers, tmp_path_factory):
    worker = Worker(tmp_path_factory.mktemp("worker"))
    yield worker
    worker.close()


class Place:
    """A directory with charms and a scenario, and one for what is temporary."""

    def __init__(self, directory, command):
        self.directory = directory
        self.command = command
        self.temporary = directory / "temporary"
        self.temporary.mkdir()

    def write(self, path, text, mode=0o644):
        path = self.directory / path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        path.chmod(mode)

    def add_c_charm(self, name, source):
        """The charm of examples/ that was built."""
        directory = pathlib.Path(os.environ["REACTIVE_TEST_BUILD"]).parent / "examples" / source
        if not list(directory.glob("reactive/*.so")):
            pytest.skip(f"{directory} is not built")
        (self.directory / name).symlink_to(directory)

    def add_module_charm(self, name, module, config, dispatch="#!/bin/sh\nexec reactive dispatch\n"):
        """A charm around a handler module that was built for tests."""
        path = pathlib.Path(os.environ["REACTIVE_TEST_BUILD"]) / "python" / "charms" / f"{module}.so"
        if not path.exists():
            pytest.skip(f"there is no {path}")
        self.write(f"{name}/metadata.yaml", f"name: {name}\nprovides: {{db: {{interface: kinds}}}}\n")
        self.write(f"{name}/config.yaml", config)
        self.write(f"{name}/dispatch", dispatch, 0o755)
        (self.directory / name / "reactive").mkdir()
        shutil.copy(path, self.directory / name / "reactive")

    def add_python_charm(self, name, source, stack, worker=None):
        """The charm of peers/, complete: its dispatch runs the interpreter that runs the tests. With a @worker it asks that."""
        shutil.copytree(PEERS / source, self.directory / name, ignore=shutil.ignore_patterns("*.py"))
        program = "charm.py"
        if stack == "ops":
            shutil.copy(PEERS / source / "operator.py", self.directory / name / program)
        else:
            shutil.copy(PEERS / "dispatch.py", self.directory / name / program)
            (self.directory / name / "reactive").mkdir()
            shutil.copy(PEERS / source / "handlers.py", self.directory / name / "reactive")
            shutil.copytree(PEERS / "interfaces", self.directory / name / "hooks" / "relations")
        how = f"'{PEERS}/worker.py' --run" if worker is None else f"-I -S '{PEERS}/ask.py' '{worker.socket}'"
        self.write(f"{name}/dispatch", f"#!/bin/sh\nexec '{sys.executable}' {how} {stack} {program}\n", 0o755)

    def add_charm(self, application, kind, worker):
        """@kind: c-flags, c-events; ops, reactive, with " forked"."""
        stack, _, forked = kind.partition(" ")
        if forked and has_sanitizers():
            pytest.skip("the others have all of ours in them")
        if stack.startswith("c-"):
            self.add_c_charm(application, NAMES[application] + stack[2:].replace("flags", "").replace("events", "-observer"))
        else:
            self.add_python_charm(application, NAMES[application], stack, worker if forked else None)

    def start(self, text, *arguments, **variables):
        self.write("s.yaml", text)
        return subprocess.Popen([self.command, "simulate", *arguments, "s.yaml"], cwd=self.directory, text=True,
                                env={**os.environ, "TMPDIR": str(self.temporary), **variables},
                                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def simulate(self, text, *arguments, **variables):
        """Returns: the exit code, what was printed, and the errors. Of what was temporary nothing may be left."""
        with self.start(text, *arguments, **variables) as process:
            output, errors = process.communicate(timeout=300)
        assert not list(self.temporary.iterdir())
        return process.returncode, output, errors

    def run(self, text, *arguments, **variables):
        """All has to be as expected. Returns: the events."""
        code, output, errors = self.simulate(text, "--format=json", *arguments, **variables)
        events = [json.loads(line) for line in output.splitlines()]
        assert (code, errors) == (0, ""), show(events) + errors
        return events


def show(events):
    """The end of what happened, for who wants to know why."""
    return "".join(f"{event.get('unit', '')} {event.get('hook', '')}: {event['event']} {event.get('detail', '')} "
                   f"{event.get('outcome', '')}\n" for event in events[-200:])


@pytest.fixture(name="place")
def fixture_place(tmp_path, reactive):
    return Place(tmp_path, reactive)


def databags_at_steps(events):
    """What databags held when each step began, and at the end: by relation's number, unit or application, and key."""
    databags, at_steps = {}, []
    for event in events:
        if event["event"] == "published":
            relation, owner, setting = event["detail"].split(" ", 2)
            key, is_set, value = setting.partition("=")
            databags[relation.partition(":")[2], owner, key] = value if is_set else None
        elif event["event"] in ("step", "end"):
            at_steps.append(dict(databags))
    return at_steps


def flags_of(events, unit):
    """Those that a unit has in the end, from what was told of them."""
    flags = set()
    for event in events:
        if event.get("unit") == unit and event["event"] == "flag-set":
            flags.add(event["detail"])
        elif event.get("unit") == unit and event["event"] == "flag-clear":
            flags.discard(event["detail"])
    return flags


def outputs_of(events, unit):
    return [event["detail"] for event in events if event["event"] == "output" and event["unit"] == unit]


def ends_of(events, unit):
    return [(event["hook"], event["outcome"]) for event in events if event["event"] == "hook-end" and event["unit"] == unit]


# --- load balancers --------------------------------------------------------------------------------------------------

ANSWERED = """\
              web/{leader}: {{status: active, message: {address}{leader_flags}}}
              web/{follower}: {{status: active, message: {address}}}
              lb/{leader}: {{status: active, message: 1 of 1 requests met{answered_flags}}}
              lb/{follower}: {{status: active, message: 1 of 1 requests met}}
              web: {{leader: web/{leader}, databag: {{lb-provider: {{version: 1, request_my-service: {{name: my-service,
                    port_mapping: {{"{port}": 8080}}, protocol: https, public: true}}}}}}}}
              lb: {{leader: lb/{leader}, databag: {{lb-consumers: {{version: 1,
                    response_my-service: {{address: {address}, error: null}}}}}}}}
"""
LOAD_BALANCER = """\
        juju: {juju}
        applications:
          lb: {{charm: lb, units: 2, config: {{address: 10.1.1.1}}}}
          web: {{charm: web, units: 2}}
        relations: [[lb:lb-consumers, web:lb-provider]]
        steps:
          - settle
          - expect:
{first}
          - leader: lb/1
          - leader: web/1
          - settle
          - expect:
{second}
          - config: {{web: {{port: 444}}, lb: {{address: 10.2.2.2}}}}
          - settle
          - expect:
{third}
          - remove-application: lb
          - settle{later}
          - expect:
              lb: {{exists: false}}
              web/0: {{status: waiting, message: no provider of load balancers, databag: {{lb-provider: null}}{gone}}}
              web/1: {{status: waiting, message: no provider of load balancers{gone}}}
"""
# Where request and response stand, by the number of the step that follows; the options of each application are one.
ANSWERED_STEPS = {"first": 1, "second": 4, "third": 7}


def load_balancer(juju, lb, web):
    def answered(leader, port, address):
        flags = {"leader_flags": ", flags: [endpoint.lb-provider.response.available], "
                                 "not-flags: [endpoint.lb-provider.response.changed]",
                 "answered_flags": ", not-flags: [endpoint.lb-consumers.requests_changed]"}
        return ANSWERED.format(leader=leader, follower=1 - leader, port=port, address=address,
                               leader_flags="" if web.startswith("ops") else flags["leader_flags"],
                               answered_flags="" if lb.startswith("ops") else flags["answered_flags"])

    # Before Juju 3.6 the relation is there, with what the provider said, while it breaks. The library on charms.reactive
    # sees that it has gone in the next hook.
    later = "\n          - update-status\n          - settle" if web.startswith("reactive") and juju == "2.9" else ""
    gone = "" if web.startswith("ops") else ", not-flags: [endpoint.lb-provider.available]"
    return LOAD_BALANCER.format(juju=juju, first=answered(0, 443, "10.1.1.1"), second=answered(1, 443, "10.1.1.1"),
                                third=answered(1, 444, "10.2.2.2"), later=later, gone=gone)


@pytest.mark.parametrize("lb, web, juju, seed", [
    ("ops", "c-flags", "3.6", 1),
    ("c-flags", "ops", "3.6", 1),
    ("ops forked", "c-events", "2.9", 2),
    ("c-events", "ops forked", "4", 3),
    ("reactive forked", "c-flags", "4", 4),
    ("c-flags", "reactive forked", "2.9", 5),
])
def test_load_balancer(place, worker, lb, web, juju, seed):
    """A request is sent, answered and acknowledged; others lead and go on; the provider goes."""
    place.add_charm("lb", lb, worker)
    place.add_charm("web", web, worker)
    events = place.run(load_balancer(juju, lb, web), f"--seed={seed}")

    at_steps = databags_at_steps(events)
    said = {name: (json.loads(at_steps[step]["0", "web", "request_my-service"]),
                   json.loads(at_steps[step]["0", "lb", "response_my-service"])) for name, step in ANSWERED_STEPS.items()}
    for request, response in said.values():
        assert response["received_hash"] == request["sent_hash"]
    assert said["first"] == said["second"]
    assert said["first"][0]["id"] == said["third"][0]["id"]
    assert [said[name][0]["port_mapping"] for name in said] == [{"443": 8080}, {"443": 8080}, {"444": 8080}]


# --- charms.reactive -------------------------------------------------------------------------------------------------

BIND = """\
    juju: {juju}
    applications:
      bind: {{charm: bind, config: {{stats-address: 10.1.1.1}}}}
      exporter: {{charm: exporter}}
    relations: [[bind:bind-stats, exporter:bind-stats]]
    steps:
      - settle
      - expect:
          bind/0: {{flags: [bind-stats.connected], status: active, message: statistics at 10.1.1.1 port 8053,
                    databag: {{bind-stats: {{ip: 10.1.1.1, port: 8053}}}}}}
          exporter/0: {{flags: [bind-stats.connected, endpoint.bind-stats.joined], status: active,
                        message: "DNS servers: 1", file: {{exporter.conf: "bind/0 10.1.1.1:8053"}}}}
      - config: {{bind: {{stats-port: 9053}}}}
      - settle
      - expect:
          bind/0: {{databag: {{bind-stats: {{port: 9053}}}}, not-flags: [config.changed.stats-port]}}
          exporter/0: {{file: {{exporter.conf: "bind/0 10.1.1.1:9053"}}, not-hooks: [config-changed]}}
      - unrelate: [bind:bind-stats, exporter:bind-stats]
      - settle
      - update-status
      - settle
      - expect:
          bind/0: {{not-flags: [bind-stats.connected], message: "no exporter, no statistics"}}
          exporter/0: {{not-flags: [bind-stats.connected], status: blocked, not-file: {{exporter.conf: "bind/0 10.1.1.1:9053"}}}}
"""


@pytest.mark.parametrize("bind, exporter, juju", [("reactive", "c-flags", "3.6"), ("c-flags", "reactive forked", "2.9")])
def test_charms_reactive(place, worker, bind, exporter, juju):
    """The flags of either side are seen, as they change and at the end."""
    place.add_charm("bind", bind, worker)
    place.add_charm("exporter", exporter, worker)
    events = place.run(BIND.format(juju=juju))
    for unit in ("bind/0", "exporter/0"):
        changed = [event["event"] for event in events if event.get("detail") in ("bind-stats.connected",
                                                                                 "endpoint.bind-stats.connected")
                   and event["unit"] == unit]
        assert changed == ["flag-set", "flag-clear"], unit
        assert "endpoint.bind-stats.joined" not in flags_of(events, unit)


TAKE_OVER = """\
    applications:
      lb: {{charm: lb, config: {{address: 10.1.1.1}}}}
      web: {{charm: {first}}}
    relations: [[lb:lb-consumers, web:lb-provider]]
    steps:
      - settle
      - expect: {{web/0: {{status: active, message: 10.1.1.1, flags: [charm.request.sent]}}}}
      - upgrade: {{web: {second}}}
      - settle
      - expect: {{web/0: {{status: active, message: 10.1.1.1, hooks: [upgrade-charm, config-changed],
                          flags: [charm.request.sent, endpoint.lb-provider.response.available]}}}}
      - config: {{web: {{port: 444}}}}
      - settle
      - expect:
          web/0: {{status: active, message: 10.1.1.1, not-flags: [config.changed.port]}}
          web: {{databag: {{lb-provider: {{request_my-service: {{port_mapping: {{"444": 8080}}}}}}}}}}
"""


@pytest.mark.parametrize("first, second", [("reactive forked", "c-flags"), ("c-flags", "reactive forked")])
def test_one_language_takes_over_from_the_other(place, worker, first, second):
    """On a live unit, with its state file: what was asked for stands, under the same id, and is asked for no second time."""
    place.add_charm("lb", "c-flags", worker)
    place.add_charm("web", first, worker)
    (place.directory / "web").rename(place.directory / "first")
    place.add_charm("web", second, worker)
    events = place.run(TAKE_OVER.format(first="first", second="web"))
    settled, upgraded, reconfigured = databags_at_steps(events)[1::2]
    assert settled["0", "web", "request_my-service"] == upgraded["0", "web", "request_my-service"]
    ids = {json.loads(databags["0", "web", "request_my-service"])["id"] for databags in (settled, upgraded, reconfigured)}
    assert len(ids) == 1

    steps = [number for number, event in enumerate(events) if event["event"] == "step"]
    # The library keeps what was acknowledged in a place of its own, which a unit that never ran it does not have.
    news = {"config.changed", "endpoint.lb-provider.joined", "endpoint.lb-provider.available",
            "endpoint.lb-provider.response.available"}
    if first.startswith("reactive"):
        news.add("endpoint.lb-provider.response.changed")
    told = {event["detail"] for event in events[steps[1]:steps[3]] if event["event"] == "flag-set"}
    assert not told & news


# --- bash ------------------------------------------------------------------------------------------------------------

GATE = {
    "metadata.yaml": """\
        name: gate
        provides: {bind-stats: {interface: bind-client}}
        requires: {servers: {interface: bind-client}}
        """,
    "config.yaml": "options: {port: {type: int, default: 8053}}\n",
    "actions.yaml": "report: {params: {title: {type: string, default: report}}}\nbroken: {}\n",
    "hooks/install": """\
        #!/bin/bash
        set -eu
        [ -e metadata.yaml ] && [ "$PWD" = "$CHARM_DIR" ]
        status-set maintenance "installing"
        state-set installed=yes
        application-version-set 1.2
        """,
    "hooks/leader-elected": """\
        #!/bin/bash
        set -eu
        [ "$(is-leader)" = True ]
        if command -v leader-set >/dev/null; then leader-set token=abc; fi
        juju-log -l WARNING "leads"
        """,
    "hooks/config-changed": """\
        #!/bin/bash
        set -eu
        port=$(config-get port)
        before=$(state-get port)
        for id in $(relation-ids bind-stats); do relation-set -r "$id" port="$port"; done
        if [ -n "$before" ]; then close-port "$before"; fi
        open-port "$port"
        state-set port="$port"
        [ "$(state-get port)" = "$port" ]
        """,
    "hooks/start": "#!/bin/bash\nstatus-set active \"installed: $(state-get installed)\"\n",
    "hooks/bind-stats-relation-joined": """\
        #!/bin/bash
        set -eu
        [ "$JUJU_REMOTE_APP" = exporter ]
        relation-set ip="$(unit-get private-address)" port="$(config-get port)"
        """,
    "hooks/servers-relation-changed": """\
        #!/bin/bash
        set -eu
        [ "$(relation-list)" = "$JUJU_REMOTE_UNIT" ]
        echo "$JUJU_REMOTE_UNIT $(relation-get ip):$(relation-get port)" >servers
        """,
    "hooks/servers-relation-broken": "#!/bin/bash\nrm servers\n",
    "hooks/update-status": "#!/bin/bash\njuju-log well\n",
    "actions/report": """\
        #!/bin/bash
        set -eu
        action-set title="$(action-get title)" servers.first="$(cat servers)" addresses="$(relation-get -r \\
            "$(relation-ids servers)" ingress-address "$(relation-list -r "$(relation-ids servers)")")"
        if command -v leader-get >/dev/null; then action-set token="$(leader-get token)"; fi
        """,
    "actions/broken": "#!/bin/bash\naction-fail 'out of paper'\necho no >&2\n",
}
GATE_SCENARIO = """\
    juju: {juju}
    applications:
      gate: {{charm: gate}}
      exporter: {{charm: exporter}}
      bind: {{charm: bind, config: {{stats-address: 10.1.1.1}}}}
    relations: [[gate:bind-stats, exporter], [gate:servers, bind]]
    steps:
      - settle
      - expect:
          gate/0: {{status: active, message: "installed: yes", ports: [8053/tcp], error: false,
                    databag: {{bind-stats: {{port: 8053}}}}, file: {{servers: "bind/0 10.1.1.1:8053"}}}}
          gate: {{version: 1.2, leader: gate/0}}
          exporter/0: {{flags: [bind-stats.connected], message: "DNS servers: 1"}}
      - config: {{gate: {{port: 9053}}, bind: {{stats-port: 7053}}}}
      - action: {{unit: gate/0, name: broken}}
      - settle
      - action: {{unit: gate/0, name: report, params: {{title: all}}}}
      - settle
      - expect:
          gate/0:
            ports: [9053/tcp]
            file: {{servers: "bind/0 10.1.1.1:7053"}}
            action:
              broken: {{status: failed, message: out of paper, results: {{stderr: "no\\n"}}}}
              report: {{status: completed, results: {{title: all, servers: {{first: "bind/0 10.1.1.1:7053"}}{token}}}}}
      - unrelate: [gate:servers, bind]
      - remove-unit: gate/0
      - settle
      - expect:
          gate/0: {{exists: false, hooks: [servers-relation-broken], not-hooks: [stop, remove]}}
          exporter/0: {{not-flags: [bind-stats.connected], status: waiting}}
"""


def add_gate(place, name="gate", **others):
    for path, text in {**GATE, **others}.items():
        if text is not None:
            place.write(f"{name}/{path}", text, 0o755 if "/" in path else 0o644)


@pytest.mark.parametrize("juju", ["2.9", "3.6", "4"])
def test_bash(place, juju):
    """Plain hooks and actions, without dispatch; the hooks that are not there are good."""
    add_gate(place)
    place.add_c_charm("exporter", "bind-exporter")
    place.add_c_charm("bind", "designate-bind")
    token = "" if juju == "4" else ", token: abc"
    events = place.run(GATE_SCENARIO.format(juju=juju, token=token))
    ends = ends_of(events, "gate/0")
    assert ("install", "good") in ends
    assert {hook for hook, outcome in ends if outcome == "missing"} >= {"servers-relation-joined", "stop", "remove"}
    assert {outcome for _, outcome in ends} == {"good", "missing"}
    assert "WARNING: leads" in [event["detail"] for event in events if event["event"] == "log"]


NOT_EXECUTABLE = """\
    retries: 0
    applications: {gate: {charm: gate}}
    steps:
      - settle
"""


def test_hooks_that_cannot_be_executed(place):
    """They fail, unlike missing ones; that is told, and the unit stays in error until it is resolved."""
    add_gate(place)
    (place.directory / "gate" / "hooks" / "start").chmod(0o644)
    code, output, errors = place.simulate(NOT_EXECUTABLE)
    assert code == 1
    assert re.fullmatch(r"s\.yaml:4:5: settle: gate/0 is in error: its hook start failed: .*/start is there, .*\n", errors)
    assert "FAILED: " in output and "/hooks/start is there, but cannot be executed" in output

    place.run(NOT_EXECUTABLE + """\
      - expect: {gate/0: {error: start, message: installing}}
      - resolve: {unit: gate/0, retry: false}
      - update-status
      - settle
      - expect: {gate/0: {error: false, hooks: [update-status], not-hooks: [start]}}
""")


def test_hooks_that_fail(place):
    """What they said at once stands, what is held back is lost; the hook is run again."""
    hooks = {"hooks/install": """\
        #!/bin/sh
        status-set maintenance trying
        state-set lost=yes
        echo "once more" >&2
        test -e tried || { touch tried; exit 7; }
        test -z "$(state-get lost-before)"
        """, "hooks/start": "#!/bin/sh\nkill -9 $$\n"}
    add_gate(place, **hooks)
    events = place.run("""\
        retries: 1
        applications: {gate: {charm: gate}}
        steps:
          - run: 1
          - expect: {gate/0: {error: install, status: maintenance, message: trying}}
          - settle
          - expect: {gate/0: {error: start, hooks: {install: 1, start: 2}}}
        """)
    ends = [(event["hook"], event["outcome"], event.get("detail")) for event in events if event["event"] == "hook-end"]
    assert ends[0] == ("install", "failed", "exit status 7")
    assert ends[-1][:2] == ("start", "killed")
    assert outputs_of(events, "gate/0") == ["once more"] * 2


def test_bash_takes_over_from_c_and_gives_back(place):
    """What a unit in the simulator's own process has in memory a process finds in the state file."""
    place.add_module_charm("kinds", "kinds", MISBEHAVE)
    place.write("bash/metadata.yaml", "name: kinds\nprovides: {db: {interface: kinds}}\n")
    place.write("bash/config.yaml", MISBEHAVE)
    place.write("bash/hooks/upgrade-charm", """\
        #!/bin/bash
        set -eu
        reactive flags is-set saw.start
        [ -e .juju-persistent-config ]
        reactive flags set taken.over
        reactive flags clear saw.install
        """, 0o755)
    events = place.run("""\
        applications: {app: {charm: kinds}}
        steps:
          - settle
          - upgrade: {app: bash}
          - settle
          - expect: {app/0: {error: false, flags: [saw.start, taken.over], not-flags: [saw.install]}}
          - upgrade: {app: kinds}
          - settle
          - expect: {app/0: {flags: [saw.start, taken.over, saw.upgrade-charm], not-flags: [saw.install, config.changed]}}
        """)
    told = [(event["event"], event["detail"]) for event in events if event.get("hook") == "upgrade-charm"
            and event["event"].startswith("flag")]
    assert told[:2] == [("flag-clear", "saw.install"), ("flag-set", "taken.over")]
    assert ("flag-set", "config.changed") not in told


ODD = r"""
    #!/bin/bash
    printf 'caf\351 \033[31m"quoted\\" \001\n'
    printf '\xe2\x80\xa8 \xed\xa0\x80 \xf0\x9f\x98\x80\r\n\n'
    head -c 10000 /dev/zero | tr '\0' x
    status-set maintenance $'two\nlines \t\xff'
    juju-log $'caf\351 \x01'
    """


def test_json_whatever_is_said(place):
    """Each line is an object; and a seed gives the same bytes twice, also where processes are run."""
    add_gate(place, **{"hooks/install": ODD.lstrip("\n")})
    place.add_module_charm("kinds", "kinds", MISBEHAVE)
    scenario = """\
        applications: {gate: {charm: gate}, apart: {charm: kinds, isolation: process}, inside: {charm: kinds}}
        steps: [settle, expect: {gate/0: {status: active}}]
        """
    events = place.run(scenario, "--seed=5")
    printed = outputs_of(events, "gate/0")
    assert printed[0] == 'caf\ufffd \x1b[31m"quoted\\" \x01'
    assert printed[1].startswith("\u2028 ") and printed[1].endswith(" \U0001f600\r")
    assert "".join(line for line in printed if line.startswith("x")) == "x" * 10000

    first, second = (place.simulate(scenario, "--format=json", "--seed=5") for _ in range(2))
    assert first == second


# --- what a process finds --------------------------------------------------------------------------------------------

# /proc has it as it was given, whatever the shell makes of it. A program that the shell starts has what the shell has.
LOOK = """\
    #!/bin/sh
    # Not to be taken for `reactive dispatch`.
    name=$(echo "$JUJU_DISPATCH_PATH" | tr / .)
    cat /proc/$$/environ >"environment.$name"
    pwd >look
    readlink /proc/self/fd/0 >>look
    ls /proc/self/fd >descriptors
    grep -E '^Sig(Blk|Ign)' /proc/self/status >>look
    """
ALWAYS = {"APT_LISTCHANGES_FRONTEND", "CHARM_DIR", "CLOUD_API_VERSION", "DEBIAN_FRONTEND", "JUJU_AGENT_SOCKET_ADDRESS",
          "JUJU_AGENT_SOCKET_NETWORK", "JUJU_API_ADDRESSES", "JUJU_AVAILABILITY_ZONE", "JUJU_CHARM_DIR", "JUJU_CHARM_FTP_PROXY",
          "JUJU_CHARM_HTTPS_PROXY", "JUJU_CHARM_HTTP_PROXY", "JUJU_CHARM_NO_PROXY", "JUJU_CONTEXT_ID", "JUJU_DISPATCH_PATH",
          "JUJU_HOOK_NAME", "JUJU_MACHINE_ID", "JUJU_MODEL_NAME", "JUJU_MODEL_UUID", "JUJU_PRINCIPAL_UNIT", "JUJU_UNIT_NAME",
          "JUJU_VERSION", "LANG", "PATH", "TERM"}
RELATION = {"JUJU_RELATION", "JUJU_RELATION_ID", "JUJU_REMOTE_APP", "JUJU_REMOTE_UNIT"}
KINDS = {
    "hooks.install": (set(), {"JUJU_HOOK_NAME": "install", "JUJU_DISPATCH_PATH": "hooks/install"}),
    "hooks.data-storage-attached": ({"JUJU_STORAGE_ID", "JUJU_STORAGE_KIND", "JUJU_STORAGE_LOCATION"},
                                    {"JUJU_STORAGE_ID": "data/0", "JUJU_STORAGE_KIND": "filesystem"}),
    "hooks.db-relation-created": (RELATION, {"JUJU_REMOTE_UNIT": "", "JUJU_REMOTE_APP": "other", "JUJU_RELATION_ID": "db:1"}),
    "hooks.db-relation-joined": (RELATION, {"JUJU_REMOTE_UNIT": "other/0", "JUJU_RELATION": "db"}),
    "hooks.db-relation-departed": (RELATION | {"JUJU_DEPARTING_UNIT"}, {"JUJU_DEPARTING_UNIT": "other/0"}),
    "hooks.db-relation-broken": (RELATION, {"JUJU_REMOTE_UNIT": "", "JUJU_HOOK_NAME": "db-relation-broken"}),
    "actions.act": ({"JUJU_ACTION_NAME", "JUJU_ACTION_TAG", "JUJU_ACTION_UUID"},
                    {"JUJU_HOOK_NAME": "", "JUJU_DISPATCH_PATH": "actions/act", "JUJU_ACTION_TAG": "action-1"}),
}


@pytest.mark.parametrize("juju", ["2.9", "3.6", "4"])
def test_environment(place, juju):
    """Exactly what Juju gives: nothing of who runs the simulator but PATH, behind the tools."""
    place.write("app/metadata.yaml", """\
        name: app
        provides: {db: {interface: db}}
        peers: {cluster: {interface: cluster}}
        storage: {data: {type: filesystem, location: /srv/data}}
        """)
    place.write("app/actions.yaml", "act: {}\n")
    place.write("app/dispatch", LOOK, 0o755)
    place.write("other/metadata.yaml", "name: other\nrequires: {db: {interface: db}}\n")
    place.write("other/hooks/none", "")
    place.run(f"""\
        juju: {juju}
        applications: {{app: {{charm: app}}, other: {{charm: other}}}}
        relations: [[app, other]]
        steps: [settle, action: {{unit: app/0, name: act}}, remove-application: other, settle]
        """, "--state=kept", HOME="/root", SECRET="x", LC_ALL="C", PYTHONPATH="/nowhere")

    charm = place.directory / "kept" / "app-0" / "charm"
    always = ALWAYS if juju == "4" else ALWAYS | {"JUJU_SLA"}
    for name, (variables, expected) in KINDS.items():
        text = (charm / f"environment.{name}").read_text(encoding="utf-8")
        found = dict(variable.split("=", 1) for variable in text.rstrip("\0").split("\0"))
        for of_sanitizers in ("ASAN_OPTIONS", "LSAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS"):
            found.pop(of_sanitizers, None)
        assert found.keys() == always | variables, name
        assert expected.items() <= found.items(), name
        assert found["CHARM_DIR"] == found["JUJU_CHARM_DIR"] == str(charm)
        assert found["JUJU_UNIT_NAME"] == "app/0"
        assert found["JUJU_VERSION"].startswith(juju)
        assert found["PATH"].partition(":")[2] == os.environ["PATH"]
        tools = pathlib.Path(found["PATH"].partition(":")[0])
        assert (tools / "relation-get").exists()
        assert (tools / "leader-get").exists() == (juju != "4")

    where, stdin, *signals = (charm / "look").read_text(encoding="utf-8").splitlines()
    assert (where, stdin) == (str(charm), "/dev/null")
    # Above 31 the C library has some of its own.
    assert [int(line.split()[1], 16) & 0x7fffffff for line in signals] == [0, 0]
    # The last one is what `ls` reads.
    assert (charm / "descriptors").read_text(encoding="utf-8").split() == ["0", "1", "2", "3"]


# --- crashes and hangs -----------------------------------------------------------------------------------------------


def test_a_crash_in_a_process_of_its_own(place):
    """Only that hook fails: not the run, and not the unit in the simulator's own process."""
    place.add_module_charm("kinds", "kinds", MISBEHAVE)
    add_gate(place)
    events = place.run("""\
        retries: 0
        applications:
          apart: {charm: kinds, isolation: process, config: {crash-in: config-changed}}
          inside: {charm: kinds}
          gate: {charm: gate}
        steps:
          - settle
          - expect:
              apart/0: {error: config-changed, flags: [saw.install], not-flags: [saw.config-changed]}
              inside/0: {error: false, flags: [saw.start]}
              gate/0: {status: active}
          - config: {apart: {crash-in: null}}
          - resolve: apart/0
          - settle
          - expect: {apart/0: {error: false, flags: [saw.config-changed, saw.start]}}
        """)
    crashed = [event for event in events if event["event"] == "hook-end" and event["outcome"] == "failed"]
    assert [(event["unit"], event["hook"]) for event in crashed] == [("apart/0", "config-changed")]
    if not has_sanitizers():
        assert "egmentation fault" in crashed[0]["detail"]


def test_a_hang_in_a_process_of_its_own(place):
    """It is ended after some time, with all that it started; in bash as in C."""
    place.add_module_charm("kinds", "kinds", MISBEHAVE)
    add_gate(place, **{"hooks/start": "#!/bin/sh\nsleep 300 &\nsleep 300\n"})
    events = place.run("""\
        retries: 0
        applications:
          apart: {charm: kinds, isolation: process, config: {crash-in: start by waiting}}
          inside: {charm: kinds}
          gate: {charm: gate}
        steps:
          - settle
          - expect:
              apart/0: {error: start, flags: [saw.config-changed]}
              inside/0: {error: false, flags: [saw.start]}
              gate/0: {error: start}
        """, "--timeout=3")
    details = {event["unit"]: event["detail"] for event in events if event["event"] == "hook-end" and event["outcome"] == "failed"}
    assert details.keys() == {"apart/0", "gate/0"}
    assert all("did not end within 3000 ms" in detail for detail in details.values())


def processes_in(directory):
    """Those that have something of it in their environment, their words or as their directory."""
    found = []
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            texts = [(process / "environ").read_bytes(), (process / "cmdline").read_bytes(), os.readlink(process / "cwd").encode()]
        except OSError:
            continue
        if int(process.name) != os.getpid() and any(str(directory).encode() in text for text in texts):
            found.append((process.name, texts[1]))
    return found


def wait_for(what, seconds=120):
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.02)


LEAVE = """\
    #!/bin/sh
    sleep 300 &
    setsid sleep 300 >/dev/null 2>&1 </dev/null &
    status-set active left
    """


@pytest.mark.parametrize("steps, expected", [
    ("settle, expect: {app/0: {message: left}}", 0),
    ("settle, expect: {app/0: {message: nonsense}}", 1),
    ("settle, kill: app/0, update-status, settle", 1),
])
def test_nothing_is_left(place, steps, expected):
    """No process of a charm outlives the run, whatever became of it, no socket and no file; none of them delays a hook."""
    place.write("app/metadata.yaml", "name: app\n")
    place.write("app/hooks/install", LEAVE, 0o755)
    place.write("app/hooks/update-status", LEAVE, 0o755)
    code, output, errors = place.simulate(f"retries: 0\napplications: {{app: {{charm: app}}}}\nsteps: [{steps}]\n")
    assert (code, "left" in output) == (expected, True), output + errors
    assert processes_in(place.directory) == []
    assert str(place.directory) not in pathlib.Path("/proc/net/unix").read_text(encoding="utf-8")


@pytest.mark.parametrize("how, told", [("", "crashed by SIGSEGV"), (" by exit", "called exit"), (" by waiting", "hangs")])
def test_nothing_is_left_by_handlers_of_this_process(place, how, told):
    """They end the run, but leave neither its files nor what it started."""
    place.add_module_charm("kinds", "kinds", MISBEHAVE)
    place.write("app/metadata.yaml", "name: app\n")
    place.write("app/hooks/install", LEAVE, 0o755)
    code, _, errors = place.simulate(f"""\
        applications: {{app: {{charm: app}}, kinds: {{charm: kinds, config: {{crash-in: update-status{how}}}}}}}
        steps: [settle, update-status, settle]
        """, "--timeout=3")
    assert code == 4 or has_sanitizers()
    assert told in errors or has_sanitizers()
    assert processes_in(place.directory) == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGPIPE], ids=lambda number: number.name)
def test_nothing_is_left_by_an_end_from_outside(place, number):
    """The hook that runs is ended too."""
    place.write("app/metadata.yaml", "name: app\n")
    place.write("app/hooks/install", "#!/bin/sh\nsleep 300\n" if number != signal.SIGPIPE else LEAVE, 0o755)
    with place.start("applications: {app: {charm: app}}\nsteps: [settle]\n") as process:
        if number == signal.SIGPIPE:
            process.stdout.close()
            process.stdout = None
        else:
            wait_for(lambda: any(b"sleep" in words for _, words in processes_in(place.temporary)))
            process.send_signal(number)
        process.communicate(timeout=120)
    assert process.returncode == -number
    assert processes_in(place.directory) == []
    assert not list(place.temporary.iterdir())
