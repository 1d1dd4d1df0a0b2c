# SPDX-License-Identifier: Apache-2.0
"""Runs hooks of Python charms, each in a process of its own.

The libraries are imported once; for each line of JSON on its input it forks a process that becomes the charm's: with
exactly the environment given, in the charm's directory, it runs the file "dispatch" as a program. The answer is a line with
the job's number and the exit code. Replaced is the name of the system, because charmhelpers refuses to be imported on Debian. charms.reactive itself
cannot be imported before there is a charm.

    worker.py                        takes its jobs from its input
    worker.py --listen SOCKET        takes them from ask.py, until its input ends
    worker.py --run STACK PROGRAM    is one hook itself, from the beginning
    worker.py --check                imports the libraries, if they are there
"""

import gc
import json
import marshal
import os
import platform
import runpy
import select
import signal
import socket
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


def run_program(stack, program):
    """Does not return; the exit code and what is printed are the interpreter's own."""
    platform.linux_distribution = lambda: ("Ubuntu", "22.04", "jammy")
    if stack == "ops":
        # The library asks whether this is a charm of charms.reactive, by importing that.
        sys.modules["charms.reactive"] = None
    sys.argv = [program]
    sys.path[0] = os.getcwd()
    runpy.run_path(program, run_name="__main__")
    sys.exit(0)


def become_charm(job, outputs):
    """@outputs: descriptors for what it prints and for its errors."""
    signal.alarm(MAX_SECONDS)
    for number, descriptor in enumerate((os.open(os.devnull, os.O_RDONLY), *outputs)):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(job["environment"])
    os.chdir(job["directory"])
    run_program(job["stack"], job["program"])


def run_charm(job, outputs):
    """Waits for it, with nothing in hand that others wait for. Returns: its exit code."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        become_charm(job, outputs)
    for descriptor in outputs:
        os.close(descriptor)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def take_line(line):
    """In a process of its own, so that hooks of several units can run at once: waits for the charm's and answers."""
    job = json.loads(line)
    outputs = [os.open(job[name], os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644) for name in ("stdout", "stderr")]
    job["program"] = os.path.join(job["directory"], "dispatch")
    os.write(1, b"%d %d\n" % (job["id"], run_charm(job, outputs)))
    os._exit(0)


def take_call(connection):
    """As take_line(), but it is the caller's outputs that the charm gets."""
    _, outputs, _, _ = socket.recv_fds(connection, 1, 2)
    with connection.makefile("rb") as job:
        connection.sendall(b"%d\n" % run_charm(marshal.load(job), outputs))
    os._exit(0)


def serve():
    while True:
        # Unbuffered, so that a child that ends has nothing of ours left to write or to read.
        line = b""
        while not line.endswith(b"\n"):
            piece = os.read(0, 1)
            if not piece:
                return
            line += piece
        if os.fork() == 0:
            take_line(line)


def listen(path):
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen(64)
        print("ready", flush=True)
        while server in select.select([0, server], [], [])[0]:
            connection, _ = server.accept()
            if os.fork() == 0:
                server.close()
                take_call(connection)
            connection.close()


def main():
    mode, *arguments = sys.argv[1:] or [None]
    if mode == "--run":
        run_program(*arguments)
    import_libraries()
    if mode == "--check":
        return
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    if mode == "--listen":
        listen(*arguments)
    else:
        serve()


if __name__ == "__main__":
    main()
