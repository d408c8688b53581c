/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "sparkboxd"

#include "config.h"

#include <sys/timex.h>
#include <time.h>

#include "model/spark-rules.h"
#include "server/commands/spark-clock.h"
#include "server/metrics/spark-metrics.h"

static gboolean
tell_steady (const SparkClockWatch *watch, gint64 since_boot)
{
  gboolean steady = since_boot - watch->steady_since >= SPARK_CLOCK_SETTLE_MS;

  spark_metrics_set (SPARK_GAUGE_CLOCK_WAITS, steady ? 0 : 1);
  return steady;
}

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
  return tell_steady (watch, since_boot);
}

static gint64
get_since_boot (void)
{
  struct timespec boot;

  /* Unlike the monotonic clock it goes on while the computer sleeps. */
  clock_gettime (CLOCK_BOOTTIME, &boot);
  return (gint64)boot.tv_sec * 1000 + boot.tv_nsec / 1000000;
}

/* Whether a time server has set the clock, as the kernel knows. A sandbox may not let one ask. */
static gboolean
is_set (void)
{
  struct timex state = { 0 };

  return adjtimex (&state) != -1 && (state.status & STA_UNSYNC) == 0;
}

gboolean
spark_clock_is_steady (SparkClockWatch *watch)
{
  return spark_clock_look (watch, spark_time_now (), get_since_boot ());
}

void
spark_clock_begin_at (SparkClockWatch *watch, gint64 newest, gint64 wall, gint64 since_boot,
                      gboolean set)
{
  gint64 ahead = wall - newest;

  spark_clock_look (watch, wall, since_boot);
  if (newest == 0)
    return;
  if (ahead < -SPARK_CLOCK_LEAP_MS)
    g_message ("The clock is %" G_GINT64_FORMAT
               " s behind the newest record: it is wrong, or was when that was written.",
               -ahead / 1000);
  if ((ahead >= -SPARK_CLOCK_LEAP_MS && ahead <= SPARK_CLOCK_GAP_MS) || set
      || since_boot >= SPARK_CLOCK_SETTLE_MS)
    return;
  if (ahead > 0)
    g_message ("The newest record is %" G_GINT64_FORMAT " days old.", ahead / SPARK_DAY_MS);
  g_message ("The computer has just started: nothing ends before its clock had ten minutes to be "
             "set.");
  watch->steady_since = 0;
  tell_steady (watch, since_boot);
}

void
spark_clock_begin (SparkClockWatch *watch, gint64 newest)
{
  spark_clock_begin_at (watch, newest, spark_time_now (), get_since_boot (), is_set ());
}
