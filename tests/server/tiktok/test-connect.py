#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""Connecting as README describes it: one sparkboxd, whose sandbox plays TikTok, and another that
connects an account there; a person's browser in between."""

import html
import http.client
import os
import re
import socket
import struct
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../api"))

import backend  # noqa: E402
import tap  # noqa: E402
from backend import PATIENCE, TIMEOUT, Backend  # noqa: E402
from people import joined  # noqa: E402
from tap import test  # noqa: E402

VIDEOS = 45
SECRETS = re.compile(r"(access_token|refresh_token|client_secret|auth_code)\W")


# Each keeps its port from everybody but who listens with SO_REUSEADDR.
held_ports = []


def free_port():
    """One that stays free for whoever listens on it later, and again after that."""
    held = socket.socket()
    held.bind(("127.0.0.1", 0))
    # Only now: with it before, another that is held would be given as well.
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    held_ports.append(held)
    return held.getsockname()[1]


def until(what, function, meanwhile=lambda: None):
    """What @function finds in the end. @meanwhile: what is done once a second until then"""
    end, again = time.monotonic() + PATIENCE, 0
    while time.monotonic() < end:
        found = function()
        if found:
            return found
        if time.monotonic() > again:
            meanwhile()
            again = time.monotonic() + 1
        time.sleep(0.05)
    raise AssertionError("not in time: " + what)


class World:
    """TikTok, with a creator who has videos; and a Sparkbox of this computer alone."""

    def __init__(self, brands=False, people=False):
        self.tiktok = Backend(listen=[], listen_brands=["127.0.0.1:0"])
        self.creator = self.tiktok.command("sample", "--videos", str(VIDEOS)).split()[0]
        self.token = self.tiktok.command("token", "create", self.creator)
        self.port = free_port()
        self.redirect = f"http://127.0.0.1:{self.port}/connect/callback"
        self.app = self.tiktok.command("sandbox", "app", "add", "Sparkbox", "--redirect",
                                       self.redirect)
        self.tiktok.start()
        self.box = Backend(listen=[], listen_brands=[])
        self.box.options["listen"] = ["unix:" + self.box.socket] + ["127.0.0.1:0"] * people
        self.site = f"http://127.0.0.1:{self.port}"
        if brands:
            self.box.options["listen_brands"] = [f"127.0.0.1:{self.port}"]
        secret = os.path.join(self.box.folder, "secret")
        with open(secret, "w", encoding="utf-8", opener=lambda p, f: os.open(p, f, 0o600)) as file:
            file.write(self.tiktok.command("sandbox", "app", "secret", self.app) + "\n")
        url = self.tiktok.brand_urls[0]
        config = os.path.join(self.box.folder, "sparkboxd.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"[sparkboxd]\ntiktok-app-id={self.app}\ntiktok-secret-file={secret}\n"
                       f"tiktok-redirect-url={self.redirect}\ntiktok-auth-url={url}\n"
                       f"tiktok-api-url={url}\n" + (f"brand-url={self.site}\n" if brands else ""))
        self.box.options["arguments"] = ["--config", config]
        self.box.start()

    def __enter__(self):
        return self

    def __exit__(self, *error):
        try:
            self.box.__exit__(*error)
        finally:
            self.tiktok.__exit__(*error)

    def ask(self, wanted, method, path, body=None, **options):
        return self.box.expect(wanted, method, path, body, via="unix", **options)

    def accounts(self):
        return self.ask(200, "GET", "/v1/accounts")["items"]

    def hurry(self):
        """What would be tried again within minutes is tried now. What is being tried just then may be put off
        once more."""
        self.box.sql("UPDATE platform_tasks SET due_at = 1")
        # Any change of its own makes the server look what is due.
        self.ask(201, "POST", "/v1/brands", {"account": self.accounts()[0]["id"],
                                             "name": f"Brand {time.monotonic_ns()}"})

    # --- the browser ---

    def consent(self, url, answer="yes"):
        """What a person does at TikTok; gives the address the browser is sent back to."""
        parts = urllib.parse.urlsplit(url)
        shown = fetch(url)
        tap.equal(shown.status, 200, url)
        form = dict(urllib.parse.parse_qsl(parts.query))
        form.update(token=self.token, account=self.creator, answer=answer)
        done = fetch(f"{parts.scheme}://{parts.netloc}{parts.path}", form)
        tap.equal(done.status, 303 if done.status == 303 else 302, done.text[:500])
        back = done.headers["Location"]
        tap.ok(back.startswith(self.redirect + "?"), back)
        return back

    def make_code(self):
        """A code made at TikTok, and the video it is for."""
        off = {row[0] for row in self.tiktok.sql(
            "SELECT item_id FROM videos WHERE auth_code = 0 AND blockers = 0")}
        video = next(one for one in self.box.all_of("/v1/videos", via="unix")
                     if one["item_id"] in off and one["authorization"]["state"] == "off")
        code = self.ask(201, "POST", f"/v1/videos/{video['id']}/code", {"days": 30})["id"]
        return video, until("the code", lambda: (one := self.ask(200, "GET", "/v1/codes/" + code).json)
                            and one["state"] == "ready" and one)

    def answer(self, back, answer="yes"):
        """The browser comes back, and whoever sits there answers what they are asked."""
        page = fetch_when_listening(back)
        tap.equal(page.status, 200, page.text)
        tap.ok("Go on only if you began this" in page.text, page.text)
        tap.ok("form-action 'self'" in page.headers["Content-Security-Policy"])
        return fetch(self.redirect, {**hidden(page), "answer": answer})

    def connect(self, path="/v1/connect"):
        url = self.ask(201, "POST", path)["url"]
        return self.answer(self.consent(url))


