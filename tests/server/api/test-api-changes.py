#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""The change feed: order, resumption, deletions, other databases' positions, and its end."""

import base64
import itertools
import os
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import backend
import tap
from feed import Feed, Replica, whole
from world import World

world = World(arguments=["--feed-ping", "1"])


def load(after="", limit=500, **options):
    """All changes after a position, page by page."""
    changes = []
    while True:
        answer = world.expect(200, "GET", f"/v1/changes?limit={limit}&after={after}", **options)
        changes += answer["items"]
        tap.ok(len(answer["items"]) <= limit, "no more than asked for")
        after = answer["cursor"]
        if not answer["has_more"]:
            return changes, after


def decode(cursor):
    """The epoch of a cursor, and its (account, seq)."""
    epoch, inside = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).split(b",", 1)
    count, bits = int.from_bytes(inside[:2], "big"), itertools.chain.from_iterable(
        (byte >> place & 1 for place in range(8)) for byte in inside[4:])

    def read(count):
        return sum(next(bits) << place for place in reversed(range(count)))

    def take(width):
        behind = sum(1 for _ in itertools.takewhile(lambda bit: bit == 0, bits))
        return ((1 << behind | read(behind)) - 1) << width | read(width)

    numbers = [take(inside[2 + i % 2]) for i in range(2 * count)]
    return epoch.decode(), list(zip(itertools.accumulate(numbers[::2]), numbers[1::2]))


def encode(epoch, positions=(), after=b"", widths=None, count=None):
    """A cursor. Of numbers that do not ascend, one that is none."""
    count, bits = len(positions) if count is None else count, []
    steps = [account - before for before, (account, _) in zip([0] + [one for one, _ in positions], positions)]
    widths = widths or [max(sum(of) // max(len(of), 1), 1).bit_length() - 1
                        for of in (steps, [seq for _, seq in positions])]
    for pair in zip(steps, (seq for _, seq in positions)):
        for number, width in zip(pair, widths):
            number &= 2 ** 80 - 1
            text = format((number >> width) + 1, "b")
            bits += [0] * (len(text) - 1) + [int(bit) for bit in text]
            bits += [number >> place & 1 for place in reversed(range(width))]
    packed = bytes(sum(bit << place for place, bit in enumerate(bits[i:i + 8])) for i in range(0, len(bits), 8))
    head = count.to_bytes(2, "big") + bytes(widths) if count else b""
    return base64.urlsafe_b64encode(epoch.encode() + b"," + head + packed + after).decode().rstrip("=")


def recent():
    """All there is, without the events that are older than changes tell."""
    since = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 90 * 86400))
    return {key: one for key, one in whole(world).items() if key[0] != "event" or one["at"] > since}


@tap.test
def gives_each_object_once_in_its_newest_state():
    grant, code = world.new_grant()
    for _ in range(3):
        world.expect(200, "POST", f"/v1/codes/{code['id']}/extend", {"days": 7})
    changes, _ = load()
    keys = [(one["kind"], one["id"]) for one in changes]
    tap.equal(len(keys), len(set(keys)))
    replica = Replica()
    replica.take(changes)
    tap.equal(replica.objects, whole(world))
    # In pages of any size it is the same.
    for limit in (1, 7):
        tap.equal(load(limit=limit)[0], changes)
    tap.equal(set(replica.seq), {world.sandbox, world.tracked})


@tap.test
def goes_on_where_it_was():
    _, cursor = load()
    tap.equal(load(cursor), ([], cursor))
    video = world.new_video(world.tracked)
    changes, later = load(cursor)
    tap.equal([(one["kind"], one["object"]["id"]) for one in changes if one["kind"] == "video"],
              [("video", video["id"])])
    tap.equal({one["kind"] for one in changes}, {"video", "event"})
    tap.equal(load(later)[0], [])
    # The same position once more gives the same again.
    tap.equal(load(cursor)[0], changes)


