# SPDX-License-Identifier: Apache-2.0
"""What the real charms.reactive makes of a charm: `oracle.py CHARM` prints its handlers, conditions and triggers as JSON.

The charm's handler files are imported by charms.reactive's own discover(), as on a unit, and the registry that they fill is
read. No handler runs. What is not installed is stood in for; nothing may leave the process: no commands, no network, no
writing.
"""

import ast
import functools
import importlib
import json
import linecache
import os
import pathlib
import re
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "python")]

import callmap  # noqa: E402
import reactive_peer  # noqa: E402
from stand_ins import StandIn, StandInFinder  # noqa: E402

# Modules of our own would be found in place of the charm's.
sys.path.remove(str(HERE.parent / "python"))

PREDICATES = {"_when_all": "all", "_when_any": "any", "_when_none": "none", "_when_not_all": "not_all"}
REFUSED = re.compile(r"subprocess\.|os\.(exec|fork|posix_spawn|system|remove|rename|rmdir|mkdir|chmod|chown|link|symlink|"
                     r"truncate|utime|kill|startfile)|socket\.|shutil\.|ctypes\.dlopen")
MAX_ATTEMPTS = 40


def refuse(event, arguments):
    """An audit hook: the charm's files are imported, and that is all they may do."""
    if REFUSED.match(event):
        raise PermissionError(f"{event} while a charm is imported")
    if event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+"):
        raise PermissionError(f"writing {arguments[0]} while a charm is imported")


class NoProcess:
    """A command that ran well and said nothing."""

    def __init__(self, *_, **keywords):
        self.text = any(keywords.get(key) for key in ("text", "universal_newlines", "encoding"))
        self.returncode = 0
        self.pid = 0
        self.stdin = self.stdout = self.stderr = None
        self.args = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return False

    def communicate(self, *_, **__):
        return ("", "") if self.text else (b"", b"")

    def wait(self, *_, **__):
        return 0

    poll = wait


