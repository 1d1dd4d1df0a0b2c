# SPDX-License-Identifier: Apache-2.0
"""A Python file → a C module: functions, the table of handlers, triggers."""

import ast
import re

import body
import ctext
import names
from resolve import REACTIVE, Evaluator, Reference, Unresolved, canonical, is_plain

MACROS = {"all": "WHEN", "any": "WHEN_ANY", "none": "WHEN_NOT", "not_all": "WHEN_NOT_ALL", "file": "WHEN_FILE_CHANGED",
          "hook": "ON", "restricted": "ON_RESTRICTED"}
KINDS = {"all": "ALL", "any": "ANY", "none": "NONE", "not_all": "NOT_ALL", "file": "FILE", "hook": "HOOK",
         "restricted": "RESTRICTED"}
# What the generated code itself defines.
OWN = ("handlers", "triggers", "reactive_module", "start_hook", "finish_hook", "unit", "error", "main")

# What changes the unit when a file is loaded.
EFFECTS = {*(f"{REACTIVE}.{name}" for name in ("set_flag", "clear_flag", "toggle_flag", "set_state", "remove_state",
                                               "toggle_state")),
           "charmhelpers.core.hookenv.status_set", "charmhelpers.core.hookenv.log"}

MARKER = re.compile(r'\bPORT_([A-Z]+) \("[^"]*:(\d+)",\s*"((?:[^"\\]|\\.)*)"')


class Function:
    """One function of C, and where it comes from."""

    def __init__(self, name, node, kind, c_name, source):
        self.name = name
        self.node = node
        self.kind = kind
        self.c_name = c_name
        self.source = source  # lines
        self.body = None

    def lines(self, path):
        line = min([self.node.lineno] + [entry.lineno for entry in getattr(self.node, "decorator_list", [])])
        place = f"{ctext.comment_text(path)[0]}:{line}"
        comment = ctext.block_comment([place, "", *ctext.comment_text("\n".join(self.source))])
        return [*comment, *self.body.prototype.split("\n"), "{",
                *[("  " + text).rstrip() if text else "" for text in self.body.lines], "}", ""]


