# SPDX-License-Identifier: Apache-2.0
"""Automatic flags of endpoints, against the real charms.reactive.

The same hooks with the same relations run in both, on copies of one state file, and leave the same rows: flags, hashes of
what units said, units that left. Either's file is the beginning of the next hook.
"""

import random
import shutil

import pytest

from juju import Unit, read_table
# pylint: disable-next=unused-import
from relations import PEERS, PythonHook, fixture_worker

N_CONVERSATIONS = 6
N_HOOKS = 12
PREFIXES = ("reactive.states.", "reactive.data_changed.endpoint.", "reactive.endpoints.departed.")
ENDPOINTS = {"db": "mysql", "cluster": "web"}
KEYS = ("host", "port", "tls.cert", "KEY", "caf\u00e9")
VALUES = ("", "plain", "1", "1.50", "true", '{"b": 1, "a": [null, 2.5]}', '{"a": [null, 2.5], "b": 1}', '"\\ud83d\\ude00"',
          '{"a": 1, "a": 2}', "NaN", "99999999999999999999", '"\\ud800"', "[1,", " 7 ", "caf\u00e9")


class PythonUnit(Unit):
    """The same unit in charms.reactive, which finds the classes of its interfaces in hooks/relations/."""

    def __init__(self, directory, worker):
        super().__init__(directory)
        self.worker = worker
        self.charm = self
        self.stack = "reactive"
        shutil.copy(PEERS / "endpoints" / "metadata.yaml", self.charm_dir)
        shutil.copy(PEERS / "dispatch.py", self.charm_dir / "dispatch")
        shutil.copytree(PEERS / "endpoints" / "relations", self.charm_dir / "hooks" / "relations")

    def start(self, path, **variables):
        self.start_server()
        return PythonHook(self, {**self.environment(path, self.socket), **variables})


class Conversation:
    """Relations that come and go, as Juju shows them to one unit."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.relations = {}
        self.n_relations = 0

    def next_hook(self):
        """(hook, its environment), after something has happened."""
        steps = [self.create, self.join, self.join, self.change, self.change, self.depart, self.break_relation, self.nothing]
        while (hook := self.random.choice(steps)()) is None:
            pass
        for relation in self.relations.values():
            relation["left"] = {unit: bag for unit, bag in relation["left"].items() if hook[1].get("JUJU_REMOTE_UNIT") == unit}
        return hook

    def choose(self, has_units):
        names = [name for name, relation in sorted(self.relations.items()) if relation["units"] or not has_units]
        return self.random.choice(names) if names else None

    def hook(self, name, kind, remote=""):
        application = ENDPOINTS[name.partition(":")[0]]
        return f"{name.partition(':')[0]}-relation-{kind}", {
            "JUJU_RELATION": name.partition(":")[0], "JUJU_RELATION_ID": name, "JUJU_REMOTE_UNIT": remote,
            "JUJU_REMOTE_APP": application, "JUJU_DEPARTING_UNIT": remote if kind == "departed" else ""}

    def create(self):
        if len(self.relations) == 3:
            return None
        endpoint = self.random.choice(sorted(ENDPOINTS))
        name = f"{endpoint}:{7 + self.n_relations}"  # so that some have two digits
        self.n_relations += 1
        self.relations[name] = {"remote-app": ENDPOINTS[endpoint], "app": {}, "units": {}, "left": {}, "local": {}}
        return self.hook(name, "created")

    def join(self):
        name = self.choose(has_units=False)
        if name is None:
            return None
        unit = f"{ENDPOINTS[name.partition(':')[0]]}/{self.random.randint(1, 11)}"
        if unit in self.relations[name]["units"]:
            return None
        self.relations[name]["units"][unit] = self.databag()
        return self.hook(name, "joined", unit)

    def databag(self):
        return {key: value for key in KEYS if (value := self.random.choice(VALUES)) and self.random.random() < 0.5}

    def change(self):
        name = self.choose(has_units=True)
        if name is None:
            return None
        unit = self.random.choice(sorted(self.relations[name]["units"]))
        self.relations[name]["units"][unit] = self.databag()
        return self.hook(name, "changed", unit)

    def depart(self):
        name = self.choose(has_units=True)
        if name is None:
            return None
        unit = self.random.choice(sorted(self.relations[name]["units"]))
        self.relations[name]["left"] = {unit: self.relations[name]["units"].pop(unit)}
        return self.hook(name, "departed", unit)

    def break_relation(self):
        name = self.choose(has_units=False)
        if name is None or self.relations[name]["units"]:
            return None
        del self.relations[name]
        return self.hook(name, "broken")

    def nothing(self):
        return self.random.choice(["update-status", "config-changed"]), {}


def rows_of(unit):
    rows = read_table(unit.state_file, "select key, data from kv")
    return {key: data for key, data in rows.items() if key.startswith(PREFIXES)}


@pytest.fixture(name="units")
def fixture_units(reactive, worker, tmp_path):
    ours = Unit(tmp_path / "ours", includes=["layer:basic"])
    shutil.copy(PEERS / "endpoints" / "metadata.yaml", ours.charm_dir)
    theirs = PythonUnit(tmp_path / "theirs", worker)
    yield ours, theirs
    for unit in (ours, theirs):
        unit.stop_server()


@pytest.mark.parametrize("seed", range(N_CONVERSATIONS))
def test_the_same_hooks_leave_the_same_rows(units, seed):
    conversation = Conversation(seed)
    n_flags = 0
    for number in range(N_HOOKS):
        hook, variables = conversation.next_hook()
        for unit in units:
            unit.change_model(relations=conversation.relations)
            unit.hook(hook, **variables).succeeded()
        ours, theirs = map(rows_of, units)
        assert ours == theirs, f"hook {number}: {hook} {variables}"
        n_flags += sum(key.startswith("reactive.states.") for key in ours)
        source, target = units if conversation.random.random() < 0.5 else reversed(units)
        shutil.copy(source.state_file, target.state_file)
    assert n_flags > N_HOOKS
