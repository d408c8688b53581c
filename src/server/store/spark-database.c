/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <gio/gio.h>
#include <pthread.h>
#include <string.h>

#include "model/spark-error.h"
#include "server/module/spark-module.h"
#include "server/store/spark-engine.h"
#include "server/store/spark-postgres-module.h"
#include "spark-store-resources.h"

#define RESOURCES RESOURCE_PATH "/store/"

typedef struct
{
  const char *prefix;
  gboolean is_file; /* of SQLite; else a server of PostgreSQL */
} Scheme;

static const Scheme schemes[] = {
  { "sqlite:", TRUE },
  { "postgresql://", FALSE },
  { "postgres://", FALSE },
};

/* --- SQL --- */

static pthread_once_t sql_once = PTHREAD_ONCE_INIT;
static GHashTable *shared_sql;
static GHashTable *sqlite_sql;
static GHashTable *postgres_sql;

static const char *
resource (const char *file)
{
  g_autofree char *path = g_strconcat (RESOURCES, file, NULL);
  g_autoptr (GBytes) bytes = g_resource_lookup_data (spark_store_get_resource (), path, 0, NULL);

  /* The text is part of the program: it outlives its GBytes, and ends with a NUL. */
  return bytes != NULL ? g_bytes_get_data (bytes, NULL) : NULL;
}

static GHashTable *
parse_statements (const char *file)
{
  const char *text = resource (file);
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_auto (GStrv) parts = NULL;

  g_assert (text != NULL);
  parts = g_strsplit (text, "-- name: ", -1);
  for (guint i = 1; parts[i] != NULL; i++)
    {
      const char *line_end = strchr (parts[i], '\n');

      g_assert (line_end != NULL);
      g_hash_table_insert (table, g_strndup (parts[i], line_end - parts[i]),
                           g_strdup (line_end + 1));
    }
  return table;
}

static void
load_sql (void)
{
  shared_sql = parse_statements ("statements.sql");
  sqlite_sql = parse_statements ("statements-sqlite.sql");
  postgres_sql = parse_statements ("statements-postgres.sql");
}

static GHashTable *
own_sql (const SparkEngine *engine)
{
  pthread_once (&sql_once, load_sql);
  return engine == &spark_engine_sqlite ? sqlite_sql : postgres_sql;
}

static const char *
find_sql (const SparkEngine *engine, const char *name)
{
  const char *sql = g_hash_table_lookup (own_sql (engine), name);

  if (sql == NULL)
    sql = g_hash_table_lookup (shared_sql, name);
  if (sql == NULL)
    g_error ("there is no statement %s", name);
  return sql;
}

static const char *
find_schema (const SparkEngine *engine, gint64 version)
{
  g_autofree char *file = g_strdup_printf ("schema-%s-%04d.sql", engine->dialect, (int)version);

  return resource (file);
}

const SparkEngineTexts spark_engine_texts = { find_sql, find_schema };

gboolean
spark_database_prepare_all (SparkDatabase *self, GError **error)
{
  GHashTable *tables[] = { shared_sql, own_sql (self->engine) };
  GHashTableIter iter;
  gpointer name, sql;

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      g_hash_table_iter_init (&iter, tables[i]);
      while (g_hash_table_iter_next (&iter, &name, &sql))
        if (!self->engine->prepare (self, name, sql, error))
          {
            g_prefix_error (error, "%s: ", (const char *)name);
            return FALSE;
          }
    }
  return TRUE;
}

/* --- connections --- */

static const Scheme *
find_scheme (const char *url)
{
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_str_has_prefix (url, schemes[i].prefix) && url[strlen (schemes[i].prefix)] != '\0')
      return &schemes[i];
  return NULL;
}

gboolean
spark_database_knows (const char *url)
{
  return find_scheme (url) != NULL;
}

