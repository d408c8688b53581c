/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "ask-sqlite.h"
#include "fault-vfs.h"
#include "ledger-acts.h"

/* How many of the calls are failed in turn at most; the writes of a redemption are far fewer. */
#define MAX_NTH 400
#define BATCH   6
/* Redemptions at once on a slow disk. */
#define SLOW_JOBS 200

static const struct
{
  const char *name;
  FaultKind kinds;
  int code;
  const char *words;
} faults[] = {
  { "disk-full", FAULT_WRITE, SQLITE_FULL, "full" },
  { "write-error", FAULT_WRITE, SQLITE_IOERR_WRITE, "database" },
  { "sync-error", FAULT_SYNC, SQLITE_IOERR_FSYNC, "database" },
  { "read-error", FAULT_READ, SQLITE_IOERR_READ, "database" },
  { "read-only", FAULT_WRITE | FAULT_TRUNCATE, SQLITE_READONLY, "written" },
  { "any", FAULT_WRITE | FAULT_SYNC | FAULT_READ | FAULT_TRUNCATE, SQLITE_IOERR, "database" },
};

/* --- one redemption after the other, and whether it was acknowledged --- */

typedef struct
{
  const char *advertiser;
  const char *string;
  char *grant;
} Redeem;

static gboolean
run_redeem (SparkTx *tx, gpointer data, GError **error)
{
  Redeem *redeem = data;
  g_auto (SparkRedemption) redemption = { 0 };
  g_autoptr (GError) refusal = NULL;

  if (!spark_ledger_redeem (tx, redeem->advertiser, redeem->string, &redemption, &refusal, error))
    return FALSE;
  g_assert_no_error (refusal);
  g_free (redeem->grant);
  redeem->grant = g_steal_pointer (&redemption.grant_id);
  return TRUE;
}

static gboolean
count_grant (const SparkGrant *grant, gpointer data)
{
  ++*(guint *)data;
  return TRUE;
}

static guint
count_grants (Fixture *self)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  SparkPage page = { .limit = 5000 };
  guint count = 0;
  g_autoptr (GError) error = NULL;

  spark_read_grants (tx, &(SparkObjectQuery){ .scope.all = TRUE, .state = -1, .type = -1 }, &page,
                     count_grant, &count, &error);
  g_assert_no_error (error);
  g_free (page.next);
  spark_store_read_end (tx);
  return count;
}

static void
assert_sound (Fixture *self)
{
  sqlite3 *connection;

  g_assert_cmpint (sqlite3_open (self->url + strlen ("sqlite:"), &connection), ==, SQLITE_OK);
  sqlite_assert_sound (connection);
  sqlite3_close (connection);
}

/* Redeems with a new ad account. TRUE: it was acknowledged; @grant then names it. */
static gboolean
redeem_once (Fixture *self, const char *advertiser, const char *string, char **grant,
             GError **error)
{
  Redeem redeem = { advertiser, string, NULL };
  gboolean ok = fixture_run (self, run_redeem, &redeem, error);

  if (ok)
    *grant = g_steal_pointer (&redeem.grant);
  g_free (redeem.grant);
  return ok;
}

/*
 * Fails each call in turn, once. Whatever was acknowledged is there, before and after the store is
 * opened again; what was refused can be tried once more at once; the database stays sound.
 */
