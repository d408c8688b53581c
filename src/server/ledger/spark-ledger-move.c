/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include <string.h>

#include "server/ledger/spark-ledger-private.h"

static gboolean
is_known (SparkTx *tx, const char *url, gboolean *known, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_row (tx, &local, "meta_get", "s", "brand_url");

  *known = FALSE;
  if (row != NULL)
    {
      *known = g_strcmp0 (spark_statement_text (row, 0), url) == 0;
      spark_statement_reset (row);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* The pairs of numbers that a statement gives. */
static gboolean
read_pairs (SparkStatement *row, guint columns, GArray *numbers, GError *local, GError **error)
{
  while (row != NULL && spark_statement_step (row, &local))
    for (guint column = 0; column < columns; column++)
      {
        gint64 value = spark_statement_int (row, column);

        g_array_append_val (numbers, value);
      }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

static gboolean
touch_accounts (SparkTx *tx, GError **error)
{
  g_autoptr (GArray) accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  GError *local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, "accounts_list", "i", (gint64)0);

  if (!read_pairs (row, 1, accounts, local, error)
      || !spark_tx_lock_all (tx, (const gint64 *)accounts->data, accounts->len, error))
    return FALSE;
  for (guint i = 0; i < accounts->len; i++)
    {
      gint64 account = g_array_index (accounts, gint64, i);

      if (!spark_tx_touch (tx, account, SPARK_KIND_ACCOUNT, account, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
spark_ledger_move (SparkTx *tx, const char *url, SparkLedgerPosition *position, guint limit,
                   gboolean *more, GError **error)
{
  g_autoptr (GArray) links = g_array_new (FALSE, FALSE, sizeof (gint64));
  SparkLedgerPosition at = *position;
  GError *local = NULL;
  SparkStatement *row;
  gboolean known;

  if (url == NULL)
    url = "";
  *more = FALSE;
  if (!is_known (tx, url, &known, error))
    return FALSE;
  if (known)
    return TRUE;
  row = spark_tx_select (tx, &local, "links_open_after", "iii", at.account, at.link, (gint64)limit);
  if (!read_pairs (row, 2, links, local, error))
    return FALSE;
  for (guint i = 0; i < links->len; i += 2)
    {
      at = (SparkLedgerPosition){ g_array_index (links, gint64, i),
                                  g_array_index (links, gint64, i + 1) };
      if (!spark_tx_touch (tx, at.account, SPARK_KIND_LINK, at.link, error))
        return FALSE;
    }
  *more = links->len / 2 == limit;
  if (!*more
      && (!touch_accounts (tx, error)
          || !spark_tx_exec (tx, error, "meta_put", "ss", "brand_url", url)))
    return FALSE;
  *position = at;
  return TRUE;
}
