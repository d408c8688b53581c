/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "server-thread.h"
#include "test-server.h"

struct _TestServer
{
  ServerThread *thread;

  GMutex lock; /* for the following */
  GString *requests;
  guint broken; /* connections broken by what breaks once */
};

static void
never (TestServer *self, SoupServerMessage *message)
{
  soup_server_message_pause (message);
  server_thread_keep (self->thread, message);
}

static char *
nested (guint depth)
{
  GString *text = g_string_new ("{\"a\":");

  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, '[');
  for (guint i = 0; i < depth; i++)
    g_string_append_c (text, ']');
  g_string_append_c (text, '}');
  return g_string_free (text, FALSE);
}

static gboolean
on_late_cb (gpointer user_data)
{
  SoupServerMessage *message = user_data;

  soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_STATIC,
                            ":1}", 3);
  soup_message_body_complete (soup_server_message_get_response_body (message));
  soup_server_message_unpause (message);
  return G_SOURCE_REMOVE;
}

static void
unref_source (gpointer source, GClosure *closure)
{
  g_source_unref (source);
}

static void
on_finished_cb (SoupServerMessage *message, GSource *source)
{
  g_source_destroy (source);
}

/* The head and the first bytes at once, the rest 30 ms later. */
static void
answer_slowly (TestServer *self, SoupServerMessage *message)
{
  g_autoptr (GSource) source = g_timeout_source_new (30);

  soup_server_message_set_status (message, 200, NULL);
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                     SOUP_ENCODING_CHUNKED);
  soup_message_headers_set_content_type (soup_server_message_get_response_headers (message),
                                         "application/json", NULL);
  soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_STATIC,
                            "{\"a\"", 4);
  g_source_set_callback (source, on_late_cb, g_object_ref (message), g_object_unref);
  g_source_attach (source, server_thread_get_context (self->thread));
  g_signal_connect_data (message, "finished", G_CALLBACK (on_finished_cb), g_source_ref (source),
                         unref_source, 0);
}

