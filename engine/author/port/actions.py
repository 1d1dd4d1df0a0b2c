# SPDX-License-Identifier: Apache-2.0
"""The scripts in actions/ → one function for each action."""

import ast
import os

from emit import make_function
from model import Action, PortError

DIRECTORY = "actions"


def read_actions(reader, declared):
    """An Action for each that actions.yaml declares, and an item for each script that belongs to none."""
    modules = {}
    scripts = set()
    for name in sorted(declared):
        if not isinstance(declared[name], (dict, type(None))):
            reader.charm.note("hand", "actions.yaml", 1, "action", f"{name}: is no mapping")
        reader.charm.actions.append(read_action(reader, name, modules, scripts))
    for path in reader.tree.list(DIRECTORY):
        if path in scripts or os.path.basename(path).startswith("."):
            continue
        text = "belongs to no action of actions.yaml by itself"
        reader.charm.note("none", path, 1, "file", text)


def read_action(reader, name, modules, scripts):
    path = f"{DIRECTORY}/{name}"
    action = Action(name, path, 1)
    if not os.path.lexists(reader.tree.full(path)):
        action.path, action.why = "", "there is no script for it"
        return action
    scripts.add(path)
    if not reader.tree.is_file(path):
        action.why = "its script is no file of the charm"
        return action
    # Several actions may be one script.
    real = os.path.relpath(os.path.realpath(reader.tree.full(path)), reader.tree.directory)
    scripts.add(real)
    action.path = real
    try:
        data = reader.tree.read(real)
        if not is_python(data, real):
            action.text = data.decode("utf-8", "replace")
            action.why = "its script is not Python"
            return action
        if real not in modules:
            modules[real] = reader.read_module(real, "action", "__main__")
            modules[real].items = [item for item in modules[real].items if item.what != "statement"]
        action.module = modules[real]
    except PortError as error:
        action.why = str(error)
        return action
    find_function(action)
    return action


def is_python(data, path):
    first = data.split(b"\n", 1)[0]
    return path.endswith(".py") or first.startswith(b"#!") and b"python" in first


def find_function(action):
    """What the script does for this action: by a table from names to functions, by its name, or as a whole."""
    module = action.module
    node = find_in_tables(action.name, module) or module.functions.get(action.name.replace("-", "_"))
    if node is None:
        node = make_main(action, module)
    if node is None:
        action.why = "the script does nothing by itself"
        return
    action.node = node
    action.line = getattr(node, "lineno", 1)


def find_in_tables(name, module):
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Dict):
            continue
        for key, value in zip(node.keys, node.values):
            if isinstance(key, ast.Constant) and key.value == name and isinstance(value, ast.Name):
                found = module.functions.get(value.id)
                if found is not None:
                    return found
    return None


def make_main(action, module):
    """The statements that the script executes, as one function."""
    statements = []
    for statement in module.tree.body:
        if isinstance(statement, (ast.Import, ast.ImportFrom, ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            continue
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        if is_constant(statement, module):
            continue
        statements.extend(statement.body if is_main_test(statement) else [statement])
    only = called_function(statements, module)
    if only is not None:
        return only
    if not statements:
        return None
    return make_function(action.name.replace("-", "_"), statements)


def is_main_test(statement):
    return (isinstance(statement, ast.If) and not statement.orelse and isinstance(statement.test, ast.Compare)
            and isinstance(statement.test.left, ast.Name) and statement.test.left.id == "__name__")


def is_constant(statement, module):
    return (isinstance(statement, ast.Assign) and len(statement.targets) == 1
            and isinstance(statement.targets[0], ast.Name) and statement.targets[0].id in module.constants)


def called_function(statements, module):
    """`main ()` or `sys.exit (main (sys.argv))` as all that is done."""
    statements = [entry for entry in statements if not is_path_change(entry)]
    if len(statements) != 1 or not isinstance(statements[0], ast.Expr):
        return None
    call = statements[0].value
    for _ in range(2):
        if not isinstance(call, ast.Call):
            return None
        if isinstance(call.func, ast.Name) and call.func.id in module.functions:
            return module.functions[call.func.id]
        call = call.args[0] if len(call.args) == 1 else None
    return None


def is_path_change(statement):
    """sys.path.append() and bootstrap_charm_deps(), which a C charm has no use for."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return False
    text = ast.unparse(statement.value.func)
    return text.startswith("sys.path.") or text.endswith("bootstrap_charm_deps")
