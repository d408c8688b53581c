/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <errno.h>
#include <time.h>

#include "model/spark-error.h"
#include "server/metrics/spark-metrics.h"
#include "server/store/spark-store-private.h"

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
#define LOG_PAGES      10000
#define LONG_LOG_PAGES 40000

typedef struct
{
  SparkStoreFunc run;
  SparkStoreDone done;
  gpointer data;
  GError *error;
  guint tries; /* transactions that it was put off from */
  gint64 now;  /* of the transaction it is in */
} Job;

/* Jobs of one transaction. */
typedef struct
{
  GPtrArray *jobs;    /* of Job */
  GPtrArray *waiting; /* those of them that are not done */
  gboolean begun;     /* each was run once */
} Batch;

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

/* Runs each that waits. */
static gboolean
run_round (SparkTx *tx, Batch *batch, GError **error)
{
  GPtrArray *waiting = batch->waiting;
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
  return TRUE;
}

/* The transaction, and the first round. */
static gboolean
begin_batch (SparkStore *self, SparkTx *tx, Batch *batch, GError **error)
{
  /* A job that waits for what it reads runs anew with the same time: it must ask for the same. */
  for (guint i = 0; i < batch->jobs->len; i++)
    ((Job *)batch->jobs->pdata[i])->now = spark_store_now (tx->store);
  g_ptr_array_set_size (batch->waiting, 0);
  g_ptr_array_extend (batch->waiting, batch->jobs, NULL, NULL);
  tx->secrets = self->secrets;
  if (!spark_database_begin (tx->database, TRUE, error))
    return FALSE;
  spark_tx_begin (tx);
  if (run_round (tx, batch, error))
    return TRUE;
  spark_database_rollback (tx->database);
  spark_tx_lost (tx);
  return FALSE;
}

/* Runs them until all are done; moves those that need another transaction to @later. */
static gboolean
run_jobs (SparkTx *tx, Batch *batch, GPtrArray *later, GError **error)
{
  gboolean again = TRUE;

  while (batch->waiting->len > 0)
    {
      if (!spark_database_fetch (tx->database, &again, error))
        return FALSE;
      if (!again)
        break;
      if (!run_round (tx, batch, error))
        return FALSE;
    }
  g_ptr_array_extend (later, batch->waiting, NULL, NULL);
  return TRUE;
}

static void
forget_errors (GPtrArray *jobs)
{
  for (guint i = 0; i < jobs->len; i++)
    g_clear_error (&((Job *)jobs->pdata[i])->error);
}

static void
take_queued (SparkStore *self, GPtrArray *jobs)
{
  while (!g_queue_is_empty (&self->queue) && jobs->len < MAX_BATCH)
    g_ptr_array_add (jobs, g_queue_pop_head (&self->queue));
}

/* Commits, and begins with what is queued meanwhile. */
static gboolean
commit_and_begin (SparkStore *self, SparkTx *tx, Batch *next, GError **error)
{
  pthread_mutex_lock (&self->queue_lock);
  take_queued (self, next->jobs);
  pthread_mutex_unlock (&self->queue_lock);
  if (next->jobs->len > 0)
    {
      spark_database_send_commit (tx->database);
      next->begun = begin_batch (self, tx, next, NULL);
    }
  if (spark_database_commit (tx->database, error))
    return TRUE;
  next->begun = FALSE;
  forget_errors (next->jobs);
  return FALSE;
}

/* @next: (nullable): what is begun before this is done */
static gboolean
try_batch (SparkStore *self, SparkTx *tx, Batch *batch, Batch *next, GPtrArray *later,
           GError **error)
{
  g_autoptr (GArray) touched = NULL;
  gboolean begun = batch->begun;

  batch->begun = FALSE;
  if (!begun && !begin_batch (self, tx, batch, error))
    return FALSE;
  if (!run_jobs (tx, batch, later, error))
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
  touched = spark_tx_touched (tx);
  /* Jobs that were put off come before what is queued. */
  if (next != NULL && later->len == 0 ? !commit_and_begin (self, tx, next, error)
                                      : !spark_database_commit (tx->database, error))
    return FALSE;
  if (touched != NULL)
    tell_changed (self, (const gint64 *)touched->data, touched->len);
  return TRUE;
}

