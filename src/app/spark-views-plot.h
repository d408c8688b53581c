/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "client/spark-client.h"

G_BEGIN_DECLS

#define SPARK_TYPE_VIEWS_PLOT (spark_views_plot_get_type ())
G_DECLARE_FINAL_TYPE (SparkViewsPlot, spark_views_plot, SPARK, VIEWS_PLOT, AdwBin)

/*
 * The views of a video over time, organic below and what ads brought above. Not visible while
 * fewer than two days are known; where they could not be asked for it says why, with a way on.
 */

/* @client, @video_id: (nullable): NULL shows nothing. The same video is asked for again
 * only where that failed. */
void spark_views_plot_set_video (SparkViewsPlot *self, SparkClient *client, const char *video_id);
/* Says its days anew, as on another day. */
void spark_views_plot_update (SparkViewsPlot *self);

G_END_DECLS
