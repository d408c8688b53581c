/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-record"

#include "config.h"

#include "server/record/spark-record.h"

char *
spark_record_format_time (gint64 ms)
{
  static const char *const days[] = { "Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun" };
  static const char *const months[]
      = { "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (ms / 1000);

  return g_strdup_printf (
      "%s %d %s %d, %02d:%02d UTC", days[g_date_time_get_day_of_week (time) - 1],
      g_date_time_get_day_of_month (time), months[g_date_time_get_month (time) - 1],
      g_date_time_get_year (time), g_date_time_get_hour (time), g_date_time_get_minute (time));
}
