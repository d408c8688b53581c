#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
# Copyright The Sparkbox Authors
"""Keeps the clipboard as GNOME's window manager does: it reads what a new owner offers, forgetting what was
before, and when there is no owner any more goes on offering that."""
import ctypes
import os

import gi

gi.require_version('Gdk', '4.0')
from gi.repository import Gdk, GLib  # noqa: E402

saved = None
owners = 0

# GDK tells of a new owner before it knows what that offers, as if there were none.
x11 = ctypes.CDLL('libX11.so.6')
x11.XOpenDisplay.restype = ctypes.c_void_p
x11.XInternAtom.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
x11.XInternAtom.restype = ctypes.c_ulong
x11.XGetSelectionOwner.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
x11.XGetSelectionOwner.restype = ctypes.c_ulong
connection = x11.XOpenDisplay(None)
name = x11.XInternAtom(connection, b'CLIPBOARD', 0)


def on_changed(clipboard):
    global saved, owners
    if clipboard.is_local():
        return
    if x11.XGetSelectionOwner(connection, name) == 0:
        if saved is not None:
            clipboard.set(saved)
        return
    saved, owners = None, owners + 1
    owner = owners

    def on_text(_, result):
        global saved
        try:
            text = clipboard.read_text_finish(result)
        except GLib.Error:
            return
        if owner == owners:
            saved = text

    clipboard.read_text_async(None, on_text)


# Without GTK, it is no program that a screen reader sees.
of_all = Gdk.Display.open(os.environ['DISPLAY']).get_clipboard()
of_all.connect('changed', on_changed)
on_changed(of_all)
GLib.MainLoop().run()
