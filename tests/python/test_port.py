# SPDX-License-Identifier: Apache-2.0
"""`reactive port`: what a Python charm registers stands in the C charm's tables, and what does not is told."""

import ast
import collections
import json
import os
import pathlib
import re
import shutil
import subprocess
import zipfile

import pytest
from shell import SOURCE

FIXTURES = SOURCE / "tests" / "fixtures" / "port"
WARNINGS = ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter"]
METADATA = "name: small\nsummary: A small charm\ndescription: It is there to be ported.\n"


def run(*command, **options):
    return subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          check=False, timeout=120, **options)


def port(reactive, directory, output, **options):
    result = run(reactive, "port", directory, "--output", output, **options)
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return output


@pytest.fixture(scope="module")
def layer(reactive, tmp_path_factory):
    """The layer that registers handlers in every way, ported."""
    return port(reactive, FIXTURES / "layer", tmp_path_factory.mktemp("port") / "layer")


@pytest.fixture(scope="module")
def built(reactive, tmp_path_factory):
    """A charm as charm build makes it, ported."""
    return port(reactive, FIXTURES / "built", tmp_path_factory.mktemp("port") / "built")


@pytest.fixture
def charm(tmp_path):
    """Makes a small charm of these files, and returns its directory."""
    def make(files, metadata=METADATA):
        directory = tmp_path / "charm"
        for name, contents in {"metadata.yaml": metadata, **files}.items():
            path = directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(contents if isinstance(contents, bytes) else contents.encode())
        return directory
    return make


def report(directory):
    return json.loads((directory / "PORTING.json").read_text(encoding="utf-8"))


def items(directory, state, path):
    return [(item["line"], item["what"], item["text"]) for item in report(directory)["items"]
            if item["state"] == state and item["file"] == path]


def texts(directory, state, path):
    return "\n".join(f"{line} {what}: {text}" for line, what, text in items(directory, state, path))


def c_file(directory, name):
    return (directory / "reactive" / f"{name}.c").read_text(encoding="utf-8")


def compile_all(directory):
    flags = run("pkg-config", "--cflags", "gobject-2.0").stdout.split()
    includes = [f"-I{path}" for path in (SOURCE / "engine" / "include", *SOURCE.glob("interfaces/*/include"))]
    sources = sorted((directory / "reactive").glob("*.c"))
    assert sources
    for source in sources:
        result = run("cc", *WARNINGS, "-shared", "-fPIC", *includes, *flags, "-o", source.with_suffix(".so"), source)
        assert result.returncode == 0, result.stderr
    return sources


# --- handlers --------------------------------------------------------------------------------------------------------

