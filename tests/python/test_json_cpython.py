# SPDX-License-Identifier: Apache-2.0
"""The JSON reader and writer against CPython's: same texts accepted, same bytes written."""

import base64
import json
import math
import os
import random
import struct
import subprocess

import pytest

COUNT = 4000
REFUSED = None

CHARACTERS = [
    *map(chr, range(0x20, 0x7F)), *map(chr, range(0x20)), "\x7f", "\x80", "é", "\u07ff", "\u0800", "€", "\u2028",
    "\ud7ff", "\ue000", "\ufeff", "\uffff", "\U00010000", "😀", "\U0010ffff", "\ud800", "\udbff", "\udc00", "\udfff",
]
WHITESPACE = ["", "", "", " ", "\t", "\n", "\r", "  \n"]
NUMBERS = [
    "0", "-0", "-0.0", "0.0", "1E5", "1e+5", "1e-5", "1.0e16", "9999999999999998.0", "1e15", "123456789012345678",
    "0.0001", "0.00001", "1e22", "1e23", "5e-324", "2.4703282292062327e-324", "2.2250738585072011e-308", "1e400",
    "-1e400", "1e-400", "1.7976931348623157e308", "1.7976931348623159e308", "NaN", "Infinity", "-Infinity",
    "9007199254740993.0", "0.1", "123456789.123456789", "1" * 4300, "-" + "9" * 4300, "0." + "1" * 1000, "9" * 25,
]
BROKEN_PIECES = [
    "", ",", ":", "]", "}", "[", "{", '"', "\\", "\\u", "\\ud83d", "\\ude00", "\\u00", "-", "+", ".", "e", "0", "01",
    "1.", ".5", "1e", "NaN", "-NaN", "Inf", "nul", "true", "'", "/", "\x00", "\x0b", "\x1f", "\xa0", "\ufeff", "\n",
]


def random_character_text(rng, character):
    """A character as a JSON string may spell it."""
    code = ord(character)
    if code < 0x20 or character in '"\\' or 0xD800 <= code <= 0xDFFF or rng.random() < 0.2:
        spelled = json.dumps(character)[1:-1]
        return spelled.replace("a", "A").replace("d", "D") if spelled.startswith("\\u") and rng.random() < 0.5 else spelled
    return character


def random_string_text(rng):
    return '"' + "".join(random_character_text(rng, rng.choice(CHARACTERS)) for _ in range(rng.randrange(6))) + '"'


def random_number_text(rng):
    kind = rng.randrange(6)
    if kind == 0:
        return rng.choice(NUMBERS)
    if kind == 1:
        return str(rng.randint(-(10 ** rng.randrange(1, 40)), 10 ** rng.randrange(1, 40)))
    if kind == 2:
        return "%.*g" % (rng.randrange(1, 25), rng.uniform(-1, 1) * 10.0 ** rng.randrange(-30, 30))
    if kind == 3:
        return json.dumps(math.ldexp(rng.choice([1.0, -1.0, 1.5]), rng.randrange(-1074, 1023)))
    return json.dumps(struct.unpack("d", rng.randbytes(8))[0])


def random_value_text(rng, depth=0):
    kind = rng.randrange(4 if depth > 5 else 7)
    if kind == 0:
        return rng.choice(["null", "true", "false"])
    if kind == 1:
        return random_number_text(rng)
    if kind <= 3:
        return random_string_text(rng)

    def space():
        return rng.choice(WHITESPACE)

    values = [random_value_text(rng, depth + 1) for _ in range(rng.randrange(25 if rng.random() < 0.1 else 5))]
    if kind == 4:
        return "[" + space() + ",".join(space() + value + space() for value in values) + "]"
    members = [space() + random_string_text(rng) + space() + ":" + space() + value + space() for value in values]
    return "{" + space() + ",".join(members) + "}"


def broken(rng, text):
    data = text.encode()
    for _ in range(rng.randrange(1, 3)):
        place = rng.randrange(len(data) + 1)
        end = place + rng.choice([0, 0, 1, 1, 2, 5])
        piece = rng.randbytes(1) if rng.random() < 0.1 else rng.choice(BROKEN_PIECES).encode()
        data = data[:place] + piece + data[end:]
    return data


def make_texts():
    rng = random.Random(20240229)
    texts = [rng.choice(WHITESPACE) + random_value_text(rng) + rng.choice(WHITESPACE) for _ in range(COUNT)]
    good = [text.encode() for text in texts]
    return good + [broken(rng, text[:300]) for text in texts] + [number.encode() for number in NUMBERS]


@pytest.fixture(scope="module")
def texts():
    return make_texts()


def ours(texts, *options):
    program = os.path.join(os.environ["REACTIVE_TEST_BUILD"], "engine", "test-json")
    lines = b"".join(base64.b64encode(text) + b"\n" for text in texts)
    run = subprocess.run([program, "--dump", *options], input=lines, stdout=subprocess.PIPE, check=True)
    results = run.stdout.decode().split("\n")[:-1]
    assert len(results) == len(texts)
    return [REFUSED if result.startswith("error: ") else result for result in results]


def cpython(text, **options):
    try:
        return json.dumps(json.loads(text.decode()), **options)
    except ValueError:
        return REFUSED


def refuse_constant(name):
    raise ValueError(name)


def refuse_infinite(text):
    if math.isinf(float(text)):
        raise ValueError(text)
    return float(text)


def refuse_duplicates(pairs):
    if len(dict(pairs)) != len(pairs):
        raise ValueError(pairs)
    return dict(pairs)


def strict_cpython(text):
    """What the strict dialect accepts, said with CPython's hooks."""
    try:
        value = json.loads(text.decode(), parse_constant=refuse_constant, parse_float=refuse_infinite,
                           object_pairs_hook=refuse_duplicates)
        json.dumps(value, ensure_ascii=False).encode()
    except ValueError:
        return REFUSED
    return json.dumps(value)


def test_accepts_and_writes_the_same(texts):
    expected = [cpython(text) for text in texts]
    assert expected.count(REFUSED) > COUNT / 4
    assert len(expected) - expected.count(REFUSED) > COUNT
    assert ours(texts) == expected


def test_sorts_the_same(texts):
    assert ours(texts, "--sort") == [cpython(text, sort_keys=True) for text in texts]


def test_strict_refuses_what_is_not_rfc_8259(texts):
    expected = [strict_cpython(text) for text in texts]
    assert expected.count(REFUSED) < len(expected)
    assert ours(texts, "--strict") == expected


def test_every_character():
    alphabet = [chr(code) for code in [*range(0x3000), *range(0xD700, 0xE100), *range(0xFF00, 0x10100)]]
    escaped = [('"\\u%04x"' % ord(c) if ord(c) < 0x10000 else json.dumps(c)).encode() for c in alphabet]
    assert ours(escaped) == [json.dumps(c) for c in alphabet]


def test_named_differences():
    """Where CPython has no limit, or one that depends on the machine, ours is a number."""
    deepest = b"[" * 512 + b"]" * 512
    assert ours([deepest]) == [deepest.decode()]
    assert ours([b"[" + deepest + b"]"]) == [REFUSED]
    assert ours([b"1" * 4301]) == [REFUSED]
