/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "model/spark-error.h"
#include "server/store/spark-postgres-module.h"
#include "server/store/spark-postgres.h"

/* It sets how long what follows it in its transaction may take. */
#define CHECK_BEGIN "check_begin"
#define CHECK_US    (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

/* NULL: the module was not asked for yet */
static const SparkEngineTexts *engine_texts;

/* Written again by whoever opens a connection, so read as carefully. */
static const SparkEngineTexts *
get_texts (void)
{
  return g_atomic_pointer_get (&engine_texts);
}

const char *
spark_pg_sql (const char *name)
{
  return get_texts ()->sql (&spark_engine_postgres, name);
}

const char *
spark_pg_schema (gint64 version)
{
  return get_texts ()->schema (&spark_engine_postgres, version);
}

/* --- connections --- */

void
spark_pg_value_clear (SparkPgValue *value)
{
  g_clear_pointer (&value->data, g_free);
}

gboolean
spark_pg_values_equal (const SparkPgValue *a, const SparkPgValue *b, int n_values)
{
  for (int i = 0; i < n_values; i++)
    if (a[i].type != b[i].type || a[i].length != b[i].length || a[i].number != b[i].number
        || (a[i].length > 0 && a[i].data != NULL
            && memcmp (a[i].data, b[i].data, (gsize)a[i].length) != 0))
      return FALSE;
  return TRUE;
}

static void
clear_values (SparkPgStatement *self)
{
  for (int i = 0; i < self->n_values; i++)
    spark_pg_value_clear (&self->values[i]);
  self->n_values = 0;
}

static void
statement_free (gpointer data)
{
  SparkPgStatement *self = data;

  clear_values (self);
  if (!self->shared)
    PQclear (self->result);
  spark_pg_query_clear (&self->query);
  g_free (self);
}

static void
database_close (SparkDatabase *database)
{
  SparkPg *self = (SparkPg *)database;

  g_clear_pointer (&self->batch, spark_pg_batch_free);
  spark_pg_disconnect (self);
  g_hash_table_unref (self->called);
  g_hash_table_unref (self->statements);
  g_ptr_array_unref (self->ahead);
  close (self->wake_fd);
  g_free (self->url);
  g_free (self);
}

static SparkDatabase *
database_open (const char *url, gboolean write, GError **error)
{
  SparkPg *self = g_new0 (SparkPg, 1);

  self->parent.engine = &spark_engine_postgres;
  self->url = g_strdup (url);
  self->write = write;
  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, statement_free);
  self->called = g_hash_table_new (NULL, NULL);
  self->ahead = g_ptr_array_new ();
  self->wake_fd = eventfd (0, EFD_CLOEXEC);
  if (write)
    self->batch = spark_pg_batch_new (self);
  if (spark_pg_connect (self, write, error))
    return &self->parent;
  database_close (&self->parent);
  return NULL;
}

/* --- transactions --- */

/* Whether the last COMMIT still has no answer. Another connection would only wait for the same:
 * each would hold one of the server's, of which readers need some. Not where another server has been
 * promoted: this one may never answer. */
static gboolean
is_hung (SparkPg *self)
{
  if (!self->hung
      || (!spark_pg_is_left (self) && PQconsumeInput (self->connection)
          && PQisBusy (self->connection)))
    return self->hung;
  self->hung = FALSE;
  self->n_unknown++;
  return FALSE;
}

/* What this connection committed itself without knowing it. */
static gint64
version (SparkDatabase *database)
{
  SparkPg *self = (SparkPg *)database;

  is_hung (self);
  return self->n_unknown;
}

static guint
session (SparkDatabase *database)
{
  return ((SparkPg *)database)->n_sessions;
}

/* A connection that was lost since it was used last is known by its end being there to read, behind
 * what the server said last. */
static gboolean
is_alive (SparkPg *self)
{
  struct pollfd fd = { .fd = PQsocket (self->connection), .events = POLLIN };

  while (PQstatus (self->connection) == CONNECTION_OK && poll (&fd, 1, 0) > 0)
    if (!PQconsumeInput (self->connection))
      return FALSE;
  return PQstatus (self->connection) == CONNECTION_OK;
}

