/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <glib/gstdio.h>
#include <pthread.h>
#include <sqlite3.h>

#include "ledger-acts.h"
#include "server/store/spark-tx.h"

/* More than the queue holds. */
#define MANY 9000
/* How long something that must happen is waited for. */
#define PATIENCE_S 30

/* A gate that a job waits at, so that what is queued behind it is committed together. */
typedef struct
{
  pthread_mutex_t lock; /* for what follows */
  pthread_cond_t changed;
  gboolean open;
  gboolean reached;
  int done;
  int failed;
} Gate;

static void
gate_init (Gate *gate)
{
  *gate = (Gate){ 0 };
  pthread_mutex_init (&gate->lock, NULL);
  pthread_cond_init (&gate->changed, NULL);
}

static gboolean
run_wait (SparkTx *tx, gpointer data, GError **error)
{
  Gate *gate = data;

  pthread_mutex_lock (&gate->lock);
  gate->reached = TRUE;
  pthread_cond_broadcast (&gate->changed);
  while (!gate->open)
    pthread_cond_wait (&gate->changed, &gate->lock);
  pthread_mutex_unlock (&gate->lock);
  return TRUE;
}

static void
count_done (gpointer data, const GError *error)
{
  Gate *gate = data;

  pthread_mutex_lock (&gate->lock);
  gate->done++;
  gate->failed += error != NULL;
  pthread_cond_broadcast (&gate->changed);
  pthread_mutex_unlock (&gate->lock);
}

static void
gate_wait_done (Gate *gate, int done)
{
  pthread_mutex_lock (&gate->lock);
  while (gate->done < done)
    pthread_cond_wait (&gate->changed, &gate->lock);
  pthread_mutex_unlock (&gate->lock);
}

/* Returns when the writer stands at the gate, in a transaction. */
static void
gate_close (Gate *gate, SparkStore *store)
{
  spark_store_submit (store, run_wait, count_done, gate);
  pthread_mutex_lock (&gate->lock);
  while (!gate->reached)
    pthread_cond_wait (&gate->changed, &gate->lock);
  pthread_mutex_unlock (&gate->lock);
}

static void
gate_open (Gate *gate)
{
  pthread_mutex_lock (&gate->lock);
  gate->open = TRUE;
  pthread_cond_broadcast (&gate->changed);
  pthread_mutex_unlock (&gate->lock);
}

/* --- group commit --- */

typedef struct
{
  Fixture *fixture;
  Gate *gate;
  const char *name;
  gboolean fails;
  gboolean seen; /* by another connection, when the outcome was told */
  GError *error;
} Job;

static gboolean
run_job (SparkTx *tx, gpointer data, GError **error)
{
  Job *job = data;
  g_autofree char *id = NULL;

  if (!spark_ledger_add_brand (tx, &creator, job->fixture->account, job->name, NULL, &id, error))
    return FALSE;
  if (!job->fails)
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN, "No.");
  return FALSE;
}

static gboolean
is_brand_visible (const char *path, const char *name)
{
  sqlite3 *connection;
  sqlite3_stmt *stmt;
  gboolean found;

  g_assert_cmpint (sqlite3_open_v2 (path, &connection, SQLITE_OPEN_READONLY, NULL), ==, SQLITE_OK);
  g_assert_cmpint (
      sqlite3_prepare_v2 (connection, "SELECT 1 FROM brands WHERE name = ?1", -1, &stmt, NULL), ==,
      SQLITE_OK);
  sqlite3_bind_text (stmt, 1, name, -1, SQLITE_STATIC);
  found = sqlite3_step (stmt) == SQLITE_ROW;
  sqlite3_finalize (stmt);
  sqlite3_close (connection);
  return found;
}

static void
job_done (gpointer data, const GError *error)
{
  Job *job = data;

  job->error = error != NULL ? g_error_copy (error) : NULL;
  job->seen = is_brand_visible (job->fixture->url + strlen ("sqlite:"), job->name);
  count_done (job->gate, error);
}

/* Many changes in one commit: one that fails undoes itself alone, and all are told afterwards. */
static void
test_group_commit (Fixture *self, gconstpointer data)
{
  Gate gate;
  Job jobs[] = {
    { self, &gate, "First", FALSE, FALSE, NULL },
    { self, &gate, "Second", TRUE, FALSE, NULL },
    { self, &gate, "First", FALSE, FALSE, NULL },
    { self, &gate, "Third", FALSE, FALSE, NULL },
  };

  gate_init (&gate);
  gate_close (&gate, self->store);
  for (gsize i = 0; i < G_N_ELEMENTS (jobs); i++)
    spark_store_submit (self->store, run_job, job_done, &jobs[i]);
  gate_open (&gate);
  gate_wait_done (&gate, 1 + G_N_ELEMENTS (jobs));

  g_assert_no_error (jobs[0].error);
  g_assert_true (jobs[0].seen);
  g_assert_error (jobs[1].error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN);
  g_assert_false (jobs[1].seen);
  g_assert_error (jobs[2].error, SPARK_ERROR, SPARK_ERROR_BRAND_EXISTS);
  g_assert_no_error (jobs[3].error);
  g_assert_true (jobs[3].seen);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_BRAND_ADDED), ==, 2);
  g_clear_error (&jobs[1].error);
  g_clear_error (&jobs[2].error);
}

