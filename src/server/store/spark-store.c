/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "server/metrics/spark-metrics.h"
#include "server/store/spark-tx.h"

/* Jobs that may wait for the writer; more are refused, so that memory stays bounded. */
#define MAX_QUEUED 8192
/* Jobs in one commit. */
#define MAX_BATCH 256
/* How often a transaction is tried that failed for the state of the server, the first pause before
 * it, doubled each time, and how often a job may be put off for want of a lock. */
#define MAX_TRIES   6
#define PAUSE_MS    20
#define MAX_PUT_OFF 20
/* How often an idle writer looks whether another process wrote, and lets a checkpoint run. */
#define WATCH_MS 250
/* Pages of the log after which it is copied into the file although the writer is busy: beside the
 * writer, or when that does not keep up by the writer itself, so that the log can begin anew. */
#define LOG_PAGES      4000
#define LONG_LOG_PAGES 20000

typedef struct
{
  SparkStoreFunc run;
  SparkStoreDone done;
  gpointer data;
  GError *error;
  guint tries; /* transactions that it was put off from */
  gint64 now;  /* of the transaction it is in */
} Job;

struct _SparkStore
{
  char *url;
  SparkSecrets *secrets;
  char *epoch;
  char *salt;
  char *node; /* tells this store from others on the same database */

  gint64 (*now) (gpointer data);
  gpointer now_data;
  pthread_mutex_t changed_lock; /* for changed, changed_data; held while it is called */
  SparkStoreChanged changed;
  gpointer changed_data;

  pthread_key_t reader_key;
  pthread_mutex_t readers_lock; /* for readers */
  GPtrArray *readers;

  pthread_t writer;
  gboolean running;           /* the writer */
  pthread_mutex_t queue_lock; /* for queue, closing */
  pthread_cond_t queue_filled;
  GQueue queue;
  gboolean closing;
  SparkDatabase *database; /* the writer's own */

  pthread_t checkpointer;
  pthread_mutex_t checkpoint_lock; /* for checkpoint_due, checkpoint_closing */
  pthread_cond_t checkpoint_wanted;
  gboolean checkpoint_due;
  gboolean checkpoint_closing;
  SparkDatabase *checkpoint_database; /* the checkpointer's own; NULL: the engine has none */

  pthread_t listener;
  SparkDatabase *listen_database; /* the listener's own; NULL: the engine tells by its version */
};

static gint64
now (SparkStore *self)
{
  return self->now != NULL ? self->now (self->now_data) : spark_time_now ();
}

/* --- reading --- */

static void
reader_free (gpointer data)
{
  SparkTx *tx = data;
  SparkDatabase *database = tx->database;

  spark_tx_free (tx);
  spark_database_close (database);
}

/* A thread that had a reader has ended. */
static void
reader_abandoned (void *data)
{
  SparkTx *tx = data;
  SparkStore *self = tx->store;

  pthread_mutex_lock (&self->readers_lock);
  g_ptr_array_remove_fast (self->readers, tx);
  pthread_mutex_unlock (&self->readers_lock);
}

void
spark_store_leave (SparkStore *self)
{
  SparkTx *tx = pthread_getspecific (self->reader_key);

  if (tx == NULL)
    return;
  pthread_setspecific (self->reader_key, NULL);
  reader_abandoned (tx);
}

SparkTx *
spark_store_read_begin (SparkStore *self, GError **error)
{
  SparkTx *tx = pthread_getspecific (self->reader_key);

  if (tx == NULL)
    {
      SparkDatabase *database = spark_database_open (self->url, FALSE, error);

      if (database == NULL)
        return NULL;
      tx = spark_tx_new (self, database, self->secrets);
      pthread_mutex_lock (&self->readers_lock);
      g_ptr_array_add (self->readers, tx);
      pthread_mutex_unlock (&self->readers_lock);
      pthread_setspecific (self->reader_key, tx);
    }
  if (!spark_database_begin (tx->database, FALSE, error))
    return NULL;
  tx->now = now (self);
  return tx;
}

void
spark_store_read_end (SparkTx *tx)
{
  spark_database_rollback (tx->database);
  g_string_chunk_clear (tx->strings);
}

/* --- writing --- */

