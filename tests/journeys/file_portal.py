# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""The desktop's own file chooser, which applications reach through the real portal: programs of their own."""
import os
from pathlib import Path

from desktop import Failure, wait
from window import Atspi, children

# Where Debian has them.
PROGRAMS = Path('/usr/libexec')
# In the order in which they need one another.
NAMES = {
    'xdg-permission-store': 'org.freedesktop.impl.portal.PermissionStore',
    'xdg-desktop-portal-gtk': 'org.freedesktop.impl.portal.desktop.gtk',
    'xdg-desktop-portal': 'org.freedesktop.portal.Desktop',
}


class FilePortal:
    """Before the application starts, which then asks it for files."""

    def __init__(self, desktop):
        self.desktop = desktop
        self.portals = {}
        for program, name in NAMES.items():
            process = desktop.spawn(program, str(PROGRAMS / program))
            wait(lambda: self._has_come(process, program, name), f'the name of {program}')
            self.portals[program] = process
        os.environ.update(GTK_USE_PORTAL='1', GDK_DEBUG=os.environ['GDK_DEBUG'] + ',portals')

    def _has_come(self, process, program, name):
        if process.poll() is not None:
            raise Failure(f'{program} ended with {process.returncode}: ' + self.desktop.log(program)[-1000:])
        return self.desktop.has_owner(name)

    def _shown(self, title):
        pid = self.portals['xdg-desktop-portal-gtk'].pid
        for application in children(Atspi.get_desktop(0)):
            if application.get_process_id() == pid:
                for shown in children(application):
                    if shown.get_name() == title:
                        return shown
        return None

    def wait_for(self, title):
        """Until the chooser of this title has the keyboard, where its name is to be typed."""
        wait(lambda: self._shown(title), f'the chooser “{title}”')
        wait(lambda: self.desktop.keyboard_at() == title, f'the keyboard in “{title}”')

    def choose(self, title, path):
        self.wait_for(title)
        self.desktop.key('control+a')
        self.desktop.type(str(path))
        self.desktop.key('Return')
        self._wait_gone(title)

    def cancel(self, title):
        self.wait_for(title)
        self.desktop.key('Escape')
        self._wait_gone(title)

    def _wait_gone(self, title):
        wait(lambda: self._shown(title) is None, f'the end of the chooser “{title}”')