# What Python registers, in its order: handler → conditions.
EXPECTED = [
    ("one", [{"all": ["a"]}]),
    ("all_kinds", [{"all": ["a", "b"]}, {"any": ["c", "d"]}, {"none": ["e"]}, {"none": ["f", "g"]},
                   {"not_all": ["h", "i"]}]),
    ("made_names", [{"all": ["pantry.ready", "pantry.open", "pantry.shut"]}]),
    ("starred", [{"all": ["pantry.jam.cherry", "pantry.jam.plum"]}, {"none": ["x", "y", "z"]}]),
    ("dotted", [{"all": ["door.left", "shelf.empty"]}, {"none": ["door.right"]}, {"any": ["shelf.full"]}]),
    ("on_hook", [{"hook": ["install", "{requires:shelf}-relation-{joined,changed}"]}]),
    ("file_changed", [{"file": ["/etc/pantry.conf", "files/list.txt"]}]),
    ("other_hash", [{"file": ["/etc/other.conf"]}]),
    ("computed_file", [{"file": ["<lambda: '/etc/' + PREFIX>"]}]),
    ("once", [{"once": True}]),
    ("once_with_flag", [{"all": ["a"]}, {"once": True}]),
    ("metrics", [{"restricted": ["collect-metrics"]}]),
    ("meter", [{"restricted": ["meter-status-changed"]}]),
    ("guarded", [{"all": ["guarded"]}]),
    ("never", [{"any": []}]),
    ("twice_2", [{"all": ["same"]}]),
    ("twice", [{"all": ["same.again"]}]),
    ("signal", [{"all": ["signal"]}]),
    ("in_a_loop", [{"all": ["place.cellar"]}, {"all": ["place.attic"]}]),
    ("on_a_condition", [{"all": ["debugging"]}]),
    ("branch", [{"all": ["this.branch"]}]),
    ("fallback", [{"all": ["without.thing"]}]),
    ("own_decorator", [{"all": ["shelf.available", "shelf.full"]}]),
    ("wrapped", [{"all": ["flaky"]}]),
    ("method", [{"all": ["keeper.called"]}]),
    ("registered_by_call", [{"all": ["by.call"]}]),
    ("opaque", [{"all": ["<hookenv.local_unit() + '.ready'>"]}]),
    ("takes_an_argument", [{"all": ["shelf.available"]}]),
    ("plain", [{"all": ["plain.function"]}]),
    ("trigger_in_a_handler", [{"all": ["registers"]}]),
    ("wants", [{"all": ["wanted.one", "wanted.two"]}]),
]

ROWS = [
    '  HANDLER (one, WHEN ("a")),',
    '  HANDLER (all_kinds,\n           WHEN ("a", "b"),\n           WHEN_ANY ("c", "d"),\n           WHEN_NOT ("e"),\n'
    '           WHEN_NOT ("f", "g"),\n           WHEN_NOT_ALL ("h", "i")),',
    '  HANDLER (on_hook, ON ("install", "{requires:shelf}-relation-{joined,changed}")),',
    '  HANDLER (file_changed, WHEN_FILE_CHANGED ("/etc/pantry.conf", "files/list.txt")),',
    '  {\n    .name = "once",\n    .function = once,\n    .conditions = CONDITIONS (ONCE),\n'
    '    .python_id = "reactive/pantry.py:82:once",\n  },',
    '  HANDLER (metrics, ON_RESTRICTED ("collect-metrics")),',
    '  HANDLER (never, { REACTIVE_CONDITION_ANY, (const char *const[]){ NULL } }),',
    '  {\n    .name = "signal",\n    .function = signal_,\n    .conditions = CONDITIONS (WHEN ("signal")),\n  },',
]


def test_every_handler_has_its_conditions(layer):
    found = [(handler["name"], handler["conditions"]) for handler in report(layer)["handlers"]
             if handler["file"] == "reactive/pantry.py"]
    assert found == EXPECTED


@pytest.mark.parametrize("row", ROWS)
def test_the_table_is_written_in_macros(layer, row):
    assert row in c_file(layer, "pantry")


def test_the_table_has_each_handler_once(layer):
    table = c_file(layer, "pantry").partition("static const ReactiveHandler handlers[] = {\n")[2].partition("\n};")[0]
    rows = re.findall(r'^  HANDLER \((\w+)|^    \.name = "(\w+)"', table, re.MULTILINE)
    assert ["".join(row) for row in rows] == [name for name, _ in EXPECTED]


def test_lines_are_those_that_python_has_in_its_marks(layer, python_peers):
    """Where a function begins, for Python, is the line of its first decorator."""
    source = (FIXTURES / "layer" / "reactive" / "pantry.py").read_text(encoding="utf-8")
    lines = collections.defaultdict(set)
    codes = [compile(source, "pantry.py", "exec")]
    while codes:
        code = codes.pop()
        lines[code.co_name].add(code.co_firstlineno)
        codes.extend(constant for constant in code.co_consts if hasattr(constant, "co_code"))
    for handler in report(layer)["handlers"]:
        if handler["file"] == "reactive/pantry.py":
            assert handler["line"] in lines[handler["function"]], handler
            assert handler["python_id"] == f"reactive/pantry.py:{handler['line']}:{handler['function']}"


