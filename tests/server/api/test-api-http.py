#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""What comes over the wire that should not, and how the server begins and ends."""

import json
import os
import random
import re
import signal
import socket
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import backend
import tap
from backend import Backend
from world import World

world = World(arguments=["--head-timeout", "2"],
              listen=["127.0.0.1:0", "unix:/tmp/spark-http-%d.sock" % os.getpid(), "127.0.0.1:0"])
world.socket = "/tmp/spark-http-%d.sock" % os.getpid()
OPERATIONS = backend.description.operations


def concrete(operation):
    return operation.path.replace("{id}", "1.1").replace("{advertiser}", "7")


def raw(data, via="tcp", end=True, timeout=backend.TIMEOUT):
    """Sends bytes as they are; gives what comes back until the server closes."""
    sock = world.raw(via)
    sock.settimeout(timeout)
    answer = b""
    try:
        # The server may be done with it before all of it is sent.
        try:
            sock.sendall(data)
            if end:
                sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass
        while part := sock.recv(65536):
            answer += part
    except ConnectionError:
        pass
    finally:
        sock.close()
    return answer


def fire(data):
    sock = world.raw()
    try:
        sock.sendall(data)
    except ConnectionError:
        pass
    return sock


def status_of(answer):
    return int(answer.split(b" ", 2)[1]) if answer.startswith(b"HTTP/1.1 ") else None


