/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "server-thread.h"

struct _ServerThread
{
  GThread *thread;
  GMainContext *context;
  GMainLoop *loop;
  GTlsCertificate *certificate; /* borrowed */
  SoupServerCallback answer;
  gpointer user_data;
  GPtrArray *kept; /* of SoupServerMessage that are never answered */
  char *url;
  guint port; /* 0: any */

  GMutex lock; /* for the following */
  GCond cond;
  gboolean ready;
};

void
server_thread_say (SoupServerMessage *message, guint status, const char *type, const char *body)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_COPY, body, strlen (body));
}

void
server_thread_say_and_close (SoupServerMessage *message, const char *bytes)
{
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);

  g_output_stream_write_all (g_io_stream_get_output_stream (stream), bytes, strlen (bytes), NULL,
                             NULL, NULL);
  g_io_stream_close (stream, NULL, NULL);
}

void
server_thread_keep (ServerThread *self, SoupServerMessage *message)
{
  g_ptr_array_add (self->kept, g_object_ref (message));
}

static gpointer
run (gpointer data)
{
  ServerThread *self = data;
  g_autoptr (SoupServer) server = NULL;
  g_autoptr (GError) error = NULL;
  GSList *uris;

  g_main_context_push_thread_default (self->context);
  server = soup_server_new ("tls-certificate", self->certificate, NULL);
  soup_server_add_handler (server, NULL, self->answer, self->user_data, NULL);
  soup_server_listen_local (server, self->port,
                            SOUP_SERVER_LISTEN_IPV4_ONLY
                                | (self->certificate != NULL ? SOUP_SERVER_LISTEN_HTTPS : 0),
                            &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (server);
  self->url = g_uri_to_string (uris->data);
  self->url[strlen (self->url) - 1] = '\0';
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);

  g_mutex_lock (&self->lock);
  self->ready = TRUE;
  g_cond_signal (&self->cond);
  g_mutex_unlock (&self->lock);
  g_main_loop_run (self->loop);

  soup_server_disconnect (server);
  g_ptr_array_set_size (self->kept, 0);
  g_clear_object (&server);
  /* What it has closed goes only now. */
  while (g_main_context_iteration (self->context, FALSE))
    continue;
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

ServerThread *
server_thread_new (GTlsCertificate *certificate, SoupServerCallback answer, gpointer user_data)
{
  return server_thread_new_at (0, certificate, answer, user_data);
}

ServerThread *
server_thread_new_at (guint port, GTlsCertificate *certificate, SoupServerCallback answer,
                      gpointer user_data)
{
  ServerThread *self = g_new0 (ServerThread, 1);

  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->port = port;
  self->certificate = certificate;
  self->answer = answer;
  self->user_data = user_data;
  self->kept = g_ptr_array_new_with_free_func (g_object_unref);
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->thread = g_thread_new ("server", run, self);
  g_mutex_lock (&self->lock);
  while (!self->ready)
    g_cond_wait (&self->cond, &self->lock);
  g_mutex_unlock (&self->lock);
  return self;
}

static gboolean
on_quit_cb (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

void
server_thread_free (ServerThread *self)
{
  g_autoptr (GSource) quit = g_idle_source_new ();

  /* In its own thread: the loop may not run yet. */
  g_source_set_callback (quit, on_quit_cb, self->loop, NULL);
  g_source_attach (quit, self->context);
  g_thread_join (self->thread);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  g_ptr_array_unref (self->kept);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  g_free (self->url);
  g_free (self);
}

const char *
server_thread_get_url (ServerThread *self)
{
  return self->url;
}

GMainContext *
server_thread_get_context (ServerThread *self)
{
  return self->context;
}
