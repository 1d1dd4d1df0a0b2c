# SPDX-License-Identifier: Apache-2.0
"""What the names of a Python file stand for: imports, constants, and what folds to a constant.

Nothing of the file is run. What is built here is bounded, for the file may be hostile.
"""

import ast
import copy
import dataclasses
import re

MAX_DEPTH = 60
MAX_TEXT = 64 * 1024
MAX_ITEMS = 4096

# Where a library's parts may also be imported from.
HOMES = (
    (re.compile(r"charms\.reactive\.(?=(hookenv|unitdata)\b)"), "charmhelpers.core."),
    (re.compile(r"charms\.reactive\.(flags|helpers|decorators|relations|endpoints|bus|altrelations)\."),
     "charms.reactive."),
    (re.compile(r"charmhelpers\.core\.status\."), "charms.layer.status."),
    (re.compile(r"charmhelpers\.core\.hookenv\.charmhelpers\.core\.hookenv\."), "charmhelpers.core.hookenv."),
)

# What `from MODULE import *` brings, as far as it matters here.
STARS = {
    "charms.reactive": """
        when when_all when_any when_not when_none when_not_all when_file_changed hook not_unless only_once
        collect_metrics meter_status_changed when_not_any
        set_flag clear_flag toggle_flag is_flag_set all_flags_set any_flags_set get_flags get_unset_flags
        register_trigger set_state remove_state toggle_state is_state all_states any_states get_states get_state
        endpoint_from_name endpoint_from_flag relation_from_flag relation_from_state relation_from_name context
        data_changed is_data_changed any_file_changed was_invoked mark_invoked any_hook main
        Endpoint RelationBase RelationFactory scopes relation_call hookenv unitdata""",
    "charmhelpers.core.hookenv": """
        log config status_set status_get action_get action_set action_fail action_log action_name action_uuid
        function_get function_set function_fail function_log is_leader leader_get leader_set application_version_set
        open_port close_port open_ports close_ports unit_get unit_private_ip unit_public_ip local_unit remote_unit
        service_name application_name relation_get relation_set relation_ids related_units relation_id charm_dir
        resource_get network_get network_get_primary_address ingress_address storage_get storage_list metadata
        hook_name model_name model_uuid principal_unit charm_name juju_version in_relation_hook relations atexit atstart
        DEBUG INFO WARNING ERROR CRITICAL TRACE WORKLOAD_STATES cached add_metric""",
    "charmhelpers.core.host": """
        service service_start service_stop service_restart service_reload service_running service_available
        service_pause service_resume mkdir write_file adduser add_group add_user_to_group chownr symlink rsync
        lsb_release restart_on_change file_hash pwgen chdir install_ca_cert""",
    "charms.layer.status": "maintenance maint blocked waiting active status_set WorkloadState",
    "charms.leadership": "leader_get leader_set",
    "subprocess": "call check_call check_output run Popen PIPE STDOUT DEVNULL CalledProcessError TimeoutExpired",
}

KEYWORDS = """
    auto break case char const continue default do double else enum extern float for goto if inline int long register
    restrict return short signed sizeof static struct switch typedef union unsigned void volatile while asm typeof
    bool true false linux unix i386 main unit error handlers triggers reactive_module errno stdin stdout stderr
    TRUE FALSE NULL EOF HANDLER HANDLERS TRIGGERS ACTION WHEN WHEN_ANY WHEN_NOT WHEN_NOT_ALL WHEN_FILE_CHANGED ON ONCE
    ON_RESTRICTED CONDITIONS MIN MAX ABS CLAMP
"""

