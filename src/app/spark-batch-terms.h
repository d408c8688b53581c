/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "app/spark-window.h"

G_BEGIN_DECLS

#define SPARK_TYPE_BATCH_TERMS (spark_batch_terms_get_type ())
G_DECLARE_FINAL_TYPE (SparkBatchTerms, spark_batch_terms, SPARK, BATCH_TERMS, AdwBin)

/* On what terms an act on many is done, and what comes of it. */

/**
 * spark_batch_terms_set:
 * @act: SPARK_BATCH_ACT_GENERATE, _EXTEND or _REVOKE
 * @parts: (element-type SparkBatchPart): the objects of each account
 * @chosen: what is said of them
 *
 * Once, before it is shown.
 */
void spark_batch_terms_set (SparkBatchTerms *self, SparkWindow *window, SparkBatchAct act,
                            GPtrArray *parts, const char *chosen);
/* Instead of what is to be done with how many, and of what is said of them */
void spark_batch_terms_say (SparkBatchTerms *self, const char *intro, const char *chosen);
/* Gives the keyboard to what is to be chosen first. */
void spark_batch_terms_focus (SparkBatchTerms *self);
/* Where what keeps the act from being done is to be said; NULL: nothing does. @sentence: (out):
 * what
 */
GtkWidget *spark_batch_terms_find_obstacle (SparkBatchTerms *self, const char **sentence);
/* The days that are chosen now, whether or not the act asks for any; 0: there are none to choose.
 */
guint spark_batch_terms_get_days (SparkBatchTerms *self);
/* Notes them as those that were chosen last. */
void spark_batch_terms_remember (SparkBatchTerms *self, SparkReplica *replica);
/* Tells anew what is told by the day. */
void spark_batch_terms_turn_day (SparkBatchTerms *self);

/* What is asked of the backend for @ids: (element-type utf8): of one account. (transfer full) */
GBytes *spark_batch_terms_write (SparkBatchTerms *self, GPtrArray *ids);

G_END_DECLS
