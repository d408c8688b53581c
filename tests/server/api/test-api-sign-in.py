#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""A creator signs in: the form in the browser, the code back to a loopback address, the tokens."""

import concurrent.futures
import http.client
import re
import secrets
import sqlite3
import threading
import time

import tap
from app import App
from backend import PATIENCE, Backend
from feed import Feed
from people import PASSWORD, asked, come, exchange, form, joined, location, page, pkce, refresh


@tap.test
def the_metadata_says_where_everything_is():
    with Backend() as backend:
        backend.start()
        said = backend.request("GET", "/.well-known/oauth-authorization-server", checked=False).json
        tap.equal(said["issuer"], backend.url)
        tap.equal(said["authorization_endpoint"], backend.url + "/oauth/authorize")
        tap.equal(said["token_endpoint"], backend.url + "/oauth/token")
        tap.equal(said["code_challenge_methods_supported"], ["S256"])


@tap.test
def somebody_new_joins_signs_in_again_and_signs_out():
    with Backend() as backend:
        backend.start()
        account, tokens = joined(backend)
        tap.equal((tokens["token_type"], tokens["expires_in"], tokens["name"]), ("Bearer", 3600, "Lena"))
        mine = backend.expect(200, "GET", "/v1/accounts", token=tokens["access_token"])["items"]
        tap.equal([(one["id"], one["role"]) for one in mine], [(account, "generate")])

        verifier, challenge = pkce()
        again = form(backend, "/oauth/authorize",
                     asked(challenge, name="LENA", password=PASSWORD, act="sign-in"))
        second = exchange(backend, location(again)["code"], verifier).json
        devices = backend.expect(200, "GET", "/v1/sign-ins", token=second["access_token"])["items"]
        tap.equal(len(devices), 2)
        tap.equal([one["device"] for one in devices], ["Laptop & <b>co</b>"] * 2)
        other = [one["id"] for one in devices if not one["current"]]
        tap.equal(len(other), 1)

        backend.expect(204, "DELETE", "/v1/sign-ins/" + other[0], token=second["access_token"])
        backend.expect(401, "GET", "/v1/accounts", token=tokens["access_token"])
        tap.equal(form(backend, "/oauth/revoke", {"token": second["refresh_token"]}).status, 200)
        backend.expect(401, "GET", "/v1/accounts", token=second["access_token"])


@tap.test
def every_act_says_who_did_it():
    """The person, whichever device they used; to themselves, that it was they."""
    with Backend() as backend:
        backend.start()
        account, tokens = joined(backend, "Ben", role="owner", device="Laptop")
        ben = tokens["access_token"]
        ada = joined(backend, "Ada", role="owner", account=account, device="Phone")[1]["access_token"]
        elsewhere = come(backend, name="ben", act="sign-in", device="Desk")["access_token"]
        nameless = come(backend, name="Ben", act="sign-in", device="")["access_token"]
        tool = backend.command("token", "create", account, "--role", "owner", "--name", "The tool")

        def add_brand(name, **who):
            backend.expect(201, "POST", "/v1/brands", {"account": account, "name": name}, **who)

        for number, token in enumerate((ben, ada, elsewhere, nameless, tool)):
            add_brand(f"Brand {number}", token=token)
        add_brand("Brand 5", via="unix")
        acts = [("Ben", "Laptop"), ("Ada", "Phone"), ("Ben", "Desk"), ("Ben", None), ("The tool", None), (None, None)]

        def seen(yours, **who):
            listed = backend.all_of(f"/v1/events?account={account}&type=brand_added", **who)
            told = [change["object"] for change in
                    backend.expect(200, "GET", "/v1/changes?limit=500", **who)["items"]
                    if change["kind"] == "event" and change["object"]["type"] == "brand_added"]
            told.sort(key=lambda event: event["brand"]["name"])
            for events in (listed[::-1], told):
                tap.equal([(event["actor"]["name"], event["actor"]["from"]) for event in events], acts)
                tap.equal([event["actor"]["you"] for event in events], [n in yours for n in range(6)])
            return [event["actor"]["id"] for event in told]

        ids = seen({0, 2, 3}, token=ben)
        tap.equal(len(set(ids)), 4)
        tap.equal((ids[0], ids[0]), (ids[2], ids[3]))
        seen({0, 2, 3}, token=elsewhere)
        seen({1}, token=ada)
        seen({4}, token=tool)
        seen({5}, via="unix")
        for words, found in (("ben", 3), ("ada phone", 1), ("laptop", 1), ("tablet", 0), ("tool", 1)):
            tap.equal(len(backend.all_of(f"/v1/events?account={account}&type=brand_added&q={words.replace(' ', '+')}",
                                         token=ben)), found, words)

        # Of many at once, which the server does by itself; and of what an app was let in for.
        url = "https://www.tiktok.com/@lena/video/740000000000000000"
        videos = [backend.expect(201, "POST", "/v1/videos", {"account": account, "url": url + str(number)},
                                 token=ben).json for number in range(2)]
        batch = backend.expect(202, "POST", "/v1/batches", {"act": "generate", "days": 30, "ids": [videos[0]["id"]]},
                               token=ada).json["id"]
        deadline = time.monotonic() + PATIENCE
        while backend.expect(200, "GET", f"/v1/batches/{batch}", token=ada)["state"] == "running":
            tap.ok(time.monotonic() < deadline, "the batch does not end")
            time.sleep(0.05)
        app = App(backend)
        let_in = app.exchange(app.let_in(ben, account))["data"]
        tap.equal(app.authorize(let_in, videos[1]["item_id"])["code"], 0)
        made = backend.all_of(f"/v1/events?account={account}&type=code_generated", token=ben)[::-1]
        tap.equal([(one["actor"]["name"], one["actor"]["from"], one["actor"]["you"]) for one in made],
                  [("Ada", "Phone", False), ("Ben", "Tool", True)])

        # Who is gone has done what they did.
        backend.command("person", "remove", "Ben")
        seen({1}, token=ada)


