/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-intake"

#include "config.h"

#include <math.h>

#include "model/spark-rules.h"
#include "server/intake/spark-sample-history.h"
#include "server/store/spark-store-read.h"

/* Most of what a video gets comes in its first weeks. */
#define HALF_DAYS 9.0
#define MAX_DAYS  1200

/* The days that are kept: close together where the curve is steep. */
static gint64
step_of (gint64 age)
{
  return age < 14 ? 1 : age < 90 ? 7 : 30;
}

static double
share_at (double age, double whole)
{
  double end = 1.0 - exp2 (-whole / HALF_DAYS);

  return end > 0.0 ? MIN (1.0, (1.0 - exp2 (-age / HALF_DAYS)) / end) : 1.0;
}

static gint64
part (gint64 count, double share)
{
  return count < 0 ? -1 : (gint64)((double)count * share);
}

static gint64
without (gint64 total, gint64 paid)
{
  return total < 0 ? -1 : MAX (0, total - MAX (0, paid));
}

static gint64
with (gint64 organic, gint64 paid)
{
  return organic < 0 ? -1 : organic + MAX (0, paid);
}

static gboolean
add_day (const SparkEngagementDay *day, gpointer days)
{
  g_array_append_val ((GArray *)days, *day);
  return TRUE;
}

static gboolean
keep_day (SparkTx *tx, const char *video_id, const SparkVideo *video, gint64 first, gint64 today,
          gint64 day, const SparkEngagement *paid, GError **error)
{
  double share = share_at ((double)(day - first + 1), (double)(today - first + 1));
  const SparkEngagement *total = &video->total, *all_paid = &video->paid;
  const SparkEngagementDay kept = {
    .day = day,
    .total = { with (part (without (total->views, all_paid->views), share), paid->views),
               with (part (without (total->likes, all_paid->likes), share), paid->likes),
               with (part (without (total->comments, all_paid->comments), share), paid->comments),
               with (part (without (total->shares, all_paid->shares), share), paid->shares) },
    .paid = *paid,
  };
  gint64 account, number;

  return !spark_id_parse (video_id, &account, &number)
         || spark_ledger_keep_engagement (tx, account, number, &kept, error);
}

gboolean
spark_sample_keep_history (SparkTx *tx, const char *video_id, GError **error)
{
  g_autoptr (GArray) delivered = g_array_new (FALSE, FALSE, sizeof (SparkEngagementDay));
  gint64 today = spark_tx_now (tx) / SPARK_DAY_MS;
  SparkEngagement paid = { -1, -1, -1, -1 };
  SparkVideo video;
  gint64 first;
  guint at = 0;

  if (!spark_read_video (tx, video_id, &video, error))
    return FALSE;
  first = MAX (video.published_at / SPARK_DAY_MS, today - MAX_DAYS);
  /* What ads have added so far is known; what the video would have had besides is drawn. */
  if (!spark_read_engagement_days (tx, video_id, first, today, MAX_DAYS, add_day, delivered, error))
    return FALSE;
  for (gint64 day = first; day <= today;)
    {
      gint64 next = MIN (day + step_of (day - first), day < today ? today : today + 1);

      for (; at < delivered->len && g_array_index (delivered, SparkEngagementDay, at).day <= day;
           at++)
        if (g_array_index (delivered, SparkEngagementDay, at).paid.views >= 0)
          paid = g_array_index (delivered, SparkEngagementDay, at).paid;
      if (!keep_day (tx, video_id, &video, first, today, day, &paid, error))
        return FALSE;
      /* Each day of an ad is one of its own. */
      if (at < delivered->len)
        next = MIN (next, g_array_index (delivered, SparkEngagementDay, at).day);
      day = next;
    }
  return TRUE;
}
