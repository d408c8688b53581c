/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <locale.h>
#include <string.h>

#include "app/spark-context.h"
#include "app/spark-covers.h"
#include "app/spark-export-dialog.h"
#include "app/spark-history-group.h"
#include "app/spark-preferences.h"
#include "app/spark-problem.h"
#include "app/spark-window.h"
#include "client/spark-backend-private.h"
#include "client/spark-client-private.h"
#include "failing-server.h"
#include "failing-ways.h"
#include "model/spark-error.h"
#include "test-widgets.h"

/*
 * What keeps the window up to date fails in every way there is, while a person looks at it: the
 * first load, its next page, loading all again, the feed, what is older, and what is sent later.
 * Each time a sentence says so, beside it stands a way on, what was there stays, and pressing it
 * goes on as soon as the failure ends.
 */

#define CODE "#SparkboxAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="
#define CHANGE(seq, kind, id, object)                                                              \
  "{\"account_id\":\"1\",\"seq\":" seq ",\"kind\":\"" kind "\",\"id\":\"" id "\",\"object\":"      \
  object "}"
#define ACCOUNT(more)                                                                              \
  CHANGE ("1", "account", "1",                                                                     \
          "{\"id\":\"1\"," more "\"name\":\"@mia\",\"platform\":\"tracked\",\"role\":\"owner\","           \
          "\"periods\":[7,30]}")
#define VIDEO(seq, id, caption, more)                                                              \
  CHANGE (seq, "video", id,                                                                        \
          "{\"id\":\"" id "\"," more "\"account_id\":\"1\",\"item_id\":\"7100000000000000001\","           \
          "\"caption\":\"" caption "\",\"visibility\":\"public\",\"eligible\":true,"               \
          "\"blockers\":[],\"engagement\":{},\"published_at\":\"2026-03-01T00:00:00Z\","           \
          "\"authorization\":{\"state\":\"ready\",\"grants\":0,\"links\":0,"                       \
          "\"code_id\":\"1.2\"}}")
#define CODE_CHANGE                                                                                \
  CHANGE ("3", "code", "1.2",                                                                      \
          "{\"id\":\"1.2\",\"video_id\":\"1.1\",\"code\":\"" CODE "\",\"state\":\"ready\","        \
          "\"days\":30,\"starts_at\":\"2026-11-01T00:00:00Z\","                                    \
          "\"ends_at\":\"2030-01-08T12:00:00Z\",\"created_at\":\"2026-11-01T00:00:00Z\"}")
#define EVENT(id, at)                                                                              \
  "{\"id\":\"" id "\",\"type\":\"code_generated\",\"at\":\"" at "\",\"actor\":{\"kind\":"          \
  "\"creator\",\"id\":null,\"name\":\"desk\"},\"video_id\":\"1.1\",\"detail\":{}}"
#define BRAND                                                                                      \
  CHANGE ("3", "brand", "1.60",                                                                    \
          "{\"id\":\"1.60\",\"account_id\":\"1\",\"name\":\"Acme\",\"advertiser_ids\":[],"          \
          "\"new_advertiser_ids\":[],\"grants_active\":0,\"paid\":{},\"videos\":0}")
#define FIRST_PAGE(account, video)                                                                 \
  "{\"items\":[" ACCOUNT (account) "," VIDEO ("2", "1.1", "Morning routine", video)                \
  "," CODE_CHANGE "," BRAND ","                                                                    \
  CHANGE ("4", "event", "1.50", EVENT ("1.50", "2026-10-01T00:00:00Z"))                            \
  "],\"cursor\":\"c1\",\"has_more\":true,\"remaining\":1}"
#define NEXT_PAGE                                                                                  \
  "{\"items\":[" VIDEO ("5", "1.3", "Evening routine", "")                                             \
  "],\"cursor\":\"c2\",\"has_more\":false,\"remaining\":0}"
#define DEVICES                                                                                    \
  "{\"items\":[{\"id\":\"s1\",\"device\":\"desk\",\"current\":true},{\"id\":\"s2\",\"device\":"    \
  "\"laptop\",\"current\":false}],\"next_cursor\":null}"
