#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""A check of a PostgreSQL database that takes longer than any answer to a request may.

Usage: long-check.py SPARKBOXD
"""
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), '..', 'nodes'))
from cluster import PATIENCE, Postgres  # pylint: disable=wrong-import-position

PROGRAM = sys.argv[1]
# Longer than a statement may take otherwise.
HOLD = 11  # s


def main():
    with tempfile.TemporaryDirectory(prefix='sparkbox-check-') as folder:
        os.chmod(folder, 0o755)
        postgres = Postgres('one', folder)
        postgres.make()
        postgres.start('fsync=off')
        options = (f'--database=postgresql:///postgres?host={postgres.folder}&user=test',
                   f'--key={folder}/key')
        subprocess.run([PROGRAM, 'sample', '--videos', '20', *options], check=True, stdout=subprocess.PIPE,
                       timeout=PATIENCE)
        # It stands for a table that takes as long to read.
        holder = postgres.session()
        holder.stdin.write('BEGIN; LOCK TABLE brands IN ACCESS EXCLUSIVE MODE;\n\\echo held\n')
        holder.stdin.flush()
        held = holder.stdout.readline().strip()
        if held != 'held':
            raise AssertionError(held)
        check = subprocess.Popen([PROGRAM, 'check', *options], stdout=subprocess.PIPE,
                                 stderr=subprocess.PIPE, text=True)
        deadline = time.monotonic() + PATIENCE
        while postgres.sql("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'") == '0':
            if check.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f'it does not read what is held: {check.communicate()}')
            time.sleep(0.05)
        try:
            check.wait(HOLD)
        except subprocess.TimeoutExpired:
            pass
        holder.communicate('COMMIT;\n', timeout=PATIENCE)
        said = check.communicate(timeout=PATIENCE)
        if check.returncode != 0 or said != ('0 problems\n', ''):
            raise AssertionError(f'{check.returncode}: {said}')
        postgres.crash()


print('1..1')
main()
print('ok 1 - check takes the time that it takes')
