# SPDX-License-Identifier: Apache-2.0
"""Statements of Python in C. One that has no C becomes a marker in its place."""

import ast
import dataclasses
import re

import attempts
import expressions
import files
import methods
import names
import remains
import signatures
import state
import texts
import truth
from state import Unused, is_object, own, set_code
from values import AND, C_TYPES, OWNED_TYPES, Bare, ByHand, Value, invoke


def capture_lines(work, function, *arguments):
    _, lines = work.capture(function, *arguments)
    return lines


def capture_block(work, statements):
    """The lines of a block, with the declarations that belong to it."""
    lines = capture_lines(work, write_block, statements)
    number = work.blocks.numbers.get(id(statements))
    if number is not None:
        work.declare_at_start(lines, number)
    return lines


def write_block(work, statements):
    for statement in statements:
        write_statement(work, statement)


def write_statement(work, node):
    """A statement, or a marker."""
    writer = STATEMENTS.get(type(node))
    try:
        if writer is None:
            raise ByHand
        with work.deeper():
            work.attempt(writer, node)
    except ByHand:
        leave_to_do(work, node)


def leave_to_do(work, node):
    """A marker for a statement without C; what it assigns or changes is unknown from then on."""
    work.emit(f"{remains.mark(work, 'PORT_TODO', node)};")
    for item in ast.walk(node):
        if isinstance(item, ast.Name) and not isinstance(item.ctx, ast.Load) and item.id in work.variables:
            work.learn(item.id, None)


def write_expression(work, node):
    value = node.value
    if isinstance(value, ast.Constant):
        return
    if isinstance(value, ast.Call):
        dotted = expressions.resolve(work, value.func) or names.dotted_text(value.func)
        if dotted in signatures.EXITS:
            attempts.write_exit(work, value)
            return
        if isinstance(value.func, ast.Attribute) and value.func.attr in names.MUTATORS and (
                write_change(work, value)):
            return
    result = expressions.express(work, value)
    if is_object(result) or result.is_pure or not result.code:
        return
    if result.code.startswith("/*"):
        work.emit(result.code)
        return
    work.emit(f"{invoke('g_free', result.code)};" if result.is_owned and result.type == "string"
              else f"{result.code};" if not result.is_owned else by_hand())


def by_hand():
    raise ByHand


def write_change(work, node):
    """`list.append (x)`, `dict.update ({…})`, `databag.update ({…})`. Returns: whether it is one."""
    target, method = node.func.value, node.func.attr
    kind = work.kinds.get(target.id) if isinstance(target, ast.Name) and target.id in work.variables else None
    if kind is None:
        return method == "update" and write_update(work, node)
    if kind.type == "strings" and len(node.args) == 1 and not node.keywords and method in ("append", "extend"):
        add_to_list(work, node, target.id, node.args[0], method)
        return True
    if kind.type == "object" and method == "update":
        add_members(work, target.id, node)
        return True
    if kind.type in ("strings", "json", "object"):
        raise ByHand
    return method == "update" and write_update(work, node)


def mutable(work, name):
    """The C name of a list or object that may be changed in place."""
    variable = work.variables[name]
    kind = work.kinds[name]
    if variable.is_parameter or variable.object is not None or not (kind.is_owned or kind.type == "object"):
        raise ByHand
    work.set(variable, "uses", variable.uses + 1)
    return variable.c_name


def add_to_list(work, node, name, item, method):
    c_name = mutable(work, name)
    if method == "append":
        work.emit(f"{invoke('port_append', f'&{c_name}', expressions.express_string(work, item).code)};")
        return
    value = expressions.express(work, item)
    if value.type != "strings" or value.variable == c_name:
        raise ByHand
    work.emit(f"{invoke('port_extend', f'&{c_name}', expressions.materialise(work, value).code)};")


def add_members(work, name, node):
    c_name = mutable(work, name)
    if len(node.args) > 1 or any(item.arg is None for item in node.keywords):
        raise ByHand
    pairs = [(ast.Constant(item.arg), item.value) for item in node.keywords]
    if node.args:
        if not isinstance(node.args[0], ast.Dict) or None in node.args[0].keys:
            raise ByHand
        pairs = [*zip(node.args[0].keys, node.args[0].values), *pairs]
    for key, item in pairs:
        set_member(work, c_name, key, item)


