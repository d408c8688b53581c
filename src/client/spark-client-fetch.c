/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-client"

#include "config.h"

#include "client/spark-client-private.h"
#include "model/spark-error.h"

/*
 * Requests whose answer is something else than JSON of the interface: files, who answers at all,
 * the feed.
 */

#define MAX_FETCH (4 * 1024 * 1024)
#define MAX_SMALL 65536
/* What /healthz must say. */
#define SERVICE "sparkbox"
#define API     1

/* Sends one without a body and hands the answer to @exchanged, which owns the task. */
static void
get (SparkClient *self, const char *path, gboolean authorized, gsize max_body, GTask *task,
     GAsyncReadyCallback exchanged)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupMessage) message = spark_client_message_new (self, "GET", path, &error);

  if (message == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      g_object_unref (task);
      return;
    }
  /* Pictures wait for what the person does. */
  if (max_body == MAX_FETCH)
    soup_message_set_priority (message, SOUP_MESSAGE_PRIORITY_LOW);
  if (authorized)
    spark_client_exchange_async (self, message, NULL, max_body, self->timeout_ms,
                                 g_task_get_cancellable (task), exchanged, task);
  else
    spark_exchange_async (self->session, message, max_body, self->timeout_ms,
                          g_task_get_cancellable (task), exchanged, task);
}

static void
on_fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  SparkClient *self = g_task_get_source_object (task);
  const char *type = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (SparkAnswer) answer = spark_exchange_finish (result, NULL, &error);

  if (answer == NULL || !spark_client_check_answer (self, answer, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else if (g_str_has_prefix (answer->content_type, type))
    g_task_return_pointer (task, g_bytes_ref (answer->body), (GDestroyNotify)g_bytes_unref);
  else if (spark_client_is_json (answer->content_type))
    g_task_return_new_error (task, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER,
                             "The backend sent something else than was asked for.");
  else
    g_task_return_new_error (task, SPARK_ERROR, SPARK_ERROR_NOT_SPARKBOX,
                             "What answers at this address is no Sparkbox. Check the address.");
}

void
spark_client_fetch_async (SparkClient *self, const char *path, const char *type,
                          GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  GTask *task;

  g_return_if_fail (SPARK_IS_CLIENT (self));
  g_return_if_fail (path != NULL && type != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, spark_client_fetch_async);
  g_task_set_task_data (task, g_strdup (type), g_free);
  get (self, path, TRUE, MAX_FETCH, task, on_fetched_cb);
}

GBytes *
spark_client_fetch_finish (SparkClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
check_health (SparkClient *self, const SparkAnswer *answer, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (JsonNode) root = NULL;
  const char *service = NULL;
  gint64 api = 0;

  root = spark_client_read_answer (self, answer, &local);
  if (local != NULL && local->code != SPARK_ERROR_MALFORMED_ANSWER
      && local->code != SPARK_ERROR_NOT_FOUND)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (root != NULL)
    {
      spark_json_find_string (json_node_get_object (root), "service", &service, NULL);
      spark_json_find_int (json_node_get_object (root), "api", 0, &api, NULL);
    }
  if (g_strcmp0 (service, SERVICE) != 0)
    g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_NOT_SPARKBOX,
                         "What answers at this address is no Sparkbox. Check the address.");
  else if (api < API)
    g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_SERVER_TOO_OLD,
                         "This backend is too old. Ask its owner to update it.");
  else
    return TRUE;
  return FALSE;
}

static void
on_checked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  SparkClient *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (SparkAnswer) answer = spark_exchange_finish (result, NULL, &error);

  if (answer == NULL || !check_health (self, answer, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

void
spark_client_check_async (SparkClient *self, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task;

  g_return_if_fail (SPARK_IS_CLIENT (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, spark_client_check_async);
  /* Without the token: nobody knows yet who answers there. */
  get (self, "/healthz", FALSE, MAX_SMALL, task, on_checked_cb);
}

gboolean
spark_client_check_finish (SparkClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
on_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  SparkClient *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (SparkAnswer) answer = spark_exchange_open_finish (result, &stream, &error);

  if (answer == NULL || !spark_client_check_answer (self, answer, &error))
    g_task_return_error (task, g_steal_pointer (&error));
  else if (stream == NULL)
    g_task_return_new_error (task, SPARK_ERROR, SPARK_ERROR_NOT_SPARKBOX,
                             "What answers at this address is no Sparkbox. Check the address.");
  else
    g_task_return_pointer (task, g_steal_pointer (&stream), g_object_unref);
}

void
spark_client_open_feed_async (SparkClient *self, const char *after, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupMessage) message = spark_client_message_new (self, "GET", "/v1/feed", &error);
  SoupMessageHeaders *headers;

  g_task_set_source_tag (task, spark_client_open_feed_async);
  if (message == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  headers = soup_message_get_request_headers (message);
  soup_message_headers_replace (headers, "Accept", "text/event-stream");
  if (after != NULL)
    soup_message_headers_replace (headers, "Last-Event-ID", after);
  spark_client_exchange_async (self, message, "text/event-stream", MAX_SMALL, self->timeout_ms,
                               cancellable, on_opened_cb, g_steal_pointer (&task));
}

GInputStream *
spark_client_open_feed_finish (SparkClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