static gboolean
begin (SparkDatabase *database, gboolean write, GError **error)
{
  SparkPg *self = (SparkPg *)database;

  self->failure = SPARK_FAILURE_NONE;
  self->doubted = FALSE;
  self->patience_us = 0;
  if (self->committing)
    {
      /* Behind what was sent. */
      self->begin_due = TRUE;
      spark_pg_batch_begin (self->batch);
      return TRUE;
    }
  if (is_hung (self))
    {
      self->failure = SPARK_FAILURE_FINAL;
      return spark_pg_unreachable (error);
    }
  if ((self->stale || spark_pg_is_doubted (self) || !is_alive (self))
      && !spark_pg_connect (self, FALSE, error))
    {
      self->failure = SPARK_FAILURE_AGAIN;
      return FALSE;
    }
  self->begin_due = TRUE;
  spark_pg_ahead_forget (self);
  if (self->batch != NULL)
    spark_pg_batch_begin (self->batch);
  return TRUE;
}

gboolean
spark_pg_ensure_begun (SparkPg *self, GError **error)
{
  gboolean due = self->begin_due;

  self->begin_due = FALSE;
  return !due || spark_pg_exec (self, "BEGIN", error);
}

static void
rollback (SparkDatabase *database)
{
  SparkPg *self = (SparkPg *)database;

  if (self->begin_due)
    self->begin_due = FALSE; /* nothing was sent */
  else if (self->connection == NULL)
    self->stale = TRUE; /* gone with it */
  else if (PQpipelineStatus (self->connection) != PQ_PIPELINE_OFF)
    self->stale = TRUE;
  else if (self->batch == NULL && PQtransactionStatus (self->connection) == PQTRANS_INTRANS)
    {
      /* A reader has no use for the answer: it is taken before the next statement. */
      if (!PQsendQuery (self->connection, "ROLLBACK"))
        self->stale = TRUE;
    }
  else if (PQtransactionStatus (self->connection) != PQTRANS_IDLE)
    spark_pg_exec (self, "ROLLBACK", NULL);
}

static void
send_commit (SparkDatabase *database)
{
  spark_pg_batch_send_commit (((SparkPg *)database)->batch);
}

static gboolean
commit (SparkDatabase *database, GError **error)
{
  SparkPg *self = (SparkPg *)database;

  if (spark_pg_batch_commit (self->batch, error))
    return TRUE;
  self->begin_due = FALSE; /* that of the next is gone as well */
  rollback (database);
  return FALSE;
}

static SparkFailure
failure (SparkDatabase *database)
{
  return ((SparkPg *)database)->failure;
}

static gboolean
job_begin (SparkDatabase *database, GError **error)
{
  spark_pg_batch_job_begin (((SparkPg *)database)->batch);
  return TRUE;
}

static SparkJobEnd
job_end (SparkDatabase *database, gboolean ok, GError **error)
{
  return spark_pg_batch_job_end (((SparkPg *)database)->batch, ok, error);
}

static gboolean
fetch (SparkDatabase *database, gboolean *again, GError **error)
{
  return spark_pg_batch_fetch (((SparkPg *)database)->batch, again, error);
}

static void
jobs_end (SparkDatabase *database)
{
  spark_pg_batch_jobs_end (((SparkPg *)database)->batch);
}

/* --- statements --- */

/* ?1 is $1 to the server. */
static char *
translate (const char *sql)
{
  return g_strdelimit (g_strdup (sql), "?", '$');
}

/* Without values to tell: a parameter whose type the server cannot guess is a number. */
static gboolean
prepare (SparkDatabase *database, const char *name, const char *sql, GError **error)
{
  SparkPg *self = (SparkPg *)database;
  g_autofree char *translated = translate (sql);
  Oid types[SPARK_PG_MAX_VALUES] = { 0 };
  int n_types = 0;

  for (int tries = 0; tries < SPARK_PG_MAX_VALUES; tries++)
    {
      PGresult *result = spark_pg_prepare (self, "", translated, n_types, types);
      const char *state = PQresultErrorField (result, PG_DIAG_SQLSTATE);
      const char *message = PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY);
      const char *dollar = message != NULL ? strchr (message, '$') : NULL;
      int parameter = dollar != NULL ? atoi (dollar + 1) : 0;

      if (spark_pg_succeeded (result))
        {
          PQclear (result);
          return TRUE;
        }
      if (g_strcmp0 (state, "42P08") != 0 || parameter < 1 || parameter > SPARK_PG_MAX_VALUES)
        {
          spark_pg_fail (self, result, error);
          PQclear (result);
          return FALSE;
        }
      types[parameter - 1] = SPARK_PG_INT8;
      n_types = MAX (n_types, parameter);
      PQclear (result);
    }
  return spark_pg_unreachable (error);
}

