#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""Access records: what they say, and that nobody can change one unseen."""

import base64
import csv
import io
import json
import os
import re
import select
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
from unittest import mock

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import backend
import tap
from people import joined
from world import World

world = World()
SIGNATURE = "sparkbox-signature 1\nkey: {key}\nsignature: {signature}\n"


def record(language="", **query):
    answer = world.expect(200, "GET", f"/v1/accounts/{world.sandbox}/record?" + urllib.parse.urlencode(query),
                          headers={"Accept-Language": language})
    return answer.json, base64.b64decode(answer["content"])


def rows(content):
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def new_access(brand="Acme"):
    grant, code = world.new_grant()
    grant = world.expect(200, "PATCH", f"/v1/grants/{grant['id']}", {"brand": {"name": brand}}).json
    return grant, code


@tap.test
def tells_what_happened_to_a_grant():
    grant, code = new_access("=Acme, \"Inc\"")
    world.expect(200, "POST", f"/v1/grants/{grant['id']}/revoke", {"reason": "unpaid"})
    other, _ = new_access("Zeta")
    answer, content = record(grant=grant["id"], format="csv")
    lines = rows(content)
    tap.equal(answer["lines"], len(lines))
    what = [line["what"] for line in lines]
    tap.ok(all("Zeta" not in words for words in what), "another brand’s doings are in it: " + str(what))
    tap.ok(any("Code generated" in words for words in what), str(what))
    tap.ok(any("revoked" in words for words in what) and any("unpaid" in words for words in what), str(what))
    tap.equal([line["at"] for line in lines], sorted(line["at"] for line in lines))
    tap.ok(all(line["recorded_by"] for line in lines), "who recorded it is missing")
    tap.ok(code["code"] not in content.decode(), "it gives a code away")
    tap.ok(not any(cell.startswith("=") for line in lines for cell in line.values()), "a cell is a formula")
    brand, content = record(brand=other["brand"]["id"], format="csv")
    tap.equal(brand["subject"], "All access of Zeta")
    tap.ok(all("unpaid" not in line["what"] for line in rows(content)), "another brand's revoke is in it")


@tap.test
def names_whoever_recorded_a_line():
    """A person, and what they used; the signature covers it."""
    seats = {name: joined(world, name, role="owner", account=world.sandbox, device=device)[1]["access_token"]
             for name, device in (("Ben", "Laptop"), ("Ada", "Phone"))}
    grant, code = world.new_grant()
    world.expect(200, "PATCH", f"/v1/grants/{grant['id']}", {"brand": {"name": "Acme"}}, token=seats["Ben"])
    world.expect(200, "POST", f"/v1/grants/{grant['id']}/revoke", {"reason": "unpaid"}, token=seats["Ada"])
    told = {}
    for language in ("", "de", "ar"):
        answer, content = record(language, grant=grant["id"], format="csv")
        told[language] = [line["recorded_by"] for line in rows(content)][-2:]
    side = " (the creator’s side)"
    tap.equal(told[""], [f"Ben, from Laptop{side}", f"Ada, from Phone{side}"])
    tap.equal(told["de"][0], "Ben, von Laptop (die Seite des Creators)")
    tap.ok("\u2068Ben\u2069" in told["ar"][0] and "\u2068Laptop\u2069" in told["ar"][0], told["ar"][0])
    tap.ok("Ada, from Phone" in pages(base64.b64decode(record(grant=grant["id"])[0]["content"])), "not on paper")
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "record.csv")
        for words, status in ((content, 0), (content.replace(b"Ada", b"Eve"), 3)):
            with open(path, "wb") as file:
                file.write(words)
            with open(path + ".sig", "w", encoding="utf-8") as file:
                file.write(SIGNATURE.format(**answer["signature"]))
            world.command("verify", path, status=status)


