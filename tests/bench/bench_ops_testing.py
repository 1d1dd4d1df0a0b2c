# SPDX-License-Identifier: Apache-2.0
"""One hook of an ops charm, over and over, under ops.testing.Harness or under Scenario: it reads a databag, keeps that
it did, and writes a key. Prints how many of them a second as JSON.

Usage: bench_ops_testing.py harness|scenario SECONDS
"""

import dataclasses
import json
import sys
import time

import ops
import ops.testing

METADATA = {"name": "web", "requires": {"db": {"interface": "mysql"}}}


class Charm(ops.CharmBase):
    _stored = ops.StoredState()

    def __init__(self, framework):
        super().__init__(framework)
        self._stored.set_default(seen=False)
        framework.observe(self.on.db_relation_changed, self._on_changed)

    def _on_changed(self, event):
        number = event.relation.data[event.unit].get("number", "")
        self._stored.seen = True
        event.relation.data[self.unit]["echo"] = number


def prepare_harness():
    harness = ops.testing.Harness(Charm, meta=json.dumps(METADATA))
    harness.begin()
    relation = harness.add_relation("db", "mysql")
    harness.add_relation_unit(relation, "mysql/0")

    def run(number):
        harness.update_relation_data(relation, "mysql/0", {"number": str(number)})

    return run, lambda: harness.get_relation_data(relation, "web/0")["echo"]


def prepare_scenario():
    context = ops.testing.Context(Charm, meta=METADATA)
    relation = ops.testing.Relation("db", remote_app_name="mysql", remote_units_data={0: {}})
    state = ops.testing.State(relations=[relation])

    def get_relation():
        return state.get_relation(relation.id)

    def run(number):
        nonlocal state
        changed = dataclasses.replace(get_relation(), remote_units_data={0: {"number": str(number)}})
        state = dataclasses.replace(state, relations=[changed])
        state = context.run(context.on.relation_changed(changed, remote_unit=0), state)

    return run, lambda: get_relation().local_unit_data["echo"]


def main():
    run, get_echo = {"harness": prepare_harness, "scenario": prepare_scenario}[sys.argv[1]]()
    seconds = float(sys.argv[2])
    for number in range(10):
        run(number)

    number = 10
    start = time.perf_counter()
    while time.perf_counter() - start < seconds:
        run(number)
        number += 1
    elapsed = time.perf_counter() - start
    if get_echo() != str(number - 1):
        sys.exit(f"{sys.argv[1]}: the last hook wrote {get_echo()!r}")
    print(json.dumps((number - 10) / elapsed))


if __name__ == "__main__":
    main()
