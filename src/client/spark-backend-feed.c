/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-backend-feed"

#include "config.h"

#include <string.h>

#include "client/spark-backend-private.h"
#include "client/spark-client-private.h"
#include "model/spark-error.h"

/* A feed that was well for this many first waits is missed at once. */
#define STEADY_FACTOR 5
/* Text of changes that wait for the replica before the feed has to wait too. */
#define MAX_PENDING (4 * 1024 * 1024)

static void
set_online (SparkBackend *self)
{
  self->n_failures = 0;
  self->asked_wait_ms = 0;
  self->resynced = FALSE;
  self->online_at = g_get_monotonic_time ();
  spark_backend_note_fresh (self);
  spark_backend_set_status (self, SPARK_BACKEND_ONLINE, NULL);
}

typedef struct
{
  SparkBackend *self; /* (owned) */
  JsonNode *changes;  /* (owned): in use by the writer's thread */
  SparkBackendApplied applied;
  gpointer data;
} Apply;

static void
on_applied_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Apply *apply = user_data;
  g_autoptr (SparkBackend) self = apply->self;
  g_autoptr (JsonNode) changes = apply->changes;
  SparkBackendApplied applied = apply->applied;
  gpointer data = apply->data;
  g_autoptr (GError) error = NULL;
  SparkKinds kinds = 0;
  gboolean ok;

  g_free (apply);
  self->applying = FALSE;
  ok = spark_replica_apply_finish (SPARK_REPLICA (source), result, &kinds, &error);
  if (ok && self->started && kinds != 0)
    spark_backend_tell_changed (self, kinds);
  applied (self, error, data);
}

void
spark_backend_apply (SparkBackend *self, JsonNode *changes, JsonArray *items, const char *cursor,
                     SparkApplyFlags flags, SparkBackendApplied applied, gpointer data)
{
  Apply *apply = g_new0 (Apply, 1);

  apply->self = g_object_ref (self);
  apply->changes = json_node_ref (changes);
  apply->applied = applied;
  apply->data = data;
  self->applying = TRUE;
  spark_replica_apply_async (self->replica, items, cursor,
                             spark_client_get_server_time (self->client), flags, NULL,
                             on_applied_cb, apply);
}

static void
on_burst_applied (SparkBackend *self, const GError *error, gpointer data)
{
  if (error != NULL)
    {
      /* The feed comes again from where the replica stands. */
      g_string_truncate (self->pending, 0);
      g_clear_pointer (&self->pending_cursor, g_free);
      self->connect_next = FALSE;
      spark_backend_fail (self, error);
      return;
    }
  spark_backend_go_on (self);
}

void
spark_backend_go_on (SparkBackend *self)
{
  g_autofree char *cursor = NULL;
  g_autofree char *old_cursor = NULL;
  g_autofree char *text = NULL;
  g_autoptr (JsonNode) changes = NULL;

  if (self->applying || !self->started)
    return;
  if (self->pending_cursor == NULL)
    {
      if (self->connect_next)
        spark_backend_connect (self);
      else if (self->caught_up && self->online_at == 0)
        set_online (self);
      return;
    }
  cursor = g_steal_pointer (&self->pending_cursor);
  old_cursor = spark_replica_get_cursor (self->replica);
  if (self->pending->len == 0 && g_strcmp0 (cursor, old_cursor) == 0)
    {
      spark_backend_go_on (self);
      return;
    }
  text = g_strdup_printf ("[%s]", self->pending->str);
  g_string_truncate (self->pending, 0);
  changes = spark_json_parse (text, strlen (text), 2 * SPARK_CLIENT_MAX_ANSWER, NULL);
  if (changes == NULL || !JSON_NODE_HOLDS_ARRAY (changes))
    {
      g_autoptr (GError) error = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER,
                                                      "The backend’s changes cannot be read.");

      spark_backend_fail (self, error);
      return;
    }
  spark_backend_apply (self, changes, json_node_get_array (changes), cursor, SPARK_APPLY_NONE,
                       on_burst_applied, NULL);
  if (self->feed != NULL)
    spark_feed_set_paused (self->feed, FALSE);
}

static void
on_burst_cb (SparkFeed *feed, const char *changes, const char *cursor, SparkBackend *self)
{
  if (*changes != '\0')
    {
      if (self->pending->len > 0)
        g_string_append_c (self->pending, ',');
      g_string_append (self->pending, changes);
    }
  g_free (self->pending_cursor);
  self->pending_cursor = g_strdup (cursor);
  if (self->pending->len > MAX_PENDING)
    spark_feed_set_paused (feed, TRUE);
  spark_backend_go_on (self);
}

static void
on_feed_ready_cb (SparkFeed *feed, SparkBackend *self)
{
  self->caught_up = TRUE;
  spark_backend_go_on (self);
}

static void
on_feed_ended_cb (SparkFeed *feed, const GError *error, SparkBackend *self)
{
  gboolean steady = self->online_at != 0
                    && g_get_monotonic_time () - self->online_at
                           > (gint64)self->times.first_wait_ms * STEADY_FACTOR * 1000;

  if (!steady
      || (error != NULL
          && (spark_backend_needs_person (error)
              || g_error_matches (error, SPARK_ERROR, SPARK_ERROR_RESYNC))))
    {
      g_autoptr (GError) ended = error != NULL
                                     ? g_error_copy (error)
                                     : g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE,
                                                            "The backend ended the connection.");

      spark_backend_fail (self, ended);
      return;
    }
  /* It was well until now: once without waiting, unless it asked for that. */
  spark_backend_drop_connection (self);
  spark_backend_set_status (self, SPARK_BACKEND_CONNECTING, NULL);
  if (self->asked_wait_ms > 0)
    spark_backend_wait_and_connect (self);
  else
    spark_backend_connect (self);
}

void
spark_backend_open_feed (SparkBackend *self)
{
  g_autofree char *cursor = spark_replica_get_cursor (self->replica);

  g_clear_object (&self->attempt);
  self->online_at = 0;
  self->feed = spark_feed_new (self->client, self->times.dead_ms);
  g_signal_connect (self->feed, "burst", G_CALLBACK (on_burst_cb), self);
  g_signal_connect (self->feed, "ready", G_CALLBACK (on_feed_ready_cb), self);
  g_signal_connect (self->feed, "ended", G_CALLBACK (on_feed_ended_cb), self);
  spark_feed_open (self->feed, cursor);
}
