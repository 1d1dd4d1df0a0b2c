#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures what scripts/bench has built, prints a table, and writes bench.json.

Usage: bench.py BUILD_DIR [dispatch] [hook] [relations] [simulator] [state] [--quick]
"""

import argparse
import pathlib
import sys

import bench_dispatch
import bench_hook
import bench_relations
import bench_simulator
import bench_state
import results

BENCHES = {
    "dispatch": bench_dispatch.measure,
    "hook": bench_hook.measure,
    "relations": bench_relations.measure,
    "simulator": bench_simulator.measure,
    "state": bench_state.measure,
}


def main():
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("build_dir", type=pathlib.Path)
    parser.add_argument("benches", nargs="*", metavar="bench", help=f"{', '.join(BENCHES)}; all if none is named")
    parser.add_argument("--quick", action="store_true", help="small sizes and few runs")
    options = parser.parse_args()
    unknown = [name for name in options.benches if name not in BENCHES]
    if unknown:
        parser.error(f"no bench is named '{unknown[0]}'")

    table = results.Table()
    try:
        for name, measure in BENCHES.items():
            if not options.benches or name in options.benches:
                table.begin(name)
                measure(table, options.build_dir.resolve(), options.quick)
    except results.Broken as broken:
        print(f"scripts/bench: {broken}", file=sys.stderr)
        return 1
    finally:
        table.write(options.build_dir / "bench.json")

    table.print_summary()

    return 0


if __name__ == "__main__":
    sys.exit(main())