static void
tell_changed (SparkStore *self, const gint64 *accounts, gsize n_accounts)
{
  pthread_mutex_lock (&self->changed_lock);
  if (self->changed != NULL)
    self->changed (accounts, n_accounts, self->changed_data);
  pthread_mutex_unlock (&self->changed_lock);
}

static SparkJobEnd
run_job (SparkTx *tx, Job *job, GError **error)
{
  SparkJobEnd end;
  gboolean ok;

  if (!spark_database_job_begin (tx->database, error))
    return SPARK_JOB_BROKEN;
  spark_tx_job_begin (tx);
  tx->now = job->now;
  ok = job->run (tx, job->data, &job->error);
  end = spark_database_job_end (tx->database, ok, error);
  if (end != SPARK_JOB_DONE || !ok)
    spark_tx_job_undo (tx);
  if (end != SPARK_JOB_DONE)
    g_clear_error (&job->error);
  g_assert (end != SPARK_JOB_DONE || ok == (job->error == NULL));
  g_string_chunk_clear (tx->strings);
  return end;
}

/* Runs them until all are done; moves those that need another transaction to @later. */
static gboolean
run_jobs (SparkTx *tx, GPtrArray *jobs, GPtrArray *later, GError **error)
{
  g_autoptr (GPtrArray) waiting = g_ptr_array_copy (jobs, NULL, NULL);
  gboolean again = TRUE;

  /* A job that waits for what it reads runs anew with the same time: it must ask for the same. */
  for (guint i = 0; i < jobs->len; i++)
    ((Job *)jobs->pdata[i])->now = now (tx->store);
  while (again)
    {
      guint left = 0;

      for (guint i = 0; i < waiting->len; i++)
        {
          SparkJobEnd end = run_job (tx, waiting->pdata[i], error);

          if (end == SPARK_JOB_BROKEN)
            return FALSE;
          if (end == SPARK_JOB_WAITS)
            waiting->pdata[left++] = waiting->pdata[i];
        }
      g_ptr_array_set_size (waiting, (int)left);
      again = FALSE;
      if (left > 0 && !spark_database_fetch (tx->database, &again, error))
        return FALSE;
    }
  g_ptr_array_extend (later, waiting, NULL, NULL);
  return TRUE;
}

static gboolean
try_batch (SparkStore *self, SparkTx *tx, GPtrArray *jobs, GPtrArray *later, GError **error)
{
  g_autoptr (GArray) touched = NULL;

  tx->secrets = self->secrets;
  spark_tx_begin (tx);
  if (!spark_database_begin (tx->database, TRUE, error))
    return FALSE;
  if (!run_jobs (tx, jobs, later, error))
    {
      spark_database_rollback (tx->database);
      return FALSE;
    }
  spark_database_jobs_end (tx->database);
  if (!spark_tx_finish (tx, self->node, error))
    {
      spark_database_rollback (tx->database);
      return FALSE;
    }
  if (!spark_database_commit (tx->database, error))
    return FALSE;
  touched = spark_tx_touched (tx);
  if (touched != NULL)
    tell_changed (self, (const gint64 *)touched->data, touched->len);
  return TRUE;
}

static void
forget_errors (GPtrArray *jobs)
{
  for (guint i = 0; i < jobs->len; i++)
    g_clear_error (&((Job *)jobs->pdata[i])->error);
}

static gboolean
commit_batch (SparkStore *self, SparkTx *tx, GPtrArray *jobs, GPtrArray *later, GError **error)
{
  for (guint tries = 1;; tries++)
    {
      g_autoptr (GError) local = NULL;

      if (try_batch (self, tx, jobs, later, &local))
        return TRUE;
      g_ptr_array_set_size (later, 0);
      forget_errors (jobs);
      if (spark_database_failure (tx->database) != SPARK_FAILURE_AGAIN || tries == MAX_TRIES)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
      g_usleep ((PAUSE_MS * 1000UL) << (tries - 1));
    }
}

static void
end_job (Job *job, const GError *error)
{
  spark_metrics_count (job->error == NULL && error == NULL ? SPARK_COUNTER_WRITES
                                                           : SPARK_COUNTER_WRITES_FAILED);
  job->done (job->data, job->error != NULL ? job->error : error);
  g_clear_error (&job->error);
  g_free (job);
}

