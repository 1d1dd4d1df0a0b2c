# SPDX-License-Identifier: Apache-2.0
"""The state of one translation: variables, the block that is being written, markers, and how to take a step back."""

import ast
import contextlib
import dataclasses

import names
from resolve import unparse
from values import C_TYPES, OWNED_TYPES, SETTERS, ZEROES, ByHand, invoke, quote

MAX_DEPTH = 60
MAX_MARKER = 90
SUITES = ("body", "orelse", "finalbody")
COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)
SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclasses.dataclass
class Kind:
    """What a variable holds, as far as the assignments so far tell."""

    type: str = ""
    is_owned: bool = False
    is_nullable: bool = False
    is_short: bool = False  # what it points to may go before the hook ends


@dataclasses.dataclass
class Variable:
    """A local variable of the Python function."""

    c_name: str
    home: int = 0  # the block that holds every place where it is named
    birth: object = None  # the statement that can declare it
    is_declared: bool = False
    is_parameter: bool = False
    uses: int = 0  # how often it is read
    is_assigned: bool = False  # without being declared there
    object: object = None  # a Value that is known while translating only


@dataclasses.dataclass
class Attempt:
    """A try statement whose body is being written."""

    has_finally: bool = False
    failure: str = ""  # the variable that takes the error, once something in it can fail
    exits: dict = dataclasses.field(default_factory=dict)  # break, continue or return → the variable that says so
    loops: int = 0  # loops inside of it around what is being written


class Unused(str):
    """The name of a variable, after its declaration: written out as a line only if nothing reads it."""


class Blocks(ast.NodeVisitor):
    """Numbers the blocks of a function and notes in which of them each name occurs."""

    def __init__(self):
        self.path = [0]
        self.count = 0
        self.numbers = {}  # id of a list of statements → its number
        self.lists = {}  # number → the statements
        self.loops = {}  # number of a loop's body → the number of the block around the loop
        self.places = {}  # name → [path, …]
        self.births = {}  # name → the assignment that is its first occurrence
        self.stored = set()

    def note(self, name, is_store, birth=None):
        if name not in self.places and birth is not None:
            self.births[name] = (birth, self.path[-1])
        self.places.setdefault(name, []).append(tuple(self.path))
        if is_store:
            self.stored.add(name)

    def enter(self, statements):
        self.count += 1
        self.numbers[id(statements)] = self.count
        self.lists[self.count] = statements
        self.path.append(self.count)

    def visit_block(self, statements):
        self.enter(statements)
        for statement in statements:
            self.visit(statement)
        self.path.pop()

    def home_of(self, name):
        """The block that a variable is declared in, and the statement that can do it, or None."""
        path = common_path(self.places[name])
        birth, block = self.births.get(name, (None, 0))
        if block == path[-1]:
            return block, birth
        # What one round of a loop may leave to the next is declared before the loop.
        around = [self.loops[number] for number in path if number in self.loops]
        if around and not is_set_first(self.lists[path[-1]], name):
            return around[0], None
        return path[-1], None

    def visit_Name(self, node):
        self.note(node.id, not isinstance(node.ctx, ast.Load))

    def visit_inner(self, node):
        """An inner function or comprehension: what it binds is its own, what it reads may be ours."""
        for inner in ast.walk(node):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Load):
                self.note(inner.id, is_store=False)

    def visit_Assign(self, node):
        self.visit(node.value)
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.note(target.id, True, node if len(node.targets) == 1 else None)
            elif isinstance(target, ast.Tuple) and all(isinstance(item, ast.Name) for item in target.elts):
                for item in target.elts:
                    self.note(item.id, True, node)
            else:
                self.visit(target)

    def visit_AnnAssign(self, node):
        if node.value is not None:
            self.visit(node.value)
            if isinstance(node.target, ast.Name):
                self.note(node.target.id, True, node)
                return
        self.visit(node.target)

    def visit_While(self, node):
        self.visit(node.test)
        self.loops[self.count + 1] = self.path[-1]
        self.visit_block(node.body)
        self.visit_block(node.orelse)

    def visit_For(self, node):
        self.visit(node.iter)
        self.loops[self.count + 1] = self.path[-1]
        self.enter(node.body)
        targets = node.target.elts if isinstance(node.target, (ast.Tuple, ast.List)) else [node.target]
        for target in targets:
            if isinstance(target, ast.Name):
                self.note(target.id, True, node)
            else:
                self.visit(target)
        for statement in node.body:
            self.visit(statement)
        self.path.pop()
        self.visit_block(node.orelse)

    def generic_visit(self, node):
        if len(self.path) > MAX_DEPTH * 2:
            raise ByHand
        if isinstance(node, COMPREHENSIONS + SCOPES):
            self.visit_inner(node)
            return
        for field, value in ast.iter_fields(node):
            if field in SUITES and isinstance(value, list):
                self.visit_block(value)
            elif isinstance(value, list):
                for item in value:
                    if isinstance(item, ast.AST):
                        self.visit(item)
            elif isinstance(value, ast.AST):
                self.visit(value)


