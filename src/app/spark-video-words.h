/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-objects.h"

G_BEGIN_DECLS

/* What a row and a page say about one video, and the one act that fits its state. */

typedef enum
{
  SPARK_VIDEO_ACT_NONE,     /* nothing to do, or this sign-in may not */
  SPARK_VIDEO_ACT_GENERATE, /* win.generate, win.generate-terms */
  SPARK_VIDEO_ACT_ADD_CODE, /* win.add-code */
  SPARK_VIDEO_ACT_COPY,     /* win.copy-code */
} SparkVideoAct;

/* @account: (nullable): NULL: not known yet, then nothing that changes anything is offered */
SparkVideoAct spark_video_get_act (const SparkVideo *video, const SparkAccount *account);

/* Whether there is one in force, or one on its way: none more can be made. */
gboolean spark_video_has_code (const SparkVideo *video);

/**
 * spark_video_describe_chip:
 * @style: (out): a style class: "error", "warning", "success", "accent" or "dim"
 *
 * Returns: (transfer full) (nullable): the first that applies; NULL: none
 */
char *spark_video_describe_chip (const SparkVideo *video, const char **style);

/* "Tue 3 Mar · 12K views · 1.1K likes": what is not known is left out; (transfer full) */
char *spark_video_describe_facts (const SparkVideo *video);

/* "12K views from ads"; (transfer full) */
char *spark_video_describe_paid_views (gint64 views);

/* "30 days, until Wed 23 Dec": what a code made now would get; (transfer full) */
char *spark_video_describe_terms (guint days);

/**
 * spark_video_describe_problems:
 *
 * Returns: (transfer full): a NULL-terminated array of whole sentences: what stops a Spark Ad, and
 *   what might
 */
char **spark_video_describe_problems (const SparkVideo *video);

G_END_DECLS
