/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include <pthread.h>
#include <string.h>

#include "server/platform/tiktok/spark-tiktok-public.h"
#include "server/platform/tiktok/spark-tiktok-videos.h"

#define STATUS    "business/post/authorize/status/"
#define SET       "business/post/authorize/setting/"
#define TOKEN     "act.0123456789abcdefghij"
#define SPARKCODE "#1Ea2bcde3fUM/ghijEk/L4mOceft5deFRq6za7JsgnAJ8PB9n1XIr1rC1b/5Rw4="

/* Answers one connection after the other with what it was given, byte for byte. */
typedef struct
{
  GThreadedSocketService *service;
  char *url;
  pthread_mutex_t mutex; /* guards all below */
  GString *request;
  char *answer; /* NULL: it closes once it has read the request; "": it says nothing */
  guint asked;
  gboolean drips; /* behind the answer it sends a byte now and then, without an end */
} Double;

static gboolean
on_run (GSocketService *service, GSocketConnection *connection, GObject *source, gpointer data)
{
  Double *self = data;
  GInputStream *in = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GString *request = g_string_new (NULL);
  const char *head_end, *length;
  g_autofree char *answer = NULL;
  gboolean drips;
  char part[4096];
  gssize n;

  do
    {
      n = g_input_stream_read (in, part, sizeof part, NULL, NULL);
      if (n > 0)
        g_string_append_len (request, part, n);
      head_end = strstr (request->str, "\r\n\r\n");
      length = strstr (request->str, "Content-Length: ");
    }
  while (n > 0
         && (head_end == NULL
             || (length != NULL
                 && strlen (head_end + 4)
                        < g_ascii_strtoull (length + strlen ("Content-Length: "), NULL, 10))));
  pthread_mutex_lock (&self->mutex);
  g_string_assign (self->request, request->str);
  self->asked++;
  drips = self->drips;
  answer = g_strdup (self->answer);
  pthread_mutex_unlock (&self->mutex);
  g_string_free (request, TRUE);
  if (answer != NULL && *answer == '\0')
    g_input_stream_read (in, part, 1, NULL, NULL); /* until the other side gives up */
  else if (answer != NULL)
    g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), answer,
                               strlen (answer), NULL, NULL, NULL);
  while (drips
         && g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                                       "x", 1, NULL, NULL, NULL))
    g_usleep (50 * 1000);
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  return TRUE;
}

typedef struct
{
  Double tiktok;
  SparkTiktokBudget *budget;
  SparkTiktokClient *client;
  JsonObject *params;
  gint64 now;
} Fixture;

static gint64
get_now (gpointer data)
{
  return ((Fixture *)data)->now;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  guint16 port;

  pthread_mutex_init (&self->tiktok.mutex, NULL);
  self->tiktok.request = g_string_new (NULL);
  self->tiktok.service = G_THREADED_SOCKET_SERVICE (g_threaded_socket_service_new (4));
  port = g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (self->tiktok.service), NULL, NULL);
  g_signal_connect (self->tiktok.service, "run", G_CALLBACK (on_run), &self->tiktok);
  self->tiktok.url = g_strdup_printf ("http://127.0.0.1:%u", port);
  self->budget = spark_tiktok_budget_new (NULL);
  self->client = spark_tiktok_client_new (self->tiktok.url, self->budget);
  spark_tiktok_client_set_clock (self->client, get_now, self);
  self->params = json_object_new ();
  json_object_set_string_member (self->params, "business_id", "open-1");
}

static void
answer_with (Fixture *self, const char *answer)
{
  pthread_mutex_lock (&self->tiktok.mutex);
  g_free (self->tiktok.answer);
  self->tiktok.answer = g_strdup (answer);
  pthread_mutex_unlock (&self->tiktok.mutex);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  spark_tiktok_client_free (self->client);
  spark_tiktok_budget_free (self->budget);
  g_socket_service_stop (G_SOCKET_SERVICE (self->tiktok.service));
  g_socket_listener_close (G_SOCKET_LISTENER (self->tiktok.service));
  g_object_unref (self->tiktok.service);
  answer_with (self, NULL);
  g_string_free (self->tiktok.request, TRUE);
  pthread_mutex_destroy (&self->tiktok.mutex);
  g_free (self->tiktok.url);
  json_object_unref (self->params);
}

