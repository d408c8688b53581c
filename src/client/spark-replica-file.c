/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-replica"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "client/spark-replica-bodies.h"
#include "client/spark-replica-db.h"
#include "client/spark-replica-secret.h"
#include "client/spark-touched.h"
#include "model/spark-error.h"
#include "spark-client-resources.h"

#define SCHEMA RESOURCE_PATH "/client/spark-replica-schema.sql"
/* What the key is checked with. */
#define KEY_CHECK "key"

typedef enum
{
  FILE_GOOD,
  FILE_NEW,
  FILE_OTHER, /* another layout, or another key */
  FILE_DAMAGED,
  FILE_CLOSED, /* for now: a full disk, another program that has it locked */
} FileState;

static const char *
schema (void)
{
  static GBytes *bytes;

  if (g_once_init_enter (&bytes))
    {
      GBytes *found = g_resource_lookup_data (spark_client_get_resource (), SCHEMA, 0, NULL);

      g_assert (found != NULL);
      g_once_init_leave (&bytes, found);
    }
  return g_bytes_get_data (bytes, NULL);
}

/* The layout's own text is its version, that of the rows and that of what is packed in them: any
 * change of it makes the copy anew. */
static int
layout (void)
{
  guint hash = g_str_hash (schema ());

  for (guint kind = 0; kind < SPARK_N_KINDS; kind++)
    hash = hash * 33 + g_variant_type_hash (spark_body_type ((SparkKind)kind));
  return (int)(hash & 0x7fffffff) | 1;
}

static gboolean
get_int (SparkDb *db, const char *sql, gint64 *value, GError **error)
{
  sqlite3_stmt *stmt = NULL;
  gboolean ok = sqlite3_prepare_v2 (db->connection, sql, -1, &stmt, NULL) == SQLITE_OK
                && sqlite3_step (stmt) == SQLITE_ROW;

  if (ok)
    *value = sqlite3_column_int64 (stmt, 0);
  else
    spark_db_fail (db, error);
  sqlite3_finalize (stmt);
  return ok;
}

/* A file cut short (a full disk, a crash of the computer); with a log, its size says nothing. */
static gboolean
is_cut_short (SparkDb *db, const char *path)
{
  g_autofree char *log = g_strconcat (path, "-wal", NULL);
  gint64 pages, page_size;
  GStatBuf file, wal;

  if (g_stat (path, &file) != 0 || (g_stat (log, &wal) == 0 && wal.st_size > 0))
    return FALSE;
  return !get_int (db, "PRAGMA page_count", &pages, NULL)
         || !get_int (db, "PRAGMA page_size", &page_size, NULL)
         || file.st_size < pages * page_size;
}

/* A file without any key has no codes; with another key, none that can be read. */
static gboolean
has_key (SparkDb *db, GBytes *key)
{
  sqlite3_stmt *stmt = spark_db_statement (db, "meta_get", NULL);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  gboolean ok = FALSE;

  if (stmt == NULL)
    return FALSE;
  if (key == NULL)
    return TRUE;
  spark_db_bind_text (stmt, 1, "key");
  if (sqlite3_step (stmt) == SQLITE_ROW)
    ok = spark_secret_open (key, KEY_CHECK, sqlite3_column_blob (stmt, 0),
                            (gsize)sqlite3_column_bytes (stmt, 0), &first, &second);
  sqlite3_reset (stmt);
  return ok;
}

/* @error: with FILE_CLOSED, why */
static FileState
look_at (SparkDb *db, const char *path, GBytes *key, GError **error)
{
  gint64 version, tables, rows;

  if (!get_int (db, "PRAGMA user_version", &version, error)
      || !get_int (db, "SELECT count(*) FROM sqlite_schema", &tables, error))
    return db->damaged ? FILE_DAMAGED : FILE_CLOSED;
  if (is_cut_short (db, path))
    return FILE_DAMAGED;
  if (version == 0 && tables == 0)
    return FILE_NEW;
  if (version != layout ())
    return FILE_OTHER;
  if (!get_int (db, "SELECT count(*) FROM meta", &rows, error))
    return db->damaged ? FILE_DAMAGED : FILE_CLOSED;
  return has_key (db, key) ? FILE_GOOD : FILE_OTHER;
}

static gboolean
make (SparkDb *db, GBytes *key, GError **error)
{
  g_autofree char *stamp = g_strdup_printf ("PRAGMA user_version = %d", layout ());
  sqlite3_stmt *stmt;
  gboolean ok;

  ok = spark_db_exec (db, "BEGIN IMMEDIATE", error) && spark_db_exec (db, schema (), error)
       && spark_db_exec (db, stamp, error);
  if (ok && key != NULL)
    {
      g_autoptr (GBytes) check = spark_secret_seal (key, KEY_CHECK, NULL, NULL);
      gsize length;
      const void *data = g_bytes_get_data (check, &length);

      stmt = spark_db_statement (db, "meta_set", error);
      ok = stmt != NULL;
      if (ok)
        {
          spark_db_bind_text (stmt, 1, "key");
          sqlite3_bind_blob64 (stmt, 2, data, length, SQLITE_TRANSIENT);
          ok = spark_db_run (db, stmt, error);
        }
    }
  if (ok && spark_db_exec (db, "COMMIT", error))
    return TRUE;
  sqlite3_exec (db->connection, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}

static const char *const suffixes[] = { "", "-wal", "-shm" };

static void
move_all (const char *from, const char *to)
{
  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *old = g_strconcat (from, suffixes[i], NULL);
      g_autofree char *new = g_strconcat (to, suffixes[i], NULL);

      if (g_rename (old, new) != 0)
        g_unlink (new);
    }
}

