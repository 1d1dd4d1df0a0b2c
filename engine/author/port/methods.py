# SPDX-License-Identifier: Apache-2.0
"""Attributes, items and methods of values whose type is known."""

import ast

import expressions
import texts
from values import ByHand, Value, boolean, invoke, literal_text

OPTION_TYPES = {"string": "string", "int": "integer", "integer": "integer", "float": "double", "boolean": "boolean",
                "secret": "string", "json": "json"}


def arguments_of(node, names, required=0):
    """The arguments of a call by the names of the parameters."""
    if any(isinstance(item, ast.Starred) for item in node.args) or any(item.arg is None for item in node.keywords):
        raise ByHand
    if len(node.args) > len(names):
        raise ByHand
    result = dict(zip(names, node.args))
    for item in node.keywords:
        if item.arg not in names or item.arg in result:
            raise ByHand
        result[item.arg] = item.value
    if any(name not in result for name in names[:required]):
        raise ByHand
    return result


# Configuration.


def get_option(work, node, key):
    """The value of an option."""
    key = expressions.express_string(work, key)
    declared = work.context.options.get(key.literal)
    work.mark(node)
    if not isinstance(key.literal, str):
        declared = "json"
    elif declared is None:
        work.mark(node, "c-with-placeholder", f"config.yaml does not declare the option '{key.literal}'")
    type_ = OPTION_TYPES.get(declared, "string")
    if type_ == "json":
        return Value("json", invoke("reactive_config_get", "unit", key.code), is_nullable=True)
    return Value(type_, invoke(f"reactive_config_get_{type_}", "unit", key.code), is_nullable=type_ == "string",
                 none_test=invoke("reactive_config_get", "unit", key.code))


def get_previous(work, node, key):
    key = expressions.express_string(work, key)
    work.mark(node)
    code = invoke("reactive_config_get_previous", "unit", key.code)
    if OPTION_TYPES.get(work.context.options.get(key.literal)) == "string":
        return Value("string", invoke("port_json_to_string", code), is_nullable=True)
    return Value("json", code, is_nullable=True)


def call_config(work, node):
    method = node.func.attr
    if method == "get":
        # Every option that is declared is there, so Python does not come to the default either.
        return get_option(work, node, arguments_of(node, ("key", "default"), 1)["key"])
    if method == "previous":
        return get_previous(work, node, arguments_of(node, ("key",), 1)["key"])
    if method == "changed":
        key = expressions.express_string(work, arguments_of(node, ("key",), 1)["key"])
        work.mark(node)
        return boolean(invoke("reactive_config_is_changed", "unit", key.code))
    raise ByHand


# Values that are kept.


def get_kept(work, node, arguments):
    key = expressions.express_string(work, arguments["key"]).code
    default = arguments.get("default")
    work.mark(node)
    if default is None or isinstance(default, ast.Dict) and not default.keys or (
            isinstance(default, ast.List) and not default.elts):
        return Value("json", invoke("reactive_kv_get", "unit", key), is_nullable=True)
    value = expressions.express(work, default)
    if value.type == "none":
        return Value("json", invoke("reactive_kv_get", "unit", key), is_nullable=True)
    if value.literal is False:
        return boolean(invoke("port_json_is_true", invoke("reactive_kv_get", "unit", key)))
    if value.type == "integer" and value.literal == 0:
        return Value("integer", invoke("reactive_kv_get_integer", "unit", key))
    if value.type == "string" and not value.is_owned:
        return Value("string", invoke("port_text_or_default", invoke("reactive_kv_get_string", "unit", key), value.code),
                     is_nullable=value.is_nullable, keeper=texts.kept_by(value))
    raise ByHand


def set_kept(work, node, arguments):
    key = expressions.express_string(work, arguments["key"]).code
    value = None if isinstance(arguments["value"], (ast.Dict, ast.List, ast.Tuple)) else (
        expressions.express(work, arguments["value"]))
    if value is not None and value.type == "string" and not value.is_nullable:
        value = texts.borrow(work, value)
        code = invoke("reactive_kv_set_string", "unit", key, value.code)
    elif value is not None and value.type == "integer":
        code = invoke("reactive_kv_set_integer", "unit", key, value.code)
    elif value is not None and value.type == "json" and not value.is_owned and not value.is_nullable:
        code = invoke("reactive_kv_set", "unit", key, value.code)
    elif value is not None:
        data = work.temporary("data")
        work.emit(f"g_autoptr (ReactiveJson) {data} = {texts.as_json(work, value)};")
        code = invoke("reactive_kv_set", "unit", key, data)
    else:
        code = invoke("reactive_kv_set", "unit", key, texts.express_json(work, arguments["value"]).code)
    work.mark(node)
    return Value("void", code)


def call_kv(work, node):
    method = node.func.attr
    if method == "get":
        arguments = arguments_of(node, ("key", "default", "record"), 1)
        if "record" in arguments:
            raise ByHand
        return get_kept(work, node, arguments)
    if method == "set":
        return set_kept(work, node, arguments_of(node, ("key", "value"), 2))
    if method == "unset":
        key = expressions.express_string(work, arguments_of(node, ("key",), 1)["key"])
        work.mark(node)
        return Value("void", invoke("reactive_kv_unset", "unit", key.code))
    if method == "flush" and not node.keywords and len(node.args) <= 1:
        work.mark(node, note="values are kept when the hook ends well")
        return Value("void", "/* Values are kept when the hook ends well. */")
    raise ByHand


