# SPDX-License-Identifier: Apache-2.0
"""Bodies of Python handlers as C statements.

What C has no equivalent for stays as a marker (port.h) at its place: nothing is left out in silence.
"""

import dataclasses


@dataclasses.dataclass
class Call:
    """A call that the libraries of a charm know, and what became of it."""

    kind: str  # flag, config, status, log, action, relation, leadership, kv, host or other
    name: str  # its dotted name
    line: int
    outcome: str  # c, c-with-placeholder or by-hand
    note: str = ""


@dataclasses.dataclass
class Context:
    """What a function's body may refer to."""

    path: str  # the file, as markers name it
    aliases: dict = dataclasses.field(default_factory=dict)  # local name → dotted name
    constants: dict = dataclasses.field(default_factory=dict)  # name → literal
    values: dict = dataclasses.field(default_factory=dict)  # name → the one expression it is bound to
    functions: dict = dataclasses.field(default_factory=dict)  # name → ast.FunctionDef
    options: dict = dataclasses.field(default_factory=dict)  # name → string, int, float or boolean
    endpoints: dict = dataclasses.field(default_factory=dict)  # name → (role, interface)
    parameters: dict = dataclasses.field(default_factory=dict)  # an action's parameter → its type
    kind: str = "handler"  # handler, action, helper or atexit
    entries: frozenset = frozenset()  # functions beside the decorated ones that have a handler's signature
    c_names: dict = dataclasses.field(default_factory=dict)  # function → its name in C, if not names.to_c_identifier()
    shared: dict = dataclasses.field(default_factory=dict)  # what translations of one file share


@dataclasses.dataclass
class Body:
    """What became of a function."""

    lines: list  # C statements, indented by their nesting; they end with a return
    calls: list  # of Call, in the order of the source
    helpers: list  # names of the file's functions that the lines call
    prototype: str = ""  # "static gboolean\nname (ReactiveUnit *unit, …, GError **error)"
    needs_header: bool = False  # whether reactive/port.h is needed
    is_complete: bool = True  # whether there are no markers
