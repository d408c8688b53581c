/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-format"

#include "config.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/spark-date-style.h"
#include "app/spark-format.h"
#include "app/spark-phrases.h"
#include "model/spark-rules.h"

/* How many times as large as the one before each unit is that large numbers are told in. */
static gint64
count_step (void)
{
  /* Translators: "count:myriads" (not in another language, nothing else) where large numbers are
   * told in units of which each is ten thousand times the one before, else "count:thousands" */
  return strcmp (C_ ("count", "count:thousands"), "count:myriads") == 0 ? 10000 : 1000;
}

char *
spark_format_count (gint64 count)
{
  static const char *const units[] = {
    /* Translators: thousands, millions, billions: "1.2K views". With "count:myriads" above: ten
     * thousands, hundred millions, trillions */
    NC_ ("count", "%sK"),
    NC_ ("count", "%sM"),
    NC_ ("count", "%sB"),
  };
  g_autofree char *digits = NULL;
  gint64 step = count_step (), unit = step;
  guint i = 0;

  if (count < step)
    return g_strdup_printf ("%" G_GINT64_FORMAT, count);
  while (i + 1 < G_N_ELEMENTS (units) && count / unit >= step)
    {
      unit *= step;
      i++;
    }
  /* Cut, never rounded up: 1,999 is not yet 2K. */
  if (count / unit < step / 100 && count % unit >= unit / 10)
    digits = g_strdup_printf ("%.1f", (double)(count / (unit / 10)) / 10);
  else
    digits = g_strdup_printf ("%" G_GINT64_FORMAT, count / unit);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  return g_strdup_printf (g_dpgettext2 (NULL, "count", units[i]), digits);
#pragma GCC diagnostic pop
}

char *
spark_format_exact_count (gint64 count)
{
  return g_strdup_printf ("%'" G_GINT64_FORMAT, count);
}

static gboolean
is_same_day (GDateTime *a, GDateTime *b)
{
  return g_date_time_get_year (a) == g_date_time_get_year (b)
         && g_date_time_get_day_of_year (a) == g_date_time_get_day_of_year (b);
}

char *
spark_format_moment (gint64 ms)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (spark_time_now () / 1000);
  g_autoptr (GDateTime) yesterday = g_date_time_add_days (now, -1);
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (ms / 1000);
  gboolean has_12_hours = spark_date_style_has_12_hours ();

  if (is_same_day (then, now) && has_12_hours)
    /* Translators: a time today, as for g_date_time_format(): today, 2:02 PM */
    return g_date_time_format (then, _ ("today, %-I:%M\u00a0%p"));
  if (is_same_day (then, now))
    /* Translators: a time today, as for g_date_time_format() */
    return g_date_time_format (then, _ ("today, %H:%M"));
  if (is_same_day (then, yesterday) && has_12_hours)
    /* Translators: a time yesterday, as for g_date_time_format(): yesterday, 2:02 PM */
    return g_date_time_format (then, _ ("yesterday, %-I:%M\u00a0%p"));
  if (is_same_day (then, yesterday))
    /* Translators: a time yesterday, as for g_date_time_format() */
    return g_date_time_format (then, _ ("yesterday, %H:%M"));
  return spark_phrase_day (ms);
}

char *
spark_format_money (gint64 amount, const char *currency)
{
  const char *unit = currency != NULL ? currency : "";
  /* Translators: an amount and its currency: "1,200.50 EUR" */
  g_autofree char *text = g_strdup_printf (_ ("%'.2f %s"), (double)amount / 100, unit);

  return g_strdup (g_strchomp (text));
}

char *
spark_format_time (gint64 ms)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (ms / 1000);

  if (spark_date_style_has_12_hours ())
    /* Translators: a time of day, as for g_date_time_format(): 2:02 PM */
    return g_date_time_format (then, _ ("%-I:%M\u00a0%p"));
  /* Translators: a time of day, as for g_date_time_format() */
  return g_date_time_format (then, _ ("%H:%M"));
}

char *
spark_format_as_of (gint64 ms, gint64 now)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (ms / 1000);
  g_autoptr (GDateTime) today = g_date_time_new_from_unix_local (now / 1000);

  return is_same_day (then, today) ? spark_format_time (ms) : spark_format_moment (ms);
}

char *
spark_format_length (gint64 seconds)
{
  int hours = (int)(seconds / 3600);
  int minutes = (int)(seconds / 60 % 60);

  if (hours > 0)
    return g_strdup_printf ("%d:%02d:%02d", hours, minutes, (int)(seconds % 60));
  return g_strdup_printf ("%d:%02d", minutes, (int)(seconds % 60));
}
