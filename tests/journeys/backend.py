# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""The other ends of the wire: a server of the same sparkboxd, a brand's program, and what the keyring
holds."""
import http.client
import json
import socket
import subprocess
import urllib.parse
from pathlib import Path

from gi.repository import GLib

from desktop import Failure, wait


# Each keeps its port from everybody but who listens with SO_REUSEADDR.
held_ports = []


def free_port():
    """One that stays free for whoever listens on it later, and again after that."""
    held = socket.socket()
    held.bind(('127.0.0.1', 0))
    # Only now: with it before, another that is held would be given as well.
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held_ports.append(held)
    return held.getsockname()[1]


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__('localhost', timeout=10)
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(10)
        self.sock.connect(self.path)


def private_api(desktop, path, method='GET', body=None):
    """What the application's own backend answers on its socket."""
    connection = UnixConnection(desktop.folder / 'run/sparkbox/sparkboxd.sock')
    try:
        data = json.dumps(body) if body is not None else None
        connection.request(method, path, data, {'Content-Type': 'application/json'} if data else {})
        answer = connection.getresponse().read()
        return json.loads(answer) if answer else None
    finally:
        connection.close()


def server_api(server, token, path, method='GET', body=None):
    """What a server of an agency answers to another of the person's programs."""
    where = urllib.parse.urlsplit(server.url)
    connection = http.client.HTTPConnection(where.hostname, where.port, timeout=10)
    try:
        headers = {'Authorization': f'Bearer {token}', 'Content-Type': 'application/json'}
        connection.request(method, path, json.dumps(body) if body is not None else None, headers)
        answer = connection.getresponse()
        text = answer.read()
        if answer.status >= 300:
            raise Failure(f'{method} {path}: {answer.status} {text[:300]}')
        return json.loads(text) if text else None
    finally:
        connection.close()


class Commands:
    """sparkboxd's commands on one database."""

    def __init__(self, sparkboxd, database):
        self.sparkboxd, self.database = str(sparkboxd), Path(database)

    def run(self, *words, more=()):
        done = subprocess.run([self.sparkboxd, *words, f'--database=sqlite:{self.database}', *more],
                              capture_output=True, text=True, check=False, timeout=60)
        if done.returncode != 0:
            raise Failure(f'sparkboxd {" ".join(words)}: {done.stderr.strip()}')
        return done.stdout.strip()

    @classmethod
    def of_application(cls, desktop):
        return cls(desktop.sparkboxd, desktop.folder / 'data/sparkbox/sparkbox.db')


class Server(Commands):
    """A backend of an agency: TCP on this computer."""

    options = ()  # more of them, for serve

    def __init__(self, desktop, name='server'):
        super().__init__(desktop.sparkboxd, desktop.folder / f'{name}.db')
        self.desktop, self.name, self.process = desktop, name, None
        self.listen = f'127.0.0.1:{free_port()}'  # the same when it starts again

    def start(self):
        log = self.desktop.folder / f'{self.name}.log'
        log.write_text('')
        self.process = self.desktop.spawn(self.name, self.sparkboxd, 'serve', '--listen', self.listen,
                                           f'--database=sqlite:{self.database}', *self.options)
        lines = wait(lambda: [line for line in log.read_text().splitlines() if line.startswith('listening on ')],
                     'the server to listen')
        self.url = lines[0].split()[2]
        return self

    def kill(self):
        self.process.kill()
        self.process.wait(5)

    def stop(self):
        status = self.desktop.end(self.process)
        if status != 0:
            raise Failure(f'sparkboxd ended with {status}: ' + self.desktop.log(self.name)[-1000:])


class Brand:
    """A brand's program: TikTok's own requests over TCP."""

    def __init__(self, commands, url, name='Acme'):
        self.url, self.name = url, name
        self.id = commands.run('advertiser', 'add', name)
        self.token = commands.run('advertiser', 'token', self.id)

    def request(self, method, call, values):
        where = urllib.parse.urlsplit(self.url)
        connection = http.client.HTTPConnection(where.hostname, where.port, timeout=10)
        path = f'/open_api/v1.3/{call}/'
        headers = {'Access-Token': self.token}
        body = None
        if method == 'GET':
            path += '?' + urllib.parse.urlencode(values)
        else:
            body = json.dumps(values)
            headers['Content-Type'] = 'application/json'
        try:
            connection.request(method, path, body, headers)
            return json.loads(connection.getresponse().read())
        finally:
            connection.close()

    def authorize(self, code):
        """Redeems it; the whole envelope."""
        return self.request('POST', 'tt_video/authorize', {'advertiser_id': self.id, 'auth_code': code})

    def posts(self):
        answer = self.request('GET', 'tt_video/list', {'advertiser_id': self.id})
        if answer['code'] != 0:
            raise Failure(f'the list of posts was refused: {answer}')
        return [one['item_info']['item_id'] for one in answer['data']['list']
                if one['auth_info']['ad_auth_status'] == 'AUTHORIZED']


def secrets(desktop, **attributes):
    """What the keyring holds under these attributes."""
    def call(path, interface, method, arguments):
        return desktop.call('org.freedesktop.secrets', path, f'org.freedesktop.Secret.{interface}', method,
                            arguments).unpack()

    root = '/org/freedesktop/secrets'
    session = call(root, 'Service', 'OpenSession', GLib.Variant('(sv)', ('plain', GLib.Variant('s', ''))))[1]
    items, _locked = call(root, 'Service', 'SearchItems', GLib.Variant('(a{ss})', (attributes,)))
    return [bytes(call(item, 'Item', 'GetSecret', GLib.Variant('(o)', (session,)))[0][2]).decode(errors='replace')
            for item in items]