#define READY "id: c2\nevent: ready\ndata: {}\n\n"
#define OLDER                                                                                      \
  "{\"items\":[" EVENT ("1.49", "2026-05-02T00:00:00Z") ","                                        \
  EVENT ("1.48", "2026-05-01T00:00:00Z") "],\"next_cursor\":\"e1\"}"
#define OLDEST                                                                                     \
  "{\"items\":[" EVENT ("1.47", "2026-04-02T00:00:00Z") "],\"next_cursor\":null}"

/* Enough for what answers, and not waited for where nothing will. */
#define PATIENT_MS   20000
#define IMPATIENT_MS 150

static FailingServer *server;
static const char *top;

typedef struct
{
  const char *request;
  gboolean fresh;     /* with an empty replica */
  gboolean rebuild;   /* everything is loaded again */
  gboolean copies;    /* goes on by itself, and says nothing */
  const char *action; /* shows the page whose history it is; NULL: Activity */
  const char *target;
  guint n_here; /* of its history, in the replica */
  SparkWindow *window;
  SparkBackend *backend;
} Walk;

/* --- the window --- */

static gboolean
says (Walk *walk, const char *text)
{
  g_autofree char *texts = test_seen_texts (walk->window);

  return strstr (texts, text) != NULL;
}

static void
set_patience (Walk *walk, gboolean patient)
{
  /* It connects again when the person presses, not by itself. */
  const SparkBackendTimes times = { .first_wait_ms = 600000,
                                    .longest_wait_ms = walk->copies ? 20 : 600000,
                                    .dead_ms = patient ? PATIENT_MS : IMPATIENT_MS };

  spark_backend_set_times (walk->backend, &times);
  spark_client_set_timeout (spark_backend_get_client (walk->backend),
                            patient ? PATIENT_MS : IMPATIENT_MS);
}

static void
drop_backend (Walk *walk)
{
  GWeakRef gone;

  if (walk->backend == NULL)
    return;
  g_weak_ref_init (&gone, walk->backend);
  spark_backend_stop (walk->backend);
  spark_window_set_backend (walk->window, NULL);
  g_clear_object (&walk->backend);
  for (g_autoptr (GObject) backend = NULL; (backend = g_weak_ref_get (&gone)) != NULL;)
    {
      g_clear_object (&backend);
      test_turn ();
    }
  g_weak_ref_clear (&gone);
  spark_replica_delete ("loop");
}

static void
make_backend (Walk *walk)
{
  g_autoptr (SparkClient) client = spark_client_new (failing_server_get_url (server), "token");
  g_autoptr (GBytes) key = g_bytes_new_static ("0123456789abcdef0123456789abcdef", 32);
  g_autoptr (GError) error = NULL;

  walk->backend = spark_backend_new ("loop", client, key, &error);
  g_assert_no_error (error);
  set_patience (walk, TRUE);
  spark_window_set_backend (walk->window, walk->backend);
}

static gboolean
is_online (Walk *walk)
{
  return spark_backend_get_status (walk->backend) == SPARK_BACKEND_ONLINE;
}

static void
wait_until_online (Walk *walk)
{
  test_wait (is_online (walk));
  test_wait (says (walk, "Morning routine") && says (walk, "Evening routine"));
}

static void
set_up (Walk *walk)
{
  failing_server_fail (server, "", FAILING_NOT, 0, NULL);
  walk->window = g_object_ref_sink (spark_window_new (NULL));
  gtk_window_set_default_size (GTK_WINDOW (walk->window), 700, 600);
  gtk_window_present (GTK_WINDOW (walk->window));
  make_backend (walk);
  if (walk->fresh)
    return;
  spark_backend_start (walk->backend);
  wait_until_online (walk);
}

static void
tear_down (Walk *walk)
{
  drop_backend (walk);
  gtk_window_destroy (GTK_WINDOW (walk->window));
  g_assert_finalize_object (walk->window);
}

/* --- failing --- */

static void
begin (Walk *walk)
{
  if (walk->fresh)
    {
      drop_backend (walk);
      make_backend (walk);
    }
  spark_backend_stop (walk->backend);
  walk->backend->from_start = walk->rebuild;
}

