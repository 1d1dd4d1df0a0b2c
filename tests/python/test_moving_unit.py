# SPDX-License-Identifier: Apache-2.0
"""A live unit moves from a charm in Python to the same charm in C, and back, and nothing is lost or announced twice.

The charm mover is there in both languages: it notes all that is announced to it. One story is played by Python alone, by C
alone, and by both in turns. At each cut of the story the charm is upgraded in either case, to the same language or to the
other, in the middle of what goes on. In the end the units must be alike: flags, values, hashes, marks, files, databags and
statuses, but for what is named here. With REACTIVE_TEST_ALL in the environment C takes over at each cut, and gives back at
each later one, which takes minutes.
"""

import json
import os
import pathlib
import re
import shutil
import sqlite3

import pytest

from test_peers_simulator import PEERS, Place, Worker, has_sanitizers

UNITS = ("app/0", "app/1")

# What happens between two cuts. Where a part does not end with "settle", what it began is seen by the charm that comes next.
PARTS = {
    "installed": "- settle",
    "related": "- relate: [app:stats, exporter]\n- relate: [app:servers, dns]\n- settle",
    "asked": "- relate: [app:lb-provider, lb]\n- settle",
    "answered": "- config: {lb: {address: 10.1.1.1}}\n- settle",
    "option pending": "- config: {app: {word: one}}",
    "failed": "- settle\n- config: {app: {fail: true, port: 444}}\n- settle\n"
              "- expect: {app/0: {error: config-changed}, app/1: {error: config-changed}}",
    "retried": "- config: {app: {fail: false}}\n- resolve: app/0\n- resolve: app/1\n- settle",
    "leader pending": "- leader: app/1",
    "answer pending": "- settle\n- config: {lb: {address: 10.1.1.2}}\n- remove-unit: dns/1",
    "unanswered": "- settle\n- config: {app: {port: 445}, lb: {address: ''}}\n- settle\n- config: {lb: {address: 10.1.1.3}}",
    "over": "- settle\n- config: {app: {word: two}}\n- settle\n- update-status\n- settle",
}

HEAD = """\
retries: 0
applications:
  lb: {{charm: lb}}
  dns: {{charm: dns, units: 2, config: {{stats-address: 10.2.2.2}}}}
  exporter: {{charm: exporter}}
  app: {{charm: {first}, units: 2}}
steps:
"""

# Rows in which the languages differ. docs/moving-a-unit.md has the reasons: what Python keeps of its own process; C's own
# names of once marks; the automatic flags that all endpoints have in C; and departed units, which the library of
# bind-client in Python never forgets.
DIFFERENT = re.compile(r"reactive\.(dispatch\.|state_watch$|invoked\.mover:|endpoints\.departed\.servers$|"
                       r"(data_changed|states)\.endpoint\.lb-provider\.(lb-provider:|changed|departed))")
# A follower in Python is not told that an answer was withdrawn.
WITHDRAWN = "answer none"

# Every other part is played in C; the unit began in one language or the other, and ends in Python.
N = len(PARTS)
TURNS = ["c" if number % 2 == 1 and number < N - 1 else "python" for number in range(N)]
BORN_IN_C = ["c" if number % 2 == 0 and number < N - 1 else "python" for number in range(N)]
ALL = {f"{first}-{last}": ["c" if first <= number < last else "python" for number in range(N)]
       for first in range(N - 1) for last in range(first + 1, N)}


def add_charms(place, worker):
    for name, source in (("lb", "lb-provider"), ("dns", "designate-bind"), ("exporter", "bind-exporter")):
        place.add_c_charm(name, source)
    place.add_python_charm("python", "mover", "reactive", worker)
    shutil.copy(PEERS / "mover" / "layers.py", place.directory / "python")

    build = pathlib.Path(os.environ["REACTIVE_TEST_BUILD"])
    shutil.copytree(PEERS / "mover", place.directory / "c", ignore=shutil.ignore_patterns("*.py"))
    place.write("c/dispatch", "#!/bin/sh\nexec reactive dispatch\n", 0o755)
    for directory in ("reactive", "interfaces"):
        (place.directory / "c" / directory).mkdir()
    shutil.copy(build / "python" / "charms" / "mover.so", place.directory / "c" / "reactive")
    for example in ("lb-consumer", "bind-exporter"):
        for library in (build.parent / "examples" / example / "interfaces").glob("*.so*"):
            shutil.copy(library, place.directory / "c" / "interfaces")


