/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-batch-facts.h"
#include "app/spark-batch-part.h"
#include "app/spark-window.h"

G_BEGIN_DECLS

/* What is said of an act on many. All (transfer full). */

/* What is to be done, in a sentence, in the words of what is chosen: videos or access.
 * @parts: (element-type SparkBatchPart) */
char *spark_batch_describe_act (SparkWindow *window, SparkBatchAct act, GPtrArray *parts);

/* What a brand can no longer do without the access in @ids: (element-type utf8): of its account */
char *spark_batch_describe_brand (SparkWindow *window, const SparkBrand *brand, GPtrArray *ids);

/**
 * spark_batch_describe_chosen:
 * @parts: (element-type SparkBatchPart): the objects of each account
 *
 * Returns: whose they are, where they are of several, and how many are not among them, in whole
 *   sentences; "": nothing of that
 */
char *spark_batch_describe_chosen (GPtrArray *parts, const SparkBatchLeftOut *left_out);

/* What comes of it, in whole sentences; where Sparkbox does it in some accounts and only notes it
 * in others, for each of these. @parts: (element-type SparkBatchPart). @facts: as far as they are
 * known */
char *spark_batch_describe_consequence (SparkWindow *window, SparkBatchAct act, GPtrArray *parts,
                                        const SparkBatchFacts *facts);

/* When the codes end after @days more; (nullable): nothing is known of any */
char *spark_batch_describe_ends (const SparkBatchFacts *facts, guint days);

/* Who else has access for longer then, in a sentence; (nullable): nobody */
char *spark_batch_describe_others (const SparkBatchFacts *facts);

/* What a revoke can do in the first account that is not connected; (nullable): all are */
char *spark_batch_describe_disconnected (SparkWindow *window, GPtrArray *parts);

/* How far it is: "12 done, 2 failed". @sum: see spark_batch_parts_sum() */
char *spark_batch_describe_progress (const SparkBatch *sum);

/* Why those came to an end that did not come to theirs, a line each; "": none did. */
char *spark_batch_describe_failures (GPtrArray *parts);

G_END_DECLS