class Page:
    def __init__(self, response):
        self.status, self.headers = response.status, response.headers
        self.text = response.read().decode()


def fetch(url, form=None, headers=None):
    parts = urllib.parse.urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=TIMEOUT)
    body = urllib.parse.urlencode(form) if form is not None else None
    headers = dict(headers or {})
    if body:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request("POST" if body else "GET", urllib.parse.urlunsplit(("", "", *parts[2:])), body,
                       headers)
    try:
        return Page(connection.getresponse())
    finally:
        connection.close()


def fetch_when_listening(url, form=None):
    def try_once():
        try:
            return fetch(url, form)
        except ConnectionRefusedError:
            return None
    return until("a listener for the browser", try_once)


def hidden(page):
    return {name: html.unescape(text) for name, text in
            re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text)}


def is_listening(port):
    try:
        fetch(f"http://127.0.0.1:{port}/")
        return True
    except ConnectionError:  # refused, or ended while it was asked
        return False


@test
def offers_what_it_has():
    with Backend() as plain:
        plain.start()
        tap.equal(plain.expect(200, "GET", "/v1/connect", via="unix")["tiktok"], False)
        plain.expect("platform_cannot", "POST", "/v1/connect", via="unix")
    with World() as world:
        tap.equal(world.ask(200, "GET", "/v1/connect")["tiktok"], True)


@test
def connects_a_new_account_and_loads_its_videos():
    with World() as world:
        tap.ok(not is_listening(world.port), "it listens though nobody connects")
        page = world.connect()
        tap.equal(page.status, 200, page.text)
        tap.ok("Connected to TikTok" in page.text, page.text)
        style = fetch(f"http://127.0.0.1:{world.port}/connect/page.css")
        tap.equal((style.status, style.headers["Content-Type"]), (200, "text/css; charset=utf-8"))
        account = world.accounts()[0]
        tap.equal((account["platform"], account["connection"]), ("tiktok", "connected"))
        tap.equal(account["name"], world.tiktok.sql("SELECT name FROM accounts")[0][0])
        tap.ok(account["connection_ends_at"] is not None)
        videos = until("all videos", lambda: len(world.box.all_of("/v1/videos", via="unix")) == VIDEOS
                       and world.box.all_of("/v1/videos", via="unix"))
        # What was there before is nothing that happened.
        tap.equal([one["type"] for one in world.box.all_of("/v1/events", via="unix")
                   if one["type"].startswith("video")], [])
        theirs = {row[0]: row[1:] for row in world.tiktok.sql(
            "SELECT item_id, caption, views, likes, published_at / 1000 FROM videos")}
        tap.equal(len(theirs), VIDEOS)
        for video in videos:
            caption, views, likes, _ = theirs[video["item_id"]]
            tap.equal((video["caption"], video["engagement"]["views"], video["engagement"]["likes"]),
                      (caption, views, likes))
        cover = until("covers", lambda: [one for one in world.box.all_of("/v1/videos", via="unix")
                                         if one["cover_url"] is not None])[0]
        picture = world.ask(200, "GET", cover["cover_url"])
        tap.equal(picture.headers["Content-Type"], "image/png")
        tap.ok(picture.body.startswith(b"\x89PNG"))
        # How far the first look at all of them is, until it is through.
        left = until("the first look", lambda: world.accounts()[0]["unasked"])
        tap.ok(0 < left <= VIDEOS, left)
        world.box.sql("UPDATE videos SET status_at = 1")
        until("its end", lambda: world.accounts()[0]["unasked"] == 0)
        seen = until("news", lambda: world.accounts()[0]["platform_seen_at"])
        tap.ok(seen > account["created_at"])
        until("the listener's end", lambda: not is_listening(world.port))
        world.box.errors.flush()
        with open(world.box.errors.name, encoding="utf-8") as errors:
            tap.ok(not SECRETS.search(errors.read()))
        # tokens are not to be read in the database
        stored = world.box.sql("SELECT access, refresh FROM connections")[0]
        tap.ok(all(isinstance(one, bytes) and b"act" not in one[:4] for one in stored))


