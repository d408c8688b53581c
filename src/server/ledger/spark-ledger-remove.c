/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include "server/ledger/spark-ledger-private.h"

/*
 * An account may have millions of rows. Its removal takes away at once what makes it an account and
 * whatever leads to it; the rest, which nobody finds any more, goes in portions. What is still to
 * go is written down with the removal, so that it goes on after a crash, on whichever node looks
 * first.
 */

/* Of people and apps, of which an account has few. */
static const char *const first[] = {
  "account_drop_app_tokens", "account_drop_tokens",    "account_drop_seats",
  "account_drop_open_ids",   "account_end_connection", "account_drop_invitation_seats",
  "account_drop_connection", "account_drop_consents",  "account_drop_avatar",
  "account_drop_calendars",  "account_drop_account",
};

/* In this order: what can be found by others than the creator comes first. */
static const char *const portions[] = {
  "remove_fingerprints", "remove_grants",   "remove_codes",      "remove_links",
  "remove_tasks",        "remove_batches",  "remove_brands",     "remove_brand_advertisers",
  "remove_events",       "remove_refusals", "remove_batch_rows", "remove_engagement",
  "remove_covers",       "remove_videos",   "remove_changes",    "remove_recent_changes",
};

gboolean
spark_ledger_delete_account (SparkTx *tx, const SparkActor *actor, const char *account_id,
                             GError **error)
{
  gint64 account;

  if (!spark_ledger_account_number (tx, account_id, &account, error)
      || !spark_tx_exec (tx, error, "account_close", "ii", account, (gint64)0))
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (first); i++)
    if (!spark_tx_exec (tx, error, first[i], "i", account))
      return FALSE;
  /* Its counter is gone with it: those who follow it are woken and find that out. */
  spark_tx_forget (tx, account);
  return TRUE;
}

/* @left: (inout): how many more this portion may take */
static gboolean
remove_rows (SparkTx *tx, const char *statement, gint64 account, guint *left, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, statement, "ii", account, (gint64)*left);

  while (row != NULL && spark_statement_step (row, &local))
    --*left;
  if (row != NULL)
    spark_statement_reset (row);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
remove_portion (SparkTx *tx, gint64 account, guint rows, GError **error)
{
  guint left = rows;

  for (gsize i = 0; i < G_N_ELEMENTS (portions); i++)
    {
      /* Ads that ran on a grant, and what its brand sees, go by the same rows as the grants. */
      if (g_str_equal (portions[i], "remove_grants")
          && (!spark_tx_exec (tx, error, "remove_from_ads", "ii", account, (gint64)left)
              || !spark_tx_exec (tx, error, "remove_posts", "ii", account, (gint64)left)))
        return FALSE;
      if (!remove_rows (tx, portions[i], account, &left, error))
        return FALSE;
      if (left == 0)
        return TRUE;
    }
  return spark_tx_exec (tx, error, "account_open", "i", account);
}

typedef struct
{
  guint rows;
  gboolean more;
} Removal;

static gboolean
run_removal (SparkTx *tx, gpointer data, GError **error)
{
  Removal *removal = data;
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_row (tx, &local, "closed_due", "i", spark_tx_now (tx));
  gint64 account, until;
  g_autofree char *id = NULL;

  removal->more = row != NULL;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (row == NULL)
    return TRUE;
  account = spark_statement_int (row, 0);
  until = spark_statement_int (row, 1);
  spark_statement_reset (row);
  if (until == 0)
    return remove_portion (tx, account, removal->rows, error);
  /* Whoever was making it does so no more. */
  id = g_strdup_printf ("%" G_GINT64_FORMAT, account);
  return spark_ledger_delete_account (tx, &spark_ledger_system, id, error);
}

gboolean
spark_ledger_remove_some (SparkStore *store, SparkPace *pace, gboolean *more, GError **error)
{
  Removal removal = { .rows = pace->rows };

  if (!spark_store_write_paced (store, run_removal, &removal, pace, error))
    return FALSE;
  *more = removal.more;
  return TRUE;
}

gboolean
spark_ledger_has_removals (SparkTx *tx)
{
  gint64 account;

  return spark_tx_int (tx, NULL, &account, 0, "closed_due", "i", spark_tx_now (tx)) && account != 0;
}

/* --- accounts that are being made --- */

gboolean
spark_ledger_close_for_now (SparkTx *tx, const char *account_id, gint64 until, GError **error)
{
  gint64 account;

  return spark_ledger_account_number (tx, account_id, &account, error)
         && spark_tx_exec (tx, error, "account_close", "ii", account, until);
}

gboolean
spark_ledger_open_account (SparkTx *tx, const char *account_id, GError **error)
{
  gint64 account;

  return spark_ledger_account_number (tx, account_id, &account, error)
         && spark_tx_exec (tx, error, "account_open", "i", account)
         && spark_tx_touch (tx, account, SPARK_KIND_ACCOUNT, account, error);
}
