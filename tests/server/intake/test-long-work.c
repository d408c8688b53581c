/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "ledger-acts.h"
#include "server/intake/spark-sample.h"
#include "server/store/spark-tx.h"

/* So many that they would keep the writer for far longer than a portion may. LONG_WORK_VIDEOS: another
 * number, up to SPARK_SAMPLE_MAX_VIDEOS. */
#define VIDEOS 1000
/* What nobody who writes may have to wait for, in µs. */
#define LONGEST_HOLD 50000
#define MAX_SESSIONS 16

/*
 * How long each transaction of long work keeps the writer: by what is worked for it, on the writer's
 * thread and in PostgreSQL's sessions, which does not depend on how busy the machine is with other
 * things. The writer asks for the time as each begins.
 */
typedef struct
{
  Fixture base;
  pthread_t writer;
  clockid_t sessions[MAX_SESSIONS];
  guint n_sessions;
  gint64 began;   /* all in µs; 0: not measured now */
  gint64 longest;
  gint64 whole;
  guint n;
  gint64 wall_began;
  gint64 wall_longest;
  guint n_long;
} Watched;

static gint64
read_cpu (clockid_t clock)
{
  struct timespec used = { 0 };

  clock_gettime (clock, &used);
  return (gint64)used.tv_sec * G_USEC_PER_SEC + used.tv_nsec / 1000;
}

static gint64
own_time (const Watched *self)
{
  gint64 used = read_cpu (CLOCK_THREAD_CPUTIME_ID);

  for (guint i = 0; i < self->n_sessions; i++)
    used += read_cpu (self->sessions[i]);
  return used;
}

static void
note (Watched *self)
{
  gint64 used = own_time (self), now = g_get_monotonic_time ();
  gint64 took = used - self->began, wall = now - self->wall_began;

  self->longest = MAX (self->longest, took);
  self->wall_longest = MAX (self->wall_longest, wall);
  self->n_long += wall > LONGEST_HOLD;
  self->whole += took;
  self->n++;
  self->began = used;
  self->wall_began = now;
}

static gint64
read_clock (gpointer data)
{
  Watched *self = data;

  if (self->began != 0 && pthread_equal (pthread_self (), self->writer))
    note (self);
  return self->base.now;
}

static gboolean
run_know_writer (SparkTx *tx, gpointer data, GError **error)
{
  ((Watched *)data)->writer = pthread_self ();
  return TRUE;
}

static gboolean
run_begin (SparkTx *tx, gpointer data, GError **error)
{
  Watched *self = data;

  self->longest = self->whole = self->wall_longest = 0;
  self->n = self->n_long = 0;
  self->began = own_time (self);
  self->wall_began = g_get_monotonic_time ();
  return TRUE;
}

static gboolean
run_end (SparkTx *tx, gpointer data, GError **error)
{
  ((Watched *)data)->began = 0;
  return TRUE;
}

/* The processes of PostgreSQL that work for somebody: all are of this test. */
static void
find_sessions (Watched *self)
{
  const char *server = g_getenv ("SPARKBOX_TEST_POSTGRES_PID");
  g_autofree char *path = NULL, *children = NULL;
  g_auto (GStrv) ids = NULL;

  if (self->base.schema == NULL)
    return;
  path = g_strdup_printf ("/proc/%s/task/%s/children", server, server);
  g_assert_true (g_file_get_contents (path, &children, NULL, NULL));
  ids = g_strsplit (g_strstrip (children), " ", -1);
  for (char **id = ids; *id != NULL; id++)
    {
      g_autofree char *command = g_strdup_printf ("/proc/%s/cmdline", *id);
      g_autofree char *title = NULL;

      if (g_file_get_contents (command, &title, NULL, NULL)
          && g_str_has_prefix (title, "postgres: test ")
          && clock_getcpuclockid (atoi (*id), &self->sessions[self->n_sessions]) == 0)
        self->n_sessions++;
      g_assert_cmpuint (self->n_sessions, <, MAX_SESSIONS);
    }
  g_assert_cmpuint (self->n_sessions, >, 0);
}

static void
set_up (Watched *self, gconstpointer data)
{
  fixture_set_up (&self->base, NULL);
  g_assert_true (fixture_run (&self->base, run_know_writer, self, NULL));
  find_sessions (self);
  spark_store_set_clock (self->base.store, read_clock, self);
}

static void
tear_down (Watched *self, gconstpointer data)
{
  fixture_tear_down (&self->base, NULL);
}

static void
begin (Watched *self)
{
  g_assert_true (fixture_run (&self->base, run_begin, self, NULL));
}

static void
end (Watched *self, const char *what)
{
  g_assert_true (fixture_run (&self->base, run_end, self, NULL));
  g_test_message ("%s: %u transactions, the longest %d µs of %d µs; by the clock on the wall %d µs, "
                  "%u longer than may be",
                  what, self->n, (int)self->longest, (int)self->whole, (int)self->wall_longest,
                  self->n_long);
  g_assert_cmpint (self->longest, <=, LONGEST_HOLD);
  g_assert_cmpuint (self->n, >, 3);
}

static gboolean
run_delete (SparkTx *tx, gpointer account, GError **error)
{
  return spark_ledger_delete_account (tx, &creator, account, error);
}

static void
test_sample (Watched *self, gconstpointer data)
{
  const char *wanted = g_getenv ("LONG_WORK_VIDEOS");
  SparkRemoval removal = SPARK_REMOVAL_INIT;
  g_autofree char *account = NULL;
  g_autoptr (GError) error = NULL;
  gboolean more = TRUE;

  begin (self);
  spark_sample_write (self->base.store, wanted != NULL ? (guint)atoi (wanted) : VIDEOS, &account,
                      &error);
  g_assert_no_error (error);
  end (self, "making");

  g_assert_true (fixture_run (&self->base, run_delete, account, NULL));
  begin (self);
  while (more)
    g_assert_true (spark_ledger_remove_some (self->base.store, &removal, &more, NULL));
  end (self, "removing");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/intake/long-work/sample", Watched, NULL, set_up, test_sample, tear_down);
  return g_test_run ();
}
