/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-phrases"

#include "config.h"

#include <glib/gi18n.h>
#include <gtk/gtk.h>

#include "app/spark-date-style.h"
#include "app/spark-format.h"
#include "app/spark-phrases.h"
#include "model/spark-rules.h"

#define CAPTION_CHARS      60
#define NO_BREAK_SPACE     "\302\240"
#define LEFT_TO_RIGHT_MARK "\u200e"
#define RIGHT_TO_LEFT_MARK "\u200f"

static GDateTime *
local_time (gint64 ms)
{
  return g_date_time_new_from_unix_local (ms / 1000);
}

static int
days_of_calendar_until (gint64 ms)
{
  g_autoptr (GDateTime) now = local_time (spark_time_now ());
  g_autoptr (GDateTime) then = local_time (ms);
  GDate from, to;

  g_date_clear (&from, 1);
  g_date_clear (&to, 1);
  g_date_set_dmy (&from, (GDateDay)g_date_time_get_day_of_month (now),
                  (GDateMonth)g_date_time_get_month (now), (GDateYear)g_date_time_get_year (now));
  g_date_set_dmy (&to, (GDateDay)g_date_time_get_day_of_month (then),
                  (GDateMonth)g_date_time_get_month (then), (GDateYear)g_date_time_get_year (then));
  return g_date_days_between (&from, &to);
}

/* @month_first: what @message is in English where the month comes first; a translation has its own
 * order. (transfer full) */
static char *
format_day (GDateTime *day, const char *message, const char *month_first)
{
  const char *format = gettext (message);

  /* The very same comes back where there is no translation, never an equal one that there is. */
  if (format == message && spark_date_style_puts_month_first ())
    format = month_first;
  return g_date_time_format (day, format);
}

char *
spark_phrase_day (gint64 ms)
{
  g_autoptr (GDateTime) now = local_time (spark_time_now ());
  g_autoptr (GDateTime) then = local_time (ms);

  if (g_date_time_get_year (now) == g_date_time_get_year (then))
    /* Translators: a day of this year in short, as for g_date_time_format(): Wed 23 Dec */
    return format_day (then, N_ ("%a %-d %b"), "%a, %b %-d");
  /* Translators: a day of another year in short, as for g_date_time_format(): Thu 23 Dec 2027 */
  return format_day (then, N_ ("%a %-d %b %Y"), "%a, %b %-d, %Y");
}

char *
spark_phrase_full_day (gint64 ms)
{
  g_autoptr (GDateTime) then = local_time (ms);

  /* Translators: a day in full, as for g_date_time_format(): Wednesday 23 December 2026 */
  return format_day (then, N_ ("%A %-d %B %Y"), "%A, %B %-d, %Y");
}

char *
spark_phrase_distance (gint64 ms)
{
  int days = days_of_calendar_until (ms);

  if (days == 0)
    return g_strdup (_ ("today"));
  if (days == 1)
    return g_strdup (_ ("tomorrow"));
  if (days == -1)
    return g_strdup (_ ("yesterday"));
  if (days > 0)
    return g_strdup_printf (ngettext ("in %'d day", "in %'d days", (gulong)days), days);
  return g_strdup_printf (ngettext ("%'d day ago", "%'d days ago", (gulong)-days), -days);
}

char *
spark_phrase_day_and_distance (gint64 ms)
{
  g_autofree char *day = spark_phrase_day (ms);
  g_autofree char *distance = spark_phrase_distance (ms);

  /* Translators: a day and how far away it is: "Wed 23 Dec, in 30 days" */
  return g_strdup_printf (_ ("%s, %s"), day, distance);
}

char *
spark_phrase_day_and_moment (gint64 ms)
{
  int days = days_of_calendar_until (ms);
  g_autofree char *day = NULL;
  g_autofree char *moment = NULL;

  if (days != 0 && days != -1)
    return spark_phrase_day_and_distance (ms);
  day = spark_phrase_day (ms);
  moment = spark_format_moment (ms);
  return g_strdup_printf (_ ("%s, %s"), day, moment);
}

char *
spark_phrase_full_day_and_distance (gint64 ms)
{
  g_autofree char *day = spark_phrase_full_day (ms);
  g_autofree char *distance = spark_phrase_distance (ms);
  g_autofree char *text = g_strdup_printf (_ ("%s, %s"), day, distance);

  return spark_phrase_beginning (text);
}

char *
spark_phrase_period (guint days)
{
  return g_strdup_printf (ngettext ("%u day", "%u days", days), days);
}

