# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""What stands between the application and its server, and answers a request itself where it is told
to, or not at all: so can be seen, for as long as it takes, what otherwise passes."""
import http.client
import http.server
import json
import re
import threading
import urllib.parse

HOP_BY_HOP = ('connection', 'transfer-encoding', 'content-length', 'date', 'server')
CHUNK = 65536


class _Request(http.server.BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def _body(self):
        if self.headers.get('Transfer-Encoding') != 'chunked':
            return self.rfile.read(int(self.headers.get('Content-Length') or 0))
        chunks = []
        while size := int(self.rfile.readline().split(b';')[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b''.join(chunks)

    def _go(self):
        body = self._body()
        wire = self.server.wire
        for (method, path), what in wire.answers.items():
            if method == self.command and re.search(path, self.path):
                if what is None:
                    wire.released.wait()
                    self.close_connection = True
                else:
                    self._answer(*what)
                return
        self._pass_on(body)

    def _answer(self, status, value):
        text = json.dumps(value).encode()
        self.send_response(status)
        self.send_header('Content-Type', 'application/problem+json' if status >= 400 else 'application/json')
        self.send_header('Content-Length', str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def _pass_on(self, body):
        where = urllib.parse.urlsplit(self.server.wire.server.url)
        connection = http.client.HTTPConnection(where.hostname, where.port, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
        try:
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in HOP_BY_HOP:
                    self.send_header(name, value)
            # A feed has no end: its answer ends with its connection.
            self.send_header('Connection', 'close')
            self.end_headers()
            while chunk := answer.read1(CHUNK):
                if '/v1/feed' in self.path:
                    self.server.wire.tells.wait()
                self.wfile.write(chunk)
        except OSError:
            pass  # one of both ends is gone
        finally:
            self.close_connection = True
            connection.close()

    do_GET = do_POST = do_DELETE = do_PATCH = _go

    def log_message(self, *_):
        pass


class Wire:
    """Use as a context. answers: (method, pattern of a path) to (status, value), or to None: it waits
    until the wire ends. Feeds tell nothing while tells is cleared."""

    def __init__(self, server):
        self.server, self.answers, self.released = server, {}, threading.Event()
        self.tells = threading.Event()
        self.tells.set()
        self.http = http.server.ThreadingHTTPServer(('127.0.0.1', 0), _Request)
        self.http.daemon_threads = True
        self.http.block_on_close = False
        self.http.wire = self
        self.url = f'http://127.0.0.1:{self.http.server_address[1]}'
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.released.set()
        self.http.shutdown()
        self.http.server_close()
