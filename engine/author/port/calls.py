# SPDX-License-Identifier: Apache-2.0
"""Calls that are known by their dotted name, and what they are in C."""

import ast
import shlex

import expressions
import names
import signatures
import texts
import truth
from methods import arguments_of, get_option, get_parameter
from values import UNARY, ByHand, Missing, Value, boolean, invoke

REACTIVE = "charms.reactive."
HOOKENV = "charmhelpers.core.hookenv."
HOST = "charmhelpers.core.host."
STATUS = "charms.layer.status."

LEVELS = ("TRACE", "DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
CONSTANTS = {HOOKENV + name: name for name in LEVELS}
WORKLOAD_STATES = ("maintenance", "blocked", "waiting", "active")
for state in WORKLOAD_STATES:
    CONSTANTS[f"{STATUS}WorkloadState.{state.upper()}"] = state
    CONSTANTS[f"{HOOKENV}WORKLOAD_STATES.{state.upper()}"] = state
    CONSTANTS[f"charms.layer.status.WorkloadState.{state.upper()}.value"] = state

# What a call counts as: the first that its dotted name begins with.
FLAG_NAMES = """
    set_flag clear_flag toggle_flag is_flag_set all_flags_set any_flags_set get_flags get_unset_flags register_trigger
    set_state remove_state toggle_state is_state all_states any_states get_states get_state
""".split()
KINDS = (
    *((REACTIVE + name, "flag") for name in FLAG_NAMES),
    *((REACTIVE + name, "kv") for name in
      ("data_changed", "is_data_changed", "any_file_changed", "was_invoked", "mark_invoked")),
    *((REACTIVE + name, "relation") for name in
      ("endpoint_from_", "relation_from_", "relation_call", "context")),
    (REACTIVE, "other"),
    *((HOOKENV + name, "action") for name in ("action_", "function_")),
    *((HOOKENV + name, "relation") for name in ("relation", "related_units", "remote_unit", "remote_service_name",
                                                "in_relation_hook", "ingress_address", "network_get")),
    *((HOOKENV + name, "leadership") for name in ("is_leader", "leader_")),
    (HOOKENV + "config", "config"),
    (HOOKENV + "status_", "status"),
    (HOOKENV + "log", "log"),
    (HOOKENV, "other"),
    (STATUS + "WorkloadState", ""),
    (STATUS, "status"),
    ("charms.leadership.", "leadership"),
    ("charmhelpers.core.unitdata.kv", "kv"),
    (HOST, "host"),
    ("charmhelpers.fetch.", "host"),
    ("charmhelpers.core.templating.", "host"),
    ("charms.templating.", "host"),
    ("charmhelpers.", "other"),
    ("charms.layer.", "other"),
    ("charms.", "other"),
    ("subprocess.", "host"),
    ("shutil.", "host"),
    *(("os." + name, "host") for name in ("makedirs", "mkdir", "remove", "unlink", "rename", "symlink", "chmod", "chown",
                                          "rmdir", "system", "path.exists", "path.isfile", "path.isdir")),
)

TABLE = {}


def kind_of(dotted):
    """What a call counts as, or None if it is not one of a charm's libraries."""
    for prefix, kind in KINDS:
        if dotted.startswith(prefix):
            return kind or None
    return None


class Arguments:
    """The arguments of a call that is known."""

    def __init__(self, work, node, parameters, dotted):
        self.work, self.node, self.dotted, self.markers = work, node, dotted, work.markers
        required = [name for name in parameters if not name.endswith("?")]
        self.nodes = arguments_of(node, tuple(name.rstrip("?") for name in parameters), len(required))

    def __contains__(self, name):
        return name in self.nodes

    def text(self, name):
        """A string that must be known."""
        return expressions.express_string(self.work, self.nodes[name]).code

    def nullable(self, name):
        """A string that must be known, or NULL."""
        value = expressions.express(self.work, self.nodes[name])
        if value.type == "json":
            return texts.text_of(self.work, self.nodes[name]).code
        if value.type not in ("string", "none"):
            raise ByHand
        return texts.borrow(self.work, value).code

    def value(self, name):
        return expressions.express(self.work, self.nodes[name])

    def literal(self, name, default=None):
        """What an argument folds to."""
        return texts.format_constant(self.work, self.nodes[name]) if name in self.nodes else default

    def done(self, code, type_="void", **more):
        """The value of the call, which is marked as carried over."""
        self.work.mark(self.node, "c-with-placeholder" if self.work.markers > self.markers else "c")
        return Value(type_, code, **more)


def known(parameters, *dotted):
    """Registers what a call is in C. Parameters with a question mark may be missing."""
    def register(function):
        TABLE.update({name: (parameters.split(), function) for name in dotted})
        return function
    return register


def express_known(work, node, dotted):
    entry = TABLE.get(dotted)
    if entry is None:
        raise ByHand
    parameters, function = entry
    if parameters == ["*"]:
        return function(work, node, dotted)
    return function(Arguments(work, node, parameters, dotted))


def express_own(work, node, name):
    """A call of a function of the same file."""
    return signatures.call_function(work, node, name)


def express_builtin(work, node, name):
    """A call of what Python itself has."""
    if name == "dict" and not node.args:
        return expressions.express_dict(work, expressions.as_dict(node))
    if name in ("str", "repr", "int", "bool", "len", "dict", "list", "set", "sorted", "isinstance", "print") and (
            len(node.args) == 1 and not node.keywords):
        function = BUILTINS.get(name)
        if function is not None:
            return function(work, node.args[0])
    raise ByHand


def to_bool(work, node):
    return expressions.express_boolean(work, node)


def to_text(work, node):
    return texts.build(work, texts.split_text_of(work, node, False))


def to_integer(work, node):
    value = expressions.express(work, node)
    if value.type == "integer":
        return value
    if value.type == "boolean":
        return Value("integer", value.code, value.level)
    if value.type == "json" and not value.is_owned:
        return Value("integer", invoke("port_json_to_integer", value.code))
    raise ByHand


def to_length(work, node):
    value = expressions.express(work, node)
    if value.items:
        return expressions.from_literal(len(value.items))
    functions = {"string": "port_text_length", "strings": "port_list_length", "json": "port_json_length"}
    if value.type not in functions:
        raise ByHand
    return Value("integer", invoke(functions[value.type], texts.borrow(work, value).code))


def to_same(work, node):
    """A copy that nobody can tell from the original while it only is read."""
    value = expressions.express(work, node)
    if value.type in ("config", "parameters", "strings"):
        return value
    raise ByHand


BUILTINS = {"bool": to_bool, "str": to_text, "int": to_integer, "len": to_length, "dict": to_same, "list": to_same}


# What the engine does itself.


@known("*", HOOKENV + "_run_atstart", HOOKENV + "_run_atexit", "charms.layer.import_layer_libs",
       "charms.layer.basic.bootstrap_charm_deps", REACTIVE + "main", REACTIVE + "discover")
def leave_to_engine(work, node, dotted):
    work.mark(node, note="the engine does it")
    return Value("void", f"/* {dotted.rpartition('.')[2]} (): the engine does it. */")


# Flags.


@known("flag", REACTIVE + "set_flag", REACTIVE + "set_state")
def set_flag(call):
    return call.done(invoke("reactive_set_flag", "unit", call.text("flag")))


@known("flag", REACTIVE + "clear_flag", REACTIVE + "remove_state")
def clear_flag(call):
    return call.done(invoke("reactive_clear_flag", "unit", call.text("flag")))


@known("flag should_set", REACTIVE + "toggle_flag", REACTIVE + "toggle_state")
def toggle_flag(call):
    flag = call.text("flag")
    test = truth.condition_or_marker(call.work, call.nodes["should_set"])
    return call.done(invoke("reactive_toggle_flag", "unit", flag, test.code))


@known("flag", REACTIVE + "is_flag_set", REACTIVE + "is_state")
def is_flag_set(call):
    return call.done(invoke("reactive_is_flag_set", "unit", call.text("flag")), "boolean")


@known("*", REACTIVE + "all_flags_set", REACTIVE + "all_states", REACTIVE + "any_flags_set", REACTIVE + "any_states")
def ask_flags(work, node, dotted):
    if node.keywords or not node.args:
        raise ByHand
    flags = []
    for item in node.args:
        if isinstance(item, ast.Starred):
            value = expressions.express(work, item.value)
            if not value.items:
                raise ByHand
            flags += [text.code for text in value.items]
        else:
            flags.append(expressions.express_string(work, item).code)
    function = "reactive_all_flags_set" if ".all_" in dotted else "reactive_any_flags_set"
    work.mark(node)
    return boolean(invoke(function, "unit", *flags, "NULL"))


@known("", REACTIVE + "get_flags", REACTIVE + "get_states")
def get_flags(call):
    if call.dotted.endswith("get_states"):
        raise ByHand
    return call.done("reactive_get_flags (unit)", "strings")


@known("when? when_not? set_flag? clear_flag? callback?", REACTIVE + "register_trigger")
def register_trigger(call):
    if "callback" in call:
        raise ByHand
    fields = {"when": "when", "when_not": "when_not", "set_flag": "set", "clear_flag": "clear"}
    members = [f".{field} = {call.text(name)}" for name, field in fields.items() if name in call]
    trigger = call.work.temporary("trigger")
    call.work.emit(f"const ReactiveTrigger {trigger} = {{ {', '.join(members)} }};")
    return call.done(invoke("reactive_register_trigger", "unit", f"&{trigger}", "NULL", "NULL"))


# Configuration.


@known("scope?", HOOKENV + "config")
def config(call):
    if "scope" not in call:
        return Value("config")
    if isinstance(call.nodes["scope"], ast.Constant) and call.nodes["scope"].value is None:
        return Value("config")
    return get_option(call.work, call.node, call.nodes["scope"])


# Status.


def emit_status(call, state, message_node):
    """Sets a status that is known."""
    work = call.work
    state = {"maint": "maintenance"}.get(state, state)
    if state not in WORKLOAD_STATES:
        raise ByHand
    texts.emit_message(work, message_node, f"reactive_status_{state}", "unit")
    return call.done("")


@known("message", *(STATUS + name for name in (*WORKLOAD_STATES, "maint")))
def set_layer_status(call):
    return emit_status(call, call.dotted.rpartition(".")[2], call.nodes["message"])


@known("workload_state message? application?", HOOKENV + "status_set", STATUS + "status_set")
def set_status(call):
    if call.literal("application", False):
        raise ByHand
    message = call.nodes.get("message", ast.Constant("", lineno=call.node.lineno))
    state = call.value("workload_state")
    if state.literal in WORKLOAD_STATES:
        return emit_status(call, state.literal, message)
    if state.type != "string":
        raise ByHand
    code = texts.borrow(call.work, state).code
    text = texts.text_of(call.work, message, is_lenient=True)
    return call.done(invoke("port_status", "unit", code, text.code))


@known("", HOOKENV + "status_get")
def get_status(call):
    return Value("status")


@known("version", HOOKENV + "application_version_set")
def set_version(call):
    return call.done(invoke("reactive_set_application_version", "unit", texts.text_of(call.work, call.nodes["version"],
                                                                                     is_lenient=False).code))


# Log.


def level_of(call):
    """The level of a log line: ReactiveLogLevel."""
    if "level" not in call:
        return "REACTIVE_LOG_INFO"
    value = call.value("level")
    if value.type == "none":
        return "REACTIVE_LOG_INFO"
    if not isinstance(value.literal, str):
        if value.type != "string":
            raise ByHand
        return invoke("port_log_level", texts.borrow(call.work, value).code)
    level = {"WARN": "WARNING"}.get(value.literal.upper(), value.literal.upper())
    if level not in LEVELS:
        raise ByHand
    return f"REACTIVE_LOG_{level}"


@known("message level?", HOOKENV + "log")
def log(call):
    level = level_of(call)
    texts.emit_message(call.work, call.nodes["message"], "reactive_log", "unit", level)
    return call.done("")


# Actions.


@known("key?", HOOKENV + "action_get", HOOKENV + "function_get")
def get_action(call):
    if "key" not in call:
        return Value("parameters")
    return get_parameter(call.work, call.node, call.nodes["key"])


@known("message", HOOKENV + "action_fail", HOOKENV + "function_fail", HOOKENV + "action_log",
       HOOKENV + "function_log")
def fail_action(call):
    text = texts.text_of(call.work, call.nodes["message"], is_lenient=True)
    function = "reactive_action_fail" if call.dotted.endswith("fail") else "reactive_action_log"
    return call.done(invoke(function, "unit", text.code))


@known("values", HOOKENV + "action_set", HOOKENV + "function_set")
def set_action(call):
    work, node = call.work, expressions.as_dict(call.nodes["values"])
    if not isinstance(node, ast.Dict):
        value = texts.borrow(work, call.value("values"), "results")
        if value.type != "json":
            raise ByHand
        return call.done(invoke("port_action_set", "unit", value.code))
    if None in node.keys:
        raise ByHand
    for key, item in zip(node.keys, node.values):
        value = texts.text_of(work, item, is_lenient=True)
        name = texts.borrow(work, texts.build(work, texts.split_text(work, key)), "key")
        work.emit(f"{invoke('reactive_action_set', 'unit', name.code, value.code)};")
    return call.done("")


# Leadership.


@known("", HOOKENV + "is_leader")
def is_leader(call):
    return call.done("reactive_is_leader (unit)", "boolean")


@known("attribute", HOOKENV + "leader_get", "charms.leadership.leader_get")
def leader_get(call):
    return call.done(invoke("reactive_leader_get", "unit", call.text("attribute")), "string", is_nullable=True)


@known("*", HOOKENV + "leader_set", "charms.leadership.leader_set")
def leader_set(work, node, dotted):
    settings = []
    if len(node.args) == 1 and not node.keywords and not isinstance(node.args[0], ast.Dict):
        value = texts.borrow(work, expressions.express(work, node.args[0]), "settings")
        if value.type != "json":
            raise ByHand
        signatures.emit_fallible(work, "port_leader_set", "unit", value.code)
        work.mark(node)
        return Value("void", "")
    if node.args:
        if len(node.args) > 1 or not isinstance(node.args[0], ast.Dict) or None in node.args[0].keys:
            raise ByHand
        settings = list(zip(node.args[0].keys, node.args[0].values))
    if any(item.arg in (None, "settings") for item in node.keywords):
        raise ByHand
    settings += [(ast.Constant(item.arg), item.value) for item in node.keywords]
    for key, item in settings:
        key = expressions.express_string(work, key)
        value = expressions.express(work, item)
        if value.type == "string":
            code = texts.borrow(work, value).code
        elif value.type == "none":
            code = "NULL"
        elif value.type == "json":
            text = Value("string", invoke("port_json_to_setting", texts.borrow(work, value, "json").code), is_owned=True)
            code = texts.borrow(work, text).code
        else:
            code = texts.text_of(work, item).code
        signatures.emit_fallible(work, "reactive_leader_set", "unit", key.code, code)
    work.mark(node)
    return Value("void", "")


# Values that are kept.


@known("", "charmhelpers.core.unitdata.kv")
def kv(call):
    return Value("kv")


@known("data_id value hash_type?", REACTIVE + "data_changed", REACTIVE + "is_data_changed")
def data_changed(call):
    if call.literal("hash_type", "md5") != "md5":
        raise ByHand
    key = call.text("data_id")
    data = texts.express_json(call.work, call.nodes["value"])
    return call.done(invoke(f"reactive_{call.dotted.rpartition('.')[2]}", "unit", key, data.code), "boolean")


@known("filenames hash_type?", REACTIVE + "any_file_changed")
def any_file_changed(call):
    if call.literal("hash_type", "md5") != "md5":
        raise ByHand
    value = call.value("filenames")
    if not value.items:
        raise ByHand
    return call.done(invoke("reactive_any_file_changed", "unit", *(item.code for item in value.items), "NULL"),
                     "boolean")


# Relations.


@known("name", REACTIVE + "endpoint_from_name")
def endpoint_from_name(call):
    return call.done(invoke("reactive_endpoint_from_name", "unit", call.text("name")), "endpoint")


@known("flag", REACTIVE + "endpoint_from_flag")
def endpoint_from_flag(call):
    return call.done(invoke("reactive_endpoint_from_flag", "unit", call.text("flag")), "endpoint")


@known("binding", HOOKENV + "network_get_primary_address")
def primary_address(call):
    return signatures.emit_nullable(call, "reactive_get_bind_address", "unit", call.text("binding"))


# The hook.


def simple(code, *dotted):
    """A call without arguments that asks about the hook."""
    @known("", *dotted)
    def function(call):
        return call.done(f"{code} (unit)", "string", is_nullable=code not in NEVER_NULL)
    return function


NEVER_NULL = ("reactive_get_charm_dir", "reactive_get_unit_name", "reactive_get_application_name")
simple("reactive_get_unit_name", HOOKENV + "local_unit")
simple("reactive_get_application_name", HOOKENV + "service_name", HOOKENV + "application_name")
simple("reactive_get_remote_unit", HOOKENV + "remote_unit")
simple("reactive_get_remote_application", HOOKENV + "remote_service_name")
simple("reactive_get_hook_name", HOOKENV + "hook_name")
simple("reactive_get_charm_dir", HOOKENV + "charm_dir")
simple("reactive_get_model_name", HOOKENV + "model_name")
simple("reactive_get_model_uuid", HOOKENV + "model_uuid")
simple("reactive_get_principal_unit", HOOKENV + "principal_unit")
simple("reactive_get_charm_name", HOOKENV + "charm_name")
simple("reactive_get_juju_version", HOOKENV + "juju_version")
simple("reactive_get_action_name", HOOKENV + "action_name", HOOKENV + "function_name")
simple("reactive_get_relation_id", HOOKENV + "relation_id")


@known("", "traceback.format_exc")
def format_error(call):
    # C has no traceback; the error says what failed.
    if not call.work.failure:
        raise ByHand
    return call.done(f"{call.work.failure}->message", "string", keeper="other")


@known("name", HOOKENV + "resource_get")
def resource_get(call):
    # Python gives False where the tool fails.
    return call.done(invoke("reactive_resource_get", "unit", call.text("name"), "NULL"), "string", is_nullable=True)


@known("port protocol?", HOOKENV + "open_port", HOOKENV + "close_port")
def open_port(call):
    work = call.work
    protocol = call.nodes.get("protocol", ast.Constant("TCP"))
    protocol = expressions.express_string(work, ast.Call(ast.Attribute(protocol, "lower"), [], []))
    if isinstance(protocol.literal, str) and protocol.literal not in ("tcp", "udp", "icmp"):
        raise ByHand
    port = call.value("port")
    if port.type not in ("integer", "string", "json"):
        raise ByHand
    parts = [texts.literal_or_value(port), "/", texts.literal_or_value(protocol)]
    text = texts.borrow(work, texts.build(work, parts), "port")
    return call.done(invoke(f"reactive_{call.dotted.rpartition('.')[2]}", "unit", text.code))


@known("start end protocol?", HOOKENV + "open_ports", HOOKENV + "close_ports")
def open_ports(call):
    protocol = call.literal("protocol", "TCP")
    start, end = call.value("start"), call.value("end")
    if start.type != "integer" or end.type != "integer" or protocol not in ("TCP", "UDP"):
        raise ByHand
    parts = [str(value.literal) if isinstance(value.literal, int) else value for value in (start, end)]
    text = texts.borrow(call.work, texts.build(call.work, [parts[0], "-", parts[1], f"/{protocol.lower()}"]), "port")
    function = "reactive_open_port" if "open" in call.dotted else "reactive_close_port"
    return call.done(invoke(function, "unit", text.code))


def ask_tool(call, *argv):
    """The answer of a hook tool."""
    work = call.work
    tool = work.temporary("tool")
    work.emit(f"const char *const {tool}[] = {{ {', '.join([*argv, 'NULL'])} }};")
    return signatures.emit_nullable(call, "port_call_tool", "unit", tool)


@known("attribute", HOOKENV + "unit_get")
def unit_get(call):
    return ask_tool(call, '"unit-get"', call.text("attribute"))


@known("", HOOKENV + "unit_private_ip", HOOKENV + "unit_public_ip")
def unit_ip(call):
    return ask_tool(call, '"unit-get"', '"private-address"' if "private" in call.dotted else '"public-address"')


# Files, commands and services.


@known("service_name", *(HOST + f"service_{verb}" for verb in ("start", "stop", "restart", "reload", "running")))
def service(call):
    verb = {"running": "is-active"}.get(call.dotted.rpartition("_")[2], call.dotted.rpartition("_")[2])
    name = call.text("service_name")
    if verb in ("restart", "reload"):
        return call.done(invoke(f"reactive_service_{verb}", "unit", name, "NULL"), "boolean")
    return call.done(invoke("port_service", "unit", f'"{verb}"', name), "boolean")


@known("service_name", HOST + "service_pause", HOST + "service_resume")
def pause_service(call):
    verbs = ("stop", "disable", "mask") if call.dotted.endswith("pause") else ("unmask", "enable", "start")
    name = call.text("service_name")
    for verb in verbs[:-1]:
        call.work.emit(f"{invoke('port_service', 'unit', expressions.from_literal(verb).code, name)};")
    return call.done(invoke("port_service", "unit", expressions.from_literal(verbs[-1]).code, name), "boolean")


@known("path mode", "os.chmod")
def change_mode(call):
    mode = call.literal("mode")
    if not isinstance(mode, int) or not 0 <= mode <= 0o7777:
        raise ByHand
    signatures.emit_fallible(call.work, "port_change_mode", "unit", call.text("path"), f"0{mode:o}")
    return call.done("")


@known("path owner? group? perms? force?", HOST + "mkdir")
def make_directory(call):
    if "owner" in call or "group" in call:
        raise ByHand
    mode = call.literal("perms", 0o555)
    return make_directories(call, call.text("path"), mode)


@known("name mode? exist_ok?", "os.makedirs", "os.mkdir")
def os_makedirs(call):
    mode = call.literal("mode", 0o777)
    return make_directories(call, call.text("name"), mode)


def make_directories(call, path, mode):
    if not isinstance(mode, int) or not 0 <= mode <= 0o7777:
        raise ByHand
    signatures.emit_fallible(call.work, "port_make_directory", "unit", path, f"0{mode:o}")
    return call.done("")


@known("path content owner? group? perms?", HOST + "write_file")
def write_file(call):
    mode, owner = call.literal("perms", 0o444), call.literal("owner", "root")
    group = call.literal("group", "root")
    if not isinstance(mode, int) or not 0 <= mode <= 0o7777 or not all(isinstance(item, str) for item in (owner, group)):
        raise ByHand
    path, text = call.text("path"), call.text("content")
    signatures.emit_fallible(call.work, "reactive_write_file", "unit", path, text, "-1", f"0{mode:o}",
                             expressions.from_literal(f"{owner}:{group}").code, "NULL")
    return call.done("")


@known("path", "os.path.exists", "os.path.isfile", "os.path.isdir", "os.path.islink")
def test_file(call):
    test = {"exists": "EXISTS", "isfile": "IS_REGULAR", "isdir": "IS_DIR", "islink": "IS_SYMLINK"}
    return call.done(invoke("port_test_file", "unit", call.text("path"),
                            f"G_FILE_TEST_{test[call.dotted.rpartition('.')[2]]}"), "boolean")


@known("path", "os.remove", "os.unlink")
def remove_file(call):
    signatures.emit_fallible(call.work, "port_remove_file", "unit", call.text("path"))
    return call.done("")


@known("*", "os.path.join")
def join_path(work, node, dotted):
    if node.keywords or not node.args:
        raise ByHand
    parts = [expressions.express_string(work, item) for item in node.args]
    if any(part.literal in (Missing, "") or part.literal.startswith("/") for part in parts[1:]):
        code = [part.code for part in parts]
        return Value("string", invoke("port_join_path", *code, "NULL"), is_owned=True)
    return Value("string", invoke("g_build_filename", *(part.code for part in parts), "NULL"), is_owned=True)


@known("path", "os.path.basename", "os.path.dirname")
def part_of_path(call):
    path = call.literal("path") if is_constant(call, "path") else None
    function = "port_basename" if call.dotted.endswith("basename") else "port_dirname"
    if isinstance(path, str):
        head, slash, tail = path.rpartition("/")
        return expressions.from_literal(tail if function == "port_basename" else head.rstrip("/") or slash)
    return Value("string", invoke(function, call.text("path")), is_owned=True)


def is_constant(call, name):
    try:
        call.literal(name)
        return True
    except ByHand:
        return False


@known("s", "shlex.split")
def split_words(call):
    text = call.literal("s")
    if not isinstance(text, str):
        raise ByHand
    try:
        return expressions.from_literal(shlex.split(text))
    except ValueError:
        raise ByHand from None


RUN_OPTIONS = """args check? shell? stdout? stderr? universal_newlines? text? encoding? capture_output? close_fds?
timeout? stdin?"""


def argv_of(call):
    """The array of a command's arguments."""
    work, node = call.work, call.nodes["args"]
    if call.literal("shell", False):
        command = call.text("args")
        items = ['"/bin/sh"', '"-c"', command.replace("\n", " ")]
        argv = work.temporary("argv")
        work.emit(f"const char *const {argv}[] = {{ {', '.join([*items, 'NULL'])} }};")
        return argv
    value = expressions.express(work, node)
    if value.type == "string":
        value = Value("strings", items=[texts.borrow(work, value)])
    if value.type != "strings":
        raise ByHand
    return expressions.materialise(work, value, "argv").code


@known(RUN_OPTIONS, "subprocess.check_call", "subprocess.check_output", "subprocess.call", "subprocess.run")
def run(call):
    for option in ("stdout", "stdin"):
        if option in call and expressions.resolve(call.work, call.nodes[option]) not in (
                "subprocess.PIPE", "subprocess.DEVNULL"):
            raise ByHand
    seconds = call.literal("timeout", 0) or 0
    if not isinstance(seconds, (int, float)) or not 0 <= seconds < 1e6:
        raise ByHand
    argv, timeout = argv_of(call), str(int(seconds * 1000))
    name = call.dotted.rpartition(".")[2]
    if name == "check_output":
        if "stderr" in call and expressions.resolve(call.work, call.nodes["stderr"]) == "subprocess.STDOUT":
            return signatures.emit_nullable(call, "port_run_merged", "unit", argv, timeout)
        return signatures.emit_nullable(call, "reactive_run", "unit", argv, timeout)
    if name == "check_call" or (name == "run" and call.literal("check", False)):
        signatures.emit_fallible(call.work, "port_run", "unit", argv, timeout)
        return call.done("")
    status = call.work.temporary("exit_status")
    call.work.emit(f"int {status} = 0;")
    signatures.emit_fallible(call.work, "port_run_status", "unit", argv, timeout, f"&{status}")
    if name == "run":
        call.work.emit(f"(void) {status};")
        return call.done("")
    return call.done(f"(gint64) {status}", "integer", level=UNARY, is_pure=True)


def find_objects(statements, aliases):
    """The names that are bound to the configuration, the kept values, or an action's parameters."""
    kinds = {HOOKENV + "config": "config", "charmhelpers.core.unitdata.kv": "kv", HOOKENV + "action_get": "action",
             HOOKENV + "function_get": "action"}
    found = {}
    for node in statements:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and not node.value.args:
            kind = kinds.get(names.resolve(node.value.func, aliases))
            for target in node.targets:
                if kind and isinstance(target, ast.Name):
                    found[target.id] = kind
    return found