class Recording:
    """What is not kept in charms.reactive's registry."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.triggers = []
        self.refused = []
        self.guards = []
        self.decorators = []
        self.errors = []

    def place(self, code):
        return str(pathlib.Path(code.co_filename).relative_to(self.root)), code.co_firstlineno

    def caller(self):
        frame = sys._getframe(2)
        while frame is not None and not frame.f_code.co_filename.startswith(str(self.root)):
            frame = frame.f_back
        if frame is None:
            return None, 0
        return str(pathlib.Path(frame.f_code.co_filename).relative_to(self.root)), frame.f_lineno

    def see_decorator(self, name, decorated):
        code = getattr(decorated, "__code__", None)
        if code is not None and code.co_filename.startswith(str(self.root)):
            path, line = self.place(code)
            if "." not in decorated.__qualname__ and path.split("/")[0] in ("reactive", "hooks"):
                lines = linecache.getlines(code.co_filename)
                end = next(number for number in range(line, len(lines) + 1) if "def " in lines[number - 1])
                self.decorators.append({"file": path, "line": line, "end": end, "name": decorated.__name__,
                                        "decorator": name})

    def wrap_trigger(self, function):
        @functools.wraps(function)
        def register(when=None, when_not=None, set_flag=None, clear_flag=None, callback=None):
            path, line = self.caller()
            try:
                function(when, when_not, set_flag, clear_flag, callback)
            except ValueError:
                # The hook would fail here. The rest of the file is of interest all the same.
                self.refused.append({"file": path, "line": line})
                return
            given = {"when": when, "when_not": when_not, "set": set_flag, "clear": clear_flag}
            trigger = {key: str(value) for key, value in given.items() if value}
            self.triggers.append({"file": path, "line": line, **trigger, **({"callback": True} if callback else {})})

        return register

    def wrap_guard(self, function):
        def not_unless(*flags):
            path, line = self.caller()
            self.guards.append({"file": path, "line": line, "flags": [str(flag) for flag in flags]})
            return function(*flags)

        return not_unless


def read_config_defaults(root):
    import yaml

    path = root / "config.yaml"
    options = (yaml.safe_load(path.read_text()) or {}).get("options") or {} if path.exists() else {}
    return {name: option.get("default") for name, option in options.items()}


def prepare_peers(root, recording):
    """charms.reactive and charmhelpers, with what they would ask of Juju answered here."""
    reactive_peer.import_peers()
    import charms
    import charms.reactive
    from charmhelpers.core import hookenv
    from charms.reactive import bus, decorators, flags

    defaults = read_config_defaults(root)

    def config(scope=None):
        return defaults.get(scope) if scope else hookenv.Config(defaults)

    hookenv.Config.load_previous = lambda self, path=None: None
    hookenv.config = config
    hookenv.log = lambda *_, **__: None
    register, guard = recording.wrap_trigger(flags.register_trigger), recording.wrap_guard(decorators.not_unless)
    for module in (charms.reactive, flags):
        module.register_trigger = register
    for module in (charms.reactive, decorators):
        module.not_unless = guard
    charms.__path__ = [*charms.__path__, str(root / "lib" / "charms")]
    load = bus._load_module

    def load_and_note(search_path, path):
        try:
            return load(search_path, path)
        except ImportError as error:
            if "cannot import name" in str(error):
                raise
            note(path, error)
        except Exception as error:
            note(path, error)

    def note(path, error):
        recording.errors.append({"file": str(pathlib.Path(path).relative_to(root)),
                                 "error": f"{type(error).__name__}: {error}"})

    bus._load_module = load_and_note
    walk = os.walk

    def sorted_walk(top):
        for parent, directories, names in walk(top):
            directories.sort()
            yield parent, directories, sorted(names)

    bus.os = type("SortedOs", (), {"__getattr__": lambda _, name: getattr(os, name), "walk": staticmethod(sorted_walk)})()


def open_layers(root, recording):
    """charms.layer of a layer that brings a part of it: every other part, which a built charm has, is stood in for."""
    if not (root / "lib" / "charms" / "layer").is_dir() or (root / "lib" / "charms" / "layer" / "__init__.py").exists():
        return
    import charms.layer

    def find(name):
        if name.startswith("__"):
            raise AttributeError(name)
        try:
            return importlib.import_module(f"charms.layer.{name}")
        except ImportError:
            return StandIn(f"charms.layer.{name}", recording.see_decorator)

    charms.layer.__getattr__ = find


def predicate_to_condition(predicate):
    """A condition as in flag programs."""
    if not isinstance(predicate, functools.partial):
        # What is not of charms.reactive is a decorator's of the charm.
        return {"once": True} if "only_once" in predicate.__qualname__ else {"own": [predicate.__qualname__]}
    name = predicate.func.__name__
    if name in PREDICATES:
        return {PREDICATES[name]: [str(flag) for flag in predicate.args[0]]}
    if name == "_hook":
        return {"hook": [str(pattern) for pattern in predicate.args[0]]}
    if name == "_restricted_hook":
        return {"restricted": [predicate.args[0]]}
    assert name == "any_file_changed", name
    names = [f"<{path.__name__}()>" if callable(path) and not isinstance(path, StandIn) else str(path)
             for path in predicate.args[0]]
    return {"file": names, **{key: str(value) for key, value in predicate.keywords.items()}}


def unwrap(action):
    return getattr(action, "__wrapped__", action)


def list_handlers(recording):
    from charms.reactive.bus import ExternalHandler, Handler

    handlers, external = [], []
    for key, handler in Handler._HANDLERS.items():
        if isinstance(handler, ExternalHandler):
            external.append(str(pathlib.Path(handler._filepath).relative_to(recording.root)))
            continue
        action = unwrap(handler._action)
        code = action.__code__
        if not code.co_filename.startswith(str(recording.root)):
            continue
        path, line = recording.place(code)
        suffix = key.split(":")[3:]
        handlers.append({
            "file": path, "line": line, "name": code.co_name, **({"endpoint": suffix[0]} if suffix else {}),
            "conditions": [predicate_to_condition(predicate) for predicate in handler._predicates],
        })
    return handlers, sorted(external)


def list_callbacks(recording):
    from charmhelpers.core import hookenv

    def name_of(entry):
        code = getattr(getattr(entry[0], "__func__", entry[0]), "__code__", None)
        if code is None or not code.co_filename.startswith(str(recording.root)):
            return None
        path, line = recording.place(code)
        return {"file": path, "line": line, "name": code.co_name}

    return {kind: [found for found in map(name_of, entries) if found]
            for kind, entries in (("atstart", hookenv._atstart), ("atexit", hookenv._atexit))}


def list_sources(root):
    """The Python files that discover() imports."""
    return sorted(path for directory in ("reactive", "hooks/reactive", "hooks/relations")
                  for path in (root / directory).rglob("*.py") if "__pycache__" not in path.parts)


def list_statements(root):
    """What stands at the top of the charm's handler files and is more than a definition."""
    found = []
    for path in list_sources(root):
        try:
            tree = ast.parse(path.read_bytes())
        except SyntaxError:
            continue
        for statement in tree.body:
            kind = classify_statement(statement)
            if kind:
                found.append({"file": str(path.relative_to(root)), "line": statement.lineno, "end": statement.end_lineno,
                              "kind": kind})
    return found


