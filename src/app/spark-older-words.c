/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-older-words.h"
#include "app/spark-problem.h"

const char *
spark_older_words_status (SparkOlderEvents *older)
{
  switch (spark_older_events_get_status (older))
    {
    case SPARK_OLDER_SOME:
      return NULL;
    case SPARK_OLDER_PAUSE:
      return _ ("Nothing older found yet");
    case SPARK_OLDER_LOADING:
      return _ ("Loading older activity…");
    case SPARK_OLDER_FAILED:
      return spark_problem_sentence (spark_older_events_get_problem (older));
    case SPARK_OLDER_ALL:
      return _ ("Nothing older");
    }
  return NULL;
}
