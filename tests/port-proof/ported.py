# SPDX-License-Identifier: Apache-2.0
"""A charm after `reactive port`: its modules compiled, and read back."""

import json
import os
import pathlib
import re
import shlex
import subprocess

WARNINGS = ["-std=gnu11", "-Wall", "-Wextra", "-Wno-unused-parameter", "-Werror"]
TIMEOUT = 600
C_NOISE = re.compile(r'/\*.*?\*/|//[^\n]*|("(?:\\.|[^"\\\n])*")', re.DOTALL)
C_FUNCTION = re.compile(r"^(\w+) \((?:[^;{]*?)\)\n{\n(.*?)^}", re.DOTALL | re.MULTILINE)
C_WRITE = re.compile(r"\breactive_(set|clear|toggle)_flag \(unit, ")
C_STRING = re.compile(r'"((?:\\.|[^"\\\n])*)"\s*')


class Failed(Exception):
    """Why nothing more can be said of a charm."""


def run(*words, **keywords):
    done = subprocess.run([str(word) for word in words], capture_output=True, text=True, check=False, timeout=TIMEOUT,
                          **keywords)
    if done.returncode != 0:
        message = (done.stderr or done.stdout).strip()
        raise Failed(f"{pathlib.Path(words[0]).name} ended with {done.returncode}: {message[:2000]}")
    return done.stdout


class Tools:
    """Where the build is: the command, the program that reads tables, and what a module is compiled against."""

    def __init__(self, build, source):
        self.build = pathlib.Path(build).resolve()
        self.reactive = self.build / "engine" / "reactive"
        self.tables = self.build / "tests" / "port-proof" / "tables"
        interfaces = source / "interfaces"
        self.includes = [f"-I{path}" for path in (source / "engine" / "include", *sorted(interfaces.glob("*/include")))]
        packages = run("pkg-config", "--cflags", "--libs", "glib-2.0").split()
        self.flags = [*WARNINGS, "-g0", "-O1", "-fPIC", "-fvisibility=hidden", "-shared", *self.includes]
        libraries = [self.build / "engine" / "libreactive.so",
                     *sorted(self.build.glob("interfaces/*/lib*.so"))]
        self.libraries = ["-Wl,-z,defs", "-Wl,--as-needed", *map(str, libraries), *packages,
                          *(f"-Wl,-rpath,{path.parent}" for path in libraries)]
        self.compiler = shlex.split(os.environ.get("CC", "cc"))

    def compile(self, source, module):
        run(*self.compiler, *self.flags, source, "-o", module, *self.libraries)


def strip_comments(text):
    return C_NOISE.sub(lambda found: found[1] or " ", text)


def find_writes(body):
    """The flags that a C function's text sets, clears and toggles by a name that stands there."""
    writes = []
    for found in C_WRITE.finditer(body):
        at, parts = found.end(), []
        while True:
            string = C_STRING.match(body, at)
            if string is None:
                break
            parts.append(string[1])
            at = string.end()
        if parts and body[at:at + 1] in (")", ","):
            writes.append((found[1], json.loads(f'"{"".join(parts)}"')))
    return writes


class Ported:
    """What `reactive port` wrote, and what the compiler made of it."""

    def __init__(self, tools, source, output):
        self.output = pathlib.Path(output)
        self.message = run(tools.reactive, "port", source, "--output", self.output).strip()
        self.report = json.loads((self.output / "PORTING.json").read_text(encoding="utf-8"))
        self.read_texts()

    def read_texts(self):
        self.texts = {path.stem: strip_comments(path.read_text(encoding="utf-8"))
                      for path in sorted((self.output / "reactive").glob("*.c"))}

    def compile(self, tools, directory):
        """Compiles every module; returns what the compiler said of those that failed."""
        errors, modules = [], []
        for name in self.texts:
            module = pathlib.Path(directory) / f"{name}.so"
            try:
                tools.compile(self.output / "reactive" / f"{name}.c", module)
                modules.append(module)
            except Failed as error:
                errors.append(f"{name}.c does not compile: {error}")
        self.tables = json.loads(run(tools.tables, *modules)) if modules else []
        return errors

    def functions(self, module):
        """The functions of a module's text, without comments."""
        return dict(C_FUNCTION.findall(self.texts.get(module, "")))

    def mentions(self):
        """The lines that the report speaks of, by file."""
        lines = {}
        for item in self.report["items"]:
            lines.setdefault(item["file"], set()).add(item["line"])
        return lines
