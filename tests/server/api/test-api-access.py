#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""Who may what: every path of data/openapi.yaml with every kind of credential, and repeated requests."""

import os
import queue
import re
import sqlite3
import sys
import threading
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import backend
import tap
from app import App
from world import World

world = World()
grant, code = world.new_grant()
link = world.new_link(code["video_id"], "Acme")
brand = link["brand"]["id"]
batch = world.expect(202, "POST", f"/v1/accounts/{world.sandbox}/import",
                     b'{"Post":{"Posts":{"VideoList":[]}}}').json
MINE = {"accounts": world.sandbox, "videos": code["video_id"], "codes": code["id"], "links": link["id"],
        "grants": grant["id"], "brands": brand, "batches": batch["id"], "sign-ins": "0"}
BODIES = {
    "addAccount": {"name": "x", "platform": "sandbox"},
    "addVideo": {"account": world.sandbox, "url": "https://www.tiktok.com/@a/video/7399999999999999999"},
    "makeCode": {"days": 30}, "makeLink": {"brand": brand}, "noteGrant": {"brand": brand},
    "extendCode": {"days": 7}, "attributeGrant": {"brand": brand},
    "addBrand": {"account": world.sandbox, "name": "Never"}, "changeBrand": {"name": "Never"},
    "makeBatch": {"act": "generate", "ids": [code["video_id"]], "days": 30}}
# A calendar program has no credential: its address is one, for that alone (test-api-acts).
OPERATIONS = [one for one in backend.description.operations
              if one.path.startswith("/v1/") and one.id != "getSharedCalendar"]


def path_of(operation):
    kind = operation.path.split("/")[2]
    return operation.path.replace("{id}", MINE.get(kind, "")).replace("{advertiser}", world.advertisers[0])


def body_of(operation):
    if operation.id == "importVideos":
        return b'{"Post":{}}'
    return BODIES.get(operation.id) if operation.json_body else None


def words(answer):
    return {name: value for name, value in answer.json.items() if name != "request_id"}


def state():
    """Everything of the account, to see that nothing changed."""
    return [world.all_of(f"/v1/{kind}?account={world.sandbox}")
            for kind in ("videos", "codes", "links", "grants", "brands", "events")]


@tap.test
def lets_nobody_in_without_a_token():
    before = state()
    for operation in OPERATIONS:
        for token in ("", "nobody's", "x" * 5000, "sbx_" + "A" * 43):
            world.expect("unauthorized", operation.method, path_of(operation), body_of(operation), token=token)
        # Not even what the path names is looked at before.
        world.expect("unauthorized", operation.method, operation.path.replace("{id}", "999.1")
                     .replace("{advertiser}", "7"), body_of(operation), token="nobody's")
    for header in ("Basic b3duZXI6", "Bearer", "Bearer ", "bearer", "Token x", world.token):
        world.expect("unauthorized", "GET", "/v1/accounts", token="", headers={"Authorization": header})
    tap.equal(world.expect(200, "GET", "/v1/accounts", token="",
                           headers={"Authorization": "bEaReR " + world.token}).status, 200)
    tap.equal(state(), before)


@tap.test
def shows_nothing_to_another_account():
    before = state()
    for operation in OPERATIONS:
        path, body = path_of(operation), body_of(operation)
        if "{id}" in operation.path:
            answer = world.expect("not_found", operation.method, path, body, token=world.stranger)
            # The same words as for what does not exist at all.
            nothing = operation.path.replace("{id}", "9999.9").replace("{advertiser}", "7")
            tap.equal(words(answer), words(world.expect("not_found", operation.method, nothing, body,
                                                        token=world.stranger)))
        elif isinstance(body, dict) and ("account" in body or "ids" in body):
            world.expect("not_found", operation.method, path, body, token=world.stranger)
        elif operation.method == "GET" and operation.id != "followChanges":
            answer = world.expect(200, "GET", path, token=world.stranger)
            for text in (code["id"], grant["id"], brand, "Acme", "Nord", code["code"], link["string"]):
                tap.ok(f'"{text}' not in answer.body.decode(), f"{path} shows {text}")
            for name in ("account", "video", "brand"):
                if any(node.get("$ref", "").lower().rpartition("/")[2].startswith(name)
                       for node in operation.parameters):
                    mine = {"account": world.sandbox, "video": code["video_id"], "brand": brand}[name]
                    world.expect("not_found", "GET", f"{path}?{name}={mine}", token=world.stranger)
    # A page cursor of another's list leads nowhere.
    page = world.expect(200, "GET", f"/v1/events?account={world.sandbox}&limit=1")["next_cursor"]
    for one in world.expect(200, "GET", "/v1/events?cursor=" + urllib.parse.quote(page), token=world.stranger)["items"]:
        tap.ok(one["id"].startswith(world.other + "."), one["id"])
    tap.equal(state(), before)