@tap.test
def who_has_no_account_any_more_ends_their_sign_ins():
    with Backend() as backend:
        backend.start()
        account, tokens = joined(backend)
        verifier, challenge = pkce()
        again = form(backend, "/oauth/authorize",
                     asked(challenge, name="Lena", password=PASSWORD, act="sign-in"))
        second = exchange(backend, location(again)["code"], verifier).json
        backend.expect(204, "DELETE", "/v1/accounts/" + account, via="unix")
        token = second["access_token"]
        tap.equal(backend.expect(200, "GET", "/v1/accounts", token=token)["items"], [])
        devices = backend.expect(200, "GET", "/v1/sign-ins", token=token)["items"]
        tap.equal(sorted(one["current"] for one in devices), [False, True])
        for one in sorted(devices, key=lambda one: one["current"]):
            backend.expect(204, "DELETE", "/v1/sign-ins/" + one["id"], token=token)
        for ended in (tokens, second):
            backend.expect(401, "GET", "/v1/accounts", token=ended["access_token"])


@tap.test
def a_refresh_token_is_used_once():
    with Backend() as backend:
        backend.start()
        _, tokens = joined(backend)
        first = refresh(backend, tokens["refresh_token"], "one request").json
        repeated = refresh(backend, tokens["refresh_token"], "one request").json
        tap.equal(repeated, first, "an answer that was lost is given again")
        backend.expect(200, "GET", "/v1/accounts", token=first["access_token"])
        stolen = refresh(backend, tokens["refresh_token"], "another request")
        tap.equal((stolen.status, stolen.json["error"]), (400, "invalid_grant"))
        tap.equal(refresh(backend, first["refresh_token"]).json["error"], "invalid_grant")
        backend.expect(401, "GET", "/v1/accounts", token=first["access_token"])


@tap.test
def a_code_serves_once_and_only_who_asked_for_it():
    with Backend() as backend:
        backend.start()
        joined(backend)
        for changes in ({"code_verifier": secrets.token_urlsafe(48)},
                        {"redirect_uri": "http://127.0.0.1:4712/"}):
            verifier, challenge = pkce()
            answer = form(backend, "/oauth/authorize",
                          asked(challenge, name="Lena", password=PASSWORD, act="sign-in"))
            refused = exchange(backend, location(answer)["code"], verifier, **changes)
            tap.equal((refused.status, refused.json["error"]), (400, "invalid_grant"))
        verifier, challenge = pkce()
        code = location(form(backend, "/oauth/authorize", asked(
            challenge, name="Lena", password=PASSWORD, act="sign-in")))["code"]
        tokens = exchange(backend, code, verifier).json
        tap.equal(exchange(backend, code, verifier).json["error"], "invalid_grant")
        backend.expect(401, "GET", "/v1/accounts", token=tokens["access_token"])


