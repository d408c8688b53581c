/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-pick-bar.h"

G_BEGIN_DECLS

/*
 * A row or cell of a list that a SparkPickBar selects from: with its check while it does so, and
 * with what may stand above it. Main thread.
 */

/* For a factory's setup: @row with a check in front of it while the list selects; @acts, below
 * @row, wait until it does no more. */
void spark_pick_row_wrap (SparkPickBar *bar, GtkListItem *list_item, GtkWidget *row,
                          GtkWidget *acts);
/* The same for a grid, whose check lies on the corner of the cell. */
void spark_pick_row_wrap_cell (SparkPickBar *bar, GtkListItem *list_item, GtkWidget *cell,
                               GtkWidget *acts);
/* A box above what spark_pick_row_wrap() wrapped, which is empty and not seen at first; made when
 * it is asked for first. */
GtkWidget *spark_pick_row_get_head (GtkListItem *list_item);
/* The same; NULL: it was never asked for */
GtkWidget *spark_pick_row_find_head (GtkListItem *list_item);
/* The view's own widget around what was wrapped for this position; NULL: none is built. @view: may
 * also be a list box */
GtkWidget *spark_pick_row_find (GtkWidget *view, guint position);
/* Of the view's own widget @widget (nullable); GTK_INVALID_LIST_POSITION: it is no row */
guint spark_pick_row_get_position (GtkWidget *widget);
/* What was wrapped is in the view's own widget @widget; NULL: nothing was */
GtkListItem *spark_pick_row_get_list_item (GtkWidget *widget);
/* A check that only shows whether its row is selected: the row itself tells so, and takes the
 * pointer and the keyboard. (transfer floating) */
GtkWidget *spark_pick_row_new_check (void);
/* The row that was wrapped */
gpointer spark_pick_row_get (GtkListItem *list_item);

G_END_DECLS
