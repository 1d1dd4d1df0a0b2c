# SPDX-License-Identifier: Apache-2.0
"""Calls that may fail, and the C signatures of a file's own functions."""

import ast
import dataclasses

import expressions
import names
import remains
import texts
from methods import OPTION_TYPES
from state import Kind, source_text, zero_of
from values import ByHand, C_TYPES, Value, invoke

MAX_NESTING = 12
HANDLER = "(ReactiveUnit *unit, GError **error)"
RESULT_TYPES = {"string": "char *", "integer": "gint64 ", "double": "double ", "boolean": "gboolean ",
                "json": "ReactiveJson *", "strings": "GStrv ", "endpoint": "ReactiveEndpoint *"}
RESULT_OWNERS = {"string": "g_autofree char *", "json": "g_autoptr (ReactiveJson) ", "strings": "g_auto (GStrv) "}
EXIT_NAMES = {"break": "is_broken", "continue": "is_continued", "return": "is_returned"}
EXITS = ("sys.exit", "exit", "quit", "os._exit")
ANNOTATIONS = {"str": "string", "int": "integer", "bool": "boolean", "float": "double"}


@dataclasses.dataclass
class Signature:
    """A function of the file as C calls it."""

    c_name: str
    parameters: dict = dataclasses.field(default_factory=dict)  # name → type, "" if it is left out
    defaults: dict = dataclasses.field(default_factory=dict)  # name → the expression
    result: str = ""  # its type, if callers can have it
    is_nullable: bool = False
    is_entry: bool = False  # has the signature of a handler
    may_exit: bool = False  # may end the hook early


# Failing and leaving.


def leave(work, kind):
    """The statements by which a break, continue or return leaves. A try statement on the way has a variable for it."""
    if kind == "return" and not any(attempt.has_finally for attempt in work.attempts):
        return ["return TRUE;"]
    if kind != "return" and (not work.attempts or work.attempts[-1].loops):
        return [f"{kind};"]
    attempt = work.attempts[-1]
    if kind not in attempt.exits:
        work.set(attempt, "exits", {**attempt.exits, kind: work.temporary(EXIT_NAMES[kind])})
    return [f"{attempt.exits[kind]} = TRUE;", "break;"]


def error_target(work):
    """Where an error goes, and the statement that leaves."""
    if work.attempts:
        attempt = work.attempts[-1]
        if not attempt.failure:
            work.set(attempt, "failure", work.temporary("failure"))
        return f"&{attempt.failure}", "break;"
    return "error", "return FALSE;"


def emit_fallible(work, function, *arguments):
    """Calls a function that returns whether it succeeded."""
    target, leave = error_target(work)
    work.emit(f"if (!{invoke(function, *arguments, target)})", [leave])


def emit_nullable(call, function, *arguments):
    """Calls a function whose result is NULL if it failed. Returns the result."""
    work = call.work
    target, leave = error_target(work)
    is_owned = function in ("reactive_run", "port_run_merged", "port_call_tool")
    variable = work.temporary("output" if "run" in function else "address" if "address" in function else "answer")
    work.emit(f"{'g_autofree char' if is_owned else 'const char'} *{variable} = "
              f"{invoke(function, *arguments, target)};",
              f"if ({variable} == NULL)", [leave])
    keeper = {"keeper": "temporary", "variable": variable} if is_owned else {}
    return call.done(variable, "string", is_pure=True, **keeper)


# Signatures.


def is_handler(function, context):
    """Whether a function is called by the engine."""
    if function.name in context.entries:
        return True
    for decorator in function.decorator_list:
        node = decorator.func if isinstance(decorator, ast.Call) else decorator
        dotted = names.resolve(node, context.aliases) or ""
        if dotted.startswith("charms.reactive.") or dotted.endswith((".hookenv.atexit", ".hookenv.atstart")):
            return True
    return False


def c_name_of(name, context):
    return context.c_names.get(name) or names.to_c_identifier(name)


def parameters_of(function):
    """The names of all parameters and their defaults; None if there are more than named ones."""
    arguments = function.args
    if arguments.vararg or arguments.kwarg:
        return None, {}
    plain = [*getattr(arguments, "posonlyargs", []), *arguments.args]
    found = [item.arg for item in [*plain, *arguments.kwonlyargs]]
    defaults = dict(zip([item.arg for item in plain][len(plain) - len(arguments.defaults):], arguments.defaults))
    defaults.update({item.arg: value for item, value in zip(arguments.kwonlyargs, arguments.kw_defaults)
                     if value is not None})
    return found, defaults


