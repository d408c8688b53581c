/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <libsoup/soup.h>
#include <string.h>

#include "client/spark-backend-private.h"
#include "test-wait.h"

/* A backend that ends its feeds soon after they were opened, and says when to come back. */

typedef struct
{
  SoupServer *server;
  char *url;
  const char *hint; /* before the feed is ready */
  gint64 opened_at; /* the last feed */
  GArray *gaps;     /* ms between two feeds */
} Fixture;

static void
answer (SoupServerMessage *message, const char *type, const char *text)
{
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message, type, SOUP_MEMORY_COPY, text, strlen (text));
}

static void
on_request_cb (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
               gpointer user_data)
{
  Fixture *self = user_data;
  gint64 now = g_get_monotonic_time (), gap = (now - self->opened_at) / 1000;
  g_autofree char *feed = NULL;

  if (g_str_equal (path, "/healthz"))
    answer (message, "application/json",
            "{\"service\":\"sparkbox\",\"api\":1,\"status\":\"ok\",\"version\":\"0.1.0\"}");
  else if (g_str_equal (path, "/v1/feed"))
    {
      if (self->opened_at != 0)
        g_array_append_val (self->gaps, gap);
      self->opened_at = now;
      feed = g_strconcat (self->hint, "id: c\nevent: ready\ndata: {}\n\n", NULL);
      answer (message, "text/event-stream", feed);
    }
  else
    answer (message, "application/json",
            "{\"items\":[],\"cursor\":\"c\",\"has_more\":false,\"remaining\":0}");
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GSList *uris;

  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, "/", on_request_cb, self, NULL);
  soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);
  self->url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify)g_uri_unref);
  self->gaps = g_array_new (FALSE, FALSE, sizeof (gint64));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  g_free (self->url);
  g_array_unref (self->gaps);
}

/* Feeds until there were @n gaps between them; the shortest, in ms. */
static gint64
run (Fixture *self, const char *name, guint n, const SparkBackendTimes *times)
{
  guint8 key[32] = { 7 };
  g_autoptr (GBytes) bytes = g_bytes_new (key, sizeof key);
  g_autoptr (SparkClient) client = spark_client_new (self->url, "token");
  g_autoptr (GError) error = NULL;
  SparkBackend *backend = spark_backend_new (name, client, bytes, &error);
  gint64 shortest = G_MAXINT64;

  g_assert_no_error (error);
  spark_backend_set_times (backend, times);
  spark_backend_start (backend);
  test_wait (self->gaps->len >= n);
  for (guint i = 0; i < n; i++)
    shortest = MIN (shortest, g_array_index (self->gaps, gint64, i));
  spark_backend_stop (backend);
  test_finalize (&backend);
  return shortest;
}

/* Both when the feed had been well for long, and when it was not. */
static void
test_honoured (Fixture *self, gconstpointer data)
{
  self->hint = "retry: 700\n";
  g_assert_cmpint (run (self, "honoured", 3, &(SparkBackendTimes){ 1, 5000, 10000 }), >=, 700);
}

/* Neither at once, over and over, nor never again. */
static void
test_bounded (Fixture *self, gconstpointer data)
{
  self->hint = "retry: 0\n";
  g_assert_cmpint (run (self, "too-soon", 2, &(SparkBackendTimes){ 400, 5000, 10000 }), >=, 300);
  g_array_set_size (self->gaps, 0);
  self->opened_at = 0;
  self->hint = "retry: 999999999\n";
  g_assert_cmpint (run (self, "too-late", 2, &(SparkBackendTimes){ 1, 600, 10000 }), >=, 600);
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  ADD ("/client/feed-retry/honoured", test_honoured);
  ADD ("/client/feed-retry/bounded", test_bounded);
  return g_test_run ();
}
