/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-net"

#include "config.h"

#include <string.h>

#include "net/spark-exchange.h"
#include "model/spark-error.h"

#define CHUNK 65536

typedef struct
{
  /* owned */
  SoupSession *session;
  SoupMessage *message;
  GInputStream *stream;
  GByteArray *body;
  SparkAnswer *answer;
  GCancellable *inner; /* what the time limit and the caller's cancellable end alike */
  GSource *timer;
  char *open_type;
  gulong cancelled_id;

  gsize max_body;
  guint timeout_ms;
  gboolean sent : 1;
  gboolean timed_out : 1;
  gboolean broke : 1;
} Exchange;

static void
clear_timer (Exchange *exchange)
{
  if (exchange->timer != NULL)
    g_source_destroy (exchange->timer);
  g_clear_pointer (&exchange->timer, g_source_unref);
}

static void
exchange_free (Exchange *exchange)
{
  clear_timer (exchange);
  g_clear_object (&exchange->session);
  g_clear_object (&exchange->message);
  g_clear_object (&exchange->stream);
  g_clear_object (&exchange->inner);
  g_clear_pointer (&exchange->body, g_byte_array_unref);
  g_clear_pointer (&exchange->answer, spark_answer_free);
  g_free (exchange->open_type);
  g_free (exchange);
}

static gboolean
on_timeout_cb (gpointer user_data)
{
  Exchange *exchange = user_data;

  exchange->timed_out = TRUE;
  clear_timer (exchange);
  g_cancellable_cancel (exchange->inner);
  return G_SOURCE_REMOVE;
}

static void
start_timer (Exchange *exchange)
{
  clear_timer (exchange);
  exchange->timer = g_timeout_source_new (exchange->timeout_ms);
  g_source_set_callback (exchange->timer, on_timeout_cb, exchange, NULL);
  g_source_attach (exchange->timer, g_main_context_get_thread_default ());
}

static GError *
translate (const GError *error, gboolean untrusted)
{
  SparkError code = SPARK_ERROR_OFFLINE;
  const char *message = "The server cannot be reached. Check the address and the connection.";

  if (untrusted || g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE)
      || g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_HANDSHAKE)
      || g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_UNAVAILABLE)
      || g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED))
    {
      code = SPARK_ERROR_TLS;
      message = "The server’s certificate is not trusted. Nothing was sent to it.";
    }
  else if (error->domain == SOUP_SESSION_ERROR
           || g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_NOT_TLS)
           /* also what GnuTLS calls "an unexpected packet": the other side speaks no TLS */
           || g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_MISC))
    {
      code = SPARK_ERROR_NOT_SPARKBOX;
      message = "What answers at this address does not speak as it should. Check the address.";
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    {
      code = SPARK_ERROR_TIMED_OUT;
      message = "The server took too long to answer. Try again.";
    }
  return g_error_new_literal (SPARK_ERROR, code, message);
}

GError *
spark_exchange_translate (const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);
  return translate (error, FALSE);
}

static void
stop_watching (GTask *task, Exchange *exchange)
{
  clear_timer (exchange);
  g_signal_handlers_disconnect_by_data (exchange->message, exchange);
  if (exchange->cancelled_id != 0)
    g_cancellable_disconnect (g_task_get_cancellable (task), exchange->cancelled_id);
  exchange->cancelled_id = 0;
}

static void
fail (GTask *task, const GError *error)
{
  Exchange *exchange = g_task_get_task_data (task);
  GError *translated;

  stop_watching (task, exchange);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (exchange->timed_out)
    {
      g_task_return_new_error (task, SPARK_ERROR, SPARK_ERROR_TIMED_OUT,
                               "The server took too long to answer. Try again.");
      return;
    }
  translated
      = translate (error, soup_message_get_tls_peer_certificate_errors (exchange->message) != 0);
  exchange->broke = exchange->sent && translated->code == SPARK_ERROR_OFFLINE;
  g_debug ("%s: %s", translated->message, error->message);
  g_task_return_error (task, translated);
}

static void
succeed (GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);

  stop_watching (task, exchange);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (exchange->body != NULL)
    exchange->answer->body = g_byte_array_free_to_bytes (g_steal_pointer (&exchange->body));
  g_task_return_pointer (task, g_steal_pointer (&exchange->answer),
                         (GDestroyNotify)spark_answer_free);
}

static void read_more (GTask *task);

static void
on_read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Exchange *exchange = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes
      = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  if (bytes == NULL)
    fail (task, error);
  else if (g_bytes_get_size (bytes) == 0)
    succeed (task);
  else if (exchange->body->len + g_bytes_get_size (bytes) > exchange->max_body)
    {
      stop_watching (task, exchange);
      g_task_return_new_error (task, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER,
                               "The server’s answer is longer than the %" G_GSIZE_FORMAT
                               " bytes allowed here.",
                               exchange->max_body);
    }
  else
    {
      g_byte_array_append (exchange->body, g_bytes_get_data (bytes, NULL),
                           (guint)g_bytes_get_size (bytes));
      read_more (g_steal_pointer (&task));
    }
}

