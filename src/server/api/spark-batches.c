/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include <errno.h>
#include <time.h>

#include "server/api/spark-api-private.h"

/* Rows that are given to the writer at once: others' writes come between. */
#define STEP 32
/* Batches that are looked at in one round; each is then one step further. */
#define ROUND 16
/* When nobody calls, what other nodes have left is looked for so often. */
#define LOOK_SECONDS 20
/* A batch that another node works at is its own; an import that stands still so long is nobody's.
 */
#define STALE_MS  (60 * 1000)
#define FORGET_MS (60 * 60 * 1000)
/* Of results, to begin with. */
#define FORGET_ROWS 200

/*
 * Works through batches, and through what removed accounts have left, on a thread of its own. Each
 * row is a transaction; what it fails with is written down with the batch's progress. All that is
 * known about a batch is in the database, so it goes on after a restart, on whichever node looks
 * first; that two work at one does no harm.
 */
struct _SparkBatches
{
  SparkApi *api;
  pthread_t thread;
  pthread_mutex_t lock; /* for what follows */
  pthread_cond_t wanted;
  gboolean due;
  gboolean stopping;
  gint64 forgotten_at; /* the thread's own, as what follows */
  SparkPace forgets;
  SparkRemoval removal;
};

typedef struct _Step Step;

typedef struct
{
  Step *step;
  SparkBatchRow row;
  GError *error;
} Row;

struct _Step
{
  gint64 account;
  gint64 batch;
  Row rows[STEP];
  SparkBatchFailure failures[STEP];
  gsize n_failures;
  SparkError problem; /* of an import */

  pthread_mutex_t lock; /* for left */
  pthread_cond_t ended;
  guint left;
};

static gboolean
run_row (SparkTx *tx, gpointer data, GError **error)
{
  Row *self = data;

  return spark_ledger_run_batch_row (tx, self->step->account, self->step->batch, &self->row, error);
}

static void
row_done (gpointer data, const GError *error)
{
  Row *self = data;
  Step *step = self->step;

  self->error = error != NULL ? g_error_copy (error) : NULL;
  pthread_mutex_lock (&step->lock);
  step->left--;
  pthread_cond_signal (&step->ended);
  pthread_mutex_unlock (&step->lock);
}

static gboolean
run_advance (SparkTx *tx, gpointer data, GError **error)
{
  Step *self = data;

  return spark_ledger_advance_batch (tx, self->account, self->batch, self->failures,
                                     self->n_failures, error);
}

static gboolean
run_fail (SparkTx *tx, gpointer data, GError **error)
{
  Step *self = data;

  return spark_ledger_fail_batch (tx, self->account, self->batch, SPARK_ERROR_UNAVAILABLE, error);
}

typedef struct
{
  guint rows;
  gboolean more;
} Forget;

static gboolean
run_forget (SparkTx *tx, gpointer data, GError **error)
{
  Forget *forget = data;

  return spark_ledger_forget_batch_rows (tx, forget->rows, &forget->more, error);
}

/* A portion of what is kept no more. TRUE: there is more of it. */
static gboolean
forget_some (SparkBatches *self, gint64 now)
{
  Forget forget = { .rows = self->forgets.rows };

  if (now - self->forgotten_at <= FORGET_MS
      || !spark_store_write_paced (self->api->store, run_forget, &forget, &self->forgets, NULL))
    return FALSE;
  if (!forget.more)
    self->forgotten_at = now;
  return forget.more;
}

/* A row that the database could not take now is tried again; whatever else is wrong stays so. */
static gboolean
is_passing (const GError *error)
{
  return g_error_matches (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE);
}

static GArray *
next_rows (SparkStore *store, const SparkRunningBatch *batch)
{
  SparkTx *tx = spark_store_read_begin (store, NULL);
  GArray *rows;

  if (tx == NULL)
    return NULL;
  rows = spark_read_batch_rows (tx, batch->account, batch->id, STEP, NULL);
  spark_store_read_end (tx);
  return rows;
}

static void
run_rows (SparkStore *store, Step *step, const GArray *rows)
{
  pthread_mutex_init (&step->lock, NULL);
  pthread_cond_init (&step->ended, NULL);
  step->left = rows->len;
  for (guint i = 0; i < rows->len; i++)
    {
      step->rows[i] = (Row){ step, g_array_index (rows, SparkBatchRow, i), NULL };
      spark_store_submit (store, run_row, row_done, &step->rows[i]);
    }
  pthread_mutex_lock (&step->lock);
  while (step->left > 0)
    pthread_cond_wait (&step->ended, &step->lock);
  pthread_mutex_unlock (&step->lock);
  pthread_cond_destroy (&step->ended);
  pthread_mutex_destroy (&step->lock);
}

