#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""What the server tells of itself, in logs and metrics, and what nothing of it ever tells."""

import base64
import contextlib
import glob
import hashlib
import http.client
import json
import os
import re
import resource
import secrets as secrets_module
import signal
import sqlite3
import subprocess
import tempfile
import time
import urllib.parse

import tap
from backend import PATIENCE, SPARKBOXD, Backend
from feed import Feed
from world import World

HOST = "127.0.0.1"


class Told(World):
    """A world whose server logs and counts."""

    def __init__(self, *arguments):
        super().__init__(arguments=["--listen-metrics", HOST + ":0", *arguments])

    def start(self):
        super().start()
        line = self._line()
        tap.ok(line.endswith(" for metrics"), line)
        self.metrics_url = line.split()[2]
        return self

    def metrics(self):
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.metrics_url).netloc, timeout=20)
        connection.request("GET", "/metrics")
        answer = connection.getresponse()
        tap.equal((answer.status, answer.headers["Content-Type"]),
                  (200, "text/plain; version=0.0.4; charset=utf-8"))
        text = answer.read().decode()
        connection.close()
        return text

    def log(self):
        with open(self.errors.name, encoding="utf-8") as file:
            return file.read()


def values(text):
    """Of the text format: each sample with its labels as it stands."""
    found = {}
    for line in text.splitlines():
        if line.startswith("#"):
            tap.ok(re.fullmatch(r"# (HELP [a-z_]+ .+|TYPE [a-z_]+ (counter|gauge|histogram))", line), line)
            continue
        tap.ok(re.fullmatch(r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.e+-]+', line), line)
        name, _, value = line.rpartition(" ")
        tap.ok(name not in found, "twice: " + name)
        found[name] = float(value)
    return found


def signed_in(world, invitation):
    """A person joins, and their application gets tokens, twice; all that is secret of it."""
    verifier, password = secrets_module.token_urlsafe(48), "correct horse battery"
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    redirect = "http://127.0.0.1:4711/"

    def form(path, **members):
        return world.request("POST", path, urllib.parse.urlencode(members).encode(), checked=False,
                             headers={"Content-Type": "application/x-www-form-urlencoded"})

    answer = form("/oauth/authorize", client_id="sparkbox", response_type="code", redirect_uri=redirect,
                  state="st-ate", code_challenge=challenge, code_challenge_method="S256", device="Laptop",
                  name="Lena", password=password, invitation=invitation, act="join")
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.headers["Location"]).query)
    code = query["code"][0]
    first = form("/oauth/token", grant_type="authorization_code", client_id="sparkbox", code=code,
                 redirect_uri=redirect, code_verifier=verifier).json
    second = form("/oauth/token", grant_type="refresh_token", client_id="sparkbox",
                  refresh_token=first["refresh_token"]).json
    world.expect(200, "GET", "/v1/accounts", token=second["access_token"])
    return [verifier, password, code] + [one[kind] for one in (first, second)
                                         for kind in ("access_token", "refresh_token")]


def live(world):
    """A bit of everything that has to do with secrets; gives them."""
    secrets = list(world.tokens.values()) + [world.stranger] + world.advertiser_tokens
    code = world.new_code()
    tap.equal(world.redeem(code["code"]), 0)
    link = world.new_link(code["video_id"], "Acme")
    tap.equal(world.redeem(link["string"], 1), 0)
    tracked = world.new_tracked_code()
    secrets += [code["code"], link["string"], tracked["code"], "#WrongWrongWrongWrongWrongWrong"]
    world.redeem("#WrongWrongWrongWrongWrongWrong")
    invitation = world.command("invite", world.sandbox)
    secrets.append(invitation)
    secrets += signed_in(world, invitation)
    # Where they do not belong: in addresses, queries, bodies that are refused, and headers.
    quoted = urllib.parse.quote(code["code"], safe="")
    for path in (f"/v1/codes/{quoted}", f"/v1/videos?q={quoted}", f"/nothing/{quoted}", f"/?token={world.token}",
                 f"/v1/accounts?access_token={world.token}"):
        world.request("GET", path, checked=False)
    world.request("POST", f"/v1/videos/{code['video_id']}/code", b'{"code": "' + code["code"].encode(),
                  headers={"Content-Type": "application/json"}, checked=False)
    world.request("POST", "/oauth/token", b"grant_type=refresh_token&refresh_token=" + world.token.encode(),
                  headers={"Content-Type": "application/x-www-form-urlencoded"}, checked=False)
    world.request("GET", "/l/" + urllib.parse.quote(link["string"][1:], safe=""), via="brands", checked=False)
    world.request("GET", "/v1/accounts", token=world.token + "x", checked=False)
    return secrets