class Emitter:
    """Writes @module, with the actions that are its, as the C module of that name."""

    def __init__(self, charm, module, actions, parameters, outside):
        self.charm = charm
        self.outside = outside
        self.module = module
        self.actions = actions
        self.parameters = parameters
        self.c_names = ctext.Names(OWN)
        self.ids = ctext.Names()
        self.functions = []  # in the order of the file
        self.by_node = {}
        self.c_of = {}
        self.shared = {}
        self.extra = []
        self.names = None
        self.load = None  # the function of what runs when Python loads the file

    # --- functions ---

    def reserve(self):
        """Gives the functions of the file their names, so that calls of them need not wait for their turn."""
        for name in self.module.functions:
            self.c_of[name] = self.c_names.give(names.to_c_identifier(name))

    def add(self, name, node, kind, wanted=None):
        if id(node) in self.by_node:
            return self.by_node[id(node)]
        c_name = self.c_of.get(name)
        if self.module.functions.get(name) is not node or wanted is not None:
            c_name = self.c_names.give(names.to_c_identifier(wanted or name))
        if self.module.functions.get(name, node) is node:
            self.c_of[name] = c_name
        function = Function(name, node, kind, c_name, self.source_of(node))
        self.functions.append(function)
        self.by_node[id(node)] = function
        return function

    def source_of(self, node):
        if node.name.startswith("at_load") and node not in self.module.functions.values():
            text = self.module.text.split("\n")
            return [line for entry in node.body for line in text[entry.lineno - 1:entry.end_lineno]]
        first = min([node.lineno] + [entry.lineno for entry in getattr(node, "decorator_list", [])])
        lines = self.module.text.split("\n")[first - 1:node.end_lineno]
        indent = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
        return [line[indent:] if not line[:indent].strip() else line for line in lines]

    def entries(self):
        """Functions that the engine calls."""
        module = self.module
        self.reserve()
        for handler in module.handlers:
            self.add(handler.name, handler.node, "handler")
        for callback in module.callbacks:
            if callback.function is not None:
                self.add(callback.function, module.functions[callback.function], "atexit")
        for trigger in module.triggers:
            if trigger.callback:
                self.add(trigger.callback, module.functions[trigger.callback], "atexit")
        for action in self.actions:
            if action.node is not None:
                name = action.node.name
                self.add(name, action.node, "action", action.name.replace("-", "_") if name == "main" else None)

        statements = load_statements(module)
        if statements:
            node = make_function(self.c_names.give("at_load"), statements)
            self.load = self.add(node.name, node, "atexit", node.name + "_")
            module.load_lines = [(entry.lineno, entry.end_lineno) for entry in statements]

    def read_names(self):
        """What the file's names stand for: what folds, and what the walk through the file found."""
        module = self.module
        read = names.read_names(module.tree)
        counts = names.count_bindings(module.tree)
        rebound = names.find_globals(module.tree) | names.find_mutated(module.tree)
        for name, value in module.scope.items():
            if is_plain(value) and counts.get(name, 0) <= 1 and name not in rebound and name not in module.doubts:
                read.constants.setdefault(name, value)
        read.constants.update(self.imported_constants(read.aliases))
        return read

    def context(self, function):
        module = self.module
        if self.names is None:
            self.names = self.read_names()
        read = self.names
        hidden = names_around(module.tree, function.node)
        entries = frozenset(entry.name for entry in self.functions if entry.kind != "helper")
        parameters = {}
        for action in self.actions:
            if action.node is function.node:
                parameters.update(self.parameters.get(action.name, {}))
        return body.Context(path=module.path, aliases=without({**module.aliases, **read.aliases}, hidden),
                            constants=without(read.constants, hidden), values=without(read.values, hidden),
                            functions=without(module.functions, hidden),
                            classes=read.classes,
                            options=self.charm.options, endpoints=self.charm.endpoints, parameters=parameters,
                            kind=function.kind, entries=entries, c_names=self.names_for(function), shared=self.shared)

    def names_for(self, function):
        """Names in C by those in Python, of which @function's own may be another's."""
        return {**self.c_of, function.name: function.c_name}

    def imported_constants(self, aliases):
        found = {}
        for name, dotted in aliases.items():
            try:
                value = self.outside(dotted)
            except Unresolved:
                continue
            if is_plain(value):
                found[name] = value
        return found

    def translate(self, function):
        function.body = body.translate(function.node, self.context(function))
        flags = self.module.not_unless.get(function.name)
        if flags:
            arguments = ["unit", ctext.string(function.name), *[ctext.string(ctext.name(flag)) for flag in flags],
                         "NULL"]
            function.body.lines[:0] = [*ctext.call("reactive_not_unless", arguments, 0, ";"), ""]
        for call in function.body.calls:
            self.module.calls.append((function.name, call))
        text = "\n".join(function.body.lines)
        for kind, line, original in MARKER.findall(text):
            self.module.markers.append((function.name, kind, int(line), original))

    def translate_all(self):
        done = 0
        while done < len(self.functions):
            function = self.functions[done]
            done += 1
            self.translate(function)
            for helper in function.body.helpers:
                node = self.module.functions.get(helper)
                if node is not None:
                    self.add(helper, node, "helper")
        self.functions.sort(key=lambda function: function.node.lineno)

    # --- tables ---

    def handler_rows(self):
        rows = []
        for handler in self.module.handlers:
            function = self.by_node[id(handler.node)]
            plain = names.to_c_identifier(handler.name)
            handler.id = self.ids.give(handler.name if function.c_name == plain else function.c_name)
            handler.c_function = function.c_name
            handler.is_complete = function.body.is_complete
            handler.calls = function.body.calls
            rows.extend(handler_row(handler, function.c_name))
        for action in self.actions:
            function = self.by_node.get(id(action.node))
            c_name = function.c_name if function is not None else self.missing_action(action)
            action.is_complete = function is not None and function.body.is_complete
            action.id = self.ids.give(c_name)
            action.c_function = c_name
            action.c_module = self.module.c_name
            if action.id == c_name:
                rows.append(f"  ACTION ({ctext.string(action.name)}, {c_name}),")
            else:
                rows.extend(written_row(action.id, c_name, "CONDITIONS ({ REACTIVE_CONDITION_ACTION, REACTIVE_NAMES ("
                                        f"{ctext.string(action.name)}) }})", None))
        return rows

    def missing_action(self, action):
        """An action whose script is not Python, or is not there."""
        c_name = self.c_names.give(names.to_c_identifier(action.name.replace("-", "_")))
        place = f"{action.path or 'actions/' + action.name}:1"
        source = ctext.comment_text(action.text) if action.text else []
        comment = [ctext.comment_text(place)[0], "", *(source or [action.why])]
        self.extra.extend([*ctext.block_comment(comment), "static gboolean", f"{c_name} (ReactiveUnit *unit, GError **error)", "{",
                           *ctext.call("PORT_TODO", [ctext.string(place),
                                                     ctext.string(f"the action {action.name}: {action.why}")], 2, ";"),
                           "", "  return TRUE;", "}", ""])
        return c_name

    def trigger_rows(self):
        rows = []
        for trigger in self.module.triggers:
            if trigger.callback is not None:
                continue
            fields = trigger_fields(trigger)
            row = "  { " + ", ".join(fields) + " },"
            if len(row) <= ctext.WIDTH:
                rows.append(row)
            else:
                rows.extend(["  {", *[f"    {field}," for field in fields], "  },"])
        return rows

    # --- start and finish ---

    def moment(self, kind):
        """What `.start` or `.finish` is: a name, and the lines that define it."""
        callbacks = [entry for entry in self.module.callbacks if entry.kind == kind]
        steps = []
        if kind == "start" and self.load is not None:
            steps.append([f"  if (!{self.load.c_name} (unit, error))", "    return FALSE;"])
        for callback in callbacks if kind == "start" else reversed(callbacks):
            if callback.function is None:
                steps.append(ctext.call("PORT_TODO", [ctext.string(f"{self.module.path}:{callback.line}"),
                                                      ctext.string(ctext.name(callback.text))], 2, ";"))
            else:
                function = self.by_node[id(self.module.functions[callback.function])]
                steps.append([f"  if (!{function.c_name} (unit, error))", "    return FALSE;"])
        triggers = [trigger for trigger in self.module.triggers if trigger.callback is not None]
        registrations = self.registrations(triggers) if kind == "start" else []
        if not steps and not registrations:
            return None, []
        if len(steps) == 1 and not registrations and "return FALSE" in steps[0][-1]:
            return steps[0][0].split("!")[1].split(" ")[0], []
        name = f"{kind}_hook"
        lines = ["static gboolean", f"{name} (ReactiveUnit *unit, GError **error)", "{", *registrations,
                 *[line for step in steps for line in step], "", "  return TRUE;", "}", ""]
        return name, lines

    def registrations(self, triggers):
        """Triggers with a callback cannot stand in the table."""
        declared, calls = [], []
        for number, trigger in enumerate(triggers, 1):
            fields = ", ".join(trigger_fields(trigger))
            declared.append(f"  const ReactiveTrigger trigger_{number} = {{ {fields} }};")
            callback = "NULL"
            if trigger.callback:
                function = self.by_node[id(self.module.functions[trigger.callback])]
                callback = self.callback_of(function)
            calls.extend(ctext.call("reactive_register_trigger",
                                    ["unit", f"&trigger_{number}", callback, "/* data= */ NULL"], 2, ";"))
        return [*declared, "", *calls] if declared else []

    def callback_of(self, function):
        """A trigger's callback returns nothing: its failure is logged."""
        c_name = f"{function.c_name}_on_trigger"
        if c_name not in self.c_names.taken:
            self.c_names.give(c_name)
            self.extra.extend([
                "static void", f"{c_name} (ReactiveUnit *unit, gpointer data)", "{",
                "  g_autoptr (GError) error = NULL;", "", f"  if (!{function.c_name} (unit, &error))",
                *ctext.call("reactive_log_printf",
                            ["unit", "REACTIVE_LOG_ERROR", ctext.string(f"{function.name}: %s"),
                             'error != NULL ? error->message : "failed"'], 4, ";"), "}", ""])
        return c_name

    # --- the file ---

    def emit(self):
        """The C text; None where the file has nothing that the engine would call."""
        self.entries()
        self.translate_all()
        rows, triggers = self.handler_rows(), self.trigger_rows()
        start, start_lines = self.moment("start")
        finish, finish_lines = self.moment("finish")
        if not rows and not triggers and start is None and finish is None:
            return None
        self.module.is_emitted = True
        lines = [f"/* From {ctext.comment_text(self.module.path)[0]}, by `reactive port`; PORTING.md says what needs a "
                 "hand. */", "#include <reactive.h>", "", '#include "port.h"', ""]
        lines.extend(self.prototypes())
        for function in self.functions:
            lines.extend(function.lines(self.module.path))
        lines.extend([*self.extra, *start_lines, *finish_lines])
        exported = []
        if rows:
            lines.extend(["static const ReactiveHandler handlers[] = {", *rows, "};", ""])
            exported.append("HANDLERS (handlers)")
        if triggers:
            lines.extend(["static const ReactiveTrigger triggers[] = {", *triggers, "};", ""])
            exported.append("TRIGGERS (triggers)")
        exported.extend([f".start = {start}"] if start else [])
        exported.extend([f".finish = {finish}"] if finish else [])
        lines.extend(ctext.call("REACTIVE_MODULE", exported, 0, ";"))
        return "\n".join(lines) + "\n"

    def prototypes(self):
        """Functions that others call are declared first."""
        called = {helper for function in self.functions for helper in function.body.helpers}
        lines = []
        for function in self.functions:
            if function.name in called:
                lines.append(" ".join(function.body.prototype.split("\n")) + ";")
        return [*lines, ""] if lines else []


