/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <locale.h>
#include <string.h>

#include "app/spark-window.h"
#include "client/spark-backend-private.h"
#include "failing-server.h"
#include "model/spark-error.h"
#include "test-widgets.h"

/*
 * Which account the real window begins with: a creator's own, where samples are beside it, the
 * overview for who has several, and from then on what was chosen last, also after a new start. So
 * it is with the page, unless one is asked for at the start; each account opens where it was left.
 */

#define ACCOUNT(id, platform)                                                                      \
  "{\"account_id\":\"" id "\",\"seq\":1,\"kind\":\"account\",\"id\":\"" id                         \
  "\",\"object\":{\"id\":\"" id "\",\"name\":\"@a" id "\",\"platform\":\"" platform                \
  "\",\"role\":\"owner\",\"periods\":[7,30]}}"
#define VIDEO(id, caption)                                                                         \
  "{\"account_id\":\"1\",\"seq\":2,\"kind\":\"video\",\"id\":\"" id "\",\"object\":{\"id\":\"" id  \
  "\",\"account_id\":\"1\",\"caption\":\"" caption "\",\"authorization\":{\"state\":\"off\"}}}"
#define ONE_VIDEO(caption) PAGE (ACCOUNT ("1", "tracked") "," VIDEO ("1.1", caption))
#define PAGE(accounts)                                                                             \
  "{\"items\":[" accounts "],\"cursor\":\"c\",\"has_more\":false,\"remaining\":0}"

static FailingServer *server;

typedef struct
{
  const char *name;
  const char *page;
  const char *begins; /* NULL: with all */
  const char *chosen; /* NULL: nothing; "": all */
  const char *again;
} Case;

static gboolean
shows_pages (SparkWindow *window)
{
  g_autofree char *texts = test_seen_texts (window);

  return strstr (texts, "No Videos Yet") != NULL || strstr (texts, "Nobody Has Access Yet") != NULL
         || strstr (texts, "Nothing Has Happened") != NULL;
}

static void
activate (SparkWindow *window, const char *action, const char *target)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window), action, "s", target));
}

static void
on_written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(gboolean *)user_data = spark_replica_set_told_finish (SPARK_REPLICA (source), result, NULL);
}

/* The choice is written in another thread, in order: what comes behind it tells that it is. */
static void
wait_until_written (SparkBackend *backend)
{
  static const char *const none[] = { NULL };
  gboolean written = FALSE;

  spark_replica_set_told_async (spark_backend_get_replica (backend), none, NULL, on_written_cb,
                                &written);
  test_wait (written);
}

typedef struct
{
  const char *choose; /* NULL: no account */
  const char *opens;  /* the page then; NULL: not looked at */
  const char *page;   /* gone to; NULL: none */
  const char *asked;  /* for this page before anything else, as a notification does; NULL: none */
} Doing;

static const char *
get_page (SparkWindow *window)
{
  return adw_view_stack_get_visible_child_name (test_find (window, ADW_TYPE_VIEW_STACK, 0));
}

/* Takes both. */
static void
end_window (SparkWindow *window, SparkBackend *backend)
{
  GWeakRef gone;

  wait_until_written (backend);
  g_weak_ref_init (&gone, backend);
  spark_backend_stop (backend);
  spark_window_set_backend (window, NULL);
  g_object_unref (backend);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (window);
  for (g_autoptr (GObject) still = NULL; (still = g_weak_ref_get (&gone)) != NULL;)
    {
      g_clear_object (&still);
      test_turn ();
    }
  g_weak_ref_clear (&gone);
}

static SparkBackend *
new_backend (void)
{
  g_autoptr (SparkClient) client = spark_client_new (failing_server_get_url (server), "token");
  g_autoptr (GBytes) key = g_bytes_new_static ("0123456789abcdef0123456789abcdef", 32);
  g_autoptr (GError) error = NULL;
  SparkBackend *backend = spark_backend_new ("accounts", client, key, &error);

  g_assert_no_error (error);
  return backend;
}