/* They come first in what is taken next. */
static void
put_off (SparkStore *self, GPtrArray *later)
{
  for (guint i = later->len; i-- > 0;)
    {
      Job *job = later->pdata[i];

      if (++job->tries > MAX_PUT_OFF)
        {
          job->error = g_error_new (SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                                    "The database is busy. Try again in a moment.");
          end_job (job, NULL);
          continue;
        }
      pthread_mutex_lock (&self->queue_lock);
      g_queue_push_head (&self->queue, job);
      pthread_mutex_unlock (&self->queue_lock);
    }
}

static void
commit_jobs (SparkStore *self, SparkTx *tx, GPtrArray *jobs)
{
  g_autoptr (GPtrArray) later = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  gint64 began = g_get_monotonic_time ();
  gboolean ok = commit_batch (self, tx, jobs, later, &error);

  spark_metrics_count (ok ? SPARK_COUNTER_COMMITS : SPARK_COUNTER_COMMITS_FAILED);
  spark_metrics_observe (SPARK_HISTOGRAM_COMMIT, g_get_monotonic_time () - began);
  spark_metrics_observe (SPARK_HISTOGRAM_BATCH, jobs->len);
  if (!ok && jobs->len > 1 && spark_database_failure (tx->database) == SPARK_FAILURE_REFUSED)
    {
      /* One of them spoils it for all: each by itself. */
      for (guint i = 0; i < jobs->len; i++)
        {
          g_autoptr (GPtrArray) one = g_ptr_array_new ();

          g_ptr_array_add (one, jobs->pdata[i]);
          commit_jobs (self, tx, one);
        }
      g_ptr_array_set_size (jobs, 0);
      return;
    }
  for (guint i = 0; i < jobs->len; i++)
    if (!g_ptr_array_find (later, jobs->pdata[i], NULL))
      end_job (jobs->pdata[i], error);
  g_ptr_array_set_size (jobs, 0);
  put_off (self, later);
}

static void
want_checkpoint (SparkStore *self)
{
  pthread_mutex_lock (&self->checkpoint_lock);
  self->checkpoint_due = TRUE;
  pthread_cond_signal (&self->checkpoint_wanted);
  pthread_mutex_unlock (&self->checkpoint_lock);
}

static void
deadline_in (struct timespec *deadline, int ms)
{
  clock_gettime (CLOCK_MONOTONIC, deadline);
  deadline->tv_nsec += ms * 1000000L;
  if (deadline->tv_nsec >= 1000000000L)
    {
      deadline->tv_nsec -= 1000000000L;
      deadline->tv_sec++;
    }
}

/* Takes what is queued; waits a while when there is nothing. FALSE: the store is closing. */
static gboolean
take_jobs (SparkStore *self, GPtrArray *jobs)
{
  struct timespec deadline;
  gboolean go_on;
  int result = 0;

  deadline_in (&deadline, WATCH_MS);
  pthread_mutex_lock (&self->queue_lock);
  while (g_queue_is_empty (&self->queue) && !self->closing && result != ETIMEDOUT)
    result = pthread_cond_timedwait (&self->queue_filled, &self->queue_lock, &deadline);
  while (!g_queue_is_empty (&self->queue) && jobs->len < MAX_BATCH)
    g_ptr_array_add (jobs, g_queue_pop_head (&self->queue));
  go_on = jobs->len > 0 || !self->closing;
  pthread_mutex_unlock (&self->queue_lock);
  return go_on;
}

/* @pages: (inout): of the log, when it was last looked after */
static void
look_after_log (SparkStore *self, gboolean idle, gint64 *pages)
{
  gint64 now_pages = spark_database_log_pages (self->database);

  if (now_pages < *pages)
    *pages = 0;
  if (now_pages - *pages >= (idle ? 1 : LOG_PAGES))
    {
      want_checkpoint (self);
      *pages = now_pages;
    }
  if (now_pages >= LONG_LOG_PAGES)
    spark_database_checkpoint (self->database);
}

static void *
run_writer (void *data)
{
  SparkStore *self = data;
  SparkTx *tx = spark_tx_new (self, self->database, NULL);
  g_autoptr (GPtrArray) jobs = g_ptr_array_new ();
  gint64 version = spark_database_version (self->database);
  gint64 log_pages = 0;

  while (take_jobs (self, jobs))
    {
      gboolean idle = jobs->len == 0;
      gint64 seen;

      if (!idle)
        commit_jobs (self, tx, jobs);
      look_after_log (self, idle, &log_pages);

      /* Only commits of other processes move the number that this connection sees. */
      seen = spark_database_version (self->database);
      if (seen != version)
        tell_changed (self, NULL, 0);
      version = seen;
    }
  spark_tx_free (tx);
  return NULL;
}