@test
def has_the_avatar_of_the_account():
    with World() as world:
        tap.equal(world.connect().status, 200)
        address = until("the avatar", lambda: world.accounts()[0]["avatar_url"])
        account = world.accounts()[0]["id"]
        picture = world.ask(200, "GET", address)
        tap.equal(picture.headers["Content-Type"], "image/png")
        tap.equal(picture.body[:8] + picture.body[16:24], b"\x89PNG\r\n\x1a\n" + struct.pack(">II", 270, 270))
        tap.equal(world.ask(200, "GET", f"/v1/accounts/{account}/avatar").body, picture.body)
        changes = world.ask(200, "GET", "/v1/changes")["items"]
        tap.equal([one["object"]["avatar_url"] for one in changes if one["kind"] == "account"], [address])

        def look_again():
            tap.equal(world.connect(f"/v1/accounts/{account}/connect").status, 200)
            until("another look", lambda: world.box.sql("SELECT profile_at FROM connections")[0][0] > 0)

        # Signed anew each time, it is the same picture: not asked for.
        path = world.box.sql("SELECT path FROM avatars")[0][0]
        tap.equal(path, f"/avatar/{world.creator}")
        world.box.sql("UPDATE avatars SET picture = x'00', digest = 'kept'")
        look_again()
        tap.ok(world.accounts()[0]["avatar_url"].endswith("=kept"))
        # Another one is.
        world.box.sql("UPDATE avatars SET path = '/before'")
        look_again()
        until("the new avatar", lambda: world.accounts()[0]["avatar_url"] == address)
        tap.equal(world.ask(200, "GET", address).body, picture.body)
        # It stays with what stays, and goes with the account.
        world.ask(200, "DELETE", f"/v1/accounts/{account}/connect")
        tap.equal(world.accounts()[0]["avatar_url"], address)
        world.ask(204, "DELETE", f"/v1/accounts/{account}")
        tap.equal(world.box.sql("SELECT count(*) FROM avatars"), [(0,)])


@test
def a_state_works_once_and_only_for_a_while():
    with World() as world:
        url = world.ask(201, "POST", "/v1/connect")["url"]
        back = world.consent(url)
        tap.equal(world.answer(back).status, 200)
        again = fetch(back)
        tap.equal(again.status, 400)
        tap.ok("too old" in again.text, again.text)
        tap.equal(len(world.accounts()), 1)
        # never given out
        forged = fetch(world.redirect + "?code=abc&state=" + "a" * 43)
        tap.equal(forged.status, 400)
        tap.equal(fetch(world.redirect).status, 400)
        tap.equal(fetch(world.redirect, {"answer": "yes"}).status, 400)
        url = world.ask(201, "POST", "/v1/connect")["url"]
        back = world.consent(url)
        world.box.sql("UPDATE consents SET expires_at = 1")
        tap.equal(fetch(back).status, 400)
        tap.equal(len(world.accounts()), 1)


