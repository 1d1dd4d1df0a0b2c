# SPDX-License-Identifier: Apache-2.0
"""What was read from a Python charm, as plain data."""

import ast
import dataclasses
import typing

# The kinds of conditions, as flag programs and PORTING.json name them.
FLAG_KINDS = ("all", "any", "none", "not_all")


class PortError(Exception):
    """Why a charm cannot be ported; the message begins with the file where there is one."""

    def __init__(self, message, exit_code=5):
        super().__init__(message)
        self.exit_code = exit_code


@dataclasses.dataclass
class Condition:
    kind: str  # one of FLAG_KINDS, "hook", "restricted", "once", "file"
    names: list
    line: int


@dataclasses.dataclass
class Item:
    """A line of the report."""

    verdict: str  # "carried", "hand" or "none"
    path: str
    line: int
    what: str
    text: str


@dataclasses.dataclass
class Trigger:
    path: str
    line: int
    when: typing.Optional[str] = None
    when_not: typing.Optional[str] = None
    set_flag: typing.Optional[str] = None
    clear_flag: typing.Optional[str] = None
    callback: typing.Optional[str] = None  # a function of the module
    place: str = "module"  # or the function in which it stands


@dataclasses.dataclass
class Handler:
    path: str
    name: str
    line: int  # of the first decorator, as Python counts it
    node: ast.AST
    conditions: list = dataclasses.field(default_factory=list)
    endpoint: typing.Optional[str] = None  # of an interface's handler
    not_unless: list = dataclasses.field(default_factory=list)
    writes: list = dataclasses.field(default_factory=list)  # ["set", FLAG], in the order of the source
    owner: str = ""  # the class that it is a method of
    id: str = ""  # its name in C's table
    c_function: str = ""
    calls: list = dataclasses.field(default_factory=list)  # what became of the calls in its body
    is_complete: bool = False  # whether all of its body came out as C

    @property
    def python_id(self):
        parts = [self.path, str(self.line), self.name] + ([self.endpoint] if self.endpoint else [])
        return ":".join(parts)


@dataclasses.dataclass
class Callback:
    """What hookenv.atstart() and atexit() were given."""

    kind: str  # "start" or "finish"
    function: typing.Optional[str]  # of the module; None when it is something else
    line: int
    text: str


@dataclasses.dataclass
class Module:
    path: str
    text: str = ""
    tree: typing.Optional[ast.Module] = None
    kind: str = "handlers"  # "interface", "library", "action"
    layer: str = ""
    c_name: str = ""
    aliases: dict = dataclasses.field(default_factory=dict)
    constants: dict = dataclasses.field(default_factory=dict)
    functions: dict = dataclasses.field(default_factory=dict)
    handlers: list = dataclasses.field(default_factory=list)
    triggers: list = dataclasses.field(default_factory=list)
    callbacks: list = dataclasses.field(default_factory=list)
    items: list = dataclasses.field(default_factory=list)
    calls: list = dataclasses.field(default_factory=list)  # of all that was translated, as (function, Call)
    called: set = dataclasses.field(default_factory=set)  # functions that are called when Python loads the file
    load_lines: list = dataclasses.field(default_factory=list)  # of statements that run when Python loads the file
    opaque: list = dataclasses.field(default_factory=list)  # (name in the table, line, what Python has)
    markers: list = dataclasses.field(default_factory=list)  # (function, kind, line, what Python has)
    is_emitted: bool = False
    emitted: list = dataclasses.field(default_factory=list)  # names of the functions in the C file
    classes: list = dataclasses.field(default_factory=list)
    scope: dict = dataclasses.field(default_factory=dict)
    doubts: dict = dataclasses.field(default_factory=dict)  # name → the line that may change it
    not_unless: dict = dataclasses.field(default_factory=dict)  # function → flags
    inner: list = dataclasses.field(default_factory=list)  # (function, handler inside of it)

    def note(self, verdict, line, what, text):
        self.items.append(Item(verdict, self.path, line, what, text))


@dataclasses.dataclass
class Action:
    name: str
    path: str = ""  # of the script; "" when there is none
    line: int = 0
    module: typing.Optional[Module] = None
    node: typing.Optional[ast.AST] = None  # a function, that of the script's own statements included
    text: str = ""  # a script that is no Python
    why: str = ""  # why there is no node
    c_module: str = ""
    id: str = ""  # its name in C's table
    c_function: str = ""
    is_complete: bool = False


@dataclasses.dataclass
class Charm:
    directory: str
    name: str
    form: str  # "layer" or "built"
    endpoints: dict = dataclasses.field(default_factory=dict)  # name → (role, interface)
    options: dict = dataclasses.field(default_factory=dict)  # name → type
    includes: typing.Optional[list] = None
    layer_options: list = dataclasses.field(default_factory=list)  # names of layers
    subordinate: bool = False
    texts: dict = dataclasses.field(default_factory=dict)  # the YAML files, name → bytes
    modules: list = dataclasses.field(default_factory=list)
    interfaces: list = dataclasses.field(default_factory=list)  # modules of interface layers
    libraries: list = dataclasses.field(default_factory=list)
    actions: list = dataclasses.field(default_factory=list)
    external: list = dataclasses.field(default_factory=list)  # paths of executable handlers
    copies: list = dataclasses.field(default_factory=list)  # paths of files that are taken as they are
    parameters: dict = dataclasses.field(default_factory=dict)  # of actions: name → parameter → type
    items: list = dataclasses.field(default_factory=list)

    def note(self, verdict, path, line, what, text):
        self.items.append(Item(verdict, path, line, what, text))
