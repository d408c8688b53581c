/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-objects.h"
#include "server/ledger/spark-ledger.h"

G_BEGIN_DECLS

#define SPARK_SAMPLE_BRANDS 12

/* The words and figures of the sample's content; each a function of its number alone. */

const char *spark_sample_brand_name (guint brand);
/* (transfer full) */
char *spark_sample_caption (guint video);
/* How many days ago video @video of @n was published; 0 is the newest. */
double spark_sample_published_ago (guint video, guint n);
/* Fills all but the pointers. */
void spark_sample_facts (guint video, SparkVideoFacts *facts);

G_END_DECLS
