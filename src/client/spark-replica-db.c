/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-replica"

#include "config.h"

#include <string.h>

#include "client/spark-replica-db.h"
#include "model/spark-error.h"
#include "spark-client-resources.h"

/* The writer and the reader never wait for each other; another process only at a checkpoint. */
#define BUSY_MS    5000
#define STATEMENTS RESOURCE_PATH "/client/spark-replica-statements.sql"

static gpointer
load_statements (gpointer data)
{
  g_autoptr (GBytes) bytes
      = g_resource_lookup_data (spark_client_get_resource (), STATEMENTS, 0, NULL);
  GHashTable *statements = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) parts = NULL;

  g_assert (bytes != NULL);
  parts = g_strsplit (g_bytes_get_data (bytes, NULL), "-- name: ", -1);
  for (guint i = 1; parts[i] != NULL; i++)
    {
      const char *line_end = strchr (parts[i], '\n');

      g_assert (line_end != NULL);
      g_hash_table_insert (statements, g_strndup (parts[i], line_end - parts[i]),
                           g_strdup (line_end + 1));
    }
  return statements;
}

static GHashTable *
all_statements (void)
{
  static GOnce once = G_ONCE_INIT;

  return g_once (&once, load_statements, NULL);
}

gboolean
spark_db_fail (SparkDb *self, GError **error)
{
  int code = sqlite3_errcode (self->connection);
  int exact = sqlite3_extended_errcode (self->connection);

  g_debug ("replica: %s", sqlite3_errmsg (self->connection));
  if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB || exact == SQLITE_IOERR_READ
      || exact == SQLITE_IOERR_CORRUPTFS)
    {
      self->damaged = TRUE;
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_REPLICA,
                   "The copy on this computer is damaged. Start Sparkbox again to load a new one.");
    }
  else if (code == SQLITE_FULL)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_REPLICA,
                 "The disk of this computer is full. Make room and try again.");
  else
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_REPLICA,
                 "The copy on this computer cannot be read or written (%s).",
                 sqlite3_errstr (code));
  return FALSE;
}

gboolean
spark_db_exec (SparkDb *self, const char *sql, GError **error)
{
  return sqlite3_exec (self->connection, sql, NULL, NULL, NULL) == SQLITE_OK
         || spark_db_fail (self, error);
}

static int
on_wal_cb (void *data, sqlite3 *connection, const char *name, int pages)
{
  ((SparkDb *)data)->wal_pages = pages;
  return SQLITE_OK;
}

static void
finalize_statement (gpointer data)
{
  sqlite3_finalize (data);
}

SparkDb *
spark_db_open (const char *path, gboolean *damaged, GError **error)
{
  g_autoptr (SparkDb) self = g_new0 (SparkDb, 1);

  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, finalize_statement);
  if (sqlite3_open_v2 (path, &self->connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL)
      != SQLITE_OK)
    {
      spark_db_fail (self, error);
      return NULL;
    }
  sqlite3_busy_timeout (self->connection, BUSY_MS);
  /* The hook takes the place of automatic checkpoints. */
  sqlite3_wal_hook (self->connection, on_wal_cb, self);
  if (!spark_db_exec (self,
                      "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
                      "PRAGMA cache_size = -2048; PRAGMA trusted_schema = OFF;",
                      error))
    {
      if (damaged != NULL)
        *damaged = self->damaged;
      return NULL;
    }
  return g_steal_pointer (&self);
}

void
spark_db_close (SparkDb *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->statements, g_hash_table_unref);
  sqlite3_close_v2 (self->connection);
  g_free (self);
}

static sqlite3_stmt *
prepare (SparkDb *self, const char *name, guint flags, GError **error)
{
  const char *sql = g_hash_table_lookup (all_statements (), name);
  sqlite3_stmt *stmt = NULL;

  if (sql == NULL)
    g_error ("there is no statement %s", name);
  if (sqlite3_prepare_v3 (self->connection, sql, -1, flags, &stmt, NULL) != SQLITE_OK)
    spark_db_fail (self, error);
  return stmt;
}

sqlite3_stmt *
spark_db_prepare (SparkDb *self, const char *name, GError **error)
{
  return prepare (self, name, 0, error);
}

sqlite3_stmt *
spark_db_statement (SparkDb *self, const char *name, GError **error)
{
  sqlite3_stmt *stmt = g_hash_table_lookup (self->statements, name);

  if (stmt != NULL)
    {
      sqlite3_reset (stmt);
      sqlite3_clear_bindings (stmt);
      return stmt;
    }
  stmt = prepare (self, name, SQLITE_PREPARE_PERSISTENT, error);
  if (stmt != NULL)
    g_hash_table_insert (self->statements, (gpointer)name, stmt);
  return stmt;
}

gboolean
spark_db_step (SparkDb *self, sqlite3_stmt *stmt, GError **error)
{
  int result = sqlite3_step (stmt);

  if (result == SQLITE_ROW)
    return TRUE;
  if (result != SQLITE_DONE)
    spark_db_fail (self, error);
  sqlite3_reset (stmt);
  return FALSE;
}

gboolean
spark_db_run (SparkDb *self, sqlite3_stmt *stmt, GError **error)
{
  int result = sqlite3_step (stmt);
  gboolean ok = result == SQLITE_DONE || result == SQLITE_ROW || spark_db_fail (self, error);

  sqlite3_reset (stmt);
  return ok;
}

void
spark_db_bind_text (sqlite3_stmt *stmt, int index, const char *text)
{
  sqlite3_bind_text (stmt, index, text, -1, SQLITE_TRANSIENT);
}

char *
spark_db_dup_text (sqlite3_stmt *stmt, int column)
{
  return g_strdup ((const char *)sqlite3_column_text (stmt, column));
}

GVariant *
spark_db_dup_body (sqlite3_stmt *stmt, int column, const GVariantType *type)
{
  const void *data = sqlite3_column_blob (stmt, column);
  g_autoptr (GBytes) bytes = g_bytes_new (data, (gsize)sqlite3_column_bytes (stmt, column));

  return g_variant_ref_sink (g_variant_new_from_bytes (type, bytes, FALSE));
}
