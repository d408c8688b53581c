/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "client/spark-event-stream.h"
#include "fuzz.h"
#include "model/spark-error.h"

/* The event stream, whole and in pieces whose size the first byte gives: the same events. */

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  return 0;
}

static gboolean
write_down (const SparkStreamEvent *event, gpointer data)
{
  GString *seen = data;

  g_assert (event->type != NULL && (event->data != NULL || event->length == 0));
  g_string_append (seen, event->type);
  g_string_append_c (seen, '\n');
  g_string_append (seen, event->id != NULL ? event->id : "-");
  g_string_append_c (seen, '\n');
  g_string_append_len (seen, event->data, event->length);
  g_string_append_c (seen, '\n');
  return TRUE;
}

static gboolean
push_all (const char *bytes, gsize length, gsize piece, GString *seen)
{
  g_autoptr (SparkEventStream) stream = spark_event_stream_new (write_down, seen);
  g_autoptr (GError) error = NULL;
  gboolean ok = TRUE;

  for (gsize at = 0; ok && at < length; at += piece)
    ok = spark_event_stream_push (stream, bytes + at, MIN (piece, length - at), &error);
  g_assert (ok == (error == NULL));
  g_string_append (seen, spark_event_stream_get_last_id (stream));
  g_string_append_printf (seen, " %" G_GINT64_FORMAT, spark_event_stream_get_retry (stream));
  return ok;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GString) whole = g_string_new (NULL);
  g_autoptr (GString) pieces = g_string_new (NULL);
  const char *bytes = (const char *)data + 1;

  if (size < 2)
    return 0;
  if (push_all (bytes, size - 1, size, whole) && push_all (bytes, size - 1, data[0] + 1, pieces))
    g_assert_true (g_string_equal (whole, pieces));
  return 0;
}