static gboolean
waits (Walk *walk, Failing how)
{
  return how == FAILING_SILENT
         || how == FAILING_SLOW
         /* What is no change is left out, and then nothing comes any more. */
         || (how == FAILING_LIST && g_str_equal (walk->request, "GET /v1/feed"));
}

static void
expect_said (Walk *walk, Failing how, guint status, const char *code)
{
  g_autoptr (GError) error = failing_make_error (how, status, code);
  gboolean is_feed = g_str_equal (walk->request, "GET /v1/feed");

  /* Its silence is that of the other end, however it began. */
  if (is_feed && (how == FAILING_SLOW || how == FAILING_LIST))
    error->code = SPARK_ERROR_OFFLINE;
  test_wait (says (walk, error->code == SPARK_ERROR_OFFLINE ? "The server can’t be reached."
                                                            : spark_problem_sentence (error))
             /* What does not tell its health is none: the address is to be checked. */
             || (g_str_equal (walk->request, "GET /healthz")
                 && says (walk, "There is no Sparkbox at this address.")));
  if (!walk->fresh)
    g_assert_true (says (walk, "Morning routine") && says (walk, "Evening routine"));
  if (says (walk, spark_problem_sentence (error)))
    g_assert_true (
        says (walk, error->code == SPARK_ERROR_UNAUTHORIZED || error->code == SPARK_ERROR_FORBIDDEN
                        ? "_Join Again…"
                        : "_Try Again"));
  failing_server_fail (server, walk->request, FAILING_NOT, 0, NULL);
  set_patience (walk, TRUE);
  if (says (walk, "_Try Again"))
    test_press (walk->window, "_Try Again");
  else
    g_assert_true (gtk_widget_activate_action (GTK_WIDGET (walk->window), "win.retry", NULL));
  wait_until_online (walk);
  test_wait (!says (walk, "_Try Again") && !says (walk, "_Join Again…"));
}

static void
meet (Walk *walk, Failing how, guint status, const char *code)
{
  g_test_message ("%d %s", (int)how, code != NULL ? code : "");
  begin (walk);
  set_patience (walk, !waits (walk, how));
  failing_server_fail (server, walk->request, how, status, code);
  spark_backend_start (walk->backend);
  expect_said (walk, how, status, code);
}

static void
meet_problem (guint status, const char *code, gpointer data)
{
  meet (data, FAILING_PROBLEM, status, code);
}

static void
test_connecting (gconstpointer data)
{
  Walk walk = *(const Walk *)data;

  set_up (&walk);
  g_assert_cmpuint (failing_each_problem (top, meet_problem, &walk), >=, 35);
  for (Failing how = FAILING_SILENT; how < N_FAILING; how++)
    meet (&walk, how, 0, NULL);
  tear_down (&walk);
}

/* --- what is sent later --- */

static gboolean
is_queued (Walk *walk)
{
  g_autoptr (SparkOutgoing) next
      = spark_replica_get_queued (spark_backend_get_replica (walk->backend));

  return next != NULL;
}

/* Nobody waits for it: it is said to be copied, which is true, and noted as soon as it can be. */
static void
copy (Walk *walk, Failing how, guint status, const char *code)
{
  g_autoptr (GError) error = failing_make_error (how, status, code);
  gboolean passes = error->code >= SPARK_ERROR_INTERNAL || error->code == SPARK_ERROR_UNAUTHORIZED
                    || error->code == SPARK_ERROR_TOO_MANY_REQUESTS
                    || error->code == SPARK_ERROR_IDEMPOTENCY_RUNNING;

  g_test_message ("%d %s", (int)how, code != NULL ? code : "");
  set_patience (walk, !waits (walk, how));
  failing_server_fail (server, walk->request, how, status, code);
  g_assert_true (
      gtk_widget_activate_action (GTK_WIDGET (walk->window), "win.copy-code", "s", "1.1"));
  test_wait (says (walk, "Code copied"));
  test_wait (failing_server_count (server) > (passes ? 1 : 0));
  if (passes)
    g_assert_true (is_queued (walk));
  failing_server_fail (server, walk->request, FAILING_NOT, 0, NULL);
  set_patience (walk, TRUE);
  /* A refusal was the last word on it, and does not stand in the way of the next. */
  if (!passes)
    g_assert_true (
        gtk_widget_activate_action (GTK_WIDGET (walk->window), "win.copy-code", "s", "1.1"));
  test_wait (failing_server_count (server) > 0 && !is_queued (walk));
  g_assert_cmpuint (failing_server_count (server), ==, 1);
  g_assert_true (is_online (walk));
  g_assert_false (says (walk, spark_problem_sentence (error)));
}

