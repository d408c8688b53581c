# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""What the leak check says of a program that has ended."""
import re

# Everything of GTK's runs below these functions of Sparkbox.
BELOW_ALL = {'main', 'spark_application_shutdown'}
OTHER_FINDING = re.compile(r'ERROR: AddressSanitizer|runtime error:')


def only_of_libraries(log):
    """Whether leaks are all that the sanitizers found, and none has a function of Sparkbox's in its stack:
    GTK's own file chooser, which no other test opens, leaves some behind when it closes."""
    if 'ERROR: LeakSanitizer' not in log or OTHER_FINDING.search(log):
        return False
    records = re.findall(r'leak of .*?(?=\n\s*\n|\Z)', log, re.DOTALL)
    return bool(records) and not any(set(re.findall(r' in (\w+) \.\./src/', record)) - BELOW_ALL
                                     for record in records)
