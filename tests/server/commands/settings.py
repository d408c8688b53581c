#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""The configuration file of sparkboxd serve: what is wrong in it is said, and nothing is served.

Usage: settings.py SPARKBOXD SHIPPED_FILE
"""
import os
import select
import signal
import subprocess
import sys
import tempfile

PROGRAM, SHIPPED = sys.argv[1:]
PATIENCE = 20

# What stands in the file, and what is said of it.
WRONG = [
    ('feed-ping=soon', 'feed-ping'),
    ('head-timeout=99999999999', 'head-timeout'),
    ('requests-per-second=-1', 'more than none'),
    ('log-requests=maybe', 'log-requests'),
    ('log-format=xml', 'text, json or journal'),
    ('listen=', 'where to listen'),
    ('lisen=127.0.0.1:0', 'there is no setting “lisen”'),
    ('trusted-proxy=nobody', 'not “nobody”'),
    ('brand-url=sparkbox.example.org', 'an address such as'),
    ('tls-key=/nowhere', 'go together'),
    ('database=', 'sqlite:PATH'),
]
RIGHT = ['feed-ping=0', 'log-requests=true', 'log-requests=false', 'listen=127.0.0.1:0;127.0.0.1:0']


class Serve:
    def __init__(self, folder, text, *arguments):
        path = os.path.join(folder, 'sparkboxd.conf')
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)
        self.process = subprocess.Popen([PROGRAM, 'serve', '--config', path, *arguments], text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def end(self):
        """The status, and what was said as an error."""
        try:
            _, said = self.process.communicate(timeout=PATIENCE)
        finally:
            self.process.kill()
        return self.process.returncode, said

    def stop(self):
        """The same, of one that serves."""
        ready, _, _ = select.select([self.process.stdout], [], [], PATIENCE)
        line = self.process.stdout.readline() if ready else ''
        if not line.startswith('listening on '):
            raise AssertionError(f'{line!r}, {self.end()}')
        self.process.send_signal(signal.SIGTERM)
        return self.end()


def main():
    print('1..1')
    with tempfile.TemporaryDirectory(prefix='sparkbox-settings-') as folder:
        usual = f'[sparkboxd]\ndatabase=sqlite:{folder}/sparkbox.db\nlisten=127.0.0.1:0\n'
        for line, words in WRONG:
            status, said = Serve(folder, usual + line + '\n').end()
            if status not in (1, 2) or words not in said:
                raise AssertionError(f'{line}: {status} {said}')
        for text in (usual.split('\n', 1)[1], usual.replace('[sparkboxd]', '[sparkbox]'), ''):
            status, said = Serve(folder, text).end()
            if status != 1 or 'below a line [sparkboxd]' not in said:
                raise AssertionError(f'{text}: {status} {said}')
        for line in RIGHT:
            status, said = Serve(folder, usual + line + '\n').stop()
            if status != 0:
                raise AssertionError(f'{line}: {status} {said}')
        with open(SHIPPED, encoding='utf-8') as file:
            shipped = file.read()
        # All that it offers, and not where it would be installed.
        shipped = shipped.replace('\n#', '\n').replace('\n Where', '\n# Where')
        status, said = Serve(folder, shipped, '--listen=127.0.0.1:0',
                             f'--database=sqlite:{folder}/sparkbox.db').stop()
        if status != 0:
            raise AssertionError(f'{SHIPPED}: {status} {said}')
    print('ok 1 - what is wrong is said')


if __name__ == '__main__':
    main()
