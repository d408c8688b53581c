#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""Two sparkboxd on one PostgreSQL database ask the same TikTok, which the sandbox of a third plays:
together they look at each thing once, and ask no more than one alone might."""

import http.client
import http.server
import importlib.util
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time

FOLDER = os.path.dirname(os.path.abspath(__file__))
for name in ("../api", "../nodes"):
    sys.path.insert(0, os.path.join(FOLDER, name))

import tap  # noqa: E402
from backend import PATIENCE, SPARKBOXD, TIMEOUT, UnixConnection  # noqa: E402
from cluster import Cluster  # noqa: E402
from tap import test  # noqa: E402

run, tap.run = tap.run, lambda *_: None  # the other program's tests are its own
spec = importlib.util.spec_from_file_location("connect", os.path.join(FOLDER, "test-connect.py"))
connect = importlib.util.module_from_spec(spec)
spec.loader.exec_module(connect)
tap.run = run
tap._tests.clear()
connect.VIDEOS = 90
until = connect.until

STATUS = "/open_api/v1.3/business/post/authorize/status/"
LIST = "/open_api/v1.3/business/video/list/"
A_MINUTE = 40  # of one account and endpoint
CODES = 30     # each takes two looks at least


class Way:
    """Between one node and TikTok: hands on, and notes what was asked when."""

    def __init__(self, url):
        self.asked = []  # (when, path, whole)
        self.before = lambda path: None
        target = url.split("//")[1]
        way = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def pass_on(self):
                way.asked.append((time.monotonic(), self.path.split("?")[0], self.path))
                way.before(self.path.split("?")[0])
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                theirs = http.client.HTTPConnection(target, timeout=TIMEOUT)
                theirs.request(self.command, self.path, body or None, {
                    name: self.headers[name] for name in ("Access-Token", "Content-Type")
                    if name in self.headers})
                answer = theirs.getresponse()
                text = answer.read()
                theirs.close()
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.headers.get("Content-Type", "text/plain"))
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            do_GET = do_POST = pass_on

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = "http://127.0.0.1:%d" % self.server.server_address[1]
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


class Node:
    def __init__(self, name, world, cluster, port):
        self.way = Way(world.tiktok.brand_urls[0])
        self.folder = os.path.join(cluster.folder, name)
        os.mkdir(self.folder, 0o700)
        self.socket = os.path.join(self.folder, "s")
        config = os.path.join(self.folder, "conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"[sparkboxd]\ntiktok-app-id={world.app}\ntiktok-secret-file={world.secret}\n"
                       f"tiktok-redirect-url={world.redirect}\ntiktok-auth-url={world.tiktok.brand_urls[0]}\n"
                       f"tiktok-api-url={self.way.url}\nbrand-url={world.site}\n")
        self.errors = open(os.path.join(self.folder, "errors"), "w+b")
        self.process = subprocess.Popen(
            [SPARKBOXD, "serve", "--config", config, "--listen", "unix:" + self.socket,
             "--listen-brands", f"127.0.0.1:{port}", "--key", os.path.join(cluster.folder, "key"),
             "--requests-per-second", "1000000", "--database",
             f"postgresql:///postgres?host={cluster.primary.folder}&user=test"],
            stdout=subprocess.PIPE, stderr=self.errors, bufsize=0)
        for _ in range(2):
            ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
            line = self.process.stdout.readline() if ready else b""
            tap.ok(line.startswith(b"listening on "), self.said())

    def said(self):
        self.errors.seek(0)
        return self.errors.read().decode(errors="replace")[-3000:]

    def ask(self, method, path, body=None):
        connection = UnixConnection(self.socket)
        connection.request(method, path, json.dumps(body) if body is not None else None,
                           {"Content-Type": "application/json"})
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        tap.ok(answer.status < 300, f"{method} {path}: {answer.status} {text[:300]}")
        return json.loads(text)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        tap.equal(self.process.wait(PATIENCE), 0, self.said())
        self.process.stdout.close()
        self.errors.close()
        self.way.close()


class World(connect.World):
    """TikTok as there; instead of one Sparkbox, two nodes."""

    def __init__(self):
        self.cluster = Cluster()
        super().__init__(brands=True)
        self.box.stop()
        self.secret = os.path.join(self.box.folder, "secret")
        self.cluster.start()
        self.nodes = [Node("one", self, self.cluster, self.port),
                      Node("two", self, self.cluster, connect.free_port())]

    def __exit__(self, *error):
        try:
            for node in self.nodes:
                node.stop()
        finally:
            self.cluster.close()
            super().__exit__(*error)

    def asked(self, path):
        """By either node, in order."""
        return sorted(one for node in self.nodes for one in node.way.asked if one[1] == path)


def most_in_a_minute(asked):
    times = [one[0] for one in asked]
    return max((sum(1 for other in times if time <= other < time + 60) for time in times), default=0)


@test
def together_they_ask_no_more_than_one_may():
    with World() as world:
        one, two = world.nodes
        back = world.consent(one.ask("POST", "/v1/connect")["url"])
        tap.equal(world.answer(back).status, 200)
        videos = until("all videos", lambda: len(
            items := two.ask("GET", "/v1/videos?limit=100")["items"]) == connect.VIDEOS and items)
        # Each page of the list was read once, by whoever it was.
        pages = [path for _, _, path in world.asked(LIST) if "video_ids" not in path]
        tap.equal(len(pages), len(set(pages)), str(pages))
        tap.equal(len(pages), -(-connect.VIDEOS // 20))

        free = [one["id"] for one in videos if one["authorization"]["state"] == "off"
                and not one["blockers"]][:CODES]
        tap.equal(len(free), CODES)
        for number, video in enumerate(free):
            world.nodes[number % 2].ask("POST", f"/v1/videos/{video}/code", {"days": 30})
        until("as much as may be asked", lambda: len(world.asked(STATUS)) >= A_MINUTE)
        time.sleep(5)  # in which whoever counts alone goes on
        asked = world.asked(STATUS)
        tap.equal(most_in_a_minute(asked), A_MINUTE)
        tap.ok(all(any(path == STATUS for _, path, _ in node.way.asked) for node in world.nodes),
               "one node did it all")
        # TikTok never had to say that it was too much.
        tap.ok("40100" not in one.said() + two.said())


@test
def they_outlive_their_database():
    """It is gone when what TikTok answered is to be written down: that is told, and no more."""
    with World() as world:
        lost = threading.Lock()

        def lose(path):
            if path == LIST and lost.acquire(blocking=False):
                world.cluster.primary.crash()

        for node in world.nodes:
            node.way.before = lose
        back = world.consent(world.nodes[0].ask("POST", "/v1/connect")["url"])
        tap.equal(world.answer(back).status, 200)
        until("what could not be kept", lambda: any(
            "A page of videos could not be kept: " in node.said() for node in world.nodes))
        world.cluster.primary.start()
        # Rather than when the lease of whoever was at it is over.
        world.cluster.primary.sql("UPDATE platform_turns SET next_at = 1")

        def videos():
            try:
                return len(world.nodes[1].ask("GET", "/v1/videos?limit=100")["items"])
            except AssertionError:
                return 0  # told to come back

        until("all videos", lambda: videos() == connect.VIDEOS)
        for node in world.nodes:
            tap.equal(node.process.poll(), None, node.said())


run()
