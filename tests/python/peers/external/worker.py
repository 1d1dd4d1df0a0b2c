# SPDX-License-Identifier: Apache-2.0
"""Runs the real command `charms.reactive`, and hooks of charms that use the library: worker.py SOCKET

The library is imported once; for each call of ask.py a process is forked that becomes the program that was asked for,
with its arguments, environment, directory and outputs. "main" is a charm's hook; anything else is a script to run.
Replaced are the name of the system, because charmhelpers refuses to be imported on Debian, and the order of
directories, which is that of their names. What was imported is not taken down at the end.
"""

import gc
import marshal
import os
import platform
import runpy
import signal
import socket
import sys
import traceback

MAX_SECONDS = 120


def sort_walks():
    walk = os.walk

    def sorted_walk(top):
        for directory, directories, names in walk(top):
            directories.sort()
            yield directory, directories, sorted(names)

    os.walk = sorted_walk


def import_library():
    platform.linux_distribution = lambda: ("Ubuntu", "22.04", "jammy")
    # ops_reactive_interface, which is installed beside it, cannot be loaded where there is no charm.
    import pkg_resources

    pkg_resources.iter_entry_points = lambda group, name=None: iter(())
    from charms.reactive import bus, cli, helpers, relations

    assert bus and cli and helpers and relations


def run_program():
    """The exit code that the interpreter would end with."""
    try:
        if sys.argv[0] == "main":
            import charms.reactive

            charms.reactive.main()
        else:
            runpy.run_path(sys.argv[0], run_name="__main__")
    except SystemExit as end:
        assert end.code is None or isinstance(end.code, int)
        return end.code or 0
    except Exception:  # pylint: disable=broad-exception-caught
        traceback.print_exc()
        return 1
    return 0


def become(job, outputs):
    """Does not return."""
    signal.alarm(MAX_SECONDS)
    for number, descriptor in enumerate((os.open(os.devnull, os.O_RDONLY), *outputs)):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(job["environment"])
    os.chdir(job["directory"])
    sys.argv = job["argv"]
    code = run_program()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def take_call(connection):
    _, outputs, _, _ = socket.recv_fds(connection, 1, 2)
    with connection.makefile("rb") as stream:
        job = marshal.load(stream)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    child = os.fork()
    if child == 0:
        connection.close()
        become(job, outputs)
    _, status = os.waitpid(child, 0)
    connection.sendall(b"%d" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def main():
    path = sys.argv[1]
    # Parsers of arguments are made when the library is imported, and tell the program's name.
    sys.argv = ["charms.reactive"]
    sort_walks()
    import_library()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen(16)
        print("ready", flush=True)
        while True:
            connection, _ = server.accept()
            if os.fork() == 0:
                server.close()
                take_call(connection)
            connection.close()


main()
