#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""What a creator does with a real account: one sparkboxd asks, another's sandbox plays TikTok. What
either says must be what the other has."""

import importlib.util
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../api"))

import tap  # noqa: E402
from tap import test  # noqa: E402


def load(name):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    spec = importlib.util.spec_from_file_location("connect", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


run, tap.run = tap.run, lambda *_: None  # the other program's tests are its own
connect = load("test-connect.py")
tap.run = run
tap._tests.clear()
until = connect.until


class Story(connect.World):
    def __enter__(self):
        super().__enter__()
        tap.equal(self.connect().status, 200)
        until("all videos", lambda: len(self.box.all_of("/v1/videos", via="unix")) == connect.VIDEOS)
        off = {row[0] for row in self.tiktok.sql(
            "SELECT item_id FROM videos WHERE auth_code = 0 AND blockers = 0")}
        self.video = next(one for one in self.box.all_of("/v1/videos", via="unix")
                          if one["item_id"] in off)
        return self

    def code(self):
        id = self.ask(200, "GET", "/v1/videos/" + self.video["id"])["authorization"]["code_id"]
        return self.ask(200, "GET", "/v1/codes/" + id).json if id is not None else None

    def theirs(self):
        rows = self.tiktok.sql(
            "SELECT c.days, c.ends_at FROM videos v JOIN codes c ON c.account = v.account"
            " AND c.id = v.auth_code WHERE v.item_id = ?", self.video["item_id"])
        return rows[0] if rows else None

    def settle(self, what, meanwhile=lambda: None):
        """The code once TikTok has done what it was asked for."""
        return until(what, lambda: (one := self.code()) is not None and one["waiting_for"] is None
                     and one, meanwhile)

    def events(self):
        return [one["type"] for one in
                self.box.all_of("/v1/events?video=" + self.video["id"], via="unix")]


@test
def a_code_from_beginning_to_end():
    with Story() as world:
        made = world.ask(201, "POST", f"/v1/videos/{world.video['id']}/code", {"days": 30})
        tap.equal((made["state"], made["code"], made["waiting_for"]), ("pending", None, "generate"))
        first = world.settle("the code")
        tap.equal((first["state"], first["days"]), ("ready", 30))
        tap.equal(world.theirs()[0], 30)

        asked = world.ask(200, "POST", f"/v1/codes/{first['id']}/extend", {"days": 7})
        tap.equal((asked["ends_at"], asked["waiting_for"]), (first["ends_at"], "extend"))
        longer = world.settle("the extension")
        tap.equal((longer["code"], longer["days"]), (first["code"], 37))
        tap.equal(world.theirs()[0], 37)

        same = world.ask(201, "POST", f"/v1/codes/{first['id']}/replace")
        tap.equal((same["id"], same["waiting_for"]), (first["id"], "replace"))
        other = until("another code", lambda: (one := world.code()) is not None
                      and one["state"] == "ready" and one["id"] != first["id"] and one)
        tap.ok(other["code"] != first["code"])
        tap.equal(world.ask(200, "GET", "/v1/codes/" + first["id"])["state"], "deleted")

        world.ask(204, "DELETE", "/v1/codes/" + other["id"])
        until("the end", lambda: world.code() is None)
        tap.equal(world.theirs(), None)
        events = world.events()
        for kind, count in (("code_generated", 2), ("code_extended", 1), ("code_replaced", 1),
                            ("code_deleted", 1), ("platform_refused", 0)):
            tap.equal((kind, events.count(kind)), (kind, count))
        tap.equal(world.box.sql("SELECT count(*) FROM platform_tasks"), [(0,)])
        tap.equal(world.box.command("check"), "0 problems")


@test
def off_for_all():
    with Story() as world:
        made = world.ask(201, "POST", f"/v1/videos/{world.video['id']}/code", {"days": 30})
        world.settle("the code")
        noted = world.ask(201, "POST", f"/v1/videos/{world.video['id']}/grants",
                          {"brand": {"name": "Acme"}})
        world.ask(204, "DELETE", f"/v1/videos/{world.video['id']}/authorization")
        tap.ok(world.ask(200, "GET", "/v1/grants/" + noted["id"])["state"] in ("revoking", "revoked"))
        until("the end", lambda: world.ask(200, "GET", "/v1/grants/" + noted["id"])["state"] == "revoked")
        tap.equal(world.ask(200, "GET", "/v1/codes/" + made["id"])["state"], "deleted")
        tap.equal(world.theirs(), None)
        tap.equal(world.events().count("authorization_off"), 1)
        tap.equal(world.box.command("check"), "0 problems")


@test
def asks_nothing_of_an_account_that_is_not_connected():
    with Story() as world:
        account = world.accounts()[0]["id"]
        first, code = world.make_code()
        off = {row[0] for row in world.tiktok.sql(
            "SELECT item_id FROM videos WHERE auth_code = 0 AND blockers = 0")}
        world.video = next(one for one in world.box.all_of("/v1/videos", via="unix")
                           if one["item_id"] in off and one["authorization"]["state"] == "off")
        path = f"/v1/videos/{world.video['id']}/code"
        noted = world.ask(201, "POST", f"/v1/videos/{first['id']}/grants", {"brand": {"name": "Acme"}})
        world.ask(200, "DELETE", f"/v1/accounts/{account}/connect")
        refusals = [world.ask("not_connected", "POST", path, {"days": 30}),
                    world.ask("not_connected", "POST", f"/v1/codes/{code['id']}/extend", {"days": 7}),
                    world.ask("not_connected", "POST", f"/v1/codes/{code['id']}/replace")]
        for refusal in refusals:
            tap.ok("Connect the account again" in refusal["detail"], refusal["detail"])
        batch = world.ask(202, "POST", "/v1/batches", {"account": account, "act": "generate", "days": 30,
                                                       "ids": [world.video["id"]]})["id"]
        until("the batch", lambda: world.ask(200, "GET", "/v1/batches/" + batch)["state"] == "done")
        tap.equal([(row["state"], row["problem"])
                   for row in world.box.all_of(f"/v1/batches/{batch}/results", via="unix")],
                  [("failed", "not_connected")])
        tap.equal(world.box.sql("SELECT count(*) FROM platform_tasks"), [(0,)])
        world.ask(200, "POST", f"/v1/grants/{noted['id']}/revoke")
        until("TikTok to be told", lambda: world.accounts()[0]["connection"] == "ended")
        world.ask("not_connected", "POST", path, {"days": 30})

        tap.equal(world.connect(f"/v1/accounts/{account}/connect").status, 200)
        world.ask(201, "POST", path, {"days": 30})
        tap.equal(world.settle("the code", world.hurry)["state"], "ready")
        tap.equal(world.box.command("check"), "0 problems")


# TikTok's bad days, as `sparkboxd sandbox fault` has them. What is asked for is done in the end, once.
FAULTS = {
    "throttle": "40",
    "expire-tokens": "1",
    "empty-replies": "1",
    "errors": "40",
    "latency": "300",
}
BAD_SECONDS = 1
AT_ONCE = 8


def goes_through_with(fault, value):
    with Story() as world:
        path = f"/v1/videos/{world.video['id']}/code"
        world.tiktok.command("sandbox", "fault", fault, value)
        made = world.ask(201, "POST", path, {"days": 30})
        tap.equal(made["waiting_for"], "generate")
        time.sleep(BAD_SECONDS)  # so long it goes wrong, whatever is tried
        tap.equal(world.accounts()[0]["connection"], "connected")
        world.tiktok.command("sandbox", "fault", "--clear")
        first = world.settle("the code", world.hurry)
        tap.equal((first["state"], first["days"]), ("ready", 30))

        world.tiktok.command("sandbox", "fault", fault, value)
        world.ask(200, "POST", f"/v1/codes/{first['id']}/extend", {"days": 7})
        time.sleep(BAD_SECONDS)
        world.tiktok.command("sandbox", "fault", "--clear")
        tap.equal(world.settle("the extension", world.hurry)["days"], 37)
        tap.equal(world.theirs()[0], 37)

        world.tiktok.command("sandbox", "fault", fault, value)
        world.ask(204, "DELETE", "/v1/codes/" + first["id"])
        time.sleep(BAD_SECONDS)
        world.tiktok.command("sandbox", "fault", "--clear")
        until("the end", lambda: world.code() is None, world.hurry)
        tap.equal(world.theirs(), None)
        events = world.events()
        for kind in ("code_generated", "code_extended", "code_deleted"):
            tap.equal((kind, events.count(kind)), (kind, 1))
        tap.equal(events.count("platform_refused"), 0)
        tap.equal(world.accounts()[0]["connection"], "connected")
        tap.equal(world.box.command("check"), "0 problems")


def add_fault(fault, value):
    def case():
        goes_through_with(fault, value)
    case.__name__ = "goes_through_with_" + fault.replace("-", "_")
    test(case)


for one in FAULTS.items():
    add_fault(*one)

# Most of the time they wait for what TikTok may be asked in a second.
tap.run(AT_ONCE)
