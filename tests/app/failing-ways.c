/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "failing-ways.h"
#include "model/spark-error.h"

GError *
failing_make_error (Failing how, guint status, const char *code)
{
  static const SparkError errors[N_FAILING] = {
    [FAILING_SILENT] = SPARK_ERROR_TIMED_OUT,
    [FAILING_SLOW] = SPARK_ERROR_TIMED_OUT,
    [FAILING_CLOSED] = SPARK_ERROR_OFFLINE,
    [FAILING_CUT] = SPARK_ERROR_OFFLINE,
    [FAILING_MALFORMED] = SPARK_ERROR_MALFORMED_ANSWER,
    [FAILING_NESTED] = SPARK_ERROR_MALFORMED_ANSWER,
    [FAILING_LIST] = SPARK_ERROR_MALFORMED_ANSWER,
    [FAILING_OVERSIZED] = SPARK_ERROR_MALFORMED_ANSWER,
    [FAILING_HTML] = SPARK_ERROR_NOT_SPARKBOX,
    [FAILING_MOVED] = SPARK_ERROR_NOT_SPARKBOX,
    [FAILING_GATEWAY] = SPARK_ERROR_UNAVAILABLE,
  };
  g_autofree char *json = NULL;
  g_autoptr (GBytes) body = NULL;

  if (how != FAILING_PROBLEM)
    return g_error_new_literal (SPARK_ERROR, errors[how], "");
  json = g_strdup_printf ("{\"code\":\"%s\"}", code);
  body = g_bytes_new (json, strlen (json));
  return spark_error_from_problem (status, body);
}

guint
failing_each_problem (const char *top, FailingFound found, gpointer data)
{
  g_autofree char *path = g_build_filename (top, "data", "openapi.yaml", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GRegex) regex = g_regex_new ("\\{const: ([a-z_]+), x-status: (\\d+)", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;
  guint n = 0;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  for (g_regex_match (regex, text, 0, &match); g_match_info_matches (match);
       g_match_info_next (match, NULL))
    {
      g_autofree char *code = g_match_info_fetch (match, 1);
      g_autofree char *status = g_match_info_fetch (match, 2);

      found ((guint)g_ascii_strtoull (status, NULL, 10), code, data);
      n++;
    }
  return n;
}