@tap.test
def leaves_out_events_that_are_old():
    code = world.new_code()
    events = world.expect(200, "GET", f"/v1/events?video={code['video_id']}")["items"]
    account, number = backend.split(events[0]["id"])
    world.sql("UPDATE events SET at = ? WHERE account = ? AND id = ?",
              int(time.time() * 1000) - 91 * 86400000, account, number)
    for limit in (1, 500):
        ids = [one["id"] for one in load(limit=limit)[0]]
        tap.ok(events[0]["id"] not in ids and events[1]["id"] in ids, str(limit))
    tap.ok(events[0]["id"] in [one["id"] for one in world.all_of("/v1/events")], "the history has it")
    # However many there are, and wherever they stand, a feed comes to its end.
    old = world.command("account", "add", "Old", "--platform", "sandbox")
    token = world.command("token", "create", old)
    for _ in range(30):
        world.new_code(world.new_video(old, token=token)["id"], token=token)
    world.sql("UPDATE events SET at = at - 91 * 86400000 WHERE account = ?", int(old))
    world.sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700) "
              "INSERT INTO events (account, id, type, at, actor_kind) SELECT ?1, 10000 + i, 1, 5, 0 FROM n", int(old))
    world.sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 700) "
              "INSERT INTO changes (account, kind, id, seq) SELECT ?1, 6, 10000 + i, 10000 + i FROM n", int(old))
    world.sql("UPDATE accounts SET counter = 10700, last_id = 10700 WHERE account = ?", int(old))
    feed = Feed(world, token).until_ready()
    tap.equal({one["kind"] for one in feed.changes}, {"account", "video", "code"})
    world.new_video(old, token=token)
    feed.until(lambda it: it.changes[-1]["kind"] == "event")
    feed.close()
    tap.equal([one["id"] for one in feed.changes], [one["id"] for one in load(token=token)[0]])


@tap.test
def refuses_positions_of_another_database():
    _, cursor = load()
    epoch, positions = decode(cursor)
    account, seq = positions[0]
    tap.equal(load(encode(epoch, positions)), load(cursor))
    wrong = ["x", "!!!!", "A" * 5000, "A" * 6050, encode("0" * len(epoch), positions), encode(epoch.upper() + "x"),
             encode("", positions), encode(epoch[:-1], positions), encode(epoch)[:-4], encode(epoch)[:1] + "=",
             encode(epoch, [(account, seq + 1)]), encode(epoch, [(account, 2 ** 62)]),
             encode(epoch, [(account, 2 ** 63)], widths=[0, 61]), encode(epoch, [(account, 2 ** 70)], widths=[0, 61]),
             encode(epoch, [(account, 0)], widths=[0, 62]), encode(epoch, [(account, 0)], widths=[255, 0]),
             encode(epoch, [(0, 0)]), encode(epoch, [(1, 0), (1, 0)]), encode(epoch, [(2, 0), (1, 0)], widths=[61, 0]),
             encode(epoch, [(2 ** 62, 0), (2 ** 63 + 5, 0)], widths=[61, 0]),
             encode(epoch, [(one, 0) for one in range(1, 1002)]), encode(epoch, [(1, 0)], count=2),
             encode(epoch, [(1, 0), (2, 0)], count=1, after=b"\x00"), encode(epoch, [(1, 0)], b"\x00"),
             encode(epoch, count=1, widths=[0, 0]), encode(epoch, count=1, widths=[0, 0], after=b"\xff" * 200),
             encode(epoch, after=b"\x00"), encode(epoch, after=b"\x00\x00\x00\x00\x00")]
    for one in wrong:
        world.expect("resync", "GET", "/v1/changes?after=" + urllib.parse.quote(one))
        refused = Feed(world, after=urllib.parse.quote(one))
        tap.equal(refused.status, 410)
        refused.close()
    refused = Feed(world, last_event_id="nonsense")
    tap.equal(refused.status, 410)
    refused.close()
    for limit in ("0", "501", "x"):
        world.expect("invalid_request", "GET", "/v1/changes?limit=" + limit)
    # Of accounts that are not the caller's nothing can be learned: neither their counters nor that they are.
    tap.equal(load(encode(epoch))[0], load()[0])
    for other in (world.other, "77777"):
        for seq in (0, 10 ** 9):
            changes, _ = load(encode(epoch, [(int(other), seq)]))
            told = [one for one in changes if one["account_id"] == other]
            tap.equal([(one["kind"], one["object"]) for one in told], [("account", None)])
            feed = Feed(world, after=encode(epoch, [(int(other), seq)]))
            tap.equal(feed.status, 200)
            feed.close()