# Functions that the headers declare, or that the compiler knows: a static one of that name does not compile.
LIBRARY = """
    abort abs access acos alarm asctime asin atan atan2 atexit atof atoi atol bcmp bcopy brk bsearch bzero calloc ceil
    chdir chmod chown clearerr clock close cos cosh creat ctime difftime div dup dup2 execl execv exit exp fabs fclose
    fdopen feof ferror fflush ffs fgetc fgets fileno floor fmod fopen fork fprintf fputc fputs fread free freopen frexp
    fscanf fseek ftell fwrite gamma getc getchar getcwd getenv getpid gets gmtime index isalnum isalpha isatty iscntrl
    isdigit isgraph islower isprint ispunct isspace isupper isxdigit j0 j1 jn kill labs ldexp ldiv link localtime log
    log10 log2 longjmp lseek malloc memchr memcmp memcpy memmove memset mkdir mkfifo mktime modf nice open pause perror
    pipe pow printf psignal putc putchar putenv puts qsort raise rand random read readlink realloc remove rename rewind
    rindex rmdir round sbrk scanf select setbuf setenv setjmp signal sin sinh sleep sprintf sqrt srand sscanf stat
    strcat strchr strcmp strcoll strcpy strcspn strdup strerror strftime strlen strncat strncmp strncpy strpbrk strrchr
    strspn strstr strtod strtok strtol strtoul symlink sync system tan tanh tempnam time times tmpfile tmpnam tolower
    toupper trunc truncate ttyname tzset umask uname ungetc unlink unsetenv usleep vfork vprintf wait write y0 y1 yn
"""

TAKEN = frozenset(KEYWORDS.split()) | frozenset(LIBRARY.split())


@dataclasses.dataclass
class Names:
    """What the top level of a file binds."""

    aliases: dict = dataclasses.field(default_factory=dict)  # local name → dotted name
    constants: dict = dataclasses.field(default_factory=dict)  # name → literal value
    values: dict = dataclasses.field(default_factory=dict)  # name → the one expression that it is bound to
    functions: dict = dataclasses.field(default_factory=dict)  # name → ast.FunctionDef
    classes: dict = dataclasses.field(default_factory=dict)  # name → the dotted names of its bases


class NotConstant(Exception):
    """An expression is not known before the program runs."""


def to_c_identifier(name):
    """A name that C takes for a static function or a variable, as near to Python's as can be.

    Two names may become one; who needs them apart passes other names on (Context.c_names).
    """
    text = "".join(letter if re.fullmatch(r"[A-Za-z0-9_]", letter) else f"u{ord(letter):x}" for letter in name)
    if re.match(r"__|_[A-Z]|[0-9]|_?$", text):
        # What begins like this is the compiler's.
        text = f"n{text}"
    if text in TAKEN or text.startswith(("reactive_", "port_", "g_", "Reactive", "REACTIVE_", "PORT_", "G_")):
        text += "_"
    return text


def home_of(dotted):
    for pattern, home in HOMES:
        dotted = pattern.sub(home, dotted, count=1)
    return dotted


def add_import(node, aliases):
    """Notes what an import statement binds."""
    if isinstance(node, ast.Import):
        for item in node.names:
            if item.asname:
                aliases[item.asname] = item.name
            else:
                aliases[item.name.split(".")[0]] = item.name.split(".")[0]
        return
    module = "." * node.level + (node.module or "")
    for item in node.names:
        if item.name == "*":
            aliases.update({name: f"{module}.{name}" for name in STARS.get(home_of(f"{module}."[:-1]), "").split()})
        else:
            aliases[item.asname or item.name] = home_of(f"{module}.{item.name}")


def dotted_text(node):
    """`a.b.c` of a chain of names, or None."""
    parts = []
    while isinstance(node, ast.Attribute) and len(parts) < MAX_DEPTH:
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return None
    return ".".join([node.id, *reversed(parts)])


def resolve(node, aliases):
    """The dotted name of what a name or attribute stands for, in the place where its library defines it; or None.

    A name that no import binds is not resolved.
    """
    text = dotted_text(node)
    if text is None:
        return None
    first, dot, rest = text.partition(".")
    if first not in aliases:
        return None
    return home_of(f"{aliases[first]}{dot}{rest}")


def check_size(value):
    if isinstance(value, (str, bytes)) and len(value) > MAX_TEXT:
        raise NotConstant
    if isinstance(value, (list, tuple, dict, set)) and len(value) > MAX_ITEMS:
        raise NotConstant
    if isinstance(value, int) and abs(value) >= 1 << 63:
        raise NotConstant
    return value


def format_percent(text, arguments):
    """`text % arguments` for plain conversions."""
    arguments = list(arguments) if isinstance(arguments, tuple) else [arguments]

    def replace(match):
        if match.group() == "%%":
            return "%"
        if match.group() not in ("%s", "%d", "%i") or not arguments:
            raise NotConstant
        value = arguments.pop(0)
        if match.group() != "%s" and not isinstance(value, int):
            raise NotConstant
        return str(value)

    result = re.sub(r"%.?", replace, text, flags=re.DOTALL)
    if arguments:
        raise NotConstant
    return result


