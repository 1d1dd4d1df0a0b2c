# SPDX-License-Identifier: Apache-2.0
"""Conditions."""

import ast

import expressions
import remains
import texts
from values import AND, EQUALITY, OR, RELATION, ByHand, Value, boolean, invoke, negate

RELATIONS = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">="}
# What is asked without an effect.
ASKING = ("get", "changed", "previous", "is_flag_set", "is_state", "config", "is_leader", "leader_get", "exists", "isfile",
          "isdir", "startswith", "endswith", "any_flags_set", "all_flags_set", "any_states", "all_states", "strip", "lower")
NOT_NULL = ("endpoint", "relation", "remote-unit", "databag")


def condition_or_marker(work, node):
    """A condition; where it is not known, a marker that is false."""
    try:
        return work.attempt(condition, node)
    except ByHand:
        return boolean(remains.mark(work, "PORT_CONDITION", node))


def condition(work, node, is_strict=False):
    """A condition. Unless it is strict, operands of and, or that are unknown become markers, which are false."""
    with work.deeper():
        if isinstance(node, ast.BoolOp):
            return combine(work, node, is_strict)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            # The opposite of what is unknown is unknown.
            return negate(condition(work, node.operand, is_strict=True))
        if isinstance(node, ast.Compare):
            return compare_all(work, node)
        if isinstance(node, ast.Call):
            choice = as_choice(work, node)
            if choice is not None:
                return combine(work, choice, is_strict)
    return to_condition(work, expressions.express(work, node))


def as_choice(work, node):
    """any ([…]) and all ([…]) as `or` and `and`, if nothing in the list does more than ask."""
    if not isinstance(node.func, ast.Name) or node.func.id not in ("any", "all") or node.func.id in work.variables:
        return None
    if len(node.args) != 1 or node.keywords or not isinstance(node.args[0], (ast.List, ast.Tuple)):
        return None
    items = node.args[0].elts
    for item in ast.walk(node.args[0]):
        if isinstance(item, ast.Starred):
            return None
        if isinstance(item, ast.Call) and not (isinstance(item.func, ast.Attribute) and item.func.attr in ASKING) and (
                (expressions.resolve(work, item.func) or "").rpartition(".")[2] not in ASKING):
            return None
    if len(items) < 2:
        return None
    return ast.copy_location(ast.BoolOp(ast.Or() if node.func.id == "any" else ast.And(), items), node)


def to_condition(work, value):
    """Whether Python takes a value for true."""
    if value.type == "boolean":
        return value
    if value.type in ("integer", "double"):
        return boolean(f"{value.at(EQUALITY)} != 0", EQUALITY, f"{value.at(EQUALITY)} == 0")
    if value.type == "none":
        return boolean("FALSE")
    if value.type in NOT_NULL:
        return boolean(f"{value.at(EQUALITY)} != NULL", EQUALITY, f"{value.at(EQUALITY)} == NULL")
    if value.items:
        return boolean("TRUE")
    value = texts.borrow(work, value)
    functions = {"string": "port_is_text", "json": "port_json_is_true", "strings": "port_is_list"}
    if value.type not in functions:
        raise ByHand
    return boolean(invoke(functions[value.type], value.code))


def combine(work, node, is_strict):
    """`and`, `or`."""
    symbol, level = ("&&", AND) if isinstance(node.op, ast.And) else ("||", OR)
    operands, known = [], 0
    for operand in node.values:
        try:
            captured = work.attempt(lambda work: work.capture(condition, operand, is_strict))
            known += 1
        except ByHand:
            if is_strict:
                raise
            captured = (None, operand)
        operands.append(captured)
    if not known:
        raise ByHand
    operands = [(boolean(remains.mark(work, "PORT_CONDITION", rest)), []) if value is None else (value, rest)
                for value, rest in operands]

    work.emit(*operands[0][1])
    if any(lines for _, lines in operands[1:]):
        return combine_in_steps(work, operands, isinstance(node.op, ast.And))
    return boolean(f" {symbol} ".join(value.at(EQUALITY) for value, _ in operands), level)


def combine_in_steps(work, operands, is_and):
    """Operands that need lines of their own run only where Python comes to them."""
    variable = work.temporary("holds")
    work.emit(f"gboolean {variable} = {operands[0][0].code};")
    for value, lines in operands[1:]:
        work.emit(f"if ({variable})" if is_and else f"if (!{variable})", [*lines, f"{variable} = {value.code};"])
    return boolean(variable, is_pure=True)


def compare_all(work, node):
    """A comparison, also a chain of them over what may be evaluated twice."""
    left, parts = node.left, []
    for operator, right in zip(node.ops, node.comparators):
        part, lines = work.capture(compare, left, operator, right)
        if parts and lines:
            raise ByHand
        work.emit(*lines)
        parts.append(part)
        left = right
    if len(parts) == 1:
        return parts[0]
    if not all(may_be_repeated(work, item) for item in node.comparators[:-1]):
        raise ByHand
    return boolean(" && ".join(part.at(EQUALITY) for part in parts), AND)


def may_be_repeated(work, node):
    """Whether an expression has the same value when it is evaluated again, and does nothing."""
    value, lines = work.capture(expressions.express, node)
    return not lines and is_repeatable(value)


def is_repeatable(value):
    return value.is_pure or value.code.startswith("reactive_config_get")