def classify_statement(statement):
    if isinstance(statement, ast.ClassDef):
        methods = [part for part in ast.walk(statement) if isinstance(part, (ast.FunctionDef, ast.AsyncFunctionDef))]
        return "class" if methods else None
    if isinstance(statement, (ast.If, ast.For, ast.While, ast.Try, ast.With)):
        inner = [part for field in ("body", "orelse", "finalbody") for part in getattr(statement, field, [])]
        plain = all(isinstance(part, (ast.Import, ast.ImportFrom, ast.Assign, ast.Pass)) or is_trigger(part) for part in inner)
        return None if plain else type(statement).__name__.lower()
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) and not is_trigger(statement):
        name = ast.unparse(statement.value.func)
        # What fills a list of the module shows in the conditions that are made of it.
        return None if name.rpartition(".")[2] in ("append", "extend", "insert") else f"call of {name}"
    return None


def is_trigger(statement):
    return (isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
            and ast.unparse(statement.value.func).endswith("register_trigger"))


def list_actions(root):
    """The actions that the charm declares."""
    import yaml

    path = root / "actions.yaml"
    return sorted((yaml.safe_load(path.read_text()) or {}) if path.exists() else {})


def list_endpoints(root):
    """(name, role, interface) of each endpoint, with the roles as charmhelpers calls them."""
    import yaml

    metadata = yaml.safe_load((root / "metadata.yaml").read_text()) if (root / "metadata.yaml").exists() else {}
    return [(name, role, (declared or {}).get("interface")) for role in ("provides", "requires", "peers")
            for name, declared in (metadata.get(role) or {}).items()]


def expand_hooks(handlers):
    """Hook patterns as the real code expands them, with the charm's own metadata."""
    from charms.reactive.helpers import _expand_replacements
    from charmhelpers.core import hookenv

    for handler in handlers:
        for condition in handler["conditions"]:
            if "hook" in condition:
                patterns = _expand_replacements(re.compile(r"{([^:}]+):([^}]+)}"), hookenv.role_and_interface_to_relations,
                                                condition["hook"])
                condition["expanded"] = sorted(_expand_replacements(re.compile(r"{((?:[^:,}]+,?)+)}"),
                                                                    lambda names: names.split(","), patterns))


def import_charm(root, missing):
    """Everything about the charm; or the name that a library of another version lacks, as (module, name)."""
    recording = Recording(root)
    finder = StandInFinder(root, recording.see_decorator)
    prepare_peers(root, recording)
    for module, name in missing:
        __import__(module)
        setattr(sys.modules[module], name, StandIn(f"{module}.{name}", recording.see_decorator))
    sys.path[:0] = [str(root / "lib")]
    sys.meta_path.append(finder)
    open_layers(root, recording)
    subprocess.Popen = NoProcess
    sys.addaudithook(refuse)
    from charms.reactive import bus

    try:
        bus.discover()
    except ImportError as error:
        found = re.match(r"cannot import name '(\w+)' from '([\w.]+)'", str(error))
        return {"missing": [found[2], found[1]]}
    handlers, external = list_handlers(recording)
    expand_hooks(handlers)
    return {
        "handlers": handlers, "triggers": recording.triggers, "refused": recording.refused, "external": external, "guards": recording.guards,
        **list_callbacks(recording), "decorators": recording.decorators, "statements": list_statements(root),
        "functions": callmap.map_functions(root, list_sources(root)), "stood_in": sorted(set(finder.names)),
        "actions": list_actions(root), "endpoints": list_endpoints(root), "errors": recording.errors,
    }


def run_in_child(work):
    """What the work returns, done in a process of its own: modules cannot be imported twice."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        with os.fdopen(writer, "w") as pipe:
            json.dump(work(), pipe)
            pipe.flush()
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    if not answer:
        sys.exit("oracle: the process that imported the charm died")
    return json.loads(answer)


def ask(root):
    root = pathlib.Path(root).resolve()
    os.environ.update({"JUJU_CHARM_DIR": str(root), "CHARM_DIR": str(root), "JUJU_UNIT_NAME": "charm/0",
                       "JUJU_HOOK_NAME": "config-changed", "UNIT_STATE_DB": ":memory:", "PATH": "/nonexistent"})
    os.chdir(root)
    sys.dont_write_bytecode = True
    missing = []
    for _ in range(MAX_ATTEMPTS):
        answer = run_in_child(lambda: import_charm(root, missing))
        if "missing" not in answer:
            return answer
        missing.append(answer["missing"])
    sys.exit("oracle: too many names that the libraries here lack")


def main():
    # What a charm prints while it is imported is no part of the answer.
    answer, sys.stdout = sys.stdout, sys.stderr
    json.dump(ask(sys.argv[1]), answer, indent=1)
    answer.write("\n")


if __name__ == "__main__":
    main()
