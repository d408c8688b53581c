/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "client/spark-attention-list.h"

G_BEGIN_DECLS

#define SPARK_TYPE_ATTENTION_ROW (spark_attention_row_get_type ())
G_DECLARE_FINAL_TYPE (SparkAttentionRow, spark_attention_row, SPARK, ATTENTION_ROW, AdwBin)

/* One thing that needs attention: what it is, which video, and the acts that settle it. */
SparkAttentionRow *spark_attention_row_new (void);
/* @item: (nullable): NULL empties the row for its next use */
void spark_attention_row_set_item (SparkAttentionRow *self, SparkAttentionItem *item);
/* (transfer none): what holds its buttons */
GtkWidget *spark_attention_row_get_acts (SparkAttentionRow *self);

G_END_DECLS
