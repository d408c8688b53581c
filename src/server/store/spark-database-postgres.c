/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <errno.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "model/spark-error.h"
#include "server/store/spark-engine.h"

/* The types of values, as the server numbers them. */
#define OID_BYTEA 17
#define OID_INT8  20
#define OID_TEXT  25

#define MAX_VALUES 24
#define CHANNEL    "sparkbox"
/* The server takes less than 8000 bytes with a notification. */
#define MAX_NOTICE 7900
/* A server that was not there is not asked again sooner, so that requests fail at once meanwhile.
 */
#define RETRY_CONNECT_US (500 * 1000)

typedef struct
{
  SparkDatabase parent;
  char *url;
  gboolean write;
  PGconn *connection;     /* NULL: never connected, or lost */
  GHashTable *statements; /* name → Statement */
  gint64 last_try;        /* to connect; monotonic, µs */
  int wake_fd;            /* ends listening */
} Database;

typedef struct
{
  Oid type;
  int length; /* -1: NULL */
  char *data; /* owned; NULL for integers and NULL */
  guint64 number;
} Value;

typedef struct
{
  SparkStatement parent;
  Database *database; /* borrowed */
  const char *name;
  const char *sql;
  gboolean prepared;
  int n_values;
  Value values[MAX_VALUES];
  PGresult *result; /* NULL: not run yet */
  int row;
} Statement;

/* --- errors --- */

static gboolean
unreachable (GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
               "The backend cannot reach its database. Try again in a moment.");
  return FALSE;
}

/*
 * The server's own words go to the log, for the person who runs it: only the primary message, which
 * holds no values. Strangers get a sentence.
 */
static gboolean
fail (Database *self, const PGresult *result, GError **error)
{
  const char *state = result != NULL ? PQresultErrorField (result, PG_DIAG_SQLSTATE) : NULL;
  const char *message
      = result != NULL ? PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY) : NULL;

  if (state == NULL)
    {
      g_message ("database: the connection was lost");
      return unreachable (error);
    }
  g_message ("database: %s (%s)", message != NULL ? message : "", state);
  if (strcmp (state, "53100") == 0)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                 "The disk of the database is full. Make room and try again.");
  else if (strcmp (state, "25006") == 0)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                 "The database of the backend cannot be written to.");
  else if (g_str_has_prefix (state, "40") || strcmp (state, "57014") == 0
           || strcmp (state, "55P03") == 0)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                 "The database is busy. Try again in a moment.");
  else if (g_str_has_prefix (state, "XX"))
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                 "The database of the backend is damaged. Restore it from a backup.");
  else
    unreachable (error);
  return FALSE;
}

/* --- connections --- */

static void
value_clear (Value *value)
{
  g_clear_pointer (&value->data, g_free);
  *value = (Value){ .length = -1, .type = OID_TEXT };
}

static void
clear_values (Statement *self)
{
  for (int i = 0; i < self->n_values; i++)
    value_clear (&self->values[i]);
  self->n_values = 0;
}

static void
statement_free (gpointer data)
{
  Statement *self = data;

  clear_values (self);
  PQclear (self->result);
  g_free (self);
}

static void
disconnect (Database *self)
{
  g_clear_pointer (&self->connection, PQfinish);
  g_hash_table_remove_all (self->statements);
}

static gboolean
succeeded (const PGresult *result)
{
  ExecStatusType status = PQresultStatus (result);

  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

static gboolean
exec (Database *self, const char *sql, GError **error)
{
  PGresult *result = PQexec (self->connection, sql);
  gboolean ok = succeeded (result);

  if (!ok)
    fail (self, PQstatus (self->connection) == CONNECTION_OK ? result : NULL, error);
  PQclear (result);
  return ok;
}

/*
 * What a session needs whatever the server's own settings: nothing waits for ever, a node that
 * vanishes frees its locks, an answer means that it is on disk, and statements use the indexes that
 * were made for them also while the tables are still small.
 */
static const char session[]
    = "SET statement_timeout = '10s'; SET idle_in_transaction_session_timeout = '15s';"
      "SET jit = off; SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off;"
      "SET client_min_messages = error;"
      "SELECT set_config('synchronous_commit', 'on', false)"
      " WHERE current_setting('synchronous_commit') = 'off'";

static gboolean
connect_server (Database *self, GError **error)
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

  disconnect (self);
  if (self->last_try != 0 && now - self->last_try < RETRY_CONNECT_US)
    return unreachable (error);
  self->last_try = now;
  self->connection = PQconnectdbParams (keywords, values, 1);
  if (PQstatus (self->connection) == CONNECTION_OK && exec (self, session, error)
      && (self->write
          || exec (self,
                   "SET default_transaction_isolation = 'repeatable read';"
                   "SET default_transaction_read_only = on",
                   error)))
    {
      self->last_try = 0;
      return TRUE;
    }
  /* May name the host and the user, never the password. */
  g_message ("database: %s", PQerrorMessage (self->connection));
  disconnect (self);
  if (error == NULL || *error == NULL)
    unreachable (error);
  return FALSE;
}

