# SPDX-License-Identifier: Apache-2.0
"""Bodies of Python handlers, translated by the modules of `reactive port`, for tests."""

import ast
import dataclasses
import pathlib
import subprocess
import sys
import textwrap

SOURCE = pathlib.Path(__file__).resolve().parents[2]
PORT = SOURCE / "engine" / "author" / "port"
sys.path.insert(0, str(PORT))

import body  # noqa: E402  pylint: disable=wrong-import-position
import names  # noqa: E402  pylint: disable=wrong-import-position
import read  # noqa: E402, F401  pylint: disable=unused-import,wrong-import-position
import signatures  # noqa: E402  pylint: disable=wrong-import-position

IMPORTS = """\
import os
import subprocess
import sys
from subprocess import check_call, check_output, CalledProcessError
from charmhelpers.core import hookenv, host, unitdata
from charmhelpers.core.hookenv import config, log, status_set, leader_get, leader_set, action_get, action_set
from charmhelpers.core.hookenv import DEBUG, ERROR, WARNING
from charms import layer
from charms.layer import status
from charms.reactive import (
    when, hook, set_flag, clear_flag, is_flag_set, toggle_flag, endpoint_from_flag, endpoint_from_name, data_changed,
    any_file_changed, set_state, remove_state, is_state, all_flags_set, any_flags_set, get_flags, register_trigger)
PREFIX = "web"
UNITS = ("a", "b")
db = unitdata.kv()
"""
OPTIONS = {"port": "int", "host": "string", "debug": "boolean", "ratio": "float", "flavour": "string"}
PARAMETERS = {"target": "string", "keep": "integer", "dry-run": "boolean"}
FLAGS = ["-std=gnu11", "-fsyntax-only", "-Wall", "-Wextra", "-Wshadow", "-Werror", "-Wno-unused-parameter",
         "-Wno-unused-function", f"-I{PORT}", f"-I{SOURCE / 'engine' / 'include'}"]


def context_of(source, lines_before=0):
    """What the functions of a file refer to, and the functions."""
    tree = ast.parse(source)
    ast.increment_lineno(tree, -lines_before)
    found = names.read_names(tree)
    return body.Context("web.py", found.aliases, found.constants, found.values, found.functions, found.classes, OPTIONS,
                        {"db": ("requires", "mysql")}, PARAMETERS)


def translate_all(source, lines_before=0):
    """The bodies of all functions of a file: those with decorators are handlers."""
    context = context_of(source, lines_before)
    bodies = {}
    for name, function in context.functions.items():
        kind = "handler" if signatures.is_handler(function, context) else "helper"
        bodies[name] = body.translate(function, dataclasses.replace(context, kind=kind))
    return bodies


def to_function(text):
    """A handler around the lines of a body."""
    return f"{IMPORTS}@when('go')\ndef handler():{textwrap.indent(textwrap.dedent(text), '    ')}\n"


def translate(text):
    """A handler's body, whose first line is line 1."""
    return translate_all(to_function(text), IMPORTS.count("\n") + 2)["handler"]


def to_c(bodies):
    lines = ['#include "port.h"', ""]
    lines += [f"{' '.join(item.prototype.split())};" for item in bodies.values()]
    for item in bodies.values():
        lines += [item.prototype, "{", *(f"  {line}" for line in item.lines), "}", ""]
    return "\n".join(lines) + "\n"


def cflags():
    return subprocess.run(["pkg-config", "--cflags", "glib-2.0"], capture_output=True, text=True,
                          check=True).stdout.split()


def check_c(text, path):
    path.write_text(text, encoding="utf-8")
    result = subprocess.run(["cc", *FLAGS, *cflags(), path], capture_output=True, text=True, check=False)
    assert (result.returncode, result.stderr) == (0, ""), result.stderr
