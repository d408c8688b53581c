/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <stdio.h>

#include "model/spark-error.h"
#include "server/store/spark-pager.h"

void
spark_pager_clear (SparkPager *pager)
{
  g_clear_pointer (&pager->accounts, g_array_unref);
}

static gboolean
list_accounts (SparkPager *pager, SparkTx *tx, const SparkScope *scope, gint64 account,
               GError **error)
{
  g_autoptr (GError) local = NULL;

  pager->accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  if (!scope->all)
    {
      for (gsize i = 0; i < scope->n_accounts; i++)
        if (account == 0 || scope->accounts[i] == account)
          g_array_append_val (pager->accounts, scope->accounts[i]);
    }
  else if (account != 0)
    {
      gint64 until;

      /* Of one that is being removed there is nothing. */
      if (!spark_tx_int (tx, error, &until, -1, "closed_until", "i", account))
        return FALSE;
      if (until < 0)
        g_array_append_val (pager->accounts, account);
    }
  else
    {
      SparkStatement *row = spark_tx_select (tx, &local, "accounts_list", "i", (gint64)0);

      while (row != NULL && spark_statement_step (row, &local))
        {
          gint64 found = spark_statement_int (row, 0);

          g_array_append_val (pager->accounts, found);
        }
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
spark_pager_init (SparkPager *pager, SparkTx *tx, const SparkScope *scope, gint64 account,
                  SparkPage *page, GError **error)
{
  long long of = 0, key = 0, id = 0;
  char end;

  *pager = (SparkPager){ .left = page->limit };
  page->next = NULL;
  if (page->after != NULL && sscanf (page->after, "%lld,%lld,%lld%c", &of, &key, &id, &end) != 3)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "The cursor is not one that this list gave.");
      return FALSE;
    }
  if (!list_accounts (pager, tx, scope, account, error))
    return FALSE;
  while (pager->at < pager->accounts->len
         && g_array_index (pager->accounts, gint64, pager->at) < of)
    pager->at++;
  pager->last = of;
  pager->key = key;
  pager->id = id;
  return TRUE;
}

gboolean
spark_pager_next (SparkPager *pager)
{
  if (pager->at >= pager->accounts->len)
    return FALSE;
  pager->account = g_array_index (pager->accounts, gint64, pager->at++);
  pager->resumed = pager->account == pager->last;
  return TRUE;
}

gboolean
spark_pager_take (SparkPager *pager, SparkPage *page, gint64 account, gint64 key, gint64 id)
{
  if (pager->left == 0)
    {
      page->next = g_strdup_printf ("%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT ",%" G_GINT64_FORMAT,
                                    pager->last, pager->key, pager->id);
      return FALSE;
    }
  pager->left--;
  pager->last = account;
  pager->key = key;
  pager->id = id;
  return TRUE;
}

gboolean
spark_pager_search (const SparkPager *pager, SparkTx *tx, const char *typed, SparkSearch *search,
                    GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkAccount account;

  if (pager->accounts->len < 2 || typed == NULL || *typed == '\0')
    spark_search_init (search, typed, NULL);
  else if (spark_read_account (tx, pager->account, &account, &local))
    spark_search_init (search, typed, &account);
  /* A token may still name one that is removed. */
  else if (g_error_matches (local, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
    spark_search_init (search, typed, NULL);
  else
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  return TRUE;
}