# Strings, lists and JSON.


STRING_METHODS = ("decode", "encode", "startswith", "endswith", "lower", "upper", "strip", "lstrip", "rstrip", "replace",
                  "split", "splitlines")


def plain_text(work, value):
    """The code of a string that functions of GLib may get: not NULL."""
    value = texts.borrow(work, value)
    return invoke("port_text", value.code) if value.is_nullable else value.code


def get_slice(work, value, node):
    """`text[start:end]`."""
    if value.type != "string" or node.step is not None:
        raise ByHand
    ends = [expressions.express(work, end) if end is not None else None for end in (node.lower, node.upper)]
    if any(end is not None and end.type != "integer" for end in ends):
        raise ByHand
    start, end = (end.code if end is not None else default for end, default in zip(ends, ("0", "G_MAXINT64")))
    return made(invoke("port_slice", plain_text(work, value), start, end))


def as_string(work, value):
    """A string; what else JSON holds is None."""
    if value.type == "string":
        return value
    value = texts.borrow(work, value, "json")
    return Value("string", invoke("port_json_to_string", value.code), is_nullable=True, keeper=texts.kept_by(value))


def call_string(work, value, node):
    method = node.func.attr
    arguments = arguments_of(node, ("first", "second"))
    if method in ("decode", "encode"):
        return value
    if method in ("lower", "upper") and isinstance(value.literal, str) and not arguments:
        return literal_text(getattr(value.literal, method)())
    code = plain_text(work, value)
    strings = [expressions.express_string(work, item) for item in arguments.values()] if method != "join" else []
    codes = [string.code for string in strings]
    if method in ("startswith", "endswith") and len(codes) == 1:
        return boolean(invoke("g_str_has_prefix" if method == "startswith" else "g_str_has_suffix", code, *codes))
    if method in ("lower", "upper") and not codes:
        return made(invoke("g_utf8_strdown" if method == "lower" else "g_utf8_strup", code, "-1"))
    if method in ("strip", "lstrip", "rstrip") and len(codes) <= 1:
        return made(invoke(f"port_{method}", code, *(codes or ["NULL"])))
    if method == "replace" and len(codes) == 2:
        return made(invoke("port_replace", code, *codes))
    if method == "split" and len(codes) <= 1:
        return Value("strings", invoke("port_split", code, *(codes or ["NULL"])), is_owned=True)
    if method == "splitlines" and not codes:
        return Value("strings", invoke("port_split_lines", code), is_owned=True)
    if method == "join" and len(arguments) == 1:
        items = expressions.materialise(work, expressions.express(work, arguments["first"]))
        if items.type != "strings":
            raise ByHand
        return made(invoke("port_join", code, items.code))
    raise ByHand


def made(code):
    return Value("string", code, is_owned=True)


def call_json(work, value, node):
    if node.func.attr in STRING_METHODS:
        return call_string(work, as_string(work, value), node)
    if node.func.attr == "get":
        arguments = arguments_of(node, ("key", "default"), 1)
        default = arguments.get("default")
        if default is None or isinstance(default, ast.Constant) and default.value is None:
            return get_member(work, value, arguments["key"])
    raise ByHand


def get_member(work, value, key):
    value = texts.borrow(work, value, "json")
    key = expressions.express_string(work, key)
    return Value("json", invoke("port_json_member", value.code, key.code), is_nullable=True, keeper=texts.kept_by(value))


# Endpoints.


def get_attribute(work, value, node):
    """An attribute of a value."""
    function = ATTRIBUTES.get((value.type, node.attr))
    if function is None:
        raise ByHand
    type_, code = function
    return Value(type_, code.replace("@", value.code), keeper=texts.kept_by(value))