static void
run_window (const Doing *doing, const char *expected, const char *expected_page)
{
  SparkWindow *window = g_object_ref_sink (spark_window_new (NULL));
  SparkBackend *backend = new_backend ();

  gtk_window_present (GTK_WINDOW (window));
  if (doing->asked != NULL)
    activate (window, "win.show-page", doing->asked);
  spark_window_set_backend (window, backend);
  spark_backend_start (backend);
  test_wait (spark_backend_get_status (backend) == SPARK_BACKEND_ONLINE);
  test_wait (shows_pages (window));
  test_wait (expected == NULL || g_strcmp0 (spark_window_get_account_id (window), expected) == 0);
  for (guint i = 0; i < 5; i++)
    test_turn ();
  g_assert_cmpstr (spark_window_get_account_id (window), ==, expected);
  g_assert_cmpstr (get_page (window), ==, expected_page);
  /* It has the colour of its text, and each time another one without. */
  g_assert_cmpstr (adw_avatar_get_text (test_find (window, ADW_TYPE_AVATAR, 0)), !=, "");
  if (doing->choose != NULL)
    activate (window, "win.select-account", doing->choose);
  if (doing->opens != NULL)
    g_assert_cmpstr (get_page (window), ==, doing->opens);
  if (doing->page != NULL)
    activate (window, "win.show-page", doing->page);
  end_window (window, backend);
}

static void
run (const char *choose, const char *expected)
{
  run_window (&(Doing){ .choose = choose }, expected, "videos");
}

static void
test_page (void)
{
  failing_server_answer (server, "GET /v1/changes",
                         PAGE (ACCOUNT ("1", "sandbox") "," ACCOUNT ("2", "tracked")));
  run_window (&(Doing){ .page = "activity" }, "2", "videos");
  /* One that was not seen before opens at what is looked at; each other one where it was left. */
  run_window (&(Doing){ .choose = "1", .opens = "activity", .page = "access" }, "2", "activity");
  run_window (&(Doing){ .choose = "2", .opens = "activity" }, "1", "access");
  run_window (&(Doing){ .choose = "1", .opens = "access" }, "2", "activity");
  run_window (&(Doing){ .choose = "2", .opens = "activity" }, "1", "access");
  run_window (&(Doing){ .choose = "", .opens = "activity", .page = "videos" }, "2", "activity");
  run_window (&(Doing){ .choose = "2", .opens = "activity", .page = "access" }, NULL, "videos");
  run_window (&(Doing){ .asked = "videos" }, "2", "videos");
  run_window (&(Doing){ .asked = "activity" }, "2", "activity");
  run_window (&(Doing){ NULL }, "2", "activity");
  spark_replica_delete ("accounts");
}

/* A page gone to while it is not known yet what there is, as before the end of a first load. */
static void
test_page_before_accounts (void)
{
  SparkWindow *window = g_object_ref_sink (spark_window_new (NULL));
  SparkBackend *backend = new_backend ();

  gtk_window_present (GTK_WINDOW (window));
  spark_window_set_backend (window, backend);
  activate (window, "win.show-page", "access");
  end_window (window, backend);
  failing_server_answer (server, "GET /v1/changes", PAGE (ACCOUNT ("1", "tracked")));
  run_window (&(Doing){ NULL }, NULL, "access");
  spark_replica_delete ("accounts");
}

static void
test_first (gconstpointer data)
{
  const Case *one = data;

  failing_server_answer (server, "GET /v1/changes", one->page);
  run (one->chosen, one->begins);
  run (NULL, one->again);
  spark_replica_delete ("accounts");
}

static SparkBackend *
open_backend (SparkWindow *window, const char *id)
{
  g_autoptr (SparkClient) client = spark_client_new (failing_server_get_url (server), "token");
  g_autoptr (GError) error = NULL;
  SparkBackend *backend = spark_backend_new (id, client, NULL, &error);

  g_assert_no_error (error);
  spark_window_set_backend (window, backend);
  spark_backend_start (backend);
  test_wait (spark_backend_get_status (backend) == SPARK_BACKEND_ONLINE);
  return backend;
}

static gboolean
is_seen (SparkWindow *window, const char *text)
{
  g_autofree char *texts = test_seen_texts (window);

  return strstr (texts, text) != NULL;
}

/* The same where the backend has one video: in @page, with @caption. */
static SparkBackend *
open_with_video (SparkWindow *window, const char *id, const char *page, const char *caption)
{
  SparkBackend *backend;

  failing_server_answer (server, "GET /v1/changes", page);
  backend = open_backend (window, id);
  test_wait (is_seen (window, caption));
  return backend;
}

/* Whose backends were stopped */
static void
close_window (SparkWindow *window)
{
  spark_window_set_backend (window, NULL);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (window);
}