/* The service accepts on the default context, so the call is made on a thread of its own. */
typedef struct
{
  Fixture *fixture;
  const char *method;
  const char *path;
  JsonObject *data;
  GError *error;
  gboolean done;
} Call;

static gpointer
run_call (gpointer data)
{
  Call *call = data;
  Fixture *self = call->fixture;

  call->data = spark_tiktok_client_call (self->client, call->method, call->path, TOKEN, "open-1",
                                         self->params, NULL, &call->error);
  g_atomic_int_set (&call->done, TRUE);
  g_main_context_wakeup (NULL);
  return NULL;
}

static JsonObject *
ask (Fixture *self, const char *method, const char *path, GError **error)
{
  Call call = { self, method, path, NULL, NULL, FALSE };
  GThread *thread = g_thread_new ("call", run_call, &call);

  while (!g_atomic_int_get (&call.done))
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
  if (call.error != NULL)
    g_propagate_error (error, call.error);
  return call.data;
}

#define OK(body)                                                                                   \
  "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n" body

/* The shapes of TikTok's own documentation. */
static void
test_read (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) found = NULL;
  g_autoptr (GError) error = NULL;
  JsonArray *fields = json_array_new ();

  json_array_add_string_element (fields, "item_id");
  json_array_add_string_element (fields, "a&b=c");
  json_object_set_array_member (self->params, "fields", fields);
  json_object_set_string_member (self->params, "auth_code", "#A+/=");
  json_object_set_int_member (self->params, "max_count", 20);
  json_object_set_boolean_member (self->params, "is_ad_promotable", TRUE);
  answer_with (
      self,
      OK ("{\"code\":0,\"message\":\"OK\",\"request_id\":\"202208101819310102510031480D2B9AA4\","
          "\"data\":{\"item_id\":\"7123456789123456789\",\"auth_code\":\"" SPARKCODE "\","
          "\"auth_code_start_time\":\"2024-10-31 00:21:37\","
          "\"auth_code_end_time\":\"2024-12-07 00:21:37\",\"authorization_days\":37,"
          "\"auth_code_status\":\"NOT_USED\"}}"));
  found = ask (self, "GET", STATUS, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (spark_tiktok_get_text (found, "auth_code"), ==, SPARKCODE);
  g_assert_cmpint (spark_tiktok_get_time (found, "auth_code_start_time"), ==,
                   G_GINT64_CONSTANT (1730334097000));
  g_assert_cmpint (spark_tiktok_get_int (found, "authorization_days", 0), ==, 37);
  g_assert_cmpint (spark_tiktok_get_time (found, "item_id"), ==, 0);
  g_assert_null (spark_tiktok_get_text (found, "authorization_days"));
  g_assert_null (spark_tiktok_get_object (found, "item_id"));
  g_assert_nonnull (strstr (self->tiktok.request->str,
                            "GET /open_api/v1.3/business/post/authorize/status/?business_id=open-1&"
                            "fields=%5B%22item_id%22%2C%22a%26b%3Dc%22%5D&auth_code=%23A%2B%2F%3D&"
                            "max_count=20&is_ad_promotable=true HTTP/1.1\r\n"));
  g_assert_nonnull (strstr (self->tiktok.request->str, "\r\nAccess-Token: " TOKEN "\r\n"));
}

