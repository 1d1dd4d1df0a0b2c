# SPDX-License-Identifier: Apache-2.0
"""Pieces of C: strings, comments, names, and lists that keep to the width of a line."""

import re

from names import to_c_identifier

WIDTH = 120
ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def is_hidden(character):
    """Whether a character is not seen, or turns the direction of what is seen."""
    code = ord(character)
    return (code < 32 or 0x7F <= code < 0xA0 or 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069
            or code in (0x200E, 0x200F, 0x2028, 0x2029, 0xFEFF) or 0xD800 <= code <= 0xDFFF)


def string(text):
    """A string literal."""
    pieces = []
    for character in text:
        if character in ESCAPES:
            pieces.append(ESCAPES[character])
        elif is_hidden(character):
            pieces.extend(f"\\{byte:03o}" for byte in character.encode("utf-8", "replace"))
        else:
            pieces.append(character)
    # Two question marks may begin a trigraph.
    return '"' + re.sub(r"(?<=\?)\?", r"\\?", "".join(pieces)) + '"'


def name(text):
    """A flag, pattern or path of a table: the engine refuses control characters in them."""
    clean = "".join("?" if is_hidden(character) else character for character in text)
    while len(clean.encode("utf-8")) > 4096:
        clean = clean[:-1]
    return clean or "<empty>"


def comment_text(text):
    """Lines for the inside of a block comment."""
    text = re.sub(r"\?(?=\?)", "? ", text.replace("*/", "* /").replace("/*", "/ *"))
    lines = []
    for line in text.expandtabs(4).split("\n"):
        lines.append("".join(f"<U+{ord(character):04X}>" if is_hidden(character) else character
                             for character in line).rstrip())
    return lines


def block_comment(lines):
    return ["/* " + lines[0], *((" *   " + line).rstrip() for line in lines[1:]), " */"]


def call(function, arguments, indent, closing):
    """`function (a, b)` at @indent, broken under its first argument where the line is too long."""
    one = " " * indent + f"{function} ({', '.join(arguments)}){closing}"
    if len(one) <= WIDTH:
        return [one]
    lines = []
    start = " " * indent + f"{function} ("
    current = start
    for number, argument in enumerate(arguments):
        last = number == len(arguments) - 1
        text = argument + (f"){closing}" if last else ",")
        if current != start and len(current) + 1 + len(text) > WIDTH:
            lines.append(current)
            current = " " * len(start) + text
        else:
            current += ("" if current == start or not current.strip() else " ") + text
    lines.append(current)
    return lines


class Names:
    """Names that are given once each."""

    def __init__(self, taken=()):
        self.taken = set(taken)

    def give(self, wanted):
        found = wanted
        number = 2
        while found in self.taken:
            found = f"{wanted}_{number}"
            number += 1
        self.taken.add(found)
        return found


def module_name(path):
    """The C module of reactive/NAME.py or reactive/NAME/__init__.py."""
    stem = re.sub(r"^(hooks/)?(reactive|actions|relations|lib)/", "", path)
    stem = re.sub(r"(/__init__)?\.py$", "", stem)
    stem = re.sub(r"[^A-Za-z0-9_]", "_", stem).strip("_") or "charm"
    return to_c_identifier(stem) if not stem[0].isdigit() else f"m{stem}"
