# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""The desktop's Email portal, which opens a person's own mail program with a letter begun."""
import os

from portals import Portal

INTERFACE = '''<node><interface name="org.freedesktop.portal.Email">
<method name="ComposeEmail"><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/>
<arg type="o" direction="out"/></method>
<property name="version" type="u" access="read"/>
</interface></node>'''


class MailPortal(Portal):
    def __init__(self, desktop):
        self.letters = []  # subject, body and what is attached of each
        super().__init__(desktop, INTERFACE, 3)

    def answer(self, options, invocation):
        files = invocation.get_message().get_unix_fd_list()
        attached = []
        for handle in options.get('attachment_fds', []):
            # Opened only to be passed on, it cannot be read from.
            file = files.get(handle)
            with open(f'/proc/self/fd/{file}', 'rb') as content:
                attached.append(content.read())
            os.close(file)
        self.letters.append((options.get('subject'), options.get('body'), attached))
        return {}