/* Every server counts its accounts and videos from one. */
static void
test_same_ids (void)
{
  SparkWindow *window = g_object_ref_sink (spark_window_new (NULL));
  g_autoptr (SparkBackend) mine = NULL;
  g_autoptr (SparkBackend) joined = NULL;

  gtk_window_present (GTK_WINDOW (window));
  joined = open_with_video (window, "joined", ONE_VIDEO ("Of the server"), "Of the server");
  spark_backend_stop (joined);
  spark_window_set_backend (window, NULL);
  g_clear_object (&joined);
  mine = open_with_video (window, "mine", ONE_VIDEO ("Of this computer"), "Of this computer");
  activate (window, "win.show-video", "1.1");
  test_wait (is_seen (window, "Brands appear here"));
  joined = open_with_video (window, "joined", ONE_VIDEO ("Of the server"), "Of the server");
  g_assert_false (is_seen (window, "Of this computer"));
  spark_backend_stop (mine);
  spark_backend_stop (joined);
  close_window (window);
}

static void
let_happen (void)
{
  for (guint i = 0; i < 20; i++)
    test_turn ();
}

/* What waits for a sign-in is done there alone, and not at all once another one was chosen. */
static void
test_waits_for_its_own (void)
{
  SparkWindow *window = g_object_ref_sink (spark_window_new (NULL));
  g_autoptr (SparkBackend) mine = NULL;
  g_autoptr (SparkBackend) joined = NULL;

  gtk_window_present (GTK_WINDOW (window));
  mine = open_with_video (window, "here", ONE_VIDEO ("Same"), "Same");
  spark_window_act_when_ready (window, "there", "win.show-video", "1.1");
  let_happen ();
  g_assert_false (is_seen (window, "Brands appear here"));
  joined = open_backend (window, "there");
  test_wait (is_seen (window, "Brands appear here"));

  /* Another one is chosen, and the one it was about again. */
  gtk_widget_activate_action (GTK_WIDGET (window), "win.back", NULL);
  test_wait (!is_seen (window, "Brands appear here"));
  spark_window_act_when_ready (window, "here", "win.show-video", "1.1");
  spark_window_keep_acts_of (window, "there");
  spark_window_set_backend (window, mine);
  let_happen ();
  g_assert_false (is_seen (window, "Brands appear here"));
  /* The same when it came without being chosen first. */
  spark_window_act_when_ready (window, "there", "win.show-video", "1.1");
  spark_window_set_backend (window, NULL);
  spark_window_set_backend (window, mine);
  spark_window_set_backend (window, joined);
  let_happen ();
  g_assert_false (is_seen (window, "Brands appear here"));
  spark_backend_stop (mine);
  spark_backend_stop (joined);
  close_window (window);
}

static void
on_seen_cb (SparkWindow *window, GParamSpec *pspec, gpointer user_data)
{
  *(guint *)user_data += spark_window_sees_access (window) ? 1 : 0;
}

/* The page of access is seen where it is in front, in the window that is worked with. */
static void
test_sees_access (void)
{
  SparkWindow *window = g_object_ref_sink (spark_window_new (NULL));
  GtkWindow *other = GTK_WINDOW (gtk_window_new ());
  g_autoptr (SparkBackend) backend = NULL;
  guint n_seen = 0;

  g_signal_connect (window, "notify::sees-access", G_CALLBACK (on_seen_cb), &n_seen);
  gtk_window_set_default_size (GTK_WINDOW (window), 360, 600);
  gtk_window_present (GTK_WINDOW (window));
  failing_server_answer (server, "GET /v1/changes",
                         PAGE (ACCOUNT ("1", "tracked") "," VIDEO ("1.1", "One")));
  backend = open_backend (window, "sees");
  test_wait (is_seen (window, "One") && gtk_window_is_active (GTK_WINDOW (window)));
  g_assert_cmpuint (n_seen, ==, 0);
  activate (window, "win.show-page", "access");
  test_wait (n_seen == 1);
  /* Beneath what is in front of it, and behind another window, it is not. */
  activate (window, "win.show-video", "1.1");
  test_wait (!spark_window_sees_access (window));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.back", NULL);
  test_wait (n_seen == 2);
  gtk_window_present (other);
  test_wait (!spark_window_sees_access (window));
  gtk_window_present (GTK_WINDOW (window));
  test_wait (n_seen == 3);
  activate (window, "win.show-page", "videos");
  test_wait (!spark_window_sees_access (window));
  gtk_window_destroy (other);
  spark_backend_stop (backend);
  close_window (window);
}

