/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "client/spark-replica.h"

G_BEGIN_DECLS

#define SPARK_TYPE_ACTIVITY_ROW (spark_activity_row_get_type ())
G_DECLARE_FINAL_TYPE (SparkActivityRow, spark_activity_row, SPARK, ACTIVITY_ROW, AdwBin)

/* What happened, to which video, who did it and from where, and when. */
SparkActivityRow *spark_activity_row_new (void);
/* @event: (nullable): NULL empties the row for its next use
 * @video: (nullable): the one it is about, if it is here */
void spark_activity_row_set_event (SparkActivityRow *self, SparkEventItem *event,
                                   SparkVideoItem *video);
/* Whether the day stands above the row: for the first of each day. */
void spark_activity_row_set_starts_day (SparkActivityRow *self, gboolean starts_day);

/* What it says, for those who hear it; (transfer full) */
char *spark_activity_row_get_name (SparkActivityRow *self);

G_END_DECLS
