/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "model/spark-error.h"
#include "server/store/spark-database.h"
#include "spark-store-resources.h"

/* How long a commit of another process is waited for. */
#define BUSY_MS        10000
#define SCHEMA_VERSION 1
#define RESOURCES      RESOURCE_PATH "/store/"

struct _SparkDatabase
{
  sqlite3 *connection;
  GHashTable *statements; /* name → SparkStatement */
};

struct _SparkStatement
{
  SparkDatabase *database;
  sqlite3_stmt *stmt;
};

static pthread_once_t statements_once = PTHREAD_ONCE_INIT;
static GHashTable *statements_sql;

static void
load_statements (void)
{
  g_autoptr (GBytes) bytes
      = g_resource_lookup_data (spark_store_get_resource (), RESOURCES "statements.sql", 0, NULL);
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, NULL) : NULL;
  g_auto (GStrv) parts = NULL;

  g_assert (data != NULL);
  statements_sql = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  parts = g_strsplit (data, "-- name: ", -1);
  for (guint i = 1; parts[i] != NULL; i++)
    {
      const char *line_end = strchr (parts[i], '\n');

      g_assert (line_end != NULL);
      g_hash_table_insert (statements_sql, g_strndup (parts[i], line_end - parts[i]),
                           g_strdup (line_end + 1));
    }
}

/* The engine's own words go to the log, for the person who runs it; strangers get a sentence. */
static gboolean
fail (SparkDatabase *self, GError **error)
{
  int code = sqlite3_extended_errcode (self->connection);

  g_message ("database: %s (%d)", sqlite3_errstr (code), code);
  switch (code & 0xff)
    {
    case SQLITE_FULL:
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                   "The disk of the backend is full. Make room and try again.");
      break;
    case SQLITE_READONLY:
    case SQLITE_PERM:
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                   "The database of the backend cannot be written to.");
      break;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                   "The database of the backend is damaged. Restore it from a backup.");
      break;
    case SQLITE_BUSY:
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                   "The database is busy. Try again in a moment.");
      break;
    default:
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                   "The backend cannot reach its database. Try again in a moment.");
      break;
    }
  return FALSE;
}

static gboolean
exec (SparkDatabase *self, const char *sql, GError **error)
{
  return sqlite3_exec (self->connection, sql, NULL, NULL, NULL) == SQLITE_OK || fail (self, error);
}

static void
statement_free (gpointer data)
{
  SparkStatement *self = data;

  sqlite3_finalize (self->stmt);
  g_free (self);
}

SparkDatabase *
spark_database_open (const char *path, gboolean write, GError **error)
{
  g_autoptr (SparkDatabase) self = g_new0 (SparkDatabase, 1);
  int flags = write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;

  pthread_once (&statements_once, load_statements);
  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, statement_free);
  if (write)
    {
      int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

      if (fd < 0)
        {
          g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                       "The database %s cannot be opened: %s.", path, g_strerror (errno));
          return NULL;
        }
      close (fd);
    }
  if (sqlite3_open_v2 (path, &self->connection, flags | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK)
    {
      fail (self, error);
      return NULL;
    }
  sqlite3_extended_result_codes (self->connection, 1);
  sqlite3_busy_timeout (self->connection, BUSY_MS);
  if (write
      && !exec (self,
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                "PRAGMA wal_autocheckpoint = 0; PRAGMA secure_delete = ON;",
                error))
    return NULL;
  if (!exec (self, "PRAGMA cache_size = -16384; PRAGMA trusted_schema = OFF;", error))
    return NULL;
  return g_steal_pointer (&self);
}

void
spark_database_close (SparkDatabase *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->statements, g_hash_table_unref);
  sqlite3_close (self->connection);
  g_free (self);
}

static gint64
pragma_int (SparkDatabase *self, const char *sql)
{
  sqlite3_stmt *stmt = NULL;
  gint64 value = -1;

  if (sqlite3_prepare_v2 (self->connection, sql, -1, &stmt, NULL) == SQLITE_OK
      && sqlite3_step (stmt) == SQLITE_ROW)
    value = sqlite3_column_int64 (stmt, 0);
  sqlite3_finalize (stmt);
  return value;
}

