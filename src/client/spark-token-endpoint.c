/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-client"

#include "config.h"

#include <string.h>

#include "net/spark-exchange.h"
#include "client/spark-token-endpoint.h"
#include "model/spark-error.h"
#include "model/spark-json.h"

#define TIMEOUT_MS 30000
/* A server that starts again takes a moment. */
#define PAUSE_MS   1000
#define MAX_ANSWER 65536

typedef struct
{
  char *address;
  GBytes *form;
  char *key; /* NULL: none */
  gboolean sent_again;
} Ask;

static void send_now (gpointer user_data);

static void
ask_free (Ask *self)
{
  g_free (self->address);
  g_clear_pointer (&self->form, g_bytes_unref);
  g_free (self->key);
  g_free (self);
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

static gboolean
read_pair (JsonObject *object, SparkTokenPair *pair)
{
  const char *access = NULL, *refresh = NULL, *name = NULL;
  gint64 expires_in = 0;

  if (!spark_json_get_string (object, "access_token", &access, NULL)
      || !spark_json_get_string (object, "refresh_token", &refresh, NULL)
      || !spark_json_get_int (object, "expires_in", &expires_in, NULL) || expires_in <= 0)
    return FALSE;
  pair->access_token = g_strdup (access);
  pair->refresh_token = g_strdup (refresh);
  /* Without it one can be signed in as well. */
  spark_json_find_string (object, "name", &name, NULL);
  pair->name = g_strdup (name);
  pair->expires_at = g_get_monotonic_time () + MIN (expires_in, G_MAXINT32) * G_TIME_SPAN_SECOND;
  return TRUE;
}

static void
refuse (GTask *task, const SparkAnswer *answer, JsonObject *object)
{
  const char *code = NULL;

  if (object != NULL)
    spark_json_find_string (object, "error", &code, NULL);
  if (g_strcmp0 (code, "invalid_grant") == 0)
    g_task_return_new_error (task, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED,
                             "This sign-in has ended. Sign in again.");
  else if (answer->status == 429)
    g_task_return_new_error (task, SPARK_ERROR, SPARK_ERROR_TOO_MANY_REQUESTS,
                             "The server asks to wait a little.");
  else if (answer->status >= 500)
    g_task_return_new_error (task, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                             "The server cannot sign anybody in at the moment.");
  else
    g_task_return_new_error (task, SPARK_ERROR, SPARK_ERROR_SERVER_TOO_OLD,
                             "The server does not offer to sign in in the browser.");
}

/* Whether it was done: @broke and @error where there is no answer */
static gboolean
is_unknown (const SparkAnswer *answer, gboolean broke, const GError *error)
{
  if (answer != NULL)
    return answer->status >= 500;
  return broke || g_error_matches (error, SPARK_ERROR, SPARK_ERROR_TIMED_OUT);
}

static void
on_answer_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Ask *self = g_task_get_task_data (task);
  g_autoptr (SparkTokenPair) pair = g_new0 (SparkTokenPair, 1);
  g_autoptr (GError) error = NULL;
  gboolean broke;
  g_autoptr (SparkAnswer) answer = spark_exchange_finish (result, &broke, &error);
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object;
  const char *text;
  gsize length;

  if (self->key != NULL && !self->sent_again && is_unknown (answer, broke, error))
    {
      self->sent_again = TRUE;
      g_timeout_add_once (PAUSE_MS, send_now, g_steal_pointer (&task));
      return;
    }
  if (answer == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  text = g_bytes_get_data (answer->body, &length);
  root = spark_json_parse_object (text != NULL ? text : "", length, MAX_ANSWER, NULL);
  object = root != NULL ? json_node_get_object (root) : NULL;
  if (answer->status != 200)
    refuse (task, answer, object);
  else if (object == NULL || !read_pair (object, pair))
    g_task_return_new_error (task, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER,
                             "The server’s answer cannot be read.");
  else
    g_task_return_pointer (task, g_steal_pointer (&pair), (GDestroyNotify)spark_token_pair_free);
}

static GBytes *
make_form (const char *const *members)
{
  g_autoptr (GHashTable) form = g_hash_table_new (g_str_hash, g_str_equal);
  char *text;

  for (; *members != NULL; members += 2)
    g_hash_table_insert (form, (gpointer)members[0], (gpointer)members[1]);
  text = soup_form_encode_hash (form);
  return g_bytes_new_take (text, strlen (text));
}

/* NULL: @address is none */
static SoupMessage *
make_message (const char *address, GBytes *form)
{
  SoupMessage *message = soup_message_new ("POST", address);

  if (message != NULL)
    soup_message_set_request_body_from_bytes (message, SOUP_FORM_MIME_TYPE_URLENCODED, form);
  return message;
}

/* Takes the task. */
static void
send_now (gpointer user_data)
{
  GTask *task = user_data;
  Ask *self = g_task_get_task_data (task);
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SoupMessage) message = make_message (self->address, self->form);

  if (message == NULL)
    {
      g_task_return_new_error (task, SPARK_ERROR, SPARK_ERROR_INVITATION_MALFORMED,
                               "This is not the address of a backend.");
      g_object_unref (task);
      return;
    }
  if (self->key != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message), "Idempotency-Key",
                                  self->key);
  spark_exchange_async (session, message, MAX_ANSWER, TIMEOUT_MS, g_task_get_cancellable (task),
                        on_answer_cb, task);
}

void
spark_token_endpoint_ask_async (const char *url, const char *const *members, const char *key,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Ask *self = g_new0 (Ask, 1);

  g_task_set_source_tag (task, spark_token_endpoint_ask_async);
  g_task_set_task_data (task, self, (GDestroyNotify)ask_free);
  self->address = g_strconcat (url, "/oauth/token", NULL);
  self->form = make_form (members);
  self->key = g_strdup (key);
  send_now (task);
}

SparkTokenPair *
spark_token_endpoint_ask_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_ended_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (SparkAnswer) answer = spark_exchange_finish (result, NULL, &error);

  if (answer == NULL)
    g_message ("The server was not told of a sign-in that ended: %s", error->message);
  else if (answer->status != 200)
    g_message ("The server did not end a sign-in: %u", answer->status);
}

void
spark_token_endpoint_end (const char *url, const char *token)
{
  const char *const members[] = { "token", token, NULL };
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autofree char *address = g_strconcat (url, "/oauth/revoke", NULL);
  g_autoptr (GBytes) form = make_form (members);
  g_autoptr (SoupMessage) message = make_message (address, form);

  if (message != NULL)
    spark_exchange_async (session, message, MAX_ANSWER, TIMEOUT_MS, NULL, on_ended_cb, NULL);
}