/* What was chosen on this computer outlives the copy, as far as it can still be read. */
static gboolean
salvage (SparkDb *db, const char *aside, GError **error)
{
  static const char *const chosen[] = {
    "INSERT OR IGNORE INTO main.settings SELECT name, value FROM aside.settings",
    "INSERT OR IGNORE INTO main.outbox SELECT id, path, body, key FROM aside.outbox",
    "INSERT OR IGNORE INTO main.dismissed SELECT id FROM aside.dismissed",
  };
  char *attach = sqlite3_mprintf ("ATTACH %Q AS aside", aside);
  gboolean ok = TRUE;

  if (sqlite3_exec (db->connection, attach, NULL, NULL, NULL) == SQLITE_OK)
    {
      for (guint i = 0; ok && i < G_N_ELEMENTS (chosen); i++)
        if (sqlite3_exec (db->connection, chosen[i], NULL, NULL, NULL) == SQLITE_FULL)
          ok = spark_db_fail (db, error);
      sqlite3_exec (db->connection, "DETACH aside", NULL, NULL, NULL);
    }
  sqlite3_free (attach);
  return ok;
}

static gboolean
create (const char *path, GError **error)
{
  int fd = g_open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);

  if (fd < 0)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_REPLICA, "%s cannot be written: %s.", path,
                   g_strerror (errno));
      return FALSE;
    }
  fchmod (fd, 0600);
  close (fd);
  return TRUE;
}

static SparkDb *
make_anew (const char *path, GBytes *key, FileState state, GError **error)
{
  g_autofree char *aside = g_strconcat (path, state == FILE_DAMAGED ? ".damaged" : ".old", NULL);
  g_autoptr (SparkDb) db = NULL;

  g_info ("%s is made anew", path);
  move_all (path, aside);
  if (!create (path, error) || (db = spark_db_open (path, NULL, error)) == NULL
      || !make (db, key, error) || !salvage (db, aside, error))
    {
      g_clear_pointer (&db, spark_db_close);
      move_all (aside, path);
      return NULL;
    }
  for (guint i = 0; state != FILE_DAMAGED && i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *old = g_strconcat (aside, suffixes[i], NULL);

      g_unlink (old);
    }
  return g_steal_pointer (&db);
}

SparkDb *
spark_db_open_replica (const char *path, GBytes *key, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (SparkDb) db = NULL;
  g_autoptr (GError) closed = NULL;
  gboolean damaged = FALSE;
  FileState state;

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_REPLICA, "%s cannot be made: %s.", folder,
                   g_strerror (errno));
      return NULL;
    }
  if (!create (path, error))
    return NULL;
  db = spark_db_open (path, &damaged, &closed);
  if (db != NULL)
    state = look_at (db, path, key, &closed);
  else
    state = damaged ? FILE_DAMAGED : FILE_CLOSED;
  switch (state)
    {
    case FILE_GOOD:
      return g_steal_pointer (&db);
    case FILE_NEW:
      return make (db, key, error) ? g_steal_pointer (&db) : NULL;
    case FILE_CLOSED:
      g_propagate_error (error, g_steal_pointer (&closed));
      return NULL;
    case FILE_OTHER:
    case FILE_DAMAGED:
    default:
      g_clear_pointer (&db, spark_db_close);
      return make_anew (path, key, state, error);
    }
}

SparkDb *
spark_db_look_at_replica (const char *path, GBytes *key, GError **error)
{
  g_autoptr (SparkDb) db = NULL;

  if (g_file_test (path, G_FILE_TEST_EXISTS))
    db = spark_db_open (path, NULL, NULL);
  if (db == NULL || look_at (db, path, key, NULL) != FILE_GOOD
      || !spark_db_exec (db, "PRAGMA query_only = ON; BEGIN", NULL))
    {
      g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_REPLICA,
                           "There is no copy on this computer.");
      return NULL;
    }
  return g_steal_pointer (&db);
}

void
spark_db_renew (const char *path, GBytes *key)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SparkDb) db = make_anew (path, key, FILE_DAMAGED, &error);

  if (db == NULL)
    g_message ("A damaged copy could not be made anew: %s", error->message);
}

void
spark_db_delete (const char *path)
{
  static const char *const names[] = { "", ".damaged", ".old" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    for (guint j = 0; j < G_N_ELEMENTS (suffixes); j++)
      {
        g_autofree char *file = g_strconcat (path, names[i], suffixes[j], NULL);

        g_unlink (file);
      }
}
