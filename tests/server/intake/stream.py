#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""Imports a large data export and measures the memory that takes.

Usage: stream.py SPARKBOXD MEGABYTES

Most of an export is not about videos: what was watched, liked, written. The import streams past it,
so a file ten times as large needs no more memory.
"""
import json
import os
import shutil
import subprocess
import sys
import tempfile

VIDEOS = 3000
# What the peak may differ by between the small file and the large: far less than their sizes do.
TOLERANCE_KB = 8 * 1024


def write_export(path, megabytes):
    video = '{"Date":"2024-03-01 18:20:11","Link":"https://www.tiktokv.com/share/video/72%017d/",' \
            '"Likes":"12","Title":"Morning routine %d"}'
    watched = json.dumps({'Date': '2024-03-01 18:20:11',
                          'Link': 'https://www.tiktokv.com/share/video/7311111111111111111/'})
    with open(path, 'w', encoding='utf-8') as file:
        file.write('{"Activity":{"Video Browsing History":{"VideoList":[')
        block = ','.join([watched] * 1000)
        file.write(block)
        while file.tell() < megabytes << 20:
            file.write(',' + block)
        file.write(']}},"Post":{"Posts":{"VideoList":[')
        file.write(','.join(video % (number, number) for number in range(VIDEOS)))
        file.write(']}},"Direct Messages":{}}')


def run(*arguments):
    """What the command printed, and the most memory it had (KB)."""
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        printed = process.stdout.read().strip()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
    if status != 0:
        raise AssertionError(f'{arguments} ended with {status}')
    return printed, usage.ru_maxrss


def main():
    # A sanitizer keeps what was freed for a while; that is not the import's.
    if 'ASAN_OPTIONS' in os.environ:
        os.environ['ASAN_OPTIONS'] += ':quarantine_size_mb=1'
    program, megabytes = sys.argv[1], int(sys.argv[2])
    folder = tempfile.mkdtemp(prefix='sparkbox-stream-')
    path = os.path.join(folder, 'user_data_tiktok.json')
    peaks = []
    print('1..3', flush=True)
    for number, size in enumerate((megabytes // 10, megabytes), 1):
        database = f'--database=sqlite:{folder}/{size}.db'
        account, _ = run(program, 'account', 'add', 'Lena', database)
        write_export(path, size)
        printed, peak = run(program, 'import', '--account', account, path, database)
        good = printed == f'imported {VIDEOS}, updated 0, skipped 0'
        peaks.append(peak)
        print(f'{"" if good else "not "}ok {number} - {size} MB: {printed}, {peak} KB', flush=True)
    good = peaks[1] <= peaks[0] + TOLERANCE_KB
    print(f'{"" if good else "not "}ok 3 - ten times the file takes no more memory')
    shutil.rmtree(folder)


if __name__ == '__main__':
    main()
