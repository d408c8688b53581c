/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SPARK_TYPE_PICK_BOX_ROW (spark_pick_box_row_get_type ())
G_DECLARE_FINAL_TYPE (SparkPickBoxRow, spark_pick_box_row, SPARK, PICK_BOX_ROW, GtkListBoxRow)

/*
 * A row of a list box that a SparkPickBar selects from: with a check in front of it while it does
 * so. Only then the keyboard stops at the row itself, and at nothing in it.
 */

/* @acts: below @row; they wait while the list selects */
GtkWidget *spark_pick_box_row_new (GtkWidget *row, GtkWidget *acts);
/* For the bar: whether the list selects now, and whether this row is selected. */
void spark_pick_box_row_set_active (SparkPickBoxRow *self, gboolean active);
void spark_pick_box_row_set_picked (SparkPickBoxRow *self, gboolean picked);

G_END_DECLS
