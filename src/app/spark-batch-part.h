/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>

#include "model/spark-objects.h"

G_BEGIN_DECLS

#define SPARK_BATCH_PART_STATES (SPARK_BATCH_ROW_STATE_FAILED + 1)

/*
 * One account's share of an act on many: a batch is of one account. The strings are its own.
 * Main thread.
 */
typedef struct
{
  char *account_id;
  char *name; /* of the account, which may be gone when it is told; NULL: the only one that is shown
               */
  GPtrArray *ids; /* (element-type utf8) of the account's objects */

  char *batch_id; /* NULL: none has begun */
  SparkBatchState state;
  guint done; /* rows that were worked through, those that failed included */
  guint failed;
  guint total;
  char *problem; /* a SparkError nick; NULL: none */

  GError *refusal;   /* why it, or trying what failed again, did not begin; NULL: it did */
  gboolean is_next;  /* it is to begin */
  gboolean is_left;  /* trying what failed again was to begin, and was left */
  gboolean is_shown; /* it belongs to what is done now */
  gboolean stopping;

  /* of those that failed, as far as they were looked at */
  guint n_with_code; /* that failed as they have one */
  GPtrArray *again;  /* (element-type utf8) the others */
  char *cursor;      /* where the next are; NULL: there are none, or none was looked at */

  /* what became of its rows, by SparkBatchRowState */
  JsonArray *results[SPARK_BATCH_PART_STATES]; /* the first of them; NULL: not known */
  GError *missing[SPARK_BATCH_PART_STATES];    /* why they did not come; NULL: nothing kept them */
  guint asked[SPARK_BATCH_PART_STATES];        /* how often they were asked for */
  gboolean waits[SPARK_BATCH_PART_STATES];     /* to be asked for, in its turn */
} SparkBatchPart;

/* How many more were meant than are done. */
typedef struct
{
  guint n_refused;   /* that the person's role does not allow */
  guint n_with_code; /* that were to get a code and have one */
  guint n_ended;     /* access that was to be extended and is over, or is being taken away */
} SparkBatchLeftOut;

/**
 * spark_batch_parts_new:
 * @ids: (element-type utf8): objects of any accounts
 *
 * Returns: (transfer full) (element-type SparkBatchPart): one for each account, in the order of
 *   the first of each
 */
GPtrArray *spark_batch_parts_new (GPtrArray *ids);

/* Puts them together, of those that are shown; what did not begin counts as failed, and what needs
 * no code as skipped. @total and the state of @sum are of all; it has no id and no problem. */
void spark_batch_parts_sum (GPtrArray *parts, SparkBatch *sum);

/* Which of them is that batch; NULL: none */
SparkBatchPart *spark_batch_parts_find (GPtrArray *parts, const char *batch_id);

/* Takes over how far @batch is, which is its own from now on. */
void spark_batch_part_take (SparkBatchPart *self, const SparkBatch *batch);

/* It is not to begin after all: what failed before, if anything, has failed still. */
void spark_batch_part_leave (SparkBatchPart *self);

/* How many there are of a state: FAILED or DONE */
guint spark_batch_part_count (const SparkBatchPart *self, SparkBatchRowState state);

/* How many of the rows that failed need nothing: they have a code already. 0 until all that failed
 * were looked at. */
guint spark_batch_part_count_with_code (const SparkBatchPart *self);

/* (element-type utf8) (nullable): the others that failed; NULL: all of them, as far as is known */
GPtrArray *spark_batch_part_get_again (const SparkBatchPart *self);

/* Whether the row is one of these. */
gboolean spark_batch_result_has_code (const SparkBatchResult *result);

/* What became of its rows of a state, of the first of them. */
void spark_batch_part_take_results (SparkBatchPart *self, SparkBatchRowState state,
                                    JsonArray *results);

/**
 * spark_batch_part_look_at_failed:
 * @results: of the rows behind @cursor, or with none of the first
 * @next: (nullable): where the next are
 *
 * Tells those that have a code from the others. @cursor is set where more are to be looked at.
 */
void spark_batch_part_look_at_failed (SparkBatchPart *self, JsonArray *results, const char *next);

/* Forgets what became of its rows. */
void spark_batch_part_clear_results (SparkBatchPart *self);

G_END_DECLS
