# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""A backend with a sandbox, a tracked and another's account, their tokens, and two brands' ad
accounts."""

import itertools
import json
import time

import tap
from backend import Backend, split

ROLES = ("view", "generate", "revoke", "owner")
# Of the brands' face: one ad account redeems so many a second.
TOO_MANY_REQUESTS = 40100
_items = itertools.count(7400000000000000001)


def tiktok_code(n):
    """A string in TikTok's shape that is not Sparkbox's."""
    return "#" + f"{n:08d}" + "TikTokCode" + "x" * 40 + "AbC+/="


class World(Backend):
    def __init__(self, **options):
        super().__init__(**options)
        self.sandbox = self.command("account", "add", "Mine", "--platform", "sandbox")
        self.tracked = self.command("account", "add", "Tracked", "--platform", "tracked")
        self.other = self.command("account", "add", "Another's", "--platform", "sandbox")
        self.tokens = {role: self.command("token", "create", self.sandbox, self.tracked, "--role", role)
                       for role in ROLES}
        self.token = self.tokens["owner"]
        self.stranger = self.command("token", "create", self.other)
        self.advertisers = [self.command("advertiser", "add", name) for name in ("Nord", "Acme")]
        self.advertiser_tokens = [self.command("advertiser", "token", one) for one in self.advertisers]
        self.codes = itertools.count(1)
        self.start()

    def request(self, method, path, body=None, token=None, via="tcp", **options):
        if token is None and via == "tcp":
            token = self.token
        return super().request(method, path, body, token=token or None, via=via, **options)

    def new_video(self, account=None, **options):
        url = f"https://www.tiktok.com/@mine/video/{next(_items)}"
        return self.expect(201, "POST", "/v1/videos", {"account": account or self.sandbox, "url": url},
                           **options).json

    def new_code(self, video=None, days=30, **options):
        video = video or self.new_video()["id"]
        return self.expect(201, "POST", f"/v1/videos/{video}/code", {"days": days}, **options).json

    def new_tracked_code(self, video=None, **members):
        video = video or self.new_video(self.tracked)["id"]
        return self.expect(201, "POST", f"/v1/videos/{video}/code",
                           {"code": tiktok_code(next(self.codes)), "days": 30, **members}).json

    def new_link(self, video, brand="Acme", **members):
        return self.expect(201, "POST", f"/v1/videos/{video}/links",
                           {"brand": {"name": brand}, **members}).json

    def redeem(self, string, brand=0):
        """As a brand does, over its own face. Gives TikTok's error code; 0: it worked."""
        for _ in range(20):
            connection = self.connect("brands")
            connection.request("POST", "/open_api/v1.3/tt_video/authorize/",
                               json.dumps({"advertiser_id": self.advertisers[brand], "auth_code": string}),
                               {"Content-Type": "application/json",
                                "Access-Token": self.advertiser_tokens[brand]})
            answer = json.loads(connection.getresponse().read())
            connection.close()
            if answer["code"] != TOO_MANY_REQUESTS:
                break
            time.sleep(0.2)
        return answer["code"]

    def new_grant(self, brand=0):
        """A code that was redeemed: the grant and its code."""
        code = self.new_code()
        tap.equal(self.redeem(code["code"], brand), 0)
        grant = self.expect(200, "GET", f"/v1/grants?video={code['video_id']}")["items"][0]
        return grant, code

    def set_ends(self, code, ends_at):
        """Lets a code have ended, with its grants, or not."""
        account, number = split(code["id"])
        self.sql("UPDATE codes SET ends_at = ?, expiry_due = CASE WHEN state IN (1, 2) THEN ? ELSE 0 END "
                 "WHERE account = ? AND id = ?", ends_at, ends_at, account, number)