def forms_of(secret):
    bare = secret.lstrip("#")
    return {bare, urllib.parse.quote(bare, safe=""), bare[:20], bare[-20:]}


def tell_nothing(secrets, text, where):
    for secret in secrets:
        for form in forms_of(secret):
            tap.ok(form not in text, f"{where} tells {form[:8]}…")


@tap.test
def a_line_of_json_a_request_with_its_id():
    world = Told("--log-requests", "--log-format", "json")
    try:
        answer = world.expect(200, "GET", "/v1/accounts")
        problem = world.expect("not_found", "GET", "/v1/videos/9999.9")
        nothing = world.expect(404, "GET", "/nothing/there?at=all", checked=False)
        secrets = live(world)
        lines = {line["request"]: line for line in map(json.loads, world.log().splitlines())}
        line = lines[answer.headers["X-Request-Id"]]
        tap.equal((line["method"], line["route"], line["status"], line["peer"], line["level"]),
                  ("GET", "/v1/accounts", "200", HOST, "info"))
        tap.ok(int(line["microseconds"]) >= 0 and line["time"].endswith("Z"), str(line))
        line = lines[problem["request_id"]]
        tap.equal((line["route"], line["status"]), ("/v1/videos/{id}", "404"))
        line = lines[nothing.headers["X-Request-Id"]]
        tap.equal((line["route"], line["method"], line["status"]), ("", "", "404"))
        tell_nothing(secrets, world.log(), "the log")
        tap.ok("at=all" not in world.log(), "no query is logged")
    finally:
        world.__exit__(None, None, None)


@tap.test
def notices_at_once_who_has_left_a_feed():
    world = Told()
    try:
        feeds = [Feed(world, checked=False).until_ready() for _ in range(20)]
        stays = Feed(world, checked=False).until_ready()
        tap.equal(values(world.metrics())["sparkbox_feeds"], 21)
        for feed in feeds:
            feed.close()
        # Long before anything is sent to them, which by itself is after 15 s at the soonest.
        deadline = time.monotonic() + 10
        while values(world.metrics())["sparkbox_feeds"] > 1 and time.monotonic() < deadline:
            time.sleep(0.1)
        tap.equal(values(world.metrics())["sparkbox_feeds"], 1)
        code = world.new_code()
        stays.until(lambda it: any(one["id"] == code["id"] for one in it.changes))
        stays.close()
    finally:
        world.__exit__(None, None, None)


@tap.test
def counts_what_happens_and_shows_it_where_it_was_asked_to():
    world = Told()
    try:
        secrets = live(world)
        before = values(world.metrics())
        for _ in range(5):
            world.expect(200, "GET", "/v1/accounts")
        world.new_video()
        feed = world.raw()
        feed.sendall(f"GET /v1/feed HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {world.token}\r\n\r\n".encode())
        tap.ok(feed.recv(4096).startswith(b"HTTP/1.1 200"))
        after = values(world.metrics())

        def grew(name):
            return after[name] - before.get(name, 0)

        tap.equal(grew('sparkbox_http_requests_total{method="GET",path="/v1/accounts",status="2xx"}'), 5)
        tap.equal(grew('sparkbox_http_requests_total{method="POST",path="/v1/videos",status="2xx"}'), 1)
        tap.ok(grew("sparkbox_commits_total") >= 1 and grew("sparkbox_writes_total") >= 1, str(after))
        tap.equal(after["sparkbox_feeds"], 1)
        tap.ok(after["sparkbox_connections"] >= 2, str(after["sparkbox_connections"]))
        for name in ("sparkbox_http_request_seconds", "sparkbox_commit_seconds", "sparkbox_commit_writes"):
            buckets = [value for key, value in after.items() if key.startswith(name + "_bucket")]
            tap.equal(buckets, sorted(buckets), "each bucket holds those before it")
            tap.equal(buckets[-1], after[name + "_count"])
            tap.ok(after[name + "_sum"] > 0 and after[name + "_count"] > 0, name)
        tap.ok(grew("sparkbox_http_request_seconds_count") >= 7)
        feed.close()
        tap.equal(world.log(), "", "without being asked, nothing is logged")
        tell_nothing(secrets, world.metrics(), "the metrics")
        # Nowhere else, and there nothing else.
        for via in ("tcp", "unix", "brands"):
            tap.equal(world.request("GET", "/metrics", via=via, checked=False).status, 404, via)
        for path in ("/v1/accounts", "/open_api/v1.3/tt_video/list/", "/oauth/authorize"):
            tap.equal(world.request("GET", path, via=world.metrics_url, checked=False).status, 404, path)
    finally:
        world.__exit__(None, None, None)