def set_member(work, c_name, key, item):
    code = texts.nested_json(work, item)
    work.emit(f"{invoke('reactive_json_object_set', c_name, expressions.express_string(work, key).code, code)};")


def write_update(work, node):
    """`databag.update ({…})` over a dict that is written out."""
    target = work.attempt(expressions.express, node.func.value)
    if target.type not in ("databag", "databag-raw") or len(node.args) != 1 or node.keywords:
        return False
    items = node.args[0]
    if not isinstance(items, ast.Dict) or None in items.keys:
        raise ByHand
    for key, item in zip(items.keys, items.values):
        work.emit(methods.publish(work, target, key, item))
    return True


# Assignments.


def write_assign(work, node):
    if len(node.targets) != 1:
        raise ByHand
    write_binding(work, node, node.targets[0], node.value)


def write_annotated(work, node):
    if node.value is not None:
        write_binding(work, node, node.target, node.value)


def write_binding(work, node, target, value):
    if isinstance(target, ast.Name):
        result = expressions.express(work, value)
        if result.type == "strings" and isinstance(value, ast.Name) and work.mutated & {target.id, value.id}:
            # One list under two names.
            work.learn(value.id, None)
            raise ByHand
        assign(work, node, target.id, result)
    elif isinstance(target, ast.Subscript):
        index = target.slice.value if type(target.slice).__name__ == "Index" else target.slice
        name = target.value.id if isinstance(target.value, ast.Name) else None
        if name in work.variables and name in work.kinds and work.kinds[name].type == "object":
            set_member(work, mutable(work, name), index, value)
            return
        container = expressions.express(work, target.value)
        if container.type not in ("databag", "databag-raw"):
            raise ByHand
        work.emit(methods.publish(work, container, index, value))
    elif isinstance(target, (ast.Tuple, ast.List)):
        unpack(work, node, target, value)
    else:
        raise ByHand


def unpack(work, node, target, value):
    """`a, b = …`."""
    if not all(isinstance(item, ast.Name) for item in target.elts):
        raise ByHand
    if isinstance(value, (ast.Tuple, ast.List)) and len(value.elts) == len(target.elts):
        used = {item.id for item in ast.walk(value) if isinstance(item, ast.Name)}
        if used & {item.id for item in target.elts}:
            raise ByHand
        for name, item in zip(target.elts, value.elts):
            assign(work, node, name.id, expressions.express(work, item))
        return
    result = expressions.express(work, value)
    if result.type != "status" or len(target.elts) != 2:
        raise ByHand
    work.mark(value)
    for name, code in zip(target.elts, ("reactive_get_status (unit)", "reactive_get_status_message (unit)")):
        assign(work, node, name.id, Value("string", code, is_nullable=True))


def assign(work, node, name, value):
    """Binds a variable."""
    variable = work.variables[name]
    if variable.is_parameter:
        raise ByHand
    if is_object(value) or value.type == "void":
        bind_object(work, node, name, value)
        return
    if value.type == "error":
        value = Value("string", value.code, keeper=value.keeper)
    if value.items and keep_list(work, node, name, value):
        return
    value = hold(work, node, variable, value)
    kind = work.learn(name, value)
    if kind.type not in C_TYPES:
        if kind.type == "none":
            return
        raise ByHand
    if variable.birth is node and not variable.is_declared:
        work.set(variable, "is_declared", True)
        code = "NULL" if value.type == "none" else own(value) if kind.is_owned else value.code
        work.emit(f"{work.declaration(name)} = {code};", Unused(name))
        return
    work.set(variable, "is_assigned", True)
    work.emit(set_code(kind, variable, value))


def is_literal_list(value):
    return all(isinstance(item.literal, str) for item in value.items)


def keep_list(work, node, name, value):
    """A list of literals that a variable has from its declaration on is an array of that name."""
    variable = work.variables[name]
    if name in work.mutated or not is_literal_list(value) or variable.birth is not node or variable.is_declared or name in find_rebound(work):
        return False
    if work.learn(name, Value("strings")).type != "strings":
        raise ByHand
    work.set(variable, "is_declared", True)
    work.set(variable, "object", dataclasses.replace(value, code=variable.c_name))
    work.emit(f"static const char *const {variable.c_name}[] = {expressions.array_of(value)};", Unused(name))
    return True


