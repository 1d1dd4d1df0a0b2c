# SPDX-License-Identifier: Apache-2.0
"""try, except, finally, raise and assert."""

import ast
import builtins

import names
import signatures
import statements
import texts
import truth
from state import Attempt, Kind, source_text
from values import Bare, ByHand, Missing, Value, invoke, negate

# What an error of the engine may be in Python.
EVERYTHING = ("Exception", "BaseException")
ANY = (*EVERYTHING, "OSError", "IOError", "EnvironmentError", "RuntimeError", "HookError")
FAILED = ("subprocess.CalledProcessError", "subprocess.SubprocessError", "subprocess.TimeoutExpired")
MISSING = ("FileNotFoundError",)


def class_name(work, node):
    return names.resolve(node, work.aliases) or names.dotted_text(node) or ""


def names_of_exceptions(work, handler):
    """The exceptions of a clause."""
    if handler.type is None:
        return ["BaseException"]
    nodes = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [class_name(work, node) for node in nodes]


def is_kind(name, wanted, classes):
    """Whether an exception of the class @name is one of @wanted: the file's own classes, and Python's."""
    if name == wanted:
        return True
    if name in classes:
        others = {other: bases for other, bases in classes.items() if other != name}
        return any(is_kind(base, wanted, others) for base in classes[name])
    known, base = getattr(builtins, name, None), getattr(builtins, wanted, None)
    return isinstance(known, type) and isinstance(base, type) and issubclass(known, base)


def find_raised(work, node):
    """The classes of what the body of a try statement raises itself, or the functions of the file that it calls."""
    found = []
    for item in signatures.reach(node.body, work.context):
        if isinstance(item, ast.Raise) and item.exc is not None:
            found.append(raised_class(work, item.exc))
        elif isinstance(item, ast.Assert):
            found.append("AssertionError")
        elif signatures.is_exit(item, work.context):
            found.append("SystemExit")
    return list(dict.fromkeys(found))


def raised_class(work, exception):
    return class_name(work, exception.func if isinstance(exception, ast.Call) else exception) or "Exception"


def test_of(work, handler, failure, raised):
    """The C condition of a clause, "" if it takes every error, or None if no error of C belongs to it."""
    wanted = names_of_exceptions(work, handler)
    caught = [name for name in raised if any(is_kind(name, item, work.context.classes) for item in wanted)]
    passed = [name for name in raised if name not in caught]
    takes = {"any": bool({*ANY} & {*wanted}), "missing": bool({*MISSING} & {*wanted}), "failed": bool({*FAILED} & {*wanted})}
    if takes["any"] or (takes["missing"] and takes["failed"]):
        if not passed:
            return ""
        if {*EVERYTHING} & {*wanted}:
            return f"!{is_raised(failure, passed)}"
        tests = [f"{failure}->domain == REACTIVE_ERROR"]
    else:
        tests = [invoke("port_is_missing", failure)] if takes["missing"] else []
        tests += [invoke("port_has_failed", failure)] if takes["failed"] else []
    tests += [is_raised(failure, caught)] if caught else []
    return f"({' || '.join(tests)})" if len(tests) > 1 else "".join(tests) or None


def is_raised(failure, classes):
    return invoke("port_is_raised", failure, *(texts.quote(name) for name in classes), "NULL")


def write_try(work, node):
    """A try statement."""
    if node.finalbody and (node.handlers or node.orelse):
        # What leaves by a clause comes through the last part, too.
        inner = ast.copy_location(ast.Try(node.body, node.handlers, node.orelse, []), node)
        node = ast.copy_location(ast.Try([inner], [], [], node.finalbody), node)
    try:
        attempt, body = work.attempt(capture_body, node)
    except ByHand:
        attempt, body = Attempt(), statements.capture_block(work, node.body)
    rest = statements.capture_block(work, node.orelse)
    if attempt.failure or attempt.exits:
        work.emit(Bare(write_used(work, node, attempt, body, rest)))
        return
    work.emit(*body, *rest)
    for handler in node.handlers:
        work.emit(f"if ({except_marker(work, handler)})", clause_body(work, handler, None))
    work.emit(*statements.capture_block(work, node.finalbody))


def capture_body(work, node):
    """The lines of the body. ByHand if it needs nothing of a try statement: what leaves it can do so at once."""
    attempt = Attempt(has_finally=bool(node.finalbody))
    work.attempts.append(attempt)
    before = work.markers
    body = statements.capture_block(work, node.body)
    work.attempts.pop()
    if node.handlers and work.markers > before and not attempt.failure:
        # What is left to do in it may fail.
        attempt.failure = work.temporary("failure")
    if not attempt.failure and not node.orelse and not node.finalbody:
        raise ByHand
    return attempt, body


