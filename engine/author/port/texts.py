# SPDX-License-Identifier: Apache-2.0
"""Strings that Python puts together: f-strings, %, format (), + and join ()."""

import ast
import re

import expressions
import names
import remains
from state import own
from values import ATOM, UNARY, ByHand, Missing, Value, invoke, literal_text, quote

NUMBER = "\1"  # stands for G_GINT64_FORMAT in a format that is being made
MAX_PARTS = 200
SHOWN = ("string", "integer", "boolean", "double", "json", "none", "error", "strings")  # types that a text may show


def borrow(work, value, name="text"):
    """A value that nobody needs to free: what an expression makes gets a variable."""
    if not value.is_owned:
        return value
    declaration = {"string": "g_autofree char *", "json": "g_autoptr (ReactiveJson) ",
                   "strings": "g_auto (GStrv) "}[value.type]
    variable = work.temporary(name)
    work.emit(f"{declaration}{variable} = {value.code};")
    return owned_variable(value.type, variable, value.is_nullable, keeper="temporary")


def owned_variable(type_, variable, is_nullable, keeper="other"):
    """What a variable that owns its value holds. C does not take a GStrv for a constant list."""
    if type_ == "strings":
        return Value(type_, f"(const char *const *) {variable}", UNARY, is_nullable=is_nullable, is_pure=True,
                     keeper=keeper, variable=variable)
    return Value(type_, variable, is_nullable=is_nullable, is_pure=True, keeper=keeper, variable=variable)


def kept_by(*values):
    """The keeper of what points into one of the values."""
    return "other" if any(value.keeper or value.is_owned for value in values) else ""


def placeholder(work, node, is_lenient):
    """A marker in the place of a string."""
    if not is_lenient:
        raise ByHand
    return Value("string", remains.mark(work, "PORT_STRING", node))


def field(work, node, is_lenient, types=SHOWN):
    """The value of a part of a text."""
    try:
        return work.attempt(express_one_of, node, types)
    except ByHand:
        return placeholder(work, node, is_lenient)


def express_one_of(work, node, types):
    value = expressions.express(work, node)
    if value.type not in types:
        raise ByHand
    return value


def join_parts(pieces):
    if len(pieces) > MAX_PARTS:
        raise ByHand
    return pieces


def split_joined(work, node, is_lenient):
    """The parts of an f-string."""
    parts = []
    for item in node.values:
        if isinstance(item, ast.Constant):
            parts.append(str(item.value))
        elif item.format_spec is None and item.conversion in (-1, 115):
            parts += split_field(work, item.value, is_lenient)
        else:
            parts.append(placeholder(work, item, is_lenient))
    return join_parts(parts)


def split_field(work, node, is_lenient):
    """The parts of something that stands in a text: it may be a text itself."""
    if isinstance(node, (ast.JoinedStr, ast.BinOp, ast.Call)):
        try:
            return work.attempt(split_text, node, False)
        except ByHand:
            pass
    return [literal_or_value(field(work, node, is_lenient))]


def literal_or_value(value):
    """A part of a text: what it says, if that is known."""
    if value.type == "none":
        return "None"
    return str(value.literal) if isinstance(value.literal, (str, int)) else value


def split_percent(work, node, is_lenient):
    """The parts of `text % values`."""
    text = fold_text(work, node.left)
    arguments = list(node.right.elts) if isinstance(node.right, ast.Tuple) else [node.right]
    if any(isinstance(item, ast.Starred) for item in arguments):
        raise ByHand
    parts, position = [], 0
    for match in re.finditer(r"%(%|[a-zA-Z]|.?)", text, re.DOTALL):
        parts.append(text[position:match.start()])
        position = match.end()
        if match.group(1) == "%":
            parts.append("%")
        elif match.group(1) == "s" and arguments:
            parts += split_field(work, arguments.pop(0), is_lenient)
        elif match.group(1) in ("d", "i") and arguments:
            parts.append(literal_or_value(field(work, arguments.pop(0), is_lenient, ("integer", "json"))))
        else:
            raise ByHand
    if arguments:
        raise ByHand
    return join_parts([*parts, text[position:]])