def get(path, *headers):
    lines = [f"GET {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {world.token}",
             "Connection: close", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def is_alive():
    tap.equal(world.expect(200, "GET", "/healthz")["status"], "ok")


@tap.test
def answers_head_like_get_without_a_body():
    video = world.new_video()["id"]
    for path in ("/healthz", "/v1/accounts", "/v1/videos", f"/v1/videos/{video}", "/v1/changes"):
        whole = world.expect(200, "GET", path)
        head = world.expect(200, "HEAD", path)
        tap.equal(head.body, b"")
        tap.equal((head.headers["Content-Length"], head.headers["Content-Type"]),
                  (whole.headers["Content-Length"], whole.headers["Content-Type"]), path)
    tap.equal(world.request("HEAD", "/v1/nothing").status, 404)
    tap.equal(world.request("HEAD", "/v1/feed").status, 200)
    tap.equal(world.request("HEAD", "/v1/accounts", token="nobody's").status, 401)


@tap.test
def says_which_methods_there_are():
    for path in {operation.path for operation in OPERATIONS}:
        there = {operation.method for operation in OPERATIONS if operation.path == path}
        address = [concrete(operation) for operation in OPERATIONS if operation.path == path][0]
        if "GET" in there:
            there.add("HEAD")
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"} - there:
            answer = world.expect("method_not_allowed", method, address)
            tap.equal(set(answer.headers["Allow"].split(", ")), there, f"{method} {path}")


@tap.test
def finds_nothing_where_nothing_is():
    # At the socket there is nothing else; elsewhere the brands' pages have the other addresses.
    for path in ("/", "/nothing", "/v2/accounts", "//v1/accounts", "/V1/accounts", "/healthz/"):
        world.expect("not_found", "GET", path, via="unix")
    for path in ("/v1", "/v1/", "/v1/accounts/", "/v1//accounts", "/v1/accounts/../accounts",
                 "/v1/accounts%2F1", "/v1/videos//cover", "/v1/accounts;x", "/v1/accounts/1/2"):
        world.expect("not_found", "GET", path)
    for path in ("/v1/accounts/%00", "/v1/accounts/%ff", "/v1/accounts/%zz", "/v1/accounts/%1",
                 "/v1" + "/a" * 40, "/v1/videos?q=%ff", "/v1/videos?q=%00", "/v1/videos?%zz=1",
                 "/v1/videos?" + "&".join(f"a{n}=1" for n in range(33)), "/v1/videos?q=" + "x" * 6500):
        world.expect("invalid_request", "GET", path)
    tap.equal(status_of(raw(get("http://x/v1/accounts"))) in (200, 400), True)
    tap.equal(status_of(raw(get("*"))), 400)
    tap.equal(status_of(raw(get("/v1/accounts#part"))) in (400, 404), True)
    # The same address, written in another way.
    tap.equal(world.request("GET", "/v1/%61ccounts", checked=False).status, 200)
    tap.equal(status_of(raw(get("/v1/videos?q=" + "x" * 40000))), 414)
    tap.equal(status_of(raw(get("/v1/videos", "X-Long: " + "x" * 40000))), 431)
    is_alive()


def shape(via, path):
    """What an address is, whatever is drawn anew for each answer."""
    answer = world.request("GET", path, via=via, checked=False)
    body = re.sub(rb"[0-9A-Za-z_-]{20,}", b"", answer.body)
    policy = answer.headers.get("Content-Security-Policy", "")
    return answer.status, answer.headers.get("Content-Type"), re.sub(r"[0-9A-Za-z_+/=-]{16,}", "", policy), body


@tap.test
def decides_by_what_an_address_says_however_it_is_written():
    app = world.command("sandbox", "app", "add", "Tool", "--redirect=http://127.0.0.1:9/back").split()[0]
    asked = (f"client_key={app}&app_id=1&redirect_uri=http%3A%2F%2F127.0.0.1%3A9%2Fback&response_type=code"
             "&scope=user.info.basic")
    pages = set()
    for via, plain, written in (
            ("tcp", "/v1/accounts", "/%76%31/account%73"),
            ("tcp", "/oauth/authorize", "/o%61uth/authorize"),
            ("brands", "/check", "/%63heck"),
            ("brands", "/portal/auth?" + asked, "/p%6frtal/%61uth?" + asked),
            ("brands", "/v2/auth/authorize?" + asked, "/v2/auth/%61uthorize?" + asked),
            ("brands", "/open_api/v1.3/tt_video/list/", "/open%5Fapi/v1.3/tt_video/list/"),
            ("brands", "/v1/accounts", "/%76%31/accounts"),
            ("tcp", "/v1/codes/1.1", "/%761/codes/%31%2e1")):
        pages.add(shape(via, plain))
        tap.equal(shape(via, written), shape(via, plain), written)
    tap.equal(len(pages), 8, "each of them is something else")
    # Decoded once: nothing is a separator or a way up that was not written as one.
    for path in ("/v1%2faccounts", "/v1%2Faccounts", "/v1/%2e/accounts", "/v1/%2e%2e/v1/accounts",
                 "/v1/.%2E/v1/accounts", "/v1/%5caccounts", "/v1/%2561ccounts", "/%2fv1/accounts",
                 "/v1/accounts/%2e", "/v1/codes/%2e%2e", "/v1/codes/1%2f2"):
        answer = world.request("GET", path, token=world.token, checked=False)
        tap.equal(answer.status, 404, path)


@tap.test
def decodes_a_query_as_forms_do():
    video = world.expect(201, "POST", "/v1/videos", {
        "account": world.tracked, "url": "https://www.tiktok.com/@a/video/7360000000000000001"}).json
    account, number = backend.split(video["id"])
    text = "a+b c&d=e%20 ÄÖ"
    world.sql("UPDATE videos SET caption = ?, folded = ? WHERE account = ? AND id = ?",
              text, text.casefold(), account, number)
    for query, found in (("a%2Bb", 1), ("a+b", 0), ("b+c", 1), ("b%20c", 1), ("c%26d%3De", 1),
                         ("e%2520", 1), ("%C3%A4%C3%B6", 1), ("%C3%84%C3%96", 1), ("%25", 1), ("_", 0),
                         ("&q=a%2Bb", 1), ("a%2Bb&q=zzz", 0), ("%27+OR+1%3D1", 0)):
        # Also behind a path that is encoded.
        for path in ("/v1/videos", "/v1/%76ideos"):
            items = world.expect(200, "GET", f"{path}?account={world.tracked}&q={query}",
                                 checked="%" not in path)["items"]
            tap.equal(len(items), found, f"{path} {query}")
    tap.equal(len(world.expect(200, "GET", "/v1/videos?&&account=" + world.tracked + "&q=&x&=y&")["items"]), 1)


@tap.test
def refuses_bodies_that_are_too_large():
    for operation in OPERATIONS:
        address = concrete(operation)
        if operation.id == "importVideos":
            head = (f"POST /v1/accounts/{world.sandbox}/import HTTP/1.1\r\nHost: x\r\n"
                    f"Authorization: Bearer {world.token}\r\nContent-Length: {2 ** 31}\r\n\r\n").encode()
            # Told before a byte of it is sent.
            tap.equal(status_of(raw(head, end=False)), 413)
            tap.equal(status_of(raw(head.replace(str(2 ** 31).encode(), b"9" * 30), end=False)) in (400, 413), True)
        else:
            size = 0 if not operation.has_body else 262144 if operation.id == "makeBatch" else 65536
            answer = world.request(operation.method, address, b"x" * (size + 1),
                                   headers={"Content-Type": "application/json"})
            tap.equal(answer.code, "too_large", operation.path)
    # In pieces, without a length.
    chunked = (f"POST /v1/brands HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {world.token}\r\n"
               "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n").encode()
    piece = b"4000\r\n" + b" " * 0x4000 + b"\r\n"
    tap.equal(status_of(raw(chunked + piece * 5 + b"0\r\n\r\n")), 413)
    body = json.dumps({"account": world.sandbox, "name": "Chunked"}).encode()
    tap.equal(status_of(raw(chunked + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body))), 201)
    # Exactly as much as is allowed.
    body = json.dumps({"account": world.sandbox, "name": "Padded"}).encode()
    world.expect(201, "POST", "/v1/brands", body + b" " * (65536 - len(body)),
                 headers={"Content-Type": "application/json"})
    # A stranger's file is not taken at all.
    tap.equal(status_of(raw(f"POST /v1/accounts/{world.sandbox}/import HTTP/1.1\r\nHost: x\r\n"
                            f"Content-Length: {2 ** 29}\r\n\r\n".encode(), end=False)), 401)
    tap.equal(status_of(raw(b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n",
                            end=False)), 404)
    is_alive()