def hold(work, node, variable, value):
    """A value that a variable can hold for as long as it is there."""
    name = next(name for name, other in work.variables.items() if other is variable)
    if value.is_built:
        return Value("object", invoke("g_steal_pointer", f"&{value.variable}"), is_owned=True)
    if value.items and name in work.mutated:
        codes = [item.code.replace("\n", " ") for item in value.items]
        return Value("strings", invoke("port_new_list", *codes, "NULL"), is_owned=True)
    if value.items and value.code:
        return Value("strings", value.code, is_pure=True)
    if value.items:
        if is_literal_list(value):
            items = work.temporary("items")
            work.emit(f"static const char *const {items}[] = {expressions.array_of(value)};")
            return Value("strings", items, is_pure=True)
        value = expressions.materialise(work, value, "items")
    if not value.keeper or value.is_owned or value.type not in OWNED_TYPES:
        return value
    if isinstance(node, ast.For) and variable.birth is node:
        return value
    if value.keeper == "temporary":
        return Value(value.type, invoke("g_steal_pointer", f"&{value.variable}"), is_owned=True,
                     is_nullable=value.is_nullable)
    return Value(value.type, own(value), is_owned=True, is_nullable=value.is_nullable)


def is_left(lines):
    """Whether a block ends with a statement that leaves it."""
    return bool(lines) and isinstance(lines[-1], str) and lines[-1].startswith(("return ", "break;", "continue;"))


def bind_object(work, node, name, value):
    """A name for what has no variable in C: it must be bound once."""
    variable = work.variables[name]
    if value.type in ("void", "unknown") or variable.birth is not node or name in find_rebound(work):
        raise ByHand
    work.set(variable, "object", value)


def find_rebound(work):
    """The names that are bound more than once."""
    counts = {}
    for item in ast.walk(work.function):
        if isinstance(item, ast.Name) and not isinstance(item.ctx, ast.Load):
            counts[item.id] = counts.get(item.id, 0) + 1
    return {name for name, count in counts.items() if count > 1}


def write_augmented(work, node):
    """`a += b`."""
    if not isinstance(node.target, ast.Name):
        raise ByHand
    kind = work.kinds.get(node.target.id)
    if kind is not None and kind.type == "strings":
        if not isinstance(node.op, ast.Add):
            raise ByHand
        add_to_list(work, node, node.target.id, node.value, "extend")
        return
    load = ast.copy_location(ast.Name(node.target.id, ast.Load()), node)
    assign(work, node, node.target.id, expressions.express(work, ast.copy_location(
        ast.BinOp(load, node.op, node.value), node)))


# Control flow.


def write_if(work, node):
    test = truth.condition_or_marker(work, node.test)
    work.emit(f"if ({test.code})", capture_block(work, node.body))
    if not node.orelse:
        return
    rest = capture_block(work, node.orelse)
    if is_chain(rest):
        work.emit(f"else {rest[0]}", *rest[1:])
    elif rest:
        work.emit("else", rest)


def is_chain(lines):
    """Whether lines are one if with its else branches."""
    if not lines or not isinstance(lines[0], str) or not lines[0].startswith("if ("):
        return False
    return len(lines) > 1 and all(
        not isinstance(line, Bare) if isinstance(line, list) else line.startswith("else") for line in lines[1:])


def enter_loop(work, statements, flag=""):
    """The lines of a loop's body."""
    work.loops.append(flag)
    for attempt in work.attempts:
        attempt.loops += 1
    try:
        return capture_block(work, statements)
    finally:
        work.loops.pop()
        for attempt in work.attempts:
            attempt.loops -= 1


def leave_loop(work, lines):
    """After a loop inside of a try: an error or return that broke the loop breaks the try."""
    if work.attempts and contains_break(lines):
        attempt = work.attempts[-1]
        tests = [f"{attempt.failure} != NULL"] if attempt.failure else []
        tests += [attempt.exits["return"]] if "return" in attempt.exits else []
        if tests:
            work.emit(f"if ({' || '.join(tests)})", ["break;"])


def contains_break(lines):
    return any(contains_break(line) if isinstance(line, list) else line == "break;" for line in lines)


