# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""The desktop's Email portal, which opens a person's own mail program with a letter begun. The real one
needs a desktop that is logged in; this one speaks its interface on the real session bus."""
import os

import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

from desktop import wait  # noqa: E402

NAME, PATH = 'org.freedesktop.portal.Desktop', '/org/freedesktop/portal/desktop'
INTERFACE = '''<node><interface name="org.freedesktop.portal.Email">
<method name="ComposeEmail"><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/>
<arg type="o" direction="out"/></method>
<property name="version" type="u" access="read"/>
</interface></node>'''


class MailPortal:
    """response: 0 the letter was begun, 1 the person closed the question, 2 it failed."""

    def __init__(self, desktop):
        self.letters = []  # subject, body and what is attached of each
        self.response = 0
        bus = desktop.notifications.bus
        interface = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
        bus.register_object(PATH, interface, self._on_call, lambda *_: GLib.Variant('u', 3), None)
        owned = []
        Gio.bus_own_name_on_connection(bus, NAME, 0, lambda *_: owned.append(True), None)
        wait(lambda: owned, 'the name of the portal')

    def _on_call(self, bus, sender, _path, _interface, _method, arguments, invocation):
        _parent, options = arguments.unpack()
        files = invocation.get_message().get_unix_fd_list()
        attached = []
        for handle in options.get('attachment_fds', []):
            # Opened only to be passed on, it cannot be read from.
            file = files.get(handle)
            with open(f'/proc/self/fd/{file}', 'rb') as content:
                attached.append(content.read())
            os.close(file)
        self.letters.append((options.get('subject'), options.get('body'), attached))
        request = f'{PATH}/request/{sender[1:].replace(".", "_")}/{options["handle_token"]}'
        invocation.return_value(GLib.Variant('(o)', (request,)))
        bus.emit_signal(sender, request, 'org.freedesktop.portal.Request', 'Response',
                        GLib.Variant('(ua{sv})', (self.response, {})))
