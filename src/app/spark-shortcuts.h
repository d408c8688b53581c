/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Shows the keyboard shortcuts. The window is made each time: GTK would keep one of its own
 * ("gtk/help-overlay.ui") hidden beside the main window, and GTK 4.8 crashes when a screen reader
 * asks for a window that has just closed while the last one there is has never been shown.
 */
void spark_shortcuts_present (GtkWindow *parent);

G_END_DECLS
