/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/prctl.h>

#include "client/spark-backend-private.h"
#include "client/spark-client-private.h"
#include "client/spark-video-list.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "test-wait.h"

#define VIDEOS 40

/* Everything here is against the real backend, which is killed, stopped and restored. */
static char *sparkboxd;

typedef struct
{
  char *folder;
  char *database;
  char *url;
  char *tcp_url;
  char *account;
  GSubprocess *server;
  SparkClient *client; /* of the test's own */
  SparkBackend *backend;
  GPtrArray *told;
  SparkKinds kinds;
  guint statuses; /* a bit for each that was seen */
  double progress;
} Fixture;

/* --- the server --- */

static char *
command (Fixture *fixture, const char *first, ...)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) argv = NULL;
  g_autofree char *database = g_strconcat ("--database=sqlite:", fixture->database, NULL);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;
  char *output = NULL;
  va_list args;

  g_strv_builder_add (builder, sparkboxd);
  va_start (args, first);
  for (const char *word = first; word != NULL; word = va_arg (args, const char *))
    g_strv_builder_add (builder, word);
  va_end (args);
  g_strv_builder_add (builder, database);
  argv = g_strv_builder_end (builder);
  process = g_subprocess_newv ((const char *const *)argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_successful (process));
  return g_strchomp (output);
}

/* So that a test that fails leaves none behind. */
static void
die_with_test (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static void
start_server (Fixture *fixture)
{
  g_autofree char *database = g_strconcat ("sqlite:", fixture->database, NULL);
  g_autoptr (GSubprocessLauncher) launcher
      = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GDataInputStream) out = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_launcher_set_child_setup (launcher, die_with_test, NULL, NULL);
  fixture->server = g_subprocess_launcher_spawn (launcher, &error, sparkboxd, "serve", "--listen",
                                                 "127.0.0.1:0", "--listen", fixture->url,
                                                 "--database", database, "--feed-ping", "1", NULL);
  g_assert_no_error (error);
  out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (fixture->server));
  for (int i = 0; i < 2; i++)
    {
      g_autofree char *line = g_data_input_stream_read_line (out, NULL, NULL, &error);

      g_assert_no_error (error);
      g_assert_true (g_str_has_prefix (line, "listening on "));
      if (i == 0)
        {
          g_free (fixture->tcp_url);
          fixture->tcp_url = g_strdup (line + strlen ("listening on "));
        }
    }
}

static void
end_server (Fixture *fixture, int signal)
{
  g_subprocess_send_signal (fixture->server, signal);
  g_subprocess_wait (fixture->server, NULL, NULL);
  g_clear_object (&fixture->server);
}

static JsonNode *
ask (Fixture *fixture, const char *method, const char *path, const char *body, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = body != NULL ? g_bytes_new (body, strlen (body)) : NULL;

  spark_client_send_async (fixture->client, method, path, bytes, NULL, test_result_cb, &result);
  test_wait (result != NULL);
  return spark_client_send_finish (fixture->client, result, error);
}

/* The ids of a list of /v1, all its pages. */
static GHashTable *
list_ids (Fixture *fixture, const char *path)
{
  GHashTable *ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree char *cursor = NULL;

  do
    {
      g_autofree char *after
          = cursor != NULL ? spark_client_path ("&cursor=%s", cursor) : g_strdup ("");
      g_autofree char *page = g_strdup_printf ("%s?limit=100%s", path, after);
      g_autoptr (GError) error = NULL;
      g_autoptr (JsonNode) answer = ask (fixture, "GET", page, NULL, &error);
      JsonArray *items;

      g_assert_no_error (error);
      items = json_object_get_array_member (json_node_get_object (answer), "items");
      for (guint i = 0; i < json_array_get_length (items); i++)
        {
          JsonObject *item = json_array_get_object_element (items, i);

          g_hash_table_add (ids, g_strdup (json_object_get_string_member (item, "id")));
        }
      g_clear_pointer (&cursor, g_free);
      if (!json_object_get_null_member (json_node_get_object (answer), "next_cursor"))
        cursor = g_strdup (
            json_object_get_string_member (json_node_get_object (answer), "next_cursor"));
    }
  while (cursor != NULL);
  return ids;
}

