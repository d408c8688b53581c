/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-backend"

#include "config.h"

#include "client/spark-backend-private.h"
#include "client/spark-client-private.h"
#include "client/spark-feed.h"
#include "client/spark-outbox.h"
#include "client/spark-replica-writer.h"
#include "model/spark-error.h"
#include "spark-client-enum-types.h"

#define FIRST_WAIT_MS   1000
#define LONGEST_WAIT_MS 60000
#define DEAD_MS         45000
/* A network that changes does so several times in a row. */
#define SETTLE_MS 500

G_DEFINE_FINAL_TYPE (SparkBackend, spark_backend, G_TYPE_OBJECT)

typedef enum
{
  PROP_STATUS = 1,
  PROP_PROBLEM,
  PROP_PROGRESS,
} SparkBackendProperty;

static GParamSpec *properties[PROP_PROGRESS + 1];

enum
{
  SIGNAL_CHANGED,
  SIGNAL_EVENTS,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* --- what is shown --- */

void
spark_backend_set_status (SparkBackend *self, SparkBackendStatus status, const GError *problem)
{
  gboolean changed = self->status != status;

  if (problem != NULL || self->problem != NULL)
    {
      g_clear_error (&self->problem);
      self->problem = problem != NULL ? g_error_copy (problem) : NULL;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
    }
  self->status = status;
  spark_outbox_set_online (self->outbox, status == SPARK_BACKEND_ONLINE);
  /* Another problem of the same status is news too. */
  if (changed || problem != NULL)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATUS]);
}

void
spark_backend_set_progress (SparkBackend *self, double progress)
{
  if (self->progress == progress)
    return;
  self->progress = progress;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS]);
}

static void
on_told_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!spark_replica_set_told_finish (SPARK_REPLICA (source), result, &error))
    g_message ("What was told may be told again: %s", error->message);
}

static void
tell (SparkBackend *self, const char *const *events)
{
  /* When it was stopped, what is not told now is still kept as to be told. */
  if (*events == NULL || !self->started)
    return;
  g_signal_emit (self, signals[SIGNAL_EVENTS], 0, events);
  spark_replica_set_told_async (self->replica, events, NULL, on_told_cb, NULL);
}

void
spark_backend_tell_changed (SparkBackend *self, SparkKinds kinds)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0, kinds);
}

/* --- failing and trying again --- */

void
spark_backend_drop_connection (SparkBackend *self)
{
  g_clear_handle_id (&self->wait_id, g_source_remove);
  if (self->attempt != NULL)
    g_cancellable_cancel (self->attempt);
  g_clear_object (&self->attempt);
  if (self->feed != NULL)
    {
      spark_backend_note_fresh (self);
      if (spark_feed_get_retry (self->feed) >= 0)
        self->asked_wait_ms = spark_feed_get_retry (self->feed);
      g_signal_handlers_disconnect_by_data (self->feed, self);
      spark_feed_close (self->feed);
    }
  g_clear_object (&self->feed);
  self->caught_up = FALSE;
  spark_backend_set_progress (self, -1);
}

static gboolean
on_waited_cb (gpointer user_data)
{
  SparkBackend *self = user_data;

  self->wait_id = 0;
  spark_backend_connect (self);
  return G_SOURCE_REMOVE;
}

void
spark_backend_wait_and_connect (SparkBackend *self)
{
  guint64 asked = (guint64)MIN (self->asked_wait_ms, self->times.longest_wait_ms);
  guint64 wait = MAX (self->times.first_wait_ms, asked);

  for (guint i = 0; i < self->n_failures && wait < self->times.longest_wait_ms; i++)
    wait *= 2;
  wait = MIN (wait, self->times.longest_wait_ms);
  self->n_failures++;
  /* So that all who lost a backend at once do not come back at once; none sooner than was asked. */
  wait = (guint64)((double)wait * g_random_double_range (asked > 0 ? 1 : 0.75, 1.25));
  g_clear_handle_id (&self->wait_id, g_source_remove);
  self->wait_id = g_timeout_add ((guint)wait, on_waited_cb, self);
}

gboolean
spark_backend_needs_person (const GError *error)
{
  static const SparkError codes[] = {
    SPARK_ERROR_UNAUTHORIZED,         SPARK_ERROR_FORBIDDEN,
    SPARK_ERROR_INVITATION_MALFORMED, SPARK_ERROR_TLS,
    SPARK_ERROR_NOT_SPARKBOX,         SPARK_ERROR_SERVER_TOO_OLD,
    SPARK_ERROR_MALFORMED_ANSWER,     SPARK_ERROR_REPLICA,
  };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_error_matches (error, SPARK_ERROR, (int)codes[i]))
      return TRUE;
  return FALSE;
}

