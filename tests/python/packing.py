# SPDX-License-Identifier: Apache-2.0
"""Charms to pack, made of the examples as they were built, and what became of packing them."""

import json
import os
import pathlib
import shutil
import subprocess
import zipfile

from shell import SOURCE

BUILT = ("reactive", "interfaces")


class Charm:
    """A copy of an example with its modules in build/, for a test to change."""

    def __init__(self, example, directory, environment, reactive):
        self.directory = pathlib.Path(directory)
        self.build = self.directory / "build"
        self.environment = environment
        built = reactive.parent.parent / "examples" / example
        shutil.copytree(SOURCE / "examples" / example, self.directory, ignore=shutil.ignore_patterns("*.so", "*.so.0"))
        for part in BUILT:
            if (built / part).exists():
                (self.build / part).mkdir(parents=True)
                for path in [*(built / part).glob("*.so"), *(built / part).glob("*.so.0")]:
                    shutil.copy(path, self.build / part)

    def write(self, name, text, mode=0o644):
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(mode)
        return path

    def read(self, name):
        return (self.directory / name).read_text(encoding="utf-8")

    def patch(self, name, old, new):
        """Replaces bytes in a built file, every time they occur."""
        path = self.build / name
        contents = path.read_bytes()
        assert old in contents and len(old) == len(new)
        path.write_bytes(contents.replace(old, new))

    def set_machine(self, name, machine):
        path = self.build / name
        contents = bytearray(path.read_bytes())
        contents[18:20] = machine.to_bytes(2, "little")
        path.write_bytes(contents)

    def pack(self, *options, directory=None, **variables):
        """Runs the command beside the charm's directory."""
        environment = {name: value for name, value in {**self.environment, **variables}.items() if value is not None}
        command = ["reactive", "pack", *map(str, options), str(directory or self.directory)]
        return subprocess.run(command, cwd=self.directory.parent, env=environment, capture_output=True, text=True,
                              check=False, timeout=120)

    def archive(self, *options, **variables):
        """Packs, and returns what was told of it."""
        result = self.pack("--format=json", *options, **variables)
        assert (result.returncode, result.stderr) == (0, "")
        return json.loads(result.stdout)

    def path_of(self, told):
        return self.directory.parent / told["packed"]

    def refused(self, code, *options, **variables):
        """The lines of complaint; nothing was packed."""
        result = self.pack(*options, **variables)
        assert result.returncode == code, result.stderr
        assert result.stdout == ""
        assert not list(self.directory.parent.glob("*.charm"))
        lines = result.stderr.splitlines()
        assert all(line.startswith(("reactive pack: ", "Try ")) for line in lines), lines
        return [line.removeprefix("reactive pack: ") for line in lines]


def unpack(archive, directory):
    """As Juju does: with the modes that the archive tells."""
    with zipfile.ZipFile(archive) as source:
        assert source.testzip() is None
        for entry in source.infolist():
            path = pathlib.Path(source.extract(entry, directory))
            path.chmod(entry.external_attr >> 16 & 0o777)
    return pathlib.Path(directory)


def is_elf(path):
    with open(path, "rb") as source:
        return source.read(4) == b"\x7fELF"


def elf_files(directory):
    return sorted(path for path in directory.rglob("*") if path.is_file() and is_elf(path))


def without_paths(environment):
    """The environment of a machine where nothing of ours is installed."""
    ours = ("LD_LIBRARY_PATH", "REACTIVE_PREFIX", "PKG_CONFIG_PATH")
    return {name: value for name, value in environment.items() if name not in ours}


def has_room_for(path, size):
    status = os.statvfs(path)
    return status.f_bavail * status.f_frsize > size
