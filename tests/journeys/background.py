# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""The desktop's Background portal, which decides whether a program may go on without a window. The
real one needs a desktop that is logged in; this one speaks its interface on the real session bus."""
import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

from desktop import wait  # noqa: E402

NAME, PATH = 'org.freedesktop.portal.Desktop', '/org/freedesktop/portal/desktop'
INTERFACE = '''<node><interface name="org.freedesktop.portal.Background">
<method name="RequestBackground"><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/>
<arg type="o" direction="out"/></method>
<property name="version" type="u" access="read"/>
</interface></node>'''
REQUEST = '''<node><interface name="org.freedesktop.portal.Request">
<method name="Close"/><signal name="Response"><arg type="u"/><arg type="a{sv}"/></signal>
</interface></node>'''


class BackgroundPortal:
    """response: 0 answered, 1 the person closed the question, 2 it failed. allows: what is answered."""

    def __init__(self, desktop):
        self.bus = desktop.notifications.bus
        self.requests = []  # the options of each
        self.response, self.allows = 0, True
        interface = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
        self.bus.register_object(PATH, interface, self._on_call, lambda *_: GLib.Variant('u', 1), None)
        owned = []
        Gio.bus_own_name_on_connection(self.bus, NAME, 0, lambda *_: owned.append(True), None)
        wait(lambda: owned, 'the name of the portal')

    def _on_call(self, bus, sender, _path, _interface, _method, arguments, invocation):
        _parent, options = arguments.unpack()
        self.requests.append(options)
        handle = f'{PATH}/request/{sender[1:].replace(".", "_")}/{options["handle_token"]}'
        invocation.return_value(GLib.Variant('(o)', (handle,)))
        answer = {'background': GLib.Variant('b', self.allows),
                  'autostart': GLib.Variant('b', self.allows and options.get('autostart', False))}
        bus.emit_signal(sender, handle, 'org.freedesktop.portal.Request', 'Response',
                        GLib.Variant('(ua{sv})', (self.response, answer)))