@tap.test
def takes_no_object_for_its_account():
    before = state()
    for operation in OPERATIONS:
        if operation.path.startswith("/v1/accounts/{id}"):
            world.expect("not_found", operation.method, operation.path.replace("{id}", code["video_id"]),
                         body_of(operation), token=world.tokens["owner"])
    tap.equal(state(), before)


@tap.test
def gives_no_code_to_the_role_view():
    token = world.tokens["view"]
    secret = re.compile(r"#(Spark)?[A-Za-z0-9+/]{20,}")
    for operation in OPERATIONS:
        if operation.method != "GET" or operation.id in ("followChanges", "getAvatar", "getCover"):
            continue
        answer = world.expect(200, "GET", path_of(operation), token=token)
        tap.ok(not secret.search(urllib.parse.unquote(answer.body.decode())), operation.path)
    tap.equal(world.expect(200, "GET", f"/v1/codes/{code['id']}", token=token)["code"], None)
    shown = world.expect(200, "GET", f"/v1/links/{link['id']}", token=token)
    tap.equal((shown["string"], shown["url"]), (None, None))
    tap.equal(world.expect(200, "GET", f"/v1/codes/{code['id']}")["code"], code["code"])


@tap.test
def holds_every_role_to_what_it_may():
    before = state()
    least = {"deleteAccount": "owner", "addAccount": "owner", "addSample": "owner", "turnOff": "revoke",
             "deleteCode": "revoke", "replaceCode": "revoke", "withdrawLink": "revoke", "giveAgain": "revoke",
             "revokeGrant": "revoke",
             "noteGrantEnd": "revoke", "refuseAdvertiser": "revoke", "endSignIn": "view",
             "shareCalendar": "view", "endCalendar": "view"}
    roles = list(world.tokens)
    for operation in OPERATIONS:
        if not operation.changes:
            continue
        needed = least.get(operation.id, "generate")
        for role in roles[:roles.index(needed)]:
            world.expect("forbidden", operation.method, path_of(operation), body_of(operation),
                         token=world.tokens[role])
    # Whoever may revoke, may revoke by a batch; whoever may only generate, may not.
    tap.equal(state(), before)
    for operation in ("addAccount", "addSample"):
        one = [each for each in OPERATIONS if each.id == operation][0]
        world.expect("forbidden", one.method, one.path, body_of(one))


@tap.test
def takes_the_peer_at_the_socket_for_the_owner():
    accounts = world.expect(200, "GET", "/v1/accounts", via="unix")["items"]
    tap.equal([one["role"] for one in accounts], ["owner"] * 3)
    # A token is looked at there too, and a wrong one is no way in.
    tap.equal(len(world.expect(200, "GET", "/v1/accounts", via="unix", token=world.stranger)["items"]), 1)
    world.expect("unauthorized", "GET", "/v1/accounts", via="unix", token="nobody's")
    tap.equal(os.stat(world.socket).st_mode & 0o777, 0o600)
    if os.geteuid() != 0:
        return
    # Another user, who was handed the way to it.
    os.chmod(world.socket, 0o666)
    os.chmod(world.folder, 0o755)
    child = os.fork()
    if child == 0:
        try:
            os.setuid(65534)
            answer = world.request("GET", "/v1/accounts", via="unix", checked=False)
            other = world.request("GET", "/v1/accounts", via="unix", token=world.stranger, checked=False)
            os._exit(0 if (answer.code, other.status) == ("forbidden", 200) else 1)
        finally:
            os._exit(2)
    tap.equal(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), 0)