static void
test_write (Fixture *self, gconstpointer data)
{
  g_autoptr (JsonObject) found = NULL;
  g_autoptr (JsonObject) none = NULL;
  g_autoptr (GError) error = NULL;

  answer_with (self, OK ("{\"request_id\":\"1\",\"message\":\"OK\",\"data\":{},\"code\":0}"));
  found = ask (self, "POST", SET, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (json_object_get_size (found), ==, 0);
  g_assert_nonnull (strstr (self->tiktok.request->str, "\r\n\r\n{\"business_id\":\"open-1\"}"));
  g_assert_nonnull (strstr (self->tiktok.request->str, "Content-Type: application/json\r\n"));
  /* without any data, partly done */
  answer_with (self, OK ("{\"code\":20001,\"message\":\"Partial success\"}"));
  none = ask (self, "POST", SET, &error);
  g_assert_no_error (error);
  g_assert_nonnull (none);
}

/* One caption that cannot be kept as it is does not cost the page it is in. */
static void
test_no_characters (Fixture *self, gconstpointer data)
{
#define REPLACED "\357\277\275"
  static const struct
  {
    const char *sent;
    const char *kept;
  } captions[] = {
    { "a\\u0000b", "a" REPLACED "b" },
    { "\\\\\\u0000\\\\u0000", "\\" REPLACED "\\u0000" },
    { "cut \\uD83D", "cut " REPLACED },
    { "\\ud83d\\n\\ud83d\\u0041", REPLACED "\n" REPLACED "A" },
    { "\\ude00\\ud83d\\ude00\\ud83d", REPLACED "\360\237\230\200" REPLACED },
    { "\377\\u0000", REPLACED REPLACED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (captions); i++)
    {
      g_autofree char *answer = g_strdup_printf (
          OK ("{\"code\":0,\"data\":{\"one\":\"%s\",\"two\":\"Sea \\ud83d\\ude00\""
              ",\"three\":\"\\\\u0000\"}}"),
          captions[i].sent);
      g_autoptr (JsonObject) found = NULL;
      g_autoptr (GError) error = NULL;

      answer_with (self, answer);
      g_test_expect_message ("spark-tiktok", G_LOG_LEVEL_MESSAGE,
                             STATUS ": * what is no character, such as a NUL*");
      found = ask (self, "GET", STATUS, &error);
      g_test_assert_expected_messages ();
      g_assert_no_error (error);
      g_assert_cmpstr (spark_tiktok_get_text (found, "one"), ==, captions[i].kept);
      g_assert_cmpstr (spark_tiktok_get_text (found, "two"), ==, "Sea \360\237\230\200");
      g_assert_cmpstr (spark_tiktok_get_text (found, "three"), ==, "\\u0000");
    }
}

/* What cannot be read is told with its cause, and without what it was. */
static void
test_says_what_is_wrong (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *answer;
    const char *told;
  } answers[] = {
    { OK ("{\"code\":0,\"data\":{\"a\":\"\\x\"}}"), "The text is not valid JSON." },
    { OK ("{\"code\":0,\"data\":{\"a\":\"\\u0000\""), "The text is not one whole JSON value." },
    { OK ("{\"data\":{}}"), "The member \"code\" is missing." },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      g_autofree char *told = g_strconcat (STATUS ": *", answers[i].told, NULL);

      answer_with (self, answers[i].answer);
      g_test_expect_message ("spark-tiktok", G_LOG_LEVEL_MESSAGE, told);
      g_assert_null (ask (self, "GET", STATUS, NULL));
      g_test_assert_expected_messages ();
    }
}

/* Every code of TikTok's table of return codes, and one that is not in it. */
static void
test_codes (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *code;
    SparkTiktokError reads;
    SparkTiktokError writes;
  } cases[] = {
    { "40000", SPARK_TIKTOK_ERROR_REFUSED, SPARK_TIKTOK_ERROR_REFUSED },
    { "40001", SPARK_TIKTOK_ERROR_DENIED, SPARK_TIKTOK_ERROR_DENIED },
    { "40002", SPARK_TIKTOK_ERROR_REFUSED, SPARK_TIKTOK_ERROR_REFUSED },
    { "40006", SPARK_TIKTOK_ERROR_MISCONFIGURED, SPARK_TIKTOK_ERROR_MISCONFIGURED },
    { "40007", SPARK_TIKTOK_ERROR_MISSING, SPARK_TIKTOK_ERROR_MISSING },
    { "40008", SPARK_TIKTOK_ERROR_MISCONFIGURED, SPARK_TIKTOK_ERROR_MISCONFIGURED },
    { "40009", SPARK_TIKTOK_ERROR_MISCONFIGURED, SPARK_TIKTOK_ERROR_MISCONFIGURED },
    { "40010", SPARK_TIKTOK_ERROR_MISCONFIGURED, SPARK_TIKTOK_ERROR_MISCONFIGURED },
    { "40011", SPARK_TIKTOK_ERROR_REFUSED, SPARK_TIKTOK_ERROR_REFUSED },
    { "40013", SPARK_TIKTOK_ERROR_MISCONFIGURED, SPARK_TIKTOK_ERROR_MISCONFIGURED },
    { "40014", SPARK_TIKTOK_ERROR_MISCONFIGURED, SPARK_TIKTOK_ERROR_MISCONFIGURED },
    { "40016", SPARK_TIKTOK_ERROR_WAIT, SPARK_TIKTOK_ERROR_WAIT },
    { "40050", SPARK_TIKTOK_ERROR_UNCERTAIN, SPARK_TIKTOK_ERROR_UNCERTAIN },
    { "40051", SPARK_TIKTOK_ERROR_MISCONFIGURED, SPARK_TIKTOK_ERROR_MISCONFIGURED },
    { "40052", SPARK_TIKTOK_ERROR_REFUSED, SPARK_TIKTOK_ERROR_REFUSED },
    { "40053", SPARK_TIKTOK_ERROR_MISSING, SPARK_TIKTOK_ERROR_MISSING },
    { "40100", SPARK_TIKTOK_ERROR_WAIT, SPARK_TIKTOK_ERROR_WAIT },
    { "40101", SPARK_TIKTOK_ERROR_MISCONFIGURED, SPARK_TIKTOK_ERROR_MISCONFIGURED },
    { "40102", SPARK_TIKTOK_ERROR_REFRESH, SPARK_TIKTOK_ERROR_REFRESH },
    { "40103", SPARK_TIKTOK_ERROR_RECONNECT, SPARK_TIKTOK_ERROR_RECONNECT },
    { "40104", SPARK_TIKTOK_ERROR_RECONNECT, SPARK_TIKTOK_ERROR_RECONNECT },
    { "40105", SPARK_TIKTOK_ERROR_RECONNECT, SPARK_TIKTOK_ERROR_RECONNECT },
    { "40106", SPARK_TIKTOK_ERROR_DENIED, SPARK_TIKTOK_ERROR_DENIED },
    { "40107", SPARK_TIKTOK_ERROR_RECONNECT, SPARK_TIKTOK_ERROR_RECONNECT },
    { "40108", SPARK_TIKTOK_ERROR_MISCONFIGURED, SPARK_TIKTOK_ERROR_MISCONFIGURED },
    { "40110", SPARK_TIKTOK_ERROR_RECONNECT, SPARK_TIKTOK_ERROR_RECONNECT },
    { "40113", SPARK_TIKTOK_ERROR_MISCONFIGURED, SPARK_TIKTOK_ERROR_MISCONFIGURED },
    { "40115", SPARK_TIKTOK_ERROR_MISCONFIGURED, SPARK_TIKTOK_ERROR_MISCONFIGURED },
    { "40117", SPARK_TIKTOK_ERROR_MISCONFIGURED, SPARK_TIKTOK_ERROR_MISCONFIGURED },
    { "40118", SPARK_TIKTOK_ERROR_DENIED, SPARK_TIKTOK_ERROR_DENIED },
    { "40125", SPARK_TIKTOK_ERROR_DENIED, SPARK_TIKTOK_ERROR_DENIED },
    { "40133", SPARK_TIKTOK_ERROR_WAIT, SPARK_TIKTOK_ERROR_WAIT },
    { "40202", SPARK_TIKTOK_ERROR_WAIT, SPARK_TIKTOK_ERROR_WAIT },
    { "40300", SPARK_TIKTOK_ERROR_MISSING, SPARK_TIKTOK_ERROR_MISSING },
    { "40301", SPARK_TIKTOK_ERROR_DENIED, SPARK_TIKTOK_ERROR_DENIED },
    { "40502", SPARK_TIKTOK_ERROR_REFUSED, SPARK_TIKTOK_ERROR_REFUSED },
    { "40700", SPARK_TIKTOK_ERROR_REFUSED, SPARK_TIKTOK_ERROR_REFUSED },
    { "40999", SPARK_TIKTOK_ERROR_UNKNOWN, SPARK_TIKTOK_ERROR_UNKNOWN },
    { "50000", SPARK_TIKTOK_ERROR_UNREACHABLE, SPARK_TIKTOK_ERROR_UNCERTAIN },
    { "50002", SPARK_TIKTOK_ERROR_UNREACHABLE, SPARK_TIKTOK_ERROR_UNCERTAIN },
    { "51305", SPARK_TIKTOK_ERROR_UNREACHABLE, SPARK_TIKTOK_ERROR_UNCERTAIN },
    { "60001", SPARK_TIKTOK_ERROR_WAIT, SPARK_TIKTOK_ERROR_WAIT },
  };

  for (gsize i = 0; i < 2 * G_N_ELEMENTS (cases); i++)
    {
      gboolean writes = i % 2 == 1;
      g_autofree char *answer = g_strdup_printf (
          OK ("{\"code\":%s,\"message\":\"Words \\u202e" TOKEN "\\nmore.\",\"request_id\":\"R1\","
              "\"data\":{}}"),
          cases[i / 2].code);
      g_autoptr (GError) error = NULL;

      /* Whatever had to be waited for is over. */
      self->now += 60 * 60 * 1000;
      answer_with (self, answer);
      g_assert_null (ask (self, writes ? "POST" : "GET", writes ? SET : STATUS, &error));
      g_assert_error (error, SPARK_TIKTOK_ERROR,
                      (int)(writes ? cases[i / 2].writes : cases[i / 2].reads));
      g_assert_nonnull (strstr (error->message, "“Words  … more.”"));
      g_assert_nonnull (strstr (error->message, "R1"));
      g_assert_null (strstr (error->message, TOKEN));
      g_assert_cmpstr (spark_tiktok_error_get_detail (error)->request_id, ==, "R1");
      g_assert_cmpint (spark_tiktok_error_get_detail (error)->code, ==, atoi (cases[i / 2].code));
    }
}