def test_names_come_from_other_files_of_the_charm(layer):
    (handler,) = [entry for entry in report(layer)["handlers"] if entry["file"] == "reactive/sub/deep-shelf.py"]
    assert handler["id"] == "sub_deep_shelf:one"
    assert handler["conditions"] == [{"all": ["pantry.ready"]}]
    assert handler["writes"] == [["set", "deep.one"]]


def test_a_library_that_registers_handlers_is_a_module(layer):
    (handler,) = [entry for entry in report(layer)["handlers"] if entry["function"] == "of_the_library"]
    assert handler["id"] == "charms_layer_shelves:of_the_library"
    assert handler["python_id"] == "lib/charms/layer/shelves.py:17:of_the_library"
    assert handler["writes"] == [["set", "shelf.seen"]]


def test_names_that_may_be_others_are_told(layer):
    told = texts(layer, "hand", "reactive/pantry.py")
    assert "270 condition: wants: 'WANTED' may be another: line 267 changes it on a condition" in told
    assert "211 condition: a name that the source does not tell: hookenv.local_unit() + '.ready'" in told
    assert report(layer)["opaque"][0] == {"name": "<lambda: '/etc/' + PREFIX>", "file": "reactive/pantry.py",
                                          "line": 77, "text": "lambda: '/etc/' + PREFIX"}


def test_what_is_never_run_is_told(layer):
    told = texts(layer, "none", "reactive/pantry.py")
    assert "155 statement: is never run by charms.reactive: the condition above is always true" in told
    assert "276 statement: is never run by charms.reactive: the condition above is always false" in told


def test_what_python_does_not_register_has_no_row(layer):
    names = {handler["function"] for handler in report(layer)["handlers"]}
    assert not names & {"never_registered", "not_this_branch", "registered_later"}
    assert "never_registered: has {endpoint_name}" in texts(layer, "none", "reactive/sub/deep-shelf.py")
    assert "registered_later: is registered when register_later() is called" in texts(layer, "hand",
                                                                                      "reactive/pantry.py")


def test_triggers_stand_in_the_table(layer):
    found = [{key: value for key, value in trigger.items() if key in ("when", "when_not", "set", "clear", "callback")}
             for trigger in report(layer)["triggers"]]
    assert found == [
        {"when": "config.changed.port", "clear": "pantry.ready"}, {"when": "a", "set": "b", "clear": "c"},
        {"when_not": "pantry.open", "set": "pantry.shut"}, {"when": "jam.cherry", "set": "pantry.jam.cherry"},
        {"when": "jam.plum", "set": "pantry.jam.plum"}, {"when": "called", "callback": "plain"},
        {"when": "<hookenv.charm_dir()>", "set": "opaque.trigger"}, {"when": "in.function", "set": "in.function.set"},
    ]
    text = c_file(layer, "pantry")
    assert '  { .when = "a", .set = "b", .clear = "c" },\n' in text
    assert '  const ReactiveTrigger trigger_1 = { .when = "called" };\n' in text
    assert "reactive_register_trigger (unit, &trigger_1, plain_on_trigger, /* data= */ NULL);" in text
    assert "234 trigger: Python refuses it, too" in texts(layer, "hand", "reactive/pantry.py")


def test_callbacks_are_the_start_and_finish_of_a_module(layer):
    text = c_file(layer, "pantry")
    assert "if (!at_start (unit, error))" in text
    assert "if (!at_exit (unit, error))" in text
    assert ".start = start_hook, .finish = finish_hook);" in text
    assert "259 callback: what runs at the finish of a hook is no function" in texts(layer, "hand",
                                                                                     "reactive/pantry.py")


def test_flags_that_are_set_at_load_are_set_at_the_start(layer):
    text = c_file(layer, "pantry")
    assert "if (!at_load_ (unit, error))" in text or "if (!at_load (unit, error))" in text
    assert 'reactive_set_flag (unit, "loaded");' in text


