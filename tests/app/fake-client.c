/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <libsecret/secret.h>

#include "fake-backend.h"
#include "model/spark-error.h"

struct _SparkClient
{
  GObject parent_instance;
  char *url;
};

G_DEFINE_FINAL_TYPE (SparkClient, spark_client, G_TYPE_OBJECT)

struct _SparkBackend
{
  GObject parent_instance;
  SparkClient *client;
  SparkReplica *replica;
  SparkBackendStatus status;
};

G_DEFINE_FINAL_TYPE (SparkBackend, spark_backend, G_TYPE_OBJECT)

typedef struct
{
  char *json;
  GError *error;
} Answer;

static GHashTable *answers;
static GString *sent;
static GPtrArray *held;
static GError *keyring_error;
static GBytes *picture;

static void
answer_free (Answer *answer)
{
  g_free (answer->json);
  g_clear_error (&answer->error);
  g_free (answer);
}

void
fake_reset (void)
{
  g_clear_pointer (&answers, g_hash_table_unref);
  answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)answer_free);
  if (sent == NULL)
    sent = g_string_new (NULL);
  g_string_truncate (sent, 0);
  g_clear_pointer (&held, g_ptr_array_unref);
  g_clear_error (&keyring_error);
  g_clear_pointer (&picture, g_bytes_unref);
}

void
fake_set_picture (GBytes *bytes)
{
  g_clear_pointer (&picture, g_bytes_unref);
  picture = g_bytes_ref (bytes);
}

static Answer *
get_answer (const char *request)
{
  Answer *answer = g_hash_table_lookup (answers, request);

  if (answer == NULL)
    {
      answer = g_new0 (Answer, 1);
      g_hash_table_insert (answers, g_strdup (request), answer);
    }
  g_clear_error (&answer->error);
  g_clear_pointer (&answer->json, g_free);
  return answer;
}

void
fake_answer (const char *request, const char *json)
{
  get_answer (request)->json = g_strdup (json);
}

void
fake_refuse (const char *request, GError *error)
{
  get_answer (request)->error = error;
}

const char *
fake_sent (void)
{
  return sent->str;
}

