# SPDX-License-Identifier: Apache-2.0
"""The documents say what is: their C compiles, their commands print what is shown, their names and links exist."""

import os
import re
import shlex
import shutil

import pytest
from shell import SOURCE, lay_out, run, run_console, run_script

DOCUMENTS = sorted([SOURCE / "README.md", *(path for directory in ("docs", "examples", "interfaces")
                                            for path in SOURCE.glob(f"{directory}/**/*.md"))])
MANUAL = sorted(SOURCE.glob("docs/man/*.rst"))
HEADERS = SOURCE / "engine" / "include"
INTERFACES = sorted(SOURCE.glob("interfaces/*/include"))
GUIDES = [*(SOURCE / "docs" / name for name in ("writing-handlers.md", "relations.md", "interfaces.md",
                                       "writing-interfaces.md", "testing-charms.md")),
          *SOURCE.glob("interfaces/*/README.md")]

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# These have tests of their own; how libreactive itself is built is what the tests begin with.
RUN_ELSEWHERE = {("docs/tutorial.md", "sh"), ("docs/tutorial.md", "console"), ("README.md", "sh"),
                 *((f"examples/{path.name}/README.md", "sh") for path in SOURCE.glob("examples/*/"))}
# A document shows a handler without the table that it stands in, and many handlers need no error.
WARNINGS = ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-Wno-unused-parameter", "-Wno-unused-function"]


def blocks(kind):
    """Each block of a kind in the documents, as a test's parameter named after its place."""
    found = []
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for match in BLOCK.finditer(text):
            if match[1] == kind:
                line = text.count("\n", 0, match.start()) + 1
                found.append(pytest.param(match[2], id=f"{document.relative_to(SOURCE)}:{line}"))
    return found


def pkg_config(*arguments, **options):
    result = run("pkg-config", *arguments, **options)
    assert result.returncode == 0, result.stdout
    return shlex.split(result.stdout)


# --- C ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", blocks("c"))
def test_c_compiles(text, tmp_path):
    path = tmp_path / "block.c"
    include = "" if "#include" in text else "#include <reactive.h>\n"
    path.write_text(include + text, encoding="utf-8")
    includes = [f"-I{directory}" for directory in (HEADERS, *INTERFACES)]
    result = run("cc", *WARNINGS, "-fsyntax-only", *includes, *pkg_config("--cflags", "gobject-2.0"), path)
    assert result.returncode == 0, result.stdout


def test_every_public_function_is_told_of():
    guide = "".join(path.read_text(encoding="utf-8") for path in GUIDES)
    # The quark hides behind REACTIVE_ERROR, the type behind the class of its values.
    hidden = {"reactive_error_quark", "reactive_json_get_type", "lb_request_get_type", "lb_health_check_get_type",
              "lb_response_get_type"}
    public = set()
    for header in [*HEADERS.glob("reactive/*.h"), *SOURCE.glob("interfaces/*/include/**/*.h")]:
        for declaration in re.findall(r"^REACTIVE_EXPORT ([^;]*)", header.read_text(encoding="utf-8"), re.MULTILINE):
            public.update(re.findall(r"\b(\w+) \(", declaration)[:1])
    assert len(public) > 80
    assert sorted(name for name in public - hidden if not re.search(rf"\b{name}\b", guide)) == []


# --- commands --------------------------------------------------------------------------------------------------------


def documents_with(kind):
    """The documents that have blocks of a kind, as a test's parameters: path, text, and all of these blocks in a row."""
    found = []
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        name = str(document.relative_to(SOURCE))
        shown = "".join(match[2] for match in BLOCK.finditer(text) if match[1] == kind)
        if shown and (name, kind) not in RUN_ELSEWHERE:
            found.append(pytest.param(text, shown, id=name))
    return found


@pytest.mark.parametrize("text, shown", documents_with("console"))
def test_commands_print_what_is_shown(text, shown, tmp_path, installed):
    lay_out(text, tmp_path)
    assert run_console(shown, tmp_path, installed) == shown


@pytest.mark.parametrize("text, shown", documents_with("sh"))
def test_scripts_run(text, shown, tmp_path, installed):
    lay_out(text, tmp_path)
    run_script(shown, tmp_path, installed)


@pytest.mark.parametrize("text", blocks("json"))
def test_json_is_a_flag_program(text, tmp_path, reactive):
    path = tmp_path / "block.json"
    path.write_text(text, encoding="utf-8")
    result = run(reactive, "simulate", "--check", path)
    assert result.returncode == 0, result.stdout


