#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""Many connections that never come to the end of what they ask, and somebody who does.

Usage: slow.py SPARKBOXD CONNECTIONS
Half of them send a head byte by byte, a quarter a body, a quarter nothing at all.
"""
import os
import resource
import select
import shutil
import socket
import sys
import tempfile
import time
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'crash'))
from client import PATIENCE, Client, Server  # pylint: disable=wrong-import-position

HEAD_SECONDS = 5
# The server gives a body so long, whatever comes of it meanwhile.
BODY_SECONDS = 60
HEAD = b'GET /v1/accounts HTTP/1.1\r\nHost: x\r\nX-Slow: '
BODY = b'POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 4000\r\n\r\n'
KINDS = [('head', HEAD), ('body', BODY), ('head', HEAD), ('nothing', b'')]


def check(condition, what):
    if not condition:
        raise AssertionError(what)


class Slow:
    """The connections of one attacker; those that the server has ended are counted."""

    def __init__(self, port, count):
        self.open = {'head': set(), 'body': set(), 'nothing': set()}
        self.ended = {kind: 0 for kind in self.open}
        self.poll = select.epoll()
        self.sockets = {}
        for number in range(count):
            kind, beginning = KINDS[number % len(KINDS)]
            # Each address has so many ports.
            sock = socket.create_connection(('127.0.0.1', port), timeout=PATIENCE)
            sock.sendall(beginning)
            sock.setblocking(False)
            self.open[kind].add(sock)
            self.sockets[sock.fileno()] = (kind, sock)
            self.poll.register(sock, select.EPOLLIN | select.EPOLLHUP)

    def end(self, fd):
        kind, sock = self.sockets.pop(fd)
        self.poll.unregister(fd)
        self.open[kind].discard(sock)
        self.ended[kind] += 1
        sock.close()

    def go_on(self):
        """A byte of each, so that none is ever silent; sees which have been ended."""
        for kind in ('head', 'body'):
            for sock in list(self.open[kind]):
                try:
                    sock.send(b'x')
                except BlockingIOError:
                    pass
                except OSError:
                    self.end(sock.fileno())
        for fd, _ in self.poll.poll(0):
            if fd in self.sockets:
                try:
                    gone = self.sockets[fd][1].recv(4096) == b''
                except BlockingIOError:
                    gone = False
                except OSError:
                    gone = True
                if gone:
                    self.end(fd)

    def close(self):
        for fd in list(self.sockets):
            self.end(fd)
        self.poll.close()


def use(client, account):
    """What a person does: reads and writes, on a connection of its own and on a fresh one."""
    began = time.monotonic()
    name = uuid.uuid4().hex
    status, document = client.request('POST', '/v1/brands', {'account': account, 'name': name})
    check((status, document['name']) == (201, name), document)
    check(client.get('/v1/accounts')['items'][0]['id'] == account, 'reading')
    fresh = Client(client.server, client.headers)
    check(fresh.get(f'/v1/brands/{document["id"]}')['name'] == name, 'a fresh connection')
    fresh.close()
    return time.monotonic() - began


def main():
    program, count = sys.argv[1], int(sys.argv[2])
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < count + 200:
        print(f'1..0 # SKIP so many files may be open: {most}')
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    folder = tempfile.mkdtemp(prefix='sparkbox-slow-')
    server = Server(program, f'sqlite:{folder}/sparkbox.db', f'{folder}/key', folder,
                    arguments=['--head-timeout', str(HEAD_SECONDS)])
    account = server.command('account', 'add', 'Lena')
    token = server.command('token', 'create', account)
    server.start()
    client = Client(server, {'Authorization': f'Bearer {token}'})
    print('1..3', flush=True)

    alone = sorted(use(client, account) for _ in range(10))
    slow = Slow(server.port, count)
    began = time.monotonic()
    times = []
    while time.monotonic() < began + HEAD_SECONDS - 1 or len(times) < 20:
        slow.go_on()
        times.append(use(client, account))
    print(f'ok 1 - {len(times)} times all was answered beside {count} # median '
          f'{sorted(times)[len(times) // 2] * 1000:.0f} ms, longest {max(times) * 1000:.0f} ms, '
          f'alone {alone[5] * 1000:.0f} ms', flush=True)

    deadline = time.monotonic() + 2 * PATIENCE
    while slow.open['head'] or slow.open['nothing']:
        check(time.monotonic() < deadline, f'{len(slow.open["head"])} heads are still waited for')
        slow.go_on()
        times.append(use(client, account))
        time.sleep(0.05)
    check(time.monotonic() - began > HEAD_SECONDS - 1, 'they were ended before their time')
    print('ok 2 - who does not come to the end of a head is ended, and the others are served '
          f'# {slow.ended["head"] + slow.ended["nothing"]} ended', flush=True)

    # At length: bodies too have their time.
    if count >= 5000:
        deadline = time.monotonic() + BODY_SECONDS + 2 * PATIENCE
        while slow.open['body']:
            check(time.monotonic() < deadline, f'{len(slow.open["body"])} bodies are waited for')
            slow.go_on()
            times.append(use(client, account))
            time.sleep(0.5)
    bodies = slow.ended['body']
    slow.close()
    use(client, account)
    client.close()
    server.stop()
    print(f'ok 3 - it ends cleanly after them # {bodies} bodies were ended, the longest answer '
          f'took {max(times) * 1000:.0f} ms')
    shutil.rmtree(folder)


if __name__ == '__main__':
    main()
