/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-dialog.h"

G_BEGIN_DECLS

#define SPARK_TYPE_BRAND_EDIT_DIALOG (spark_brand_edit_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SparkBrandEditDialog, spark_brand_edit_dialog, SPARK, BRAND_EDIT_DIALOG,
                      SparkDialog)

/* Changes a brand's name, deal and notes. */
SparkBrandEditDialog *spark_brand_edit_dialog_new (SparkWindow *window, SparkBrandItem *brand);

G_END_DECLS