@tap.test
def the_same_exchange_is_answered_again():
    with Backend() as backend:
        backend.start()
        joined(backend)
        verifier, challenge = pkce()
        code = location(form(backend, "/oauth/authorize", asked(
            challenge, name="Lena", password=PASSWORD, act="sign-in")))["code"]
        first = exchange(backend, code, verifier, key="lost").json
        again = exchange(backend, code, verifier, key="lost").json
        tap.ok(0 < again.pop("expires_in") <= first.pop("expires_in"), "it lives longer")
        tap.equal(again, first)
        backend.expect(200, "GET", "/v1/accounts", token=again["access_token"])
        tap.equal(exchange(backend, code, verifier, key="another").json["error"], "invalid_grant")
        backend.expect(401, "GET", "/v1/accounts", token=again["access_token"])
        tap.equal(exchange(backend, code, verifier, key="x" * 201).json["error"], "invalid_request")


@tap.test
def nothing_is_sent_to_an_address_that_is_not_this_computer():
    with Backend() as backend:
        backend.start()
        _, challenge = pkce()
        for redirect_uri in ("https://evil.example/", "http://127.0.0.1.evil.example:80/",
                             "http://localhost:4711/", "http://127.0.0.1/", "http://user@127.0.0.1:1/",
                             "http://127.0.0.1:4711/#x", "javascript:alert(1)", "", "x" * 300,
                             "http://127.0.0.1:4711/\r\nSet-Cookie: a=b", "http://127.0.0.1:4711/\x01",
                             "http://127.0.0.1:4711/\u00e9"):
            for answer in (page(backend, asked(challenge, redirect_uri=redirect_uri)),
                           form(backend, "/oauth/authorize", asked(
                               challenge, redirect_uri=redirect_uri, act="cancel"))):
                tap.equal(answer.status, 400, redirect_uri)
                tap.equal(answer.headers["Location"], None)
        tap.equal(page(backend, asked(challenge, client_id="other")).status, 400)
        for changes, error in (({"response_type": "token"}, "unsupported_response_type"),
                               ({"code_challenge": "short"}, "invalid_request"),
                               ({"code_challenge_method": "plain"}, "invalid_request")):
            tap.equal(location(page(backend, asked(challenge, **changes)))["error"], error)
        cancelled = form(backend, "/oauth/authorize", asked(challenge, act="cancel"))
        tap.equal(location(cancelled)["error"], "access_denied")


@tap.test
def the_page_is_safe_and_keeps_what_was_typed_but_the_password():
    with Backend() as backend:
        backend.start()
        joined(backend)
        _, challenge = pkce()
        shown = page(backend, asked(challenge))
        text = shown.body.decode()
        tap.ok("Laptop &amp; &lt;b&gt;co&lt;/b&gt;" in text, text)
        tap.ok("script-src 'self'" in shown.headers["Content-Security-Policy"])
        tap.equal(shown.headers["X-Frame-Options"], "DENY")
        tap.equal(shown.headers["Cross-Origin-Resource-Policy"], "same-origin")
        # What would turn the sentence about is not shown.
        unclear = page(backend, asked(challenge, device="\u202eLaptop\r\n")).body.decode()
        tap.ok("Sparkbox on" in unclear and "Laptop" not in unclear, unclear)
        wrong = form(backend, "/oauth/authorize",
                     asked(challenge, name='Lena "', password="not the password", act="sign-in"))
        tap.equal(wrong.status, 403)
        tap.ok('value="Lena &quot;"' in wrong.body.decode())
        tap.ok("not the password" not in wrong.body.decode())
        for members, status in (({"name": "Tom", "password": "short", "act": "join"}, 422),
                                ({"name": "", "password": PASSWORD, "act": "sign-in"}, 422),
                                ({"name": "Tom", "password": PASSWORD, "act": "join"}, 422),
                                ({"name": "Tom", "password": PASSWORD, "act": "join",
                                  "invitation": "sbi_unknown"}, 422)):
            tap.equal(form(backend, "/oauth/authorize", asked(challenge, **members)).status, status)
        tap.equal(backend.request("POST", "/oauth/authorize", {"a": 1}, checked=False).status, 400)