def guess_type(node, context):
    """The type of an argument, as far as its text tells."""
    if isinstance(node, ast.JoinedStr):
        return "string"
    try:
        value = names.fold(node, names.Names(context.aliases, context.constants, {}, context.functions))
    except names.NotConstant:
        value = ()
    for type_, name in ((bool, "boolean"), (str, "string"), (int, "integer"), (float, "double"), (type(None), "none")):
        if isinstance(value, type_):
            return name
    if isinstance(node, ast.Call):
        dotted = names.resolve(node.func, context.aliases) or ""
        if dotted.endswith((".is_flag_set", ".is_state", ".is_leader")):
            return "boolean"
        if dotted.endswith((".leader_get", ".local_unit", ".charm_dir", "os.path.join")):
            return "string"
        if dotted.endswith(".hookenv.config") and len(node.args) == 1 and isinstance(node.args[0], ast.Constant):
            return OPTION_TYPES.get(context.options.get(node.args[0].value), "")
        if isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            return "string"
    return ""


def find_arguments(context):
    """What the file's functions are called with: (function, parameter) → the expressions."""
    if "arguments" not in context.shared:
        found = {}
        for function in context.functions.values():
            note_calls(function, context, found)
        context.shared["arguments"] = found
    return context.shared["arguments"]