# --- actions ---------------------------------------------------------------------------------------------------------


def test_every_action_has_a_row(layer):
    actions = {action["name"]: (action["module"], action["handler"], action["file"])
               for action in report(layer)["actions"]}
    assert actions == {
        "bake": ("action_bake", "bake", "actions/bake"),
        "clean-up": ("action_clean_up", "clean_up", "actions/clean-up"),
        "count": ("action_actions", "count", "actions/actions.py"),
        "weigh": ("action_actions", "weigh", "actions/actions.py"), "shell": ("port_actions", "shell", "actions/shell"),
        "lost": ("port_actions", "lost", ""),
    }
    assert '  ACTION ("clean-up", clean_up),' in c_file(layer, "action_clean_up")
    assert '  ACTION ("lost", lost),' in c_file(layer, "port_actions")


def test_an_action_that_is_not_python_says_so(layer):
    assert 'PORT_TODO ("actions/shell:1", "the action shell: its script is not Python");' in c_file(layer,
                                                                                                    "port_actions")
    assert " *   action-set size=1" in c_file(layer, "port_actions")
    assert items(layer, "hand", "actions/shell") == [(1, "action", "shell: its script is not Python")]


# --- the rest of the charm -------------------------------------------------------------------------------------------


def test_source_stands_above_each_function(layer):
    text = c_file(layer, "pantry")
    assert ('/* reactive/pantry.py:29\n *\n *   @when("a")\n *   def one():\n *       set_flag("one.done")\n */\n'
            "static gboolean\none (ReactiveUnit *unit, GError **error)\n") in text
    assert 'Ends a comment: * / and begins one: / * and asks ? ?/ \\\\ """' in text


def test_nothing_is_dropped_in_silence(layer):
    """Each statement at the top of the file is in the report, unless it is an import, a constant or a string."""
    tree = ast.parse((FIXTURES / "layer" / "reactive" / "pantry.py").read_bytes())
    told = {item["line"] for item in report(layer)["items"] if item["file"] == "reactive/pantry.py"}
    looked_at = 0
    for node in tree.body:
        if isinstance(node, (ast.Import, ast.ImportFrom, ast.Assign)) or getattr(node, "name", "") == "Door":
            continue
        if isinstance(node, ast.Expr) and (isinstance(node.value, ast.Constant) or "WANTED" in ast.unparse(node)):
            continue
        first = min([node.lineno, *(entry.lineno for entry in getattr(node, "decorator_list", []))])
        assert told & set(range(first, node.end_lineno + 1)), ast.unparse(node)
        looked_at += 1
    assert looked_at > 45


def test_files_are_copied_or_told_of(layer):
    assert (layer / "files" / "list.txt").read_text(encoding="utf-8") == "jam\n"
    assert (layer / "config.yaml").read_bytes() == (FIXTURES / "layer" / "config.yaml").read_bytes()
    assert (layer / "metadata.yaml").read_bytes() == (FIXTURES / "layer" / "metadata.yaml").read_bytes()
    assert os.access(layer / "reactive" / "outside.sh", os.X_OK)
    assert os.access(layer / "dispatch", os.X_OK)
    assert "C has no Jinja" in texts(layer, "hand", "templates/pantry.conf")
    assert items(layer, "none", "wheelhouse.txt") == [(1, "file", "is not carried over")]


def test_layers_that_libreactive_has_are_kept(layer):
    text = (layer / "layer.yaml").read_text(encoding="utf-8")
    assert re.findall(r"^  - (.*)$", text, re.MULTILINE) == ["layer:basic", "layer:leadership",
                                                             "interface:loadbalancer"]
    lost = texts(layer, "none", "layer.yaml")
    assert "layer:apt is not here" in lost
    assert "interface:http is not here" in lost
    assert "options of layers: basic" in lost


