/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-code-compare.h"
#include "model/spark-objects.h"

G_BEGIN_DECLS

/* What is said about a code that does not work for a brand. Never a code, nor a part of one. */

/* What is wrong with what the brand has: a sentence for the creator, without a full stop. */
const char *spark_code_difference_title (const SparkCodeDifference *difference);
/* What to make of it, "" if nothing more; (transfer full) */
char *spark_code_difference_detail (const SparkCodeDifference *difference);

/**
 * spark_code_reply:
 * @code: (nullable): the video's code
 * @difference: (nullable): between it and what the brand has, as far as that was compared
 * @other: (nullable): what the brand has instead, if that is known: a phrase for a sentence
 *
 * Returns: (transfer full): a message to the brand about the first thing that stands in the way;
 * when nothing does, what to check on their side
 */
char *spark_code_reply (const SparkVideo *video, const SparkCode *code,
                        const SparkCodeDifference *difference, const char *other);

G_END_DECLS
