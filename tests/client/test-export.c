/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <archive.h>
#include <archive_entry.h>
#include <glib/gstdio.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "client/spark-export.h"
#include "model/spark-csv.h"
#include "model/spark-error.h"
#include "replica-fixture.h"
#include "server-thread.h"

#define CODE    "#SparkboxAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define FORMULA "=HYPERLINK(\"http://evil\",\"Morning\")"

static SparkReplica *
open_filled (const char *name)
{
  SparkReplica *replica = fixture_open (name, 1);

  fixture_account ("1", "Mira");
  fixture_account ("2", "Noor");
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *id = g_strdup_printf ("1.%u", 10 + i);
      g_autofree char *code_id = g_strdup_printf ("1.%u", 20 + i);
      g_autofree char *grant_id = g_strdup_printf ("1.%u", 30 + i);
      g_autofree char *event_id = g_strdup_printf ("1.%u", 40 + i);
      g_autofree char *brand_id = g_strdup_printf ("1.%u", 50 + i);
      g_autofree char *brand_name = g_strdup_printf ("Brand %u", i);
      SparkVideo video
          = fixture_make_video (id, i == 0 ? FORMULA : "如何 \"quoted\"", 1700000000000 + i);
      const SparkCode code = { .id = code_id,
                               .video_id = id,
                               .code = CODE,
                               .state = SPARK_CODE_STATE_READY,
                               .days = 30,
                               .created_at = 1700000000000 };
      const SparkBrand brand = { .id = brand_id,
                                 .account_id = "1",
                                 .name = brand_name,
                                 .ads_active = -1,
                                 .paid = { .views = 9, .likes = -1, .comments = -1 } };
      const SparkGrant grant = { .id = grant_id,
                                 .video_id = id,
                                 .brand = { brand_id, brand_name },
                                 .source = SPARK_GRANT_SOURCE_NOTED,
                                 .state = SPARK_GRANT_STATE_AUTHORIZED,
                                 .redeemed_at = 1700000000000,
                                 .ads_active = -1,
                                 .paid = { .views = 7, .likes = -1, .comments = -1 } };
      const SparkEvent event = { .id = event_id,
                                 .type = SPARK_EVENT_CODE_GENERATED,
                                 .at = 1700000000000,
                                 .actor = { SPARK_ACTOR_CREATOR, NULL, "Mira" },
                                 .video_id = id,
                                 .grant_id = grant_id };

      fixture_video ("1", &video);
      fixture_code ("1", &code);
      fixture_brand ("1", &brand);
      fixture_grant ("1", &grant);
      fixture_event ("1", &event);
    }
  {
    SparkVideo video = fixture_make_video ("2.1", "of another", 1700000000000);

    fixture_video ("2", &video);
  }
  fixture_apply (replica);
  return replica;
}

typedef struct
{
  gboolean done;
  gboolean ok;
  GError *error;
} Outcome;

static void
on_done_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Outcome *outcome = user_data;

  outcome->ok = spark_export_run_finish (SPARK_EXPORT (source), result, &outcome->error);
  outcome->done = TRUE;
}

static GError *
run (SparkExport *export, const char *path, GCancellable *cancellable)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  Outcome outcome = { 0 };

  spark_export_run_async (export, file, cancellable, on_done_cb, &outcome);
  while (!outcome.done)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (outcome.ok == (outcome.error == NULL));
  return outcome.error;
}

