/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-dialog.h"
#include "client/spark-export.h"

G_BEGIN_DECLS

#define SPARK_TYPE_EXPORT_DIALOG (spark_export_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SparkExportDialog, spark_export_dialog, SPARK, EXPORT_DIALOG, SparkDialog)

/* Asks for the form and the file of an export, writes it and says where it is; of one made while the
 * backend cannot be asked, also what may be missing. Nothing is exported before all has been loaded
 * once. Closing the dialog cancels it. */

/**
 * spark_export_dialog_new:
 * @account_name: (nullable): NULL: all accounts
 * @shown: (nullable): the videos as they are filtered now; NULL: they are not
 */
SparkExportDialog *spark_export_dialog_new (SparkWindow *window, const char *account_name,
                                            SparkVideoList *shown);
/* Of what was selected instead: @ids of videos or grants. */
void spark_export_dialog_set_ids (SparkExportDialog *self, SparkKind kind, const char *const *ids);
/* Writes it, as if this file had been chosen. */
void spark_export_dialog_export (SparkExportDialog *self, GFile *file);

G_END_DECLS