@test
def whoever_says_no_changes_nothing():
    with World() as world:
        url = world.ask(201, "POST", "/v1/connect")["url"]
        back = world.consent(url, answer="no")
        tap.ok("error=access_denied" in back, back)
        page = fetch_when_listening(back)
        tap.equal(page.status, 400)
        tap.ok("did not allow it" in page.text, page.text)
        tap.equal(world.accounts(), [])


@test
def who_was_sent_there_by_somebody_else_can_decline():
    with World() as world:
        account = world.ask(201, "POST", "/v1/accounts",
                            {"name": "Someone <b>", "platform": "tracked"})["id"]
        back = world.consent(world.ask(201, "POST", f"/v1/accounts/{account}/connect")["url"])
        page = fetch_when_listening(back)
        tap.ok("to the Sparkbox of “\u2068Someone &lt;b&gt;\u2069”" in page.text, page.text)
        # Only to be asked connects nothing, however often.
        tap.equal(fetch(back).status, 200)
        tap.equal(world.tiktok.sql("SELECT count(*) FROM app_tokens"), [(0,)])
        tap.equal(world.accounts()[0]["platform"], "tracked")
        tap.equal(hidden(page)["code"], urllib.parse.parse_qs(urllib.parse.urlsplit(back).query)["code"][0])
        declined = world.answer(back, "no")
        tap.equal(declined.status, 400)
        tap.ok("nothing was changed" in declined.text, declined.text)
        tap.equal(fetch(back).status, 400)
        tap.equal(fetch(world.redirect, {**hidden(page), "answer": "yes"}).status, 400)
        tap.equal(world.accounts()[0]["platform"], "tracked")
        tap.equal(world.box.sql("SELECT count(*) FROM consents"), [(0,)])
        # A form without the code is a "no".
        state = world.ask(201, "POST", f"/v1/accounts/{account}/connect")["url"].split("state=")[1]
        tap.equal(fetch_when_listening(world.redirect, {"state": state, "answer": "yes"}).status, 400)
        tap.equal(world.accounts()[0]["platform"], "tracked")


@test
def who_is_removed_while_they_consent_connects_nothing():
    with World(people=True) as world:
        account, tokens = joined(world.box, role="owner", platform="tracked")
        _, others = joined(world.box, name="Mia", role="owner")

        def set_out(path, token):
            return world.consent(world.box.expect(201, "POST", path, token=token)["url"])

        lost = set_out(f"/v1/accounts/{account}/connect", tokens["access_token"])
        gone = [set_out("/v1/connect", others["access_token"]) for _ in range(2)]
        shown = [fetch_when_listening(back) for back in (lost, *gone)]
        tap.equal([page.status for page in shown], [200] * 3)
        world.box.command("person", "remove", "Lena", account)
        world.box.command("person", "remove", "Mia")
        # Whether they have the page already, or are yet to come back.
        answers = [fetch(world.redirect, {**hidden(page), "answer": "yes"}) for page in shown[:2]] + [fetch(gone[1])]
        tap.equal([answer.status for answer in answers], [400] * 3)
        tap.equal(world.box.sql("SELECT count(*) FROM connections"), [(0,)])
        tap.equal(world.tiktok.sql("SELECT count(*) FROM app_tokens"), [(0,)])
        tap.equal(world.box.sql("SELECT count(*) FROM seats"), [(0,)])


@test
def says_who_connected_an_account():
    with World(people=True) as world:
        account, tokens = joined(world.box, role="owner", platform="tracked")
        token = tokens["access_token"]
        back = world.consent(world.box.expect(201, "POST", f"/v1/accounts/{account}/connect", token=token)["url"])
        answer = fetch(world.redirect, {**hidden(fetch_when_listening(back)), "answer": "yes"})
        tap.equal(answer.status, 200, answer.text[:500])
        told = world.box.all_of(f"/v1/events?account={account}&type=account_connected", token=token)
        tap.equal([(one["actor"]["name"], one["actor"]["you"]) for one in told], [("Lena", True)])