@tap.test
def takes_json_alone():
    body = json.dumps({"account": world.sandbox, "name": "Typed"}).encode()
    for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonx", "json", "",
                 "application/json-patch+json", "multipart/form-data; boundary=x"):
        world.expect("unsupported_media", "POST", "/v1/brands", body, headers={"Content-Type": kind})
    for number, kind in enumerate(("application/json", "application/json; charset=utf-8",
                                   "APPLICATION/JSON", "application/json ;charset=utf-8")):
        one = json.dumps({"account": world.sandbox, "name": f"Typed {number}"}).encode()
        world.expect(201, "POST", "/v1/brands", one, headers={"Content-Type": kind})
    world.expect(201, "POST", "/v1/brands", body)


@tap.test
def refuses_json_that_is_none():
    good = b'{"account": "%s", "name": "Never"}' % world.sandbox.encode()
    for body in (b"", b" ", b"{", b"}", b"[]", b"null", b"7", b'"x"', b"{}", good + good, good + b"x", good[:-1],
                 good.replace(b"}", b",}"), good.replace(b'"name"', b"name"), good.replace(b'"', b"'"),
                 good.replace(b"Never", b"\xff\xfe"), good.replace(b"Never", b"\x00"), b"\xef\xbb\xbf" + good,
                 good.replace(b"Never", b"\\ud800"), good.replace(b"Never", b"\\u0000"),
                 good.replace(b"Never", b"\\x41"), good.replace(b"Never", b"a\nb"), b"/* */" + good,
                 good.replace(b'"Never"', b"NaN"), good.replace(b'"Never"', b"{}"),
                 good.replace(b'"Never"', b"null"), good.replace(b'"Never"', b"1e999"),
                 # A quotation mark that is hidden must not hide how deep it goes.
                 b'{"a":\'"\',"b":' + b"[" * 30000 + b"]" * 30000 + b',"c":\'"\'}',
                 b'{"a":/*"*/1,"b":' + b"[" * 30000 + b"]" * 30000 + b',"c":/*"*/1}',
                 b'{"a":1 //"\n,"b":' + b"[" * 30000 + b"]" * 30000 + b',"c":1//"\n}',
                 b"[" * 60000, b"{\"a\":" * 10000, b'{"name":' + b"[" * 64 + b"]" * 64 + b"}"):
        answer = world.request("POST", "/v1/brands", body, headers={"Content-Type": "application/json"})
        tap.equal(answer.code, "invalid_request", repr(body[:60]))
    names = [one["name"] for one in world.all_of("/v1/brands")]
    tap.ok("Never" not in names, str(names))
    # Of two members of one name the last counts; members nobody knows are passed over.
    made = world.expect(201, "POST", "/v1/brands", b'{"account":"%s","name":"First","name":"Last","else":%s}'
                        % (world.sandbox.encode(), b"[" * 60 + b"]" * 60))
    tap.equal(made["name"], "Last")
    big = world.request("POST", f"/v1/codes/{world.new_code()['id']}/extend", b'{"days": 99999999999999999999}')
    tap.ok(big.code in ("invalid_request", "invalid_period"), str(big.code))


