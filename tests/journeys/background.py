# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""The desktop's Background portal, which decides whether a program may go on without a window."""
from gi.repository import GLib

from portals import Portal

INTERFACE = '''<node><interface name="org.freedesktop.portal.Background">
<method name="RequestBackground"><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/>
<arg type="o" direction="out"/></method>
<property name="version" type="u" access="read"/>
</interface></node>'''


class BackgroundPortal(Portal):
    """allows: what is answered."""

    def __init__(self, desktop):
        self.requests = []  # the options of each
        self.allows = True
        super().__init__(desktop, INTERFACE, 1)

    def answer(self, options, invocation):
        self.requests.append(options)
        return {'background': GLib.Variant('b', self.allows),
                'autostart': GLib.Variant('b', self.allows and options.get('autostart', False))}
