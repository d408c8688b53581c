# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""A person who joins and signs in: the page in the browser, and the tokens that come of it."""

import base64
import hashlib
import secrets
import urllib.parse

import tap

REDIRECT = "http://127.0.0.1:4711/"
PASSWORD = "correct horse battery"


def pkce():
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode()).digest()
    return verifier, base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def asked(challenge, **changes):
    wanted = {"client_id": "sparkbox", "response_type": "code", "redirect_uri": REDIRECT,
              "state": "st-ate", "code_challenge": challenge, "code_challenge_method": "S256",
              "device": "Laptop & <b>co</b>"}
    wanted.update(changes)
    return wanted


def form(backend, path, members, **options):
    return backend.request("POST", path, urllib.parse.urlencode(members).encode(), checked=False,
                           headers={"Content-Type": "application/x-www-form-urlencoded",
                                    **options.pop("headers", {})}, **options)


def page(backend, members):
    return backend.request("GET", "/oauth/authorize?" + urllib.parse.urlencode(members),
                           checked=False)


def location(answer):
    tap.equal(answer.status, 303, answer.body[:500])
    url = answer.headers["Location"]
    tap.ok(url.startswith(REDIRECT), url)
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
    tap.equal(query["state"], "st-ate")
    tap.ok(query["iss"].startswith("http://127.0.0.1:"))
    return query


def exchange(backend, code, verifier, key=None, **changes):
    members = {"grant_type": "authorization_code", "client_id": "sparkbox", "code": code,
               "redirect_uri": REDIRECT, "code_verifier": verifier}
    members.update(changes)
    return form(backend, "/oauth/token", members, headers={"Idempotency-Key": key} if key else {})


def refresh(backend, token, key=None):
    headers = {"Idempotency-Key": key} if key else {}
    return form(backend, "/oauth/token", {"grant_type": "refresh_token", "client_id": "sparkbox",
                                          "refresh_token": token}, headers=headers)


def come(backend, **members):
    """On a device: joins, or signs in. The tokens."""
    verifier, challenge = pkce()
    answer = form(backend, "/oauth/authorize", asked(challenge, password=PASSWORD, **members))
    return exchange(backend, location(answer)["code"], verifier).json


def joined(backend, name="Lena", role="generate", platform="sandbox", account=None, **members):
    account = account or backend.command("account", "add", "Lena’s account", "--platform", platform)
    invitation = backend.command("invite", account, "--role", role)
    return account, come(backend, name=name, invitation=invitation, act="join", **members)
