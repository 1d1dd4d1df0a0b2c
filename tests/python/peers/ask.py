# SPDX-License-Identifier: Apache-2.0
"""A hook of a Python charm that has the worker run it, which has the libraries imported: ask.py SOCKET STACK PROGRAM.

To be run without site-packages, and with nothing imported that takes long: it is started as often as hooks are. Once it has
asked, it is there to wait and to end with the charm's exit code.
"""

import _socket
import marshal
import os
import sys


def main():
    path, stack, program = sys.argv[1:]
    job = {"directory": os.getcwd(), "environment": dict(os.environ), "stack": stack, "program": program}
    worker = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    worker.connect(path)
    outputs = b"".join(descriptor.to_bytes(4, sys.byteorder) for descriptor in (1, 2))
    worker.sendmsg([b"+"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, outputs)])
    worker.sendall(marshal.dumps(job))
    worker.shutdown(_socket.SHUT_WR)
    code = int(worker.recv(16))
    sys.exit(code if code >= 0 else 128 - code)


main()
