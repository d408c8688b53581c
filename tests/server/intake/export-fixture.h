/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/intake/spark-import.h"

/* Whoever may do everything. */
extern const SparkImportTerms export_by_owner;

/* A file in memory, to be read from its beginning; close it. */
int export_file (const void *data, gsize length);
/* One of a thousand videos, whose ids begin with @prefix. */
int export_thousand (const char *prefix);