static gboolean
run_nothing (SparkTx *tx, gpointer data, GError **error)
{
  return TRUE;
}

/* What does not fit into the queue is refused at once; what is in it is done. */
static void
test_bounded_queue (Fixture *self, gconstpointer data)
{
  Gate gate;
  int refused;

  gate_init (&gate);
  gate_close (&gate, self->store);
  for (int i = 0; i < MANY; i++)
    spark_store_submit (self->store, run_nothing, count_done, &gate);
  pthread_mutex_lock (&gate.lock);
  refused = gate.failed;
  g_assert_cmpint (refused, ==, gate.done);
  pthread_mutex_unlock (&gate.lock);
  g_assert_cmpint (refused, >, 0);
  g_assert_cmpint (refused, <, MANY);
  gate_open (&gate);
  gate_wait_done (&gate, MANY + 1);
  g_assert_cmpint (gate.failed, ==, refused);
}

/* What was queued before the store is closed is done and told. */
static void
test_close_drains (Fixture *self, gconstpointer data)
{
  Gate gate;
  Job jobs[] = {
    { self, &gate, "First", FALSE, FALSE, NULL },
    { self, &gate, "Second", FALSE, FALSE, NULL },
  };

  gate_init (&gate);
  gate_close (&gate, self->store);
  for (gsize i = 0; i < G_N_ELEMENTS (jobs); i++)
    spark_store_submit (self->store, run_job, job_done, &jobs[i]);
  gate_open (&gate);
  fixture_reopen (self);
  g_assert_cmpint (gate.done, ==, 3);
  g_assert_cmpint (gate.failed, ==, 0);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_BRAND_ADDED), ==, 2);
}

/* --- reading --- */

static void
test_reads_do_not_wait (Fixture *self, gconstpointer data)
{
  Gate gate;
  SparkTx *tx;
  gint64 before, after;

  gate_init (&gate);
  tx = spark_store_read_begin (self->store, NULL);
  g_assert_true (spark_read_counter (tx, 1, &before, NULL));
  g_free (fixture_add_brand (self, self->account, "Meanwhile"));
  /* A snapshot stays what it was. */
  g_assert_true (spark_read_counter (tx, 1, &after, NULL));
  g_assert_cmpint (before, ==, after);
  spark_store_read_end (tx);

  /* The writer is in the middle of a transaction. */
  gate_close (&gate, self->store);
  tx = spark_store_read_begin (self->store, NULL);
  g_assert_true (spark_read_counter (tx, 1, &after, NULL));
  g_assert_cmpint (after, >, before);
  spark_store_read_end (tx);
  gate_open (&gate);
  gate_wait_done (&gate, 1);
}

/* --- who else wrote --- */

typedef struct
{
  pthread_mutex_t lock; /* for what follows */
  pthread_cond_t changed;
  int ours;
  int anybody;
  gint64 account;
} Heard;

static void
on_changed (const gint64 *accounts, gsize n_accounts, gpointer data)
{
  Heard *heard = data;

  pthread_mutex_lock (&heard->lock);
  if (accounts != NULL)
    {
      heard->ours++;
      g_assert_cmpuint (n_accounts, ==, 1);
      heard->account = accounts[0];
    }
  else
    heard->anybody++;
  pthread_cond_broadcast (&heard->changed);
  pthread_mutex_unlock (&heard->lock);
}

