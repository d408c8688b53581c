#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""Every operation of /v1, with every answer that data/openapi.yaml promises for it."""

import os
import re
import sys
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import backend
import tap
from world import World, tiktok_code

world = World()
YEAR = 365 * 86400
NOW_MS = int(time.time() * 1000)


def after(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))


@tap.test
def tells_its_health_without_a_token():
    for via in ("tcp", "unix", "brands"):
        health = world.expect(200, "GET", "/healthz", token="", via=via)
        tap.equal((health["status"], health["service"], health["api"]), ("ok", "sparkbox", 1))


@tap.test
def lists_the_accounts_of_the_token():
    accounts = world.expect(200, "GET", "/v1/accounts")["items"]
    tap.equal([one["id"] for one in accounts], [world.sandbox, world.tracked])
    tap.equal([one["platform"] for one in accounts], ["sandbox", "tracked"])
    tap.equal(accounts[0]["periods"], [7, 30, 60, 180, 365])
    tap.equal(accounts[0]["brand_url"], world.brand_urls[0])
    tap.equal(accounts[1]["brand_url"], None)
    for role, token in world.tokens.items():
        one = world.expect(200, "GET", f"/v1/accounts/{world.tracked}", token=token)
        tap.equal((one["id"], one["role"]), (world.tracked, role))
    # The owner at the socket has them all.
    accounts = world.expect(200, "GET", "/v1/accounts", via="unix")["items"]
    tap.equal([one["id"] for one in accounts], [world.sandbox, world.tracked, world.other])


@tap.test
def adds_and_removes_accounts_at_the_socket():
    added = world.expect(201, "POST", "/v1/accounts",
                         {"name": " Fresh ", "handle": "fresh", "platform": "tracked"}, via="unix").json
    tap.equal((added["name"], added["handle"]), ("Fresh", "fresh"))
    world.expect("forbidden", "POST", "/v1/accounts", {"name": "No", "platform": "tracked"})
    world.expect("platform_cannot", "POST", "/v1/accounts", {"name": "No", "platform": "tiktok"}, via="unix")
    for body in ({}, {"name": "", "platform": "sandbox"}, {"name": "x" * 201, "platform": "sandbox"},
                 {"name": "No", "platform": "moon"}, {"name": 7, "platform": "sandbox"},
                 {"name": "No", "platform": "sandbox", "handle": "h" * 101}):
        world.expect("invalid_request", "POST", "/v1/accounts", body, via="unix")
    video = world.expect(201, "POST", "/v1/videos", {
        "account": added["id"], "url": "https://www.tiktok.com/@a/video/7300000000000000001"}, via="unix")
    world.expect(204, "DELETE", f"/v1/accounts/{added['id']}", via="unix")
    world.expect("not_found", "GET", f"/v1/accounts/{added['id']}", via="unix")
    world.expect("not_found", "GET", f"/v1/videos/{video['id']}", via="unix")
    world.expect("not_found", "DELETE", f"/v1/accounts/{added['id']}", via="unix")
    # An owner's token may remove an account too; its other accounts stay.
    lost = world.command("account", "add", "Lost", "--platform", "sandbox")
    token = world.command("token", "create", world.sandbox, lost)
    world.expect(204, "DELETE", f"/v1/accounts/{lost}", token=token)
    tap.equal([one["id"] for one in world.expect(200, "GET", "/v1/accounts", token=token)["items"]],
              [world.sandbox])


@tap.test
def gives_the_avatar_of_an_account():
    account = world.expect(200, "GET", f"/v1/accounts/{world.tracked}")
    tap.equal(account["avatar_url"], None)
    world.expect("not_found", "GET", f"/v1/accounts/{world.tracked}/avatar")
    world.sql("INSERT INTO avatars (account, path, digest, type, picture) VALUES (?, '/a', '0f', ?, ?)",
              int(world.tracked), "image/jpeg", b"\xff\xd8\xff\xe0picture")
    address = world.expect(200, "GET", f"/v1/accounts/{world.tracked}")["avatar_url"]
    tap.equal(address, f"/v1/accounts/{world.tracked}/avatar?picture=0f")
    for token in world.tokens.values():
        answer = world.expect(200, "GET", address, token=token)
        tap.equal((answer.headers["Content-Type"], answer.body), ("image/jpeg", b"\xff\xd8\xff\xe0picture"))
    world.expect("not_found", "GET", address, token=world.stranger)
    world.expect("not_found", "GET", f"/v1/accounts/{world.sandbox}/avatar")
    for account in ("0", "x", f"{world.tracked}.1"):
        world.expect("not_found", "GET", f"/v1/accounts/{account}/avatar")
    world.sql("DELETE FROM avatars")


@tap.test
def draws_a_sample_at_the_socket():
    sample = world.expect(201, "POST", "/v1/sample", {"videos": 200}, via="unix").json
    tap.equal(sample["platform"], "sandbox")
    # Whatever the sample has is described: every object of every kind, in every state.
    for kind in ("videos", "codes", "links", "grants", "brands", "events"):
        tap.ok(world.all_of(f"/v1/{kind}?account={sample['id']}", via="unix"), kind)
    states = {one["state"] for one in world.all_of(f"/v1/grants?account={sample['id']}", via="unix")}
    tap.ok({"authorized", "expired", "revoked", "unbound"} <= states, str(states))
    world.expect("forbidden", "POST", "/v1/sample", {})
    for videos in (0, -1, 1001, "many"):
        world.expect("invalid_request", "POST", "/v1/sample", {"videos": videos}, via="unix")
    cover = world.expect(200, "GET", world.all_of(f"/v1/videos?account={sample['id']}",
                                                  via="unix")[0]["cover_url"], via="unix")
    tap.ok(cover.body.startswith(b"\x89PNG\r\n"), "a picture")
    world.expect(204, "DELETE", f"/v1/accounts/{sample['id']}", via="unix")


