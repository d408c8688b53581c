/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-dialog.h"

G_BEGIN_DECLS

#define SPARK_TYPE_ADD_CODE_DIALOG (spark_add_code_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SparkAddCodeDialog, spark_add_code_dialog, SPARK, ADD_CODE_DIALOG,
                      SparkDialog)

/* Takes down the code that was made in the TikTok app, for a video of a tracked account. */
SparkAddCodeDialog *spark_add_code_dialog_new (SparkWindow *window, SparkVideoItem *video);

G_END_DECLS
