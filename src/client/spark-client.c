/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-client"

#include "config.h"

#include <string.h>

#include <gio/gunixsocketaddress.h>

#include "client/spark-client-private.h"
#include "model/spark-error.h"

#define UNIX_PREFIX     "unix:"
#define TIMEOUT_MS      30000
#define MAX_CONNECTIONS 8
/* Parsing more than this would be felt in the window: it goes to a thread. */
#define MAX_PARSE_HERE 65536

G_DEFINE_FINAL_TYPE (SparkClient, spark_client, G_TYPE_OBJECT)

static void
spark_client_finalize (GObject *object)
{
  SparkClient *self = SPARK_CLIENT (object);

  g_clear_object (&self->session);
  g_clear_error (&self->problem);
  g_free (self->url);
  g_free (self->base);
  g_clear_object (&self->authorizer);

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
  self->timeout_ms = TIMEOUT_MS;
}

static gboolean
is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return g_ascii_strcasecmp (host, "localhost") == 0
         || (address != NULL && g_inet_address_get_is_loopback (address));
}

static gboolean
check_url (const char *url, gboolean *local, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (url, SOUP_HTTP_URI_FLAGS, NULL);
  const char *scheme = uri != NULL ? g_uri_get_scheme (uri) : NULL;
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  if (host == NULL || *host == '\0' || g_uri_get_userinfo (uri) != NULL
      || g_uri_get_query (uri) != NULL || g_uri_get_fragment (uri) != NULL
      || !(g_str_equal (scheme, "https") || g_str_equal (scheme, "http")))
    {
      g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_INVITATION_MALFORMED,
                           "This is not the address of a backend. It begins with https://.");
      return FALSE;
    }
  *local = is_loopback (host);
  if (!*local && g_str_equal (scheme, "http"))
    {
      g_set_error_literal (
          error, SPARK_ERROR, SPARK_ERROR_INVITATION_MALFORMED,
          "The way to this address is not encrypted. It must begin with https://.");
      return FALSE;
    }
  return TRUE;
}

static gboolean
is_token (const char *token)
{
  for (const char *c = token; *c != '\0'; c++)
    if (!g_ascii_isgraph (*c))
      return FALSE;
  return *token != '\0';
}

SparkClient *
spark_client_new_authorized (const char *url, SparkAuthorizer *authorizer)
{
  SparkClient *self;
  g_autoptr (GSocketAddress) address = NULL;
  gboolean local = TRUE;

  g_return_val_if_fail (url != NULL, NULL);

  self = g_object_new (SPARK_TYPE_CLIENT, NULL);
  self->url = g_strdup (url);
  if (g_str_has_prefix (url, UNIX_PREFIX))
    {
      address = g_unix_socket_address_new (url + strlen (UNIX_PREFIX));
      self->base = g_strdup ("http://localhost");
    }
  else
    {
      check_url (url, &local, &self->problem);
      self->base = g_strdup (url);
      while (g_str_has_suffix (self->base, "/"))
        self->base[strlen (self->base) - 1] = '\0';
    }
  self->authorizer = g_object_ref (authorizer);

  /* Time limits are the exchange's: an open feed has none of libsoup's. What no request uses again
   * need not stay open. What the backend writes for people is in the person's language. */
  self->session = soup_session_new_with_options (
      "remote-connectable", address, "timeout", 0, "idle-timeout", 1, "user-agent",
      "Sparkbox/" SPARK_VERSION, "accept-language-auto", TRUE, "max-conns", MAX_CONNECTIONS,
      "max-conns-per-host", MAX_CONNECTIONS, NULL);
  if (local)
    soup_session_set_proxy_resolver (self->session, NULL);
  return self;
}

SparkClient *
spark_client_new (const char *url, const char *token)
{
  g_autoptr (SparkAuthorizer) authorizer = NULL;
  gboolean possible = token == NULL || is_token (token);
  SparkClient *self;

  authorizer = spark_authorizer_new_token (possible ? token : NULL);
  self = spark_client_new_authorized (url, authorizer);
  if (self->problem == NULL && !possible)
    g_set_error_literal (&self->problem, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED,
                         "This is not a token. Ask for a new invitation.");
  return self;
}

const char *
spark_client_get_url (SparkClient *self)
{
  g_return_val_if_fail (SPARK_IS_CLIENT (self), NULL);

  return self->url;
}

gboolean
spark_client_is_unix (SparkClient *self)
{
  return g_str_has_prefix (self->url, UNIX_PREFIX);
}

void
spark_client_set_timeout (SparkClient *self, guint ms)
{
  self->timeout_ms = ms;
}

