# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""Runs journeys, each on a desktop of its own, and prints TAP. A failed one leaves a picture of the
screen beside the logs, and says what the application said."""
import concurrent.futures
import contextlib
import faulthandler
import os
import signal
import subprocess
import sys
import time
import traceback
from pathlib import Path

from gi.repository import GLib

from desktop import PATIENCE, Desktop, Failure

CASES = {}
TOP = Path(__file__).resolve().parents[2]
# Of what a window shows, when a journey fails.
MOST_LINES = 150
MOST_READ = 1500
LONGEST = int(os.environ.get('JOURNEY_LONGEST', '150'))
# A journey waits for one of its programs at a time: two at once keep two processors busy.
LANES = int(os.environ.get('JOURNEY_LANES', str(min(2, len(os.sched_getaffinity(0))))))


def journey(name=None, **options):
    """Marks a function (desktop) as a journey; the other options are those of Desktop."""
    def mark(function):
        CASES[name or function.__name__] = (function, options)
        return function
    return mark


def seldom(name=None, **options):
    """The same for one that runs only where it is named."""
    def mark(function):
        if (name or function.__name__) in sys.argv[1:]:
            journey(name, **options)(function)
        return function
    return mark


def _shows(desktop):
    return desktop.window is not None and desktop.window.application is not None


def _keep_evidence(desktop, name):
    folder = Path(os.environ.get('JOURNEY_LOGS', '/tmp'))
    desktop.picture(folder / f'{name}.png')
    print(f'# picture: {folder}/{name}.png')
    for notification in desktop.notifications.all:
        print(f'# notification: {notification}')
    for log in ('sparkbox', 'server', 'other', 'keyring', 'window-manager'):
        if (desktop.folder / f'{log}.log').exists():
            for line in desktop.log(log).splitlines()[-15:]:
                print(f'# {log}: {line}')
    # Last: of an application that hangs it takes longest.
    if _shows(desktop):
        with contextlib.suppress(Failure, GLib.Error):  # it may be gone, or go on changing
            lines = [line for line in desktop.window.dump().splitlines()
                     if line.split()[0] not in ('panel', 'filler', 'image')]
            print(*(f'# window: {line}' for line in lines[:MOST_LINES]), sep='\n')


def _summarize(desktop):
    """What was pressed last, and what can be read now."""
    if not _shows(desktop):
        return []
    lines = [f'pressed: {what}' for what in desktop.window.pressed]
    with contextlib.suppress(Failure, GLib.Error):
        lines.append('read: ' + ' | '.join(desktop.window.texts())[:MOST_READ])
    return lines


def _run_one(name):
    function, options = CASES[name]
    last = []
    try:
        with Desktop(os.environ['SPARKBOX'], os.environ['SPARKBOXD_PROGRAM'], data_dirs=[TOP / 'data'],
                     **options) as desktop:
            try:
                function(desktop)
                complaints = desktop.complaints()
                if complaints:
                    raise Failure('Sparkbox complained: ' + '\n'.join(complaints[:5]))
            except BaseException:
                _keep_evidence(desktop, name)
                last = _summarize(desktop)
                raise
    except Exception:  # whatever it was, the journey did not end well
        # The end of what is printed is what is kept, where not all is.
        for line in traceback.format_exc().splitlines() + last:
            print(f'# {line}')
        return 1
    return 0


def _run_apart(name):
    """In a process of its own: what speaks to the accessibility bus speaks to one for life."""
    began = time.monotonic()
    try:
        done = subprocess.run([sys.executable, sys.argv[0], name], stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, errors='replace', check=False,
                              timeout=LONGEST * PATIENCE)
    except subprocess.TimeoutExpired as error:
        return (error.stdout or b'').decode(errors='replace') + '# took too long\n', False
    how = f', ended by {signal.Signals(-done.returncode).name}' if done.returncode < 0 else ''
    return f'{done.stdout}# {time.monotonic() - began:.1f} s{how}\n', done.returncode == 0


def run():
    """One that is named; or several, without arguments all."""
    names = sys.argv[1:] or list(CASES)
    if len(sys.argv) == 2:
        faulthandler.enable()
        return _run_one(names[0])
    good = True
    print(f'1..{len(names)}', flush=True)
    with concurrent.futures.ThreadPoolExecutor(LANES) as lanes:
        for number, (name, (said, ended_well)) in enumerate(zip(names, lanes.map(_run_apart, names)), 1):
            for line in said.splitlines():
                print(line if line.startswith('#') else f'# {line}')
            print(f'{"ok" if ended_well else "not ok"} {number} {name}', flush=True)
            good &= ended_well
    return 0 if good else 1