static void
copy_problem (guint status, const char *code, gpointer data)
{
  copy (data, FAILING_PROBLEM, status, code);
}

static void
test_copies (void)
{
  Walk walk = { .request = "POST /v1/codes/1.2/copies", .copies = TRUE };

  set_up (&walk);
  g_assert_cmpuint (failing_each_problem (top, copy_problem, &walk), >=, 35);
  for (Failing how = FAILING_SILENT; how < N_FAILING; how++)
    copy (&walk, how, 0, NULL);
  tear_down (&walk);
}

/* --- what is older --- */

/* The one that is shown */
static gpointer
get_page (Walk *walk)
{
  for (guint i = 0; walk->action != NULL; i++)
    {
      GtkWidget *group = test_find (walk->window, SPARK_TYPE_HISTORY_GROUP, i);

      if (gtk_widget_get_mapped (group))
        return group;
    }
  return walk->window;
}

/* Other things of a page say what they miss too. */
static gboolean
page_says (Walk *walk, const char *text)
{
  g_autofree char *texts = test_seen_texts (get_page (walk));

  return strstr (texts, text) != NULL;
}

static void
load_older (Walk *walk, Failing how, guint status, const char *code)
{
  g_autoptr (GError) error = failing_make_error (how, status, code);

  g_test_message ("%d %s", (int)how, code != NULL ? code : "");
  set_patience (walk, !waits (walk, how));
  failing_server_fail (server, walk->request, how, status, code);
  test_press (get_page (walk), "_Try Again");
  test_wait (page_says (walk, spark_problem_sentence (error)));
  g_assert_true (page_says (walk, "Older Activity Not Loaded"));
  g_assert_true (page_says (walk, "_Try Again"));
  set_patience (walk, TRUE);
}

static void
load_older_problem (guint status, const char *code, gpointer data)
{
  load_older (data, FAILING_PROBLEM, status, code);
}

static guint
count_rows (Walk *walk)
{
  for (guint i = 0;; i++)
    {
      GtkListView *list = test_find (walk->window, GTK_TYPE_LIST_VIEW, i);

      if (gtk_widget_get_mapped (GTK_WIDGET (list)))
        return g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (list)));
    }
}

static void
test_older (gconstpointer data)
{
  Walk walk = *(const Walk *)data;

  set_up (&walk);
  failing_server_fail (server, walk.request, FAILING_PROBLEM, 500, "internal");
  g_assert_true (
      gtk_widget_activate_action (GTK_WIDGET (walk.window), "win.show-page", "s", "activity"));
  test_wait (says (&walk, "_Try Again"));
  g_assert_cmpuint (failing_each_problem (top, load_older_problem, &walk), >=, 35);
  for (Failing how = FAILING_SILENT; how < N_FAILING; how++)
    load_older (&walk, how, 0, NULL);
  /* An object that is no page is no last page. */
  failing_server_fail (server, walk.request, FAILING_NOT, 0, NULL);
  failing_server_answer (server, walk.request, "{}");
  test_press (walk.window, "_Try Again");
  test_wait (says (&walk, "makes no sense"));
  failing_server_answer (server, walk.request,
                         g_str_has_suffix (walk.request, "?cursor") ? OLDEST : OLDER);
  test_press (walk.window, "_Try Again");
  test_wait (count_rows (&walk) == 4);
  test_wait (!says (&walk, "_Try Again"));
  g_assert_false (says (&walk, "Older Activity Not Loaded"));
  for (guint i = 0; i < 3; i++)
    test_turn ();
  g_assert_cmpuint (count_rows (&walk), ==, 4);
  tear_down (&walk);
}

/* --- the history of a video and of a brand --- */

