# SPDX-License-Identifier: Apache-2.0
"""The state file: what one process pays to open, load and commit it, beside the same done by hand on SQLite."""

import subprocess
import tempfile

import results

MAX_FLOOR_RATIO = 1.3


def measure(table, build_dir, quick):
    with tempfile.TemporaryDirectory(prefix="bench-state-", dir=build_dir) as directory:
        command = [build_dir / "tests" / "bench" / "bench-state", directory]
        try:
            output = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True).stdout
        except (OSError, subprocess.CalledProcessError) as error:
            raise results.Broken(f"bench-state: {error}") from error

    for line in output.splitlines():
        name, keys, ours, floor = line.split()
        table.add(name, int(keys), float(ours), "us", "SQLite", float(floor),
                  at_least=1 / MAX_FLOOR_RATIO if name == "state-oneshot" else None)
