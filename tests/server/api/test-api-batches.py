#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""Acts on many objects at once, which the backend works through by itself."""

import contextlib
import json
import os
import signal
import sqlite3
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import backend
import tap
from feed import Feed
from world import World

world = World()


def start(wanted=202, token=None, **body):
    return world.expect(wanted, "POST", "/v1/batches", body, token=token)


def finished(batch, state="done", token=None):
    deadline = time.monotonic() + backend.PATIENCE
    while batch["state"] == "running":
        tap.ok(time.monotonic() < deadline, f"the batch does not end: {batch.json}")
        time.sleep(0.02)
        batch = world.expect(200, "GET", f"/v1/batches/{batch['id']}", token=token)
    tap.equal(batch["state"], state)
    return batch


def results(batch, query=""):
    return world.all_of(f"/v1/batches/{batch['id']}/results{query}")


def videos(count):
    return [world.new_video()["id"] for _ in range(count)]


@tap.test
def generates_for_many_and_tells_each_result():
    ids = videos(40)
    taken = world.new_code(ids[7])
    ids += [f"{world.sandbox}.999999"]
    feed = Feed(world, checked=False).until_ready()
    batch = finished(start(act="generate", ids=ids, days=30))
    tap.equal((batch["total"], batch["done"], batch["failed"], batch["days"]), (41, 41, 2, 30))
    rows = results(batch)
    tap.equal([row["id"] for row in rows], ids)
    tap.equal({row["id"]: row["problem"] for row in rows if row["state"] == "failed"},
              {ids[7]: "code_exists", ids[40]: "not_found"})
    for row in rows:
        if row["state"] == "done":
            tap.equal(world.expect(200, "GET", f"/v1/codes/{row['made_id']}")["video_id"], row["id"])
    # Progress comes through the feed, and at last the end.
    feed.until(lambda it: any(one["kind"] == "batch" and one["object"]["state"] == "done" for one in it.changes))
    feed.close()
    # By pages and by state.
    page = world.expect(200, "GET", f"/v1/batches/{batch['id']}/results?limit=1&state=failed")
    tap.equal(page["items"][0]["id"], ids[7])
    page = world.expect(200, "GET", f"/v1/batches/{batch['id']}/results?limit=1&state=failed&cursor="
                        + page["next_cursor"])
    tap.equal((page["items"][0]["id"], page["next_cursor"]), (ids[40], None))
    for query in ("state=odd", "limit=0", "cursor=x", "cursor=1,2,3"):
        world.expect("invalid_request", "GET", f"/v1/batches/{batch['id']}/results?{query}")

    # What failed, once more; what stood in the way is gone meanwhile.
    world.expect(204, "DELETE", f"/v1/codes/{taken['id']}")
    again = finished(start(failed_of=batch["id"]))
    tap.equal((again["act"], again["total"], again["failed"], again["days"]), ("generate", 2, 1, 30))
    tap.equal([(row["id"], row["state"]) for row in results(again)], [(ids[7], "done"), (ids[40], "failed")])
    start("not_found", failed_of=finished(start(act="generate", ids=videos(1), days=7))["id"])
    start("not_found", failed_of=f"{world.sandbox}.999999")


@tap.test
def extends_a_code_once_whatever_stands_for_it():
    grant, code = world.new_grant()
    alone = world.new_code()
    ids = [grant["id"], code["video_id"], code["id"], alone["video_id"], world.new_video()["id"], grant["id"]]
    batch = finished(start(act="extend", ids=ids, days=60))
    tap.equal([(row["state"], row["problem"], row["made_id"]) for row in results(batch)],
              [("done", None, code["id"])] * 3 + [("done", None, alone["id"]), ("failed", "code_missing", None)])
    for one in (code, alone):
        tap.equal(world.expect(200, "GET", f"/v1/codes/{one['id']}")["days"], 90)
    events = world.expect(200, "GET", f"/v1/events?video={code['video_id']}&type=code_extended")["items"]
    tap.equal(len(events), 1)