static void
test_throttled (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) again = NULL;

  answer_with (self,
               OK ("{\"code\":40100,\"message\":\"App reaches the QPS limit.\",\"data\":{}}"));
  g_assert_null (ask (self, "POST", SET, &error));
  g_assert_error (error, SPARK_TIKTOK_ERROR, SPARK_TIKTOK_ERROR_WAIT);
  g_assert_cmpint (spark_tiktok_error_get_wait (error), ==, 1500);
  /* Nothing is asked before the time is over. */
  g_string_assign (self->tiktok.request, "");
  self->now = 1000;
  g_assert_null (ask (self, "GET", STATUS, &again));
  g_assert_error (again, SPARK_TIKTOK_ERROR, SPARK_TIKTOK_ERROR_WAIT);
  g_assert_cmpint (spark_tiktok_error_get_wait (again), ==, 500);
  g_assert_cmpstr (self->tiktok.request->str, ==, "");
  self->now = 1500;
  g_clear_error (&again);
  answer_with (self, OK ("{\"code\":0,\"data\":{}}"));
  json_object_unref (ask (self, "GET", STATUS, &again));
  g_assert_no_error (again);
}

/* Whatever does not answer as TikTok does: after a write it is uncertain what was done. */
static void
test_trouble (Fixture *self, gconstpointer data)
{
  static const char *const answers[] = {
    NULL, /* it closes without an answer */
    "",   /* it says nothing until the time is over */
    "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"code\":0", /* half a body */
    "HTTP/1.1 502 Bad Gateway\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<html>",
    OK ("{\"code\":0,\"data\":[]}"),
    OK ("{\"code\":\"0\",\"data\":{}}"),
    OK ("{\"data\":{}}"),
    OK ("[]"),
    OK ("{"),
    OK (""),
  };

  spark_tiktok_client_set_timeout (self->client, 300);
  for (gsize i = 0; i < 2 * G_N_ELEMENTS (answers); i++)
    {
      gboolean writes = i % 2 == 1;
      g_autoptr (GError) error = NULL;

      answer_with (self, answers[i / 2]);
      g_assert_null (ask (self, writes ? "POST" : "GET", writes ? SET : STATUS, &error));
      g_assert_error (
          error, SPARK_TIKTOK_ERROR,
          (int)(writes ? SPARK_TIKTOK_ERROR_UNCERTAIN : SPARK_TIKTOK_ERROR_UNREACHABLE));
      g_assert_cmpint (spark_tiktok_error_get_wait (error), >, 0);
    }
}

