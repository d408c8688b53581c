/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-model"

#include "config.h"

#include <string.h>

#include "model/spark-fold.h"
#include "model/spark-rules.h"

/* Words beyond these find nothing more, and bound what one search can cost. */
#define MAX_PHRASES 16
#define MAX_QUERY   400
/* Shorter ones are years, amounts and telephone numbers. */
#define MIN_NUMBER 8

typedef enum
{
  NOTHING, /* parts words */
  IN_WORD,
  ALONE,   /* a word of its own */
  DROPPED, /* as if it were not there */
} CharacterClass;

static gboolean
is_mark_to_drop (gunichar c)
{
  return (c >= 0x0300 && c <= 0x036f)    /* combining diacritical marks */
         || (c >= 0x0591 && c <= 0x05c7) /* Hebrew points */
         || (c >= 0x064b && c <= 0x065f) /* Arabic vowel signs */
         || c == 0x0670 || c == 0x0640   /* superscript alef, tatweel */
         || (c >= 0x1ab0 && c <= 0x1aff) || (c >= 0x1dc0 && c <= 0x1dff)
         || (c >= 0x20d0 && c <= 0x20ff) || (c >= 0xfe00 && c <= 0xfe0f); /* variation selectors */
}

/* Letters that have no decomposition, though people type them without the stroke. */
static const char *
plain_letters (gunichar c)
{
  switch (c)
    {
    case 0x00f8: /* ø */
      return "o";
    case 0x0142: /* ł */
      return "l";
    case 0x0111: /* đ */
    case 0x00f0: /* ð */
      return "d";
    case 0x0131: /* ı */
      return "i";
    case 0x00e6: /* æ */
      return "ae";
    case 0x0153: /* œ */
      return "oe";
    case 0x00fe: /* þ */
      return "th";
    case 0x0127: /* ħ */
      return "h";
    default:
      return NULL;
    }
}

static gboolean
writes_no_spaces (gunichar c)
{
  if (c == 0x30fc || c == 0x3005) /* prolonged sound mark, iteration mark */
    return TRUE;
  switch ((int)g_unichar_get_script (c))
    {
    case G_UNICODE_SCRIPT_HAN:
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_BOPOMOFO:
    case G_UNICODE_SCRIPT_THAI:
    case G_UNICODE_SCRIPT_LAO:
    case G_UNICODE_SCRIPT_KHMER:
    case G_UNICODE_SCRIPT_MYANMAR:
    case G_UNICODE_SCRIPT_TIBETAN:
      return TRUE;
    default:
      return FALSE;
    }
}

static CharacterClass
classify (gunichar c)
{
  if (c < 0x80)
    return g_ascii_isalnum ((char)c) ? IN_WORD : NOTHING;
  if (is_mark_to_drop (c))
    return DROPPED;
  switch ((int)g_unichar_type (c))
    {
    case G_UNICODE_FORMAT: /* joiners, directions */
      return DROPPED;
    case G_UNICODE_OTHER_SYMBOL: /* emoji */
      return ALONE;
    case G_UNICODE_MODIFIER_SYMBOL: /* skin tones */
      return c >= 0x1f3fb ? ALONE : NOTHING;
    case G_UNICODE_LOWERCASE_LETTER:
    case G_UNICODE_MODIFIER_LETTER:
    case G_UNICODE_OTHER_LETTER:
    case G_UNICODE_TITLECASE_LETTER:
    case G_UNICODE_UPPERCASE_LETTER:
    case G_UNICODE_SPACING_MARK:
    case G_UNICODE_NON_SPACING_MARK:
    case G_UNICODE_DECIMAL_NUMBER:
    case G_UNICODE_LETTER_NUMBER:
    case G_UNICODE_OTHER_NUMBER:
      return writes_no_spaces (c) ? ALONE : IN_WORD;
    default:
      return NOTHING;
    }
}

/* Without case, width and diacritics, composed again so that one character is one. */
static char *
flatten (const char *text)
{
  g_autofree char *decomposed = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);
  g_autofree char *folded = NULL;
  g_autoptr (GString) kept = NULL;

  if (decomposed == NULL)
    return g_strdup ("");
  folded = g_utf8_casefold (decomposed, -1);
  kept = g_string_sized_new (strlen (folded));
  for (const char *at = folded; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);
      const char *plain = c < 0x80 ? NULL : plain_letters (c);

      if (plain != NULL)
        g_string_append (kept, plain);
      else if (c < 0x80 || classify (c) != DROPPED)
        g_string_append_len (kept, at, g_utf8_next_char (at) - at);
    }
  return g_utf8_normalize (kept->str, -1, G_NORMALIZE_DEFAULT_COMPOSE);
}

static gboolean
is_ascii (const char *text)
{
  for (; *text != '\0'; text++)
    if ((guchar)*text >= 0x80)
      return FALSE;
  return TRUE;
}

char *
spark_fold (const char *text)
{
  g_autofree char *flat = NULL;
  GString *words;
  gboolean in_word = FALSE;

  if (text == NULL || *text == '\0')
    return g_strdup ("");
  flat = is_ascii (text) ? g_ascii_strdown (text, -1) : flatten (text);
  words = g_string_sized_new (strlen (flat) + 8);
  for (const char *at = flat; *at != '\0'; at = g_utf8_next_char (at))
    {
      CharacterClass class = classify (g_utf8_get_char (at));

      if (class == IN_WORD || class == ALONE)
        {
          if (words->len > 0 && (!in_word || class == ALONE))
            g_string_append_c (words, ' ');
          g_string_append_len (words, at, g_utf8_next_char (at) - at);
        }
      in_word = class == IN_WORD || (class == DROPPED && in_word);
    }
  return g_string_free (words, FALSE);
}