static guint
count_history (Walk *walk)
{
  GtkListBox *list = test_find (get_page (walk), GTK_TYPE_LIST_BOX, 1);
  guint n = 0;

  while (gtk_list_box_get_row_at_index (list, (int)n) != NULL)
    n++;
  return n;
}

/* Nothing is asked for before somebody presses for more. */
static void
test_history (gconstpointer data)
{
  Walk walk = *(const Walk *)data;
  gboolean goes_on = g_str_has_suffix (walk.request, "?cursor");

  set_up (&walk);
  failing_server_answer (server, "GET /v1/events", OLDER);
  failing_server_answer (server, "GET /v1/events?cursor", OLDEST);
  failing_server_fail (server, "GET /v1/events", FAILING_PROBLEM, 500, "internal");
  g_assert_true (
      gtk_widget_activate_action (GTK_WIDGET (walk.window), walk.action, "s", walk.target));
  test_wait (says (&walk, "History"));
  g_assert_cmpuint (count_history (&walk), ==, walk.n_here);
  for (guint i = 0; i < 3; i++)
    test_turn ();
  g_assert_cmpuint (failing_server_count (server), ==, 0);
  failing_server_fail (server, walk.request, FAILING_PROBLEM, 500, "internal");
  test_press (get_page (&walk), "_Show More");
  if (goes_on)
    {
      test_wait (count_history (&walk) == walk.n_here + 2);
      test_press (get_page (&walk), "_Show More");
    }
  test_wait (page_says (&walk, "_Try Again"));
  g_assert_cmpuint (failing_each_problem (top, load_older_problem, &walk), >=, 35);
  for (Failing how = FAILING_SILENT; how < N_FAILING; how++)
    load_older (&walk, how, 0, NULL);
  failing_server_fail (server, walk.request, FAILING_NOT, 0, NULL);
  test_press (get_page (&walk), "_Try Again");
  if (!goes_on)
    {
      test_wait (count_history (&walk) == walk.n_here + 2);
      test_wait (!page_says (&walk, "_Try Again"));
      test_press (get_page (&walk), "_Show More");
    }
  test_wait (count_history (&walk) == walk.n_here + 3);
  test_wait (page_says (&walk, "Nothing older"));
  g_assert_false (page_says (&walk, "_Try Again")
                  || page_says (&walk, "Older Activity Not Loaded"));
  tear_down (&walk);
}

/* --- an export, which asks for what is older --- */

static GtkWidget *
find_export (void)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      if (SPARK_IS_EXPORT_DIALOG (window))
        return window;
    }
  return NULL;
}

static gboolean
export_says (const char *text)
{
  g_autofree char *texts = test_seen_texts (find_export ());

  return strstr (texts, text) != NULL;
}

static GFile *
get_export_file (void)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "failures-loop.zip", NULL);

  return g_file_new_for_path (path);
}

static void
export_all (Walk *walk, Failing how, guint status, const char *code)
{
  g_autoptr (GError) error = failing_make_error (how, status, code);
  g_autoptr (GFile) file = get_export_file ();

  g_test_message ("%d %s", (int)how, code != NULL ? code : "");
  set_patience (walk, !waits (walk, how));
  failing_server_fail (server, walk->request, how, status, code);
  spark_export_dialog_export (SPARK_EXPORT_DIALOG (find_export ()), file);
  test_wait (export_says ("Writing the file…"));
  test_wait (export_says (spark_problem_sentence (error)));
  g_assert_true (export_says ("C_hoose File…"));
  g_assert_false (g_file_query_exists (file, NULL));
  set_patience (walk, TRUE);
}

static void
export_problem (guint status, const char *code, gpointer data)
{
  export_all (data, FAILING_PROBLEM, status, code);
}

/* Without what is older there is no file that would pass for all. */
static void
test_export (gconstpointer data)
{
  Walk walk = *(const Walk *)data;
  g_autoptr (GFile) file = get_export_file ();

  set_up (&walk);
  failing_server_answer (server, "GET /v1/events", OLDER);
  failing_server_answer (server, "GET /v1/events?cursor", OLDEST);
  g_file_delete (file, NULL, NULL);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (walk.window), "win.export", NULL));
  test_wait (find_export () != NULL && export_says ("C_hoose File…"));
  g_assert_cmpuint (failing_each_problem (top, export_problem, &walk), >=, 35);
  for (Failing how = FAILING_SILENT; how < N_FAILING; how++)
    export_all (&walk, how, 0, NULL);
  failing_server_fail (server, walk.request, FAILING_NOT, 0, NULL);
  spark_export_dialog_export (SPARK_EXPORT_DIALOG (find_export ()), file);
  test_wait (export_says ("Export Finished"));
  g_assert_true (g_file_delete (file, NULL, NULL));
  gtk_window_destroy (GTK_WINDOW (find_export ()));
  tear_down (&walk);
}