static void
database_close (SparkDatabase *database)
{
  Database *self = (Database *)database;

  disconnect (self);
  g_hash_table_unref (self->statements);
  close (self->wake_fd);
  g_free (self->url);
  g_free (self);
}

static SparkDatabase *
database_open (const char *url, gboolean write, GError **error)
{
  Database *self = g_new0 (Database, 1);

  self->parent.engine = &spark_engine_postgres;
  self->url = g_strdup (url);
  self->write = write;
  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, statement_free);
  self->wake_fd = eventfd (0, EFD_CLOEXEC);
  if (connect_server (self, error))
    return &self->parent;
  database_close (&self->parent);
  return NULL;
}

/* --- transactions --- */

static gboolean
begin (SparkDatabase *database, gboolean write, GError **error)
{
  Database *self = (Database *)database;

  if (PQstatus (self->connection) != CONNECTION_OK && !connect_server (self, error))
    return FALSE;
  return exec (self, "BEGIN", error);
}

static void
rollback (SparkDatabase *database)
{
  Database *self = (Database *)database;

  if (PQtransactionStatus (self->connection) != PQTRANS_IDLE)
    exec (self, "ROLLBACK", NULL);
}

static gboolean
commit (SparkDatabase *database, GError **error)
{
  Database *self = (Database *)database;

  /* COMMIT of a transaction that has failed says that it was rolled back, and no more. */
  if (PQtransactionStatus (self->connection) == PQTRANS_INTRANS)
    return exec (self, "COMMIT", error);
  rollback (database);
  return unreachable (error);
}

static gboolean
savepoint (SparkDatabase *database, GError **error)
{
  return exec ((Database *)database, "SAVEPOINT job", error);
}

static gboolean
release (SparkDatabase *database, GError **error)
{
  return exec ((Database *)database, "RELEASE SAVEPOINT job", error);
}

static gboolean
rollback_savepoint (SparkDatabase *database, GError **error)
{
  return exec ((Database *)database, "ROLLBACK TO SAVEPOINT job; RELEASE SAVEPOINT job", error);
}

static gint64
read_int (Database *self, const char *sql)
{
  PGresult *result = PQexec (self->connection, sql);
  gint64 value = PQresultStatus (result) == PGRES_TUPLES_OK && PQntuples (result) > 0
                     ? g_ascii_strtoll (PQgetvalue (result, 0, 0), NULL, 10)
                     : -1;

  PQclear (result);
  return value;
}

