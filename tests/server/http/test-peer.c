/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include <gio/gio.h>
#include <string.h>

#include "server/http/spark-http.h"

/*
 * Whom a server that listens on this computer alone counts, and whom it need not.
 */

typedef struct
{
  SparkProxies *proxies;
  SparkHttp *http;
  char *url;
} Fixture;

static void
get_who (SparkRequest *request, gpointer data)
{
  g_autofree char *text = g_strdup_printf ("%s %s", spark_request_peer (request),
                                           spark_request_is_here (request) ? "here" : "elsewhere");
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

  spark_request_respond (request, 200, "text/plain", body);
}

static const SparkRoute routes[]
    = { { SPARK_FACE_CREATORS, "GET", "/who", get_who, 0, FALSE, NULL } };

/* @proxy: (nullable): whom it trusts */
static void
set_up (Fixture *fixture, const char *proxy)
{
  const char *const networks[] = { proxy, NULL };
  g_autoptr (GError) error = NULL;

  fixture->proxies = spark_proxies_new (networks, &error);
  g_assert_no_error (error);
  fixture->http = spark_http_new (&(SparkHttpOptions){
      .threads = 1, .ping_seconds = 20, .head_seconds = 20, .proxies = fixture->proxies });
  spark_http_add_routes (fixture->http, routes, G_N_ELEMENTS (routes), NULL);
  spark_http_listen (fixture->http, "127.0.0.1:0", SPARK_FACE_CREATORS, &fixture->url, &error);
  g_assert_no_error (error);
  spark_http_start (fixture->http, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *fixture)
{
  spark_http_stop (fixture->http);
  spark_proxies_free (fixture->proxies);
  g_free (fixture->url);
}

/* The whole answer. @headers: whole lines. (transfer full) */
static char *
ask (Fixture *fixture, const char *headers)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autofree char *text
      = g_strdup_printf ("GET /who HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n", headers);
  char answer[4096];
  gsize length = 0;

  g_socket_client_set_timeout (client, 20);
  connection
      = g_socket_client_connect_to_host (client, strstr (fixture->url, "127."), 0, NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), text,
                             strlen (text), NULL, NULL, &error);
  g_assert_no_error (error);
  g_input_stream_read_all (g_io_stream_get_input_stream (G_IO_STREAM (connection)), answer,
                           sizeof answer - 1, &length, NULL, &error);
  g_assert_no_error (error);
  answer[length] = '\0';
  return g_strdup (answer);
}

static void
check_who (Fixture *fixture, const char *headers, const char *who)
{
  g_autofree char *answer = ask (fixture, headers);
  const char *body = strstr (answer, "\r\n\r\n");

  g_assert_nonnull (body);
  g_assert_cmpstr (body + 4, ==, who);
}

/* Strangers can add headers to those of the proxy, or have it say nothing of them. */
static void
test_trusted (void)
{
  Fixture fixture;

  set_up (&fixture, "127.0.0.1");
  check_who (&fixture, "", "127.0.0.1 here");
  check_who (&fixture, "X-Forwarded-For: 192.0.2.7\r\n", "192.0.2.7 elsewhere");
  check_who (&fixture, "Forwarded: for=192.0.2.8\r\nX-Forwarded-For: 192.0.2.7\r\n",
             "127.0.0.1 elsewhere");
  check_who (&fixture, "Forwarded: for=unknown\r\n", "127.0.0.1 elsewhere");
  check_who (&fixture, "X-Forwarded-For: 192.0.2.7, what\r\n", "127.0.0.1 elsewhere");
  tear_down (&fixture);
}

/* Nobody on this computer says that they ask for another. */
static void
test_not_trusted (void)
{
  Fixture fixture;

  set_up (&fixture, NULL);
  check_who (&fixture, "", "127.0.0.1 here");
  check_who (&fixture, "X-Forwarded-For: 192.0.2.7\r\n", "127.0.0.1 elsewhere");
  check_who (&fixture, "Forwarded: for=192.0.2.7\r\n", "127.0.0.1 elsewhere");
  tear_down (&fixture);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/peer/trusted", test_trusted);
  g_test_add_func ("/http/peer/not-trusted", test_not_trusted);
  return g_test_run ();
}
