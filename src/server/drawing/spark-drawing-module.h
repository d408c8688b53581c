/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gmodule.h>

#include "server/record/spark-record.h"

G_BEGIN_DECLS

/* What the module offers, as described in spark-drawing.h. */
G_MODULE_EXPORT GBytes *spark_drawing_module_record (const SparkRecord *record, GError **error);
G_MODULE_EXPORT GBytes *spark_drawing_module_cover (const char *item_id, GError **error);
G_MODULE_EXPORT GBytes *spark_drawing_module_avatar (const char *account_id, GError **error);

G_END_DECLS