static void
test_large (Fixture *self, gconstpointer data)
{
  g_autofree char *spaces = g_strnfill (5 * 1024 * 1024, ' ');
  g_autofree char *answer = g_strconcat (OK (""), spaces, "{\"code\":0,\"data\":{}}", NULL);
  g_autoptr (GError) error = NULL;

  answer_with (self, answer);
  g_assert_null (ask (self, "GET", STATUS, &error));
  g_assert_error (error, SPARK_TIKTOK_ERROR, SPARK_TIKTOK_ERROR_UNREACHABLE);
}

static void
test_redirect (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  answer_with (self, "HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n"
                     "Connection: close\r\n\r\n");
  g_assert_null (ask (self, "POST", SET, &error));
  g_assert_error (error, SPARK_TIKTOK_ERROR, SPARK_TIKTOK_ERROR_MISCONFIGURED);
}

/* Nothing was sent, so a write is not uncertain. */
static void
test_unreachable (Fixture *self, gconstpointer data)
{
  g_autoptr (SparkTiktokClient) client
      = spark_tiktok_client_new ("http://127.0.0.1:1", self->budget);
  g_autoptr (GError) error = NULL;

  g_assert_null (
      spark_tiktok_client_call (client, "POST", SET, TOKEN, "open-1", self->params, NULL, &error));
  g_assert_error (error, SPARK_TIKTOK_ERROR, SPARK_TIKTOK_ERROR_UNREACHABLE);
}

