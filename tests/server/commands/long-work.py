#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""Long work lets others write meanwhile: what a person does is answered between its portions.

Usage: long-work.py SPARKBOXD
How long the longest answer took is told, not judged: the machine may be busy with other things.
"""
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import traceback
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'crash'))
from client import PATIENCE, Client, Server  # pylint: disable=wrong-import-position

VIDEOS = 4000
# So many times at least others are answered at another point of the work.
POINTS = 5


def check(condition, what):
    if not condition:
        raise AssertionError(what)


class World:
    def __init__(self, program):
        self.folder = tempfile.mkdtemp(prefix='sparkbox-long-')
        self.database = f'{self.folder}/sparkbox.db'
        self.server = Server(program, f'sqlite:{self.database}', f'{self.folder}/key', self.folder)
        self.account = self.server.command('account', 'add', 'Lena')
        self.tracked = self.server.command('account', 'add', 'Tom', '--platform', 'tracked')
        self.token = self.server.command('token', 'create', self.account, self.tracked)
        self.server.start()
        self.client = Client(self.server, {'Authorization': f'Bearer {self.token}'})
        _, brand = self.client.request('POST', '/v1/brands',
                                       {'account': self.account, 'name': 'Acme'})
        self.brand = brand['id']

    def write(self):
        name = uuid.uuid4().hex
        status, document = self.client.request('PATCH', f'/v1/brands/{self.brand}', {'name': name})
        check((status, document['name']) == (200, name), f'{status} {document}')

    def write_while(self, goes_on, progress):
        """Writes again and again; @progress: SQL that tells how far the work has come."""
        times, points = [], set()
        deadline = time.monotonic() + 4 * PATIENCE
        while goes_on():
            check(time.monotonic() < deadline, 'it does not come to its end')
            began = time.monotonic()
            self.write()
            times.append(time.monotonic() - began)
            points.add(tuple(self.sql(progress)))
            time.sleep(0.002)
        check(len(points) >= POINTS, f'{len(points)} points in {len(times)} answers')
        return (f'{len(times)} answers at {len(points)} points, '
                f'median {sorted(times)[len(times) // 2] * 1000:.0f} ms, '
                f'longest {max(times) * 1000:.0f} ms')

    def beside(self, progress, *arguments):
        with subprocess.Popen([self.server.program, *arguments, *self.server.common],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            fact = self.write_while(lambda: process.poll() is None, progress)
            check(process.returncode == 0, process.stderr.read())
        return fact

    def sql(self, statement):
        connection = sqlite3.connect(self.database, timeout=PATIENCE)
        with connection:
            rows = connection.execute(statement).fetchall()
        connection.close()
        return rows

    def close(self):
        self.client.close()
        if self.server.process.poll() is None:
            self.server.stop()
        shutil.rmtree(self.folder)


COUNT_VIDEOS = 'SELECT count(*) FROM videos'


def export(world, first):
    path = os.path.join(world.folder, 'user_data_tiktok.json')
    videos = [{'Date': '2024-03-01 18:20:11', 'Likes': '1',
               'Link': f'https://www.tiktok.com/@tom/video/72{first + number:017}'}
              for number in range(5 * VIDEOS)]
    with open(path, 'w', encoding='utf-8') as file:
        json.dump({'Post': {'Posts': {'VideoList': videos}}}, file)
    return path


def sample(world):
    """A sample of many videos is made."""
    return world.beside('SELECT count(*), (SELECT count(*) FROM engagement_days) FROM videos',
                        'sample', '--videos', str(VIDEOS))


def sample_steps(world):
    """What happened to a sample's videos is written in portions."""
    return world.beside('SELECT count(*) FROM events', 'sample', '--videos', '101')


def removal(world):
    """An account of many videos is removed by the server itself."""
    largest = world.sql('SELECT account FROM videos GROUP BY account ORDER BY count(*) DESC LIMIT 1')[0][0]
    token = world.server.command('token', 'create', str(largest))
    client = Client(world.server, {'Authorization': f'Bearer {token}'})
    status, _ = client.request('DELETE', f'/v1/accounts/{largest}')
    check(status == 204, status)
    left = f'SELECT count(*) FROM events WHERE account = {largest}'
    fact = world.write_while(lambda: world.sql('SELECT count(*) FROM closed_accounts')[0][0] > 0,
                             left + ' UNION ALL ' + left.replace('events', 'videos') + ' UNION ALL '
                             + left.replace('events', 'changes'))
    check(world.sql(left) == [(0,)], 'something is left')
    return fact


def command_import(world):
    """An export is imported by a command."""
    return world.beside(COUNT_VIDEOS, 'import', '--account', world.tracked, export(world, 0))


def api_import(world):
    """An export is imported by the server itself."""
    with open(export(world, 1000000), 'rb') as file:
        status, batch = Client(world.server, world.client.headers).request(
            'POST', f'/v1/accounts/{world.tracked}/import', json.load(file))
    check(status == 202, batch)
    other = Client(world.server, world.client.headers)
    return world.write_while(
        lambda: other.get(f'/v1/batches/{batch["id"]}')['state'] == 'running', COUNT_VIDEOS)


def expiry(world):
    """Thousands of codes end at once."""
    world.sql('INSERT INTO codes (account, id, video, days, starts_at, ends_at, expiry_due, state, secret, '
              f'created_at) SELECT account, 500000 + id, id, 30, 1, 9000000000000, 9000000000000, 1, x\'\', 1 FROM videos '
              f'WHERE account = {world.tracked} LIMIT 3000')
    world.sql('UPDATE codes SET ends_at = 1000, expiry_due = 1000 '
              f'WHERE account = {world.tracked} AND state IN (1, 2)')
    due = (f'SELECT count(*) FROM codes WHERE account = {world.tracked} AND state = 1 AND '
           'ends_at = 1000')
    check(world.sql(due)[0][0] >= 3000, 'too few to tell')
    # It looks for what is due at once, too.
    world.server.process.send_signal(signal.SIGHUP)
    return world.write_while(lambda: world.sql(due)[0][0] > 0, due)


def rotation(world):
    """The key is changed, and everything encrypted anew."""
    # Those of the videos that were imported have none so far.
    world.sql('UPDATE codes SET secret = (SELECT secret FROM codes WHERE length(secret) > 0 LIMIT 1) '
              'WHERE length(secret) = 0')
    return world.beside('SELECT count(DISTINCT secret) FROM codes', 'key', 'rotate')


TESTS = [sample, sample_steps, command_import, api_import, expiry, rotation, removal]


def main():
    world = World(sys.argv[1])
    print(f'1..{len(TESTS)}', flush=True)
    failed = False
    try:
        for number, test in enumerate(TESTS, 1):
            try:
                print(f'ok {number} - {test.__doc__} # {test(world)}', flush=True)
            except Exception:  # pylint: disable=broad-except
                failed = True
                text = traceback.format_exc().replace('\n', '\n# ')
                print(f'not ok {number} - {test.__doc__}\n# {text}', flush=True)
    finally:
        world.close()
    sys.exit(failed)


if __name__ == '__main__':
    main()
