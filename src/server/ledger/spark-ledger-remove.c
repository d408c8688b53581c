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
  return spark_tx_end (row, g_steal_pointer (&local), error);
}

/* @done: (out): tables that have nothing any more */
static gboolean
remove_portion (SparkTx *tx, gint64 account, const SparkRemoval *removal, guint *done,
                GError **error)
{
  guint begun = removal->account == account ? removal->done : 0, left = removal->pace.rows;

  for (guint i = begun; i < G_N_ELEMENTS (portions); i++)
    {
      /* Ads that ran on a grant, and what its brand sees, go by the same rows as the grants. */
      if (g_str_equal (portions[i], "remove_grants")
          && (!spark_tx_exec (tx, error, "remove_from_ads", "ii", account, (gint64)left)
              || !spark_tx_exec (tx, error, "remove_posts", "ii", account, (gint64)left)))
        return FALSE;
      if (!remove_rows (tx, portions[i], account, &left, error))
        return FALSE;
      *done = i;
      if (left == 0)
        return TRUE;
    }
  /* Once more through all of them: another process may have been at work meanwhile. */
  *done = 0;
  return begun > 0 || spark_tx_exec (tx, error, "account_open", "i", account);
}

typedef struct
{
  const SparkRemoval *removal;
  gint64 account;
  guint done;
  gboolean more;
} Portion;

static gboolean
run_removal (SparkTx *tx, gpointer data, GError **error)
{
  Portion *portion = data;
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_row (tx, &local, "closed_due", "i", spark_tx_now (tx));
  gint64 until;
  g_autofree char *id = NULL;

  portion->more = row != NULL;
  portion->done = 0;
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (row == NULL)
    return TRUE;
  portion->account = spark_statement_int (row, 0);
  until = spark_statement_int (row, 1);
  spark_statement_reset (row);
  if (until == 0)
    return remove_portion (tx, portion->account, portion->removal, &portion->done, error);
  /* Whoever was making it does so no more. */
  id = g_strdup_printf ("%" G_GINT64_FORMAT, portion->account);
  return spark_ledger_delete_account (tx, &spark_ledger_system, id, error);
}

gboolean
spark_ledger_remove_some (SparkStore *store, SparkRemoval *removal, gboolean *more, GError **error)
{
  SparkPace pace = removal->pace;
  Portion portion = { .removal = removal };
  gboolean ok = spark_store_write_paced (store, run_removal, &portion, &pace, error);

  *removal = (SparkRemoval){ pace, portion.account, ok ? portion.done : 0 };
  *more = portion.more;
  return ok;
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