def names_around(tree, function):
    """What the functions around a function bind: in it these names are not the file's."""
    found = set()
    for node in ast.walk(tree) if function not in tree.body else ():
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node is not function and any(
                inner is function for inner in ast.walk(node)):
            found.update(item.arg for item in ast.walk(node.args) if isinstance(item, ast.arg))
            found.update(item.id for item in ast.walk(node) if isinstance(item, ast.Name)
                         and not isinstance(item.ctx, ast.Load))
    return found


def without(names_of_file, hidden):
    return {name: value for name, value in names_of_file.items() if name not in hidden}


def load_statements(module):
    """The statements of the file itself that do something to the unit when Python loads it, as setting flags does."""
    found = []
    if module.kind != "handlers":
        return found
    for statement in module.tree.body:
        if not isinstance(statement, (ast.Expr, ast.If, ast.Try, ast.For, ast.With)):
            continue
        nodes = list(ast.walk(statement))
        if any(isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) for node in nodes):
            continue
        if any(isinstance(node, ast.Call) and is_effect(module, node) for node in nodes):
            found.append(statement)
    return found


def is_effect(module, call):
    try:
        callee = Evaluator(dict(module.scope)).value(call.func)
    except Unresolved:
        return False
    dotted = canonical(callee.dotted) if isinstance(callee, Reference) else ""
    return dotted in EFFECTS


