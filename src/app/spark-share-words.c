/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-share-words"

#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "app/spark-share-words.h"

#define GROUP "share"

static const char *const languages[]
    = { "de", "en", "es", "fr", "pt_BR", "ar", "zh_CN", NULL };

static GKeyFile *
get_file (void)
{
  static GKeyFile *file;

  if (file == NULL)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes
          = g_resources_lookup_data (RESOURCE_PATH "/share-words.ini", 0, &error);

      file = g_key_file_new ();
      /* It is part of the program: a mistake in it is one of the program. */
      if (bytes == NULL
          || !g_key_file_load_from_bytes (file, bytes, G_KEY_FILE_KEEP_TRANSLATIONS, &error))
        g_error ("%s", error->message);
    }
  return file;
}

static char *
get (const char *language, const char *key)
{
  char *text = g_key_file_get_locale_string (get_file (), GROUP, key, language, NULL);

  return text != NULL ? text : g_strdup ("");
}

const char *const *
spark_share_languages (void)
{
  return languages;
}

char *
spark_share_language_name (const char *language)
{
  return get (language, "name");
}

const char *
spark_share_language_usual (void)
{
  const char *const *names = g_get_language_names ();

  for (; *names != NULL; names++)
    for (guint i = 0; languages[i] != NULL; i++)
      {
        gsize length = strcspn (languages[i], "_");

        if (strncmp (*names, languages[i], length) == 0 && !g_ascii_isalpha ((*names)[length]))
          return languages[i];
      }
  return "en";
}

gboolean
spark_share_language_is_rtl (const char *language)
{
  return strcmp (language, "ar") == 0;
}

static char *
format_day (const char *language, gint64 ms)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (ms / 1000);
  g_autoptr (GDateTime) local = utc != NULL ? g_date_time_to_local (utc) : NULL;
  g_autofree char *format = get (language, "date");

  return local != NULL && ms != 0 ? g_date_time_format (local, format) : g_strdup ("…");
}

static char *
get_creator (const SparkShareWords *words)
{
  if (words->creator != NULL)
    return g_strconcat ("@", words->creator, NULL);
  return g_strdup (words->account);
}

/* (transfer full) (nullable): NULL: no such name */
static char *
get_value (const char *language, const char *name, gsize length, const SparkShareWords *words)
{
  struct
  {
    const char *name;
    char *value;
  } values[] = {
    { "brand", g_strdup (words->brand) },
    { "creator", get_creator (words) },
    { "video", g_strdup (words->video) },
    { "url", g_strdup (words->url) },
    { "start", format_day (language, words->starts_at) },
    { "end", format_day (language, words->ends_at) },
  };
  char *found = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (values); i++)
    {
      if (strlen (values[i].name) == length && strncmp (values[i].name, name, length) == 0)
        found = values[i].value != NULL ? g_strdup (values[i].value) : g_strdup ("");
      g_free (values[i].value);
    }
  return found;
}

char *
spark_share_say (const char *language, const char *key, const SparkShareWords *words)
{
  g_autofree char *pattern = get (language, key);
  g_autoptr (GString) text = g_string_new (NULL);

  /* In one pass: a caption may hold braces. */
  for (const char *at = pattern; *at != '\0';)
    {
      const char *end = *at == '{' ? strchr (at, '}') : NULL;
      g_autofree char *value
          = end != NULL ? get_value (language, at + 1, (gsize)(end - at - 1), words) : NULL;

      if (value != NULL)
        {
          g_string_append (text, value);
          at = end + 1;
        }
      else
        g_string_append_c (text, *at++);
    }
  if (words->sample && strcmp (key, "message") == 0)
    {
      g_autofree char *sample = get (language, "sample");

      g_string_append_printf (text, "\n\n%s", sample);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
