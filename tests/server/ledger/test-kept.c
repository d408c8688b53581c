/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "ledger-acts.h"
#include "ledger-people.h"
#include "server/store/spark-tx.h"

#define HOUR_MS (60 * 60 * 1000)
#define WEEK_MS (7 * SPARK_DAY_MS)
/* More than are forgotten at once. */
#define MANY 1100

typedef struct
{
  guint n;
  guint n_found;
} Keys;

static gboolean
run_keep_keys (SparkTx *tx, gpointer data, GError **error)
{
  const guint8 body[SPARK_FINGERPRINT_BYTES] = { 0 };

  for (guint i = 0; i < ((Keys *)data)->n; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u", i);

      if (!spark_ledger_idempotency_keep (tx, "lena", key, body, "1.7", 200, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
run_find_keys (SparkTx *tx, gpointer data, GError **error)
{
  const guint8 body[SPARK_FINGERPRINT_BYTES] = { 0 };
  Keys *keys = data;

  keys->n_found = 0;
  for (guint i = 0; i < keys->n; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u", i);
      g_autofree char *object = NULL;
      guint status;

      if (!spark_ledger_idempotency_find (tx, "lena", key, body, &object, &status, error))
        return FALSE;
      keys->n_found += object != NULL;
    }
  return TRUE;
}

/* Whoever was away for a day has a day of them to forget, and others write meanwhile. */
static void
test_keys_forgotten_in_portions (Fixture *self, gconstpointer data)
{
  Keys keys = { .n = 1100 };
  guint n_rounds = 1;

  g_assert_true (fixture_run (self, run_keep_keys, &keys, NULL));
  self->now += SPARK_DAY_MS;
  for (; fixture_expire (self); n_rounds++)
    {
      g_assert_true (fixture_run (self, run_find_keys, &keys, NULL));
      g_assert_cmpuint (keys.n_found, ==, keys.n - 500 * n_rounds);
    }
  g_assert_cmpuint (n_rounds, ==, 3);
  g_assert_true (fixture_run (self, run_find_keys, &keys, NULL));
  g_assert_cmpuint (keys.n_found, ==, 0);
}

typedef struct
{
  gint64 account;
  guint n; /* made, or found */
  gboolean more;
} KeptRows;

static gboolean
run_refuse (SparkTx *tx, gpointer data, GError **error)
{
  const KeptRows *self = data;

  for (guint i = 1; i <= self->n; i++)
    if (!spark_tx_exec (tx, error, "refusal_put", "iissii", self->account, (gint64)i, "7",
                        "code_expired", spark_tx_now (tx), (gint64)i))
      return FALSE;
  return TRUE;
}

static gboolean
run_count_refusals (SparkTx *tx, gpointer data, GError **error)
{
  KeptRows *self = data;
  gint64 event;

  self->n = 0;
  for (guint i = 1; i <= MANY; i++)
    {
      if (!spark_tx_int (tx, error, &event, 0, "refusal_get", "iissii", self->account, (gint64)i,
                         "7", "code_expired", (gint64)0, spark_tx_now (tx)))
        return FALSE;
      self->n += event == i;
    }
  return TRUE;
}

/* Whoever guesses codes is refused very often. */
static void
test_refusals_forgotten_in_portions (Fixture *self, gconstpointer data)
{
  static const guint left[] = { MANY - 500, MANY - 1000, 0 };
  KeptRows kept = { .account = g_ascii_strtoll (self->account, NULL, 10), .n = MANY };

  g_assert_true (fixture_run (self, run_refuse, &kept, NULL));
  self->now += HOUR_MS - 1;
  g_assert_false (fixture_expire (self));
  g_assert_true (fixture_run (self, run_count_refusals, &kept, NULL));
  g_assert_cmpuint (kept.n, ==, MANY);
  self->now += 1;
  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    {
      g_assert_true (fixture_expire (self) == (left[i] > 0));
      g_assert_true (fixture_run (self, run_count_refusals, &kept, NULL));
      g_assert_cmpuint (kept.n, ==, left[i]);
    }
}

/* Much of one kind keeps none of the others, whose turn comes later, waiting. */
static void
test_forgotten_side_by_side (Fixture *self, gconstpointer data)
{
  KeptRows kept = { .account = g_ascii_strtoll (self->account, NULL, 10), .n = MANY };
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  PeopleSeats seats = { .n = 3, .accounts = accounts };
  PeopleInvitation invitation = { 0 };
  Keys keys = { .n = 40 };
  g_autofree char *token = NULL;

  g_assert_true (fixture_run (self, people_add_accounts, &seats, NULL));
  token = people_invite (self, SPARK_ROLE_VIEW, accounts, 0, 3);
  invitation.invitation = token;
  self->now += WEEK_MS;
  g_assert_true (fixture_run (self, run_keep_keys, &keys, NULL));
  self->now += SPARK_DAY_MS - HOUR_MS;
  g_assert_true (fixture_run (self, run_refuse, &kept, NULL));
  self->now += HOUR_MS;
  g_assert_true (fixture_expire (self));
  g_assert_true (fixture_run (self, run_count_refusals, &kept, NULL));
  g_assert_cmpuint (kept.n, <, MANY);
  g_assert_cmpuint (kept.n, >=, MANY - 500);
  g_assert_true (fixture_run (self, run_find_keys, &keys, NULL));
  g_assert_cmpuint (keys.n_found, ==, 0);
  g_assert_true (fixture_run (self, people_look, &invitation, NULL));
  g_assert_cmpuint (invitation.n_seats, ==, 0);
}

static gboolean
run_keep_results (SparkTx *tx, gpointer data, GError **error)
{
  const KeptRows *self = data;
  g_autoptr (GString) subjects = g_string_new ("1");

  for (guint i = 2; i <= self->n; i++)
    g_string_append_printf (subjects, ",%u", i);
  return spark_tx_exec (tx, error, "batch_rows_insert", "iiis", self->account, (gint64)1,
                        spark_tx_now (tx), subjects->str);
}

static gboolean
run_forget_results (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_forget_batch_rows (tx, 400, &((KeptRows *)data)->more, error);
}

static gboolean
run_count_results (SparkTx *tx, gpointer data, GError **error)
{
  KeptRows *self = data;
  SparkStatement *row = spark_tx_row (tx, error, "batch_counts", "ii", self->account, (gint64)1);

  if (row == NULL)
    return FALSE;
  self->n = (guint)spark_statement_int (row, 2);
  spark_statement_reset (row);
  return TRUE;
}

static void
test_results_forgotten_in_portions (Fixture *self, gconstpointer data)
{
  static const guint left[] = { MANY, MANY - 400, MANY - 800, 0 };
  KeptRows kept = { .account = g_ascii_strtoll (self->account, NULL, 10), .n = MANY };

  g_assert_true (fixture_run (self, run_keep_results, &kept, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (left); i++)
    {
      /* The first time they are not old enough. */
      self->now += i == 0 ? 30 * SPARK_DAY_MS - 1 : i == 1 ? 1 : 0;
      g_assert_true (fixture_run (self, run_forget_results, &kept, NULL));
      g_assert_true (kept.more == (i == 1 || i == 2));
      g_assert_true (fixture_run (self, run_count_results, &kept, NULL));
      g_assert_cmpuint (kept.n, ==, left[i]);
    }
}

static void
test_idempotency (Fixture *self, gconstpointer data)
{
  g_autofree char *object = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (act_idempotency_find (self, "lena", "key", 1, NULL));
  act_idempotency_keep (self, "lena", "key", 1, "1.7");
  object = act_idempotency_find (self, "lena", "key", 1, NULL);
  g_assert_cmpstr (object, ==, "1.7");
  g_assert_null (act_idempotency_find (self, "lena", "key", 2, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_IDEMPOTENCY_MISMATCH);
  g_clear_error (&error);
  /* Bound to who asked. */
  g_assert_null (act_idempotency_find (self, "mia", "key", 2, NULL));

  self->now += SPARK_DAY_MS - 1;
  fixture_expire (self);
  g_assert_null (act_idempotency_find (self, "lena", "key", 2, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_IDEMPOTENCY_MISMATCH);
  self->now += 1;
  fixture_expire (self);
  g_assert_null (act_idempotency_find (self, "lena", "key", 2, NULL));
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/credentials/idempotency", test_idempotency);
  ADD ("/credentials/keys-forgotten-in-portions", test_keys_forgotten_in_portions);
  ADD ("/forgotten/refusals", test_refusals_forgotten_in_portions);
  ADD ("/forgotten/side-by-side", test_forgotten_side_by_side);
  ADD ("/forgotten/results", test_results_forgotten_in_portions);
  return g_test_run ();
}
