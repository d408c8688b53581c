/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include "model/spark-error.h"
#include "server/store/spark-store-ads.h"
#include "server/store/spark-tx.h"

/* @tx: NULL: it lives until the next row is read */
static const char *
text (SparkTx *tx, SparkStatement *row, int column)
{
  const char *string = spark_statement_text (row, column);

  return tx != NULL ? spark_tx_keep (tx, string) : string;
}

static void
read_campaign (SparkTx *tx, SparkStatement *row, SparkCampaign *view)
{
  *view = (SparkCampaign){
    .id = spark_statement_int (row, 0),
    .name = text (tx, row, 1),
    .operation = spark_statement_int (row, 2),
    .budget = spark_statement_int (row, 3),
    .daily = spark_statement_int (row, 4) != 0,
    .details = text (tx, row, 5),
    .created_at = spark_statement_int (row, 6),
    .modified_at = spark_statement_int (row, 7),
  };
}

static void
read_adgroup (SparkTx *tx, SparkStatement *row, SparkAdGroup *view)
{
  *view = (SparkAdGroup){
    .id = spark_statement_int (row, 0),
    .campaign = spark_statement_int (row, 1),
    .name = text (tx, row, 2),
    .operation = spark_statement_int (row, 3),
    .budget = spark_statement_int (row, 4),
    .daily = spark_statement_int (row, 5) != 0,
    .starts_at = spark_statement_int (row, 6),
    .ends_at = spark_statement_int (row, 7),
    .details = text (tx, row, 8),
    .created_at = spark_statement_int (row, 9),
    .modified_at = spark_statement_int (row, 10),
    .campaign_name = text (tx, row, 11),
    .campaign_operation = spark_statement_int (row, 12),
  };
}

static void
read_ad (SparkTx *tx, SparkStatement *row, SparkAd *view)
{
  *view = (SparkAd){
    .id = spark_statement_int (row, 0),
    .campaign = spark_statement_int (row, 1),
    .adgroup = spark_statement_int (row, 2),
    .name = text (tx, row, 3),
    .operation = spark_statement_int (row, 4),
    .account = spark_statement_int (row, 5),
    .video = spark_statement_int (row, 6),
    .grant = spark_statement_int (row, 7),
    .item_id = text (tx, row, 8),
    .state = spark_statement_int (row, 9),
    .lost = spark_statement_int (row, 10),
    .review_at = spark_statement_int (row, 11),
    .rejected = spark_statement_int (row, 12) != 0,
    .wakes_at = spark_statement_int (row, 13),
    .details = text (tx, row, 14),
    .created_at = spark_statement_int (row, 15),
    .modified_at = spark_statement_int (row, 16),
    .campaign_name = text (tx, row, 17),
    .campaign_operation = spark_statement_int (row, 18),
    .adgroup_name = text (tx, row, 19),
    .adgroup_operation = spark_statement_int (row, 20),
    .starts_at = spark_statement_int (row, 21),
    .ends_at = spark_statement_int (row, 22),
    .advertiser = text (tx, row, 23),
  };
}

/* --- one --- */

static SparkStatement *
find (SparkTx *tx, const char *statement, const char *advertiser, gint64 id, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_row (tx, &local, statement, "si", advertiser, id);

  if (row == NULL)
    spark_tx_absent (g_steal_pointer (&local), error);
  return row;
}

gboolean
spark_read_campaign (SparkTx *tx, const char *advertiser, gint64 id, SparkCampaign *view,
                     GError **error)
{
  SparkStatement *row = find (tx, "campaign_get", advertiser, id, error);

  if (row == NULL)
    return FALSE;
  read_campaign (tx, row, view);
  spark_statement_reset (row);
  return TRUE;
}

gboolean
spark_read_adgroup (SparkTx *tx, const char *advertiser, gint64 id, SparkAdGroup *view,
                    GError **error)
{
  SparkStatement *row = find (tx, "adgroup_get", advertiser, id, error);

  if (row == NULL)
    return FALSE;
  read_adgroup (tx, row, view);
  spark_statement_reset (row);
  return TRUE;
}

