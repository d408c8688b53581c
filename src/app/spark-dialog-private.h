/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-dialog.h"

G_BEGIN_DECLS

/* Shared by the files that implement SparkDialog. */

/* Of each POST that failed: its Idempotency-Key. (element-type utf8 utf8) */
GHashTable *spark_dialog_get_keys (SparkDialog *self);
/* After spark_dialog_stay(), unless it is busy with something else by now. */
void spark_dialog_end_stay (SparkDialog *self);

G_END_DECLS
