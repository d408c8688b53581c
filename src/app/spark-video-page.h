/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "app/spark-context.h"

G_BEGIN_DECLS

#define SPARK_TYPE_VIDEO_PAGE (spark_video_page_get_type ())
G_DECLARE_FINAL_TYPE (SparkVideoPage, spark_video_page, SPARK, VIDEO_PAGE, AdwBin)

/*
 * Everything about one video: numbers, what would stop a Spark Ad, its code, the brands with access
 * and its history. Follows the replica by itself.
 *
 * Property: closable: whether it has a button that runs win.back.
 */
void spark_video_page_set_context (SparkVideoPage *self, SparkContext *context);

/**
 * spark_video_page_show:
 * @id: (nullable): of a video
 *
 * Returns: whether the video is there to be shown
 */
gboolean spark_video_page_show (SparkVideoPage *self, const char *id);
/* (nullable): the video shown; NULL also when it went away meanwhile */
const char *spark_video_page_get_id (SparkVideoPage *self);
/* Puts the keyboard on the first thing that can be done, which can be seen then. */
void spark_video_page_focus (SparkVideoPage *self);

G_END_DECLS