static void *
run_checkpointer (void *data)
{
  SparkStore *self = data;

  pthread_mutex_lock (&self->checkpoint_lock);
  while (!self->checkpoint_closing)
    if (self->checkpoint_due)
      {
        self->checkpoint_due = FALSE;
        pthread_mutex_unlock (&self->checkpoint_lock);
        spark_database_checkpoint (self->checkpoint_database);
        pthread_mutex_lock (&self->checkpoint_lock);
      }
    else
      pthread_cond_wait (&self->checkpoint_wanted, &self->checkpoint_lock);
  pthread_mutex_unlock (&self->checkpoint_lock);
  return NULL;
}

/* Another process has committed. */
static void
on_heard (const gint64 *accounts, gsize n_accounts, gpointer data)
{
  tell_changed (data, accounts, n_accounts);
}

static void *
run_listener (void *data)
{
  SparkStore *self = data;
  g_autoptr (GError) error = NULL;

  if (!spark_database_listen (self->listen_database, self->node, on_heard, self, &error))
    g_warning ("Changes made by other processes will not be told: %s", error->message);
  return NULL;
}

void
spark_store_submit (SparkStore *self, SparkStoreFunc run, SparkStoreDone done, gpointer data)
{
  gboolean taken;

  pthread_mutex_lock (&self->queue_lock);
  taken = !self->closing && g_queue_get_length (&self->queue) < MAX_QUEUED;
  if (taken)
    {
      Job *job = g_new0 (Job, 1);

      job->run = run;
      job->done = done;
      job->data = data;
      g_queue_push_tail (&self->queue, job);
      pthread_cond_signal (&self->queue_filled);
    }
  pthread_mutex_unlock (&self->queue_lock);

  if (!taken)
    {
      g_autoptr (GError) error
          = g_error_new (SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                         "The backend has too much to do. Try again in a moment.");

      spark_metrics_count (SPARK_COUNTER_WRITES_REFUSED);
      done (data, error);
    }
}

typedef struct
{
  SparkStoreFunc run;
  gpointer data;
  GError *error;
  pthread_mutex_t lock; /* for finished */
  pthread_cond_t ended;
  gboolean finished;
} Waiting;

static gboolean
waiting_run (SparkTx *tx, gpointer data, GError **error)
{
  Waiting *waiting = data;

  return waiting->run (tx, waiting->data, error);
}

static void
waiting_done (gpointer data, const GError *error)
{
  Waiting *waiting = data;

  pthread_mutex_lock (&waiting->lock);
  waiting->error = error != NULL ? g_error_copy (error) : NULL;
  waiting->finished = TRUE;
  pthread_cond_signal (&waiting->ended);
  pthread_mutex_unlock (&waiting->lock);
}

gboolean
spark_store_write (SparkStore *self, SparkStoreFunc run, gpointer data, GError **error)
{
  Waiting waiting = { .run = run, .data = data };

  pthread_mutex_init (&waiting.lock, NULL);
  pthread_cond_init (&waiting.ended, NULL);
  spark_store_submit (self, waiting_run, waiting_done, &waiting);
  pthread_mutex_lock (&waiting.lock);
  while (!waiting.finished)
    pthread_cond_wait (&waiting.ended, &waiting.lock);
  pthread_mutex_unlock (&waiting.lock);
  pthread_cond_destroy (&waiting.ended);
  pthread_mutex_destroy (&waiting.lock);

  if (waiting.error == NULL)
    return TRUE;
  g_propagate_error (error, waiting.error);
  return FALSE;
}

/* --- opening and closing --- */

static char *
make_random (void)
{
  guint8 random[12];
  char text[sizeof random * 2 + 1];

  randombytes_buf (random, sizeof random);
  sodium_bin2hex (text, sizeof text, random, sizeof random);
  return g_strdup (text);
}