def split_format(work, node, is_lenient):
    """The parts of `text.format (…)`."""
    text = fold_text(work, node.func.value)
    if any(isinstance(item, ast.Starred) for item in node.args) or any(item.arg is None for item in node.keywords):
        raise ByHand
    keywords = {item.arg: item.value for item in node.keywords}
    parts, position, counter = [], 0, 0
    for match in re.finditer(r"\{\{|\}\}|\{([^{}]*)\}|[{}]", text):
        parts.append(text[position:match.start()])
        position = match.end()
        if match.group() in ("{{", "}}"):
            parts.append(match.group()[0])
            continue
        name, plain = match.group(1), re.fullmatch(r"(\w*)(!s)?", match.group(1) or "")
        if name is None:
            raise ByHand
        name = re.match(r"\w*", name).group()
        if name == "":
            name, counter = str(counter), counter + 1
        if name.isdigit() and int(name) < len(node.args):
            argument = node.args[int(name)]
        elif name in keywords:
            argument = keywords[name]
        else:
            raise ByHand
        parts += split_field(work, argument, is_lenient) if plain else [placeholder(work, argument, is_lenient)]
    return join_parts([*parts, text[position:]])


def split_join(work, node, is_lenient):
    """The parts of `text.join ([…])` over a list that is written out."""
    text = fold_text(work, node.func.value)
    if len(node.args) != 1 or not isinstance(node.args[0], (ast.List, ast.Tuple)):
        raise ByHand
    parts = []
    for item in node.args[0].elts:
        if isinstance(item, ast.Starred):
            raise ByHand
        parts += [text] if parts else []
        parts += split_text(work, item, is_lenient)
    return join_parts(parts)


def fold_text(work, node):
    value = work.attempt(expressions.express, node)
    if not isinstance(value.literal, str):
        raise ByHand
    return value.literal


def split_text(work, node, is_lenient=False):
    """The parts of a string: literal texts, and values."""
    with work.deeper():
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            return [node.value]
        if isinstance(node, ast.JoinedStr):
            return split_joined(work, node, is_lenient)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
            return split_percent(work, node, is_lenient)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            parts = [*split_text(work, node.left, is_lenient), *split_text(work, node.right, is_lenient)]
            if all(isinstance(part, Value) and part.type == "json" for part in parts):
                # They may be numbers.
                raise ByHand
            return join_parts(parts)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            splitter = {"format": split_format, "join": split_join}.get(node.func.attr)
            if splitter is not None:
                try:
                    return work.attempt(splitter, node, is_lenient)
                except ByHand:
                    pass
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("str", "repr"):
            if node.func.id == "str" and len(node.args) == 1 and node.func.id not in work.variables:
                return split_field(work, node.args[0], is_lenient)
    value = field(work, node, is_lenient)
    if value.type not in ("string", "json"):
        raise ByHand
    return [literal_or_value(value)]


def show(work, value):
    """A value as str () makes it: a string."""
    if value.type == "boolean":
        return Value("string", invoke("port_boolean_text", value.code))
    if value.type == "none":
        return literal_text("None")
    if value.type == "double":
        return Value("string", invoke("port_double_to_text", value.code), is_owned=True)
    if value.type == "strings":
        return Value("string", invoke("port_list_to_text", expressions.materialise(work, value).code), is_owned=True)
    if value.type == "json":
        return Value("string", invoke("port_json_to_text", borrow(work, value, "json").code), is_owned=True)
    return value


def display(work, value):
    """How a value goes into a printf format: the conversion, and the argument."""
    if value.type == "integer":
        # Literals are no gint64.
        return f"%{NUMBER}", value.code if value.level == ATOM and value.literal is Missing else (
            f"(gint64) {value.at(UNARY)}")
    value = borrow(work, show(work, value))
    return "%s", invoke("port_text_or_none", value.code) if value.is_nullable else value.code


def merge(parts):
    """The parts with neighbouring literals joined."""
    merged = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        elif part != "":
            merged.append(part)
    return merged


def quote_format(text):
    """A C literal of a printf format."""
    if "\1" in text.replace(f"%{NUMBER}", ""):
        raise ByHand
    pieces = [quote(piece) if piece else "" for piece in text.split(NUMBER)]
    return re.sub(r"^ | $", "", " G_GINT64_FORMAT ".join(pieces))


def to_format(work, parts):
    """The format and arguments of a printf."""
    text, arguments = "", []
    for part in parts:
        if isinstance(part, str):
            if NUMBER in part:
                raise ByHand
            text += part.replace("%", "%%")
        else:
            conversion, argument = display(work, part)
            text += conversion
            arguments.append(argument)
    return quote_format(text), arguments