char *
spark_phrase_beginning (const char *text)
{
  char first[6 + 1] = "";

  if (*text == '\0')
    return g_strdup (text);
  g_unichar_to_utf8 (g_unichar_totitle (g_utf8_get_char (text)), first);
  return g_strconcat (first, g_utf8_next_char (text), NULL);
}

/* NONE: it is no letter */
static GtkTextDirection
direction_of (gunichar letter)
{
  if (!g_unichar_isalpha (letter))
    return GTK_TEXT_DIR_NONE;
  /* All others are written from the left. */
  switch ((int)g_unichar_get_script (letter))
    {
    case G_UNICODE_SCRIPT_ARABIC:
    case G_UNICODE_SCRIPT_HEBREW:
    case G_UNICODE_SCRIPT_NKO:
    case G_UNICODE_SCRIPT_SYRIAC:
    case G_UNICODE_SCRIPT_THAANA:
      return GTK_TEXT_DIR_RTL;
    default:
      return GTK_TEXT_DIR_LTR;
    }
}

static gboolean
turns_text (gunichar character)
{
  return (character >= 0x202a && character <= 0x202e)
         || (character >= 0x2066 && character <= 0x2069);
}

/* Whatever is written in it turns nothing of what it is quoted in. */
static char *
make_line (const char *caption)
{
  GString *line = g_string_new (NULL);

  for (; *caption != '\0' && *caption != '\r' && *caption != '\n';
       caption = g_utf8_next_char (caption))
    if (!turns_text (g_utf8_get_char (caption)))
      g_string_append_unichar (line, g_utf8_get_char (caption));
  return g_strstrip (g_string_free (line, FALSE));
}

char *
spark_phrase_video (const SparkVideo *video)
{
  g_autofree char *line = NULL;
  g_autofree char *day = NULL;

  if (video != NULL && video->caption != NULL)
    {
      line = make_line (video->caption);
      if (g_utf8_strlen (line, -1) > CAPTION_CHARS)
        {
          g_autofree char *cut = g_utf8_substring (line, 0, CAPTION_CHARS - 1);

          return g_strconcat (g_strchomp (cut), "…", NULL);
        }
      if (*line != '\0')
        return g_steal_pointer (&line);
    }
  if (video == NULL || video->published_at == 0)
    return g_strdup (_ ("Video without a caption"));
  day = spark_phrase_day (video->published_at);
  /* Translators: names a video that has no caption by the day it was published */
  return g_strdup_printf (_ ("Video of %s"), day);
}

char *
spark_phrase_name (const char *name)
{
  GtkTextDirection usual = gtk_widget_get_default_direction ();
  GtkTextDirection own = GTK_TEXT_DIR_NONE;

  for (const char *at = name; *at != '\0' && own == GTK_TEXT_DIR_NONE; at = g_utf8_next_char (at))
    own = direction_of (g_utf8_get_char (at));
  if (own == usual || own == GTK_TEXT_DIR_NONE)
    return g_strdup (name);
  return g_strconcat (usual == GTK_TEXT_DIR_RTL ? RIGHT_TO_LEFT_MARK : LEFT_TO_RIGHT_MARK, name,
                      NULL);
}

char *
spark_phrase_brand (const SparkGrant *grant)
{
  if (grant->brand.name != NULL)
    return spark_phrase_name (grant->brand.name);
  if (grant->advertiser.name != NULL)
    return spark_phrase_name (grant->advertiser.name);
  /* Translators: a brand that is not known by name */
  return g_strdup (_ ("Someone"));
}

char *
spark_phrase_facts (const char *const *facts)
{
  GString *line = g_string_new (NULL);

  for (; *facts != NULL; facts++)
    {
      if (**facts == '\0')
        continue;
      if (line->len > 0)
        g_string_append (line, NO_BREAK_SPACE "· ");
      g_string_append (line, *facts);
    }
  return g_string_free (line, FALSE);
}

char *
spark_phrase_facts_of (const char *whose, const char *known)
{
  return spark_phrase_facts (
      (const char *const[]){ whose != NULL ? whose : "", known != NULL ? known : "", NULL });
}

const char *
spark_phrase_source (SparkGrantSource source)
{
  switch (source)
    {
    case SPARK_GRANT_SOURCE_REDEEMED:
      return _ ("Redeemed through Sparkbox");
    case SPARK_GRANT_SOURCE_SEEN:
      return _ ("Seen in the brand’s ad account");
    case SPARK_GRANT_SOURCE_NOTED:
      return _ ("Noted by you");
    }
  return "";
}
