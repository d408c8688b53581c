/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <string.h>

#include "model/spark-error.h"
#include "server/store/spark-postgres.h"

/* A server that was not there is not asked again sooner, so that requests fail at once meanwhile;
 * except when another connection has found it since. */
#define RETRY_CONNECT_US (500 * 1000)
/* The least that libpq takes for connect_timeout. */
#define SILENT_CONNECT_US (2 * G_USEC_PER_SEC - 100 * 1000)

void
spark_pg_disconnect (SparkPg *self)
{
  spark_pg_drop (self);
  self->hung = FALSE;
  spark_pg_ahead_forget (self);
  if (self->batch != NULL)
    spark_pg_batch_forget (self->batch);
  g_hash_table_remove_all (self->called);
  g_hash_table_remove_all (self->statements);
}

gboolean
spark_pg_succeeded (const PGresult *result)
{
  ExecStatusType status = PQresultStatus (result);

  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

gboolean
spark_pg_exec (SparkPg *self, const char *sql, GError **error)
{
  PGresult *result = spark_pg_ask (self, sql);
  gboolean ok = spark_pg_succeeded (result);

  if (!ok)
    spark_pg_fail (self, result, error);
  PQclear (result);
  return ok;
}

/*
 * What a session needs whatever the server's own settings: nothing waits for ever, a node that
 * vanishes frees its locks, an answer means that it is on disk, and statements use the indexes that
 * were made for them, in their order, also while the tables are still small: a plan made then is
 * used until the tables are counted.
 */
static const char session[]
    = "SET statement_timeout = '10s'; SET idle_in_transaction_session_timeout = '15s';"
      "SET jit = off; SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off;"
      "SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_bitmapscan = off;"
      "SET client_min_messages = warning;"
      "SELECT set_config('synchronous_commit', 'on', false)"
      " WHERE current_setting('synchronous_commit') = 'off'";

/*
 * Whoever runs the server may end a COMMIT's wait for a standby that must have it: it is then done
 * here, and said to be, but with a warning. Its words may be of any language, its code is that of
 * all warnings: it is known by where it comes from.
 */
static void
on_notice (void *data, const PGresult *notice)
{
  SparkPg *self = data;
  const char *severity = PQresultErrorField (notice, PG_DIAG_SEVERITY_NONLOCALIZED);
  const char *state = PQresultErrorField (notice, PG_DIAG_SQLSTATE);
  const char *message = PQresultErrorField (notice, PG_DIAG_MESSAGE_PRIMARY);
  const char *source = PQresultErrorField (notice, PG_DIAG_SOURCE_FILE);

  if (g_strcmp0 (severity, "WARNING") != 0)
    return;
  g_message ("database: %s (%s)", message != NULL ? message : "", state != NULL ? state : "");
  self->doubted |= self->committing && (source == NULL || strcmp (source, "syncrep.c") == 0);
}

/* Where there is no place for all of Unicode, what people write would fail one day. */
static gboolean
check_encoding (SparkPg *self, GError **error)
{
  const char *encoding = PQparameterStatus (self->connection, "server_encoding");

  if (g_strcmp0 (encoding, "UTF8") == 0)
    return TRUE;
  g_set_error (
      error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
      "The database keeps text as %s, and must keep it as UTF8. Make another with: createdb "
      "-E UTF8 -T template0 NAME",
      encoding != NULL ? encoding : "something unknown");
  spark_pg_disconnect (self);
  return FALSE;
}

/* A server that was promoted counts on from the one in whose place it is. @timeline: (out): 0: it
 * does not tell */
static gboolean
find_timeline (SparkPg *self, guint *timeline)
{
  PGresult *result
      = spark_pg_ask (self, "SELECT substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)");

  *timeline = spark_pg_succeeded (result)
                  ? (guint)MIN (g_ascii_strtoull (PQgetvalue (result, 0, 0), NULL, 16), G_MAXUINT)
                  : 0;
  PQclear (result);
  return PQstatus (self->connection) == CONNECTION_OK;
}

/* A primary that hung, or was cut off, and comes back still takes what is written to it. */
static gboolean
check_place (SparkPg *self, guint timeline, GError **error)
{
  if (spark_pg_found (self, timeline))
    return TRUE;
  g_message ("database: %s came back after another was promoted in its place; it is not used",
             PQhost (self->connection));
  spark_pg_disconnect (self);
  return spark_pg_unreachable (error);
}

/* A password with an @ or a / as it stands ends in another part, which libpq then names. */
static gboolean
is_whole (const PQconninfoOption *options)
{
  for (; options->keyword != NULL; options++)
    if (options->val == NULL)
      continue;
    else if (g_str_equal (options->keyword, "port")
                 ? options->val[strspn (options->val, "0123456789,")] != '\0'
                 : (g_str_equal (options->keyword, "host")
                    || g_str_equal (options->keyword, "dbname"))
                       && strchr (options->val, '@') != NULL)
      return FALSE;
  return TRUE;
}

/* An address that is none: what libpq says of it holds part of it, which may be the password. */
static gboolean
check_url (SparkPg *self, GError **error)
{
  char *reason = NULL;
  PQconninfoOption *options = PQconninfoParse (self->url, &reason);
  gboolean ok = options != NULL && is_whole (options);

  PQfreemem (reason);
  PQconninfoFree (options);
  if (ok)
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
               "The address of the database cannot be read. It is "
               "postgresql://ROLE@HOST:PORT/DATABASE?NAME=VALUE, with %%XX for what is special in "
               "a part of it, such as the password.");
  return FALSE;
}