@test
def the_same_key_gives_the_same_address():
    with World() as world:
        first = world.ask(201, "POST", "/v1/connect", key="k")["url"]
        tap.equal(world.ask(201, "POST", "/v1/connect", key="k")["url"], first)
        tap.ok(world.ask(201, "POST", "/v1/connect", key="l")["url"] != first)
        state = urllib.parse.parse_qs(urllib.parse.urlsplit(first).query)["state"][0]
        for row in world.box.sql("SELECT object FROM idempotency"):
            tap.ok(state not in row[0])


@test
def a_tracked_account_becomes_one_in_place():
    with World() as world:
        account = world.ask(201, "POST", "/v1/accounts", {"name": "Mine", "platform": "tracked"})["id"]
        item = world.tiktok.sql("SELECT item_id FROM videos LIMIT 1")[0][0]
        video = world.ask(201, "POST", "/v1/videos", {
            "account": account, "url": f"https://www.tiktok.com/@ann/video/{item}"})["id"]
        brand = world.ask(201, "POST", "/v1/brands", {"account": account, "name": "Acme"})["id"]
        tap.equal(world.connect(f"/v1/accounts/{account}/connect").status, 200)
        accounts = world.accounts()
        tap.equal([(one["id"], one["platform"]) for one in accounts], [(account, "tiktok")])
        until("all videos", lambda: len(world.box.all_of("/v1/videos", via="unix")) == VIDEOS)
        tap.ok(world.ask(200, "GET", "/v1/videos/" + video)["caption"] is not None)
        tap.equal(world.ask(200, "GET", "/v1/brands/" + brand)["name"], "Acme")
        # The same account at TikTok once more: no second one.
        tap.equal(world.connect().status, 200)
        tap.equal(len(world.accounts()), 1)


@test
def sample_data_cannot_be_connected():
    with World() as world:
        account = world.box.command("account", "add", "Sample", "--platform", "sandbox")
        world.ask("platform_cannot", "POST", f"/v1/accounts/{account}/connect")


@test
def disconnecting_revokes_the_tokens():
    with World() as world:
        tap.equal(world.connect().status, 200)
        account = world.accounts()[0]["id"]
        tap.ok(world.tiktok.sql("SELECT count(*) FROM app_tokens")[0][0] > 0)
        shown = world.ask(200, "DELETE", f"/v1/accounts/{account}/connect")
        tap.ok(shown["connection"] in ("ending", "ended"))
        until("TikTok to be told", lambda: world.accounts()[0]["connection"] == "ended")
        tap.equal(world.tiktok.sql("SELECT count(*) FROM app_tokens")[0][0], 0)
        tap.equal(world.box.sql("SELECT access, refresh FROM connections"), [(None, None)])
        tap.equal(world.connect(f"/v1/accounts/{account}/connect").status, 200)
        tap.equal(world.accounts()[0]["connection"], "connected")
        # Whoever removes the account wants no less.
        tap.ok(world.tiktok.sql("SELECT count(*) FROM app_tokens")[0][0] > 0)
        world.ask(204, "DELETE", f"/v1/accounts/{account}")
        until("TikTok to be told", lambda: not world.tiktok.sql("SELECT 1 FROM app_tokens"))
        until("the tokens to go", lambda: not world.box.sql("SELECT 1 FROM connections"))


@test
def refreshes_by_itself_and_says_when_the_consent_is_gone():
    with World() as world:
        tap.equal(world.connect().status, 200)
        until("all videos", lambda: len(world.box.all_of("/v1/videos", via="unix")) == VIDEOS)
        before = world.box.sql("SELECT access FROM connections")
        world.tiktok.sql("UPDATE app_tokens SET expires_at = 1 WHERE kind = 0")
        world.box.sql("UPDATE connections SET videos_at = 1")
        until("other tokens", lambda: world.box.sql("SELECT access FROM connections") != before)
        tap.equal(world.accounts()[0]["connection"], "connected")
        world.tiktok.sql("DELETE FROM app_tokens")
        world.box.sql("UPDATE connections SET videos_at = 1")
        until("the loss", lambda: world.accounts()[0]["connection"] == "lost")
        types = [one["type"] for one in world.box.all_of("/v1/events", via="unix")]
        tap.equal(types.count("connection_lost"), 1)