@tap.test
def who_is_known_already_is_led_to_signing_in():
    with Backend() as backend:
        backend.start()
        joined(backend)
        second = backend.command("account", "add", "Second", "--platform", "sandbox")
        invitation = backend.command("invite", second)
        verifier, challenge = pkce()

        def join(name, invitation):
            answer = form(backend, "/oauth/authorize", asked(
                challenge, name=name, password=PASSWORD, invitation=invitation, act="join"))
            tap.equal(answer.status, 422)
            return answer.body.decode()

        taken = join(" LENA ", invitation)
        tap.ok("Somebody has this name already. If it is you, sign in" in taken, taken)
        tap.ok('value="LENA"' in taken and f'value="{invitation}"' in taken, taken)
        tap.ok(re.search(r'<input id="password"[^>]* autofocus>', taken), taken)
        tap.ok("correct horse" not in taken)
        # Another thing is wrong with a name that cannot be one.
        unclear = join("a\u202eb", invitation)
        tap.ok("This cannot be a name." in unclear, unclear)
        tap.equal(re.findall(r'<input id="(\w+)"[^>]* autofocus>', unclear), ["name"])
        # Who has no invitation is not told which names there are.
        for name in ("Lena", "Nobody"):
            stranger = join(name, "sbi_unknown")
            tap.ok("This invitation was used already" in stranger and "Somebody" not in stranger, stranger)

        answer = form(backend, "/oauth/authorize", asked(
            challenge, name="LENA", password=PASSWORD, invitation=invitation, act="sign-in"))
        tokens = exchange(backend, location(answer)["code"], verifier).json
        mine = backend.expect(200, "GET", "/v1/accounts", token=tokens["access_token"])["items"]
        tap.ok(second in [one["id"] for one in mine] and len(mine) == 2, mine)
        tap.equal(backend.sql("SELECT count(*) FROM people"), [(1,)])


@tap.test
def who_joined_and_never_heard_is_led_to_signing_in():
    with Backend() as backend:
        backend.start()
        account = backend.command("account", "add", "Studio", "--platform", "sandbox")
        invitation = backend.command("invite", account)
        verifier, challenge = pkce()
        filled = asked(challenge, name="Lena", password=PASSWORD, invitation=invitation, act="join")
        tap.equal(form(backend, "/oauth/authorize", filled).status, 303)
        answer = form(backend, "/oauth/authorize", filled)
        tap.equal(answer.status, 422)
        again = answer.body.decode()
        tap.ok("If you have just joined with it, take it out here and sign in" in again, again)
        # As it says.
        answer = form(backend, "/oauth/authorize", {**filled, "invitation": "", "act": "sign-in"})
        tokens = exchange(backend, location(answer)["code"], verifier).json
        mine = backend.expect(200, "GET", "/v1/accounts", token=tokens["access_token"])["items"]
        tap.equal([one["id"] for one in mine], [account])
        tap.equal(backend.sql("SELECT count(*) FROM people"), [(1,)])


@tap.test
def guessing_is_slow():
    with Backend() as backend:
        backend.start()
        joined(backend)
        _, challenge = pkce()
        attempts = [form(backend, "/oauth/authorize", asked(
            challenge, name="Lena", password=f"guess number {n}", act="sign-in")).status
            for n in range(12)]
        tap.equal(attempts[-1], 429, str(attempts))
        tap.ok(attempts.count(403) <= 8, str(attempts))


@tap.test
def what_cannot_be_looked_up_is_no_wrong_password():
    with Backend() as backend:
        backend.start()
        joined(backend)
        _, challenge = pkce()
        form_of_lena = asked(challenge, name="Lena", password=PASSWORD, act="sign-in")
        backend.sql("ALTER TABLE people RENAME TO elsewhere")
        answer = form(backend, "/oauth/authorize", form_of_lena)
        tap.equal(answer.status, 503)
        tap.ok("The server cannot do this now." in answer.body.decode())
        tap.equal(answer.headers["Retry-After"], "30")
        backend.sql("ALTER TABLE elsewhere RENAME TO people")
        tap.equal(form(backend, "/oauth/authorize", form_of_lena).status, 303)


def attempt(backend, name, password, peer, **headers):
    _, challenge = pkce()
    return form(backend, "/oauth/authorize", asked(challenge, name=name, password=password, act="sign-in"),
                headers={"X-Forwarded-For": peer, **headers}).status


def at_once(ask):
    """Thirty together, so that the time each takes does not matter; their answers."""
    with concurrent.futures.ThreadPoolExecutor(30) as pool:
        return list(pool.map(ask, range(30)))