def common_path(paths):
    """The path of the innermost block around all the places."""
    first, *rest = paths
    for depth in range(len(first), 0, -1):
        if all(path[:depth] == first[:depth] for path in rest):
            return first[:depth]
    return first[:1]


def is_set_first(statements, name):
    """Whether every way through a block binds a name before it is read, or leaves."""
    for statement in statements:
        if isinstance(statement, (ast.Return, ast.Raise, ast.Continue, ast.Break)):
            return True
        if not any(isinstance(item, ast.Name) and item.id == name for item in ast.walk(statement)):
            continue
        if isinstance(statement, ast.If):
            is_asked = any(isinstance(item, ast.Name) and item.id == name for item in ast.walk(statement.test))
            return not is_asked and is_set_first(statement.body, name) and is_set_first(statement.orelse, name)
        value = getattr(statement, "value", None) if isinstance(statement, (ast.Assign, ast.AnnAssign)) else None
        return value is not None and not any(
            isinstance(item, ast.Name) and item.id == name for item in ast.walk(value))
    return False


class Work:
    """One pass over a function."""

    def __init__(self, context, function, kinds):
        self.context = context
        self.function = function
        self.kinds = kinds  # name → Kind, kept from pass to pass
        self.is_dirty = False  # whether another pass is needed
        self.aliases = {name: dotted for name, dotted in context.aliases.items() if name not in context.values}
        self.inner_aliases = set()  # what the function itself imports
        self.constants = None
        self.calls = {}  # id of a node → Call
        self.out = []
        self.journal = []  # how to undo what was done
        self.helpers = []
        self.attempts = []
        self.loops = []  # of each loop around: what a break sets to FALSE, or ""
        self.failure = None  # the variable with the error that is being handled
        self.depth = 0
        self.markers = 0
        self.mutated = names.find_mutated(function)
        self.result = Kind()  # what a helper function returns
        self.variables = {}
        self.taken = {"unit", "error", "out_result"}
        self.blocks = Blocks()
        self.read_variables()

    def read_variables(self):
        self.blocks.visit_block(self.function.body)
        for name in self.blocks.places:
            if name in self.blocks.stored:
                home, birth = self.blocks.home_of(name)
                self.variables[name] = Variable(self.unused_name(names.to_c_identifier(name)), home, birth)

    def unused_name(self, name):
        """A name for a variable that is not taken."""
        if name in self.taken or name in self.context.functions:
            number = 2
            while f"{name}{number}" in self.taken or f"{name}{number}" in self.context.functions:
                number += 1
            name = f"{name}{number}"
        self.taken.add(name)
        return name

    def temporary(self, name):
        """A name for a variable that Python has not."""
        name = self.unused_name(name)
        self.journal.append(lambda: self.taken.discard(name))
        return name

    def add_variable(self, name):
        """A name that no assignment binds: a parameter, the error of a clause."""
        self.variables[name] = Variable(self.unused_name(names.to_c_identifier(name)))
        return self.variables[name]

    def scope(self):
        """What constant expressions may name."""
        if self.constants is None:
            self.constants = names.Names(self.aliases, {
                name: value for name, value in self.context.constants.items() if name not in self.variables}, {},
                self.context.functions)
        return self.constants

    # Writing.

    def emit(self, *lines):
        self.out.extend(lines)

    def set(self, thing, name, value):
        """Sets an attribute so that it can be undone."""
        old = getattr(thing, name)
        self.journal.append(lambda: setattr(thing, name, old))
        setattr(thing, name, value)

    def capture(self, function, *arguments):
        """What a function returns, and the lines that it emits."""
        outer, self.out = self.out, []
        try:
            result = function(self, *arguments)
            return result, self.out
        finally:
            self.out = outer

    def attempt(self, function, *arguments):
        """Calls a function; if there is no C, everything that it did is undone."""
        out, length, mark = self.out, len(self.out), len(self.journal)
        counts = (self.markers, list(self.loops), len(self.attempts), len(self.helpers), self.failure, self.depth)
        try:
            return function(self, *arguments)
        except ByHand:
            self.out = out
            del self.out[length:]
            while len(self.journal) > mark:
                self.journal.pop()()
            self.markers, self.loops, attempts, helpers, self.failure, self.depth = counts
            del self.attempts[attempts:], self.helpers[helpers:]
            raise

    @contextlib.contextmanager
    def deeper(self):
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.depth -= 1
            raise ByHand
        try:
            yield
        finally:
            self.depth -= 1

    # Markers.

    def place(self, node):
        return quote(f"{self.context.path}:{getattr(node, 'lineno', 0)}", cut=False)

    def marker(self, macro, node, text=None, *arguments):
        """The code of a marker for a piece of the source."""
        self.markers += 1
        text = quote(source_text(node) if text is None else shorten(text), cut=False)
        return invoke(macro, self.place(node), text, *arguments)

    # Calls.

    def mark(self, node, outcome="c", note=""):
        """Notes what became of a call."""
        call = self.calls.get(id(node))
        if call is not None:
            self.set(call, "outcome", outcome)
            self.set(call, "note", note)

    def forget(self, *nodes):
        """Lists and dicts that pieces of the source without C change are unknown from then on."""
        for node in nodes:
            for name in names.find_mutated(node):
                if name in self.variables and self.kind_of(name).type in ("", "strings", "json", "object", "none"):
                    self.learn(name, None)

    # Variables.

    def kind_of(self, name):
        return self.kinds.setdefault(name, Kind())

    def learn(self, name, value):
        """Notes what is assigned to a variable. Returns its type as it is known now."""
        kind = self.kind_of(name)
        before = dataclasses.replace(kind)
        if value is None:
            kind.type = "unknown"
        elif value.type == "none":
            kind.type, kind.is_nullable = kind.type or "none", True
        else:
            kind.type = unify(kind.type, value.type)
            kind.is_owned |= value.is_owned
            kind.is_nullable |= value.is_nullable
            kind.is_short |= bool(value.keeper) and not value.is_owned
        if kind.type == "strings" and name in self.mutated:
            kind.is_owned = True
        if kind.type in ZEROES and kind.is_nullable:
            kind.type = "unknown"
        if kind != before:
            self.is_dirty = True
        return kind

    def declaration(self, name):
        """The beginning of a declaration, without the value."""
        kind, variable = self.kinds[name], self.variables[name]
        c_type = OWNED_TYPES[kind.type] if kind.is_owned else C_TYPES[kind.type]
        return f"{c_type}{variable.c_name}"

    def declare_at_start(self, block, number):
        """Declares at the start of a block what nothing in it declares."""
        lines = []
        for name, variable in self.variables.items():
            if variable.home == number and (variable.uses or variable.is_assigned) and not variable.is_declared:
                kind = self.kinds.get(name)
                if kind is not None and kind.type in C_TYPES:
                    lines += [f"{self.declaration(name)} = {ZEROES.get(kind.type, 'NULL')};", Unused(name)]
                    variable.is_declared = True
        block[:0] = lines


