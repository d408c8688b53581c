/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "fuzz.h"
#include "model/spark-error.h"
#include "server/intake/spark-export-reader.h"
#include "server/intake/spark-import.h"

/* TikTok's data export: the text, in pieces whose size the first byte gives. */

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  return 0;
}

static gboolean
check_video (const SparkVideoFacts *facts, gpointer data)
{
  g_assert (facts->item_id != NULL && strspn (facts->item_id, "0123456789") >= 8);
  g_assert (facts->caption == NULL || g_utf8_validate (facts->caption, -1, NULL));
  g_assert (facts->share_url == NULL || g_utf8_validate (facts->share_url, -1, NULL));
  g_assert (facts->total.likes >= -1 && facts->published_at >= 0);
  return ++*(guint *)data < 1000;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  guint videos = 0;
  g_autoptr (SparkExportReader) reader = spark_export_reader_new (check_video, &videos);
  g_autoptr (GError) error = NULL;
  gboolean ok = TRUE;
  size_t piece;

  if (size == 0)
    return 0;
  piece = data[0] + 1;
  for (size_t at = 1; ok && at < size; at += piece)
    ok = spark_export_reader_feed (reader, data + at, MIN (piece, size - at), &error);
  if (ok)
    ok = spark_export_reader_end (reader, &error);
  if (!ok && error != NULL)
    g_assert (error->domain == SPARK_ERROR);
  return 0;
}