@tap.test
def does_a_repeated_request_once():
    video = world.new_video()["id"]
    path = f"/v1/videos/{video}/code"
    first = world.expect(201, "POST", path, {"days": 30}, key="one")
    again = world.expect(201, "POST", path, {"days": 30}, key="one")
    tap.equal(again.json, first.json)
    # Rendered anew: what has happened to the object meanwhile is seen.
    world.expect(204, "DELETE", f"/v1/codes/{first['id']}", key="two")
    world.expect(204, "DELETE", f"/v1/codes/{first['id']}", key="two")
    again = world.expect(201, "POST", path, {"days": 30}, key="one")
    tap.equal((again["id"], again["state"], again["code"]), (first["id"], "deleted", None))
    events = [one["type"] for one in world.expect(200, "GET", f"/v1/events?video={video}")["items"]]
    tap.equal(events, ["code_deleted", "code_generated", "video_added"])

    # Another body, address or method with the same key is another request.
    world.expect("idempotency_mismatch", "POST", path, {"days": 60}, key="one")
    world.expect("idempotency_mismatch", "POST", f"/v1/videos/{code['video_id']}/code", {"days": 30}, key="one")
    world.expect("idempotency_mismatch", "DELETE", f"/v1/links/{link['id']}", key="one")
    # Another credential's keys are its own.
    world.expect(201, "POST", path, {"days": 30}, key="one", token=world.tokens["generate"])
    # The role is looked at each time.
    world.expect("forbidden", "POST", path, {"days": 30}, key="one", token=world.tokens["view"])
    for key in ("", "k" * 201):
        world.expect("invalid_request", "POST", path, {"days": 30}, key=key)

    # A request that failed is not remembered.
    world.expect("code_exists", "POST", path, {"days": 30}, key="three")
    live = world.expect(200, "GET", f"/v1/videos/{video}")["authorization"]["code_id"]
    world.expect(204, "DELETE", f"/v1/codes/{live}")
    world.expect(201, "POST", path, {"days": 30}, key="three")

    # The first answer's status too.
    body = {"account": world.sandbox, "url": "https://www.tiktok.com/@a/video/7388888888888888888"}
    world.expect(201, "POST", "/v1/videos", body, key="four")
    world.expect(200, "POST", "/v1/videos", body, key="five")
    world.expect(201, "POST", "/v1/videos", body, key="four")
    world.expect(200, "POST", "/v1/videos", body, key="five")

    # A repetition shows nothing of an account that the credential has lost.
    both = world.command("token", "create", world.other, world.sandbox)
    body = {"account": world.other, "name": "Private", "notes": "Pays late"}
    world.expect(201, "POST", "/v1/brands", body, key="six", token=both)
    world.expect(201, "POST", "/v1/brands", body, key="six", token=both)
    world.sql("DELETE FROM token_accounts WHERE account = ? AND hash IN "
              "(SELECT hash FROM token_accounts GROUP BY hash HAVING min(account) = ? "
              "AND max(account) = ?)", int(world.other), int(world.sandbox), int(world.other))
    world.expect("not_found", "POST", "/v1/brands", body, key="six", token=both)

    # It is remembered durably.
    world.stop()
    world.start()
    tap.equal(world.expect(201, "POST", path, {"days": 30}, key="one")["id"], first["id"])


def taken_meanwhile(statement, send, n, told):
    """What @n requests of one kind answer whose right is taken away when they were let in, and have not been written:
    one more of them is only told so."""
    before = {row[0] for row in world.sql("SELECT hash FROM tokens")}
    token = world.command("token", "create", world.sandbox)
    (fresh,) = {row[0] for row in world.sql("SELECT hash FROM tokens")} - before
    answers = queue.Queue()

    def ask():
        connection = world.connect()
        answers.put(send(token=token, connection=connection))
        connection.close()

    held = sqlite3.connect(world.database, timeout=backend.TIMEOUT, isolation_level=None)
    held.execute("BEGIN IMMEDIATE")
    threads = [threading.Thread(target=ask) for _ in range(n + 1)]
    for thread in threads:
        thread.start()
    # One is told that the others wait, with their right known.
    tap.equal(answers.get(timeout=backend.TIMEOUT).code, told)
    held.execute(statement, (fresh,))
    held.execute("COMMIT")
    held.close()
    for thread in threads:
        thread.join()
    return {answers.get(timeout=backend.TIMEOUT).status for _ in range(n)}


