/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-feed"

#include "config.h"

#include <string.h>

#include "client/spark-client-private.h"
#include "client/spark-event-stream.h"
#include "client/spark-feed.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"

#define CHUNK 65536
/* Changes that belong together are no more than a page of them. */
#define MAX_BURST SPARK_CLIENT_MAX_ANSWER

struct _SparkFeed
{
  GObject parent_instance;

  /* owned */
  SparkClient *client;
  SparkEventStream *events;
  GInputStream *stream; /* NULL: not open */
  GCancellable *cancellable;
  GString *burst; /* what came of a burst that is not whole */
  guint dead_id;

  guint dead_ms;
  gint64 heard_at;
  gboolean paused : 1;
  gboolean reading : 1;
  gboolean ended : 1;
};

G_DEFINE_FINAL_TYPE (SparkFeed, spark_feed, G_TYPE_OBJECT)

enum
{
  SIGNAL_BURST,
  SIGNAL_READY,
  SIGNAL_ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
end (SparkFeed *self, const GError *error)
{
  if (self->ended)
    return;
  spark_feed_close (self);
  g_signal_emit (self, signals[SIGNAL_ENDED], 0, error);
}

static gboolean
on_dead_cb (gpointer user_data)
{
  SparkFeed *self = user_data;
  g_autoptr (GError) error = NULL;

  self->dead_id = 0;
  error = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE,
                               "Nothing is heard of the backend any more.");
  end (self, error);
  return G_SOURCE_REMOVE;
}

static void
watch (SparkFeed *self)
{
  self->heard_at = spark_time_now ();
  g_clear_handle_id (&self->dead_id, g_source_remove);
  self->dead_id = g_timeout_add (self->dead_ms, on_dead_cb, self);
}

static gboolean
on_event (const SparkStreamEvent *event, gpointer user_data)
{
  SparkFeed *self = user_data;

  if (g_str_equal (event->type, "change"))
    {
      if (self->burst->len > 0)
        g_string_append_c (self->burst, ',');
      g_string_append_len (self->burst, event->data, (gssize)event->length);
    }
  if (event->id != NULL)
    {
      g_autofree char *changes = g_strdup (self->burst->str);

      g_string_truncate (self->burst, 0);
      g_signal_emit (self, signals[SIGNAL_BURST], 0, changes, event->id);
    }
  if (g_str_equal (event->type, "ready") && !self->ended)
    g_signal_emit (self, signals[SIGNAL_READY], 0);
  return !self->ended && self->burst->len <= MAX_BURST;
}

static void read_more (SparkFeed *self);

static void
on_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkFeed) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes
      = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  self->reading = FALSE;
  if (self->ended)
    return;
  if (bytes == NULL)
    {
      g_autoptr (GError) translated = spark_exchange_translate (error);

      end (self, translated);
    }
  else if (g_bytes_get_size (bytes) == 0)
    end (self, NULL);
  else if (!spark_event_stream_push (self->events, g_bytes_get_data (bytes, NULL),
                                     g_bytes_get_size (bytes), &error))
    {
      if (error == NULL)
        error = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER,
                                     "The backend sent more at once than is allowed.");
      end (self, error);
    }
  else
    read_more (self);
}

static void
read_more (SparkFeed *self)
{
  if (self->ended || self->reading || self->paused || self->stream == NULL)
    return;
  self->reading = TRUE;
  watch (self);
  g_input_stream_read_bytes_async (self->stream, CHUNK, G_PRIORITY_DEFAULT, self->cancellable,
                                   on_read_cb, g_object_ref (self));
}

static void
on_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkFeed) self = user_data;
  g_autoptr (GError) error = NULL;

  self->stream = spark_client_open_feed_finish (SPARK_CLIENT (source), result, &error);
  if (self->stream == NULL)
    end (self, error);
  else
    read_more (self);
}

static void
spark_feed_finalize (GObject *object)
{
  SparkFeed *self = SPARK_FEED (object);

  g_clear_handle_id (&self->dead_id, g_source_remove);
  g_clear_object (&self->client);
  g_clear_object (&self->stream);
  g_clear_object (&self->cancellable);
  spark_event_stream_free (self->events);
  g_string_free (self->burst, TRUE);

  G_OBJECT_CLASS (spark_feed_parent_class)->finalize (object);
}

static void
spark_feed_class_init (SparkFeedClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = spark_feed_finalize;

  signals[SIGNAL_BURST] = g_signal_new ("burst", SPARK_TYPE_FEED, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[SIGNAL_READY] = g_signal_new ("ready", SPARK_TYPE_FEED, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_ENDED] = g_signal_new ("ended", SPARK_TYPE_FEED, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
spark_feed_init (SparkFeed *self)
{
  self->cancellable = g_cancellable_new ();
  self->burst = g_string_new (NULL);
  self->events = spark_event_stream_new (on_event, self);
}

SparkFeed *
spark_feed_new (SparkClient *client, guint dead_ms)
{
  SparkFeed *self = g_object_new (SPARK_TYPE_FEED, NULL);

  self->client = g_object_ref (client);
  self->dead_ms = dead_ms;
  return self;
}

void
spark_feed_open (SparkFeed *self, const char *after)
{
  spark_client_open_feed_async (self->client, after, self->cancellable, on_opened_cb,
                                g_object_ref (self));
}

void
spark_feed_set_paused (SparkFeed *self, gboolean paused)
{
  self->paused = paused;
  if (paused)
    g_clear_handle_id (&self->dead_id, g_source_remove);
  else if (self->reading)
    watch (self);
  else
    read_more (self);
}

void
spark_feed_close (SparkFeed *self)
{
  self->ended = TRUE;
  g_clear_handle_id (&self->dead_id, g_source_remove);
  g_cancellable_cancel (self->cancellable);
}

gint64
spark_feed_get_retry (SparkFeed *self)
{
  g_return_val_if_fail (SPARK_IS_FEED (self), -1);

  return spark_event_stream_get_retry (self->events);
}

gint64
spark_feed_get_heard_at (SparkFeed *self)
{
  g_return_val_if_fail (SPARK_IS_FEED (self), 0);

  return self->heard_at;
}