static gboolean
migrate_from (Database *self, gint64 version, GError **error)
{
  const char *sql;

  for (gint64 next = version + 1;
       (sql = spark_engine_schema (&spark_engine_postgres, next)) != NULL; next++)
    {
      g_autofree char *stamp
          = g_strdup_printf ("UPDATE schema_version SET version = %d", (int)next);

      if (!exec (self, sql, error) || !exec (self, stamp, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
migrate (SparkDatabase *database, GError **error)
{
  Database *self = (Database *)database;
  gint64 version;

  if (!begin (database, TRUE, error))
    return FALSE;
  if (exec (self, spark_engine_sql (&spark_engine_postgres, "exclude_others"), error)
      && exec (self,
               "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL);"
               "INSERT INTO schema_version SELECT 0 WHERE NOT EXISTS (SELECT FROM schema_version)",
               error))
    {
      version = read_int (self, "SELECT version FROM schema_version");
      if (version > 0 && spark_engine_schema (&spark_engine_postgres, version) == NULL)
        g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                     "The database was made by a newer Sparkbox. Update this one.");
      else if (migrate_from (self, version, error))
        return commit (database, error);
    }
  rollback (database);
  return FALSE;
}

/* --- telling and hearing --- */

static gboolean
notify (SparkDatabase *database, const char *node, const gint64 *accounts, gsize n_accounts,
        GError **error)
{
  g_autoptr (GString) payload = g_string_new (node);
  SparkStatement *statement = spark_database_statement (database, "notify", error);

  g_string_append_c (payload, ':');
  for (gsize i = 0; i < n_accounts; i++)
    g_string_append_printf (payload, "%s%" G_GINT64_FORMAT, i > 0 ? "," : "", accounts[i]);
  /* Too many to name: those who hear it look at all. */
  if (payload->len > MAX_NOTICE)
    g_string_truncate (payload, strlen (node) + 1);
  if (statement == NULL)
    return FALSE;
  spark_statement_bind_text (statement, 1, CHANNEL);
  spark_statement_bind_text (statement, 2, payload->str);
  if (!spark_statement_step (statement, error))
    return FALSE;
  spark_statement_reset (statement);
  return TRUE;
}

/* "NODE:ACCOUNT,ACCOUNT" of another node. */
static void
hear (const char *notice, const char *node, SparkDatabaseHeard heard, gpointer data)
{
  const char *colon = strchr (notice, ':');
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_auto (GStrv) parts = NULL;

  if (colon == NULL || strncmp (notice, node, (gsize)(colon - notice)) == 0)
    return;
  parts = g_strsplit (colon + 1, ",", -1);
  for (char **part = parts; *part != NULL; part++)
    {
      gint64 account = g_ascii_strtoll (*part, NULL, 10);

      g_array_append_val (accounts, account);
    }
  heard (accounts->len > 0 ? (const gint64 *)accounts->data : NULL, accounts->len, data);
}

static void
hear_all (Database *self, const char *node, SparkDatabaseHeard heard, gpointer data)
{
  PGnotify *notice;

  PQconsumeInput (self->connection);
  while ((notice = PQnotifies (self->connection)) != NULL)
    {
      hear (notice->extra, node, heard, data);
      PQfreemem (notice);
    }
}

static gboolean
start_listening (Database *self)
{
  return (PQstatus (self->connection) == CONNECTION_OK || connect_server (self, NULL))
         && exec (self, "LISTEN " CHANNEL, NULL);
}

static gboolean
listen_database (SparkDatabase *database, const char *node, SparkDatabaseHeard heard, gpointer data,
                 GError **error)
{
  Database *self = (Database *)database;
  struct pollfd fds[] = { { .events = POLLIN }, { .fd = self->wake_fd, .events = POLLIN } };
  gboolean listening = FALSE;

  while ((fds[1].revents & POLLIN) == 0)
    {
      listening = listening && PQstatus (self->connection) == CONNECTION_OK;
      if (!listening && (listening = start_listening (self)))
        heard (NULL, 0, data); /* what was committed before */
      if (listening)
        hear_all (self, node, heard, data);
      fds[0].fd = PQsocket (self->connection);
      poll (fds, G_N_ELEMENTS (fds), listening ? -1 : RETRY_CONNECT_US / 1000);
    }
  return TRUE;
}

static void
stop_listening (SparkDatabase *database)
{
  const guint64 one = 1;

  while (write (((Database *)database)->wake_fd, &one, sizeof one) < 0 && errno == EINTR)
    continue;
}

/* --- statements --- */

/* ?1 is $1 to the server. */
static char *
translate (const char *sql)
{
  return g_strdelimit (g_strdup (sql), "?", '$');
}

static gboolean
prepare_typed (Database *self, const char *name, const char *sql, int n_types, const Oid *types,
               GError **error)
{
  g_autofree char *translated = translate (sql);
  PGresult *result = PQprepare (self->connection, name, translated, n_types, types);
  gboolean ok = succeeded (result);

  if (!ok)
    {
      g_message ("statement %s:", name);
      fail (self, PQstatus (self->connection) == CONNECTION_OK ? result : NULL, error);
    }
  PQclear (result);
  return ok;
}

/* Without values to tell: a parameter whose type the server cannot guess is a number. */
static gboolean
prepare (SparkDatabase *database, const char *name, const char *sql, GError **error)
{
  Database *self = (Database *)database;
  g_autofree char *translated = translate (sql);
  Oid types[MAX_VALUES] = { 0 };
  int n_types = 0;

  for (int tries = 0; tries < MAX_VALUES; tries++)
    {
      PGresult *result = PQprepare (self->connection, "", translated, n_types, types);
      const char *state = PQresultErrorField (result, PG_DIAG_SQLSTATE);
      const char *message = PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY);
      const char *dollar = message != NULL ? strchr (message, '$') : NULL;
      int parameter = dollar != NULL ? atoi (dollar + 1) : 0;

      if (succeeded (result))
        {
          PQclear (result);
          return TRUE;
        }
      if (g_strcmp0 (state, "42P08") != 0 || parameter < 1 || parameter > MAX_VALUES)
        {
          fail (self, result, error);
          PQclear (result);
          return FALSE;
        }
      types[parameter - 1] = OID_INT8;
      n_types = MAX (n_types, parameter);
      PQclear (result);
    }
  return unreachable (error);
}

static void
reset (SparkStatement *statement)
{
  Statement *self = (Statement *)statement;

  g_clear_pointer (&self->result, PQclear);
  self->row = 0;
}

static SparkStatement *
statement (SparkDatabase *database, const char *name, GError **error)
{
  Database *self = (Database *)database;
  Statement *found = g_hash_table_lookup (self->statements, name);

  if (found == NULL)
    {
      found = g_new0 (Statement, 1);
      found->parent.engine = &spark_engine_postgres;
      found->database = self;
      found->name = name;
      found->sql = spark_engine_sql (&spark_engine_postgres, name);
      g_hash_table_insert (self->statements, (gpointer)name, found);
    }
  reset (&found->parent);
  clear_values (found);
  return &found->parent;
}

static Value *
next_value (SparkStatement *statement, int index, Oid type)
{
  Statement *self = (Statement *)statement;
  Value *value;

  g_assert (index >= 1 && index <= MAX_VALUES);
  value = &self->values[index - 1];
  g_free (value->data);
  *value = (Value){ .type = type };
  self->n_values = MAX (self->n_values, index);
  return value;
}

static void
bind_int (SparkStatement *self, int index, gint64 number)
{
  Value *value = next_value (self, index, OID_INT8);

  value->number = GUINT64_TO_BE ((guint64)number);
  value->length = sizeof value->number;
}

static void
bind_text (SparkStatement *self, int index, const char *text)
{
  Value *value = next_value (self, index, OID_TEXT);

  value->data = g_strdup (text);
  value->length = text != NULL ? (int)strlen (text) : -1;
}

static void
bind_blob (SparkStatement *self, int index, const void *data, gsize length)
{
  Value *value = next_value (self, index, OID_BYTEA);

  /* Never NULL: an empty one is not an absent one. */
  value->data = g_memdup2 (length > 0 ? data : "", MAX (length, 1));
  value->length = (int)length;
}

static gboolean
run (Statement *self, GError **error)
{
  Database *database = self->database;
  const char *values[MAX_VALUES];
  int lengths[MAX_VALUES], formats[MAX_VALUES];
  Oid types[MAX_VALUES];

  for (int i = 0; i < self->n_values; i++)
    {
      Value *value = &self->values[i];

      types[i] = value->type;
      formats[i] = 1;
      lengths[i] = value->length;
      values[i] = value->type == OID_INT8 ? (const char *)&value->number : value->data;
    }
  /* Its types are those of the first values it is given. */
  if (!self->prepared
      && !prepare_typed (database, self->name, self->sql, self->n_values, types, error))
    return FALSE;
  self->prepared = TRUE;
  self->result = PQexecPrepared (database->connection, self->name, self->n_values, values, lengths,
                                 formats, 1);
  if (succeeded (self->result))
    return TRUE;
  fail (database, PQstatus (database->connection) == CONNECTION_OK ? self->result : NULL, error);
  reset (&self->parent);
  return FALSE;
}

static gboolean
step (SparkStatement *statement, GError **error)
{
  Statement *self = (Statement *)statement;

  if (self->result != NULL)
    self->row++;
  else if (!run (self, error))
    return FALSE;
  if (self->row < PQntuples (self->result))
    return TRUE;
  reset (statement);
  return FALSE;
}

static gint64
get_int (SparkStatement *statement, int column)
{
  Statement *self = (Statement *)statement;
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
  Statement *self = (Statement *)statement;

  return PQgetisnull (self->result, self->row, column)
             ? NULL
             : PQgetvalue (self->result, self->row, column);
}

static const void *
get_blob (SparkStatement *statement, int column, gsize *length)
{
  Statement *self = (Statement *)statement;

  *length = (gsize)PQgetlength (self->result, self->row, column);
  return get_text (statement, column);
}

const SparkEngine spark_engine_postgres = {
  .dialect = "postgres",
  .open = database_open,
  .close = database_close,
  .migrate = migrate,
  .prepare = prepare,
  .begin = begin,
  .commit = commit,
  .rollback = rollback,
  .savepoint = savepoint,
  .release = release,
  .rollback_savepoint = rollback_savepoint,
  .notify = notify,
  .listen = listen_database,
  .stop_listening = stop_listening,
  .statement = statement,
  .bind_int = bind_int,
  .bind_text = bind_text,
  .bind_blob = bind_blob,
  .step = step,
  .reset = reset,
  .get_int = get_int,
  .get_text = get_text,
  .get_blob = get_blob,
};