/* --- pictures --- */

typedef struct
{
  SparkTiktok *tiktok;
  const char *url;
  const char *type;
  GBytes *picture;
  guint timeout_ms; /* 0: as pictures are fetched */
  gboolean done;
} Fetch;

static gpointer
run_fetch (gpointer data)
{
  Fetch *fetch = data;

  if (fetch->timeout_ms != 0)
    fetch->picture = spark_tiktok_client_fetch (fetch->tiktok->client, fetch->url, FALSE, 1 << 20,
                                                fetch->timeout_ms, NULL);
  else
    fetch->picture = spark_tiktok_fetch_picture (fetch->tiktok, fetch->url, &fetch->type);
  g_atomic_int_set (&fetch->done, TRUE);
  g_main_context_wakeup (NULL);
  return NULL;
}

static void
run_fetch_until_done (Fixture *self, Fetch *fetch, const char *answer)
{
  GThread *thread;

  answer_with (self, answer);
  thread = g_thread_new ("fetch", run_fetch, fetch);
  while (!g_atomic_int_get (&fetch->done))
    g_main_context_iteration (NULL, TRUE);
  g_thread_join (thread);
}

/* Its media type; NULL: it is not taken. */
static const char *
fetch_from (Fixture *self, const char *api_url, const char *url, const char *answer)
{
  const SparkTiktokSettings settings = { .api_url = (char *)api_url };
  SparkTiktok tiktok = { .settings = &settings, .client = self->client };
  Fetch fetch = { .tiktok = &tiktok, .url = url };

  run_fetch_until_done (self, &fetch, answer);
  g_assert_cmpint (fetch.picture != NULL, ==, fetch.type != NULL);
  g_clear_pointer (&fetch.picture, g_bytes_unref);
  return fetch.type;
}

#define PICTURE(body) "HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nConnection: close\r\n\r\n" body

