/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <glib/gstdio.h>
#include <libsoup/soup.h>
#include <locale.h>
#include <string.h>

#include "app/spark-dialog.h"
#include "app/spark-window.h"
#include "client/spark-backend-private.h"
#include "failing-server.h"
#include "test-widgets.h"

/*
 * The server goes away while the person is, or is about to be, in the browser: connecting an
 * account to TikTok, and signing in. A sentence says so, nothing waits without end, and the same
 * press works as soon as the server is back. And the browser itself may not be there.
 */

#define EMPTY "{\"items\":[],\"cursor\":\"c\",\"has_more\":false,\"remaining\":0}"
#define READY "id: d\nevent: ready\ndata: {}\n\n"
#define ACCOUNT                                                                                    \
  "{\"account_id\":\"1\",\"seq\":1,\"kind\":\"account\",\"id\":\"1\",\"object\":{\"id\":\"1\","    \
  "\"name\":\"@mia\",\"platform\":\"tiktok\",\"role\":\"owner\",\"periods\":[7,30]}}"
#define CONSENT "https://consent.invalid/tiktok"
#define SAID    "The server can’t be reached."
#define SIGN_IN "Sign in in your browser."
#define ASKING  "Asking the server…"
#define NONE    "No Browser Could Be Opened"

static FailingServer *server;
static char *opened; /* the file with the address that the browser was opened with */

/* --- the person's default browser --- */

static void
set_list (const char *text)
{
  g_autofree char *list = g_build_filename (g_get_user_config_dir (), "mimeapps.list", NULL);

  g_assert_true (g_file_set_contents (list, text, -1, NULL));
}

static void
set_default_browser (void)
{
  set_list ("[Default Applications]\n"
            "x-scheme-handler/http=browser.desktop\n"
            "x-scheme-handler/https=browser.desktop\n");
}

static gboolean
has_browser (void)
{
  g_autoptr (GAppInfo) info = g_app_info_get_default_for_uri_scheme ("https");

  return info != NULL;
}

/* What else this computer has is none of this person's either. */
static void
take_browsers_away (void)
{
  GList *all = g_app_info_get_all_for_type ("x-scheme-handler/https");
  g_autoptr (GString) ids = g_string_new (NULL);
  g_autofree char *text = NULL;

  for (GList *one = all; one != NULL; one = one->next)
    g_string_append_printf (ids, "%s;", g_app_info_get_id (one->data));
  g_list_free_full (all, g_object_unref);
  text = g_strdup_printf ("[Removed Associations]\nx-scheme-handler/http=%s\n"
                          "x-scheme-handler/https=%s\n",
                          ids->str, ids->str);
  set_list (text);
  /* GLib hears of it in a thread of its own. */
  test_wait (!has_browser ());
}

static void
set_up_browser (void)
{
  g_autofree char *program = g_build_filename (g_get_user_data_dir (), "browser", NULL);
  g_autofree char *folder = g_build_filename (g_get_user_data_dir (), "applications", NULL);
  g_autofree char *entry = g_build_filename (folder, "browser.desktop", NULL);
  g_autofree char *script = NULL;
  g_autofree char *text = g_strdup_printf ("[Desktop Entry]\nType=Application\nName=Browser\n"
                                           "Exec=%s %%u\nMimeType=x-scheme-handler/http;"
                                           "x-scheme-handler/https;\n",
                                           program);

  opened = g_build_filename (g_get_user_data_dir (), "opened", NULL);
  script = g_strdup_printf ("#!/bin/sh\nprintf %%s \"$1\" >'%s.part' && mv '%s.part' '%s'\n",
                            opened, opened, opened);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (program, script, -1, NULL));
  g_assert_cmpint (g_chmod (program, 0700), ==, 0);
  g_assert_true (g_file_set_contents (entry, text, -1, NULL));
  set_default_browser ();
}

static char *
take_address (void)
{
  char *address = NULL;

  test_wait (g_file_get_contents (opened, &address, NULL, NULL));
  g_assert_cmpint (g_unlink (opened), ==, 0);
  return address;
}