@tap.test
def follows_a_thousand_accounts():
    """Of a manager of very many every one is there, however far each has come."""
    first, far = 10 ** 7, 2 ** 24
    token = world.command("token", "create", world.sandbox, "--name", "many")
    world.sql("WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 998) "
              "INSERT INTO accounts (account, platform, name, created_at, counter, last_id) "
              "SELECT ?1 + i * 50, 0, 'Many ' || i, 5, ?2 + i, 1 FROM n", first, far)
    world.sql("INSERT INTO changes (account, kind, id, seq) SELECT account, 0, account, counter FROM accounts "
              "WHERE account >= ?1", first)
    world.sql("INSERT INTO token_accounts (hash, account) SELECT t.hash, a.account FROM tokens t, accounts a "
              "WHERE t.name = 'many' AND a.account >= ?1", first)
    accounts = world.expect(200, "GET", "/v1/accounts", token=token)["items"]
    tap.equal(len({one["id"] for one in accounts}), 1000)
    changes, cursor = load(token=token)
    tap.equal({one["account_id"] for one in changes}, {one["id"] for one in accounts})
    tap.equal(len(decode(cursor)[1]), 1000)
    tap.ok(5000 < len(cursor) < 6000, f"{len(cursor)} characters")
    tap.equal(load(cursor, token=token), ([], cursor))
    usual = ["Accept: text/event-stream", "Accept-Encoding: gzip, deflate, br", "Accept-Language: pt-BR, pt;q=0.9, en;q=0.8",
             "Cache-Control: no-cache", "Connection: keep-alive", "X-Forwarded-For: 2001:db8:1234:5678:9abc:def0:1234:5678",
             "X-Forwarded-Proto: https", "X-Request-Id: 0123456789abcdef0123456789abcdef",
             "User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"]
    # The last of them is followed as well as the first, from an address and a header of that length.
    for where, account in (("after", accounts[-1]["id"]), ("last_event_id", world.sandbox)):
        feed = Feed(world, token, **{where: cursor}, headers=usual).until_ready()
        video = world.new_video(account, token=token)
        feed.until(lambda it: any(one["id"] == video["id"] for one in it.changes))
        feed.close()
        tap.equal({one["account_id"] for one in feed.changes}, {account})
        cursor = load(cursor, token=token)[1]
    world.sql("DELETE FROM changes WHERE account >= ?1", first)
    world.sql("DELETE FROM token_accounts WHERE account >= ?1", first)
    for table in ("videos", "events", "accounts"):
        world.sql(f"DELETE FROM {table} WHERE account >= ?1", first)


@tap.test
def tells_of_accounts_that_are_gone():
    lost = world.command("account", "add", "Lost", "--platform", "sandbox")
    token = world.command("token", "create", world.tracked, lost)
    world.new_code(world.new_video(lost, token=token)["id"], token=token)
    feed = Feed(world, token).until_ready()
    changes, cursor = load(token=token)
    replica = Replica()
    replica.take(changes)
    tap.ok(any(key[1].startswith(lost + ".") for key in replica.objects), "there is something of it")
    world.expect(204, "DELETE", f"/v1/accounts/{lost}", via="unix")
    feed.until(lambda it: it.changes[-1]["object"] is None)
    changes, later = load(cursor, token=token)
    tap.equal([(one["account_id"], one["kind"], one["id"], one["object"]) for one in changes],
              [(lost, "account", lost, None)])
    replica.take(changes)
    tap.equal(replica.objects, whole(world, token=token))
    tap.equal(load(later, token=token)[0], [])
    feed.nothing_more()
    feed.close()


@tap.test
def follows_as_it_happens():
    feed = Feed(world).until_ready()
    first = len(feed.changes)
    tap.equal([one["id"] for one in feed.changes], [one["id"] for one in load()[0]])
    began = time.monotonic()
    code = world.new_code()
    feed.until(lambda it: any(one["id"] == code["id"] for one in it.changes[first:]))
    tap.ok(time.monotonic() - began < 5, "at once")
    replica = Replica()
    feed.until(lambda it: it.bursts[-1] == len(it.changes))
    replica.take(feed.changes)
    tap.equal(replica.objects, recent())
    # What belongs to others does not come, nor wake.
    world.new_code(world.new_video(world.other, token=world.stranger)["id"], token=world.stranger)
    feed.nothing_more()
    # What another process writes does.
    second = len(feed.changes)
    world.command("account", "add", "Elsewhere", "--platform", "sandbox")
    export = os.path.join(world.folder, "user_data_tiktok.json")
    with open(export, "w", encoding="utf-8") as stream:
        stream.write('{"Post":{"Posts":{"VideoList":[{"Date":"2024-03-01 18:20:11",'
                     '"Link":"https://www.tiktokv.com/share/video/7341111111111111111/"}]}}}')
    world.command("import", "--account", world.tracked, export)
    feed.until(lambda it: any(one["kind"] == "video" for one in it.changes[second:]))
    feed.close()
    # The owner at the socket follows all of them, also those that come later.
    owner = Feed(world, via="unix").until_ready()
    added = world.expect(201, "POST", "/v1/accounts", {"name": "Later", "platform": "tracked"}, via="unix")
    owner.until(lambda it: any(one["kind"] == "account" and one["id"] == added["id"] for one in it.changes))
    owner.close()


