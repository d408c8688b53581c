/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/intake/spark-sample-words.h"
#include "server/intake/spark-sample.h"
#include "server/ledger/spark-ledger-private.h"

G_BEGIN_DECLS

/* How far the steps have come that are in the database. */
typedef struct
{
  guint step;
  gint64 delivered_until;
  guint n_ads;
  guint n;    /* videos */
  char **ids; /* of the last code of each, then of its link, then of its grant */
} SparkSampleSteps;

/* A sample that is being made, over many transactions. Until it is whole nobody sees its account.
 */
typedef struct
{
  SparkTx *tx; /* the one that is open */
  gint64 now;
  guint n;
  char *account;
  char **videos;
  SparkPace pace; /* of whatever a portion is made of */
  guint first;    /* of the videos that are the portion's; the last is before @end */
  guint end;

  /* While the steps are taken. */
  guint step;
  gboolean steps_taken;
  char **codes; /* the last of each video */
  char **links;
  char **grants;
  char *advertisers[SPARK_SAMPLE_BRANDS];
  GArray *ads;            /* of SparkAdKey; the ad accounts are those above */
  gint64 delivered_until; /* an hour since 1970 */
  SparkSampleSteps kept;
} SparkSample;

/* Whoever made it all. */
extern const SparkActor spark_sample_creator;

/* What is written next was @ago days before the sample. */
void spark_sample_travel (SparkSample *sample, double ago);

/* The brands. */
gboolean spark_sample_begin_steps (SparkSample *sample, GError **error);
/* What happened to the videos from the first day on, with what the ads brought: the next portion of
 * it. */
gboolean spark_sample_take_steps (SparkSample *sample, GError **error);
/* That portion is in the database. Also before the first. */
void spark_sample_keep_steps (SparkSample *sample);

G_END_DECLS