/* --- the preferences, while the server is away --- */

static GtkWindow *
open_preferences (Walk *walk, GSettings *settings)
{
  GtkWindow *preferences = GTK_WINDOW (spark_preferences_new (walk->window, settings));

  adw_preferences_window_set_visible_page_name (ADW_PREFERENCES_WINDOW (preferences), "servers");
  gtk_window_present (preferences);
  return preferences;
}

static gboolean
shows (gpointer root, const char *text)
{
  g_autofree char *texts = test_texts (root);

  return strstr (texts, text) != NULL;
}

static void
test_devices (void)
{
  static const char *const said = "The server can’t be reached.";
  Walk walk = { .copies = TRUE };
  const SparkBackendTimes times
      = { .first_wait_ms = 20, .longest_wait_ms = 100, .dead_ms = PATIENT_MS };
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);
  GtkWindow *preferences;

  set_up (&walk);
  spark_backend_set_times (walk.backend, &times);
  preferences = open_preferences (&walk, settings);
  test_wait (shows (preferences, "laptop"));

  failing_server_stop (server);
  test_press (preferences, "Sign Out");
  test_wait (shows (preferences, said));
  test_wait (!is_online (&walk));
  test_press (preferences, "_Try Again");
  g_assert_false (gtk_widget_get_sensitive (test_find_button (preferences, "_Try Again")));
  test_wait (gtk_widget_get_sensitive (test_find_button (preferences, "_Try Again")));
  g_assert_true (shows (preferences, said));
  g_assert_true (shows (preferences, "desk") && shows (preferences, "laptop"));
  failing_server_start (server);
  test_wait (!shows (preferences, said));
  g_assert_true (shows (preferences, "desk") && shows (preferences, "laptop"));
  test_press (preferences, "Sign Out");
  test_wait (shows (preferences, "Signed out there"));
  gtk_window_destroy (preferences);

  /* Opened while it is away */
  failing_server_stop (server);
  test_wait (!is_online (&walk));
  preferences = open_preferences (&walk, settings);
  test_wait (shows (preferences, said));
  g_assert_true (shows (preferences, "_Try Again"));
  failing_server_start (server);
  test_wait (shows (preferences, "laptop"));
  g_assert_false (shows (preferences, "_Try Again"));
  gtk_window_destroy (preferences);
  tear_down (&walk);
}

/* --- pictures --- */

#define MISSED "Some pictures could not be loaded"

static GtkWindow *
find_other (SparkWindow *window)
{
  GListModel *windows = gtk_window_get_toplevels ();
  GtkWindow *other = NULL;

  for (guint i = 0; i < g_list_model_get_n_items (windows) && other == NULL; i++)
    {
      g_autoptr (GtkWindow) each = g_list_model_get_item (windows, i);

      if (each != GTK_WINDOW (window) && gtk_widget_get_mapped (GTK_WIDGET (each)))
        other = each;
    }
  return other;
}

/* It is said once, until one tries again or another server is chosen. */
static void
ask_again (Walk *walk, guint status, const char *code)
{
  g_autoptr (GError) error = failing_make_error (FAILING_PROBLEM, status, code);
  GtkWindow *dialog;

  drop_backend (walk);
  test_wait (!says (walk, MISSED));
  make_backend (walk);
  failing_server_fail (server, walk->request, FAILING_PROBLEM, status, code);
  spark_backend_start (walk->backend);
  test_wait (says (walk, MISSED));
  test_press (walk->window, "_Details");
  test_wait ((dialog = find_other (walk->window)) != NULL);
  g_assert_true (shows (dialog, spark_problem_sentence (error)));
  failing_server_fail (server, walk->request, FAILING_NOT, 0, NULL);
  test_press (dialog, "_Try Again");
  test_wait (find_other (walk->window) == NULL && failing_server_count (server) > 0);
  /* What it answers is no picture. */
  test_wait (says (walk, MISSED));
}