@tap.test
def does_nothing_more_with_a_right_that_was_taken_away():
    def add_brand(statement):
        return taken_meanwhile(statement, lambda **who: world.request(
            "POST", "/v1/brands", {"account": world.sandbox, "name": "Too late"}, key=statement, **who),
            1, "idempotency_running")

    tap.equal(add_brand("DELETE FROM tokens WHERE hash = ?"), {401})
    tap.equal(add_brand("UPDATE tokens SET role = 0 WHERE hash = ?"), {403})
    tap.ok(not any(one["name"] == "Too late" for one in world.all_of(f"/v1/brands?account={world.sandbox}")))


@tap.test
def imports_nothing_with_a_right_that_was_taken_away():
    def import_file(statement):
        return taken_meanwhile(statement, lambda **who: world.request(
            "POST", f"/v1/accounts/{world.sandbox}/import", b'{"Post":{}}', **who), 2, "too_many_requests")

    (before,) = world.sql("SELECT count(*) FROM batches")
    tap.equal(import_file("DELETE FROM tokens WHERE hash = ?"), {401})
    tap.equal(import_file("UPDATE tokens SET role = 0 WHERE hash = ?"), {403})
    tap.equal(world.sql("SELECT count(*) FROM batches"), [before])


@tap.test
def tells_a_repetition_that_comes_too_soon():
    """Many at once with one key: one does it, the others see it done or are told to wait."""
    video = world.new_video()["id"]
    answers = []
    barrier = threading.Barrier(12)

    def ask():
        connection = world.connect()
        connection.connect()
        barrier.wait()
        answers.append(world.request("POST", f"/v1/videos/{video}/code", {"days": 30}, key="race",
                                     connection=connection))
        connection.close()

    for _ in range(20):
        threads = [threading.Thread(target=ask) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        made = {answer["id"] for answer in answers if answer.status == 201}
        tap.equal(len(made), 1, str([answer.code for answer in answers]))
        tap.equal({answer.code for answer in answers} - {None}, {"idempotency_running"} &
                  {answer.code for answer in answers})
        if any(answer.code == "idempotency_running" for answer in answers):
            break
        answers.clear()
        video = world.new_video()["id"]
        world.command("token", "list")
    else:
        raise AssertionError("no two requests met")


@tap.test
def pages_over_what_changes():
    for _ in range(25):
        world.new_video()
    full = world.all_of(f"/v1/videos?account={world.sandbox}&sort=newest")
    for sort in ("newest", "oldest", "views", "ends"):
        ids, cursor = [], ""
        while cursor is not None:
            page = world.expect(200, "GET", f"/v1/videos?sort={sort}&limit=7&account={world.sandbox}&cursor="
                                + urllib.parse.quote(cursor))
            tap.ok(len(page["items"]) <= 7, "at most as many as asked for")
            ids += [one["id"] for one in page["items"]]
            cursor = page["next_cursor"]
            # New ones come between the pages.
            world.new_video(world.tracked)
        tap.equal(len(ids), len(set(ids)), sort)
        if sort != "ends":
            tap.equal(set(ids), {one["id"] for one in full}, sort)
    published = [one["published_at"] for one in full]
    tap.equal(published, sorted(published, reverse=True))

    # Events are added while somebody pages: nothing twice, nothing of before missing.
    before = [one["id"] for one in world.all_of("/v1/events")]
    ids, cursor = [], ""
    while cursor is not None:
        page = world.expect(200, "GET", "/v1/events?limit=9&cursor=" + urllib.parse.quote(cursor))
        ids += [one["id"] for one in page["items"]]
        cursor = page["next_cursor"]
        world.new_code(days=7)
    tap.equal(len(ids), len(set(ids)))
    tap.ok(set(before) <= set(ids), "none is missing")
    tap.equal([one for one in ids if one in set(before)], before)
    # The same over several accounts at once, by each kind.
    for kind in ("videos", "codes", "links", "grants", "brands"):
        whole = [one["id"] for one in world.all_of("/v1/" + kind)]
        tap.equal(len(whole), len(set(whole)), kind)
        parts = [one["id"] for account in (world.sandbox, world.tracked)
                 for one in world.all_of(f"/v1/{kind}?account={account}")]
        tap.equal(whole, parts, kind)


@tap.test
def goes_on_where_a_page_ends_with_an_account():
    """What comes first in the next account is read by the next page."""
    for _ in range(3):
        world.new_tracked_code()
    world.expect(201, "POST", "/v1/brands", {"account": world.tracked, "name": "Fjord"})
    for kind in ("videos", "videos?sort=oldest", "videos?sort=views", "codes", "brands", "events"):
        path = f"/v1/{kind}" + ("&" if "?" in kind else "?")
        first, second = ([one["id"] for one in world.all_of(f"{path}account={account}")]
                         for account in (world.sandbox, world.tracked))
        tap.ok(first and second, kind)
        limit = max(one for one in range(1, 101) if len(first) % one == 0)
        ids, cursor = [], ""
        while cursor is not None:
            page = world.expect(200, "GET", f"{path}limit={limit}&cursor=" + urllib.parse.quote(cursor))
            ids += [one["id"] for one in page["items"]]
            cursor = page["next_cursor"]
        tap.equal(ids, first + second, kind)


@tap.test
def refuses_pages_that_are_none():
    for kind in ("videos", "codes", "links", "grants", "brands", "events"):
        for limit in ("0", "-1", "101", "1e3", "many", "", "9999999999999999999999"):
            world.expect("invalid_request", "GET", f"/v1/{kind}?limit={limit}")
        for cursor in ("x", "1", "1,2", "1,2,3,4", "1,2,x", "%00", "1;2;3", "'", "1,2,3%20"):
            world.expect("invalid_request", "GET", f"/v1/{kind}?cursor={cursor}")
        # Made up, but well-formed: leads nowhere that is not the caller's.
        for cursor in ("0,0,0", "-1,-1,-1", f"{world.other},0,9999", "9223372036854775807,0,0",
                       "99999999999999999999,99999999999999999999,99999999999999999999"):
            for one in world.expect(200, "GET", f"/v1/{kind}?cursor={cursor}")["items"]:
                tap.ok(one["id"].split(".")[0] in (world.sandbox, world.tracked), one["id"])


@tap.test
def ends_with_its_token():
    token = world.command("token", "create", world.sandbox, "--name", "short")
    world.expect(200, "GET", "/v1/accounts", token=token)
    token_id = [line.split("\t")[0] for line in world.command("token", "list").split("\n")
                if line.endswith("\tshort")][0]
    world.command("token", "revoke", token_id)
    world.expect("unauthorized", "GET", "/v1/accounts", token=token)


@tap.test
def ends_an_app_with_the_seat_of_who_let_it_in():
    app = App(world)
    token = world.command("token", "create", world.sandbox, "--name", "the owner's")
    other = app.exchange(app.let_in(world.tokens["owner"], world.sandbox))["data"]
    tokens = app.exchange(app.let_in(token, world.sandbox))["data"]
    tokens = app.refresh(tokens)["data"]
    tap.equal(app.info(tokens)["code"], 0)
    waiting = app.let_in(token, world.sandbox)
    number = [line.split("\t")[0] for line in world.command("token", "list").split("\n")
              if line.endswith("\tthe owner's")][0]
    world.command("token", "revoke", number)
    tap.ok(app.info(tokens)["code"] != 0, "the app is still let in")
    tap.ok(app.refresh(tokens)["code"] != 0, "the app lets itself in again")
    tap.ok(app.exchange(waiting)["code"] != 0, "a consent outlives who gave it")
    # What another owner let in stays.
    tap.equal(app.info(other)["code"], 0)
    tap.equal(app.refresh(other)["code"], 0)


@tap.test
def a_name_in_a_list_tells_a_terminal_nothing():
    name = "Red\x1b[31m\ttool"
    world.command("sandbox", "app", "add", name)
    world.command("account", "add", name, "--platform", "sandbox")
    for listed in (("sandbox", "app", "list"), ("account", "list")):
        lines = world.command(*listed).split("\n")
        tap.ok(any(line.endswith("\tRed [31m tool") for line in lines), str(lines))


try:
    tap.run()
finally:
    world.__exit__(None, None, None)
