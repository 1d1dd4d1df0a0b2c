# SPDX-License-Identifier: Apache-2.0
"""Agents that do not answer as they should, each on a socket of its own while a context lasts."""

import contextlib
import random
import socket
import socketserver
import threading


@contextlib.contextmanager
def serving(address, handle):
    """Calls handle(connection) for each connection, in a thread of its own."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self):
            with contextlib.suppress(OSError):
                handle(self.request)

    class Server(socketserver.ThreadingUnixStreamServer):
        daemon_threads = True

    with Server(str(address), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield address
        finally:
            server.shutdown()
            thread.join()


def cutting_agent(agent, address, n_bytes):
    """Passes everything on to and from @agent, and closes each connection after @n_bytes of replies."""

    def forward(client, target):
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                target.sendall(data)

    def handle(client):
        with socket.socket(socket.AF_UNIX) as target:
            target.connect(str(agent))
            threading.Thread(target=forward, args=(client, target), daemon=True).start()
            left = n_bytes
            while data := target.recv(65536):
                client.sendall(data[:left])
                left -= len(data)
                if left <= 0:
                    break
            client.shutdown(socket.SHUT_RDWR)

    return serving(address, handle)


def babbling_agent(address):
    """Answers whatever comes with random bytes."""
    source = random.Random(4)

    def handle(client):
        while client.recv(65536):
            client.sendall(source.randbytes(4096))

    return serving(address, handle)
