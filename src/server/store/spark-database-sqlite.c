/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "model/spark-error.h"
#include "server/store/spark-engine.h"
#include "server/store/spark-sqlite-backup.h"
#include "server/store/spark-sqlite-index.h"
#include "server/store/spark-sqlite-log.h"
#include "server/store/spark-sqlite-pages.h"
#include "server/store/spark-sqlite-words.h"

/* How long a commit of another process is waited for. */
#define BUSY_MS 10000
/* KiB of pages that a connection keeps: the writer goes everywhere, readers have each other's pages
 * in the system's cache. Taken only as far as there is something to keep. */
#define WRITER_CACHE "-65536"
#define READER_CACHE "-16384"
/* Bytes of pages as they were before a statement that are kept in memory, not in a file: folding
 * changes goes to some hundred pages. */
#define MOST_KEPT (4 * 1024 * 1024)

/* What every transaction says, prepared once. */
typedef enum
{
  BEGIN,
  BEGIN_IMMEDIATE,
  COMMIT,
  ROLLBACK,
  SAVEPOINT,
  RELEASE,
  ROLLBACK_TO,
  N_CONTROLS,
} Control;

static const char *const controls[N_CONTROLS] = {
  [BEGIN] = "BEGIN",
  [BEGIN_IMMEDIATE] = "BEGIN IMMEDIATE",
  [COMMIT] = "COMMIT",
  [ROLLBACK] = "ROLLBACK",
  [SAVEPOINT] = "SAVEPOINT job",
  [RELEASE] = "RELEASE job",
  [ROLLBACK_TO] = "ROLLBACK TO job",
};

typedef struct
{
  SparkDatabase parent;
  sqlite3 *connection;
  sqlite3_stmt *controls[N_CONTROLS]; /* NULL: not prepared yet */
  GHashTable *statements;             /* address of a name → Statement */
  sqlite3_stmt *version;              /* NULL: not prepared yet */
  SparkFailure failure;               /* of the transaction */
  gboolean marks;                     /* each job begins with a savepoint */
  sqlite3_int64 changed;              /* rows, when the job began that has none */
  int log_pages;                      /* after the last commit */
  SparkSqliteIndex index;             /* noted before the transaction that reads */
  gboolean may_keep;                  /* it was, and nothing failed since */
  guint64 state;                      /* another whenever it was not, or was another */
  gboolean kept;                      /* the transaction is open only for the next to go on */
} Database;

typedef struct
{
  SparkStatement parent;
  Database *database; /* borrowed */
  sqlite3_stmt *stmt;
  int n_values;  /* that it takes */
  int n_bound;   /* those that it got for this run */
  gboolean runs; /* it has more rows, for all that is known */
} Statement;

/* The engine's own words go to the log, for the person who runs it; strangers get a sentence. */
static gboolean
fail (Database *self, GError **error)
{
  int code = sqlite3_extended_errcode (self->connection);

  self->may_keep = FALSE;
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
exec (Database *self, const char *sql, GError **error)
{
  return sqlite3_exec (self->connection, sql, NULL, NULL, NULL) == SQLITE_OK || fail (self, error);
}

static gboolean
run (Database *self, Control control, GError **error)
{
  sqlite3_stmt **stmt = &self->controls[control];
  int result;

  if (*stmt == NULL
      && sqlite3_prepare_v3 (self->connection, controls[control], -1, SQLITE_PREPARE_PERSISTENT,
                             stmt, NULL)
             != SQLITE_OK)
    return fail (self, error);
  result = sqlite3_step (*stmt);
  sqlite3_reset (*stmt);
  return result == SQLITE_DONE || fail (self, error);
}

static void
statement_free (gpointer data)
{
  Statement *self = data;

  sqlite3_finalize (self->stmt);
  g_free (self);
}

static void
database_close (SparkDatabase *database)
{
  Database *self = (Database *)database;

  g_clear_pointer (&self->statements, g_hash_table_unref);
  for (int i = 0; i < N_CONTROLS; i++)
    sqlite3_finalize (self->controls[i]);
  sqlite3_finalize (self->version);
  sqlite3_close (self->connection);
  g_free (self);
}

/*
 * Makes the file with no rights for others, which the library itself would not. One that is there
 * must not even be opened: closing it would give up the locks that this process has on it through
 * other connections, and another process would then take the log away from under them.
 */
static gboolean
make_file (const char *path, GError **error)
{
  int fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  if (fd < 0 && errno == EEXIST)
    {
      if (!g_file_test (path, G_FILE_TEST_IS_DIR) && access (path, R_OK | W_OK) == 0)
        return TRUE;
      errno = g_file_test (path, G_FILE_TEST_IS_DIR) ? EISDIR : errno;
    }
  if (fd < 0)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                   "The database %s cannot be opened: %s.", path, g_strerror (errno));
      return FALSE;
    }
  close (fd);
  return TRUE;
}