const char *
spark_database_path (const char *url)
{
  for (gsize i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (schemes[i].is_file && g_str_has_prefix (url, schemes[i].prefix))
      return url + strlen (schemes[i].prefix);
  return NULL;
}

static const SparkEngine *
find_engine (const Scheme *scheme, GError **error)
{
  __typeof__ (&spark_postgres_module_engine) get;

  if (scheme->is_file)
    return &spark_engine_sqlite;
  get = spark_module_find ("postgres", "spark_postgres_module_engine", error);
  return get != NULL ? get (&spark_engine_texts) : NULL;
}

SparkDatabase *
spark_database_open (const char *url, gboolean write, GError **error)
{
  const Scheme *scheme = find_scheme (url);
  const SparkEngine *engine;

  g_return_val_if_fail (scheme != NULL, NULL);
  engine = find_engine (scheme, error);
  if (engine == NULL)
    return NULL;
  own_sql (engine);
  return engine->open (url, write, error);
}

void
spark_database_close (SparkDatabase *self)
{
  if (self != NULL)
    self->engine->close (self);
}

gboolean
spark_database_migrate (SparkDatabase *self, GError **error)
{
  return self->engine->migrate (self, error);
}

gboolean
spark_database_backup (SparkDatabase *self, const char *path, GError **error)
{
  return self->engine->backup (self, path, error);
}

gboolean
spark_database_inspect (SparkDatabase *self, void (*problem) (const char *words, gpointer data),
                        gpointer data, GError **error)
{
  return self->engine->inspect (self, problem, data, error);
}

gboolean
spark_database_begin (SparkDatabase *self, gboolean write, GError **error)
{
  return self->engine->begin (self, write, error);
}

gboolean
spark_database_can_send_commit (SparkDatabase *self)
{
  return self->engine->send_commit != NULL;
}

void
spark_database_send_commit (SparkDatabase *self)
{
  self->engine->send_commit (self);
}

gboolean
spark_database_commit (SparkDatabase *self, GError **error)
{
  return self->engine->commit (self, error);
}

void
spark_database_rollback (SparkDatabase *self)
{
  self->engine->rollback (self);
}

guint64
spark_database_state (SparkDatabase *self)
{
  return self->engine->state != NULL ? self->engine->state (self) : 0;
}

guint
spark_database_session (SparkDatabase *self)
{
  return self->engine->session != NULL ? self->engine->session (self) : 0;
}

gboolean
spark_database_keep (SparkDatabase *self)
{
  return self->engine->keep != NULL && self->engine->keep (self);
}

SparkFailure
spark_database_failure (SparkDatabase *self)
{
  return self->engine->failure != NULL ? self->engine->failure (self) : SPARK_FAILURE_FINAL;
}

gboolean
spark_database_job_begin (SparkDatabase *self, GError **error)
{
  return self->engine->job_begin (self, error);
}

SparkJobEnd
spark_database_job_end (SparkDatabase *self, gboolean ok, GError **error)
{
  return self->engine->job_end (self, ok, error);
}

gboolean
spark_database_fetch (SparkDatabase *self, gboolean *again, GError **error)
{
  *again = FALSE;
  return self->engine->fetch == NULL || self->engine->fetch (self, again, error);
}

void
spark_database_jobs_end (SparkDatabase *self)
{
  if (self->engine->jobs_end != NULL)
    self->engine->jobs_end (self);
}

gboolean
spark_database_has_checkpoints (SparkDatabase *self)
{
  return self->engine->checkpoint != NULL;
}

void
spark_database_checkpoint (SparkDatabase *self)
{
  if (self->engine->checkpoint != NULL)
    self->engine->checkpoint (self);
}

gint64
spark_database_log_pages (SparkDatabase *self)
{
  return self->engine->log_pages != NULL ? self->engine->log_pages (self) : 0;
}

gint64
spark_database_version (SparkDatabase *self)
{
  return self->engine->version (self);
}

gboolean
spark_database_can_listen (SparkDatabase *self)
{
  return self->engine->listen != NULL;
}

gboolean
spark_database_notify (SparkDatabase *self, const char *node, const gint64 *accounts,
                       gsize n_accounts, GError **error)
{
  return self->engine->notify == NULL
         || self->engine->notify (self, node, accounts, n_accounts, error);
}

gboolean
spark_database_listen (SparkDatabase *self, const char *node, const SparkDatabaseListener *listener,
                       GError **error)
{
  return self->engine->listen (self, node, listener, error);
}

void
spark_database_stop_listening (SparkDatabase *self)
{
  self->engine->stop_listening (self);
}

void
spark_database_talk (SparkDatabase *self)
{
  if (self != NULL && self->engine->talk != NULL)
    self->engine->talk (self);
}

/* --- statements --- */

SparkStatement *
spark_database_statement (SparkDatabase *self, const char *name, GError **error)
{
  return self->engine->statement (self, name, error);
}

void
spark_statement_bind_int (SparkStatement *self, int index, gint64 value)
{
  self->engine->bind_int (self, index, value);
}

void
spark_statement_bind_text (SparkStatement *self, int index, const char *value)
{
  self->engine->bind_text (self, index, value);
}

void
spark_statement_bind_blob (SparkStatement *self, int index, const void *data, gsize length)
{
  self->engine->bind_blob (self, index, data, length);
}

gboolean
spark_statement_step (SparkStatement *self, GError **error)
{
  return self->engine->step (self, error);
}

gboolean
spark_database_can_expect (SparkDatabase *self)
{
  return self->engine->expect != NULL;
}

void
spark_statement_expect (SparkStatement *self)
{
  self->engine->expect (self);
}

void
spark_statement_reset (SparkStatement *self)
{
  self->engine->reset (self);
}

gint64
spark_statement_int (SparkStatement *self, int column)
{
  return self->engine->get_int (self, column);
}

const char *
spark_statement_text (SparkStatement *self, int column)
{
  return self->engine->get_text (self, column);
}

const void *
spark_statement_blob (SparkStatement *self, int column, gsize *length)
{
  return self->engine->get_blob (self, column, length);
}
