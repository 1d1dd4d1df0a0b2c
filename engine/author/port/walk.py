# SPDX-License-Identifier: Apache-2.0
"""Goes through a module as Python would when it imports it, and takes down what it registers.

Nothing of the charm is executed. Where a condition cannot be told both branches are taken, and the report says so.
"""

import ast
import dataclasses

from conditions import DECORATORS, Registry, decorator_name, first_line, put_in_source_order
from model import Callback
from resolve import REACTIVE, Class, Decorator, Evaluator, Function, Reference, Unresolved, canonical, check_size, \
    is_plain, text_of
from triggers import opaque, read_trigger

MAXIMUM_CALLS = 8
MAXIMUM_ROUNDS = 1000
CALLBACKS = {"charmhelpers.core.hookenv.atstart": "start", "charmhelpers.core.hookenv.atexit": "finish"}
FLAG_FUNCTIONS = ("set_flag", "clear_flag", "toggle_flag", "is_flag_set", "all_flags_set", "any_flags_set", "get_flags",
                  "get_unset_flags", "register_trigger", "set_state", "remove_state", "toggle_state", "is_state",
                  "all_states", "any_states", "get_states", "data_changed", "is_data_changed", "any_file_changed",
                  "endpoint_from_name", "endpoint_from_flag", "relation_from_flag", "relation_from_state",
                  "relation_from_name", "main", "scopes", "RelationBase", "Endpoint", "any_hook", "is_leader")
STAR = {REACTIVE: (*sorted(DECORATORS), *FLAG_FUNCTIONS)}
STAR.update({f"{REACTIVE}.{part}": STAR[REACTIVE] for part in ("decorators", "flags", "helpers", "relations", "bus")})
CHANGES = {"append": list, "extend": list, "insert": list, "remove": list, "add": set, "update": (set, dict),
           "discard": set}


class Returned(Exception):
    def __init__(self, value):
        super().__init__()
        self.value = value


@dataclasses.dataclass
class Frame:
    """Where a statement stands."""

    scope: dict
    place: str = "module"  # or the name of a function that is called when the module is imported
    owner: str = ""  # a class
    is_certain: bool = True
    is_fallback: bool = False  # except: only what is not bound yet
    depth: int = 0
    is_unsure: bool = False  # whether a return was passed over