static void
add_brand (Fixture *fixture, const char *name)
{
  g_autofree char *body
      = g_strdup_printf ("{\"account\":\"%s\",\"name\":\"%s\"}", fixture->account, name);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = ask (fixture, "POST", "/v1/brands", body, &error);

  g_assert_no_error (error);
}

/* --- the backend under test --- */

static void
on_changed_cb (SparkBackend *backend, SparkKinds kinds, Fixture *fixture)
{
  fixture->kinds |= kinds;
}

static void
on_events_cb (SparkBackend *backend, const char *const *ids, Fixture *fixture)
{
  for (; *ids != NULL; ids++)
    {
      g_autoptr (SparkEventItem) item
          = spark_replica_get_event (spark_backend_get_replica (backend), *ids);

      g_assert_nonnull (item);
      for (guint i = 0; i < fixture->told->len; i++)
        g_assert_cmpstr (fixture->told->pdata[i], !=, *ids);
      g_ptr_array_add (fixture->told, g_strdup (*ids));
    }
}

static void
on_status_cb (Fixture *fixture)
{
  fixture->statuses |= 1u << spark_backend_get_status (fixture->backend);
}

static void
on_progress_cb (Fixture *fixture)
{
  double progress;

  g_object_get (fixture->backend, "progress", &progress, NULL);
  fixture->progress = MAX (fixture->progress, progress);
}

static const SparkBackendTimes times = { 50, 400, 2500 };

static void
open_backend_at (Fixture *fixture, const char *url, const char *token)
{
  guint8 key[32] = { 7 };
  g_autoptr (GBytes) bytes = g_bytes_new (key, sizeof key);
  g_autoptr (SparkClient) client = spark_client_new (url, token);
  g_autoptr (GError) error = NULL;

  spark_client_set_timeout (client, 1000);
  fixture->backend = spark_backend_new ("test", client, bytes, &error);
  g_assert_no_error (error);
  spark_backend_set_times (fixture->backend, &times);
  fixture->kinds = 0;
  fixture->statuses = 0;
  fixture->progress = -1;
  g_signal_connect (fixture->backend, "changed", G_CALLBACK (on_changed_cb), fixture);
  g_signal_connect (fixture->backend, "events", G_CALLBACK (on_events_cb), fixture);
  g_signal_connect_swapped (fixture->backend, "notify::status", G_CALLBACK (on_status_cb), fixture);
  g_signal_connect_swapped (fixture->backend, "notify::progress", G_CALLBACK (on_progress_cb),
                            fixture);
  spark_backend_start (fixture->backend);
}

static void
open_backend (Fixture *fixture)
{
  open_backend_at (fixture, fixture->url, NULL);
}

static void
wait_for_status (Fixture *fixture, SparkBackendStatus status)
{
  test_wait (spark_backend_get_status (fixture->backend) == status);
}

static void
close_backend (Fixture *fixture)
{
  spark_backend_stop (fixture->backend);
  test_finalize (&fixture->backend);
}

/* The replica has exactly what the server has, and of what is new, all and nothing twice was told.
 */