@tap.test
def tells_that_an_end_was_noted():
    """Nothing of it was read back, and who noted it stands beside."""
    code = world.new_tracked_code()
    grant = world.expect(201, "POST", f"/v1/videos/{code['video_id']}/grants", {"brand": {"name": "Acme"}}).json
    world.expect(200, "POST", f"/v1/grants/{grant['id']}/revoke", {})
    world.expect(200, "POST", f"/v1/grants/{grant['id']}/ended", {})
    address = f"/v1/accounts/{world.tracked}/record?grant={grant['id']}"
    answer = world.expect(200, "GET", address + "&format=csv")
    line = rows(base64.b64decode(answer["content"]))[-1]
    tap.equal(line["what"], "Noted that the access of Acme has ended")
    tap.ok("the creator’s side" in line["recorded_by"], str(line))
    tap.ok("read back" not in str(rows(base64.b64decode(answer["content"]))), "said to be read back")
    pages = base64.b64decode(world.expect(200, "GET", address)["content"])
    tap.ok(pages.startswith(b"%PDF-"), "not a PDF")


@tap.test
def keeps_to_a_period():
    new_access()
    whole, content = record(format="csv")
    lines = rows(content)
    tap.ok(len(lines) > 3, str(len(lines)))
    later, _ = record(format="csv", **{"from": "2100-01-01T00:00:00Z"})
    earlier, _ = record(format="csv", to="2000-01-01T00:00:00Z")
    tap.equal((later["lines"], earlier["lines"]), (0, 0))


@tap.test
def draws_pages_in_any_script():
    grant, code = new_access("عطور الشرق 東京 Naïve")
    world.sql("UPDATE videos SET caption = ? WHERE account = ? AND id = ?", "夜の東京 كيف أرتب " * 10,
              *backend.split(code["video_id"]))
    one, content = record(grant=grant["id"])
    tap.equal(one["type"], "application/pdf")
    tap.ok(content.startswith(b"%PDF-") and content.rstrip().endswith(b"%%EOF"), "not a PDF")
    tap.equal(one["lines"] > 0, True)


@tap.test
def speaks_the_language_of_whoever_asks():
    grant, _ = new_access("Acme")
    world.expect(200, "POST", f"/v1/grants/{grant['id']}/revoke", {"reason": "unpaid"})
    english, content = record(grant=grant["id"], format="csv")
    plain = rows(content)
    seen = {}
    for language, generated, day in (("de-DE,en;q=0.5", "Code generiert", "30 Tage"), ("fr", "Code généré", "30 jours"),
                                     ("es-MX", "Código generado", "30 días"), ("pt-BR", "Código gerado", "30 dias"),
                                     ("ar", "أُنشئ الرمز", "30 يوم"), ("zh-CN", "授权码已生成", "30 天")):
        answer, content = record(language, grant=grant["id"], format="csv")
        lines = rows(content)
        tap.equal([line["at"] for line in lines], [line["at"] for line in plain])
        what = [line["what"] for line in lines]
        tap.ok(any(generated in words and day in words for words in what), str(what))
        # All that people did not write themselves.
        for line, other in zip(lines, plain):
            tap.ok(line["what"] != other["what"], f"{language}: {line['what']}")
        tap.ok(any("unpaid" in line["what"] for line in lines), "what the creator wrote is lost")
        tap.ok(answer["subject"] != english["subject"] and "Acme" in answer["subject"], answer["subject"])
        seen[language] = answer["subject"]
        paper = record(language, grant=grant["id"])[1]
        tap.ok(paper.startswith(b"%PDF-"), language)
    tap.equal(len(set(seen.values())), 6)
    whole = world.expect(200, "GET", f"/v1/accounts/{world.sandbox}/record?format=csv",
                         headers={"Accept-Language": "ar;q=0.9, tlh"})
    tap.equal(whole.headers.get("Content-Language"), "ar")
    tap.equal(record("tlh, x;;q=nothing", grant=grant["id"], format="csv")[0]["subject"], english["subject"])