@tap.test
def imports_a_data_export():
    path = f"/v1/accounts/{world.tracked}/import"
    export = (b'{"Post":{"Posts":{"VideoList":[{"Date":"2024-03-01 18:20:11",'
              b'"Link":"https://www.tiktokv.com/share/video/7341234567890123456/","Likes":"3"},'
              b'{"Date":"never","Link":"nowhere"}]}}}')
    batch = world.expect(202, "POST", path, export, headers={"Content-Type": "application/json"}).json
    tap.equal((batch["act"], batch["state"]), ("import", "running"))
    batch = finished(batch)
    tap.equal((batch["state"], batch["added"], batch["skipped"]), ("done", 1, 1))
    # One that is over is left as it is.
    tap.equal(world.expect(200, "DELETE", f"/v1/batches/{batch['id']}")["state"], "done")
    video = [one for one in world.all_of(f"/v1/videos?account={world.tracked}")
             if one["item_id"] == "7341234567890123456"][0]
    tap.equal((video["published_at"], video["engagement"]), ("2024-03-01T18:20:11Z",
                                                             {"likes": 3, "paid": {}}))
    # The same file once more changes nothing.
    batch = finished(world.expect(202, "POST", path, export).json)
    tap.equal((batch["state"], batch["added"], batch["updated"]), ("done", 0, 0))
    # The same request once more is the same batch.
    first = world.expect(202, "POST", path, export, key="import").json
    tap.equal(world.expect(202, "POST", path, export, key="import")["id"], first["id"])
    world.expect("idempotency_mismatch", "POST", path, export + b" ", key="import")
    world.expect("invalid_request", "POST", path, export, key="k" * 201)
    world.expect("import_malformed", "POST", path, b"")
    world.expect("import_malformed", "POST", path, b"\x00\x01\x02")
    world.expect("import_is_txt", "POST", path, b"Date: 2024-03-01 18:20:11\nLink: https://www.tiktok.com/\n")
    # What is wrong further on is told by the batch.
    batch = finished(world.expect(202, "POST", path, export[:-3] + b" " * 5000 + b"x").json)
    tap.equal((batch["state"], batch["problem"]), ("failed", "import_malformed"))
    # Before the body is sent: who may not, and where there is nothing.
    world.expect("forbidden", "POST", path, export, token=world.tokens["view"])
    world.expect("not_found", "POST", f"/v1/accounts/{world.other}/import", export)
    world.expect("not_found", "POST", f"/v1/accounts/{world.tracked}.1/import", export)
    world.expect("unauthorized", "POST", path, export, token="nobody's")


def finished(batch):
    deadline = time.monotonic() + backend.PATIENCE
    while batch["state"] == "running":
        tap.ok(time.monotonic() < deadline, "the import does not end")
        time.sleep(0.02)
        batch = world.expect(200, "GET", f"/v1/batches/{batch['id']}").json
    return batch


@tap.test
def adds_a_pasted_video():
    body = {"account": world.tracked, "url": "https://www.tiktok.com/@a.b/video/7350000000000000001?_t=who"}
    video = world.expect(201, "POST", "/v1/videos", body).json
    tap.equal((video["item_id"], video["share_url"], video["visibility"], video["engagement"]),
              ("7350000000000000001", "https://www.tiktok.com/@a.b/video/7350000000000000001", "unknown",
               {"paid": {}}))
    tap.equal(world.expect(200, "POST", "/v1/videos", body)["id"], video["id"])
    tap.equal(world.expect(200, "GET", f"/v1/videos/{video['id']}").json["id"], video["id"])
    world.expect("not_found", "GET", f"/v1/videos/{video['id']}/cover")
    for url in ("https://vm.tiktok.com/ZMabc/", "https://example.com/video/1", "", "javascript:alert(1)",
                "https://tiktok.com.example.com/@a/video/7350000000000000001"):
        world.expect("invalid_link", "POST", "/v1/videos", {"account": world.tracked, "url": url})
    # Whatever address carried the id, the one that is kept is TikTok's.
    foreign = world.expect(201, "POST", "/v1/videos", {
        "account": world.tracked, "url": "https://evil.example/x?item_id=7350000000000000002"})
    tap.equal(foreign["share_url"], "https://www.tiktokv.com/share/video/7350000000000000002/")
    world.expect("not_found", "POST", "/v1/videos", {**body, "account": world.other})
    world.expect("not_found", "POST", "/v1/videos", {**body, "account": "x"})
    world.expect("invalid_request", "POST", "/v1/videos", {"account": world.tracked})


@tap.test
def makes_codes_in_the_sandbox():
    video = world.new_video()["id"]
    path = f"/v1/videos/{video}/code"
    for body in ({"days": 31}, {"days": 0}, {"days": -7}, {"days": 2 ** 40}):
        world.expect("invalid_period", "POST", path, body)
    for body in ({}, {"days": "30"}, {"days": 7.5}, {"days": None}, {"days": 30, "note": "n" * 2001}):
        world.expect("invalid_request", "POST", path, body)
    code = world.expect(201, "POST", path, {"days": 7}, token=world.tokens["generate"]).json
    tap.ok(code["code"].startswith("#Sparkbox") and len(code["code"]) == 65, "the shape of a code")
    tap.equal((code["state"], code["days"], code["video_id"]), ("ready", 7, video))
    world.expect("code_exists", "POST", path, {"days": 7})
    authorization = world.expect(200, "GET", f"/v1/videos/{video}")["authorization"]
    tap.equal((authorization["state"], authorization["code_id"]), ("ready", code["id"]))
    world.expect("platform_cannot", "POST", f"/v1/videos/{world.new_video()['id']}/code",
                 {"code": tiktok_code(0), "days": 30})
    gone = world.new_video()["id"]
    world.sql("UPDATE videos SET blockers = 2, visibility = 3 WHERE id = ?", int(gone.split(".")[1]))
    world.expect("video_not_eligible", "POST", f"/v1/videos/{gone}/code", {"days": 7})


@tap.test
def keeps_codes_of_the_app():
    video = world.new_video(world.tracked)["id"]
    path = f"/v1/videos/{video}/code"
    world.expect("platform_cannot", "POST", path, {"days": 30})
    for string in ("", "no code", "#short", "#Sparkbox" + "A" * 56, "#" + "!" * 64, "#" + "A" * 300):
        world.expect("invalid_code", "POST", path, {"code": string, "days": 30})
    string = tiktok_code(next(world.codes))
    for body in ({"code": string}, {"code": string, "days": 31}, {"code": string, "ends_at": after(-60)},
                 {"code": string, "ends_at": after(11 * YEAR)}):
        world.expect("invalid_period", "POST", path, body)
    world.expect("invalid_request", "POST", path, {"code": string, "ends_at": "tomorrow"})
    ends_at = after(5 * 86400 - 5)
    code = world.expect(201, "POST", path, {"code": f"\n {string} ", "ends_at": ends_at, "note": "Übung"}).json
    tap.equal((code["code"], code["ends_at"], code["days"], code["note"]), (string, ends_at, 5, "Übung"))
    world.expect("code_exists", "POST", f"/v1/videos/{world.new_video(world.tracked)['id']}/code",
                 {"code": string, "days": 30})
    world.expect("platform_cannot", "POST", f"/v1/codes/{code['id']}/replace")


