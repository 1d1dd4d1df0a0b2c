# SPDX-License-Identifier: Apache-2.0
"""`reactive new`: what it makes builds without warnings, passes its own tests and is well laid out, whatever it was
asked for; what it cannot make it refuses with the reason, and leaves nothing behind."""

import itertools
import json
import os
import pathlib
import re
import shutil
import zipfile

import pytest
from conftest import has_sanitizers, path_from_environment
from shell import SOURCE, run

SIDES = ["bind-client:provides", "bind-client:requires", "loadbalancer:provides", "loadbalancer:requires"]
STYLES = ["flags", "events"]
FOUR = [f"{side}:{name}" for side, name in zip(SIDES, ("bind-stats", "servers", "lb-consumers", "lb-provider"))]
LONG = "a" + "-bcd" * 9 + "-xy"
MODELS = SOURCE / "tests" / "python" / "charmcraft_models.py"
# What charmcraft's linters say of a charm that has nothing of Python.
LINTED = {name: "ok" for name in ("juju-actions", "juju-config", "metadata", "naming-conventions")} | {
    name: "nonapplicable" for name in ("additional-files", "entrypoint", "ops-main-call", "pip-check", "pydeps")}
WARNINGS = ["-std=gnu11", "-Wall", "-Wextra", "-Wpedantic", "-Wshadow", "-Werror", "-Wno-unused-parameter"]

# Name, endpoints, style. Each combination of interface, role and style is here alone, with names that are awkward in
# turn: those that C, YAML, meson or the template keep for themselves, or that are as long or as short as can be.
CHARMS = {
    "flags-none": ("int", [], "flags"),
    "events-none": ("no", [], "events"),
    "flags-1": ("reactive", ["bind-client:provides:default"], "flags"),
    "flags-2": ("yes", ["bind-client:requires:null"], "flags"),
    "flags-3": ("test", ["loadbalancer:provides:install"], "flags"),
    "flags-4": (LONG, [f"loadbalancer:requires:{LONG[:-1]}z"], "flags"),
    "events-1": ("partner", ["bind-client:provides:partner"], "events"),
    "events-2": ("a", ["bind-client:requires:b_1"], "events"),
    "events-3": (LONG, [f"loadbalancer:provides:{LONG}"], "events"),
    "events-4": ("null", ["loadbalancer:requires:greeting"], "events"),
    "flags-all": ("four", FOUR, "flags"),
    "events-all": ("four", FOUR, "events"),
}


def make(environment, directory, name, endpoints=(), style=None, place=None):
    """Runs the command in @directory."""
    words = [word for endpoint in endpoints for word in ("--interface", endpoint)]
    if style is not None:
        words += ["--style", style]
    if place is not None:
        words += ["--directory", place]
    return run("reactive", "new", *words, name, env=environment, cwd=directory)


def made(*arguments):
    result = make(*arguments)
    assert result.returncode == 0, result.stdout


def read_tree(directory):
    return {str(path.relative_to(directory)): (path.stat().st_mode & 0o777, path.read_bytes())
            for path in sorted(directory.rglob("*")) if path.is_file()}


def test_the_charms_below_cover_each_interface_role_and_style():
    seen = sorted(("+".join(endpoint.rpartition(":")[0] for endpoint in endpoints), style)
                  for _, endpoints, style in CHARMS.values())
    assert seen == sorted(itertools.product(["", *SIDES, "+".join(SIDES)], STYLES))


# --- what is made ----------------------------------------------------------------------------------------------------


@pytest.fixture(params=CHARMS, ids=str)
def charm(request, installed, tmp_path):
    """A charm's directory, and the environment to build it in."""
    name, endpoints, style = CHARMS[request.param]
    made(installed, tmp_path, name, endpoints, style)
    return tmp_path / name, {**installed, "LC_ALL": "C.UTF-8"}


def test_a_new_charm_builds_without_warnings_and_passes_its_tests(charm):
    directory, environment = charm
    if has_sanitizers():
        pytest.skip("the tests of a charm do not bring the runtime of the sanitizers, which has to come first")
    # Those with all endpoints as their README says, the others without optimization, which is quicker.
    quick = [] if directory.name == "four" else ["--buildtype=plain"]
    for command in (["meson", "setup", "build", "--werror", *quick], ["meson", "compile", "-C", "build"]):
        result = run(*command, cwd=directory, env=environment)
        assert result.returncode == 0, result.stdout
        assert "warning" not in result.stdout.replace("warning_level", "").lower(), result.stdout
    result = run("meson", "test", "-C", "build", "--no-rebuild", "--print-errorlogs", cwd=directory, env=environment)
    assert result.returncode == 0, result.stdout
    n_endpoints = len(list(directory.glob("reactive/*.c"))) - 1
    assert re.search(rf"^Ok: +{2 * (1 + n_endpoints)}\b", result.stdout, re.MULTILINE), result.stdout
    result = run("reactive", "pack", cwd=directory, env=environment)
    assert result.returncode == 0, result.stdout
    (packed,) = directory.glob(f"{directory.name}_ubuntu-24.04-*.charm")
    check_packed(packed, environment)


