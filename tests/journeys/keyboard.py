# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""The running application without a pointer. Who uses it hears what has the keyboard, and nothing else
counts as reached."""
from gi.repository import GLib

from desktop import Failure, wait
from window import Atspi, BUTTON, Window, is_sensitive, text_of

ROWS = ('list item', 'table cell')
# More than there is to stop at in any window.
MOST_STOPS = 60
# Longest way within a list.
MOST_ROWS = 120


def parents(node, most=40):
    while node is not None and most:
        yield node
        node, most = node.get_parent(), most - 1


def what(node):
    return (node.get_role_name(), node.get_name())


class Keyboard(Window):
    """Everything by real keys: Tab and the arrows, Enter, and typing."""

    # going

    def is_at(self, node, wanted):
        """Whether the keyboard is at @wanted, or in what it is around."""
        return node is not None and any(what(one) == wanted for one in parents(node, 4))

    def go(self, key, there, most):
        """Presses @key until it leads @there."""
        at, seen = self.focused(), []
        for _ in range(most):
            if at is not None and there(at):
                return at
            seen.append(at and what(at))
            at = self.step(key)
        raise Failure(f'{key} leads only to {seen}')

    def row_of(self, node):
        """Of the rows around, that which the keyboard stops at."""
        return next((one for one in parents(node) if one.get_role_name() in ROWS), None)

    def reach(self, node):
        """Until @node has the keyboard."""
        wanted, row = what(node), self.row_of(node)
        try:
            if row is not None:
                self._reach_row(row)
            if row is None or wanted != what(row):
                self.go('Tab', lambda at: self.is_at(at, wanted), MOST_STOPS)
        except Failure as failure:
            raise Failure(f'{wanted} is not reached by the keyboard: {failure}') from failure

    def _reach_row(self, row):
        wanted, rows = what(row), row.get_parent()
        label = what(rows)

        def in_list(at):
            return any(what(one) == label for one in parents(at))

        def at_row(at):
            return in_list(at) and self.row_of(at) is not None and what(self.row_of(at)) == wanted

        at = self.go('Tab', in_list, MOST_STOPS)
        if at_row(at):
            return
        # Nothing tells that a key led nowhere but a wait.
        if self.row_of(at) is None or self.row_of(at).get_index_in_parent() > 0:
            self.step('Home')
        self.go('Right' if row.get_role_name() == 'table cell' else 'Down', at_row, MOST_ROWS)

    # acting

    def press(self, node):
        wait(lambda: is_sensitive(node), f'“{node.get_name()}” to be usable')
        self.reach(node)
        self.desktop.key('Return')

    def enter(self, node, text):
        """As who has it in another window."""
        self.reach(node)
        before = text_of(node)
        self.desktop.set_clipboard(text)
        self.desktop.key('control+a', 'control+v')
        # What was pasted may be shared out to other fields.
        wait(lambda: text_of(node) != before or before == text, f'“{text}” in “{node.get_name()}”')

    def click(self, node, button=1, held=None, above=0):
        raise Failure(f'“{node.get_name()}” is to be pressed without a pointer')


class ScreenReader(Keyboard):
    """Everything found by its name and pressed by its action; where it has none, by focus and Enter."""

    def press(self, node):
        if node.get_role_name() != BUTTON or node.get_action_iface() is None:
            super().press(node)
            return
        try:
            Window.press(self, node)
        except GLib.Error:  # GTK gives the button of a menu none
            super().press(node)

    def enter(self, node, text):
        Window.enter(self, node, text)
