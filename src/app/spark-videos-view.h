/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-context.h"
#include "app/spark-pick-bar.h"

G_BEGIN_DECLS

#define SPARK_TYPE_VIDEOS_VIEW (spark_videos_view_get_type ())
G_DECLARE_FINAL_TYPE (SparkVideosView, spark_videos_view, SPARK, VIDEOS_VIEW, AdwBin)

/*
 * The same videos as a list or as a grid of covers; only the one that is looked at has the model.
 * Activating one runs win.show-video, or picks it while many are selected.
 */

/* Once, before anything else. @pick_bar outlives the view. */
void spark_videos_view_set_up (SparkVideosView *self, SparkContext *context,
                               SparkPickBar *pick_bar);
/* Both NULL: none. @videos: the model of @selection */
void spark_videos_view_set_model (SparkVideosView *self, GtkSelectionModel *selection,
                                  GListModel *videos);
void spark_videos_view_set_covers (SparkVideosView *self, gboolean covers);
/* What it is not wider than now, in pixels. */
int spark_videos_view_get_maximum_size (SparkVideosView *self);
/* Brings the video at @position into view. */
void spark_videos_view_scroll_to (SparkVideosView *self, guint position);
/* Brings it to the top of the view, and the keyboard to it. */
void spark_videos_view_jump_to (SparkVideosView *self, guint position);
/* The list or the grid, whichever is looked at. */
GtkWidget *spark_videos_view_get_view (SparkVideosView *self);

G_END_DECLS