@tap.test
def names_keep_their_direction():
    """What is written from left to right stands between U+2068 and U+2069 in an Arabic sentence."""
    grant, _ = new_access("Acme (US)!")
    advertiser = grant["advertiser"]["name"]
    world.expect(200, "POST", f"/v1/grants/{grant['id']}/revoke", {"reason": "unpaid, twice."})
    answer, content = record("ar", grant=grant["id"], format="csv")
    told = [answer["subject"], *(line[column] for line in rows(content) for column in ("what", "recorded_by"))]
    for name in ("Acme (US)!", advertiser, "unpaid, twice.", grant["advertiser"]["id"]):
        tap.ok(any(f"\u2068{name}\u2069" in words for words in told), f"{name} is in none of {told}")
    for words in told:
        bare = re.sub("\u2068[^\u2068\u2069]*\u2069", "", words)
        while bare != words:
            words, bare = bare, re.sub("\u2068[^\u2068\u2069]*\u2069", "", bare)
        tap.ok(not re.search("[A-Za-z]", bare.replace("Sparkbox", "").replace("TikTok", "").replace("UTC", "")), bare)
    # A moment is told in Arabic, so it runs from right to left although UTC stands in it.
    for words in told:
        tap.ok("\u2068\u2068" not in words, f"what begins with something isolated takes another’s direction: {words}")
    tap.ok("“”" not in record(grant=grant["id"])[0]["subject"], "a caption that is not there is quoted")
    plain = record("de", grant=grant["id"], format="csv")[1].decode()
    tap.ok("\u2068" not in plain, "isolated where all runs one way")


@tap.test
def says_why_it_was_refused():
    """In words, and in the reader's: what a person wrote stays as it is."""
    grant, code = new_access("Acme")
    world.expect(200, "POST", f"/v1/grants/{grant['id']}/revoke", {"reason": "link_used"})
    tap.ok(world.redeem(code["code"]) != 0, "a revoked access was given again")
    for language, why in (("", "Its access was revoked"), ("de", "Der Zugriff wurde"), ("fr", "accès"),
                          ("es", "acceso"), ("pt-BR", "acesso"), ("ar", "سُحب"), ("zh-CN", "撤销")):
        what = [line["what"] for line in rows(record(language, format="csv")[1])]
        tap.ok(not any("access_revoked" in words for words in what), f"{language}: {what[-1]}")
        tap.ok(any(why in words for words in what[-3:]), f"{language}: {what[-3:]}")
        tap.ok(any("link_used" in words for words in what), "what the creator wrote is lost")


@tap.test
def says_that_its_drawing_is_missing():
    """Somebody copied the program alone."""
    with tempfile.TemporaryDirectory() as folder:
        program = shutil.copy(shutil.which(backend.SPARKBOXD), folder)
        # Its warning is wanted.
        with mock.patch.object(backend, "SPARKBOXD", program), mock.patch.dict(os.environ, G_DEBUG=""):
            os.environ.pop("SPARKBOX_MODULES", None)
            alone = World()
        path = f"/v1/accounts/{alone.sandbox}/record"
        detail = alone.expect("unavailable", "GET", path + "?format=pdf")["detail"]
        tap.ok("drawing" in detail and folder not in detail, detail)
        alone.expect(200, "GET", path + "?format=csv")
        with open(alone.errors.name, encoding="utf-8") as errors:
            tap.ok(f"{folder}/sparkboxd-drawing.so" in errors.read(), "whoever runs it is not told which")
        alone.stop()
        alone.kill()


