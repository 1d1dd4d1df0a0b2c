# SPDX-License-Identifier: Apache-2.0
"""Expressions whose value the source tells: constants, and what is made of them.

Values are Python's own, and these for what is not a plain value:

    Reference   something that was imported, by its dotted name
    Function    a function of the charm
    Class       a class, of which the constants are known
    Decorator   a condition, ready to be put on a function
"""

import ast
import dataclasses
import operator
import posixpath
import re

MAXIMUM_LENGTH = 100_000
MAXIMUM_STEPS = 500_000
MAXIMUM_VALUES = 10_000
PLAIN = (str, int, float, bool, bytes, type(None))
REACTIVE = "charms.reactive"


class Unresolved(Exception):
    """The source does not tell."""


@dataclasses.dataclass(frozen=True)
class Reference:
    dotted: str


@dataclasses.dataclass
class Function:
    node: ast.AST
    scope: dict


@dataclasses.dataclass
class Class:
    name: str
    attributes: dict
    bases: list


@dataclasses.dataclass
class Decorator:
    name: str
    arguments: list
    keywords: dict
    line: int
    doubts: list = dataclasses.field(default_factory=list)  # why the arguments may be others


def unparse(node):
    """The source again; Python 3.10 puts a blank behind a lambda without parameters, later ones do not."""
    return ast.unparse(node).replace("lambda :", "lambda:")


def text_of(node):
    """The source of an expression in one line, cut where it is long."""
    try:
        text = " ".join(unparse(node).split())
    except (RecursionError, ValueError, MemoryError):
        text = "a deeply nested expression"
    return text if len(text) <= 200 else text[:197] + "..."


def canonical(dotted):
    """The name that a function of charms.reactive has at the top of its package; other names as they are."""
    if dotted.startswith(REACTIVE + "."):
        parts = dotted.split(".")
        if len(parts) == 3 or parts[2] in ("decorators", "flags", "bus", "helpers", "relations", "endpoints"):
            return f"{REACTIVE}.{parts[-1]}"
    return dotted


def is_plain(value):
    if isinstance(value, (list, tuple, set, frozenset)):
        return all(is_plain(entry) for entry in value)
    if isinstance(value, dict):
        return all(is_plain(key) and is_plain(entry) for key, entry in value.items())
    return isinstance(value, PLAIN)


def check_size(value):
    if isinstance(value, (str, bytes, list, tuple, dict, set)) and len(value) > MAXIMUM_LENGTH:
        raise Unresolved("too large")
    if isinstance(value, int) and abs(value) > 1 << 64:
        raise Unresolved("too large")
    return value


OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mod: operator.mod, ast.BitOr: operator.or_,
             ast.BitAnd: operator.and_}
COMPARISONS = {ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Is: operator.is_, ast.IsNot: operator.is_not,
               ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
               ast.In: lambda a, b: a in b, ast.NotIn: lambda a, b: a not in b}
METHODS = {"format", "join", "replace", "lower", "upper", "strip", "lstrip", "rstrip", "split", "title", "capitalize",
           "startswith", "endswith", "keys", "values", "items", "get", "copy", "encode", "decode", "union"}
BUILTINS = {"str": str, "int": int, "len": len, "sorted": sorted, "list": list, "tuple": tuple, "set": set,
            "dict": dict, "zip": lambda *values: list(zip(*values)), "enumerate": lambda *v: list(enumerate(*v)),
            "frozenset": frozenset, "reversed": lambda v: list(reversed(v)), "bool": bool}

PATHS = {"os.path.join": posixpath.join, "os.path.basename": posixpath.basename, "os.path.dirname": posixpath.dirname}
SEPARATORS = {"os.sep": "/", "os.pathsep": ":", "os.path.sep": "/"}