/* libpq's words, which have a line or two for each host; they may name the host and the role, never
 * the password. (transfer full) */
static char *
why_not (SparkPg *self)
{
  g_autofree char *words = g_utf8_make_valid (PQerrorMessage (self->connection), -1);
  g_auto (GStrv) parts = g_strsplit_set (words, "\n\t\r ", -1);
  g_autoptr (GString) line = g_string_new (NULL);

  for (char **part = parts; *part != NULL; part++)
    if (**part != '\0')
      g_string_append_printf (line, line->len > 0 ? " %s" : "%s", *part);
  return g_string_free (g_steal_pointer (&line), FALSE);
}

/* Whoever starts this sees why; strangers, whom a server answers, do not. */
static gboolean
fail (SparkPg *self, gboolean begins, GError **error)
{
  g_autofree char *why = why_not (self);

  spark_pg_disconnect (self);
  if (error != NULL && *error != NULL)
    return FALSE;
  if (!begins)
    {
      g_message ("database: %s", why);
      return spark_pg_unreachable (error);
    }
  g_set_error (
      error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
      "The database cannot be used: %s. See that its server runs and that --database names "
      "a host, a role and a database that it has and lets in (createuser, createdb, "
      "pg_hba.conf).",
      why);
  return FALSE;
}

gboolean
spark_pg_connect (SparkPg *self, gboolean begins, GError **error)
{
  /* The URL comes last: what it says goes before these. */
  static const char *const keywords[] = { "fallback_application_name",
                                          "client_encoding",
                                          "connect_timeout",
                                          "target_session_attrs",
                                          "keepalives_idle",
                                          "keepalives_interval",
                                          "keepalives_count",
                                          "tcp_user_timeout",
                                          "dbname",
                                          NULL };
  const char *const values[]
      = { "sparkboxd", "UTF8", "3", "read-write", "10", "3", "3", "10000", self->url, NULL };
  gint64 now = g_get_monotonic_time ();
  guint timeline;

  spark_pg_disconnect (self);
  if (!check_url (self, error))
    return FALSE;
  if (self->last_try != 0 && now - self->last_try < RETRY_CONNECT_US
      && self->last_try > spark_pg_found_at ())
    return spark_pg_unreachable (error);
  if (!begins && !self->listens && spark_pg_is_silent ())
    return spark_pg_unreachable (error);
  self->last_try = now;
  self->connection = PQconnectdbParams (keywords, values, 1);
  if (self->connection != NULL)
    {
      PQsetNoticeReceiver (self->connection, on_notice, self);
      /* What a writer sends may be long, and is sent with less work where that may wait. */
      PQsetnonblocking (self->connection, !self->write);
    }
  if (PQstatus (self->connection) == CONNECTION_OK && !check_encoding (self, error))
    return FALSE;
  if (PQstatus (self->connection) == CONNECTION_OK && spark_pg_exec (self, session, error)
      && (self->write
          || spark_pg_exec (self,
                            "SET default_transaction_isolation = 'repeatable read';"
                            "SET default_transaction_read_only = on",
                            error))
      && find_timeline (self, &timeline))
    {
      if (!check_place (self, timeline, error))
        return FALSE;
      self->last_try = 0;
      self->stale = FALSE;
      self->n_sessions++;
      return TRUE;
    }
  /* What is not there, or lets nobody in, says so sooner. */
  if (g_get_monotonic_time () - now > SILENT_CONNECT_US)
    spark_pg_found_silent (now);
  return fail (self, begins, error);
}