def format_braces(text, arguments, keywords):
    """`text.format (…)` for plain fields."""
    counter = iter(range(MAX_ITEMS))

    def replace(match):
        if match.group() in ("{{", "}}"):
            return match.group()[0]
        name = match.group(1)
        if name is None:
            raise NotConstant
        try:
            if name == "":
                return str(arguments[next(counter)])
            return str(arguments[int(name)] if name.isdigit() else keywords[name])
        except (IndexError, KeyError, StopIteration, ValueError):
            raise NotConstant from None

    return re.sub(r"\{\{|\}\}|\{(\w*)\}|[{}]", replace, text)


def fold_call(node, names, depth):
    """`text.format (…)`, `text.join (…)` and the like."""
    if not isinstance(node.func, ast.Attribute):
        if (isinstance(node.func, ast.Name) and node.func.id in ("list", "tuple", "str") and len(node.args) == 1
                and node.func.id not in names.functions and not node.keywords):
            value = fold(node.args[0], names, depth)
            if isinstance(value, str) != (node.func.id == "str"):
                raise NotConstant
            return {"list": list, "tuple": tuple, "str": str}[node.func.id](value)
        raise NotConstant
    target = fold(node.func.value, names, depth)
    arguments = fold_list(node.args, names, depth)
    keywords = {item.arg: fold(item.value, names, depth) for item in node.keywords if item.arg is not None}
    if not isinstance(target, str) or len(keywords) != len(node.keywords):
        raise NotConstant
    if node.func.attr == "format":
        return format_braces(target, arguments, keywords)
    if keywords or not all(isinstance(item, str) for item in arguments[:1]):
        if node.func.attr != "join":
            raise NotConstant
    if node.func.attr == "join" and len(arguments) == 1 and isinstance(arguments[0], (list, tuple)):
        if not all(isinstance(item, str) for item in arguments[0]):
            raise NotConstant
        if len(target) * len(arguments[0]) > MAX_TEXT:
            raise NotConstant
        return target.join(arguments[0])
    simple = {"split": 1, "strip": 1, "lstrip": 1, "rstrip": 1, "lower": 0, "upper": 0}
    if len(arguments) <= simple.get(node.func.attr, -1) and "" not in arguments:
        return getattr(target, node.func.attr)(*arguments)
    raise NotConstant


def fold_list(items, names, depth):
    result = []
    for item in items:
        if isinstance(item, ast.Starred):
            value = fold(item.value, names, depth)
            if not isinstance(value, (list, tuple)):
                raise NotConstant
            result.extend(value)
        else:
            result.append(fold(item, names, depth))
        check_size(result)
    return result


def fold_joined(node, names, depth):
    """An f-string with plain fields."""
    pieces = []
    for item in node.values:
        if isinstance(item, ast.Constant):
            pieces.append(str(item.value))
        elif isinstance(item, ast.FormattedValue) and item.format_spec is None and item.conversion in (-1, 115):
            pieces.append(str(fold(item.value, names, depth)))
        else:
            raise NotConstant
    return "".join(pieces)


def fold_operation(node, names, depth):
    left, right = fold(node.left, names, depth), fold(node.right, names, depth)
    if isinstance(node.op, ast.Mod) and isinstance(left, str):
        return format_percent(left, right)
    if isinstance(node.op, ast.Add) and type(left) is type(right) and isinstance(left, (str, int, list, tuple)):
        return left + right
    if isinstance(left, int) and isinstance(right, int) and isinstance(node.op, (ast.Sub, ast.Mult)):
        return left - right if isinstance(node.op, ast.Sub) else left * right
    raise NotConstant