@tap.test
def behind_a_proxy_everybody_is_counted_alone():
    with Backend(arguments=["--trusted-proxy", "10.0.0.0/8", "--trusted-proxy", "127.0.0.1"]) as backend:
        backend.start()
        joined(backend)
        # One who guesses, and adds what they like to what the proxy says.
        guesses = at_once(lambda n: attempt(backend, f"Nobody {n}", PASSWORD, f"198.51.100.{n}, 203.0.113.7"))
        tap.ok(429 in guesses, str(guesses))
        tap.equal(attempt(backend, "Lena", PASSWORD, "203.0.113.8"), 303)
        tap.ok(429 in at_once(lambda n: attempt(backend, f"Other {n}", PASSWORD, "203.0.113.7")), "who guessed")
        # Two headers that differ: neither is believed, and the proxy is asked instead of them.
        tap.equal(attempt(backend, "Lena", PASSWORD, "203.0.113.7", Forwarded="for=203.0.113.9"), 303)
    with Backend(arguments=["--trusted-proxy", "10.0.0.0/8"]) as backend:
        backend.start()
        joined(backend)
        # No proxy of ours: what it says is not looked at.
        guesses = at_once(lambda n: attempt(backend, f"Nobody {n}", PASSWORD, f"203.0.113.{n}"))
        tap.ok(429 in guesses, str(guesses))


@tap.test
def strangers_lock_nobody_out():
    with Backend(arguments=["--trusted-proxy", "127.0.0.1"]) as backend:
        backend.start()
        joined(backend)
        # From ever new addresses: after a while each has fewer attempts, and none is without.
        early = [attempt(backend, "Lena", f"guess number {n}", "203.0.113.1") for n in range(10)]
        tap.ok(early.count(403) == 8, str(early))
        for n in range(2, 5):
            for guess in range(8):
                attempt(backend, "Lena", f"guess number {guess}", f"203.0.113.{n}")
        late = [attempt(backend, "Lena", f"guess number {n}", "203.0.113.100") for n in range(8)]
        tap.ok(1 <= late.count(403) <= 4 and late[-1] == 429, str(late))
        tap.equal(attempt(backend, "Lena", PASSWORD, "198.51.100.1"), 303)


@tap.test
def nobody_chooses_what_the_server_is_called():
    def issuer(backend, host, **headers):
        return backend.request("GET", "/.well-known/oauth-authorization-server", checked=False,
                               headers={"Host": host, **headers}).json["issuer"]

    with Backend(arguments=["--host", "spark.example", "--host", "other.example:81"]) as backend:
        backend.start()
        port = backend.url.rpartition(":")[2]
        for host in (f"127.0.0.1:{port}", f"localhost:{port}", "spark.example", "spark.example:8443",
                     "other.example:81"):
            tap.equal(issuer(backend, host), "http://" + host)
        for host in ("evil.example", f"evil.example:{port}", "other.example", "other.example:82",
                     "spark.example.evil.example", "spark.example@evil.example", "spark.example:x",
                     "127.0.0.1", "a" * 300, 'x"><script>'):
            tap.equal(issuer(backend, host), backend.url, host)
        # Not a proxy of ours.
        tap.equal(issuer(backend, "spark.example", **{"X-Forwarded-Proto": "https"}),
                  "http://spark.example")
    with Backend(arguments=["--brand-url", "https://spark.example", "--trusted-proxy", "127.0.0.1"]) as backend:
        backend.start()
        tap.equal(issuer(backend, "evil.example"), "https://spark.example")
        # On this computer it is tried out; what comes through the web server in front is not from here.
        here = backend.url.removeprefix("http://")
        tap.equal(issuer(backend, here), backend.url)
        tap.equal(issuer(backend, here, **{"X-Forwarded-For": "192.0.2.1"}), "https://spark.example")
    with Backend(arguments=["--brand-url", "https://brands.example", "--host", "creators.example"]) as backend:
        backend.start()
        tap.equal(issuer(backend, "creators.example"), "https://creators.example")
        tap.equal(issuer(backend, "evil.example"), "https://brands.example")
    with Backend(arguments=["--host", "spark.example", "--trusted-proxy", "127.0.0.1"]) as backend:
        backend.start()
        tap.equal(issuer(backend, "spark.example", **{"X-Forwarded-Proto": "https"}),
                  "https://spark.example")
    with Backend() as backend:
        backend.command("serve", "--listen", "127.0.0.1:0", "--trusted-proxy", "10.0.0.0/99", status=1)


@tap.test
def the_form_may_go_to_the_application_on_this_computer_alone():
    def policy(redirect_uri):
        _, challenge = pkce()
        answer = page(backend, asked(challenge, redirect_uri=redirect_uri))
        tap.equal(answer.status, 200)
        return answer.headers["Content-Security-Policy"].rpartition("form-action ")[2]

    with Backend() as backend:
        backend.start()
        tap.equal(policy("http://127.0.0.1:4711/"), "'self' http://127.0.0.1:4711")
        # A policy cannot name an IPv6 address: browsers leave out what they cannot read.
        tap.equal(policy("http://[::1]:4711/"), "'self' http:")


