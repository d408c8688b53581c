/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-dialog.h"

G_BEGIN_DECLS

/**
 * spark_dialog_paste:
 * @entry: gets the clipboard's text without white space around it
 * @accept: (nullable): whether a text is meant for @entry; not asked for when it was typed into
 */
void spark_dialog_paste (SparkDialog *self, GtkEditable *entry, gboolean (*accept) (const char *));

G_END_DECLS