def unify(first, second):
    if not first or first in ("none", second):
        return second
    if {first, second} == {"integer", "double"}:
        return "double"
    return "unknown"


def shorten(text):
    text = " ".join(text.split())
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= MAX_MARKER else f"{text[:MAX_MARKER]}..."


def source_text(node):
    """A piece of the source on one line, cut if it is long."""
    try:
        return shorten(unparse(node).split("\n    ")[0])
    except (RecursionError, ValueError, AttributeError):
        return "..."


def zero_of(type_):
    return ZEROES.get(type_, "NULL")


def own(value):
    """The code of a value of which the caller becomes the owner."""
    if value.is_owned:
        return value.code
    return {"string": invoke("g_strdup", value.code),
            "json": invoke("port_json_copy", value.code),
            "strings": invoke("g_strdupv", f"(char **) {value.code.replace('(const char *const *) ', '')}")}[value.type]


def set_code(kind, variable, value):
    """The assignment of a value to a variable that exists."""
    if value.type == "none":
        code = "NULL"
    else:
        code = own(value) if kind.is_owned else value.code
    if kind.is_owned:
        return f"{invoke(SETTERS[kind.type], f'&{variable.c_name}', code)};"
    return f"{variable.c_name} = {code};"


def is_object(value):
    """Whether a value is known while translating only."""
    return value.type not in C_TYPES and value.type not in ("none", "error", "void")
