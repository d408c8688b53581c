#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""A PostgreSQL database that cannot be used: whoever starts sparkboxd is told why, in one line.

Usage: refused.py SPARKBOXD, with a server as tests/server/postgres makes it.
"""
import os
import subprocess
import sys
import tempfile

FOLDER = os.environ['SPARKBOX_TEST_POSTGRES_FOLDER']
PASSWORD = 'geheim'
# What is wrong, the address, and what is to be said of it.
CASES = [
    ('a role that is none', f'postgresql://nobody:{PASSWORD}@/postgres?host={FOLDER}', 'role "nobody" does not exist'),
    ('a database that is none', f'postgresql://test:{PASSWORD}@/none?host={FOLDER}', 'database "none" does not exist'),
    ('no server there', f'postgresql://test:{PASSWORD}@127.0.0.1:1,127.0.0.1:2/x', 'port 2 failed: Connection refused'),
    ('no such socket', f'postgresql://test:{PASSWORD}@/x?host=/none', 'No such file or directory'),
    ('a bracket that stays open', f'postgresql://test:{PASSWORD}@[::1/x', 'cannot be read'),
    ('an @ in the password', f'postgresql://test:x@{PASSWORD}@127.0.0.1:1/x', 'cannot be read'),
    ('a / in the password', f'postgresql://test:{PASSWORD}/x@127.0.0.1:1/x', 'cannot be read'),
    ('half an escape', f'postgresql://test:{PASSWORD}%zz@127.0.0.1:1/x', 'cannot be read'),
    ('an option that is none', f'postgresql://test:{PASSWORD}@127.0.0.1:1/x?none=1', 'cannot be read'),
]


def main():
    print(f'1..{len(CASES)}', flush=True)
    failed = False
    with tempfile.TemporaryDirectory(prefix='sparkbox-commands-') as folder:
        for number, (what, url, words) in enumerate(CASES, 1):
            problems = []
            for command in (['serve', f'--listen=unix:{folder}/socket'], ['account', 'list'], ['migrate'],
                            ['check']):
                done = subprocess.run([sys.argv[1], *command, '--database', url, f'--key={folder}/key'], text=True,
                                      stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False)
                lines = done.stderr.splitlines()
                if (done.returncode != 1 or done.stdout != '' or len(lines) != 1 or words not in lines[0]
                        or '--database' not in lines[0] and 'postgresql://' not in lines[0]
                        or PASSWORD in done.stderr):
                    problems.append((command[0], done.returncode, done.stdout, done.stderr))
            failed |= bool(problems)
            print(f'{"not " * bool(problems)}ok {number} - {what}', *(f'# {one!r}' for one in problems),
                  sep='\n', flush=True)
    return failed


if __name__ == '__main__':
    sys.exit(main())
