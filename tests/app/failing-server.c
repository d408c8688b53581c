/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include <libsoup/soup.h>

#include "failing-server.h"

#define OVERSIZED (17 * 1024 * 1024)
#define DEPTH     100000

struct _FailingServer
{
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  GPtrArray *waiting; /* of SoupServerMessage that are never answered */
  char *url;
  char *large;
  char *deep;

  GMutex lock; /* for the following */
  GCond cond;
  gboolean ready;
  GHashTable *answers;
  char *request;
  Failing how;
  guint status;
  char *code;
  guint count;
};

static void
say (SoupServerMessage *message, guint status, const char *type, const char *body)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_COPY, body, strlen (body));
}

/* Takes the connection out of the server's hands, says @bytes on it and closes it. */
static void
say_and_close (SoupServerMessage *message, const char *bytes)
{
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);

  g_output_stream_write_all (g_io_stream_get_output_stream (stream), bytes, strlen (bytes), NULL,
                             NULL, NULL);
  g_io_stream_close (stream, NULL, NULL);
}

static void
wait_forever (FailingServer *self, SoupServerMessage *message)
{
  soup_server_message_pause (message);
  g_ptr_array_add (self->waiting, g_object_ref (message));
}

static void
begin_only (FailingServer *self, SoupServerMessage *message)
{
  soup_server_message_set_status (message, 200, NULL);
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                     SOUP_ENCODING_CHUNKED);
  soup_message_headers_set_content_type (soup_server_message_get_response_headers (message),
                                         "application/json", NULL);
  soup_message_body_append (soup_server_message_get_response_body (message), SOUP_MEMORY_STATIC,
                            "{\"id\"", 5);
  g_ptr_array_add (self->waiting, g_object_ref (message));
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
      say (message, self->status, "application/problem+json", problem);
      break;
    case FAILING_SILENT:
      wait_forever (self, message);
      break;
    case FAILING_SLOW:
      begin_only (self, message);
      break;
    case FAILING_CLOSED:
      say_and_close (message, "");
      break;
    case FAILING_CUT:
      say_and_close (message, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                              "Content-Length: 500\r\n\r\n{\"id\":\"1.1\"");
      break;
    case FAILING_MALFORMED:
      say (message, 200, "application/json", "{\"id\":\"1.");
      break;
    case FAILING_NESTED:
      say (message, 200, "application/json", self->deep);
      break;
    case FAILING_LIST:
      say (message, 200, "application/json", "[1]");
      break;
    case FAILING_OVERSIZED:
      soup_server_message_set_status (message, 200, NULL);
      soup_server_message_set_response (message, "application/json", SOUP_MEMORY_STATIC,
                                        self->large, OVERSIZED);
      break;
    case FAILING_HTML:
      say (message, 200, "text/html", "<html>Welcome!</html>");
      break;
    case FAILING_MOVED:
      soup_server_message_set_redirect (message, 302, "https://elsewhere.example/");
      break;
    case FAILING_GATEWAY:
      say (message, 502, "text/html", "<html>Bad gateway</html>");
      break;
    case FAILING_NOT:
    case N_FAILING:
    default:
      g_assert_not_reached ();
    }
}

static void
on_request_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
               gpointer user_data)
{
  FailingServer *self = user_data;
  g_autofree char *request
      = g_strconcat (soup_server_message_get_method (message), " ", path, NULL);
  const char *json;

  g_mutex_lock (&self->lock);
  json = g_hash_table_lookup (self->answers, request);
  if (g_strcmp0 (request, self->request) == 0)
    self->count++;
  if (self->how != FAILING_NOT && g_strcmp0 (request, self->request) == 0)
    fail (self, message);
  else if (json == NULL)
    {
      g_printerr ("# nobody said what to answer to %s\n", request);
      say (message, 404, "application/problem+json", "{\"code\":\"not_found\"}");
    }
  else if (*json == '\0')
    soup_server_message_set_status (message, 204, NULL);
  else
    say (message, 200, "application/json", json);
  g_mutex_unlock (&self->lock);
}

static gpointer
run (gpointer data)
{
  FailingServer *self = data;
  g_autoptr (SoupServer) server = NULL;
  g_autoptr (GError) error = NULL;
  GSList *uris;

  g_main_context_push_thread_default (self->context);
  server = soup_server_new (NULL, NULL);
  soup_server_add_handler (server, NULL, on_request_cb, self, NULL);
  soup_server_listen_local (server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (server);
  g_mutex_lock (&self->lock);
  self->url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  self->ready = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  g_main_loop_run (self->loop);
  soup_server_disconnect (server);
  g_ptr_array_set_size (self->waiting, 0);
  g_clear_object (&server);
  while (g_main_context_iteration (self->context, FALSE))
    ;
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

FailingServer *
failing_server_new (void)
{
  FailingServer *self = g_new0 (FailingServer, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  self->large = g_malloc (OVERSIZED);
  memset (self->large, ' ', OVERSIZED);
  self->deep = g_malloc (2 * DEPTH + 1);
  memset (self->deep, '[', DEPTH);
  memset (self->deep + DEPTH, ']', DEPTH);
  self->deep[2 * DEPTH] = '\0';
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("failing-server", run, self);
  g_mutex_lock (&self->lock);
  while (!self->ready)
    g_cond_wait (&self->cond, &self->lock);
  g_mutex_unlock (&self->lock);
  return self;
}

static gboolean
quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

void
failing_server_free (FailingServer *self)
{
  GSource *quit;

  /* In its own thread: the loop may not run yet. */
  quit = g_idle_source_new ();
  g_source_set_callback (quit, quit_cb, self->loop, NULL);
  g_source_attach (quit, self->context);
  g_source_unref (quit);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_ptr_array_unref (self->waiting);
  g_hash_table_unref (self->answers);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  g_free (self->request);
  g_free (self->code);
  g_free (self->large);
  g_free (self->deep);
  g_free (self->url);
  g_free (self);
}

const char *
failing_server_get_url (FailingServer *self)
{
  return self->url;
}

void
failing_server_answer (FailingServer *self, const char *request, const char *json)
{
  g_mutex_lock (&self->lock);
  g_hash_table_insert (self->answers, g_strdup (request), g_strdup (json));
  g_mutex_unlock (&self->lock);
}

void
failing_server_fail (FailingServer *self, const char *request, Failing how, guint status,
                     const char *code)
{
  g_mutex_lock (&self->lock);
  g_free (self->request);
  self->request = g_strdup (request);
  self->how = how;
  self->status = status;
  g_free (self->code);
  self->code = g_strdup (code);
  self->count = 0;
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
