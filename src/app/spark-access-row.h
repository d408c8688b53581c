/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "client/spark-replica.h"

G_BEGIN_DECLS

#define SPARK_TYPE_ACCESS_ROW (spark_access_row_get_type ())
G_DECLARE_FINAL_TYPE (SparkAccessRow, spark_access_row, SPARK, ACCESS_ROW, AdwBin)

/* One grant: who, which video, until when, how it is known, and the one act that fits its state. */
SparkAccessRow *spark_access_row_new (void);
/* @item: (nullable): NULL empties the row for its next use */
void spark_access_row_set_item (SparkAccessRow *self, SparkGrantItem *item);
/* Where the video, and with it whose it is, is known from what is around the row; before it is
 * given an item. */
void spark_access_row_hide_video (SparkAccessRow *self);
/* Below the name of the brand, where that is known: it begins with the video. */
void spark_access_row_set_hides_brand (SparkAccessRow *self, gboolean hides_brand);
/* The same for good, where the row itself opens nothing: its video does. Before it is given an item. */
void spark_access_row_lead_to_video (SparkAccessRow *self);
/* For the menu of the list's own widget @row around one of these: its buttons, and its record. */
void spark_access_row_fill_menu (GtkWidget *row, GMenu *menu, gpointer user_data);
/* (transfer none): what holds its buttons */
GtkWidget *spark_access_row_get_acts (SparkAccessRow *self);

G_END_DECLS