/* One step of one batch. FALSE: better wait a while. */
static gboolean
take_step (SparkStore *store, const SparkRunningBatch *batch)
{
  g_autoptr (GArray) rows = next_rows (store, batch);
  g_autoptr (GError) error = NULL;
  Step step = { .account = batch->account, .batch = batch->id };
  gboolean ok = TRUE;

  if (rows == NULL)
    return FALSE;
  run_rows (store, &step, rows);
  for (guint i = 0; i < rows->len; i++)
    {
      const GError *failed = step.rows[i].error;

      if (failed == NULL)
        continue;
      if (is_passing (failed))
        ok = FALSE;
      else
        step.failures[step.n_failures++] = (SparkBatchFailure){
          step.rows[i].row.line,
          spark_enum_to_string (SPARK_TYPE_ERROR, failed->domain == SPARK_ERROR
                                                      ? (SparkError)failed->code
                                                      : SPARK_ERROR_INTERNAL),
        };
    }
  if (!spark_store_write (store, run_advance, &step, &error))
    ok = FALSE;
  for (guint i = 0; i < rows->len; i++)
    g_clear_error (&step.rows[i].error);
  return ok;
}

static gboolean
work_at (SparkStore *store, const SparkRunningBatch *batch, gint64 now)
{
  Step step = { .account = batch->account, .batch = batch->id };

  if (batch->act != SPARK_BATCH_ACT_IMPORT)
    return take_step (store, batch);
  /* An import is the node's that has the file; when it is gone, so is the import. */
  if (batch->updated_at < now - STALE_MS)
    spark_store_write (store, run_fail, &step, NULL);
  return TRUE;
}

/* How much there is to go on with. Imports are not worked at here. */
static guint
one_round (SparkBatches *self, gboolean *ok)
{
  gboolean removes, more = FALSE;
  SparkStore *store = self->api->store;
  g_autoptr (GArray) batches = NULL;
  SparkTx *tx = spark_store_read_begin (store, NULL);
  gint64 now = 0;
  guint n = 0;

  *ok = tx != NULL;
  if (tx == NULL)
    return 0;
  now = spark_tx_now (tx);
  batches = spark_read_running_batches (tx, ROUND, NULL);
  removes = spark_ledger_has_removals (tx);
  spark_store_read_end (tx);
  for (guint i = 0; batches != NULL && i < batches->len; i++)
    {
      const SparkRunningBatch *batch = &g_array_index (batches, SparkRunningBatch, i);

      n += batch->act != SPARK_BATCH_ACT_IMPORT;
      *ok = work_at (store, batch, now) && *ok;
    }
  if (removes)
    *ok = spark_ledger_remove_some (store, &self->removal, &more, NULL) && *ok;
  n += forget_some (self, now);
  return n + more;
}

/* FALSE: it is to end. */
static gboolean
wait_for_work (SparkBatches *self, gint64 seconds)
{
  struct timespec deadline;
  gboolean go_on;
  int result = 0;

  clock_gettime (CLOCK_MONOTONIC, &deadline);
  deadline.tv_sec += seconds;
  pthread_mutex_lock (&self->lock);
  while (!self->due && !self->stopping && result != ETIMEDOUT)
    result = pthread_cond_timedwait (&self->wanted, &self->lock, &deadline);
  self->due = FALSE;
  go_on = !self->stopping;
  pthread_mutex_unlock (&self->lock);
  return go_on;
}

static void *
run (void *data)
{
  SparkBatches *self = data;
  gint64 seconds = 0;

  while (wait_for_work (self, seconds))
    {
      gboolean ok;
      guint n = one_round (self, &ok);

      seconds = !ok ? 1 : n > 0 ? 0 : LOOK_SECONDS;
    }
  return NULL;
}

SparkBatches *
spark_batches_new (SparkApi *api)
{
  SparkBatches *self = g_new0 (SparkBatches, 1);
  pthread_condattr_t monotonic;

  self->api = api;
  self->removal = (SparkRemoval)SPARK_REMOVAL_INIT;
  self->forgets.rows = FORGET_ROWS;
  pthread_mutex_init (&self->lock, NULL);
  pthread_condattr_init (&monotonic);
  pthread_condattr_setclock (&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init (&self->wanted, &monotonic);
  pthread_condattr_destroy (&monotonic);
  if (pthread_create (&self->thread, NULL, run, self) != 0)
    g_error ("There can be no more threads.");
  return self;
}

void
spark_batches_wake (SparkBatches *self)
{
  pthread_mutex_lock (&self->lock);
  self->due = TRUE;
  pthread_cond_signal (&self->wanted);
  pthread_mutex_unlock (&self->lock);
}

void
spark_batches_free (SparkBatches *self)
{
  pthread_mutex_lock (&self->lock);
  self->stopping = TRUE;
  pthread_cond_signal (&self->wanted);
  pthread_mutex_unlock (&self->lock);
  pthread_join (self->thread, NULL);
  pthread_cond_destroy (&self->wanted);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}