def except_marker(work, handler):
    """The test of a clause that no error of C comes to."""
    return work.marker("PORT_EXCEPT", handler, f"except {source_text(handler.type) if handler.type else ''}")


def clause_body(work, handler, failure):
    """The statements of a clause; its variable is the error's message."""
    outer = work.failure
    work.failure = failure
    if handler.name:
        variable = work.variables.get(handler.name) or work.add_variable(handler.name)
        old = variable.object
        variable.object = Value("error", f"{failure}->message", keeper="other") if failure else None
        work.kinds.setdefault(handler.name, Kind("unknown"))
    try:
        return statements.capture_block(work, handler.body)
    finally:
        work.failure = outer
        if handler.name:
            variable.object = old


def write_used(work, node, attempt, body, rest):
    """A try statement with something in it that fails in C, too, or that leaves it."""
    failure = attempt.failure
    block = [f"g_autoptr (GError) {failure} = NULL;"] if failure else []
    block += [f"gboolean {flag} = FALSE;" for flag in attempt.exits.values()]
    block += ["", "do", body, "while (FALSE);", ""]
    if rest:
        tests = [f"{failure} == NULL"] if failure else []
        block += [f"if ({' && '.join([*tests, *(f'!{flag}' for flag in attempt.exits.values())])})", rest]
    clauses, has_all = write_clauses(work, node, failure)
    block += clauses
    block += statements.capture_block(work, node.finalbody)
    if failure and not has_all:
        target, leave = signatures.error_target(work)
        block += [f"if ({failure} != NULL)", [f"g_propagate_error ({target}, g_steal_pointer (&{failure}));", leave]]
    for kind, flag in attempt.exits.items():
        block += [f"if ({flag})", signatures.leave(work, kind)]
    return block


def write_clauses(work, node, failure):
    """The lines of the clauses, and whether every error is taken."""
    clauses, has_all = [], False
    raised = find_raised(work, node) if failure else []
    for handler in node.handlers:
        test = test_of(work, handler, failure, raised) if failure and not has_all else None
        if test is None:
            test = except_marker(work, handler)
        has_all |= test == ""
        tests = [f"{failure} != NULL"] if failure else []
        tests += [test] if test else []
        clauses += [f"{'else ' if clauses else ''}if ({' && '.join(tests)})", clause_body(work, handler, failure)]
    if failure and not has_all:
        for index in range(1, len(clauses), 2):
            if not statements.is_left(clauses[index]):
                clauses[index] = [*clauses[index], f"g_clear_error (&{failure});"]
    return clauses, has_all


def write_raise(work, node):
    is_error = isinstance(node.exc, ast.Name) and node.exc.id in work.variables
    if node.exc is None or is_error:
        source = work.failure if node.exc is None else work.variables[node.exc.id].object
        if isinstance(source, Value):
            source = source.code.partition("->")[0] if source.type == "error" else None
        if source is None:
            raise ByHand
        target, leave = signatures.error_target(work)
        work.emit(f"g_propagate_error ({target}, g_error_copy ({source}));", leave)
        return
    emit_error(work, node.exc)


def emit_error(work, exception):
    """Sets an error with the class and the text of an exception, and leaves."""
    arguments = exception.args if isinstance(exception, ast.Call) else []
    if arguments and not isinstance(arguments[0], ast.Starred):
        parts = texts.merge(texts.split_text_of(work, arguments[0], True))
    else:
        parts = [source_text(exception)]
    template, values = texts.to_format(work, parts) if parts else ('"%s"', ['""'])
    target, leave = signatures.error_target(work)
    work.emit(f"{invoke('port_raise', target, texts.quote(raised_class(work, exception)), template, *values)};", leave)


def write_assert(work, node):
    test = negate(truth.condition(work, node.test, is_strict=True))
    block = statements.capture_lines(work, lambda work: emit_error(
        work, ast.Call(ast.Name("AssertionError"), [node.msg or ast.Constant(source_text(node))], [])))
    work.emit(f"if ({test.code})", block)


def write_exit(work, node):
    """sys.exit (…)."""
    argument = node.args[0] if node.args else ast.Constant(0)
    try:
        value = texts.format_constant(work, argument)
    except ByHand:
        value, _ = Missing, work.capture(texts.express_text, argument)  # a message, or else it is left to do
    if value in (0, None):
        work.emit("reactive_finish_hook (unit);" if work.is_entry else "port_end (unit);", *signatures.leave(work, "return"))
        return
    text = ast.Constant(f"exit code {value}") if isinstance(value, int) else argument
    emit_error(work, ast.Call(ast.Name("SystemExit"), [text], []))