@tap.test
def resumes_without_a_gap_or_a_double():
    """A client that breaks off at random, while many write, ends with what is there."""
    replica, cursor, stop = Replica(), None, threading.Event()

    def write():
        while not stop.is_set():
            world.expect(204, "DELETE", f"/v1/codes/{world.new_code(days=7)['id']}")

    writers = [threading.Thread(target=write) for _ in range(3)]
    for thread in writers:
        thread.start()
    for number in range(12):
        feed = Feed(world, **({"last_event_id": cursor} if number % 2 else {"after": cursor or ""}))
        feed.until(lambda it: it.bursts and it.bursts[-1] >= 25)
        feed.close()
        # Only what stands before an id has been taken whole.
        replica.take(feed.changes[:feed.bursts[-1]])
        cursor = feed.id
    stop.set()
    for thread in writers:
        thread.join()
    # An id in the header goes before one in the address.
    feed = Feed(world, after="nonsense", last_event_id=cursor)
    feed.until_ready().close()
    replica.take(feed.changes)
    tap.equal(replica.objects, recent())
    # The positions of both operations are the same.
    tap.equal(load(cursor)[0], feed.changes)


@tap.test
def pings_who_hears_nothing():
    feed = Feed(world, checked=False).until_ready()
    feed.until(lambda it: it.pings >= 2, why="two pings")
    tap.equal(feed.bursts[-1], len(feed.changes))
    feed.close()


@tap.test
def serves_many_and_survives_those_that_go():
    feeds = [Feed(world, checked=False) for _ in range(60)]
    for feed in feeds[::2]:
        feed.close()
    code = world.new_code()
    for feed in feeds[1::2]:
        feed.until(lambda it: any(one["id"] == code["id"] for one in it.changes))
        feed.close()
    # Who reads nothing at all holds up nobody.
    deaf = [world.raw() for _ in range(10)]
    for sock in deaf:
        sock.sendall(f"GET /v1/feed HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {world.token}\r\n\r\n".encode())
    for _ in range(20):
        world.new_code()
    Feed(world, checked=False).until_ready().close()
    for sock in deaf:
        sock.close()


@tap.test
def ends_with_its_token():
    token = world.command("token", "create", world.sandbox, "--name", "fleeting")
    feed = Feed(world, token).until_ready()
    stays = Feed(world, checked=False).until_ready()
    token_id = [line.split("\t")[0] for line in world.command("token", "list").split("\n")
                if line.endswith("\tfleeting")][0]
    world.command("token", "revoke", token_id)
    feed.until_ended()
    again = Feed(world, token, last_event_id=feed.id)
    tap.equal(again.status, 401)
    stays.until(lambda it: it.pings >= 1)
    tap.ok(not stays.ended, "others go on")
    for one in (feed, stays, again):
        one.close()


@tap.test
def ends_with_the_backend_and_resumes_on_the_next():
    feeds = [Feed(world, checked=False).until_ready() for _ in range(5)]
    took = world.stop()
    for feed in feeds:
        feed.until_ended()
        feed.close()
    tap.ok(took < 5, f"{took:.1f} s")
    world.start()
    feed = Feed(world, last_event_id=feeds[0].id).until_ready()
    # Only that brands reach it at another port now.
    tap.equal([one for one in feed.changes if one["kind"] not in ("account", "link")], [])
    code = world.new_code()
    feed.until(lambda it: any(one["id"] == code["id"] for one in it.changes))
    feed.close()


try:
    tap.run()
finally:
    world.__exit__(None, None, None)