def write_while(work, node):
    flag = begin_else(work, node)
    test, prelude = work.capture(truth.condition_or_marker, node.test)
    body = enter_loop(work, node.body, flag)
    if has_marker(body) and not has_marker([test.code]):
        # What ends the loop may be what was not carried over.
        marker = work.marker("PORT_CONDITION", node, f"while {state.source_text(node.test)}, with what is left to do in it")
        test = Value("boolean", marker if test.code == "TRUE" else f"{test.at(AND)} && {marker}", AND)
    if prelude:
        body = [*prelude, f"if ({truth.negate(test).code})", ["break;"], *body]
        test = Value("boolean", "TRUE")
    work.emit(f"while ({test.code})", body)
    leave_loop(work, body)
    end_else(work, node, flag)


def has_marker(lines):
    return any(has_marker(line) if isinstance(line, list) else re.search(r"\bPORT_TODO \(|\bPORT_CONDITION \(", line) is not None
               for line in lines)


def begin_else(work, node):
    """A loop with an else branch has a variable that a break sets."""
    if not node.orelse:
        return ""
    flag = work.temporary("is_complete")
    work.emit(f"gboolean {flag} = TRUE;")
    return flag


def end_else(work, node, flag):
    if flag:
        work.emit(f"if ({flag})", capture_block(work, node.orelse))


def write_for(work, node):
    flag = begin_else(work, node)
    try:
        work.attempt(write_known_for, node, flag)
    except ByHand:
        for item in ast.walk(node.target):
            if isinstance(item, ast.Name) and item.id in work.variables:
                work.learn(item.id, None)
        text = f"for {state.source_text(node.target)} in {state.source_text(node.iter)}"
        marker = remains.mark(work, "PORT_CONDITION", node, text, [node.iter])
        body = enter_loop(work, node.body, flag)
        work.emit(f"while ({marker})", body)
        leave_loop(work, body)
    end_else(work, node, flag)


def iterate(work, value):
    """The head of a loop over a value, the type of its items, and the code of an item."""
    index = work.temporary("i")
    if value.items:
        value = expressions.materialise(work, value, "items")
    if value.type == "strings":
        value = texts.borrow(work, value, "items")
        plain = value.code.replace("(const char *const *) ", "")
        return (f"for (guint {index} = 0; {index} < port_list_length ({value.code}); {index}++)",
                Value("string", f"{plain}[{index}]", keeper=texts.kept_by(value)))
    if value.type == "json":
        value = texts.borrow(work, value, "items")
        if not value.is_pure:
            items = work.temporary("items")
            work.emit(f"const ReactiveJson *{items} = {value.code};")
            value.code = items
        return (f"for (guint {index} = 0; {index} < port_json_length ({value.code}); {index}++)",
                Value("json", invoke("port_json_item", value.code, index), is_owned=True))
    loops = {"relations": ("relation", "ReactiveRelation", "@"),
             "all-units": ("remote-unit", "ReactiveRemoteUnit", "reactive_endpoint_get_joined_units (@)"),
             "relation-units": ("remote-unit", "ReactiveRemoteUnit", "reactive_relation_get_joined_units (@)")}
    if value.type not in loops:
        raise ByHand
    type_, c_type, code = loops[value.type]
    items = work.temporary("items")
    work.emit(f"{c_type} *const *{items} = {code.replace('@', value.code)};")
    return (f"for (guint {index} = 0; {items} != NULL && {items}[{index}] != NULL; {index}++)",
            Value(type_, f"{items}[{index}]"))