@tap.test
def extends_nothing_for_what_has_ended():
    """Where the platform ends it, and where access that is being taken away stays open as long as the code."""
    revoked, code = world.new_grant()
    other = world.new_tracked_code()
    revoking = world.expect(201, "POST", f"/v1/videos/{other['video_id']}/grants", {"brand": {"name": "Nord"}})
    for grant, one, state in ((revoked, code, "revoked"), (revoking, other, "revoking")):
        world.expect(200, "POST", f"/v1/grants/{grant['id']}/revoke", {})
        batch = finished(start(act="extend", ids=[grant["id"]], days=30, agreed=True))
        tap.equal([(row["state"], row["problem"]) for row in results(batch)], [("failed", "grant_ended")])
        after = world.expect(200, "GET", f"/v1/grants/{grant['id']}")
        tap.equal((after["state"], after["ends_at"], after["platform_ends_at"]),
                  (state, grant["ends_at"], grant["platform_ends_at"]))
        after = world.expect(200, "GET", f"/v1/codes/{one['id']}")
        tap.equal((after["ends_at"], after["days"]), (one["ends_at"], one["days"]))
        # The code itself may still be extended, for others.
        tap.equal(finished(start(act="extend", ids=[grant["id"], one["id"]], days=30))["failed"], 1)
        tap.equal(world.expect(200, "GET", f"/v1/codes/{one['id']}")["days"], one["days"] + 30)


@tap.test
def extends_what_was_agreed_where_it_is_said():
    code = world.new_code()
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86400))
    for brand, name in enumerate(("Nord", "Acme")):
        link = world.new_link(code["video_id"], name, ends_at=soon)
        tap.equal(world.redeem(link["string"], brand), 0)
    grants = [one["id"] for one in world.expect(200, "GET", f"/v1/grants?video={code['video_id']}")["items"]]

    def ends():
        return [world.expect(200, "GET", f"/v1/grants/{one}")["ends_at"] for one in grants]

    agreed = ends()
    finished(start(act="extend", ids=grants, days=7))
    tap.equal(ends(), agreed)
    finished(start(act="extend", ids=grants, days=7, agreed=True))
    tap.equal(ends(), [world.expect(200, "GET", f"/v1/codes/{code['id']}")["ends_at"]] * 2)
    world.expect("invalid_request", "POST", "/v1/batches",
                 {"act": "extend", "ids": grants, "days": 7, "agreed": "yes"})


@tap.test
def revokes_and_deletes_by_what_a_query_finds():
    grants = [world.new_grant()[0] for _ in range(3)]
    brand = world.expect(200, "PATCH", f"/v1/grants/{grants[0]['id']}", {"brand": {"name": "Batch"}})["brand"]["id"]
    world.expect(200, "PATCH", f"/v1/grants/{grants[1]['id']}", {"brand": brand})
    query = {"account": world.sandbox, "brand": brand, "state": "authorized"}
    batch = finished(start(act="revoke", query=query, reason="The campaign is over."))
    tap.equal({row["id"] for row in results(batch)}, {grants[0]["id"], grants[1]["id"]})
    for grant in grants[:2]:
        tap.equal(world.expect(200, "GET", f"/v1/grants/{grant['id']}")["state"], "revoked")
        event = world.expect(200, "GET", f"/v1/events?video={grant['video_id']}&type=grant_revoked")["items"][0]
        tap.equal(event["detail"]["reason"], "The campaign is over.")
        tap.equal(event["actor"]["kind"], "creator")
    tap.equal(world.expect(200, "GET", f"/v1/grants/{grants[2]['id']}")["state"], "authorized")
    # Nothing found is nothing to do.
    tap.equal(finished(start(act="revoke", query=query))["total"], 0)

    ready = {one["id"] for one in world.all_of(f"/v1/videos?account={world.sandbox}&state=ready")}
    batch = finished(start(act="delete", query={"account": world.sandbox, "state": "ready"}))
    tap.equal({row["id"] for row in results(batch)}, ready)
    tap.equal(world.all_of(f"/v1/videos?account={world.sandbox}&state=ready"), [])
    batch = finished(start(act="extend", days=7, query={
        "account": world.sandbox, "kind": "grant", "ends_before": "2099-01-01T00:00:00Z", "state": "authorized"}))
    tap.ok(batch["total"] >= 1 and batch["failed"] == 0, str(batch.json))


