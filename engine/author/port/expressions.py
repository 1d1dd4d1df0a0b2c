# SPDX-License-Identifier: Apache-2.0
"""Expressions of Python in C."""

import ast

import calls
import methods
import names
import texts
import truth
from values import C_TYPES, PRODUCT, SUM, TERNARY, ByHand, Value, invoke, literal_text


def from_literal(value):
    """A literal of Python as a value."""
    if isinstance(value, bool):
        return Value("boolean", "TRUE" if value else "FALSE", is_pure=True, literal=value)
    if isinstance(value, str):
        return literal_text(value)
    if isinstance(value, bytes):
        try:
            return literal_text(value.decode("ascii"))
        except UnicodeDecodeError:
            raise ByHand from None
    if isinstance(value, int) and -(1 << 63) < value < 1 << 63:
        code = str(value) if abs(value) < 1 << 31 else f"G_GINT64_CONSTANT ({value})"
        return Value("integer", code, is_pure=True, literal=value)
    if isinstance(value, float) and abs(value) < 1e300:
        return Value("double", repr(value), is_pure=True, literal=value)
    if value is None:
        return Value("none", "NULL", is_pure=True, literal=None)
    if isinstance(value, (list, tuple)) and value and all(isinstance(item, str) for item in value):
        return Value("strings", is_pure=True, items=[literal_text(item) for item in value], literal=list(value))
    raise ByHand


def express(work, node):
    """The value of an expression; its prelude goes to the block that is being written."""
    with work.deeper():
        function = EXPRESSIONS.get(type(node))
        if function is None:
            raise ByHand
        return function(work, node)


def express_constant(work, node):
    return from_literal(node.value)


def express_name(work, node):
    if node.id in work.variables:
        return load(work, node.id)
    if names.resolve(node, work.aliases) in calls.CONSTANTS:
        return literal_text(calls.CONSTANTS[names.resolve(node, work.aliases)])
    if node.id in work.context.constants:
        return from_literal(work.context.constants[node.id])
    if node.id in work.context.values and node.id not in work.context.functions:
        # What the file binds once, and is the same each time.
        value = express(work, work.context.values[node.id])
        if value.is_owned or value.type in ("void", "none"):
            return value if value.type == "string" else by_hand()
        return value
    raise ByHand


def by_hand():
    raise ByHand


def load(work, name):
    """What a variable holds."""
    variable = work.variables[name]
    if variable.object is not None:
        work.set(variable, "uses", variable.uses + 1)
        return variable.object
    kind = work.kinds.get(name)
    if kind is None or kind.type not in C_TYPES:
        if kind is not None and kind.type == "none":
            return Value("none", "NULL", is_pure=True)
        raise ByHand
    work.set(variable, "uses", variable.uses + 1)
    if kind.type == "object":
        return Value("json", variable.c_name, is_pure=True, keeper="other")
    if kind.is_owned:
        return texts.owned_variable(kind.type, variable.c_name, kind.is_nullable)
    return Value(kind.type, variable.c_name, is_nullable=kind.is_nullable, is_pure=True,
                 keeper="other" if kind.is_short else "")


def express_attribute(work, node):
    dotted = resolve(work, node)
    if dotted is not None:
        constant = calls.CONSTANTS.get(dotted)
        if constant is None:
            raise ByHand
        return literal_text(constant)
    return methods.get_attribute(work, express(work, node.value), node)


def resolve(work, node):
    """The dotted name of what a name or attribute stands for, if no variable hides it."""
    text = names.dotted_text(node)
    if text is None:
        return None
    first = text.split(".")[0]
    if first in work.variables and first not in work.inner_aliases:
        return None
    return names.resolve(node, work.aliases)


def express_call(work, node):
    dotted = resolve(work, node.func)
    if dotted is not None:
        return calls.express_known(work, node, dotted)
    if isinstance(node.func, ast.Name):
        name = node.func.id
        if name in work.variables:
            raise ByHand
        if name in work.context.functions:
            return calls.express_own(work, node, name)
        return calls.express_builtin(work, node, name)
    if not isinstance(node.func, ast.Attribute):
        raise ByHand
    if node.func.attr in ("format", "join"):
        try:
            return work.attempt(texts.express_text, node)
        except ByHand:
            pass
    return methods.call_method(work, express(work, node.func.value), node)


