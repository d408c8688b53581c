/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-dialog.h"

G_BEGIN_DECLS

#define SPARK_TYPE_IMPORT_DIALOG (spark_import_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SparkImportDialog, spark_import_dialog, SPARK, IMPORT_DIALOG, SparkDialog)

/* Says where to ask for TikTok's own data export, sends the file and shows how far it is. */
SparkImportDialog *spark_import_dialog_new (SparkWindow *window);
/* What choosing @file does. */
void spark_import_dialog_import (SparkImportDialog *self, GFile *file);

G_END_DECLS
