/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "client/spark-event-stream.h"
#include "model/spark-error.h"

/* Each case: what the stream says, and the events as "type|id|data;" with the last id behind "=".
 */
static const struct
{
  const char *name;
  const char *stream;
  gsize length; /* 0: up to the NUL */
  const char *expected;
} cases[] = {
  { "nothing", "", 0, "=" },
  { "one", "data: a\n\n", 0, "message|-|a;=" },
  { "carriage returns", "data: a\r\rdata: b\r\r", 0, "message|-|a;message|-|b;=" },
  { "both line ends", "data: a\r\n\r\ndata: b\r\n\r\n", 0, "message|-|a;message|-|b;=" },
  { "several lines with both", "data: a\r\ndata: b\r\n\r\n", 0, "message|-|a\nb;=" },
  { "mixed line ends", "event: x\rdata: a\r\n\ndata: b\n\r\n", 0, "x|-|a;message|-|b;=" },
  { "several lines", "data: a\ndata\ndata: b\n\n", 0, "message|-|a\n\nb;=" },
  { "no space", "data:a\n\n", 0, "message|-|a;=" },
  { "two spaces", "data:  a\n\n", 0, "message|-| a;=" },
  { "colons in the value", "data: a:b: c\n\n", 0, "message|-|a:b: c;=" },
  { "empty data", "data\n\ndata:\n\n", 0, "message|-|;message|-|;=" },
  { "no data", "event: x\nid: 1\n\ndata: a\n\n", 0, "message|-|a;=1" },
  { "type is of one event", "event: x\ndata: a\n\ndata: b\n\n", 0, "x|-|a;message|-|b;=" },
  { "id is kept", "id: 1\ndata: a\n\ndata: b\n\n", 0, "message|1|a;message|-|b;=1" },
  { "id is reset", "id: 1\ndata: a\n\nid\ndata: b\n\n", 0, "message|1|a;message||b;=" },
  { "last of two ids", "id: 1\nid: 2\ndata: a\n\n", 0, "message|2|a;=2" },
  { "id of an unfinished event", "id: 1\ndata: a\n\nid: 2\ndata: b\n", 0, "message|1|a;=1" },
  { "id with NUL", "id: 1\0002\ndata: a\n\n", 18, "message|-|a;=" },
  { "id with a colon", "id:a:b\ndata: a\n\n", 0, "message|a:b|a;=a:b" },
  { "comment", ": ping\n\n:\n\ndata: a\n: between\ndata: b\n\n", 0, "message|-|a\nb;=" },
  { "unknown field", "datax: b\nDATA: c\n data: d\ndata: a\n\n", 0, "message|-|a;=" },
  { "unfinished", "data: a\n\ndata: b", 0, "message|-|a;=" },
  { "byte order mark",
    "\xef\xbb\xbf"
    "data: a\n\n",
    0, "message|-|a;=" },
  { "byte order mark later",
    "data: a\n\n\xef\xbb\xbf"
    "data: b\n\n",
    0, "message|-|a;=" },
  { "mark alone", "\xef\xbb\xbf\ndata: a\n\n", 0, "message|-|a;=" },
  { "no UTF-8", "data: \xff\xfe\n\n", 0, "message|-|\xff\xfe;=" },
  { "empty lines", "\n\n\r\n\r\rdata: a\n\n\n\n", 0, "message|-|a;=" },
  { "a feed",
    "id: c1\nevent: ready\ndata: {}\n\n: ping\n\nevent: change\ndata: {\"a\":1}\n\nid: c2\n"
    "event: change\ndata: {\"a\":2}\n\n",
    0, "ready|c1|{};change|-|{\"a\":1};change|c2|{\"a\":2};=c2" },
};

static gboolean
add_event (const SparkStreamEvent *event, gpointer user_data)
{
  g_string_append_printf (user_data, "%s|%s|", event->type, event->id != NULL ? event->id : "-");
  g_string_append_len (user_data, event->data, (gssize)event->length);
  g_string_append_c (user_data, ';');
  return TRUE;
}

static void
push (SparkEventStream *stream, const char *bytes, gsize length)
{
  g_autoptr (GError) error = NULL;
  /* So that a sanitizer sees a look behind the end. */
  g_autofree char *copy = g_memdup2 (bytes, length);

  g_assert_true (spark_event_stream_push (stream, copy, length, &error));
  g_assert_no_error (error);
}