static void
test_each (Fixture *self, gconstpointer data)
{
  gsize fault = GPOINTER_TO_SIZE (data);
  g_autofree char *code = act_generate (self, self->video, 365, NULL);
  g_autofree char *string = fixture_code_string (self, code);
  g_autoptr (GPtrArray) grants = g_ptr_array_new_with_free_func (g_free);
  int refused = 0;
  int unhurt = 0;

  for (int nth = 1; nth < MAX_NTH && unhurt < 3; nth++)
    {
      g_autofree char *name = g_strdup_printf ("Brand %d", nth);
      g_autofree char *advertiser = fixture_add_advertiser (self, name);
      g_autofree char *grant = NULL;
      g_autoptr (GError) error = NULL;

      /* A small cache makes it read again. */
      fault_vfs_arm (faults[fault].kinds, nth, faults[fault].code, FALSE);
      if (!redeem_once (self, advertiser, string, &grant, &error))
        {
          fault_vfs_disarm ();
          refused++;
          g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE);
          g_assert_nonnull (strstr (error->message, faults[fault].words));
          g_assert_cmpuint (spark_error_http_status (error->code), ==, 503);
          g_clear_error (&error);
          /* Once it is over, the same works; nobody has to help. */
          g_assert_true (redeem_once (self, advertiser, string, &grant, &error));
          g_assert_no_error (error);
        }
      unhurt = fault_vfs_hits () == 0 ? unhurt + 1 : 0;
      fault_vfs_disarm ();
      g_ptr_array_add (grants, g_steal_pointer (&grant));
    }
  g_test_message ("%d of %u were refused", refused, grants->len);
  /* Reading may find all it needs in memory. */
  if (faults[fault].kinds != FAULT_READ)
    g_assert_cmpint (refused, >, 0);
  for (int opened = 0; opened < 2; opened++)
    {
      for (guint i = 0; i < grants->len; i++)
        g_assert_cmpint (fixture_grant_state (self, grants->pdata[i]), ==,
                         SPARK_GRANT_STATE_AUTHORIZED);
      g_assert_cmpuint (count_grants (self), ==, grants->len);
      if (opened == 0)
        fixture_reopen (self);
    }
  assert_sound (self);
}

/* --- many at once --- */

typedef struct
{
  Redeem redeem;
  pthread_mutex_t *lock;
  pthread_cond_t *ended;
  int *left;
  gboolean acknowledged;
} Submitted;

static gboolean
run_submitted (SparkTx *tx, gpointer data, GError **error)
{
  return run_redeem (tx, &((Submitted *)data)->redeem, error);
}

static void
submitted_done (gpointer data, const GError *error)
{
  Submitted *submitted = data;

  if (error != NULL)
    g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE);
  pthread_mutex_lock (submitted->lock);
  submitted->acknowledged = error == NULL;
  --*submitted->left;
  pthread_cond_signal (submitted->ended);
  pthread_mutex_unlock (submitted->lock);
}

/*
 * The same with several in one commit, and the fault lasting: nothing acknowledged is lost, nothing
 * refused is there (a commit is whole or not at all), reading goes on, and it recovers by itself.
 */
static void
test_batches (Fixture *self, gconstpointer data)
{
  gsize fault = GPOINTER_TO_SIZE (data);
  g_autofree char *code = act_generate (self, self->video, 365, NULL);
  g_autofree char *string = fixture_code_string (self, code);
  guint acknowledged = 0;
  pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t ended = PTHREAD_COND_INITIALIZER;

  for (int nth = 1; nth < 40; nth += nth < 8 ? 1 : 4)
    {
      Submitted submitted[BATCH];
      char *advertisers[BATCH];
      int left = BATCH;

      for (int i = 0; i < BATCH; i++)
        {
          g_autofree char *name = g_strdup_printf ("Brand %d.%d", nth, i);

          advertisers[i] = fixture_add_advertiser (self, name);
          submitted[i]
              = (Submitted){ { advertisers[i], string, NULL }, &lock, &ended, &left, FALSE };
        }
      fault_vfs_arm (faults[fault].kinds, nth, faults[fault].code, TRUE);
      for (int i = 0; i < BATCH; i++)
        spark_store_submit (self->store, run_submitted, submitted_done, &submitted[i]);
      pthread_mutex_lock (&lock);
      while (left > 0)
        pthread_cond_wait (&ended, &lock);
      pthread_mutex_unlock (&lock);
      if ((faults[fault].kinds & FAULT_READ) == 0)
        g_assert_cmpuint (count_grants (self), >=, acknowledged);
      fault_vfs_disarm ();
      for (int i = 0; i < BATCH; i++)
        {
          acknowledged += submitted[i].acknowledged;
          g_free (submitted[i].redeem.grant);
          g_free (advertisers[i]);
        }
      g_assert_cmpuint (count_grants (self), ==, acknowledged);
    }
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_GRANT_AUTHORIZED), ==, acknowledged);
  fixture_reopen (self);
  g_assert_cmpuint (count_grants (self), ==, acknowledged);
  assert_sound (self);
}

