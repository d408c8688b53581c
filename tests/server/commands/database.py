#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""sparkboxd check, backup and migrate, on real databases, one of them under load.

Usage: database.py SPARKBOXD
"""
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'crash'))
from client import Client, Gone, Server  # pylint: disable=wrong-import-position

PROGRAM = sys.argv[1]
TOO_MANY_REQUESTS = 40100

# What somebody could have done to a database, and what the check says of it.
HARM = [
    ('UPDATE accounts SET counter = 1', 'has a number that its account has not given out'),
    ('UPDATE accounts SET last_id = 1', 'A number was used that its account has not given out'),
    ('INSERT INTO grants (account, id, video, code, brand, advertiser, source, state, redeemed_at, '
     'ends_at, platform_ends_at) SELECT g.account, a.counter + 1, video, code, brand, advertiser, '
     'source, state, redeemed_at, ends_at, platform_ends_at FROM grants g JOIN accounts a '
     'ON a.account = g.account LIMIT 1', 'has a number that its account has not given out'),
    ('UPDATE videos SET auth_grant = 999999999 WHERE id IN (SELECT id FROM videos LIMIT 1)',
     'has a number that its account has not given out'),
    ('DELETE FROM changes WHERE kind = 1 AND id IN (SELECT id FROM videos LIMIT 1)',
     'There is no change'),
    *((f'DELETE FROM changes WHERE kind = 4 AND id IN (SELECT id FROM grants WHERE state = {state} LIMIT 1)',
       'There is no change') for state in (2, 3, 4, 5, 6)),
    ('UPDATE changes SET seq = id WHERE kind = 4', 'There is no change'),
    ('UPDATE videos SET auth_code = 999999 WHERE auth_code <> 0', 'a code that is not its own'),
    ('UPDATE codes SET state = 1 WHERE state = 4', 'is not the one of its video'),
    ('UPDATE codes SET expiry_due = 0', 'The code is not looked at when it ends'),
    ('UPDATE codes SET expiry_due = 0', 'The grant is not looked at when it ends'),
    ('UPDATE grants SET expiry_due = 0 WHERE expiry_due > 0', 'The grant is not looked at when it ends'),
    ('UPDATE videos SET auth_grants = auth_grants + 1 WHERE id IN (SELECT id FROM videos LIMIT 1)',
     'other grants or links'),
    ('UPDATE videos SET auth_links = auth_links + 1 WHERE id IN (SELECT id FROM videos LIMIT 1)',
     'other grants or links'),
    ('UPDATE videos SET auth_state = 1 WHERE auth_state = 2', 'another state or end than its code'),
    ('UPDATE videos SET auth_state = 2 WHERE auth_code = 0', 'another state or end than its code'),
    ('UPDATE videos SET auth_state = 0 WHERE auth_state = 4', 'another state or end than its code'),
    ('UPDATE videos SET auth_ends_at = auth_ends_at + 1 WHERE auth_ends_at > 0',
     'another state or end than its code'),
    ('UPDATE codes SET ends_at = ends_at + 1, expiry_due = CASE WHEN expiry_due > 0 THEN ends_at + 1 ELSE 0 END '
     'WHERE state IN (1, 2)', 'another state or end than its code'),
    ('INSERT INTO grants (account, id, video, code, brand, advertiser, source, state, redeemed_at, '
     'ends_at, platform_ends_at) SELECT account, 1, video, code, brand, advertiser, source, state, '
     'redeemed_at, ends_at, platform_ends_at FROM grants WHERE advertiser IS NOT NULL AND '
     'state = 1 LIMIT 1', 'access to one video twice'),
    ("UPDATE grants SET link = (SELECT id FROM links WHERE state = 2 LIMIT 1), advertiser = '7' "
     'WHERE id IN (SELECT id FROM grants WHERE link = 0 AND state = 2 LIMIT 1)',
     'used by more than one ad account'),
    ('UPDATE links SET state = 2 WHERE state = 0', 'no grant came of it'),
    ('DELETE FROM brands', 'names a video, code or brand that is not there'),
    ('DELETE FROM brands', 'names a video or brand that is not there'),
    ('DELETE FROM events WHERE grant_id <> 0', 'no event that tells'),
    ('DELETE FROM advertiser_posts', 'does not see a post'),
    ('DELETE FROM fingerprints WHERE kind = 2', 'nobody could redeem it'),
    ("UPDATE codes SET secret = x'00'", 'cannot be read with this key'),
    ('UPDATE codes SET secret = (SELECT secret FROM codes c WHERE c.id <> codes.id LIMIT 1)',
     'leads to something else'),
]

FOLD = """
    INSERT INTO changes (account, kind, id, seq) SELECT account, kind, id, max(seq) FROM recent_objects
    WHERE TRUE GROUP BY account, kind, id
    ON CONFLICT (account, kind, id) DO UPDATE SET seq = excluded.seq;
    DELETE FROM recent_changes;
    UPDATE accounts SET folded = counter"""


def run(*arguments):
    done = subprocess.run([PROGRAM, *arguments], text=True, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=False, timeout=120)
    return done.returncode, done.stdout.strip(), done.stderr.strip()


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def check(path, key):
    status, out, error = run('check', f'--database=sqlite:{path}', f'--key={key}')
    expect(error == '', error)
    expect((status == 0) == out.endswith('0 problems') or 'problem' in out, out)
    return status, out


def test_check(folder):
    """An untouched database is in order; whatever is done to one is found."""
    path, key = f'{folder}/sample.db', f'{folder}/sample.key'
    status, _, error = run('sample', '--videos', '60', f'--database=sqlite:{path}', f'--key={key}')
    expect(status == 0, error)
    expect(check(path, key) == (0, '0 problems'), check(path, key))
    # How many changes are folded goes by how fast they were made: harm is done to all of them.
    with sqlite3.connect(path) as connection:
        connection.executescript(FOLD)
    connection.close()
    expect(check(path, key) == (0, '0 problems'), check(path, key))
    for harm, words in HARM:
        broken = f'{folder}/broken.db'
        shutil.copy(path, broken)
        with sqlite3.connect(broken) as connection:
            changed = connection.execute(harm).rowcount
        connection.close()
        expect(changed > 0, f'{harm} changed nothing')
        status, out = check(broken, key)
        expect(status == 1 and words in out, f'{harm}: {out[:500]}')
    shutil.copy(path, broken)
    with open(broken, 'r+b') as file:
        file.seek(os.path.getsize(broken) // 2 // 4096 * 4096)
        file.write(b'\xa5' * 4096)
    status, out, error = run('check', f'--database=sqlite:{broken}', f'--key={key}')
    expect(status == 1 and (out or 'damaged' in error), (out, error))


def test_check_extended(folder):
    """A grant that was only extended is missed as well, when nothing tells of it."""
    path, key = f'{folder}/live.db', f'{folder}/live.key'
    server = Server(PROGRAM, f'sqlite:{path}', key, folder)
    account = server.command('sample', '--videos', '60')
    server.start()
    creator = Client(server, {'Authorization': 'Bearer ' + server.command('token', 'create', account)})
    codes = {code['id']: code['ends_at'] for code in creator.list('codes', account)}
    grants = [grant for grant in creator.list('grants', account) if grant['state'] == 'authorized'
              and grant['ends_at'] == codes.get(grant['code_id'])]
    expect(len(grants) > 1, 'the sample has too few of them')
    for code in {grant['code_id'] for grant in grants}:
        status, answer = creator.request('POST', f'/v1/codes/{code}/extend', {'days': 7})
        expect(status == 200, answer)
    creator.close()
    server.stop()
    expect(check(path, key) == (0, '0 problems'), check(path, key))
    with sqlite3.connect(path) as connection:
        connection.execute('DELETE FROM recent_changes')
        connection.execute('DELETE FROM changes WHERE kind = 4')
    connection.close()
    status, out = check(path, key)
    expect(status == 1, out)
    for grant in grants:
        expect(f'{grant["id"]}: There is no change' in out, f'{grant["id"]} is not in {out}')


class Load:
    """Redeems as fast as it can, and remembers what was acknowledged."""

    def __init__(self, server, creator, account):
        self.server = server
        self.creator = creator
        self.account = account
        self.acknowledged = []  # (ad account, video)
        self.ended = False
        self.error = None
        self.thread = threading.Thread(target=self.run)

    def run(self):
        try:
            advertisers = []
            for number in range(8):
                advertiser = self.server.command('advertiser', 'add', f'Brand {number}')
                token = self.server.command('advertiser', 'token', advertiser)
                advertisers.append((advertiser, Client(self.server, {'Access-Token': token})))
            videos = self.creator.list('videos', self.account)
            for video in (video for video in videos if not video['blockers']):
                status, code = self.creator.request('POST', f'/v1/videos/{video["id"]}/code',
                                                    {'days': 30})
                for advertiser, client in advertisers if status == 201 else []:
                    if self.ended:
                        return
                    _, answer = client.request('POST', '/open_api/v1.3/tt_video/authorize/',
                                               {'advertiser_id': advertiser,
                                                'auth_code': code['code']})
                    if answer['code'] == TOO_MANY_REQUESTS:
                        time.sleep(0.05)
                        continue
                    expect(answer['code'] == 0, answer)
                    self.acknowledged.append((advertiser, video['id']))
        except (AssertionError, Gone) as error:
            self.error = error


def serve_copy(backup, key, folder, token, cursor):
    """Opens a copy as a restored database; returns its grants and what it says of a position."""
    path = f'{folder}/restored.db'
    shutil.copy(backup, path)
    server = Server(PROGRAM, f'sqlite:{path}', key, folder)
    server.start()
    client = Client(server, {'Authorization': f'Bearer {token}'})
    grants = {(grant['advertiser']['id'], grant['video_id'])
              for grant in client.list('grants', '1') if grant['advertiser'] is not None}
    refused, problem = client.request('GET', f'/v1/changes?after={cursor}')
    _, fresh = client.changes()
    client.close()
    server.stop()
    for name in (path, path + '-wal', path + '-shm'):
        if os.path.exists(name):
            os.remove(name)
    return grants, (refused, problem), fresh


def test_backup(folder):
    """A copy made under load is whole, and opened it is another database than the first."""
    path, key = f'{folder}/live.db', f'{folder}/live.key'
    server = Server(PROGRAM, f'sqlite:{path}', key, folder)
    account = server.command('sample', '--videos', '120')
    token = server.command('token', 'create', account)
    server.start()
    creator = Client(server, {'Authorization': f'Bearer {token}'})
    load = Load(server, Client(server, creator.headers), account)
    load.thread.start()
    _, cursor = creator.changes()
    while not load.acknowledged and load.thread.is_alive():
        load.thread.join(0.01)
    for number in range(4):
        backup = f'{folder}/backup-{number}'
        before = list(load.acknowledged)
        status, out, error = run('backup', backup, f'--database=sqlite:{path}')
        expect(status == 0 and out == '' and 'key' in error, error)
        expect(os.stat(backup).st_mode & 0o777 == 0o600, 'others can read the backup')
        expect(not os.path.exists(backup + '.part'), 'something half-made was left')
        grants, answer, fresh = serve_copy(backup, key, folder, token, cursor)
        expect(set(before) <= grants, f'{len(set(before) - grants)} redemptions are missing')
        expect(answer[0] == 410 and answer[1]['code'] == 'resync', answer)
        shutil.copy(backup, f'{folder}/checked.db')
        expect(check(f'{folder}/checked.db', key) == (0, '0 problems'),
               check(f'{folder}/checked.db', key))
        os.remove(f'{folder}/checked.db')
    load.ended = True
    load.thread.join()
    expect(load.error is None, load.error)
    expect(len(load.acknowledged) > 0, 'there was no load')

    # The same copy restored once more is another database again.
    _, answer, _ = serve_copy(backup, key, folder, token, fresh)
    expect(answer[0] == 410, answer)
    status, _, error = run('backup', backup, f'--database=sqlite:{path}')
    expect(status == 1 and 'there is a file' in error, error)
    status, _, error = run('backup', f'{folder}/none/x', f'--database=sqlite:{path}')
    expect(status == 1 and error, 'a folder that is not there')
    status, _, error = run('check', f'--database=sqlite:{backup}', f'--key={folder}/other.key')
    expect(status == 1 and 'missing' in error and not os.path.exists(f'{folder}/other.key'), error)
    # The one that goes on keeps its epoch. (The connection was silent for long.)
    creator.close()
    expect(creator.request('GET', f'/v1/changes?after={cursor}')[0] == 200, 'the live one')
    creator.close()
    server.stop()


def test_migrate(folder):
    """Begins no database, changes nothing of what is there, and refuses what is newer or not its own."""
    path = f'{folder}/new.db'
    for missing in (path, f'{folder}/none/new.db'):
        status, output, error = run('migrate', f'--database=sqlite:{missing}')
        expect(status == 1 and output == '' and error.startswith(f'There is no database {missing}: '),
               (status, output, error))
    expect(os.listdir(folder) == [], os.listdir(folder))
    expect(run('account', 'add', 'Lena', f'--database=sqlite:{path}')[:2] == (0, '1'), 'account')
    for _ in range(2):
        expect(run('migrate', f'--database=sqlite:{path}') == (0, 'The database is up to date.', ''),
               'migrate')
    # A file that was made for it is wanted, and needs no key yet.
    empty = f'{folder}/empty.db'
    open(empty, 'x').close()
    for _ in range(2):
        expect(run('migrate', f'--database=sqlite:{empty}') == (0, 'The database is up to date.', ''),
               'migrate of an empty file')
    expect(not os.path.exists(empty + '.key'), 'a key was made though nothing needs one')
    expect(run('account', 'add', 'Lena', f'--database=sqlite:{empty}')[:2] == (0, '1'), 'account in what migrate made')
    other = f'{folder}/other.db'
    with sqlite3.connect(other) as connection:
        connection.execute('CREATE TABLE songs (name TEXT)')
    connection.close()
    for command in (['migrate'], ['account', 'add', 'Lena']):
        status, _, error = run(*command, f'--database=sqlite:{other}')
        expect(status == 1 and error == f'{other} is a database of another program.', error)
    with sqlite3.connect(other) as connection:
        tables = connection.execute('SELECT name FROM sqlite_schema').fetchall()
    connection.close()
    expect(tables == [('songs',)], tables)
    with sqlite3.connect(path) as connection:
        connection.execute('PRAGMA user_version = 1000')
    connection.close()
    status, _, error = run('migrate', f'--database=sqlite:{path}')
    expect(status == 1 and 'newer Sparkbox' in error, error)
    for command in ('migrate', 'check'):
        status, _, error = run(command)
        expect(status == 1 and '--database' in error, error)
    status, _, error = run('migrate', '--database=nothing')
    expect(status == 1 and 'sqlite:PATH' in error, error)


def main():
    tests = [test_check, test_check_extended, test_backup, test_migrate]
    print(f'1..{len(tests)}', flush=True)
    for number, test in enumerate(tests, 1):
        folder = tempfile.mkdtemp(prefix='sparkbox-commands-')
        try:
            test(folder)
            print(f'ok {number} - {test.__doc__}', flush=True)
        except Exception as error:  # pylint: disable=broad-except
            print(f'not ok {number} - {test.__doc__}\n# ' + repr(error).replace('\\n', '\n# '),
                  flush=True)
        shutil.rmtree(folder)


if __name__ == '__main__':
    main()