@tap.test
def an_invitation_never_lowers_a_seat():
    with Backend() as backend:
        backend.start()
        account, tokens = joined(backend, role="owner")

        def role():
            return backend.request("GET", f"/v1/accounts/{account}", token=tokens["access_token"])["role"]

        def accept(wanted):
            _, challenge = pkce()
            invitation = backend.command("invite", account, "--role", wanted)
            location(form(backend, "/oauth/authorize", asked(
                challenge, name="Lena", password=PASSWORD, invitation=invitation, act="sign-in")))

        tap.equal(role(), "owner")
        accept("view")
        tap.equal(role(), "owner")
        account, tokens = joined(backend, name="Tom", role="view")
        invitation = backend.command("invite", account, "--role", "revoke")
        _, challenge = pkce()
        location(form(backend, "/oauth/authorize", asked(
            challenge, name="Tom", password=PASSWORD, invitation=invitation, act="sign-in")))
        tap.equal(role(), "revoke")


@tap.test
def who_is_removed_can_do_nothing_any_more():
    with Backend(arguments=["--feed-ping", "1"]) as backend:
        backend.start()
        account, tokens = joined(backend, role="owner")
        other = backend.command("account", "add", "Another")
        verifier, challenge = pkce()
        second = form(backend, "/oauth/authorize", asked(
            challenge, name="Lena", password=PASSWORD, act="sign-in",
            invitation=backend.command("invite", other, "--role", "view")))
        second = exchange(backend, location(second)["code"], verifier).json
        tap.equal(backend.command("person", "list"), f"Lena\t{account} owner\nLena\t{other} view")
        feed = Feed(backend, tokens["access_token"]).until_ready()

        backend.command("person", "remove", "lena", other)
        tap.equal(backend.command("person", "list"), f"Lena\t{account} owner")
        mine = backend.expect(200, "GET", "/v1/accounts", token=second["access_token"])["items"]
        tap.equal([one["id"] for one in mine], [account])
        backend.command("person", "remove", "Lena", other, status=1)
        backend.command("person", "remove", "Tom", status=1)
        tap.ok(not feed.ended, "what is left goes on")

        backend.command("person", "remove", "Lena")
        tap.equal(backend.command("person", "list"), "")
        feed.until_ended()
        feed.close()
        for one in (tokens, second):
            backend.expect(401, "GET", "/v1/accounts", token=one["access_token"])
            tap.equal(refresh(backend, one["refresh_token"]).status, 400)
        again = form(backend, "/oauth/authorize", asked(challenge, name="Lena", password=PASSWORD, act="sign-in"))
        tap.equal(again.status, 403)

        # As somebody new, with a lesser role and another password.
        verifier, challenge = pkce()
        answer = form(backend, "/oauth/authorize", asked(
            challenge, name="Lena", password=PASSWORD + "!", act="join",
            invitation=backend.command("invite", account, "--role", "view")))
        third = exchange(backend, location(answer)["code"], verifier).json
        tap.equal(backend.request("GET", f"/v1/accounts/{account}", token=third["access_token"])["role"], "view")


@tap.test
def who_is_removed_while_they_sign_in_is_not_signed_in():
    with Backend() as backend:
        backend.start()
        account, _ = joined(backend)
        invitation = backend.command("invite", account)
        _, challenge = pkce()
        answers = []
        attempt_of_lena = threading.Thread(target=lambda: answers.append(form(
            backend, "/oauth/authorize", asked(challenge, name="Lena", password=PASSWORD, invitation=invitation,
                                               act="sign-in"))))
        # Nobody else writes until they are gone; their password is looked at before.
        removal = sqlite3.connect(backend.database, timeout=PATIENCE, isolation_level=None)
        removal.execute("BEGIN IMMEDIATE")
        attempt_of_lena.start()
        for name in ("Lena", "Tom"):
            tap.equal(form(backend, "/oauth/authorize", asked(
                challenge, name=name, password="not the password", act="sign-in")).status, 403)
        for table in ("seats", "sign_in_secrets", "sign_ins", "people"):
            removal.execute(f"DELETE FROM {table}")
        removal.execute("COMMIT")
        removal.close()
        attempt_of_lena.join(PATIENCE)
        tap.equal([(one.status, one.headers["Location"]) for one in answers], [(403, None)])
        tap.ok("The name or the password is not right." in answers[0].body.decode(), answers[0].body[:2000])
        tap.equal(backend.sql("SELECT (SELECT count(*) FROM sign_ins), (SELECT count(*) FROM seats)"), [(0, 0)])
        # What they came with is not used up.
        location(form(backend, "/oauth/authorize", asked(
            challenge, name="Tom", password=PASSWORD, invitation=invitation, act="join")))


