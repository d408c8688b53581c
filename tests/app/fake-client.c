/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <libsecret/secret.h>
#include <string.h>

#include "fake-backend.h"
#include "model/spark-error.h"

struct _SparkClient
{
  GObject parent_instance;
  char *url;
};

G_DEFINE_FINAL_TYPE (SparkClient, spark_client, G_TYPE_OBJECT)

typedef struct
{
  char *json;
  GError *error;
} Answer;

static GHashTable *answers;
static GPtrArray *held;
static GBytes *picture;
static char *last_key;

static void
answer_free (Answer *answer)
{
  g_free (answer->json);
  g_clear_error (&answer->error);
  g_free (answer);
}

void
fake_client_reset (void)
{
  g_clear_pointer (&answers, g_hash_table_unref);
  answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify)answer_free);
  g_clear_pointer (&held, g_ptr_array_unref);
  g_clear_pointer (&picture, g_bytes_unref);
  g_clear_pointer (&last_key, g_free);
}

void
fake_set_picture (GBytes *bytes)
{
  g_clear_pointer (&picture, g_bytes_unref);
  picture = g_bytes_ref (bytes);
}

SparkClient *
fake_client_new (void)
{
  return spark_client_new ("unix:fake", NULL);
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

void
fake_release_last (void)
{
  g_autoptr (GTask) task = g_ptr_array_steal_index (held, held->len - 1);

  complete (task);
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

  /* Every window asks this once; only tests of what comes of it say anything else. */
  if (known == NULL && strcmp (request, "GET /v1/connect") == 0)
    {
      g_task_return_pointer (task, json_from_string ("{\"tiktok\": false}", NULL),
                             (GDestroyNotify)json_node_unref);
      return;
    }
  if (known == NULL)
    g_error ("Nobody said what to answer to %s", request);
  answer = g_new0 (Answer, 1);
  answer->json = g_strdup (known->json);
  answer->error = known->error != NULL ? g_error_copy (known->error) : NULL;
  g_task_set_task_data (task, answer, (GDestroyNotify)answer_free);
  fake_note ("%s %s%s%s\n", method, path, body != NULL ? " " : "", body != NULL ? body : "");
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

struct _SparkAuthorizer
{
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE (SparkAuthorizer, spark_authorizer, G_TYPE_OBJECT)

static void
spark_authorizer_class_init (SparkAuthorizerClass *klass)
{
}

static void
spark_authorizer_init (SparkAuthorizer *self)
{
}

SparkAuthorizer *
spark_authorizer_new_token (const char *token)
{
  return g_object_new (SPARK_TYPE_AUTHORIZER, NULL);
}

SparkAuthorizer *
spark_authorizer_new_sign_in (const char *url, const char *account, const char *refresh_token)
{
  return spark_authorizer_new_token (refresh_token);
}

void
spark_authorizer_take_place (SparkAuthorizer *self)
{
}

gboolean
spark_authorizer_keep_sign_in (const char *url, const char *account)
{
  return FALSE;
}

void
spark_browser_sign_in_end (const char *url, const char *refresh_token)
{
  fake_note ("end %s %s\n", url, refresh_token);
}

SparkAuthorizer *
spark_authorizer_get_sign_in (const char *url, const char *account, const char *refresh_token)
{
  return spark_authorizer_new_token (refresh_token);
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
  g_free (pair->name);
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
      g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Cancelled.");
      return;
    }
  pair = g_new0 (SparkTokenPair, 1);
  pair->access_token = g_strdup ("sba_access");
  pair->refresh_token = g_strdup ("sbr_refresh");
  pair->name = g_strdup ("Lena");
  g_task_return_pointer (task, pair, (GDestroyNotify)spark_token_pair_free);
}

SparkTokenPair *
spark_browser_sign_in_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

char *
spark_browser_sign_in_get_address (SparkBrowserSignIn *self)
{
  g_assert_not_reached ();
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
spark_client_post_async (SparkClient *self, const char *path, GBytes *body, const char *key,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_free (last_key);
  last_key = g_strdup (key);
  spark_client_send_async (self, "POST", path, body, cancellable, callback, user_data);
}

JsonNode *
spark_client_post_finish (SparkClient *self, GAsyncResult *result, GError **error)
{
  return spark_client_send_finish (self, result, error);
}

const char *
fake_get_key (void)
{
  return last_key;
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
