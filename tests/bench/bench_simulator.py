# SPDX-License-Identifier: Apache-2.0
"""The simulator: hooks a second beside ops' Harness and Scenario, and what a large model costs.

The hook reads a databag, sets a flag and writes a key. The large models are rings of applications of ten units, each
related to the next.
"""

import pathlib

import results

PEER = pathlib.Path(__file__).with_name("bench_ops_testing.py")
UNITS = 10
MAX_BYTES = 8000
# How much longer a hook may take in a model ten times as large: caches, not more work.
MAX_GROWTH = 2


def measure_ops(build_dir, framework, seconds):
    """Microseconds a hook; None without the peers."""
    python = build_dir / "venv-ops" / "bin" / "python"
    if not python.exists():
        return None
    return 1e6 / results.run_json([python, "-W", "ignore", PEER, framework, str(seconds)])


def measure(table, build_dir, quick):
    program = build_dir / "tests" / "bench" / "bench-simulator"
    seconds = 1 if quick else 5
    ours = results.run_json([program, "pair", "20000" if quick else "200000"])["us_per_hook"]
    for framework, at_least in (("harness", 10), ("scenario", 300)):
        theirs = measure_ops(build_dir, framework, seconds)
        table.add("a hook", 1, ours, "us/hook", framework if theirs else None, theirs, at_least=at_least)

    costs = {}
    sizes = (10, 100) if quick else (100, 1000)
    for size in sizes:
        ring = results.run_json([program, "ring", str(size), str(UNITS)])
        costs[size] = ring["us_per_hook"]
        table.add(f"ring of applications, {ring['hooks']:,} hooks", size, ring["us_per_hook"], "us/hook")
        table.add("ring of applications, memory", size, ring["bytes_per_unit"], "bytes/unit", at_most=MAX_BYTES)
    small, large = sizes
    table.add("ring of applications, growth", large, costs[large] / costs[small], "times", at_most=MAX_GROWTH)
