/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * The rows of a view that a SparkPickBar selects from: which one is where, and how to come to it.
 * @view: a list or grid view, or a list box. Main thread.
 */

/* Whether one click activates a row; in a list box that selects none does. */
gboolean spark_pick_view_has_single_click (GtkWidget *view);
/* The view's row that is or holds @widget (nullable); NULL: it is in none */
GtkWidget *spark_pick_view_find_row (GtkWidget *view, GtkWidget *widget);
/* The first row that is in view from its top on; GTK_INVALID_LIST_POSITION: none */
guint spark_pick_view_find_top (GtkWidget *view);
/* Of a view that has no size of its rows yet; then the row comes to its top. A list box stays. */
void spark_pick_view_scroll_to (GtkWidget *view, guint position);
/* The same, and gives it the keyboard. */
void spark_pick_view_focus_row (GtkWidget *view, guint position);
/* Scrolls as far as it takes to show the row, if it is built. */
void spark_pick_view_show_row (GtkWidget *view, guint position);

G_END_DECLS
