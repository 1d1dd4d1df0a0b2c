# SPDX-License-Identifier: Apache-2.0
"""What `meson install` puts where, and that uninstalling takes all of it away."""

import pathlib
import re

import pytest
import staging
from shell import SOURCE, run


@pytest.fixture(scope="module")
def prefix(installed):
    return pathlib.Path(installed["REACTIVE_PREFIX"])


def names_in(directory):
    return sorted(str(path.relative_to(directory)) for path in directory.rglob("*") if path.is_file())


def test_programs_find_their_libraries(prefix, installed):
    programs = [path for path in (prefix / "libexec" / "reactive").iterdir() if path.is_file()]
    assert {"reactive-port", "reactive-port-yaml"} <= {path.name for path in programs}
    for program in [prefix / "bin" / "reactive", *programs]:
        with program.open("rb") as source:
            is_elf = source.read(4) == b"\x7fELF"
        if is_elf:
            assert "not found" not in run("ldd", program, env=installed).stdout
    result = run("reactive", "--version", env=installed)
    assert re.fullmatch(r"reactive \d+\.\d+\.\d+\n", result.stdout)


def test_libraries_have_their_links(prefix):
    for name in ("libreactive", "libreactive-bind-client", "libreactive-loadbalancer"):
        (link,) = prefix.rglob(f"{name}.so")
        assert link.resolve() == (link.parent / f"{name}.so.0").resolve()
        assert re.fullmatch(rf"{name}\.so\.\d+\.\d+\.\d+", link.resolve().name)


def test_headers_are_those_of_the_project(prefix):
    directories = [SOURCE / "engine" / "include", *SOURCE.glob("interfaces/*/include")]
    assert names_in(prefix / "include") == sorted(name for directory in directories for name in names_in(directory))


def test_every_page_of_the_manual_is_there(prefix):
    pages = sorted(path.name[: -len(".rst")] for path in SOURCE.glob("docs/man/*.rst"))
    assert len(pages) > 4
    assert names_in(prefix / "share" / "man") == [f"man1/{page}" for page in pages]


def test_the_completion_is_there(prefix):
    completion = prefix / "share" / "bash-completion" / "completions" / "reactive"
    assert completion.read_bytes() == (SOURCE / "engine" / "cli" / "reactive.bash").read_bytes()


def test_links_of_documents_lead_to_installed_files_too(prefix):
    installed_documents = prefix / "share" / "doc" / "libreactive"
    documents = sorted(installed_documents.rglob("*.md"))
    assert {"README.md", "writing-handlers.md", "tutorial.md"} <= {path.name for path in documents}
    missing = []
    for document in documents:
        text = re.sub(r"^```.*?^```$", "", document.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
        # Whether links lead somewhere at all is for another test to say.
        directory = (SOURCE / document.relative_to(installed_documents)).parent
        links = [link for link in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text) if (directory / link).exists()]
        missing += [f"{document.name}: {link}" for link in links if not (document.parent / link).exists()]
    assert missing == []


def test_nothing_of_the_build_is_installed(prefix):
    build_files = [name for name in names_in(prefix) if pathlib.Path(name).name in ("meson.build", ".gitignore")
                   and "template" not in name]
    assert build_files == []
    # A test's module, or a path of the machine that built, has no place on another one.
    for path in [prefix / "bin" / "reactive", *prefix.rglob("*.so.*.*.*")]:
        dynamic = run("readelf", "-d", path).stdout
        assert "(NEEDED)" in dynamic
        assert "(RPATH)" not in dynamic and "(RUNPATH)" not in dynamic, dynamic


def test_packages_are_of_this_version_and_built_with_what_it_needs():
    version = re.search(r"^  version: '([^']+)'", (SOURCE / "meson.build").read_text(encoding="utf-8"), re.MULTILINE)[1]
    changelog = (SOURCE / "debian" / "changelog").read_text(encoding="utf-8")
    assert changelog.startswith(f"libreactive ({version}) ")
    setup = (SOURCE / "scripts" / "setup").read_text(encoding="utf-8")
    needed = re.findall(r"^(lib(?!c6)\S+-dev) ", setup.partition("build_packages='")[2].partition("'")[0], re.MULTILINE)
    build_depends = (SOURCE / "debian" / "control").read_text(encoding="utf-8").partition("Standards-Version")[0]
    assert len(needed) >= 4
    assert [package for package in needed if package not in re.findall(r"[\w.+-]+", build_depends)] == []


def test_uninstalling_leaves_nothing(reactive, tmp_path):
    build = reactive.parent.parent
    destination = tmp_path / "root"
    with staging.installation_log(build):
        staging.install(build, destination)
        assert names_in(destination)
        staging.uninstall(build)
    assert not destination.exists()


def test_uninstalling_after_a_second_installation_leaves_no_file(reactive, tmp_path):
    build = reactive.parent.parent
    destination = tmp_path / "root"
    with staging.installation_log(build):
        staging.install(build, destination)
        staging.install(build, destination)
        staging.uninstall(build)
    assert names_in(destination) == []