/* What is no picture, or too large a one, is not kept, whatever it is called. */
static void
test_pictures (Fixture *self, gconstpointer data)
{
  const char *url = self->tiktok.url;
  g_autofree char *much = g_strnfill (1024 * 1024, 'x');
  g_autofree char *large = g_strconcat (PICTURE ("\xff\xd8\xff"), much, NULL);
  g_autofree char *file = NULL;

  g_assert_cmpstr (fetch_from (self, url, url, PICTURE ("\x89PNG\r\n\x1a\nabcdefgh")), ==,
                   "image/png");
  g_assert_cmpstr (fetch_from (self, url, url, PICTURE ("\xff\xd8\xff\xe0more")), ==, "image/jpeg");
  g_assert_cmpstr (fetch_from (self, url, url, PICTURE ("RIFF1234WEBPVP8 ")), ==, "image/webp");
  large[strlen (large) - 3] = '\0'; /* 1 MiB, to the byte */
  g_assert_cmpstr (fetch_from (self, url, url, large), ==, "image/jpeg");
  large[strlen (large)] = 'x';
  g_assert_null (fetch_from (self, url, url, large));
  g_assert_null (fetch_from (self, url, url, PICTURE ("GIF89a--------")));
  g_assert_null (fetch_from (self, url, url, PICTURE ("<svg onload=\"x\">")));
  g_assert_null (fetch_from (self, url, url, PICTURE ("")));
  g_assert_null (fetch_from (self, url, url,
                             "HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n"
                             "\x89PNG\r\n\x1a\nabcdefgh"));
  /* Where TikTok itself is asked over TLS, so are its pictures: nothing is asked. */
  g_string_assign (self->tiktok.request, "");
  g_assert_null (fetch_from (self, "https://business-api.tiktok.com", url,
                             PICTURE ("\x89PNG\r\n\x1a\nabcdefgh")));
  file = g_strconcat ("file://", "/etc/passwd", NULL);
  g_assert_null (fetch_from (self, url, file, PICTURE ("")));
  g_assert_cmpstr (self->tiktok.request->str, ==, "");
}

/* What a name stands for is looked at when it is connected to, so also after it was another. */
static void
connect_to (const char *url)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection
      = g_socket_client_connect_to_uri (client, url, 80, NULL, &error);

  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), "x", 1, NULL,
                             NULL, &error);
  g_assert_no_error (error);
}

static void
test_pictures_of_one_s_own (Fixture *self, gconstpointer data)
{
  static const char *const hosts[]
      = { "127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "127.1", "0.0.0.0", "2130706433" };
  const char *port = strrchr (self->tiktok.url, ':');
  guint asked;

  spark_tiktok_client_free (self->client);
  self->client = spark_tiktok_client_new (SPARK_TIKTOK_API_URL, self->budget);
  for (gsize i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autofree char *url = g_strdup_printf ("https://%s%s/x.png", hosts[i], port);

      g_assert_null (fetch_from (self, SPARK_TIKTOK_API_URL, url, NULL));
    }
  /* What reached it before was accepted before. */
  connect_to (self->tiktok.url);
  do
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
      pthread_mutex_lock (&self->tiktok.mutex);
      asked = self->tiktok.asked;
      pthread_mutex_unlock (&self->tiktok.mutex);
    }
  while (asked == 0);
  g_assert_cmpuint (asked, ==, 1);
}

static void
test_redirected_pictures (Fixture *self, gconstpointer data)
{
  static const char *const elsewhere[]
      = { "http://127.0.0.1:1/x.png", "http://169.254.169.254/latest/meta-data",
          "file:///etc/passwd", "/again" };
  static const guint statuses[] = { 301, 302, 303, 307, 308 };

  for (gsize i = 0; i < G_N_ELEMENTS (elsewhere) * G_N_ELEMENTS (statuses); i++)
    {
      g_autofree char *answer = g_strdup_printf (
          "HTTP/1.1 %u Moved\r\nLocation: %s\r\nConnection: close\r\n\r\n\x89PNG\r\n\x1a\nabcdefgh",
          statuses[i % G_N_ELEMENTS (statuses)], elsewhere[i / G_N_ELEMENTS (statuses)]);

      self->tiktok.asked = 0;
      g_assert_null (fetch_from (self, self->tiktok.url, self->tiktok.url, answer));
      g_assert_cmpuint (self->tiktok.asked, ==, 1);
    }
}