static char *
make_path (char **folder, const char *name)
{
  *folder = g_dir_make_tmp ("spark-export-XXXXXX", NULL);
  return g_build_filename (*folder, name, NULL);
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static JsonObject *
read_json (const char *path, JsonParser *parser)
{
  g_assert_true (json_parser_load_from_file (parser, path, NULL));
  return json_node_get_object (json_parser_get_root (parser));
}

static guint
length (JsonObject *object, const char *member)
{
  return json_array_get_length (json_object_get_array_member (object, member));
}

/* What is known of the numbers, 0 included, and nothing of those that are not. */
static void
check_paid (JsonObject *object, const char *member, gint64 views)
{
  JsonObject *first
      = json_array_get_object_element (json_object_get_array_member (object, member), 0);
  JsonObject *paid = json_object_get_object_member (first, "paid");

  g_assert_cmpint (json_object_get_int_member (paid, "views"), ==, views);
  g_assert_cmpint (json_object_get_int_member (paid, "shares"), ==, 0);
  g_assert_false (json_object_has_member (paid, "likes"));
  g_assert_false (json_object_has_member (paid, "comments"));
  g_assert_true (json_object_get_null_member (first, "ads_active"));
}

static void
test_json (void)
{
  SparkReplica *replica = open_filled ("json");
  g_autoptr (SparkExport) export = spark_export_new (replica, "1");
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autofree char *folder = NULL;
  g_autofree char *path = make_path (&folder, "all.json");
  JsonObject *object, *code;

  g_assert_no_error (run (export, path, NULL));
  object = read_json (path, parser);
  g_assert_cmpuint (length (object, "accounts"), ==, 1);
  g_assert_cmpuint (length (object, "videos"), ==, 3);
  g_assert_cmpuint (length (object, "codes"), ==, 3);
  g_assert_cmpuint (length (object, "grants"), ==, 3);
  g_assert_cmpuint (length (object, "brands"), ==, 3);
  g_assert_cmpuint (length (object, "events"), ==, 3);
  check_paid (object, "grants", 7);
  check_paid (object, "brands", 9);
  code = json_array_get_object_element (json_object_get_array_member (object, "codes"), 0);
  g_assert_true (json_object_get_null_member (code, "code"));
  g_assert_cmpfloat (spark_export_get_progress (export), ==, 1);

  /* Whoever wants the codes says so; and the file is only its owner's to read. */
  spark_export_set_codes (export, TRUE);
  g_assert_no_error (run (export, path, NULL));
  object = read_json (path, parser);
  code = json_array_get_object_element (json_object_get_array_member (object, "codes"), 0);
  g_assert_cmpstr (json_object_get_string_member (code, "code"), ==, CODE);
  {
    GStatBuf info;

    g_assert_cmpint (g_stat (path, &info), ==, 0);
    g_assert_cmpint (info.st_mode & 0777, ==, 0600);
  }
  g_assert_cmpuint (count_files (folder), ==, 1);
  g_unlink (path);
  g_rmdir (folder);
  g_clear_object (&export);
  fixture_close (replica);
}

static void
test_chosen (void)
{
  SparkReplica *replica = open_filled ("chosen");
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autofree char *folder = NULL;
  g_autofree char *path = make_path (&folder, "some.json");
  static const char *const videos[] = { "1.10", "1.12", NULL };
  static const char *const grants[] = { "1.31", NULL };
  SparkExport *export = spark_export_new (replica, "1");
  SparkVideoList *list;
  JsonObject *object;

  spark_export_only_ids (export, SPARK_KIND_VIDEO, videos);
  g_assert_no_error (run (export, path, NULL));
  object = read_json (path, parser);
  g_assert_cmpuint (length (object, "videos"), ==, 2);
  g_assert_cmpuint (length (object, "grants"), ==, 2);
  g_assert_cmpuint (length (object, "brands"), ==, 2);
  g_object_unref (export);

  export = spark_export_new (replica, NULL);
  spark_export_only_ids (export, SPARK_KIND_GRANT, grants);
  g_assert_no_error (run (export, path, NULL));
  object = read_json (path, parser);
  g_assert_cmpuint (length (object, "videos"), ==, 1);
  g_assert_cmpuint (length (object, "grants"), ==, 1);
  g_assert_cmpuint (length (object, "events"), ==, 1);
  g_assert_cmpuint (length (object, "brands"), ==, 1);
  g_object_unref (export);

  export = spark_export_new (replica, "1");
  list = spark_video_list_new (replica, "1");
  spark_video_list_set_search (list, "quoted");
  spark_export_only_listed (export, list);
  g_assert_no_error (run (export, path, NULL));
  object = read_json (path, parser);
  g_assert_cmpuint (length (object, "videos"), ==, 2);
  g_assert_cmpuint (length (object, "codes"), ==, 2);
  g_object_unref (list);
  g_object_unref (export);

  g_unlink (path);
  g_rmdir (folder);
  fixture_close (replica);
}

/* (transfer full): the text of one table */
static char *
read_table (const char *path, const char *name)
{
  struct archive *zip = archive_read_new ();
  struct archive_entry *entry;
  GString *text = g_string_new (NULL);

  archive_read_support_format_zip (zip);
  g_assert_cmpint (archive_read_open_filename (zip, path, 4096), ==, ARCHIVE_OK);
  while (archive_read_next_header (zip, &entry) == ARCHIVE_OK)
    if (g_strcmp0 (archive_entry_pathname (entry), name) == 0)
      {
        char buffer[4096];
        la_ssize_t n;

        while ((n = archive_read_data (zip, buffer, sizeof buffer)) > 0)
          g_string_append_len (text, buffer, n);
      }
  archive_read_free (zip);
  g_assert_cmpuint (text->len, >, 0);
  return g_string_free (text, FALSE);
}

static void
test_tables (void)
{
  SparkReplica *replica = open_filled ("tables");
  g_autoptr (SparkExport) export = spark_export_new (replica, NULL);
  g_autofree char *folder = NULL;
  g_autofree char *path = make_path (&folder, "all.zip");
  g_autofree char *videos = NULL, *codes = NULL;

  spark_export_set_format (export, SPARK_EXPORT_TABLES);
  g_assert_no_error (run (export, path, NULL));
  videos = read_table (path, "videos.csv");
  g_assert_true (g_str_has_prefix (videos, SPARK_CSV_BEGIN "id,account_id,"));
  /* No spreadsheet takes a caption for a formula. */
  g_assert_nonnull (strstr (videos, "\"'=HYPERLINK(\"\"http://evil\"\",\"\"Morning\"\")\""));
  g_assert_null (strstr (videos, ",\"="));
  g_assert_nonnull (strstr (videos, "\"如何 \"\"quoted\"\"\""));
  g_assert_nonnull (strstr (videos, "\"of another\""));
  codes = read_table (path, "codes.csv");
  g_assert_null (strstr (codes, CODE));
  g_unlink (path);
  g_rmdir (folder);
  g_clear_object (&export);
  fixture_close (replica);
}

/* What was there before stays as it is, and nothing is left behind. */
static void
test_cancelled (void)
{
  SparkReplica *replica = open_filled ("cancelled");
  g_autoptr (SparkExport) export = spark_export_new (replica, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) missing = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *path = make_path (&folder, "kept.json");
  g_autofree char *text = NULL;

  g_assert_true (g_file_set_contents (path, "before", -1, NULL));
  g_cancellable_cancel (cancellable);
  error = run (export, path, cancellable);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_cmpstr (text, ==, "before");
  g_assert_cmpuint (count_files (folder), ==, 1);
  g_unlink (path);
  g_rmdir (folder);

  missing = run (export, path, NULL);
  g_assert_error (missing, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_object (&export);
  fixture_close (replica);
}

/* --- what is older than the replica --- */

/* An export with a page of /v1/events, and what was asked for. */
typedef struct
{
  SparkReplica *replica;
  SparkExport *export;
  char *folder;
  char *path; /* in it; of what is written */
  ServerThread *thread;

  GMutex lock; /* for the following */
  GString *asked;
  const char *fails; /* requests with this are refused; NULL: none */
  gboolean endless;
  GCancellable *cancel; /* as soon as the first request is there */
} Older;

#define EVENT(id, at)                                                                              \
  "{\"id\":\"" id "\",\"type\":\"code_generated\",\"at\":\"" at "\",\"actor\":{\"kind\":"          \
  "\"creator\",\"id\":null,\"name\":\"Mira\"},\"video_id\":\"1.10\",\"detail\":{}}"

static void
answer (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
        gpointer user_data)
{
  Older *older = user_data;
  g_autofree char *line = g_uri_unescape_string (
      g_uri_get_query (soup_server_message_get_uri (message)), NULL);

  g_mutex_lock (&older->lock);
  g_string_append_printf (older->asked, "%s?%s\n", path, line);
  if (older->cancel != NULL)
    g_cancellable_cancel (older->cancel);
  if (older->fails != NULL && strstr (line, older->fails) != NULL)
    server_thread_say (message, 500, "application/problem+json", "{\"code\":\"internal\"}");
  else if (older->endless)
    server_thread_say (message, 200, "application/json",
                       "{\"items\":[],\"next_cursor\":\"c1\"}");
  else if (strstr (line, "account=2") != NULL)
    server_thread_say (message, 200, "application/json", "{\"items\":[],\"next_cursor\":null}");
  else if (strstr (line, "cursor=c1") != NULL)
    server_thread_say (message, 200, "application/json",
                       "{\"items\":[" EVENT ("1.2", "2022-01-01T00:00:00Z") ",{}],"
                       "\"next_cursor\":null}");
  else
    server_thread_say (message, 200, "application/json",
                       "{\"items\":[" EVENT ("1.4", "2023-01-02T00:00:00Z") ","
                       EVENT ("1.3", "2023-01-01T00:00:00Z") "],\"next_cursor\":\"c1\"}");
  g_mutex_unlock (&older->lock);
}

static void
begin_older (Older *older, const char *name, const char *account_id)
{
  g_autoptr (SparkClient) client = NULL;

  *older = (Older){ .replica = open_filled (name), .asked = g_string_new (NULL) };
  older->path = make_path (&older->folder, "all.json");
  older->export = spark_export_new (older->replica, account_id);
  g_mutex_init (&older->lock);
  older->thread = server_thread_new (NULL, answer, older);
  client = spark_client_new (server_thread_get_url (older->thread), "token");
  spark_export_set_client (older->export, client);
}

static void
end_older (Older *older)
{
  g_unlink (older->path);
  g_rmdir (older->folder);
  g_object_unref (older->export);
  server_thread_free (older->thread);
  g_string_free (older->asked, TRUE);
  g_mutex_clear (&older->lock);
  fixture_close (older->replica);
  g_free (older->folder);
  g_free (older->path);
}

#define BEFORE "&before=2023-11-14T22:13:20Z"

static void
test_older (void)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autofree char *table = NULL;
  Older older;
  JsonArray *events;

  begin_older (&older, "older", NULL);
  g_assert_no_error (run (older.export, older.path, NULL));
  events = json_object_get_array_member (read_json (older.path, parser), "events");
  /* Newest first, each once; what is no event is left out, not the page. */
  g_assert_cmpuint (json_array_get_length (events), ==, 6);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpstr (json_object_get_string_member (json_array_get_object_element (events, 3 + i),
                                                    "id"),
                     ==, ((const char *[]){ "1.4", "1.3", "1.2" })[i]);
  g_assert_cmpstr (older.asked->str, ==,
                   "/v1/events?limit=100&account=1" BEFORE "\n"
                   "/v1/events?limit=100&account=1" BEFORE "&cursor=c1\n"
                   /* of which the replica has no event at all */
                   "/v1/events?limit=100&account=2\n");
  g_assert_false (spark_export_is_partial (older.export));
  g_assert_cmpfloat (spark_export_get_progress (older.export), ==, 1);

  spark_export_set_format (older.export, SPARK_EXPORT_TABLES);
  g_assert_no_error (run (older.export, older.path, NULL));
  table = read_table (older.path, "activity.csv");
  g_assert_nonnull (strstr (table, "\"1.2\","));

  /* Nobody is asked: it says that they are missing. */
  spark_export_set_client (older.export, NULL);
  g_string_truncate (older.asked, 0);
  g_assert_no_error (run (older.export, older.path, NULL));
  g_assert_cmpstr (older.asked->str, ==, "");
  g_assert_true (spark_export_is_partial (older.export));
  end_older (&older);
}

/* Of a few videos no more is asked than what happened with them. */
static void
test_older_chosen (void)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  static const char *const videos[] = { "1.10", NULL };
  static const char *const grants[] = { "1.30", NULL };
  static const char *const strays[] = { "1.39", NULL };
  const SparkGrant stray = { .id = "1.39",
                             .video_id = "1.99",
                             .brand = { "1.40", "Acme" },
                             .state = SPARK_GRANT_STATE_AUTHORIZED,
                             .ads_active = -1 };
  Older older;

  begin_older (&older, "older-chosen", NULL);
  spark_export_only_ids (older.export, SPARK_KIND_VIDEO, videos);
  g_assert_no_error (run (older.export, older.path, NULL));
  g_assert_cmpuint (length (read_json (older.path, parser), "events"), ==, 4);
  g_assert_cmpstr (older.asked->str, ==,
                   "/v1/events?limit=100&account=1&video=1.10" BEFORE "\n"
                   "/v1/events?limit=100&account=1&video=1.10" BEFORE "&cursor=c1\n");
  /* What happened with the video, but not with this access, is not of it. */
  spark_export_only_ids (older.export, SPARK_KIND_GRANT, grants);
  g_assert_no_error (run (older.export, older.path, NULL));
  g_assert_cmpuint (length (read_json (older.path, parser), "events"), ==, 1);

  /* Its video need not be here. */
  fixture_grant ("1", &stray);
  fixture_apply (older.replica);
  g_string_truncate (older.asked, 0);
  spark_export_only_ids (older.export, SPARK_KIND_GRANT, strays);
  g_assert_no_error (run (older.export, older.path, NULL));
  g_assert_nonnull (strstr (older.asked->str, "&account=1&video=1.99"));
  end_older (&older);
}

