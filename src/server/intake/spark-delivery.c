/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-intake"

#include "config.h"

#include <math.h>
#include <sodium.h>

#include "server/intake/spark-delivery.h"

#define HOURS_OF_DAY 24
#define DAY_MS       G_GINT64_CONSTANT (86400000)
/* Of campaigns without a limit: 200 a day. */
#define OPEN_BUDGET 20000
/* A budget for the whole time is spread over so many days. */
#define SPREAD_DAYS 30

/* How likely, on the way from one to the next: the least, and how much more at most. */
static const struct
{
  SparkMetric metric;
  SparkMetric of;
  double least;
  double more;
} chances[] = {
  { SPARK_METRIC_REACH, SPARK_METRIC_IMPRESSIONS, 0.70, 0.25 },
  { SPARK_METRIC_VIEWS, SPARK_METRIC_IMPRESSIONS, 0.88, 0.10 },
  { SPARK_METRIC_VIEWS_2S, SPARK_METRIC_VIEWS, 0.40, 0.20 },
  { SPARK_METRIC_VIEWS_6S, SPARK_METRIC_VIEWS_2S, 0.35, 0.20 },
  { SPARK_METRIC_VIEWS_P25, SPARK_METRIC_VIEWS, 0.30, 0.20 },
  { SPARK_METRIC_VIEWS_P50, SPARK_METRIC_VIEWS_P25, 0.45, 0.20 },
  { SPARK_METRIC_VIEWS_P75, SPARK_METRIC_VIEWS_P50, 0.55, 0.20 },
  { SPARK_METRIC_VIEWS_P100, SPARK_METRIC_VIEWS_P75, 0.60, 0.20 },
  { SPARK_METRIC_CLICKS, SPARK_METRIC_IMPRESSIONS, 0.005, 0.015 },
  { SPARK_METRIC_LIKES, SPARK_METRIC_VIEWS, 0.008, 0.030 },
  { SPARK_METRIC_COMMENTS, SPARK_METRIC_VIEWS, 0.0003, 0.0012 },
  { SPARK_METRIC_SHARES, SPARK_METRIC_VIEWS, 0.0004, 0.0016 },
  { SPARK_METRIC_PROFILE_VISITS, SPARK_METRIC_VIEWS, 0.002, 0.008 },
  { SPARK_METRIC_FOLLOWS, SPARK_METRIC_PROFILE_VISITS, 0.05, 0.25 },
};

/* Chance that is the same each time; a generator of numbers without end would cost more to set up
 * than all that is drawn. */
typedef struct
{
  guint64 numbers[3 + 2 * G_N_ELEMENTS (chances) + 2];
  guint next;
} Chance;

static void
chance_init (Chance *self, guint64 seed, const char *item_id, guint ordinal, gint64 hour)
{
  const guint64 numbers[]
      = { seed, ((guint64)g_str_hash (item_id) << 32) | ordinal, (guint64)hour, 0 };

  G_STATIC_ASSERT (sizeof numbers == randombytes_SEEDBYTES);
  randombytes_buf_deterministic (self->numbers, sizeof self->numbers, (const guint8 *)numbers);
  self->next = 0;
}

/* From @least to below @most. */
static double
chance_between (Chance *self, double least, double most)
{
  double share;

  g_assert (self->next < G_N_ELEMENTS (self->numbers));
  share = (double)(self->numbers[self->next++] >> 11) * 0x1p-53;
  return least + share * (most - least);
}

/* The share of a day's budget that an hour takes; all of a day make 1. */
static double
weight (gint64 hour)
{
  double angle = (double)(hour % HOURS_OF_DAY - 20) / HOURS_OF_DAY * 2 * G_PI;

  return (1 + 0.8 * cos (angle)) / HOURS_OF_DAY;
}

/* A whole number near @expected, so that small shares are not always nothing. */
static gint64
draw (Chance *chance, double expected)
{
  double about = expected * chance_between (chance, 0.85, 1.15);

  return (gint64)floor (about + chance_between (chance, 0, 1));
}

