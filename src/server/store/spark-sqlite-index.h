/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* The head of the index, and how much of the log has been copied into the file. */
#define SPARK_SQLITE_INDEX_WORDS 13

/*
 * What all that have a database open share about its write-ahead log, in memory ("WAL-index", a
 * part of SQLite's file format). SQLite itself looks there for whether anybody, in any process, has
 * committed; but it does so only at the beginning of a transaction, for which it takes a lock from
 * the system, which costs as much as reading a row or two.
 */
typedef struct
{
  volatile guint32 *shared; /* NULL: not found yet */
  guint32 seen[SPARK_SQLITE_INDEX_WORDS];
} SparkSqliteIndex;

/* Finds it, for a connection that is reading; FALSE: not to be had. Valid until it is closed. */
gboolean spark_sqlite_index_find (SparkSqliteIndex *self, sqlite3 *connection);
/* Notes how it is. FALSE: it was not found, or is not understood; or so much of the log waits to be
 * copied that nobody may hold on to it. */
gboolean spark_sqlite_index_note (SparkSqliteIndex *self);
/* Since then nobody has committed, and no checkpoint has copied any more. */
gboolean spark_sqlite_index_is_same (const SparkSqliteIndex *self);

G_END_DECLS
