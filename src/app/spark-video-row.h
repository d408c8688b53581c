/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-context.h"

G_BEGIN_DECLS

#define SPARK_TYPE_VIDEO_ROW (spark_video_row_get_type ())
G_DECLARE_FINAL_TYPE (SparkVideoRow, spark_video_row, SPARK, VIDEO_ROW, GtkWidget)

/*
 * One video of the list: cover, caption, date and numbers, one chip, and the one act that fits. The
 * act stands at the end, or below the words where it is narrow.
 */
GtkWidget *spark_video_row_new (SparkContext *context);
/* @item: (nullable): NULL empties the row for its next use */
void spark_video_row_set_item (SparkVideoRow *self, SparkVideoItem *item);
/* (transfer none): what holds its buttons */
GtkWidget *spark_video_row_get_acts (SparkVideoRow *self);

G_END_DECLS
