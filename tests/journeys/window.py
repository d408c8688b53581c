# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""The running application, as a person and a screen reader meet it: found by role and name, pressed
by its action, else by the pointer or the keyboard."""
import collections
import contextlib
import re
import subprocess
import time

import gi

gi.require_version('Atspi', '2.0')
from gi.repository import Atspi, GLib  # noqa: E402

from desktop import APPLICATION_ID, PATIENCE, Failure, spin, wait  # noqa: E402
from leaks import only_of_libraries  # noqa: E402

BUTTON = 'push button'
# No screen of these desktops is higher.
SCREEN_HEIGHT = 900
# From the application to the words of a toast.
TOAST_DEPTH = 7
WINDOWS = ('frame', 'dialog', 'window', 'alert')
MAIN = re.compile('Sparkbox')
# Milliseconds. A busy application answers late: what gave up after the usual 0.8 s would take for gone what is there.
ANSWERS = 10000 * PATIENCE
# After so many seconds a key has led nowhere.
STANDS_STILL = 2


# The library complains when an application comes or goes while it asks; the next look is right.
GLib.log_set_handler('dbind', GLib.LogLevelFlags.LEVEL_WARNING, lambda *_: None, None)


def children(node):
    for index in range(node.get_child_count()):
        child = node.get_child_at_index(index)
        if child is not None:
            yield child


def is_visible(node):
    return node.get_state_set().contains(Atspi.StateType.VISIBLE)


def is_sensitive(node):
    return node.get_state_set().contains(Atspi.StateType.SENSITIVE)


def box_of(node):
    """x, y, width and height within its window; None when it has no size."""
    component = node.get_component_iface()
    if component is None:
        return None
    box = component.get_extents(Atspi.CoordType.WINDOW)
    return (box.x, box.y, box.width, box.height) if box.width > 0 and box.height > 0 else None


def on_screen(rows):
    """A long list keeps many more rows than can be seen; they come in order."""
    for row in rows:
        box = box_of(row)
        if box is None or box[1] + box[3] <= 0:
            continue
        if box[1] >= SCREEN_HEIGHT:
            return
        yield row


def walk(node, limit=40):
    """What can be seen below @node, itself included; of several windows the newest first. It ends in a
    GLib.Error where something goes away meanwhile: see whole()."""
    role = node.get_role_name()
    if role != 'application' and not is_visible(node):
        return
    yield node
    if limit:
        below = list(children(node))
        if role == 'application':
            below.reverse()
        elif role in ('list', 'table') and len(below) > 20:
            below = on_screen(below)
        for child in below:
            yield from walk(child, limit - 1)


def whole(look):
    """What @look returns. Where something goes away while it looks, all is looked at anew: what came instead
    has not been seen yet, and what only was not reached is not gone."""
    return wait(lambda: [look()], 'a look during which nothing goes away')[0]


def matches(text, wanted):
    return wanted is None or (wanted.search(text) is not None if hasattr(wanted, 'search') else text == wanted)


def window_of(node):
    """The window around it."""
    above = node.get_parent()
    while above.get_role_name() != 'application':
        node, above = above, above.get_parent()
    return node


def text_of(node):
    if node.get_text_iface() is None:
        return None
    return Atspi.Text.get_text(node, 0, Atspi.Text.get_character_count(node))


class Window:
    """The process and what it shows. Names may be strings or compiled patterns.

    activated: the bus has started it, so that it is nobody's child here."""

    def __init__(self, desktop, *arguments, activated=False):
        self.desktop = desktop
        desktop.window = self
        Atspi.init()
        Atspi.set_timeout(ANSWERS, ANSWERS)
        self._at = None  # what has the keyboard, as far as was told
        self.application = None
        self.pressed = collections.deque(maxlen=6)  # as words, for a journey that fails
        self._listener = Atspi.EventListener.new(self._on_focus)
        self._listener.register('object:state-changed:focused')
        self.process = None if activated else desktop.start_application(*arguments)
        self.application = wait(self._find_application, 'the application on the accessibility bus', 30)
        self.find(role='frame', name=MAIN, timeout=20)

    def _find_application(self):
        if self.process is not None and self.process.poll() is not None:
            raise Failure(f'sparkbox ended with {self.process.returncode}: ' + self.desktop.log('sparkbox')[-2000:])
        # The library keeps nothing of what it tells. To clear what it has goes through applications that
        # have ended, and crashes there now and then.
        for node in children(Atspi.get_desktop(0)):
            if self.process is None:
                if node.get_name() in (APPLICATION_ID, 'sparkbox', 'Sparkbox'):
                    return node
            elif node.get_process_id() == self.process.pid:
                return node
        return None

    # looking

    def _each(self, role=None, name=None, within=None, where=None, limit=40):
        for node in walk(within or self.application, limit):
            if ((role is None or node.get_role_name() in ((role,) if isinstance(role, str) else role)) and matches(node.get_name() or '', name)
                    and (where is None or where(node))
                    and (node.get_component_iface() is None or box_of(node))):
                yield node

    def look(self, role=None, name=None, within=None, where=None):
        """All that match and can be seen now."""
        return whole(lambda: list(self._each(role, name, within, where)))

    def has(self, **what):
        return whole(lambda: next(self._each(**what), None)) is not None

    def find(self, role=None, name=None, within=None, where=None, timeout=15, limit=40):
        pattern = getattr(name, 'pattern', name)
        return wait(lambda: next(self._each(role, name, within, where, limit), None),
                    f'{role or "anything"} “{pattern}”', timeout)

    def toast(self, words, timeout=15):
        """Waits until it is told. It goes after some seconds, and a look at all of a window may take
        longer than that; it lies over the pages, so that nothing deeper need be looked at."""
        return self.find(role='label', name=words, timeout=timeout, limit=TOAST_DEPTH)

    def gone(self, role=None, name=None, within=None, timeout=15):
        pattern = getattr(name, 'pattern', name)
        wait(lambda: not self.has(role=role, name=name, within=within), f'the end of {role or "anything"} “{pattern}”', timeout)

    def dialog(self, title, timeout=15):
        """The window of this title, once it has the keyboard: it can be seen before, and what is pressed until
        then goes to another."""
        found = self.find(name=title, where=lambda n: n.get_role_name() in WINDOWS, timeout=timeout)
        self.wait_for_keyboard(found)
        return found

    def wait_for_keyboard(self, within=None):
        """Until the dialog around @within has the keyboard; without, the window itself, which a dialog gives it
        back to only once it is gone."""
        window = window_of(within or self.find(role='frame', name=MAIN, limit=1))
        # Of GTK's windows only those of this role tell it themselves.
        wait((lambda: window.get_state_set().contains(Atspi.StateType.ACTIVE)) if window.get_role_name() == 'frame'
             else lambda: self.desktop.keyboard_at() == window.get_name(), f'the keyboard in “{window.get_name()}”')

    def texts(self, within=None):
        return whole(lambda: [node.get_name() for node in walk(within or self.application)
                              if node.get_role_name() == 'label' and node.get_name()])

    def says(self, words, within=None, timeout=15):
        """Waits until these words can be read."""
        return self.find(name=re.compile(re.escape(words)), within=within, timeout=timeout,
                         where=lambda n: n.get_role_name() in ('label', 'alert', 'status bar', 'notification'))

    # acting

    def press(self, node):
        """A button by its action; anything else where a person would point."""
        wait(lambda: is_sensitive(node), f'“{node.get_name()}” to be usable')
        if node.get_role_name() == BUTTON and node.get_action_iface() is not None:
            self.pressed.append(f'“{node.get_name()}” by its action')
            if not Atspi.Action.do_action(node, 0):
                raise Failure(f'“{node.get_name()}” cannot be pressed')
        else:
            self.click(node)
        spin(0.05)

    def press_button(self, name, within=None, timeout=15):
        self.press(self.button(name, within, timeout))

    def button(self, name, within=None, timeout=15):
        return self.find(role=BUTTON, name=name, within=within, timeout=timeout)

    def click(self, node, button=1, held=None, above=0):
        """@held: a key that is down meanwhile; @above: so many pixels higher than the middle."""
        press = ['click', str(button)]
        if held is not None:
            press = ['keydown', held, *press, 'keyup', held]
        self._point(node, above, press)
        spin(0.1)

    def point(self, node):
        """The pointer goes to it, and stays."""
        self._point(node, 0, [])

    @staticmethod
    def press_there():
        """Where the pointer rests; it does not move."""
        subprocess.run(['xdotool', 'click', '1'], check=True, timeout=10)
        spin(0.1)

    @contextlib.contextmanager
    def held(self, node):
        """With the pointer's button down on it; not before the time that this gives."""
        began = self._point(node, 0, ['mousedown', '1'])
        try:
            yield began
        finally:
            subprocess.run(['xdotool', 'mouseup', '1'], check=True, timeout=10)

    def _point(self, node, above, press):
        name = node.get_name()
        x, y = self._resting_place(node)
        self.pressed.append(f'“{name}” by the pointer at {x}, {y - above}')
        began = time.monotonic()
        subprocess.run(['xdotool', 'mousemove', str(x), str(y - above), 'sleep', '0.05', *press], check=True, timeout=10)
        return began

    def _resting_place(self, node):
        """The middle of it on the screen, once neither it nor its window moves any more."""
        window = node
        while window.get_role_name() not in WINDOWS:
            window = window.get_parent()

        def place():
            box, corner = box_of(node), self._position(window)
            return box and corner and (corner[0] + box[0] + box[2] // 2, corner[1] + box[1] + box[3] // 2)

        def rests():
            before = place()
            spin(0.12)
            return before if before is not None and place() == before else None

        return wait(rests, f'a place for “{node.get_name()}”')

    def _position(self, window):
        """None: it is not on the screen yet."""
        found = subprocess.run(['xdotool', 'search', '--onlyvisible', '--name', f'^{re.escape(window.get_name())}$'],
                               capture_output=True, text=True, check=False, timeout=10).stdout.split()
        if not found:
            return None
        shell = subprocess.run(['xdotool', 'getwindowgeometry', '--shell', found[-1]], capture_output=True,
                               text=True, check=False, timeout=10).stdout
        place = dict(line.split('=') for line in shell.split())
        if 'Y' not in place:  # it has closed meanwhile
            return None
        # The window begins with its shadow; what is in it counts from inside of that.
        shadow = re.findall(r'\d+', subprocess.run(['xprop', '-id', found[-1], '_GTK_FRAME_EXTENTS'],
                                                   capture_output=True, text=True, check=False,
                                                   timeout=10).stdout)
        left, top = (int(shadow[0]), int(shadow[2])) if len(shadow) == 4 else (0, 0)
        return int(place['X']) + left, int(place['Y']) + top

    def enter(self, node, text):
        """Replaces what a field holds."""
        field = node if node.get_editable_text_iface() is not None else whole(lambda: next(
            (n for n in walk(node) if n.get_editable_text_iface() is not None), None))
        if field is None or not Atspi.EditableText.set_text_contents(field, text):
            raise Failure(f'“{node.get_name()}” takes no text')
        spin(0.05)

    def _on_focus(self, event):
        if event.detail1:
            self._at = event.source

    def focused(self):
        """What the keyboard would act on. The accessibility bus says where it goes: looking through all of a
        window takes long."""
        try:
            # What had it in a window goes on saying so while a dialog is before that; and a dialog may not tell.
            if (self._at is not None and self._at.get_state_set().contains(Atspi.StateType.FOCUSED)
                    and window_of(self._at) == next(filter(is_visible, reversed(list(children(self.application)))), None)):
                return self._at
        except GLib.Error:  # what had it is gone
            self._at = None
        return whole(lambda: next((node for node in walk(self.application)
                                   if node.get_state_set().contains(Atspi.StateType.FOCUSED)), None))

    def step(self, key):
        """Presses a key that moves the keyboard's place; what has the keyboard then."""
        spin(0)  # what was told before the key does not come from it
        before, self._at = self._at, None
        self.desktop.tap_key(key)
        end = time.monotonic() + STANDS_STILL * PATIENCE
        while self._at is None and time.monotonic() < end:
            spin(0.003)
        if self._at is None:
            self._at = before
        return self.focused()

    # ending

    def quit(self):
        """Ends it as its menu does, and checks that it ended well."""
        self.desktop.activate_action('quit')
        if self.process is None:
            wait(lambda: not self.desktop.has_owner(APPLICATION_ID), 'the end of sparkbox')
        else:
            wait(lambda: self.process.poll() is not None, 'the end of sparkbox')
            log = self.desktop.log('sparkbox')
            if self.process.returncode != 0 and not only_of_libraries(log):
                raise Failure(f'sparkbox ended with {self.process.returncode}: ' + log[-30000:])

    def dump(self):
        def line(node, depth):
            return f'{"  " * depth}{node.get_role_name()} {node.get_name()!r}'

        def below(node, depth):
            yield line(node, depth)
            for child in children(node):
                if is_visible(child):
                    yield from below(child, depth + 1)

        return '\n'.join(whole(lambda: list(below(self.application, 0))))
