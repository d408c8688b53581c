# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""A real sparkboxd over a real SQLite file, and a client that holds every answer against
data/openapi.yaml."""

import atexit
import http.client
import json
import os
import re
import select
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import urllib.parse

import openapi
import tap

SPARKBOXD = os.environ.get("SPARKBOXD", "sparkboxd")
# How long, in seconds, somebody waits who is silent: the server ends who is so for 30.
TIMEOUT = 20
# How long what must happen is waited for, an answer too.
PATIENCE = 60
# The string of a code or a link of Sparkbox or TikTok: never in an error.
SECRET = re.compile(r"#[A-Za-z0-9+/]{20,}")

description = openapi.Description()
_validators = {}
# (operation id, error code) and (operation id, status) that were seen.
seen = set()


def validator(key, schema):
    if key not in _validators:
        _validators[key] = description.validator(schema)
    return _validators[key]


def check(key, schema, value):
    error = next(validator(key, schema).iter_errors(value), None)
    if error is not None:
        at = "/".join(map(str, error.absolute_path))
        raise AssertionError(f"{key} at {at}: {error.message[:500]}")


def check_change(change):
    check("Change", {"$ref": "#/components/schemas/Change", "unevaluatedProperties": True}, change) \
        if change["object"] is None else \
        check(change["kind"], {"$ref": "#/components/schemas/" + change["kind"].capitalize()},
              change["object"])
    tap.equal(set(change), {"account_id", "seq", "kind", "id", "object"})
    if change["object"] is not None and change["kind"] != "account":
        tap.equal(change["object"]["id"], change["id"])


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body
        kind = headers.get("Content-Type", "")
        self.json = json.loads(body) if body and "json" in kind else None

    @property
    def code(self):
        return self.json.get("code") if self.status >= 400 and self.json else None

    def __getitem__(self, name):
        return self.json[name]


def hold_against_description(method, path, answer):
    """Everything that the description promises about an answer."""
    operation = description.find(method, urllib.parse.urlsplit(path).path)
    headers = answer.headers
    tap.equal(headers.get("X-Content-Type-Options"), "nosniff", path)
    tap.equal(headers.get("Cache-Control"), "no-store", path)
    tap.ok(re.fullmatch("[0-9a-f]{32}", headers.get("X-Request-Id", "")), path)
    where = f"{method} {path[:120]}: {answer.status} {answer.body[:300]!r}"
    if answer.status >= 400 and (operation is None or str(answer.status) not in operation.node["responses"]):
        tap.equal(headers.get("Content-Type"), "application/problem+json", where)
        if method == "HEAD":
            return
        check("Problem", {"$ref": "#/components/schemas/Problem"}, answer.json)
        statuses = {one["const"]: one["x-status"] for one in
                    description.document["components"]["schemas"]["ErrorCode"]["oneOf"]}
        tap.equal(answer.status, statuses[answer.code], where)
        tap.equal(answer.json["status"], answer.status, where)
        tap.equal(answer.json["request_id"], headers["X-Request-Id"], where)
        tap.ok(not SECRET.search(answer.body.decode()), where)
        tap.equal("WWW-Authenticate" in headers, answer.status == 401, where)
        tap.equal("Allow" in headers, answer.status == 405, where)
        tap.equal("Retry-After" in headers, answer.status in (429, 503), where)
        if operation is None:
            tap.ok(answer.code in ("not_found", "method_not_allowed", "invalid_request", "too_large"),
                   where)
        else:
            tap.ok(operation.may_answer(answer.code), "not described: " + where)
            seen.add((operation.id, answer.code))
        return
    tap.ok(operation is not None, "not described: " + where)
    response = operation.node["responses"].get(str(answer.status))
    tap.ok(response is not None, "not described: " + where)
    seen.add((operation.id, answer.status))
    if "content" not in response:
        tap.equal((answer.body, headers.get("Content-Type")), (b"", None), where)
        return
    kind = headers.get("Content-Type")
    tap.ok(kind in response["content"], where)
    if method != "HEAD" and kind == "application/json":
        schema = response["content"][kind]["schema"]
        if operation.id == "listChanges":
            for change in answer.json["items"]:
                check_change(change)
            tap.equal(set(answer.json), {"items", "cursor", "has_more", "remaining"})
        else:
            check((operation.id, answer.status), schema, answer.json)


class UnixConnection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=PATIENCE)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(PATIENCE)
        self.sock.connect(self.path)


class Backend:
    """One database, and at most one server over it."""

    def __init__(self, **options):
        self.folder = tempfile.mkdtemp(prefix="spark-", dir="/tmp")
        self.database = os.path.join(self.folder, "db")
        self.socket = os.path.join(self.folder, "s")
        self.options = options
        self.process = None
        self.errors = open(os.path.join(self.folder, "errors"), "w+b")
        atexit.register(self.kill)

    def __enter__(self):
        return self

    def kill(self):
        """Whatever went wrong, nothing is left behind."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __exit__(self, *_):
        try:
            self.stop()
        finally:
            self.errors.seek(0)
            text = self.errors.read().decode(errors="replace")
            self.errors.close()
            shutil.rmtree(self.folder, ignore_errors=True)
        tap.ok(not re.search("WARNING|CRITICAL|ERROR|runtime error", text), text[-3000:])

    def run(self, *arguments):
        return subprocess.run([SPARKBOXD, *arguments, "--database", "sqlite:" + self.database],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=PATIENCE)

    def command(self, *arguments, status=0):
        done = self.run(*arguments)
        tap.equal(done.returncode, status, f"{arguments}: {done.stderr}")
        return done.stdout.strip()

    def start(self):
        listen = self.options.get("listen", ["127.0.0.1:0", "unix:" + self.socket])
        brands = self.options.get("listen_brands", ["127.0.0.1:0"])
        arguments = [SPARKBOXD, "serve", "--database", "sqlite:" + self.database]
        for address in listen:
            arguments += ["--listen", address]
        for address in brands:
            arguments += ["--listen-brands", address]
        # A test asks more often than a person; one that comes after this counts.
        arguments += ["--requests-per-second", "1000000"]
        arguments += self.options.get("arguments", [])
        self.process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=self.errors, bufsize=0)
        lines = [self._line() for _ in listen + brands]
        tap.ok(all(line.startswith("listening on ") for line in lines), str(lines))
        self.urls = [line.split(" ")[2] for line in lines if not line.endswith(" for brands")]
        self.brand_urls = [line.split(" ")[2] for line in lines if line.endswith(" for brands")]
        tcp = [url for url in self.urls if url.startswith("http")]
        self.url = tcp[0] if tcp else None
        return self

    def _line(self):
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        tap.ok(ready, "the server does not say that it listens")
        line = self.process.stdout.readline().decode().rstrip("\n")
        if not line:
            self.errors.flush()
            with open(self.errors.name, encoding="utf-8", errors="replace") as text:
                raise AssertionError("the server ended: " + text.read()[-2000:])
        return line

    def stop(self, number=signal.SIGTERM, status=0):
        """Returns how long it took, in seconds."""
        if self.process is None:
            return 0
        began = time.monotonic()
        self.process.send_signal(number)
        result = self.process.wait(PATIENCE)
        self.process.stdout.close()
        self.process = None
        tap.equal(result, status)
        return time.monotonic() - began

    def connect(self, via="tcp"):
        if via == "unix":
            return UnixConnection(self.socket)
        url = self.brand_urls[0] if via == "brands" else via if via.startswith("http") else self.url
        parts = urllib.parse.urlsplit(url)
        return http.client.HTTPConnection(parts.hostname, parts.port, timeout=PATIENCE)

    def raw(self, via="tcp"):
        """A connected socket."""
        connection = self.connect(via)
        connection.connect()
        sock = connection.sock
        sock.settimeout(TIMEOUT)
        connection.sock = None
        return sock

    def request(self, method, path, body=None, token=None, via="tcp", key=None, headers=None,
                connection=None, checked=True):
        own = connection is None
        connection = connection or self.connect(via)
        headers = dict(headers or {})
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            headers.setdefault("Content-Type", "application/json")
        if token is not None:
            headers["Authorization"] = "Bearer " + token
        if key is not None:
            headers["Idempotency-Key"] = key
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        finally:
            if own:
                connection.close()
        if checked:
            hold_against_description(method, path, answer)
        return answer

    def expect(self, wanted, method, path, body=None, **options):
        """wanted: a status, or the code of an error."""
        answer = self.request(method, path, body, **options)
        tap.equal(answer.code if isinstance(wanted, str) else answer.status, wanted,
                  f"{method} {path[:200]} {answer.body[:300]!r}")
        return answer

    def all_of(self, path, **options):
        """Every item of a list, page by page."""
        items, cursor = [], None
        while True:
            url = path + ("&" if "?" in path else "?") + "limit=100"
            if cursor is not None:
                url += "&cursor=" + urllib.parse.quote(cursor)
            answer = self.expect(200, "GET", url, **options)
            items += answer["items"]
            cursor = answer["next_cursor"]
            if cursor is None:
                return items

    def sql(self, statement, *values):
        """Behind the server's back: lets time pass for one row."""
        with sqlite3.connect(self.database, timeout=PATIENCE) as connection:
            rows = connection.execute(statement, values).fetchall()
        connection.close()
        return rows


def split(object_id):
    account, number = object_id.split(".")
    return int(account), int(number)