def check_packed(path, environment):
    """Also by charmcraft, for some: what it looks at has no more to it than names."""
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
        metadata = archive.read("metadata.yaml").decode()
    assert {"dispatch", "config.yaml", "actions.yaml", "layer.yaml", "manifest.yaml"} <= names
    modules = {f"reactive/{source.stem}.so" for source in path.parent.glob("reactive/*.c")}
    assert {name for name in names if name.startswith("reactive/")} == modules
    assert "summary: A charm written in C\n" in metadata
    charmcraft = pathlib.Path(os.environ["REACTIVE_CHARMCRAFT"])
    if path.parent.name in ("yes", "null") and charmcraft.exists():
        environment = {**environment, "HOME": str(path.parent), "LD_LIBRARY_PATH": ""}
        result = run(charmcraft, "analyse", "--format=json", path, env=environment)
        assert result.returncode == 0, result.stdout
        results = json.JSONDecoder().raw_decode(result.stdout[result.stdout.index("[\n"):])[0]
        assert {entry["name"]: entry["result"] for entry in results if entry["check_type"] == "lint"} == LINTED


def includes(environment):
    result = run("pkg-config", "--cflags", "reactive-bind-client", "reactive-loadbalancer", env=environment)
    assert result.returncode == 0, result.stdout
    return result.stdout.split()


def test_a_new_charm_is_well_laid_out(charm):
    directory, environment = charm
    sources = sorted(directory.rglob("*.c"))
    # What is C differs in names alone.
    if shutil.which("clang") and directory.name in ("four", LONG):
        result = run("clang", *WARNINGS, "-fsyntax-only", f'-DCHARM_DIRECTORY="{directory}"', *includes(environment),
                     *sources)
        assert result.returncode == 0, result.stdout
    if shutil.which("clang-format"):
        result = run("clang-format", "--dry-run", "--Werror", *sources, cwd=directory)
        assert result.returncode == 0, result.stdout
    if shutil.which("shellcheck"):
        result = run("shellcheck", *directory.rglob("dispatch"))
        assert result.returncode == 0, result.stdout
    for path in directory.rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert text.endswith("\n") and not text.endswith("\n\n"), path
            assert not re.search(r"[ \t]$|\t|@[a-z][a-z-]*@|SPDX", text, re.MULTILINE), path


def test_a_name_is_a_text_in_each_file(charm):
    yaml = pytest.importorskip("yaml")
    directory, _ = charm
    workflow = yaml.safe_load((directory / ".github/workflows/ci.yaml").read_text(encoding="utf-8"))
    assert workflow["jobs"]["build"]["steps"][-1]["with"]["name"] == directory.name
    assert yaml.safe_load((directory / "charmcraft.yaml").read_text(encoding="utf-8"))["name"] == directory.name


def test_links_of_the_readme_lead_to_files(charm):
    directory, _ = charm
    links = re.findall(r"\]\(([^)]+)\)", (directory / "README.md").read_text(encoding="utf-8"))
    assert len(links) > 8
    assert [link for link in links if not (directory / link).exists()] == []
    told = {directory / link for link in links}
    assert set(directory.glob("reactive/*.c")) <= told


def test_charmcraft_takes_what_is_made(installed, tmp_path):
    python = path_from_environment("REACTIVE_CHARMCRAFT").parent / "python"
    directories = []
    for key, (name, endpoints, style) in CHARMS.items():
        directories.append(tmp_path / key)
        made(installed, tmp_path, name, endpoints, style, key)
    result = run(python, MODELS, *directories, env={**os.environ, "HOME": str(tmp_path)})
    assert result.returncode == 0, result.stdout


