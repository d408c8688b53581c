/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-tiktok"

#include "config.h"

#include "server/platform/tiktok/spark-tiktok-schedule.h"

#define MINUTE_MS G_GINT64_CONSTANT (60000)
#define HOUR_MS   (60 * MINUTE_MS)

#define READY_MS MINUTE_MS
/* Of the looks in a minute: the others need some as well. */
#define READY_PER_MINUTE 24
#define IN_USE_MS        (15 * MINUTE_MS)
#define EXPIRED_MS       HOUR_MS
#define NONE_MS          (6 * HOUR_MS)
/* Around an end everything may change. */
#define NEAR_MS       (10 * MINUTE_MS)
#define NEAR_EVERY_MS (2 * MINUTE_MS)

gint64
spark_tiktok_schedule_interval (const SparkPlatformLook *look, guint n_ready, gint64 now)
{
  gint64 interval;

  if (!look->has_code)
    return NONE_MS;
  switch (look->state)
    {
    case SPARK_CODE_STATE_PENDING:
    case SPARK_CODE_STATE_READY:
      return MAX (READY_MS, n_ready * MINUTE_MS / READY_PER_MINUTE);
    case SPARK_CODE_STATE_IN_USE:
      interval = IN_USE_MS;
      break;
    case SPARK_CODE_STATE_EXPIRED:
      interval = EXPIRED_MS;
      break;
    case SPARK_CODE_STATE_DELETED:
    case SPARK_CODE_STATE_FAILED:
    default:
      return NONE_MS;
    }
  return ABS (look->ends_at - now) < NEAR_MS ? NEAR_EVERY_MS : interval;
}

typedef struct
{
  guint n_ready;
  gint64 now;
} Order;

/* How many times over its interval it is; what was never looked at, as if it were just due. */
static double
urgency (const SparkPlatformLook *look, const Order *order)
{
  gint64 interval = spark_tiktok_schedule_interval (look, order->n_ready, order->now);

  return look->looked_at == 0 ? 1.0 : (double)(order->now - look->looked_at) / (double)interval;
}

static int
compare (gconstpointer a, gconstpointer b, gpointer order)
{
  double left = urgency (a, order), right = urgency (b, order);

  if (left != right)
    return left > right ? -1 : 1;
  /* Of two never looked at, the one with a code. */
  return ((const SparkPlatformLook *)b)->has_code - ((const SparkPlatformLook *)a)->has_code;
}

guint
spark_tiktok_schedule_pick (GArray *looks, gint64 now, gint64 *next)
{
  Order order = { 0, now };
  guint due = 0;

  *next = G_MAXINT64;
  for (guint i = 0; i < looks->len; i++)
    {
      const SparkPlatformLook *look = &g_array_index (looks, SparkPlatformLook, i);

      order.n_ready += look->has_code && look->state == SPARK_CODE_STATE_READY;
    }
  g_array_sort_with_data (looks, compare, &order);
  for (guint i = 0; i < looks->len; i++)
    {
      const SparkPlatformLook *look = &g_array_index (looks, SparkPlatformLook, i);

      if (urgency (look, &order) >= 1.0)
        due++;
      else
        *next = MIN (*next,
                     look->looked_at + spark_tiktok_schedule_interval (look, order.n_ready, now));
    }
  return due;
}
