#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""A list of videos that was given before is as new as if it were read again, whoever changed it."""

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