static gboolean
read_meta (SparkTx *tx, const char *name, char **value, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_row (tx, &local, "meta_get", "s", name);

  if (row != NULL)
    {
      *value = g_strdup (spark_statement_text (row, 0));
      spark_statement_reset (row);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
make_meta (SparkTx *tx, const char *name, char **value, GError **error)
{
  guint8 random[32];

  if (!read_meta (tx, name, value, error))
    return FALSE;
  if (*value != NULL)
    return TRUE;
  *value = g_malloc (sizeof random * 2 + 1);
  randombytes_buf (random, sizeof random);
  sodium_bin2hex (*value, sizeof random * 2 + 1, random, sizeof random);
  return spark_tx_exec (tx, error, "meta_set", "ss", name, *value);
}

/*
 * A database without key_check is new, also when its making was cut off; only a new one may get a
 * new key. It tells whether a key is the database's: two nodes with different keys would each lose
 * what the other writes. One without an epoch alone is a backup that is opened for the first time:
 * positions in the feeds of the database it was made from, or of one restored before, are not
 * positions in it.
 */
static gboolean
load_key_and_epoch (SparkTx *tx, gpointer data, GError **error)
{
  const char *key_path = data;
  SparkStore *self = tx->store;
  char check[SPARK_KEY_NAME_BYTES];
  g_autofree char *known = NULL;
  gint64 ignored;

  g_clear_pointer (&self->epoch, g_free);
  g_clear_pointer (&self->salt, g_free);
  g_clear_pointer (&self->secrets, spark_secrets_free);
  if (!read_meta (tx, "epoch", &self->epoch, error)
      || (self->epoch == NULL
          && (!spark_tx_int (tx, error, &ignored, 0, "exclude_others", "")
              || !read_meta (tx, "epoch", &self->epoch, error)))
      || !read_meta (tx, "key_check", &known, error))
    return FALSE;
  self->secrets = spark_secrets_load (key_path, known == NULL, error);
  if (self->secrets == NULL)
    return FALSE;
  if (known != NULL && !spark_secrets_choose (self->secrets, known, NULL))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                   "The key file %s is not the one of this database.", key_path);
      return FALSE;
    }
  if (self->epoch != NULL)
    return make_meta (tx, "salt", &self->salt, error);
  self->epoch = make_random ();
  spark_secrets_key_name (self->secrets, 0, check);
  return make_meta (tx, "salt", &self->salt, error)
         && (known != NULL || spark_tx_exec (tx, error, "meta_set", "ss", "key_check", check))
         && spark_tx_exec (tx, error, "meta_set", "ss", "epoch", self->epoch);
}

/* Ends the writer after what is queued. */
static void
stop_writer (SparkStore *self)
{
  if (!self->running)
    return;
  pthread_mutex_lock (&self->queue_lock);
  self->closing = TRUE;
  pthread_cond_signal (&self->queue_filled);
  pthread_mutex_unlock (&self->queue_lock);
  pthread_join (self->writer, NULL);
}

static void
store_free (SparkStore *self)
{
  stop_writer (self);
  pthread_key_delete (self->reader_key);
  g_clear_pointer (&self->readers, g_ptr_array_unref);
  spark_database_close (self->listen_database);
  spark_database_close (self->checkpoint_database);
  spark_database_close (self->database);
  spark_secrets_free (self->secrets);
  pthread_mutex_destroy (&self->changed_lock);
  pthread_mutex_destroy (&self->readers_lock);
  pthread_mutex_destroy (&self->queue_lock);
  pthread_cond_destroy (&self->queue_filled);
  pthread_mutex_destroy (&self->checkpoint_lock);
  pthread_cond_destroy (&self->checkpoint_wanted);
  g_free (self->url);
  g_free (self->epoch);
  g_free (self->salt);
  g_free (self->node);
  g_free (self);
}

static SparkStore *
store_new (const char *url)
{
  SparkStore *self = g_new0 (SparkStore, 1);
  pthread_condattr_t monotonic;

  self->url = g_strdup (url);
  self->readers = g_ptr_array_new_with_free_func (reader_free);
  self->node = make_random ();
  g_queue_init (&self->queue);
  pthread_key_create (&self->reader_key, reader_abandoned);
  pthread_mutex_init (&self->changed_lock, NULL);
  pthread_mutex_init (&self->readers_lock, NULL);
  pthread_mutex_init (&self->queue_lock, NULL);
  pthread_mutex_init (&self->checkpoint_lock, NULL);
  pthread_cond_init (&self->checkpoint_wanted, NULL);
  pthread_condattr_init (&monotonic);
  pthread_condattr_setclock (&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init (&self->queue_filled, &monotonic);
  pthread_condattr_destroy (&monotonic);
  return self;
}

/* Beside a database that is a file; one on a server has no such place. */
static char *
find_key_path (const char *url, const char *key_path, GError **error)
{
  const char *path = spark_database_path (url);

  if (key_path != NULL)
    return g_strdup (key_path);
  if (path != NULL)
    return g_strconcat (path, ".key", NULL);
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
               "Say where the key of the codes in this database is: --key FILE. All that use the "
               "database need the same key; it is made with a new database.");
  return NULL;
}

