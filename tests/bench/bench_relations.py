# SPDX-License-Identifier: Apache-2.0
"""A hook in which nothing changed, with many remote units and many requests for a load balancer, against one of each.

The data is made by a conversation of our own two charms; the Python library reads the same. What it costs to read the
bytes alone, as any hook that looks at them must, is measured by a charm that does nothing else, and taken off for the
target: processor time grows by less than ten times from one unit and request to a thousand.
"""

import json
import pathlib
import shutil
import tempfile

import bench_hook

SIZES = (1, 1000)
QUICK_SIZES = (1, 100)
MAX_GROWTH = 10
METADATA = {
    "provider": {"name": "bench", "provides": {"lb-consumers": {"interface": "loadbalancer"}}},
    "consumer": {"name": "bench", "requires": {"lb-provider": {"interface": "loadbalancer"}}},
}
CONFIG = {"options": {"requests": {"type": "int", "default": 1}}}
ENDPOINT = {"provider": "lb-consumers", "consumer": "lb-provider"}


def make_model(side, size):
    """The unit's Juju; the other side has @size units."""
    units = {f"other/{number}": {"ingress-address": f"10.1.{number // 250}.{number % 250}"} for number in range(size)}
    relation = {"remote-app": "other", "app": {"version": "1"}, "units": units}
    return {"unit": "bench/0", "leader": True, "config": {"requests": size},
            "relations": {f"{ENDPOINT[side]}:1": relation}}


class Side:
    """Our charm on one side, with a Juju of its own."""

    def __init__(self, build_dir, directory, side, size):
        self.build_dir = build_dir
        self.side = side
        self.directory = directory / f"{side}-{size}"
        self.directory.mkdir()
        self.juju = bench_hook.Juju(build_dir, self.directory, make_model(side, size))
        self.charm = self.make_charm("ours", f"lb_{side}")

    def make_charm(self, name, module):
        charm_dir = self.directory / name
        (charm_dir / "reactive").mkdir(parents=True)
        (charm_dir / "interfaces").mkdir()
        (charm_dir / "metadata.yaml").write_text(json.dumps(METADATA[self.side]), encoding="utf-8")
        (charm_dir / "config.yaml").write_text(json.dumps(CONFIG), encoding="utf-8")
        if module is not None:
            shutil.copy(self.build_dir / "tests" / "bench" / f"{module}.so", charm_dir / "reactive" / "app.so")
        library = self.build_dir / "interfaces" / "loadbalancer" / "libreactive-loadbalancer.so.0"
        if module != "read":
            (charm_dir / "interfaces" / library.name).symlink_to(library)
        return bench_hook.Charm(charm_dir, [self.build_dir / "engine" / "reactive", "dispatch"])

    def make_peer(self):
        charm = self.make_charm("peer", None)
        source = (bench_hook.DIRECTORY / "charm" / "lb_ops.py").read_text(encoding="utf-8")
        script = charm.directory / "dispatch"
        bench_hook.write_script(script, f"#!{self.build_dir / 'venv' / 'bin' / 'python'}\n{source}")
        charm.command = [script]
        return charm

    @property
    def relation(self):
        (relation,) = json.loads(self.juju.model.read_text(encoding="utf-8"))["relations"].values()
        return relation

    def hear(self, other):
        """What the other side's application says reaches this one."""
        model = json.loads(self.juju.model.read_text(encoding="utf-8"))
        (relation,) = model["relations"].values()
        relation["app"] = other.relation["local-app"]
        new = self.juju.model.with_suffix(".new")
        new.write_text(json.dumps(model), encoding="utf-8")
        new.rename(self.juju.model)

    def run(self, charm, hook="update-status"):
        environment = self.juju.environment(charm.directory, False)
        return charm.run({**environment, "JUJU_DISPATCH_PATH": f"hooks/{hook}", "JUJU_HOOK_NAME": hook})

    def measure(self, charm, n_runs):
        """Processor time in milliseconds, of hooks in which nothing changes."""
        before = self.relation
        times = sorted(self.run(charm)[0] for _ in range(n_runs + 2))
        if self.relation != before:
            raise bench_hook.results.Broken(f"{self.side}: a hook in which nothing changes wrote something")
        return times[len(times) // 2]


def converse(consumer, provider):
    """Until each request is answered and acknowledged."""
    consumer.run(consumer.charm)
    provider.hear(consumer)
    provider.run(provider.charm)
    consumer.hear(provider)
    consumer.run(consumer.charm)


def measure_side(side, size, has_peers, n_runs):
    """(ours, reading alone, the peer's or None)"""
    reader = side.make_charm("read", "read")
    ours = side.measure(side.charm, n_runs)
    reading = side.measure(reader, n_runs)
    if not has_peers:
        return ours, reading, None
    peer = side.make_peer()
    side.run(peer, "start")
    return ours, reading, side.measure(peer, 1 if size > 100 else 3)


def measure(table, build_dir, quick):
    sizes = QUICK_SIZES if quick else SIZES
    has_peers = (build_dir / "venv").exists()
    costs = {}
    with tempfile.TemporaryDirectory(prefix="bench-relations-", dir=build_dir) as name:
        for size in sizes:
            sides = [Side(build_dir, pathlib.Path(name), side, size) for side in ("consumer", "provider")]
            try:
                converse(*sides)
                for side in sides:
                    costs[side.side, size] = measure_side(side, size, has_peers, 5 if quick else 20)
            finally:
                for side in sides:
                    side.juju.stop()

    small, large = sizes
    for side in ("consumer", "provider"):
        base = costs[side, small][0]
        for size in sizes:
            ours, reading, theirs = costs[side, size]
            table.add(f"load balancer {side}, quiet, CPU", size, ours, "ms", "ops" if theirs is not None else None, theirs)
            table.add(f"load balancer {side}, bytes alone", size, reading, "ms")
        growth = (costs[side, large][0] - costs[side, large][1] + costs[side, small][1]) / base
        table.add(f"load balancer {side}, growth", large, growth, "times", at_most=MAX_GROWTH)