/* The time is that of the whole answer: who sends a byte now and then holds nobody up. */
static void
test_dripping_pictures (Fixture *self, gconstpointer data)
{
  const SparkTiktokSettings settings = { .api_url = self->tiktok.url };
  gint64 begun = g_get_monotonic_time ();
  SparkTiktok tiktok = { .settings = &settings, .client = self->client };
  Fetch fetch = { .tiktok = &tiktok, .url = self->tiktok.url, .timeout_ms = 300 };

  self->tiktok.drips = TRUE;
  run_fetch_until_done (self, &fetch, PICTURE ("\x89PNG\r\n\x1a\nabcdefgh"));
  g_assert_null (fetch.picture);
  /* It would go on for as long as anybody listens. */
  g_assert_cmpint (g_get_monotonic_time () - begun, >=, 300 * 1000);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 10 * G_USEC_PER_SEC);
}

static void
test_public (void)
{
  static const struct
  {
    const char *address;
    gboolean is;
  } cases[] = {
    { "0.0.0.0", FALSE },
    { "9.255.255.255", TRUE },
    { "10.0.0.1", FALSE },
    { "11.0.0.0", TRUE },
    { "100.63.255.255", TRUE },
    { "100.64.0.1", FALSE },
    { "100.127.255.255", FALSE },
    { "100.128.0.0", TRUE },
    { "127.0.0.1", FALSE },
    { "127.255.255.255", FALSE },
    { "169.254.169.254", FALSE },
    { "172.15.255.255", TRUE },
    { "172.16.0.1", FALSE },
    { "172.31.255.255", FALSE },
    { "172.32.0.0", TRUE },
    { "192.0.0.8", FALSE },
    { "192.168.1.1", FALSE },
    { "192.169.0.0", TRUE },
    { "198.18.0.1", FALSE },
    { "198.20.0.0", TRUE },
    { "223.255.255.255", TRUE },
    { "224.0.0.1", FALSE },
    { "255.255.255.255", FALSE },
    { "::", FALSE },
    { "::1", FALSE },
    { "::ffff:8.8.8.8", FALSE },
    { "::ffff:127.0.0.1", FALSE },
    { "64:ff9b::8.8.8.8", TRUE },
    { "64:ff9b::10.0.0.1", FALSE },
    { "64:ff9b:1::10.0.0.1", FALSE },
    { "2001::1", FALSE },
    { "2001:4860:4860::8888", TRUE },
    { "2002:7f00:1::", FALSE },
    { "2606:4700::1", TRUE },
    { "fc00::1", FALSE },
    { "fd12:3456::1", FALSE },
    { "fe80::1", FALSE },
    { "fec0::1", FALSE },
    { "ff02::1", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GInetAddress) address = g_inet_address_new_from_string (cases[i].address);

      if (spark_tiktok_is_public (address) != cases[i].is)
        g_error ("%s", cases[i].address);
    }
}

#define ADD(name, test) g_test_add ("/tiktok/client/" name, Fixture, NULL, set_up, test, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("read", test_read);
  ADD ("write", test_write);
  ADD ("no-characters", test_no_characters);
  ADD ("says-what-is-wrong", test_says_what_is_wrong);
  ADD ("codes", test_codes);
  ADD ("throttled", test_throttled);
  ADD ("trouble", test_trouble);
  ADD ("large", test_large);
  ADD ("redirect", test_redirect);
  ADD ("unreachable", test_unreachable);
  ADD ("pictures", test_pictures);
  ADD ("pictures-of-one-s-own", test_pictures_of_one_s_own);
  ADD ("redirected-pictures", test_redirected_pictures);
  ADD ("dripping-pictures", test_dripping_pictures);
  g_test_add_func ("/tiktok/client/public", test_public);
  return g_test_run ();
}