gboolean
spark_read_ad (SparkTx *tx, const char *advertiser, gint64 id, SparkAd *view, GError **error)
{
  SparkStatement *row = find (tx, "ad_get", advertiser, id, error);

  if (row == NULL)
    return FALSE;
  read_ad (tx, row, view);
  spark_statement_reset (row);
  return TRUE;
}

/* --- many --- */

GArray *
spark_read_ads_of (SparkTx *tx, SparkAdsOf of, const char *advertiser, gint64 account, gint64 id,
                   gint64 after, guint limit, GError **error)
{
  g_autoptr (GArray) ads = g_array_new (FALSE, FALSE, sizeof (SparkAd));
  g_autoptr (GError) local = NULL;
  SparkStatement *row
      = of == SPARK_ADS_OF_GRANT
            ? spark_tx_select (tx, &local, "ads_of_grant", "siiii", advertiser, id, after,
                               (gint64)limit, account)
            : spark_tx_select (
                  tx, &local, of == SPARK_ADS_OF_CAMPAIGN ? "ads_of_campaign" : "ads_of_adgroup",
                  "siii", advertiser, id, after, (gint64)limit);

  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkAd ad;

      read_ad (tx, row, &ad);
      g_array_append_val (ads, ad);
    }
  return spark_tx_end (row, g_steal_pointer (&local), error) ? g_steal_pointer (&ads) : NULL;
}

static gboolean
end (SparkStatement *row, GError *local, GError **error)
{
  if (row != NULL)
    spark_statement_reset (row);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

gboolean
spark_read_campaigns (SparkTx *tx, const char *advertiser, SparkCampaignFunc func, gpointer data,
                      GError **error)
{
  GError *local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, "campaigns_list", "s", advertiser);

  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkCampaign view;

      read_campaign (NULL, row, &view);
      if (!func (&view, data))
        break;
    }
  return end (row, local, error);
}

gboolean
spark_read_adgroups (SparkTx *tx, const char *advertiser, SparkAdGroupFunc func, gpointer data,
                     GError **error)
{
  GError *local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, "adgroups_list", "s", advertiser);

  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkAdGroup view;

      read_adgroup (NULL, row, &view);
      if (!func (&view, data))
        break;
    }
  return end (row, local, error);
}

gboolean
spark_read_ads (SparkTx *tx, const char *advertiser, SparkAdFunc func, gpointer data,
                GError **error)
{
  GError *local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, "ads_list", "s", advertiser);

  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkAd view;

      read_ad (NULL, row, &view);
      if (!func (&view, data))
        break;
    }
  return end (row, local, error);
}

gboolean
spark_read_ad_days (SparkTx *tx, const char *advertiser, gint64 first, gint64 last,
                    SparkAdDayFunc func, gpointer data, GError **error)
{
  GError *local = NULL;
  SparkStatement *row
      = spark_tx_select (tx, &local, "ad_days_list", "sii", advertiser, first, last);

  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkAdDay view = { spark_statement_int (row, 0), spark_statement_int (row, 1), { { 0 } } };

      for (int i = 0; i < SPARK_N_METRICS; i++)
        view.metrics.of[i] = spark_statement_int (row, 2 + i);
      if (!func (&view, data))
        break;
    }
  return end (row, local, error);
}

gboolean
spark_read_ads_spent (SparkTx *tx, const char *advertiser, gint64 campaign, gint64 adgroup,
                      gint64 first, gint64 last, gint64 *spent, GError **error)
{
  return spark_tx_int (tx, error, spent, 0, "ads_spent", "siiii", advertiser, campaign, adgroup,
                       first, last);
}

static void
key_clear (gpointer data)
{
  g_free (((SparkAdKey *)data)->advertiser);
}

GArray *
spark_read_delivering (SparkTx *tx, const char *advertiser, GError **error)
{
  g_autoptr (GArray) keys = g_array_new (FALSE, FALSE, sizeof (SparkAdKey));
  GError *local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, "ads_delivering", "s", advertiser);

  g_array_set_clear_func (keys, key_clear);
  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkAdKey key = { g_strdup (spark_statement_text (row, 0)), spark_statement_int (row, 1) };

      g_array_append_val (keys, key);
    }
  return end (row, local, error) ? g_steal_pointer (&keys) : NULL;
}
