/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * GTK tells screen readers of every page of a stack as if all could be seen. Where this was called,
 * a widget is hidden from them while it is not on the screen. Main thread.
 */
void spark_unmapped_hide (GtkWidget *widget);
/* The same for every page of @stack, or child of an AdwSqueezer, which has them already. */
void spark_unmapped_hide_pages (gpointer stack);
/* The same for all that GTK and Adwaita made below @widget, and show or fold away by themselves. */
void spark_unmapped_hide_within (gpointer widget);

G_END_DECLS
