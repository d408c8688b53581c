/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-html"

#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "server/html/spark-language.h"
#include "spark-html-resources.h"

#define WORDS       RESOURCE_PATH "/html/words/"
#define MAX_ACCEPT  1000
#define MAX_CHOICES 20
#define MAX_NAMES   8
#define MAGIC       0x950412de

typedef guint (*PluralFunc) (guint64 n);

struct _SparkLanguage
{
  const char *tag;
  const char *catalogue; /* NULL: the messages themselves */
  gboolean rtl;
  PluralFunc plural; /* which of a message's plural forms; as in the catalogue's header */
  GBytes *words;
};

static guint
plural_one (guint64 n)
{
  return n != 1;
}

static guint
plural_french (guint64 n)
{
  return n > 1;
}

static guint
plural_none (guint64 n)
{
  return 0;
}

static guint
plural_arabic (guint64 n)
{
  if (n <= 2)
    return (guint)n;
  if (n % 100 >= 3 && n % 100 <= 10)
    return 3;
  return n % 100 >= 11 ? 4 : 5;
}

static SparkLanguage languages[] = {
  { "en", NULL, FALSE, plural_one, NULL },
  { "de", "de.mo", FALSE, plural_one, NULL },
  { "es", "es.mo", FALSE, plural_one, NULL },
  { "fr", "fr.mo", FALSE, plural_french, NULL },
  { "pt-BR", "pt_BR.mo", FALSE, plural_french, NULL },
  { "ar", "ar.mo", TRUE, plural_arabic, NULL },
  { "zh-CN", "zh_CN.mo", FALSE, plural_none, NULL },
};

void
spark_languages_load (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    if (languages[i].catalogue != NULL && languages[i].words == NULL)
      {
        g_autofree char *path = g_strconcat (WORDS, languages[i].catalogue, NULL);

        languages[i].words = g_resource_lookup_data (spark_html_get_resource (), path, 0, NULL);
        g_assert (languages[i].words != NULL);
      }
}

const SparkLanguage *
spark_language_nth (guint n)
{
  return n < G_N_ELEMENTS (languages) ? &languages[n] : NULL;
}

const char *
spark_language_tag (const SparkLanguage *self)
{
  return self->tag;
}

gboolean
spark_language_is_rtl (const SparkLanguage *self)
{
  return self->rtl;
}

/* --- choosing --- */

static gboolean
same_language (const char *wanted, const char *tag)
{
  gsize length = strcspn (tag, "-");

  return g_ascii_strncasecmp (wanted, tag, length) == 0
         && (wanted[length] == '\0' || wanted[length] == '-');
}

static const SparkLanguage *
find (const char *wanted)
{
  for (gsize i = 0; i < G_N_ELEMENTS (languages); i++)
    if (same_language (wanted, languages[i].tag))
      return &languages[i];
  return NULL;
}

const SparkLanguage *
spark_language_choose (const char *accept)
{
  g_auto (GStrv) choices = NULL;
  const SparkLanguage *best = &languages[0];
  double best_weight = 0;

  if (accept == NULL || strnlen (accept, MAX_ACCEPT + 1) > MAX_ACCEPT)
    return best;
  choices = g_strsplit (accept, ",", MAX_CHOICES);
  for (char **choice = choices; *choice != NULL; choice++)
    {
      char *parameters = strchr (*choice, ';');
      char *q = parameters != NULL ? strstr (parameters, "q=") : NULL;
      double weight = q != NULL ? g_ascii_strtod (q + 2, NULL) : 1;
      const SparkLanguage *language;

      if (parameters != NULL)
        *parameters = '\0';
      language = find (g_strstrip (*choice));
      if (language != NULL && weight > best_weight)
        {
          best = language;
          best_weight = weight;
        }
    }
  return best;
}

/* --- looking up: a .mo file is a sorted table of messages beside one of translations --- */

static guint32
read_number (const guint8 *data, gsize size, gsize at)
{
  guint32 value = 0;

  if (at + sizeof value <= size)
    memcpy (&value, data + at, sizeof value);
  return GUINT32_FROM_LE (value);
}

/* The string of entry @index, which ends with a NUL as the format has it. */
static const char *
read_string (const guint8 *data, gsize size, gsize table, guint index, gsize *length)
{
  guint32 offset = read_number (data, size, table + index * 8 + 4);

  *length = read_number (data, size, table + index * 8);
  g_assert (offset + *length < size && data[offset + *length] == '\0');
  return (const char *)data + offset;
}

/* The translation with all its plural forms, each ended by a NUL. NULL: there is none. */
static const char *
find_message (const SparkLanguage *self, const char *message, gsize *length)
{
  gsize size, ignored;
  const guint8 *data;
  guint low = 0, high;

  if (self->words == NULL || *message == '\0')
    return NULL;
  data = g_bytes_get_data (self->words, &size);
  g_assert (read_number (data, size, 0) == MAGIC);
  high = read_number (data, size, 8);
  while (low < high)
    {
      guint middle = (low + high) / 2;
      const char *found = read_string (data, size, read_number (data, size, 12), middle, &ignored);
      int order = strcmp (message, found);

      if (order == 0)
        return read_string (data, size, read_number (data, size, 16), middle, length);
      if (order < 0)
        high = middle;
      else
        low = middle + 1;
    }
  return NULL;
}

const char *
spark_language_get (const SparkLanguage *self, const char *message)
{
  gsize length;
  const char *found = find_message (self, message, &length);

  return found != NULL && *found != '\0' ? found : message;
}

const char *
spark_language_get_plural (const SparkLanguage *self, const char *one, const char *many, guint64 n)
{
  gsize length;
  const char *found = find_message (self, one, &length);
  const char *end;

  if (found == NULL || *found == '\0')
    return n == 1 ? one : many;
  end = found + length;
  for (guint form = self->plural (n); form > 0 && found + strlen (found) < end; form--)
    found += strlen (found) + 1;
  return found;
}

char *
spark_language_count (const SparkLanguage *self, const char *one, const char *many, guint64 n)
{
  g_autoptr (GString) text = g_string_new (spark_language_get_plural (self, one, many, n));
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, n);

  g_string_replace (text, "{n}", number, 0);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

char *
spark_language_isolate (const SparkLanguage *self, const char *text)
{
  return spark_language_is_rtl (self) ? g_strconcat (SPARK_ISOLATE, text, SPARK_ISOLATE_END, NULL)
                                      : g_strdup (text);
}

char *
spark_language_fill (const SparkLanguage *self, const char *message, const char *name, ...)
{
  const char *names[MAX_NAMES];
  const char *values[MAX_NAMES];
  const char *at = spark_language_get (self, message);
  g_autoptr (GString) text = g_string_new (NULL);
  guint n = 0;
  va_list more;

  va_start (more, name);
  for (; name != NULL; name = va_arg (more, const char *))
    {
      g_assert (n < MAX_NAMES);
      names[n] = name;
      values[n++] = va_arg (more, const char *);
    }
  va_end (more);
  while (*at != '\0')
    {
      const char *end = *at == '{' ? strchr (at, '}') : NULL;
      const char *value = NULL;

      for (guint i = 0; end != NULL && i < n; i++)
        if (strlen (names[i]) == (gsize)(end - at - 1)
            && strncmp (names[i], at + 1, strlen (names[i])) == 0)
          value = values[i];
      if (value != NULL)
        {
          g_autofree char *isolated = spark_language_isolate (self, value);

          g_string_append (text, isolated);
          at = end + 1;
        }
      else
        g_string_append_c (text, *at++);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}