static void
reset (SparkStatement *statement)
{
  SparkPgStatement *self = (SparkPgStatement *)statement;

  if (!self->shared)
    PQclear (self->result);
  self->result = NULL;
  self->shared = FALSE;
  self->row = 0;
  self->end = 0;
}

static SparkPgStatement *
find_statement (SparkPg *self, const char *name)
{
  SparkPgStatement *found = g_hash_table_lookup (self->statements, name);

  if (found == NULL)
    {
      found = g_new0 (SparkPgStatement, 1);
      found->parent.engine = &spark_engine_postgres;
      found->database = self;
      found->query.name = name;
      found->query.sql = translate (spark_pg_sql (name));
      g_hash_table_insert (self->statements, (gpointer)name, found);
    }
  g_hash_table_insert (self->called, (gpointer)name, found);
  return found;
}

static SparkStatement *
statement (SparkDatabase *database, const char *name, GError **error)
{
  SparkPg *self = (SparkPg *)database;
  SparkPgStatement *found = g_hash_table_lookup (self->called, name);

  if (found == NULL)
    found = find_statement (self, name);
  reset (&found->parent);
  clear_values (found);
  return &found->parent;
}

static SparkPgValue *
next_value (SparkStatement *statement, int index, Oid type)
{
  SparkPgStatement *self = (SparkPgStatement *)statement;
  SparkPgValue *value;

  g_assert (index >= 1 && index <= SPARK_PG_MAX_VALUES);
  value = &self->values[index - 1];
  g_free (value->data);
  *value = (SparkPgValue){ .type = type };
  self->n_values = MAX (self->n_values, index);
  return value;
}

static void
bind_int (SparkStatement *self, int index, gint64 number)
{
  SparkPgValue *value = next_value (self, index, SPARK_PG_INT8);

  value->number = GUINT64_TO_BE ((guint64)number);
  value->length = sizeof value->number;
}

static void
bind_text (SparkStatement *self, int index, const char *text)
{
  SparkPgValue *value = next_value (self, index, SPARK_PG_TEXT);

  value->data = g_strdup (text);
  value->length = text != NULL ? (int)strlen (text) : -1;
}

static void
bind_blob (SparkStatement *self, int index, const void *data, gsize length)
{
  SparkPgValue *value = next_value (self, index, SPARK_PG_BYTEA);

  /* Never NULL: an empty one is not an absent one. */
  value->data = g_memdup2 (length > 0 ? data : "", MAX (length, 1));
  value->length = (int)length;
}

void
spark_pg_describe (const SparkPgValue *values, int n_values, const char **data, int *lengths,
                   int *formats)
{
  for (int i = 0; i < n_values; i++)
    {
      data[i] = values[i].type == SPARK_PG_INT8 ? (const char *)&values[i].number : values[i].data;
      lengths[i] = values[i].length;
      formats[i] = 1;
    }
}

/* Its types are those of the first values it is given. */
static gboolean
prepare_query (SparkPgStatement *self, GError **error)
{
  SparkPg *database = self->database;
  PGresult *result;

  spark_pg_query_learn (self);
  if (self->query.prepared)
    return TRUE;
  result = spark_pg_prepare (database, self->query.name, self->query.sql, self->query.n_values,
                             self->query.types);
  self->query.prepared = spark_pg_succeeded (result);
  if (!self->query.prepared)
    {
      g_message ("statement %s:", self->query.name);
      spark_pg_fail (database, result, error);
    }
  PQclear (result);
  return self->query.prepared;
}