static void
assert_same (Fixture *fixture, GHashTable *old_events)
{
  SparkReplica *replica = spark_backend_get_replica (fixture->backend);
  g_autoptr (GHashTable) events = list_ids (fixture, "/v1/events");
  g_autoptr (GHashTable) brands = list_ids (fixture, "/v1/brands");
  g_autoptr (GListModel) list = spark_replica_list_brands (replica, NULL);
  guint n_new = g_hash_table_size (events) - g_hash_table_size (old_events);

  test_wait (fixture->told->len >= n_new);
  test_wait (g_list_model_get_n_items (list) == g_hash_table_size (brands));
  g_assert_cmpuint (fixture->told->len, ==, n_new);
  for (guint i = 0; i < fixture->told->len; i++)
    {
      g_assert_true (g_hash_table_contains (events, fixture->told->pdata[i]));
      g_assert_false (g_hash_table_contains (old_events, fixture->told->pdata[i]));
    }
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_strdup (g_get_user_data_dir ());
  g_mkdir_with_parents (fixture->folder, 0700);
  fixture->database = g_build_filename (fixture->folder, "server.db", NULL);
  fixture->url = g_strdup_printf ("unix:%s/s", fixture->folder);
  fixture->told = g_ptr_array_new_with_free_func (g_free);
  fixture->account = command (fixture, "sample", "--videos", G_STRINGIFY (VIDEOS), NULL);
  start_server (fixture);
  fixture->client = spark_client_new (fixture->url, NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->backend != NULL)
    close_backend (fixture);
  test_finalize (&fixture->client);
  if (fixture->server != NULL)
    end_server (fixture, SIGTERM);
  g_ptr_array_unref (fixture->told);
  g_free (fixture->folder);
  g_free (fixture->database);
  g_free (fixture->url);
  g_free (fixture->tcp_url);
  g_free (fixture->account);
}

static void
test_first_load (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SparkVideoList) videos = NULL;
  g_autoptr (GHashTable) events = list_ids (fixture, "/v1/events");

  open_backend (fixture);
  wait_for_status (fixture, SPARK_BACKEND_ONLINE);
  g_assert_true (fixture->statuses & (1u << SPARK_BACKEND_LOADING));
  g_assert_false (fixture->statuses & (1u << SPARK_BACKEND_OFFLINE));
  g_assert_cmpfloat (fixture->progress, >=, 0);
  g_assert_true (fixture->kinds & SPARK_KINDS_VIDEO && fixture->kinds & SPARK_KINDS_EVENT);
  videos = spark_video_list_new (spark_backend_get_replica (fixture->backend), NULL);
  test_wait (g_list_model_get_n_items (G_LIST_MODEL (videos)) == VIDEOS);
  assert_same (fixture, events);

  add_brand (fixture, "Later");
  assert_same (fixture, events);
  g_assert_cmpuint (fixture->told->len, ==, 1);
}

/* What happened while nobody looked is told once, at the next start. */
static void
test_closed_meanwhile (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) events = list_ids (fixture, "/v1/events");

  open_backend (fixture);
  wait_for_status (fixture, SPARK_BACKEND_ONLINE);
  close_backend (fixture);
  add_brand (fixture, "One");
  add_brand (fixture, "Two");

  open_backend (fixture);
  assert_same (fixture, events);
  g_assert_cmpuint (fixture->told->len, ==, 2);
  g_assert_false (fixture->statuses & (1u << SPARK_BACKEND_LOADING));
  wait_for_status (fixture, SPARK_BACKEND_ONLINE);
  close_backend (fixture);

  open_backend (fixture);
  wait_for_status (fixture, SPARK_BACKEND_ONLINE);
  assert_same (fixture, events);
}

typedef struct
{
  Fixture *fixture;
  guint next;
  guint running;
} Load;

static void add_next (Load *load);

static void
on_added_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Load *load = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = spark_client_send_finish (SPARK_CLIENT (source), result, &error);

  /* Those that a kill cuts off are lost, or were done: the server knows. */
  g_assert_true (error == NULL || g_error_matches (error, SPARK_ERROR, SPARK_ERROR_OFFLINE)
                 || g_error_matches (error, SPARK_ERROR, SPARK_ERROR_IDEMPOTENCY_RUNNING));
  load->running--;
  add_next (load);
}

static void
add_next (Load *load)
{
  g_autofree char *body = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (load->next == 0)
    return;
  body = g_strdup_printf ("{\"account\":\"%s\",\"name\":\"Brand %u\"}", load->fixture->account,
                          load->next--);
  bytes = g_bytes_new (body, strlen (body));
  load->running++;
  spark_client_send_async (load->fixture->client, "POST", "/v1/brands", bytes, NULL, on_added_cb,
                           load);
}

