# SPDX-License-Identifier: Apache-2.0
"""Values of C expressions, string literals, and lines."""

import dataclasses
import re
import unicodedata

MAX_LINE = 120
MAX_LITERAL = 32 * 1024
LAST_RESORT = 99  # the depth of a break after an assignment's sign
PIECE = 84  # how much of a long string stands on a line

# How tightly an expression binds: an operand that binds less tightly than its place asks for gets parentheses.
ATOM, UNARY, PRODUCT, SUM, RELATION, EQUALITY, AND, OR, TERNARY = range(9, 0, -1)

C_TYPES = {
    "string": "const char *",
    "integer": "gint64 ",
    "double": "double ",
    "boolean": "gboolean ",
    "json": "const ReactiveJson *",
    "strings": "const char *const *",
    "endpoint": "ReactiveEndpoint *",
    "relation": "ReactiveRelation *",
    "remote-unit": "ReactiveRemoteUnit *",
    "databag": "ReactiveDatabag *",
    "object": "ReactiveJson *",
}
OWNED_TYPES = {
    "string": "g_autofree char *",
    "json": "g_autoptr (ReactiveJson) ",
    "strings": "g_auto (GStrv) ",
    "object": "g_autoptr (ReactiveJson) ",
}
ZEROES = {"integer": "0", "double": "0", "boolean": "FALSE"}
SETTERS = {"string": "port_take_string", "json": "port_take_json", "strings": "port_take_strings",
           "object": "port_take_json"}

# What is known while translating only: no C variable holds it.
OBJECTS = ("config", "kv", "parameters", "settings", "status", "shlex", "databag-raw", "units")


class ByHand(Exception):
    """There is no C for this."""


class Missing:
    """No literal."""


@dataclasses.dataclass
class Value:
    """An expression in C."""

    type: str  # a key of C_TYPES, "none", "error", or one of OBJECTS
    code: str = ""
    level: int = ATOM
    is_owned: bool = False  # the expression makes something that somebody must free
    is_nullable: bool = False
    is_pure: bool = False  # a literal or a variable: may stand twice
    literal: object = Missing
    none_test: str = ""  # the code of "is None", if it is not the comparison with NULL
    negation: str = ""  # the code of the opposite, if it reads better than with an exclamation mark
    keeper: str = ""  # who frees what a pointer points to: nobody before the hook ends, "temporary", or "other"
    variable: str = ""  # the temporary
    is_built: bool = False  # a JSON object that nobody else has
    items: list = dataclasses.field(default_factory=list)  # the values of a list that is written out

    def at(self, level):
        """The code as an operand."""
        return self.code if self.level >= level else f"({self.code})"


def boolean(code, level=ATOM, negation="", is_pure=False):
    return Value("boolean", code, level, negation=negation, is_pure=is_pure)


def literal_text(text):
    """A literal string as a value."""
    return Value("string", quote(text), is_pure=True, literal=text)


def escape(letter, before):
    if letter in '\\"':
        return f"\\{letter}"
    simple = {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(letter)
    if simple:
        return simple
    if letter == "?" and before == "?":
        return "\\?"
    if letter == "\0":
        raise ByHand
    if unicodedata.category(letter)[0] == "C" or (letter != " " and unicodedata.category(letter)[0] == "Z"):
        try:
            return "".join(f"\\{byte:03o}" for byte in letter.encode())
        except UnicodeEncodeError:
            raise ByHand from None
    return letter


def quote(text, cut=True):
    """A C literal of a string; a long one is cut in pieces, a line each."""
    if len(text) > MAX_LITERAL:
        raise ByHand
    pieces, piece, before = [], "", ""
    for letter in text:
        piece += escape(letter, before)
        before = letter
        if cut and (len(piece) >= PIECE and letter in " \n,;/" or len(piece) >= PIECE + 12 or letter == "\n"):
            pieces.append(piece)
            piece, before = "", ""
    if piece or not pieces:
        pieces.append(piece)
    if sum(map(len, pieces)) < PIECE:
        pieces = ["".join(pieces)]
    return "\n".join(f'"{piece}"' for piece in pieces)


def invoke(function, *arguments):
    """The code of a call."""
    return f"{function} ({', '.join(arguments)})"


def negate(value):
    """The opposite of a condition."""
    if value.negation:
        return Value("boolean", value.negation, EQUALITY, negation=value.code)
    if value.code.startswith("!") and value.level == UNARY:
        return boolean(value.code[1:])
    return boolean(f"!{value.at(UNARY)}", UNARY)


def find_breaks(text):
    """Where a line may be broken, outside of strings: after a comma, or before && and ||. Pairs of place and depth."""
    breaks, depth, in_string, position = [], 0, False, 0
    while position < len(text):
        letter = text[position]
        if in_string:
            if letter == "\\":
                position += 1
            elif letter == '"':
                in_string = False
        elif letter == '"':
            in_string = True
        elif letter in "([{":
            depth += 1
        elif letter in ")]}":
            depth -= 1
        elif letter == " " and (text[position - 1] == "," or re.match(r" (&&|\|\||\? |: )", text[position:])):
            breaks.append((position, depth))
        elif text.startswith(" = ", position):
            breaks.append((position + 2, LAST_RESORT))
        position += 1
    return breaks


def choose_break(breaks, width):
    """The last break that fits, and does not leave most of the line empty, of those that are least deep."""
    fitting = [(place, depth) for place, depth in breaks if place <= width]
    if not fitting:
        return breaks[0][0]
    late = [item for item in fitting if item[0] > width * 2 // 5] or fitting
    least = min(depth for _, depth in late)
    return max(place for place, depth in late if depth == least)


def wrap(text, indent):
    """A line, broken where it is too long."""
    first, more = " " * indent, " " * (indent + 4)
    result, prefix = [], first
    while len(prefix) + len(text) > MAX_LINE:
        breaks = find_breaks(text)
        if not breaks:
            break
        place = choose_break(breaks, MAX_LINE - len(prefix))
        result.append(prefix + text[:place])
        text, prefix = text[place + 1:], more
    return [*result, prefix + text]


class Bare(list):
    """A block in braces that nothing stands before."""


def to_lines(block, indent=0):
    """The lines of a block: a list of lines, and of blocks that stand in braces."""
    lines = []
    for item in block:
        if isinstance(item, list) and len(item) == 1 and isinstance(item[0], Bare) and not isinstance(item, Bare):
            item = item[0]
            lines += [" " * (indent + 2) + "{", *to_lines(item, indent + 4), " " * (indent + 2) + "}"]
        elif isinstance(item, Bare):
            lines += [" " * indent + "{", *to_lines(item, indent + 2), " " * indent + "}"]
        elif isinstance(item, list) and stands_alone(item) and lines and lines[-1].strip() != "do":
            lines += wrap(item[0], indent + 2)
        elif isinstance(item, list):
            lines += [" " * (indent + 2) + "{", *to_lines(item, indent + 4), " " * (indent + 2) + "}"]
        elif not item:
            lines.append("")
        else:
            first, *rest = item.split("\n")
            lines += wrap(first, indent)
            for line in rest:
                lines += wrap(line, indent + 4)
    return lines


def stands_alone(block):
    """Whether a block is one short statement, which needs no braces."""
    if len(block) != 1 or not isinstance(block[0], str) or "\n" in block[0] or len(block[0]) > 90:
        return False
    return re.match(r"(return|break|continue)\b|(reactive|port|PORT)_\w+ \(|\*out_result = ", block[0]) is not None
