# SPDX-License-Identifier: Apache-2.0
"""Applications in conversation: what Juju does for relations, in a handful of functions.

Each unit is a charm directory of its own, in C or in Python, run as the process that Juju would start, and it asks
`reactive agent`. After each hook, which must succeed, its databags are copied to where Juju would show them. settle()
runs the hooks that follow from the difference between what units have seen and what is there, until there is none.
"""

import collections
import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

from juju import Outcome, Unit

PEERS = pathlib.Path(__file__).with_name("peers")
MAX_HOOKS = 300


class CCharm:
    """A charm in C, as it was built."""

    def __init__(self, directory):
        self.directory = pathlib.Path(directory)

    def install(self, unit):
        shutil.copytree(self.directory, unit.charm_dir, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.p"))


class PythonCharm:
    """A charm of peers/, for ops (operator.py) or for charms.reactive (handlers.py)."""

    def __init__(self, name, stack, worker):
        self.directory = PEERS / name
        self.stack = stack
        self.worker = worker

    def install(self, unit):
        for name in ("metadata.yaml", "config.yaml"):
            shutil.copy(self.directory / name, unit.charm_dir)
        dispatch = unit.charm_dir / "dispatch"
        if self.stack == "ops":
            shutil.copy(self.directory / "operator.py", dispatch)
        else:
            shutil.copy(PEERS / "dispatch.py", dispatch)
            shutil.copy(self.directory / "handlers.py", unit.charm_dir / "reactive")
            shutil.copytree(PEERS / "interfaces", unit.charm_dir / "hooks" / "relations")
        dispatch.chmod(0o755)

        # The tools themselves: a Python charm has the agent's address and no other way to it.
        for link in (unit.root / "links").iterdir():
            (unit.tools / link.name).unlink()
            (unit.tools / link.name).symlink_to(link)


class Worker:
    """The process that has the peers imported and forks one for each hook."""

    def __init__(self):
        command = [sys.executable, PEERS / "worker.py"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.n_jobs = 0
        self.codes = {}

    def start(self, job):
        self.n_jobs += 1
        self.process.stdin.write(json.dumps({**job, "id": self.n_jobs}) + "\n")
        self.process.stdin.flush()
        return self.n_jobs

    def wait(self, number):
        """The exit code of a job. Jobs end in any order."""
        while number not in self.codes:
            ended, code = self.process.stdout.readline().split()
            self.codes[int(ended)] = int(code)
        return self.codes.pop(number)

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)


class PythonHook:
    """A hook in Python that runs, for those who expect a subprocess.Popen."""

    def __init__(self, unit, environment):
        self.worker = unit.charm.worker
        self.files = {name: unit.root / name for name in ("stdout", "stderr")}
        self.returncode = None
        self.number = self.worker.start({"directory": str(unit.charm_dir), "stack": unit.charm.stack,
                                         "environment": environment,
                                         **{name: str(path) for name, path in self.files.items()}})

    def communicate(self, timeout):
        """The worker keeps to a limit of its own."""
        del timeout
        self.returncode = self.worker.wait(self.number)
        return self.files["stdout"].read_text(encoding="utf-8"), self.files["stderr"].read_text(encoding="utf-8")


class Member(Unit):
    """A unit of an application, and what it has seen of its relations so far."""

    def __init__(self, directory, name, charm, config, address):
        super().__init__(directory, model={"unit": name, "private-address": address})
        self.name = name
        self.application = name.partition("/")[0]
        self.charm = charm
        self.pending = ["install", "config-changed", "start"]
        self.is_leader = self.told_leader = self.is_dying = False
        self.seen = {}
        charm.install(self)
        self.change_model(config={**self.default_config(), **config})

    def default_config(self):
        yaml = pytest.importorskip("yaml")
        options = yaml.safe_load((self.charm_dir / "config.yaml").read_text(encoding="utf-8"))["options"]
        return {name: option.get("default") for name, option in options.items()}

    @property
    def status(self):
        status = self.model.get("status", {})
        return status.get("status"), status.get("message")

    def environment(self, path, address):
        return {**super().environment(path, address), "JUJU_UNIT_NAME": self.name}

    def start(self, path, **variables):
        if isinstance(self.charm, CCharm):
            return super().start(path, **variables)
        self.start_server()
        return PythonHook(self, {**self.environment(path, self.socket), **variables})


class Seen:
    """What a unit was told of a relation: that it exists, and the databags of the remote application and its units. One
    that joined, and whose databag it was not told of yet, has None."""

    def __init__(self):
        self.created = False
        self.application = {}
        self.units = {}


class Relation:
    """The endpoint of each application, and the databags by the name of their application or unit."""

    def __init__(self, number, ends):
        self.number = number
        self.ends = ends
        self.databags = {application: {} for application in ends}
        self.is_dying = False

    def id_at(self, application):
        return f"{self.ends[application]}:{self.number}"

    def opposite(self, application):
        return next(name for name in self.ends if name != application)


class Hook:
    """A hook that is due. @remote is the remote unit, "" where it is none's. Who runs it is known when it starts."""

    def __init__(self, name, relation=None, remote=""):
        self.name = name
        self.relation = relation
        self.remote = remote
        self.unit = self.databag = self.process = self.journal_bytes = self.outcome = None

    def __repr__(self):
        return " ".join(filter(None, (self.name, self.remote)))

    @property
    def path(self):
        prefix = "" if self.relation is None else f"{self.relation.ends[self.unit.application]}-relation-"
        return f"hooks/{prefix}{self.name}"

    @property
    def variables(self):
        """What a relation's hooks find in the environment besides what all find."""
        if self.relation is None:
            return {}
        variables = {"JUJU_RELATION": self.relation.ends[self.unit.application],
                     "JUJU_RELATION_ID": self.relation.id_at(self.unit.application),
                     "JUJU_REMOTE_APP": self.relation.opposite(self.unit.application), "JUJU_REMOTE_UNIT": self.remote}
        if self.name == "departed":
            variables["JUJU_DEPARTING_UNIT"] = self.unit.name if self.unit.is_dying else self.remote
        return variables

    @property
    def log(self):
        return log_of(self.outcome)

    def start(self, unit, **variables):
        """@databag is what the hook brings the news of, as it is now."""
        self.unit = unit
        if self.relation is not None:
            self.databag = self.relation.databags[self.remote or self.relation.opposite(unit.application)]
        self.journal_bytes = unit.journal.stat().st_size if unit.journal.exists() else 0
        self.process = unit.start(self.path, **variables, **self.variables)

    def wait(self):
        """It has to succeed; and in C, it must not write to a relation that is gone."""
        self.process.stdout, self.process.stderr = self.process.communicate(timeout=60)
        self.outcome = Outcome(self.process, self.unit.read_journal(self.journal_bytes))
        what = f"{self.unit.name} {self}"
        assert self.outcome.code == 0, "\n".join([f"{what}: exit code {self.outcome.code}", self.outcome.stderr, *self.log])
        if self.name == "broken" and isinstance(self.unit.charm, CCharm):
            relation_id = self.relation.id_at(self.unit.application)
            assert not [call for call in self.outcome.calls_of("relation-set") if relation_id in call], what


class Juju:
    """A model of applications and their relations."""

    def __init__(self, directory, version="3.6.0"):
        self.directory = pathlib.Path(directory)
        self.version = version
        self.units = {}
        self.relations = []
        self.n_units = collections.Counter()
        self.n_relations = 0

    def close(self):
        for unit in self.units.values():
            unit.stop_server()

    # What an operator does

    def deploy(self, application, charm, n_units=1, **config):
        """Adds units, of which the first leads. Their numbers are not used again."""
        units = []
        for _ in range(n_units):
            name = f"{application}/{self.n_units[application]}"
            self.n_units[application] += 1
            address = f"10.0.0.{self.n_units.total()}"
            units.append(Member(self.directory / name.replace("/", "-"), name, charm, config, address))
            self.units[name] = units[-1]
        self.set_leader(units[0])
        return units

    def units_of(self, application):
        return [unit for unit in self.units.values() if unit.application == application]

    def configure(self, application, **config):
        for unit in self.units_of(application):
            unit.set_config(**config)
            unit.pending.append("config-changed")

    def set_leader(self, leader):
        """Only the new leader is told."""
        for unit in self.units_of(leader.application):
            unit.is_leader = unit is leader
            unit.told_leader = unit.told_leader and unit.is_leader

    def relate(self, *ends):
        """Each end is application:endpoint."""
        relation = Relation(self.n_relations, dict(end.split(":") for end in ends))
        self.n_relations += 1
        self.relations.append(relation)
        for unit in self.units.values():
            if unit.application in relation.ends:
                address = unit.model["private-address"]
                unit.seen[relation] = Seen()
                relation.databags[unit.name] = {"egress-subnets": f"{address}/32", "ingress-address": address,
                                                "private-address": address}
        return relation

    def remove_relation(self, relation):
        relation.is_dying = True
        self.relations.remove(relation)

    def remove_unit(self, unit):
        unit.is_dying = True

    # What follows from it

    def settle(self):
        """Runs the hooks that are due, those of all units at once, until none is. Returns: what ran, by unit."""
        ran = {name: [] for name in self.units}
        while due := [(unit, hook) for unit in self.units.values() if (hook := self.next_hook(unit)) is not None]:
            for unit, hook in due:
                self.start(unit, hook)
            for unit, hook in due:
                self.finish(hook)
                ran[unit.name].append(hook)
            assert sum(map(len, ran.values())) < MAX_HOOKS, f"it never settles: {ran}"
        return ran

    def run(self, unit, hook):
        """Runs one hook alone."""
        self.start(unit, hook)
        self.finish(hook)
        return hook

    def next_hook(self, unit):
        """In the order of Juju's agent: what exists, who leads, what is pending, what became of relations."""
        if unit.pending[:1] == ["install"]:
            return Hook("install")
        for relation, seen in unit.seen.items():
            if not seen.created and is_alive(unit, relation):
                return Hook("created", relation)
        if unit.is_leader and not unit.told_leader:
            return Hook("leader-elected")
        if unit.pending:
            return Hook(unit.pending[0])
        hooks = (self.next_relation_hook(unit, relation, seen) for relation, seen in unit.seen.items())
        return next(filter(None, hooks), Hook("stop") if unit.is_dying else None)

    def next_relation_hook(self, unit, relation, seen):
        """Departures, then the end of the relation, then the application's databag, new units, and changed ones; but a
        unit that joined is looked at before all else."""
        present = self.members(unit, relation)
        for remote in sorted(seen.units.keys() - present):
            return Hook("departed", relation, remote)
        if not is_alive(unit, relation):
            return Hook("broken", relation)
        for remote in sorted(seen.units):
            if seen.units[remote] is None:
                return Hook("changed", relation, remote)
        if seen.application != relation.databags[relation.opposite(unit.application)]:
            return Hook("changed", relation)
        for remote in sorted(present - seen.units.keys()):
            return Hook("joined", relation, remote)
        for remote in sorted(present):
            if seen.units[remote] != relation.databags[remote]:
                return Hook("changed", relation, remote)
        return None

    def members(self, unit, relation):
        """The remote units, as this one is to see them in the end."""
        opposite = self.units_of(relation.opposite(unit.application)) if is_alive(unit, relation) else []
        return {other.name for other in opposite if is_alive(other, relation)}

    # One hook

    def start(self, unit, hook):
        """A unit that joins is listed from here on, one that departs no longer."""
        if hook.name == "joined":
            unit.seen[hook.relation].units[hook.remote] = None
        elif hook.name == "departed":
            del unit.seen[hook.relation].units[hook.remote]
        unit.change_model(leader=unit.is_leader, relations=dict(self.show_relations(unit, hook)))
        hook.start(unit, JUJU_VERSION=self.version)

    def show_relations(self, unit, hook):
        """What the agent tells of each relation. One that broke is unknown from Juju 3.6 on, and empty before it; what a
        unit wrote that departs stays readable."""
        for relation, seen in unit.seen.items():
            is_broken = hook.name == "broken" and hook.relation is relation
            if is_broken and self.version >= "3.6":
                continue
            opposite = relation.opposite(unit.application)
            is_departing = hook.name == "departed" and hook.relation is relation
            yield relation.id_at(unit.application), {
                "remote-app": opposite, "app": {} if is_broken else relation.databags[opposite],
                "units": {name: relation.databags[name] for name in seen.units},
                "left": {hook.remote: relation.databags[hook.remote]} if is_departing else {},
                "local": relation.databags[unit.name],
                "local-app": relation.databags[unit.application] if unit.is_leader else {},
            }

    def finish(self, hook):
        """What the unit wrote, and the application through its leader, is now where others see it."""
        hook.wait()
        told = hook.unit.model["relations"]
        for relation in hook.unit.seen:
            if is_alive(hook.unit, relation):
                wrote = told[relation.id_at(hook.unit.application)]
                relation.databags[hook.unit.name] = wrote["local"]
                if hook.unit.is_leader:
                    relation.databags[hook.unit.application] = wrote["local-app"]
        self.remember(hook)

    def remember(self, hook):
        """What the unit has seen by this hook."""
        unit, seen = hook.unit, hook.unit.seen.get(hook.relation)
        if hook.name == "leader-elected":
            unit.told_leader = True
        elif hook.name == "created":
            seen.created = True
        elif hook.name == "changed" and hook.remote:
            seen.units[hook.remote] = hook.databag
        elif hook.name == "changed":
            seen.application = hook.databag
        elif hook.name == "broken":
            del unit.seen[hook.relation]
        elif hook.name == "stop":
            del self.units[unit.name]
            unit.stop_server()
        elif hook.relation is None:
            unit.pending.remove(hook.name)


def is_alive(unit, relation):
    return not relation.is_dying and not unit.is_dying


def log_of(outcome):
    """The lines that went to Juju's log, whoever wrote them and however."""
    calls = (call for call in outcome.calls if call["tool"] == "juju-log")
    return [line for call in calls for line in call["args"][-1].split("\n")]


def example(name):
    """The charm of examples/NAME, as it was built."""
    directory = pathlib.Path(os.environ["REACTIVE_TEST_BUILD"]).parent / "examples" / name
    if not list(directory.glob("reactive/*.so")):
        pytest.skip(f"{directory} is not built")
    return CCharm(directory)


@pytest.fixture(name="worker", scope="session")
def fixture_worker():
    """What runs Python charms; skips where their libraries cannot be had."""
    check = subprocess.run([sys.executable, PEERS / "worker.py", "--check"], stderr=subprocess.PIPE, text=True, check=False)
    if check.returncode != 0:
        pytest.skip(f"the Python peers are not there: {check.stderr.strip().splitlines()[-1]}")
    worker = Worker()
    yield worker
    worker.close()


@pytest.fixture(name="juju")
def fixture_juju(reactive, tmp_path):
    """A model without applications."""
    model = Juju(tmp_path)
    yield model
    model.close()
