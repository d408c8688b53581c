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
/* The same for every page of @stack, which has them already. */
void spark_unmapped_hide_pages (gpointer stack);

G_END_DECLS
