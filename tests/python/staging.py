# SPDX-License-Identifier: Apache-2.0
"""Installs a build below a directory."""

import contextlib
import fcntl
import os
import subprocess


@contextlib.contextmanager
def installation_log(build):
    """meson keeps one log of what it installed from a build, and uninstalls what that says."""
    with open(build / "meson-logs" / "staging.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def install(build, destination):
    """Installs, and returns the prefix below the directory."""
    result = subprocess.run(["meson", "install", "-C", build, "--no-rebuild", "--quiet"], stdout=subprocess.PIPE,
                            stderr=subprocess.STDOUT, text=True, check=False,
                            env={**os.environ, "DESTDIR": str(destination)})
    assert result.returncode == 0, result.stdout
    (command,) = destination.rglob("bin/reactive")
    return command.parents[1]


def uninstall(build):
    result = subprocess.run(["ninja", "-C", build, "uninstall"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            text=True, check=False)
    assert result.returncode == 0, result.stdout
    return result.stdout