static void
on_fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes
      = soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);

  g_assert_no_error (error);
  *(gboolean *)user_data = TRUE;
}

/* (transfer full) (nullable): where it is led on to */
static char *
fetch (const char *address)
{
  g_autoptr (SoupSession) session = soup_session_new ();
  g_autoptr (SoupMessage) message = soup_message_new ("GET", address);
  gboolean fetched = FALSE;

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  soup_session_send_and_read_async (session, message, G_PRIORITY_DEFAULT, NULL, on_fetched_cb,
                                    &fetched);
  test_wait (fetched);
  return g_strdup (
      soup_message_headers_get_one (soup_message_get_response_headers (message), "Location"));
}

/* The person is done at the server's page: it leads back, as it would have before it went. */
static void
come_back (const char *page)
{
  g_autoptr (GUri) uri = g_uri_parse (page, SOUP_HTTP_URI_FLAGS, NULL);
  g_autoptr (GHashTable) query = soup_form_decode (g_uri_get_query (uri));
  g_autofree char *address = g_strdup_printf (
      "%s?state=%s&code=given&iss=%s://%s:%d", (char *)g_hash_table_lookup (query, "redirect_uri"),
      (char *)g_hash_table_lookup (query, "state"), g_uri_get_scheme (uri), g_uri_get_host (uri),
      g_uri_get_port (uri));

  g_free (fetch (address));
}

static gboolean
is_answered (const char *address)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection
      = g_socket_client_connect_to_uri (client, address, 80, NULL, NULL);

  return connection != NULL;
}

/* --- the window --- */

typedef struct
{
  SparkWindow *window;
  SparkBackend *backend;
} Fixture;

static gboolean
says (gpointer root, const char *text)
{
  g_autofree char *texts = test_seen_texts (root);

  return strstr (texts, text) != NULL;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  const SparkBackendTimes times = { .first_wait_ms = 20, .longest_wait_ms = 100, .dead_ms = 20000 };
  g_autoptr (SparkClient) client = spark_client_new (failing_server_get_url (server), "token");
  g_autoptr (GError) error = NULL;

  failing_server_fail (server, "", FAILING_NOT, 0, NULL);
  failing_server_answer (server, "GET /v1/changes", EMPTY);
  failing_server_answer (server, "GET /v1/feed", READY);
  fixture->window = g_object_ref_sink (spark_window_new (NULL));
  fixture->backend = spark_backend_new ("away", client, NULL, &error);
  g_assert_no_error (error);
  spark_backend_set_times (fixture->backend, &times);
  gtk_window_present (GTK_WINDOW (fixture->window));
  spark_window_set_backend (fixture->window, fixture->backend);
  spark_backend_start (fixture->backend);
  test_wait (says (fixture->window, "Connect TikTok"));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  GWeakRef gone;

  g_weak_ref_init (&gone, fixture->backend);
  spark_backend_stop (fixture->backend);
  spark_window_set_backend (fixture->window, NULL);
  g_clear_object (&fixture->backend);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  /* Opening the browser lets go of it a moment later. */
  test_wait (G_OBJECT (fixture->window)->ref_count == 1);
  g_assert_finalize_object (fixture->window);
  for (g_autoptr (GObject) still = NULL; (still = g_weak_ref_get (&gone)) != NULL;)
    {
      g_clear_object (&still);
      test_turn ();
    }
  g_weak_ref_clear (&gone);
  spark_replica_delete ("away");
}

