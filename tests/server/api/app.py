# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""A developer's app in the sandbox, which a creator lets in on the consent page."""

import json
import urllib.parse

import tap

BACK = "http://127.0.0.1:9/back"


class App:
    def __init__(self, backend):
        self.backend = backend
        self.id = backend.command("sandbox", "app", "add", "Tool", f"--redirect={BACK}")
        secret = backend.command("sandbox", "app", "secret", self.id)
        self.client = {"client_id": self.id, "client_secret": secret}

    def _call(self, path, values, **headers):
        connection = self.backend.connect("brands")
        connection.request("POST", f"/open_api/v1.3/{path}/", json.dumps(values),
                           {"Content-Type": "application/json", **headers})
        answer = json.loads(connection.getresponse().read())
        connection.close()
        return answer

    def consent(self, token, account):
        """What the page answers to who says yes."""
        form = {"client_key": self.id, "redirect_uri": BACK, "state": "s", "response_type": "code",
                "scope": "user.info.basic,biz.spark.auth", "answer": "yes", "token": token, "account": account}
        return self.backend.request("POST", "/v2/auth/authorize", urllib.parse.urlencode(form).encode(),
                                    via="brands", headers={"Content-Type": "application/x-www-form-urlencoded"},
                                    checked=False)

    def let_in(self, token, account):
        """The code the page sends to the app."""
        answer = self.consent(token, account)
        tap.equal(answer.status, 303, answer.body[:500])
        query = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.headers["Location"]).query)
        return query["code"][0]

    def exchange(self, code):
        return self._call("tt_user/oauth2/token", {**self.client, "grant_type": "authorization_code",
                                                   "redirect_uri": BACK, "auth_code": code})

    def refresh(self, tokens):
        return self._call("tt_user/oauth2/refresh_token", {**self.client, "grant_type": "refresh_token",
                                                           "refresh_token": tokens["refresh_token"]})

    def info(self, tokens):
        return self._call("tt_user/token_info/get", {"app_id": self.id, "access_token": tokens["access_token"]})

    def authorize(self, tokens, item):
        """Turns on a post's ad authorization for whoever let the app in."""
        return self._call("business/post/authorize/setting",
                          {"business_id": tokens["open_id"], "item_id": item, "is_ad_promotable": True},
                          **{"Access-Token": tokens["access_token"]})
