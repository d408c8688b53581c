/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-model"

#include "config.h"

#include <string.h>

#include "model/spark-code-compare.h"

/* Shorter pieces are in too many codes to say anything, and every code made here begins alike. */
#define MIN_PIECE 16

/* What cannot be seen: white space, and what programs put in to break long words. */
static gboolean
is_blank (gunichar c)
{
  return g_unichar_isspace (c) || g_unichar_iszerowidth (c);
}

static char *
without_blanks (const char *text)
{
  GString *kept = g_string_new (NULL);

  for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
    if (!is_blank (g_utf8_get_char (c)))
      g_string_append_unichar (kept, g_utf8_get_char (c));
  return g_string_free (kept, FALSE);
}

static char *
without_outer_blanks (const char *text)
{
  const char *end = text + strlen (text);

  while (*text != '\0' && is_blank (g_utf8_get_char (text)))
    text = g_utf8_next_char (text);
  while (end > text)
    {
      const char *last = g_utf8_prev_char (end);

      if (!is_blank (g_utf8_get_char (last)))
        break;
      end = last;
    }
  return g_strndup (text, (gsize)(end - text));
}

static gboolean
is_address (const char *text)
{
  return g_ascii_strncasecmp (text, "http://", 7) == 0
         || g_ascii_strncasecmp (text, "https://", 8) == 0
         || g_ascii_strncasecmp (text, "www.", 4) == 0;
}

/* "+" as "%2B" or, by forms, as a space; "-" and "_" of the base64 that addresses use. */
static gboolean
is_encoded (const char *given, const char *right)
{
  g_autofree char *unescaped = g_uri_unescape_string (given, NULL);
  g_autofree char *plain = g_strdup (unescaped != NULL ? unescaped : given);

  for (char *c = plain; *c != '\0'; c++)
    if (*c == ' ' || *c == '-')
      *c = '+';
    else if (*c == '_')
      *c = '/';
  return strcmp (plain, right) == 0;
}

static SparkCodeMatch
match (const char *right, const char *given, gsize same)
{
  g_autofree char *whole = without_blanks (given);
  gsize length = strlen (whole);

  if (strcmp (given, right) == 0)
    return SPARK_CODE_MATCH_SAME;
  if (length == 0)
    return SPARK_CODE_MATCH_NOTHING;
  if (strcmp (whole, right) == 0)
    return SPARK_CODE_MATCH_SPACED;
  if (strstr (whole, right) != NULL)
    return SPARK_CODE_MATCH_MORE;
  if (is_address (given))
    return SPARK_CODE_MATCH_ADDRESS;
  if (length >= MIN_PIECE && strncmp (right, whole, length) == 0)
    return SPARK_CODE_MATCH_NO_END;
  if (length >= MIN_PIECE && strstr (right, whole) != NULL)
    return SPARK_CODE_MATCH_NO_START;
  if (g_ascii_strcasecmp (whole, right) == 0)
    return SPARK_CODE_MATCH_CASE;
  if (is_encoded (given, right))
    return SPARK_CODE_MATCH_ENCODED;
  return same >= MIN_PIECE ? SPARK_CODE_MATCH_ALTERED : SPARK_CODE_MATCH_DIFFERENT;
}

SparkCodeDifference
spark_code_compare (const char *right, const char *given)
{
  g_autofree char *valid = g_utf8_make_valid (given, -1);
  g_autofree char *stripped = without_outer_blanks (valid);
  SparkCodeDifference difference = { 0 };

  while (right[difference.same] != '\0' && right[difference.same] == stripped[difference.same])
    difference.same++;
  difference.right_length = strlen (right);
  difference.length = (gsize)g_utf8_strlen (stripped, -1);
  difference.match = match (right, stripped, difference.same);
  return difference;
}