static void
test_killed_under_load (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) events = list_ids (fixture, "/v1/events");
  Load load = { fixture, 0, 0 };

  open_backend (fixture);
  wait_for_status (fixture, SPARK_BACKEND_ONLINE);
  for (guint round = 1; round <= 4; round++)
    {
      guint before = fixture->told->len;

      load.next = 1000 * round + 999;
      for (guint i = 0; i < 8; i++)
        add_next (&load);
      test_wait (fixture->told->len >= before + 15);
      end_server (fixture, SIGKILL);
      load.next = 0;
      test_wait (load.running == 0);
      start_server (fixture);
    }
  wait_for_status (fixture, SPARK_BACKEND_ONLINE);
  assert_same (fixture, events);
  g_assert_cmpuint (fixture->told->len, >=, 60);
}

static void
set_epoch (Fixture *fixture, const char *epoch)
{
  sqlite3 *database;
  g_autofree char *sql
      = g_strdup_printf ("UPDATE meta SET value = '%s' WHERE name = 'epoch'", epoch);

  g_assert_cmpint (sqlite3_open (fixture->database, &database), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (database, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_changes (database), ==, 1);
  sqlite3_close (database);
}

static void
on_items_changed_cb (GListModel *list, guint position, guint removed, guint added, guint *fewest)
{
  *fewest = MIN (*fewest, g_list_model_get_n_items (list));
}

/* The server was restored from a copy: what came after the copy goes, the rest never leaves the
 * window. */
static void
test_restored (Fixture *fixture, gconstpointer data)
{
  g_autofree char *copy = g_strconcat (fixture->database, ".copy", NULL);
  g_autofree char *content = NULL;
  g_autoptr (SparkVideoList) videos = NULL;
  g_autoptr (GListModel) brands = NULL;
  g_autoptr (GError) error = NULL;
  SparkReplica *replica;
  guint fewest = G_MAXUINT, n_brands, told;
  gsize length;

  end_server (fixture, SIGTERM);
  g_file_get_contents (fixture->database, &content, &length, &error);
  g_assert_no_error (error);
  start_server (fixture);
  open_backend (fixture);
  wait_for_status (fixture, SPARK_BACKEND_ONLINE);
  replica = spark_backend_get_replica (fixture->backend);
  videos = spark_video_list_new (replica, NULL);
  brands = spark_replica_list_brands (replica, NULL);
  test_wait (g_list_model_get_n_items (G_LIST_MODEL (videos)) == VIDEOS);
  n_brands = g_list_model_get_n_items (brands);
  add_brand (fixture, "Forgotten");
  test_wait (g_list_model_get_n_items (brands) == n_brands + 1);
  test_wait (fixture->told->len == 1);
  told = fixture->told->len;
  g_signal_connect (videos, "items-changed", G_CALLBACK (on_items_changed_cb), &fewest);

  end_server (fixture, SIGTERM);
  g_file_set_contents (fixture->database, content, (gssize)length, &error);
  g_assert_no_error (error);
  set_epoch (fixture, "restored");
  fixture->statuses = 0;
  start_server (fixture);
  test_wait (g_list_model_get_n_items (brands) == n_brands);
  wait_for_status (fixture, SPARK_BACKEND_ONLINE);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (videos)), ==, VIDEOS);
  g_assert_cmpuint (fewest, >=, VIDEOS);
  g_assert_false (fixture->statuses & (1u << SPARK_BACKEND_FAILED));
  g_assert_cmpuint (fixture->told->len, ==, told);

  /* It gets the number, so the id, of the one that was forgotten, and is news all the same. */
  g_ptr_array_set_size (fixture->told, 0);
  add_brand (fixture, "Remembered");
  test_wait (fixture->told->len == 1);
  g_clear_object (&brands);
  g_clear_object (&videos);
}

