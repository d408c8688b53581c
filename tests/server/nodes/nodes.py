#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""Several sparkboxd on one PostgreSQL database, and what may happen to each of them.

Usage: nodes.py SPARKBOXD [TEST…]
"""
import http.client
import itertools
import json
import os
import re
import signal
import sys
import threading
import time
import traceback
import urllib.parse
import uuid

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'crash'))

from client import Client, Follower, Gone, Server  # noqa: E402
from cluster import Cluster  # noqa: E402

# Each ad account redeems five times a second once it has redeemed ten times at once: many of them are
# not held up by that.
BRANDS = 12
VIDEOS = 10
THREADS = 8
AUTHORIZE = '/open_api/v1.3/tt_video/authorize/'


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def wait_until(true, what, seconds=30):
    deadline = time.monotonic() + seconds
    while not true():
        check(time.monotonic() < deadline, what)
        time.sleep(0.02)


class World:
    def __init__(self):
        self.cluster = Cluster()
        self.nodes = []
        self.follower = None

    def start(self, program):
        self.cluster.start()
        # Where the standby will be is known from the beginning.
        standby = os.path.join(self.cluster.folder, 'b')
        url = f'postgresql:///postgres?host={self.cluster.primary.folder},{standby}&user=test'
        key = os.path.join(self.cluster.folder, 'key')
        for name in 'AB':
            folder = os.path.join(self.cluster.folder, f'node-{name}')
            os.mkdir(folder)
            self.nodes.append(Server(program, url, key, folder))
        first = self.nodes[0]
        self.account = first.command('account', 'add', 'Lena')
        self.token = first.command('token', 'create', self.account)
        self.brands = []
        for number in range(BRANDS):
            advertiser = first.command('advertiser', 'add', f'Brand {number}')
            self.brands.append((advertiser, first.command('advertiser', 'token', advertiser)))
        for node in self.nodes:
            node.start()
        self.numbers = itertools.count()
        self.acknowledged = set()  # (ad account, video)
        self.winners = {}          # link → ad accounts that were told they have it
        self.refused = 0           # answers that said to come back
        self.lock = threading.Lock()  # for the three above
        self.follower = Follower(self.nodes[1], self.token)
        self.follower.start()

    def creator(self, node):
        return Client(node, {'Authorization': f'Bearer {self.token}'})

    def act(self, client, path, body):
        """One act of the creator, repeated under its key until there is an answer."""
        key = uuid.uuid4().hex
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                status, document = client.request('POST', path, body, {'Idempotency-Key': key})
                if status < 300:
                    return document
                check(status in (409, 503), f'{path}: {status} {document}')
            except Gone:
                pass
            time.sleep(0.02)
        raise AssertionError(f'{path} was never answered')

    def offer(self, client, n):
        """(string, video, link or None) of fresh codes and links, in turn."""
        made = []
        for _ in range(n):
            number = next(self.numbers)
            video = self.act(client, '/v1/videos', {
                'account': self.account,
                'url': f'https://www.tiktok.com/@lena/video/7{number:018}'})['id']
            code = self.act(client, f'/v1/videos/{video}/code', {'days': 30})
            made.append((code['code'], video, None))
            if number % 2 == 0:
                # For nobody yet: all ad accounts are new to this brand, and one may have it.
                link = self.act(client, f'/v1/videos/{video}/links',
                                {'brand': {'name': f'Offer {number}'}})
                made.append((link['string'], video, link['id']))
        return made

    def redeem(self, clients, brand, offer):
        """Until it is answered, wherever there is a node."""
        advertiser, token = self.brands[brand]
        string, video, link = offer
        deadline = time.monotonic() + 100
        for client in itertools.cycle(clients):
            check(time.monotonic() < deadline, 'a redemption was never answered')
            try:
                status, answer = client.request(
                    'POST', AUTHORIZE, {'advertiser_id': advertiser, 'auth_code': string},
                    {'Access-Token': token})
            except Gone:
                time.sleep(0.02)
                continue
            check(status == 200, f'{status} {answer}')
            if answer['code'] == 0:
                with self.lock:
                    self.acknowledged.add((advertiser, video))
                    if link is not None:
                        self.winners.setdefault(link, set()).add(advertiser)
                return
            if link is not None and answer['code'] not in (40100, 50000, 50002):
                return  # somebody else has it
            with self.lock:
                self.refused += 1
            time.sleep(0.1)

    def load(self, offers, meanwhile=None):
        """All brands want everything, at all nodes; @meanwhile runs when it is under way."""
        work = [(brand, offer) for offer in offers for brand in range(BRANDS)]
        errors = []
        begun = threading.Event()

        def run(thread):
            nodes = self.nodes if thread % 2 == 0 else self.nodes[::-1]
            clients = [Client(node, {}) for node in nodes]
            try:
                while True:
                    with self.lock:
                        if not work:
                            return
                        brand, offer = work.pop()
                        if len(work) < len(offers) * BRANDS * 3 // 4:
                            begun.set()
                    self.redeem(clients, brand, offer)
            except Exception as error:  # pylint: disable=broad-except
                errors.append(error)
            finally:
                begun.set()

        threads = [threading.Thread(target=run, args=(n,)) for n in range(THREADS)]
        for thread in threads:
            thread.start()
        if meanwhile is not None:
            begun.wait(60)
            meanwhile()
        for thread in threads:
            thread.join(200)
        check(not errors, errors[:1])
        check(not any(thread.is_alive() for thread in threads), 'some were never answered')

    def settle(self):
        """Until each thread of each node has connected anew: the first to notice answers 503."""
        deadline = time.monotonic() + 30
        for node in self.nodes:
            in_turn = 0
            while in_turn < 20:
                check(time.monotonic() < deadline, 'a node does not come back')
                client = self.creator(node)
                try:
                    in_turn = in_turn + 1 if client.request('GET', '/v1/accounts')[0] == 200 else 0
                finally:
                    client.close()

    def audit(self):
        """What was acknowledged is there, once; a link has one winner; the feed has it all."""
        clients = [self.creator(node) for node in self.nodes if node.process.poll() is None]
        grants = clients[0].list('grants', self.account)
        held = [(grant['advertiser']['id'], grant['video_id']) for grant in grants]
        check(len(held) == len(set(held)), 'an access was given twice')
        check(self.acknowledged <= set(held), f'lost: {self.acknowledged - set(held)}')
        links = [grant['link_id'] for grant in grants if grant['link_id']]
        check(len(links) == len(set(links)), 'a link was used twice')
        check(all(len(who) == 1 for who in self.winners.values()), 'a link has two winners')
        for client in clients:
            _, cursor = client.changes()
            self.follower.wait_for(cursor)
        replica = {id: o for (kind, id), o in self.follower.replica.objects.items()
                   if kind == 'grant'}
        check(replica == {grant['id']: grant for grant in grants}, 'the feed differs from the list')
        return len(grants)

    def close(self):
        if self.follower is not None:
            self.follower.ended = True
        for node in self.nodes:
            if node.process is not None and node.process.poll() is None:
                node.stop()
        self.cluster.close()


def feeds(world):
    """What is redeemed at one node arrives on the feed of the other."""
    offers = world.offer(world.creator(world.nodes[0]), 10)
    clients = [Client(world.nodes[0], {})]
    times = []
    for n, offer in enumerate(offers):
        world.redeem(clients, n % BRANDS, offer)
        began = time.monotonic()
        _, cursor = world.creator(world.nodes[0]).changes()
        world.follower.wait_for(cursor)
        times.append(time.monotonic() - began)
    check(sorted(times)[len(times) // 2] < 0.2, f'the feed was late: {times}')
    world.audit()
    return f'median {sorted(times)[len(times) // 2] * 1000:.0f} ms'


def races(world):
    """Two nodes give each link once, and number the changes as if they were one."""
    offers = world.offer(world.creator(world.nodes[0]), VIDEOS)
    clients = [Client(world.nodes[n % 2], {}) for n in range(BRANDS)]
    start = threading.Barrier(BRANDS)
    errors = []

    def run(brand):
        try:
            for offer in offers:
                start.wait(120)
                world.redeem([clients[brand]], brand, offer)
        except Exception as error:  # pylint: disable=broad-except
            errors.append(error)
            start.abort()

    threads = [threading.Thread(target=run, args=(brand,)) for brand in range(BRANDS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(200)
    check(not errors, errors[:1])
    return f'{world.audit()} grants'


def keys(world):
    """One Idempotency-Key at two nodes at once is one act."""
    made = []
    for n in range(10):
        number = next(world.numbers)
        key = uuid.uuid4().hex
        ids = []

        def ask(node):
            client = world.creator(node)
            body = {'account': world.account, 'name': f'Twice {number}'}
            while True:
                status, document = client.request('POST', '/v1/brands', body,
                                                  {'Idempotency-Key': key})
                if status < 300:
                    ids.append(document['id'])
                    return
                if status not in (409, 503):
                    ids.append(f'{status} {document}')
                    return
                time.sleep(0.01)

        threads = [threading.Thread(target=ask, args=(node,)) for node in world.nodes]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        check(len(ids) == 2 and len(set(ids)) == 1, f'{ids}')
        made.append(ids[0])
    return f'{len(set(made))} brands'


def guess(node, name):
    """One attempt to sign in as @name, without the password."""
    connection = http.client.HTTPConnection('127.0.0.1', node.port, timeout=30)
    connection.request('POST', '/oauth/authorize', urllib.parse.urlencode({
        'client_id': 'sparkbox', 'response_type': 'code', 'redirect_uri': 'http://127.0.0.1:4711/',
        'state': 'x', 'code_challenge': 'A' * 43, 'code_challenge_method': 'S256', 'name': name,
        'password': uuid.uuid4().hex, 'act': 'sign-in'}),
        {'Content-Type': 'application/x-www-form-urlencoded'})
    status = connection.getresponse().status
    connection.close()
    return status


def asked_in_turn(nodes, n, ask):
    """What @n requests come to, at one node after the other; how long they took."""
    began = time.monotonic()
    answers = [ask(nodes[i % len(nodes)]) for i in range(n)]
    return answers, time.monotonic() - began


def rates(world):
    """A token, an address and a name have one rate, however many nodes are asked."""
    first = world.nodes[0]
    nodes = []
    for name in 'CD':
        folder = os.path.join(world.cluster.folder, f'node-{name}')
        os.mkdir(folder)
        nodes.append(Server(first.program, *first.common[1::2], folder, per_second=2))
    for node in nodes:
        node.start()
    try:
        token = first.command('token', 'create', world.account)
        clients = {node: Client(node, {'Authorization': f'Bearer {token}'}) for node in nodes}

        # Twenty at once after a pause and two a second, of both together.
        answers, took = asked_in_turn(
            nodes, 80, lambda node: (time.sleep(0.01), clients[node].request('GET', '/v1/accounts')[0])[1])
        let_through = answers.count(200)
        check(set(answers) == {200, 429}, f'{set(answers)}')
        check(20 <= let_through <= 20 + 2 * took + 8, f'{let_through} in {took:.1f} s')

        # Somebody else is not slowed down by that.
        other = first.command('token', 'create', world.account)
        check(Client(nodes[1], {'Authorization': f'Bearer {other}'}).request(
            'GET', '/v1/accounts')[0] == 200, 'another token')

        # Eight guesses at once of one name from one address.
        guesses, took = asked_in_turn(nodes, 24, lambda node: guess(node, 'Lena'))
        tried = guesses.count(403)
        check(set(guesses) == {403, 429}, f'{set(guesses)}')
        check(8 <= tried <= 8 + took / 30 + 3, f'{tried} guesses in {took:.1f} s')
    finally:
        for node in nodes:
            node.stop()
    # An ad account redeems five times a second, ten at once; here nothing else is limited.
    advertiser, brand = world.brands[0]
    string = world.offer(world.creator(first), 1)[0][0]
    brands = [Client(node, {'Access-Token': brand}) for node in world.nodes]
    asked, redeemed, began = 0, 0, time.monotonic()
    # However slow this computer is, far more often than so many may.
    while time.monotonic() < began + 2.5 or asked < 60:
        for client in brands:
            asked += 1
            redeemed += client.request('POST', AUTHORIZE, {
                'advertiser_id': advertiser, 'auth_code': string})[1]['code'] == 0
            time.sleep(0.01)
    took = time.monotonic() - began
    check(16 <= redeemed <= 10 + 5 * took + 6, f'{redeemed} redemptions in {took:.1f} s')
    return f'{let_through} of 80 requests, {tried} of 24 guesses, {redeemed} redemptions'


def node_killed(world):
    """A node that is killed in the middle of its work loses nothing that it acknowledged."""
    offers = world.offer(world.creator(world.nodes[0]), VIDEOS)
    world.load(offers, world.nodes[0].kill)
    count = world.audit()
    world.nodes[0].start()
    return f'{count} grants'


def waiting_too_long(world):
    """Whoever holds a lock for long holds nobody up for ever, and nothing is lost by it."""
    primary = world.cluster.primary

    def said():
        return primary.said('canceling statement due to statement timeout')

    def hold():
        # One more that waits for it, however soon the others are done.
        made = []
        waiting = threading.Thread(target=lambda: made.extend(world.offer(world.creator(world.nodes[0]), 1)))
        with primary.session() as session:
            print(f'BEGIN; SELECT 1 FROM accounts WHERE account = {world.account} FOR UPDATE;',
                  file=session.stdin, flush=True)
            session.stdout.readline()
            waiting.start()
            wait_until(said, 'no statement took too long')
            print('COMMIT;', file=session.stdin, flush=True)
            session.stdin.close()
        waiting.join()
        check(made, 'one that waited was not answered')

    world.load(world.offer(world.creator(world.nodes[0]), VIDEOS), hold)
    return f'{world.audit()} grants, {said()} statements took too long'


def standby_gone(world):
    """While a standby is gone that must have everything, nothing is acknowledged, and nobody waits for ever."""
    primary = world.cluster.primary
    client = world.creator(world.nodes[0])
    primary.sql("ALTER SYSTEM SET synchronous_standby_names = 'gone'")
    primary.sql('SELECT pg_reload_conf()')
    primary.wait_for_waiting()
    key = uuid.uuid4().hex
    body = {'account': world.account, 'name': 'While it is gone'}

    def ask():
        began = time.monotonic()
        status, document = client.request('POST', '/v1/brands', body, {'Idempotency-Key': key})
        return status, document, time.monotonic() - began

    try:
        waits = []
        for _ in range(10):
            status, answer, took = ask()
            check(status == 503, f'{status} {answer}')
            check(took < 25, f'answered after {took:.0f} s')
            waits.append(took)
            # Reading goes on.
            check(client.request('GET', '/v1/videos')[0] == 200, 'reading')
            time.sleep(0.2)
        # Whoever comes while one waits is not kept as long.
        check(sum(waits[1:]) < 10, f'waited {waits}')
        waiting = int(primary.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"))
        check(waiting == 1, f'{waiting} connections wait')
    finally:
        primary.sql('ALTER SYSTEM RESET synchronous_standby_names')
        primary.sql('SELECT pg_reload_conf()')
    deadline = time.monotonic() + 30
    while (answer := ask())[0] != 201:
        check(answer[0] in (409, 503) and time.monotonic() < deadline, f'afterwards: {answer}')
        time.sleep(0.1)
    names = [brand['name'] for brand in client.list('brands', world.account)]
    check(names.count(body['name']) == 1, f'{names.count(body["name"])} of it')
    return f'{world.audit()} grants, the first was refused after {waits[0]:.1f} s'


def wait_cancelled(world):
    """What a standby must have is not acknowledged when somebody ends the wait for it, nor when it is repeated."""
    primary = world.cluster.primary
    world.cluster.add_standby()
    client = world.creator(world.nodes[0])
    follower = Follower(world.nodes[0], world.token)
    follower.start()
    follower.wait_for(client.changes()[1])
    key = uuid.uuid4().hex
    body = {'account': world.account, 'name': 'Not on the standby'}
    answers = []

    def ask(node=world.nodes[0]):
        # On a connection of its own: one that nobody uses for so long is ended.
        one = world.creator(node)
        try:
            return one.request('POST', '/v1/brands', body, {'Idempotency-Key': key})
        finally:
            one.close()

    def told():
        with follower.lock:
            return any(kind == 'brand' and brand['name'] == body['name']
                       for (kind, _), brand in follower.replica.objects.items())

    receiver = int(world.cluster.standby.sql('SELECT pid FROM pg_stat_wal_receiver'))
    os.kill(receiver, signal.SIGSTOP)
    try:
        primary.wait_for_waiting()
        asking = threading.Thread(target=lambda: answers.append(ask()))
        asking.start()
        wait_until(lambda: primary.sql("SELECT count(pg_cancel_backend(pid)) FROM pg_stat_activity "
                                       "WHERE wait_event = 'SyncRep'") != '0', 'nobody waits')
        asking.join(30)
        check(answers and answers[0][0] == 503, answers)
        # It is there all the same, and told; but no node says so to who asked for it.
        # (Sooner than a feed looks whether the other side is still there.)
        wait_until(told, 'nobody is told', 10)
        for node in world.nodes:
            status, answer = ask(node)
            check(status == 503, f'{status} {answer}')
    finally:
        os.kill(receiver, signal.SIGCONT)
    wait_until(lambda: ask()[0] == 201, 'never done')
    follower.ended = True
    names = [brand['name'] for brand in world.creator(world.nodes[0]).list('brands', world.account)]
    check(names.count(body['name']) == 1, f'{names.count(body["name"])} of it')
    return f'{world.audit()} grants'


def serializable(world):
    """Where the server makes every transaction serializable, those that fail for it are repeated."""
    primary = world.cluster.primary
    primary.sql("ALTER DATABASE postgres SET default_transaction_isolation = 'serializable'")
    primary.end_sessions()
    world.settle()
    world.load(world.offer(world.creator(world.nodes[0]), VIDEOS))
    count = primary.said('could not serialize access')
    check(count > 0, 'none failed')
    primary.sql('ALTER DATABASE postgres RESET default_transaction_isolation')
    primary.end_sessions()
    world.settle()
    return f'{world.audit()} grants, {count} failed'


def database_restarted(world):
    """The database crashes and comes back under load."""
    def restart():
        world.cluster.primary.crash()
        time.sleep(0.5)
        status, document = world.creator(world.nodes[1]).request('GET', '/v1/accounts')
        check(status == 503, f'without a database: {status} {document}')
        world.cluster.primary.start()

    world.load(world.offer(world.creator(world.nodes[1]), VIDEOS), restart)
    return f'{world.audit()} grants, {world.refused} told to come back'


def database_hangs(world):
    """While the database hangs, all is answered with 503 in bounded time, and only the first are kept waiting."""
    primary = world.cluster.primary
    node = world.nodes[0]
    accounts = '/v1/accounts'
    key = uuid.uuid4().hex
    body = {'account': world.account, 'name': 'While it hangs'}

    def ask(method, path, *rest):
        # On a connection of its own: some HTTP thread may be kept.
        connection = http.client.HTTPConnection('127.0.0.1', node.port, timeout=20)
        head = {'Authorization': f'Bearer {world.token}', 'Idempotency-Key': key, 'Content-Type': 'application/json'}
        began = time.monotonic()
        try:
            connection.request(method, path, *rest, head)
            answer = connection.getresponse()
            answer.read()
            return answer.status, answer.getheader('Retry-After'), time.monotonic() - began
        finally:
            connection.close()

    def write():
        return ask('POST', '/v1/brands', json.dumps(body))

    def at_once(*requests):
        answers = [None] * len(requests)

        def run(n):
            try:
                answers[n] = requests[n]()
            except OSError:
                pass  # no answer

        threads = [threading.Thread(target=run, args=(n,)) for n in range(len(requests))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        check(None not in answers, f'some were not answered: {answers}')
        return answers

    def read():
        return ask('GET', f'/v1/grants?account={world.account}', None)

    def health():
        return ask('GET', '/healthz', None)

    # All threads that answer are connected.
    check({answer[0] for answer in at_once(*[read] * 8, health)} == {200}, 'before')
    primary.hang()
    try:
        first = at_once(write, *[read] * 8, lambda: ask('GET', accounts, None))
        check(all(answer[:2] == first[0][:2] for answer in first) and first[0][0] == 503
              and first[0][1] is not None, f'{first}')
        longest = max(answer[2] for answer in first)
        check(longest < 14, f'answered after {longest:.1f} s')
        # It is known to hang: nobody waits for it.
        then = at_once(write, *[read] * 8, health)
        check({answer[0] for answer in then} == {503}, f'{then}')
        check(max(answer[2] for answer in then) < 2.5, f'waited again: {then}')
    finally:
        primary.resume()
    wait_until(lambda: {answer[0] for answer in at_once(*[read] * 8, health)} == {200}, 'reading, afterwards', 10)
    wait_until(lambda: write()[0] == 201, 'writing, afterwards', 10)
    names = [brand['name'] for brand in world.creator(node).list('brands', world.account)]
    check(names.count(body['name']) == 1, f'{names.count(body["name"])} of it')
    return f'{world.audit()} grants, the first were refused after {longest:.1f} s'


def lost(world, lose):
    """The primary is lost under load, and its standby promoted."""
    cluster = world.cluster
    check(cluster.standby is not None, 'there is a standby since a test before')

    def meanwhile():
        lose()
        time.sleep(0.2)
        cluster.promote()

    world.load(world.offer(world.creator(world.nodes[0]), VIDEOS), meanwhile)
    count = world.audit()
    check(cluster.primary.sql('SELECT pg_is_in_recovery()') == 'f', 'not promoted')
    for client in [world.creator(node) for node in world.nodes]:
        body = {'account': world.account, 'name': uuid.uuid4().hex}
        status, answer = client.request('POST', '/v1/brands', body)
        check(status == 201, f'a node does not write again: {status} {answer}')
    return f'{count} grants, {world.refused} told to come back'


def failover_of_hung(world):
    """The primary hangs in the middle of its commits, its standby is promoted, and it comes back."""
    hung = world.cluster.primary
    clients = [world.creator(node) for node in world.nodes]
    try:
        fact = lost(world, hung.hang)
        hung.resume()
        # It is the first of the hosts, and does not know that it is not the primary any more.
        world.cluster.primary.end_sessions()
        for client in clients:
            wait_until(lambda: client.request('GET', '/v1/accounts')[0] == 503, 'it is read from')  # pylint: disable=cell-var-from-loop
            status, answer = client.request('POST', '/v1/brands', {'account': world.account, 'name': 'Lost'})
            check(status == 503, f'it is written to: {status} {answer}')
    finally:
        hung.kill()
    world.settle()
    world.audit()
    for client in clients:
        names = [brand['name'] for brand in client.list('brands', world.account)]
        check('Lost' not in names, 'what was refused was done')
    return fact


def failover(world):
    """The primary crashes, and its standby is promoted."""
    if world.cluster.standby is None:
        world.cluster.add_standby()
    return lost(world, world.cluster.primary.crash)


def expiry(world):
    """What ends is told once, however many nodes there are."""
    server = world.cluster.primary
    due = int(server.sql('WITH ended AS (UPDATE codes SET ends_at = 1000, expiry_due = 1000 WHERE state IN (1, 2) '
                         'AND id IN (SELECT id FROM codes ORDER BY id LIMIT 50) RETURNING 1) SELECT count(*) FROM ended'))
    check(due > 10, 'too few to tell')
    client = world.creator(world.nodes[1])
    # Told to read their settings again, both look at once at what has ended.
    for node in world.nodes:
        node.process.send_signal(signal.SIGHUP)
    deadline = time.monotonic() + 60
    while server.sql('SELECT count(*) FROM codes WHERE state IN (1, 2) AND ends_at = 1000') != '0':
        check(time.monotonic() < deadline, 'not told')
        time.sleep(0.2)
    told = [event['code_id'] for event in client.list('events', world.account)
            if event['type'] == 'code_expired']
    check(len(told) == len(set(told)) == due, f'{due} ended, told {len(told)}')
    return f'{due} ended'


def nothing_readable(world):
    """After all of it no code, link or token is in what PostgreSQL and the nodes have written."""
    secrets = [token.encode() for token in [world.token, *(token for _, token in world.brands)]]
    # As all codes and links look that are made here.
    made = re.compile(rb'Sparkbox[A-Za-z0-9+/=]{56}')
    size, found = 0, 0
    for folder, _, names in os.walk(world.cluster.folder):
        for name in names:
            path = os.path.join(folder, name)
            if not os.path.isfile(path):
                continue
            try:
                with open(path, 'rb') as file:
                    content = file.read()
            except FileNotFoundError:  # the servers go on
                continue
            size += len(content)
            found += b'Offer 2' in content
            check(not made.search(content), f'{path} has a code')
            check(not any(secret in content for secret in secrets), f'{path} has a token')
    check(found > 0, 'a name that is no secret is not found either')
    return f'{size / 1e6:.0f} MB'


TESTS = [feeds, races, keys, rates, node_killed, waiting_too_long, standby_gone, serializable, database_restarted,
         database_hangs, wait_cancelled, failover_of_hung, failover, expiry, nothing_readable]


def main():
    tests = [test for test in TESTS if test.__name__ in sys.argv[2:] or len(sys.argv) == 2]
    print(f'1..{len(tests)}', flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # as an interrupt: nothing stays
    world = World()
    failed = False
    try:
        world.start(sys.argv[1])
        for number, test in enumerate(tests, 1):
            if failed:
                print(f'not ok {number} - {test.__name__}: not reached')
                continue
            try:
                began = time.monotonic()
                fact = test(world)
                print(f'ok {number} - {test.__doc__} # {fact}, {time.monotonic() - began:.1f} s',
                      flush=True)
            except Exception:  # pylint: disable=broad-except
                failed = True
                text = traceback.format_exc().replace('\n', '\n# ')
                print(f'not ok {number} - {test.__doc__}\n# {text}', flush=True)
                for node in world.nodes:
                    log = node.log()[-1500:].replace('\n', '\n# ')
                    print(f'# {log}', flush=True)
    finally:
        world.close()
    sys.exit(failed)


if __name__ == '__main__':
    main()
