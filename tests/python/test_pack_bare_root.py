# SPDX-License-Identifier: Apache-2.0
"""A packed charm runs where nothing is installed: a root with the C library and bash alone, while `reactive agent`
answers over a unix socket from outside. What a hook leaves is looked at from outside, too."""

import contextlib
import functools
import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest
from juju import Unit
from packing import Charm, elf_files, unpack
from shell import run

UNIT_DIRECTORY = "var/lib/juju/agents/unit-web-0/charm"
# What the linker must not find.
PACKED_LIBRARIES = ("libglib-2.0", "libgobject-2.0", "libgmodule-2.0", "libjson-glib", "libyaml", "libsqlite3",
                    "libreactive")
# A root that somebody made, such as debootstrap's, is copied in place of what is made of this machine's files.
READY_ROOT = os.environ.get("REACTIVE_BARE_ROOT")
# The linker reads from /proc where a program lies, which is what $ORIGIN stands for.
RUN = 'mount -t proc proc "$1/proc" 2>/dev/null || mount --rbind /proc "$1/proc"; root=$1; cd=$2; shift 2; ' \
      'exec chroot "$root" /bin/sh -c \'cd "$1" && shift && exec "$@"\' sh "$cd" "$@"'


def libraries_of(program):
    """Paths of the libraries that a program of this machine needs, the dynamic linker itself too."""
    result = run("ldd", program)
    assert result.returncode == 0, result.stdout
    return re.findall(r"(?:=> |^\t)(/\S+) \(", result.stdout, re.MULTILINE)


def copy_into(root, path):
    """At the same place, following links, since a root has no link between /lib and /usr/lib."""
    target = root / str(path).lstrip("/")
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)


def libc_directory():
    (path,) = [path for path in libraries_of("/bin/bash") if pathlib.Path(path).name.startswith("libc.so")]
    return pathlib.Path(path).parent


def make_root(root):
    """The C library with all that comes with it, and bash; or a copy of a ready one."""
    if READY_ROOT is not None:
        subprocess.run(["cp", "-a", READY_ROOT, root], check=True)
        return root
    for name in ("proc", "tmp", "etc", "dev", "bin", UNIT_DIRECTORY):
        (root / name).mkdir(parents=True, exist_ok=True)
    for library in libraries_of("/bin/bash"):
        copy_into(root, library)
    for name in ("bash", "sh"):
        shutil.copy("/bin/bash", root / "bin" / name)
    for name in ("libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libresolv.so.2", "libgcc_s.so.1"):
        if (libc_directory() / name).exists():
            copy_into(root, libc_directory() / name)
    (root / "dev" / "null").touch()
    return root


