/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <pthread.h>
#include <string.h>
#include <sys/socket.h>

#include "own-schema.h"
#include "server/store/spark-tx.h"

/*
 * Transactions that are begun while the server still commits the one before. Under
 * tests/server/postgres.
 */

#define N_STEPS 50

typedef struct
{
  OwnSchema schema;
  pthread_mutex_t lock; /* for what follows */
  pthread_cond_t changed;
  guint submitted;
  guint ended;
  guint overlapped;        /* of them, begun before the one before was known to be done */
  char *words[N_STEPS];    /* what each ended with; NULL: well */
  guint tells[N_STEPS];    /* how often */
  gint64 found[N_STEPS];   /* what it read */
  gboolean begun[N_STEPS]; /* it was run */
  guint last;              /* the step that submits no other */
  guint spoiler;           /* the step that writes what the database refuses */
  gint64 account;          /* whose next number each takes; 0: each counts by itself */
} Fixture;

/* Each adds one to what is there, and has the next queued before it is committed itself. */
typedef struct
{
  Fixture *fixture;
  guint number;
} Step;

static void submit (Fixture *self, guint number);

static gboolean
read_count (SparkTx *tx, gint64 *value, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_row (tx, &local, "meta_get", "s", "steps");

  *value = row != NULL ? g_ascii_strtoll (spark_statement_text (row, 0), NULL, 10) : 0;
  if (row != NULL)
    spark_statement_reset (row);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* Whoever does not see the number taken before takes it again. */
static gboolean
take_number (SparkTx *tx, gint64 account, gint64 *before, GError **error)
{
  if (!spark_tx_next_id (tx, account, before, error))
    return FALSE;
  --*before;
  return TRUE;
}

static gboolean
step_run (SparkTx *tx, gpointer data, GError **error)
{
  Step *step = data;
  Fixture *self = step->fixture;
  g_autofree char *text = NULL;
  gboolean first;
  gint64 value;

  pthread_mutex_lock (&self->lock);
  first = !self->begun[step->number];
  self->begun[step->number] = TRUE;
  self->overlapped += first && self->ended < step->number;
  pthread_mutex_unlock (&self->lock);
  if (first && step->number < self->last)
    submit (self, step->number + 1);

  if (self->account != 0 ? !take_number (tx, self->account, &value, error)
                         : !read_count (tx, &value, error))
    return FALSE;
  self->found[step->number] = value;
  text = g_strdup_printf ("%d", (int)value + 1);
  return spark_tx_exec (tx, error, "meta_put", "ss", "steps", text)
         && (step->number != self->spoiler
             || spark_tx_exec (tx, error, "meta_set", "ss", "there", "again"));
}

static void
step_done (gpointer data, const GError *error)
{
  Step *step = data;
  Fixture *self = step->fixture;

  pthread_mutex_lock (&self->lock);
  self->tells[step->number]++;
  self->words[step->number] = error != NULL ? g_strdup (error->message) : NULL;
  self->ended++;
  pthread_cond_signal (&self->changed);
  pthread_mutex_unlock (&self->lock);
  g_free (step);
}

static void
submit (Fixture *self, guint number)
{
  Step *step = g_new0 (Step, 1);

  *step = (Step){ self, number };
  spark_store_submit (self->schema.store, step_run, step_done, step);
}

static void
wait_for_steps (Fixture *self, guint n)
{
  pthread_mutex_lock (&self->lock);
  while (self->ended < n)
    pthread_cond_wait (&self->changed, &self->lock);
  pthread_mutex_unlock (&self->lock);
  for (guint i = 0; i < n; i++)
    g_assert_cmpuint (self->tells[i], ==, 1);
}

static void
run_steps (Fixture *self, guint n)
{
  self->last = n - 1;
  submit (self, 0);
  wait_for_steps (self, n);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->changed, NULL);
  self->spoiler = G_MAXUINT;
  own_schema_set_up (&self->schema, "overlap");
  own_schema_run (&self->schema, "INSERT INTO meta (name, value) VALUES ('there', 'already')");
  if (g_strcmp0 (data, "locks") == 0)
    self->account
        = own_schema_ask_number (&self->schema, "INSERT INTO accounts (platform, name, created_at)"
                                                " VALUES (0, 'Overlap', 0) RETURNING account");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  own_schema_tear_down (&self->schema);
  for (guint i = 0; i < N_STEPS; i++)
    g_free (self->words[i]);
  pthread_mutex_destroy (&self->lock);
  pthread_cond_destroy (&self->changed);
}

/* What the second step's commit does at the server, the first @times: it comes to that when all has
 * been written. */
