# SPDX-License-Identifier: Apache-2.0
"""Runs a flag program in charms.reactive's own dispatch, for comparison with bench-dispatch.

Usage: bench_charms_reactive.py PROGRAM.json, as "bench-dispatch print" writes it. Real Handler objects with the
predicates that the decorators make, in one process, the unit's data in memory; only the log goes nowhere. The cap of
100 iterations stands as "range (100)" in the middle of dispatch(): another "range" in its module lifts it.
"""

import builtins
import functools
import itertools
import json
import os
import platform
import sys
import time

# charmhelpers knows itself to run on Ubuntu, and not on Debian.
platform.linux_distribution = lambda: ("Ubuntu", "22.04", "jammy")
os.environ["JUJU_HOOK_NAME"] = "update-status"
os.environ["CHARM_DIR"] = os.environ["JUJU_CHARM_DIR"] = "/nonexistent"
os.environ["UNIT_STATE_DB"] = ":memory:"

import pkg_resources  # noqa: E402

# ops_reactive_interface, which is installed beside it, cannot be loaded where there is no charm.
pkg_resources.iter_entry_points = lambda group, name=None: iter(())

from charmhelpers.core import hookenv, unitdata  # noqa: E402

hookenv.log = lambda *args, **kwargs: None

from charms.reactive import bus, flags, helpers  # noqa: E402

MIN_RUNS = 3
MIN_SECONDS = 1.0
LONG_SECONDS = 10.0

PREDICATES = {
    "all": helpers._when_all,
    "any": helpers._when_any,
    "none": helpers._when_none,
    "not_all": helpers._when_not_all,
    "hook": helpers._hook,
}


def make_action(identity, actions, count):
    def action():
        count()
        for kind, flag in actions:
            if kind == "set":
                flags.set_flag(flag)
            else:
                flags.clear_flag(flag)

    action._action_id = action._short_action_id = identity

    return action


def register(program, count):
    bus.Handler.clear()
    for entry in program["handlers"]:
        handler = bus.Handler.get(make_action(entry["id"], entry["actions"], count))
        for condition in entry["conditions"]:
            for kind, names in condition.items():
                handler.add_predicate(functools.partial(PREDICATES[kind], names))
                if kind != "hook":
                    handler.register_flags(names)


def run(program):
    """Returns: nanoseconds for all hooks from the beginning, or for the one dispatch of a generated program."""
    unitdata._KV = unitdata.Storage(":memory:")
    for trigger in program["triggers"]:
        flags.register_trigger(
            when=trigger.get("when"),
            when_not=trigger.get("when_not"),
            set_flag=trigger.get("set"),
            clear_flag=trigger.get("clear"),
        )
    for flag in program["loaded"]:
        flags.set_flag(flag)

    elapsed = 0
    for stimulus in program["stimuli"] or [None]:
        begin = time.perf_counter_ns()
        if stimulus is not None:
            flags.set_flag(stimulus)
        bus.dispatch()
        elapsed += time.perf_counter_ns() - begin

    return elapsed


def main():
    with open(sys.argv[1]) as file:
        program = json.load(file)

    iterations = program.get("iterations")
    bus.range = lambda _: itertools.count() if iterations is None else builtins.range(iterations)

    counter = itertools.count()
    begin = time.perf_counter_ns()
    register(program, lambda: next(counter))
    register_ns = time.perf_counter_ns() - begin

    times = []
    total = 0
    while (len(times) < MIN_RUNS or total < MIN_SECONDS * 1e9) and total < LONG_SECONDS * 1e9:
        times.append(run(program))
        total += times[-1]

    print(
        json.dumps(
            {
                "engine": "charms.reactive",
                "program": program["name"],
                "handlers": len(program["handlers"]),
                "activations": next(counter) // len(times),
                "run_ns": min(times),
                "compile_ns": register_ns,
                "runs": len(times),
            }
        )
    )


if __name__ == "__main__":
    main()