def separation():
    """How a command gets a root of its own here; None if it cannot be done."""
    chroot = shutil.which("chroot", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    for options in (["--mount"], ["--mount", "--map-root-user"]):
        command = ["unshare", *options, "sh", "-c", 'mount -t tmpfs none /mnt && exec "$0" / true', chroot or ""]
        with contextlib.suppress(OSError):
            if subprocess.run(command, capture_output=True, check=False).returncode == 0:
                return ["unshare", *options, "sh", "-c", RUN.replace("chroot", chroot, 1), "sh"]
    return None


class BareUnit(Unit):
    """A unit whose hooks are the packed charm's `dispatch`, in the root; its agent and its files are seen from outside."""

    def __init__(self, directory, root, prefix, archive, model):
        super().__init__(directory)
        self.prefix = prefix
        self.bare_root = root
        self.charm_dir = unpack(archive, root / UNIT_DIRECTORY)
        self.state_file = self.charm_dir / ".unit-state.db"
        self.socket = root / "tmp" / "agent.socket"
        self.model = {**self.model, **model}

    def inside(self, *command, **variables):
        """Runs a command in the root, in the charm's directory."""
        environment = {"PATH": os.environ["PATH"], **variables}
        return subprocess.run([*self.prefix, str(self.bare_root), f"/{UNIT_DIRECTORY}", *command], env=environment,
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60)

    def start(self, path, **variables):
        self.start_server()
        environment = self.environment(path, "/tmp/agent.socket")
        environment |= {"CHARM_DIR": f"/{UNIT_DIRECTORY}", "JUJU_CHARM_DIR": f"/{UNIT_DIRECTORY}",
                        "PATH": os.environ["PATH"], **variables}
        return subprocess.Popen([*self.prefix, str(self.bare_root), f"/{UNIT_DIRECTORY}", f"/{UNIT_DIRECTORY}/dispatch"],
                                env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, text=True, errors="replace")


@pytest.fixture(scope="module")
def pack_example(tmp_path_factory, installed, reactive):
    """Packs an example, once; maybe with a handler in bash."""
    @functools.cache
    def pack(example, handler):
        charm = Charm(example, tmp_path_factory.mktemp("packed") / "charm", installed, reactive)
        if handler is not None:
            charm.write("reactive/handler.sh", handler, mode=0o755)
        return charm.path_of(charm.archive())

    return pack


@pytest.fixture
def make_bare_unit(tmp_path, pack_example):
    prefix = separation()
    assert prefix is not None or READY_ROOT is None
    if prefix is None:
        pytest.skip("a process cannot have a root of its own here")
    units = []

    def make(example, handler=None, **model):
        archive = pack_example(example, handler)
        unit = BareUnit(tmp_path / "outside", make_root(tmp_path / "root"), prefix, archive, model)
        units.append(unit)
        return unit

    yield make
    for unit in units:
        unit.stop_server()


def assert_is_bare(unit):
    """Nothing in the root but what its programs and the C library are, and the charm."""
    files = [path for path in unit.bare_root.rglob("*") if path.is_file() and unit.charm_dir not in path.parents]
    assert [str(path) for path in files if path.name.startswith(PACKED_LIBRARIES)] == []
    # Without the archive's libraries its program does not even start.
    (unit.charm_dir / "lib").rename(unit.charm_dir / "hidden")
    result = unit.inside("./dispatch", "--version")
    assert result.returncode == 127
    assert "libreactive.so.0: cannot open shared object file" in result.stderr
    (unit.charm_dir / "hidden").rename(unit.charm_dir / "lib")


def test_hooks_and_actions_run_in_a_bare_root(make_bare_unit):
    unit = make_bare_unit("tour", leader=True, config={"greeting": "hello", "port": 80, "fail-start": False})
    assert_is_bare(unit)
    assert re.fullmatch(r"reactive \d+\.\d+\.\d+\n", unit.inside("./bin/reactive", "--version").stdout)

    unit.hook("install").succeeded()
    assert {"tour.installed", "tour.rendered"} <= set(unit.flags())
    unit.hook("config-changed").succeeded()
    unit.hook("start").succeeded()
    assert unit.model["status"] == {"status": "active", "message": "says hello (leader)"}
    assert unit.model["application-version"] == "1.0"
    assert unit.model["ports"] == ["80/tcp"]
    assert (unit.charm_dir / "greeting.txt").read_text(encoding="utf-8") == "hello\n"

    unit.set_config(greeting="good day")
    outcome = unit.hook("config-changed").succeeded()
    assert "new settings: 'good day' on port 80" in "\n".join(outcome.log_of("INFO"))
    assert (unit.charm_dir / "greeting.txt").read_text(encoding="utf-8") == "good day\n"

    unit.action("greet", {"whom": "Ada"}).succeeded()
    assert unit.model["action"]["results"] == {"greeting": "good day, Ada!"}
    assert json.loads(unit.rows()["last-greeted"]) == "Ada"
    assert unit.inside("./bin/reactive", "flags", "is-set", "tour.greeted").returncode == 0
    assert "tour.greeted" in unit.inside("./bin/reactive", "flags").stdout.split()


def test_a_failing_hook_keeps_nothing_in_a_bare_root(make_bare_unit):
    unit = make_bare_unit("tour", config={"greeting": "hello", "port": 80, "fail-start": True})
    unit.hook("install").succeeded()
    before = unit.rows()
    unit.hook("start").failed(4, "told to fail by the option fail-start")
    assert unit.rows() == before
    assert "tour.started" not in unit.flags()


def test_interfaces_are_loaded_in_a_bare_root(make_bare_unit):
    relation = {"remote-app": "lb", "units": {"lb/0": {}}, "app": {"version": "1"}, "local": {}, "local-app": {}}
    unit = make_bare_unit("lb-consumer", leader=True, config={"port": 443, "protocol": "https", "public": True},
                          relations={"lb-provider:1": relation})
    assert [path.name for path in elf_files(unit.charm_dir / "interfaces")] == ["libreactive-loadbalancer.so.0"]
    for hook in ("install", "config-changed", "start"):
        unit.hook(hook).succeeded()
    unit.hook("lb-provider-relation-changed", JUJU_RELATION="lb-provider", JUJU_RELATION_ID="lb-provider:1",
              JUJU_REMOTE_UNIT="", JUJU_REMOTE_APP="lb").succeeded()
    assert "endpoint.lb-provider.available" in unit.flags()
    (request,) = [json.loads(value) for key, value in unit.model["relations"]["lb-provider:1"]["local-app"].items()
                  if key.startswith("request_")]
    assert request["protocol"] == "https"
    assert request["port_mapping"] == {"443": 8080}


BASH = """#!/bin/bash
source charms.reactive.sh

@when tour.installed
@when_not bash.done
function after_c() {
    echo "$(charms.reactive get_flags)" >"$CHARM_DIR/seen"
    set_flag bash.done
}

reactive_handler_main
"""


def test_handlers_in_bash_run_in_a_bare_root(make_bare_unit):
    unit = make_bare_unit("tour", handler=BASH, config={"greeting": "hello", "port": 80, "fail-start": False})
    outcome = unit.hook("install")
    assert (outcome.code, outcome.stderr) == (0, "handler.sh: after_c\n")
    assert {"tour.installed", "bash.done"} <= set(unit.flags())
    assert "tour.installed" in (unit.charm_dir / "seen").read_text(encoding="utf-8")