static gboolean
check_url (const char *url, GError **error)
{
  if (spark_database_knows (url))
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
               "This is not a database that Sparkbox knows. Give sqlite:PATH or "
               "postgresql://…");
  return FALSE;
}

SparkStore *
spark_store_open (const char *url, const char *key_path, GError **error)
{
  g_autofree char *key = NULL;
  SparkStore *self;

  if (!check_url (url, error))
    return NULL;
  key = find_key_path (url, key_path, error);
  if (key == NULL)
    return NULL;
  self = store_new (url);

  self->database = spark_database_open (url, TRUE, error);
  if (self->database == NULL || !spark_database_migrate (self->database, error)
      || (spark_database_has_checkpoints (self->database)
          && (self->checkpoint_database = spark_database_open (url, TRUE, error)) == NULL)
      || (spark_database_can_listen (self->database)
          && (self->listen_database = spark_database_open (url, FALSE, error)) == NULL))
    {
      store_free (self);
      return NULL;
    }
  pthread_create (&self->writer, NULL, run_writer, self);
  self->running = TRUE;
  if (!spark_store_write (self, load_key_and_epoch, key, error))
    {
      store_free (self);
      return NULL;
    }
  if (self->checkpoint_database != NULL)
    pthread_create (&self->checkpointer, NULL, run_checkpointer, self);
  if (self->listen_database != NULL)
    pthread_create (&self->listener, NULL, run_listener, self);
  return self;
}

void
spark_store_close (SparkStore *self)
{
  if (self == NULL)
    return;
  stop_writer (self);
  self->running = FALSE;
  if (self->listen_database != NULL)
    {
      spark_database_stop_listening (self->listen_database);
      pthread_join (self->listener, NULL);
    }
  if (self->checkpoint_database != NULL)
    {
      pthread_mutex_lock (&self->checkpoint_lock);
      self->checkpoint_closing = TRUE;
      pthread_cond_signal (&self->checkpoint_wanted);
      pthread_mutex_unlock (&self->checkpoint_lock);
      pthread_join (self->checkpointer, NULL);
    }
  store_free (self);
}

void
spark_store_set_changed (SparkStore *self, SparkStoreChanged changed, gpointer data)
{
  pthread_mutex_lock (&self->changed_lock);
  self->changed_data = data;
  self->changed = changed;
  pthread_mutex_unlock (&self->changed_lock);
}

void
spark_store_set_clock (SparkStore *self, gint64 (*clock) (gpointer data), gpointer data)
{
  self->now_data = data;
  self->now = clock;
}

/* --- without opening --- */

gboolean
spark_store_migrate (const char *url, GError **error)
{
  g_autoptr (SparkDatabase) database = NULL;

  if (!check_url (url, error))
    return FALSE;
  database = spark_database_open (url, TRUE, error);
  return database != NULL && spark_database_migrate (database, error);
}

gboolean
spark_store_backup (const char *url, const char *path, GError **error)
{
  g_autoptr (SparkDatabase) database = NULL;

  if (!check_url (url, error))
    return FALSE;
  database = spark_database_open (url, FALSE, error);
  return database != NULL && spark_database_backup (database, path, error);
}

gboolean
spark_store_inspect (const char *url, SparkStoreProblem problem, gpointer data, GError **error)
{
  g_autoptr (SparkDatabase) database = NULL;

  if (!check_url (url, error))
    return FALSE;
  database = spark_database_open (url, FALSE, error);
  return database != NULL && spark_database_inspect (database, problem, data, error);
}

const char *
spark_store_epoch (SparkStore *self)
{
  return self->epoch;
}

const char *
spark_store_salt (SparkStore *self)
{
  return self->salt;
}

SparkSecrets *
spark_store_secrets (SparkStore *self)
{
  return self->secrets;
}