def build(work, parts):
    """The string that parts make."""
    parts = merge(parts)
    if not parts:
        return literal_text("")
    if len(parts) == 1:
        if isinstance(parts[0], str):
            return literal_text(parts[0])
        if parts[0].type in ("string", "boolean", "double", "json", "strings"):
            return show(work, parts[0])
    template, arguments = to_format(work, parts)
    return Value("string", invoke("g_strdup_printf", template, *arguments), is_owned=True)


def express_text(work, node):
    """A string that is put together; ByHand if a part of it is unknown."""
    return build(work, split_text(work, node))


def text_of(work, node, is_lenient=False):
    """A string that stands for any value, as str () makes it; not NULL and not to be freed."""
    value = borrow(work, build(work, split_text_of(work, node, is_lenient)))
    code = invoke("port_text_or_none", value.code) if value.is_nullable else value.code
    return Value("string", code, literal=value.literal, is_pure=value.is_pure and not value.is_nullable,
                 keeper=kept_by(value))


def split_text_of(work, node, is_lenient):
    try:
        return work.attempt(split_text, node, is_lenient)
    except ByHand:
        return split_field(work, node, is_lenient)


def emit_message(work, node, plain, *arguments):
    """Calls a function with a text, or its _printf form with a format. What is unknown in the text is a marker."""
    parts = merge(split_text_of(work, node, True))
    if not parts or (len(parts) == 1 and isinstance(parts[0], str)):
        work.emit(f"{invoke(plain, *arguments, quote(parts[0] if parts else ''))};")
        return
    if len(parts) == 1 and parts[0].type != "integer":
        conversion, code = display(work, parts[0])
        work.emit(f"{invoke(plain, *arguments, code)};")
        return
    template, values = to_format(work, parts)
    work.emit(f"{invoke(f'{plain}_printf', *arguments, template, *values)};")


def as_json(work, value):
    """A value as JSON: an expression of which the caller becomes the owner."""
    if value.type == "string":
        value = borrow(work, value)
        return invoke("port_json_from_text" if value.is_nullable else "reactive_json_new_string", value.code)
    if value.type == "json":
        return own(value)
    simple = {"integer": "reactive_json_new_integer", "boolean": "reactive_json_new_boolean",
              "double": "reactive_json_new_float"}
    if value.type in simple:
        return invoke(simple[value.type], value.code)
    if value.type == "none":
        return invoke("reactive_json_new_null")
    if value.type == "strings":
        value = expressions.materialise(work, value)
        return invoke("port_json_from_strings", value.code)
    raise ByHand


def express_json(work, node, name="data"):
    """A value as JSON, to be used at once and not to be freed by whom it is given to."""
    if isinstance(node, ast.Dict) or (isinstance(node, (ast.List, ast.Tuple))):
        return Value("json", fill_json(work, node, name), is_pure=True)
    value = expressions.express(work, node)
    if value.type == "json" and not value.is_owned and not value.is_nullable:
        return value
    variable = work.temporary(name)
    work.emit(f"g_autoptr (ReactiveJson) {variable} = {as_json(work, value)};")
    return Value("json", variable, is_pure=True)


def fill_json(work, node, name):
    """Writes out an array or object. Returns the variable that owns it."""
    with work.deeper():
        is_object = isinstance(node, ast.Dict)
        variable = work.temporary(name)
        work.emit(f"g_autoptr (ReactiveJson) {variable} = "
                  f"{invoke('reactive_json_new_object' if is_object else 'reactive_json_new_array')};")
        for key, item in zip(node.keys if is_object else node.elts, node.values if is_object else node.elts):
            if key is None or isinstance(item, ast.Starred):
                raise ByHand
            code = nested_json(work, item)
            if is_object:
                work.emit(f"{invoke('reactive_json_object_set', variable, text_of(work, key).code, code)};")
            else:
                work.emit(f"{invoke('reactive_json_array_add', variable, code)};")
        return variable


def nested_json(work, node):
    if isinstance(node, (ast.Dict, ast.List, ast.Tuple)):
        return invoke("g_steal_pointer", f"&{fill_json(work, node, 'member')}")
    return as_json(work, expressions.express(work, node))


def format_constant(work, node):
    """The literal that an expression folds to, or ByHand."""
    try:
        return names.fold(node, work.scope())
    except names.NotConstant:
        raise ByHand from None
