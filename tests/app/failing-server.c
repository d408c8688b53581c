/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>
#include <sys/socket.h>

#include "../client/server-thread.h"
#include "failing-server.h"

#define OVERSIZED (17 * 1024 * 1024)
#define DEPTH     100000
#define STREAM    "text/event-stream"

struct _FailingServer
{
  GSocket *held;        /* keeps the port while it is stopped */
  ServerThread *thread; /* NULL: it is stopped */
  char *url;
  char *large;
  char *deep;

  GMutex lock; /* for the following */
  GHashTable *answers;
  char *request;
  Failing how;
  guint status;
  char *code;
  guint count;
  gboolean streams; /* the one that fails */
  guint writes;
  gboolean paused;
};

static void
wait_forever (FailingServer *self, SoupServerMessage *message)
{
  soup_server_message_pause (message);
  server_thread_keep (self->thread, message);
}

static void
begin_only (FailingServer *self, SoupServerMessage *message, const char *type, const char *text)
{
  soup_server_message_set_status (message, 200, NULL);
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                     SOUP_ENCODING_CHUNKED);
  soup_message_headers_set_content_type (soup_server_message_get_response_headers (message), type,
                                         NULL);
  soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_COPY, text,
                            strlen (text));
  server_thread_keep (self->thread, message);
}

/* What makes no sense, as the answer that it stands in for would come. */
static void
say_bad (FailingServer *self, SoupServerMessage *message, const char *json)
{
  g_autofree char *event = NULL;

  if (!self->streams)
    {
      server_thread_say (message, 200, "application/json", json);
      return;
    }
  event = g_strdup_printf ("event: change\nid: bad\ndata: %s\n\n", json);
  begin_only (self, message, STREAM, event);
}

static void
fail (FailingServer *self, SoupServerMessage *message)
{
  g_autofree char *problem = NULL;

  switch (self->how)
    {
    case FAILING_PROBLEM:
      problem = g_strdup_printf ("{\"type\":\"about:blank\",\"title\":\"No\",\"status\":%u,"
                                 "\"code\":\"%s\",\"detail\":\"Nobody reads this.\"}",
                                 self->status, self->code);
      server_thread_say (message, self->status, "application/problem+json", problem);
      break;
    case FAILING_SILENT:
      wait_forever (self, message);
      break;
    case FAILING_SLOW:
      if (self->streams)
        begin_only (self, message, STREAM, "event: ch");
      else
        begin_only (self, message, "application/json", "{\"id\"");
      break;
    case FAILING_CLOSED:
      server_thread_say_and_close (message, "");
      break;
    case FAILING_CUT:
      server_thread_say_and_close (message,
                                   self->streams
                                       ? "HTTP/1.1 200 OK\r\nContent-Type: " STREAM "\r\n"
                                         "Content-Length: 500\r\n\r\nevent: change\ndata: {\"id\""
                                       : "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                                         "Content-Length: 500\r\n\r\n{\"id\":\"1.1\"");
      break;
    case FAILING_MALFORMED:
      say_bad (self, message, "{\"id\":\"1.");
      break;
    case FAILING_NESTED:
      say_bad (self, message, self->deep);
      break;
    case FAILING_LIST:
      say_bad (self, message, "[1]");
      break;
    case FAILING_OVERSIZED:
      soup_server_message_set_status (message, 200, NULL);
      soup_server_message_set_response (message, self->streams ? STREAM : "application/json",
                                        SOUP_MEMORY_STATIC, self->large, OVERSIZED);
      break;
    case FAILING_HTML:
      server_thread_say (message, 200, "text/html", "<html>Welcome!</html>");
      break;
    case FAILING_MOVED:
      soup_server_message_set_redirect (message, 302, "https://elsewhere.example/");
      break;
    case FAILING_GATEWAY:
      server_thread_say (message, 502, "text/html", "<html>Bad gateway</html>");
      break;
    case FAILING_NOT:
    case N_FAILING:
    default:
      g_assert_not_reached ();
    }
}

static gboolean
is_stream (const char *answer)
{
  return answer != NULL && g_str_has_prefix (answer, "id: ");
}

static void
on_request_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
               gpointer user_data)
{
  FailingServer *self = user_data;
  const char *position = query == NULL                                 ? ""
                         : g_hash_table_contains (query, "after")      ? "?after"
                         : g_hash_table_contains (query, "cursor")     ? "?cursor"
                                                                       : "";
  g_autofree char *request
      = g_strconcat (soup_server_message_get_method (message), " ", path, position, NULL);
  const char *json;
  gboolean met;

  g_mutex_lock (&self->lock);
  self->writes += g_strcmp0 (soup_server_message_get_method (message), "GET") != 0;
  json = g_hash_table_lookup (self->answers, request);
  met = !self->paused && g_strcmp0 (request, self->request) == 0;
  if (met)
    self->count++;
  if (self->how != FAILING_NOT && met)
    fail (self, message);
  else if (json == NULL)
    {
      g_printerr ("# nobody said what to answer to %s\n", request);
      server_thread_say (message, 404, "application/problem+json", "{\"code\":\"not_found\"}");
    }
  else if (*json == '\0')
    soup_server_message_set_status (message, 204, NULL);
  else if (is_stream (json))
    begin_only (self, message, STREAM, json);
  else
    server_thread_say (message, 200, "application/json", json);
  g_mutex_unlock (&self->lock);
}

