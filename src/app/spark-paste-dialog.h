/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-dialog.h"

G_BEGIN_DECLS

#define SPARK_TYPE_PASTE_DIALOG (spark_paste_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SparkPasteDialog, spark_paste_dialog, SPARK, PASTE_DIALOG, SparkDialog)

/* Adds a video by its link, which is taken from the clipboard when it holds one; or shows the video
 * when it is known. */
SparkPasteDialog *spark_paste_dialog_new (SparkWindow *window);

G_END_DECLS