/* Asking again would bring the same answer. The others may pass: a hotel's sign-in page, a full
 * disk.
 */
static gboolean
is_final (const GError *error)
{
  return g_error_matches (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED)
         || g_error_matches (error, SPARK_ERROR, SPARK_ERROR_FORBIDDEN)
         || g_error_matches (error, SPARK_ERROR, SPARK_ERROR_INVITATION_MALFORMED);
}

void
spark_backend_fail (SparkBackend *self, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || !self->started)
    return;
  g_debug ("%s", error->message);
  spark_backend_drop_connection (self);
  if (g_error_matches (error, SPARK_ERROR, SPARK_ERROR_RESYNC))
    {
      gboolean again = self->from_start || self->resynced;

      self->from_start = TRUE;
      if (!again)
        {
          self->resynced = TRUE;
          spark_backend_connect (self);
          return;
        }
    }
  spark_backend_set_status (
      self, spark_backend_needs_person (error) ? SPARK_BACKEND_FAILED : SPARK_BACKEND_OFFLINE,
      g_error_matches (error, SPARK_ERROR, SPARK_ERROR_OFFLINE) ? NULL : error);
  if (!is_final (error))
    spark_backend_wait_and_connect (self);
}

/* --- connecting --- */

static void
on_checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkBackend) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!spark_client_check_finish (SPARK_CLIENT (source), result, &error))
    spark_backend_fail (self, error);
  else if (spark_replica_get_state (self->replica) == SPARK_REPLICA_WHOLE && !self->from_start)
    spark_backend_open_feed (self);
  else
    spark_backend_load (self);
}

void
spark_backend_connect (SparkBackend *self)
{
  if (!self->started)
    return;
  spark_backend_drop_connection (self);
  /* What the last feed gave whole is still good, and the position behind it comes first. */
  self->connect_next = self->applying || self->pending_cursor != NULL;
  if (self->connect_next)
    {
      spark_backend_go_on (self);
      return;
    }
  /* The status stays until something better or worse is known: nothing flickers while it tries. */
  self->attempt = g_cancellable_new ();
  spark_client_check_async (self->client, self->attempt, on_checked_cb, g_object_ref (self));
}

static gboolean
on_settled_cb (gpointer user_data)
{
  SparkBackend *self = user_data;

  self->settle_id = 0;
  /* An attempt under way was made in the new network or finds out by itself. */
  if (self->wait_id != 0 || self->feed != NULL)
    {
      self->n_failures = 0;
      spark_backend_connect (self);
    }
  return G_SOURCE_REMOVE;
}

static void
on_network_changed_cb (SparkBackend *self, gboolean available)
{
  if (!self->started || !available)
    return;
  g_clear_handle_id (&self->settle_id, g_source_remove);
  self->settle_id = g_timeout_add (SETTLE_MS, on_settled_cb, self);
}

/* --- the object --- */

