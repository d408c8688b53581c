/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-date-style"

#include "config.h"

#include <gio/gio.h>
#include <langinfo.h>
#include <locale.h>
#include <string.h>

#include "app/spark-date-style.h"

#define SCHEMA "org.gnome.desktop.interface"
#define KEY    "clock-format"

/* (transfer none) (nullable): NULL: the desktop keeps none here. g_settings_new() would end the
 * program where the schema is not installed. */
static GSettings *
get_settings (void)
{
  static GSettings *settings;
  static gboolean looked;
  GSettingsSchemaSource *source = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchema) schema = NULL;

  if (looked)
    return settings;
  looked = TRUE;
  if (source != NULL)
    schema = g_settings_schema_source_lookup (source, SCHEMA, TRUE);
  if (schema != NULL && g_settings_schema_has_key (schema, KEY))
    settings = g_settings_new_full (schema, NULL, NULL);
  return settings;
}

/* The schema is there beside other desktops too, where a value that nobody chose says nothing. */
static gboolean
is_of_desktop (GSettings *settings)
{
  g_autoptr (GVariant) chosen = g_settings_get_user_value (settings, KEY);
  const char *desktop = g_getenv ("XDG_CURRENT_DESKTOP");
  g_auto (GStrv) names = g_strsplit (desktop != NULL ? desktop : "", ":", -1);

  return chosen != NULL || g_strv_contains ((const char *const *)names, "GNOME");
}

static gboolean
locale_has_12_hours (void)
{
  static const char *const parts[] = { "%r", "%p", "%P", "%I", "%l" };
  const char *format = nl_langinfo (T_FMT);

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (strstr (format, parts[i]) != NULL)
      return TRUE;
  return FALSE;
}

gboolean
spark_date_style_has_12_hours (void)
{
  GSettings *settings = get_settings ();
  g_autofree char *format = NULL;

  if (settings == NULL || !is_of_desktop (settings))
    return locale_has_12_hours ();
  format = g_settings_get_string (settings, KEY);
  return strcmp (format, "12h") == 0;
}

/* The locale "C" writes numbers as the United States do, though it is that of no country. */
static gboolean
is_of_no_country (const char *locale)
{
  return strcmp (locale, "C") == 0 || strcmp (locale, "POSIX") == 0
         || g_str_has_prefix (locale, "C.");
}

gboolean
spark_date_style_puts_month_first (void)
{
  const char *locale = setlocale (LC_TIME, NULL);
  const char *at = nl_langinfo (D_FMT);

  if (locale == NULL || is_of_no_country (locale))
    return FALSE;
  while ((at = strchr (at, '%')) != NULL)
    {
      at++;
      at += strspn (at, "-_0^#EO");
      if (*at == '\0')
        break;
      if (strchr ("mbBhD", *at) != NULL)
        return TRUE;
      /* After a year it tells nothing of words: Sweden and Canada write numbers alike. */
      if (strchr ("deFyYCG", *at) != NULL)
        return FALSE;
      at++;
    }
  return FALSE;
}

void
spark_date_style_follow (GObject *object, GCallback changed)
{
  GSettings *settings = get_settings ();

  if (settings != NULL)
    g_signal_connect_object (settings, "changed::" KEY, changed, object, G_CONNECT_SWAPPED);
}