gboolean
spark_fold_drops (const char *text)
{
  g_autofree char *decomposed = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);

  for (const char *at = decomposed; at != NULL && *at != '\0'; at = g_utf8_next_char (at))
    if (is_mark_to_drop (g_utf8_get_char (at)))
      return TRUE;
  return FALSE;
}

static void
mark_numbers (GString *words)
{
  g_autofree char *plain
      = strpbrk (words->str, "0123456789") != NULL ? g_strdup (words->str) : NULL;
  char *rest = plain, *word;

  while (rest != NULL && (word = strsep (&rest, " ")) != NULL)
    if (spark_fold_is_number (word))
      g_string_append_printf (words, " " SPARK_FOLD_NUMBER "%s", word);
}

char *
spark_fold_texts (const char *const *texts, guint n_texts)
{
  GString *words = g_string_new (NULL);

  for (guint i = 0; i < n_texts; i++)
    {
      g_autofree char *folded = spark_fold (texts[i]);

      if (*folded == '\0')
        continue;
      if (words->len > 0)
        g_string_append_c (words, ' ');
      g_string_append (words, folded);
    }
  mark_numbers (words);
  return g_string_free (words, FALSE);
}

char *
spark_fold_kept (const char *text)
{
  return spark_fold_texts (&text, 1);
}

char *
spark_fold_video (const char *caption, const char *item_id)
{
  g_autofree char *words = spark_fold_kept (caption);

  if (item_id == NULL || !spark_fold_is_number (item_id))
    return g_steal_pointer (&words);
  return g_strconcat (words, *words != '\0' ? " " : "", SPARK_FOLD_NUMBER, item_id, NULL);
}

gboolean
spark_fold_is_number (const char *phrase)
{
  gsize n_digits = strspn (phrase, "0123456789");

  return n_digits >= MIN_NUMBER && phrase[n_digits] == '\0';
}

/* (transfer full): "" when there is nothing to look for in it */
static char *
fold_word (const char *word)
{
  char *number = strchr (word, '/') != NULL ? spark_video_link_parse (word, NULL, NULL) : NULL;

  return number != NULL ? number : spark_fold (word);
}

GStrv
spark_fold_query (const char *typed)
{
  g_autoptr (GPtrArray) phrases = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *bounded = NULL;
  const char *at;

  if (typed == NULL)
    return NULL;
  bounded = g_utf8_substring (typed, 0, MIN (g_utf8_strlen (typed, -1), MAX_QUERY));
  at = bounded;
  while (*at != '\0' && phrases->len < MAX_PHRASES)
    {
      const char *end = at;

      while (*end != '\0' && !g_unichar_isspace (g_utf8_get_char (end)))
        end = g_utf8_next_char (end);
      if (end > at)
        {
          g_autofree char *word = g_strndup (at, end - at);
          g_autofree char *phrase = fold_word (word);

          if (*phrase != '\0')
            g_ptr_array_add (phrases, g_steal_pointer (&phrase));
        }
      at = *end != '\0' ? g_utf8_next_char (end) : end;
    }
  if (phrases->len == 0)
    return NULL;
  g_ptr_array_add (phrases, NULL);
  return (GStrv)g_ptr_array_steal (phrases, NULL);
}

char *
spark_fold_shorten (const char *typed, gsize max)
{
  g_auto (GStrv) query = spark_fold_query (typed);
  g_autofree char *words = NULL;
  char *end;

  if (query == NULL)
    return NULL;
  if (strlen (typed) <= max)
    return g_strdup (typed);
  words = g_strjoinv (" ", query);
  if (strlen (words) <= max)
    return g_steal_pointer (&words);
  /* Behind a word; where there is only one, behind a character of it: the last may go on. */
  for (end = words + max; end > words && *end != ' ';)
    end--;
  if (end == words)
    end = g_utf8_find_prev_char (words, words + max + 1);
  *end = '\0';
  return g_steal_pointer (&words);
}

static gboolean
is_marked (const char *folded, const char *at)
{
  gsize length = strlen (SPARK_FOLD_NUMBER);

  return (gsize)(at - folded) >= length && memcmp (at - length, SPARK_FOLD_NUMBER, length) == 0;
}

gboolean
spark_fold_has (const char *folded, const char *phrase, gboolean open)
{
  gsize length = strlen (phrase);

  open = open && !spark_fold_is_number (phrase);
  for (const char *at = strstr (folded, phrase); at != NULL; at = strstr (at + 1, phrase))
    {
      gboolean whole = at[length] == '\0' || at[length] == ' ';

      if (at == folded || at[-1] == ' ' ? whole || open : whole && is_marked (folded, at))
        return TRUE;
    }
  return FALSE;
}

gboolean
spark_fold_match (const char *folded, const char *const *query)
{
  for (; query != NULL && *query != NULL; query++)
    if (!spark_fold_has (folded, *query, query[1] == NULL))
      return FALSE;
  return TRUE;
}
