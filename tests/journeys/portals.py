# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""A portal of the desktop. The real ones need a desktop that is logged in; these speak the same interfaces
on the real session bus."""
import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

from desktop import wait  # noqa: E402

NAME, PATH = 'org.freedesktop.portal.Desktop', '/org/freedesktop/portal/desktop'


class Portal:
    """xml: its interface, of the version given. response: 0 answered, 1 the person closed the question, 2 it
    failed."""

    def __init__(self, desktop, xml, version):
        self.bus = desktop.notifications.bus
        self.response = 0
        interface = Gio.DBusNodeInfo.new_for_xml(xml).interfaces[0]
        self.bus.register_object(PATH, interface, self._on_call, lambda *_: GLib.Variant('u', version), None)
        owned = []
        Gio.bus_own_name_on_connection(self.bus, NAME, 0, lambda *_: owned.append(True), None)
        wait(lambda: owned, 'the name of the portal')

    def _on_call(self, bus, sender, _path, _interface, _method, arguments, invocation):
        _parent, options = arguments.unpack()
        answer = self.answer(options, invocation)
        request = f'{PATH}/request/{sender[1:].replace(".", "_")}/{options["handle_token"]}'
        invocation.return_value(GLib.Variant('(o)', (request,)))
        bus.emit_signal(sender, request, 'org.freedesktop.portal.Request', 'Response',
                        GLib.Variant('(ua{sv})', (self.response, answer)))

    def answer(self, options, invocation):
        """What comes with the response."""
        raise NotImplementedError
