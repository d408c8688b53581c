#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""Kills a real sparkboxd, a real PostgreSQL server, or both, again and again, under concurrent
redemptions and writes, and audits.

Usage: crash.py SPARKBOXD
  CRASH_KILLS=N              how many times (default 6)
  CRASH_SEED=N               the same load once more, as far as threads allow
  SPARKBOX_TEST_DATABASE     a PostgreSQL server instead of SQLite (see tests/server/postgres)

After each kill the server is started again, unless only its database was killed, and everything is compared: every acknowledged
redemption is there exactly once, no link was used twice, every acknowledged act of the creator is
there, change numbers only rise, a replica rebuilt from /v1/changes equals the lists, and those who
follow the feed have missed nothing.
"""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import uuid

from client import PATIENCE, Client, Follower, Gone, Replica, Server

KILLS_A_DATABASE = 20
VIDEOS = 400
BRANDS = 6
ACCOUNTS_A_BRAND = 3  # ad accounts that share a name, and so race for a brand's links
BRAND_THREADS = 6
CREATOR_THREADS = 2
FOLLOWERS = 2
KINDS = ('videos', 'codes', 'links', 'grants', 'brands', 'events')


class World:
    """One database, what was acknowledged, and what is in doubt."""

    def __init__(self, program, seed):
        self.folder = tempfile.mkdtemp(prefix='sparkbox-crash-')
        self.random = random.Random(seed)
        self.lock = threading.Lock()  # for what follows
        self.open = []        # (string, video id, brand name or None, link id or None)
        self.redeemed = {}    # (ad account, video) → times acknowledged
        self.links = {}       # link id → ad accounts that were told they have it
        self.revoked = set()  # grants
        self.ends = {}        # code → the end that was acknowledged
        self.pending = []     # acts of the creator in doubt: (method, path, body, key)
        self.tally = {'redemptions': 0, 'in doubt': 0, 'acts': 0, 'repeated': 0, 'resumed': 0,
                      'kills of the database': 0}

        database = self.postgres = os.environ.get('SPARKBOX_TEST_DATABASE')
        if database:
            # A schema of its own: several runs may use one server.
            name = f'crash_{uuid.uuid4().hex}'
            os.system(f'psql -q "{database}" -c "CREATE SCHEMA {name}"')
            database += f'&options=-csearch_path%3D{name}'
        else:
            database = f'sqlite:{self.folder}/sparkbox.db'
        self.server = Server(program, database, f'{self.folder}/key', self.folder)
        self.account = self.server.command('account', 'add', 'Lena')
        self.token = self.server.command('token', 'create', self.account)
        self.add_videos()
        self.advertisers = []
        for brand in range(BRANDS):
            for _ in range(ACCOUNTS_A_BRAND):
                name = f'Brand {brand}'
                number = self.server.command('advertiser', 'add', name)
                token = self.server.command('advertiser', 'token', number)
                self.advertisers.append((number, token, name))
        self.server.start()
        self.creator = self.client()
        self.videos = [video['id'] for video in self.creator.list('videos', self.account)]
        self.brand_ids = {}
        for brand in range(BRANDS):
            _, made = self.creator.request('POST', '/v1/brands',
                                           {'account': self.account, 'name': f'Brand {brand}'})
            self.brand_ids[made['name']] = made['id']
        self.followers = [Follower(self.server, self.token) for _ in range(FOLLOWERS)]
        for follower in self.followers:
            follower.start()
        self.highest = 0
        self.killed = False  # those who wait for something to do must not wait on

    def add_videos(self):
        path = os.path.join(self.folder, 'user_data_tiktok.json')
        videos = [{'Date': '2024-03-01 18:20:11', 'Likes': '1',
                   'Link': f'https://www.tiktok.com/@lena/video/72{number:017}'}
                  for number in range(VIDEOS)]
        with open(path, 'w', encoding='utf-8') as file:
            json.dump({'Post': {'Posts': {'VideoList': videos}}}, file)
        self.server.command('import', '--account', self.account, path)

    def client(self):
        return Client(self.server, {'Authorization': f'Bearer {self.token}'})

    def close(self):
        for follower in self.followers:
            follower.ended = True
        self.server.stop()
        self.tally['resumed'] = sum(follower.resumed for follower in self.followers)
        shutil.rmtree(self.folder)

    # --- load ---

    def act(self, client, method, path, body=None, key=None):
        """One act of the creator, repeated under its key when it stays in doubt."""
        key = key or uuid.uuid4().hex
        try:
            status, document = client.request(method, path, body, {'Idempotency-Key': key})
        except Gone:
            with self.lock:
                self.pending.append((method, path, body, key))
                self.tally['in doubt'] += 1
            raise
        if status >= 500 or status in (400, 401, 403, 404, 405, 415, 422, 429):
            raise AssertionError(f'{method} {path}: {status} {document}')
        if status < 300:
            with self.lock:
                self.tally['acts'] += 1
                self.note(path, document)
        return document if status < 300 else None

    def note(self, path, document):
        """Remembers what an acknowledged act has made; with the lock."""
        if path.endswith('/revoke'):
            self.revoked.add(path.split('/')[3])
        elif path.endswith('/code'):
            self.open.append((document['code'], document['video_id'], None, None))
            self.ends[document['id']] = document['ends_at']
        elif path.endswith('/links'):
            self.open.append((document['string'], document['video_id'], document['brand']['name'],
                              document['id']))
        elif path.endswith('/extend'):
            self.ends[document['id']] = max(document['ends_at'], self.ends[document['id']])

    def run_creator(self, seed):
        rng = random.Random(seed)
        client = self.client()
        try:
            while not self.killed:
                with self.lock:
                    fresh = self.videos.pop() if self.videos else None
                    some = rng.choice(self.open) if self.open else None
                if fresh is not None:
                    code = self.act(client, 'POST', f'/v1/videos/{fresh}/code', {'days': 30})
                    # Half of the videos have links alone, so that links are what is used.
                    if code is not None and rng.random() < 0.5:
                        with self.lock:
                            self.open = [entry for entry in self.open if entry[1] != fresh]
                        brand = f'Brand {rng.randrange(BRANDS)}'
                        self.act(client, 'POST', f'/v1/videos/{fresh}/links',
                                 {'brand': self.brand_ids[brand]})
                if some is None:
                    continue
                what = rng.random()
                if what < 0.3:
                    codes = client.get(f'/v1/codes?account={self.account}&video={some[1]}')
                    if codes['items'][0]['id'] in self.ends:
                        self.act(client, 'POST', f'/v1/codes/{codes["items"][0]["id"]}/extend',
                                 {'days': 7})
                elif what < 0.4:
                    grants = client.get(f'/v1/grants?account={self.account}&state=authorized')
                    if grants['items']:
                        grant = rng.choice(grants['items'])['id']
                        self.act(client, 'POST', f'/v1/grants/{grant}/revoke')
                elif what < 0.6:
                    self.act(client, 'POST', '/v1/brands',
                             {'account': self.account, 'name': uuid.uuid4().hex})
        except Gone:
            client.close()

    def run_brand(self, seed):
        rng = random.Random(seed)
        clients = {}
        try:
            while not self.killed:
                with self.lock:
                    # Mostly what is new, so that several are after the same.
                    recent = self.open[-12:] if rng.random() < 0.8 else self.open
                    target = rng.choice(recent) if recent else None
                if target is None:
                    time.sleep(0.002)
                    continue
                string, video, brand, link = target
                number, token, _ = rng.choice([one for one in self.advertisers
                                               if brand in (None, one[2])])
                if number not in clients:
                    clients[number] = Client(self.server, {'Access-Token': token})
                _, answer = clients[number].request(
                    'POST', '/open_api/v1.3/tt_video/authorize/',
                    {'advertiser_id': number, 'auth_code': string})
                if answer['code'] == 0:
                    with self.lock:
                        self.tally['redemptions'] += 1
                        self.redeemed[number, video] = self.redeemed.get((number, video), 0) + 1
                        if link is not None:
                            self.links.setdefault(link, set()).add(number)
        except Gone:
            for client in clients.values():
                client.close()

    def sql(self, statement):
        done = subprocess.run(['psql', '-qAt', self.postgres, '-c', statement], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
        return done.stdout.split() if done.returncode == 0 else None

    def kill_database(self):
        """With one of its processes all end at once, and it recovers from its log."""
        self.server.database_gone = True
        pids = self.sql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' "
                        'AND pid <> pg_backend_pid()')
        os.kill(int(self.random.choice(pids)), signal.SIGKILL)
        self.tally['kills of the database'] += 1

    def kill_something(self):
        """True: the server too, and not its database alone."""
        what = self.random.choice(('server', 'database', 'both')) if self.postgres else 'server'
        if what != 'server':
            self.kill_database()
        if what == 'both':
            time.sleep(self.random.uniform(0, 0.05))
        elif what == 'database':
            # Load goes on, so that it meets a database that is away, and one that comes back.
            time.sleep(self.random.uniform(0.1, 1))
            return False
        self.server.kill()
        return True

    def wait_for_database(self):
        """Until the server has it back: by itself, where it was not started anew."""
        deadline = time.monotonic() + PATIENCE
        while self.postgres and self.sql('SELECT 1') is None:
            if time.monotonic() > deadline:
                raise AssertionError('the database does not come back')
            time.sleep(0.05)

    def wait_for_server(self):
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.creator.get(f'/v1/accounts/{self.account}')
                # What is written next must find it too.
                self.creator.request('POST', '/v1/brands', {'account': self.account,
                                                            'name': uuid.uuid4().hex})
                return
            except Gone:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)

    def run_round(self):
        """Loads, kills in the middle, starts again, and audits."""
        errors = []

        def guard(run, seed):
            try:
                run(seed)
            except Exception as error:  # pylint: disable=broad-except
                errors.append(error)

        threads = [threading.Thread(target=guard, args=(run, self.random.random()))
                   for run, count in ((self.run_brand, BRAND_THREADS),
                                      (self.run_creator, CREATOR_THREADS))
                   for _ in range(count)]
        self.killed = False
        for thread in threads:
            thread.start()
        time.sleep(self.random.uniform(0.05, 0.6))
        ended = self.kill_something()
        self.killed = True
        self.creator.close()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]
        self.wait_for_database()
        if ended:
            self.server.start()
        self.wait_for_server()
        self.server.database_gone = False
        self.repeat_pending()
        self.audit()

    def repeat_pending(self):
        """A client that heard nothing asks once more, and gets the first answer or the only one."""
        pending, self.pending = self.pending, []
        for method, path, body, key in pending:
            self.act(self.creator, method, path, body, key)
            self.tally['repeated'] += 1

    # --- audit ---

    def audit(self):
        rebuilt = Replica()
        rebuilt.apply(*self.creator.changes())
        seq = rebuilt.seq[self.account]
        if seq < self.highest:
            raise AssertionError(f'the counter fell from {self.highest} to {seq}')
        self.highest = max([seq] + [follower.replica.seq.get(self.account, 0)
                                    for follower in self.followers])
        if self.highest > seq:
            raise AssertionError(f'a follower heard of {self.highest}, but the last is {seq}')
        for follower in self.followers:
            follower.wait_for(rebuilt.cursor)
            compare('what a follower knows', follower.replica.objects, rebuilt.objects)
        listed = {}
        for kind in KINDS:
            for item in self.creator.list(kind, self.account):
                if listed.setdefault((kind[:-1], item['id']), item) is not item:
                    raise AssertionError(f'{item["id"]} is listed twice')
        compare('the lists', listed,
                {key: item for key, item in rebuilt.objects.items() if key[0] != 'account'})
        self.audit_grants([item for (kind, _), item in listed.items() if kind == 'grant'])
        self.audit_acts(listed)
        said = self.server.command('check')
        if said != '0 problems':
            raise AssertionError(said)

    def audit_grants(self, grants):
        seen, used = {}, {}
        for grant in grants:
            key = (grant['advertiser']['id'], grant['video_id'])
            seen[key] = seen.get(key, 0) + 1
            if grant['link_id'] is not None:
                used.setdefault(grant['link_id'], []).append(grant['advertiser']['id'])
        # Nobody gives access again here: whatever happened, one grant an ad account and video.
        for key, count in seen.items():
            if count != 1:
                raise AssertionError(f'{key} was given access {count} times')
        for key in self.redeemed:
            if key not in seen:
                raise AssertionError(f'the acknowledged redemption {key} is lost')
        for link, advertisers in used.items():
            if len(advertisers) != 1:
                raise AssertionError(f'the link {link} was used by {advertisers}')
        for link, advertisers in self.links.items():
            if len(advertisers) != 1 or used.get(link) != list(advertisers):
                raise AssertionError(f'the link {link} is {used.get(link)}, told {advertisers}')

    def audit_acts(self, listed):
        for grant in self.revoked:
            if listed['grant', grant]['state'] != 'revoked':
                raise AssertionError(f'the acknowledged revoke of {grant} is lost')
        for code, end in self.ends.items():
            if listed['code', code]['ends_at'] < end:
                raise AssertionError(f'the acknowledged end of the code {code} is lost')
        live = {}
        for (kind, _), item in listed.items():
            if kind == 'code' and item['state'] in ('ready', 'in_use'):
                live[item['video_id']] = live.get(item['video_id'], 0) + 1
        for video, count in live.items():
            if count != 1:
                raise AssertionError(f'the video {video} has {count} codes')
        made = [item['code_id'] for (kind, _), item in listed.items()
                if kind == 'event' and item['type'] == 'code_generated']
        if len(made) != len(set(made)) or set(made) != {
                item['id'] for (kind, _), item in listed.items() if kind == 'code'}:
            raise AssertionError('events and codes do not agree')


def compare(what, mine, theirs):
    for key in mine.keys() | theirs.keys():
        if mine.get(key) != theirs.get(key):
            raise AssertionError(f'{what} and the changes differ at {key}:\n{mine.get(key)}\n'
                                 f'{theirs.get(key)}')


def main():
    kills = int(os.environ.get('CRASH_KILLS', '6'))
    seed = int(os.environ.get('CRASH_SEED', random.randrange(1 << 30)))
    print(f'1..1\n# seed {seed}', flush=True)
    totals = {}
    done = 0
    while done < kills:
        world = World(sys.argv[1], seed + done)
        for _ in range(min(KILLS_A_DATABASE, kills - done)):
            try:
                world.run_round()
            except Exception as error:
                print(f'not ok 1 - kill {done + 1}: {error}\n# left in {world.folder}', flush=True)
                print('# ' + world.server.log().replace('\n', '\n# '))
                world.server.process.kill()
                raise
            done += 1
        world.close()
        for name, count in world.tally.items():
            totals[name] = totals.get(name, 0) + count
        print('# ' + f'{done} kills, ' + ', '.join(f'{count} {name}'
                                                    for name, count in totals.items()), flush=True)
    print(f'ok 1 - {done} kills, nothing lost')


if __name__ == '__main__':
    main()
