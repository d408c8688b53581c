#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""What TikTok does not say of itself, both ways: under each choice of the sandbox that plays it, a
code goes from its beginning to its end, and no less, no more and nothing else is said of it than is
so there."""

import datetime
import importlib.util
import json
import os
import signal
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../api"))

import tap  # noqa: E402
from tap import test  # noqa: E402


def load(name):
    path = os.path.join(os.path.dirname(os.path.abspath(__file__)), name)
    spec = importlib.util.spec_from_file_location("acts", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


run, tap.run = tap.run, lambda *_: None  # the other programs' tests are their own
acts = load("test-acts.py")
tap.run = run
tap._tests.clear()
connect, until = acts.connect, acts.until
connect.VIDEOS = 8  # of which one is used
os.environ["G_MESSAGES_DEBUG"] = "spark-store"  # also says what was not to be read


class Story(acts.Story):
    """Two brands besides: Acme comes to Sparkbox with its ad account, Nord uses TikTok alone."""

    def __init__(self, **switches):
        super().__init__(brands=True)
        for name, value in switches.items():
            self.tiktok.command("sandbox", "set", name.replace("_", "-"), str(value))
        self.acme, self.acme_token = self.add_advertiser("Acme")
        self.nord, self.nord_token = self.add_advertiser("Nord")

    def add_advertiser(self, name):
        advertiser = self.tiktok.command("advertiser", "add", name)
        return advertiser, self.tiktok.command("advertiser", "token", advertiser)

    # --- the creator ---

    def make(self):
        self.ask(201, "POST", f"/v1/videos/{self.video['id']}/code", {"days": 30})
        made = self.settle("the code")
        tap.equal((made["state"], made["days"], self.theirs()[0]), ("ready", 30, 30))
        return made

    def extend(self, code, days):
        """What became of the code."""
        self.ask(200, "POST", f"/v1/codes/{code}/extend", {"days": days})
        return self.settle("the extension")

    def grants(self):
        return self.box.all_of("/v1/grants", via="unix")

    def grant_in(self, state):
        return until("a grant that is " + state, lambda: next(
            (one for one in self.grants() if one["state"] == state), None))

    def look(self):
        """Sparkbox has just asked what its code is."""
        item = self.video["item_id"]
        self.box.sql("UPDATE videos SET status_at = 1")
        self.box.sql("UPDATE platform_turns SET next_at = 1")
        until("a look", lambda: self.box.sql(
            "SELECT status_at FROM videos WHERE item_id = ?", item)[0][0] > 1, self.hurry)

    def hasten(self):
        """Whatever is looked at now and then is looked at soon."""
        self.box.sql("UPDATE platform_turns SET next_at = 1")
        self.ask(201, "POST", "/v1/brands", {"account": self.accounts()[0]["id"],
                                             "name": f"Brand {time.monotonic_ns()}"})
        time.sleep(0.5)

    def sweep(self):
        """Both end at once whose time is over, as they do every 20 seconds."""
        for backend in (self.tiktok, self.box):
            backend.process.send_signal(signal.SIGHUP)

    # --- the brands ---

    def tool(self, advertiser, method, path, code=0, **params):
        token = self.acme_token if advertiser == self.acme else self.nord_token
        path = f"/open_api/v1.3/{path}/"
        params["advertiser_id"] = advertiser
        if method == "GET":
            path += "?" + urllib.parse.urlencode({
                name: one if isinstance(one, str) else json.dumps(one) for name, one in params.items()})
            params = None
        answer = self.tiktok.request(method, path, params, via="brands", checked=False,
                                     headers={"Access-Token": token})
        tap.equal(answer["code"], code, f"{path}: {answer.json}")
        return answer["data"]

    def use(self, advertiser, string, code=0):
        """In Ads Manager."""
        self.tool(advertiser, "POST", "tt_video/authorize", code, auth_code=string)

    def start_ad(self, advertiser):
        post = self.tool(advertiser, "GET", "tt_video/list")["list"][0]
        campaign = self.tool(advertiser, "POST", "campaign/create", campaign_name="Autumn",
                             objective_type="VIDEO_VIEWS",
                             budget_mode="BUDGET_MODE_INFINITE")["campaign_id"]
        adgroup = self.tool(
            advertiser, "POST", "adgroup/create", campaign_id=campaign, adgroup_name="Everybody",
            placement_type="PLACEMENT_TYPE_NORMAL", placements=["PLACEMENT_TIKTOK"],
            location_ids=["6252001"], budget_mode="BUDGET_MODE_DAY", budget=50,
            schedule_type="SCHEDULE_FROM_NOW", schedule_start_time="2026-12-01 00:00:00",
            optimization_goal="VIDEO_VIEW", bid_type="BID_TYPE_NO_BID", billing_event="CPV",
            pacing="PACING_MODE_SMOOTH")["adgroup_id"]
        self.tool(advertiser, "POST", "ad/create", adgroup_id=adgroup, creatives=[{
            "ad_name": "One", "identity_type": "AUTH_CODE",
            "identity_id": post["user_info"]["identity_id"],
            "tiktok_item_id": post["item_info"]["item_id"], "ad_format": "SINGLE_VIDEO"}])

    def operations(self, advertiser):
        return {one["operation_status"]
                for one in self.tool(advertiser, "GET", "ad/get")["list"]}

    def given(self, advertiser):
        """How often, and how often it still is."""
        return self.tiktok.sql("SELECT count(*), coalesce(sum(state = 1), 0) FROM grants"
                               " WHERE advertiser = ?", advertiser)[0]

    def redeem(self):
        """Acme connects its ad account and redeems a link."""
        link = self.ask(201, "POST", f"/v1/videos/{self.video['id']}/links",
                        {"brand": {"name": "Acme"}})
        browser = connect.Browser(self.site)
        browser.ask("/")
        away = urllib.parse.urlsplit(browser.ask("/connect/ads").headers["Location"])
        form = dict(urllib.parse.parse_qsl(away.query), token=self.acme_token, answer="yes")
        back = connect.fetch(f"{away.scheme}://{away.netloc}{away.path}", form).headers["Location"]
        done = browser.ask(back[len(self.site):])
        browser.sign_in(urllib.parse.urlsplit(done.headers["Location"]).fragment)
        found = browser.send(browser.ask("/"), "/check", string=link["string"])
        redeemed = browser.send(found, "/redeem", account=self.acme, agree="yes")
        tap.equal(redeemed.status, 303, redeemed.text)

    # --- what must be so at the end ---

    def check_events(self, **counts):
        events = self.events()
        tap.equal({name: events.count(name) for name in counts}, counts)
        tap.equal(self.box.sql("SELECT count(*) FROM platform_tasks"), [(0,)])
        tap.equal(self.accounts()[0]["connection"], "connected")
        tap.equal(self.box.command("check"), "0 problems")
        tap.equal(self.tiktok.command("check"), "0 problems")
        self.box.errors.flush()
        with open(self.box.errors.name, encoding="utf-8") as errors:
            tap.ok("database:" not in (said := errors.read()), said[-2000:])


def seconds(text):
    return int(datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp())


def journey(**switches):
    with Story(**switches) as world:
        code = world.make()
        world.redeem()
        grant = world.grant_in("authorized")
        tap.equal((grant["advertiser"]["id"], grant["source"]), (world.acme, "redeemed"))
        world.start_ad(world.acme)
        world.look()
        tap.equal(world.code()["state"], "in_use")
        if not switches.get("one_advertiser"):
            world.use(world.nord, code["code"])
        else:
            world.use(world.nord, code["code"], code=40002)

        days = 30
        for _ in range(2):
            # With other tokens each time.
            world.tiktok.sql("UPDATE app_tokens SET expires_at = 1 WHERE kind = 0")
            longer = world.extend(code["id"], 7)
            if days + 7 <= switches.get("max_days", 1000):
                days += 7
            tap.equal((longer["code"], longer["days"], longer["state"]),
                      (code["code"], days, "in_use"))
            tap.equal((days, seconds(longer["ends_at"])),
                      (world.theirs()[0], world.theirs()[1] // 1000))

        world.ask(200, "POST", f"/v1/grants/{grant['id']}/revoke", {})
        gone = world.grant_in("revoked")
        tap.equal((gone["id"], gone["problem"], gone["ads_active"]), (grant["id"], None, 0))
        tap.equal(world.given(world.acme), (1, 0))
        tap.equal(world.operations(world.acme), {"DISABLE"})
        tap.equal(world.given(world.nord), (0, 0) if switches.get("one_advertiser") else (1, 1))
        tap.equal(world.code()["state"], "in_use")

        world.ask(204, "DELETE", "/v1/codes/" + code["id"])
        until("the end", lambda: world.code() is None)
        tap.equal(world.theirs(), None)
        tap.equal([one["id"] for one in world.grants() if one["advertiser"]], [grant["id"]])
        extended = (days - 30) // 7
        world.check_events(code_generated=1, code_extended=extended, platform_refused=2 - extended,
                           grant_authorized=1, grant_revoked=1, code_deleted=1, code_used=0)


def expires(**switches):
    """Its time is over while Acme has access; then it is extended."""
    with Story(**switches) as world:
        code = world.make()
        world.redeem()
        world.grant_in("authorized")
        ended = int(time.time() * 1000) - 3600000
        world.tiktok.sql("UPDATE codes SET ends_at = ?, expiry_due = ? WHERE id = (SELECT auth_code"
                         " FROM videos WHERE item_id = ?)", ended, ended, world.video["item_id"])
        # And so has what Acme got with it: else TikTok would go on saying that Acme has it.
        world.tiktok.sql("UPDATE grants SET ends_at = ?, platform_ends_at = ? WHERE state = 1 AND code = (SELECT"
                         " auth_code FROM videos WHERE item_id = ?)", ended, ended, world.video["item_id"])
        world.sweep()
        until("the end at TikTok", lambda: world.tiktok.sql(
            "SELECT count(*) FROM codes WHERE state IN (1, 2) AND ends_at < ?",
            int(time.time() * 1000)) == [(0,)])
        world.look()
        until("the end", lambda: world.code()["state"] == "expired")
        until("its end for Acme", lambda: world.grants()[0]["state"] == "expired" or world.hasten()
              or world.sweep())

        longer = world.extend(code["id"], 7)
        if switches["extend_expired"]:
            tap.equal((longer["state"], longer["days"]), ("in_use", 37))
        else:
            tap.equal((longer["state"], longer["days"]), ("expired", 30))
        tap.equal((longer["code"], longer["days"], seconds(longer["ends_at"])),
                  (code["code"], world.theirs()[0], world.theirs()[1] // 1000))
        world.look()
        listed = [one["auth_info"]["ad_auth_status"]
                  for one in world.tool(world.acme, "GET", "tt_video/list")["list"]]
        until("what Acme has", lambda: any(one["state"] == "authorized" for one in world.grants())
              == ("AUTHORIZED" in listed))
        world.check_events(code_generated=1, code_extended=switches["extend_expired"],
                           platform_refused=1 - switches["extend_expired"], grant_revoked=0)


def nord_was_first(**switches):
    """Whoever used it is not known here, only that somebody did, as soon as TikTok says it."""
    with Story(**switches) as world:
        code = world.make()
        world.use(world.nord, code["code"])
        world.look()
        if switches.get("in_use_needs_ad"):
            tap.equal((world.code()["state"], world.grants()), ("ready", []))
            tap.equal(world.events().count("code_used"), 0)
            world.start_ad(world.nord)
            world.look()
        until("its use", lambda: world.code()["state"] == "in_use")
        tap.equal([one for one in world.grants() if one["advertiser"]], [])

        world.redeem()
        acme = world.grant_in("failed" if switches.get("one_advertiser") else "authorized")
        if switches.get("one_advertiser"):
            tap.equal(world.given(world.acme), (0, 0))
        else:
            tap.equal(world.given(world.acme), (1, 1))
        tap.equal(acme["problem"], None)
        tap.equal(world.given(world.nord), (1, 1))
        world.check_events(code_generated=1, code_used=1,
                           platform_refused=switches.get("one_advertiser", 0),
                           grant_authorized=1 - switches.get("one_advertiser", 0))


CASES = [
    (expires, {"extend_expired": 0}),
    (expires, {"extend_expired": 1}),
    (journey, {}),
    (journey, {"in_use_needs_ad": 1}),
    (journey, {"one_advertiser": 1}),
    (journey, {"max_days": 37}),
    (journey, {"ads_survive_unbind": 1}),
    (journey, {"keep_refresh_token": 1}),
    (journey, {"review_seconds": 3600}),
    (journey, {"reject_ads": 1}),
    (nord_was_first, {}),
    (nord_was_first, {"in_use_needs_ad": 1}),
    (nord_was_first, {"one_advertiser": 1}),
]


def add_case(function, switches):
    def case():
        function(**switches)
    case.__name__ = "_".join([function.__name__, *map("{0[0]}_{0[1]}".format, switches.items())])
    test(case)


for one in CASES:
    add_case(*one)

tap.run(acts.AT_ONCE)
