/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-row-list"

#include "config.h"

#include "client/spark-row-list-private.h"
#include "client/spark-time-key.h"
#include "client/spark-video-list-private.h"

/* When the month after (@year, @month) begins, in ms. */
static gint64
next_month (int year, int month)
{
  g_autoptr (GDateTime) begin = g_date_time_new_local (year, month, 1, 0, 0, 0);
  g_autoptr (GDateTime) next = begin != NULL ? g_date_time_add_months (begin, 1) : NULL;

  return next != NULL ? g_date_time_to_unix (next) * 1000 : 0;
}

static gint64
this_month (int year, int month)
{
  g_autoptr (GDateTime) begin = g_date_time_new_local (year, month, 1, 0, 0, 0);

  return begin != NULL ? g_date_time_to_unix (begin) * 1000 : 0;
}

/* The first row older than @ms. */
static guint
find_before (SparkVideoList *self, gint64 ms)
{
  gint64 key = spark_time_key_first (ms - 1);

  return spark_row_list_lower_bound (SPARK_ROW_LIST (self), key, key);
}

GArray *
spark_video_list_get_months (SparkVideoList *self)
{
  g_autoptr (GArray) months = g_array_new (FALSE, FALSE, sizeof (SparkMonth));
  guint n_items;

  g_return_val_if_fail (SPARK_IS_VIDEO_LIST (self), NULL);

  if (!spark_video_list_is_by_date (self))
    return g_steal_pointer (&months);
  spark_row_list_complete (SPARK_ROW_LIST (self));
  n_items = g_list_model_get_n_items (G_LIST_MODEL (self));
  for (guint at = 0; at < n_items;)
    {
      gint64 ms = spark_time_key_ms (spark_row_list_row (SPARK_ROW_LIST (self), at).key);
      SparkMonth month = { 0, 0, at, 0 };
      guint next = n_items;

      if (ms > 0)
        {
          g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (ms / 1000);
          g_autoptr (GDateTime) local = g_date_time_to_local (utc);

          month.year = g_date_time_get_year (local);
          month.month = g_date_time_get_month (local);
          next = MAX (find_before (self, this_month (month.year, month.month)), at + 1);
        }
      month.n_videos = next - at;
      g_array_append_val (months, month);
      at = next;
    }
  return g_steal_pointer (&months);
}

guint
spark_video_list_find_month (SparkVideoList *self, int year, int month)
{
  gint64 end;
  guint at;

  g_return_val_if_fail (SPARK_IS_VIDEO_LIST (self), G_MAXUINT);

  end = next_month (year, month);
  if (end == 0 || !spark_video_list_is_by_date (self))
    return G_MAXUINT;
  at = find_before (self, end);
  return at < g_list_model_get_n_items (G_LIST_MODEL (self)) ? at : G_MAXUINT;
}
