# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""A real sparkboxd on a free port, with a creator's side to act from."""
import http.client
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import tempfile
import urllib.parse
import uuid


class Server:
    def __init__(self, program, videos=12, options=()):
        self.program = program
        self.options = options
        self.folder = tempfile.mkdtemp(prefix='sparkbox-portal-')
        # Or on the server that tests/server/postgres started.
        self.database = os.environ.get('SPARKBOX_TEST_DATABASE',
                                       f'sqlite:{self.folder}/sparkbox.db')
        self.process = None
        self.account = self.run('sample', '--videos', str(videos))
        self.token = self.run('token', 'create', self.account)
        self.start()

    def where(self):
        return ['--database', self.database, '--key', f'{self.folder}/key']

    def run(self, *arguments):
        """A command of sparkboxd; what it prints."""
        done = subprocess.run([self.program, *arguments, *self.where()],
                              capture_output=True, text=True, check=False, timeout=60)
        if done.returncode != 0:
            raise RuntimeError(f'sparkboxd {arguments[0]}: {done.stderr}')
        return done.stdout.strip()

    def start(self):
        self.log = open(f'{self.folder}/log', 'a', encoding='utf-8')
        self.process = subprocess.Popen(
            [self.program, 'serve', '--listen', '127.0.0.1:0', *self.where(), *self.options],
            stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        if not line.startswith('listening on '):
            raise RuntimeError(f'sparkboxd did not begin: {self.read_log()}')
        self.url = line.split()[-1]
        self.port = int(self.url.rsplit(':', 1)[1])

    def read_log(self):
        return pathlib.Path(f'{self.folder}/log').read_text(encoding='utf-8')

    def close(self):
        self.process.terminate()
        status = self.process.wait(30)
        self.process.stdout.close()
        self.log.close()
        log = self.read_log()
        shutil.rmtree(self.folder, ignore_errors=True)
        if status != 0:
            raise AssertionError(f'sparkboxd ended with {status}:\n{log}')
        return log

    # --- the creator ---

    def creator(self, method, path, body=None):
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        headers = {'Authorization': f'Bearer {self.token}', 'Content-Type': 'application/json',
                   'Idempotency-Key': uuid.uuid4().hex}
        try:
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status >= 400:
            raise RuntimeError(f'{method} {path}: {answer.status} {text.decode()}')
        return json.loads(text) if text else None

    # --- the brand's tools ---

    def tool(self, token, method, call, **values):
        """A call of /open_api/v1.3; its data."""
        connection = http.client.HTTPConnection('127.0.0.1', self.port, timeout=30)
        path = f'/open_api/v1.3/{call}/'
        if method == 'GET':
            path += '?' + urllib.parse.urlencode(
                {name: value if isinstance(value, str) else json.dumps(value)
                 for name, value in values.items()})
        try:
            connection.request(method, path, json.dumps(values) if method == 'POST' else None,
                               {'Access-Token': token, 'Content-Type': 'application/json'})
            answer = json.load(connection.getresponse())
        finally:
            connection.close()
        if answer['code'] != 0:
            raise RuntimeError(f'{call}: {answer["code"]} {answer["message"]}')
        return answer['data']

    def make_ad(self, token, account):
        """An ad with the first post of an ad account that TikTok's own tools could have made."""
        post = self.tool(token, 'GET', 'tt_video/list', advertiser_id=account)['list'][0]
        campaign = self.tool(
            token, 'POST', 'campaign/create', advertiser_id=account, campaign_name='Autumn',
            objective_type='VIDEO_VIEWS', budget_mode='BUDGET_MODE_INFINITE')['campaign_id']
        adgroup = self.tool(
            token, 'POST', 'adgroup/create', advertiser_id=account, campaign_id=campaign,
            adgroup_name='Everybody', placement_type='PLACEMENT_TYPE_NORMAL',
            placements=['PLACEMENT_TIKTOK'], location_ids=['6252001'],
            budget_mode='BUDGET_MODE_DAY', budget=50, schedule_type='SCHEDULE_FROM_NOW',
            schedule_start_time='2026-12-01 00:00:00', optimization_goal='VIDEO_VIEW',
            bid_type='BID_TYPE_NO_BID', billing_event='CPV',
            pacing='PACING_MODE_SMOOTH')['adgroup_id']
        return self.tool(
            token, 'POST', 'ad/create', advertiser_id=account, adgroup_id=adgroup,
            creatives=[{'ad_name': 'One', 'identity_type': 'AUTH_CODE',
                        'identity_id': post['user_info']['identity_id'],
                        'tiktok_item_id': post['item_info']['item_id'],
                        'ad_format': 'SINGLE_VIDEO'}])['ad_ids'][0]

    def ad_status(self, token, account, ad):
        return self.tool(token, 'GET', 'ad/get', advertiser_id=account,
                         filtering={'ad_ids': [ad]})['list'][0]['secondary_status']

    def events(self, kind):
        """The creator's events of a type, the newest first."""
        return [event for event in self.creator('GET', '/v1/events?limit=100')['items']
                if event['type'] == kind]

    def free_videos(self):
        """Videos without a code that may run as ads."""
        return [video for video in self.creator('GET', '/v1/videos?limit=100')['items']
                if video['authorization']['state'] == 'off' and video['eligible']]

    def make_code(self, video, days=30):
        return self.creator('POST', f'/v1/videos/{video["id"]}/code', {'days': days})

    def make_link(self, video, brand):
        return self.creator('POST', f'/v1/videos/{video["id"]}/links', {'brand': {'name': brand}})

    def end_now(self, table, identifier):
        """Moves an end into the past, as time would."""
        account, number = identifier.split('.')
        with sqlite3.connect(f'{self.folder}/sparkbox.db', timeout=30) as database:
            database.execute(
                f'UPDATE {table} SET ends_at = 1700000000000 WHERE account = ? AND id = ?',
                (int(account), int(number)))
        database.close()