static void
test_sent_later (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) codes = list_ids (fixture, "/v1/codes");
  g_autofree char *path = NULL;
  g_autofree char *copies = NULL;
  const char *unused = NULL;
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, codes);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    {
      g_autofree char *code_path = spark_client_path ("/v1/codes/%s", (char *)id);
      g_autoptr (JsonNode) code = ask (fixture, "GET", code_path, NULL, NULL);

      if (!json_object_has_member (json_node_get_object (code), "copied_at")
          || json_object_get_null_member (json_node_get_object (code), "copied_at"))
        unused = id;
    }
  g_assert_nonnull (unused);
  path = spark_client_path ("/v1/codes/%s", unused);
  copies = spark_client_path ("/v1/codes/%s/copies", unused);

  open_backend (fixture);
  wait_for_status (fixture, SPARK_BACKEND_ONLINE);
  end_server (fixture, SIGKILL);
  wait_for_status (fixture, SPARK_BACKEND_OFFLINE);
  spark_backend_post_later (fixture->backend, copies, "{}");
  spark_backend_post_later (fixture->backend, "/v1/codes/1.999999/copies", "{}");
  test_turn ();
  close_backend (fixture);
  open_backend (fixture);
  start_server (fixture);
  wait_for_status (fixture, SPARK_BACKEND_ONLINE);
  /* By the feed. */
  for (gboolean copied = FALSE; !copied;)
    {
      g_autoptr (SparkCodeItem) item
          = spark_replica_get_code (spark_backend_get_replica (fixture->backend), unused);

      copied = item != NULL && spark_code_item_get (item)->copied_at != 0;
      test_turn ();
    }
}

static gboolean
is_queued (Fixture *fixture)
{
  g_autoptr (SparkOutgoing) next
      = spark_replica_get_queued (spark_backend_get_replica (fixture->backend));

  return next != NULL;
}

/* Gone and back before what was under way is known to have failed: it is sent again at once. */
static void
test_sent_again_at_once (Fixture *fixture, gconstpointer data)
{
  open_backend (fixture);
  wait_for_status (fixture, SPARK_BACKEND_ONLINE);
  spark_outbox_set_wait (fixture->backend->outbox, 60000);
  g_subprocess_send_signal (fixture->server, SIGSTOP);
  spark_backend_post_later (fixture->backend, "/v1/codes/1.999999/copies", "{}");
  test_wait (is_queued (fixture));
  test_turn ();
  spark_outbox_set_online (fixture->backend->outbox, FALSE);
  spark_outbox_set_online (fixture->backend->outbox, TRUE);
  g_subprocess_send_signal (fixture->server, SIGCONT);
  /* Whatever it answers. */
  test_wait (!is_queued (fixture));
}

static void
test_token_ended (Fixture *fixture, gconstpointer data)
{
  g_autofree char *token = command (fixture, "token", "create", fixture->account, NULL);
  g_autofree char *tokens = command (fixture, "token", "list", NULL);
  g_autofree char *id = g_strndup (tokens, strcspn (tokens, "\t"));
  g_autofree char *output = NULL;
  g_autofree char *cursor = NULL;

  open_backend_at (fixture, fixture->tcp_url, token);
  wait_for_status (fixture, SPARK_BACKEND_ONLINE);
  output = command (fixture, "token", "revoke", id, NULL);
  wait_for_status (fixture, SPARK_BACKEND_FAILED);
  g_assert_error (spark_backend_get_problem (fixture->backend), SPARK_ERROR,
                  SPARK_ERROR_UNAUTHORIZED);
  /* What was loaded is still there to read. */
  cursor = spark_replica_get_cursor (spark_backend_get_replica (fixture->backend));
  g_assert_nonnull (cursor);
}

