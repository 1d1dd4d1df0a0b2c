# SPDX-License-Identifier: Apache-2.0
"""Finds what a Python charm consists of, and reads it."""

import ast
import io
import json
import os
import re
import stat
import subprocess
import tokenize

from actions import read_actions
from model import Charm, Module, PortError
from resolve import Class, Function, Reference, Unresolved, is_plain
from walk import Walker

MAXIMUM_BYTES = 2 * 1024 * 1024
MAXIMUM_FILES = 4000
YAML_FILES = ("metadata.yaml", "config.yaml", "actions.yaml", "layer.yaml")
OTHER_YAML = ("metrics.yaml", "lxd-profile.yaml")
ROLES = ("provides", "requires", "peers")
HANDLER_DIRECTORIES = ("reactive", "hooks/reactive")
COPIED_DIRECTORIES = ("files", "templates", "scripts")
COPIED_FILES = ("icon.svg", "LICENSE", "LICENCE", "COPYING", "copyright")
# What libreactive does itself for the layers of these files.
BUILT_IN = {"reactive/leadership.py": "lib/charms/leadership.py", "reactive/status.py": "lib/charms/layer/status.py"}
BUILT_IN_LAYERS = ("layer:basic", "layer:leadership", "layer:status", "layer:options")


class Tree:
    """The files of the charm. Nothing outside of its directory is read."""

    def __init__(self, directory):
        self.directory = os.path.realpath(directory)

    def full(self, path):
        return os.path.join(self.directory, path)

    def is_inside(self, path):
        real = os.path.realpath(self.full(path))
        return real == self.directory or real.startswith(self.directory + os.sep)

    def is_file(self, path):
        """Whether @path is a regular file, through links that stay in the charm."""
        try:
            return self.is_inside(path) and stat.S_ISREG(os.stat(self.full(path)).st_mode)
        except OSError:
            return False

    def is_executable(self, path):
        return bool(os.stat(self.full(path)).st_mode & 0o111)

    def read(self, path):
        """The bytes of a file. Raises PortError."""
        if not self.is_inside(path):
            raise PortError(f"{path}: leads out of the charm")
        try:
            if not stat.S_ISREG(os.stat(self.full(path)).st_mode):
                raise PortError(f"{path}: is not a regular file")
            with open(self.full(path), "rb") as file:
                data = file.read(MAXIMUM_BYTES + 1)
        except OSError as error:
            raise PortError(f"{path}: {error.strerror}") from None
        if len(data) > MAXIMUM_BYTES:
            raise PortError(f"{path}: is larger than {MAXIMUM_BYTES} bytes")
        return data

    def list(self, directory):
        """All files under @directory, sorted; links to directories are not followed."""
        if not self.is_inside(directory):
            raise PortError(f"{directory}: leads out of the charm")
        found = []
        for parent, directories, names in os.walk(self.full(directory)):
            directories[:] = sorted(name for name in directories if name != "__pycache__")
            for name in sorted(names):
                path = os.path.relpath(os.path.join(parent, name), self.directory)
                if not path.isprintable():
                    raise PortError(f"{path}: has characters in its name that cannot be printed")
                found.append(path)
                if len(found) > MAXIMUM_FILES:
                    raise PortError(f"{directory}: has more than {MAXIMUM_FILES} files")
        return found