@tap.test
def who_is_removed_before_their_code_is_exchanged_gets_no_tokens():
    with Backend() as backend:
        backend.start()
        account, _ = joined(backend)

        def code():
            verifier, challenge = pkce()
            return location(form(backend, "/oauth/authorize", asked(
                challenge, name="Lena", password=PASSWORD, act="sign-in")))["code"], verifier

        waiting = [code() for _ in range(2)]
        backend.command("person", "remove", "Lena")
        refused = exchange(backend, *waiting[0])
        tap.equal((refused.status, refused.json["error"]), (400, "invalid_grant"))
        # Nor when there is somebody of the name again.
        verifier, challenge = pkce()
        location(form(backend, "/oauth/authorize", asked(
            challenge, name="Lena", password=PASSWORD, invitation=backend.command("invite", account), act="join")))
        refused = exchange(backend, *waiting[1])
        tap.equal((refused.status, refused.json["error"]), (400, "invalid_grant"))


@tap.test
def whom_somebody_let_in_ends_with_their_seat():
    """An app waits with its code for up to ten minutes; who comes back has let nobody in."""
    with Backend() as backend:
        backend.start()
        account, tokens = joined(backend, role="owner")
        other = backend.command("account", "add", "Another")
        verifier, challenge = pkce()
        answer = form(backend, "/oauth/authorize", asked(
            challenge, name="Lena", password=PASSWORD, act="sign-in", invitation=backend.command("invite", other)))
        token = exchange(backend, location(answer)["code"], verifier).json["access_token"]
        app = App(backend)
        waiting = [app.let_in(token, account) for _ in range(3)]
        elsewhere = [app.let_in(token, other) for _ in range(2)]
        let_in = app.exchange(app.let_in(token, other))["data"]

        backend.command("person", "remove", "Lena", account)
        tap.ok(app.exchange(waiting[0])["code"] != 0, "a consent outlives the seat")
        refused = app.consent(token, account)
        tap.equal((refused.status, refused.headers["Location"]), (400, None))
        tap.ok("Give the number of an account that the token covers." in refused.body.decode(), refused.body[:2000])
        tap.equal(app.exchange(elsewhere[0])["code"], 0)

        location(form(backend, "/oauth/authorize", asked(
            challenge, name="Lena", password=PASSWORD, act="sign-in", invitation=backend.command("invite", account))))
        tap.ok(app.exchange(waiting[1])["code"] != 0, "a consent comes back with the seat")
        last = app.let_in(token, account)

        backend.command("person", "remove", "Lena")
        for code in (waiting[2], elsewhere[1], last):
            tap.ok(app.exchange(code)["code"] != 0, "a consent outlives the person")
        tap.ok(app.info(let_in)["code"] != 0, "the app is still let in")
        refused = app.consent(token, account)
        tap.equal((refused.status, refused.headers["Location"]), (400, None))
        tap.ok("This access token is not valid here, or was ended." in refused.body.decode(), refused.body[:2000])


@tap.test
def one_invitation_too_many_is_refused():
    """A thousand accounts are one person's at most; what would be more is said, and can be used by another."""
    with Backend() as backend:
        backend.start()
        account, _ = joined(backend, role="owner")
        backend.sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 999) "
                    "INSERT INTO seats (person, account, role) SELECT person, 1000 + i, 0 FROM n, people")
        invitation = backend.command("invite", backend.command("account", "add", "More", "--platform", "sandbox"))
        _, challenge = pkce()
        answer = form(backend, "/oauth/authorize", asked(
            challenge, name="Lena", password=PASSWORD, invitation=invitation, act="sign-in"))
        tap.equal(answer.status, 422)
        tap.ok("more accounts than one person can have" in answer.body.decode(), answer.body[:2000])
        location(form(backend, "/oauth/authorize", asked(
            challenge, name="Lena", password=PASSWORD, invitation=backend.command("invite", account), act="sign-in")))
        location(form(backend, "/oauth/authorize", asked(
            challenge, name="Tom", password=PASSWORD, invitation=invitation, act="join")))