static int
on_commit (void *data, sqlite3 *connection, const char *name, int pages)
{
  ((Database *)data)->log_pages = pages;
  return SQLITE_OK;
}

static gboolean
set_up (Database *self, const char *path, gboolean write, GError **error)
{
  int flags = (write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX;

  if (sqlite3_open_v2 (path, &self->connection, flags, write ? spark_sqlite_log_vfs () : NULL)
          != SQLITE_OK
      || spark_sqlite_words_add (self->connection) != SQLITE_OK)
    return fail (self, error);
  sqlite3_extended_result_codes (self->connection, 1);
  sqlite3_busy_timeout (self->connection, BUSY_MS);
  if (write
      && !exec (self,
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                "PRAGMA wal_autocheckpoint = 0; PRAGMA secure_delete = ON;",
                error))
    return FALSE;
  sqlite3_wal_hook (self->connection, on_commit, self);
  return exec (self,
               write ? "PRAGMA cache_size = " WRITER_CACHE "; PRAGMA trusted_schema = OFF;"
                     : "PRAGMA cache_size = " READER_CACHE "; PRAGMA trusted_schema = OFF;",
               error);
}

/* Nobody asks how much memory the library has, which it else counts behind a lock. */
static void
configure (void)
{
  sqlite3_config (SQLITE_CONFIG_MEMSTATUS, 0);
  sqlite3_config (SQLITE_CONFIG_STMTJRNL_SPILL, MOST_KEPT);
  spark_sqlite_pages_configure ();
}

static SparkDatabase *
database_open (const char *url, gboolean write, GError **error)
{
  static pthread_once_t configured = PTHREAD_ONCE_INIT;
  const char *path = spark_database_path (url);
  Database *self;

  pthread_once (&configured, configure);
  if (write && !make_file (path, error))
    return NULL;
  self = g_new0 (Database, 1);
  self->parent.engine = &spark_engine_sqlite;
  self->statements = g_hash_table_new_full (NULL, NULL, NULL, statement_free);
  if (set_up (self, path, write, error))
    return &self->parent;
  database_close (&self->parent);
  return NULL;
}

static gint64
pragma_int (Database *self, const char *sql)
{
  sqlite3_stmt *stmt = NULL;
  gint64 value = -1;

  if (sqlite3_prepare_v2 (self->connection, sql, -1, &stmt, NULL) == SQLITE_OK
      && sqlite3_step (stmt) == SQLITE_ROW)
    value = sqlite3_column_int64 (stmt, 0);
  sqlite3_finalize (stmt);
  return value;
}

static void
rollback (SparkDatabase *database)
{
  Database *self = (Database *)database;

  self->kept = FALSE;
  /* An error such as a full disk may have ended the transaction already. */
  if (!sqlite3_get_autocommit (self->connection))
    run (self, ROLLBACK, NULL);
}

static gboolean
commit (SparkDatabase *database, GError **error)
{
  if (run ((Database *)database, COMMIT, error))
    return TRUE;
  rollback (database);
  return FALSE;
}

static gboolean
note_index (Database *self)
{
  SparkSqliteIndex before = self->index;
  gboolean noted = spark_sqlite_index_note (&self->index);

  if (!noted || memcmp (before.seen, self->index.seen, sizeof before.seen) != 0)
    self->state++;
  return noted;
}

static gboolean
begin (SparkDatabase *database, gboolean write, GError **error)
{
  Database *self = (Database *)database;

  if (self->kept && spark_sqlite_index_is_same (&self->index))
    {
      self->kept = FALSE;
      return TRUE;
    }
  if (self->kept)
    rollback (database);
  self->may_keep = !write && note_index (self);
  self->marks = self->failure == SPARK_FAILURE_SPOILT;
  self->failure = SPARK_FAILURE_FINAL;
  return run (self, write ? BEGIN_IMMEDIATE : BEGIN, error);
}

static guint64
state (SparkDatabase *database)
{
  return ((Database *)database)->state;
}

static gboolean
keep (SparkDatabase *database)
{
  Database *self = (Database *)database;

  self->kept = self->may_keep && !sqlite3_get_autocommit (self->connection);
  /* For the next: the first had to read before there was one. */
  spark_sqlite_index_find (&self->index, self->connection);
  return self->kept;
}

static SparkFailure
failure (SparkDatabase *database)
{
  return ((Database *)database)->failure;
}

static gboolean
migrate_from (Database *self, gint64 version, GError **error)
{
  const char *sql;

  for (gint64 next = version + 1;
       (sql = spark_engine_texts.schema (&spark_engine_sqlite, next)) != NULL; next++)
    {
      g_autofree char *stamp = g_strdup_printf ("PRAGMA user_version = %d", (int)next);

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
  version = pragma_int (self, "PRAGMA user_version");
  if (version > 0 && spark_engine_texts.schema (&spark_engine_sqlite, version) == NULL)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                 "The database was made by a newer Sparkbox. Update this one.");
  else if (version == 0 && pragma_int (self, "SELECT count(*) FROM sqlite_schema") > 0)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                 "%s is a database of another program.",
                 sqlite3_db_filename (self->connection, NULL));
  else if (migrate_from (self, version, error))
    return commit (database, error);
  rollback (database);
  return FALSE;
}