/* With the event that added the account it began: nobody is asked for more. */
static void
test_older_whole (void)
{
  const SparkEvent added
      = { .id = "1.1", .type = SPARK_EVENT_ACCOUNT_ADDED, .at = 1690000000000 };
  Older older;

  begin_older (&older, "older-whole", "1");
  fixture_event ("1", &added);
  fixture_apply (older.replica);
  g_assert_no_error (run (older.export, older.path, NULL));
  g_assert_cmpstr (older.asked->str, ==, "");
  spark_export_set_client (older.export, NULL);
  g_assert_no_error (run (older.export, older.path, NULL));
  g_assert_false (spark_export_is_partial (older.export));
  end_older (&older);
}

/* A page that does not come, or the same one again and again, leaves no file that would pass for
 * all; nor does whoever leaves. */
static void
test_older_fails (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) refused = NULL;
  g_autoptr (GError) endless = NULL;
  g_autoptr (GError) cancelled = NULL;
  Older older;

  begin_older (&older, "older-fails", NULL);
  older.fails = "cursor=c1";
  refused = run (older.export, older.path, NULL);
  g_assert_error (refused, SPARK_ERROR, SPARK_ERROR_INTERNAL);
  older.fails = NULL;
  older.endless = TRUE;
  endless = run (older.export, older.path, NULL);
  g_assert_error (endless, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER);
  older.endless = FALSE;
  older.cancel = cancellable;
  cancelled = run (older.export, older.path, cancellable);
  g_assert_error (cancelled, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_files (older.folder), ==, 0);
  older.cancel = NULL;
  g_assert_no_error (run (older.export, older.path, NULL));
  end_older (&older);
}

