/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-context.h"

G_BEGIN_DECLS

#define SPARK_TYPE_VIDEO_CELL (spark_video_cell_get_type ())
G_DECLARE_FINAL_TYPE (SparkVideoCell, spark_video_cell, SPARK, VIDEO_CELL, GtkBox)

/* One video of the cover grid: its cover with the chip on it, its caption, and the act that fits.
 */
GtkWidget *spark_video_cell_new (SparkContext *context);
/* @item: (nullable): NULL empties the cell for its next use */
void spark_video_cell_set_item (SparkVideoCell *self, SparkVideoItem *item);
/* (transfer none): what holds its button */
GtkWidget *spark_video_cell_get_acts (SparkVideoCell *self);

G_END_DECLS