static gboolean
commit_batch (SparkStore *self, SparkTx *tx, Batch *batch, Batch *next, GPtrArray *later,
              GError **error)
{
  for (guint tries = 1;; tries++)
    {
      g_autoptr (GError) local = NULL;

      if (try_batch (self, tx, batch, tries == 1 ? next : NULL, later, &local))
        return TRUE;
      spark_tx_lost (tx);
      g_ptr_array_set_size (later, 0);
      forget_errors (batch->jobs);
      if (spark_database_failure (tx->database) == SPARK_FAILURE_SPOILT)
        continue;
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
commit_jobs (SparkStore *self, SparkTx *tx, Batch *batch, Batch *next)
{
  g_autoptr (GPtrArray) later = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  GPtrArray *jobs = batch->jobs;
  SparkStoreGather gather = atomic_load (&self->gather);
  gint64 began = g_get_monotonic_time ();
  gboolean ok = commit_batch (self, tx, batch, next, later, &error);

  spark_metrics_count (ok ? SPARK_COUNTER_COMMITS : SPARK_COUNTER_COMMITS_FAILED);
  spark_metrics_observe (SPARK_HISTOGRAM_COMMIT, g_get_monotonic_time () - began);
  spark_metrics_observe (SPARK_HISTOGRAM_BATCH, jobs->len);
  if (!ok && jobs->len > 1 && spark_database_failure (tx->database) == SPARK_FAILURE_REFUSED)
    {
      /* One of them spoils it for all: each by itself. */
      for (guint i = 0; i < jobs->len; i++)
        {
          g_autoptr (GPtrArray) one = g_ptr_array_new ();
          g_autoptr (GPtrArray) waiting = g_ptr_array_new ();

          g_ptr_array_add (one, jobs->pdata[i]);
          commit_jobs (self, tx, &(Batch){ .jobs = one, .waiting = waiting }, NULL);
        }
      g_ptr_array_set_size (jobs, 0);
      return;
    }
  if (gather != NULL)
    gather (TRUE);
  for (guint i = 0; i < jobs->len; i++)
    if (!g_ptr_array_find (later, jobs->pdata[i], NULL))
      end_job (jobs->pdata[i], error);
  if (gather != NULL)
    gather (FALSE);
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
  take_queued (self, jobs);
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

void *
spark_store_run_writer (void *data)
{
  SparkStore *self = data;
  SparkTx *tx = spark_tx_new (self, self->database, NULL);
  gboolean overlaps = spark_database_can_send_commit (self->database);
  Batch batches[2] = { { 0 } };
  gint64 version = spark_database_version (self->database);
  gint64 log_pages = 0;
  guint at = 0;

  for (guint i = 0; i < G_N_ELEMENTS (batches); i++)
    batches[i] = (Batch){ .jobs = g_ptr_array_new (), .waiting = g_ptr_array_new () };
  while (batches[at].jobs->len > 0 || take_jobs (self, batches[at].jobs))
    {
      gboolean idle = batches[at].jobs->len == 0;
      gint64 seen;

      if (!idle)
        {
          commit_jobs (self, tx, &batches[at], overlaps ? &batches[!at] : NULL);
          at = !at;
        }
      look_after_log (self, idle, &log_pages);

      /* Only commits of other processes move the number that this connection sees. */
      seen = spark_database_version (self->database);
      if (seen != version)
        tell_changed (self, NULL, 0);
      version = seen;
    }
  for (guint i = 0; i < G_N_ELEMENTS (batches); i++)
    {
      g_ptr_array_unref (batches[i].jobs);
      g_ptr_array_unref (batches[i].waiting);
    }
  spark_tx_free (tx);
  return NULL;
}

static void
run_checkpoint (SparkStore *self)
{
  g_autoptr (GError) error = NULL;

  /* Nobody waits at a start for a connection that is used later. */
  if (self->checkpoint_database == NULL)
    self->checkpoint_database = spark_database_open (self->url, TRUE, &error);
  if (self->checkpoint_database != NULL)
    spark_database_checkpoint (self->checkpoint_database);
  else
    g_message ("checkpoint: %s", error->message);
}

void *
spark_store_run_checkpointer (void *data)
{
  SparkStore *self = data;

  pthread_mutex_lock (&self->checkpoint_lock);
  while (!self->checkpoint_closing)
    if (self->checkpoint_due)
      {
        self->checkpoint_due = FALSE;
        pthread_mutex_unlock (&self->checkpoint_lock);
        run_checkpoint (self);
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

static char *
on_tell (gsize most, gpointer data)
{
  SparkStore *self = data;
  char *words = NULL;

  pthread_mutex_lock (&self->changed_lock);
  if (self->talk.tell != NULL)
    words = self->talk.tell (most, self->talk_data);
  pthread_mutex_unlock (&self->changed_lock);
  return words;
}

static void
on_told (const char *words, gpointer data)
{
  SparkStore *self = data;

  pthread_mutex_lock (&self->changed_lock);
  if (self->talk.told != NULL)
    self->talk.told (words, self->talk_data);
  pthread_mutex_unlock (&self->changed_lock);
}

void *
spark_store_run_listener (void *data)
{
  SparkStore *self = data;
  const SparkDatabaseListener listener = { on_heard, on_tell, on_told, self };
  g_autoptr (GError) error = NULL;

  if (!spark_database_listen (self->listen_database, self->node, &listener, &error))
    spark_error_log (G_LOG_DOMAIN, "Changes made by other processes will not be told", error);
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

void
spark_store_stop_writer (SparkStore *self)
{
  if (!self->running)
    return;
  pthread_mutex_lock (&self->queue_lock);
  self->closing = TRUE;
  pthread_cond_signal (&self->queue_filled);
  pthread_mutex_unlock (&self->queue_lock);
  pthread_join (self->writer, NULL);
}
