/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "ledger-people.h"
#include "server/store/spark-secrets.h"
#include "server/store/spark-tx.h"

#define HOUR_MS (60 * 60 * 1000)

gboolean
people_add_accounts (SparkTx *tx, gpointer data, GError **error)
{
  PeopleSeats *self = data;

  g_array_set_size (self->accounts, 0);
  for (guint i = 0; i < self->n; i++)
    {
      g_autofree char *id = NULL;
      gint64 number;

      if (!spark_ledger_add_account (tx, &creator, SPARK_PLATFORM_SANDBOX, "One of many", NULL, &id,
                                     error))
        return FALSE;
      number = g_ascii_strtoll (id, NULL, 10);
      g_array_append_val (self->accounts, number);
    }
  return TRUE;
}

static gboolean
run_invite (SparkTx *tx, gpointer data, GError **error)
{
  PeopleSeats *self = data;

  g_clear_pointer (&self->made, g_free);
  return spark_ledger_invite (tx, self->role, (const gint64 *)self->accounts->data,
                              self->accounts->len, spark_tx_now (tx) + HOUR_MS, &self->made, error);
}

char *
people_invite (Fixture *self, SparkRole role, GArray *accounts, guint first, guint n)
{
  g_autoptr (GArray) some = g_array_new (FALSE, FALSE, sizeof (gint64));
  PeopleSeats seats = { .role = role, .accounts = some };

  g_array_append_vals (some, &g_array_index (accounts, gint64, first), n);
  g_assert_true (fixture_run (self, run_invite, &seats, NULL));
  return seats.made;
}

gboolean
people_look (SparkTx *tx, gpointer data, GError **error)
{
  PeopleInvitation *kept = data;
  guint8 hash[SPARK_FINGERPRINT_BYTES];
  SparkStatement *row;

  spark_secrets_hash (kept->invitation, hash);
  if (!spark_tx_int (tx, error, &kept->expires_at, 0, "invitation_get", "b", hash, sizeof hash))
    return FALSE;
  kept->n_seats = 0;
  row = spark_tx_select (tx, error, "invitation_seats", "b", hash, sizeof hash);
  while (row != NULL && spark_statement_step (row, error))
    kept->n_seats++;
  return spark_tx_end (row, NULL, error);
}
