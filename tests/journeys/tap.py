# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""Runs journeys, each on a desktop of its own, and prints TAP. A failed one leaves a picture of the
screen and what the window showed beside the logs."""
import os
import sys
import traceback
from pathlib import Path

from desktop import Desktop

CASES = []
TOP = Path(__file__).resolve().parents[2]


def journey(**options):
    """Marks a function (desktop) as a journey; the options are those of Desktop."""
    def mark(function):
        CASES.append((function, options))
        return function
    return mark


def _keep_evidence(desktop, name):
    folder = Path(os.environ.get('JOURNEY_LOGS', '/tmp'))
    try:
        desktop.picture(folder / f'{name}.png')
        print(f'# picture: {folder}/{name}.png')
        for log in sorted(desktop.folder.glob('*.log')):
            for line in log.read_text(errors='replace').splitlines()[-15:]:
                print(f'# {log.name}: {line}')
    except (OSError, ValueError) as error:
        print(f'# no picture: {error}')


def run():
    wanted = sys.argv[1:]
    cases = [case for case in CASES if not wanted or case[0].__name__ in wanted]
    good = True
    print(f'1..{len(cases)}', flush=True)
    for number, (function, options) in enumerate(cases, 1):
        name = function.__name__
        result = 'ok'
        try:
            with Desktop(os.environ['SPARKBOX'], os.environ['SPARKBOXD_PROGRAM'],
                         data_dirs=[TOP / 'data'], **options) as desktop:
                try:
                    function(desktop)
                except BaseException:
                    _keep_evidence(desktop, name)
                    raise
        except Exception:  # whatever it was, the journey did not end well
            for line in traceback.format_exc().splitlines():
                print(f'# {line}')
            result, good = 'not ok', False
        print(f'{result} {number} {name}', flush=True)
    return 0 if good else 1