/* FALSE: an error such as a full disk has ended the whole transaction. */
static gboolean
in_transaction (Database *self, GError **error)
{
  if (!sqlite3_get_autocommit (self->connection))
    return TRUE;
  if (error != NULL && *error == NULL)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                 "The backend cannot write to its database. Try again in a moment.");
  return FALSE;
}

/*
 * Behind a savepoint the library keeps a copy of each page before it is changed, in a file when
 * there are many. Jobs that fail have rarely written by then: one that has spoils the transaction,
 * which is then done again with savepoints.
 */
static gboolean
job_begin (SparkDatabase *database, GError **error)
{
  Database *self = (Database *)database;

  if (self->marks)
    return run (self, SAVEPOINT, error);
  self->changed = sqlite3_total_changes64 (self->connection);
  return TRUE;
}

static gboolean
is_spoilt (Database *self, GError **error)
{
  if (sqlite3_total_changes64 (self->connection) == self->changed)
    return FALSE;
  self->failure = SPARK_FAILURE_SPOILT;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
               "The backend has too much to do. Try again in a moment.");
  return TRUE;
}

static SparkJobEnd
job_end (SparkDatabase *database, gboolean ok, GError **error)
{
  Database *self = (Database *)database;

  if (!in_transaction (self, error))
    return SPARK_JOB_BROKEN;
  if (!self->marks)
    return !ok && is_spoilt (self, error) ? SPARK_JOB_BROKEN : SPARK_JOB_DONE;
  if ((!ok && !run (self, ROLLBACK_TO, error)) || !run (self, RELEASE, error))
    return SPARK_JOB_BROKEN;
  return SPARK_JOB_DONE;
}

static void
checkpoint (SparkDatabase *database)
{
  sqlite3_wal_checkpoint_v2 (((Database *)database)->connection, NULL, SQLITE_CHECKPOINT_PASSIVE,
                             NULL, NULL);
}

static gint64
log_pages (SparkDatabase *database)
{
  return ((Database *)database)->log_pages;
}

static gint64
version (SparkDatabase *database)
{
  Database *self = (Database *)database;
  gint64 value = -1;

  if (self->version == NULL)
    sqlite3_prepare_v3 (self->connection, "PRAGMA data_version", -1, SQLITE_PREPARE_PERSISTENT,
                        &self->version, NULL);
  if (sqlite3_step (self->version) == SQLITE_ROW)
    value = sqlite3_column_int64 (self->version, 0);
  sqlite3_reset (self->version);
  return value;
}

static gboolean
backup (SparkDatabase *database, const char *path, GError **error)
{
  return spark_sqlite_backup (((Database *)database)->connection, path, error);
}

static gboolean
inspect (SparkDatabase *database, void (*problem) (const char *words, gpointer data), gpointer data,
         GError **error)
{
  Database *self = (Database *)database;
  sqlite3_stmt *stmt = NULL;
  int result = sqlite3_prepare_v2 (self->connection, "PRAGMA integrity_check", -1, &stmt, NULL);

  while (result == SQLITE_OK || result == SQLITE_ROW)
    {
      result = sqlite3_step (stmt);
      if (result == SQLITE_ROW && strcmp ((const char *)sqlite3_column_text (stmt, 0), "ok") != 0)
        problem ((const char *)sqlite3_column_text (stmt, 0), data);
    }
  if (result != SQLITE_DONE)
    fail (self, error);
  sqlite3_finalize (stmt);
  return result == SQLITE_DONE;
}

