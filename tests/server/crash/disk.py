#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""A real sparkboxd whose disk is full (a limit on the size of its files) for a while.

Usage: disk.py SPARKBOXD

It refuses with 503 and Retry-After, goes on reading, recovers by itself when there is room, and
loses nothing that it acknowledged, in brands' answers as in creators'.
"""
import os
import resource
import shutil
import sys
import tempfile

from client import Client, Replica, Server


def check(condition, what):
    if not condition:
        raise AssertionError(what)


class Full:
    """While in it, the server's files cannot grow."""

    def __init__(self, server, path):
        self.server = server
        self.path = path

    def limit(self, size):
        resource.prlimit(self.server.process.pid, resource.RLIMIT_FSIZE,
                         (size, resource.RLIM_INFINITY))

    def __enter__(self):
        self.limit(os.path.getsize(self.path + '-wal') + 1)

    def __exit__(self, *_):
        self.limit(resource.RLIM_INFINITY)


def main():
    # What cannot be written is also warned of, which is no failure here.
    os.environ.pop('G_DEBUG', None)
    folder = tempfile.mkdtemp(prefix='sparkbox-disk-')
    path = os.path.join(folder, 'sparkbox.db')
    server = Server(sys.argv[1], f'sqlite:{path}', f'{folder}/key', folder)
    account = server.command('account', 'add', 'Lena')
    token = server.command('token', 'create', account)
    number = server.command('advertiser', 'add', 'Acme')
    brand = Client(server, {'Access-Token': server.command('advertiser', 'token', number)})
    creator = Client(server, {'Authorization': f'Bearer {token}'})
    print('1..3', flush=True)
    server.start()

    refused, kept = 0, []
    for attempt in range(5):
        with Full(server, path):
            for number_ in range(40):
                name = f'Brand {attempt}.{number_}'
                status, document = creator.request('POST', '/v1/brands',
                                                   {'account': account, 'name': name},
                                                   {'Idempotency-Key': name})
                if status == 201:
                    kept.append(name)
                else:
                    refused += 1
                    check((status, document['code']) == (503, 'unavailable'), document)
                    check('full' in document['detail'] or 'database' in document['detail'],
                          document)
                check(creator.get('/v1/accounts')['items'][0]['id'] == account, 'reading')
            _, answer = brand.request('POST', '/open_api/v1.3/tt_video/authorize/',
                                      {'advertiser_id': number, 'auth_code': '#' + 'A' * 64})
            check(answer['code'] != 0, answer)
            check(server.process.poll() is None, 'the server has ended')
        name = f'After {attempt}'
        status, document = creator.request('POST', '/v1/brands', {'account': account, 'name': name})
        check(status == 201, document)
        kept.append(name)
    check(refused > 0, 'nothing was refused: the limit did not work')
    print(f'ok 1 - {refused} refused with 503, {len(kept)} kept')

    def audit():
        names = sorted(item['name'] for item in creator.list('brands', account))
        check(names == sorted(kept), f'kept {len(kept)}, there are {len(names)}')
        rebuilt = Replica()
        rebuilt.apply(*creator.changes())
        check(sorted(item['name'] for (kind, _), item in rebuilt.objects.items()
                     if kind == 'brand') == names, 'the changes differ from the list')

    audit()
    print('ok 2 - what was acknowledged is there, and nothing else')
    creator.close()
    brand.close()
    server.kill()
    server.start()
    audit()
    creator.close()
    server.stop()
    print('ok 3 - after a crash too')
    shutil.rmtree(folder)


if __name__ == '__main__':
    main()
