/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "server/store/spark-sqlite-index.h"

/* SQLite maps the index in pieces of this size. */
#define PIECE (32 * 1024)
/* In the head: the format's version, a word whose first byte is set once all of it is, and the
 * pages in the log. */
#define VERSION         3007000
#define WORD_OF_VERSION 0
#define WORD_OF_READY   3
#define WORD_OF_PAGES   4
/* The head is there twice. Behind both: how many pages have been copied. */
#define HEAD_WORDS       12
#define WORD_OF_BACKFILL 24

/* A log as long as this is to be copied and begun anew, which nobody may be in the way of. */
#define LONG_LOG_PAGES 10000

G_STATIC_ASSERT (SPARK_SQLITE_INDEX_WORDS == HEAD_WORDS + 1);

gboolean
spark_sqlite_index_find (SparkSqliteIndex *self, sqlite3 *connection)
{
  sqlite3_file *file = NULL;
  volatile void *piece = NULL;

  if (self->shared == NULL
      && sqlite3_file_control (connection, "main", SQLITE_FCNTL_FILE_POINTER, &file) == SQLITE_OK
      && file != NULL && file->pMethods != NULL && file->pMethods->iVersion >= 2
      && file->pMethods->xShmMap != NULL
      && file->pMethods->xShmMap (file, 0, PIECE, 0, &piece) == SQLITE_OK)
    self->shared = piece;
  return self->shared != NULL;
}

/* What is read from the database afterwards is at least as new. */
static guint32
word (const SparkSqliteIndex *self, gsize i)
{
  return __atomic_load_n (&self->shared[i < HEAD_WORDS ? i : WORD_OF_BACKFILL], __ATOMIC_ACQUIRE);
}

gboolean
spark_sqlite_index_note (SparkSqliteIndex *self)
{
  if (self->shared == NULL)
    return FALSE;
  for (gsize i = 0; i < SPARK_SQLITE_INDEX_WORDS; i++)
    self->seen[i] = word (self, i);
  return self->seen[WORD_OF_VERSION] == VERSION && *(const guint8 *)&self->seen[WORD_OF_READY] != 0
         && (self->seen[WORD_OF_PAGES] < LONG_LOG_PAGES
             || self->seen[WORD_OF_PAGES] == self->seen[HEAD_WORDS]);
}

gboolean
spark_sqlite_index_is_same (const SparkSqliteIndex *self)
{
  if (self->shared == NULL)
    return FALSE;
  for (gsize i = 0; i < SPARK_SQLITE_INDEX_WORDS; i++)
    if (self->seen[i] != word (self, i))
      return FALSE;
  return TRUE;
}
