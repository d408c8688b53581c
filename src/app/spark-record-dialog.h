/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-dialog.h"

G_BEGIN_DECLS

#define SPARK_TYPE_RECORD_DIALOG (spark_record_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SparkRecordDialog, spark_record_dialog, SPARK, RECORD_DIALOG, SparkDialog)

/* Asks what an access record is to be about, lets the backend make it, and saves it with its
 * signature. @account: (nullable): NULL: one of all is chosen there; @brand: (nullable): of
 * @account; NULL: of the whole account */
SparkRecordDialog *spark_record_dialog_new (SparkWindow *window, const SparkAccount *account,
                                            SparkBrandItem *brand);
/* Of one access of its @brand, or of nobody that is known (NULL); others of the brand can be chosen
 * instead. */
SparkRecordDialog *spark_record_dialog_new_of_grant (SparkWindow *window,
                                                     const SparkAccount *account,
                                                     SparkBrandItem *brand, SparkGrantItem *grant);

G_END_DECLS
