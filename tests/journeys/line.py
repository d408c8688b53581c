# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""The line between a window and its server, which can be cut."""
import socket
import threading
import urllib.parse

READY = b'event: ready\n'


class Line:
    def __init__(self, url):
        where = urllib.parse.urlsplit(url)
        self._far = (where.hostname, where.port)
        self._ends = set()
        self._lock = threading.Lock()
        self.feeds = 0  # how many have told all there was
        self._listener = socket.create_server(('127.0.0.1', 0))
        self.url = f'http://127.0.0.1:{self._listener.getsockname()[1]}'
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:  # it was closed
                return
            try:
                far = socket.create_connection(self._far, timeout=5)
            except OSError:  # nobody serves just now
                near.close()
                continue
            far.settimeout(None)
            with self._lock:
                self._ends |= {near, far}
            threading.Thread(target=self._carry, args=(near, far), daemon=True).start()
            threading.Thread(target=self._carry, args=(far, near), daemon=True).start()

    def _carry(self, source, target):
        tail = b''
        try:
            while data := source.recv(65536):
                target.sendall(data)
                tail = tail[-len(READY) + 1:] + data
                if READY in tail:
                    self.feeds += 1
        except OSError:
            pass
        # The last of the two to see the end closes both.
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        with self._lock:
            ended = source not in self._ends
            self._ends -= {source, target}
        if ended:
            source.close()
            target.close()

    def cut(self):
        with self._lock:
            ends = list(self._ends)
        for end in ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def close(self):
        self._listener.close()
        self.cut()
