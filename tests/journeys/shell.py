# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""The part of GNOME Shell that keeps notifications: org.gtk.Notifications. It belongs to the shell,
which cannot run here; what it does when one is pressed is its own D-Bus call."""
import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

from desktop import APPLICATION_ID, OBJECT_PATH, wait  # noqa: E402

INTERFACE = '''<node><interface name="org.gtk.Notifications">
<method name="AddNotification"><arg type="s" direction="in"/><arg type="s" direction="in"/>
<arg type="a{sv}" direction="in"/></method>
<method name="RemoveNotification"><arg type="s" direction="in"/><arg type="s" direction="in"/></method>
</interface></node>'''


class Told:
    """One notification."""

    def __init__(self, number, content):
        self.number, self.all, self.is_shown = number, content, True
        self.title = content['title']
        self.default = (content.get('default-action'), content.get('default-action-target'))
        self.buttons = {button['label']: (button['action'], button.get('target'))
                        for button in content.get('buttons', [])}


class ShellNotifications:
    """Before the application starts, which asks once who keeps its notifications."""

    def __init__(self, desktop):
        self.bus = desktop.notifications.bus
        self.all = []
        interface = Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0]
        self.bus.register_object('/org/gtk/Notifications', interface, self._on_call, None, None)
        owned = []
        Gio.bus_own_name_on_connection(self.bus, 'org.gtk.Notifications', 0, lambda *_: owned.append(True), None)
        wait(lambda: owned, 'the name of the shell')

    def _on_call(self, _bus, _sender, _path, _interface, method, arguments, invocation):
        values = arguments.unpack()
        for old in self.all:
            old.is_shown &= old.number != values[1]
        if method == 'AddNotification' and values[0] == APPLICATION_ID:
            self.all.append(Told(values[1], values[2]))
        invocation.return_value(None)

    def wait_for(self, words, timeout=20):
        return wait(lambda: [one for one in self.all if words in one.title and one.is_shown],
                    f'the shell to show “{words}”', timeout)[-1]

    def press(self, told, label):
        """A button, or None for the notification itself; as the shell does, whether Sparkbox runs or not."""
        name, target = told.buttons[label] if label else told.default
        told.is_shown = False
        self.bus.call(APPLICATION_ID, OBJECT_PATH, 'org.freedesktop.Application', 'ActivateAction',
                      GLib.Variant('(sava{sv})', (name.removeprefix('app.'),
                                                  [GLib.Variant('s', target)] if target is not None else [], {})),
                      None, 0, 20000, None, None)
