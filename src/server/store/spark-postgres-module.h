/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gmodule.h>

#include "server/store/spark-engine.h"

G_BEGIN_DECLS

/* What the module offers. @texts: (static): the program's, the same each time. Thread-safe. */
G_MODULE_EXPORT const SparkEngine *spark_postgres_module_engine (const SparkEngineTexts *texts);

G_END_DECLS
