/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "server/store/spark-sqlite-words.h"

/* @word: as LIKE takes it: % WORD% or % WORD %. It is looked for in a text that has a space before
 * it and one behind. */
static gboolean
has_word (const char *text, gsize length, const char *word, gsize word_length)
{
  const char *core = word + 2;
  gboolean whole = word[word_length - 2] == ' ';
  gsize core_length = word_length - (whole ? 4 : 3);
  const char *end = text + length;

  for (const char *at = text; (at = memmem (at, end - at, core, core_length)) != NULL; at++)
    {
      const char *next = at + core_length;

      if ((at == text || at[-1] == ' ') && (!whole || next == end || *next == ' '))
        return TRUE;
    }
  return FALSE;
}

/* Whether the text has all of the words, or one of them: as the function's own data says. */
static void
look (sqlite3_context *context, int n_values, sqlite3_value **values)
{
  const char *text = (const char *)sqlite3_value_text (values[0]);
  const char *words = (const char *)sqlite3_value_text (values[1]);
  gsize length = (gsize)sqlite3_value_bytes (values[0]);
  gboolean one = sqlite3_user_data (context) != NULL;

  if (text == NULL || words == NULL)
    return;
  for (const char *next; words != NULL; words = next)
    {
      const char *end = strchrnul (words, '\n');

      next = *end != '\0' ? end + 1 : NULL;
      if (has_word (text, length, words, (gsize)(end - words)) == one)
        {
          sqlite3_result_int (context, one);
          return;
        }
    }
  sqlite3_result_int (context, !one);
}

int
spark_sqlite_words_add (sqlite3 *connection)
{
  static const char one[] = "one";
  int flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;
  int result = sqlite3_create_function_v2 (connection, "has_words", 2, flags, NULL, look, NULL,
                                           NULL, NULL);

  return result == SQLITE_OK ? sqlite3_create_function_v2 (connection, "has_a_word", 2, flags,
                                                           (gpointer)one, look, NULL, NULL, NULL)
                             : result;
}