static PGresult *
run_now (SparkPgStatement *self)
{
  SparkPg *database = self->database;
  const char *data[SPARK_PG_MAX_VALUES];
  int lengths[SPARK_PG_MAX_VALUES], formats[SPARK_PG_MAX_VALUES];

  spark_pg_describe (self->values, self->n_values, data, lengths, formats);
  spark_pg_discard (database);
  return PQsendQueryPrepared (database->connection, self->query.name, self->n_values, data, lengths,
                              formats, 1)
             ? spark_pg_take (database)
             : NULL;
}

gboolean
spark_pg_run (SparkPgStatement *self, GError **error)
{
  SparkPg *database = self->database;

  if (!prepare_query (self, error))
    return FALSE;
  if (!spark_pg_ahead_take (self))
    self->result = database->begin_due || database->n_ahead_sent < database->ahead->len
                       ? spark_pg_ahead_run (self)
                       : run_now (self);
  self->end = PQntuples (self->result);
  if (spark_pg_succeeded (self->result))
    {
      if (strcmp (self->query.name, CHECK_BEGIN) == 0)
        database->patience_us = CHECK_US;
      return TRUE;
    }
  spark_pg_fail (database, self->result, error);
  reset (&self->parent);
  return FALSE;
}

/* TRUE: it has its rows; FALSE without @error: it has none to give. */
static gboolean
first_step (SparkPgStatement *self, GError **error)
{
  SparkPg *database = self->database;

  if (database->batch == NULL)
    return spark_pg_run (self, error);
  return spark_pg_batch_step (database->batch, self, error) == SPARK_PG_STEP_ROWS;
}

static void
expect (SparkStatement *statement)
{
  SparkPgStatement *self = (SparkPgStatement *)statement;

  if (self->database->batch != NULL)
    spark_pg_batch_expect (self->database->batch, self);
  else
    spark_pg_ahead_expect (self);
}

static gboolean
step (SparkStatement *statement, GError **error)
{
  SparkPgStatement *self = (SparkPgStatement *)statement;

  if (self->result != NULL)
    self->row++;
  else if (!first_step (self, error))
    return FALSE;
  if (self->row < self->end)
    return TRUE;
  reset (statement);
  return FALSE;
}

static gint64
get_int (SparkStatement *statement, int column)
{
  SparkPgStatement *self = (SparkPgStatement *)statement;
  const char *data = PQgetvalue (self->result, self->row, column);
  gint64 wide;
  gint32 narrow;

  switch (PQgetlength (self->result, self->row, column))
    {
    case 8:
      memcpy (&wide, data, sizeof wide);
      return GINT64_FROM_BE (wide);
    case 4:
      memcpy (&narrow, data, sizeof narrow);
      return GINT32_FROM_BE (narrow);
    case 1:
      return *data;
    default:
      return 0;
    }
}

static const char *
get_text (SparkStatement *statement, int column)
{
  SparkPgStatement *self = (SparkPgStatement *)statement;

  return PQgetisnull (self->result, self->row, column)
             ? NULL
             : PQgetvalue (self->result, self->row, column);
}

static const void *
get_blob (SparkStatement *statement, int column, gsize *length)
{
  SparkPgStatement *self = (SparkPgStatement *)statement;

  *length = (gsize)PQgetlength (self->result, self->row, column);
  return get_text (statement, column);
}

const SparkEngine spark_engine_postgres = {
  .dialect = "postgres",
  .open = database_open,
  .close = database_close,
  .migrate = spark_pg_migrate,
  .prepare = prepare,
  .begin = begin,
  .send_commit = send_commit,
  .commit = commit,
  .rollback = rollback,
  .failure = failure,
  .job_begin = job_begin,
  .job_end = job_end,
  .fetch = fetch,
  .jobs_end = jobs_end,
  .version = version,
  .session = session,
  .notify = spark_pg_notify,
  .listen = spark_pg_listen,
  .stop_listening = spark_pg_stop_listening,
  .talk = spark_pg_talk,
  .statement = statement,
  .bind_int = bind_int,
  .bind_text = bind_text,
  .bind_blob = bind_blob,
  .expect = expect,
  .step = step,
  .reset = reset,
  .get_int = get_int,
  .get_text = get_text,
  .get_blob = get_blob,
};

const SparkEngine *
spark_postgres_module_engine (const SparkEngineTexts *texts)
{
  g_atomic_pointer_set (&engine_texts, texts);
  return &spark_engine_postgres;
}