static void
connect_tiktok (Fixture *fixture)
{
  g_assert_true (
      gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.connect-tiktok", NULL));
}

/* The server is back, and with it the page that it took away. */
static void
come_online (Fixture *fixture)
{
  failing_server_start (server);
  test_wait (says (fixture->window, "Connect TikTok"));
  g_assert_false (says (fixture->window, SAID));
}

static void
test_connect (Fixture *fixture, gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  /* Asked for, and not answered any more */
  failing_server_fail (server, "POST /v1/connect", FAILING_SILENT, 0, NULL);
  connect_tiktok (fixture);
  test_wait (failing_server_count (server) == 1);
  g_assert_true (says (fixture->window, ASKING));
  failing_server_stop (server);
  /* The toast first: it goes again. */
  test_wait (says (fixture->window, "_Details"));
  test_wait (says (fixture->window, SAID) && says (fixture->window, "_Try Again"));
  g_assert_true (spark_window_stops_act (fixture->window, "win.connect-tiktok"));
  failing_server_fail (server, "", FAILING_NOT, 0, NULL);
  come_online (fixture);
  g_assert_false (g_file_test (opened, G_FILE_TEST_EXISTS));

  /* The same press works, and the server goes while the browser is open. */
  connect_tiktok (fixture);
  test_wait (says (fixture->window, "Go on in your browser"));
  first = take_address ();
  g_assert_cmpstr (first, ==, CONSENT);
  failing_server_stop (server);
  test_wait (says (fixture->window, SAID) && says (fixture->window, "_Try Again"));
  come_online (fixture);
  connect_tiktok (fixture);
  second = take_address ();
  g_assert_cmpstr (second, ==, CONSENT);

  /* What was allowed there meanwhile is here when the server is back. */
  failing_server_stop (server);
  test_wait (says (fixture->window, SAID));
  failing_server_answer (server, "GET /v1/feed",
                         "id: d\nevent: change\ndata: " ACCOUNT "\n\n" READY);
  failing_server_start (server);
  test_wait (says (fixture->window, "No Videos Yet"));
  g_assert_false (says (fixture->window, SAID));
}

/* Nothing waits for what nobody wants any more, and the same press asks again. */
static void
test_connect_cancelled (Fixture *fixture, gconstpointer data)
{
  g_autofree char *address = NULL;

  failing_server_fail (server, "POST /v1/connect", FAILING_SILENT, 0, NULL);
  connect_tiktok (fixture);
  test_wait (failing_server_count (server) == 1);
  test_press (fixture->window, "_Cancel");
  test_wait (!says (fixture->window, ASKING));
  g_assert_false (says (fixture->window, "_Details"));
  g_assert_false (g_file_test (opened, G_FILE_TEST_EXISTS));

  failing_server_fail (server, "", FAILING_NOT, 0, NULL);
  connect_tiktok (fixture);
  address = take_address ();
  g_assert_cmpstr (address, ==, CONSENT);
  test_wait (says (fixture->window, "Go on in your browser"));
}

static GtkWindow *
find_window (GType type)
{
  GListModel *windows = gtk_window_get_toplevels ();

  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);

      if (g_type_is_a (G_OBJECT_TYPE (window), type))
        return window;
    }
  return NULL;
}

static void
on_text_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(char **)user_data = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

static char *
read_clipboard (Fixture *fixture)
{
  char *text = NULL;

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (fixture->window)), NULL,
                                 on_text_cb, &text);
  test_wait (text != NULL);
  return text;
}

/* (transfer full): what the person copies from the dialog that says this */
static char *
copy_from_dialog (Fixture *fixture, const char *heading)
{
  GtkWindow *dialog;

  test_wait ((dialog = find_window (ADW_TYPE_MESSAGE_DIALOG)) != NULL);
  g_assert_true (says (dialog, heading));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "copy");
  gtk_window_destroy (dialog);
  return read_clipboard (fixture);
}

/* What is undone is of one backend: with another, nothing offers it any more. */
static void
test_undo (Fixture *fixture, gconstpointer data)
{
  GtkWidget *undo;

  gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.dismiss-refusals", "^as",
                              (const char *const[]){ "1.1", NULL });
  test_wait (says (fixture->window, "1 refused attempt dismissed"));
  /* It stays as long as it has the keyboard. */
  undo = test_find_button (fixture->window, "_Undo");
  test_wait (gtk_widget_get_mapped (undo));
  g_assert_true (gtk_widget_grab_focus (undo));
  spark_window_set_backend (fixture->window, NULL);
  test_wait (!says (fixture->window, "1 refused attempt dismissed"));
}

