# SPDX-License-Identifier: Apache-2.0
"""Bodies of Python handlers as C statements.

What C has no equivalent for stays as a marker (port.h) at its place: nothing is left out in silence.
"""

import ast
import collections
import dataclasses
import itertools
import re

import calls
import names
import signatures
import state
import statements
import values
from values import ByHand


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
    classes: dict = dataclasses.field(default_factory=dict)  # name → the dotted names of its bases
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


MAX_PASSES = 16
MAX_NODES = 20000


def count_nodes(function):
    return sum(1 for _ in itertools.islice(ast.walk(function), MAX_NODES + 1))


def find_call(node, aliases, objects):
    """The kind and name of a call or subscript that counts, or None."""
    if isinstance(node, ast.Call):
        dotted = names.resolve(node.func, aliases)
        if dotted is not None:
            kind = calls.kind_of(dotted)
            return (kind, dotted) if kind else None
        if isinstance(node.func, ast.Attribute):
            kind = object_of(node.func.value, aliases, objects)
            return (kind, f"{kind}.{node.func.attr}") if kind else None
    if isinstance(node, ast.Subscript):
        kind = object_of(node.value, aliases, objects)
        return (kind, f"{kind}[]") if kind and kind != "kv" else None
    return None


def object_of(node, aliases, objects):
    """The kind of the configuration, the kept values or an action's parameters."""
    if isinstance(node, ast.Name):
        return objects.get(node.id)
    if isinstance(node, ast.Call) and not node.args and not node.keywords:
        dotted = names.resolve(node.func, aliases) or ""
        return {calls.HOOKENV + "config": "config", "charmhelpers.core.unitdata.kv": "kv",
                calls.HOOKENV + "action_get": "action", calls.HOOKENV + "function_get": "action",
                calls.HOOKENV + "status_get": "status"}.get(dotted)
    return None


def find_calls(function, context):
    """The calls of a function that a charm's libraries know, by the ids of their nodes. What is asked of `config ()`
    or `kv ()` at once is one call."""
    aliases = {name: dotted for name, dotted in context.aliases.items() if name not in context.values}
    for node in ast.walk(function):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names.add_import(node, aliases)
    module = [ast.Assign([ast.Name(name, ast.Store())], value) for name, value in context.values.items()]
    local = {item.id for item in ast.walk(function) if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store)}
    objects = {name: kind for name, kind in calls.find_objects(module, aliases).items() if name not in local}
    objects.update(calls.find_objects(ast.walk(function), aliases))
    for name in local:
        aliases.pop(name, None)

    found, inner = {}, set()
    for statement in function.body:
        for node in ast.walk(statement):
            if isinstance(node, (ast.Assign, ast.AnnAssign)) and object_of(node.value, aliases, {}) not in (None, "status"):
                # A name for the configuration asks nothing; what is asked of it counts.
                inner.add(id(node.value))
            call = find_call(node, aliases, objects)
            if call is None or id(node) in inner:
                continue
            target = node.func if isinstance(node, ast.Call) else node
            if isinstance(target, (ast.Attribute, ast.Subscript)):
                inner.add(id(target.value))
            found[id(node)] = Call(call[0], call[1], node.lineno, "by-hand")
    return dict(sorted(found.items(), key=lambda item: item[1].line))


def run_pass(function, context, kinds):
    """One translation with what is known of the variables."""
    work = state.Work(context, function, kinds)
    work.calls = find_calls(function, context)
    work.is_entry = signatures.is_handler(function, context) or context.kind != "helper"
    signatures.learn_parameters(work)
    lines = statements.capture_block(work, function.body)
    return work, settle(lines, work)


def flatten(lines):
    """The lines of a block and of those inside of it."""
    for line in lines:
        if isinstance(line, list):
            yield from flatten(line)
        else:
            yield line


def count_words(lines):
    """How often each word occurs outside of strings."""
    text = re.sub(r'"(\\.|[^"\\])*"', "", "\n".join(line for line in flatten(lines) if not isinstance(line, state.Unused)))
    return collections.Counter(re.findall(r"\w+", text))


def settle(lines, work, words=None):
    """The lines with a word for each variable that nothing reads."""
    words = count_words(lines) if words is None else words
    result = []
    for line in lines:
        if isinstance(line, list):
            result.append(type(line)(settle(line, work, words)))
        elif isinstance(line, state.Unused):
            variable = work.variables[str(line)]
            if not variable.uses or words[variable.c_name] < 2:
                result.append(f"(void) {variable.c_name};")
        else:
            result.append(line)
    return result


def run_passes(function, context):
    """Translates until the types of the variables stand."""
    kinds = {}
    for _ in range(MAX_PASSES):
        work, lines = run_pass(function, context, kinds)
        if not work.is_dirty:
            return work, lines
        kinds = work.kinds
    raise ByHand


def find_result(function, context):
    """What a helper function returns, as a state.Kind."""
    try:
        work, _ = run_passes(function, dataclasses.replace(context, kind="helper"))
    except (ByHand, RecursionError):
        return state.Kind()
    return work.result


def is_async(function):
    waiting = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, (ast.Yield, ast.YieldFrom, ast.Await)):
            return True
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            waiting += ast.iter_child_nodes(node)
    return isinstance(function, ast.AsyncFunctionDef)


def leave_by_hand(function, context):
    """A body of which nothing is translated."""
    found = [] if count_nodes(function) > MAX_NODES else list(find_calls(function, context).values())
    place = values.quote(f"{context.path}:{function.lineno}", cut=False)
    text = values.quote(f"the body of {state.shorten(function.name)}", cut=False)
    return Body([f"PORT_TODO ({place}, {text});", "return TRUE;"], found, [], needs_header=True, is_complete=False)


def translate(function, context):
    """The body of a function in C."""
    if context.functions.get(function.name) is not function:
        # A script, or a second function of the name: its calls count, too, before any signature is made.
        signatures.note_calls(function, context, signatures.find_arguments(context))
    try:
        if is_async(function) or count_nodes(function) > MAX_NODES:
            raise ByHand
        work, block = run_passes(function, context)
        if not ends(block):
            block += ["", "return TRUE;"] if block else ["return TRUE;"]
        lines = values.to_lines(block)
        body = Body(lines, list(work.calls.values()), work.helpers)
    except (ByHand, RecursionError):
        body = leave_by_hand(function, context)
    try:
        body.prototype = signatures.prototype_of(function, context)
    except (ByHand, RecursionError):
        body.prototype = f"static gboolean\n{signatures.c_name_of(function.name, context)} {signatures.HANDLER}"
    body.needs_header = any(re.search(r"\b(PORT|port)_[A-Za-z_]+ \(", line) for line in body.lines)
    body.is_complete = not any(re.search(r"\bPORT_[A-Z]+ \(", line) for line in body.lines)
    return body


def ends(block):
    """Whether a block's last statement is a return."""
    return bool(block) and isinstance(block[-1], str) and block[-1].startswith("return ")