@tap.test
def refuses_what_is_no_record():
    path = f"/v1/accounts/{world.sandbox}/record"
    grant, _ = new_access()
    for query in (f"?grant={grant['id']}&brand={grant['brand']['id']}", "?format=doc", "?from=soon",
                  "?from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z"):
        world.expect("invalid_request", "GET", path + query)
    for query in (f"?grant={world.sandbox}.99999", "?brand=nothing", f"?grant={world.sandbox}"):
        world.expect("not_found", "GET", path + query)
    # What is the caller's own, but of another account.
    world.expect("not_found", "GET", f"/v1/accounts/{world.tracked}/record?grant={grant['id']}")


def pages(content):
    """What a PDF says, as words without the breaks between lines."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as file:
        file.write(content)
        file.flush()
        return " ".join(subprocess.run(["pdftotext", "-raw", file.name, "-"], capture_output=True, text=True,
                                       check=True).stdout.split())


def new_account(name):
    """Another account with a video, and a token for it."""
    account = world.command("account", "add", name, "--platform", "sandbox")
    token = world.command("token", "create", account)
    return account, token, world.new_video(account, token=token)["id"].split(".")[1]


def add_grants(account, video, count, begins, revoked):
    """Accesses of one day each, an hour apart."""
    world.sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?3) "
              "INSERT INTO grants (account, id, video, source, state, redeemed_at, ends_at, platform_ends_at, "
              "revoked_at, advertiser) SELECT ?1, 100000 + ?4 / 3600000 + i, ?2, 0, CASE WHEN ?5 THEN 4 ELSE 1 END, "
              "?4 + i * 3600000, ?4 + i * 3600000 + 86400000, ?4 + i * 3600000 + 86400000, "
              "CASE WHEN ?5 THEN ?4 + i * 3600000 + 86400000 ELSE 0 END, '7000000000000' || (100000 + i) FROM n",
              int(account), int(video), count, begins, revoked)


@tap.test
def names_every_access_or_refuses():
    """A record that leaves out an access would show what was not so."""
    account, token, video = new_account("Many")
    first = 1700000000000  # 2023-11-14T22:13:20Z
    path = f"/v1/accounts/{account}/record?format="
    add_grants(account, video, 5000, first, True)
    tap.equal(world.expect(200, "GET", path + "csv", token=token)["lines"] > 0, True)
    add_grants(account, video, 1, first + 5000 * 3600000, True)
    for which in ("csv", "pdf"):
        detail = world.expect("invalid_request", "GET", path + which, token=token)["detail"]
        tap.ok("5000 accesses" in detail and "shorter period" in detail, detail)
    # A shorter one has those that were there: begun before it, within it, and none that is past or to come.
    content = base64.b64decode(world.expect(200, "GET", path + "pdf&from=2023-11-20T00:00:00Z&to=2023-11-20T12:00:00Z",
                                            token=token)["content"])
    told = [int(number) - 100000 for number in re.findall(r"ad account 7000000000000(\d{6})", pages(content))]
    begin = 1700438400000
    tap.equal(sorted(told), [i for i in range(1, 5001) if first + i * 3600000 < begin + 12 * 3600000
                     and first + i * 3600000 + 86400000 >= begin])
    tap.equal(len(told), 36)
    tap.ok("Access in this period" in pages(content), "it does not say what it lists")
    # One that has not ended is of every period behind its beginning.
    add_grants(account, video, 1, first - 86400000, False)
    content = base64.b64decode(world.expect(200, "GET", path + "pdf&from=2024-10-01T00:00:00Z", token=token)["content"])
    tap.equal(len(re.findall("ad account 7", pages(content))), 1)


@tap.test
def holds_up_nobody_while_it_is_drawn():
    """Of many and long ones as many are made as there is room for, and others are answered meanwhile."""
    account, token, video = new_account("Long")
    world.sql("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 900) INSERT INTO events "
              "(account, id, type, at, actor_kind, video) SELECT ?1, 1000 + i, 3, 1700000000000 + i, 0, ?2 FROM n",
              int(account), int(video))
    asking = []
    for _ in range(20):
        connection = world.connect()
        connection.request("GET", f"/v1/accounts/{account}/record", headers={"Authorization": f"Bearer {token}"})
        asking.append(connection)
    # Each on a connection of its own, so that every thread that answers is asked.
    for _ in range(32):
        world.request("GET", "/healthz", token="")
    # Another account has room.
    world.expect(200, "GET", f"/v1/accounts/{world.sandbox}/record?format=csv")
    world.expect(200, "GET", f"/v1/accounts/{world.sandbox}/calendar.ics")
    socks = [one.sock for one in asking]
    made = select.select(socks, [], [], 0)[0]
    answers = [one.getresponse() for one in asking]
    waited = sum(one.status == 200 and sock not in made for one, sock in zip(answers, socks))
    tap.ok(waited > 0, "others were answered only when all were made")
    for one in answers:
        tap.ok(one.status in (200, 503), str(one.status))
        tap.ok((one.headers["Retry-After"] is not None) == (one.status == 503), "when to ask again")
        if one.status == 200:
            tap.ok(json.loads(one.read())["lines"] >= 900, "it is not whole")
    tap.ok(8 <= sum(one.status == 200 for one in answers) < 20, str([one.status for one in answers]))
    for one in asking:
        one.close()
    tap.equal(world.request("GET", f"/v1/accounts/{account}/record?format=csv", token=token).status, 200)


@tap.test
def signs_and_verifies():
    key = world.expect(200, "GET", "/.well-known/sparkbox-signing-key", token="").json["key"]
    tap.equal(world.command("key", "public"), key)
    answer, content = record(format="csv")
    tap.equal(answer["signature"]["key"], key)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "record.csv")

        def put(data, signature=None):
            with open(path, "wb") as file:
                file.write(data)
            if signature is not None:
                with open(path + ".sig", "w", encoding="utf-8") as file:
                    file.write(signature)

        good = SIGNATURE.format(**answer["signature"])
        put(content)
        world.command("verify", path, status=5)
        put(content, good)
        tap.ok("good" in world.command("verify", path), "it does not say so")
        tap.ok("good" in world.command("verify", path, "--public-key", key), "it does not say so")
        put(content.replace(b"Code", b"code", 1), good)
        world.command("verify", path, status=3)
        put(content + b"\r\n", good)
        world.command("verify", path, status=3)
        put(content, good)
        world.command("verify", path, "--public-key", base64.b64encode(bytes(32)).decode(), status=4)
        # A key that was put into the signature file is not the one that is trusted.
        put(content, good.replace(key, base64.b64encode(bytes(32)).decode()))
        world.command("verify", path, status=4)
        for mistyped in ("", "nothing", key[:-5], key + key):
            put(content, good)
            world.command("verify", path, "--public-key", mistyped, status=1)
        for broken in ("", "nothing", good[:40], good.replace("signature 1", "signature 12", 1),
                       good.replace("signature: ", "signature: !")):
            put(content, broken)
            world.command("verify", path, status=5)
        world.command("verify", os.path.join(folder, "missing"), status=1)
        # A name that somebody else gave the file forges no line, and tells a terminal nothing.
        named = os.path.join(folder, "a\x1b[2J\n\u009b1m\u202er: good")
        shown = os.path.join(folder, "a [2J  1m r: good")
        for data, signature, status, words in ((content, good, 0, "good: signed"), (b"", good, 3, "BAD"),
                                               (content, broken, 5, "its signature file is not"),
                                               (content, None, 5, "no signature"), (None, None, 1, "")):
            path = named
            for missing in (named, named + ".sig"):
                if os.path.exists(missing):
                    os.remove(missing)
            if data is not None:
                put(data, signature)
            done = world.run("verify", path)
            told = done.stdout + done.stderr
            tap.equal(done.returncode, status, told)
            tap.ok(shown in told and words in told and told[:-1].isprintable(), told)
        world.command("verify", status=2)


try:
    tap.run()
finally:
    world.__exit__(None, None, None)
