/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-model"

#include "config.h"

#include <string.h>

#include "model/spark-error.h"
#include "model/spark-rules.h"

/* 9999-12-31T23:59:59.999Z */
#define MAX_TIME (G_GINT64_CONSTANT (253402300799) * 1000 + 999)

/* https://business-api.tiktok.com/portal/docs/manage-tiktok-post-ad-authorization/v1.3 */
const guint spark_periods[] = { 7, 30, 60, 180, 365, 0 };

gboolean
spark_period_is_permitted (guint days)
{
  for (const guint *period = spark_periods; *period != 0; period++)
    if (*period == days)
      return TRUE;
  return FALSE;
}

guint
spark_period_nearest (gint64 from, gint64 deal_end)
{
  guint longest = 0;

  for (const guint *period = spark_periods; *period != 0; period++)
    {
      longest = *period;
      if (from + (gint64)*period * SPARK_DAY_MS >= deal_end)
        return *period;
    }
  return longest;
}

gboolean
spark_id_parse (const char *id, gint64 *account, gint64 *number)
{
  guint64 first, second;
  char *end;

  if (id == NULL || !g_ascii_isdigit (id[0]))
    return FALSE;
  first = g_ascii_strtoull (id, &end, 10);
  if (*end != '.' || !g_ascii_isdigit (end[1]) || first == 0 || first > G_MAXINT64)
    return FALSE;
  second = g_ascii_strtoull (end + 1, &end, 10);
  if (*end != '\0' || second == 0 || second > G_MAXINT64)
    return FALSE;
  *account = (gint64)first;
  *number = (gint64)second;
  return TRUE;
}

char *
spark_id_format (gint64 account, gint64 number)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT, account, number);
}

char *
spark_time_format (gint64 ms)
{
  gint64 seconds = ms / 1000;
  gint64 rest = ms % 1000;
  g_autoptr (GDateTime) time = NULL;
  g_autofree char *text = NULL;

  if (rest < 0)
    {
      rest += 1000;
      seconds--;
    }
  time = g_date_time_new_from_unix_utc (seconds);
  if (time == NULL)
    return g_strdup ("1970-01-01T00:00:00Z");
  text = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");
  if (rest == 0)
    return g_strconcat (text, "Z", NULL);
  return g_strdup_printf ("%s.%03dZ", text, (int)rest);
}

gboolean
spark_time_parse (const char *text, gint64 *ms)
{
  g_autoptr (GDateTime) time = NULL;

  /* GLib would take a date alone or a time without a zone as well; RFC 3339 has neither. */
  if (text == NULL || strlen (text) < strlen ("2026-01-01T00:00:00Z") || strlen (text) > 40
      || text[10] != 'T')
    return FALSE;
  time = g_date_time_new_from_iso8601 (text, NULL);
  if (time == NULL)
    return FALSE;
  *ms = g_date_time_to_unix (time) * 1000 + g_date_time_get_microsecond (time) / 1000;
  /* Nothing here happened before 1970, and a leap second can lead out of what can be written. */
  return *ms >= 0 && *ms <= MAX_TIME;
}

gint64
spark_time_now (void)
{
  return g_get_real_time () / 1000;
}

gboolean
spark_blockers_stop (SparkBlockers blockers)
{
  /* A duet or stitch works with the other creator's code too: a warning, not an obstacle. */
  return (blockers & ~(SPARK_BLOCKER_DUET | SPARK_BLOCKER_STITCH)) != 0;
}
