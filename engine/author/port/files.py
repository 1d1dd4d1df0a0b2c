# SPDX-License-Identifier: Apache-2.0
"""`with open (…)`: a file that is read or written as a whole."""

import ast

import expressions
import names
import signatures
import statements
import texts
from values import ByHand, Value, invoke


def write_with(work, node):
    """Writes what one statement in the block does with the file."""
    if len(node.items) != 1 or not isinstance(node.items[0].optional_vars, ast.Name) or len(node.body) != 1:
        raise ByHand
    call, name = node.items[0].context_expr, node.items[0].optional_vars.id
    if not isinstance(call, ast.Call) or names.dotted_text(call.func) not in ("open", "io.open") or call.keywords:
        raise ByHand
    if not 1 <= len(call.args) <= 2 or sum(
            isinstance(item, ast.Name) and item.id == name for item in ast.walk(node.body[0])) != 1:
        raise ByHand
    mode = texts.format_constant(work, call.args[1]) if len(call.args) == 2 else "r"
    path = expressions.express_string(work, call.args[0]).code
    if mode in ("r", "rt", "rb"):
        read_file(work, node.body[0], name, path)
    elif mode in ("w", "wt", "wb", "w+"):
        write_file(work, node.body[0], name, path)
    else:
        raise ByHand


def is_call_of(node, name, method, count):
    return (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == method
            and isinstance(node.func.value, ast.Name) and node.func.value.id == name and len(node.args) == count
            and not node.keywords)


def read_file(work, statement, name, path):
    """`x = file.read ()`."""
    if not isinstance(statement, (ast.Assign, ast.Return)) or not is_call_of(statement.value, name, "read", 0):
        raise ByHand
    text = work.temporary("contents")
    work.emit(f"g_autofree char *{text} = NULL;")
    signatures.emit_fallible(work, "port_read_file", "unit", path, f"&{text}")
    if isinstance(statement, ast.Return) or len(statement.targets) != 1 or not isinstance(
            statement.targets[0], ast.Name):
        raise ByHand
    statements.assign(work, statement, statement.targets[0].id,
                      Value("string", invoke("g_steal_pointer", f"&{text}"), is_owned=True))


def write_file(work, statement, name, path):
    """`file.write (x)`."""
    if not isinstance(statement, ast.Expr) or not is_call_of(statement.value, name, "write", 1):
        raise ByHand
    text = expressions.express_string(work, statement.value.args[0]).code
    signatures.emit_fallible(work, "port_write_file", "unit", path, text)
