/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Where @widget, or what is in it, has the keyboard and is about to go: the keyboard goes to what
 * comes next in the window, at its end to what is before. */
void spark_focus_leave (GtkWidget *widget);

G_END_DECLS
