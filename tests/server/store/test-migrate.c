/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <libpq-fe.h>
#include <string.h>

#include "model/spark-error.h"
#include "server/module/spark-module.h"
#include "server/store/spark-database.h"
#include "server/store/spark-postgres-module.h"

/* The engine of PostgreSQL, with one migration more than there is. */

/* Longer than a statement may take otherwise. */
static const char slow[] = "SELECT pg_sleep(10.5); CREATE TABLE migrated (n BIGINT)";
/* As for a standby that must have it. */
static const char slow_to_commit[]
    = "CREATE TABLE migrated (n BIGINT);"
      "CREATE FUNCTION linger() RETURNS trigger LANGUAGE plpgsql AS"
      " 'BEGIN PERFORM pg_sleep(12.5); RETURN NULL; END';"
      "CREATE CONSTRAINT TRIGGER lingering AFTER INSERT ON migrated DEFERRABLE INITIALLY DEFERRED"
      " FOR EACH ROW EXECUTE FUNCTION linger();"
      "INSERT INTO migrated VALUES (1)";
static const char of_large[] = "ALTER TABLE meta ADD COLUMN migrated BIGINT";

static const char *migration;

static const char *
find_schema (const SparkEngine *engine, gint64 version)
{
  return version == 2 ? migration : spark_engine_texts.schema (engine, version);
}

typedef struct
{
  PGconn *server;
  const SparkEngine *engine;
  SparkDatabase *database;
} Fixture;

static void
run_on_server (Fixture *self, const char *sql)
{
  PGresult *result = PQexec (self->server, sql);

  g_assert_cmpstr (PQresultErrorMessage (result), ==, "");
  PQclear (result);
}

static char *
ask_server (Fixture *self, const char *sql)
{
  PGresult *result = PQexec (self->server, sql);
  char *value;

  g_assert_cmpint (PQntuples (result), ==, 1);
  value = g_strdup (PQgetvalue (result, 0, 0));
  PQclear (result);
  return value;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  static SparkEngineTexts texts;
  g_autofree char *url
      = g_strconcat (g_getenv ("SPARKBOX_TEST_DATABASE"), "&options=-csearch_path%3Dmigrate", NULL);
  __typeof__ (&spark_postgres_module_engine) get;
  g_autoptr (GError) error = NULL;

  texts = (SparkEngineTexts){ spark_engine_texts.sql, find_schema };
  get = spark_module_find ("postgres", "spark_postgres_module_engine", &error);
  g_assert_no_error (error);
  self->engine = get (&texts);
  self->server = PQconnectdb (url);
  run_on_server (self, "SET client_min_messages = error;"
                       "DROP SCHEMA IF EXISTS migrate CASCADE; CREATE SCHEMA migrate");
  self->database = self->engine->open (url, TRUE, &error);
  g_assert_no_error (error);
  migration = NULL;
  g_assert_true (self->engine->migrate (self->database, &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  self->engine->close (self->database);
  PQfinish (self->server);
}

/* @data: the migration */
static void
test_takes_its_time (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *version = NULL;
  g_autofree char *migrated = NULL;

  migration = data;
  self->engine->migrate (self->database, &error);
  g_assert_no_error (error);
  version = ask_server (self, "SELECT version FROM schema_version");
  g_assert_cmpstr (version, ==, "2");
  migrated = ask_server (self, "SELECT count(*) FROM migrated");
  g_assert_cmpstr (migrated, ==, data == slow ? "0" : "1");
}

/* Who waits for a table that somebody reads keeps all others from it. */
static void
test_waits_no_longer_than_others (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *version = NULL;

  migration = of_large;
  run_on_server (self, "BEGIN; SELECT count(*) FROM meta");
  g_assert_false (self->engine->migrate (self->database, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "busy"));
  g_clear_error (&error);
  run_on_server (self, "COMMIT");
  version = ask_server (self, "SELECT version FROM schema_version");
  g_assert_cmpstr (version, ==, "1");
  g_assert_true (self->engine->migrate (self->database, &error));
  g_assert_no_error (error);
}

/* Where some of what people write has no place. */
static void
test_other_encoding (Fixture *self, gconstpointer data)
{
  g_autofree char *url = g_strconcat (g_getenv ("SPARKBOX_TEST_DATABASE"), "&dbname=latin", NULL);
  g_autoptr (GError) error = NULL;

  run_on_server (self, "CREATE DATABASE latin ENCODING LATIN1 LOCALE 'C' TEMPLATE template0");
  g_assert_null (self->engine->open (url, TRUE, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "LATIN1"));
  g_assert_nonnull (strstr (error->message, "createdb -E UTF8"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/migrate/takes-its-time", Fixture, slow, set_up, test_takes_its_time, tear_down);
  g_test_add ("/migrate/commits-as-long", Fixture, slow_to_commit, set_up, test_takes_its_time,
              tear_down);
  g_test_add ("/migrate/waits-no-longer-than-others", Fixture, NULL, set_up,
              test_waits_no_longer_than_others, tear_down);
  g_test_add ("/migrate/other-encoding", Fixture, NULL, set_up, test_other_encoding, tear_down);
  return g_test_run ();
}