@test
def notices_new_deleted_and_changed_videos():
    with World() as world:
        tap.equal(world.connect().status, 200)
        until("all videos", lambda: len(world.box.all_of("/v1/videos", via="unix")) == VIDEOS)
        until("the pass's end", lambda: world.box.sql("SELECT cursor FROM connections") == [(0,)])
        gone, changed = (row[0] for row in world.tiktok.sql(
            "SELECT item_id FROM videos ORDER BY published_at DESC LIMIT 2 OFFSET 3"))
        world.tiktok.sql("DELETE FROM videos WHERE item_id = ?", gone)
        world.tiktok.sql("UPDATE videos SET views = 987654321 WHERE item_id = ?", changed)
        world.tiktok.sql(
            "INSERT INTO videos (account, id, item_id, caption, folded, published_at, visibility)"
            " VALUES (?, 999999, '7999999999999999999', 'Fresh', 'fresh', ?, 0)",
            world.creator, int(time.time() * 1000) - 5000)
        world.box.sql("UPDATE connections SET videos_at = 1")

        def videos():
            return {one["item_id"]: one for one in world.box.all_of("/v1/videos", via="unix")}
        until("the new one", lambda: "7999999999999999999" in videos())
        until("the deleted one", lambda: videos()[gone]["visibility"] == "deleted")
        tap.equal(videos()[changed]["engagement"]["views"], 987654321)
        tap.equal(sum(one["visibility"] == "deleted" for one in videos().values()), 1)


@test
def a_creator_may_have_several_accounts():
    with World() as world:
        tap.equal(world.connect().status, 200)
        world.creator = world.tiktok.command("sample", "--videos", "3").split()[0]
        world.token = world.tiktok.command("token", "create", world.creator)
        world.tiktok.sql("UPDATE accounts SET name = 'Lena Cooks' WHERE account = ?", world.creator)
        tap.equal(world.connect().status, 200)
        tap.equal([one["connection"] for one in world.accounts()], ["connected"] * 2)
        second = next(one["id"] for one in world.accounts() if one["name"] == "Lena Cooks")
        until("the videos of both", lambda: len(world.box.all_of("/v1/videos", via="unix")) == VIDEOS + 3)
        tap.equal(len(world.box.all_of(f"/v1/videos?account={second}", via="unix")), 3)


@test
def makes_a_code_there_and_sees_its_use():
    with World() as world:
        advertiser = world.tiktok.command("advertiser", "add", "Acme")
        brand = world.tiktok.command("advertiser", "token", advertiser)
        tap.equal(world.connect().status, 200)
        until("all videos", lambda: len(world.box.all_of("/v1/videos", via="unix")) == VIDEOS)
        ready = world.make_code()[1]
        code = ready["id"]
        answer = world.tiktok.request(
            "POST", "/open_api/v1.3/tt_video/authorize/",
            {"advertiser_id": advertiser, "auth_code": ready["code"]}, via="brands",
            headers={"Access-Token": brand}, checked=False)
        tap.equal(answer["code"], 0, str(answer.json))
        # It would be looked at again within two minutes.
        world.box.sql("UPDATE videos SET status_at = 1")
        world.box.sql("UPDATE platform_turns SET next_at = 1")
        until("its use", lambda: world.ask(200, "GET", "/v1/codes/" + code)["state"] == "in_use")
        extended = world.ask(200, "POST", f"/v1/codes/{code}/extend", {"days": 7})
        tap.equal(extended["id"], code)
        until("the days", lambda: world.ask(200, "GET", "/v1/codes/" + code)["days"] == 37)


class Browser:
    """A brand's: keeps cookies, and sends a form's token back."""

    def __init__(self, site):
        self.site, self.cookies = site, {}

    def ask(self, path, form=None):
        kept = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        page = fetch(self.site + path, form, {"Cookie": kept})
        for cookie in page.headers.get_all("Set-Cookie") or []:
            name, value = cookie.split(";")[0].split("=", 1)
            self.cookies[name] = value
        return page

    def send(self, page, action, **form):
        return self.ask(action, {**hidden(page), **form})

    def sign_in(self, invitation):
        """Sends it, as the page does by itself, and says yes to the ad account that it is for."""
        return self.send(self.send(self.ask("/i"), "/sign-in", invitation=invitation), "/sign-in/invited")


