/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>

#include "client/spark-client-private.h"
#include "model/spark-error.h"
#include "test-server.h"
#include "test-wait.h"

#define TOKEN "sparkbox-test-token"

typedef struct
{
  TestServer *server;
  SparkClient *client;
} Fixture;

static SparkClient *
client_at (Fixture *fixture, const char *prefix)
{
  g_autofree char *url = g_strconcat (test_server_get_url (fixture->server), prefix, NULL);

  return spark_client_new (url, TOKEN);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->server = test_server_new (NULL);
  fixture->client = client_at (fixture, "");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  test_finalize (&fixture->client);
  test_server_free (fixture->server);
}

/* One request to its end; NULL with @error, or NULL for an empty answer. */
static JsonNode *
request (SparkClient *client, const char *method, const char *path, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) body
      = g_str_equal (method, "POST") ? g_bytes_new_static ("{\"days\":30}", 11) : NULL;

  spark_client_send_async (client, method, path, body, NULL, test_result_cb, &result);
  test_wait (result != NULL);
  return spark_client_send_finish (client, result, error);
}

static void
test_ok (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) small = request (fixture->client, "GET", "/v1/ok", &error);
  g_autoptr (JsonNode) large = request (fixture->client, "GET", "/v1/large", &error);
  g_autoptr (JsonNode) empty = request (fixture->client, "DELETE", "/v1/empty", &error);
  g_autofree char *requests = test_server_get_requests (fixture->server);

  g_assert_no_error (error);
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (small), "a"), ==, 1);
  g_assert_cmpint (json_object_get_int_member (json_node_get_object (large), "a"), ==, 1);
  g_assert_null (empty);
  g_assert_cmpstr (requests, ==,
                   "GET /v1/ok - Bearer " TOKEN " 0\n"
                   "GET /v1/large - Bearer " TOKEN " 0\n"
                   "DELETE /v1/empty - Bearer " TOKEN " 0\n");
}

static const struct
{
  const char *path;
  SparkError code;
} refusals[] = {
  { "/v1/html", SPARK_ERROR_NOT_SPARKBOX },
  { "/v1/html-404", SPARK_ERROR_NOT_SPARKBOX },
  { "/v1/html-502", SPARK_ERROR_UNAVAILABLE },
  { "/v1/html-401", SPARK_ERROR_UNAUTHORIZED },
  { "/v1/redirect", SPARK_ERROR_NOT_SPARKBOX },
  { "/v1/gibberish", SPARK_ERROR_NOT_SPARKBOX },
  { "/v1/unauthorized", SPARK_ERROR_UNAUTHORIZED },
  { "/v1/exists", SPARK_ERROR_CODE_EXISTS },
  { "/v1/lies", SPARK_ERROR_INVALID_REQUEST },
  { "/v1/unknown-code", SPARK_ERROR_UNAVAILABLE },
  { "/v1/nowhere", SPARK_ERROR_NOT_FOUND },
  { "/v1/malformed", SPARK_ERROR_MALFORMED_ANSWER },
  { "/v1/array", SPARK_ERROR_MALFORMED_ANSWER },
  { "/v1/deep", SPARK_ERROR_MALFORMED_ANSWER },
  { "/v1/huge", SPARK_ERROR_MALFORMED_ANSWER },
  { "/v1/cut", SPARK_ERROR_OFFLINE },
  { "/v1/cut-chunk", SPARK_ERROR_MALFORMED_ANSWER }, /* libsoup takes it for the end */
  { "/v1/break", SPARK_ERROR_OFFLINE },
  { "v1/ok", SPARK_ERROR_INVALID_REQUEST },
  { "@evil.example/v1/ok", SPARK_ERROR_INVALID_REQUEST },
};

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = request (fixture->client, "GET", refusals[i].path, &error);

      g_test_message ("%s: %s", refusals[i].path, error != NULL ? error->message : "no error");
      g_assert_null (node);
      g_assert_error (error, SPARK_ERROR, (int)refusals[i].code);
      g_assert_null (strstr (error->message, TOKEN));
    }
}

static void
test_problem_detail (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (request (fixture->client, "GET", "/v1/unauthorized", &error));
  g_assert_cmpstr (error->message, ==, "This token has ended.");
}

/* Nothing of a redirect is followed, so the token stays here. */
static void
test_redirect_keeps_token (Fixture *fixture, gconstpointer data)
{
  g_autofree char *requests = NULL;

  g_assert_null (request (fixture->client, "GET", "/v1/redirect", NULL));
  requests = test_server_get_requests (fixture->server);
  g_assert_cmpstr (requests, ==, "GET /v1/redirect - Bearer " TOKEN " 0\n");
}