def express_subscript(work, node):
    index = node.slice.value if type(node.slice).__name__ == "Index" else node.slice
    if isinstance(index, ast.Slice):
        return methods.get_slice(work, express(work, node.value), index)
    return methods.get_item(work, express(work, node.value), node, index)


def express_operation(work, node):
    if isinstance(node.op, ast.Mod):
        try:
            return work.attempt(texts.express_text, node)
        except ByHand:
            return express_arithmetic(work, node)
    if isinstance(node.op, ast.Add):
        try:
            return work.attempt(express_arithmetic, node)
        except ByHand:
            return texts.express_text(work, node)
    if isinstance(node.op, ast.Div):
        raise ByHand
    return express_arithmetic(work, node)


def is_number(value):
    return isinstance(value.literal, (int, float)) and not isinstance(value.literal, bool)


def express_arithmetic(work, node):
    """Arithmetic of integers, where C's is Python's: not with a divisor or dividend that may be negative."""
    left, right = express(work, node.left), express(work, node.right)
    if {left.type, right.type} - {"integer", "double"}:
        raise ByHand
    type_ = "double" if "double" in (left.type, right.type) else "integer"
    symbols = {ast.Add: ("+", SUM), ast.Sub: ("-", SUM), ast.Mult: ("*", PRODUCT)}
    if type(node.op) not in symbols:
        raise ByHand
    symbol, level = symbols[type(node.op)]
    if is_number(left) and is_number(right):
        # C would count in int.
        return from_literal({"+": left.literal + right.literal, "-": left.literal - right.literal,
                             "*": left.literal * right.literal}[symbol])
    return Value(type_, f"{left.at(level)} {symbol} {right.at(level + 1)}", level)


def express_unary(work, node):
    if isinstance(node.op, ast.Not):
        return truth.condition(work, node, is_strict=True)
    value = express(work, node.operand)
    if isinstance(node.op, ast.USub) and isinstance(value.literal, (int, float)) and not isinstance(value.literal, bool):
        return from_literal(-value.literal)
    raise ByHand


def express_compare(work, node):
    return truth.condition(work, node, is_strict=True)


CHOICES = {"string": "port_text_or", "integer": "port_integer_or", "json": "port_json_or"}


def express_choice(work, node):
    """`a or b`, `a and b` as a value: one of the operands."""
    captured = [work.capture(express, operand) for operand in node.values]
    operands = [value for value, _ in captured]
    if all(operand.type == "boolean" for operand in operands):
        return truth.condition(work, node, is_strict=True)
    if not isinstance(node.op, ast.Or):
        raise ByHand
    if len(operands) > 2:
        rest = ast.copy_location(ast.BoolOp(node.op, node.values[1:]), node)
        return express_choice(work, ast.copy_location(ast.BoolOp(node.op, [node.values[0], rest]), node))
    (first, lines), (second, more_lines) = captured
    work.emit(*lines)
    if first.type in ("config", "parameters") and isinstance(node.values[1], ast.Dict) and not node.values[1].keys:
        return first
    if first.type == "string" and second.type in ("string", "none") and (more_lines or second.is_owned):
        return choose_in_steps(work, first, second, more_lines)
    if more_lines or second.is_owned or first.type not in CHOICES:
        raise ByHand
    if first.type == "json" and second.type not in ("json", "none"):
        other = work.temporary("other")
        work.emit(f"g_autoptr (ReactiveJson) {other} = {texts.as_json(work, second)};")
        second = texts.owned_variable("json", other, False, keeper="other")
    if second.type not in (first.type, "none") or {first.type, second.type} == {"integer", "none"}:
        raise ByHand
    function, first = CHOICES[first.type], texts.borrow(work, first)
    return Value(first.type, invoke(function, first.code, second.code), keeper=texts.kept_by(first, second),
                 is_nullable=second.is_nullable or second.type == "none")


def choose_in_steps(work, first, second, lines):
    """`first or second`, where the second needs lines of its own."""
    variable = work.temporary("choice")
    work.emit(f"g_autofree char *{variable} = {texts.own(first)};", f"if (!port_is_text ({variable}))",
              [*lines, f"port_take_string (&{variable}, {'NULL' if second.type == 'none' else texts.own(second)});"])
    return texts.owned_variable("string", variable, second.is_nullable or second.type == "none", keeper="temporary")


