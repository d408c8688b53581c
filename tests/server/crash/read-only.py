#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""A database whose file, or folder, cannot be written to.

Usage: read-only.py SPARKBOXD

A server that has it open goes on; one that starts says so and ends, as every command does; nothing
that was acknowledged is lost.
"""
import os
import shutil
import subprocess
import sys
import tempfile

from client import PATIENCE, Client, Server

# Modes say nothing to a root that has its capabilities.
OBEY = ('setpriv', '--bounding-set=-all') if os.getuid() == 0 else ()


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def main():
    # What cannot be written is also warned of, which is no failure here.
    os.environ.pop('G_DEBUG', None)
    folder = tempfile.mkdtemp(prefix='sparkbox-read-only-')
    data = os.path.join(folder, 'data')
    path = os.path.join(data, 'sparkbox.db')
    os.mkdir(data)
    server = Server(sys.argv[1], f'sqlite:{path}', f'{folder}/key', folder)
    account = server.command('account', 'add', 'Lena')
    token = server.command('token', 'create', account)
    creator = Client(server, {'Authorization': f'Bearer {token}'})
    kept = []

    def add(name):
        status, document = creator.request('POST', '/v1/brands', {'account': account, 'name': name})
        check(status == 201, document)
        kept.append(name)

    def refuses(*arguments):
        done = subprocess.run([*OBEY, *server.command_line(*arguments)], text=True, check=False,
                              capture_output=True, timeout=PATIENCE)
        check(done.returncode == 1, f'{arguments[0]} ended with {done.returncode}')
        last = done.stderr.strip().splitlines()[-1]
        check('cannot be written' in last or 'Permission denied' in last, done.stderr)

    # In a folder it needs to make the files beside the database, which a crash leaves there.
    modes = {'file': (path, 0o444, 0o600, server.kill), 'folder': (data, 0o555, 0o700, server.stop)}
    print(f'1..{len(modes)}', flush=True)
    for number, (what, (changed, closed, opened, end)) in enumerate(modes.items(), 1):
        server.start()
        add(f'Before {what}')
        os.chmod(changed, closed)
        add(f'Beside {what}')
        check(creator.get('/v1/accounts')['items'][0]['id'] == account, 'reading')
        creator.close()
        end()
        refuses('serve', '--listen', '127.0.0.1:0')
        refuses('account', 'add', 'Mia')
        os.chmod(changed, opened)
        server.start()
        names = sorted(item['name'] for item in creator.list('brands', account))
        check(names == sorted(kept), f'kept {kept}, there are {names}')
        check(len(creator.get('/v1/accounts')['items']) == 1, 'an account of a refused command')
        creator.close()
        server.stop()
        check(server.command('check') == '0 problems', 'the check')
        print(f'ok {number} - the {what}', flush=True)
    shutil.rmtree(folder)


if __name__ == '__main__':
    main()