@tap.test
def extends_replaces_copies_and_deletes_codes():
    code = world.new_code(days=7)
    path = f"/v1/codes/{code['id']}"
    longer = world.expect(200, "POST", path + "/extend", {"days": 30}).json
    tap.equal((longer["days"], longer["code"]), (37, code["code"]))
    for days in (0, 31, 10 ** 12):
        world.expect("invalid_period", "POST", path + "/extend", {"days": days})
    world.expect("invalid_request", "POST", path + "/extend", {})
    for grants in ("1.1", [1], [None], ["1.1"] * 101):
        world.expect("invalid_request", "POST", path + "/extend", {"days": 7, "grants": grants})
    world.expect("not_found", "POST", path + "/extend", {"days": 7, "grants": [code["id"]]})
    tap.equal(world.expect(200, "GET", path).json["days"], 37, "nothing was extended")
    world.expect(204, "POST", path + "/copies")
    at = after(-3600)
    world.expect(204, "POST", path + "/copies", {"brand": {"name": "Acme"}, "at": at})
    copied = world.expect(200, "GET", path).json
    tap.equal((copied["copied_for"]["name"], copied["copied_at"]), ("Acme", at))
    again = after(-1800)
    world.expect(204, "POST", path + "/copies", {"at": again})
    copied = world.expect(200, "GET", path).json
    tap.equal((copied["copied_for"]["name"], copied["copied_at"]), ("Acme", again))
    world.expect("not_found", "POST", path + "/copies", {"brand": "1.999999"})
    for brand in (7, [], True, {"name": ""}, {}):
        world.expect("invalid_request", "POST", path + "/copies", {"brand": brand})

    replaced = world.expect(201, "POST", path + "/replace", {}).json
    tap.ok(replaced["id"] != code["id"] and replaced["code"] != code["code"], "another code")
    tap.equal(replaced["ends_at"], longer["ends_at"])
    old = world.expect(200, "GET", path).json
    tap.equal((old["state"], old["code"]), ("deleted", None))
    world.expect("code_expired", "POST", path + "/replace")
    world.expect("code_deleted", "POST", path + "/extend", {"days": 7})
    world.expect(204, "DELETE", f"/v1/codes/{replaced['id']}")
    world.expect(204, "DELETE", f"/v1/codes/{replaced['id']}")
    world.expect("code_deleted", "POST", f"/v1/codes/{replaced['id']}/extend", {"days": 7})

    # One that has ended, and whose video has another by now.
    ended = world.new_code()
    world.sql("UPDATE codes SET state = 3, ends_at = 1, expiry_due = 0 WHERE id = ?", int(ended["id"].split(".")[1]))
    world.new_code(ended["video_id"])
    world.expect("code_exists", "POST", f"/v1/codes/{ended['id']}/extend", {"days": 7})


@tap.test
def makes_and_withdraws_links():
    video = world.new_video()["id"]
    path = f"/v1/videos/{video}/links"
    acme = {"brand": {"name": "Acme"}}
    world.expect("code_missing", "POST", path, acme)
    code = world.new_code(video)
    for ends_at in (after(-5), after(60 * 86400)):
        world.expect("invalid_period", "POST", path, {**acme, "ends_at": ends_at})
    for body in ({}, {"brand": None}, {**acme, "note": "n" * 2001}, {**acme, "ends_at": "soon"}):
        world.expect("invalid_request", "POST", path, body)
    world.expect("not_found", "POST", path, {"brand": f"{world.other}.1"})
    link = world.expect(201, "POST", path, {**acme, "note": "for May"}).json
    tap.equal((link["brand"]["name"], link["state"], link["ends_at"], link["note"]),
              ("Acme", "open", code["ends_at"], "for May"))
    tap.ok(link["string"].startswith("#Sparkbox") and link["string"] != code["code"], "a string of its own")
    tap.ok(link["url"].startswith(world.brand_urls[0] + "/r#%23Sparkbox"), link["url"])
    tap.equal(world.expect(200, "GET", f"/v1/links/{link['id']}").json, link)
    world.expect(204, "DELETE", f"/v1/links/{link['id']}")
    world.expect(204, "DELETE", f"/v1/links/{link['id']}")
    used = world.new_link(video)
    tap.equal(world.redeem(used["string"], 1), 0)
    world.expect("link_used", "DELETE", f"/v1/links/{used['id']}")
    ended = world.new_link(video)
    world.sql("UPDATE links SET state = 3 WHERE id = ?", int(ended["id"].split(".")[1]))
    world.expect("link_expired", "DELETE", f"/v1/links/{ended['id']}")
    world.set_ends(code, 1)
    world.expect("code_expired", "POST", path, acme)
    tracked = world.new_tracked_code()
    world.expect("brands_cannot_reach", "POST", f"/v1/videos/{tracked['video_id']}/links", acme)


