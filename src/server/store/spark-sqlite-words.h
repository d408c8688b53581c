/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* Gives statements has_words(TEXT, TEXT), which PostgreSQL has from its schema: whether a text, as
 * spark_fold_kept() gives it, has all words of a SparkSearch in it; NULL when either is. The result
 * is SQLite's. */
int spark_sqlite_words_add (sqlite3 *connection);

G_END_DECLS