def test_the_same_words_make_the_same_bytes(installed, tmp_path):
    trees = []
    for number in range(2):
        place = tmp_path / str(number)
        place.mkdir()
        environment = {**installed, "LC_ALL": ("C", "C.UTF-8")[number], "TZ": ("UTC", "Asia/Tokyo")[number]}
        made(environment, place, "four", FOUR)
        trees.append(read_tree(place / "four"))
    assert trees[0] == trees[1]
    assert trees[0]["dispatch"] == (0o755, b"#!/bin/sh\nexec reactive dispatch\n")
    assert trees[0]["charmcraft.yaml"][0] == 0o644
    assert b'WHEN (ENDPOINT ".connected")' in trees[0]["reactive/bind_stats.c"][1]


def test_flags_are_the_style_without_another_one(installed, tmp_path):
    made(installed, tmp_path, "web", FOUR[:1])
    assert b"ON (ENDPOINT" not in (tmp_path / "web" / "reactive" / "bind_stats.c").read_bytes()
    made(installed, tmp_path, "web2", FOUR[:1], "events")
    assert b'ON (ENDPOINT ".connected"' in (tmp_path / "web2" / "reactive" / "bind_stats.c").read_bytes()


def test_a_charm_is_made_in_the_build_directory_too(reactive, tmp_path):
    result = make({**os.environ, "PATH": f"{reactive.parent}:{os.environ['PATH']}"}, tmp_path, "web")
    assert result.returncode == 0, result.stdout
    assert (tmp_path / "web" / "reactive" / "web.c").exists()


# --- where it is made ------------------------------------------------------------------------------------------------


def test_a_directory_is_made_as_umask_says(installed, tmp_path):
    result = run("sh", "-c", "umask 027; reactive new web", env=installed, cwd=tmp_path)
    assert result.returncode == 0, result.stdout
    assert (tmp_path / "web").stat().st_mode & 0o777 == 0o750
    assert (tmp_path / "web" / "dispatch").stat().st_mode & 0o777 == 0o750


@pytest.mark.parametrize("place", ["there", "empty", "{tmp}/absolute", "a/../there", "sp ace"])
def test_a_charm_is_made_where_it_is_said(place, installed, tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "a").mkdir()
    place = place.format(tmp=tmp_path)
    result = run("reactive", "new", "web", "--directory", place, env=installed, cwd=tmp_path)
    assert result.returncode == 0, result.stdout
    assert (tmp_path / place / "reactive" / "web.c").exists()
    assert f"made {place}." in result.stdout
    # What is said can be typed as it stands.
    line = re.search(r"^  (cd .*)$", result.stdout, re.MULTILINE)[1]
    assert run("sh", "-c", f"{line} && pwd", cwd=tmp_path).stdout.strip() == str((tmp_path / place).resolve())


def refuse(result, code, message, directory, before):
    assert result.returncode == code, result.stdout
    assert re.search(message, result.stdout), result.stdout
    assert result.stdout.startswith("reactive new: ")
    assert sorted(os.listdir(directory)) == before


@pytest.mark.parametrize("place, code, message", [
    ("full", 1, "'full' is not empty|/full' is not empty"),
    ("file", 1, "is there, and is no directory"),
    (".", 1, "is the current directory"),
    ("link", 1, "is there, and is no directory"),
    ("no/such/parent", 3, "cannot make .*: No such file or directory"),
])
def test_what_is_there_is_left_alone(place, code, message, installed, tmp_path):
    place_of_all = tmp_path / "all"
    (place_of_all / "full").mkdir(parents=True)
    (place_of_all / "full" / "x").write_text("x", encoding="utf-8")
    (place_of_all / "file").write_text("x", encoding="utf-8")
    (tmp_path / "empty").mkdir()
    (place_of_all / "link").symlink_to(tmp_path / "empty")
    before = sorted(os.listdir(place_of_all))
    where = tmp_path / "empty" if place == "." else place_of_all
    result = run("reactive", "new", "web", "--directory", place, env=installed, cwd=where)
    refuse(result, code, message, place_of_all, before)
    assert os.listdir(tmp_path / "empty") == []


def test_nothing_is_left_of_a_charm_that_could_not_be_made(installed, tmp_path):
    template = shutil.copytree(SOURCE / "charm-template", tmp_path / "template")
    place = tmp_path / "place"
    place.mkdir()
    last = template / "interfaces" / "bind-client" / "provides" / "partner.c"

    last.write_text("@nothing@\n", encoding="utf-8")
    result = make(installed, place, "web", ["bind-client:provides:a"])
    assert result.returncode == 0, result.stdout
    shutil.rmtree(place / "web")
    command = ["reactive", "new", "web", "--template", template, "--interface", "bind-client:provides:a"]
    refuse(run(*command, env=installed, cwd=place), 5, "partner.c:1: there is no name 'nothing'", place, [])
    last.unlink()
    refuse(run(*command, env=installed, cwd=place), 3, "partner.c", place, [])
    result = run(*command[:3], "--template", place, env=installed, cwd=place)
    refuse(result, 3, "there is no template of a charm", place, [])