static void
spark_backend_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  SparkBackend *self = SPARK_BACKEND (object);

  switch ((SparkBackendProperty)id)
    {
    case PROP_STATUS:
      g_value_set_enum (value, self->status);
      break;
    case PROP_PROBLEM:
      g_value_set_boxed (value, self->problem);
      break;
    case PROP_PROGRESS:
      g_value_set_double (value, self->progress);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
spark_backend_dispose (GObject *object)
{
  SparkBackend *self = SPARK_BACKEND (object);

  spark_backend_stop (self);
  if (self->replica != NULL)
    spark_replica_close (self->replica);
  g_clear_object (&self->outbox);
  g_clear_object (&self->replica);
  g_clear_object (&self->client);
  g_clear_object (&self->monitor);

  G_OBJECT_CLASS (spark_backend_parent_class)->dispose (object);
}

static void
spark_backend_finalize (GObject *object)
{
  SparkBackend *self = SPARK_BACKEND (object);

  g_clear_error (&self->problem);
  g_string_free (self->pending, TRUE);
  g_free (self->pending_cursor);
  g_free (self->id);

  G_OBJECT_CLASS (spark_backend_parent_class)->finalize (object);
}

static void
spark_backend_class_init (SparkBackendClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->get_property = spark_backend_get_property;
  object_class->dispose = spark_backend_dispose;
  object_class->finalize = spark_backend_finalize;

  properties[PROP_STATUS] = g_param_spec_enum ("status", NULL, NULL, SPARK_TYPE_BACKEND_STATUS,
                                               SPARK_BACKEND_CONNECTING, flags);
  properties[PROP_PROBLEM] = g_param_spec_boxed ("problem", NULL, NULL, G_TYPE_ERROR, flags);
  properties[PROP_PROGRESS] = g_param_spec_double ("progress", NULL, NULL, -1, 1, -1, flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", SPARK_TYPE_BACKEND, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 1, SPARK_TYPE_KINDS);
  signals[SIGNAL_EVENTS] = g_signal_new ("events", SPARK_TYPE_BACKEND, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRV);
}

static void
spark_backend_init (SparkBackend *self)
{
  self->times = (SparkBackendTimes){ FIRST_WAIT_MS, LONGEST_WAIT_MS, DEAD_MS };
  self->progress = -1;
  self->pending = g_string_new (NULL);
}

SparkBackend *
spark_backend_new (const char *id, SparkClient *client, GBytes *replica_key, GError **error)
{
  g_autoptr (SparkReplica) replica = NULL;
  SparkBackend *self;

  g_return_val_if_fail (id != NULL && SPARK_IS_CLIENT (client), NULL);

  replica = spark_replica_new (id, replica_key, error);
  if (replica == NULL)
    return NULL;
  self = g_object_new (SPARK_TYPE_BACKEND, NULL);
  self->id = g_strdup (id);
  self->client = g_object_ref (client);
  self->outbox = spark_outbox_new (client, replica);
  self->replica = g_steal_pointer (&replica);
  g_signal_connect_object (self->replica, "events", G_CALLBACK (tell), self, G_CONNECT_SWAPPED);
  if (!spark_client_is_unix (client))
    {
      self->monitor = g_object_ref (g_network_monitor_get_default ());
      g_signal_connect_object (self->monitor, "network-changed", G_CALLBACK (on_network_changed_cb),
                               self, G_CONNECT_SWAPPED);
    }
  return self;
}

void
spark_backend_set_times (SparkBackend *self, const SparkBackendTimes *times)
{
  self->times = *times;
  spark_outbox_set_wait (self->outbox, times->longest_wait_ms);
}

void
spark_backend_start (SparkBackend *self)
{
  g_auto (GStrv) untold = NULL;

  g_return_if_fail (SPARK_IS_BACKEND (self));

  if (self->started)
    {
      spark_backend_retry (self);
      return;
    }
  self->started = TRUE;
  untold = spark_replica_get_untold (self->replica);
  tell (self, (const char *const *)untold);
  spark_backend_connect (self);
}

void
spark_backend_stop (SparkBackend *self)
{
  g_return_if_fail (SPARK_IS_BACKEND (self));

  if (!self->started)
    return;
  self->started = FALSE;
  self->connect_next = FALSE;
  g_clear_handle_id (&self->settle_id, g_source_remove);
  spark_backend_drop_connection (self);
  g_string_truncate (self->pending, 0);
  g_clear_pointer (&self->pending_cursor, g_free);
  spark_backend_set_status (self, SPARK_BACKEND_CONNECTING, NULL);
}

void
spark_backend_retry (SparkBackend *self)
{
  g_return_if_fail (SPARK_IS_BACKEND (self));

  if (self->feed != NULL || self->attempt != NULL || self->connect_next)
    return;
  self->n_failures = 0;
  if (self->started)
    spark_backend_set_status (self, SPARK_BACKEND_CONNECTING, NULL);
  spark_backend_connect (self);
}

void
spark_backend_post_later (SparkBackend *self, const char *path, const char *body)
{
  g_return_if_fail (SPARK_IS_BACKEND (self));
  g_return_if_fail (path != NULL && body != NULL);

  spark_outbox_add (self->outbox, path, body);
}

SparkBackendStatus
spark_backend_get_status (SparkBackend *self)
{
  g_return_val_if_fail (SPARK_IS_BACKEND (self), SPARK_BACKEND_OFFLINE);

  return self->status;
}

const GError *
spark_backend_get_problem (SparkBackend *self)
{
  g_return_val_if_fail (SPARK_IS_BACKEND (self), NULL);

  return self->problem;
}

SparkClient *
spark_backend_get_client (SparkBackend *self)
{
  g_return_val_if_fail (SPARK_IS_BACKEND (self), NULL);

  return self->client;
}

SparkReplica *
spark_backend_get_replica (SparkBackend *self)
{
  g_return_val_if_fail (SPARK_IS_BACKEND (self), NULL);

  return self->replica;
}

const char *
spark_backend_get_id (SparkBackend *self)
{
  g_return_val_if_fail (SPARK_IS_BACKEND (self), NULL);

  return self->id;
}

gboolean
spark_backend_is_private (SparkBackend *self)
{
  g_return_val_if_fail (SPARK_IS_BACKEND (self), FALSE);

  return spark_client_is_unix (self->client);
}
