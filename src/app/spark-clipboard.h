/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Codes in the clipboard. Main thread. */

/**
 * spark_clipboard_copy_code:
 * @clear_after_ms: when to clear the clipboard, if the code is still in it then; 0: never
 */
void spark_clipboard_copy_code (GdkClipboard *clipboard, const char *code, guint clear_after_ms);

/* The same with whatever else must not stay there, such as an address: cleared when the person has
 * chosen. */
void spark_clipboard_copy_secret (GdkClipboard *clipboard, const char *text);

/* The application ends: what waits to be cleared is cleared now, as nobody would later. */
void spark_clipboard_end (GdkClipboard *clipboard);

G_END_DECLS
