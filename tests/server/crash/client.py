# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""A real sparkboxd, and the small clients that load and follow it."""
import http.client
import json
import os
import select
import signal
import socket
import subprocess
import threading
import time

# How long anything that must happen is waited for, in seconds; sanitized builds are slow.
PATIENCE = float(os.environ.get('SPARKBOX_TEST_PATIENCE', '30'))


class Gone(Exception):
    """The server went away before it answered: nobody knows whether it was done."""


class Server:
    """One sparkboxd over one database, at one port through all its lives."""

    def __init__(self, program, database, key, folder, per_second=1000000, arguments=()):
        self.program = program
        self.arguments = arguments
        self.per_second = per_second
        self.common = ['--database', database, '--key', key]
        self.folder = folder
        # Kept from everybody but who listens with SO_REUSEADDR, also while nobody does.
        self.held = socket.socket()
        self.held.bind(('127.0.0.1', 0))
        # Only now: with it before, a port that another holds would be given as well.
        self.held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.port = self.held.getsockname()[1]
        self.process = None
        self.database_gone = False  # answers of 503 are to be expected

    def command_line(self, *arguments):
        return [self.program, *arguments, *self.common]

    def command(self, *arguments):
        """Runs a command beside the server and returns what it printed."""
        done = subprocess.run(self.command_line(*arguments), check=True, text=True,
                              stdout=subprocess.PIPE, timeout=PATIENCE)
        return done.stdout.strip()

    def start(self, preexec=None):
        with open(os.path.join(self.folder, 'log'), 'ab') as log:
            # It ends with who started it, whatever ends that.
            self.process = subprocess.Popen(
                ['setpriv', '--pdeathsig=KILL', self.program, 'serve', *self.common, '--listen', f'127.0.0.1:{self.port}',
                 '--requests-per-second', str(self.per_second), *self.arguments],
                stdout=subprocess.PIPE, stderr=log, preexec_fn=preexec)
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline().decode() if ready else ''
        if line != f'listening on http://127.0.0.1:{self.port}\n':
            raise AssertionError(f'the server did not start: {line!r}\n{self.log()}')

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE)
        self.process.stdout.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(PATIENCE)
        self.process.stdout.close()
        if status != 0:
            raise AssertionError(f'the server ended with {status}\n{self.log()}')

    def log(self):
        with open(os.path.join(self.folder, 'log'), encoding='utf-8', errors='replace') as log:
            return log.read()[-4000:]


class Client:
    """Keeps one connection; every answer is parsed."""

    def __init__(self, server, headers):
        self.server = server
        self.headers = headers
        self.connection = None

    def request(self, method, path, body=None, headers=None):
        """(status, document); Gone when there was no whole answer."""
        head = {**self.headers, **(headers or {})}
        data = None
        if body is not None:
            data = json.dumps(body)
            head['Content-Type'] = 'application/json'
        try:
            if self.connection is None:
                self.connection = http.client.HTTPConnection('127.0.0.1', self.server.port,
                                                             timeout=PATIENCE)
            self.connection.request(method, path, data, head)
            answer = self.connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise Gone(str(error)) from error
        if answer.status == 503 and self.server.database_gone:
            raise Gone(text.decode())
        return answer.status, json.loads(text) if text else None

    def get(self, path):
        status, document = self.request('GET', path)
        if status != 200:
            raise AssertionError(f'GET {path}: {status} {document}')
        return document

    def list(self, kind, account):
        """Every object of a kind, page by page."""
        items, cursor = [], ''
        while cursor is not None:
            page = self.get(f'/v1/{kind}?account={account}&limit=100&cursor={cursor}')
            items += page['items']
            cursor = page['next_cursor']
        return items

    def changes(self, after='', limit=500):
        """Everything behind a cursor, and the cursor then."""
        items, more = [], True
        while more:
            page = self.get(f'/v1/changes?limit={limit}&after={after}')
            items += page['items']
            after, more = page['cursor'], page['has_more']
        return items, after

    def close(self):
        if self.connection is not None:
            self.connection.close()
            self.connection = None


class Replica:
    """What a client that applies changes knows; checks their order on the way."""

    def __init__(self):
        self.objects = {}
        self.seq = {}
        self.cursor = ''

    def apply(self, changes, cursor):
        for change in changes:
            account = change['account_id']
            if change['seq'] <= self.seq.get(account, 0):
                raise AssertionError(f'change {change["seq"]} came after {self.seq[account]}')
            self.seq[account] = change['seq']
            key = (change['kind'], change['id'])
            if change['object'] is None:
                self.objects.pop(key, None)
            else:
                self.objects[key] = change['object']
        self.cursor = cursor


class Follower(threading.Thread):
    """Follows the feed, through every death of the server, resuming by its last event id."""

    def __init__(self, server, token):
        super().__init__(daemon=True)
        self.server = server
        self.token = token
        self.replica = Replica()
        self.resumed = 0
        self.error = None
        self.ended = False
        self.lock = threading.Lock()

    def run(self):
        while not self.ended:
            try:
                self.follow()
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
            except Exception as error:  # pylint: disable=broad-except
                self.error = error
                return

    def follow(self):
        connection = http.client.HTTPConnection('127.0.0.1', self.server.port, timeout=PATIENCE)
        try:
            headers = {'Authorization': f'Bearer {self.token}'}
            if self.replica.cursor:
                headers['Last-Event-ID'] = self.replica.cursor
            connection.request('GET', '/v1/feed', headers=headers)
            answer = connection.getresponse()
            if answer.status == 503:
                raise http.client.HTTPException('told to come back')
            if answer.status != 200:
                raise AssertionError(f'the feed answered {answer.status} {answer.read()}')
            self.resumed += bool(self.replica.cursor)
            self.read_events(answer)
        finally:
            connection.close()

    def read_events(self, answer):
        burst, cursor = [], None
        while not self.ended:
            line = answer.readline()
            # The server may die in the middle of a line.
            if not line.endswith(b'\n'):
                return
            line = line.decode().rstrip('\n')
            if line.startswith('id: '):
                cursor = line[4:]
            elif line.startswith('data: {"account_id"'):
                burst.append(json.loads(line[6:]))
            elif line == '' and cursor is not None:
                with self.lock:
                    self.replica.apply(burst, cursor)
                burst, cursor = [], None

    def wait_for(self, cursor):
        deadline = time.monotonic() + PATIENCE
        while self.error is None and time.monotonic() < deadline:
            with self.lock:
                if self.replica.cursor == cursor:
                    return
            time.sleep(0.005)
        raise AssertionError(f'a follower stands at {self.replica.cursor}, not {cursor}: '
                             f'{self.error}')


