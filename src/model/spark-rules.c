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

/* Returns: (nullable): what follows it */
static const char *
take_number (const char *at, gint64 *number)
{
  for (*number = 0; g_ascii_isdigit (*at); at++)
    {
      int digit = *at - '0';

      if (*number > (G_MAXINT64 - digit) / 10)
        return NULL;
      *number = *number * 10 + digit;
    }
  return *number > 0 ? at : NULL;
}

gboolean
spark_id_parse (const char *id, gint64 *account, gint64 *number)
{
  gint64 first, second;
  const char *at = id != NULL ? take_number (id, &first) : NULL;

  if (at == NULL || *at != '.')
    return FALSE;
  at = take_number (at + 1, &second);
  if (at == NULL || *at != '\0')
    return FALSE;
  *account = first;
  *number = second;
  return TRUE;
}

char *
spark_id_format (gint64 account, gint64 number)
{
  char text[2 * SPARK_MAX_DIGITS + 2];
  char *end = spark_digits (text, account);

  *end++ = '.';
  *spark_digits (end, number) = '\0';
  return g_strdup (text);
}

/* They shape letters and emoji, and are nothing by themselves. */
static gboolean
is_joiner (gunichar c)
{
  return c == 0x200c || c == 0x200d;
}

gboolean
spark_name_is_clear (const char *name)
{
  gboolean visible = FALSE;

  if (!g_utf8_validate (name, -1, NULL))
    return FALSE;
  for (; *name != '\0'; name = g_utf8_next_char (name))
    {
      gunichar c = g_utf8_get_char (name);
      GUnicodeType type = g_unichar_type (c);

      if (type == G_UNICODE_SPACE_SEPARATOR || is_joiner (c))
        continue;
      if (type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT || type == G_UNICODE_SURROGATE
          || type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR)
        return FALSE;
      visible = TRUE;
    }
  return visible;
}

char *
spark_name_fold (const char *name)
{
  g_autofree char *normal = g_utf8_normalize (name, -1, G_NORMALIZE_ALL);
  g_autofree char *cased = g_utf8_casefold (normal != NULL ? normal : "", -1);
  /* Folding may take a normal form apart (Unicode, 3.13, D146). */
  g_autofree char *again = g_utf8_normalize (cased, -1, G_NORMALIZE_ALL);
  g_autoptr (GString) folded = g_string_new (NULL);

  for (const char *at = again; *at != '\0'; at = g_utf8_next_char (at))
    if (!is_joiner (g_utf8_get_char (at)))
      g_string_append_unichar (folded, g_utf8_get_char (at));
  return g_strdup (g_strstrip (folded->str));
}

char *
spark_brand_name_fold (const char *name)
{
  g_autofree char *folded = spark_name_fold (name);
  g_auto (GStrv) words = g_strsplit_set (folded, " \t\n\v\f\r", -1);
  g_autoptr (GString) text = g_string_new (NULL);

  for (char **word = words; *word != NULL; word++)
    if (**word != '\0')
      g_string_append_printf (text, "%s%s", text->len > 0 ? " " : "", *word);
  /* As databases have it. */
  return g_utf8_normalize (text->str, -1, G_NORMALIZE_DEFAULT_COMPOSE);
}

static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                            "25262728293031323334353637383940414243444546474849"
                            "50515253545556575859606162636465666768697071727374"
                            "75767778798081828384858687888990919293949596979899";

/* @number: 0 to 99 */
static char *
two_digits (char *at, int number)
{
  return mempcpy (at, pairs + 2 * number, 2);
}

char *
spark_digits (char *at, gint64 number)
{
  guint64 left = number < 0 ? 0 - (guint64)number : (guint64)number;
  char *end;

  if (number < 0)
    *at++ = '-';
  end = at + 1;
  for (guint64 bound = 10; left >= bound; bound *= 10)
    end++;
  for (at = end; left >= 100; left /= 100)
    two_digits (at -= 2, (int)(left % 100));
  if (left >= 10)
    two_digits (at - 2, (int)left);
  else
    at[-1] = (char)('0' + left);
  return end;
}

/* The Gregorian date of a day since 1970, by counting years from March so that leap days come last.
 */
static void
date_of_day (gint64 day, int *year, int *month, int *mday)
{
  gint64 shifted = day + 719468; /* since 0000-03-01 */
  gint64 era = (shifted >= 0 ? shifted : shifted - 146096) / 146097;
  int of_era = (int)(shifted - era * 146097);
  int year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
  int of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int from_march = (5 * of_year + 2) / 153;

  *mday = of_year - (153 * from_march + 2) / 5 + 1;
  *month = from_march < 10 ? from_march + 3 : from_march - 9;
  *year = (int)(year_of_era + era * 400) + (*month <= 2);
}

char *
spark_time_write (gint64 ms, char *text)
{
  gint64 seconds = ms / 1000 - (ms % 1000 < 0);
  int rest = (int)(ms - seconds * 1000);
  gint64 day = seconds / 86400 - (seconds % 86400 < 0);
  int second = (int)(seconds - day * 86400);
  int year, month, mday;
  char *at = text;

  /* The years 1 to 9999, as RFC 3339 has them. */
  if (day < -719162 || day > 2932896)
    return g_stpcpy (text, "1970-01-01T00:00:00Z");
  date_of_day (day, &year, &month, &mday);
  at = two_digits (at, year / 100);
  at = two_digits (at, year % 100);
  *at++ = '-';
  at = two_digits (at, month);
  *at++ = '-';
  at = two_digits (at, mday);
  *at++ = 'T';
  at = two_digits (at, second / 3600);
  *at++ = ':';
  at = two_digits (at, second / 60 % 60);
  *at++ = ':';
  at = two_digits (at, second % 60);
  if (rest != 0)
    {
      *at++ = '.';
      *at++ = (char)('0' + rest / 100);
      at = two_digits (at, rest % 100);
    }
  *at++ = 'Z';
  *at = '\0';
  return at;
}

char *
spark_time_format (gint64 ms)
{
  char text[SPARK_MAX_TIME];

  spark_time_write (ms, text);
  return g_strdup (text);
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

gboolean
spark_date_parse (const char *text, gint64 *day)
{
  g_autofree char *time = text != NULL && strlen (text) == strlen ("2026-03-01")
                              ? g_strconcat (text, "T00:00:00Z", NULL)
                              : NULL;
  gint64 ms;

  if (time == NULL || !spark_time_parse (time, &ms))
    return FALSE;
  *day = ms / SPARK_DAY_MS;
  return TRUE;
}
