# SPDX-License-Identifier: Apache-2.0
"""The manual has a page for each command, which tells what the command's own help tells, and shows what is printed."""

import re
import shutil

import pytest
from shell import SOURCE, lay_out, run, run_console

PAGES = sorted(SOURCE.glob("docs/man/*.1.rst"))
SECTIONS = ["SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "FILES", "EXAMPLES", "SEE ALSO"]


def page_name(path):
    return path.name[: -len(".1.rst")]


def read_sections(path):
    """A page's parts by their headings; before the first one stands its title."""
    parts = re.split(r"^(\S.*)\n={3,}\n", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


def help_of(reactive, *command):
    result = run(reactive, *command, "--help")
    assert result.returncode == 0, result.stdout
    return result.stdout


def read_commands(reactive):
    """Names and summaries in the table of commands."""
    table = help_of(reactive).partition("Commands:\n")[2].partition("\n\n")[0]
    return re.findall(r"^  (\S+) +(.*)$", table, re.MULTILINE)


def options_in(text):
    """Long options with what they take, as "--state=FILE"."""
    return sorted(set(re.findall(r"^[\s*]*(?:-\w, )?(--[a-z-]+(?:=[^\s*,]+)?)", text, re.MULTILINE)))


def without_markup(text):
    return re.sub(r"\\ |\*", "", re.sub(r"^\| ", "", text.strip(), flags=re.MULTILINE))


@pytest.fixture(scope="module")
def command_pages(reactive):
    """The pages of the commands that are there, by the command's name."""
    names = [name for name, _ in read_commands(reactive)]
    return {name: SOURCE / "docs" / "man" / f"reactive-{name}.1.rst" for name in names}


@pytest.mark.parametrize("path", PAGES, ids=page_name)
def test_a_page_has_its_sections(path):
    assert [name for name in read_sections(path) if name in SECTIONS] == SECTIONS
    title, below = path.read_text(encoding="utf-8").split("\n")[1:3]
    assert title == page_name(path)
    assert below == "=" * len(title)


def test_the_build_makes_every_page():
    text = (SOURCE / "docs" / "meson.build").read_text(encoding="utf-8")
    listed = re.findall(r"'([\w.-]+)',", text.partition("]")[0])
    assert listed == sorted(map(page_name, PAGES))


def test_every_command_has_a_page(reactive):
    names = {name for name, _ in read_commands(reactive)}
    have = {page_name(path).partition("reactive-")[2] for path in PAGES if page_name(path).startswith("reactive-")}
    assert have == names


def test_the_overview_lists_the_commands_as_the_table_does(reactive):
    section = without_markup(read_sections(SOURCE / "docs" / "man" / "reactive.1.rst")["COMMANDS"])
    assert re.findall(r"^reactive-(\S+)\(1\)\n    (.*)$", section, re.MULTILINE) == read_commands(reactive)


def test_pages_tell_options_as_the_help_does(reactive, command_pages):
    assert command_pages
    for command, path in command_pages.items():
        text = help_of(reactive, command)
        sections = read_sections(path)
        assert options_in(sections["OPTIONS"]) == options_in(text), command
        usage = re.search(rf"reactive {command}(.*)", text)[1]
        assert without_markup(sections["SYNOPSIS"]) == f"reactive {command}{usage}".strip()


@pytest.mark.parametrize("path", PAGES, ids=page_name)
def test_examples_show_what_is_printed(path, tmp_path, installed):
    shown = re.findall(r"::\n\n((?:    .*\n|\n)+)", read_sections(path)["EXAMPLES"])
    assert shown
    for number, example in enumerate(shown):
        text = "".join(f"{line[4:]}\n" for line in example.rstrip("\n").split("\n"))
        directory = tmp_path / str(number)
        directory.mkdir()
        lay_out("", directory)
        assert run_console(text, directory, installed) == text


@pytest.mark.parametrize("path", PAGES, ids=page_name)
def test_a_page_can_be_made(path):
    program = shutil.which("rst2man") or shutil.which("rst2man.py")
    if program is None:
        pytest.skip("there is no rst2man")
    result = run(program, "--strict", path)
    assert result.returncode == 0, result.stdout
    assert ".TH" in result.stdout
