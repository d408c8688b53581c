/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include "model/spark-error.h"
#include "server/store/spark-postgres.h"

/*
 * A large table takes the time that it takes, read as a whole. A lock is waited for no longer than
 * otherwise: whoever comes after waits behind it. Whoever is ended in the midst does not leave the
 * server at work; servers that cannot tell on their system refuse to be asked to.
 */
static const char unhurried[] = "SET LOCAL statement_timeout = 0; SET LOCAL lock_timeout = '10s';"
                                "SET LOCAL enable_seqscan = on; SET LOCAL enable_hashjoin = on;"
                                "SET LOCAL enable_mergejoin = on; SET LOCAL enable_bitmapscan = on;"
                                "SELECT set_config('client_connection_check_interval', '10s', true)"
                                " WHERE version() LIKE '%linux%'";

static gint64
read_int (SparkPg *self, const char *sql)
{
  PGresult *result = spark_pg_ask (self, sql);
  gint64 value = PQresultStatus (result) == PGRES_TUPLES_OK && PQntuples (result) > 0
                     ? g_ascii_strtoll (PQgetvalue (result, 0, 0), NULL, 10)
                     : -1;

  PQclear (result);
  return value;
}

static gboolean
alter_from (SparkPg *self, gint64 version, GError **error)
{
  const char *sql;

  for (gint64 next = version + 1; (sql = spark_pg_schema (next)) != NULL; next++)
    {
      g_autofree char *stamp
          = g_strdup_printf ("UPDATE schema_version SET version = %d", (int)next);

      if (!spark_pg_exec (self, sql, error) || !spark_pg_exec (self, stamp, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
migrate_from (SparkPg *self, gint64 version, GError **error)
{
  gboolean ok;

  if (spark_pg_schema (version + 1) == NULL)
    return TRUE;
  if (!spark_pg_exec (self, unhurried, error))
    return FALSE;
  /* Tables are altered. */
  self->patience_us = G_MAXINT64;
  ok = alter_from (self, version, error);
  self->patience_us = 0;
  return ok;
}

gboolean
spark_pg_migrate (SparkDatabase *database, GError **error)
{
  SparkPg *self = (SparkPg *)database;
  gint64 version;
  gboolean ok;

  if (!spark_engine_postgres.begin (database, TRUE, error) || !spark_pg_ensure_begun (self, error))
    return FALSE;
  if (spark_pg_exec (self, spark_pg_sql ("exclude_others"), error)
      && spark_pg_exec (
          self,
          "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL);"
          "INSERT INTO schema_version SELECT 0 WHERE NOT EXISTS (SELECT FROM schema_version)",
          error))
    {
      version = read_int (self, "SELECT version FROM schema_version");
      if (version > 0 && spark_pg_schema (version) == NULL)
        g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                     "The database was made by a newer Sparkbox. Update this one.");
      else if (migrate_from (self, version, error))
        {
          self->updating = version > 0 && spark_pg_schema (version + 1) != NULL;
          ok = spark_engine_postgres.commit (database, error);
          self->updating = FALSE;
          return ok;
        }
    }
  spark_engine_postgres.rollback (database);
  return FALSE;
}
