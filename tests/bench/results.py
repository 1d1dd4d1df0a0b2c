# SPDX-License-Identifier: Apache-2.0
"""What was measured, as a table to read and as JSON."""

import json
import subprocess

PEER_SECONDS = 60


class Broken(Exception):
    """Something that is measured does not do what it should."""


def run_json(command, seconds=None, **options):
    """The last line that a command prints, which is JSON; None if it takes longer than @seconds."""
    try:
        output = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=seconds, check=True, **options).stdout
    except subprocess.TimeoutExpired:
        return None
    except (OSError, subprocess.CalledProcessError) as error:
        raise Broken(f"{' '.join(map(str, command))}: {error}") from error

    return json.loads(output.splitlines()[-1])


def format_number(value):
    if value is None:
        return "-"
    if abs(value) >= 100:
        return f"{value:,.0f}"

    return f"{value:.3g}"


class Table:
    """Rows are printed as they come. A target is an upper limit of our own number, or a lower one of the ratio."""

    WIDTHS = (38, 9, 12, 15, 16, 12, 9)

    def __init__(self):
        self.rows = []
        self.n_targets = 0
        self.missed = []
        self.bench = None

    def begin(self, bench):
        self.bench = bench
        print(f"\n== {bench}")
        self.print_line("program", "size", "ours", "unit", "peer", "theirs", "ratio")

    def print_line(self, *cells, remark=""):
        text = "".join(
            f"{cell:<{width}}" if number in (0, 3, 4) else f"{cell:>{width}} "
            for number, (cell, width) in enumerate(zip(cells, self.WIDTHS)))
        print(f"{text.rstrip()}{'  ' if remark else ''}{remark}", flush=True)

    def add(self, program, size, ours, unit, peer=None, theirs=None, at_most=None, at_least=None):
        """@at_most: for @ours; @at_least: for the ratio, if the peer finished."""
        ratio = theirs / ours if theirs is not None and ours > 0 else None
        self.rows.append({
            "bench": self.bench, "program": program, "size": size, "ours": ours, "unit": unit,
            "peer": peer, "theirs": theirs, "ratio": ratio,
        })
        remarks = []
        if at_most is not None:
            remarks.append(self.judge(program, size, ours <= at_most, f"<= {format_number(at_most)} {unit}"))
        if at_least is not None and ratio is not None:
            remarks.append(self.judge(program, size, ratio >= at_least, f">= {at_least:.3g}x"))
        self.print_line(program, str(size), format_number(ours), unit, peer or "", format_number(theirs) if peer else "",
                        f"{ratio:,.1f}x" if ratio is not None else "", remark=", ".join(remarks))

    def judge(self, program, size, is_met, target):
        self.n_targets += 1
        if is_met:
            return f"{target}: met"

        self.missed.append(f"{self.bench} {program} {size}: {target}")
        return f"{target}: MISSED"

    def write(self, path):
        with open(path, "w", encoding="utf-8") as file:
            json.dump(self.rows, file, indent=1)
            file.write("\n")

    def print_summary(self):
        print(f"\n{self.n_targets - len(self.missed)} of {self.n_targets} targets met")
        for missed in self.missed:
            print(f"  missed: {missed}")