/* A backend that neither answers nor goes away. */
static void
test_silent (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GHashTable) events = list_ids (fixture, "/v1/events");
  gint64 stopped_at, fresh_at;

  open_backend (fixture);
  wait_for_status (fixture, SPARK_BACKEND_ONLINE);
  /* Longer than it may be silent: pings come each second. */
  for (gint64 end = g_get_monotonic_time () + 3 * G_USEC_PER_SEC; g_get_monotonic_time () < end;)
    {
      test_turn ();
      g_assert_cmpint (spark_backend_get_status (fixture->backend), ==, SPARK_BACKEND_ONLINE);
    }
  stopped_at = spark_time_now ();
  g_subprocess_send_signal (fixture->server, SIGSTOP);
  wait_for_status (fixture, SPARK_BACKEND_OFFLINE);
  /* As of when it was heard of last, not of when that was noticed. */
  fresh_at = spark_backend_get_fresh_at (fixture->backend);
  g_assert_cmpint (fresh_at, >=, stopped_at - 2000);
  g_assert_cmpint (fresh_at + times.dead_ms, <=, spark_time_now () + 5);
  g_subprocess_send_signal (fixture->server, SIGCONT);
  wait_for_status (fixture, SPARK_BACKEND_ONLINE);
  g_assert_cmpint (spark_backend_get_fresh_at (fixture->backend), >, fresh_at);
  add_brand (fixture, "After");
  assert_same (fixture, events);
}

/* What a new account brings along is its history, not news. */
static void
test_new_account (Fixture *fixture, gconstpointer data)
{
  g_autofree char *other = NULL;
  g_autoptr (GListModel) accounts = NULL;
  g_autoptr (SparkVideoList) videos = NULL;

  open_backend (fixture);
  wait_for_status (fixture, SPARK_BACKEND_ONLINE);
  accounts = spark_replica_list_accounts (spark_backend_get_replica (fixture->backend));
  videos = spark_video_list_new (spark_backend_get_replica (fixture->backend), NULL);
  other = command (fixture, "sample", "--videos", "30", NULL);
  test_wait (g_list_model_get_n_items (G_LIST_MODEL (videos)) == VIDEOS + 30);
  add_brand (fixture, "News");
  test_wait (fixture->told->len > 0);
  for (guint i = 0; i < fixture->told->len; i++)
    {
      g_autoptr (SparkEventItem) item = spark_replica_get_event (
          spark_backend_get_replica (fixture->backend), fixture->told->pdata[i]);

      g_assert_cmpint (spark_event_item_get (item)->type, !=, SPARK_EVENT_GRANT_AUTHORIZED);
      g_assert_cmpint (spark_event_item_get (item)->type, !=, SPARK_EVENT_CODE_USED);
    }
  g_clear_object (&accounts);
  g_clear_object (&videos);
}

static void
test_offline_at_first (Fixture *fixture, gconstpointer data)
{
  gint64 began_at = spark_time_now (), fresh_at;

  end_server (fixture, SIGTERM);
  open_backend (fixture);
  wait_for_status (fixture, SPARK_BACKEND_OFFLINE);
  g_assert_cmpint (spark_backend_get_fresh_at (fixture->backend), ==, 0);
  start_server (fixture);
  spark_backend_retry (fixture->backend);
  wait_for_status (fixture, SPARK_BACKEND_ONLINE);
  /* What is there stays as of then, also after a new start. */
  spark_backend_stop (fixture->backend);
  fresh_at = spark_backend_get_fresh_at (fixture->backend);
  g_assert_cmpint (fresh_at, >=, began_at);
  test_finalize (&fixture->backend);
  end_server (fixture, SIGTERM);
  open_backend (fixture);
  wait_for_status (fixture, SPARK_BACKEND_OFFLINE);
  g_assert_cmpint (spark_backend_get_fresh_at (fixture->backend), ==, fresh_at);
}

int
main (int argc, char **argv)
{
  sparkboxd = argv[1];
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
#define ADD(name, function) g_test_add (name, Fixture, NULL, set_up, function, tear_down)
  ADD ("/backend/first-load", test_first_load);
  ADD ("/backend/closed-meanwhile", test_closed_meanwhile);
  ADD ("/backend/killed-under-load", test_killed_under_load);
  ADD ("/backend/restored", test_restored);
  ADD ("/backend/sent-later", test_sent_later);
  ADD ("/backend/sent-again-at-once", test_sent_again_at_once);
  ADD ("/backend/token-ended", test_token_ended);
  ADD ("/backend/silent", test_silent);
  ADD ("/backend/new-account", test_new_account);
  ADD ("/backend/offline-at-first", test_offline_at_first);
#undef ADD
  return g_test_run ();
}