static void
test_connection_refused (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree char *url = g_strdup_printf ("http://127.0.0.1:%u", port);
  SparkClient *client = spark_client_new (url, TOKEN);
  g_autoptr (GError) error = NULL;

  g_socket_listener_close (listener);
  g_assert_null (request (client, "POST", "/v1/ok", &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_OFFLINE);
  test_finalize (&client);
}

static void
test_no_such_socket (void)
{
  SparkClient *client = spark_client_new ("unix:/nonexistent/sparkboxd.sock", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (request (client, "GET", "/v1/ok", &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_OFFLINE);
  test_finalize (&client);
}

static void
test_timed_out (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 before = g_get_monotonic_time ();

  spark_client_set_timeout (fixture->client, 150);
  g_assert_null (request (fixture->client, "POST", "/v1/never", &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_TIMED_OUT);
  g_assert_cmpint (g_get_monotonic_time () - before, >=, 150 * 1000);
}

static void
test_bad_addresses (void)
{
  static const char *const urls[] = {
    "http://sparkbox.example",
    "http://192.0.2.7:8080",
    "ftp://sparkbox.example",
    "sparkbox.example",
    "https://",
    "https://a:b@sparkbox.example",
    "",
    "https://sparkbox.example?",
    "https://sparkbox.example/#token",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      SparkClient *client = spark_client_new (urls[i], TOKEN);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", urls[i]);
      g_assert_null (request (client, "GET", "/v1/ok", &error));
      g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVITATION_MALFORMED);
      test_finalize (&client);
    }
}

static void
test_bad_token (Fixture *fixture, gconstpointer data)
{
  SparkClient *client = spark_client_new (test_server_get_url (fixture->server), "a\r\nX-Other: b");
  g_autofree char *requests = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (request (client, "GET", "/v1/ok", &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
  requests = test_server_get_requests (fixture->server);
  g_assert_cmpstr (requests, ==, "");
  test_finalize (&client);
}

static void
test_post_is_sent_again (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = request (fixture->client, "POST", "/v1/break-once", &error);
  g_autofree char *requests = test_server_get_requests (fixture->server);
  g_auto (GStrv) lines = g_strsplit (requests, "\n", -1);
  g_auto (GStrv) words = g_strsplit (lines[0], " ", -1);

  g_assert_no_error (error);
  g_assert_nonnull (node);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  g_assert_cmpstr (lines[0], ==, lines[1]);
  g_assert_true (g_uuid_string_is_valid (words[2]));
  g_assert_true (g_str_has_suffix (lines[0], " 11"));
}

static void
test_post_is_sent_twice_at_most (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *requests = NULL;
  g_auto (GStrv) lines = NULL;

  g_assert_null (request (fixture->client, "POST", "/v1/break", &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_OFFLINE);
  requests = test_server_get_requests (fixture->server);
  lines = g_strsplit (requests, "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
}

/* Two requests are two: each has a key of its own. */
static void
test_keys_differ (Fixture *fixture, gconstpointer data)
{
  g_autoptr (JsonNode) one = request (fixture->client, "POST", "/v1/ok", NULL);
  g_autoptr (JsonNode) two = request (fixture->client, "POST", "/v1/ok", NULL);
  g_autofree char *requests = test_server_get_requests (fixture->server);
  g_auto (GStrv) lines = g_strsplit (requests, "\n", -1);

  g_assert_true (one != NULL && two != NULL);
  g_assert_cmpuint (g_strv_length (lines), ==, 3);
  g_assert_cmpstr (lines[0], !=, lines[1]);
}

static gboolean
on_cancel_cb (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

/* Cancelled before, at once, and a little later each time, until the request is faster. */
static void
test_cancelled (Fixture *fixture, gconstpointer data)
{
  gboolean done = FALSE;

  for (int delay = -2; !done; delay += delay < 3 ? 1 : 3)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) node = NULL;
      g_autoptr (GBytes) body = g_bytes_new_static ("{}", 2);
      guint id = 0;

      g_assert_cmpint (delay, <, 5000);
      if (delay == -2)
        g_cancellable_cancel (cancellable);
      spark_client_send_async (fixture->client, "POST", "/v1/slow", body, cancellable,
                               test_result_cb, &result);
      if (delay == -1)
        g_cancellable_cancel (cancellable);
      else if (delay >= 0)
        id = g_timeout_add ((guint)delay, on_cancel_cb, cancellable);
      test_wait (result != NULL);
      if (id != 0 && !g_cancellable_is_cancelled (cancellable))
        g_source_remove (id);
      node = spark_client_send_finish (fixture->client, result, &error);
      done = node != NULL;
      if (!done)
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

/* Even in the middle of an answer that never comes. */
static void
test_cancelled_while_waiting (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  spark_client_send_async (fixture->client, "GET", "/v1/never", NULL, cancellable, test_result_cb,
                           &result);
  g_timeout_add (50, on_cancel_cb, cancellable);
  test_wait (result != NULL);
  g_assert_null (spark_client_send_finish (fixture->client, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static GBytes *
fetch (SparkClient *client, const char *path, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  spark_client_fetch_async (client, path, "image/", NULL, test_result_cb, &result);
  test_wait (result != NULL);
  return spark_client_fetch_finish (client, result, error);
}

static void
test_fetch (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = fetch (fixture->client, "/v1/cover", &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "\x89PNG", 4);
  g_assert_null (fetch (fixture->client, "/v1/big-cover", &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER);
  g_clear_error (&error);
  g_assert_null (fetch (fixture->client, "/v1/html", &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_SPARKBOX);
  g_clear_error (&error);
  g_assert_null (fetch (fixture->client, "/v1/exists", &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_CODE_EXISTS);
  g_clear_error (&error);
  g_assert_null (fetch (fixture->client, "https://elsewhere.example/a.png", &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
}

static void
on_progress (goffset now, goffset total, gpointer user_data)
{
  goffset *seen = user_data;

  g_assert_cmpint (now, >=, seen[0]);
  seen[0] = now;
  seen[1] = total;
}

static void
test_upload (Fixture *fixture, gconstpointer data)
{
  g_autofree char *name = g_build_filename (g_get_tmp_dir (), "test-client-XXXXXX.json", NULL);
  g_autofree char *content = g_strnfill (1000000, 'x');
  g_autoptr (GFile) file = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) batch = NULL;
  g_autofree char *requests = NULL;
  goffset seen[2] = { 0, 0 };

  g_close (g_mkstemp (name), NULL);
  g_file_set_contents (name, content, 1000000, &error);
  g_assert_no_error (error);
  file = g_file_new_for_path (name);
  spark_client_upload_async (fixture->client, "/v1/import", file, on_progress, seen, NULL,
                             test_result_cb, &result);
  test_wait (result != NULL);
  batch = spark_client_upload_finish (fixture->client, result, &error);
  g_assert_no_error (error);
  g_assert_nonnull (batch);
  g_assert_cmpint (seen[0], ==, 1000000);
  g_assert_cmpint (seen[1], ==, 1000000);
  requests = test_server_get_requests (fixture->server);
  g_assert_true (g_str_has_suffix (requests, " 1000000\n"));

  g_clear_object (&result);
  g_unlink (name);
  spark_client_upload_async (fixture->client, "/v1/import", file, on_progress, seen, NULL,
                             test_result_cb, &result);
  test_wait (result != NULL);
  g_assert_null (spark_client_upload_finish (fixture->client, result, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_IMPORT_MALFORMED);
}

static const struct
{
  const char *prefix;
  int code; /* -1: none */
} healths[] = {
  { "", -1 },
  { "/", -1 },
  { "/newer", -1 },
  { "/old", SPARK_ERROR_SERVER_TOO_OLD },
  { "/other", SPARK_ERROR_NOT_SPARKBOX },
  { "/web", SPARK_ERROR_NOT_SPARKBOX },
  { "/torn", SPARK_ERROR_NOT_SPARKBOX },
  { "/nowhere", SPARK_ERROR_NOT_SPARKBOX },
  { "/ill", SPARK_ERROR_UNAVAILABLE },
};

static void
test_check (Fixture *fixture, gconstpointer data)
{
  g_autofree char *requests = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (healths); i++)
    {
      SparkClient *client = client_at (fixture, healths[i].prefix);
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", healths[i].prefix);
      spark_client_check_async (client, NULL, test_result_cb, &result);
      test_wait (result != NULL);
      if (healths[i].code < 0)
        {
          g_assert_true (spark_client_check_finish (client, result, &error));
          g_assert_no_error (error);
        }
      else
        {
          g_assert_false (spark_client_check_finish (client, result, &error));
          g_assert_error (error, SPARK_ERROR, healths[i].code);
        }
      g_clear_object (&result);
      test_finalize (&client);
    }
  /* Whoever it is does not get the token. */
  requests = test_server_get_requests (fixture->server);
  g_assert_null (strstr (requests, TOKEN));
}

static void
test_certificate (void)
{
  g_autofree char *directory = g_dir_make_tmp ("test-client-XXXXXX", NULL);
  g_autofree char *key = g_build_filename (directory, "key.pem", NULL);
  g_autofree char *certificate = g_build_filename (directory, "certificate.pem", NULL);
  const char *const argv[] = { "openssl",
                               "req",
                               "-x509",
                               "-newkey",
                               "ec",
                               "-pkeyopt",
                               "ec_paramgen_curve:P-256",
                               "-nodes",
                               "-days",
                               "1",
                               "-subj",
                               "/CN=127.0.0.1",
                               "-addext",
                               "subjectAltName=IP:127.0.0.1",
                               "-keyout",
                               key,
                               "-out",
                               certificate,
                               NULL };
  g_autoptr (GTlsCertificate) tls = NULL;
  g_autoptr (TestServer) server = NULL;
  g_autoptr (GError) error = NULL;
  SparkClient *client;
  g_autofree char *requests = NULL;
  int status;

  g_spawn_sync (NULL, (char **)argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  tls = g_tls_certificate_new_from_files (certificate, key, &error);
  g_assert_no_error (error);
  server = test_server_new (tls);
  client = spark_client_new (test_server_get_url (server), TOKEN);

  g_assert_null (request (client, "POST", "/v1/ok", &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_TLS);
  requests = test_server_get_requests (server);
  g_assert_cmpstr (requests, ==, "");
  test_finalize (&client);

  g_unlink (key);
  g_unlink (certificate);
  g_rmdir (directory);
}

static gboolean
on_incoming_cb (GSocketService *service, GSocketConnection *connection, GObject *source,
                gpointer user_data)
{
  const char *answer = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n";

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), answer,
                             strlen (answer), NULL, NULL, NULL);
  return FALSE;
}

/* https spoken to a server that speaks http. */
static void
test_not_tls (void)
{
  g_autoptr (GSocketService) service = g_socket_service_new ();
  guint16 port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL);
  g_autofree char *url = g_strdup_printf ("https://127.0.0.1:%u", port);
  SparkClient *client = spark_client_new (url, TOKEN);
  g_autoptr (GError) error = NULL;

  g_signal_connect (service, "incoming", G_CALLBACK (on_incoming_cb), NULL);
  g_assert_null (request (client, "GET", "/v1/ok", &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_SPARKBOX);
  test_finalize (&client);
  g_socket_service_stop (service);
}

static void
test_server_time (Fixture *fixture, gconstpointer data)
{
  g_autoptr (JsonNode) node = request (fixture->client, "GET", "/v1/ok", NULL);
  gint64 ahead = spark_client_get_server_time (fixture->client) - g_get_real_time () / 1000;

  g_assert_nonnull (node);
  g_assert_cmpint (ahead, >=, -1000);
  g_assert_cmpint (ahead, <=, 1000);
}

static void
test_path (void)
{
  g_autofree char *path = spark_client_path ("/v1/videos/%s/code", "7.12");
  g_autofree char *nasty = spark_client_path ("/v1/videos/%s?q=%s", "../a?b#c d%", "ü");

  g_assert_cmpstr (path, ==, "/v1/videos/7.12/code");
  g_assert_cmpstr (nasty, ==, "/v1/videos/..%2Fa%3Fb%23c%20d%25?q=%C3%BC");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, function) g_test_add (name, Fixture, NULL, set_up, function, tear_down)
  ADD ("/client/ok", test_ok);
  ADD ("/client/refused", test_refused);
  ADD ("/client/problem-detail", test_problem_detail);
  ADD ("/client/redirect-keeps-token", test_redirect_keeps_token);
  g_test_add_func ("/client/connection-refused", test_connection_refused);
  g_test_add_func ("/client/no-such-socket", test_no_such_socket);
  ADD ("/client/timed-out", test_timed_out);
  g_test_add_func ("/client/bad-addresses", test_bad_addresses);
  ADD ("/client/bad-token", test_bad_token);
  ADD ("/client/post-is-sent-again", test_post_is_sent_again);
  ADD ("/client/post-is-sent-twice-at-most", test_post_is_sent_twice_at_most);
  ADD ("/client/keys-differ", test_keys_differ);
  ADD ("/client/cancelled", test_cancelled);
  ADD ("/client/cancelled-while-waiting", test_cancelled_while_waiting);
  ADD ("/client/fetch", test_fetch);
  ADD ("/client/upload", test_upload);
  ADD ("/client/check", test_check);
  g_test_add_func ("/client/certificate", test_certificate);
  g_test_add_func ("/client/not-tls", test_not_tls);
  ADD ("/client/server-time", test_server_time);
  g_test_add_func ("/client/path", test_path);
#undef ADD
  return g_test_run ();
}
