/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-dialog.h"

G_BEGIN_DECLS

#define SPARK_TYPE_CODE_HELP_DIALOG (spark_code_help_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SparkCodeHelpDialog, spark_code_help_dialog, SPARK, CODE_HELP_DIALOG,
                      SparkDialog)

/* "Code Not Working?": what Sparkbox sees about this code and video first, then what to ask the
 * brand. */
SparkCodeHelpDialog *spark_code_help_dialog_new (SparkWindow *window, SparkVideoItem *video);

/* Whether the video has a code, or had one that a brand may still try. */
gboolean spark_code_help_is_wanted (SparkReplica *replica, const SparkVideo *video);

G_END_DECLS
