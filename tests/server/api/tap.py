# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""A little TAP: functions marked @test run in the order they are written."""

import concurrent.futures
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
    if isinstance(value, dict) and isinstance(expected, dict) and value != expected:
        keys = sorted((key for key in value.keys() | expected.keys()
                      if key not in value or key not in expected or value[key] != expected[key]), key=str)
        raise AssertionError(f"{message}: {len(keys)} differ: " + "; ".join(
            f"{key!r}: {value.get(key, 'absent')!r} is not {expected.get(key, 'absent')!r}" for key in keys)[:4000])
    if value != expected:
        raise AssertionError(f"{message}: {value!r} is not {expected!r}"[:2000])


def _run_one(function):
    """How long it took, in seconds, and what was raised."""
    began = time.monotonic()
    try:
        function()
        return time.monotonic() - began, None
    except Exception as error:
        return time.monotonic() - began, error


def run(at_once=1):
    """Runs all, so many @at_once: more where each mostly waits and shares nothing with the others. Ends
    the program with 1 when one failed. Arguments name the tests to run."""
    names = sys.argv[1:]
    tests = [function for function in _tests if not names or function.__name__ in names]
    failed = 0
    print(f"1..{len(tests)}")
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:
        for number, (function, (took, error)) in enumerate(zip(tests, pool.map(_run_one, tests)), 1):
            name = function.__name__.replace("_", " ")
            if error is None:
                print(f"# {took:.1f} s")
                print(f"ok {number} {name}", flush=True)
            elif isinstance(error, Skip):
                print(f"ok {number} {name} # SKIP {error}", flush=True)
            else:
                failed += 1
                # What called what within the harness tells nothing; which line of the test failed does.
                at = [frame for frame in traceback.extract_tb(error.__traceback__)
                      if frame.filename == function.__code__.co_filename]
                for frame in at:
                    print(f"# line {frame.lineno}: {frame.line}")
                for line in traceback.format_exception_only(error):
                    print("# " + line.rstrip().replace("\n", "\n# "))
                print(f"not ok {number} {name}", flush=True)
    sys.exit(1 if failed else 0)
