/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-drawing"

#include "config.h"

#include "server/drawing/spark-drawing-module.h"
#include "server/drawing/spark-drawing.h"
#include "server/module/spark-module.h"

GBytes *
spark_drawing_record (const SparkRecord *record, GError **error)
{
  __typeof__ (&spark_drawing_module_record) draw
      = spark_module_find ("drawing", "spark_drawing_module_record", error);

  return draw != NULL ? draw (record, error) : NULL;
}

GBytes *
spark_drawing_cover (const char *item_id, GError **error)
{
  __typeof__ (&spark_drawing_module_cover) draw
      = spark_module_find ("drawing", "spark_drawing_module_cover", error);

  return draw != NULL ? draw (item_id, error) : NULL;
}

GBytes *
spark_drawing_avatar (const char *account_id, GError **error)
{
  __typeof__ (&spark_drawing_module_avatar) draw
      = spark_module_find ("drawing", "spark_drawing_module_avatar", error);

  return draw != NULL ? draw (account_id, error) : NULL;
}