class Walker:
    def __init__(self, module, outside=None, star=None, endpoint_names=None, name="reactive.module"):
        self.module = module
        self.outside = outside
        self.star = star
        self.registry = Registry(module, endpoint_names)
        self.budget = [500_000]
        self.scope = {"__name__": name}
        self.name = name
        self.frame = Frame(self.scope)
        self.doubts = module.doubts

    # --- the module ---

    def walk(self):
        self.module.scope = self.scope
        self.block(self.module.tree.body, self.frame)
        put_in_source_order(self.module)
        for name, value in self.scope.items():
            if isinstance(value, Reference):
                self.module.aliases[name] = value.dotted
            elif is_plain(value) and name != "__name__":
                self.module.constants[name] = value
        for node in ast.walk(self.module.tree):
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self.add_inner_aliases(node)

    def add_inner_aliases(self, node):
        frame = Frame({})
        self.import_names(node, frame)
        for name, value in frame.scope.items():
            if isinstance(value, Reference) and name not in self.scope:
                self.module.aliases.setdefault(name, value.dotted)

    def evaluator(self, frame):
        return Evaluator(frame.scope, self.outside, lambda callee, node, inner: self.call(callee, node, inner, frame),
                         self.budget)

    def block(self, statements, frame):
        for statement in statements:
            method = getattr(self, "on_" + type(statement).__name__, None)
            if method is not None:
                method(statement, frame)
            else:
                self.note_statement(statement, frame)

    def uncertain(self, statements, frame, **changes):
        """Statements that Python may pass over."""
        inner = dataclasses.replace(frame, is_certain=False, **changes)
        try:
            self.block(statements, inner)
        except Returned:
            frame.is_unsure = True
        frame.is_unsure = frame.is_unsure or inner.is_unsure

    def note_statement(self, statement, frame, why="runs when Python loads the module"):
        if frame.place == "module" and not frame.owner:
            self.module.note("hand", statement.lineno, "statement", f"{why}: {text_of(statement)}")

    def bind(self, frame, name, value):
        if frame.is_fallback and name in frame.scope:
            return
        frame.scope[name] = value

    def doubt(self, node, names, frame):
        """Notes that what @names hold is not sure any more."""
        if not frame.is_certain and not frame.is_fallback:
            self.doubts.update(dict.fromkeys(names, node.lineno))

    def doubts_about(self, nodes):
        names = [entry.id for node in nodes for entry in ast.walk(node) if isinstance(entry, ast.Name)]
        return [f"'{name}' may be another: line {self.doubts[name]} changes it on a condition, or by what the source "
                "does not tell" for name in dict.fromkeys(names) if name in self.doubts]

    # --- imports ---

    def on_Import(self, node, frame):
        self.import_names(node, frame)

    on_ImportFrom = on_Import

    def import_names(self, node, frame):
        if isinstance(node, ast.Import):
            for alias in node.names:
                self.bind(frame, alias.asname or alias.name.split(".")[0],
                          Reference(alias.name if alias.asname else alias.name.split(".")[0]))
            return
        base = self.package(node.level, node.module)
        for alias in node.names:
            if alias.name != "*":
                self.bind(frame, alias.asname or alias.name, Reference(f"{base}.{alias.name}"))
                continue
            for name in STAR.get(base, ()):
                self.bind(frame, name, Reference(f"{base}.{name}"))
            for name, value in (self.star(base) if self.star is not None else {}).items():
                self.bind(frame, name, value)

    def package(self, level, name):
        if level == 0:
            return name or ""
        parts = self.name.split(".")
        is_package = self.module.path.rsplit("/", 1)[-1] == "__init__.py"
        parts = parts[:len(parts) - level + is_package]
        return ".".join([*parts, *([name] if name else [])])

    # --- definitions ---

    def on_FunctionDef(self, node, frame):
        function = Function(node, frame.scope)
        if not frame.owner and frame.place == "module":
            if not (frame.is_fallback and node.name in self.module.functions):
                self.module.functions[node.name] = node
        self.decorate(node, function, frame)
        self.bind(frame, node.name, function)

    on_AsyncFunctionDef = on_FunctionDef

    def decorate(self, node, function, frame):
        foreign = []
        for decorator in reversed(node.decorator_list):
            try:
                value = self.evaluator(frame).value(decorator)
            except Unresolved:
                value = None
            if not self.apply(value, node, decorator.lineno, frame):
                foreign.append(text_of(decorator))
        handlers = self.registry.find(node)
        for handler in handlers[:1]:
            if foreign:
                self.module.note("hand", handler.line, "decorator", f"{node.name}: also decorated by "
                                 f"{', '.join(foreign)}, which has no counterpart")
            if not frame.is_certain:
                self.module.note("hand", handler.line, "handler", f"{node.name}: Python registers it on a condition "
                                 "that the source does not tell; here it always is")
            if frame.place != "module":
                self.module.note("hand", handler.line, "handler", f"{node.name}: defined by {frame.place}()")
        if not handlers:
            if foreign and not frame.owner:
                self.module.note("hand", first_line(node), "decorator",
                                 f"{node.name}: is decorated by {', '.join(foreign)}, which has no counterpart")
            self.note_inner_handlers(node)

    def apply(self, value, node, line, frame):
        """Puts one decorator on a function. Returns whether it is known."""
        if isinstance(value, Reference):
            name = decorator_name(value.dotted)
            if name == "only_once":
                value = Decorator(name, [], {}, line)
            elif value.dotted in CALLBACKS:
                self.module.callbacks.append(Callback(CALLBACKS[value.dotted], node.name, line, node.name))
                return True
        if not isinstance(value, Decorator):
            return False
        value = dataclasses.replace(value, line=line)
        if value.name == "not_unless" and not self.registry.find(node):
            self.module.not_unless[node.name] = value.arguments
            return True
        self.registry.add(node, value, frame.owner)
        return True

    def note_inner_handlers(self, function):
        """Handlers that a function would register if it were called."""
        for node in ast.walk(function):
            for decorator in getattr(node, "decorator_list", []) if node is not function else []:
                callee = decorator.func if isinstance(decorator, ast.Call) else decorator
                try:
                    value = self.evaluator(self.frame).value(callee)
                except Unresolved:
                    continue
                if isinstance(value, Reference) and decorator_name(value.dotted):
                    self.module.inner.append((function, node))
                    break

    def on_ClassDef(self, node, frame):
        inner = dataclasses.replace(frame, scope=dict(frame.scope), owner=node.name)
        before = dict(inner.scope)
        self.block(node.body, inner)
        attributes = {name: value for name, value in inner.scope.items() if before.get(name) is not value
                      or name not in before}
        bases = []
        for base in node.bases:
            try:
                value = self.evaluator(frame).value(base)
                bases.append(value.dotted if isinstance(value, Reference) else getattr(value, "name", ""))
            except Unresolved:
                bases.append(text_of(base))
        for base in node.bases:
            if isinstance(base, ast.Name) and isinstance(frame.scope.get(base.id), Class):
                attributes = {**frame.scope[base.id].attributes, **attributes}
        self.module.classes.append((node, bases))
        self.bind(frame, node.name, Class(node.name, attributes, bases))

    # --- values ---

    def on_Assign(self, node, frame):
        self.assign(node, node.targets, node.value, frame)

    def on_AnnAssign(self, node, frame):
        if node.value is not None:
            self.assign(node, [node.target], node.value, frame)

    def on_AugAssign(self, node, frame):
        if isinstance(node.target, ast.Name):
            value = ast.BinOp(ast.copy_location(ast.Name(node.target.id, ast.Load()), node), node.op, node.value)
            self.assign(node, [node.target], ast.copy_location(value, node), frame)
        else:
            self.note_statement(node, frame)

    def assign(self, node, targets, value_node, frame):
        evaluator = self.evaluator(frame)
        registered = self.count()
        self.doubt(node, [target.id for target in targets if isinstance(target, ast.Name)], frame)
        try:
            value = evaluator.value(value_node)
            for target in targets:
                if frame.is_fallback and isinstance(target, ast.Name) and target.id in frame.scope:
                    continue
                evaluator.bind(target, value)
        except Unresolved as reason:
            for target in targets:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name) and not (frame.is_fallback and name.id in frame.scope):
                        frame.scope[name.id] = Unresolved(str(reason))
            if registered == self.count():
                self.note_statement(node, frame, "computed when Python loads the module")

    def count(self):
        module = self.module
        return (len(module.handlers) + len(module.triggers) + len(module.callbacks)
                + sum(len(handler.conditions) for handler in module.handlers))

    # --- control flow ---

    def on_If(self, node, frame):
        try:
            is_true = self.evaluator(frame).plain(node.test)
        except Unresolved:
            self.uncertain(node.body, frame)
            self.uncertain(node.orelse, frame)
            return
        self.note_branch(node.orelse if is_true else node.body, is_true, frame)
        self.block(node.body if is_true else node.orelse, frame)

    def note_branch(self, statements, is_true, frame):
        """What is never run, as `if __name__ == "__main__"` in a file that is imported."""
        if statements and frame.place == "module":
            self.module.note("none", statements[0].lineno, "statement", "is never run by charms.reactive: the "
                             f"condition above is always {str(is_true).lower()}")

    def on_For(self, node, frame):
        evaluator = self.evaluator(frame)
        try:
            values = evaluator.iterate(node.iter)
            if len(values) > MAXIMUM_ROUNDS:
                raise Unresolved("too many rounds")
            for value in values:
                evaluator.bind(node.target, value)
                self.block(node.body, frame)
        except Unresolved as reason:
            for name in ast.walk(node.target):
                if isinstance(name, ast.Name):
                    frame.scope[name.id] = Unresolved(str(reason))
            self.uncertain(node.body, frame)
        self.block(node.orelse, frame)

    on_AsyncFor = on_For

    def on_While(self, node, frame):
        self.note_statement(node, frame)
        self.uncertain(node.body, frame)

    def on_Try(self, node, frame):
        self.block(node.body, frame)
        for handler in node.handlers:
            self.uncertain(handler.body, frame, is_fallback=True)
        self.block(node.orelse, frame)
        self.block(node.finalbody, frame)

    on_TryStar = on_Try

    def on_With(self, node, frame):
        self.note_statement(node, frame)
        self.block(node.body, frame)

    on_AsyncWith = on_With

    def on_Return(self, node, frame):
        value = Unresolved("None")
        if node.value is not None:
            try:
                value = self.evaluator(frame).value(node.value)
            except Unresolved as reason:
                value = reason
        raise Returned(value)

    def on_Pass(self, node, frame):
        pass

    on_Global = on_Nonlocal = on_Break = on_Continue = on_Pass

    def on_Expr(self, node, frame):
        if isinstance(node.value, ast.Constant) or self.change(node, frame):
            return
        registered = self.count()
        try:
            value = self.evaluator(frame).value(node.value)
        except Unresolved:
            value = None
        if isinstance(value, Registered):
            return
        if registered == self.count():
            self.note_statement(node, frame)
        elif frame.place == "module":
            self.module.note("carried", node.lineno, "statement", "what it registers stands in the tables: "
                             f"{text_of(node)}")

    def change(self, node, frame):
        """`LIST.append (…)` and the like. Returns whether it is one."""
        call = node.value
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) \
                or call.func.attr not in CHANGES or not isinstance(call.func.value, ast.Name):
            return False
        name = call.func.value.id
        value = frame.scope.get(name)
        if not isinstance(value, CHANGES[call.func.attr]):
            return False
        self.doubt(node, [name], frame)
        if not frame.is_certain:
            self.note_statement(node, frame)
            return True
        try:
            arguments = [self.evaluator(frame).value(argument) for argument in call.args]
            copy = type(value)(value)
            getattr(copy, call.func.attr)(*arguments)
            frame.scope[name] = check_size(copy)
        except Exception:  # as Python would raise it
            self.doubts[name] = node.lineno
            self.note_statement(node, frame)
        return True

    # --- calls ---

    def call(self, callee, node, evaluator, frame):
        if isinstance(callee, Reference):
            return self.call_reference(callee, node, evaluator, frame)
        if isinstance(callee, Decorator):
            return self.call_decorator(callee, node, evaluator, frame)
        if isinstance(callee, Function) and isinstance(callee.node, ast.FunctionDef):
            return self.call_function(callee, node, evaluator, frame)
        raise Unresolved("a call")

    def call_reference(self, callee, node, evaluator, frame):
        name = decorator_name(callee.dotted)
        if name is not None:
            return Decorator(name, self.names(node, evaluator), self.keywords(node, evaluator), node.lineno,
                             self.doubts_about(node.args))
        if callee.dotted in CALLBACKS:
            return self.add_callback(CALLBACKS[callee.dotted], node, evaluator)
        if canonical(callee.dotted) == f"{REACTIVE}.register_trigger":
            trigger = read_trigger(node, evaluator, self.module, frame.place)
            if trigger is not None and trigger not in self.module.triggers:
                self.module.triggers.append(trigger)
                if not frame.is_certain:
                    self.module.note("hand", node.lineno, "trigger", "Python registers it on a condition that the "
                                     "source does not tell; here it always is")
            return Registered()
        raise Unresolved(callee.dotted)

    def add_callback(self, kind, node, evaluator):
        function = None
        text = ", ".join(text_of(argument) for argument in node.args)
        try:
            value = evaluator.value(node.args[0]) if len(node.args) == 1 and not node.keywords else None
        except Unresolved:
            value = None
        if isinstance(value, Function) and value.node.name in self.module.functions:
            function = value.node.name
        else:
            self.module.note("hand", node.lineno, "callback",
                             f"what runs at the {kind} of a hook is no function of the module alone: {text}")
        self.module.callbacks.append(Callback(kind, function, node.lineno, text))
        return Registered()

    def call_decorator(self, decorator, node, evaluator, frame):
        function = evaluator.value(node.args[0]) if len(node.args) == 1 else None
        if not isinstance(function, Function):
            raise Unresolved("a decorator on something else")
        self.registry.add(function.node, decorator, frame.owner)
        return function

    def call_function(self, function, node, evaluator, frame):
        """What the function does when it is called with these arguments, as far as it concerns handlers."""
        if frame.depth >= MAXIMUM_CALLS:
            raise Unresolved("too many calls")
        evaluator.spend()
        self.module.called.add(function.node.name)
        scope = dict(function.scope)
        self.bind_arguments(function.node.args, node, evaluator, scope)
        inner = Frame(scope, place=function.node.name, is_certain=frame.is_certain, depth=frame.depth + 1)
        value = Unresolved("nothing is returned")
        try:
            self.block(function.node.body, inner)
        except Returned as returned:
            value = returned.value
        if inner.is_unsure or isinstance(value, Unresolved):
            raise Unresolved("a call")
        return value

    def bind_arguments(self, parameters, node, evaluator, scope):
        names = [parameter.arg for parameter in [*parameters.posonlyargs, *parameters.args]]
        for name, default in zip(reversed(names), reversed(parameters.defaults)):
            scope[name] = self.value_or_reason(default, evaluator)
        for parameter, default in zip(parameters.kwonlyargs, parameters.kw_defaults):
            if default is not None:
                scope[parameter.arg] = self.value_or_reason(default, evaluator)
        values = self.values(node.args, evaluator)
        for name, value in zip(names, values):
            scope[name] = value
        for name in names[len(values):]:
            scope.setdefault(name, Unresolved(name))
        if parameters.vararg is not None:
            scope[parameters.vararg.arg] = values[len(names):]
        extra = {}
        for keyword in node.keywords:
            value = self.value_or_reason(keyword.value, evaluator)
            if keyword.arg in names or keyword.arg in [entry.arg for entry in parameters.kwonlyargs]:
                scope[keyword.arg] = value
            elif keyword.arg is not None:
                extra[keyword.arg] = value
        if parameters.kwarg is not None:
            scope[parameters.kwarg.arg] = extra

    def values(self, nodes, evaluator):
        found = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                found.extend(evaluator.iterate(node.value))
            else:
                found.append(self.value_or_reason(node, evaluator))
        return found

    @staticmethod
    def value_or_reason(node, evaluator):
        try:
            return evaluator.value(node)
        except Unresolved as reason:
            return reason

    def names(self, node, evaluator):
        """The names that a decorator is given; `<text>` for one that the source does not tell."""
        names = []
        for argument in node.args:
            inner = argument.value if isinstance(argument, ast.Starred) else argument
            try:
                values = evaluator.iterate(inner) if isinstance(argument, ast.Starred) else [evaluator.value(inner)]
            except Unresolved:
                values = [None]
            if all(isinstance(value, str) for value in values):
                names.extend(str(value) for value in values)
            else:
                names.append(opaque(inner))
                self.module.opaque.append((opaque(inner), argument.lineno, text_of(inner)))
                self.module.note("hand", argument.lineno, "condition", "a name that the source does not tell: "
                                 f"{text_of(inner)}; it stands as '{opaque(inner)}'")
        return names

    @staticmethod
    def keywords(node, evaluator):
        found = {}
        for keyword in node.keywords:
            try:
                found[keyword.arg or "**"] = evaluator.value(keyword.value)
            except Unresolved:
                found[keyword.arg or "**"] = text_of(keyword.value)
        return found


class Registered:
    """The value of a call that registered something."""