# --- what is refused -------------------------------------------------------------------------------------------------

REFUSED = [
    ("Web", [], r"'Web' is no name for a charm: only lower-case"),
    ("my_charm", [], r"only lower-case letters, digits and '-' are allowed"),
    ("web-", [], r"each part between '-' needs a letter"),
    ("web-2", [], r"each part between '-' needs a letter"),
    ("2web", [], r"it has to begin with a lower-case letter"),
    ("", [], r"'' is no name for a charm: it is empty"),
    ("a" * 41, [], r"it has 41 characters \(at most 40 are allowed\)"),
    ("../web", [], r"only lower-case"),
    ("web", ["bind-client"], r"--interface bind-client: expected INTERFACE:ROLE:ENDPOINT, such as bind-client:prov"),
    ("web", ["bind-client:provides"], r"expected INTERFACE:ROLE:ENDPOINT"),
    ("web", ["bind-client:provides:a:b"], r"expected INTERFACE:ROLE:ENDPOINT"),
    ("web", ["bindclient:provides:a"], r"no template for the interface 'bindclient' \(did you mean 'bind-client'\?\); "
                                       r"those that there are: bind-client, loadbalancer"),
    ("web", ["http:provides:a"], r"no template for the interface 'http'; those that there are: bind-client, load"),
    ("web", ["..:provides:a"], r"no template for the interface '..'"),
    ("web", [":provides:a"], r"no template for the interface ''"),
    ("web", ["bind-client:peers:a"], r"the interface 'bind-client' has no role 'peers'; its roles: provides, requires"),
    ("web", ["bind-client:provide:a"], r"has no role 'provide' \(did you mean 'provides'\?\)"),
    ("web", ["bind-client:provides:"], r"'' is no name for an endpoint: it is empty"),
    ("web", ["bind-client:provides:Stats"], r"'Stats' is no name for an endpoint: only lower-case letters, digits"),
    ("web", ["bind-client:provides:a/b"], r"'a/b' is no name for an endpoint"),
    ("web", ["bind-client:provides:a--b"], r"a letter or digit has to follow each '-' and '_'"),
    ("web", ["bind-client:provides:juju-info"], r"reserved for Juju"),
    ("web", ["bind-client:provides:a", "loadbalancer:requires:a"],
     r"--interface loadbalancer:requires:a: there are two endpoints 'a'"),
    ("web", ["bind-client:provides:a-b", "bind-client:provides:a_b"], r"'a-b' and 'a_b' would have the same files"),
    ("web", ["bind-client:provides:web", "bind-client:provides:web-endpoint"], r"would have the same files, "
                                                                              r"reactive/web_endpoint.c"),
]


@pytest.mark.parametrize("name, endpoints, message", REFUSED)
def test_what_cannot_be_is_refused_with_the_reason(name, endpoints, message, installed, tmp_path):
    result = make(installed, tmp_path, name, endpoints)
    refuse(result, 2, message, tmp_path, [])
    assert result.stdout.endswith("\nTry 'reactive new --help'.\n")


@pytest.mark.parametrize("words, message", [
    ([], "expected the name of one charm"),
    (["a", "b"], "expected the name of one charm"),
    (["web", "--style", "python"], r"unknown style 'python' \(expected flags or events\)"),
    (["web", "--sytle", "flags"], "Unknown option"),
    (["web", "--interface"], "Missing argument"),
])
def test_wrong_use_is_refused(words, message, installed, tmp_path):
    refuse(run("reactive", "new", *words, env=installed, cwd=tmp_path), 2, message, tmp_path, [])


def test_the_templates_readme_tells_each_name_and_list():
    readme = SOURCE / "charm-template" / "README.md"
    text = readme.read_text(encoding="utf-8")
    told = set(re.findall(r"`@([a-z-]+)@`", text)) - {"end", "each"}
    lists = set(re.findall(r"`(\w+)`", text.partition("Lists are ")[2].partition(". ")[0]))
    contents = "".join(path.read_text(encoding="utf-8") for path in SOURCE.glob("charm-template/**/*")
                       if path.is_file() and path != readme)
    assert set(re.findall(r"@([a-z][a-z-]*)@", contents)) - {"end"} == told
    assert set(re.findall(r"@(?:if|each) (\w+)@", contents)) == lists