static void
test_csv (void)
{
  static const struct
  {
    const char *text;
    const char *cell;
  } cases[] = {
    { NULL, "\"\"" },
    { "plain, with comma", "\"plain, with comma\"" },
    { "#Spark+/=", "\"#Spark+/=\"" },
    { "=1+1", "\"'=1+1\"" },
    { "+49", "\"'+49\"" },
    { "-2", "\"'-2\"" },
    { "@SUM(A1)", "\"'@SUM(A1)\"" },
    { "  =1", "\"'  =1\"" },
    { "\t=1", "\"'\t=1\"" },
    { "\u00a0\u2003=1", "\"'\u00a0\u2003=1\"" },
    { "\ufeff@SUM(A1)", "\"'\ufeff@SUM(A1)\"" },
    { "＝1+1", "\"'＝1+1\"" },
    { "＋1", "\"'＋1\"" },
    { "－1", "\"'－1\"" },
    { "＠SUM(A1)", "\"'＠SUM(A1)\"" },
    { "two\nlines", "\"two\nlines\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      spark_csv_text (out, cases[i].text);
      g_assert_cmpstr (out->str, ==, cases[i].cell);
      spark_csv_int (out, -1);
      spark_csv_int (out, 0);
      g_assert_true (g_str_has_suffix (out->str, ",\"\",0"));
    }
}

int
main (int argc, char **argv)
{
  int status;

  fixture_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/export/csv", test_csv);
  g_test_add_func ("/export/json", test_json);
  g_test_add_func ("/export/chosen", test_chosen);
  g_test_add_func ("/export/tables", test_tables);
  g_test_add_func ("/export/cancelled", test_cancelled);
  g_test_add_func ("/export/older", test_older);
  g_test_add_func ("/export/older/chosen", test_older_chosen);
  g_test_add_func ("/export/older/whole", test_older_whole);
  g_test_add_func ("/export/older/fails", test_older_fails);
  status = g_test_run ();
  fixture_remove ();
  return status;
}
