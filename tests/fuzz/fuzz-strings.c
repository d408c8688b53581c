/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"

/* What people paste and what stands in addresses: codes, links to videos, ids, times. */

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  return 0;
}

static void
try_code (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *code = spark_code_normalize (text, &error);
  g_autofree char *mask = NULL;
  g_autofree char *again = NULL;

  g_assert ((code == NULL) == (error != NULL));
  if (code == NULL)
    return;
  again = spark_code_normalize (code, NULL);
  g_assert_cmpstr (again, ==, code);
  mask = spark_code_mask (code);
  g_assert (strstr (mask, code + 4) == NULL);
  spark_code_is_sparkbox (code);
}

static void
try_link (const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *handle = NULL;
  g_autofree char *id = spark_video_link_parse (text, &handle, &error);

  g_assert ((id == NULL) == (error != NULL));
  g_assert (id == NULL || (strlen (id) <= 20 && strspn (id, "0123456789") == strlen (id)));
}

static void
try_id_and_time (const char *text)
{
  gint64 account, number, ms, again;

  if (spark_id_parse (text, &account, &number))
    g_assert (account > 0 && number > 0);
  if (spark_time_parse (text, &ms))
    {
      g_autofree char *written = spark_time_format (ms);

      g_assert (spark_time_parse (written, &again));
      g_assert_cmpint (ms, ==, again);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *)data, size);

  /* They take UTF-8, as everything that reaches them has been checked to be. */
  if (!g_utf8_validate (text, -1, NULL))
    return 0;
  try_code (text);
  try_link (text);
  try_id_and_time (text);
  return 0;
}