def write_story(languages):
    """@languages: who plays each part."""
    lines = [HEAD.format(first=languages[0])]
    for number, part in enumerate(PARTS.values()):
        if number > 0:
            lines.append(f"- upgrade: {{app: {languages[number]}}}\n")
        lines.append(f"{part}\n")
    return "".join(lines)


def read_rows(path):
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return dict(connection.execute("select key, data from kv"))
    finally:
        connection.close()


def describe_rows(rows, charm):
    """What can be compared: paths are from the charm's directory, and what was seen has no order."""
    described = {}
    for key, data in rows.items():
        key = key.replace(f"{charm}/", "")
        if not DIFFERENT.match(key):
            described[key] = json.loads(data)
    described["mover.seen"] = sorted(text for text in described["mover.seen"] if text != WITHDRAWN)
    return described


def describe_databags(events):
    """What was said in the end: the id of a request is fresh, and hashes are made of it, too."""
    databags = {}
    for event in events:
        if event["event"] == "published":
            relation, owner, setting = event["detail"].split(" ", 2)
            key, is_set, value = setting.partition("=")
            same = re.sub(r'("(?:id|sent_hash|received_hash)": )"\w+"', r'\1"…"', value)
            databags[relation.partition(":")[2], owner, key] = same if is_set else None
    return databags


def describe_statuses(events):
    return {event["unit"]: event["detail"] for event in events if event["event"] == "status" and event["unit"] in UNITS}


class Story:
    """What becomes of the units when the story is played."""

    def __init__(self, place, worker, languages):
        add_charms(place, worker)
        events = place.run(write_story(languages), "--state=kept", "--seed=1")
        self.databags = describe_databags(events)
        self.statuses = describe_statuses(events)
        self.units = {}
        for unit in UNITS:
            charm = place.directory / "kept" / unit.replace("/", "-") / "charm"
            config = json.loads((charm / ".juju-persistent-config").read_text(encoding="utf-8"))
            word = (charm / "word.conf").read_text(encoding="utf-8")
            self.units[unit] = {**describe_rows(read_rows(charm / ".unit-state.db"), charm), "config": config, "word": word}


def check_alike(story, other):
    for unit in UNITS:
        assert story.units[unit] == other.units[unit]
    assert story.databags == other.databags
    assert story.statuses == other.statuses


@pytest.fixture(name="play", scope="module")
def fixture_play(python_peers, reactive, tmp_path_factory):
    """Plays the story, once for each way."""
    if has_sanitizers():
        pytest.skip("hooks of charms in Python take minutes where every call of a tool is checked")
    worker = Worker(tmp_path_factory.mktemp("worker"))
    stories = {}

    def play(languages):
        if tuple(languages) not in stories:
            directory = tmp_path_factory.mktemp("story")
            stories[tuple(languages)] = Story(Place(directory, reactive), worker, languages)
        return stories[tuple(languages)]

    yield play
    worker.close()


def test_a_story(play):
    """Both languages alone tell it alike, or it would not matter who plays a part of it. In turns, nothing that one of them
    has seen is news for the other, and nothing is lost in between."""
    python = play(["python"] * N)
    seen = python.units["app/1"]["mover.seen"]
    assert [seen.count(text) for text in ("first time", "first word", "option port 444", "data port 444")] == [1] * 4
    assert {"file one", "file two", "token two", "answer 10.1.1.3", "servers dns/0=10.2.2.2:8053"} <= set(seen)
    assert "reactive.invoked.reactive/handlers.py:18:first_word" in python.units["app/0"]
    assert python.statuses == {unit: "active: port 445" for unit in UNITS}

    check_alike(play(["c"] * N), python)
    check_alike(play(TURNS), python)
    check_alike(play(BORN_IN_C), python)


if "REACTIVE_TEST_ALL" in os.environ:
    @pytest.mark.parametrize("languages", ALL.values(), ids=ALL)
    def test_every_way_there_and_back(play, languages):
        check_alike(play(languages), play(["python"] * N))