@tap.test
def a_token_may_ask_so_often():
    """Two a second: twenty at once after a pause; all from one address together ten times that."""
    with Backend(arguments=["--requests-per-second", "2"]) as backend:
        backend.start()
        account = backend.command("account", "add", "Ada", "--platform", "sandbox")
        tokens = [backend.command("token", "create", account) for _ in range(2)]
        connection = backend.connect()

        def ask(token, **options):
            return backend.request("GET", "/v1/accounts", token=token, **options)

        answers = [ask(tokens[0], connection=connection) for _ in range(60)]
        refused = [answer for answer in answers if answer.status == 429]
        tap.equal([answer.status for answer in answers[:20]], [200] * 20)
        tap.ok(len(refused) >= 20, f"{len(refused)} refused")
        tap.equal(refused[0].code, "too_many_requests")
        tap.equal(refused[0].headers["Retry-After"], "1")
        tap.equal(ask(tokens[1], connection=connection).status, 200)
        tap.equal({ask(None, via="unix").status for _ in range(60)}, {200})
        # Another token each time is no way round it.
        made_up = [ask(f"made-up-{number}", connection=connection).status for number in range(400)]
        tap.equal(set(made_up), {401, 429})


@tap.test
def an_address_has_so_many_connections():
    with Backend(arguments=["--connections-per-address", "20"]) as backend:
        backend.start()
        open_ones = [backend.raw() for _ in range(20)]
        for sock in open_ones:
            sock.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            tap.ok(sock.recv(4096).startswith(b"HTTP/1.1 200"))
        more = backend.raw()
        try:
            more.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            answer = more.recv(4096)
        except ConnectionError:
            answer = b""
        tap.equal(answer, b"")
        for sock in open_ones:
            sock.close()
        for _ in range(200):
            try:
                tap.equal(backend.request("GET", "/healthz").status, 200)
                break
            except (ConnectionError, http.client.HTTPException):
                time.sleep(0.02)
        else:
            raise AssertionError("closed connections are still counted")


@tap.test
def what_the_token_endpoint_does_not_understand():
    with Backend() as backend:
        backend.start()
        for members, error in (({}, "invalid_client"),
                               ({"client_id": "other"}, "invalid_client"),
                               ({"client_id": "sparkbox"}, "unsupported_grant_type"),
                               ({"client_id": "sparkbox", "grant_type": "password"},
                                "unsupported_grant_type"),
                               ({"client_id": "sparkbox", "grant_type": "refresh_token"},
                                "invalid_request"),
                               ({"client_id": "sparkbox", "grant_type": "authorization_code",
                                 "code": "x", "code_verifier": "short"}, "invalid_request"),
                               ({"client_id": "sparkbox", "grant_type": "authorization_code",
                                 "code": "x", "code_verifier": "v" * 43}, "invalid_grant")):
            answer = form(backend, "/oauth/token", members)
            tap.equal((answer.status, answer.json["error"]), (400, error))
        tap.equal(backend.request("POST", "/oauth/token", {}, checked=False).json["error"],
                  "invalid_request")


@tap.test
def a_stranger_does_not_keep_the_writer_busy():
    with Backend(arguments=["--trusted-proxy", "127.0.0.1"]) as backend:
        backend.start()
        connection = backend.connect()
        for path, members in (("/oauth/token", {"client_id": "sparkbox", "grant_type": "refresh_token",
                                                "refresh_token": "sbr_" + "A" * 43}),
                              ("/oauth/revoke", {"token": "sba_" + "A" * 43})):
            peer = {"X-Forwarded-For": "203.0.113." + str(len(path))}
            answers = [form(backend, path, members, headers=peer, connection=connection) for _ in range(400)]
            refused = [answer for answer in answers if answer.status == 429]
            tap.ok(len(answers) - len(refused) >= 200 and refused, f"{path}: {len(refused)} refused")
            tap.equal((refused[0].headers["Retry-After"], refused[0].json["error"]), ("5", "temporarily_unavailable"))
            other = form(backend, path, members, headers={"X-Forwarded-For": "203.0.113.200"}, connection=connection)
            tap.ok(other.status != 429, "another is refused with them")
        connection.close()


@tap.test
def no_secret_is_kept_as_it_is():
    with Backend() as backend:
        backend.start()
        _, tokens = joined(backend)
        backend.stop()
        with open(backend.database, "rb") as file:
            stored = file.read()
        for secret in (tokens["access_token"], tokens["refresh_token"], PASSWORD):
            tap.ok(secret.encode() not in stored, "a secret stands in the database")
        tap.ok(re.search(rb"\$argon2id\$", stored))


tap.run()