static gboolean
answer_json (TestServer *self, SoupServerMessage *message, const char *path)
{
  static const struct
  {
    const char *path;
    guint status;
    const char *type;
    const char *body;
  } answers[] = {
    { "/v1/ok", 200, "application/json", "{\"a\":1}" },
    { "/v1/empty", 204, NULL, "" },
    { "/v1/html", 200, "text/html", "<html><body>Welcome to nginx!</body></html>" },
    { "/v1/html-404", 404, "text/html", "<html>Not here</html>" },
    { "/v1/html-502", 502, "text/html", "<html>Bad gateway</html>" },
    { "/v1/html-401", 401, "text/html", "<html>Who are you</html>" },
    { "/v1/unauthorized", 401, "application/problem+json",
      "{\"code\":\"unauthorized\",\"detail\":\"This token has ended.\"}" },
    { "/v1/exists", 409, "application/problem+json", "{\"code\":\"code_exists\"}" },
    { "/v1/lies", 409, "application/problem+json", "{\"code\":\"keyring_locked\"}" },
    { "/v1/unknown-code", 503, "application/problem+json", "{\"code\":\"comet_strike\"}" },
    { "/v1/malformed", 200, "application/json", "{\"a\":" },
    { "/v1/array", 200, "application/json", "[1]" },
    { "/v1/cover", 200, "image/png", "\x89PNG" },
    { "/healthz", 200, "application/json",
      "{\"status\":\"ok\",\"service\":\"sparkbox\",\"version\":\"1\",\"api\":1}" },
    { "/newer/healthz", 200, "application/json; charset=utf-8",
      "{\"status\":\"ok\",\"service\":\"sparkbox\",\"version\":\"9\",\"api\":2,\"x\":{}}" },
    { "/old/healthz", 200, "application/json", "{\"service\":\"sparkbox\",\"api\":0}" },
    { "/other/healthz", 200, "application/json", "{\"status\":\"UP\"}" },
    { "/web/healthz", 200, "text/html", "<html>" },
    { "/torn/healthz", 200, "application/json", "{\"service\":" },
    { "/ill/healthz", 503, "application/json", "{\"service\":\"sparkbox\",\"api\":1}" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    if (g_str_equal (answers[i].path, path))
      {
        server_thread_say (message, answers[i].status, answers[i].type, answers[i].body);
        return TRUE;
      }
  return FALSE;
}

static void
break_once (TestServer *self, SoupServerMessage *message, guint status, const char *text)
{
  gboolean first;

  g_mutex_lock (&self->lock);
  first = self->broken++ == 0;
  g_mutex_unlock (&self->lock);
  if (first)
    server_thread_say_and_close (message, "");
  else
    server_thread_say (message, status, "application/json", text);
}

static gboolean
misbehave (TestServer *self, SoupServerMessage *message, const char *path)
{
  if (g_str_equal (path, "/v1/never"))
    never (self, message);
  else if (g_str_equal (path, "/v1/slow"))
    answer_slowly (self, message);
  else if (g_str_equal (path, "/v1/cut"))
    server_thread_say_and_close (message, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                          "Content-Length: 100\r\n\r\n{\"a\":1}");
  else if (g_str_equal (path, "/v1/cut-chunk"))
    server_thread_say_and_close (message, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                          "Transfer-Encoding: chunked\r\n\r\n6\r\n{\"a\":1\r\n");
  else if (g_str_equal (path, "/v1/gibberish"))
    server_thread_say_and_close (message, "SSH-2.0-OpenSSH_9.2\r\n\r\n");
  else if (g_str_equal (path, "/v1/break"))
    server_thread_say_and_close (message, "");
  else if (g_str_equal (path, "/v1/break-once"))
    break_once (self, message, 201, "{\"a\":1}");
  else if (g_str_equal (path, "/break-once/oauth/token"))
    break_once (self, message, 200,
                "{\"access_token\":\"sba_a\",\"refresh_token\":\"sbr_b\",\"expires_in\":60}");
  else
    return FALSE;
  return TRUE;
}

static void
on_request_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
               gpointer user_data)
{
  TestServer *self = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  const char *key = soup_message_headers_get_one (headers, "Idempotency-Key");
  const char *authorization = soup_message_headers_get_one (headers, "Authorization");

  g_mutex_lock (&self->lock);
  g_string_append_printf (self->requests, "%s %s %s %s %" G_GINT64_FORMAT "\n",
                          soup_server_message_get_method (message), path, key != NULL ? key : "-",
                          authorization != NULL ? authorization : "-",
                          (gint64)soup_server_message_get_request_body (message)->length);
  g_mutex_unlock (&self->lock);
  if (answer_json (self, message, path) || misbehave (self, message, path))
    return;
  if (g_str_equal (path, "/v1/redirect"))
    soup_server_message_set_redirect (message, 302, "/v1/ok");
  else if (g_str_equal (path, "/v1/deep"))
    {
      g_autofree char *text = nested (100000);

      server_thread_say (message, 200, "application/json", text);
    }
  else if (g_str_equal (path, "/v1/huge"))
    {
      g_autofree char *text = g_strnfill (17 * 1024 * 1024, ' ');

      server_thread_say (message, 200, "application/json", text);
    }
  else if (g_str_equal (path, "/v1/big-cover"))
    {
      g_autofree char *text = g_strnfill (4 * 1024 * 1024 + 1, 'x');

      server_thread_say (message, 200, "image/png", text);
    }
  else if (g_str_equal (path, "/v1/large"))
    {
      g_autofree char *padding = g_strnfill (1024 * 1024, 'x');
      g_autofree char *text = g_strdup_printf ("{\"a\":1,\"padding\":\"%s\"}", padding);

      server_thread_say (message, 200, "application/json", text);
    }
  else if (g_str_equal (path, "/v1/import"))
    server_thread_say (message, 202, "application/json", "{\"id\":\"1.1\",\"act\":\"import\"}");
  else
    server_thread_say (message, 404, "application/problem+json", "{\"code\":\"not_found\"}");
}

TestServer *
test_server_new (GTlsCertificate *certificate)
{
  TestServer *self = g_new0 (TestServer, 1);

  g_mutex_init (&self->lock);
  self->requests = g_string_new (NULL);
  self->thread = server_thread_new (certificate, on_request_cb, self);
  return self;
}

void
test_server_free (TestServer *self)
{
  server_thread_free (self->thread);
  g_string_free (self->requests, TRUE);
  g_mutex_clear (&self->lock);
  g_free (self);
}

const char *
test_server_get_url (TestServer *self)
{
  return server_thread_get_url (self->thread);
}

char *
test_server_get_requests (TestServer *self)
{
  char *requests;

  g_mutex_lock (&self->lock);
  requests = g_strdup (self->requests->str);
  g_mutex_unlock (&self->lock);
  return requests;
}
