# SPDX-License-Identifier: Apache-2.0
"""Runs the commands that a document shows."""

import pathlib
import subprocess

SOURCE = pathlib.Path(__file__).resolve().parents[2]
MARK = "@@next command@@"


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


def run_console(text, directory, environment):
    """Runs the commands of a block in one shell, and returns what the block then looks like."""
    commands = read_commands(text)
    script = "".join(f"{command}\nstatus=$?; echo '{MARK}'; (exit $status)\n" for command in commands)
    environment = {**environment, "LC_ALL": "C.UTF-8"}
    for name in ("UNIT_STATE_DB", "CHARM_DIR", "JUJU_CHARM_DIR"):
        environment.pop(name, None)
    for name in ("examples", "tests", "scripts"):
        if not (directory / name).exists():
            (directory / name).symlink_to(SOURCE / name)
    result = run("bash", "-c", script, cwd=directory, env=environment, stdin=subprocess.DEVNULL)
    outputs = result.stdout.split(f"{MARK}\n")[:-1]
    assert len(outputs) == len(commands), result.stdout
    return "".join(show_command(command) + output for command, output in zip(commands, outputs))
