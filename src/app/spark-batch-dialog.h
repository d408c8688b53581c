/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-batch-part.h"
#include "app/spark-dialog.h"

G_BEGIN_DECLS

#define SPARK_TYPE_BATCH_DIALOG (spark_batch_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SparkBatchDialog, spark_batch_dialog, SPARK, BATCH_DIALOG, SparkDialog)

#define SPARK_BATCH_MAX 5000

/*
 * One act on many: first its terms, then how far it is and what failed, which can be tried again.
 * Those of several accounts are a batch for each. The backend goes on with what has begun when the
 * dialog or the window is closed; where the dialog was, its window says in a toast how that ended.
 */

/**
 * spark_batch_dialog_new:
 * @act: SPARK_BATCH_ACT_GENERATE (of videos), _EXTEND (of videos or grants) or _REVOKE (of grants)
 * @ids: (element-type utf8): 1 to SPARK_BATCH_MAX objects, of any accounts
 * @left_out: how many more were meant
 */
SparkBatchDialog *spark_batch_dialog_new (SparkWindow *window, SparkBatchAct act, GPtrArray *ids,
                                          const SparkBatchLeftOut *left_out);

/* To revoke all that a brand has. @ids: (element-type utf8): 1 to SPARK_BATCH_MAX of its grants */
SparkBatchDialog *spark_batch_dialog_new_of_brand (SparkWindow *window, const SparkBrand *brand,
                                                   GPtrArray *ids);

G_END_DECLS