def many_videos(name, count):
    """An account with many videos; its own token."""
    account = world.command("account", "add", name, "--platform", "sandbox")
    token = world.command("token", "create", account)
    world.sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2) INSERT INTO videos "
              "(account, id, item_id, visibility, folded) SELECT ?1, i, 7500000000000000000 + i, 0, '' FROM n",
              int(account), count)
    world.sql("UPDATE accounts SET last_id = ? WHERE account = ?", count, int(account))
    return account, token


@tap.test
def finds_without_the_writer():
    account, token = many_videos("Too many", 5001)
    # Another process writes: whatever has to wait for that is not answered before it has ended.
    with contextlib.closing(sqlite3.connect(world.database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        refused = start("invalid_request", token, act="generate", days=7, query={"account": account})
        connection.execute("ROLLBACK")
    tap.ok("5000" in refused["detail"], str(refused.json))


@tap.test
def finds_what_failed_without_the_writer():
    account, token = many_videos("Failed", 3)
    ids = [f"{account}.{n}" for n in (1, 2, 3)]
    fine = finished(start(token=token, act="generate", ids=ids[:1], days=7), token=token)
    failed = finished(start(token=token, act="generate", ids=ids[:1], days=7), token=token)
    with contextlib.closing(sqlite3.connect(world.database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        start("not_found", token, failed_of=fine["id"])
        start("not_found", token, failed_of=f"{account}.999999")
        connection.execute("ROLLBACK")
    start("invalid_request", token, failed_of=account)
    start("not_found", token, failed_of="x")
    # All that may be.
    number = backend.split(failed["id"])[1]
    world.sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4999) INSERT INTO batch_rows "
              "(account, batch, line, subject, state, at) SELECT ?, ?, 100 + i, 2, 2, ? FROM n",
              int(account), number, int(time.time() * 1000))
    again = world.expect(202, "POST", "/v1/batches", {"failed_of": failed["id"]}, token=token, key="failed")
    tap.equal((again["act"], again["days"], again["total"]), ("generate", 7, 5000))
    world.expect(200, "DELETE", f"/v1/batches/{again['id']}", token=token)
    # With the same key it is answered again, although nothing would be found any more.
    world.sql("DELETE FROM batch_rows WHERE account = ? AND batch = ?", int(account), number)
    start("not_found", token, failed_of=failed["id"])
    tap.equal(world.expect(202, "POST", "/v1/batches", {"failed_of": failed["id"]}, token=token, key="failed")["id"],
              again["id"])


@tap.test
def forgets_results_in_time():
    account, token = many_videos("Long ago", 1)
    old = finished(start(token=token, act="generate", ids=[f"{account}.1"], days=7), token=token)
    fresh = finished(start(token=token, act="generate", ids=[f"{account}.1"], days=7), token=token)
    number = backend.split(old["id"])[1]
    long_ago = int(time.time() * 1000) - 31 * 86400 * 1000
    world.sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO batch_rows "
              "(account, batch, line, subject, state, at) SELECT ?, ?, 100 + i, 2, 2, ? FROM n",
              int(account), number, long_ago)
    world.sql("UPDATE batch_rows SET at = ? WHERE account = ? AND batch = ?", long_ago, int(account), number)
    world.stop()
    world.start()
    deadline = time.monotonic() + backend.PATIENCE
    while world.sql("SELECT count(*) FROM batch_rows WHERE at <= ?", long_ago) != [(0,)]:
        tap.ok(time.monotonic() < deadline, "they are not forgotten")
        time.sleep(0.02)
    tap.equal(world.all_of(f"/v1/batches/{old['id']}/results", token=token), [])
    tap.equal(len(world.all_of(f"/v1/batches/{fresh['id']}/results", token=token)), 1)


@tap.test
def answers_again_although_more_would_be_found():
    account, token = many_videos("As many", 5000)
    body = {"act": "generate", "days": 7, "query": {"account": account}}
    first = world.expect(202, "POST", "/v1/batches", body, token=token, key="as many")
    world.sql("INSERT INTO videos (account, id, item_id, visibility, folded) VALUES (?, 900000, 7599999999999999999, "
              "0, '')", int(account))
    world.expect("invalid_request", "POST", "/v1/batches", body, token=token, key="one more")
    tap.equal(world.expect(202, "POST", "/v1/batches", body, token=token, key="as many")["id"], first["id"])
    world.expect("idempotency_mismatch", "POST", "/v1/batches", {**body, "days": 30}, token=token, key="as many")
    world.expect(200, "DELETE", f"/v1/batches/{first['id']}", token=token)


@tap.test
def stops_when_somebody_has_enough():
    count = 5000
    account, token = many_videos("Enough", count)
    ids = [f"{account}.{n}" for n in range(1, count + 1)]
    batch = start(token=token, act="generate", ids=ids, days=7)
    path = f"/v1/batches/{batch['id']}"
    world.expect("not_found", "DELETE", path, token=world.stranger)
    stopped = world.expect(200, "DELETE", path, token=token, key="enough")
    tap.equal(stopped["state"], "stopped")
    made = world.sql("SELECT count(*) FROM codes WHERE account = ?", int(account))[0][0]
    tap.ok(made < count, "too late to tell")
    # The batches' thread has been at others since: nothing more is made of this one.
    finished(start(act="generate", ids=videos(1), days=7))
    tap.equal(world.sql("SELECT count(*) FROM codes WHERE account = ?", int(account)), [(made,)])
    rows = world.all_of(path + "/results?state=done", token=token)
    tap.equal(len(rows), made)
    tap.equal(len(world.all_of(path + "/results?state=waiting", token=token)), count - made)
    # Once more, with and without the same key, and after a restart.
    world.stop()
    world.start()
    for key in ("enough", None):
        tap.equal(world.expect(200, "DELETE", path, token=token, key=key)["state"], "stopped")
    tap.equal(world.expect(200, "GET", path, token=token)["total"], count)
    done = finished(start(act="generate", ids=videos(1), days=7))
    tap.equal(world.expect(200, "DELETE", f"/v1/batches/{done['id']}")["state"], "done")


@tap.test
def stops_only_for_who_may_begin():
    grant, _ = world.new_grant()
    revoke = finished(start(act="revoke", ids=[grant["id"]]))
    generate = finished(start(act="generate", ids=videos(1), days=7))
    for batch, role, wanted in ((revoke, "view", "forbidden"), (revoke, "generate", "forbidden"),
                                (generate, "view", "forbidden"), (generate, "generate", 200)):
        world.expect(wanted, "DELETE", f"/v1/batches/{batch['id']}", token=world.tokens[role])
    world.expect("not_found", "DELETE", f"/v1/batches/{world.sandbox}.999999")


@tap.test
def stops_an_import():
    count = 60000
    export = json.dumps({"Post": {"Posts": {"VideoList": [
        {"Date": "2024-03-01 18:20:11", "Likes": "1", "Link": f"https://www.tiktok.com/@a/video/72{n:017}"}
        for n in range(count)]}}}).encode()
    batch = world.expect(202, "POST", f"/v1/accounts/{world.tracked}/import", export)
    path = f"/v1/batches/{batch['id']}"
    deadline = time.monotonic() + backend.PATIENCE
    while world.expect(200, "GET", path)["added"] == 0:
        tap.ok(time.monotonic() < deadline, "it does not begin")
    tap.equal(world.expect(200, "DELETE", path)["state"], "stopped")
    event = None
    while event is None:
        tap.ok(time.monotonic() < deadline, "it does not end")
        events = world.all_of(f"/v1/events?account={world.tracked}&type=videos_imported")
        event = next((one for one in events if one["detail"]["count"] > 1), None)
    batch = world.expect(200, "GET", path)
    tap.equal((batch["state"], batch["problem"]), ("stopped", None))
    tap.ok(0 < batch["added"] < count, str(batch.json))
    tap.equal(event["detail"]["count"], batch["added"])
    there = world.sql("SELECT count(*) FROM videos WHERE account = ? AND item_id LIKE '72%'", int(world.tracked))
    tap.equal(there, [(batch["added"],)])


@tap.test
def refuses_what_cannot_be_meant():
    ids = videos(2)
    for days in (None, 0, 31, -7):
        start("invalid_period", act="generate", ids=ids, days=days)
    for body in ({}, {"act": "generate"}, {"act": "generate", "days": 7}, {"act": "dance", "ids": ids},
                 {"act": "import", "ids": ids}, {"act": "generate", "days": 7, "ids": []},
                 {"act": "generate", "days": 7, "ids": [1]}, {"act": "generate", "days": 7, "ids": ["x"]},
                 {"act": "generate", "days": 7, "ids": [world.sandbox]}, {"act": "generate", "days": 7, "ids": ids[0]},
                 {"act": "generate", "days": 7, "ids": [ids[0], f"{world.tracked}.1"]},
                 {"act": "generate", "days": 7, "ids": ids, "query": {"account": world.sandbox}},
                 {"act": "generate", "days": 7, "query": {}}, {"act": "revoke", "ids": ids, "reason": "r" * 2001},
                 {"act": "generate", "days": 7, "query": {"account": world.sandbox, "kind": "grant"}},
                 {"act": "revoke", "query": {"account": world.sandbox, "kind": "video"}},
                 {"act": "revoke", "query": {"account": world.sandbox, "state": "odd"}},
                 {"act": "revoke", "query": {"account": world.sandbox, "video": f"{world.tracked}.1"}},
                 {"act": "generate", "days": 7, "query": {"account": world.sandbox, "q": "q" * 201}},
                 {"act": "generate", "days": 7, "ids": [f"{world.sandbox}.{n}" for n in range(1, 5002)]}):
        start("invalid_request", **body)
    start("not_found", act="generate", days=7, ids=[f"{world.other}.1"])
    start("not_found", act="generate", days=7, query={"account": world.other})
    start("forbidden", act="revoke", ids=ids, token=world.tokens["generate"])
    start("forbidden", act="delete", ids=ids, token=world.tokens["generate"])
    start("forbidden", act="generate", ids=ids, days=7, token=world.tokens["view"])
    failed = finished(start(act="delete", ids=ids))
    start("forbidden", failed_of=failed["id"], token=world.tokens["generate"])
    start("not_found", failed_of=failed["id"], token=world.stranger)


@tap.test
def goes_on_after_the_server_was_killed():
    count = 5000
    account, token = many_videos("Many", count)
    ids = [f"{account}.{n}" for n in range(1, count + 1)]
    batch = world.expect(202, "POST", "/v1/batches", {"act": "generate", "ids": ids, "days": 7}, token=token, key="b")
    seen, kills = 0, 0
    deadline = time.monotonic() + backend.PATIENCE
    while batch["state"] == "running":
        tap.ok(time.monotonic() < deadline, str(batch.json))
        tap.ok(batch["done"] >= seen, "never backwards")
        # Others are served between the steps.
        world.new_code(days=7)
        if batch["done"] > seen and kills < 3:
            seen = batch["done"]
            kills += 1
            world.stop(signal.SIGKILL if kills % 2 else signal.SIGTERM, -signal.SIGKILL if kills % 2 else 0)
            world.start()
        time.sleep(0.01)
        batch = world.expect(200, "GET", f"/v1/batches/{batch['id']}", token=token)
    tap.equal(kills, 3)
    tap.equal((batch["done"], batch["failed"]), (count, 0))
    # Each exactly once.
    tap.equal(world.sql("SELECT count(*), count(DISTINCT video) FROM codes WHERE account = ?", int(account)),
              [(count, count)])
    tap.equal(world.sql("SELECT count(*) FROM events WHERE account = ? AND type = 3", int(account)), [(count,)])
    tap.equal(world.expect(202, "POST", "/v1/batches", {"act": "generate", "ids": ids, "days": 7}, token=token,
                           key="b")["id"], batch["id"])


@tap.test
def ends_with_its_account():
    account = world.command("account", "add", "Going", "--platform", "sandbox")
    token = world.command("token", "create", account)
    ids = [world.new_video(account, token=token)["id"] for _ in range(30)]
    batch = world.expect(202, "POST", "/v1/batches", {"act": "generate", "ids": ids, "days": 7}, token=token)
    world.expect(204, "DELETE", f"/v1/accounts/{account}", token=token)
    world.expect("not_found", "GET", f"/v1/batches/{batch['id']}", via="unix")
    finished(start(act="generate", ids=videos(1), days=7))
    # What belonged to it goes in portions, after the answer.
    deadline = time.monotonic() + backend.PATIENCE
    while world.sql("SELECT count(*) FROM batch_rows WHERE account = ?", int(account)) != [(0,)]:
        tap.ok(time.monotonic() < deadline, "they stay")
        time.sleep(0.02)


@tap.test
def tells_that_an_import_was_cut_off():
    batch = world.expect(202, "POST", f"/v1/accounts/{world.sandbox}/import", b'{"Post":{}}')
    world.expect(200, "GET", f"/v1/batches/{batch['id']}/results")
    _, number = backend.split(batch["id"])
    finished(batch)
    world.sql("UPDATE batches SET state = 0, updated_at = 1 WHERE id = ?", number)
    world.stop()
    world.start()
    deadline = time.monotonic() + backend.PATIENCE
    while (batch := world.expect(200, "GET", f"/v1/batches/{batch['id']}"))["state"] == "running":
        tap.ok(time.monotonic() < deadline, "still running")
        time.sleep(0.02)
    tap.equal((batch["state"], batch["problem"]), ("failed", "unavailable"))


def pretend_running(account, n):
    """Batches of an import that seems to be under way on another node."""
    now = int(time.time() * 1000)
    for i in range(n):
        world.sql("INSERT INTO batches (account, id, act, state, created_at, updated_at) "
                  "VALUES (?, ?, 'import', 0, ?, ?)", int(account), 1000000 + i, now, now)


@tap.test
def bounds_what_is_under_way():
    ids = videos(1)
    pretend_running(world.sandbox, 15)
    # One more is let in, and when it is done there is room again.
    finished(start(act="generate", ids=ids, days=7))
    pretend_running(world.tracked, 16)
    world.expect("too_many_requests", "POST", "/v1/batches",
                 {"act": "delete", "ids": [world.new_tracked_code()["id"]]})
    answer = world.expect("too_many_requests", "POST", f"/v1/accounts/{world.tracked}/import", b'{"Post":{}}')
    tap.ok("Retry-After" in answer.headers)
    world.sql("DELETE FROM batches WHERE id >= 1000000")
    finished(world.expect(202, "POST", f"/v1/accounts/{world.tracked}/import", b'{"Post":{}}'))
    # Of all: beside accounts that are not this one's.
    now = int(time.time() * 1000)
    for i in range(512):
        world.sql("INSERT INTO batches (account, id, act, state, created_at, updated_at) "
                  "VALUES (?, 1, 'import', 0, ?, ?)", 100000 + i, now, now)
    world.expect("unavailable", "POST", "/v1/batches", {"act": "generate", "ids": videos(1), "days": 7})
    world.sql("DELETE FROM batches WHERE account >= 100000")


def coming(account, token=None):
    """A file that is being sent and does not come to its end."""
    sock = world.raw()
    sock.settimeout(backend.TIMEOUT)
    sock.sendall((f"POST /v1/accounts/{account}/import HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n"
                  f"Authorization: Bearer {token or world.token}\r\nExpect: 100-continue\r\n\r\n").encode())
    answer = sock.recv(4096)
    return sock, int(answer.split()[1])


@tap.test
def bounds_files_on_their_way():
    first = [coming(world.tracked) for _ in range(3)]
    tap.equal([status for _, status in first], [100, 100, 429])
    others = [world.command("account", "add", "Many", "--platform", "tracked") for _ in range(4)]
    token = world.command("token", "create", *others)
    rest = [coming(account, token) for account in others for _ in range(2)]
    tap.equal([status for _, status in rest], [100] * 6 + [503] * 2)
    for sock, _ in first + rest:
        sock.close()
    deadline = time.monotonic() + backend.PATIENCE
    while (status := world.request("POST", f"/v1/accounts/{world.tracked}/import", b'{"Post":{}}').status) != 202:
        tap.ok(status in (429, 503) and time.monotonic() < deadline, "what is gone is still counted")
        time.sleep(0.02)


try:
    tap.run()
finally:
    world.__exit__(None, None, None)