@test
def a_brand_connects_its_ad_account_and_redeems_a_link():
    with World(brands=True) as world:
        advertiser = world.tiktok.command("advertiser", "add", "Acme")
        token = world.tiktok.command("advertiser", "token", advertiser)
        tap.equal(world.connect().status, 200)
        until("all videos", lambda: len(world.box.all_of("/v1/videos", via="unix")) == VIDEOS)
        video, code = world.make_code()
        link = world.ask(201, "POST", f"/v1/videos/{video['id']}/links", {"brand": {"name": "Acme"}})
        browser = Browser(world.site)
        home = browser.ask("/")
        found = browser.send(home, "/check", string=link["string"])
        tap.ok("A new ad account in the sandbox" not in found.text)
        tap.ok("/sign-in" in found.text, found.text)
        tap.ok("Sample data" not in found.text)
        tap.ok("/connect/ads" in browser.ask("/sign-in").text)

        # The cookie is for the name that TikTok sends the browser back to.
        elsewhere = fetch(world.site.replace("127.0.0.1", "localhost") + "/connect/ads")
        tap.equal((elsewhere.status, elsewhere.headers["Location"], elsewhere.headers["Set-Cookie"]),
                  (303, world.site + "/connect/ads?here=1", None))
        away = browser.ask("/connect/ads")
        tap.equal(away.status, 303)
        tap.ok("HttpOnly; SameSite=Lax; Max-Age=900" in away.headers["Set-Cookie"])
        parts = urllib.parse.urlsplit(away.headers["Location"])
        tap.equal(parts.path, "/portal/auth")
        form = dict(urllib.parse.parse_qsl(parts.query), token=token, answer="yes")
        back = fetch(f"{parts.scheme}://{parts.netloc}{parts.path}", form).headers["Location"]
        tap.ok(back.startswith(world.redirect + "?") and "auth_code=" in back, back)
        # Whoever sends somebody else the address signs nobody in, and uses nothing up.
        for cookie in ("", "sparkbox-connect=" + "0" * 64):
            tap.equal(fetch(back, headers={"Cookie": cookie}).status, 400)
        tap.equal(world.tiktok.sql("SELECT count(*) FROM advertiser_tokens WHERE app = ?", world.app),
                  [(0,)])
        done = browser.ask(back[len(world.site):])
        tap.equal(done.status, 303, done.text)
        where = urllib.parse.urlsplit(done.headers["Location"])
        tap.equal(where.path, "/i")
        signed_in = browser.sign_in(where.fragment)
        tap.equal(signed_in.headers["Location"], "/posts?account=" + advertiser)

        found = browser.send(browser.ask("/"), "/check", string=link["string"])
        redeemed = browser.send(found, "/redeem", account=advertiser, agree="yes")
        tap.equal(redeemed.status, 303, redeemed.text)
        tap.ok("Sample data" not in found.text)
        grant = until("TikTok's word", lambda: [
            one for one in world.box.all_of("/v1/grants", via="unix") if one["state"] == "authorized"])[0]
        tap.equal((grant["advertiser"]["id"], grant["brand"]["name"], grant["source"]),
                  (advertiser, "Acme", "redeemed"))
        tap.equal(world.tiktok.sql("SELECT count(*) FROM grants WHERE advertiser = ? AND state = 1",
                                   advertiser), [(1,)])
        # A tool is answered for the sandbox alone: this is neither listed, nor used, nor dropped there.
        tool = world.box.command("advertiser", "token", advertiser)
        another = world.ask(201, "POST", f"/v1/videos/{video['id']}/links", {"brand": {"name": "Acme"}})

        def as_tool(method, path, **values):
            query = "?" + urllib.parse.urlencode(values) if method == "GET" else ""
            return world.box.request(method, f"/open_api/v1.3/{path}/{query}", values if method == "POST" else None,
                                     via="brands", headers={"Access-Token": tool}, checked=False).json
        for string in (link["string"], another["string"], code["code"]):
            for method, path in (("GET", "tt_video/info"), ("POST", "tt_video/authorize")):
                answer = as_tool(method, path, advertiser_id=advertiser, auth_code=string)
                tap.equal(answer["code"], 40002, str(answer))
                tap.ok("not of a sandbox account" in answer["message"], answer["message"])
        answer = as_tool("GET", "tt_video/list", advertiser_id=advertiser)
        tap.equal((answer["code"], answer["data"]["list"]), (0, []))
        tap.equal(answer["data"]["page_info"]["total_number"], 0)
        answer = as_tool("GET", "identity/get", advertiser_id=advertiser, identity_type="AUTH_CODE")
        tap.equal((answer["code"], answer["data"]["identity_list"]), (0, []))
        answer = as_tool("POST", "tt_video/unbind", advertiser_id=advertiser, item_id=video["item_id"])
        tap.ok(answer["code"] != 0, str(answer))
        tap.equal([(one["id"], one["state"]) for one in world.box.all_of("/v1/grants", via="unix")],
                  [(grant["id"], "authorized")])
        tap.equal(world.ask(200, "GET", "/v1/links/" + another["id"])["state"], "open")

        done = browser.ask(redeemed.headers["Location"]).text
        tap.ok('id="done"' in done, done)
        tap.ok("This is the sandbox" not in done)
        # The brand saw the link alone, never TikTok's code.
        tap.ok(code["code"] not in html.unescape(found.text + redeemed.text))
        stored = world.box.sql("SELECT access FROM advertiser_connections")[0][0]
        tap.ok(isinstance(stored, bytes))

        def given():
            return world.tiktok.sql("SELECT count(*) FROM advertiser_tokens WHERE app = ?", world.app)
        tap.equal(given(), [(1,)])
        page = browser.ask("/access?account=" + advertiser)
        tap.ok('href="/access/disconnect?account=' + advertiser in page.text, page.text)
        asked = browser.ask("/access/disconnect?account=" + advertiser)
        tap.ok("Posts that are authorized and ads that run stay as they are." in asked.text, asked.text)
        tap.equal(world.box.sql("SELECT state FROM advertiser_connections"), [(1,)])
        tap.equal(browser.ask("/access/disconnect", {"account": advertiser}).status, 403)
        done = browser.send(asked, "/access/disconnect", account=advertiser)
        tap.equal((done.status, done.headers["Location"]), (303, "/access?account=" + advertiser))
        tap.ok("isconnect" in browser.ask(done.headers["Location"]).text.split('id="connection"')[1])
        until("the token's end", lambda: world.box.sql("SELECT * FROM advertiser_connections") == [])
        tap.equal(given(), [(0,)])
        after = browser.ask("/access?account=" + advertiser).text
        tap.ok("This ad account is not connected." in after and "/connect/ads" in after, after)
        tap.equal(world.ask(200, "GET", "/v1/grants/" + grant["id"])["state"], "authorized")