static void
assert_case (gsize i, const gsize *cuts, gsize n_cuts)
{
  gsize length = cases[i].length != 0 ? cases[i].length : strlen (cases[i].stream);
  g_autoptr (GString) seen = g_string_new (NULL);
  g_autoptr (SparkEventStream) stream = spark_event_stream_new (add_event, seen);
  gsize from = 0;

  for (gsize cut = 0; cut <= n_cuts; cut++)
    {
      gsize to = cut < n_cuts ? cuts[cut] : length;

      push (stream, cases[i].stream + from, to - from);
      from = to;
    }
  g_string_append_printf (seen, "=%s", spark_event_stream_get_last_id (stream));
  if (strcmp (seen->str, cases[i].expected) != 0)
    g_error ("%s: “%s” instead of “%s”", cases[i].name, seen->str, cases[i].expected);
}

static void
test_whole (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_case (i, NULL, 0);
}

/* Wherever the network cuts, the events are the same. */
static void
test_cut_once (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length = cases[i].length != 0 ? cases[i].length : strlen (cases[i].stream);

      for (gsize cut = 0; cut <= length; cut++)
        assert_case (i, &cut, 1);
    }
}

static void
test_cut_everywhere (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length = cases[i].length != 0 ? cases[i].length : strlen (cases[i].stream);
      g_autofree gsize *cuts = g_new (gsize, length + 1);

      for (gsize cut = 0; cut < length; cut++)
        cuts[cut] = cut + 1;
      assert_case (i, cuts, length);
    }
}

static void
test_retry (void)
{
  static const struct
  {
    const char *stream;
    gint64 expected;
  } retries[] = {
    { "retry: 3000\n", 3000 },     { "retry: 3s\nretry\nretry: -1\n", -1 },
    { "retry: 0\n", 0 },           { "retry: 99999999999999999999\n", -1 },
    { "retry: 1\nretry: 2\n", 2 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (retries); i++)
    {
      g_autoptr (SparkEventStream) stream = spark_event_stream_new (add_event, NULL);

      push (stream, retries[i].stream, strlen (retries[i].stream));
      g_assert_cmpint (spark_event_stream_get_retry (stream), ==, retries[i].expected);
    }
}

static gboolean
refuse (const SparkStreamEvent *event, gpointer user_data)
{
  g_assert_not_reached ();
}

/* Pushes @text without end and says how much was taken before it was refused. */
static gsize
push_on (const char *text)
{
  g_autoptr (SparkEventStream) stream = spark_event_stream_new (refuse, NULL);
  g_autoptr (GError) error = NULL;
  gsize length = strlen (text);
  gsize taken = 0;

  while (spark_event_stream_push (stream, text, length, &error))
    {
      taken += length;
      g_assert_cmpuint (taken, <, 8 * SPARK_EVENT_STREAM_MAX);
    }
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER);
  return taken;
}

static void
test_bounds (void)
{
  g_autofree char *line = g_strnfill (1000, 'x');
  g_autofree char *data = g_strconcat ("data: ", line, "\n", NULL);

  g_assert_cmpuint (push_on (line), <=, SPARK_EVENT_STREAM_MAX);
  g_assert_cmpuint (push_on (line), >=, SPARK_EVENT_STREAM_MAX - 1000);
  g_assert_cmpuint (push_on (data), >=, SPARK_EVENT_STREAM_MAX - 1000);
  g_assert_cmpuint (push_on ("data\n"), >=, SPARK_EVENT_STREAM_MAX);
}

static gboolean
stop_at_second (const SparkStreamEvent *event, gpointer user_data)
{
  int *n = user_data;

  return ++*n < 2;
}

static void
test_stopped (void)
{
  int n = 0;
  g_autoptr (SparkEventStream) stream = spark_event_stream_new (stop_at_second, &n);
  g_autoptr (GError) error = NULL;
  const char *text = "data: a\n\ndata: b\n\ndata: c\n\n";

  g_assert_false (spark_event_stream_push (stream, text, strlen (text), &error));
  g_assert_no_error (error);
  g_assert_cmpint (n, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/event-stream/whole", test_whole);
  g_test_add_func ("/event-stream/cut-once", test_cut_once);
  g_test_add_func ("/event-stream/cut-everywhere", test_cut_everywhere);
  g_test_add_func ("/event-stream/retry", test_retry);
  g_test_add_func ("/event-stream/bounds", test_bounds);
  g_test_add_func ("/event-stream/stopped", test_stopped);
  return g_test_run ();
}
