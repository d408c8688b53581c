/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "app/spark-context.h"
#include "app/spark-page-search.h"

G_BEGIN_DECLS

#define SPARK_TYPE_VIDEOS_PAGE (spark_videos_page_get_type ())
G_DECLARE_FINAL_TYPE (SparkVideosPage, spark_videos_page, SPARK, VIDEOS_PAGE, AdwBin)

/* The list of an account's videos, with search and filters. Choosing one runs win.show-video. */
void spark_videos_page_set_context (SparkVideosPage *self, SparkContext *context);
/* (transfer none) */
SparkPageSearch *spark_videos_page_get_search (SparkVideosPage *self);
/* Shows what is found by @terms, whatever was filtered before. */
void spark_videos_page_search (SparkVideosPage *self, const char *terms);
/* Marks the video in the list and brings it into view, if it is there; NULL: none. */
void spark_videos_page_select (SparkVideosPage *self, const char *id);
/* (nullable) */
const char *spark_videos_page_get_selected (SparkVideosPage *self);
/* (nullable): the videos shown, when not all are. */
SparkVideoList *spark_videos_page_get_filtered (SparkVideosPage *self);
/* Whether moving through the list by keyboard runs win.show-video too. */
void spark_videos_page_set_follow (SparkVideosPage *self, gboolean follow);

G_END_DECLS