static void
test_changed (Fixture *self, gconstpointer data)
{
  const char *arguments[] = { SPARKBOXD, "account", "add", "Mia", "--database", self->url, NULL };
  Heard heard = { 0 };
  struct timespec deadline;
  g_autoptr (GError) error = NULL;
  int status, result = 0;

  pthread_mutex_init (&heard.lock, NULL);
  pthread_cond_init (&heard.changed, NULL);
  spark_store_set_changed (self->store, on_changed, &heard);
  g_free (fixture_add_brand (self, self->account, "Acme"));
  pthread_mutex_lock (&heard.lock);
  g_assert_cmpint (heard.ours, ==, 1);
  g_assert_cmpint (heard.account, ==, 1);
  g_assert_cmpint (heard.anybody, ==, 0);
  pthread_mutex_unlock (&heard.lock);

  g_spawn_sync (NULL, (char **)arguments, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  clock_gettime (CLOCK_REALTIME, &deadline);
  deadline.tv_sec += PATIENCE_S;
  pthread_mutex_lock (&heard.lock);
  while (heard.anybody == 0 && result == 0)
    result = pthread_cond_timedwait (&heard.changed, &heard.lock, &deadline);
  pthread_mutex_unlock (&heard.lock);
  g_assert_cmpint (result, ==, 0);
  spark_store_set_changed (self->store, NULL, NULL);
}

/* --- the clock --- */

static gboolean
run_read_clock (SparkTx *tx, gpointer data, GError **error)
{
  *(gint64 *)data = spark_tx_now (tx);
  return TRUE;
}

static gboolean
run_set_clock (SparkTx *tx, gpointer data, GError **error)
{
  spark_tx_set_now (tx, *(gint64 *)data);
  return TRUE;
}

/* The clock may go where it likes: numbers only rise, and nothing that was written is undone. */
static void
test_clock (Fixture *self, gconstpointer data)
{
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autofree char *string = fixture_code_string (self, code);
  gint64 start = self->now;
  gint64 before = 0, other = 5, seen = 0;
  static const int days[] = { 0, -4000, 3, -1, 20 };

  for (gsize i = 0; i < G_N_ELEMENTS (days); i++)
    {
      g_autofree char *name = g_strdup_printf ("Brand %zu", i);
      g_autofree char *advertiser = fixture_add_advertiser (self, name);
      g_autofree char *grant = NULL;
      SparkTx *tx;
      gint64 counter;

      self->now = start + days[i] * SPARK_DAY_MS;
      fixture_expire (self);
      grant = fixture_redeem (self, advertiser, string, NULL);
      g_assert_cmpint (fixture_grant_state (self, grant), ==, SPARK_GRANT_STATE_AUTHORIZED);
      g_assert_cmpint (fixture_grant_ends_at (self, grant), ==, start + 30 * SPARK_DAY_MS);
      tx = spark_store_read_begin (self->store, NULL);
      g_assert_true (spark_read_counter (tx, 1, &counter, NULL));
      spark_store_read_end (tx);
      g_assert_cmpint (counter, >, before);
      before = counter;
    }
  /* One job's own time is not the next one's. */
  g_assert_true (fixture_run (self, run_set_clock, &other, NULL));
  g_assert_true (fixture_run (self, run_read_clock, &seen, NULL));
  g_assert_cmpint (seen, ==, self->now);
}

#define ADD(path, func)                                                                            \
  g_test_add ("/store/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

/* No memory has room for the stack of a thread: an error rather than a wait for one that is not. */
static void
test_no_threads (void)
{
  g_autofree char *folder = g_dir_make_tmp ("sparkbox-store-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "box.db", NULL);
  g_autofree char *key = g_strconcat (path, ".key", NULL);
  g_autofree char *url = g_strconcat ("sqlite:", path, NULL);
  g_autoptr (GError) error = NULL;
  pthread_attr_t usual, huge;

  pthread_getattr_default_np (&usual);
  pthread_attr_init (&huge);
  g_assert_cmpint (pthread_attr_setstacksize (&huge, (size_t)1 << 50), ==, 0);
  g_assert_cmpint (pthread_setattr_default_np (&huge), ==, 0);
  g_assert_null (spark_store_open (url, NULL, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE);
  pthread_setattr_default_np (&usual);
  pthread_attr_destroy (&huge);
  pthread_attr_destroy (&usual);
  g_unlink (path);
  g_unlink (key);
  g_rmdir (folder);
}

/* One of them may take long, where the computer does something else. */
#define QUICK 5

static gboolean
run_slow (SparkTx *tx, gpointer data, GError **error)
{
  guint *n = data;

  /* However few rows it is of, after the first ones. */
  if ((*n)++ >= QUICK)
    g_usleep (30000);
  return TRUE;
}

static void
write_quickly (Fixture *self, guint *n, SparkPace *pace)
{
  guint rows = pace->rows;

  for (guint i = 0; i < QUICK; i++)
    g_assert_true (spark_store_write_paced (self->store, run_slow, n, pace, NULL));
  pace->rows = rows;
}

/* What takes long by itself does not become less and less. */
static void
test_pace (Fixture *self, gconstpointer data)
{
  SparkPace pace = { .rows = 200, .fewest = 50 };
  SparkPace without = { .rows = 4 };
  guint n = 0;

  write_quickly (self, &n, &pace);
  for (guint i = 0; i < 5; i++)
    g_assert_true (spark_store_write_paced (self->store, run_slow, &n, &pace, NULL));
  g_assert_cmpuint (pace.rows, ==, 50);
  n = 0;
  write_quickly (self, &n, &without);
  for (guint i = 0; i < 5; i++)
    g_assert_true (spark_store_write_paced (self->store, run_slow, &n, &without, NULL));
  g_assert_cmpuint (without.rows, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("group-commit", test_group_commit);
  ADD ("bounded-queue", test_bounded_queue);
  ADD ("close-drains", test_close_drains);
  ADD ("reads-do-not-wait", test_reads_do_not_wait);
  ADD ("changed", test_changed);
  ADD ("clock", test_clock);
  ADD ("pace", test_pace);
  g_test_add_func ("/store/no-threads", test_no_threads);
  return g_test_run ();
}
