/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-batch-part.h"
#include "app/spark-window.h"

G_BEGIN_DECLS

/* What a row of a batch, or a batch, met. @nick: (nullable): of a SparkError */
const char *spark_batch_describe_problem (const char *nick);

/* What became of one object; whose it is, where @window shows several accounts. */
GtkWidget *spark_batch_row_new (SparkWindow *window, const SparkBatchResult *result);

/* That nothing of an account began: @part has the refusal. */
GtkWidget *spark_batch_row_new_refused (const SparkBatchPart *part);

G_END_DECLS