@test
def codes_that_are_none_are_brought_seldom():
    with World(brands=True) as world:
        browser = Browser(world.site)
        seen = []
        for _ in range(8):
            away = browser.ask("/connect/ads")
            state = urllib.parse.parse_qs(urllib.parse.urlsplit(away.headers["Location"]).query)["state"][0]
            seen.append(browser.ask(f"/connect/callback?state={state}&auth_code=none"))
        tap.equal([page.status for page in seen[:5]], [400] * 5)
        refused = [page for page in seen if page.status == 503]
        tap.ok(len(refused) >= 2, str([page.status for page in seen]))
        tap.ok(int(refused[0].headers["Retry-After"]) > 0)
        # What had to wait can still be used.
        tap.equal(world.box.sql("SELECT count(*) FROM consents"), [(len(refused),)])


@test
def settings_are_checked_at_the_start():
    with Backend() as plain:
        secret = os.path.join(plain.folder, "secret")
        with open(secret, "w", encoding="utf-8") as file:
            file.write("s")
        os.chmod(secret, 0o644)
        serve = ["serve", "--listen", "127.0.0.1:0", "--tiktok-app-id", "7"]
        url = ["--tiktok-redirect-url", "https://box.example/connect/callback"]
        for arguments in (serve,
                          serve + url,
                          serve + url + ["--tiktok-secret-file", "/nowhere"],
                          serve + url + ["--tiktok-secret-file", secret],
                          serve + ["--tiktok-redirect-url", "http://box.example/connect/callback"],
                          serve + ["--tiktok-redirect-url", "https://box.example/"]):
            plain.command(*arguments, status=1)


# Most of the time they wait for what TikTok may be asked in a second.
tap.run(7)
