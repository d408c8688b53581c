/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/intake/spark-sample-words.h"
#include "server/intake/spark-sample.h"
#include "server/ledger/spark-ledger-private.h"

G_BEGIN_DECLS

/* A sample that is being made, over one transaction or many. */
typedef struct
{
  SparkTx *tx; /* the one that is open */
  gint64 now;
  guint n;
  char *account;
  char **videos;
  guint first; /* of the videos that are the portion's; the last is before @end */
  guint end;

  /* While the steps are taken. */
  char **codes; /* the last of each video */
  char **links;
  char **grants;
  char *advertisers[SPARK_SAMPLE_BRANDS];
  GArray *ads;            /* of SparkAdKey; the ad accounts are those above */
  gint64 delivered_until; /* an hour since 1970 */
} SparkSample;

/* Whoever made it all. */
extern const SparkActor spark_sample_creator;

/* What is written next was @ago days before the sample. */
void spark_sample_travel (SparkSample *sample, double ago);

/* Brands, and what happened to the videos from the first day on, with what the ads brought. In one
 * transaction: what ends meanwhile must not be found by anybody whose time is now. */
gboolean spark_sample_take_steps (SparkSample *sample, GError **error);
/* Frees what a run of that left. */
void spark_sample_forget_steps (SparkSample *sample);

G_END_DECLS
