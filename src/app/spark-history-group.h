/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "app/spark-context.h"

G_BEGIN_DECLS

#define SPARK_TYPE_HISTORY_GROUP (spark_history_group_get_type ())
G_DECLARE_FINAL_TYPE (SparkHistoryGroup, spark_history_group, SPARK, HISTORY_GROUP,
                      AdwPreferencesGroup)

/*
 * What happened with one video or brand, newest first: from the replica, a few rows at a time, and
 * behind them what is older than it, which the backend is asked for only when somebody presses for
 * more. Invisible where nothing is known to have happened and nothing can be asked for. Main
 * thread.
 */

void spark_history_group_set_context (SparkHistoryGroup *self, SparkContext *context);

/**
 * spark_history_group_show_video:
 * @video: (nullable): NULL: nothing any more
 */
void spark_history_group_show_video (SparkHistoryGroup *self, const SparkVideo *video);
/* @brand: (nullable): the same */
void spark_history_group_show_brand (SparkHistoryGroup *self, const SparkBrand *brand);
/* On another day what is shown may be said otherwise. */
void spark_history_group_turn_day (SparkHistoryGroup *self);

G_END_DECLS