def decode(data, path):
    """The text of a Python file, by the encoding that it declares."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return data.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        line = data[:getattr(error, "start", 0)].count(b"\n") + 1
        raise PortError(f"{path}:{line}: is not text in the encoding that it declares: {error}") from None


def parse(data, path):
    """The text and the tree of a Python file. Raises PortError with the place of what is wrong."""
    text = decode(data, path)
    try:
        tree = ast.parse(text.lstrip("\ufeff"), filename=path)
        # What only the compiler notices, as a return outside of a function. Nothing of it is executed.
        compile(tree, path, "exec", dont_inherit=True)
        return text, tree
    except SyntaxError as error:
        place = f"{path}:{error.lineno or 1}:{error.offset or 1}"
        raise PortError(f"{place}: {error.msg} (expected Python 3)") from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise PortError(f"{path}:1: cannot be read as Python: {error or type(error).__name__}") from None


def read_yaml(tree, names, reader):
    """What the YAML files hold, by the engine's own reader."""
    present = [name for name in names if os.path.lexists(tree.full(name))]
    for name in present:
        tree.read(name)  # refuses what is not a file of the charm
    if not present:
        return {}
    try:
        result = subprocess.run([reader, *present], cwd=tree.directory, stdin=subprocess.DEVNULL, capture_output=True,
                                timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PortError(f"cannot run {reader}: {error}", 1) from None
    if result.returncode != 0:
        message = result.stderr.decode("utf-8", "replace").strip() or f"the reader failed ({result.returncode})"
        raise PortError(re.sub(r"^reactive port: ", "", message))
    return json.loads(result.stdout)


def require_mapping(value, place):
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise PortError(f"{place}: expected a mapping")
    return value


def find_root(directory):
    """The charm's own directory: that of metadata.yaml, which charmcraft's charms have in src/."""
    if not os.path.isdir(directory):
        raise PortError(f"{directory}: there is no such directory", 3)
    found = [candidate for candidate in (directory, os.path.join(directory, "src"))
             if os.path.lexists(os.path.join(candidate, "metadata.yaml"))]
    for candidate in found:
        if any(os.path.isdir(os.path.join(candidate, name)) for name in HANDLER_DIRECTORIES):
            return candidate
    if found:
        return found[0]
    raise PortError(f"{directory}: there is no metadata.yaml: this is no charm of charms.reactive", 3)


def read_metadata(charm, contents):
    metadata = require_mapping(contents.get("metadata.yaml"), "metadata.yaml")
    name = metadata.get("name")
    if not isinstance(name, str) or not name:
        charm.note("hand", "metadata.yaml", 1, "metadata", "has no name; the directory's is taken")
        name = os.path.basename(charm.directory)
    charm.name = name
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]*[a-z][a-z0-9]*)*", name):
        charm.note("hand", "metadata.yaml", 1, "metadata", "its name is none that Juju takes")
    charm.subordinate = metadata.get("subordinate") is True
    for role in ROLES:
        for endpoint, about in require_mapping(metadata.get(role), f"metadata.yaml: {role}").items():
            interface = about.get("interface") if isinstance(about, dict) else about
            if not isinstance(interface, str):
                raise PortError(f"metadata.yaml: {role}.{endpoint}: no interface")
            charm.endpoints[endpoint] = (role, interface)
    config = require_mapping(contents.get("config.yaml"), "config.yaml")
    for option, about in require_mapping(config.get("options"), "config.yaml: options").items():
        charm.options[option] = type_of_option(about)


def type_of_option(about):
    """The type of an option or parameter; "json" for a number or boolean that may be None, which C's types have not."""
    kind = about.get("type") if isinstance(about, dict) else None
    if not isinstance(kind, str) or kind in ("string", "secret"):
        return "string"
    return kind if about.get("default") is not None else "json"


def parameters_of(declared):
    """Each action's parameters, with their types."""
    found = {}
    for name, about in declared.items():
        parameters = about.get("params") if isinstance(about, dict) else None
        if isinstance(parameters, dict):
            found[name] = {key: type_of_option(value) for key, value in parameters.items() if isinstance(value, dict)}
    return found


def read_layers(charm, contents):
    if "layer.yaml" not in contents:
        return
    layer = require_mapping(contents["layer.yaml"], "layer.yaml")
    includes = layer.get("includes") or []
    if not isinstance(includes, list):
        raise PortError("layer.yaml: includes: expected a list")
    charm.includes = [include for include in includes if isinstance(include, str)]
    charm.layer_options = sorted(require_mapping(layer.get("options"), "layer.yaml: options"))


def read_manifest(tree):
    """Which layer each file of a built charm came from."""
    if not tree.is_file(".build.manifest"):
        return {}
    try:
        signatures = json.loads(tree.read(".build.manifest").decode("utf-8")).get("signatures", {})
        return {path: entry[0] for path, entry in signatures.items() if isinstance(entry, list) and entry
                and isinstance(entry[0], str)}
    except (ValueError, AttributeError, RecursionError):
        raise PortError(".build.manifest: is not what charm build writes") from None


def is_external(tree, path):
    """An executable that speaks the protocol of external handlers, by Python's own rule."""
    return os.path.splitext(path)[1] in ("", ".sh") and tree.is_executable(path)