void
fake_hold (void)
{
  held = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
complete (GTask *task)
{
  Answer *answer = g_task_get_task_data (task);

  if (g_task_return_error_if_cancelled (task))
    return;
  if (answer->error != NULL)
    g_task_return_error (task, g_error_copy (answer->error));
  else if (*answer->json == '\0')
    g_task_return_pointer (task, NULL, NULL);
  else
    g_task_return_pointer (task, json_from_string (answer->json, NULL),
                           (GDestroyNotify)json_node_unref);
}

void
fake_release (void)
{
  g_autoptr (GPtrArray) tasks = g_steal_pointer (&held);

  for (guint i = 0; i < tasks->len; i++)
    complete (g_ptr_array_index (tasks, i));
}

static gboolean
complete_cb (gpointer user_data)
{
  complete (user_data);
  return G_SOURCE_REMOVE;
}

static void
start (SparkClient *self, const char *method, const char *path, const char *body,
       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *request = g_strdup_printf ("%s %s", method, path);
  Answer *known = g_hash_table_lookup (answers, request);
  Answer *answer;

  if (known == NULL)
    g_error ("Nobody said what to answer to %s", request);
  answer = g_new0 (Answer, 1);
  answer->json = g_strdup (known->json);
  answer->error = known->error != NULL ? g_error_copy (known->error) : NULL;
  g_task_set_task_data (task, answer, (GDestroyNotify)answer_free);
  g_string_append_printf (sent, "%s %s%s%s\n", method, path, body != NULL ? " " : "",
                          body != NULL ? body : "");
  if (held != NULL)
    g_ptr_array_add (held, g_steal_pointer (&task));
  else
    g_idle_add_full (G_PRIORITY_DEFAULT, complete_cb, g_steal_pointer (&task), g_object_unref);
}

/* SparkClient */

static void
spark_client_finalize (GObject *object)
{
  g_free (SPARK_CLIENT (object)->url);
  G_OBJECT_CLASS (spark_client_parent_class)->finalize (object);
}

static void
spark_client_class_init (SparkClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = spark_client_finalize;
}

static void
spark_client_init (SparkClient *self)
{
}

SparkClient *
spark_client_new (const char *url, const char *token)
{
  SparkClient *self = g_object_new (SPARK_TYPE_CLIENT, NULL);

  self->url = g_strdup (url);
  return self;
}

void
spark_client_fetch_async (SparkClient *self, const char *path, const char *type,
                          GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  if (picture != NULL)
    g_task_return_pointer (task, g_bytes_ref (picture), (GDestroyNotify)g_bytes_unref);
  else
    g_task_return_new_error (task, SPARK_ERROR, SPARK_ERROR_NOT_FOUND, "No picture.");
}

GBytes *
spark_client_fetch_finish (SparkClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
spark_authorizer_is_sign_in (const char *secret)
{
  return g_str_has_prefix (secret, "sbr_");
}

SparkAuthorizer *
spark_authorizer_get_sign_in (const char *url, const char *account, const char *refresh_token)
{
  return NULL;
}

SparkClient *
spark_client_new_authorized (const char *url, SparkAuthorizer *authorizer)
{
  return spark_client_new (url, NULL);
}

void
spark_token_pair_free (SparkTokenPair *pair)
{
  if (pair == NULL)
    return;
  g_free (pair->access_token);
  g_free (pair->refresh_token);
  g_free (pair);
}

/* The person is quick: signs in as soon as the browser is open, or cancels for "sbi_cancel". */
void
spark_browser_sign_in_async (const char *url, const char *invitation, const char *device,
                             SparkOpenBrowser open, gpointer open_data, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  SparkTokenPair *pair;

  if (g_strcmp0 (invitation, "sbi_cancel") == 0)
    {
      g_task_return_new_error (task, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED, "Cancelled.");
      return;
    }
  pair = g_new0 (SparkTokenPair, 1);
  pair->access_token = g_strdup ("sba_access");
  pair->refresh_token = g_strdup ("sbr_refresh");
  g_task_return_pointer (task, pair, (GDestroyNotify)spark_token_pair_free);
}

SparkTokenPair *
spark_browser_sign_in_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

const char *
spark_client_get_url (SparkClient *self)
{
  return self->url;
}

void
spark_client_send_async (SparkClient *self, const char *method, const char *path, GBytes *body,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  gsize length = 0;
  const char *data = body != NULL ? g_bytes_get_data (body, &length) : NULL;
  g_autofree char *text = data != NULL ? g_strndup (data, length) : NULL;

  start (self, method, path, text, cancellable, callback, user_data);
}

JsonNode *
spark_client_send_finish (SparkClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
spark_client_upload_async (SparkClient *self, const char *path, GFile *file,
                           GFileProgressCallback progress, gpointer progress_data,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autofree char *name = g_file_get_basename (file);

  progress (50, 100, progress_data);
  start (self, "POST", path, name, cancellable, callback, user_data);
}

JsonNode *
spark_client_upload_finish (SparkClient *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
spark_client_check_async (SparkClient *self, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  start (self, "GET", "/healthz", NULL, cancellable, callback, user_data);
}

gboolean
spark_client_check_finish (SparkClient *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (JsonNode) answer = g_task_propagate_pointer (G_TASK (result), &local_error);

  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

char *
spark_client_path (const char *format, ...)
{
  va_list args;
  char *path;

  va_start (args, format);
  path = g_strdup_vprintf (format, args);
  va_end (args);
  return path;
}

/* SparkBackend */

static void
spark_backend_finalize (GObject *object)
{
  SparkBackend *self = SPARK_BACKEND (object);

  g_clear_object (&self->client);
  g_clear_object (&self->replica);
  G_OBJECT_CLASS (spark_backend_parent_class)->finalize (object);
}

static void
spark_backend_class_init (SparkBackendClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = spark_backend_finalize;
  g_signal_new ("changed", SPARK_TYPE_BACKEND, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                1, G_TYPE_UINT);
  g_signal_new ("event", SPARK_TYPE_BACKEND, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                G_TYPE_STRING);
}

static void
spark_backend_init (SparkBackend *self)
{
  self->replica = g_object_new (SPARK_TYPE_REPLICA, NULL);
  self->status = SPARK_BACKEND_ONLINE;
}

SparkBackend *
fake_backend_new (void)
{
  g_autoptr (SparkClient) client = spark_client_new ("unix:fake", NULL);

  return spark_backend_new ("fake", client, NULL, NULL);
}

SparkBackend *
spark_backend_new (const char *id, SparkClient *client, GBytes *replica_key, GError **error)
{
  SparkBackend *self = g_object_new (SPARK_TYPE_BACKEND, NULL);

  self->client = g_object_ref (client);
  return self;
}

void
fake_backend_set_status (SparkBackend *self, SparkBackendStatus status)
{
  self->status = status;
}

void
spark_backend_start (SparkBackend *self)
{
  g_string_append (sent, "start\n");
}

void
spark_backend_post_later (SparkBackend *self, const char *path, const char *body)
{
  g_string_append_printf (sent, "LATER POST %s %s\n", path, body);
}

SparkBackendStatus
spark_backend_get_status (SparkBackend *self)
{
  return self->status;
}

const GError *
spark_backend_get_problem (SparkBackend *self)
{
  return NULL;
}

SparkClient *
spark_backend_get_client (SparkBackend *self)
{
  return self->client;
}

SparkReplica *
spark_backend_get_replica (SparkBackend *self)
{
  return self->replica;
}

gboolean
spark_backend_is_private (SparkBackend *self)
{
  return FALSE;
}

/* keyring */

void
fake_set_keyring (GError *error)
{
  g_clear_error (&keyring_error);
  keyring_error = error;
}

void
spark_keyring_store_async (SparkSecretKind kind, const char *backend_url, const char *account,
                           const char *secret, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_string_append_printf (sent, "store %s %s %s\n", backend_url, account, secret);
  if (keyring_error != NULL)
    g_task_return_error (task, g_error_copy (keyring_error));
  else
    g_task_return_boolean (task, TRUE);
}

gboolean
spark_keyring_store_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
spark_keyring_lookup_async (SparkSecretKind kind, const char *backend_url, const char *account,
                            GCancellable *cancellable, GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_return_pointer (task, NULL, NULL);
}

char *
spark_keyring_lookup_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
spark_keyring_replica_key_async (const char *backend_url, const char *account,
                                 GCancellable *cancellable, GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_return_pointer (task, g_bytes_new_static ("key", 3), (GDestroyNotify)g_bytes_unref);
}

GBytes *
spark_keyring_replica_key_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
spark_keyring_clear_async (SparkSecretKind kind, const char *backend_url, const char *account,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_string_append_printf (sent, "clear %s %s %s\n",
                          kind == SPARK_SECRET_TOKEN ? "token" : "replica-key", backend_url,
                          account);
  if (keyring_error != NULL)
    g_task_return_error (task, g_error_copy (keyring_error));
  else
    g_task_return_boolean (task, TRUE);
}

gboolean
spark_keyring_clear_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
spark_replica_delete (const char *id)
{
  g_string_append_printf (sent, "delete replica %s\n", id);
}

SparkReplica *
spark_replica_open (const char *id, GBytes *key, GError **error)
{
  g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_REPLICA, "There is no copy.");
  return NULL;
}
