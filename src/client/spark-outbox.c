/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-outbox"

#include "config.h"

#include <string.h>

#include "client/spark-client-private.h"
#include "client/spark-outbox.h"
#include "client/spark-replica-writer.h"
#include "model/spark-error.h"

/* Before what could not be sent is tried again, where the backend can be reached. */
#define WAIT_MS 60000

struct _SparkOutbox
{
  GObject parent_instance;

  /* owned */
  SparkClient *client;
  SparkReplica *replica;
  GCancellable *cancellable; /* of what is under way; NULL: nothing is */
  gint64 sending;            /* id of what is under way */

  guint wait_ms;
  guint wait_id;
  gboolean online;
};

G_DEFINE_FINAL_TYPE (SparkOutbox, spark_outbox, G_TYPE_OBJECT)

static void send_next (SparkOutbox *self);

static gboolean
on_waited_cb (gpointer user_data)
{
  SparkOutbox *self = user_data;

  self->wait_id = 0;
  send_next (self);
  return G_SOURCE_REMOVE;
}

static void
on_unqueued_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkOutbox) self = user_data;
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->cancellable);
  if (spark_replica_unqueue_finish (SPARK_REPLICA (source), result, &error))
    send_next (self);
  else
    g_message ("What was sent stays in the outbox: %s", error->message);
}

/* What may be different another time; everything else is the backend's last word on it. */
static gboolean
is_worth_another_try (const GError *error)
{
  return error->domain != SPARK_ERROR || error->code >= SPARK_ERROR_INTERNAL
         || error->code == SPARK_ERROR_UNAUTHORIZED || error->code == SPARK_ERROR_TOO_MANY_REQUESTS
         || error->code == SPARK_ERROR_IDEMPOTENCY_RUNNING;
}

static void
on_sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkOutbox) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = spark_client_post_finish (SPARK_CLIENT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      /* The backend was gone, and may be back already. */
      g_clear_object (&self->cancellable);
      send_next (self);
      return;
    }
  if (error != NULL && is_worth_another_try (error))
    {
      g_clear_object (&self->cancellable);
      if (self->online && self->wait_id == 0)
        self->wait_id = g_timeout_add (self->wait_ms, on_waited_cb, self);
      return;
    }
  if (error != NULL)
    g_message ("The backend did not take what was kept for it: %s", error->message);
  spark_replica_unqueue_async (self->replica, self->sending, NULL, on_unqueued_cb,
                               g_object_ref (self));
}

static void
send_next (SparkOutbox *self)
{
  g_autoptr (SparkOutgoing) next = NULL;
  g_autoptr (GBytes) body = NULL;

  if (!self->online || self->cancellable != NULL)
    return;
  g_clear_handle_id (&self->wait_id, g_source_remove);
  next = spark_replica_get_queued (self->replica);
  if (next == NULL)
    return;
  self->cancellable = g_cancellable_new ();
  self->sending = next->id;
  body = g_bytes_new (next->body, strlen (next->body));
  spark_client_post_async (self->client, next->path, body, next->key, self->cancellable, on_sent_cb,
                           g_object_ref (self));
}

static void
on_queued_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkOutbox) self = user_data;
  g_autoptr (GError) error = NULL;

  if (spark_replica_queue_finish (SPARK_REPLICA (source), result, &error))
    send_next (self);
  else
    g_message ("What is to be sent later is lost: %s", error->message);
}

static void
spark_outbox_finalize (GObject *object)
{
  SparkOutbox *self = SPARK_OUTBOX (object);

  g_clear_handle_id (&self->wait_id, g_source_remove);
  g_clear_object (&self->client);
  g_clear_object (&self->replica);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (spark_outbox_parent_class)->finalize (object);
}

static void
spark_outbox_class_init (SparkOutboxClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = spark_outbox_finalize;
}

static void
spark_outbox_init (SparkOutbox *self)
{
  self->wait_ms = WAIT_MS;
}

SparkOutbox *
spark_outbox_new (SparkClient *client, SparkReplica *replica)
{
  SparkOutbox *self = g_object_new (SPARK_TYPE_OUTBOX, NULL);

  self->client = g_object_ref (client);
  self->replica = g_object_ref (replica);
  return self;
}

void
spark_outbox_add (SparkOutbox *self, const char *path, const char *body)
{
  g_autofree char *key = g_uuid_string_random ();

  spark_replica_queue_async (self->replica, path, body, key, NULL, on_queued_cb,
                             g_object_ref (self));
}

void
spark_outbox_set_online (SparkOutbox *self, gboolean online)
{
  self->online = online;
  if (online)
    {
      send_next (self);
      return;
    }
  g_clear_handle_id (&self->wait_id, g_source_remove);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

void
spark_outbox_set_wait (SparkOutbox *self, guint ms)
{
  self->wait_ms = ms;
}
