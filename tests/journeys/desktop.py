# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""A whole desktop of its own, without a screen: X server, window manager, session bus with nothing
on it but what is needed, keyring, notification daemon, home. It ends with everything it started."""
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import gi

gi.require_version('Gio', '2.0')
from gi.repository import Gio, GLib  # noqa: E402

from leaks import only_of_libraries  # noqa: E402

APPLICATION_ID = 'io.github.sparkbox.Sparkbox'
OBJECT_PATH = '/io/github/sparkbox/Sparkbox'

# Nothing is started on this bus that is not named here: no portal, no second keyring.
BUS_CONFIG = '''<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:dir={folder}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
'''
# What GTK, its theme and the bus say on a bare desktop, and is none of ours.
NOISE = re.compile(r'session manager|dconf|Unable to acquire session bus|atk-bridge|AT-SPI: Could not obtain desktop')
TROUBLE = re.compile(r'(WARNING|CRITICAL|ERROR) \*\*|runtime error:|AddressSanitizer|LeakSanitizer')
# These are no part of Sparkbox. What the bus starts writes to the log of the bus.
OTHERS = ('x', 'window-manager', 'keyring', 'xdg-desktop-portal', 'xdg-desktop-portal-gtk')

NEEDED_SERVICES = ('org.a11y.Bus.service', 'org.xfce.Xfconf.service')

NOTIFICATIONS = '''<node><interface name="org.freedesktop.Notifications">
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/>
<arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="s" direction="in"/>
<arg type="as" direction="in"/><arg type="a{sv}" direction="in"/><arg type="i" direction="in"/>
<arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/>
<arg type="s" direction="out"/><arg type="s" direction="out"/></method>
<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
<signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
</interface></node>'''


class Failure(Exception):
    """A step that did not happen."""


def spin(seconds):
    """Lets the notification daemon, which lives in this process, work for a while."""
    context = GLib.MainContext.default()
    end = time.monotonic() + seconds
    while True:
        while context.pending():
            context.iteration(False)
        if time.monotonic() >= end:
            return
        time.sleep(0.003)


# How much longer than usual everything may take: under a sanitizer, on a busy machine.
PATIENCE = int(os.environ.get('JOURNEY_PATIENCE', '1'))


def wait(condition, what, timeout=15):
    """Returns what @condition returns as soon as that is true."""
    timeout *= PATIENCE
    end = time.monotonic() + timeout
    while True:
        try:
            result = condition()
        except GLib.Error:  # what was looked at went away meanwhile
            result = None
        if result:
            return result
        if time.monotonic() >= end:
            raise Failure(f'waited {timeout} s in vain for: {what}')
        spin(0.03)


class Notification:
    """One that is shown, or was."""

    def __init__(self, number, title, body, actions, sender):
        self.number, self.title, self.body, self.sender = number, title, body, sender
        self.actions = dict(zip(actions[1::2], actions[::2]))  # by label
        self.at = time.monotonic()
        self.closed = False

    def __str__(self):
        return self.title + (f' — {self.body}' if self.body else '')


class Notifications:
    """The notification daemon of this desktop."""

    def __init__(self, address):
        self.all = []
        self.bus = Gio.DBusConnection.new_for_address_sync(
            address, Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT
            | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION, None, None)
        interface = Gio.DBusNodeInfo.new_for_xml(NOTIFICATIONS).interfaces[0]
        self.bus.register_object('/org/freedesktop/Notifications', interface, self._on_call, None, None)
        owned = []
        Gio.bus_own_name_on_connection(self.bus, 'org.freedesktop.Notifications', 0,
                                       lambda *_: owned.append(True), None)
        wait(lambda: owned, 'the name of the notification daemon')

    def _on_call(self, _bus, sender, _path, _interface, method, arguments, invocation):
        values = arguments.unpack()
        if method == 'Notify':
            _, replaces, _, title, body, actions, _, _ = values
            for old in self.all:
                old.closed |= old.number == replaces
            number = replaces or len(self.all) + 1
            self.all.append(Notification(number, title, body, actions, sender))
            invocation.return_value(GLib.Variant('(u)', (number,)))
        elif method == 'GetCapabilities':
            invocation.return_value(GLib.Variant('(as)', (['actions', 'body', 'persistence'],)))
        elif method == 'GetServerInformation':
            invocation.return_value(GLib.Variant('(ssss)', ('desktop', 'Sparkbox', '1', '1.2')))
        else:
            for old in self.all:
                old.closed |= old.number == values[0]
            invocation.return_value(None)

    def find(self, *words):
        """Those with all these words in their title or body, oldest first."""
        return [one for one in self.all if all(word in f'{one.title}\n{one.body}' for word in words)]

    def wait_for(self, *words, timeout=20):
        return wait(lambda: self.find(*words), 'a notification with ' + ', '.join(words), timeout)[-1]

    def dismiss_all(self):
        """As a person does with one look."""
        for one in self.all:
            if not one.closed:
                self._close(one)

    def press(self, notification, label):
        """Presses the button of this label; None: the notification itself. Then it goes."""
        action = notification.actions[label] if label else 'default'
        self.bus.emit_signal(notification.sender, '/org/freedesktop/Notifications',
                             'org.freedesktop.Notifications', 'ActionInvoked',
                             GLib.Variant('(us)', (notification.number, action)))
        self._close(notification)

    def _close(self, notification):
        notification.closed = True
        self.bus.emit_signal(notification.sender, '/org/freedesktop/Notifications',
                             'org.freedesktop.Notifications', 'NotificationClosed',
                             GLib.Variant('(uu)', (notification.number, 2)))


class Desktop:
    """Use as a context. keyring: 'open', 'locked' or None."""

    def __init__(self, sparkbox, sparkboxd, *, data_dirs=(), keyring='open', size=(1280, 800), language=None):
        self.sparkbox, self.sparkboxd = str(sparkbox), str(sparkboxd)
        self.data_dirs, self.keyring, self.size, self.language = data_dirs, keyring, size, language
        self.processes = []
        self.window = None  # the last one that was looked for

    def __enter__(self):
        self.folder = Path(tempfile.mkdtemp(prefix='desktop.'))
        try:
            self._make_home()
            self._start_x()
            self._start_bus()
            self.notifications = Notifications(os.environ['DBUS_SESSION_BUS_ADDRESS'])
            self._start_window_manager()
            if self.keyring:
                self.start_keyring(self.keyring == 'open')
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            if process.poll() is None:
                process.terminate()
            try:
                process.wait(8)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _make_home(self):
        def folder(name):
            path = self.folder / name
            path.mkdir(mode=0o700)
            return str(path)

        for name in ('WAYLAND_DISPLAY', 'DBUS_SESSION_BUS_ADDRESS', 'DESKTOP_STARTUP_ID', 'DISPLAY',
                     'XDG_CURRENT_DESKTOP', 'G_DEBUG', 'AT_SPI_BUS_ADDRESS', 'XAUTHORITY', 'GNOME_KEYRING_CONTROL'):
            os.environ.pop(name, None)
        os.environ.update(
            HOME=folder('home'), XDG_RUNTIME_DIR=folder('run'), XDG_CONFIG_HOME=folder('config'),
            XDG_DATA_HOME=folder('data'), XDG_CACHE_HOME=folder('cache'), XDG_STATE_HOME=folder('state'),
            XDG_DATA_DIRS=':'.join([*map(str, self.data_dirs), '/usr/local/share', '/usr/share']),
            LC_ALL='C.UTF-8', TZ='UTC', GDK_BACKEND='x11', GSK_RENDERER='cairo', GDK_DEBUG='gl-disable',
            GSETTINGS_BACKEND='keyfile', GIO_USE_VFS='local', ADW_DISABLE_PORTAL='1', GTK_USE_PORTAL='0',
            GTK_A11Y='atspi', NO_AT_BRIDGE='0', SPARKBOXD=self.sparkboxd)
        time.tzset()  # the days of a journey are those of its desktop
        # What GNOME says about fonts and title bars.
        settings = self.folder / 'config/gtk-4.0/settings.ini'
        settings.parent.mkdir()
        settings.write_text('[Settings]\ngtk-font-name=Cantarell 11\ngtk-decoration-layout=appmenu:close\ngtk-dialogs-use-header=1\n')
        if self.language:
            os.environ['LANGUAGE'] = self.language

    def spawn(self, name, *args, **options):
        log = open(self.folder / f'{name}.log', 'ab')
        process = subprocess.Popen(args, stdout=log, stderr=log, **options)
        log.close()
        self.processes.append(process)
        return process

    def log(self, name):
        return (self.folder / f'{name}.log').read_text(errors='replace')

    def complaints(self):
        """What Sparkbox's programs warned of since the start; a person has no use for a warning."""
        logs = [self.log(log.stem) for log in sorted(self.folder.glob('*.log')) if log.stem not in OTHERS]
        return [line for log in logs for line in log.splitlines()
                if TROUBLE.search(line) and not NOISE.search(line)
                and not ('Sanitizer' in line and only_of_libraries(log))]

    def _start_x(self):
        read, write = os.pipe()
        width, height = self.size
        # Without -r a key repeats itself where the application is slow to see it go up.
        self.spawn('x', 'Xvfb', '-r', '-displayfd', str(write), '-screen', '0', f'{width}x{height}x24',
                    '-nolisten', 'tcp', '-noreset', '-dpi', '96', pass_fds=[write])
        os.close(write)
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise Failure('no X server: ' + self.log('x')[-500:])
        os.environ['DISPLAY'] = ':' + number

    def _start_bus(self):
        services = self.folder / 'services'
        services.mkdir()
        for name in NEEDED_SERVICES:
            source = Path('/usr/share/dbus-1/services') / name
            if source.exists():
                shutil.copy(source, services)
        own = [Path(d) / 'dbus-1/services' / f'{APPLICATION_ID}.service' for d in self.data_dirs]
        installed = [path for path in own if path.exists()]
        if installed:
            shutil.copy(installed[0], services)
        else:
            (services / f'{APPLICATION_ID}.service').write_text(
                f'[D-BUS Service]\nName={APPLICATION_ID}\nExec={self.sparkbox} --gapplication-service\n')
        config = self.folder / 'bus.conf'
        config.write_text(BUS_CONFIG.format(folder=self.folder, services=services))
        read, write = os.pipe()
        self.spawn('bus', 'dbus-daemon', f'--config-file={config}', '--nofork',
                    f'--print-address={write}', pass_fds=[write])
        os.close(write)
        with os.fdopen(read) as pipe:
            address = pipe.readline().strip()
        if not address:
            raise Failure('no session bus: ' + self.log('bus')[-500:])
        os.environ['DBUS_SESSION_BUS_ADDRESS'] = address

    def _start_window_manager(self):
        self.spawn('window-manager', 'xfwm4', '--compositor=on', '--vblank=off')
        wait(lambda: 'window id' in subprocess.run(
            ['xprop', '-root', '_NET_SUPPORTING_WM_CHECK'], capture_output=True, text=True,
            check=False, timeout=5).stdout, 'the window manager')

    def start_keyring(self, unlocked=True):
        """A real gnome-keyring; its collection is kept in this home. Locked: made, then started
        again without its password."""
        data = self.folder / 'data/keyrings'
        if not unlocked and not data.exists():
            self.stop_keyring(self.start_keyring())
        arguments = ['gnome-keyring-daemon', '--foreground', '--components=secrets',
                     f'--control-directory={self.folder}/run/keyring']
        if unlocked:
            arguments.append('--unlock')
        process = self.spawn('keyring', *arguments, stdin=subprocess.PIPE)
        if unlocked:
            process.stdin.write(b'test')
        process.stdin.close()
        wait(lambda: self.has_owner('org.freedesktop.secrets'), 'the keyring')
        if unlocked:
            wait(lambda: any(data.glob('login.keyring')), 'the login collection')
        return process

    def stop_keyring(self, process):
        process.terminate()
        process.wait(5)
        self.processes.remove(process)
        wait(lambda: not self.has_owner('org.freedesktop.secrets'), 'the end of the keyring')

    def call(self, name, path, interface, method, arguments=None, timeout=5000):
        return self.notifications.bus.call_sync(name, path, interface, method, arguments, None, 0, timeout * PATIENCE, None)

    def has_owner(self, name):
        return self.call('org.freedesktop.DBus', '/org/freedesktop/DBus', 'org.freedesktop.DBus',
                         'NameHasOwner', GLib.Variant('(s)', (name,))).unpack()[0]

    def activate_action(self, name, *arguments):
        """What a desktop does for a notification of a program that has ended: starts it by D-Bus."""
        self.call(APPLICATION_ID, OBJECT_PATH, 'org.freedesktop.Application', 'ActivateAction',
                  GLib.Variant('(sava{sv})', (name, [GLib.Variant('s', a) for a in arguments], {})), 20000)

    def set_window_size(self, width, height):
        """Before the start: what a person had left it at."""
        settings = self.folder / 'config/glib-2.0/settings'
        settings.mkdir(parents=True, exist_ok=True)
        (settings / 'keyfile').write_text(
            f'[io/github/sparkbox/Sparkbox]\nwindow-width={width}\nwindow-height={height}\n')

    def start_application(self, *arguments):
        return self.spawn('sparkbox', self.sparkbox, *arguments)

    def rest_pointer(self):
        """Out of the way, so that nothing looks pointed at."""
        subprocess.run(['xdotool', 'mousemove', str(self.size[0] - 1), str(self.size[1] - 1)], check=True, timeout=10)
        spin(0.3)

    def picture(self, path):
        subprocess.run(['import', '-window', 'root', str(path)], check=True, timeout=20)

    def clipboard(self):
        """What another program would get by pasting."""
        done = subprocess.run(['xclip', '-selection', 'clipboard', '-out'], capture_output=True,
                              check=False, timeout=10)
        return done.stdout.decode() if done.returncode == 0 else None

    def set_clipboard(self, text):
        subprocess.run(['xclip', '-selection', 'clipboard', '-in'], input=text.encode(), check=True,
                       timeout=10, stdout=subprocess.DEVNULL)
        # It ends before what it leaves behind has taken the clipboard over.
        wait(lambda: self.clipboard() == text, 'the clipboard to hold this')

    def key(self, *keys):
        subprocess.run(['xdotool', 'key', '--clearmodifiers', '--delay', '30', *keys], check=True, timeout=20)
        spin(0.1)

    def tap_key(self, key):
        """For who then waits for what it does."""
        subprocess.run(['xdotool', 'key', '--clearmodifiers', '--delay', '2', key], check=True, timeout=20)

    @staticmethod
    def keyboard_at():
        """The title of the window that has the keyboard."""
        return subprocess.run(['xdotool', 'getwindowfocus', 'getwindowname'], capture_output=True, text=True,
                              check=False, timeout=10).stdout.strip()

    def type(self, text):
        subprocess.run(['xdotool', 'type', '--clearmodifiers', '--delay', '15', '--', text], check=True, timeout=60)
        spin(0.1)

    @staticmethod
    def children_of(pid):
        return Path(f'/proc/{pid}/task/{pid}/children').read_text().split()

    def end(self, process, number=signal.SIGTERM):
        process.send_signal(number)
        return process.wait(15)