@tap.test
def follows_grants_from_redemption_to_revocation():
    grant, code = world.new_grant()
    path = f"/v1/grants/{grant['id']}"
    tap.equal((grant["source"], grant["state"], grant["code_id"], grant["advertiser"]["name"],
               grant["brand"]), ("redeemed", "authorized", code["id"], "Nord", grant["brand"]))
    world.expect("grant_not_revoked", "DELETE", path + "/revocation")
    named = world.expect(200, "PATCH", path, {"brand": {"name": "Nord GmbH"}}).json
    tap.equal(named["brand"]["name"], "Nord GmbH")
    tap.equal(world.expect(200, "PATCH", path, {"brand": named["brand"]["id"]}).json["brand"],
              named["brand"])
    world.expect("invalid_request", "PATCH", path, {})
    world.expect("not_found", "PATCH", path, {"brand": f"{world.tracked}.1"})
    preview = world.expect(200, "GET", path + "/revocation").json
    tap.equal((preview["certain"], preview["code_still_works"], preview["open_until"]), (True, True, None))
    world.expect("invalid_request", "POST", path + "/revoke", {"reason": "r" * 2001})
    revoked = world.expect(200, "POST", path + "/revoke", {"reason": "Not agreed."}).json
    tap.equal(revoked["state"], "revoked")
    tap.ok(revoked["revoked_at"], "when")
    tap.equal(world.expect(200, "POST", path + "/revoke").json, revoked)
    tap.ok(world.redeem(code["code"]) != 0, "the brand cannot come back by itself")
    again = world.expect(201, "DELETE", path + "/revocation").json
    tap.equal((again["state"], again["id"] == grant["id"]), ("authorized", False))
    tap.equal(world.expect(201, "DELETE", path + "/revocation").json["id"], again["id"])

    world.sql("UPDATE grants SET state = 2 WHERE id = ?", int(again["id"].split(".")[1]))
    world.expect("grant_ended", "POST", f"/v1/grants/{again['id']}/revoke")
    world.expect("grant_ended", "POST", f"/v1/codes/{code['id']}/extend", {"days": 7, "grants": [again["id"]]})
    world.set_ends(code, 1)
    world.expect("code_expired", "DELETE", path + "/revocation")
    world.expect(204, "DELETE", f"/v1/codes/{code['id']}")
    world.expect("code_missing", "DELETE", path + "/revocation")


@tap.test
def notes_who_used_a_tracked_code():
    code = world.new_tracked_code()
    path = f"/v1/videos/{code['video_id']}/grants"
    world.expect("invalid_period", "POST", path, {"brand": {"name": "Acme"}, "ends_at": after(-5)})
    world.expect("invalid_request", "POST", path, {})
    grant = world.expect(201, "POST", path, {"brand": {"name": "Acme"}, "ends_at": after(86400)}).json
    tap.equal((grant["source"], grant["state"], grant["platform_ends_at"]),
              ("noted", "authorized", code["ends_at"]))
    tap.equal(world.expect(200, "GET", f"/v1/codes/{code['id']}")["state"], "in_use")
    world.expect("code_missing", "POST", f"/v1/videos/{world.new_video(world.tracked)['id']}/grants",
                 {"brand": {"name": "Acme"}})
    preview = world.expect(200, "GET", f"/v1/grants/{grant['id']}/revocation").json
    tap.equal((preview["certain"], preview["open_until"]), (False, code["ends_at"]))
    # What was agreed moves with the code only where that is asked for.
    world.expect(200, "POST", f"/v1/codes/{code['id']}/extend", {"days": 7})
    tap.equal(world.expect(200, "GET", f"/v1/grants/{grant['id']}").json["ends_at"], grant["ends_at"])
    longer = world.expect(200, "POST", f"/v1/codes/{code['id']}/extend",
                          {"days": 7, "grants": [grant["id"]]}).json
    tap.equal(world.expect(200, "GET", f"/v1/grants/{grant['id']}").json["ends_at"], longer["ends_at"])
    # Or to a day of its own: as far as the code goes without it, else the code is extended, too.
    extend = f"/v1/codes/{code['id']}/extend"
    other = world.expect(201, "POST", path, {"brand": {"name": "Nord"}, "ends_at": after(86400)}).json
    asked = {"grants": [other["id"]], "grants_end_at": after(5 * 86400)}
    tap.equal(world.expect(200, "POST", extend, asked).json["ends_at"], longer["ends_at"])
    tap.equal(world.expect(200, "GET", f"/v1/grants/{other['id']}").json["ends_at"], asked["grants_end_at"])
    asked["grants_end_at"] = after(50 * 86400)
    world.expect("invalid_period", "POST", extend, asked)
    world.expect("invalid_period", "POST", extend, {**asked, "grants_end_at": after(86400)})
    world.expect("invalid_request", "POST", extend, {**asked, "grants_end_at": "soon"})
    world.expect(200, "POST", extend, {**asked, "days": 30})
    tap.equal(world.expect(200, "GET", f"/v1/grants/{other['id']}").json["ends_at"], asked["grants_end_at"])
    revoked = world.expect(200, "POST", f"/v1/grants/{grant['id']}/revoke").json
    tap.equal((revoked["state"], revoked["revoked_at"]), ("revoking", None))


@tap.test
def notes_that_a_tracked_access_has_ended():
    code = world.new_tracked_code()
    grants = [world.expect(201, "POST", f"/v1/videos/{code['video_id']}/grants", {"brand": {"name": name}}).json
              for name in ("Acme", "Nord")]
    path = f"/v1/grants/{grants[0]['id']}"
    world.expect("grant_not_revoked", "POST", path + "/ended")
    tap.equal(world.expect(200, "POST", path + "/revoke").json["state"], "revoking")
    # Deleting the code leaves what exists as it is.
    world.expect(204, "DELETE", f"/v1/codes/{code['id']}")
    tap.equal(world.expect(200, "GET", path)["state"], "revoking")

    ended = world.expect(200, "POST", path + "/ended", {}, key="ended").json
    tap.equal(ended["state"], "revoked")
    tap.ok(ended["revoked_at"], "when")
    tap.equal(world.expect(200, "POST", path + "/ended", {}, key="ended").json, ended)
    world.expect("idempotency_mismatch", "POST", path + "/ended", {"other": 1}, key="ended")
    tap.equal(world.expect(200, "POST", path + "/ended").json, ended)
    told = world.expect(200, "GET", f"/v1/events?video={code['video_id']}&type=grant_end_noted")["items"]
    tap.equal([(one["grant_id"], one["brand"]["name"], one["actor"]["kind"]) for one in told],
              [(grants[0]["id"], "Acme", "creator")])
    tap.equal(world.expect(200, "GET", f"/v1/events?video={code['video_id']}&type=grant_revoked")["items"], [])
    tap.equal(world.expect(200, "GET", f"/v1/videos/{code['video_id']}")["authorization"]["grants"], 1)

    # What has ended by itself needs no word.
    world.sql("UPDATE grants SET state = 2 WHERE id = ?", int(grants[1]["id"].split(".")[1]))
    world.expect("grant_ended", "POST", f"/v1/grants/{grants[1]['id']}/ended")
    # Where Sparkbox knows it by itself nobody's word is taken.
    other, _ = world.new_grant()
    world.expect("platform_cannot", "POST", f"/v1/grants/{other['id']}/ended")
    tap.equal(world.expect(200, "GET", f"/v1/grants/{other['id']}")["state"], "authorized")


