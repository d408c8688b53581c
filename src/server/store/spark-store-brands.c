/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include "model/spark-error.h"
#include "server/store/spark-pager.h"

/* What a view of a brand points at; the view is valid until the next call, so one is enough. */
typedef struct
{
  SparkBrand view;
  SparkDeal deal;
  GPtrArray *known;
  GPtrArray *fresh;
} BrandRow;

static void
brand_row_clear (BrandRow *self)
{
  g_clear_pointer (&self->known, g_ptr_array_unref);
  g_clear_pointer (&self->fresh, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (BrandRow, brand_row_clear)

/* The id lists, moved into the transaction's strings so that they live as long as the view. */
static const char *const *
keep_list (SparkTx *tx, GPtrArray *strings)
{
  gsize size = (strings->len + 1) * sizeof (char *);
  g_autofree char **list = g_malloc0 (size + sizeof (char *));
  char *memory;

  /* A chunk gives bytes without alignment, so there is room to align within. */
  memory = g_string_chunk_insert_len (tx->strings, (const char *)list,
                                      (gssize)(size + sizeof (char *)));
  memory += (sizeof (char *) - GPOINTER_TO_SIZE (memory) % sizeof (char *)) % sizeof (char *);
  for (guint i = 0; i < strings->len; i++)
    ((const char **)(gpointer)memory)[i] = strings->pdata[i];
  ((const char **)(gpointer)memory)[strings->len] = NULL;
  return (const char *const *)(gpointer)memory;
}

static gboolean
complete (SparkTx *tx, gint64 account, gint64 brand, BrandRow *self, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_row (tx, &local, "brand_counts", "ii", account, brand);

  if (row != NULL)
    {
      self->view.grants_active = spark_statement_int (row, 0);
      self->view.videos = spark_statement_int (row, 1);
      self->view.ads_active = (int)spark_statement_int (row, 2);
      self->view.paid
          = (SparkEngagement){ spark_statement_int (row, 3), spark_statement_int (row, 4),
                               spark_statement_int (row, 5), spark_statement_int (row, 6) };
      self->view.last_activity_at = MAX (self->view.last_activity_at, spark_statement_int (row, 7));
      spark_statement_reset (row);
    }
  if (local == NULL)
    row = spark_tx_select (tx, &local, "brand_advertisers_of", "ii", account, brand);
  while (local == NULL && row != NULL && spark_statement_step (row, &local))
    switch (spark_statement_int (row, 1))
      {
      case 0:
        g_ptr_array_add (self->fresh, (gpointer)spark_tx_keep (tx, spark_statement_text (row, 0)));
        break;
      case 1:
        g_ptr_array_add (self->known, (gpointer)spark_tx_keep (tx, spark_statement_text (row, 0)));
        break;
      default:
        break;
      }
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  self->view.advertiser_ids = keep_list (tx, self->known);
  self->view.new_advertiser_ids = keep_list (tx, self->fresh);
  return TRUE;
}

static void
read_brand (SparkTx *tx, SparkStatement *row, BrandRow *self)
{
  gint64 account = spark_statement_int (row, 0);

  self->known = g_ptr_array_new ();
  self->fresh = g_ptr_array_new ();
  self->view = (SparkBrand){
    .id = spark_tx_keep_id (tx, account, spark_statement_int (row, 1)),
    .account_id = spark_tx_keep_number (tx, account),
    .name = spark_tx_keep (tx, spark_statement_text (row, 2)),
    .notes = spark_tx_keep (tx, spark_statement_text (row, 3)),
    .last_activity_at = spark_statement_int (row, 9),
  };
  if (spark_statement_int (row, 4) != 0)
    {
      SparkDeal deal = {
        .fee = spark_statement_int (row, 5),
        .currency = spark_tx_keep (tx, spark_statement_text (row, 6)),
        .paid = spark_statement_int (row, 7) != 0,
        .ends_at = spark_statement_int (row, 8),
      };

      self->deal = deal;
    }
}

gboolean
spark_read_brands (SparkTx *tx, const SparkObjectQuery *query, SparkPage *page, SparkBrandFunc func,
                   gpointer data, GError **error)
{
  g_auto (SparkPager) pager = { 0 };

  if (!spark_pager_init (&pager, tx, &query->scope, query->account, page, error))
    return FALSE;
  while (page->next == NULL && spark_pager_next (&pager))
    {
      g_autoptr (GError) local = NULL;
      SparkStatement *row
          = spark_tx_select (tx, &local, "brands_list", "iii", pager.account,
                             pager.resumed ? pager.id : G_MAXINT64, (gint64)pager.left + 1);

      while (row != NULL && spark_statement_step (row, &local))
        {
          g_auto (BrandRow) brand = { 0 };

          if (!spark_pager_take (&pager, page, spark_statement_int (row, 0), 0,
                                 spark_statement_int (row, 1)))
            break;
          read_brand (tx, row, &brand);
          if (spark_statement_int (row, 4) != 0)
            brand.view.deal = &brand.deal;
          if (!complete (tx, spark_statement_int (row, 0), spark_statement_int (row, 1), &brand,
                         &local)
              || !func (&brand.view, data))
            break;
        }
      if (row != NULL)
        spark_statement_reset (row);
      if (local != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local));
          return FALSE;
        }
    }
  return TRUE;
}

gboolean
spark_read_brand (SparkTx *tx, const char *id, SparkBrand *view, GError **error)
{
  SparkStatement *row = spark_tx_get (tx, error, "brand_get", id);
  g_auto (BrandRow) brand = { 0 };
  gint64 account, number;
  gboolean has_deal;

  if (row == NULL)
    return FALSE;
  read_brand (tx, row, &brand);
  account = spark_statement_int (row, 0);
  number = spark_statement_int (row, 1);
  has_deal = spark_statement_int (row, 4) != 0;
  spark_statement_reset (row);
  if (!complete (tx, account, number, &brand, error))
    return FALSE;
  *view = brand.view;
  if (has_deal)
    {
      tx->deal = brand.deal;
      view->deal = &tx->deal;
    }
  return TRUE;
}
