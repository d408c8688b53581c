/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-replica.h"

G_BEGIN_DECLS

/* What a video is; facts, not the chip of its row: several can be true at once. */
typedef enum /*< flags >*/
{
  SPARK_FACT_NONE = 0,
  SPARK_FACT_READY = 1 << 0, /* its code was not used yet */
  SPARK_FACT_IN_USE = 1 << 1,
  SPARK_FACT_EXPIRED = 1 << 2,
  SPARK_FACT_NOT_AUTHORIZED = 1 << 3, /* never, turned off, or expired */
  SPARK_FACT_ENDING = 1 << 4,         /* ready or in use, and ends within so many days */
  SPARK_FACT_PROBLEM = 1 << 5,        /* something stops a Spark Ad */
} SparkFacts;

#define SPARK_ENDING_DAYS 14 /* unless asked otherwise */

typedef enum
{
  SPARK_SORT_DATE,   /* newest first */
  SPARK_SORT_VIEWS,  /* most first, unknown last */
  SPARK_SORT_END,    /* soonest end first, those that have ended after them, without an end last */
  SPARK_SORT_BRANDS, /* most brands with access first */
} SparkVideoSort;

/*
 * Videos; 100,000 of them cost 1.6 MB. The first rows of a new query are there at once, the rest
 * from idle: until then the number of items grows.
 */
#define SPARK_TYPE_VIDEO_LIST (spark_video_list_get_type ())
G_DECLARE_FINAL_TYPE (SparkVideoList, spark_video_list, SPARK, VIDEO_LIST, SparkRowList)

/* @account_id: (nullable): NULL for all */
SparkVideoList *spark_video_list_new (SparkReplica *replica, const char *account_id);

/* Words that are all in its caption, its brands' names or their notes, in any script, the last one
 * as a beginning; "" or NULL: all. Never interpreted in any other way. */
void spark_video_list_set_search (SparkVideoList *self, const char *search);

/**
 * spark_video_list_set_facts:
 * @facts: READY, IN_USE, EXPIRED and NOT_AUTHORIZED exclude each other, so one of those given must
 * be true; of ENDING and PROBLEM, each that is given. NONE: all videos
 * @ending_days: what ENDING means; 0: SPARK_ENDING_DAYS
 */
void spark_video_list_set_facts (SparkVideoList *self, SparkFacts facts, guint ending_days);

/* Only videos this brand has or had access to; NULL: all. */
void spark_video_list_set_brand (SparkVideoList *self, const char *brand_id);
void spark_video_list_set_sort (SparkVideoList *self, SparkVideoSort sort);

/* G_MAXUINT: not in it */
guint spark_video_list_find (SparkVideoList *self, const char *id);

/* How many videos of the account set_facts() would show, whatever is searched for; 0 @facts: all.
 */
guint spark_video_list_count (SparkVideoList *self, SparkFacts facts, guint ending_days);

/* A month of the local calendar in a list by date. */
typedef struct
{
  int year;
  int month;      /* 1 to 12; 0: videos of unknown date */
  guint position; /* of its first row, its newest video */
  guint n_videos;
} SparkMonth;

/**
 * spark_video_list_get_months:
 *
 * The months that have videos in the list as it is filtered and searched, newest first. Completes
 * the list.
 *
 * Returns: (transfer full) (element-type SparkMonth): empty unless sorted by date
 */
GArray *spark_video_list_get_months (SparkVideoList *self);

/* The position of the newest video of that month or, if it has none, of the next older one;
 * G_MAXUINT: there is none, or the list is not sorted by date. */
guint spark_video_list_find_month (SparkVideoList *self, int year, int month);

G_END_DECLS
