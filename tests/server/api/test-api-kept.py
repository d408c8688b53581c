#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""A list of videos or a code that was given before is as new as if it were read again, whoever changed it."""

import json
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import tap
from world import World

world = World()


class Lists:
    """Every form of an account's list, asked for again after each change."""

    FORMS = ("limit=100", "limit=2", "sort=oldest&limit=100", "sort=views&limit=100", "sort=ends&limit=100",
             "state=off&limit=100", "state=ready&limit=100", "state=in_use&limit=100")

    def __init__(self, account, **options):
        self.account, self.options = account, options
        self.before = self.read()

    def read(self):
        return {form: world.expect(200, "GET", f"/v1/videos?account={self.account}&{form}", **self.options).body
                for form in self.FORMS}

    def check(self, changed=True):
        """What they say is what each of the videos says, which is read each time."""
        bodies = self.read()
        # What was kept meanwhile is given again, to the byte.
        tap.equal(self.read(), bodies)
        tap.equal(bodies != self.before, changed)
        self.before = bodies
        for form in self.FORMS:
            answer = world.expect(200, "GET", f"/v1/videos?account={self.account}&{form}", **self.options)
            for one in answer["items"]:
                tap.equal(one, world.expect(200, "GET", f"/v1/videos/{one['id']}", **self.options).json, form)
                if form.startswith("state="):
                    tap.ok(form.startswith("state=" + one["authorization"]["state"]), form)
        return world.expect(200, "GET", f"/v1/videos?account={self.account}&limit=100", **self.options)["items"]


@tap.test
def shows_each_act_at_once():
    lists = Lists(world.sandbox)
    tap.equal(lists.check(changed=False), [])
    videos = [world.new_video()["id"] for _ in range(3)]
    tap.equal({one["id"] for one in lists.check()}, set(videos))
    code = world.new_code(videos[0])
    lists.check()
    world.expect(200, "POST", f"/v1/codes/{code['id']}/extend", {"days": 7})
    lists.check()
    link = world.new_link(videos[0])
    lists.check()
    world.expect(204, "DELETE", f"/v1/links/{link['id']}")
    lists.check()
    tap.equal(world.redeem(code["code"]), 0)
    lists.check()
    grant = world.expect(200, "GET", f"/v1/grants?video={videos[0]}")["items"][0]
    world.expect(200, "POST", f"/v1/grants/{grant['id']}/revoke", {})
    lists.check()
    world.expect(204, "DELETE", f"/v1/codes/{code['id']}")
    lists.check()
    world.new_code(videos[1])
    lists.check()
    world.expect(204, "DELETE", f"/v1/videos/{videos[1]}/authorization")
    lists.check()
    lists.check(changed=False)


@tap.test
def shows_what_another_process_changed():
    sample = world.command("sample", "--videos", "40").split()[0]
    lists = Lists(sample, via="unix")
    tap.equal(len(lists.check(changed=False)), 40)
    # The second delivery within a minute is one that the change feed tells later.
    # An hour each: late in the day the budgets have no more left.
    for _ in range(2):
        before = {one["id"]: one["engagement"] for one in lists.check(changed=False)}
        world.command("sandbox", "deliver", "--hours", "1")
        after = {one["id"]: one["engagement"] for one in lists.check()}
        tap.ok(before != after, "ads won something")


class Code:
    """One code, asked for again after each change: what it says is what the list of codes says, which is
    read each time."""

    def __init__(self, code, **options):
        self.id, self.video, self.options = code["id"], code["video_id"], options
        self.before = self.read()

    def read(self):
        return world.expect(200, "GET", f"/v1/codes/{self.id}", **self.options).body

    def check(self, changed=True):
        # The first after a change is read by each of two threads, one of some others is kept.
        bodies = {self.read() for _ in range(24)}
        tap.equal(len(bodies), 1)
        tap.equal(bodies != {self.before}, changed)
        self.before = bodies.pop()
        codes = world.expect(200, "GET", f"/v1/codes?video={self.video}", **self.options)["items"]
        code = next(one for one in codes if one["id"] == self.id)
        tap.equal(json.loads(self.before), code)
        return code


@tap.test
def shows_a_code_as_it_is():
    made = world.new_code()
    code = Code(made)
    tap.equal(code.check(changed=False)["code"], made["code"])
    path = f"/v1/codes/{made['id']}"
    world.expect(204, "POST", path + "/copies", {"brand": {"name": "Acme"}})
    tap.equal(code.check()["copied_for"]["name"], "Acme")
    brand = code.check(changed=False)["copied_for"]["id"]
    world.expect(200, "PATCH", f"/v1/brands/{brand}", {"name": "Acme & Sons"})
    tap.equal(code.check()["copied_for"]["name"], "Acme & Sons")
    tap.equal(world.redeem(made["code"]), 0)
    tap.equal(code.check()["state"], "in_use")
    grant = world.expect(200, "GET", f"/v1/grants?video={made['video_id']}")["items"][0]
    world.expect(200, "POST", f"/v1/grants/{grant['id']}/revoke", {})
    code.check(changed=False)
    world.expect(200, "POST", path + "/extend", {"days": 7})
    tap.equal(code.check()["days"], 37)
    world.expect(204, "DELETE", path)
    tap.equal(code.check()["state"], "deleted")
    tap.equal(code.check(changed=False).get("code"), None)


@tap.test
def shows_a_code_only_to_whom_it_may():
    made = world.new_code()
    path = f"/v1/codes/{made['id']}"
    view = world.command("token", "create", world.sandbox, "--role", "view").strip()
    for _ in range(24):
        tap.equal(world.expect(200, "GET", path)["code"], made["code"])
        tap.ok(made["code"].encode() not in world.expect(200, "GET", path, token=view).body)
        world.expect("not_found", "GET", path, token=world.stranger)
        world.expect("unauthorized", "GET", path, token="nobody's")
    # Who has lost the right has lost it at once, however often it was asked for before.
    token = world.command("token", "create", world.sandbox, "--name", "short").strip()
    for _ in range(24):
        tap.equal(world.expect(200, "GET", path, token=token)["code"], made["code"])
    number = [line.split("\t")[0] for line in world.command("token", "list").split("\n") if "short" in line][0]
    world.command("token", "revoke", number)
    for _ in range(24):
        world.expect("unauthorized", "GET", path, token=token)


@tap.test
def gives_nobody_what_is_anothers():
    world.expect(200, "GET", f"/v1/videos?account={world.sandbox}&limit=100")
    world.expect("not_found", "GET", f"/v1/videos?account={world.sandbox}&limit=100", token=world.stranger)
    tap.equal(world.expect(200, "GET", "/v1/videos?limit=100", token=world.stranger)["items"], [])
    world.expect("unauthorized", "GET", f"/v1/videos?account={world.sandbox}&limit=100", token="nobody's")
    # One account's list and the list of all are the same for who has one, also after the account went.
    video = world.new_video(world.other, token=world.stranger)
    for path in ("/v1/videos?limit=100", f"/v1/videos?account={world.other}&limit=100"):
        tap.equal([one["id"] for one in world.expect(200, "GET", path, token=world.stranger)["items"]],
                  [video["id"]])
    world.expect(204, "DELETE", f"/v1/accounts/{world.other}", token=world.stranger)
    tap.equal(world.expect(200, "GET", f"/v1/videos?account={world.other}&limit=100", via="unix")["items"], [])


try:
    tap.run()
finally:
    world.__exit__(None, None, None)
