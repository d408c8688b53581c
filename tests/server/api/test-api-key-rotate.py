#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""The key is changed while the server works, and whoever changes it is killed at any moment."""

import ctypes
import ctypes.util
import os
import random
import signal
import subprocess
import threading
import time

import backend
import tap
from world import World

KILLS = int(os.environ.get("SPARK_KILLS", "12"))
sodium = ctypes.CDLL(ctypes.util.find_library("sodium"))
NONCE, MAC, KEY = 24, 16, 32


def keys_of(world):
    with open(world.database + ".key", "rb") as file:
        data = file.read()
    return [data[at:at + KEY] for at in range(0, len(data), KEY)]


def opens(master, box):
    """What is in it; None: this key does not open it."""
    key = ctypes.create_string_buffer(KEY)
    sodium.crypto_kdf_derive_from_key(key, ctypes.c_size_t(KEY), ctypes.c_uint64(1), b"Sparkbox", master)
    text = ctypes.create_string_buffer(max(len(box) - NONCE - MAC, 1))
    if len(box) < NONCE + MAC or sodium.crypto_secretbox_open_easy(
            text, box[NONCE:], ctypes.c_ulonglong(len(box) - NONCE), box[:NONCE], key) != 0:
        return None
    return text.raw


def opened_columns(world, master):
    """Where in the database there is something that this key opens, with how many."""
    found = {}
    for (table,) in world.sql("SELECT name FROM sqlite_master WHERE type = 'table'"):
        for column in world.sql(f"SELECT name FROM pragma_table_info('{table}') WHERE type = 'BLOB'"):
            n = sum(opens(master, value) is not None
                    for (value,) in world.sql(f"SELECT {column[0]} FROM {table}") if value)
            if n > 0:
                found[f"{table}.{column[0]}"] = n
    return found


def rotate(world):
    return subprocess.Popen([backend.SPARKBOXD, "key", "rotate", "--database", "sqlite:" + world.database],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


@tap.test
def survives_being_killed_at_any_moment():
    random.seed(os.environ.get("SPARK_SEED", "7"))
    world = World()
    try:
        sample = world.command("sample", "--videos", "1400")
        batch = world.expect(202, "POST", "/v1/batches", {
            "act": "generate", "days": 30, "query": {"account": sample}},
            via="unix")["id"]
        while world.expect(200, "GET", f"/v1/batches/{batch}", via="unix")["state"] == "running":
            time.sleep(0.05)
        known = [(code["id"], code["code"]) for code in (world.new_code() for _ in range(10))]
        # How long one takes that nobody disturbs: most are killed before.
        began = time.monotonic()
        world.command("key", "rotate")
        longest = time.monotonic() - began
        old = keys_of(world)
        before = opened_columns(world, old[0])
        tap.ok(before["codes.secret"] > 800, str(before))
        tap.ok("links.secret" in before, str(before))

        stop, made, problems = threading.Event(), [], []

        def work():
            while not stop.is_set():
                try:
                    code = world.new_code()
                    made.append((code["id"], code["code"]))
                    for one, string in (random.choice(known), made[-1]):
                        tap.equal(world.expect(200, "GET", f"/v1/codes/{one}")["code"], string)
                except Exception as error:  # pylint: disable=broad-except
                    problems.append(repr(error))
                    return

        worker = threading.Thread(target=work)
        worker.start()
        cut_off = ended = 0
        seen = list(old)
        while cut_off < KILLS:
            process = rotate(world)
            time.sleep(random.uniform(0.002, longest / 2))
            if process.poll() is None:
                cut_off += 1
            else:  # the one that was measured had been held up by others
                ended += 1
                tap.ok(ended < KILLS // 2, f"{cut_off} cut off, {ended} not")
                longest /= 2
            process.kill()
            said = process.communicate()[0]
            # Only what has done it may end by itself.
            tap.ok(process.returncode in (0, -signal.SIGKILL), f"{process.returncode}: {said}")
            seen += [key for key in keys_of(world) if key not in seen]
            tap.ok(not problems, str(problems))
        # To its end, while others write: nothing of theirs is left behind with the old key.
        world.command("key", "rotate")
        tap.equal(len(keys_of(world)), 1)
        n = len(made)
        while len(made) < n + 10 and worker.is_alive():
            time.sleep(0.01)
        stop.set()
        worker.join()
        tap.ok(not problems, str(problems))
        for key in seen:
            if key not in keys_of(world):
                tap.equal(opened_columns(world, key), {})
        tap.ok(len(made) > 5, f"{len(made)} made")

        # The server too, while two keys are about.
        process = rotate(world)
        time.sleep(0.05)
        process.kill()
        process.communicate()
        world.process.send_signal(signal.SIGKILL)
        world.process.wait()
        world.process = None
        world.start()
        world.command("key", "rotate")
        seen += [key for key in keys_of(world) if key not in seen]
        tap.equal(len(keys_of(world)), 1)
        after = opened_columns(world, keys_of(world)[0])
        tap.equal(set(after), set(before))
        tap.ok(after["codes.secret"] >= before["codes.secret"] + len(made), str((before, after)))
        for key in seen:
            if key not in keys_of(world):
                tap.equal(opened_columns(world, key), {})
        # All are read and found as before.
        for one, string in known + made:
            tap.equal(world.expect(200, "GET", f"/v1/codes/{one}")["code"], string)
        fingerprints = world.sql("SELECT count(*), count(DISTINCT account || '.' || id) FROM fingerprints")
        tap.equal(fingerprints[0][0], fingerprints[0][1])
        tap.equal(world.command("check"), "0 problems")
        tap.ok(not os.path.exists(world.database + ".key.lock"), "the lock is left")
    finally:
        world.__exit__(None, None, None)


@tap.test
def one_at_a_time():
    with backend.Backend() as world:
        world.command("sample", "--videos", "300")
        world.command("key", "rotate", "--prepare")
        tap.equal(len(keys_of(world)), 2)
        world.command("key", "rotate", "--prepare", status=1)
        processes = [rotate(world) for _ in range(4)]
        for process in processes:
            process.communicate()
        tap.ok(any(process.returncode == 0 for process in processes), "one of them goes on")
        tap.equal(world.command("check"), "0 problems")
        world.command("key", "rotate")
        tap.equal(len(keys_of(world)), 1)


@tap.test
def leaves_the_key_to_whom_it_belongs():
    with backend.Backend() as world:
        world.command("sample", "--videos", "10")
        before = keys_of(world)
        if os.geteuid() != 0:
            # Nobody gives a file away: it lies where only somebody else may write.
            folder = os.path.join(world.folder, "another's")
            os.mkdir(folder)
            key = os.path.join(folder, "key")
            os.rename(world.database + ".key", key)
            os.chmod(folder, 0o500)
            for arguments in ((), ("--prepare",)):
                world.command("key", "rotate", *arguments, "--key", key, status=1)
            os.chmod(folder, 0o700)
            os.rename(key, world.database + ".key")
            tap.equal(keys_of(world), before)
            return
        os.chown(world.database + ".key", 65534, 65534)
        for arguments in ((), ("--prepare",)):
            world.command("key", "rotate", *arguments, status=1)
        tap.equal(keys_of(world), before)
        tap.equal(os.stat(world.database + ".key").st_uid, 65534)
        os.chown(world.database + ".key", 0, 0)
        world.command("key", "rotate")
        tap.equal(world.command("check"), "0 problems")


tap.run()