gboolean
spark_database_migrate (SparkDatabase *self, GError **error)
{
  gint64 version;

  if (!exec (self, "BEGIN IMMEDIATE", error))
    return FALSE;
  version = pragma_int (self, "PRAGMA user_version");
  if (version > SCHEMA_VERSION)
    {
      spark_database_rollback (self);
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                   "The database was made by a newer Sparkbox. Update this one.");
      return FALSE;
    }
  for (gint64 next = version + 1; next <= SCHEMA_VERSION; next++)
    {
      g_autofree char *path = g_strdup_printf (RESOURCES "schema-%04d.sql", (int)next);
      g_autofree char *stamp = g_strdup_printf ("PRAGMA user_version = %d", (int)next);
      g_autoptr (GBytes) sql = g_resource_lookup_data (spark_store_get_resource (), path, 0, error);

      if (sql == NULL || !exec (self, g_bytes_get_data (sql, NULL), error)
          || !exec (self, stamp, error))
        {
          spark_database_rollback (self);
          return FALSE;
        }
    }
  return spark_database_commit (self, error);
}

gboolean
spark_database_begin (SparkDatabase *self, gboolean write, GError **error)
{
  return exec (self, write ? "BEGIN IMMEDIATE" : "BEGIN", error);
}

gboolean
spark_database_commit (SparkDatabase *self, GError **error)
{
  if (exec (self, "COMMIT", error))
    return TRUE;
  spark_database_rollback (self);
  return FALSE;
}

void
spark_database_rollback (SparkDatabase *self)
{
  /* An error such as a full disk may have ended the transaction already. */
  if (!sqlite3_get_autocommit (self->connection))
    sqlite3_exec (self->connection, "ROLLBACK", NULL, NULL, NULL);
}

gboolean
spark_database_savepoint (SparkDatabase *self, GError **error)
{
  return exec (self, "SAVEPOINT job", error);
}

gboolean
spark_database_release (SparkDatabase *self, GError **error)
{
  return exec (self, "RELEASE job", error);
}

void
spark_database_rollback_savepoint (SparkDatabase *self)
{
  sqlite3_exec (self->connection, "ROLLBACK TO job; RELEASE job", NULL, NULL, NULL);
}

void
spark_database_checkpoint (SparkDatabase *self)
{
  sqlite3_wal_checkpoint_v2 (self->connection, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
}

gint64
spark_database_version (SparkDatabase *self)
{
  return pragma_int (self, "PRAGMA data_version");
}

SparkStatement *
spark_database_statement (SparkDatabase *self, const char *name, GError **error)
{
  SparkStatement *statement = g_hash_table_lookup (self->statements, name);

  if (statement == NULL)
    {
      const char *sql = g_hash_table_lookup (statements_sql, name);
      sqlite3_stmt *stmt = NULL;

      if (sql == NULL)
        g_error ("there is no statement %s", name);
      if (sqlite3_prepare_v3 (self->connection, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL)
          != SQLITE_OK)
        {
          g_message ("statement %s: %s", name, sqlite3_errmsg (self->connection));
          fail (self, error);
          return NULL;
        }
      statement = g_new0 (SparkStatement, 1);
      statement->database = self;
      statement->stmt = stmt;
      g_hash_table_insert (self->statements, (gpointer)name, statement);
    }
  sqlite3_reset (statement->stmt);
  sqlite3_clear_bindings (statement->stmt);
  return statement;
}

void
spark_statement_bind_int (SparkStatement *self, int index, gint64 value)
{
  sqlite3_bind_int64 (self->stmt, index, value);
}

void
spark_statement_bind_text (SparkStatement *self, int index, const char *value)
{
  sqlite3_bind_text (self->stmt, index, value, -1, SQLITE_TRANSIENT);
}

void
spark_statement_bind_blob (SparkStatement *self, int index, const void *data, gsize length)
{
  sqlite3_bind_blob64 (self->stmt, index, data, length, SQLITE_TRANSIENT);
}

gboolean
spark_statement_step (SparkStatement *self, GError **error)
{
  int result = sqlite3_step (self->stmt);

  if (result == SQLITE_ROW)
    return TRUE;
  sqlite3_reset (self->stmt);
  if (result != SQLITE_DONE)
    fail (self->database, error);
  return FALSE;
}

void
spark_statement_reset (SparkStatement *self)
{
  sqlite3_reset (self->stmt);
}

gint64
spark_statement_int (SparkStatement *self, int column)
{
  return sqlite3_column_int64 (self->stmt, column);
}

const char *
spark_statement_text (SparkStatement *self, int column)
{
  return (const char *)sqlite3_column_text (self->stmt, column);
}

const void *
spark_statement_blob (SparkStatement *self, int column, gsize *length)
{
  const void *data = sqlite3_column_blob (self->stmt, column);

  *length = (gsize)sqlite3_column_bytes (self->stmt, column);
  return data;
}