/* Opening a new database with each call failing: a clear error, and the next try succeeds. */
static void
test_open (Fixture *self, gconstpointer data)
{
  gsize fault = GPOINTER_TO_SIZE (data);
  int refused = 0;

  for (int nth = 1; nth < MAX_NTH; nth += nth < 16 ? 1 : 5)
    {
      g_autofree char *name = g_strdup_printf ("%s/new-%d.db", self->folder, nth);
      g_autofree char *url = g_strconcat ("sqlite:", name, NULL);
      g_autoptr (GError) error = NULL;
      SparkStore *store;
      gboolean hit;

      fault_vfs_arm (faults[fault].kinds | FAULT_OPEN, nth,
                     faults[fault].code == SQLITE_FULL ? SQLITE_CANTOPEN : faults[fault].code,
                     FALSE);
      store = spark_store_open (url, NULL, &error);
      hit = fault_vfs_hits () > 0;
      fault_vfs_disarm ();
      if (store == NULL)
        {
          refused++;
          g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE);
          g_clear_error (&error);
          store = spark_store_open (url, NULL, &error);
        }
      g_assert_no_error (error);
      spark_store_close (store);
      if (!hit)
        break;
    }
  g_assert_cmpint (refused, >, 0);
}

/* On a slow disk many share a commit, and nobody who reads waits for one. */
static void
test_slow_disk (Fixture *self, gconstpointer data)
{
  g_autofree char *code = act_generate (self, self->video, 365, NULL);
  g_autofree char *string = fixture_code_string (self, code);
  pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t ended = PTHREAD_COND_INITIALIZER;
  Submitted submitted[SLOW_JOBS];
  char *advertisers[SLOW_JOBS];
  int left = SLOW_JOBS;
  int syncs, still_left;

  for (int i = 0; i < SLOW_JOBS; i++)
    {
      g_autofree char *name = g_strdup_printf ("Brand %d", i);

      advertisers[i] = fixture_add_advertiser (self, name);
    }
  syncs = fault_vfs_syncs ();
  fault_vfs_set_slow (200);
  for (int i = 0; i < SLOW_JOBS; i++)
    {
      submitted[i] = (Submitted){ { advertisers[i], string, NULL }, &lock, &ended, &left, FALSE };
      spark_store_submit (self->store, run_submitted, submitted_done, &submitted[i]);
    }
  g_assert_cmpuint (count_grants (self), <, SLOW_JOBS);
  pthread_mutex_lock (&lock);
  still_left = left;
  while (left > 0)
    pthread_cond_wait (&ended, &lock);
  pthread_mutex_unlock (&lock);
  fault_vfs_set_slow (0);
  /* The list was read while they waited. */
  g_assert_cmpint (still_left, >, 0);
  g_assert_cmpint (fault_vfs_syncs () - syncs, <, SLOW_JOBS / 8);
  g_assert_cmpuint (count_grants (self), ==, SLOW_JOBS);
  for (int i = 0; i < SLOW_JOBS; i++)
    {
      g_assert_true (submitted[i].acknowledged);
      g_free (submitted[i].redeem.grant);
      g_free (advertisers[i]);
    }
}

int
main (int argc, char **argv)
{
  /* Thousands of commits: how fast the disk is does not matter here. */
  if (g_file_test ("/dev/shm", G_FILE_TEST_IS_DIR))
    g_setenv ("TMPDIR", "/dev/shm", TRUE);
  g_test_init (&argc, &argv, NULL);
  fault_vfs_register ();
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      const struct
      {
        const char *path;
        void (*test) (Fixture *, gconstpointer);
      } tests[] = { { "each", test_each }, { "batches", test_batches }, { "open", test_open } };

      for (gsize j = 0; j < G_N_ELEMENTS (tests); j++)
        {
          g_autofree char *path = g_strdup_printf ("/faults/%s/%s", tests[j].path, faults[i].name);

          g_test_add (path, Fixture, GSIZE_TO_POINTER (i), fixture_set_up, tests[j].test,
                      fixture_tear_down);
        }
    }
  g_test_add ("/faults/slow-disk", Fixture, NULL, fixture_set_up, test_slow_disk,
              fixture_tear_down);
  return g_test_run ();
}