def express_conditional(work, node):
    test = truth.condition(work, node.test, is_strict=True)
    (first, second), lines = work.capture(lambda work: (express(work, node.body), express(work, node.orelse)))
    types = {first.type, second.type} - {"none"}
    if lines or len(types) != 1 or first.items or second.items or not types <= C_TYPES.keys():
        raise ByHand
    type_ = types.pop()
    if type_ in ("integer", "boolean", "double") and "none" in (first.type, second.type):
        raise ByHand
    is_owned = first.is_owned or second.is_owned
    codes = [texts.own(value) if is_owned and value.type != "none" else value.at(TERNARY + 1)
             for value in (first, second)]
    nullable = first.is_nullable or second.is_nullable or "none" in (first.type, second.type)
    return Value(type_, f"{test.at(TERNARY + 1)} ? {codes[0]} : {codes[1]}", TERNARY, is_owned=is_owned,
                 is_nullable=nullable, keeper="" if is_owned else texts.kept_by(first, second))


def express_list(work, node):
    """A list that is written out: of strings, or else a JSON array."""
    try:
        return work.attempt(express_strings, node)
    except ByHand:
        variable = texts.fill_json(work, node, "array")
        return Value("json", variable, is_pure=True, keeper="temporary", variable=variable)


def express_strings(work, node):
    """A list of strings that is written out."""
    items = []
    for item in node.elts:
        if isinstance(item, ast.Starred):
            value = express(work, item.value)
            if not value.items:
                raise ByHand
            items += value.items
            continue
        if isinstance(item, (ast.Dict, ast.List, ast.Tuple)):
            raise ByHand
        value = express(work, item)
        if value.type not in ("string", "json"):
            raise ByHand
        items.append(express_string(work, item) if value.is_nullable or value.type == "json" else
                     texts.borrow(work, value))
    if not items:
        return Value("strings", "g_new0 (char *, 1)", is_owned=True)
    literals = [item.literal for item in items]
    all_literal = all(isinstance(item, str) for item in literals)
    return Value("strings", items=items, is_pure=True, **({"literal": literals} if all_literal else {}))


def materialise(work, value, name="list"):
    """A list as an array in C."""
    if value.items and value.code:
        return Value("strings", value.code, is_pure=True)
    if not value.items:
        return texts.borrow(work, value, name)
    variable = work.temporary(name)
    work.emit(f"const char *const {variable}[] = {array_of(value)};")
    return Value("strings", variable, is_pure=True, keeper="other")


def array_of(value):
    """The initialiser of an array."""
    codes = [item.code.replace("\n", " ") for item in value.items]
    return f"{{ {', '.join([*codes, 'NULL'])} }}"


def express_joined(work, node):
    return texts.express_text(work, node)


def as_dict(node):
    """`dict (a=1)` as `{"a": 1}`; anything else is what it was."""
    if not isinstance(node, ast.Call) or names.dotted_text(node.func) != "dict" or node.args:
        return node
    keys = [item.arg if item.arg is None else ast.Constant(item.arg) for item in node.keywords]
    return ast.copy_location(ast.Dict(keys, [item.value for item in node.keywords]), node)


def express_dict(work, node):
    """A dict that is written out: a JSON object."""
    variable = texts.fill_json(work, node, "object")
    return Value("json", variable, is_pure=True, keeper="temporary", variable=variable, is_built=True)


def express_string(work, node, is_nullable=False):
    """A string that is needed exactly: a name, a key, a path. Not to be freed, and not NULL unless it may."""
    value = express(work, node)
    if value.type != "string" or (value.is_nullable and not is_nullable):
        if value.type in ("string", "json"):
            # Python fails if it is None; the functions that it goes to do, too.
            return texts.text_of(work, node)
        raise ByHand
    return texts.borrow(work, value)


def express_boolean(work, node):
    """Any value as a condition that is known."""
    return truth.condition(work, node, is_strict=True)


EXPRESSIONS = {
    ast.Constant: express_constant,
    ast.Name: express_name,
    ast.Attribute: express_attribute,
    ast.Call: express_call,
    ast.Subscript: express_subscript,
    ast.BinOp: express_operation,
    ast.UnaryOp: express_unary,
    ast.Compare: express_compare,
    ast.BoolOp: express_choice,
    ast.IfExp: express_conditional,
    ast.List: express_list,
    ast.Tuple: express_list,
    ast.JoinedStr: express_joined,
    ast.Dict: express_dict,
}
