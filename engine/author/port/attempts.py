# SPDX-License-Identifier: Apache-2.0
"""try, except, finally, raise and assert."""

import ast

import names
import signatures
import statements
import texts
import truth
from state import Attempt, Kind, source_text
from values import Bare, ByHand, Value, invoke, negate

# What an error of the engine may be in Python.
ANY = ("Exception", "BaseException", "OSError", "IOError", "EnvironmentError", "RuntimeError", "HookError")
FAILED = ("subprocess.CalledProcessError", "subprocess.SubprocessError", "subprocess.TimeoutExpired")
MISSING = ("FileNotFoundError",)


def names_of_exceptions(work, handler):
    """The exceptions of a clause."""
    if handler.type is None:
        return ["Exception"]
    nodes = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return [names.resolve(node, work.aliases) or names.dotted_text(node) or "" for node in nodes]


def test_of(work, handler, failure):
    """The C condition of a clause, "" if it takes every error, or None if no error of C belongs to it."""
    found = names_of_exceptions(work, handler)
    if any(name in ANY for name in found):
        return ""
    tests = []
    missing = f"g_error_matches ({failure}, REACTIVE_ERROR, REACTIVE_ERROR_NOT_FOUND)"
    if any(name in MISSING for name in found):
        tests.append(missing)
    if any(name in FAILED for name in found):
        tests.append(f"!{missing}")
    if len(tests) == 2:
        return ""
    return tests[0] if tests else None


def write_try(work, node):
    """A try statement."""
    attempt = Attempt(work.temporary("failure"))
    outer = list(work.attempts)
    if node.finalbody and has_exit(node):
        # What is done on the way out would have to stand at each exit.
        work.emit(f"{work.marker('PORT_TODO', node, 'finally, before each return and break of this try')};")
    work.attempts.append(attempt)
    try:
        body = statements.capture_block(work, node.body)
    finally:
        del work.attempts[len(outer):]
    rest = statements.capture_block(work, node.orelse) if node.orelse else []
    if attempt.is_used:
        work.emit(Bare(write_used(work, node, attempt, body, rest)))
    else:
        work.emit(*body, *rest)
        for handler in node.handlers:
            work.emit(*unreached_clause(work, handler))
        if node.finalbody:
            work.emit(*statements.capture_block(work, node.finalbody))


def has_exit(node):
    """Whether a try statement is left by return, break or continue."""
    return any(isinstance(item, (ast.Return, ast.Break, ast.Continue))
               for part in [*node.body, *node.handlers, *node.orelse] for item in ast.walk(part))


def unreached_clause(work, handler):
    """A clause that no error of C comes to."""
    marker = work.marker("PORT_EXCEPT", handler, f"except {source_text(handler.type) if handler.type else ''}")
    return [f"if ({marker})", clause_body(work, handler, None)]


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
    """A try statement with something in it that fails in C, too."""
    failure = attempt.failure
    block = [f"g_autoptr (GError) {failure} = NULL;", "", "do", body, "while (FALSE);", ""]
    clauses, unreached, has_all = [], [], False
    for handler in node.handlers:
        test = test_of(work, handler, failure)
        if test is None or has_all:
            unreached += unreached_clause(work, handler)
            continue
        has_all = test == ""
        head = f"{failure} != NULL{f' && {test}' if test else ''}"
        clauses += [f"{'else ' if clauses else ''}if ({head})", clause_body(work, handler, failure)]
    if not has_all:
        for index in range(1, len(clauses), 2):
            if not statements.is_left(clauses[index]):
                clauses[index] = [*clauses[index], f"g_clear_error (&{failure});"]
    if rest:
        block += [f"if ({failure} == NULL)", rest]
    block += clauses
    block += statements.capture_block(work, node.finalbody) if node.finalbody else []
    if not has_all:
        target, leave = signatures.error_target(work)
        block += [f"if ({failure} != NULL)", [f"g_propagate_error ({target}, g_steal_pointer (&{failure}));", leave]]
    return [*block, *unreached]


def write_raise(work, node):
    if node.exc is None:
        if work.failure is None:
            raise ByHand
        target, leave = signatures.error_target(work)
        work.emit(f"g_propagate_error ({target}, g_error_copy ({work.failure}));", leave)
        return
    emit_error(work, node.exc)


def emit_error(work, exception):
    """Sets an error with the text of an exception, and leaves."""
    arguments = exception.args if isinstance(exception, ast.Call) else []
    if isinstance(exception, ast.Name) and exception.id in work.variables:
        arguments = [exception]
    if arguments and not isinstance(arguments[0], ast.Starred):
        parts = texts.merge(texts.split_text_of(work, arguments[0], True))
    else:
        parts = [source_text(exception)]
    template, values = texts.to_format(work, parts) if parts else ('"%s"', ['""'])
    target, leave = signatures.error_target(work)
    work.emit(f"{invoke('g_set_error', target, 'REACTIVE_ERROR', 'REACTIVE_ERROR_FAILED', template, *values)};", leave)


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
        value = 1
    if value in (0, None):
        work.emit("reactive_finish_hook (unit);" if work.is_entry else "port_end (unit);", "return TRUE;")
        return
    text = ast.Constant(f"exit code {value}") if isinstance(value, int) else argument
    emit_error(work, ast.Call(ast.Name("SystemExit"), [text], []))
