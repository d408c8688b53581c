# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""A reader of GET /v1/feed, as the standard for event streams has it."""

import json
import select
import time

import backend
import tap


class Feed:
    def __init__(self, world, token=None, after=None, last_event_id=None, via="tcp", checked=True, headers=()):
        self.checked = checked
        self.sock = world.raw(via)
        path = "/v1/feed" + (f"?after={after}" if after is not None else "")
        lines = [f"GET {path} HTTP/1.1", "Host: x"]
        token = token or (world.token if via == "tcp" else None)
        if token:
            lines.append("Authorization: Bearer " + token)
        lines += headers
        if last_event_id is not None:
            lines.append("Last-Event-ID: " + last_event_id)
        self.sock.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
        self.raw = b""
        self.text = b""
        self.ended = False
        self.pings = 0
        self.id = None  # of the last event that had one
        self.changes = []
        self.bursts = []  # how many changes stood before each id
        self.ready = False
        self._await(lambda: b"\r\n\r\n" in self.raw)
        head, self.raw = self.raw.split(b"\r\n\r\n", 1)
        self.status = int(head.split(b" ", 2)[1])
        self.head = head.decode().lower()
        if self.status == 200:
            tap.ok("content-type: text/event-stream" in self.head, self.head)
            tap.ok("transfer-encoding: chunked" in self.head, self.head)
            # nginx in front passes it on as it comes.
            tap.ok("x-accel-buffering: no" in self.head, self.head)
            self._take()

    def close(self):
        self.sock.close()

    def _read(self, seconds):
        ready, _, _ = select.select([self.sock], [], [], seconds)
        if not ready:
            return False
        try:
            part = self.sock.recv(65536)
        except ConnectionError:
            part = b""
        self.raw += part
        self.ended = self.ended or part == b""
        return True

    def _await(self, condition, seconds=None):
        deadline = time.monotonic() + (seconds or backend.TIMEOUT)
        while not condition():
            left = deadline - time.monotonic()
            if self.ended or left <= 0:
                return False
            self._read(left)
            if hasattr(self, "status") and self.status == 200:
                self._take()
        return True

    def _take(self):
        """Out of their chunks, into events."""
        while b"\r\n" in self.raw:
            size, rest = self.raw.split(b"\r\n", 1)
            length = int(size, 16)
            if len(rest) < length + 2:
                break
            self.text += rest[:length]
            self.raw = rest[length + 2:]
            if length == 0:
                self.ended = True
                break
        while b"\n\n" in self.text:
            event, self.text = self.text.split(b"\n\n", 1)
            self._dispatch(event.decode())

    def _dispatch(self, event):
        kind, data, event_id = "message", [], None
        for line in event.split("\n"):
            if line.startswith(":"):
                self.pings += line == ": ping"
                continue
            name, _, value = line.partition(": ")
            tap.ok(name in ("id", "event", "data"), repr(line))
            if name == "id":
                event_id = value
            elif name == "event":
                kind = value
            else:
                data.append(value)
        if data:
            value = json.loads("\n".join(data))
            if kind == "change":
                if self.checked:
                    backend.check_change(value)
                self.changes.append(value)
            else:
                tap.equal((kind, value), ("ready", {}))
                tap.ok(not self.ready, "ready is told once")
                self.ready = True
        if event_id is not None:
            self.id = event_id
            self.bursts.append(len(self.changes))

    def until(self, condition, seconds=None, why=""):
        tap.ok(self._await(lambda: condition(self), seconds), why or f"{len(self.changes)} changes, ended {self.ended}")
        return self

    def until_ready(self):
        return self.until(lambda feed: feed.ready)

    def until_ended(self, seconds=None):
        return self.until(lambda feed: feed.ended, seconds)

    def nothing_more(self, seconds=0.4):
        count = len(self.changes)
        self._await(lambda: False, seconds)
        tap.equal([one["id"] for one in self.changes[count:]], [])


class Replica:
    """What an application keeps: each object in its newest state."""

    def __init__(self):
        self.objects, self.seq = {}, {}

    def take(self, changes):
        for change in changes:
            account = change["account_id"]
            if change["kind"] == "account" and change["object"] is None:
                self.objects = {key: one for key, one in self.objects.items()
                                if key[1].split(".")[0] != account}
                self.seq.pop(account, None)
                continue
            tap.ok(change["seq"] > self.seq.get(account, 0), f"{change['seq']} comes after {self.seq}")
            self.seq[account] = change["seq"]
            key = (change["kind"], change["id"])
            if change["object"] is None:
                self.objects.pop(key, None)
            else:
                self.objects[key] = change["object"]


def whole(world, **options):
    """The same by asking for lists."""
    found = {}
    for kind in ("account", "video", "code", "link", "grant", "brand", "event"):
        for one in world.all_of(f"/v1/{kind}s", **options) if kind != "account" else \
                world.expect(200, "GET", "/v1/accounts", **options)["items"]:
            found[(kind, one["id"])] = one
    return found