class Reader:
    def __init__(self, tree, charm):
        self.tree = tree
        self.charm = charm
        self.scopes = {}
        self.files = {}
        self.layers = read_manifest(tree)

    # --- what other modules of the charm define ---

    def file_of(self, dotted):
        """The file of a module of the charm, or None."""
        if dotted not in self.files:
            self.files[dotted] = self.find_file(dotted)
        return self.files[dotted]

    def find_file(self, dotted):
        relative = dotted.replace(".", "/")
        for base in ("", "hooks/", "lib/"):
            for path in (f"{base}{relative}.py", f"{base}{relative}/__init__.py"):
                if self.tree.is_file(path):
                    return path
        return None

    def scope_of(self, dotted):
        """The names of another module of the charm; an empty one where there is none."""
        path = self.file_of(dotted)
        if path is None:
            return {}
        if path not in self.scopes:
            self.scopes[path] = {}  # modules that import each other
            try:
                text, tree = parse(self.tree.read(path), path)
                walker = self.walker(Module(path, text, tree, kind="library"), dotted)
                self.scopes[path] = walker.scope
                walker.walk()
            except (PortError, RecursionError, MemoryError):
                pass
        return self.scopes[path]

    def outside(self, dotted):
        """The value that a name of another module of the charm has."""
        parts = dotted.split(".")
        if len(parts) > 12 or parts[0] == "charmhelpers" or dotted.startswith("charms.reactive"):
            raise Unresolved(dotted)
        for length in range(len(parts) - 1, 0, -1):
            value = self.scope_of(".".join(parts[:length])).get(parts[length])
            if value is None:
                continue
            for name in parts[length + 1:]:
                value = value.attributes.get(name) if isinstance(value, Class) else None
            if is_plain(value) and value is not None or isinstance(value, (Class, Function)):
                return value
            if isinstance(value, Reference) and value.dotted != dotted:
                return value
            break
        raise Unresolved(dotted)

    def star(self, dotted):
        return {name: value for name, value in self.scope_of(dotted).items() if not name.startswith("_")}

    def walker(self, module, dotted):
        names = []
        if module.kind == "interface":
            role, interface = os.path.basename(module.path)[:-3], os.path.basename(os.path.dirname(module.path))
            names = sorted(name for name, about in self.charm.endpoints.items() if about == (role, interface))
        return Walker(module, self.outside, self.star, names, dotted)

    # --- files ---

    def read_module(self, path, kind, dotted):
        text, tree = parse(self.tree.read(path), path)
        module = Module(path, text, tree, kind=kind, layer=self.layers.get(path, ""))
        try:
            self.walker(module, dotted).walk()
        except (RecursionError, MemoryError):
            raise PortError(f"{path}:1: is nested too deeply to be read") from None
        return module

    def read_handlers(self):
        for directory in HANDLER_DIRECTORIES:
            for path in self.tree.list(directory):
                if path.endswith(".py"):
                    self.read_handler_file(path)
                elif not self.tree.is_file(path):
                    self.charm.note("none", path, 1, "file", "is no file of the charm; it was not read")
                elif is_external(self.tree, path):
                    self.charm.external.append(path)
                elif not os.path.basename(path).startswith("."):
                    self.charm.note("none", path, 1, "file", "is neither Python nor an executable handler")

    def read_handler_file(self, path):
        built_in = BUILT_IN.get(path)
        if built_in is not None and self.tree.is_file(built_in) or self.layers.get(path) in BUILT_IN_LAYERS:
            self.charm.note("carried", path, 1, "file", "libreactive does itself what this layer does")
            return
        dotted = re.sub(r"^hooks/", "", path)[:-3].replace("/", ".")
        self.charm.modules.append(self.read_module(path, "handlers", re.sub(r"\.__init__$", "", dotted)))

    def read_interfaces(self):
        """hooks/relations/INTERFACE/ROLE.py, as charm build lays them down."""
        for path in self.tree.list("hooks/relations"):
            if not path.endswith(".py"):
                self.charm.note("none", path, 1, "file", "of an interface layer")
                continue
            try:
                dotted = re.sub(r"^hooks/", "", path)[:-3].replace("/", ".")
                self.charm.interfaces.append(self.read_module(path, "interface", dotted))
            except PortError as error:
                self.charm.note("hand", path, 1, "file", f"not read: {error}")

    def read_hooks(self):
        """What charm build lays down for each hook is replaced by dispatch; what a layer brings is not."""
        for path in self.tree.list("hooks"):
            if path.startswith(("hooks/reactive/", "hooks/relations/")) or path.count("/") > 1:
                continue
            data = self.tree.read(path) if self.tree.is_file(path) else b""
            if b"charms.reactive" in data and b"main" in data or path.endswith(".template"):
                self.charm.note("carried", path, 1, "hook", "dispatch does this")
            else:
                self.charm.note("none", path, 1, "hook", "is no hook of charms.reactive; it is not carried over")

    def read_libraries(self):
        for path in self.tree.list("lib"):
            if not path.endswith(".py"):
                self.charm.note("none", path, 1, "file", "is not carried over")
                continue
            try:
                text, tree = parse(self.tree.read(path), path)
                self.charm.libraries.append(Module(path, text, tree, kind="library", layer=self.layers.get(path, "")))
            except PortError as error:
                self.charm.note("hand", path, 1, "file", f"not read: {error}")

    def imported_files(self, module):
        """The files of the charm that a module imports."""
        found = set()
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            else:
                continue
            found.update(path for path in map(self.file_of, names) if path is not None)
        return found

    def read_handlers_of_libraries(self):
        """What a library registers when a handler's file imports it."""
        libraries = {module.path: module for module in self.charm.libraries}
        waiting = list(self.charm.modules)
        reached = set()
        while waiting:
            for path in sorted(self.imported_files(waiting.pop()) - reached):
                reached.add(path)
                if path in libraries:
                    waiting.append(libraries[path])
        for path, library in libraries.items():
            dotted = re.sub(r"/__init__$", "", path[len("lib/"):-len(".py")]).replace("/", ".")
            if self.layers.get(path) in BUILT_IN_LAYERS or path in BUILT_IN.values():
                continue
            module = self.read_module(path, "handlers", dotted)
            if not module.handlers and not module.triggers and not module.callbacks:
                continue
            if path in reached:
                self.charm.modules.append(module)
            else:
                self.charm.note("hand", path, 1, "library", "registers handlers, but no file of handlers imports it")

    def read_others(self):
        """Every other file of the charm's directory is copied, or told of."""
        known = {*YAML_FILES, "reactive", "hooks", "lib", "actions", ".build.manifest"}
        for name in sorted(os.listdir(self.tree.directory)):
            if not name.isprintable():
                raise PortError(f"{name}: has characters in its name that cannot be printed")
            if name in known or name == ".git":
                continue
            if name in COPIED_FILES or name in OTHER_YAML:
                self.copy([name])
            elif name in COPIED_DIRECTORIES and os.path.isdir(self.tree.full(name)):
                self.copy(self.tree.list(name))
                if name == "templates":
                    for path in self.tree.list(name):
                        self.charm.note("hand", path, 1, "template", "is copied; C has no Jinja: write the file from C")
            else:
                self.charm.note("none", name, 1, "file", "is not carried over")

    def copy(self, paths):
        for path in paths:
            if self.tree.is_file(path):
                self.charm.copies.append(path)
            else:
                self.charm.note("hand", path, 1, "file", "is no regular file of the charm; it was not copied")


def read_charm(directory, yaml_reader):
    """All of the charm. Raises PortError."""
    root = find_root(directory)
    tree = Tree(root)
    charm = Charm(tree.directory, "", "layer")
    contents = read_yaml(tree, YAML_FILES, yaml_reader)
    read_metadata(charm, contents)
    read_layers(charm, contents)
    charm.texts = {name: tree.read(name) for name in YAML_FILES if name in contents}
    if any(os.path.isdir(tree.full(path)) for path in ("hooks/relations", "lib/charms/reactive", "wheelhouse")) \
            or tree.is_file(".build.manifest"):
        charm.form = "built"
    reader = Reader(tree, charm)
    reader.read_handlers()
    reader.read_interfaces()
    reader.read_hooks()
    reader.read_libraries()
    reader.read_handlers_of_libraries()
    declared = require_mapping(contents.get("actions.yaml"), "actions.yaml")
    charm.parameters = parameters_of(declared)
    read_actions(reader, declared)
    reader.read_others()
    return charm