def compare(work, left, operator, right):
    if isinstance(operator, (ast.In, ast.NotIn)):
        result = contains(work, left, right)
        return negate(result) if isinstance(operator, ast.NotIn) else result
    first, second = expressions.express(work, left), expressions.express(work, right)
    if first.code == second.code and first.is_pure:
        raise ByHand
    if isinstance(operator, (ast.Is, ast.IsNot, ast.Eq, ast.NotEq)):
        result = equal(work, first, second)
        return negate(result) if isinstance(operator, (ast.IsNot, ast.NotEq)) else result
    symbol = RELATIONS.get(type(operator))
    first, second = to_number(first, second), to_number(second, first)
    if first.code == second.code:
        # A compiler takes it for a mistake.
        raise ByHand
    if symbol is None or {first.type, second.type} - {"integer", "double"}:
        raise ByHand
    return boolean(f"{first.at(RELATION + 1)} {symbol} {second.at(RELATION + 1)}", RELATION)


def to_number(value, other):
    if value.type == "json" and other.type in ("integer", "double") and not value.is_owned:
        return Value("double", invoke("port_json_to_number", value.code))
    return value


def equal(work, first, second):
    if "none" in (first.type, second.type):
        return is_none(work, second if first.type == "none" else first)
    if "json" in (first.type, second.type):
        return equal_json(work, first, second)
    if first.type == second.type == "string":
        first, second = texts.borrow(work, first), texts.borrow(work, second)
        code = invoke("g_strcmp0", first.code, second.code)
        return boolean(f"{code} == 0", EQUALITY, f"{code} != 0")
    if {first.type, second.type} <= {"integer", "double"}:
        left, right = first.at(EQUALITY + 1), second.at(EQUALITY + 1)
        return boolean(f"{left} == {right}", EQUALITY, f"{left} != {right}")
    if first.type == second.type == "boolean":
        if second.literal in (True, False) and isinstance(second.literal, bool):
            return first if second.literal else negate(first)
        left, right = first.at(EQUALITY + 1), second.at(EQUALITY + 1)
        return boolean(f"{left} == {right}", EQUALITY, f"{left} != {right}")
    raise ByHand


def equal_json(work, first, second):
    if first.type != "json":
        first, second = second, first
    if first.is_owned:
        first = texts.borrow(work, first, "json")
    if second.type == "string":
        second = texts.borrow(work, second)
        code = invoke("g_strcmp0", invoke("port_json_to_string", first.code), second.code)
        return boolean(f"{code} == 0", EQUALITY, f"{code} != 0")
    if second.type == "boolean" and isinstance(second.literal, bool):
        return boolean(invoke("port_json_is_boolean", first.code, second.code))
    if second.type in ("integer", "double") and isinstance(second.literal, (int, float)) and abs(second.literal) < 1 << 53:
        return boolean(invoke("port_json_is_number", first.code, second.code))
    if second.type == "json" and not second.is_owned:
        return boolean(invoke("port_json_equal", first.code, second.code))
    raise ByHand


def is_none(work, value):
    if value.none_test:
        code = value.none_test
        return boolean(f"{code} == NULL", EQUALITY, f"{code} != NULL")
    if value.type == "json":
        value = texts.borrow(work, value, "json")
        return boolean(invoke("port_json_is_none", value.code))
    if value.type in ("string", "strings", *NOT_NULL) and not value.items:
        value = texts.borrow(work, value)
        return boolean(f"{value.at(EQUALITY)} == NULL", EQUALITY, f"{value.at(EQUALITY)} != NULL")
    if value.type == "none":
        return boolean("TRUE")
    if value.type in ("integer", "double", "boolean") and isinstance(value.literal, (int, float)):
        return boolean("FALSE")
    raise ByHand


def contains(work, left, right):
    """`left in right`."""
    if isinstance(right, (ast.List, ast.Tuple, ast.Set)):
        items = [expressions.express(work, item) for item in right.elts]
        first = expressions.express(work, left)
        if all(item.type == "integer" for item in items) and first.type == "integer" and is_repeatable(first) and items:
            return boolean(" || ".join(f"{first.code} == {item.at(EQUALITY + 1)}" for item in items), OR)
        return is_one_of(work, first, items)
    container = expressions.express(work, right)
    first = expressions.express(work, left)
    if container.items and not container.code:
        return is_one_of(work, first, container.items)
    if container.type == "string":
        if first.type != "string":
            raise ByHand
        container, first = texts.borrow(work, container), texts.borrow(work, first)
        return boolean(invoke("port_contains", container.code, first.code))
    if container.type == "strings" and first.type == "string":
        container, first = texts.borrow(work, container), texts.borrow(work, first)
        return boolean(invoke("port_list_contains", container.code, first.code))
    if container.type == "json" and not container.is_owned and first.type == "string":
        first = texts.borrow(work, first)
        return boolean(invoke("port_json_contains", container.code, first.code))
    raise ByHand


def is_one_of(work, first, items):
    none = is_none(work, first) if any(item.type == "none" for item in items) else None
    if first.type == "json" and not first.is_owned:
        first = Value("string", invoke("port_json_to_string", first.code))
    if first.type != "string" or not items or any(item.type not in ("string", "none") for item in items):
        raise ByHand
    first = texts.borrow(work, first)
    items = [texts.borrow(work, item) for item in items if item.type == "string"]
    if not items or any(item.is_nullable for item in items):
        raise ByHand
    found = invoke("port_is_one_of", first.code, *(item.code.replace("\n", " ") for item in items), "NULL")
    return boolean(f"{none.code} || {found}", OR) if none is not None else boolean(found)

