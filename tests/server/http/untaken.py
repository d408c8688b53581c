#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""Somebody with a token who asks for much, and reads nothing of it.

Usage: untaken.py SPARKBOXD
"""
import json
import os
import shutil
import socket
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'crash'))
from client import PATIENCE, Client, Server  # pylint: disable=wrong-import-position

VIDEOS = 500
MB = 1 << 20
# What the server lets one address leave unread, and an answer more.
MOST = 32 * MB + 8 * MB
# What the system keeps of an answer on its way.
MOST_SENT = MB // 2


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def add_videos(server, account):
    path = os.path.join(server.folder, 'user_data_tiktok.json')
    videos = [{'Date': '2024-03-01 18:20:11', 'Likes': '1', 'Title': '"' * 8000,
               'Link': f'https://www.tiktok.com/@lena/video/72{number:017}'}
              for number in range(VIDEOS)]
    with open(path, 'w', encoding='utf-8') as file:
        json.dump({'Post': {'Posts': {'VideoList': videos}}}, file)
    server.command('import', '--account', account, path)


def ask(server, token, path):
    """A request whose answer nobody reads."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.settimeout(PATIENCE)
    sock.connect(('127.0.0.1', server.port))
    sock.sendall(f'GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n'.encode())
    # The head of the answer says that the rest is there, or how much of it.
    check(sock.recv(12).startswith(b'HTTP/1.1 '), 'no answer')
    return sock


def sent_unread(port):
    """Bytes from the server that nobody has taken from the system."""
    with open('/proc/net/tcp', encoding='ascii') as file:
        sockets = [line.split() for line in file][1:]
    return sum(int(row[4].split(':')[0], 16) for row in sockets if int(row[1].split(':')[1], 16) == port)


def wait_for(client, status):
    deadline = time.monotonic() + PATIENCE
    while client.request('GET', '/v1/accounts')[0] != status:
        check(time.monotonic() < deadline, f'never {status}')
        time.sleep(0.05)


def leave_unread(server, client, token, path, size):
    """Until the server gives no more; everything is served again once they have gone."""
    unread = []
    while client.request('GET', '/v1/accounts')[0] == 200:
        check(len(unread) * size < 4 * MOST, f'{len(unread)} answers wait')
        unread.append(ask(server, token, path))
    count = len(unread)
    sent = sent_unread(server.port)
    check(sent < count * MOST_SENT, f'the system keeps {sent / MB:.1f} MB of {count} answers')
    check(count * size > 16 * MB, f'refused after {count}')
    for sock in unread:
        sock.close()
    wait_for(client, 200)
    return count


def main():
    folder = tempfile.mkdtemp(prefix='sparkbox-untaken-')
    server = Server(sys.argv[1], f'sqlite:{folder}/sparkbox.db', f'{folder}/key', folder)
    account = server.command('account', 'add', 'Lena')
    token = server.command('token', 'create', account)
    add_videos(server, account)
    server.start()
    client = Client(server, {'Authorization': f'Bearer {token}'})
    print('1..2', flush=True)

    size = len(json.dumps(client.get(f'/v1/changes?limit={VIDEOS}')))
    check(size > 4 * MB, size)
    for number, path in enumerate((f'/v1/changes?limit={VIDEOS}', '/v1/feed?after=')):
        count = leave_unread(server, client, token, path, size)
        print(f'ok {number + 1} - what is asked for and not read is bounded: {path.split("?")[0]} '
              f'# after {count} of {size / MB:.1f} MB', flush=True)
    client.close()
    server.stop()
    shutil.rmtree(folder)


if __name__ == '__main__':
    main()
