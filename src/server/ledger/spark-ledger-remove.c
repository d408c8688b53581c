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

/* In this order: what can be found by others than the creator comes first. n_keys: numbers of each row
 * by which the table is ordered; 0: no portion begins behind another */
static const struct
{
  const char *statement;
  guint n_keys;
} portions[] = {
  { "remove_fingerprints", 0 }, { "remove_grants", 1 },     { "remove_codes", 1 },
  { "remove_links", 1 },        { "remove_tasks", 1 },      { "remove_batches", 1 },
  { "remove_brands", 1 },       { "remove_brand_advertisers", 0 },
  { "remove_events", 1 },       { "remove_refusals", 0 },   { "remove_batch_rows", 2 },
  { "remove_engagement", 2 },   { "remove_covers", 1 },     { "remove_videos", 1 },
  { "remove_changes", 2 },      { "remove_recent_changes", 1 },
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

static SparkStatement *
select_rows (SparkTx *tx, guint portion, gint64 account, guint left, const gint64 *after,
             GError **error)
{
  const char *statement = portions[portion].statement;

  switch (portions[portion].n_keys)
    {
    case 0:
      return spark_tx_select (tx, error, statement, "ii", account, (gint64)left);
    case 1:
      return spark_tx_select (tx, error, statement, "iii", account, (gint64)left, after[0]);
    default:
      return spark_tx_select (tx, error, statement, "iiii", account, (gint64)left, after[0],
                              after[1]);
    }
}

/* @left: (inout): how many more this portion may take; @after: (inout): the last row that went */
static gboolean
remove_rows (SparkTx *tx, guint portion, gint64 account, guint *left, gint64 *after,
             GError **error)
{
  guint n_keys = portions[portion].n_keys;
  g_autoptr (GError) local = NULL;
  SparkStatement *row = select_rows (tx, portion, account, *left, after, &local);

  while (row != NULL && spark_statement_step (row, &local))
    {
      gint64 major = n_keys > 0 ? spark_statement_int (row, 0) : 0;
      gint64 minor = n_keys > 1 ? spark_statement_int (row, 1) : 0;

      /* They come in any order. */
      if (major > after[0] || (major == after[0] && minor > after[1]))
        {
          after[0] = major;
          after[1] = minor;
        }
      --*left;
    }
  return spark_tx_end (row, g_steal_pointer (&local), error);
}

/* Ads that ran on the grants that go next; what their brands see goes with the grants. */
static gboolean
remove_before_grants (SparkTx *tx, gint64 account, guint *left, const gint64 *after, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, "remove_from_ads", "iii", account,
                                         (gint64)*left, after[0]);

  while (row != NULL && spark_statement_step (row, &local))
    --*left;
  return spark_tx_end (row, g_steal_pointer (&local), error)
         && (*left == 0
             || spark_tx_exec (tx, error, "remove_posts", "iii", account, (gint64)*left,
                               after[0]));
}

/* @done: (out): tables that have nothing any more; @after: (out): where the next one is */
static gboolean
remove_portion (SparkTx *tx, gint64 account, const SparkRemoval *removal, guint *done,
                gint64 *after, GError **error)
{
  gboolean same = removal->account == account;
  guint begun = same ? removal->done : 0, left = removal->pace.rows;

  for (guint i = begun; i < G_N_ELEMENTS (portions); i++)
    {
      gboolean goes_on = same && i == begun;

      after[0] = goes_on ? removal->after[0] : -1;
      after[1] = goes_on ? removal->after[1] : -1;
      *done = i;
      if (g_str_equal (portions[i].statement, "remove_grants")
          && !remove_before_grants (tx, account, &left, after, error))
        return FALSE;
      if (left > 0 && !remove_rows (tx, i, account, &left, after, error))
        return FALSE;
      if (left == 0)
        return TRUE;
    }
  /* Once more through all of them: another process may have been at work meanwhile. */
  *done = 0;
  after[0] = after[1] = -1;
  return begun > 0 || spark_tx_exec (tx, error, "account_open", "i", account);
}

typedef struct
{
  const SparkRemoval *removal;
  gint64 account;
  guint done;
  gint64 after[2];
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
  portion->after[0] = portion->after[1] = -1;
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
    return remove_portion (tx, portion->account, portion->removal, &portion->done,
                           portion->after, error);
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

  *removal = (SparkRemoval){ .pace = pace, .account = portion.account };
  if (ok)
    {
      removal->done = portion.done;
      removal->after[0] = portion.after[0];
      removal->after[1] = portion.after[1];
    }
  else
    removal->account = 0;
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