def test_the_report_counts(layer):
    totals = report(layer)["totals"]
    assert (totals["handlers"], totals["triggers"], totals["actions"]) == (len(EXPECTED) + 2, 8, 6)
    text = (layer / "PORTING.md").read_text(encoding="utf-8")
    for title, state in (("Carried over", "carried"), ("Needs a hand", "hand"), ("No counterpart", "none")):
        section = text.partition(f"\n## {title} (")[2].partition("\n## ")[0]
        listed = re.findall(r"^- `(.*):(\d+)` ", section, re.MULTILINE)
        expected = [(item["file"], str(item["line"])) for item in report(layer)["items"] if item["state"] == state]
        assert listed == expected
        assert section.startswith(f"{len(listed)})")


def test_calls_are_counted_by_kind(layer):
    counts = report(layer)["call_counts"]
    calls = report(layer)["calls"]
    for kind, outcomes in counts.items():
        for outcome in ("c", "c-with-placeholder", "by-hand"):
            assert outcomes[outcome] == sum(call["kind"] == kind and call["outcome"] == outcome for call in calls)
    assert counts["flag"]["c"] >= 10


def test_files_of_a_built_charm_have_layers(built):
    layers = {handler["id"]: handler["layer"] for handler in report(built)["handlers"]}
    assert layers == {"apt:install": "layer:apt", "larder:fill": "larder", "larder:announce": "larder"}
    assert "libreactive does itself" in texts(built, "carried", "reactive/leadership.py")
    assert not (built / "reactive" / "leadership.c").exists()


def test_interface_layers_are_reported_with_their_flags(built):
    handlers = [(entry["python_id"], entry["conditions"]) for entry in report(built)["interface_handlers"]]
    path = "hooks/relations/shelf/provides.py"
    assert handlers[1:5] == [
        (f"{path}:6:joined:shelf", [{"all": ["endpoint.shelf.joined"]}]),
        (f"{path}:6:joined:spare-shelf", [{"all": ["endpoint.spare-shelf.joined"]}]),
        (f"{path}:10:left:shelf", [{"none": ["endpoint.shelf.joined"]}]),
        (f"{path}:10:left:spare-shelf", [{"none": ["endpoint.spare-shelf.joined"]}]),
    ]
    assert "interface shelf (Endpoint) is to be written in C; it has the flags: endpoint.{endpoint_name}.joined, " \
        "shelf.full, {endpoint_name}.available" in texts(built, "none", path)
    assert "(RelationBase)" in texts(built, "none", "hooks/relations/shelf/requires.py")
    assert "libreactive has the interface" in texts(built, "carried", "hooks/relations/loadbalancer/provides.py")


# --- what comes out --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["layer", "built"])
def test_it_compiles_and_its_tables_load(reactive, name, tmp_path):
    """The engine reads the tables when it loads the charm: names, conditions, triggers, actions."""
    directory = port(reactive, FIXTURES / name, tmp_path / "ported")
    compile_all(directory)
    # An interface library of the charm is not what is tried here.
    (directory / "layer.yaml").write_text("includes: ['layer:basic']\n", encoding="utf-8")
    text = (directory / "metadata.yaml").read_text(encoding="utf-8").replace("loadbalancer", "something")
    (directory / "metadata.yaml").write_text(text, encoding="utf-8")
    (scenario,) = (directory / "scenarios").glob("*.yaml")
    result = run(reactive, "simulate", scenario)
    assert (result.returncode, result.stderr) == (0, "")
    assert "all is as expected" in result.stdout