@tap.test
def outlives_what_is_not_http():
    rest = f"Host: x\r\nAuthorization: Bearer {world.token}\r\n"
    for data, statuses in (
            (b"\r\n\r\n", (None, 400)), (b"\x00" * 100, (None, 400)), (b"GET", (None, 400)),
            (b"GET /v1/accounts\r\n\r\n", (None, 400, 401)), (b"\x16\x03\x01\x02\x00\x01\x00", (None, 400)),
            (b"GET /v1/accounts HTTP/9.9\r\nHost: x\r\n\r\n", (400, 401, 505)),
            (b"GET /v1/accounts HTTP/1.1\r\n\r\n", (400,)),
            (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", (None, 400, 505)),
            (f"POST /v1/brands HTTP/1.1\r\n{rest}Content-Length: -1\r\n\r\n".encode(), (400,)),
            (f"POST /v1/brands HTTP/1.1\r\n{rest}Content-Length: 1x\r\n\r\nx".encode(), (400,)),
            (f"POST /v1/brands HTTP/1.1\r\n{rest}Transfer-Encoding: chunked\r\n\r\nZZ\r\n".encode(), (None, 400)),
            # Two lengths: what one server takes for a body another takes for a request.
            (f"POST /v1/brands HTTP/1.1\r\n{rest}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
             f"0\r\n\r\nGET /v1/accounts HTTP/1.1\r\n{rest}\r\n".encode(), (400,)),
            (f"GET /v1/accounts HTTP/1.1\r\n{rest}Bad Header\r\n\r\n".encode(), (200, 400)),
            (f"GET /v1/accounts HTTP/1.1\r\n{rest} folded: x\r\n\r\n".encode(), (400, 401))):
        answer = raw(data)
        tap.ok(status_of(answer) in statuses, f"{data[:80]!r}: {answer[:80]!r}")
        tap.ok(world.token.encode() not in answer and answer.count(b"HTTP/1.1 2") <= 1, repr(data[:80]))
    chance = random.Random(7)
    # All are sent before any is waited for: the server may wait for the end of a head.
    sent = []
    for _ in range(150):
        sent.append(fire(bytes(chance.randrange(256) for _ in range(chance.randrange(1, 400)))))
        whole = bytearray(get("/v1/videos?limit=3"))
        for _ in range(chance.randrange(1, 8)):
            whole[chance.randrange(len(whole))] = chance.randrange(256)
        sent.append(fire(bytes(whole)))
    for sock in sent:
        is_alive()
        sock.close()


@tap.test
def refuses_what_a_server_in_front_could_read_otherwise():
    """What follows would be somebody else's request, or a part of it, to whoever takes the other length."""
    behind = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    for name, headers, body in (
            ("two ways", b"Content-Length: 5\r\nTransfer-Encoding: chunked", b"0\r\n\r\n"),
            ("two lengths", b"Content-Length: 0\r\nContent-Length: %d" % len(behind), b""),
            ("one length twice", b"Content-Length: 0\r\nContent-Length: 0", b""),
            ("two encodings", b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", b"0\r\n\r\n"),
            ("another encoding", b"Transfer-Encoding: xchunked", b""),
            ("a list of encodings", b"Transfer-Encoding: identity, chunked", b"0\r\n\r\n"),
            ("a space before the colon", b"Transfer-Encoding : chunked\r\nContent-Length: 5", b"0\r\n\r\n"),
            ("a space in a name", b"X Content-Length: 0", b""),
            ("a line that ends in one character", b"X: y\rContent-Length: %d\r\nContent-Length: 0" % len(behind), b""),
            ("a control character", b"X: y\x01\r\nContent-Length: 0", b""),
            ("one far in", b"X: " + b"y" * 40 + b"\x7f\r\nContent-Length: 0", b""),
            ("one in a name", b"X\x7f: y\r\nContent-Length: 0", b""),
            ("a tab far in a name", b"X" * 20 + b"\tX: y\r\nContent-Length: 0", b""),
            ("two hosts", b"Host: y\r\nContent-Length: 0", b"")):
        for path in (b"/oauth/token", b"/nowhere"):
            head = b"POST " + path + b" HTTP/1.1\r\nHost: x\r\n" + headers + b"\r\n\r\n"
            answer = raw(head + body + behind, end=False)
            tap.equal((status_of(answer), answer.count(b"HTTP/1.1 ")), (400, 1), name)
            tap.ok(b"connection: close" in answer.lower(), name)
    is_alive()
    clear = get("/v1/accounts").replace(b"\r\n\r\n", "\r\nX-Note: ä\tzwei drei vier fünf\r\n\r\n".encode())
    tap.equal(status_of(raw(clear)), 200)


@tap.test
def ends_with_a_length_that_is_none():
    """The library finds that itself, and sends the head of its answer twice: whoever reads that is past it."""
    behind = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    for length in (b"", b"-1", b"+5", b"1x", b"0x5", b"5 5", b"5, 5", b'"5"', b"9" * 30):
        answer = raw(b"POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: " + length + b"\r\n\r\nhello" + behind,
                     end=False)
        tap.ok(status_of(answer) in (400, 413), repr(length))
        tap.equal(answer.count(b"HTTP/1.1 2"), 0, repr(length))
        tap.ok(b"connection: close" in answer.lower(), repr(length))
    is_alive()


@tap.test
def reads_a_head_in_one_way_alone():
    """Lines that end otherwise, are cut or folded: whoever stands in front may see another head, and another end."""
    behind = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    for name, head in (
            ("a line feed behind the first line", b"GET /healthz HTTP/1.1\nHost: x\r\n\r\n"),
            ("behind each", b"GET /healthz HTTP/1.1\nHost: x\n\n"),
            ("between headers", b"GET /healthz HTTP/1.1\r\nHost: x\nX: y\r\n\r\n"),
            ("behind the last", b"GET /healthz HTTP/1.1\r\nHost: x\n\r\n"),
            ("for the last line", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\n"),
            ("for the only lines", b"GET /healthz HTTP/1.0\n\n"),
            ("that hides a header", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: y\nContent-Length: 37\r\n\r\n"),
            ("that hides the end", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: y\n\nX: y\r\n\r\n"),
            ("a NUL in a value", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: y\0z\r\n\r\n"),
            ("two", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: y\0\0\r\nY: z\r\n\r\n"),
            ("at its end", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: y\0\r\n\r\n"),
            ("at its beginning", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: \0y\r\n\r\n"),
            ("in a length", b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 0\x007\r\n\r\n"),
            ("in the address", b"GET /healthz\0x HTTP/1.1\r\nHost: x\r\n\r\n"),
            ("in the query", b"GET /healthz?a=b\0c HTTP/1.1\r\nHost: x\r\n\r\n"),
            ("in the method", b"GET\0 /healthz HTTP/1.1\r\nHost: x\r\n\r\n"),
            ("a folded line", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: y\r\n z\r\n\r\n"),
            ("in the midst", b"GET /healthz HTTP/1.1\r\nX: y\r\n\tContent-Length: 37\r\nHost: x\r\n\r\n")):
        answer = raw(head + behind, end=False)
        tap.equal((status_of(answer.replace(b"HTTP/1.0", b"HTTP/1.1")), answer.count(b"HTTP/1.")), (400, 1), name)
        tap.ok(b"connection: close" in answer.lower(), name)
    is_alive()


@tap.test
def serves_a_head_however_it_comes():
    many = b"".join(b"X-%d: %s\r\n" % (i, b"y" * 9) for i in range(40))
    for name, head in (
            ("as ever", b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"),
            ("with a query", b"GET /healthz?a=b%20c&d=&e HTTP/1.1\r\nHost: x\r\n\r\n"),
            ("with cookies", b"GET /healthz HTTP/1.1\r\nCookie: a=b; c=\"d e\"\r\nHost: x\r\nCookie: f=g\r\n\r\n"),
            ("with spaces around values", b"GET /healthz HTTP/1.1\r\nHost:  x \t\r\nX:\t y \r\n\r\n"),
            ("without values", b"GET /healthz HTTP/1.1\r\nHost:x\r\nX:\r\nY: \r\n\r\n"),
            ("long", b"GET /healthz HTTP/1.1\r\nHost: x\r\nX: " + b"y" * 5000 + b"\r\n\r\n"),
            ("of many headers", b"GET /healthz HTTP/1.1\r\nHost: x\r\n" + many + b"\r\n"),
            ("behind empty lines", b"\r\n\r\nGET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")):
        for count in (1, 2, 7):
            last = head[:-2] + b"Connection: close\r\n\r\n"
            answer = raw(head * (count - 1) + last, end=False)
            tap.equal(answer.count(b"HTTP/1.1 200 "), count, name)
        # In pieces, of which one ends anywhere.
        for piece in (1, 2, 3, 5, 61) if len(head) < 200 else (1021,):
            sock = world.raw()
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for at in range(0, len(last), piece):
                sock.sendall(last[at:at + piece])
                time.sleep(0.0005)
            sock.settimeout(backend.TIMEOUT)
            answer = b""
            while part := sock.recv(65536):
                answer += part
            sock.close()
            tap.equal(answer.count(b"HTTP/1.1 200 "), 1, f"{name}, {piece}")
    tap.equal(status_of(raw(b"GET /healthz HTTP/1.0\r\n\r\n", end=False).replace(b"/1.0", b"/1.1", 1)), 200)
    tap.equal(status_of(raw(b"POST /oauth/token HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\na\0b" +
                            get("/healthz"))), 400)


@tap.test
def reads_nothing_behind_a_body_in_chunks():
    """Where one ends is not read alike by all: by a line feed, behind an extension, in a trailer."""
    behind = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"
    head = (f"POST /v1/brands HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {world.token}\r\n"
            "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n").encode()
    body = json.dumps({"account": world.sandbox, "name": "In chunks"}).encode()
    tap.equal(status_of(raw(head + b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body) + behind, end=False)), 201)
    for chunks in (b"1\r\n{\r\n0\r\n\r\n", b"1\n{\n0\n\n", b"1;a=b\r\n{\r\n0\r\n\r\n", b"1;\n{\r\n0\r\n\r\n",
                   b"1\r\n{\r\n0\r\nX: y\n\n", b"1\r\n{\r\n0\r\nContent-Length: 37\r\n\r\n",
                   b"0001\r\n{\r\n0\r\n\r\n", b"1\r{\r0\r\r", b" 1\r\n{\r\n0\r\n\r\n", b"0x1\r\n{\r\n0\r\n\r\n"):
        answer = raw(head + chunks + behind, end=False)
        tap.equal((status_of(answer), answer.count(b"HTTP/1.1 ")), (400, 1), repr(chunks))
        tap.ok(b"connection: close" in answer.lower(), repr(chunks))
    is_alive()


@tap.test
def keeps_a_connection_and_serves_what_is_piped():
    connection = world.connect()
    ids = {world.request("GET", "/v1/accounts", connection=connection).headers["X-Request-Id"]
           for _ in range(20)}
    tap.equal(len(ids), 20)
    connection.close()
    answer = raw(get("/v1/accounts").replace(b"Connection: close\r\n", b"") * 3 + get("/healthz"))
    tap.equal(answer.count(b"HTTP/1.1 200 "), 4)
    old = raw(f"GET /v1/accounts HTTP/1.0\r\nAuthorization: Bearer {world.token}\r\n\r\n".encode(), end=False)
    tap.equal(status_of(old.replace(b"HTTP/1.0", b"HTTP/1.1", 1)), 200)


@tap.test
def ends_who_is_too_slow_and_serves_the_others():
    slow = [world.raw() for _ in range(20)]
    began = time.monotonic()
    for sock in slow:
        sock.sendall(b"GET /v1/accounts HTTP/1.1\r\nHost: x\r\n")
    ended = set()
    while len(ended) < len(slow) and time.monotonic() - began < backend.TIMEOUT:
        is_alive()
        for sock in slow:
            try:
                # A byte now and then, so that the connection is never silent.
                sock.sendall(b"X")
                sock.settimeout(0.001)
                if sock.recv(100) == b"":
                    ended.add(sock)
            except (TimeoutError, socket.timeout):
                pass
            except ConnectionError:
                ended.add(sock)
        time.sleep(0.2)
    tap.equal(len(ended), len(slow))
    tap.ok(time.monotonic() - began > 1.5, "not before their time")
    for sock in slow:
        sock.close()
    # Who never reads what it asked for holds nobody up.
    deaf = [world.raw() for _ in range(20)]
    for sock in deaf:
        sock.sendall(get("/v1/events?limit=100").replace(b"Connection: close\r\n", b"") * 50)
    for _ in range(20):
        is_alive()
    for sock in deaf:
        sock.close()


@tap.test
def listens_in_several_places():
    tap.equal(len(world.urls), 3)
    for via in (world.urls[0], world.urls[2], "unix"):
        made = world.expect(201, "POST", "/v1/brands", {"account": world.sandbox, "name": "Via " + via[-9:]}, via=via,
                            token=world.token)
        for other in (world.urls[0], world.urls[2], "unix"):
            tap.equal(world.expect(200, "GET", f"/v1/brands/{made['id']}", via=other, token=world.token)["name"],
                      made["name"])
    if socket.has_ipv6 and os.path.exists("/proc/net/if_inet6") and os.path.getsize("/proc/net/if_inet6") != 0:
        with Backend(listen=["[::1]:0", "localhost:0"], listen_brands=[]) as both:
            both.start()
            tap.ok(both.urls[0].startswith("http://[::1]:"), both.urls[0])
            both.expect(200, "GET", "/healthz", via=both.urls[0])


# What brands may read of the creators’ face.
FOR_ALL = ("/healthz", "/.well-known/sparkbox-signing-key")


@tap.test
def shows_brands_their_own_face_alone():
    for operation in OPERATIONS:
        answer = world.request(operation.method, concrete(operation), via="brands", token=world.token,
                               checked=False)
        tap.equal(answer.status, 200 if operation.path in FOR_ALL else 404, operation.path)
    connection = world.connect("brands")
    connection.request("GET", "/open_api/v1.3/tt_video/list/?advertiser_id=" + world.advertisers[0],
                       headers={"Access-Token": world.advertiser_tokens[0]})
    answer = connection.getresponse()
    tap.equal((answer.status, json.loads(answer.read())["code"]), (200, 0))
    connection.close()
    # The socket is the creator's: no brand comes that way.
    tap.equal(world.request("GET", "/open_api/v1.3/tt_video/list/", via="unix", checked=False).status, 404)


def serve(*arguments):
    import subprocess
    return subprocess.run([backend.SPARKBOXD, "serve", "--database", "sqlite:" + world.database, *arguments],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=backend.TIMEOUT)


@tap.test
def says_why_it_cannot_listen():
    port = urllib.parse.urlsplit(world.url).port
    for address, words in ((f"127.0.0.1:{port}", "in use"), ("unix:" + world.socket, "another sparkboxd"),
                           ("unix:" + world.database, "a file of that name"), ("nowhere", "HOST:PORT"),
                           ("127.0.0.1:65536", "HOST:PORT"), (":80", "HOST:PORT"), ("unix:" + "x" * 200, "107"),
                           ("unix:/nonexistent/s", "No such file"), ("192.0.2.1:0", "assign")):
        done = serve("--listen", address)
        tap.ok(done.returncode != 0 and words in done.stderr and done.stdout == "", f"{address}: {done.stderr}")
    for wrong in (["--head-timeout", "-1"], ["--feed-ping", "-5"], []):
        tap.ok(serve(*wrong).returncode != 0, str(wrong))
    is_alive()


@tap.test
def takes_the_place_of_a_socket_that_nobody_serves():
    with Backend() as one:
        one.start()
        one.stop(signal.SIGKILL, status=-signal.SIGKILL)
        tap.ok(os.path.exists(one.socket), "left behind")
        one.start()
        one.expect(200, "GET", "/healthz", via="unix")
        one.stop(signal.SIGINT)
        tap.ok(not os.path.exists(one.socket), "taken away")


@tap.test
def ends_cleanly_and_loses_no_answered_request():
    acknowledged, lost = [], []
    stopping = threading.Event()

    def work(number):
        count = 0
        connection = world.connect()
        while not lost or not stopping.is_set():
            name = f"Stop {number} {count}"
            count += 1
            try:
                answer = world.request("POST", "/v1/brands", {"account": world.sandbox, "name": name},
                                       connection=connection)
                if answer.status == 503 and stopping.is_set():
                    lost.append(name)
                    return
                tap.equal(answer.status, 201)
                acknowledged.append(answer["id"])
            except (OSError, backend.http.client.HTTPException):
                lost.append(name)
                return

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    idle = [world.raw() for _ in range(5)]
    halves = [world.raw() for _ in range(5)]
    for sock in halves:
        sock.sendall(get("/v1/accounts")[:40])
    feeds = [world.raw() for _ in range(5)]
    for sock in feeds:
        sock.sendall(get("/v1/feed"))
        tap.ok(sock.recv(100).startswith(b"HTTP/1.1 200"), "an open feed")
    for thread in threads:
        thread.start()
    while len(acknowledged) < 40:
        time.sleep(0.005)
    stopping.set()
    took = world.stop()
    for thread in threads:
        thread.join()
    for sock in idle + halves + feeds:
        sock.close()
    tap.ok(took < 10, f"{took:.1f} s")
    tap.ok(not os.path.exists(world.socket), "the socket is taken away")
    world.start()
    there = {one["id"] for one in world.all_of("/v1/brands")}
    tap.equal(set(acknowledged) - there, set())


try:
    tap.run()
finally:
    world.__exit__(None, None, None)