ATTRIBUTES = {
    ("endpoint", "is_joined"): ("boolean", "reactive_endpoint_is_joined (@)"),
    ("endpoint", "endpoint_name"): ("string", "reactive_endpoint_get_name (@)"),
    ("endpoint", "relations"): ("relations", "reactive_endpoint_get_relations (@)"),
    ("endpoint", "all_joined_units"): ("all-units", "@"),
    ("endpoint", "all_units"): ("all-units", "@"),
    ("all-units", "received"): ("databag", "reactive_endpoint_get_received (@)"),
    ("all-units", "received_raw"): ("databag-raw", "reactive_endpoint_get_received (@)"),
    ("relation", "relation_id"): ("string", "reactive_relation_get_id (@)"),
    ("relation", "application_name"): ("string", "reactive_relation_get_application_name (@)"),
    ("relation", "endpoint_name"): ("string", "reactive_endpoint_get_name (reactive_relation_get_endpoint (@))"),
    ("relation", "joined_units"): ("relation-units", "@"),
    ("relation", "units"): ("relation-units", "@"),
    ("relation-units", "received"): ("databag", "reactive_relation_get_received (@)"),
    ("relation-units", "received_raw"): ("databag-raw", "reactive_relation_get_received (@)"),
    ("relation", "to_publish"): ("databag", "reactive_relation_get_to_publish (@)"),
    ("relation", "to_publish_raw"): ("databag-raw", "reactive_relation_get_to_publish (@)"),
    ("relation", "to_publish_app"): ("databag", "reactive_relation_get_to_publish_app (@)"),
    ("relation", "to_publish_app_raw"): ("databag-raw", "reactive_relation_get_to_publish_app (@)"),
    ("relation", "received_app"): ("databag", "reactive_relation_get_received_app (@)"),
    ("relation", "received_app_raw"): ("databag-raw", "reactive_relation_get_received_app (@)"),
    ("remote-unit", "unit_name"): ("string", "reactive_remote_unit_get_name (@)"),
    ("remote-unit", "application_name"): ("string", "reactive_remote_unit_get_application_name (@)"),
    ("remote-unit", "received"): ("databag", "reactive_remote_unit_get_received (@)"),
    ("remote-unit", "received_raw"): ("databag-raw", "reactive_remote_unit_get_received (@)"),
    ("error", "message"): ("string", "@"),
}


def get_received(work, value, key):
    key = expressions.express_string(work, key).code
    if value.type == "databag":
        return Value("json", invoke("reactive_databag_get_json", value.code, key), is_nullable=True)
    return Value("string", invoke("reactive_databag_get", value.code, key, "NULL"), is_nullable=True)


def call_databag(work, value, node):
    if node.func.attr == "get":
        arguments = arguments_of(node, ("key", "default"), 1)
        default = arguments.get("default")
        if default is None or isinstance(default, ast.Constant) and default.value is None:
            return get_received(work, value, arguments["key"])
    raise ByHand


def publish(work, value, key, item):
    """Writes to a databag."""
    key = expressions.express_string(work, key).code
    if value.type == "databag":
        data = texts.express_json(work, item)
        return f"{invoke('reactive_databag_set_json', value.code, key, data.code)};"
    text = expressions.express(work, item)
    if text.type == "none":
        return f"{invoke('reactive_databag_set', value.code, key, 'NULL')};"
    if text.type != "string":
        raise ByHand
    return f"{invoke('reactive_databag_set', value.code, key, texts.borrow(work, text).code)};"


# All.


def get_parameter(work, node, key):
    """A parameter of the action."""
    key = expressions.express_string(work, key)
    work.mark(node)
    type_ = work.context.parameters.get(key.literal)
    if type_ in ("string", "integer", "boolean"):
        return Value(type_, invoke(f"reactive_action_get_{type_}", "unit", key.code), is_nullable=type_ == "string",
                     none_test=invoke("reactive_action_get", "unit", key.code))
    return Value("json", invoke("reactive_action_get", "unit", key.code), is_nullable=True)


def get_parameter_or(work, node, arguments):
    value = get_parameter(work, node, arguments["key"])
    default = arguments.get("default")
    if default is None or isinstance(default, ast.Constant) and default.value is None:
        return value
    default = expressions.express(work, default)
    if value.type == default.type == "string" and not default.is_owned:
        return Value("string", invoke("port_text_or_default", value.code, default.code), is_nullable=default.is_nullable,
                     keeper=texts.kept_by(default))
    raise ByHand


def get_item(work, value, node, index):
    """`value[index]`."""
    if value.type == "config":
        return get_option(work, node, index)
    if value.type == "parameters":
        return get_parameter(work, node, index)
    if value.type in ("databag", "databag-raw"):
        return get_received(work, value, index)
    position = expressions.express(work, index)
    if value.type == "status" and position.literal in (0, 1) and not isinstance(position.literal, bool):
        work.mark(node)
        return Value("string", "reactive_get_status_message (unit)" if position.literal else "reactive_get_status (unit)",
                     is_nullable=True)
    if value.items and isinstance(position.literal, int) and -len(value.items) <= position.literal < len(value.items):
        return value.items[position.literal]
    if value.type == "json" and position.type == "string":
        return get_member(work, value, index)
    if position.type == "integer" and value.type in ("json", "strings") and (
            position.literal is None or not isinstance(position.literal, int) or position.literal >= 0):
        value = texts.borrow(work, value)
        if value.type == "json":
            return Value("json", invoke("port_json_element", value.code, position.code), is_nullable=True,
                         keeper=texts.kept_by(value))
        return Value("string", invoke("port_list_item", value.code, position.code), is_nullable=True,
                     keeper=texts.kept_by(value))
    raise ByHand


def call_method(work, value, node):
    """`value.method (…)`."""
    if value.type == "config":
        return call_config(work, node)
    if value.type == "kv":
        return call_kv(work, node)
    if value.type == "parameters" and node.func.attr == "get":
        return get_parameter_or(work, node, arguments_of(node, ("key", "default"), 1))
    if value.type == "string":
        return call_string(work, value, node)
    if value.type == "json":
        return call_json(work, value, node)
    if value.type in ("databag", "databag-raw"):
        return call_databag(work, value, node)
    raise ByHand
