# SPDX-License-Identifier: Apache-2.0
"""Runs hooks of Python charms, each in a process of its own.

The libraries are imported once; for each line of JSON on its input it forks a process that becomes the charm's: with
exactly the environment given, in the charm's directory, it runs the file "dispatch" as a program. The answer is a line with
the job's number and the exit code. Replaced is the name of the system, because charmhelpers refuses to be imported on Debian. charms.reactive itself
cannot be imported before there is a charm.
"""

import gc
import json
import os
import platform
import runpy
import signal
import sys

MAX_SECONDS = 60
ENTRY_POINTS = ("charms.reactive.relation_factory", "ops_reactive_interface.provides", "ops_reactive_interface.requires")


def import_libraries():
    platform.linux_distribution = lambda: ("Ubuntu", "22.04", "jammy")
    import charmhelpers.core.hookenv
    import charmhelpers.core.host
    import charmhelpers.core.unitdata
    import loadbalancer_interface
    import ops.main
    import pkg_resources

    assert charmhelpers.core.hookenv and charmhelpers.core.host and charmhelpers.core.unitdata
    assert loadbalancer_interface and ops.main
    for group in ENTRY_POINTS:
        # What they depend on is looked for once.
        entry_points = list(pkg_resources.iter_entry_points(group))
        if not entry_points:
            raise ImportError(f"nothing is installed for {group}")
        for entry_point in entry_points:
            entry_point.require()


def become_charm(job):
    """Does not return; the exit code and what is printed are the interpreter's own."""
    signal.alarm(MAX_SECONDS)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(job[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644), number)
    os.environ.clear()
    os.environ.update(job["environment"])
    os.chdir(job["directory"])
    if job["stack"] == "ops":
        # The library asks whether this is a charm of charms.reactive, by importing that.
        sys.modules["charms.reactive"] = None
    dispatch = os.path.join(job["directory"], "dispatch")
    sys.argv = [dispatch]
    sys.path[0] = job["directory"]
    runpy.run_path(dispatch, run_name="__main__")
    sys.exit(0)


def run_charm(job):
    """In a process of its own, so that hooks of several units can run at once: waits for the charm's and answers."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        become_charm(job)
    _, status = os.waitpid(child, 0)
    os.write(1, b"%d %d\n" % (job["id"], os.waitstatus_to_exitcode(status)))
    os._exit(0)


def serve():
    import_libraries()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        # Unbuffered, so that a child that ends has nothing of ours left to write or to read.
        line = b""
        while not line.endswith(b"\n"):
            piece = os.read(0, 1)
            if not piece:
                return
            line += piece
        if os.fork() == 0:
            run_charm(json.loads(line))


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        import_libraries()
    else:
        serve()