static void
at_second_commit (Fixture *self, guint times, const char *act)
{
  g_autofree char *sql = g_strdup_printf (
      "CREATE SEQUENCE tries;"
      "CREATE FUNCTION act() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
      "  IF NEW.name = 'steps' AND NEW.value = '2' AND nextval('overlap.tries') <= %u THEN"
      "    %s"
      "  END IF;"
      "  RETURN NULL;"
      "END $$;"
      "CREATE CONSTRAINT TRIGGER act AFTER INSERT OR UPDATE ON meta DEFERRABLE INITIALLY DEFERRED"
      " FOR EACH ROW EXECUTE FUNCTION act()",
      times, act);

  own_schema_run (&self->schema, sql);
}

static gint64
n_steps_done (Fixture *self)
{
  return own_schema_ask_number (&self->schema, "SELECT value FROM meta WHERE name = 'steps'");
}

/* Each sees what the one before wrote, which it began before that was known to be there. */
static void
test_reads (Fixture *self, gconstpointer data)
{
  run_steps (self, N_STEPS);
  for (guint i = 0; i < N_STEPS; i++)
    {
      g_assert_cmpstr (self->words[i], ==, NULL);
      g_assert_cmpint (self->found[i], ==, i);
    }
  g_assert_cmpint (n_steps_done (self), ==, N_STEPS);
  g_assert_cmpuint (self->overlapped, ==, N_STEPS - 1);
}

/* One of them can never be: it alone is refused. */
static void
test_refused (Fixture *self, gconstpointer data)
{
  self->spoiler = 1;
  run_steps (self, 5);
  for (guint i = 0; i < 5; i++)
    g_assert_true ((self->words[i] != NULL) == (i == 1));
  g_assert_cmpint (n_steps_done (self), ==, 4);
  g_assert_cmpint (self->found[2], ==, 1);
}

/* The COMMIT itself fails, which may go well the next time: what was begun behind it waits. */
static void
test_tried_again (Fixture *self, gconstpointer data)
{
  at_second_commit (self, 2, "RAISE EXCEPTION 'not now' USING ERRCODE = '40001';");
  run_steps (self, 5);
  for (guint i = 0; i < 5; i++)
    {
      g_assert_cmpstr (self->words[i], ==, NULL);
      g_assert_cmpint (self->found[i], ==, i);
    }
  g_assert_cmpint (n_steps_done (self), ==, 5);
  g_assert_cmpint (own_schema_ask_number (&self->schema, "SELECT last_value FROM tries"), ==, 3);
}

/* It fails for good: it alone is told so, and the others go on without it. */
static void
test_failed (Fixture *self, gconstpointer data)
{
  at_second_commit (self, 1, "RAISE EXCEPTION 'never' USING ERRCODE = 'P0001';");
  run_steps (self, 5);
  for (guint i = 0; i < 5; i++)
    g_assert_true ((self->words[i] != NULL) == (i == 1));
  g_assert_cmpint (self->found[2], ==, 1);
  g_assert_cmpint (n_steps_done (self), ==, 4);
}

/* Of this process, but for the one that asks. */
static void
cut_connections (Fixture *self)
{
  for (int fd = 3; fd < 1024; fd++)
    {
      struct sockaddr_storage peer;
      socklen_t length = sizeof peer;

      if (fd != PQsocket (self->schema.postgres)
          && getpeername (fd, (struct sockaddr *)&peer, &length) == 0)
        shutdown (fd, SHUT_RDWR);
    }
}

/* The connection is lost in the COMMIT: nobody can know what came of it, which its caller is told,
 * and nobody else. */
static void
test_lost (Fixture *self, gconstpointer data)
{
  /* It has not come to its end before this connection lets it. */
  own_schema_run (&self->schema, "SELECT pg_advisory_lock(1)");
  at_second_commit (self, 1, "PERFORM pg_advisory_xact_lock(1);");
  self->last = 4;
  submit (self, 0);
  while (own_schema_ask_number (
             &self->schema, "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory'")
         == 0)
    g_usleep (10000);
  cut_connections (self);
  own_schema_run (&self->schema, "SELECT pg_advisory_unlock(1)");
  wait_for_steps (self, 5);
  for (guint i = 0; i < 5; i++)
    if (i != 1)
      {
        g_assert_cmpstr (self->words[i], ==, NULL);
        g_assert_cmpint (self->found[i], ==, i);
      }
  g_assert_nonnull (self->words[1]);
  g_assert_nonnull (strstr (self->words[1], "before it knew whether this was done"));
  g_assert_cmpint (n_steps_done (self), ==, 5);
}

int
main (int argc, char **argv)
{
  const struct
  {
    const char *path;
    void (*run) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "/overlap/reads", test_reads },
    { "/overlap/refused", test_refused },
    { "/overlap/tried-again", test_tried_again },
    { "/overlap/failed", test_failed },
    { "/overlap/lost", test_lost },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *locks = g_strconcat (tests[i].path, "/locks", NULL);

      g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].run, tear_down);
      g_test_add (locks, Fixture, "locks", set_up, tests[i].run, tear_down);
    }
  return g_test_run ();
}