static void
on_backend_cb (SparkWindow *window, GParamSpec *pspec, gpointer user_data)
{
  SparkBackend **heard = user_data;

  *heard = spark_window_get_backend (window);
}

/* A backend starts when it was given: who tells of its events has heard of it by then, although the
 * pages are made later. */
static void
test_before_pages (void)
{
  SparkWindow *window = g_object_ref_sink (spark_window_new (NULL));
  g_autoptr (SparkClient) client = spark_client_new (failing_server_get_url (server), "token");
  g_autoptr (GError) error = NULL;
  g_autoptr (SparkBackend) backend = spark_backend_new ("early", client, NULL, &error);
  SparkBackend *heard = NULL;

  g_assert_no_error (error);
  g_signal_connect (window, "notify::backend", G_CALLBACK (on_backend_cb), &heard);
  spark_window_set_backend (window, backend);
  g_assert_true (heard == backend);
  failing_server_answer (server, "GET /v1/changes", PAGE (ACCOUNT ("1", "tracked")));
  spark_backend_start (backend);
  gtk_window_present (GTK_WINDOW (window));
  test_wait (shows_pages (window));
  g_assert_true (spark_window_get_backend (window) == backend);
  spark_backend_stop (backend);
  spark_window_set_backend (window, NULL);
  g_assert_null (heard);
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (window);
}

/* What is there in a moment is shown without a word about it; only who waits is told for what. */
static void
test_starting (void)
{
  SparkWindow *window = g_object_ref_sink (spark_window_new (NULL));
  g_autoptr (SparkBackend) backend = NULL;

  gtk_window_present (GTK_WINDOW (window));
  g_assert_false (is_seen (window, "Opening your Sparkbox"));
  test_wait (is_seen (window, "Opening your Sparkbox"));
  backend
      = open_with_video (window, "waited-for", ONE_VIDEO ("Of this computer"), "Of this computer");
  g_assert_false (is_seen (window, "Opening your Sparkbox"));
  spark_backend_stop (backend);
  close_window (window);
}

/* Whoever has not gone elsewhere by then is at the first choice, and not at a button of the header
 * bar; nothing marks it before a key is pressed. */
static void
test_first_choice (void)
{
  static const struct
  {
    const char *changes; /* NULL: there is no backend */
    const char *words;
    const char *choice; /* NULL: none */
    gboolean elsewhere; /* in the meantime */
  } cases[] = {
    { PAGE (""), "Welcome to Sparkbox", "Paste a Video Link", FALSE },
    { PAGE (""), "Welcome to Sparkbox", NULL, TRUE },
    { NULL, "Offline", "_Try Again", FALSE },
    { NULL, "Offline", NULL, TRUE },
    { PAGE (ACCOUNT ("1", "tracked")), "No Videos Yet", NULL, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *id = g_strdup_printf ("choice-%u", i);
      SparkWindow *window = g_object_ref_sink (spark_window_new (NULL));
      GtkWidget *header = test_find (window, ADW_TYPE_HEADER_BAR, 0);
      g_autoptr (SparkBackend) backend = NULL;
      g_autofree char *texts = NULL;
      GtkWidget *focus;

      g_test_message ("%s %d", cases[i].words, cases[i].elsewhere);
      gtk_window_present (GTK_WINDOW (window));
      g_assert_null (gtk_window_get_focus (GTK_WINDOW (window)));
      if (cases[i].elsewhere)
        gtk_widget_child_focus (header, GTK_DIR_TAB_FORWARD);
      if (cases[i].changes != NULL)
        {
          failing_server_answer (server, "GET /v1/changes", cases[i].changes);
          backend = open_backend (window, id);
        }
      else
        {
          g_autoptr (GError) problem = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, "");

          spark_window_set_problem (window, problem);
        }
      test_wait (is_seen (window, cases[i].words));
      focus = gtk_window_get_focus (GTK_WINDOW (window));
      g_assert_nonnull (focus);
      texts = test_texts (focus);
      g_assert_cmpint (gtk_widget_is_ancestor (focus, header), ==, cases[i].choice == NULL);
      if (cases[i].choice != NULL)
        g_assert_nonnull (strstr (texts, cases[i].choice));
      g_assert_false (gtk_window_get_focus_visible (GTK_WINDOW (window)));
      if (backend != NULL)
        spark_backend_stop (backend);
      close_window (window);
    }
}

