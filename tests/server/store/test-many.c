/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <pthread.h>

#include "own-schema.h"
#include "server/store/spark-tx.h"

/*
 * What the jobs of one transaction write with one statement, where some values are those of all and
 * others are not. Under tests/server/postgres.
 */

#define N_JOBS 24
/* Of what may be the same for all: more than there are statements for. */
#define N_PATTERNS 128

typedef struct
{
  OwnSchema schema;
  gint64 accounts[N_JOBS];
  guint pattern;
  pthread_mutex_t lock; /* for what follows */
  pthread_cond_t changed;
  gboolean held;    /* the first job waits until all are there */
  gboolean holding; /* it does */
  guint ended;
} Fixture;

typedef struct
{
  Fixture *fixture;
  guint number;
} Job;

static void
set_up (Fixture *self, gconstpointer data)
{
  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->changed, NULL);
  own_schema_set_up (&self->schema, "many");
  for (guint i = 0; i < N_JOBS; i++)
    self->accounts[i] = own_schema_ask_number (
        &self->schema, "INSERT INTO accounts (platform, name, created_at) VALUES (0, 'Many', 0)"
                       " RETURNING account");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  own_schema_tear_down (&self->schema);
  pthread_mutex_destroy (&self->lock);
  pthread_cond_destroy (&self->changed);
}

static gboolean
hold_writer (SparkTx *tx, gpointer data, GError **error)
{
  Fixture *self = ((Job *)data)->fixture;

  pthread_mutex_lock (&self->lock);
  self->holding = TRUE;
  pthread_cond_broadcast (&self->changed);
  while (self->held)
    pthread_cond_wait (&self->changed, &self->lock);
  pthread_mutex_unlock (&self->lock);
  return TRUE;
}

/* The account's number where it is not the same for all. */
static gboolean
write_event (SparkTx *tx, gpointer data, GError **error)
{
  Job *job = data;
  guint pattern = job->fixture->pattern;
  gint64 account = job->fixture->accounts[job->number];
  g_autofree char *word = g_strdup_printf ("%" G_GINT64_FORMAT, account);
  gint64 id;

#define EITHER(bit, alike, other) ((pattern & 1u << (bit)) != 0 ? (alike) : (other))
  return spark_tx_next_change (tx, account, &id, error)
         && spark_tx_exec (tx, error, "event_insert", "iiiiisssiiiiissiiisiss", account, id,
                           EITHER (0, (gint64)7, account), (gint64)pattern, (gint64)1,
                           EITHER (1, NULL, word), EITHER (2, "all", word),
                           EITHER (6, "elsewhere", word),
                           EITHER (3, (gint64)8, account), (gint64)0, (gint64)0, (gint64)0,
                           (gint64)0, EITHER (4, "", word), "advertiser", (gint64)-1, (gint64)0,
                           EITHER (5, G_MAXINT64, account),
                           job->number % 2 == 0 ? "every other" : NULL, (gint64)0, NULL, word);
}

static void
job_done (gpointer data, const GError *error)
{
  Job *job = data;
  Fixture *self = job->fixture;

  g_assert_no_error (error);
  pthread_mutex_lock (&self->lock);
  self->ended++;
  pthread_cond_broadcast (&self->changed);
  pthread_mutex_unlock (&self->lock);
  g_free (job);
}

static void
submit (Fixture *self, SparkStoreFunc run, guint number)
{
  Job *job = g_new0 (Job, 1);

  *job = (Job){ self, number };
  spark_store_submit (self->schema.store, run, job_done, job);
}

/* How many jobs of the last pattern wrote what they should, in one transaction. */
static void
check_written (Fixture *self)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT count(*) || ' ' || count(DISTINCT made) FROM (SELECT *, xmin::text AS made, "
      "account::text AS word,"
      "  %u AS pattern, (account - %" G_GINT64_FORMAT ") %% 2 AS odd FROM events) AS e"
      " WHERE at = pattern AND actor_kind = 1 AND count = -1 AND advertiser = 'advertiser'"
      " AND type = CASE WHEN pattern & 1 <> 0 THEN 7 ELSE account END"
      " AND actor_id IS NOT DISTINCT FROM CASE WHEN pattern & 2 <> 0 THEN NULL ELSE word END"
      " AND actor_name = CASE WHEN pattern & 4 <> 0 THEN 'all' ELSE word END"
      " AND actor_from = CASE WHEN pattern & 64 <> 0 THEN 'elsewhere' ELSE word END"
      " AND video = CASE WHEN pattern & 8 <> 0 THEN 8 ELSE account END"
      " AND reason = CASE WHEN pattern & 16 <> 0 THEN '' ELSE word END"
      " AND ends_at = CASE WHEN pattern & 32 <> 0 THEN 9223372036854775807 ELSE account END"
      " AND note IS NOT DISTINCT FROM CASE WHEN odd = 0 THEN 'every other' END"
      " AND words IS NULL AND actor_words = word",
      self->pattern, self->accounts[0]);
  g_autofree char *written = own_schema_ask (&self->schema, sql);

  g_assert_cmpstr (written, ==, G_STRINGIFY (N_JOBS) " 1");
}

static void
test_alike (Fixture *self, gconstpointer data)
{
  for (self->pattern = 0; self->pattern < N_PATTERNS; self->pattern++)
    {
      self->held = TRUE;
      self->holding = FALSE;
      self->ended = 0;
      submit (self, hold_writer, 0);
      pthread_mutex_lock (&self->lock);
      while (!self->holding)
        pthread_cond_wait (&self->changed, &self->lock);
      pthread_mutex_unlock (&self->lock);
      for (guint i = 0; i < N_JOBS; i++)
        submit (self, write_event, i);
      pthread_mutex_lock (&self->lock);
      self->held = FALSE;
      pthread_cond_broadcast (&self->changed);
      while (self->ended < N_JOBS + 1)
        pthread_cond_wait (&self->changed, &self->lock);
      pthread_mutex_unlock (&self->lock);
      check_written (self);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/many/alike", Fixture, NULL, set_up, test_alike, tear_down);
  return g_test_run ();
}