gint64
spark_client_get_server_time (SparkClient *self)
{
  return g_get_real_time () / 1000 + self->clock_offset;
}

SoupMessage *
spark_client_message_new (SparkClient *self, const char *method, const char *path, GError **error)
{
  g_autoptr (SoupMessage) message = NULL;
  g_autofree char *uri = NULL;

  if (self->problem != NULL)
    {
      g_propagate_error (error, g_error_copy (self->problem));
      return NULL;
    }
  uri = g_strconcat (self->base, path, NULL);
  if (*path == '/')
    message = soup_message_new (method, uri);
  if (message == NULL)
    {
      g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                           "The backend has no such address.");
      return NULL;
    }
  return g_steal_pointer (&message);
}

typedef struct
{
  SparkClient *client;
  SoupMessage *message;
  char *type;
  gsize max_body;
  guint timeout_ms;
  GCancellable *cancellable;
  GAsyncReadyCallback callback;
  gpointer user_data;
} Authorized;

static void
authorized_free (Authorized *self)
{
  g_object_unref (self->client);
  g_object_unref (self->message);
  g_free (self->type);
  g_clear_object (&self->cancellable);
  g_free (self);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Authorized, authorized_free)

static void
exchange_authorized (const Authorized *self)
{
  const char *header = spark_authorizer_get_header (self->client->authorizer);

  if (header != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (self->message), "Authorization",
                                  header);
  spark_exchange_open_async (self->client->session, self->message, self->type, self->max_body,
                             self->timeout_ms, self->cancellable, self->callback, self->user_data);
}

static void
on_authorized_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Authorized) self = user_data;
  g_autoptr (GError) error = NULL;

  if (spark_authorizer_renew_finish (SPARK_AUTHORIZER (source), result, &error))
    exchange_authorized (self);
  else
    spark_exchange_fail (error, self->cancellable, self->callback, self->user_data);
}

void
spark_client_exchange_async (SparkClient *self, SoupMessage *message, const char *type,
                             gsize max_body, guint timeout_ms, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (Authorized) authorized = g_new0 (Authorized, 1);

  authorized->client = g_object_ref (self);
  authorized->message = g_object_ref (message);
  authorized->type = g_strdup (type);
  authorized->max_body = max_body;
  authorized->timeout_ms = timeout_ms;
  authorized->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  authorized->callback = callback;
  authorized->user_data = user_data;
  if (spark_authorizer_is_ready (self->authorizer))
    exchange_authorized (authorized);
  else
    spark_authorizer_renew_async (self->authorizer, cancellable, on_authorized_cb,
                                  g_steal_pointer (&authorized));
}

/* --- what an answer says --- */

gboolean
spark_client_is_json (const char *content_type)
{
  return g_str_equal (content_type, "application/json")
         || g_str_equal (content_type, "application/problem+json");
}

/* What stands before a backend (a proxy) speaks no problem+json, but these mean the same. */
static gboolean
is_plain_status (guint status)
{
  return status == 401 || status == 403 || status == 413 || status == 429 || status >= 500;
}

gboolean
spark_client_check_answer (SparkClient *self, const SparkAnswer *answer, GError **error)
{
  if (answer->date != 0)
    self->clock_offset = answer->date - g_get_real_time () / 1000;
  if (answer->status >= 200 && answer->status < 300)
    return TRUE;
  if (spark_client_is_json (answer->content_type) || is_plain_status (answer->status))
    g_propagate_error (error, spark_error_from_problem (answer->status, answer->body));
  else if (answer->status >= 300 && answer->status < 400)
    g_set_error_literal (
        error, SPARK_ERROR, SPARK_ERROR_NOT_SPARKBOX,
        "This address leads on to another one. Ask for the backend’s own address.");
  else
    g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_NOT_SPARKBOX,
                         "What answers at this address is no Sparkbox. Check the address.");
  return FALSE;
}

static gboolean
check_json (SparkClient *self, const SparkAnswer *answer, GError **error)
{
  if (!spark_client_check_answer (self, answer, error))
    return FALSE;
  if (g_bytes_get_size (answer->body) == 0 || spark_client_is_json (answer->content_type))
    return TRUE;
  g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_NOT_SPARKBOX,
                       "What answers at this address is no Sparkbox. Check the address.");
  return FALSE;
}

/* Any thread. */
static JsonNode *
parse (GBytes *body, GError **error)
{
  gsize length;
  const char *text = g_bytes_get_data (body, &length);
  JsonNode *root;

  if (length == 0)
    return NULL;
  root = spark_json_parse_object (text, length, SPARK_CLIENT_MAX_ANSWER, NULL);
  if (root == NULL)
    g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER,
                         "The backend’s answer cannot be read.");
  return root;
}