@tap.test
def turns_ad_authorization_off():
    grant, code = world.new_grant()
    link = world.new_link(code["video_id"])
    world.expect(204, "DELETE", f"/v1/videos/{code['video_id']}/authorization")
    tap.equal(world.expect(200, "GET", f"/v1/grants/{grant['id']}")["state"], "revoked")
    tap.equal(world.expect(200, "GET", f"/v1/links/{link['id']}")["state"], "withdrawn")
    tap.equal(world.expect(200, "GET", f"/v1/codes/{code['id']}")["state"], "deleted")
    tap.equal(world.expect(200, "GET", f"/v1/videos/{code['video_id']}")["authorization"],
              {"state": "off", "ends_at": None, "code_id": None, "grants": 0, "links": 0})


@tap.test
def refuses_what_the_sandbox_was_told_to():
    grant, code = world.new_grant()
    world.sql("UPDATE grants SET ads_active = 1 WHERE account || '.' || id = ?", grant["id"])
    world.expect("ads_running", "DELETE", f"/v1/codes/{code['id']}")
    world.expect("ads_running", "POST", f"/v1/codes/{code['id']}/replace", {})
    world.expect("ads_running", "DELETE", f"/v1/videos/{code['video_id']}/authorization")
    world.set_ends(code, NOW_MS - 1000)
    world.command("sandbox", "set", "extend-expired", "0")
    world.expect("code_expired", "POST", f"/v1/codes/{code['id']}/extend", {"days": 7})
    world.command("sandbox", "set", "extend-expired", "1")


@tap.test
def keeps_brands():
    brand = world.expect(201, "POST", "/v1/brands",
                         {"account": world.sandbox, "name": " Große Straße ", "notes": "May"}).json
    tap.equal((brand["name"], brand["notes"], brand["deal"]), ("Große Straße", "May", None))
    world.expect("brand_exists", "POST", "/v1/brands", {"account": world.sandbox, "name": "GROSSE STRASSE"})
    for body in ({"account": world.sandbox}, {"account": world.sandbox, "name": " "}, {"name": "x"},
                 {"account": world.sandbox, "name": "x" * 201},
                 {"account": world.sandbox, "name": "x", "notes": "n" * 2001}):
        world.expect("invalid_request", "POST", "/v1/brands", body)
    world.expect("not_found", "POST", "/v1/brands", {"account": world.other, "name": "x"})
    path = f"/v1/brands/{brand['id']}"
    deal = {"fee": 150000, "currency": "EUR", "paid": True, "ends_at": "2030-01-02T03:04:05Z"}
    changed = world.expect(200, "PATCH", path, {"name": "Straße", "deal": deal}).json
    tap.equal((changed["name"], changed["notes"], changed["deal"]), ("Straße", "May", deal))
    for wrong in ({"fee": -2}, {"currency": "euro"}, {"currency": "€"}, {"paid": 1}, {"ends_at": 5}):
        world.expect("invalid_request", "PATCH", path, {"deal": wrong})
    world.expect(201, "POST", "/v1/brands", {"account": world.sandbox, "name": "Second"})
    world.expect("brand_exists", "PATCH", path, {"name": "second"})
    tap.equal(world.expect(200, "GET", path).json["name"], "Straße")
    tap.ok(brand["id"] in [one["id"] for one in world.all_of(f"/v1/brands?account={world.sandbox}")], "listed")


@tap.test
def confirms_and_refuses_ad_accounts():
    brands = []
    for name in ("Confirmed", "Refused"):
        code = world.new_code()
        advertiser = world.command("advertiser", "add", name)
        world.advertisers.append(advertiser)
        world.advertiser_tokens.append(world.command("advertiser", "token", advertiser))
        link = world.new_link(code["video_id"], name)
        tap.equal(world.redeem(link["string"], len(world.advertisers) - 1), 0)
        brand = world.expect(200, "GET", f"/v1/brands/{link['brand']['id']}").json
        tap.equal(brand["new_advertiser_ids"], [advertiser])
        brands.append((f"/v1/brands/{brand['id']}/advertisers/{advertiser}", code["video_id"]))
    confirmed = world.expect(200, "POST", brands[0][0] + "/confirm").json
    tap.equal((len(confirmed["advertiser_ids"]), confirmed["new_advertiser_ids"]), (1, []))
    refused = world.expect(200, "POST", brands[1][0] + "/refuse").json
    tap.equal((refused["advertiser_ids"], refused["new_advertiser_ids"], refused["grants_active"]), ([], [], 0))
    tap.equal(world.expect(200, "GET", f"/v1/grants?video={brands[1][1]}")["items"][0]["state"], "revoked")
    for act in ("confirm", "refuse"):
        world.expect("not_found", "POST", f"/v1/brands/{confirmed['id']}/advertisers/7000/{act}")