static void
read_more (GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (exchange->stream, CHUNK, G_PRIORITY_DEFAULT, exchange->inner,
                                   on_read_cb, task);
}

static gint64
read_date (SoupMessageHeaders *headers)
{
  const char *text = soup_message_headers_get_one (headers, "Date");
  g_autoptr (GDateTime) date = text != NULL ? soup_date_time_new_from_http_string (text) : NULL;

  /* It counts whole seconds and cuts off the rest. */
  return date != NULL ? (g_date_time_to_unix (date) + 1) * 1000 : 0;
}

static void
on_sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Exchange *exchange = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  SoupMessageHeaders *headers;
  const char *type;

  exchange->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (exchange->stream == NULL)
    {
      fail (task, error);
      return;
    }
  headers = soup_message_get_response_headers (exchange->message);
  type = soup_message_headers_get_content_type (headers, NULL);
  exchange->answer = g_new0 (SparkAnswer, 1);
  exchange->answer->status = soup_message_get_status (exchange->message);
  exchange->answer->content_type = g_ascii_strdown (type != NULL ? type : "", -1);
  exchange->answer->date = read_date (headers);
  if (exchange->open_type != NULL && exchange->answer->status == 200
      && strcmp (exchange->answer->content_type, exchange->open_type) == 0)
    {
      succeed (task);
      return;
    }
  exchange->body = g_byte_array_new ();
  read_more (g_steal_pointer (&task));
}

static void
on_wrote_headers_cb (SoupMessage *message, Exchange *exchange)
{
  exchange->sent = TRUE;
}

static void
on_wrote_body_data_cb (SoupMessage *message, guint size, Exchange *exchange)
{
  start_timer (exchange);
}

static void
on_cancelled_cb (GCancellable *cancellable, GCancellable *inner)
{
  g_cancellable_cancel (inner);
}

void
spark_exchange_open_async (SoupSession *session, SoupMessage *message, const char *type,
                           gsize max_body, guint timeout_ms, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Exchange *exchange = g_new0 (Exchange, 1);

  g_task_set_source_tag (task, spark_exchange_open_async);
  exchange->session = g_object_ref (session);
  exchange->message = g_object_ref (message);
  exchange->inner = g_cancellable_new ();
  exchange->open_type = g_strdup (type);
  exchange->max_body = max_body;
  exchange->timeout_ms = timeout_ms;
  g_task_set_task_data (task, exchange, (GDestroyNotify)exchange_free);

  /* A connection that was used before may break just when it is used again. libsoup 3.2 then asks
   * again by itself, answers the same request twice, and may crash at that. So each request has its
   * own, as libsoup itself has it for all that writes. */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT | SOUP_MESSAGE_NEW_CONNECTION);
  g_signal_connect (message, "wrote-headers", G_CALLBACK (on_wrote_headers_cb), exchange);
  g_signal_connect (message, "wrote-body-data", G_CALLBACK (on_wrote_body_data_cb), exchange);
  if (cancellable != NULL)
    exchange->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled_cb),
                                                    g_object_ref (exchange->inner), g_object_unref);
  start_timer (exchange);
  soup_session_send_async (session, message, G_PRIORITY_DEFAULT, exchange->inner, on_sent_cb,
                           g_steal_pointer (&task));
}

void
spark_exchange_fail (const GError *error, GCancellable *cancellable, GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, spark_exchange_fail);
  g_task_set_task_data (task, g_new0 (Exchange, 1), (GDestroyNotify)exchange_free);
  g_task_return_error (task, g_error_copy (error));
}

SparkAnswer *
spark_exchange_open_finish (GAsyncResult *result, GInputStream **stream, GError **error)
{
  SparkAnswer *answer;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  answer = g_task_propagate_pointer (G_TASK (result), error);
  *stream = NULL;
  if (answer != NULL && answer->body == NULL)
    *stream = g_object_ref (((Exchange *)g_task_get_task_data (G_TASK (result)))->stream);
  return answer;
}

void
spark_exchange_async (SoupSession *session, SoupMessage *message, gsize max_body, guint timeout_ms,
                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  spark_exchange_open_async (session, message, NULL, max_body, timeout_ms, cancellable, callback,
                             user_data);
}

SparkAnswer *
spark_exchange_finish (GAsyncResult *result, gboolean *broke, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  if (broke != NULL)
    *broke = ((Exchange *)g_task_get_task_data (G_TASK (result)))->broke;
  return g_task_propagate_pointer (G_TASK (result), error);
}