JsonNode *
spark_client_read_answer (SparkClient *self, const SparkAnswer *answer, GError **error)
{
  return check_json (self, answer, error) ? parse (answer->body, error) : NULL;
}

/* --- requests with JSON --- */

typedef struct
{
  char *method;
  char *path;
  GBytes *body;
  char *key; /* of a POST */
  GBytes *answer;
  gboolean sent_again;
} Send;

static void
send_free (Send *send)
{
  g_free (send->method);
  g_free (send->path);
  g_clear_pointer (&send->body, g_bytes_unref);
  g_free (send->key);
  g_clear_pointer (&send->answer, g_bytes_unref);
  g_free (send);
}

static void send_now (GTask *task);

static void
return_parsed (GTask *task)
{
  Send *send = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  JsonNode *root = parse (send->answer, &error);

  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, root, (GDestroyNotify)json_node_unref);
}

static void
parse_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  return_parsed (task);
}

static void
on_exchanged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  SparkClient *self = g_task_get_source_object (task);
  Send *send = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  gboolean broke;
  g_autoptr (SparkAnswer) answer = spark_exchange_finish (result, &broke, &error);

  if (answer == NULL && broke && send->key != NULL && !send->sent_again)
    {
      send->sent_again = TRUE;
      send_now (g_steal_pointer (&task));
      return;
    }
  if (answer == NULL || !check_json (self, answer, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  send->answer = g_bytes_ref (answer->body);
  if (g_bytes_get_size (send->answer) <= MAX_PARSE_HERE)
    return_parsed (task);
  else
    g_task_run_in_thread (task, parse_in_thread);
}

static void
send_now (GTask *task)
{
  SparkClient *self = g_task_get_source_object (task);
  Send *send = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupMessage) message
      = spark_client_message_new (self, send->method, send->path, &error);

  if (message == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      g_object_unref (task);
      return;
    }
  if (send->body != NULL)
    soup_message_set_request_body_from_bytes (message, "application/json", send->body);
  if (send->key != NULL)
    soup_message_headers_replace (soup_message_get_request_headers (message), "Idempotency-Key",
                                  send->key);
  spark_client_exchange_async (self, message, NULL, SPARK_CLIENT_MAX_ANSWER, self->timeout_ms,
                               g_task_get_cancellable (task), on_exchanged_cb, task);
}

static void
start_send (SparkClient *self, const char *method, const char *path, GBytes *body, const char *key,
            gpointer tag, GCancellable *cancellable, GAsyncReadyCallback callback,
            gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Send *send = g_new0 (Send, 1);

  g_task_set_source_tag (task, tag);
  send->method = g_strdup (method);
  send->path = g_strdup (path);
  send->body = body != NULL ? g_bytes_ref (body) : NULL;
  send->key = g_strdup (key);
  g_task_set_task_data (task, send, (GDestroyNotify)send_free);
  send_now (task);
}

void
spark_client_send_async (SparkClient *self, const char *method, const char *path, GBytes *body,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autofree char *key = NULL;

  g_return_if_fail (SPARK_IS_CLIENT (self));
  g_return_if_fail (method != NULL && path != NULL);

  if (g_str_equal (method, "POST"))
    key = g_uuid_string_random ();
  start_send (self, method, path, body, key, spark_client_send_async, cancellable, callback,
              user_data);
}

JsonNode *
spark_client_send_finish (SparkClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
spark_client_post_async (SparkClient *self, const char *path, GBytes *body, const char *key,
                         GCancellable *cancellable, GAsyncReadyCallback callback,
                         gpointer user_data)
{
  start_send (self, "POST", path, body, key, spark_client_post_async, cancellable, callback,
              user_data);
}

JsonNode *
spark_client_post_finish (SparkClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- paths --- */

char *
spark_client_path (const char *format, ...)
{
  g_autoptr (GString) path = g_string_new (NULL);
  va_list args;

  va_start (args, format);
  for (const char *c = format; *c != '\0'; c++)
    {
      if (c[0] == '%' && c[1] == 's')
        {
          g_string_append_uri_escaped (path, va_arg (args, const char *), NULL, FALSE);
          c++;
        }
      else
        {
          /* Nothing else would be one segment. */
          g_assert (*c != '%');
          g_string_append_c (path, *c);
        }
    }
  va_end (args);
  return g_string_free (g_steal_pointer (&path), FALSE);
}