@tap.test
def finds_events():
    grant, code = world.new_grant(1)
    world.expect(200, "PATCH", f"/v1/grants/{grant['id']}", {"brand": {"name": "Öko Äpfel"}})
    world.expect(200, "POST", f"/v1/grants/{grant['id']}/revoke", {"reason": "Paid 50% late_"})
    account, number = backend.split(code["video_id"])
    world.sql("UPDATE videos SET caption = 'SÜSS 东京', folded = 'süss 东京' WHERE account = ? AND id = ?",
              account, number)
    for query, types in (("ÖKO äp", {"grant_attributed", "grant_revoked", "brand_added"}),
                         ("süss 东", {"code_generated", "grant_authorized", "grant_revoked", "grant_attributed",
                                      "code_used", "video_added", "advertiser_new"}),
                         ("50% LATE_", {"grant_revoked"}), ("50%25 late", set()), ("nothing of it", set())):
        found = world.all_of(f"/v1/events?account={world.sandbox}&q=" + urllib.parse.quote(query))
        tap.ok({one["type"] for one in found} <= types and (found or not types), f"{query}: {found}")
    every = world.all_of(f"/v1/events?account={world.sandbox}")
    middle = every[len(every) // 2]["at"]
    tap.equal([one["id"] for one in world.all_of(f"/v1/events?account={world.sandbox}&before={middle}")],
              [one["id"] for one in every if moment(one["at"]) < moment(middle)])
    for query in ("before=yesterday", "q=" + "x" * 201):
        world.expect("invalid_request", "GET", "/v1/events?" + query)


@tap.test
def finds_events_of_a_creator():
    world.new_grant(1)
    world.new_tracked_code(world.new_video(world.tracked)["id"])
    account = world.tracked.split(".")[0]
    world.sql("UPDATE accounts SET name = 'Léna Rue', handle = 'lena.travels' WHERE account = ?", int(account))
    every = [one["id"] for one in world.all_of(f"/v1/events?account={world.tracked}")]
    others = {one["id"] for one in world.all_of(f"/v1/events?account={world.sandbox}")}
    tap.ok(len(every) > 1 and others, "both have a history")
    for query in ("lÉna", "LENA.tra", "@lena.travels", "a rue"):
        quoted = urllib.parse.quote(query)
        found = [one["id"] for one in world.all_of(f"/v1/events?limit=2&q={quoted}")]
        tap.ok(found == every, f"{query}: {found}, not {every}")
        # Where one account alone is listed, its name narrows nothing.
        tap.equal(world.all_of(f"/v1/events?account={world.tracked}&q={quoted}"), [])
    for query in ("@", "lena rue travels"):
        tap.equal(world.all_of("/v1/events?q=" + urllib.parse.quote(query)), [])


def moment(text):
    return text if "." in text else text[:-1] + ".000Z"


@tap.test
def tells_engagement_over_time():
    sample = world.expect(201, "POST", "/v1/sample", {"videos": 200}, via="unix").json
    videos = world.all_of(f"/v1/videos?account={sample['id']}", via="unix")
    paid = [one for one in videos if one["engagement"]["paid"].get("views", 0) > 0]
    tap.ok(paid, "the sample has ads")
    for video in paid[:3] + videos[:3] + videos[-3:]:
        path = f"/v1/videos/{video['id']}/engagement"
        days = world.expect(200, "GET", path + f"?from={after(-1000 * 86400)[:10]}&to={after(0)[:10]}", via="unix")["items"]
        tap.equal([one["date"] for one in days], sorted({one["date"] for one in days}))
        for name in ("views", "likes", "comments", "shares"):
            for counts in (days, [one["paid"] for one in days]):
                known = [one[name] for one in counts if name in one]
                tap.equal(known, sorted(known), f"{name} only grow")
            organic = [one[name] - one["paid"].get(name, 0) for one in days]
            tap.equal(organic, sorted(organic), f"organic {name} only grow")
        # The last day is what the video has now.
        tap.equal({key: one for key, one in days[-1].items() if key != "date"}, video["engagement"])
        tap.equal(days[-1]["date"], after(0)[:10])
        few = world.expect(200, "GET", path + f"?from={days[-2:][0]['date']}", via="unix")["items"]
        tap.equal(few, days[-2:])
    # What an import tells is kept for its day.
    fresh = world.new_video(world.tracked)
    tap.equal(world.expect(200, "GET", f"/v1/videos/{fresh['id']}/engagement")["items"], [])
    imported = [one for one in world.all_of(f"/v1/videos?account={world.tracked}")
                if one["item_id"] == "7341234567890123456"][0]
    tap.equal(world.expect(200, "GET", f"/v1/videos/{imported['id']}/engagement")["items"],
              [{"date": after(0)[:10], "likes": 3, "paid": {}}])
    for query in ("from=yesterday", "to=2026-13-01", "from=2026-02-30", "from=2026-01-01T00:00:00Z",
                  "from=2026-02-01&to=2026-01-01", "from=2000-01-01&to=2026-01-01"):
        world.expect("invalid_request", "GET", f"/v1/videos/{fresh['id']}/engagement?{query}")
    world.expect("not_found", "GET", f"/v1/videos/{world.sandbox}.999999/engagement")
    world.expect(204, "DELETE", f"/v1/accounts/{sample['id']}", via="unix")


@tap.test
def gives_a_calendar_of_ends():
    account = world.command("account", "add", "Calendar; with, signs", "--platform", "sandbox")
    token = world.command("token", "create", account)
    video = world.new_video(account, token=token)
    world.sql("UPDATE videos SET caption = ? WHERE account = ? AND id = ?", "Long, \\ caption; " + "東京 🌸" * 40,
              *backend.split(video["id"]))
    code = world.new_code(video["id"], token=token)
    used = world.new_code(world.new_video(account, token=token)["id"], token=token)
    grant = world.expect(201, "POST", f"/v1/videos/{used['video_id']}/grants",
                         {"brand": {"name": "Acme, Inc."}, "ends_at": after(5 * 86400)}, token=token).json
    world.expect(200, "PATCH", f"/v1/brands/{grant['brand']['id']}", {"deal": {"ends_at": after(86400)}}, token=token)
    answer = world.expect(200, "GET", f"/v1/accounts/{account}/calendar.ics", token=token)
    text = answer.body.decode()
    tap.ok(text.endswith("END:VCALENDAR\r\n") and "\n" not in text.replace("\r\n", ""), "lines end in CR LF")
    tap.ok(all(len(line.encode()) <= 75 for line in text.split("\r\n")), "no line is too long")
    lines = text.replace("\r\n ", "").split("\r\n")
    tap.equal(lines[:3], ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Sparkbox//Ends//EN"])
    tap.ok("X-WR-CALNAME:Calendar\\; with\\, signs" in lines, str(lines[:5]))
    starts = [line[8:] for line in lines if line.startswith("DTSTART:")]
    plain = [one.split(".")[0].rstrip("Z").replace("-", "").replace(":", "") + "Z"
             for one in (grant["ends_at"], code["ends_at"], after(86400))]
    tap.equal(starts[:2], plain[:2])
    tap.equal(len(starts), 3)
    tap.equal(lines.count("BEGIN:VEVENT"), lines.count("END:VEVENT"))
    summaries = [line[8:] for line in lines if line.startswith("SUMMARY:")]
    tap.ok(summaries[0].startswith("Acme\\, Inc.: access to"), summaries[0])
    tap.ok(summaries[1].startswith("Unused code for “Long\\, ") and summaries[1].endswith("…” ends"), summaries[1])
    uids = [line for line in lines if line.startswith("UID:")]
    tap.equal(len(uids), len(set(uids)))
    again = world.expect(200, "GET", f"/v1/accounts/{account}/calendar.ics", token=token).body.decode()
    tap.equal([line for line in again.split("\r\n") if line.startswith("UID:")], [line for line in text.split("\r\n")
                                                                                   if line.startswith("UID:")])
    tap.ok(code["code"] not in text, "no code")


def calendar_values(path, name, **options):
    text = world.expect(200, "GET", path, **options).body.decode()
    return [line[len(name) + 1:] for line in text.replace("\r\n ", "").split("\r\n") if line.startswith(f"{name}:")]


@tap.test
def gives_a_calendar_of_all_accounts():
    """A manager's: one file, each entry says whose it is; what ends soonest of all comes first."""
    anna, ben = (world.command("account", "add", name, "--platform", "sandbox") for name in ("Anna", "Ben, B."))
    stranger = world.command("account", "add", "Never asked")
    token = world.command("token", "create", anna, ben)
    codes = {account: world.new_code(world.new_video(account, token=token)["id"], days=days, token=token)
             for account, days in ((anna, 60), (ben, 30))}
    brand = world.expect(201, "POST", "/v1/brands", {"account": ben, "name": "Acme"}, token=token).json
    world.expect(200, "PATCH", f"/v1/brands/{brand['id']}", {"deal": {"ends_at": after(86400)}}, token=token)
    world.new_code(world.new_video(stranger, via="unix")["id"], via="unix")

    def values(name, **options):
        return calendar_values("/v1/calendar.ics", name, token=token, **options)
    found = values("SUMMARY")
    tap.equal([one.split(" · ")[0] for one in found], ["Ben\\, B.", "Anna", "Ben\\, B."])
    tap.ok(found[0].startswith("Ben\\, B. · Unused code for “") and found[2].endswith(" · Deal with Acme ends"), str(found))
    tap.ok(values("SUMMARY", headers={"Accept-Language": "de"})[1].startswith("Anna · Unbenutzter Code"), "not in German")
    tap.equal(values("X-WR-CALNAME"), ["Sparkbox"])
    # A calendar of one account goes on with the same entries.
    tap.equal(values("UID")[:2], [calendar_values(f"/v1/accounts/{account}/calendar.ics", "UID", token=token)[0]
                                  for account in (ben, anna)])
    # Of one, they need not say whose they are.
    alone = world.command("token", "create", anna)
    for name in ("SUMMARY", "X-WR-CALNAME"):
        tap.equal(calendar_values("/v1/calendar.ics", name, token=alone),
                  calendar_values(f"/v1/accounts/{anna}/calendar.ics", name, token=token))
    tap.ok(len(calendar_values("/v1/calendar.ics", "UID", token=None, via="unix")) > 3, "the owner's")
    world.expect("unauthorized", "GET", "/v1/calendar.ics", token="")

    # The soonest of all: whoever comes first takes no place from whose end comes first.
    columns = "video, days, starts_at, ends_at, state, secret, created_at"
    for account, days in ((anna, 60), (ben, 30)):
        world.sql(f"INSERT INTO codes (account, id, {columns}) WITH RECURSIVE n (id) AS (SELECT 10001 UNION ALL "
                  f"SELECT id + 1 FROM n WHERE id < 11500) SELECT account, n.id, codes.{columns} FROM codes, n "
                  "WHERE account = ? AND codes.id = ?", *backend.split(codes[account]["id"]))
    found = values("SUMMARY")
    tap.equal([sum(one.startswith(name) for one in found) for name in ("Ben", "Anna", "Some ends are missing")],
              [1502, 499, 1])
    world.expect(204, "DELETE", f"/v1/accounts/{anna}", via="unix")
    world.expect(204, "DELETE", f"/v1/accounts/{ben}", via="unix")


@tap.test
def says_in_a_calendar_that_there_is_more():
    account = world.command("account", "add", "Many ends")
    token = world.command("token", "create", account)
    code = world.new_code(world.new_video(account, token=token)["id"], token=token)

    def values(name):
        return calendar_values(f"/v1/accounts/{account}/calendar.ics", name, token=token)

    def summaries():
        return values("SUMMARY")

    def add(first, last):
        columns = "video, days, starts_at, ends_at, state, secret, created_at"
        world.sql(f"INSERT INTO codes (account, id, {columns}) WITH RECURSIVE n (id) AS (SELECT {first} UNION ALL "
                  f"SELECT id + 1 FROM n WHERE id < {last}) SELECT account, n.id, {columns} FROM codes, n "
                  "WHERE account = ? AND codes.id = ?".replace("n.id, video", "n.id, codes.video"),
                  *backend.split(code["id"]))
    add(10001, 11999)
    tap.equal((len(summaries()), [one for one in summaries() if "missing" in one]), (2000, []))
    add(12000, 12000)
    found = summaries()
    tap.equal((len(found), found[-1]), (2001, "Some ends are missing here: there are too many. Sparkbox shows all of them."))
    # What is missing ends last, whenever it was made; what is over takes no place.
    for one, seconds in ((code["id"], 86400), (f"{account}.11000", 80 * 86400), (f"{account}.12000", -60)):
        world.sql("UPDATE codes SET ends_at = ? WHERE account = ? AND id = ?", NOW_MS + seconds * 1000,
                  *backend.split(one))
    add(12001, 12001)
    ids = [uid.split("@")[0] for uid in values("UID")]
    tap.equal((len(ids), ids[0], ids[-1]), (2001, f"code-{code['id']}", "more-0"))
    tap.equal([one for one in (11000, 12000) if f"code-{account}.{one}" in ids], [])


@tap.test
def shares_a_calendar_by_its_address():
    account = world.command("account", "add", "Shared", "--platform", "sandbox")
    token = world.command("token", "create", account)
    other = world.command("token", "create", account, "--role", "view")
    code = world.new_code(world.new_video(account, token=token)["id"], token=token)
    address = f"/v1/accounts/{account}/calendar-address"
    path = world.expect(201, "POST", address, token=token, key="once", headers={"Accept-Language": "de"}).json["path"]
    tap.ok(re.fullmatch(r"/v1/calendars/[A-Za-z0-9_-]{43}/ends\.ics", path), path)
    tap.equal(world.expect(201, "POST", address, token=token, key="once", headers={"Accept-Language": "de"}).json["path"], path)
    tap.equal(world.expect(201, "POST", address, token=token).json["path"], path)
    # Without a token, in the language of whoever copied it.
    text = world.expect(200, "GET", path, token="").body.decode()
    tap.ok("SUMMARY:Unbenutzter Code" in text, text)
    tap.ok(code["code"] not in text, "no code")
    # Only a hash of it is kept.
    secret = path.split("/")[3]
    tap.equal(world.sql("SELECT count(*) FROM calendars WHERE instr(hash, ?) OR nonce = ? OR holder = ?",
                        secret.encode(), secret, secret), [(0,)])
    # It opens nothing else, and nothing else opens it.
    for wrong in (secret[:-1] + ("A" if secret[-1] != "A" else "B"), secret + "A", "owner", "x" * 2000):
        world.expect("not_found", "GET", f"/v1/calendars/{wrong}/ends.ics", token="")
    world.expect("unauthorized", "GET", f"/v1/accounts/{account}/calendar.ics", token=secret)
    world.expect("unauthorized", "GET", f"/v1/accounts/{account}/calendar.ics", token="")
    world.expect("not_found", "POST", address, token=world.command("token", "create", world.sandbox))
    world.expect("invalid_request", "POST", address, {"replace": "yes"}, token=token)
    # One for each who asks.
    mine = world.expect(201, "POST", address, token=other).json["path"]
    tap.ok(mine != path, "another's address was given away")
    fresh = world.expect(201, "POST", address, {"replace": True}, token=token, key="twice").json["path"]
    tap.equal(world.expect(201, "POST", address, {"replace": True}, token=token, key="twice").json["path"], fresh)
    world.expect("not_found", "GET", path, token="")
    world.expect(200, "GET", fresh, token="")
    world.expect(200, "GET", mine, token="")
    world.expect(204, "DELETE", address, token=token)
    world.expect("not_found", "GET", fresh, token="")
    # It ends with the access of whoever it was made for.
    world.sql("DELETE FROM token_accounts WHERE account = ?", int(account))
    world.expect("not_found", "GET", mine, token="")


@tap.test
def gives_a_record_and_the_key_to_check_it():
    answer = world.expect(200, "GET", f"/v1/accounts/{world.sandbox}/record?format=csv")
    key = world.expect(200, "GET", "/.well-known/sparkbox-signing-key", token="")
    tap.equal(answer["signature"]["key"], key["key"])


@tap.test
def answers_the_sign_ins_of_nobody():
    tap.equal(world.expect(200, "GET", "/v1/sign-ins")["items"], [])
    world.expect("not_found", "DELETE", "/v1/sign-ins/nothing")


@tap.test
def filters_lists():
    grant, code = world.new_grant()
    video = code["video_id"]
    brand = world.expect(200, "PATCH", f"/v1/grants/{grant['id']}", {"brand": {"name": "Filter"}})["brand"]["id"]
    link = world.new_link(video, "Filter")
    first = f"account={world.sandbox}&"
    for query, ids in ((f"grants?{first}video={video}&brand={brand}&state=authorized", [grant["id"]]),
                       (f"grants?video={video}&state=revoked", []),
                       (f"grants?video={video}&ends_before=2001-01-01T00:00:00Z", []),
                       (f"grants?video={video}&ends_before=2099-01-01T00:00:00Z", [grant["id"]]),
                       (f"codes?video={video}&state=in_use", [code["id"]]),
                       (f"codes?video={video}&state=ready", []),
                       (f"links?video={video}&brand={brand}&state=open", [link["id"]]),
                       (f"links?brand={brand}&state=redeemed", [])):
        tap.equal([one["id"] for one in world.expect(200, "GET", "/v1/" + query)["items"]], ids, query)
    types = [one["type"] for one in world.expect(200, "GET", f"/v1/events?video={video}")["items"]]
    tap.ok({"code_generated", "grant_authorized", "grant_attributed", "link_created"} <= set(types), str(types))
    only = world.expect(200, "GET", f"/v1/events?video={video}&type=code_generated")["items"]
    tap.equal([one["type"] for one in only], ["code_generated"])
    for name in ("codes", "links", "grants", "events"):
        world.expect("invalid_request", "GET", f"/v1/{name}?account={world.tracked}&video={video}")
        world.expect("invalid_request", "GET", f"/v1/{name}?video={world.sandbox}")
        world.expect("invalid_request", "GET", f"/v1/{name}?{'type' if name == 'events' else 'state'}=odd")
        world.expect("invalid_request", "GET", f"/v1/{name}?account={video}")
        world.expect("not_found", "GET", f"/v1/{name}?account={world.other}")
        world.expect("not_found", "GET", f"/v1/{name}?video={world.other}.1")
    world.expect("invalid_request", "GET", "/v1/grants?ends_before=soon")
    for query in ("state=odd", "sort=odd", "q=" + "x" * 201, f"account={video}"):
        world.expect("invalid_request", "GET", "/v1/videos?" + query)
    world.expect("not_found", "GET", f"/v1/videos?account={world.other}")
    world.expect("not_found", "GET", f"/v1/brands?account={world.other}")


@tap.test
def saw_every_answer_that_is_described():
    wanted = set()
    for operation in backend.description.operations:
        if operation.id == "followChanges":
            continue
        wanted |= {(operation.id, int(status)) for status in operation.node["responses"]
                   if status.startswith("2")}
        wanted |= {(operation.id, code) for code in operation.errors}
    # Where the sandbox is reachable its codes are too; no platform has the one without the other yet.
    wanted -= {("makeLink", "platform_cannot")}
    # Of an account whose platform is only asked.
    wanted -= {(operation, code) for code in ("platform_waiting", "not_connected")
               for operation in ("makeCode", "extendCode", "replaceCode", "makeLink")}
    # Seen by other tests: of connecting to TikTok, of changes, and of signing in.
    wanted -= {one for one in wanted
               if one[0] in ("getConnect", "connect", "connectAccount", "disconnectAccount")}
    wanted -= {("listChanges", 200), ("listChanges", "resync"), ("endSignIn", 204),
               ("makeBatch", 202), ("makeBatch", "invalid_period"), ("listBatchResults", 200),
               ("stopBatch", 200),
               ("makeBatch", "too_many_requests"), ("importVideos", "too_many_requests")}
    tap.equal(wanted - backend.seen, set())


try:
    tap.run()
finally:
    world.__exit__(None, None, None)
