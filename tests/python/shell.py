# SPDX-License-Identifier: Apache-2.0
"""Runs the commands that a document shows."""

import os
import pathlib
import re
import subprocess

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ["REACTIVE_COMMAND"]).parents[1]
MARK = "@@next command@@"
# A file that the commands of a document need stands in a block below a comment with its name.
SHOWN_FILE = re.compile(r"^<!-- file: (\S+) -->\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def run(*command, **options):
    return subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          check=False, timeout=120, **options)


def read_commands(text):
    """The commands of a block: a line after "$ ", and those after "> " that go on with it."""
    commands = []
    goes_on = False
    for line in text.splitlines():
        if line.startswith("$ "):
            commands.append(line[2:])
        elif goes_on and (line.startswith("> ") or line == ">"):
            commands[-1] += f"\n{line[2:]}"
        goes_on = line.startswith("$ ") or goes_on and line.startswith(">")
    return commands


def show_command(command):
    return "$ " + "\n".join(f"> {line}".rstrip() for line in command.split("\n"))[2:] + "\n"


def lay_out(text, directory):
    """What a document's commands find: the project, its build, and the files that the document shows."""
    for name in ("examples", "tests", "scripts"):
        (directory / name).symlink_to(SOURCE / name)
    (directory / "build").symlink_to(BUILD)
    for name, contents in SHOWN_FILE.findall(text):
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_text(contents, encoding="utf-8")


def clean(environment):
    """An environment without what a hook finds in it. The command is that of the build: its hook tools find the library
    in the environment of a hook, too."""
    foreign = ("UNIT_STATE_DB", "CHARM_DIR", "JUJU_CHARM_DIR")
    own = {name: value for name, value in environment.items() if name not in foreign}
    return {**own, "PATH": f"{BUILD / 'engine'}:{own['PATH']}", "LC_ALL": "C.UTF-8"}


def run_console(text, directory, environment):
    """Runs the commands of a block in one shell, and returns what the block then looks like."""
    commands = read_commands(text)
    script = "".join(f"{command}\nstatus=$?; echo '{MARK}'; (exit $status)\n" for command in commands)
    result = run("bash", "-c", script, cwd=directory, env=clean(environment), stdin=subprocess.DEVNULL)
    outputs = result.stdout.split(f"{MARK}\n")[:-1]
    assert len(outputs) == len(commands), result.stdout
    return "".join(show_command(command) + output for command, output in zip(commands, outputs))


def run_script(text, directory, environment):
    """Runs the commands of a block without output to be compared; the first one that fails is the end."""
    result = run("bash", "-e", "-c", text, cwd=directory, env=clean(environment), stdin=subprocess.DEVNULL)
    assert result.returncode == 0, result.stdout
