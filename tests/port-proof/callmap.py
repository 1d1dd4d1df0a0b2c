# SPDX-License-Identifier: Apache-2.0
"""Which known calls a charm's functions make, found with the names' real values.

A name in a function is looked up in the module that was really imported, so an alias, a star import or a constant needs no
analysis: `unitdata.kv`, `from charms.reactive import set_flag as raise_flag` and `FLAGS.ready` all come out as what they are.
"""

import ast
import builtins
import sys
import types

from stand_ins import StandIn

FLAG_WRITES = {"set_flag": "set", "set_state": "set", "clear_flag": "clear", "remove_state": "clear",
               "toggle_flag": "toggle", "toggle_state": "toggle"}
FLAG_READS = {"is_flag_set", "is_state", "any_flags_set", "all_flags_set", "any_states", "all_states", "get_flags",
              "get_states", "get_unset_flags", "register_trigger"}
STATUS = {"status_set", "status_get"}
ACTION = {"action_get", "action_set", "action_fail", "action_log", "action_name", "action_tag", "action_uuid",
          "function_get", "function_set", "function_fail", "function_log", "function_name"}
CONFIG_METHODS = {"get", "changed", "previous", "items", "keys", "save", "update"}
UNKNOWN = object()


class Resolver:
    """Values of names in one function."""

    def __init__(self, module, function):
        self.module = module
        self.function = function
        self.locals = {}
        self.values = {}
        for node in ast.walk(function):
            self.note_binding(node)

    def note_binding(self, node):
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                self.values[alias.asname or alias.name] = self.import_value(f"{node.module}.{alias.name}")
        elif isinstance(node, ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                self.values[name] = self.import_value(alias.name if alias.asname else name)
        elif isinstance(node, ast.arg):
            self.values[node.arg] = UNKNOWN
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id not in self.values:
            self.values[node.id] = UNKNOWN
        if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
            self.locals.setdefault(node.targets[0].id, node.value)

    @staticmethod
    def import_value(dotted):
        value = sys.modules.get(dotted)
        if value is not None:
            return value
        parent, _, name = dotted.rpartition(".")
        return getattr(sys.modules.get(parent), name, None) or StandIn(dotted, lambda *_: None)

    def value(self, node):
        """What an expression stands for, or UNKNOWN."""
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            if node.id in self.values:
                return self.values[node.id]
            return vars(self.module).get(node.id, vars(builtins).get(node.id, UNKNOWN))
        if isinstance(node, ast.Attribute):
            owner = self.value(node.value)
            if owner is UNKNOWN:
                return UNKNOWN
            try:
                return getattr(owner, node.attr)
            except Exception:
                return UNKNOWN
        return self.value_of_text(node)

    def value_of_text(self, node):
        """Strings put together from what is known."""
        if isinstance(node, ast.JoinedStr):
            parts = [self.value(part.value) if isinstance(part, ast.FormattedValue) else part.value for part in node.values]
            return UNKNOWN if any(not isinstance(part, (str, int)) for part in parts) else "".join(map(str, parts))
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod)):
            left, right = self.value(node.left), self.value(node.right)
            if isinstance(left, str) and isinstance(right, (str, int)):
                try:
                    return left + right if isinstance(node.op, ast.Add) else left % right
                except (TypeError, ValueError):
                    return UNKNOWN
        if (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"):
            text, arguments = self.value(node.func.value), [self.value(argument) for argument in node.args]
            if isinstance(text, str) and not node.keywords and all(isinstance(part, (str, int)) for part in arguments):
                try:
                    return text.format(*arguments)
                except (IndexError, KeyError, ValueError):
                    return UNKNOWN
        return UNKNOWN

    def is_config(self, node):
        """Whether the expression is the charm's configuration as a whole."""
        from charmhelpers.core import hookenv

        if isinstance(node, ast.Name):
            if node.id in self.locals:
                return self.is_config(self.locals[node.id])
            return isinstance(vars(self.module).get(node.id), hookenv.Config)
        return (isinstance(node, ast.Call) and not node.args and not node.keywords
                and self.value(node.func) is hookenv.config)


def classify(value):
    """Kind and name of a known function, or nothing."""
    from charmhelpers.core import hookenv

    if isinstance(value, StandIn):
        name = value.stand_in_name
        return ("status", name) if name.startswith("charms.layer.status.") and not name.endswith(")") else None
    if value is hookenv.log:
        return "log", "log"
    if value is hookenv.config:
        return "config", "config"
    name, module = getattr(value, "__name__", ""), getattr(value, "__module__", "") or ""
    if module.startswith("charms.reactive") and (name in FLAG_WRITES or name in FLAG_READS):
        return "flag", name
    if module == "charmhelpers.core.hookenv":
        if name in STATUS:
            return "status", name
        if name in ACTION:
            return "action", name
    return "status", f"charms.layer.status.{name}" if module == "charms.layer.status" else None


class FunctionMap(ast.NodeVisitor):
    """The calls of one function, in the order of its text."""

    def __init__(self, module, function):
        self.resolver = Resolver(module, function)
        self.module = module
        self.calls = []
        for statement in function.body:
            self.visit(statement)

    def add(self, node, kind, name, **more):
        self.calls.append({"line": node.lineno, "kind": kind, "name": name, **more})

    def visit_Call(self, node):
        value = self.resolver.value(node.func)
        found = classify(value) if value is not UNKNOWN else None
        if found and found[1]:
            self.add_known(node, *found)
        elif (isinstance(node.func, ast.Attribute) and node.func.attr in CONFIG_METHODS
              and self.resolver.is_config(node.func.value)):
            self.add(node, "config", f"config.{node.func.attr}")
        elif isinstance(value, types.FunctionType) and value.__module__ == self.module.__name__:
            self.add(node, "local", value.__name__)
        self.generic_visit(node)

    def add_known(self, node, kind, name):
        if kind == "config" and not node.args and not node.keywords:
            return  # what is asked of it counts
        more = {}
        if kind == "flag":
            arguments = [argument for argument in [*node.args, *(keyword.value for keyword in node.keywords)]]
            value = self.resolver.value(arguments[0]) if arguments else UNKNOWN
            more = {"flag": value} if isinstance(value, str) else {}
        self.add(node, kind, name, **more)

    def visit_Subscript(self, node):
        if self.resolver.is_config(node.value):
            self.add(node, "config", "config[]")
        self.generic_visit(node)


def map_functions(root, sources):
    """{file: {function: calls}} for every function at the top of a handler file."""
    found = {}
    modules = {getattr(module, "__file__", None): module for module in list(sys.modules.values())}
    for path in sources:
        module = modules.get(str(path))
        if module is None:
            continue
        functions = []
        for node in ast.parse(path.read_bytes()).body:
            inner = node.body if isinstance(node, (ast.If, ast.Try, ast.ClassDef, ast.For, ast.With)) else [node]
            functions += [part for part in inner if isinstance(part, ast.FunctionDef)]
        found[str(path.relative_to(root))] = [
            {"name": node.name, "line": min([node.lineno, *(part.lineno for part in node.decorator_list)]),
             "calls": FunctionMap(module, node).calls} for node in functions]
    return found
