/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <string.h>

#include "model/spark-fold.h"
#include "model/spark-rules.h"
#include "server/store/spark-search.h"

static gboolean
has_part (const char *name, const char *wanted)
{
  g_autofree char *folded = spark_name_fold (name != NULL ? name : "");

  return *wanted != '\0' && strstr (folded, wanted) != NULL;
}

/* Who types accents means them: whether a word of @typed that folds to @phrase has some, and is not
 * in the name. */
static gboolean
means_another (const char *name, const char *typed, const char *phrase)
{
  for (const char *at = typed, *end; *at != '\0'; at = *end != '\0' ? g_utf8_next_char (end) : end)
    {
      g_autofree char *word = NULL;
      g_autofree char *folded = NULL;

      for (end = at; *end != '\0' && !g_unichar_isspace (g_utf8_get_char (end));)
        end = g_utf8_next_char (end);
      word = g_strndup (at, (gsize)(end - at));
      folded = spark_fold (word);
      if (g_str_equal (folded, phrase) && spark_fold_drops (word))
        {
          g_autofree char *exact = spark_name_fold (word);

          if (!has_part (name, exact))
            return TRUE;
        }
    }
  return FALSE;
}

/* Which of @query, the words of @typed, @name has, as bits: there are at most 16. */
static guint
answered (const char *name, const char *typed, const char *const *query)
{
  g_autofree char *folded = spark_fold (name);
  guint bits = 0;

  for (guint i = 0; query[i] != NULL; i++)
    if (spark_fold_has (folded, query[i], query[i + 1] == NULL)
        && !means_another (name, typed, query[i]))
      bits |= 1u << i;
  return bits;
}

/* A line each, as LIKE takes it; folded words have nothing in them that means something there. */
static void
append_word (GString *words, const char *phrase, gboolean open)
{
  if (words->len > 0)
    g_string_append_c (words, '\n');
  if (spark_fold_is_number (phrase))
    g_string_append_printf (words, "%% " SPARK_FOLD_NUMBER "%s %%", phrase);
  else
    g_string_append_printf (words, open ? "%% %s%%" : "%% %s %%", phrase);
}

void
spark_search_init (SparkSearch *self, const char *typed, const SparkAccount *account)
{
  g_autoptr (GString) words = g_string_new (NULL);
  g_auto (GStrv) query = NULL;
  guint of_account = 0;

  *self = (SparkSearch){ NULL };
  if (typed == NULL || *typed == '\0')
    return;
  query = spark_fold_query (typed);
  if (account != NULL)
    {
      g_autofree char *wanted = spark_name_fold (*typed == '@' ? typed + 1 : typed);

      if (has_part (account->name, wanted) || has_part (account->handle, wanted))
        return;
    }
  if (account != NULL && query != NULL)
    {
      guint name = answered (account->name, typed, (const char *const *)query);
      guint handle = answered (account->handle, typed, (const char *const *)query);

      of_account = __builtin_popcount (name) >= __builtin_popcount (handle) ? name : handle;
    }
  for (guint i = 0; query != NULL && query[i] != NULL; i++)
    if (!(of_account & 1u << i))
      append_word (words, query[i], query[i + 1] == NULL);
  if (query != NULL && words->len == 0)
    return;
  self->has_marks = spark_fold_drops (typed);
  self->text = g_utf8_casefold (typed, -1);
  self->of_brand = spark_brand_name_fold (typed);
  /* Every name has nothing in it. */
  if (*self->of_brand == '\0')
    g_clear_pointer (&self->of_brand, g_free);
  if (words->len > 0)
    self->words = g_string_free (g_steal_pointer (&words), FALSE);
}

void
spark_search_clear (SparkSearch *self)
{
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->of_brand, g_free);
  g_clear_pointer (&self->words, g_free);
}
