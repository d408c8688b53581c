/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-intake"

#include "config.h"

#include "server/intake/spark-zip-module.h"
#include "server/intake/spark-zip.h"
#include "server/module/spark-module.h"

SparkZipEnd
spark_zip_read (int fd, SparkZipWanted wanted, SparkZipBlock block, gpointer data, GError **error)
{
  __typeof__ (&spark_zip_module_read) run
      = spark_module_find ("zip", "spark_zip_module_read", error);

  return run != NULL ? run (fd, wanted, block, data, error) : SPARK_ZIP_FAILED;
}