static void
test_connect_without_browser (Fixture *fixture, gconstpointer data)
{
  g_autofree char *address = NULL;
  g_autofree char *again = NULL;

  take_browsers_away ();
  connect_tiktok (fixture);
  address = copy_from_dialog (fixture, NONE);
  g_assert_cmpstr (address, ==, CONSENT);

  /* The wrong browser: the toast has the address as well. */
  set_default_browser ();
  test_wait (has_browser ());
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (fixture->window)), "");
  connect_tiktok (fixture);
  g_free (take_address ());
  test_wait (says (fixture->window, "_Details"));
  test_press (fixture->window, "_Details");
  again = copy_from_dialog (fixture, "Go On in Your Browser");
  g_assert_cmpstr (again, ==, CONSENT);
}

static SparkDialog *
open_join (Fixture *fixture)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (fixture->window), "win.join", NULL));
  return SPARK_DIALOG (find_window (SPARK_TYPE_DIALOG));
}

static gboolean
can_submit (SparkDialog *dialog)
{
  return !spark_dialog_get_busy (dialog) && spark_dialog_get_can_submit (dialog);
}

static void
test_join (Fixture *fixture, gconstpointer data)
{
  SparkDialog *dialog = open_join (fixture);
  GtkEditable *address = test_find (dialog, ADW_TYPE_ENTRY_ROW, 0);

  gtk_editable_set_text (address, failing_server_get_url (server));
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *start = NULL;
      g_autofree char *page = NULL;

      g_assert_true (can_submit (dialog));
      spark_dialog_submit (dialog);
      start = take_address ();
      test_wait (says (dialog, SIGN_IN));
      g_assert_null (spark_dialog_get_problem (dialog));
      page = fetch (start);
      g_assert_true (g_str_has_prefix (page, failing_server_get_url (server)));
      failing_server_stop (server);
      come_back (page);
      test_wait (can_submit (dialog));
      g_assert_true (g_str_has_prefix (spark_dialog_get_problem (dialog), SAID));
      g_assert_false (says (dialog, SIGN_IN));
      g_assert_cmpstr (gtk_editable_get_text (address), ==, failing_server_get_url (server));
      /* Not asked for again in the browser before the server can be. */
      spark_dialog_submit (dialog);
      test_wait (can_submit (dialog));
      g_assert_nonnull (spark_dialog_get_problem (dialog));
      g_assert_false (g_file_test (opened, G_FILE_TEST_EXISTS));
      failing_server_start (server);
    }
  gtk_window_close (GTK_WINDOW (dialog));
}

/* Enter, pressed by who is back from the browser, gives nothing up. */
static void
test_join_keyboard (Fixture *fixture, gconstpointer data)
{
  SparkDialog *dialog = open_join (fixture);
  GtkWidget *join = gtk_window_get_default_widget (GTK_WINDOW (dialog));
  g_autofree char *start = NULL;
  g_autofree char *page = NULL;

  g_assert_nonnull (join);
  gtk_editable_set_text (test_find (dialog, ADW_TYPE_ENTRY_ROW, 0),
                         failing_server_get_url (server));
  failing_server_fail (server, "POST /oauth/token", FAILING_SILENT, 0, NULL);
  spark_dialog_submit (dialog);
  start = take_address ();
  test_wait (says (dialog, SIGN_IN));
  g_assert_true (gtk_widget_grab_focus (test_find_button (dialog, "Copy _Address")));
  page = fetch (start);
  come_back (page);
  test_wait (says (dialog, "Asking the server…"));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (dialog)) == join);
  failing_server_stop (server);
  test_wait (can_submit (dialog));
  failing_server_start (server);
  gtk_window_close (GTK_WINDOW (dialog));
}

static gboolean
is_within (GtkWidget *window, GtkWidget *button)
{
  graphene_rect_t box;

  return gtk_widget_compute_bounds (button, window, &box)
         && box.origin.y + box.size.height <= (float)gtk_widget_get_height (window);
}

