/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "sparkboxd"

#include "config.h"

#include <time.h>

#include "model/spark-rules.h"
#include "server/commands/spark-clock.h"

gboolean
spark_clock_look (SparkClockWatch *watch, gint64 wall, gint64 since_boot)
{
  gint64 offset = wall - since_boot;

  if (!watch->begun)
    *watch = (SparkClockWatch){ TRUE, offset, since_boot - SPARK_CLOCK_SETTLE_MS };
  else if (ABS (offset - watch->offset) > SPARK_CLOCK_LEAP_MS)
    {
      g_message ("The clock has leapt by %" G_GINT64_FORMAT " s; nothing ends until it stays.",
                 (offset - watch->offset) / 1000);
      watch->steady_since = since_boot;
    }
  watch->offset = offset;
  return since_boot - watch->steady_since >= SPARK_CLOCK_SETTLE_MS;
}

gboolean
spark_clock_is_steady (SparkClockWatch *watch)
{
  struct timespec boot;

  /* Unlike the monotonic clock it goes on while the computer sleeps. */
  clock_gettime (CLOCK_BOOTTIME, &boot);
  return spark_clock_look (watch, spark_time_now (),
                           (gint64)boot.tv_sec * 1000 + boot.tv_nsec / 1000000);
}
