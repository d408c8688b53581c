/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-tiktok"

#include "config.h"

#include "model/spark-error.h"
#include "net/spark-exchange.h"
#include "server/platform/tiktok/spark-tiktok-network.h"

struct _SparkTiktokSession
{
  GMainContext *context;
  SoupSession *session;
};

static SparkTiktokSession *
session_new (void)
{
  SparkTiktokSession *self = g_new0 (SparkTiktokSession, 1);

  self->context = g_main_context_new ();
  g_main_context_push_thread_default (self->context);
  self->session = soup_session_new_with_options ("idle-timeout", 1, "user-agent",
                                                 "Sparkbox/" SPARK_VERSION, NULL);
  g_main_context_pop_thread_default (self->context);
  return self;
}

static void
session_free (SparkTiktokSession *self)
{
  g_main_context_push_thread_default (self->context);
  soup_session_abort (self->session);
  g_clear_object (&self->session);
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  g_main_context_unref (self->context);
  g_free (self);
}

/* Of each address that a name stands for, before anything goes there. */
static void
on_network_event_cb (SoupMessage *message, GSocketClientEvent event, GIOStream *connection,
                     const SparkTiktokRequest *request)
{
  g_autoptr (GSocketAddress) address = NULL;

  if (event != G_SOCKET_CLIENT_CONNECTING || !G_IS_SOCKET_CONNECTION (connection))
    return;
  address = g_socket_connection_get_remote_address (G_SOCKET_CONNECTION (connection), NULL);
  if (G_IS_PROXY_ADDRESS (address)
      || (G_IS_INET_SOCKET_ADDRESS (address)
          && request->admits (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)))))
    return;
  /* To connect then fails, and the next address is tried. */
  g_socket_close (g_socket_connection_get_socket (G_SOCKET_CONNECTION (connection)), NULL);
}

static SoupMessage *
build_message (const SparkTiktokRequest *request)
{
  SoupMessage *message = soup_message_new (request->method, request->url);
  SoupMessageHeaders *headers;

  if (message == NULL)
    return NULL;
  if (request->admits != NULL)
    g_signal_connect (message, "network-event", G_CALLBACK (on_network_event_cb),
                      (gpointer)request);
  headers = soup_message_get_request_headers (message);
  soup_message_headers_replace (headers, "Accept", "application/json");
  if (request->token != NULL)
    soup_message_headers_replace (headers, "Access-Token", request->token);
  if (request->body != NULL)
    soup_message_set_request_body_from_bytes (message, "application/json", request->body);
  return message;
}

static void
on_answer_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GAsyncResult **answered = user_data;

  *answered = g_object_ref (result);
}

static SparkAnswer *
session_send (SparkTiktokSession *self, const SparkTiktokRequest *request,
              GCancellable *cancellable, gboolean *broke, GError **error)
{
  g_autoptr (SoupMessage) message = build_message (request);
  GAsyncResult *result = NULL;
  SparkAnswer *answer;

  if (message == NULL)
    {
      g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                           "This is no address of the web.");
      return NULL;
    }
  g_main_context_push_thread_default (self->context);
  spark_exchange_async (self->session, message, request->max_body, request->timeout_ms, cancellable,
                        on_answer_cb, &result);
  while (result == NULL)
    g_main_context_iteration (self->context, TRUE);
  answer = spark_exchange_finish (result, broke, error);
  /* With it goes the body's stream, and what the session does then it does on its own context. */
  g_object_unref (result);
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  return answer;
}

const SparkTiktokNetwork *
spark_tiktok_module_network (void)
{
  static const SparkTiktokNetwork network = { session_new, session_free, session_send };

  return &network;
}