/* It is there before the window is, as when the last one was closed: the choice is the same. */
static void
test_first_choice_again (void)
{
  SparkWindow *window = g_object_ref_sink (spark_window_new (NULL));
  g_autoptr (GError) problem = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, "");
  g_autofree char *texts = NULL;

  spark_window_set_problem (window, problem);
  gtk_window_present (GTK_WINDOW (window));
  g_assert_nonnull (gtk_window_get_focus (GTK_WINDOW (window)));
  texts = test_texts (gtk_window_get_focus (GTK_WINDOW (window)));
  g_assert_nonnull (strstr (texts, "_Try Again"));
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (window);
}

/* Every act asks the backend or is one of these, which say no word to it or only later. */
static const char *const without[] = {
  "win.back",
  "win.code-help",
  "win.copy",
  "win.copy-code",
  "win.copy-for",
  "win.copy-link",
  "win.copy-renewal",
  "win.copy-stop-request",
  "win.dismiss-event",
  "win.dismiss-refusals",
  "win.export",
  "win.export-selected",
  "win.find-text",
  "win.join",
  "win.paste",
  "win.restore-refusals",
  "win.retry",
  "win.sample",
  "win.search",
  "win.search-videos",
  "win.select-account",
  "win.show-brand",
  "win.show-help-overlay",
  "win.show-link",
  "win.show-page",
  "win.show-video",
  "win.show-waiting",
};

static void
test_stopped (void)
{
  SparkWindow *window = g_object_ref_sink (spark_window_new (NULL));
  g_autoptr (GError) problem = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, "");
  const GVariantType *target;
  const char *name, *property;
  GType owner;

  gtk_window_present (GTK_WINDOW (window));
  spark_window_set_problem (window, problem);
  test_wait (spark_window_stops_act (window, "win.generate"));
  for (guint i = 0; gtk_widget_class_query_action (GTK_WIDGET_GET_CLASS (window), i, &owner, &name,
                                                   &target, &property);
       i++)
    {
      gboolean asks = TRUE;

      if (owner != SPARK_TYPE_WINDOW || !g_str_has_prefix (name, "win."))
        continue;
      for (guint j = 0; j < G_N_ELEMENTS (without); j++)
        asks = asks && !g_str_equal (name, without[j]);
      g_test_message ("%s", name);
      g_assert_cmpint (spark_window_stops_act (window, name), ==, asks);
    }
  gtk_window_destroy (GTK_WINDOW (window));
  g_assert_finalize_object (window);
}

int
main (int argc, char **argv)
{
  static const Case cases[] = {
    { "alone", PAGE (ACCOUNT ("1", "tracked")), NULL, NULL, NULL },
    { "beside-sample", PAGE (ACCOUNT ("1", "sandbox") "," ACCOUNT ("2", "tracked")), "2", NULL,
      "2" },
    { "sample-chosen", PAGE (ACCOUNT ("1", "sandbox") "," ACCOUNT ("2", "tiktok")), "2", "1", "1" },
    { "all-chosen", PAGE (ACCOUNT ("1", "sandbox") "," ACCOUNT ("2", "tiktok")), "2", "", NULL },
    { "manager", PAGE (ACCOUNT ("1", "tracked") "," ACCOUNT ("2", "tiktok")), NULL, "2", "2" },
    { "samples", PAGE (ACCOUNT ("1", "sandbox") "," ACCOUNT ("2", "sandbox")), NULL, NULL, NULL },
  };
  int status;

  setlocale (LC_ALL, "");
  gtk_test_init (&argc, &argv, NULL);
  test_begin ();
  server = failing_server_new ();
  failing_server_be_well (server);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/first-account/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_first);
    }
  g_test_add_func ("/first-account/page", test_page);
  g_test_add_func ("/first-account/page-before-accounts", test_page_before_accounts);
  g_test_add_func ("/first-account/same-ids", test_same_ids);
  g_test_add_func ("/first-account/waits-for-its-own", test_waits_for_its_own);
  g_test_add_func ("/first-account/sees-access", test_sees_access);
  g_test_add_func ("/first-account/before-pages", test_before_pages);
  g_test_add_func ("/first-account/starting", test_starting);
  g_test_add_func ("/first-account/first-choice", test_first_choice);
  g_test_add_func ("/first-account/first-choice-again", test_first_choice_again);
  g_test_add_func ("/first-account/stopped", test_stopped);
  status = g_test_run ();
  failing_server_free (server);
  return status;
}