def test_its_build_makes_a_charm(installed, layer, tmp_path):
    if shutil.which("meson") is None:
        pytest.skip("there is no meson")
    directory = tmp_path / "charm"
    shutil.copytree(layer, directory)
    for command in (["meson", "setup", "build", "-Dwerror=true"], ["ninja", "-C", "build"],
                    ["meson", "test", "-C", "build"], ["reactive", "pack", "--output", "pantry.charm"]):
        result = run(*command, cwd=directory, env=installed)
        assert result.returncode == 0, result.stdout + result.stderr
    assert (directory / "build" / "files" / "list.txt").exists()
    assert os.access(directory / "build" / "reactive" / "outside.sh", os.X_OK)
    assert {"reactive/outside.sh", "reactive/pantry.so", "templates/pantry.conf"} <= set(
        zipfile.ZipFile(directory / "pantry.charm").namelist())


def test_the_installed_command_does_the_same(installed, built, tmp_path):
    command = pathlib.Path(installed["REACTIVE_PREFIX"]) / "bin" / "reactive"
    output = port(command, FIXTURES / "built", tmp_path / "built", env={**installed, "LC_ALL": "C"})
    for path in ("PORTING.json", "PORTING.md", "reactive/larder.c", "reactive/port.h"):
        assert (output / path).read_bytes() == (built / path).read_bytes()


def test_handlers_run(reactive, charm, tmp_path):
    """The table, a trigger and the bodies, in the engine."""
    source = charm({"reactive/small.py": (
        "from charms.reactive import *\n\nregister_trigger(when='b', set_flag='c')\n\n\n@when_not('a')\ndef first():\n"
        "    set_state('a')\n\n\n@when('a')\n@when_not('d')\ndef second():\n    set_flag('b')\n    set_flag('d')\n\n\n"
        "@when('c')\ndef third():\n    status_set('active', 'done')\n").replace(
            "import *\n", "import *\nfrom charmhelpers.core.hookenv import status_set\n")})
    directory = port(reactive, source, tmp_path / "out")
    compile_all(directory)
    scenario = directory / "scenarios" / "run.yaml"
    scenario.write_text("applications: {small: {charm: ..}}\nsteps:\n  - settle\n  - expect: {small/0: {flags: "
                        "[a, b, c, d], handlers: ['small:first', 'small:second', 'small:third'], status: active, "
                        "message: done}}\n", encoding="utf-8")
    result = run(reactive, "simulate", scenario)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_same_charm_gives_the_same_bytes(reactive, layer, tmp_path):
    again = port(reactive, FIXTURES / "layer", tmp_path / "again")
    paths = sorted(path.relative_to(layer) for path in layer.rglob("*") if path.is_file() and path.suffix != ".so")
    assert paths == sorted(path.relative_to(again) for path in again.rglob("*") if path.is_file())
    for path in paths:
        assert (layer / path).read_bytes() == (again / path).read_bytes(), path