static void
on_missed_cb (SparkCovers *covers, const GError *error, GString *missed)
{
  g_string_append_printf (missed, "%s\n", spark_problem_sentence (error));
}

/* However many are missing */
static void
say_once (Walk *walk)
{
  SparkCovers *covers = spark_context_get_covers (spark_window_get_context (walk->window));
  GString *missed = g_string_new (NULL);
  gulong id = g_signal_connect (covers, "missed", G_CALLBACK (on_missed_cb), missed);

  drop_backend (walk);
  test_wait (!says (walk, MISSED));
  make_backend (walk);
  failing_server_fail (server, walk->request, FAILING_PROBLEM, 500, "internal");
  spark_backend_start (walk->backend);
  test_wait (says (walk, MISSED));
  test_wait (strchr (missed->str, '\n') != strrchr (missed->str, '\n'));
  test_press (walk->window, "_Details");
  test_wait (find_other (walk->window) != NULL);
  test_press (find_other (walk->window), "_Close");
  test_wait (find_other (walk->window) == NULL && !says (walk, MISSED));
  g_signal_handler_disconnect (covers, id);
  g_string_free (missed, TRUE);
}

/* @missed without the lines that say @sentence */
static void
leave_out (GString *missed, const char *sentence)
{
  g_autofree char *line = g_strconcat (sentence, "\n", NULL);

  g_string_replace (missed, line, "", 0);
}

/* Nobody asked for one: all else goes on. That one is missing is said, unless there is none. The other
 * one is missing as well: what is answered is no picture. */