def range_of(work, node):
    """The head of a loop over a range, and its number; or None."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id != "range" or (
            "range" in work.variables or not 1 <= len(node.args) <= 2 or node.keywords):
        return None
    values = [expressions.express(work, item) for item in node.args]
    if any(value.type != "integer" for value in values):
        raise ByHand
    start = values[0] if len(values) == 2 else Value("integer", "0")
    end = values[-1]
    if not isinstance(end.literal, int):
        variable = work.temporary("end")
        work.emit(f"gint64 {variable} = {end.code};")
        end = Value("integer", variable)
    index = work.temporary("i")
    return (f"for (gint64 {index} = {start.code}; {index} < {end.code}; {index}++)", Value("integer", index))


def write_known_for(work, node, flag):
    if not isinstance(node.target, ast.Name):
        raise ByHand
    names_of_iter = {item.id for item in ast.walk(node.iter) if isinstance(item, ast.Name)}
    if any(isinstance(item, ast.Name) and not isinstance(item.ctx, ast.Load) and item.id in names_of_iter
           for part in node.body for item in ast.walk(part)):
        # Python goes on with what it was when the loop began.
        raise ByHand
    head, item = range_of(work, node.iter) or iterate(work, expressions.express(work, node.iter))
    body = enter_loop_with(work, node, item, flag)
    work.emit(head, body)
    leave_loop(work, body)


def enter_loop_with(work, node, item, flag):
    first = capture_lines(work, lambda work: assign(work, node, node.target.id, item))
    return [*first, *enter_loop(work, node.body, flag)]


def write_return(work, node):
    if node.value is not None and work.context.kind == "helper" and not work.is_entry:
        write_result(work, node)
    elif isinstance(node.value, ast.Call):
        try:
            work.attempt(write_expression, ast.copy_location(ast.Expr(node.value), node))
        except ByHand:
            leave_to_do(work, node.value)
    elif node.value is not None and not is_plain(node.value):
        try:
            work.attempt(expressions.express, node.value)
        except ByHand:
            leave_to_do(work, node.value)
    work.emit(*signatures.leave(work, "return"))


def is_plain(node):
    """A value that can go: nobody looks at it, and nothing makes it."""
    return not any(isinstance(item, ast.Call) for item in ast.walk(node))


def write_result(work, node):
    """What a helper function returns."""
    try:
        value = work.attempt(express_result, node.value)
    except ByHand:
        value = None
    kind = work.result
    if value is None:
        kind.type = "unknown"
    elif value.type == "none":
        kind.is_nullable = True
        kind.type = kind.type or "none"
    else:
        kind.type = state.unify(kind.type, value.type)
        kind.is_nullable |= value.is_nullable
    target = signatures.signature_of(work.function, work.context).result
    if value is None:
        if isinstance(node.value, ast.Constant) or not target and is_plain(node.value):
            return
        leave_to_do(work, node)
    elif target and (value.type == target or value.type == "none"):
        if target in signatures.RESULT_OWNERS:
            work.emit(f"*out_result = {'NULL' if value.type == 'none' else own(value)};")
        else:
            work.emit(f"*out_result = {value.code};")
    elif value.code and not value.is_pure and value.type != "none":
        if value.is_owned:
            raise ByHand
        work.emit(f"{value.code};")


def express_result(work, node):
    value = expressions.express(work, node)
    if value.items:
        value = expressions.materialise(work, value, "items")
    if value.type == "error":
        value = Value("string", value.code, keeper=value.keeper)
    if value.type not in signatures.RESULT_TYPES and value.type not in ("none", "void"):
        raise ByHand
    return value


def write_break(work, node):
    if isinstance(node, ast.Break) and work.loops[-1]:
        work.emit(f"{work.loops[-1]} = FALSE;")
    work.emit(*signatures.leave(work, "break" if isinstance(node, ast.Break) else "continue"))


def write_with(work, node):
    """A with statement: a file that is read or written, or else a marker around the block."""
    try:
        work.attempt(files.write_with, node)
        return
    except ByHand:
        pass
    text = "with " + ", ".join(state.source_text(item) for item in node.items)
    marker = remains.mark(work, "PORT_CONDITION", node, text, node.items)
    for item in node.items:
        for name in ast.walk(item.optional_vars) if item.optional_vars is not None else ():
            if isinstance(name, ast.Name) and name.id in work.variables:
                work.learn(name.id, None)
    work.emit(f"if ({marker})", capture_block(work, node.body))


def write_pass(work, node):
    pass


def write_import(work, node):
    names.add_import(node, work.aliases)
    for item in node.names:
        work.inner_aliases.add(item.asname or item.name.split(".")[0])


STATEMENTS = {
    ast.Expr: write_expression,
    ast.Assign: write_assign,
    ast.AnnAssign: write_annotated,
    ast.AugAssign: write_augmented,
    ast.If: write_if,
    ast.For: write_for,
    ast.While: write_while,
    ast.With: write_with,
    ast.Try: attempts.write_try,
    ast.Raise: attempts.write_raise,
    ast.Assert: attempts.write_assert,
    ast.Return: write_return,
    ast.Break: write_break,
    ast.Continue: write_break,
    ast.Pass: write_pass,
    ast.Import: write_import,
    ast.ImportFrom: write_import,
}
