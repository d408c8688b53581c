/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-dialog.h"

G_BEGIN_DECLS

#define SPARK_TYPE_JOIN_DIALOG (spark_join_dialog_get_type ())
G_DECLARE_FINAL_TYPE (SparkJoinDialog, spark_join_dialog, SPARK, JOIN_DIALOG, SparkDialog)

/* Joins a server with an invitation; afterwards the window shows that server's accounts. */
SparkJoinDialog *spark_join_dialog_new (SparkWindow *window);

G_END_DECLS