def make_function(name, statements):
    """Statements as the body of a function without parameters."""
    arguments = ast.arguments(posonlyargs=[], args=[], vararg=None, kwonlyargs=[], kw_defaults=[], kwarg=None,
                              defaults=[])
    node = ast.FunctionDef(name=name, args=arguments, body=statements, decorator_list=[], returns=None,
                           type_comment=None)
    node.type_params = []  # since Python 3.12
    node.lineno, node.col_offset = statements[0].lineno, 0
    node.end_lineno, node.end_col_offset = statements[-1].end_lineno, statements[-1].end_col_offset
    return node


def condition_text(condition, indent):
    """One condition, with a macro; without names the macros are no C."""
    if condition.kind == "once":
        return ["ONCE"]
    if not condition.names:
        return [f"{{ REACTIVE_CONDITION_{KINDS[condition.kind]}, (const char *const[]){{ NULL }} }}"]
    arguments = [ctext.string(ctext.name(name)) for name in condition.names]
    lines = ctext.call(MACROS[condition.kind], arguments, indent, "")
    return [lines[0][indent:], *lines[1:]]


def handler_row(handler, c_name):
    has_once = any(condition.kind == "once" for condition in handler.conditions)
    if handler.id != c_name or has_once:
        one = ", ".join("".join(condition_text(condition, 0)) for condition in handler.conditions)
        if len(one) + 32 <= ctext.WIDTH:
            text = f"CONDITIONS ({one})"
        else:
            indent = len("    .conditions = CONDITIONS (")
            text = "CONDITIONS (" + (",\n" + " " * indent).join(
                "\n".join(condition_text(condition, indent)) for condition in handler.conditions) + ")"
        return written_row(handler.id, c_name, text, handler.python_id if has_once else None)
    start = f"  HANDLER ({c_name}, "
    one = start + ", ".join("".join(condition_text(condition, 0)) for condition in handler.conditions) + "),"
    if len(one) <= ctext.WIDTH:
        return [one]
    indent = len("  HANDLER (")
    parts = ["\n".join(condition_text(condition, indent)) for condition in handler.conditions]
    return (f"  HANDLER ({c_name},\n" + " " * indent + (",\n" + " " * indent).join(parts) + "),").split("\n")


def written_row(name, c_name, conditions, python_id):
    return ["  {", f"    .name = {ctext.string(name)},", f"    .function = {c_name},",
            *f"    .conditions = {conditions},".split("\n"),
            *([f"    .python_id = {ctext.string(python_id)},"] if python_id else []), "  },"]


def trigger_fields(trigger):
    fields = []
    for field, value in (("when", trigger.when), ("when_not", trigger.when_not), ("set", trigger.set_flag),
                         ("clear", trigger.clear_flag)):
        if value is not None:
            fields.append(f".{field} = {ctext.string(ctext.name(value))}")
    return fields