class Evaluator:
    """Evaluates in @scope. @outside answers for dotted names of the charm's other modules, and raises Unresolved."""

    def __init__(self, scope, outside=None, call=None, budget=None):
        self.scope = scope
        self.outside = outside
        self.call_function = call
        self.budget = budget if budget is not None else [MAXIMUM_STEPS]  # shared by all that work for one file

    def spend(self):
        self.budget[0] -= 1
        if self.budget[0] < 0:
            raise Unresolved("too much to evaluate")

    def value(self, node):
        self.spend()
        method = getattr(self, "on_" + type(node).__name__, None)
        if method is None:
            raise Unresolved(type(node).__name__)
        try:
            return check_size(method(node))
        except Unresolved:
            raise
        except (RecursionError, MemoryError):
            raise
        except Exception as error:  # whatever the charm's own values lead to: it would fail in Python as well
            raise Unresolved(str(error)) from error

    def plain(self, node):
        value = self.value(node)
        if not is_plain(value):
            raise Unresolved("no plain value")
        return value

    def on_Constant(self, node):
        if node.value is Ellipsis or isinstance(node.value, complex):
            raise Unresolved("...")
        return node.value

    def on_Name(self, node):
        if node.id not in self.scope:
            raise Unresolved(node.id)
        return self.look_up(self.scope[node.id])

    def look_up(self, value):
        if isinstance(value, Unresolved):
            raise value
        if isinstance(value, Reference) and self.outside is not None:
            try:
                return self.outside(value.dotted)
            except Unresolved:
                return value
        return value

    def on_Attribute(self, node):
        owner = self.value(node.value)
        if isinstance(owner, Reference):
            dotted = f"{owner.dotted}.{node.attr}"
            return SEPARATORS[dotted] if dotted in SEPARATORS else self.look_up(Reference(dotted))
        if isinstance(owner, Class) and node.attr in owner.attributes:
            return self.look_up(owner.attributes[node.attr])
        if isinstance(owner, str) and node.attr == "value":  # of an Enum
            return owner
        raise Unresolved(node.attr)

    def elements(self, nodes):
        values = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                values.extend(self.iterate(node.value))
            else:
                values.append(self.value(node))
        return values

    def iterate(self, node):
        value = self.value(node)
        if not isinstance(value, (list, tuple, dict, set, frozenset)):
            raise Unresolved("not a sequence")
        return sorted(value, key=str) if isinstance(value, (set, frozenset)) else list(value)

    def on_List(self, node):
        return self.elements(node.elts)

    def on_Tuple(self, node):
        return tuple(self.elements(node.elts))

    def on_Set(self, node):
        return set(self.elements(node.elts))

    def on_Dict(self, node):
        result = {}
        for key, value in zip(node.keys, node.values):
            if key is None:
                result.update(self.value(value))
            else:
                try:
                    result[self.value(key)] = self.value(value)
                except Unresolved as reason:
                    result[self.value(key)] = reason
        return result

    def on_JoinedStr(self, node):
        return "".join(self.plain(value) if isinstance(value, ast.Constant) else self.on_FormattedValue(value)
                       for value in node.values)

    def on_FormattedValue(self, node):
        value = self.plain(node.value)
        conversion = {-1: lambda v: v, 115: str, 114: repr, 97: ascii}[node.conversion](value)
        specification = self.plain(node.format_spec) if node.format_spec is not None else ""
        self.check_width(specification)
        return format(conversion, specification)

    def on_BinOp(self, node):
        left, right = self.plain(node.left), self.plain(node.right)
        if isinstance(node.op, ast.Mult):
            if not isinstance(left, int) or not isinstance(right, int):
                raise Unresolved("repetition")
            return left * right
        if type(node.op) not in OPERATORS:
            raise Unresolved("operator")
        if isinstance(node.op, ast.Mod) and isinstance(left, (str, bytes)):
            self.check_width(left)
        return OPERATORS[type(node.op)](left, right)

    @staticmethod
    def check_width(text):
        """Refuses a format that could make a giant of a few bytes."""
        text = text if isinstance(text, str) else text.decode("latin-1")
        if re.search(r"\d{4}|%[^a-zA-Z%]*\*|:[^{}]*\{", text):
            raise Unresolved("a wide format")

    @staticmethod
    def check_product(owner, name, arguments):
        if name == "replace" and len(owner) * max(len(argument) for argument in arguments[:2]) > 10 * MAXIMUM_LENGTH:
            raise Unresolved("too large")
        if name == "join" and sum(len(part) + len(owner) for part in arguments[0]) > MAXIMUM_LENGTH:
            raise Unresolved("too large")

    def on_UnaryOp(self, node):
        value = self.plain(node.operand)
        if isinstance(node.op, ast.Not):
            return not value
        if isinstance(node.op, ast.USub) and isinstance(value, (int, float)):
            return -value
        raise Unresolved("operator")

    def on_BoolOp(self, node):
        value = None
        for operand in node.values:
            value = self.plain(operand)
            if bool(value) == isinstance(node.op, ast.Or):
                break
        return value

    def on_Compare(self, node):
        left = self.plain(node.left)
        for operation, right_node in zip(node.ops, node.comparators):
            right = self.plain(right_node)
            if not COMPARISONS[type(operation)](left, right):
                return False
            left = right
        return True

    def on_IfExp(self, node):
        return self.value(node.body if self.plain(node.test) else node.orelse)

    def on_Subscript(self, node):
        owner = self.value(node.value)
        if isinstance(node.slice, ast.Slice):
            bounds = [None if bound is None else self.plain(bound)
                      for bound in (node.slice.lower, node.slice.upper, node.slice.step)]
            return owner[slice(*bounds)] if isinstance(owner, (str, list, tuple)) else self.fail("slice")
        if not isinstance(owner, (str, list, tuple, dict)):
            raise Unresolved("subscript")
        return self.look_up(owner[self.plain(node.slice)])

    @staticmethod
    def fail(why):
        raise Unresolved(why)

    def on_ListComp(self, node):
        return self.comprehension(node, lambda inner: inner.value(node.elt))

    on_GeneratorExp = on_ListComp

    def on_SetComp(self, node):
        return set(self.on_ListComp(node))

    def on_DictComp(self, node):
        return dict(self.comprehension(node, lambda inner: (inner.value(node.key), inner.value(node.value))))

    def comprehension(self, node, result):
        values = []

        def walk(generators, inner):
            if not generators:
                values.append(result(inner))
                return
            for entry in inner.iterate(generators[0].iter):
                self.spend()
                deeper = Evaluator(dict(inner.scope), self.outside, self.call_function, self.budget)
                deeper.bind(generators[0].target, entry)
                if all(deeper.plain(test) for test in generators[0].ifs):
                    walk(generators[1:], deeper)
                if len(values) > MAXIMUM_VALUES:
                    raise Unresolved("too much to evaluate")

        walk(node.generators, self)
        return values

    def bind(self, target, value):
        """Binds the names of an assignment's target."""
        if isinstance(target, ast.Name):
            self.scope[target.id] = value
        elif isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (list, tuple)) \
                and len(target.elts) == len(value):
            for entry, part in zip(target.elts, value):
                self.bind(entry, part)
        else:
            raise Unresolved("target")

    def arguments(self, node):
        keywords = {}
        for keyword in node.keywords:
            if keyword.arg is None:
                keywords.update(self.value(keyword.value))
            else:
                keywords[keyword.arg] = self.value(keyword.value)
        return self.elements(node.args), keywords

    def call_path(self, dotted, node):
        arguments, keywords = self.arguments(node)
        if keywords or not all(isinstance(argument, str) for argument in arguments):
            raise Unresolved("arguments")
        return PATHS[dotted](*arguments)

    def on_Call(self, node):
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr in METHODS:
            try:
                owner = self.value(function.value)
            except Unresolved:
                owner = None
            if isinstance(owner, (str, bytes, list, tuple, dict, set)):
                arguments, keywords = self.arguments(node)
                if function.attr == "format":
                    self.check_width(owner)
                if not is_plain(owner) or not is_plain(arguments) or not is_plain(keywords):
                    raise Unresolved("arguments")
                self.check_product(owner, function.attr, arguments)
                result = getattr(owner, function.attr)(*arguments, **keywords)
                return list(result) if function.attr in ("keys", "values", "items") else result
        if isinstance(function, ast.Name) and function.id in BUILTINS and function.id not in self.scope:
            arguments, keywords = self.arguments(node)
            if keywords or not is_plain(arguments):
                raise Unresolved("arguments")
            return BUILTINS[function.id](*arguments)
        callee = self.value(function)
        if isinstance(callee, Reference) and callee.dotted in PATHS:
            return self.call_path(callee.dotted, node)
        if self.call_function is None:
            raise Unresolved("a call")
        return self.call_function(callee, node, self)