/* Each address leads to the server's page, from whichever browser. */
static void
test_join_without_browser (Fixture *fixture, gconstpointer data)
{
  SparkDialog *dialog = open_join (fixture);
  g_autofree char *told = NULL;
  g_autofree char *copied = NULL;
  g_autofree char *again = NULL;
  const char *url = failing_server_get_url (server);

  take_browsers_away ();
  gtk_editable_set_text (test_find (dialog, ADW_TYPE_ENTRY_ROW, 0), url);
  spark_dialog_submit (dialog);
  told = copy_from_dialog (fixture, NONE);
  /* The dialog makes room for what it offers. */
  test_wait (is_within (GTK_WIDGET (dialog), test_find_button (dialog, "Copy _Address")));
  g_assert_true (says (dialog, SIGN_IN));
  test_press (dialog, "Copy _Address");
  test_wait (says (dialog, "Address copied."));
  copied = read_clipboard (fixture);
  g_assert_cmpstr (copied, ==, told);
  for (guint i = 0; i < 2; i++)
    {
      g_autofree char *page = fetch (copied);

      g_assert_true (i == 0 ? g_str_has_prefix (page, url) : page == NULL);
    }

  /* The person has closed it, and chosen a browser. */
  set_default_browser ();
  test_wait (has_browser ());
  test_press (dialog, "_Open Browser Again");
  again = take_address ();
  g_assert_cmpstr (again, !=, copied);
  test_wait (says (dialog, SIGN_IN));
  g_assert_null (find_window (ADW_TYPE_MESSAGE_DIALOG));
  g_clear_pointer (&copied, g_free);
  copied = fetch (again);
  g_assert_true (g_str_has_prefix (copied, url));
  g_assert_true (spark_dialog_get_busy (dialog));

  /* Given up: where it began, and no browser comes back to it any more. */
  g_clear_pointer (&again, g_free);
  test_press (dialog, "_Open Browser Again");
  again = take_address ();
  gtk_window_close (GTK_WINDOW (dialog));
  g_assert_true (can_submit (dialog));
  g_assert_false (says (dialog, SIGN_IN));
  g_assert_cmpstr (gtk_editable_get_text (test_find (dialog, ADW_TYPE_ENTRY_ROW, 0)), ==, url);
  test_wait (!is_answered (again));
  spark_dialog_submit (dialog);
  test_wait (says (dialog, SIGN_IN));
  g_free (take_address ());
  gtk_window_close (GTK_WINDOW (dialog));
  gtk_window_close (GTK_WINDOW (dialog));
}

int
main (int argc, char **argv)
{
  int status;

  setlocale (LC_ALL, "");
  set_up_browser ();
  gtk_test_init (&argc, &argv, NULL);
  test_begin ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  server = failing_server_new ();
  failing_server_answer (server, "GET /healthz",
                         "{\"status\":\"ok\",\"service\":\"sparkbox\",\"version\":\"1\","
                         "\"api\":1}");
  failing_server_answer (server, "GET /v1/connect", "{\"tiktok\":true}");
  failing_server_answer (server, "POST /v1/connect", "{\"url\":\"" CONSENT "\"}");
  g_test_add ("/away/connect", Fixture, NULL, set_up, test_connect, tear_down);
  g_test_add ("/away/connect-cancelled", Fixture, NULL, set_up, test_connect_cancelled, tear_down);
  g_test_add ("/away/connect-without-browser", Fixture, NULL, set_up, test_connect_without_browser,
              tear_down);
  g_test_add ("/away/undo", Fixture, NULL, set_up, test_undo, tear_down);
  g_test_add ("/away/join", Fixture, NULL, set_up, test_join, tear_down);
  g_test_add ("/away/join-keyboard", Fixture, NULL, set_up, test_join_keyboard, tear_down);
  g_test_add ("/away/join-without-browser", Fixture, NULL, set_up, test_join_without_browser,
              tear_down);
  status = g_test_run ();
  failing_server_free (server);
  g_free (opened);
  return status;
}
