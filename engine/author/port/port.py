# SPDX-License-Identifier: Apache-2.0
"""The command: `reactive port DIR [--output DIR]`."""

import argparse
import ast
import os
import shutil
import sys
import tempfile
import threading
import warnings

import ctext
from emit import Emitter
from model import Module, PortError
from project import INTERFACES, other_files
from read import Reader, Tree, read_charm
from report import all_modules, as_json, as_markdown, charm_items, totals_of

DEPTH = 20_000
STACK_BYTES = 256 * 1024 * 1024


HELP = """Usage:
  reactive port [OPTION…] DIR

make the beginning of a charm in C from a charm in Python

Options:
  -o, --output=DIR       Where the charm in C goes (NAME-c); must be empty or not there
  -h, --help             Show this help
"""


class Parser(argparse.ArgumentParser):
    def error(self, message):
        sys.stderr.write(f"reactive port: {message}\nTry 'reactive port --help'.\n")
        sys.exit(2)

    def format_help(self):
        return HELP


def parse_arguments(arguments):
    parser = Parser(prog="reactive port", allow_abbrev=False)
    parser.add_argument("directory", metavar="DIR")
    parser.add_argument("-o", "--output", metavar="DIR")
    return parser.parse_args(arguments)


def emit_modules(charm, outside):
    """C name → text."""
    names = ctext.Names(("port", "meson"))
    texts = {}
    for module in all_modules(charm):
        prefix = "action_" if module.kind == "action" else ""
        module.c_name = names.give(prefix + ctext.module_name(module.path))
        actions = [action for action in charm.actions if action.module is module]
        emit_module(charm, module, actions, outside, texts)
    lost = [action for action in charm.actions if action.module is None]
    if lost:
        module = Module("actions", "", ast.parse(""), kind="action", c_name=names.give("port_actions"))
        emit_module(charm, module, lost, outside, texts)
    return texts


def emit_module(charm, module, actions, outside, texts):
    emitter = Emitter(charm, module, actions, charm.parameters, outside)
    text = emitter.emit()
    module.emitted = [function.name for function in emitter.functions]
    if text is not None:
        texts[module.c_name] = text


def make_files(charm, outside):
    """Path → (contents, is executable), of all of the C charm."""
    texts = emit_modules(charm, outside)
    interfaces = sorted({name for name in INTERFACES if any(f"<{name}.h>" in text for text in texts.values())})
    files = other_files(charm, sorted(texts), interfaces)
    for name, text in texts.items():
        files[f"reactive/{name}.c"] = (text, False)
    tree = Tree(charm.directory)
    for path in charm.copies:
        files[path] = (tree.read(path), tree.is_executable(path))
    for path in charm.external:
        files[f"reactive/{os.path.basename(path)}"] = (tree.read(path), True)
    items = charm_items(charm, INTERFACES)
    files["PORTING.md"] = (as_markdown(charm, items), False)
    files["PORTING.json"] = (as_json(charm, items), False)
    return files, totals_of(charm, items)


def check_output(output):
    if os.path.lexists(output) and not os.path.isdir(output):
        raise PortError(f"{output}: is there already, and is no directory", 1)
    if os.path.isdir(output) and os.listdir(output):
        raise PortError(f"{output}: is there already, and is not empty", 1)


def write_files(files, output):
    """All of it, or nothing."""
    parent = os.path.dirname(os.path.abspath(output))
    os.makedirs(parent, exist_ok=True)
    temporary = tempfile.mkdtemp(prefix=".reactive-port-", dir=parent)
    try:
        os.chmod(temporary, 0o755)
        for path, (contents, is_executable) in sorted(files.items()):
            full = os.path.join(temporary, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            data = contents if isinstance(contents, bytes) else contents.encode("utf-8", "replace")
            with open(full, "wb") as file:
                file.write(data)
            os.chmod(full, 0o755 if is_executable else 0o644)
        os.replace(temporary, output)
    except OSError:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def port(arguments, yaml_reader):
    charm = read_charm(arguments.directory, yaml_reader)
    output = arguments.output or f"{os.path.basename(charm.name)}-c"
    check_output(output)
    reader = Reader(Tree(charm.directory), charm)
    files, totals = make_files(charm, reader.outside)
    write_files(files, output)
    print(f"{output}: handlers: {totals['handlers']}, conditions: {totals['conditions']}, triggers: "
          f"{totals['triggers']}, actions: {totals['actions']}; needs a hand: {totals['hand']}, no counterpart: "
          f"{totals['none']}; see PORTING.md")


def run(arguments, yaml_reader):
    """Returns the exit code."""
    try:
        port(arguments, yaml_reader)
        return 0
    except PortError as error:
        message, code = str(error), error.exit_code
    except OSError as error:
        message, code = f"{error.filename or ''}: {error.strerror}".lstrip(": "), 1
    except (RecursionError, MemoryError):
        message, code = "something in the charm is nested too deeply", 5
    printable = "".join(character if character.isprintable() else "?" for character in message)
    sys.stderr.write(f"reactive port: {printable}\n")
    return code


def main(arguments, yaml_reader):
    # Messages speak UTF-8, whatever the locale.
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")
    warnings.simplefilter("ignore")  # of the compiler, about the charm
    options = parse_arguments(arguments)
    # What is nested deeply is read with much stack, so that it is refused where it is told, and not by a crash.
    sys.setrecursionlimit(DEPTH)
    threading.stack_size(STACK_BYTES)
    codes = []
    thread = threading.Thread(target=lambda: codes.append(run(options, yaml_reader)))
    thread.start()
    thread.join()
    return codes[0] if codes else 1
