/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-client"

#include "config.h"

#include "client/spark-client-private.h"
#include "model/spark-error.h"

/* How long a file may stand still on its way, and the backend may take to answer after it. */
#define TIMEOUT_FACTOR 4

typedef struct
{
  char *path;
  GFileInputStream *stream;
  goffset size;
  goffset sent;
  GFileProgressCallback progress;
  gpointer progress_data;
} Upload;

static void
upload_free (Upload *upload)
{
  g_free (upload->path);
  g_clear_object (&upload->stream);
  g_free (upload);
}

static const char *
guess_type (const char *name)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  if (g_str_has_suffix (lower, ".json"))
    return "application/json";
  if (g_str_has_suffix (lower, ".zip"))
    return "application/zip";
  return "application/octet-stream";
}

static void
return_unreadable (GTask *task, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_new_error (task, SPARK_ERROR, SPARK_ERROR_IMPORT_MALFORMED,
                             "The file cannot be read: %s", error->message);
}

static void
on_exchanged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  SparkClient *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (SparkAnswer) answer = spark_exchange_finish (result, NULL, &error);
  JsonNode *root;

  if (answer == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  root = spark_client_read_answer (self, answer, &error);
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, root, (GDestroyNotify)json_node_unref);
}

static void
on_wrote_body_data_cb (SoupMessage *message, guint size, GTask *task)
{
  Upload *upload = g_task_get_task_data (task);

  upload->sent += size;
  if (upload->progress != NULL && !g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    upload->progress (upload->sent, upload->size, upload->progress_data);
}

static void
on_info_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  SparkClient *self = g_task_get_source_object (task);
  Upload *upload = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);
  g_autoptr (SoupMessage) message = NULL;
  g_autofree char *key = g_uuid_string_random ();
  SoupMessageHeaders *headers;

  if (info == NULL)
    {
      return_unreadable (task, error);
      return;
    }
  message = spark_client_message_new (self, "POST", upload->path, &error);
  if (message == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  upload->size = g_file_info_get_size (info);
  headers = soup_message_get_request_headers (message);
  soup_message_headers_replace (headers, "Idempotency-Key", key);
  /* What is refused by its head (a token, a size) is refused before it is sent. */
  soup_message_headers_set_expectations (headers, SOUP_EXPECTATION_CONTINUE);
  soup_message_set_request_body (message, guess_type (g_file_info_get_name (info)),
                                 G_INPUT_STREAM (upload->stream), upload->size);
  g_signal_connect_object (message, "wrote-body-data", G_CALLBACK (on_wrote_body_data_cb), task, 0);
  spark_client_exchange_async (self, message, NULL, SPARK_CLIENT_MAX_ANSWER,
                               self->timeout_ms * TIMEOUT_FACTOR, g_task_get_cancellable (task),
                               on_exchanged_cb, g_object_ref (task));
}

static void
on_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Upload *upload = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  upload->stream = g_file_read_finish (G_FILE (source), result, &error);
  if (upload->stream == NULL)
    return_unreadable (task, error);
  else
    {
      GCancellable *cancellable = g_task_get_cancellable (task);

      g_file_query_info_async (G_FILE (source),
                               G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_STANDARD_NAME,
                               G_FILE_QUERY_INFO_NONE, G_PRIORITY_DEFAULT, cancellable, on_info_cb,
                               g_steal_pointer (&task));
    }
}

void
spark_client_upload_async (SparkClient *self, const char *path, GFile *file,
                           GFileProgressCallback progress, gpointer progress_data,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  Upload *upload;

  g_return_if_fail (SPARK_IS_CLIENT (self));
  g_return_if_fail (path != NULL && G_IS_FILE (file));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, spark_client_upload_async);
  upload = g_new0 (Upload, 1);
  upload->path = g_strdup (path);
  upload->progress = progress;
  upload->progress_data = progress_data;
  g_task_set_task_data (task, upload, (GDestroyNotify)upload_free);
  g_file_read_async (file, G_PRIORITY_DEFAULT, cancellable, on_opened_cb, g_steal_pointer (&task));
}

JsonNode *
spark_client_upload_finish (SparkClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
