# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""TikTok, played by another sparkboxd's sandbox: its creator, its brands with their ads, and what the
browsers of both do there."""
import contextlib
import html
import http.client
import http.cookies
import os
import re
import sqlite3
import urllib.parse

import steps
from backend import Brand, Server, server_api
from desktop import wait


class Page:
    def __init__(self, url, status, headers, text):
        self.url, self.status, self.headers, self.text = url, status, headers, text

    @property
    def location(self):
        return urllib.parse.urljoin(self.url, self.headers['Location'])


class Browser:
    """Keeps cookies; goes where it is sent only when it is told to."""

    def __init__(self):
        self.cookies = http.cookies.SimpleCookie()

    def fetch(self, url, form=None):
        where = urllib.parse.urlsplit(url)
        connection = http.client.HTTPConnection(where.hostname, where.port, timeout=20)
        headers = {'Cookie': '; '.join(f'{name}={one.value}' for name, one in self.cookies.items())}
        if form:
            headers['Content-Type'] = 'application/x-www-form-urlencoded'
        try:
            connection.request('POST' if form else 'GET', where.path + ('?' + where.query if where.query else ''),
                               urllib.parse.urlencode(form) if form else None, headers)
            answer = connection.getresponse()
            for cookie in answer.headers.get_all('Set-Cookie') or []:
                self.cookies.load(cookie)
            return Page(url, answer.status, answer.headers, answer.read().decode())
        finally:
            connection.close()

    def press_form(self, page, **values):
        """Sends the form of a page, as a person fills it in."""
        action = re.search(r'<form[^>]*action="([^"]*)"', page.text)[1]
        hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page.text)
        return self.fetch(urllib.parse.urljoin(page.url, html.unescape(action)),
                          {**{name: html.unescape(value) for name, value in hidden}, **values})


class Advertiser(Brand):
    """A brand's ad account there, with what it can do in Ads Manager."""

    def call(self, method, path, **values):
        answer = self.request(method, path, {'advertiser_id': self.id, **values})
        steps.check(answer['code'] == 0, f'{path}: {answer}')
        return answer['data']

    def start_ad(self):
        """Of the video whose code it used."""
        post = self.call('GET', 'tt_video/list')['list'][0]
        campaign = self.call('POST', 'campaign/create', campaign_name='Autumn', objective_type='VIDEO_VIEWS',
                             budget_mode='BUDGET_MODE_INFINITE')['campaign_id']
        adgroup = self.call(
            'POST', 'adgroup/create', campaign_id=campaign, adgroup_name='Everybody',
            placement_type='PLACEMENT_TYPE_NORMAL', placements=['PLACEMENT_TIKTOK'], location_ids=['6252001'],
            budget_mode='BUDGET_MODE_DAY', budget=50, schedule_type='SCHEDULE_FROM_NOW',
            schedule_start_time='2026-12-01 00:00:00', optimization_goal='VIDEO_VIEW', bid_type='BID_TYPE_NO_BID',
            billing_event='CPV', pacing='PACING_MODE_SMOOTH')['adgroup_id']
        self.call('POST', 'ad/create', adgroup_id=adgroup, creatives=[{
            'ad_name': 'One', 'identity_type': 'AUTH_CODE', 'identity_id': post['user_info']['identity_id'],
            'tiktok_item_id': post['item_info']['item_id'], 'ad_format': 'SINGLE_VIDEO'}])

    def stop_ads(self):
        """As it is asked to: its ads pause, and the video is given up."""
        ads = [one['ad_id'] for one in self.call('GET', 'ad/get')['list']]
        self.call('POST', 'ad/status/update', ad_ids=ads, operation_status='DISABLE')
        for item in self.posts():
            self.call('POST', 'tt_video/unbind', item_id=item)

    def running(self):
        return sum(one['operation_status'] == 'ENABLE' for one in self.call('GET', 'ad/get')['list'])


class TikTok(Server):
    def __init__(self, desktop, videos):
        super().__init__(desktop, 'tiktok')
        self.account = self.run('sample', more=[f'--videos={videos}']).split()[0]
        self.token = self.run('token', 'create', self.account)
        self.start()

    def creator(self):
        return self.run('account', 'list').split('\n')[0].split('\t')[1]

    def allow(self, browser, page):
        """The creator says yes there; the address that the browser is sent back to."""
        return browser.press_form(page, token=self.token, account=self.account, answer='yes').location

    def register(self, folder, redirect, more=''):
        """What README has somebody do who got an app id; the file of settings."""
        app = self.run('sandbox', 'app', 'add', 'Sparkbox', more=['--redirect', redirect])
        secret = folder / 'tiktok-secret'
        with open(secret, 'w', encoding='utf-8', opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(self.run('sandbox', 'app', 'secret', app) + '\n')
        config = folder / 'sparkboxd.conf'
        config.write_text(
            f'[sparkboxd]\ntiktok-app-id={app}\ntiktok-secret-file={secret}\ntiktok-redirect-url={redirect}\n'
            f'tiktok-auth-url={self.url}\ntiktok-api-url={self.url}\n{more}')
        return config


class Agency(Server):
    """A server with an app id, which brands can reach, and the creator's account connected there."""

    def __init__(self, desktop, tiktok):
        super().__init__(desktop)
        self.tiktok = tiktok
        folder = desktop.folder / 'agency'
        folder.mkdir()
        self.options = ['--config', str(tiktok.register(folder, f'http://{self.listen}/connect/callback',
                                                        f'brand-url=http://{self.listen}\n'))]
        self.account = self.run('account', 'add', tiktok.creator(), more=['--platform=tracked'])
        self.token = self.run('token', 'create', self.account)
        self.start()
        browser = Browser()
        away = browser.fetch(server_api(self, self.token, f'/v1/accounts/{self.account}/connect', 'POST')['url'])
        done = browser.press_form(browser.fetch(tiktok.allow(browser, away)), answer='yes')
        steps.check(done.status == 200, done.text)

    def look(self):
        """What it looks at now and then it looks at soon."""
        hasten(self.database)
        brands = server_api(self, self.token, f'/v1/brands?account={self.account}')['items']
        server_api(self, self.token, '/v1/brands', 'POST', {'account': self.account, 'name': f'Brand {len(brands)}'})

    def connect_ads(self, advertiser):
        """A brand connects its ad account on the page for brands."""
        browser = Browser()
        browser.fetch(f'{self.url}/')
        away = browser.fetch(browser.fetch(f'{self.url}/connect/ads').location)
        back = browser.press_form(away, token=advertiser.token, answer='yes').location
        invitation = urllib.parse.urlsplit(browser.fetch(back).location).fragment
        asked = browser.press_form(browser.fetch(f'{self.url}/i'), invitation=invitation)
        done = browser.press_form(asked)
        steps.check(done.status == 303, done.text)


def hasten(database):
    with contextlib.closing(sqlite3.connect(database, timeout=20)) as rows, rows:
        rows.execute('UPDATE videos SET status_at = 1')
        rows.execute('UPDATE platform_turns SET next_at = 1')
        rows.execute('UPDATE platform_tasks SET due_at = 1')


def until_seen(look, condition, what, times=8):
    """What is looked at now and then is looked at until it is seen."""
    for _ in range(times):
        look()
        try:
            return wait(condition, what, 4)
        except Exception:  # not yet
            pass
    return wait(condition, what, 1)