def fold(node, names, depth=0):
    """The value of an expression over literals and constants, or NotConstant."""
    if depth > MAX_DEPTH:
        raise NotConstant
    depth += 1
    if isinstance(node, ast.Constant) and isinstance(node.value, (str, int, float, bool, type(None))):
        return check_size(node.value)
    if isinstance(node, ast.Name) and node.id in names.constants:
        return names.constants[node.id]
    if isinstance(node, (ast.List, ast.Tuple)):
        items = fold_list(node.elts, names, depth)
        return items if isinstance(node, ast.List) else tuple(items)
    if isinstance(node, ast.Dict) and None not in node.keys:
        keys = fold_list(node.keys, names, depth)
        if all(isinstance(key, (str, int)) for key in keys):
            return check_size(dict(zip(keys, fold_list(node.values, names, depth))))
    if isinstance(node, ast.JoinedStr):
        return check_size(fold_joined(node, names, depth))
    if isinstance(node, ast.BinOp):
        return check_size(fold_operation(node, names, depth))
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = fold(node.operand, names, depth)
        if isinstance(value, (int, float)):
            return -value
    if isinstance(node, ast.Subscript):
        return fold_subscript(node, names, depth)
    if isinstance(node, ast.Call):
        return check_size(fold_call(node, names, depth))
    raise NotConstant


def fold_subscript(node, names, depth):
    value = fold(node.value, names, depth)
    index = node.slice.value if type(node.slice).__name__ == "Index" else node.slice
    key = fold(index, names, depth)
    try:
        if isinstance(value, dict) or isinstance(value, (list, tuple)) and isinstance(key, int):
            return value[key]
    except (KeyError, IndexError, TypeError):
        pass
    raise NotConstant


def walk_top_level(body, depth=0):
    """The statements that importing a file may run, but not those inside of functions and classes."""
    for statement in body:
        yield statement
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) or depth > MAX_DEPTH:
            continue
        for field in ("body", "orelse", "finalbody"):
            yield from walk_top_level(getattr(statement, field, None) or [], depth + 1)
        for handler in getattr(statement, "handlers", None) or []:
            yield from walk_top_level(handler.body, depth + 1)


def count_bindings(tree):
    """How often each name is bound at the top level or made global."""
    counts = {}
    for node in walk_top_level(tree.body):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            counts[node.name] = counts.get(node.name, 0) + 1
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign, ast.For, ast.With)):
            for target in ast.walk(node):
                if isinstance(target, ast.Name) and isinstance(target.ctx, ast.Store):
                    counts[target.id] = counts.get(target.id, 0) + 1
    return counts


def find_globals(tree):
    """The names that functions rebind."""
    return {name for node in ast.walk(tree) if isinstance(node, ast.Global) for name in node.names}


MUTATORS = frozenset("""
    append extend insert remove pop popitem clear update setdefault add discard sort reverse difference_update
    intersection_update
""".split())


def find_mutated(tree):
    """The names whose lists and dicts something changes in place, anywhere in a tree."""
    found = set()
    for node in ast.walk(tree):
        target = None
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATORS:
            target = node.func.value
        elif isinstance(node, (ast.Subscript, ast.Attribute)) and not isinstance(node.ctx, ast.Load):
            target = node.value
        elif isinstance(node, ast.AugAssign):
            target = node.target
        while isinstance(target, (ast.Subscript, ast.Attribute)):
            target = target.value
        if isinstance(target, ast.Name):
            found.add(target.id)
    return found


def read_names(tree):
    """What the top level of a parsed file binds."""
    names = Names()
    counts, rebound = count_bindings(tree), find_globals(tree) | find_mutated(tree)
    for node in walk_top_level(tree.body):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            add_import(node, names.aliases)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            names.functions[node.name] = node
            names.aliases.pop(node.name, None)
        elif isinstance(node, ast.ClassDef):
            names.classes[node.name] = [resolve(base, names.aliases) or dotted_text(base) or "" for base in node.bases]
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                if isinstance(target, ast.Name) and counts.get(target.id) == 1 and target.id not in rebound:
                    bind(target.id, node.value, names)
    return names


class RenameImport(ast.NodeTransformer):
    """Renames a name in an expression."""

    def __init__(self, name):
        self.name = name

    def visit_Name(self, node):
        return ast.copy_location(ast.Name(f"{self.name}@import" if node.id == self.name else node.id, node.ctx), node)


def bind(name, value, names):
    if name in names.aliases:
        # `config = config ()`: what it is called with is what was imported.
        names.aliases[f"{name}@import"] = names.aliases.pop(name)
        value = RenameImport(name).visit(copy.deepcopy(value))
    try:
        names.constants[name] = fold(value, names)
    except NotConstant:
        dotted = resolve(value, names.aliases)
        if dotted is not None:
            names.aliases[name] = dotted
        else:
            names.values[name] = value
