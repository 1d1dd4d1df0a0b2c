# SPDX-License-Identifier: Apache-2.0
"""Stands for a program that imports charms.reactive: has the worker, which has it imported, run it.

    ask.py PROGRAM [ARGUMENT…]

It is started often, so without site-packages, and it imports nothing that takes long.
"""

import _socket
import marshal
import os
import sys

job = {"directory": os.getcwd(), "environment": dict(os.environ), "argv": sys.argv[1:]}
worker = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
worker.connect(os.environ["CHARMS_REACTIVE_WORKER"])
outputs = b"".join(descriptor.to_bytes(4, sys.byteorder) for descriptor in (1, 2))
worker.sendmsg([b"+"], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, outputs)])
worker.sendall(marshal.dumps(job))
worker.shutdown(_socket.SHUT_WR)
sys.exit(int(worker.recv(16)) & 255)