def note_calls(function, context, found):
    """Notes what a function calls others of the file with."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in context.functions:
            note_arguments(node, context, found)


def note_arguments(node, context, found):
    parameters, _ = parameters_of(context.functions[node.func.id])
    for name, argument in zip(parameters or [], node.args):
        found.setdefault((node.func.id, name), []).append(argument)
    for item in node.keywords:
        found.setdefault((node.func.id, item.arg), []).append(item.value)


def type_of_parameter(function, name, default, context):
    """The C type of a parameter, or "" if it cannot be told."""
    annotations = {item.arg: item.annotation for item in [*getattr(function.args, "posonlyargs", []),
                                                          *function.args.args, *function.args.kwonlyargs]}
    stored = {node.id for node in ast.walk(function)
              if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    if name in stored:
        return ""
    annotation = annotations.get(name)
    if isinstance(annotation, ast.Name) and annotation.id in ANNOTATIONS:
        return ANNOTATIONS[annotation.id]
    nodes = [*find_arguments(context).get((function.name, name), []), *([default] if default is not None else [])]
    guesses = {guess_type(node, context) for node in nodes}
    known = guesses - {"", "none"}
    if len(known) > 1 or known & {"integer", "boolean", "double"} and "none" in guesses:
        return "json" if "" not in guesses else ""
    return "".join(known)


def signature_of(function, context):
    """A function of the file as C calls it."""
    signatures = context.shared.setdefault("signatures", {})
    if function.name in signatures and signatures[function.name][0] is function:
        return signatures[function.name][1]
    signature = Signature(c_name_of(function.name, context), is_entry=is_handler(function, context))
    signatures[function.name] = (function, signature)
    parameters, defaults = parameters_of(function)
    for name in parameters or []:
        type_ = type_of_parameter(function, name, defaults.get(name), context)
        signature.parameters[name] = type_
    signature.defaults = defaults
    signature.may_exit = may_exit([function], context)
    if not signature.is_entry:
        find_result(function, context, signature)
    return signature


def reach(statements, context):
    """The nodes of statements, and of the functions of the file that they call."""
    waiting, seen = list(statements), set()
    while waiting:
        for node in ast.walk(waiting.pop()):
            yield node
            name = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else None
            if name in context.functions and name not in seen:
                seen.add(name)
                waiting.append(context.functions[name])


def is_exit(node, context):
    return isinstance(node, ast.Call) and (
        names.resolve(node.func, context.aliases) or names.dotted_text(node.func)) in EXITS


def may_exit(statements, context):
    """Whether statements may call sys.exit, themselves or through functions of the file."""
    return any(is_exit(node, context) for node in reach(statements, context))


def has_result(function):
    """Whether a function returns anything, by its own return statements."""
    waiting = list(function.body)
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.Return) and node.value is not None and not (
                isinstance(node.value, ast.Constant) and node.value.value is None):
            return True
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            waiting += ast.iter_child_nodes(node)
    return False


def find_result(function, context, signature):
    """The type of what a function returns: translating it tells."""
    depth = context.shared.get("nesting", 0)
    if not has_result(function) or depth >= MAX_NESTING:
        return
    context.shared["nesting"] = depth + 1
    try:
        import body

        kind = body.find_result(function, context)
    finally:
        context.shared["nesting"] = depth
    if kind.type in RESULT_TYPES:
        signature.result, signature.is_nullable = kind.type, kind.is_nullable


def prototype_of(function, context):
    """The beginning of the definition of a function."""
    signature = signature_of(function, context)
    if signature.is_entry or context.kind != "helper":
        return f"static gboolean\n{signature.c_name} {HANDLER}"
    taken, parameters = {"unit", "error", "out_result"}, ["ReactiveUnit *unit"]
    for name, type_ in signature.parameters.items():
        if type_:
            parameters.append(f"{C_TYPES[type_]}{parameter_name(name, taken)}")
    if signature.result:
        parameters.append(f"{RESULT_TYPES[signature.result]}*out_result")
    parameters.append("GError **error")
    return f"static gboolean\n{signature.c_name} ({', '.join(parameters)})"


def parameter_name(name, taken):
    c_name = names.to_c_identifier(name)
    while c_name in taken:
        c_name += "_"
    taken.add(c_name)
    return c_name


# Calls.


def has_unknown_decorator(function, context):
    """A decorator that may do anything with the function."""
    return bool(function.decorator_list) and not is_handler(function, context)


def call_function(work, node, name):
    """A call of a function of the file. Its value is a variable, if it has one."""
    function = work.context.functions[name]
    if not isinstance(function, ast.FunctionDef) or has_unknown_decorator(function, work.context):
        raise ByHand
    if any(isinstance(item, (ast.Yield, ast.YieldFrom)) for item in ast.walk(function)):
        raise ByHand
    signature = signature_of(function, work.context)
    arguments = bind_arguments(work, node, function, signature)
    if signature.is_entry or not signature.result:
        emit_fallible(work, signature.c_name, "unit", *arguments)
        value = Value("void" if not has_result(function) else "unknown", "")
    else:
        variable = work.temporary(f"{signature.result}_result" if signature.result != "string" else "result")
        owner = RESULT_OWNERS.get(signature.result) or RESULT_TYPES[signature.result]
        work.emit(f"{owner}{variable} = {zero_of(signature.result)};")
        emit_fallible(work, signature.c_name, "unit", *arguments, f"&{variable}")
        value = texts.owned_variable(signature.result, variable, signature.is_nullable, keeper="temporary")
    if signature.may_exit:
        work.emit("if (port_has_ended (unit))", leave(work, "return"))
    if name not in work.helpers:
        work.helpers.append(name)
    return value


def bind_arguments(work, node, function, signature):
    """The codes of the arguments that the C function takes."""
    if any(isinstance(item, ast.Starred) for item in node.args) or any(item.arg is None for item in node.keywords):
        raise ByHand
    parameters, defaults = parameters_of(function)
    if parameters is None or len(node.args) > len(parameters):
        raise ByHand
    given = dict(zip(parameters, node.args))
    given.update({item.arg: item.value for item in node.keywords})
    if set(given) - set(parameters) or any(name not in given and name not in defaults for name in parameters):
        raise ByHand
    codes = []
    for name in parameters:
        if signature.is_entry:
            check_same(given.get(name), defaults.get(name), function, name)
        elif signature.parameters[name]:
            codes.append(argument_code(work, given.get(name, defaults.get(name)), signature.parameters[name]))
        elif name in given and is_read(function, name):
            text = f"the argument {name}={source_text(given[name])} of {function.name}"
            work.emit(f"{remains.mark(work, 'PORT_TODO', node, text, [given[name]])};")
    return codes


def is_read(function, name):
    return any(isinstance(node, ast.Name) and node.id == name for node in ast.walk(function))


def check_same(argument, default, function, name):
    """A handler takes no arguments: only its defaults can be passed, and what it does not look at."""
    if argument is None or (default is not None and ast.dump(argument) == ast.dump(default)):
        return
    if is_read(function, name):
        raise ByHand


def argument_code(work, node, type_):
    if type_ == "json":
        return texts.express_json(work, node).code
    value = expressions.express(work, node)
    if value.type == "none" and type_ == "string":
        return "NULL"
    if type_ == "string" and value.type == "json":
        return texts.text_of(work, node).code
    if value.type != type_ and not (type_ == "double" and value.type == "integer"):
        raise ByHand
    return texts.borrow(work, value).code


def learn_parameters(work):
    """Makes the parameters of the function variables, as far as C has them."""
    function, context = work.function, work.context
    signature = signature_of(function, context)
    is_helper = context.kind == "helper" and not signature.is_entry
    taken = {"unit", "error", "out_result"}
    found, _ = parameters_of(function)
    if found is None:
        found = [item.arg for item in ast.walk(function.args) if isinstance(item, ast.arg)]
    for name in found:
        type_ = signature.parameters.get(name, "")
        variable = work.variables.get(name) or work.add_variable(name)
        variable.is_parameter = variable.is_declared = True
        if is_helper and type_:
            variable.c_name = parameter_name(name, taken)
            work.taken.add(variable.c_name)
            work.kinds[name] = Kind(type_, is_nullable=type_ == "string" and may_be_none(function, name, context))
        else:
            set_default(work, name, variable, signature.defaults.get(name))


def may_be_none(function, name, context):
    """Whether a string parameter may be NULL: unless every argument is plainly a text."""
    nodes = list(find_arguments(context).get((function.name, name), []))
    default = parameters_of(function)[1].get(name)
    nodes += [default] if default is not None else []
    return not all(isinstance(node, (ast.JoinedStr, ast.BinOp)) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)) for node in nodes)


def set_default(work, name, variable, default):
    """A parameter that the engine does not pass has its default, if the function does not change it."""
    work.kinds[name] = Kind("unknown")
    if default is None or isinstance(default, ast.Constant) and default.value is None:
        return
    if name in work.blocks.stored:
        return
    try:
        value = work.attempt(expressions.express, default)
    except ByHand:
        return
    if value.is_pure and value.literal is not None and not value.items:
        variable.object = value
