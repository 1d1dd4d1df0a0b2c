# SPDX-License-Identifier: Apache-2.0
"""Handlers and flags: our core against CLIPS and charms.reactive, with the same programs and equal counts of activations.

Each engine runs in a process of its own, and tells how long the best of several runs took; loading a program is not part
of a run. A peer has 60 seconds for both; beyond, its column stays empty. So it does for CLIPS where a real program comes
to another number of activations there (see bench-clips.c).
"""

import os
import pathlib
import subprocess

import results

DIRECTORY = pathlib.Path(__file__).resolve().parent
PROGRAMS = DIRECTORY.parent / "vectors" / "programs"
GENERATED = ("chain", "fan-out", "fan-out-quiet", "random")
SIZES = (1000, 10_000, 100_000, 1_000_000)
HOT_SIZES = (1000, 10_000, 100_000)
HOT_FLIPS = 100_000

MAX_ACTIVATION_NS = 30
MAX_FLIP_NS = 100
MAX_HANDLER_BYTES = 100
MIN_CLIPS_RATIO = 20

# A difference of two times may come out as nothing.
RESOLUTION_NS = 0.1


class Engine:
    """A program that runs flag programs and prints its result."""

    def __init__(self, name, flips=HOT_FLIPS):
        self.name = name
        self.flips = flips
        self.too_slow = set()

    def command(self, program, size, flips):
        raise NotImplementedError

    def run(self, program, size=0, flips=0, seconds=None):
        return results.run_json(self.command(program, size, flips), seconds, cwd=DIRECTORY)

    def try_run(self, program, size=0, flips=0):
        """None when a run takes too long, or one of a smaller size did."""
        if program in self.too_slow:
            return None

        result = self.run(program, size, flips, results.PEER_SECONDS)
        # What takes a tenth of the time at a tenth of the size takes too long at this one.
        if result is None or 10 * (result["run_ns"] + result["compile_ns"]) > results.PEER_SECONDS * 1e9:
            self.too_slow.add(program)

        return result


class Ours(Engine):
    def __init__(self, build_dir):
        super().__init__("libreactive")
        self.path = build_dir / "tests" / "bench" / "bench-dispatch"

    def command(self, program, size, flips):
        return [self.path, "run", str(program), str(size), str(flips)]

    def print_program(self, path, program, size, flips):
        with open(path, "w", encoding="utf-8") as file:
            subprocess.run([self.path, "print", str(program), str(size), str(flips)], stdout=file, check=True)


class Clips(Engine):
    def __init__(self, build_dir):
        super().__init__("CLIPS", flips=10_000)
        self.path = build_dir / "tests" / "bench" / "bench-clips"

    def command(self, program, size, flips):
        return [self.path, str(program), str(size), str(flips)]


class CharmsReactive(Engine):
    def __init__(self, build_dir, ours):
        super().__init__("charms.reactive", flips=20)
        self.python = build_dir / "venv" / "bin" / "python"
        self.file = build_dir / "program.json"
        self.ours = ours

    def command(self, program, size, flips):
        self.ours.print_program(self.file, program, size, flips)
        return [self.python, DIRECTORY / "bench_charms_reactive.py", self.file]


def per_activation(result):
    return result["run_ns"] / result["activations"]


def check_count(peer, ours, theirs):
    if theirs["activations"] != ours["activations"]:
        raise results.Broken(f"{ours['program']}: {peer.name} ran {theirs['activations']} handlers, "
                             f"we {ours['activations']}")


def ratio_target(peer):
    return MIN_CLIPS_RATIO if peer.name == "CLIPS" else None


def measure_generated(table, ours, peers, sizes):
    for program in GENERATED:
        for size in sizes:
            result = ours.run(program, size)
            limit = MAX_ACTIVATION_NS if program != "random" else None
            others = {peer: peer.try_run(program, size) for peer in peers}

            for peer, other in others.items():
                if other is not None:
                    check_count(peer, result, other)
                table.add(program, size, per_activation(result), "ns/activation", peer.name,
                          other and per_activation(other), at_most=limit, at_least=ratio_target(peer))
                limit = None
            if not others:
                table.add(program, size, per_activation(result), "ns/activation", at_most=limit)
            measure_costs(table, program, size, result, others)


def measure_costs(table, program, size, result, others):
    """What a program takes besides running."""
    clips = next((other for peer, other in others.items() if peer.name == "CLIPS"), None)
    table.add(f"{program}, memory", size, result["bytes"] / size, "bytes/handler", "CLIPS", clips and clips["bytes"] / size,
              at_most=MAX_HANDLER_BYTES)
    table.add(f"{program}, compiling", size, result["compile_ns"] / 1e6, "ms", "CLIPS", clips and clips["compile_ns"] / 1e6)
    table.add(f"{program}, a unit's dispatch", size, result["create_ns"] / 1e6, "ms")


def flip_ns(engine, size, flips, is_peer):
    """The time of a flip, beyond that of the handlers that it runs; None when it takes too long."""
    run = engine.try_run if is_peer else engine.run
    hot = run("hot-flag", size, flips)
    base = run("hot-base", 0, flips) if hot is not None else None
    if base is None:
        return None
    if hot["activations"] != base["activations"]:
        raise results.Broken(f"{engine.name}: a hot flag runs other handlers when many wait for it")

    return max((hot["run_ns"] - base["run_ns"]) / flips, RESOLUTION_NS)


def measure_hot(table, ours, peers, sizes):
    for size in sizes:
        table.add(f"hot-flag, {ours.flips:,} flips", size, flip_ns(ours, size, ours.flips, False), "ns/flip",
                  at_most=MAX_FLIP_NS)
        for peer in peers:
            table.add(f"hot-flag, {peer.flips:,} flips", size, flip_ns(ours, size, peer.flips, False), "ns/flip", peer.name,
                      flip_ns(peer, size, peer.flips, True), at_least=ratio_target(peer))


def measure_real(table, ours, peers):
    for path in sorted(PROGRAMS.glob("*.json")):
        result = ours.run(path)
        for peer in peers:
            other = peer.try_run(path)
            if other is not None and peer.name == "CLIPS" and other["activations"] != result["activations"]:
                other = None
            if other is not None:
                check_count(peer, result, other)
            table.add(path.stem, result["handlers"], per_activation(result), "ns/activation", peer.name,
                      other and per_activation(other), at_least=ratio_target(peer))


def measure(table, build_dir, quick):
    ours = Ours(build_dir)
    peers = []
    if os.path.exists(build_dir / "tests" / "bench" / "bench-clips"):
        peers.append(Clips(build_dir))
    if os.path.exists(build_dir / "venv"):
        peers.append(CharmsReactive(build_dir, ours))

    measure_generated(table, ours, peers, SIZES[:1] if quick else SIZES)
    measure_hot(table, ours, peers, HOT_SIZES[:1] if quick else HOT_SIZES)
    measure_real(table, ours, peers)
