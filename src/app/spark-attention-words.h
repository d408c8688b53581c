/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-attention-list.h"
#include "client/spark-replica.h"

G_BEGIN_DECLS

/* What is said of a thing that needs attention. All (transfer full), and never a code. */

/* What happened or is about to, in one or two whole sentences. @replica: (nullable): tells of what
 * platform it is */
char *spark_attention_describe (SparkAttentionItem *item, SparkReplica *replica);
/* When, how often, why; "" if nothing is known */
char *spark_attention_describe_detail (SparkAttentionItem *item);
/* The caption of the video it is about, "" if that is not known */
char *spark_attention_describe_video (SparkAttentionItem *item);
/* (transfer none) (nullable): of what it is about, whatever there is of that */
const char *spark_attention_get_id (SparkAttentionItem *item);
/* (transfer none) (nullable): to whom the code was given that someone unknown used */
const SparkRef *spark_attention_get_guess (SparkAttentionItem *item);
/* A symbolic icon */
const char *spark_attention_get_icon_name (SparkAttention reason);

G_END_DECLS
