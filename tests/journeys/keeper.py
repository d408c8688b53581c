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

# What GDK tells of a new owner does not say which, or that there is none, and the one of now may be another.
x11, xfixes = ctypes.CDLL('libX11.so.6'), ctypes.CDLL('libXfixes.so.3')
x11.XOpenDisplay.restype = ctypes.c_void_p
x11.XInternAtom.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
x11.XInternAtom.restype = ctypes.c_ulong
x11.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
x11.XDefaultRootWindow.restype = ctypes.c_ulong
x11.XConnectionNumber.argtypes = [ctypes.c_void_p]
x11.XPending.argtypes = [ctypes.c_void_p]
x11.XNextEvent.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
xfixes.XFixesQueryExtension.argtypes = [ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p]
xfixes.XFixesSelectSelectionInput.argtypes = [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong]
EVERY_OWNER = 7  # also one that goes with its window or its program


class Notify(ctypes.Structure):
    _fields_ = [('type', ctypes.c_int), ('serial', ctypes.c_ulong), ('sent', ctypes.c_int), ('display', ctypes.c_void_p),
                ('window', ctypes.c_ulong), ('subtype', ctypes.c_int), ('owner', ctypes.c_ulong), ('room', ctypes.c_long * 24)]


def on_owner(*_):
    global saved, owners
    while x11.XPending(connection):
        event = Notify()
        x11.XNextEvent(connection, ctypes.byref(event))
        if event.owner != 0:
            owners += 1
            if not of_all.is_local():
                saved = None
        elif saved is not None:
            of_all.set(saved)
    return True


def on_changed(clipboard):
    if clipboard.is_local():
        return
    on_owner()
    owner = owners

    def on_text(_, result):
        global saved
        try:
            text = clipboard.read_text_finish(result)
        except GLib.Error:
            return
        on_owner()
        if owner == owners:
            saved = text

    clipboard.read_text_async(None, on_text)


# Without GTK, it is no program that a screen reader sees.
of_all = Gdk.Display.open(os.environ['DISPLAY']).get_clipboard()
connection = x11.XOpenDisplay(None)
base, error = ctypes.c_int(), ctypes.c_int()
xfixes.XFixesQueryExtension(connection, ctypes.byref(base), ctypes.byref(error))
xfixes.XFixesSelectSelectionInput(connection, x11.XDefaultRootWindow(connection),
                                  x11.XInternAtom(connection, b'CLIPBOARD', 0), EVERY_OWNER)
GLib.unix_fd_add_full(GLib.PRIORITY_HIGH, x11.XConnectionNumber(connection), GLib.IOCondition.IN, on_owner)
x11.XPending(connection)
of_all.connect('changed', on_changed)
on_changed(of_all)
GLib.MainLoop().run()
