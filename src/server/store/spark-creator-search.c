/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <string.h>

#include "model/spark-fold.h"
#include "model/spark-rules.h"
#include "server/store/spark-creator-search.h"

typedef struct
{
  const char *start;
  const char *end;
  char *phrase; /* owned; "": none */
  char *typed;  /* owned: with accents; NULL: without */
} Word;

static void
word_clear (gpointer word)
{
  g_free (((Word *)word)->phrase);
  g_free (((Word *)word)->typed);
}

static GArray *
split (const char *search)
{
  GArray *words = g_array_new (FALSE, FALSE, sizeof (Word));
  const char *at = search;

  g_array_set_clear_func (words, word_clear);
  while (*at != '\0')
    {
      Word word = { .start = at };

      while (*at != '\0' && !g_unichar_isspace (g_utf8_get_char (at)))
        at = g_utf8_next_char (at);
      word.end = at;
      if (word.end > word.start)
        {
          g_autofree char *text = g_strndup (word.start, word.end - word.start);

          word.phrase = spark_fold (text);
          word.typed = spark_name_fold (text);
          if (g_str_is_ascii (word.typed))
            g_clear_pointer (&word.typed, g_free);
          g_array_append_val (words, word);
        }
      if (*at != '\0')
        at = g_utf8_next_char (at);
    }
  return words;
}

/* The last word may be typed in part. Who types accents means them. */
static gboolean
answers (const char *folded, const char *name, GArray *words, guint at)
{
  const Word *word = &g_array_index (words, Word, at);

  return *word->phrase != '\0' && spark_fold_has (folded, word->phrase, at + 1 == words->len)
         && (word->typed == NULL || strstr (name, word->typed) != NULL);
}

/* Leaves of @words, from @from to @to, those that @name does not answer: the first or the last
 * ones, so that what is left stands together as it was typed. */
static void
take (const char *name, GArray *words, guint *from, guint *to)
{
  g_autofree char *folded = spark_fold (name);
  g_autofree char *whole = spark_name_fold (name != NULL ? name : "");
  guint first = 0, last = words->len;

  while (first < words->len && answers (folded, whole, words, first))
    first++;
  while (last > 0 && answers (folded, whole, words, last - 1))
    last--;
  if (first < words->len - last)
    first = 0;
  else
    last = words->len;
  if (last - MIN (first, last) < *to - *from)
    {
      *from = first;
      *to = last;
    }
}

static gboolean
has_part (const char *name, const char *wanted)
{
  g_autofree char *folded = spark_name_fold (name != NULL ? name : "");

  return *wanted != '\0' && strstr (folded, wanted) != NULL;
}

char *
spark_creator_search (const SparkAccount *account, const char *search)
{
  g_autofree char *wanted = spark_name_fold (*search == '@' ? search + 1 : search);
  g_autoptr (GArray) words = NULL;
  guint from = 0, to;

  if (has_part (account->name, wanted) || has_part (account->handle, wanted))
    return g_strdup ("");
  words = split (search);
  to = words->len;
  take (account->name, words, &from, &to);
  take (account->handle, words, &from, &to);
  if (from == 0 && to == words->len)
    return g_strdup (search);
  if (from == to)
    return g_strdup ("");
  return g_strndup (g_array_index (words, Word, from).start,
                    g_array_index (words, Word, to - 1).end
                        - g_array_index (words, Word, from).start);
}
