# SPDX-License-Identifier: Apache-2.0
"""Follows a document word for word: runs the commands that its blocks show, in their order, and compares what they
print with what is shown.

A block of the kind "console" has commands after "$ ", or root's after "# ", and what they print. In that "…" stands for
any text, and on a line of its own for any number of lines. A block of the kind "sh" is a script that has to end well.
"""

import re
import subprocess
import typing

BLOCK = re.compile(r"^```(console|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "@@next command@@"


class Command(typing.NamedTuple):
    """One command of a document, and what it prints; None where it need only end well."""

    line: int
    is_roots: bool
    text: str
    shown: typing.Optional[list]


def read_console(text, first_line):
    prompt = text[:2]
    commands = []
    for number, line in enumerate(text.splitlines(), start=first_line):
        if line.startswith(prompt) and prompt in ("$ ", "# "):
            commands.append(Command(number, prompt == "# ", line[2:], []))
        elif not commands:
            raise ValueError(f"line {number}: a block begins with a command")
        else:
            commands[-1].shown.append(line)
    return commands


def read_commands(path):
    """All commands of a document."""
    text = path.read_text(encoding="utf-8")
    commands = []
    for match in BLOCK.finditer(text):
        line = text.count("\n", 0, match.start()) + 2
        if match[1] == "sh":
            commands.append(Command(line, False, match[2], None))
        else:
            commands += read_console(match[2], line)
    return commands


def sessions(commands):
    """Runs of commands of the same user, which share a shell."""
    found = []
    for command in commands:
        if not found or found[-1][-1].is_roots != command.is_roots:
            found.append([])
        found[-1].append(command)
    return found


def matches(shown, printed):
    """Whether lines are as shown."""
    pattern = ""
    for line in shown:
        if line == "…":
            pattern += r"(?:.*\n)*"
        else:
            pattern += ".*".join(map(re.escape, line.rstrip().split("…"))) + r"[ ]*\n"
    return re.fullmatch(pattern, printed) is not None


def explain(command, status, printed):
    """What is wrong, or None."""
    if command.shown is None:
        if status == 0:
            return None
        wrong = f"ended with {status}"
    elif matches(command.shown, printed):
        return None
    else:
        wrong = "--- shown\n" + "".join(f"{line}\n" for line in command.shown)
    return f"line {command.line}: {command.text.rstrip()}\n{wrong.rstrip()}\n--- printed\n{printed}"


def run_session(commands, shell, **options):
    """Runs commands in one shell, an argument vector that takes a script as its last one. Returns what is not as shown,
    as texts."""
    script = "".join(f"{command.text}\nprintf '%s\\n' \"{MARK} $?\"\n" for command in commands)
    result = subprocess.run([*shell, script], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, check=False, **options)
    parts = re.split(rf"{MARK} (\d+)\n", result.stdout)
    outputs = list(zip(parts[0::2], map(int, parts[1::2])))
    found = [explain(command, status, printed) for command, (printed, status) in zip(commands, outputs)]
    problems = [problem for problem in found if problem is not None]
    if len(outputs) != len(commands):
        problems.append(f"line {commands[len(outputs)].line}: the shell ended:\n{parts[-1]}")
    return problems
