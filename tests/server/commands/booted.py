#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""A server that starts with its computer, whose clock is far from all that is recorded: nothing ends yet.

Usage: booted.py SPARKBOXD BOOTED, a sparkboxd that believes that the computer has just started
"""
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request

SPARKBOXD, BOOTED = sys.argv[1:3]
PATIENCE = 60
DAY = 86400000


def ask(path, sql, *values):
    with sqlite3.connect(path, timeout=PATIENCE) as connection:
        rows = connection.execute(sql, values).fetchall()
    connection.close()
    return rows


def make(path):
    """What was recorded last is three days old; a batch was under way."""
    subprocess.run([SPARKBOXD, 'sample', '--videos', '40', f'--database=sqlite:{path}'], check=True,
                   stdout=subprocess.PIPE, timeout=PATIENCE)
    old = int(time.time() * 1000) - 3 * DAY
    account, last = ask(path, 'SELECT account, last_id FROM accounts')[0]
    ask(path, 'UPDATE accounts SET created_at = ?, last_id = last_id + 1', old)
    ask(path, 'UPDATE events SET at = min(at, ?)', old)
    videos = ask(path, 'SELECT id FROM videos WHERE auth_code = 0 AND blockers = 0')
    ask(path, "INSERT INTO batches (account, id, act, state, total, days, actor_id, created_at, updated_at) "
              "VALUES (?1, ?2, 'generate', 0, ?3, 30, 'owner', ?4, ?4)", account, last + 1, len(videos), old)
    for line, (video,) in enumerate(videos):
        ask(path, 'INSERT INTO batch_rows (account, batch, line, subject, at) VALUES (?, ?, ?, ?, ?)',
            account, last + 1, line, video, old)
    return old


def tell_clock(path):
    """What the metric says once the batch is done, and what the log does."""
    # It takes a while to listen at all of them, which the batch does not wait for.
    places = ['--listen=127.0.0.1:0'] * 20
    server = subprocess.Popen([BOOTED, 'serve', f'--database=sqlite:{path}', *places, '--listen-metrics=127.0.0.1:0'],
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        for _ in places:
            server.stdout.readline()
        url = server.stdout.readline().split()[2]
        deadline = time.monotonic() + PATIENCE
        while ask(path, 'SELECT 1 FROM batches WHERE state = 0'):
            if time.monotonic() > deadline:
                raise AssertionError('the batch does not go on')
            time.sleep(0.02)
        with urllib.request.urlopen(url + '/metrics', timeout=PATIENCE) as answer:
            lines = answer.read().decode().splitlines()
    finally:
        server.terminate()
        _, log = server.communicate(timeout=PATIENCE)
    return [line for line in lines if line.startswith('sparkbox_clock_waits')], log


def main():
    print('1..1')
    with tempfile.TemporaryDirectory(prefix='sparkbox-booted-') as folder:
        old = make(f'{folder}/db')
        metric, log = tell_clock(f'{folder}/db')
        begun = ask(f'{folder}/db', 'SELECT count(*) FROM events WHERE at > ?', old + DAY)[0][0]
    failed = metric != ['sparkbox_clock_waits 1'] or begun == 0 or 'nothing ends before its clock' not in log
    print(f'{"not " * failed}ok 1 - what goes on meanwhile is no reason to believe the clock')
    if failed:
        print(f'# {metric}, {begun} events, {log!r}')
    return failed


if __name__ == '__main__':
    sys.exit(main())
