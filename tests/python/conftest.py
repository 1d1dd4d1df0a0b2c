# SPDX-License-Identifier: Apache-2.0
"""What the tests in Python share: where the build is, and whether the peers are there.

scripts/test says where things are in the environment. A run of pytest by hand finds them in build/.
"""

import os
import pathlib
import re
import signal
import subprocess
import sys

import pytest
import staging

SOURCE = pathlib.Path(__file__).resolve().parents[2]
BUILD = SOURCE / "build"
PEER = pathlib.Path(__file__).with_name("reactive_peer.py")

DEFAULTS = {
    "REACTIVE_COMMAND": BUILD / "engine" / "reactive",
    "REACTIVE_CHARMCRAFT": BUILD / "charmcraft" / "bin" / "charmcraft",
    "REACTIVE_GO_PEER": BUILD / "go-peer",
    "REACTIVE_TEST_DATA": SOURCE / "tests",
    "REACTIVE_TEST_BUILD": BUILD / "tests",
}
for name, default in DEFAULTS.items():
    os.environ.setdefault(name, str(default))

# Who starts the tests may ignore signals, as nohup does and a shell for what it runs in the background. A program that is
# tested is to find them as they usually are: what is caught here has its default there.
for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGTERM):
    if signal.getsignal(number) == signal.SIG_IGN:
        signal.signal(number, lambda *_: None)
# Modes of files are compared, too.
os.umask(0o022)


def has_sanitizers():
    """Whether the programs under test were built with the sanitizers, which makes them slower and larger."""
    return "REACTIVE_TEST_SANITIZED" in os.environ


# What these run of libreactive, other tests run under the sanitizers, too; most of their time is the peers' own, or
# that of programs without sanitizers.
PLAIN_ONLY = {"test_checks", "test_demo", "test_docs", "test_kill", "test_kill_publication", "test_peers_alternate",
              "test_peers_bind_client", "test_peers_endpoints", "test_peers_loadbalancer", "test_peers_simulator",
              "test_port", "test_port_bodies", "test_port_bodies_run", "test_port_functions",
              "test_port_proof"}


def pytest_collection_modifyitems(config, items):
    """Leaves out, under the sanitizers, what would say nothing more there, and what is built against an installation:
    a program without them cannot load a library that has them."""
    if not has_sanitizers():
        return
    out = [item for item in items if item.path.stem in PLAIN_ONLY or "installed" in item.fixturenames]
    config.hook.pytest_deselected(items=out)
    items[:] = [item for item in items if item not in out]


def environment_for_ptrace():
    """The environment for a command that is traced: the search for leaks cannot run under another tracer."""
    options = os.environ.get("ASAN_OPTIONS", "")
    return {**os.environ, "ASAN_OPTIONS": f"{options}:detect_leaks=0".lstrip(":")}


def path_from_environment(name):
    path = pathlib.Path(os.environ[name])
    if not path.exists():
        pytest.skip(f"{name}: there is no {path}")
    return path


@pytest.fixture(scope="session")
def reactive():
    """The path of the command."""
    return path_from_environment("REACTIVE_COMMAND")


@pytest.fixture(scope="session")
def go_peer():
    """The path of the program that speaks Go's own gob."""
    return path_from_environment("REACTIVE_GO_PEER")


@pytest.fixture(scope="session")
def test_data():
    """The directory of the tests' data."""
    return path_from_environment("REACTIVE_TEST_DATA")


@pytest.fixture(scope="session")
def source():
    """The project's directory."""
    return SOURCE


@pytest.fixture(scope="session")
def python_peers():
    """Skips a test where charms.reactive and charmhelpers cannot be had."""
    check = subprocess.run([sys.executable, PEER, "--check"], stderr=subprocess.PIPE, text=True, check=False)
    if check.returncode != 0:
        pytest.skip(f"the Python peers are not there: {check.stderr.strip().splitlines()[-1]}")


@pytest.fixture(scope="session")
def installed(reactive, tmp_path_factory):
    """The environment in which an installed libreactive is found: its command, libraries, pkg-config files and data.
    Each process of the tests makes its own, which takes less than waiting for one another."""
    build = reactive.parent.parent
    with staging.installation_log(build):
        prefix = staging.install(build, tmp_path_factory.mktemp("installed"))
    pc_files = sorted(prefix.rglob("reactive*.pc"))
    assert [path.stem for path in pc_files] == ["reactive-bind-client", "reactive-loadbalancer", "reactive"]
    # They are staged for a prefix that they were not configured for.
    for path in pc_files:
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"^prefix=.*", f"prefix={prefix}", text, flags=re.MULTILINE), encoding="utf-8")
    return {
        **os.environ,
        "PATH": f"{prefix / 'bin'}:{os.environ['PATH']}",
        "PKG_CONFIG_PATH": str(pc_files[0].parent),
        "LD_LIBRARY_PATH": str(pc_files[0].parents[1]),
        "REACTIVE_PREFIX": str(prefix),
    }
