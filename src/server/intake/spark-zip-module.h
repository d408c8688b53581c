/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gmodule.h>

#include "server/intake/spark-zip.h"

G_BEGIN_DECLS

/* What the module offers, as described in spark-zip.h. */
G_MODULE_EXPORT SparkZipEnd spark_zip_module_read (int fd, SparkZipWanted wanted,
                                                   SparkZipBlock block, gpointer data,
                                                   GError **error);

G_END_DECLS
