# SPDX-License-Identifier: Apache-2.0
"""What bash offers for a word of the command line, from what the command's help tells."""

import os
import re

import pytest
from shell import SOURCE, run

COMPLETION = SOURCE / "engine" / "cli" / "reactive.bash"
# As readline breaks a line into words: at "=" too. compopt works inside of readline alone.
SCRIPT = """
source "$1"
compopt () { :; }
shift
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
_reactive
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture
def complete(tmp_path, reactive):
    def complete(*words):
        environment = {**os.environ, "PATH": f"{reactive.parent}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
        for name in ("UNIT_STATE_DB", "CHARM_DIR", "JUJU_CHARM_DIR"):
            environment.pop(name, None)
        result = run("bash", "-c", SCRIPT, "bash", COMPLETION, "reactive", *words, cwd=tmp_path, env=environment)
        assert result.returncode == 0, result.stdout
        return result.stdout.split()

    return complete


def help_of(reactive, *command):
    result = run(reactive, *command, "--help")
    return result.stdout if result.returncode == 0 else None


def read_commands(reactive):
    return re.findall(r"^  ([a-z]\S*) ", help_of(reactive).partition("Commands:\n")[2], re.MULTILINE)


def test_commands_are_those_of_the_table(complete, reactive):
    commands = read_commands(reactive)
    assert {"agent", "dispatch", "flags", "new", "pack", "port", "simulate"} <= set(commands)
    assert complete("") == [*commands, "--help", "--version"]
    assert complete("d") == ["dispatch"]
    assert complete("--v") == ["--version"]
    assert complete("xyz") == []


def test_options_are_those_of_each_commands_help(complete, reactive):
    seen = set()
    for command in read_commands(reactive):
        text = help_of(reactive, command)
        if text is None:
            continue
        options = re.findall(r"^  (?:-\w,? )?(--[a-z-]+)([= ][A-Za-z]\S*)?(?: |$)", text, re.MULTILINE)
        wanted = [f"{name}=" if value else name for name, value in options]
        assert len(wanted) >= 1
        assert complete(command, "--") == wanted, command
        seen.add(command)
    assert {"agent", "dispatch", "flags", "simulate"} <= seen


@pytest.mark.parametrize("words, wanted", [
    (["flags", "--format", "="], ["text", "json"]),
    (["flags", "--format", "=", "j"], ["json"]),
    (["flags", "--format", ""], ["text", "json"]),
    (["simulate", "--format", "=", ""], ["text", "json"]),
    (["simulate", "--trace", "=", ""], []),
    (["simulate", "--see"], ["--seed="]),
    (["simulate", ""], []),
    (["flags", ""], ["list", "set", "clear", "is-set"]),
    (["flags", "--format", "=", "json", "i"], ["is-set"]),
    (["no-such-command", "--"], []),
])
def test_values_and_words(complete, words, wanted):
    assert complete(*words) == wanted


def test_flags_are_those_of_the_state_file(complete, reactive, tmp_path):
    program = SOURCE / "examples" / "programs" / "service.json"
    result = run(reactive, "simulate", "--quiet", "--state", tmp_path / ".unit-state.db", program)
    assert result.returncode == 0, result.stdout
    flags = run(reactive, "flags", "--state", tmp_path / ".unit-state.db").stdout.split()
    assert "app.started" in flags
    assert complete("flags", "clear", "") == flags
    assert complete("flags", "is-set", "app.s") == ["app.started"]
    (tmp_path / ".unit-state.db").rename(tmp_path / "other.db")
    assert complete("flags", "set", "") == []
    assert complete("flags", "--state", "=", "other.db", "set", "app.s") == ["app.started"]
    assert complete("flags", "--state", "other.db", "set", "app.s") == ["app.started"]


def test_a_flags_name_is_never_run(complete, reactive, tmp_path):
    name = "$(touch${IFS}ran)"
    state = tmp_path / ".unit-state.db"
    run(reactive, "simulate", "--quiet", "--state", state, SOURCE / "examples" / "programs" / "service.json")
    result = run(reactive, "flags", "--state", state, "set", name)
    assert result.returncode == 0, result.stdout
    assert complete("flags", "clear", "$") == [r"\$\(touch\$\{IFS\}ran\)"]
    assert not (tmp_path / "ran").exists()