/* A port that is left to nobody but who listens with SO_REUSEADDR, as a server does. */
static guint
hold_port (FailingServer *self)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) given = NULL;
  g_autoptr (GError) error = NULL;

  self->held
      = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_assert_no_error (error);
  g_socket_bind (self->held, any, FALSE, &error);
  g_assert_no_error (error);
  /* Only now: with it before, a port that another holds would be given as well. */
  g_socket_set_option (self->held, SOL_SOCKET, SO_REUSEADDR, 1, &error);
  g_assert_no_error (error);
  given = g_socket_get_local_address (self->held, &error);
  g_assert_no_error (error);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (given));
}

FailingServer *
failing_server_new (void)
{
  FailingServer *self = g_new0 (FailingServer, 1);

  g_mutex_init (&self->lock);
  self->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->large = g_malloc (OVERSIZED);
  memset (self->large, ' ', OVERSIZED);
  self->deep = g_malloc (2 * DEPTH + 1);
  memset (self->deep, '[', DEPTH);
  memset (self->deep + DEPTH, ']', DEPTH);
  self->deep[2 * DEPTH] = '\0';
  self->thread = server_thread_new_at (hold_port (self), NULL, on_request_cb, self);
  self->url = g_strdup (server_thread_get_url (self->thread));
  return self;
}

void
failing_server_free (FailingServer *self)
{
  if (self->thread != NULL)
    failing_server_stop (self);
  g_object_unref (self->held);
  g_free (self->url);
  g_hash_table_unref (self->answers);
  g_mutex_clear (&self->lock);
  g_free (self->request);
  g_free (self->code);
  g_free (self->large);
  g_free (self->deep);
  g_free (self);
}

const char *
failing_server_get_url (FailingServer *self)
{
  return self->url;
}

void
failing_server_stop (FailingServer *self)
{
  server_thread_free (self->thread);
  self->thread = NULL;
}

void
failing_server_start (FailingServer *self)
{
  g_autoptr (GUri) uri = g_uri_parse (self->url, G_URI_FLAGS_NONE, NULL);

  /* Whoever waits for it may ask before it is known here. */
  g_mutex_lock (&self->lock);
  self->thread = server_thread_new_at ((guint)g_uri_get_port (uri), NULL, on_request_cb, self);
  g_mutex_unlock (&self->lock);
}

void
failing_server_answer (FailingServer *self, const char *request, const char *json)
{
  g_mutex_lock (&self->lock);
  g_hash_table_insert (self->answers, g_strdup (request), g_strdup (json));
  g_mutex_unlock (&self->lock);
}

void
failing_server_be_well (FailingServer *self)
{
  failing_server_answer (self, "GET /healthz",
                         "{\"status\":\"ok\",\"service\":\"sparkbox\",\"version\":\"1\","
                         "\"api\":1}");
  failing_server_answer (self, "GET /v1/connect", "{\"tiktok\":false}");
  failing_server_answer (self, "GET /v1/feed", "id: c\nevent: ready\ndata: {}\n\n");
}

void
failing_server_fail (FailingServer *self, const char *request, Failing how, guint status,
                     const char *code)
{
  g_mutex_lock (&self->lock);
  g_free (self->request);
  self->request = g_strdup (request);
  self->streams = is_stream (g_hash_table_lookup (self->answers, request));
  self->how = how;
  self->status = status;
  g_free (self->code);
  self->code = g_strdup (code);
  self->count = 0;
  g_mutex_unlock (&self->lock);
}

void
failing_server_pause (FailingServer *self, gboolean pause)
{
  g_mutex_lock (&self->lock);
  self->paused = pause;
  g_mutex_unlock (&self->lock);
}

guint
failing_server_count (FailingServer *self)
{
  guint count;

  g_mutex_lock (&self->lock);
  count = self->count;
  g_mutex_unlock (&self->lock);
  return count;
}

guint
failing_server_count_writes (FailingServer *self)
{
  guint count;

  g_mutex_lock (&self->lock);
  count = self->writes;
  g_mutex_unlock (&self->lock);
  return count;
}