static void
miss_picture (Walk *walk, Failing how, guint status, const char *code)
{
  g_autoptr (GError) error = failing_make_error (how, status, code);
  g_autoptr (GError) other
      = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER, "No picture.");
  const char *sentence = spark_problem_sentence (error);
  SparkCovers *covers = spark_context_get_covers (spark_window_get_context (walk->window));
  GString *missed = g_string_new (NULL);
  gulong id = g_signal_connect (covers, "missed", G_CALLBACK (on_missed_cb), missed);

  g_test_message ("%d %s", (int)how, code != NULL ? code : "");
  drop_backend (walk);
  make_backend (walk);
  failing_server_fail (server, walk->request, how, status, code);
  spark_backend_start (walk->backend);
  wait_until_online (walk);
  test_wait (failing_server_count (server) > 0);
  /* What does not answer ends with the backend. */
  if (waits (walk, how) || g_error_matches (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
    for (guint i = 0; i < 3; i++)
      test_turn ();
  else
    {
      test_wait (strstr (missed->str, sentence) != NULL);
      leave_out (missed, sentence);
    }
  leave_out (missed, spark_problem_sentence (other));
  g_assert_cmpstr (missed->str, ==, "");
  g_assert_true (is_online (walk));
  g_assert_true (says (walk, "Morning routine"));
  g_assert_false (says (walk, sentence));
  g_assert_false (says (walk, "_Try Again"));
  g_signal_handler_disconnect (covers, id);
  g_string_free (missed, TRUE);
}

static void
miss_picture_problem (guint status, const char *code, gpointer data)
{
  miss_picture (data, FAILING_PROBLEM, status, code);
}

#define AVATAR "\"avatar_url\":\"/v1/accounts/1/avatar\","
#define COVER  "\"cover_url\":\"/v1/videos/1.1/cover\","

static void
test_pictures (gconstpointer data)
{
  Walk walk = *(const Walk *)data;
  gboolean avatar = g_str_has_suffix (walk.request, "avatar");

  /* Alone, so that it is what is told of. */
  failing_server_answer (server, "GET /v1/changes",
                         avatar ? FIRST_PAGE (AVATAR, "") : FIRST_PAGE ("", COVER));
  set_up (&walk);
  ask_again (&walk, 500, "internal");
  ask_again (&walk, 403, "forbidden");
  failing_server_answer (server, "GET /v1/changes", FIRST_PAGE (AVATAR, COVER));
  say_once (&walk);
  g_assert_cmpuint (failing_each_problem (top, miss_picture_problem, &walk), >=, 35);
  for (Failing how = FAILING_SILENT; how < N_FAILING; how++)
    miss_picture (&walk, how, 0, NULL);
  tear_down (&walk);
  failing_server_answer (server, "GET /v1/changes", FIRST_PAGE ("", ""));
}

int
main (int argc, char **argv)
{
  static const Walk connecting[] = {
    { .request = "GET /v1/changes", .fresh = TRUE },
    { .request = "GET /v1/changes?after", .fresh = TRUE },
    { .request = "GET /v1/changes", .rebuild = TRUE },
    { .request = "GET /v1/changes?after", .rebuild = TRUE },
    { .request = "GET /v1/feed" },
    { .request = "GET /healthz" },
  };
  static const Walk pictures[] = {
    { .request = "GET /v1/videos/1.1/cover", .fresh = TRUE },
    { .request = "GET /v1/accounts/1/avatar", .fresh = TRUE },
  };
  static const Walk older[] = {
    { .request = "GET /v1/events" },
    { .request = "GET /v1/events?cursor" },
  };
  static const Walk histories[] = {
    { .request = "GET /v1/events", .action = "win.show-video", .target = "1.1", .n_here = 1 },
    { .request = "GET /v1/events?cursor", .action = "win.show-brand", .target = "1.60" },
  };
  static const char *const names[] = { "first-load", "first-load-goes-on",
                                       "load-again", "load-again-goes-on",
                                       "feed",       "health" };
  int status;

  setlocale (LC_ALL, "");
  gtk_test_init (&argc, &argv, NULL);
  test_begin ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_assert_cmpint (argc, ==, 2);
  top = argv[1];
  server = failing_server_new ();
  failing_server_answer (server, "GET /healthz",
                         "{\"status\":\"ok\",\"service\":\"sparkbox\",\"version\":\"1\","
                         "\"api\":1}");
  failing_server_answer (server, "GET /v1/connect", "{\"tiktok\":false}");
  failing_server_answer (server, "GET /v1/videos/1.1/engagement",
                         "{\"items\":[],\"next_cursor\":null}");
  failing_server_answer (server, "GET /v1/changes", FIRST_PAGE ("", ""));
  failing_server_answer (server, "GET /v1/changes?after", NEXT_PAGE);
  failing_server_answer (server, "GET /v1/feed", READY);
  failing_server_answer (server, "POST /v1/codes/1.2/copies", "");
  failing_server_answer (server, "GET /v1/events", OLDER);
  failing_server_answer (server, "GET /v1/videos/1.1/cover", "{}");
  failing_server_answer (server, "GET /v1/accounts/1/avatar", "{}");
  failing_server_answer (server, "GET /v1/events?cursor", OLDEST);
  failing_server_answer (server, "GET /v1/sign-ins", DEVICES);
  failing_server_answer (server, "DELETE /v1/sign-ins/s2", "");

  for (guint i = 0; i < G_N_ELEMENTS (connecting); i++)
    {
      g_autofree char *path = g_strconcat ("/failures-loop/", names[i], NULL);

      g_test_add_data_func (path, &connecting[i], test_connecting);
    }
  g_test_add_func ("/failures-loop/sent-later", test_copies);
  g_test_add_data_func ("/failures-loop/older", &older[0], test_older);
  g_test_add_data_func ("/failures-loop/older-goes-on", &older[1], test_older);
  g_test_add_data_func ("/failures-loop/history", &histories[0], test_history);
  g_test_add_data_func ("/failures-loop/history-goes-on", &histories[1], test_history);
  g_test_add_data_func ("/failures-loop/export", &older[0], test_export);
  g_test_add_data_func ("/failures-loop/export-goes-on", &older[1], test_export);
  g_test_add_func ("/failures-loop/devices", test_devices);
  g_test_add_data_func ("/failures-loop/cover", &pictures[0], test_pictures);
  g_test_add_data_func ("/failures-loop/avatar", &pictures[1], test_pictures);
  status = g_test_run ();
  failing_server_free (server);
  return status;
}
