/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include "server/ledger/spark-ledger-ads.h"
#include "server/ledger/spark-ledger-private.h"

/* Engagement changes all the time; the change feed tells of a video at most so often. */
#define ANNOUNCE_MS (60 * 1000)

typedef struct
{
  gint64 id;
  gint64 brand;
} Engaged;

/* The grants of a video that won something since it was told last. */
static GArray *
find_engaged (SparkTx *tx, gint64 account, gint64 video, gint64 since, GError **error)
{
  g_autoptr (GArray) grants = g_array_new (FALSE, FALSE, sizeof (Engaged));
  GError *local = NULL;
  SparkStatement *row
      = spark_tx_select (tx, &local, "grants_engaged", "iii", account, video, since);

  while (row != NULL && spark_statement_step (row, &local))
    {
      Engaged grant = { spark_statement_int (row, 0), spark_statement_int (row, 1) };

      g_array_append_val (grants, grant);
    }
  if (local == NULL)
    return g_steal_pointer (&grants);
  g_propagate_error (error, local);
  return NULL;
}

gboolean
spark_ledger_announce (SparkTx *tx, gint64 account, gint64 video, GError **error)
{
  g_autoptr (GArray) grants = NULL;
  gint64 since;

  if (!spark_tx_int (tx, error, &since, 0, "video_announced_at", "ii", account, video))
    return FALSE;
  /* Told by a clock that has been set back since: better too much than too little. */
  if (since > spark_tx_now (tx))
    since = 0;
  grants = find_engaged (tx, account, video, since, error);
  if (grants == NULL
      || !spark_tx_exec (tx, error, "video_announced", "iii", account, video, spark_tx_now (tx))
      || !spark_tx_touch (tx, account, SPARK_KIND_VIDEO, video, error))
    return FALSE;
  for (guint i = 0; i < grants->len; i++)
    {
      const Engaged *grant = &g_array_index (grants, Engaged, i);

      if (!spark_tx_touch (tx, account, SPARK_KIND_GRANT, grant->id, error)
          || (grant->brand != 0
              && !spark_tx_touch (tx, account, SPARK_KIND_BRAND, grant->brand, error)))
        return FALSE;
    }
  return TRUE;
}

gboolean
spark_ledger_keep_engagement (SparkTx *tx, gint64 account, gint64 video,
                              const SparkEngagementDay *day, GError **error)
{
  const SparkEngagement *total = &day->total, *paid = &day->paid;

  /* Of what nobody knows anything there is nothing to keep. */
  if (MAX (total->views, total->likes) < 0 && MAX (total->comments, total->shares) < 0)
    return TRUE;
  return spark_tx_exec (tx, error, "engagement_put", "iiiiiiiiiii", account, video, day->day,
                        total->views, total->likes, total->comments, total->shares, paid->views,
                        paid->likes, paid->comments, paid->shares);
}

static gboolean
count_for_video (SparkTx *tx, const SparkAd *ad, const SparkMetrics *metrics, GError **error)
{
  const gint64 *of = metrics->of;
  GError *local = NULL;
  SparkStatement *row = spark_tx_row (tx, &local, "video_engage", "iiiiii", ad->account, ad->video,
                                      of[SPARK_METRIC_VIEWS], of[SPARK_METRIC_LIKES],
                                      of[SPARK_METRIC_COMMENTS], of[SPARK_METRIC_SHARES]);
  gint64 told_at, due, moved, now = spark_tx_now (tx);
  SparkEngagementDay day;

  if (row == NULL)
    return spark_tx_absent (local, error);
  told_at = spark_statement_int (row, 0);
  due = spark_statement_int (row, 1);
  day = (SparkEngagementDay){
    .day = now / SPARK_DAY_MS,
    .total = { spark_statement_int (row, 2), spark_statement_int (row, 3),
               spark_statement_int (row, 4), spark_statement_int (row, 5) },
    .paid = { spark_statement_int (row, 6), spark_statement_int (row, 7),
              spark_statement_int (row, 8), spark_statement_int (row, 9) },
  };
  spark_statement_reset (row);
  if (!spark_ledger_keep_engagement (tx, ad->account, ad->video, &day, error))
    return FALSE;

  if (told_at > now || (due != 0 ? due <= now : now - told_at >= ANNOUNCE_MS))
    return spark_ledger_announce (tx, ad->account, ad->video, error);
  /* Told later, but read now: the id moves the account's version. */
  return spark_tx_next_id (tx, ad->account, &moved, error)
         && (due != 0
             || spark_tx_exec (tx, error, "video_announce_later", "iii", ad->account, ad->video,
                               told_at + ANNOUNCE_MS));
}

gboolean
spark_ledger_deliver (SparkTx *tx, const char *advertiser_id, gint64 id, gint64 day,
                      const SparkMetrics *metrics, gboolean *delivered, GError **error)
{
  const gint64 *of = metrics->of;
  gboolean lost;
  gint64 wakes_at;
  SparkAd ad;

  *delivered = FALSE;
  if (!spark_ledger_load_ad (tx, advertiser_id, id, &ad, error))
    return FALSE;
  /* Also not when it is one of those that have yet to follow what is above them. */
  if (ad.state != SPARK_AD_STATE_ACTIVE || ad.starts_at > spark_tx_now (tx)
      || spark_ledger_ad_state (&ad, spark_tx_now (tx), &wakes_at) != SPARK_AD_STATE_ACTIVE)
    return TRUE;
  if (!spark_ledger_ad_is_lost (tx, &ad, &lost, error))
    return FALSE;
  if (lost)
    return TRUE;
  if (!spark_tx_exec (tx, error, "ad_day_add", "siiiiiiiiiiiiiiiiiii", advertiser_id, id, day,
                      of[SPARK_METRIC_SPEND], of[SPARK_METRIC_IMPRESSIONS], of[SPARK_METRIC_REACH],
                      of[SPARK_METRIC_CLICKS], of[SPARK_METRIC_VIEWS], of[SPARK_METRIC_VIEWS_2S],
                      of[SPARK_METRIC_VIEWS_6S], of[SPARK_METRIC_VIEWS_P25],
                      of[SPARK_METRIC_VIEWS_P50], of[SPARK_METRIC_VIEWS_P75],
                      of[SPARK_METRIC_VIEWS_P100], of[SPARK_METRIC_WATCHED_MS],
                      of[SPARK_METRIC_LIKES], of[SPARK_METRIC_COMMENTS], of[SPARK_METRIC_SHARES],
                      of[SPARK_METRIC_FOLLOWS], of[SPARK_METRIC_PROFILE_VISITS])
      || !spark_tx_exec (tx, error, "grant_engage", "iiiiiiii", ad.account, ad.grant,
                         of[SPARK_METRIC_VIEWS], of[SPARK_METRIC_LIKES], of[SPARK_METRIC_COMMENTS],
                         of[SPARK_METRIC_SHARES], of[SPARK_METRIC_FOLLOWS], spark_tx_now (tx))
      || !count_for_video (tx, &ad, metrics, error))
    return FALSE;
  *delivered = TRUE;
  return TRUE;
}
