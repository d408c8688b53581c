# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""A little TAP: functions marked @test run in the order they are written."""

import sys
import time
import traceback

_tests = []


class Skip(Exception):
    """Raised by a test that cannot run here; its text says why."""


def test(function):
    _tests.append(function)
    return function


def ok(value, message=""):
    if not value:
        raise AssertionError(message or "not true")


def equal(value, expected, message=""):
    if isinstance(value, set) and isinstance(expected, set) and value != expected:
        raise AssertionError(f"{message}: only here {sorted(value - expected, key=str)}, "
                             f"missing {sorted(expected - value, key=str)}")
    if value != expected:
        raise AssertionError(f"{message}: {value!r} is not {expected!r}"[:2000])


def run():
    """Runs all; ends the program with 1 when one failed. Arguments name the tests to run."""
    names = sys.argv[1:]
    tests = [function for function in _tests if not names or function.__name__ in names]
    failed = 0
    print(f"1..{len(tests)}")
    for number, function in enumerate(tests, 1):
        name = function.__name__.replace("_", " ")
        began = time.monotonic()
        try:
            function()
            print(f"# {time.monotonic() - began:.1f} s")
            print(f"ok {number} {name}", flush=True)
        except Skip as why:
            print(f"ok {number} {name} # SKIP {why}", flush=True)
        except Exception:
            failed += 1
            # What called what within the harness tells nothing; which line of the test failed does.
            at = [frame for frame in traceback.extract_tb(sys.exc_info()[2])
                  if frame.filename == function.__code__.co_filename]
            for frame in at:
                print(f"# line {frame.lineno}: {frame.line}")
            for line in traceback.format_exception_only(*sys.exc_info()[:2]):
                print("# " + line.rstrip().replace("\n", "\n# "))
            print(f"not ok {number} {name}", flush=True)
    sys.exit(1 if failed else 0)