/* --- statements --- */

static sqlite3_stmt *
prepare_statement (Database *self, const char *name, const char *sql, GError **error)
{
  sqlite3_stmt *stmt = NULL;

  if (sqlite3_prepare_v3 (self->connection, sql, -1, SQLITE_PREPARE_PERSISTENT, &stmt, NULL)
      == SQLITE_OK)
    return stmt;
  g_message ("statement %s: %s", name, sqlite3_errmsg (self->connection));
  fail (self, error);
  return NULL;
}

static gboolean
prepare (SparkDatabase *database, const char *name, const char *sql, GError **error)
{
  sqlite3_stmt *stmt = prepare_statement ((Database *)database, name, sql, error);

  sqlite3_finalize (stmt);
  return stmt != NULL;
}

static void
end_run (Statement *self)
{
  sqlite3_reset (self->stmt);
  self->runs = FALSE;
}

/* Names are never freed: by the address, one is found without reading it. */
static SparkStatement *
statement (SparkDatabase *database, const char *name, GError **error)
{
  Database *self = (Database *)database;
  Statement *found = g_hash_table_lookup (self->statements, name);

  if (found == NULL)
    {
      const char *sql = spark_engine_texts.sql (&spark_engine_sqlite, name);
      sqlite3_stmt *stmt = prepare_statement (self, name, sql, error);

      if (stmt == NULL)
        return NULL;
      found = g_new0 (Statement, 1);
      found->parent.engine = &spark_engine_sqlite;
      found->database = self;
      found->stmt = stmt;
      found->n_values = sqlite3_bind_parameter_count (stmt);
      g_hash_table_insert (self->statements, (gpointer)name, found);
    }
  if (found->runs)
    end_run (found);
  found->n_bound = 0;
  return &found->parent;
}

static void
bind_int (SparkStatement *self_, int index, gint64 value)
{
  Statement *self = (Statement *)self_;

  self->n_bound++;
  sqlite3_bind_int64 (self->stmt, index, value);
}

static void
bind_text (SparkStatement *self_, int index, const char *value)
{
  Statement *self = (Statement *)self_;

  self->n_bound++;
  sqlite3_bind_text (self->stmt, index, value, -1, SQLITE_STATIC);
}

static void
bind_blob (SparkStatement *self_, int index, const void *data, gsize length)
{
  Statement *self = (Statement *)self_;

  self->n_bound++;
  sqlite3_bind_blob64 (self->stmt, index, data, length, SQLITE_STATIC);
}

static gboolean
step (SparkStatement *self_, GError **error)
{
  Statement *self = (Statement *)self_;
  int result;

  /* One that is left out would be that of the run before. */
  g_assert (self->n_bound == self->n_values);
  result = sqlite3_step (self->stmt);
  self->runs = result == SQLITE_ROW;
  if (self->runs)
    return TRUE;
  end_run (self);
  if (result != SQLITE_DONE)
    fail (self->database, error);
  return FALSE;
}

static void
reset (SparkStatement *self)
{
  end_run ((Statement *)self);
}

static gint64
get_int (SparkStatement *self, int column)
{
  return sqlite3_column_int64 (((Statement *)self)->stmt, column);
}

static const char *
get_text (SparkStatement *self, int column)
{
  return (const char *)sqlite3_column_text (((Statement *)self)->stmt, column);
}

static const void *
get_blob (SparkStatement *self, int column, gsize *length)
{
  sqlite3_stmt *stmt = ((Statement *)self)->stmt;
  const void *data = sqlite3_column_blob (stmt, column);

  *length = (gsize)sqlite3_column_bytes (stmt, column);
  return data;
}

const SparkEngine spark_engine_sqlite = {
  .dialect = "sqlite",
  .open = database_open,
  .close = database_close,
  .migrate = migrate,
  .prepare = prepare,
  .backup = backup,
  .inspect = inspect,
  .begin = begin,
  .commit = commit,
  .rollback = rollback,
  .state = state,
  .keep = keep,
  .failure = failure,
  .job_begin = job_begin,
  .job_end = job_end,
  .checkpoint = checkpoint,
  .log_pages = log_pages,
  .version = version,
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
