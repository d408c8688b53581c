/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-dialog.h"

G_BEGIN_DECLS

#define SPARK_TYPE_BRAND_DIALOG (spark_brand_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SparkBrandDialog, spark_brand_dialog, SPARK, BRAND_DIALOG, SparkDialog)

/* "Who used it?": notes a brand that uses a video, or says whose a grant without a name is; or "For
 * whom?": copies a code for a brand, also offline. */

SparkBrandDialog *spark_brand_dialog_new_note (SparkWindow *window, SparkVideoItem *video);
SparkBrandDialog *spark_brand_dialog_new_attribute (SparkWindow *window, SparkGrantItem *grant);
/* @code: with its string */
SparkBrandDialog *spark_brand_dialog_new_copy (SparkWindow *window, SparkVideoItem *video,
                                               SparkCodeItem *code);

G_END_DECLS