def test_the_default_output_is_named_after_the_charm(reactive, charm, tmp_path):
    directory = charm({})
    result = run(reactive, "port", directory, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    assert (tmp_path / "small-c" / "PORTING.md").exists()


# --- refusals --------------------------------------------------------------------------------------------------------


def test_a_directory_that_is_not_empty_is_left_alone(reactive, charm, tmp_path):
    output = tmp_path / "out"
    output.mkdir()
    (output / "mine").write_text("precious", encoding="utf-8")
    result = run(reactive, "port", charm({}), "--output", output)
    assert (result.returncode, result.stderr) == (1, f"reactive port: {output}: is there already, and is not empty\n")
    assert [path.name for path in output.iterdir()] == ["mine"]


def test_wrong_use_is_told(reactive):
    for arguments in ([], ["a", "b"], ["--nothing", "a"]):
        result = run(reactive, "port", *arguments)
        assert result.returncode == 2
        assert result.stderr.endswith("Try 'reactive port --help'.\n")


def test_what_is_no_charm_is_refused(reactive, tmp_path):
    result = run(reactive, "port", tmp_path / "nowhere")
    assert (result.returncode, result.stderr) == (3, f"reactive port: {tmp_path}/nowhere: there is no such directory\n")
    result = run(reactive, "port", tmp_path)
    assert (result.returncode, result.stderr) == (
        3, f"reactive port: {tmp_path}: there is no metadata.yaml: this is no charm of charms.reactive\n")


# The files, what is told, and the exit code.
REFUSED = {
    "a syntax error": ({"reactive/x.py": "def f(:\n"}, r"reactive/x\.py:1:\d+: .* \(expected Python 3\)"),
    "Python 2": ({"reactive/x.py": 'import sys\nprint "hello"\n'}, r"reactive/x\.py:2:\d+: .* \(expected Python 3\)"),
    "no text": ({"reactive/x.py": b"\x7fELF\x00\x01\x02"}, r"reactive/x\.py:1:.*"),
    "another encoding": ({"reactive/x.py": b"x = '\xff'\n"}, r"reactive/x\.py:1: is not text in the encoding .*"),
    "an unknown encoding": ({"reactive/x.py": b"# coding: nonsense\n"}, r"reactive/x\.py:1: .*"),
    "nested brackets": ({"reactive/x.py": "x = " + "(" * 5000 + ")" * 5000 + "\n"}, r"reactive/x\.py:1.*"),
    "a huge file": ({"reactive/x.py": b"#" * (2 * 1024 * 1024 + 1)}, r"reactive/x\.py: is larger than \d+ bytes"),
    "bad YAML": ({"config.yaml": "options: [\n"}, r"config\.yaml:\d+:\d+: .*"),
    "options that are none": ({"config.yaml": "options: 3\n"}, r"config\.yaml: options: expected a mapping"),
    "aliases": ({"layer.yaml": "a: &x 1\nb: *x\n"}, r"layer\.yaml:\d+:\d+: .*"),
    "a broken manifest": ({".build.manifest": "[1]"}, r"\.build\.manifest: is not what charm build writes"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_bad_input_is_told_by_its_place(reactive, charm, tmp_path, name):
    files, message = REFUSED[name]
    result = run(reactive, "port", charm(files), "--output", tmp_path / "out")
    assert result.returncode == 5, result.stdout + result.stderr
    assert re.fullmatch(rf"reactive port: {message}\n", result.stderr), result.stderr
    assert not (tmp_path / "out").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["charm"]


def test_bad_metadata_is_told_by_its_place(reactive, charm, tmp_path):
    for metadata, message in (("a: b: c\n", r"metadata\.yaml:1:\d+: .*"),
                              ("name: x\nprovides: {a: {}}\n", r"metadata\.yaml: provides\.a: no interface"),
                              ("- 1\n", r"metadata\.yaml: expected a mapping")):
        result = run(reactive, "port", charm({}, metadata), "--output", tmp_path / "out")
        assert result.returncode == 5
        assert re.fullmatch(rf"reactive port: {message}\n", result.stderr), result.stderr


def test_links_that_lead_out_of_the_charm_are_not_followed(reactive, charm, tmp_path):
    directory = charm({"files/inside": "x", "actions.yaml": "leak: {description: x}\n", "actions/README": ""})
    secret = tmp_path / "secret.py"
    secret.write_text("SECRET = 'secret'\n", encoding="utf-8")
    (directory / "files" / "leak").symlink_to(secret)
    (directory / "actions" / "leak").symlink_to(secret)
    output = port(reactive, directory, tmp_path / "out")
    assert not (output / "files" / "leak").exists()
    assert "is no regular file of the charm" in texts(output, "hand", "files/leak")
    assert items(output, "hand", "actions/leak") == [(1, "action", "leak: its script is no file of the charm")]
    assert not any("SECRET" in path.read_text(encoding="utf-8") for path in output.rglob("*") if path.is_file())
    (directory / "reactive").mkdir()
    (directory / "reactive" / "x.py").symlink_to(secret)
    result = run(reactive, "port", directory, "--output", tmp_path / "again")
    assert (result.returncode, result.stderr) == (5, "reactive port: reactive/x.py: leads out of the charm\n")


def test_deep_and_endless_code_is_bounded(reactive, charm, tmp_path):
    """Loops that never end, and values that grow without end, cost no more than a moment."""
    deep = "".join("    " * level + f"if x{level}:\n" for level in range(90)) + "    " * 90 + "pass\n"
    files = {
        "reactive/deep.py": "from charms.reactive import when\n" + deep,
        "reactive/long.py": "x = " + " + ".join(["1"] * 3000) + "\n",
        "reactive/chain.py": "if a:\n    pass\n" + "".join(f"elif a == {n}:\n    pass\n" for n in range(900)),
        "reactive/grow.py": "x = 'a' * 10\n" + "x = x + x\n" * 200 +
                            "y = '%999999999d' % 1\nz = '{:999999999}'.format(1)\n",
        "reactive/loop.py": ("from charms.reactive import when\n\n\ndef f(n):\n    return f(n) + f(n)\n\n\nf(1)\n"
                             "for a in range(10):\n    for b in 'abc':\n        f(b)\nx = [1] * 9\n"
                             "y = [[a, b, c, d, e] for a in x for b in x for c in x for d in x for e in x for f in x]\n"
                             "while True:\n    f(2)\n\n\n@when('a')\ndef g():\n    pass\n"),
    }
    output = port(reactive, charm(files), tmp_path / "out")
    assert [handler["id"] for handler in report(output)["handlers"]] == ["loop:g"]


def test_names_in_c_are_apart(reactive, charm, tmp_path):
    """Files and functions whose names are none of C's, or become one."""
    handler = "from charms.reactive import when\n\n\n@when('a')\ndef {}():\n    pass\n"
    source = charm({"reactive/a-b.py": handler.format("main"), "reactive/a_b.py": handler.format("int"),
                    "reactive/9.py": handler.format("é"), "reactive/port.py": handler.format("handlers"),
                    "reactive/double.py": handler.format("reactive_log")})
    output = port(reactive, source, tmp_path / "out")
    modules = {handler["module"] for handler in report(output)["handlers"]}
    assert len(modules) == 5
    assert "port" not in modules
    assert {handler["name"] for handler in report(output)["handlers"]} == {"main", "int", "é", "handlers",
                                                                           "reactive_log"}
    compile_all(output)


def test_names_that_tables_do_not_take_are_told(reactive, charm, tmp_path):
    """Python takes any string for a flag. What looks like a trigraph is one in no place."""
    source = charm({"reactive/odd.py": """\
from charms.reactive import register_trigger, when
register_trigger(when='a\\x01', set_flag='b')


@when('', 'what???/', 'a\\nb')
def odd():
    # Really???/
    pass
"""})
    output = port(reactive, source, tmp_path / "out")
    text = c_file(output, "odd")
    assert '  HANDLER (odd, WHEN ("<empty>", "what?\\?\\?/", "a?b")),' in text
    assert " *       # Really? ? ?/\n" in text
    assert items(output, "hand", "reactive/odd.py") == [
        (2, "trigger", "a name that the engine does not take: 'a\\x01' stands as 'a?'"),
        (5, "condition", "odd: a name that the engine does not take: '' stands as '<empty>'"),
        (5, "condition", "odd: a name that the engine does not take: 'a\\nb' stands as 'a?b'")]
    compile_all(output)


def test_names_of_a_function_around_a_handler_are_not_the_files(reactive, charm, tmp_path):
    output = port(reactive, charm({"reactive/made.py": """\
from charms.reactive import *
for name in ('x', 'y'):
    pass


def make(name):
    @when('made.' + name)
    def inner():
        set_flag(name)


make('z')


@when('a')
def outer():
    set_flag(name)
"""}), tmp_path / "out")
    text = c_file(output, "made")
    assert 'WHEN ("made.z")' in text
    assert 'PORT_TODO ("reactive/made.py:9", "set_flag(name)");' in text
    assert 'reactive_set_flag (unit, "y");' in text
