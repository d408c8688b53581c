#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""What would do nothing, for an option or for a database that is not there, is refused, and nothing is done.

Usage: options.py SPARKBOXD
"""
import os
import re
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
PATIENCE = 60

# What is typed, and of what of it that is said.
WRONG = [
    (['invite', '--withdraw', '1', '--role', 'view'], '--role'),
    (['invite', '--withdraw', '1', '--role=owner'], '--role'),
    (['invite', '--withdraw', '1', '--days', '7'], '--days'),
    (['invite', '--withdraw', '1', '--days', '0'], '--days'),
    (['invite', '1', '--days', '0'], 'from 1 to 365'),
    (['token', 'create', '1', '--days', '0'], 'from 1 to 36500'),
    (['token', 'create', '1', '--days', '-1'], 'from 1 to 36500'),
    (['sandbox', 'app', 'list', '--level', 'basic'], '--level'),
    (['sandbox', 'app', 'secret', '1', '--redirect', 'https://example.org/'], '--redirect'),
    (['sandbox', 'code', '1', '--advertiser', '1', '--scope', 'video.list'], '--scope'),
    (['sandbox', 'code', '1', '--advertiser', '1', '--redirect', 'https://example.org/'], '--redirect'),
    (['sandbox', 'fault', 'rate', '1', '--clear'], 'no NAME'),
    (['sandbox', 'fault', 'rate', '--clear'], 'no NAME'),
    *((['serve', '--listen', '127.0.0.1:0', f'--tiktok-{name}', 'https://example.org'], f'--tiktok-{name}')
      for name in ('secret-file', 'redirect-url', 'auth-url', 'api-url')),
]

# What works on what is there: in an empty database it would find nothing, and seem to have done all.
NEEDS = [
    ['account', 'list'], ['account', 'delete', '1'], ['token', 'create', '1'], ['token', 'list'],
    ['token', 'revoke', '1'], ['invite', '1'], ['person', 'list'], ['person', 'remove', 'Ada'],
    ['advertiser', 'list'], ['advertiser', 'token', '1'], ['key', 'rotate'], ['check'],
    ['sandbox', 'app', 'list'], ['sandbox', 'deliver'], ['sandbox', 'set', 'max-days', '30'],
]


def test_elsewhere(folder):
    for arguments in [*NEEDS, ['backup', f'{folder}/copy.db'], ['import', '--account=1', __file__]]:
        for path in (f'{folder}/typo.db', f'{folder}/typo/sparkbox.db'):
            done = subprocess.run([PROGRAM, *arguments, f'--database=sqlite:{path}'], text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=PATIENCE)
            if done.returncode != 1 or f'There is no database {path}: ' not in done.stderr or done.stdout:
                raise AssertionError(f'{arguments}: {done}')
    if os.listdir(folder):
        raise AssertionError(f'something was made: {os.listdir(folder)}')


def test_unseen(folder):
    """Whoever may not look does not know whether there is one, and is not told to make it."""
    os.symlink('loop', f'{folder}/loop')
    for arguments in (['person', 'list'], ['check'], ['backup', f'{folder}/copy.db']):
        done = subprocess.run([PROGRAM, *arguments, f'--database=sqlite:{folder}/loop/sparkbox.db'], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=PATIENCE)
        if (done.returncode != 1 or f'The database {folder}/loop/sparkbox.db cannot be opened: ' not in done.stderr
                or 'There is no database' in done.stderr or done.stdout):
            raise AssertionError(f'{arguments}: {done}')


def test_invited(folder):
    """The account and its invitation, a line each; without the option the account alone."""
    added = [subprocess.run([PROGRAM, 'account', 'add', 'Ada', *more, f'--database=sqlite:{folder}/sparkbox.db'],
                            text=True, stdout=subprocess.PIPE, check=True, timeout=PATIENCE).stdout
             for more in (['--invite'], [])]
    if not re.fullmatch(r'1\nsbi_[A-Za-z0-9_-]{43}\n', added[0]) or added[1] != '2\n':
        raise AssertionError(added)


def main():
    print('1..4')
    with tempfile.TemporaryDirectory(prefix='sparkbox-options-') as folder:
        for arguments, words in WRONG:
            done = subprocess.run([PROGRAM, *arguments, f'--database=sqlite:{folder}/sparkbox.db'], text=True,
                                  stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False, timeout=PATIENCE)
            if done.returncode not in (1, 2) or words not in done.stderr or done.stdout:
                raise AssertionError(f'{arguments}: {done}')
        if os.listdir(folder):
            raise AssertionError(f'something was done: {os.listdir(folder)}')
    print('ok 1 - what would do nothing is refused')
    with tempfile.TemporaryDirectory(prefix='sparkbox-options-') as folder:
        test_elsewhere(folder)
    print('ok 2 - nothing is done in a database that is not there')
    with tempfile.TemporaryDirectory(prefix='sparkbox-options-') as folder:
        test_unseen(folder)
    print('ok 3 - what cannot be looked at is not said to be missing')
    with tempfile.TemporaryDirectory(prefix='sparkbox-options-') as folder:
        test_invited(folder)
    print('ok 4 - an account is added with an invitation')


if __name__ == '__main__':
    main()