void
spark_delivery_hour (guint64 seed, const char *item_id, guint ordinal, gint64 hour, gint64 budget,
                     SparkMetrics *metrics)
{
  /* What sort of ad it is does not change from hour to hour. */
  Chance kind, now;
  double spend, price;
  gint64 *of = metrics->of;

  chance_init (&kind, seed, item_id, ordinal, -1);
  chance_init (&now, seed, item_id, ordinal, hour);
  spend = (double)budget * weight (hour) * chance_between (&now, 0.80, 1.0);
  price = chance_between (&kind, 300, 900); /* of 1000 impressions */
  *metrics = (SparkMetrics){ { 0 } };
  of[SPARK_METRIC_SPEND] = (gint64)floor (spend);
  of[SPARK_METRIC_IMPRESSIONS] = draw (&now, spend / price * 1000);
  for (gsize i = 0; i < G_N_ELEMENTS (chances); i++)
    {
      double chance = chance_between (&kind, chances[i].least, chances[i].least + chances[i].more);
      gint64 among = of[chances[i].of];
      gint64 drawn = draw (&now, (double)among * chance);

      of[chances[i].metric] = MIN (drawn, among);
    }
  of[SPARK_METRIC_WATCHED_MS]
      = draw (&now, (double)of[SPARK_METRIC_VIEWS] * chance_between (&kind, 3000, 9000));
}

/* --- within the budgets --- */

static gboolean
limit (SparkTx *tx, const char *advertiser, gint64 campaign, gint64 adgroup, gint64 budget,
       gboolean daily, gint64 day, gint64 *left, GError **error)
{
  gint64 spent;

  if (budget == 0)
    return TRUE;
  if (!spark_read_ads_spent (tx, advertiser, campaign, adgroup, daily ? day : 0,
                             daily ? day : G_MAXINT32, &spent, error))
    return FALSE;
  *left = MIN (*left, MAX (budget - spent, 0));
  return TRUE;
}

static gint64
daily_budget (const SparkAdGroup *adgroup, const SparkCampaign *campaign)
{
  gint64 budget = adgroup->budget != 0 ? adgroup->budget : campaign->budget;
  gboolean daily = adgroup->budget != 0 ? adgroup->daily : campaign->daily;

  if (budget == 0)
    return OPEN_BUDGET;
  return daily ? budget : MAX (budget / SPREAD_DAYS, 1);
}

static void
scale (SparkMetrics *metrics, gint64 left)
{
  gint64 spend = metrics->of[SPARK_METRIC_SPEND];

  if (spend <= left)
    return;
  for (int i = 0; i < SPARK_N_METRICS; i++)
    metrics->of[i] = metrics->of[i] * left / spend;
}

static gint64
day_of (gint64 hour, const SparkAd *ad, gint64 today)
{
  return CLAMP (hour / HOURS_OF_DAY, MIN (ad->created_at / DAY_MS, today), today);
}

gboolean
spark_delivery_run (SparkTx *tx, guint64 seed, const char *advertiser, gint64 id, guint ordinal,
                    gint64 first, gint64 last, gint64 *seen, GError **error)
{
  gint64 today = spark_tx_now (tx) / DAY_MS;
  SparkAd ad;
  SparkAdGroup adgroup;
  SparkCampaign campaign;

  *seen = 0;
  if (!spark_read_ad (tx, advertiser, id, &ad, error)
      || !spark_read_adgroup (tx, advertiser, ad.adgroup, &adgroup, error)
      || !spark_read_campaign (tx, advertiser, ad.campaign, &campaign, error))
    return FALSE;
  for (gint64 hour = first; hour <= last;)
    {
      gint64 day = day_of (hour, &ad, today);
      SparkMetrics of_day = { { 0 } };
      gint64 left = G_MAXINT64;
      gboolean delivered;

      /* The hours of one day are counted together. */
      for (; hour <= last && day_of (hour, &ad, today) == day; hour++)
        {
          SparkMetrics metrics;

          spark_delivery_hour (seed, ad.item_id, ordinal, hour, daily_budget (&adgroup, &campaign),
                               &metrics);
          for (int i = 0; i < SPARK_N_METRICS; i++)
            of_day.of[i] += metrics.of[i];
        }
      if (!limit (tx, advertiser, 0, adgroup.id, adgroup.budget, adgroup.daily, day, &left, error)
          || !limit (tx, advertiser, campaign.id, 0, campaign.budget, campaign.daily, day, &left,
                     error))
        return FALSE;
      scale (&of_day, left);
      if (of_day.of[SPARK_METRIC_IMPRESSIONS] == 0)
        continue;
      if (!spark_ledger_deliver (tx, advertiser, id, day, &of_day, &delivered, error))
        return FALSE;
      if (!delivered)
        return TRUE;
      *seen += of_day.of[SPARK_METRIC_VIEWS];
    }
  return TRUE;
}
