# SPDX-License-Identifier: Apache-2.0
"""kill -9 at any system call of a hook, and Juju drops what the hook had sent: after the next hook everything has arrived.

The agent shows what is set in a relation at once. Juju holds it back until it sees the exit code, and drops
it for a hook that was killed; so that is done here, to the model.
"""

import concurrent.futures

import pytest

# pylint: disable-next=unused-import
from juju import fixture_strace, making_units
from test_kill import HOOK, WORKERS, choose_calls, files_of, kill_at, restore

# How often a hook has to wait for Juju differs from one run to the next: on a busy machine at each request, or at none.
WAITS = ("poll", "recvfrom")
OPTIONS = {"generation": {"type": "int", "default": 1}}
METADATA = {"name": "web", "summary": "A web server", "provides": {"website": {"interface": "http"}}}
RELATION = {"remote-app": "proxy", "app": {}, "units": {"proxy/0": {}}}


@pytest.fixture(name="units")
def fixture_units(reactive, strace, tmp_path):
    """Units that have said 1 in both of their relations, and are about to say 2."""
    relations = {f"website:{number}": {**RELATION, "local": {"gone": "soon", "other": "kept"}} for number in (3, 4)}
    with making_units(tmp_path) as make:
        units = [make(["publish"], config=OPTIONS, metadata=METADATA, model={"leader": True, "relations": relations})
                 for _ in range(WORKERS)]
        for unit in units:
            unit.hook(HOOK).succeeded()
            relations = unit.model["relations"]
            for relation in relations.values():
                relation["local"]["gone"] = "again"
            unit.change_model(relations=relations)
            unit.set_config(generation=2)
        yield units


def databags_of(unit):
    return {name: (relation["local"], relation["local-app"]) for name, relation in unit.model["relations"].items()}


def test_what_a_killed_hook_sent_arrives_with_the_next(units):
    files, model = files_of(units[0]), units[0].model
    calls = choose_calls(units[0])
    assert databags_of(units[0]) == {
        name: ({"generation": "2", "other": "kept"}, {"generation": "2"}) for name in ("website:3", "website:4")}
    expected = databags_of(units[0])

    def kill_and_retry(unit, name, count):
        restore(unit, files)
        unit.model = model
        if not kill_at(unit, name, count):
            return "waited less" if name in WAITS else "not killed"
        unit.model = model
        outcome = unit.hook(HOOK).succeeded()
        assert databags_of(unit) == expected, f"killed at {name} {count}"
        return "sent again" if outcome.log_of("WARNING") else "done again"

    def work(worker):
        return [kill_and_retry(units[worker], *call) for call in calls[worker::WORKERS]]

    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        results = [result for results in pool.map(work, range(WORKERS)) for result in results]
    assert results.count("not killed") < 0.1 * len(calls)
    assert {"sent again", "done again"} <= set(results)
