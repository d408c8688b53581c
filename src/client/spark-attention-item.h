/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-attention-list.h"

G_BEGIN_DECLS

/* All (transfer full) (nullable). */
SparkAttentionItem *spark_attention_item_new (SparkAttention reason, SparkVideoItem *video,
                                              SparkGrantItem *grant, SparkCodeItem *code,
                                              SparkEventItem *event, SparkLinkItem *link);

G_END_DECLS