def cores_are_files():
    with open("/proc/sys/kernel/core_pattern", encoding="utf-8") as file:
        return not file.read().startswith("|")


def dumps_core(process):
    """Whether it leaves a core when it is aborted, with all the room it wants for one."""
    try:
        most = resource.RLIM_INFINITY
        resource.prlimit(process.pid, resource.RLIMIT_CORE, (most, most))
    except PermissionError:
        pass  # What it gave up, only the system's owner can give back.
    process.send_signal(signal.SIGABRT)
    _, status = os.waitpid(process.pid, 0)
    process.returncode = -os.WTERMSIG(status)
    tap.equal(process.returncode, -signal.SIGABRT)
    return os.WCOREDUMP(status)


def core_limit(process):
    with open(f"/proc/{process.pid}/limits", encoding="utf-8") as file:
        return [line.split() for line in file if line.startswith("Max core file size")][0][4:6]


def command_dumps_core(world):
    """One that cannot end meanwhile: it waits for the database. Nothing may be dumped from its start on."""
    with contextlib.closing(sqlite3.connect(world.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with subprocess.Popen([SPARKBOXD, "invite", "1", "--database", "sqlite:" + world.database],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as command:
            deadline = time.monotonic() + PATIENCE
            while core_limit(command) != ["0", "0"]:
                tap.ok(time.monotonic() < deadline, "a command may dump its core")
                time.sleep(0.01)
            return dumps_core(command)


@tap.test
def keeps_no_secret_readable():
    """After all of that: not in the database's files, and no core is dumped."""
    world = Told("--log-requests")
    try:
        secrets = live(world)
        listed = world.command("token", "list") + world.command("account", "list") + world.command("check")
        tell_nothing(secrets, listed, "a list")
        for path in glob.glob(world.database + "*"):
            with open(path, "rb") as file:
                tell_nothing(secrets, file.read().decode("latin-1"), os.path.basename(path))
            tap.equal(os.stat(path).st_mode & 0o077, 0, path + " is the server's alone")
        backup = os.path.join(world.folder, "backup")
        world.command("backup", backup)
        with open(backup, "rb") as file:
            tell_nothing(secrets, file.read().decode("latin-1"), "the backup")
        with open(f"/proc/{world.process.pid}/cmdline", "rb") as file:
            tell_nothing(secrets, file.read().decode(), "the command line")
        tell_nothing(secrets, world.log(), "the log")
        tap.equal(core_limit(world.process), ["0", "0"])
        # Not dumpable: nobody of the same user reads its memory either.
        if os.geteuid() != 0:
            tap.equal(os.stat(f"/proc/{world.process.pid}/environ").st_uid, 0)
        # Where an ordinary process leaves a core, this one does not.
        with tempfile.TemporaryDirectory() as folder:
            with subprocess.Popen(["sleep", "60"], cwd=folder) as ordinary:
                tap.ok(dumps_core(ordinary) or not cores_are_files(), "there would be none anyway")
        tap.ok(not dumps_core(world.process), "a core was dumped")
        tap.ok(not command_dumps_core(world), "a core was dumped of a command")
        world.process.stdout.close()
        world.process = None
        tap.equal(glob.glob(os.path.join(world.folder, "core*")) + glob.glob("core*"), [])
    finally:
        world.__exit__(None, None, None)


@tap.test
def refuses_a_format_that_is_none():
    with Backend() as backend:
        backend.command("serve", "--listen", HOST + ":0", "--log-format", "xml", status=2)


tap.run()