def test_the_examples_pass(reactive):
    programs = sorted(SOURCE.glob("examples/programs/*.json"))
    result = run(reactive, "simulate", "--check", "--quiet", *programs)
    assert result.returncode == 0, result.stdout
    assert re.fullmatch(r"\d+ passed, 0 failed\n", result.stdout)


# --- the example, outside of the project -----------------------------------------------------------------------------


def build_example(name, directory, environment):
    """By the words of its README."""
    charm = shutil.copytree(SOURCE / "examples" / name, directory / name)
    (line,) = re.findall(r"^```sh\n(cc .*)\n```$", (charm / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    result = run("bash", "-c", line, cwd=charm, env=environment)
    assert result.returncode == 0, result.stdout
    return charm


@pytest.mark.parametrize("path", sorted(SOURCE.glob("examples/*-*/")), ids=lambda path: path.name)
def test_examples_of_interfaces_build_against_installed_libraries(path, installed, tmp_path):
    charm = build_example(path.name, tmp_path, installed)
    (interface,) = re.findall(r"interface: ([\w-]+)", (charm / "metadata.yaml").read_text(encoding="utf-8"))
    (module,) = charm.glob("reactive/*.so")
    assert f"[libreactive-{interface}.so.0]" in run("readelf", "-d", module).stdout


def test_the_example_builds_against_an_installed_library(installed, tmp_path, reactive):
    charm = build_example("tour", tmp_path, installed)
    environment = {**installed, "CHARM_DIR": str(charm), "JUJU_CHARM_DIR": str(charm), "JUJU_CONTEXT_ID": "none",
                   "JUJU_DISPATCH_PATH": "hooks/collect-metrics"}
    tools = tmp_path / "tools"
    tools.mkdir()
    for tool in ("juju-log", "status-set", "application-version-set"):
        (tools / tool).write_text("#!/bin/sh\necho \"$@\" >>\"$0.out\"\n", encoding="utf-8")
        (tools / tool).chmod(0o755)
    environment["PATH"] = f"{tools}:{reactive.parent}:{os.environ['PATH']}"
    result = run(charm / "dispatch", cwd=charm, env=environment)
    assert result.returncode == 0, result.stdout
    assert "nothing to measure\n" in (tools / "juju-log.out").read_text(encoding="utf-8")


# --- names, links and the picture ------------------------------------------------------------------------------------


def anchors(document):
    """The names of a document's headings, as links have them."""
    headings = re.findall(r"^#+ (.*)$", BLOCK.sub("", document.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(SOURCE)))
def test_links_lead_somewhere(document):
    text = BLOCK.sub("", document.read_text(encoding="utf-8"))
    links = [(path, anchor) for path, anchor in re.findall(r"\]\(([^)#]*)(?:#([^)]*))?\)", text) if "://" not in path]
    places = [(document.parent / path if path else document, anchor) for path, anchor in links]
    assert [str(place) for place, _ in places if not place.exists()] == []
    assert [f"{place}#{anchor}" for place, anchor in places if anchor and anchor not in anchors(place)] == []


@pytest.fixture(scope="module")
def engine_text():
    places = [SOURCE / "engine", SOURCE / "interfaces"]
    files = [path for place in places for pattern in ("*.c", "*.h", "*.sh") for path in place.rglob(pattern)]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("document", [*DOCUMENTS, *MANUAL], ids=lambda path: str(path.relative_to(SOURCE)))
def test_names_exist(document, engine_text):
    text = document.read_text(encoding="utf-8")
    # With a dot behind it, it is a key of the state file.
    names = set(re.findall(r"\b(?:reactive_[a-z_]+\w|REACTIVE_[A-Z_]+\w|Reactive[A-Z]\w+)\b(?!\.)", text))
    assert sorted(name for name in names if name not in engine_text) == []
    paths = set(re.findall(r"`((?:engine|tests|scripts|examples|docs)/[\w./-]*\w)`", text))
    assert sorted(path for path in paths if not (SOURCE / path).exists()) == []


def test_the_picture_is_made_of_its_source():
    picture = (SOURCE / "docs" / "hook.svg").read_text(encoding="utf-8")
    source = (SOURCE / "docs" / "hook.dot").read_text(encoding="utf-8")
    lines = [line for label in re.findall(r'label="([^"]*)"', source) for line in label.split(r"\n")]
    shown = [re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), text)
             for text in re.findall(r"<text[^>]*>([^<]*)</text>", picture)]
    assert sorted(lines) == sorted(shown)
