/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-connection-news.h"
#include "app/spark-context.h"
#include "app/spark-import-dialog.h"
#include "app/spark-outcome.h"
#include "app/spark-problem.h"
#include "app/spark-scroll-bin.h"
#include "app/spark-sign-ins.h"
#include "app/spark-welcome-page.h"
#include "fake-backend.h"
#include "model/spark-error.h"
#include "test-window.h"

#define LINK "https://www.tiktok.com/@mia/video/7100000000000000001"
#define ACCOUNT_JSON                                                                               \
  "{\"id\":\"7\",\"name\":\"@mia\",\"platform\":\"tracked\",\"role\":\"owner\",\"periods\":[7,30]" \
  "}"
#define VIDEO_JSON                                                                                 \
  "{\"id\":\"7.1\",\"account_id\":\"7\",\"item_id\":\"7100000000000000001\","                      \
  "\"visibility\":\"public\",\"eligible\":true,\"blockers\":[],\"engagement\":{},"                 \
  "\"authorization\":{\"state\":\"off\",\"grants\":0,\"links\":0}}"
#define BATCH_JSON(state)                                                                          \
  "{\"id\":\"7.2\",\"act\":\"import\",\"state\":\"" state                                          \
  "\",\"done\":0,\"total\":0,\"added\":0,\"updated\":0,\"skipped\":0}"

static SparkReplica *
get_replica (SparkWindow *window)
{
  return spark_backend_get_replica (spark_window_get_backend (window));
}

static SparkDialog *
open_dialog (SparkWindow *window, const char *action)
{
  test_window_act (window, action, NULL);
  return SPARK_DIALOG (test_get_dialog (window));
}

static void
type (SparkDialog *dialog, guint entry, const char *text)
{
  gtk_editable_set_text (GTK_EDITABLE (test_find (dialog, ADW_TYPE_ENTRY_ROW, entry)), text);
}

static void
assert_text (gpointer root, const char *part)
{
  g_autofree char *texts = test_texts (root);

  g_test_message ("%s", texts);
  g_assert_nonnull (strstr (texts, part));
}

static void
assert_problem (SparkDialog *dialog, SparkError code)
{
  g_autoptr (GError) error = g_error_new_literal (SPARK_ERROR, code, "");

  test_wait (spark_dialog_get_problem (dialog) != NULL);
  g_assert_cmpstr (spark_dialog_get_problem (dialog), ==, spark_problem_sentence (error));
  g_assert_false (spark_dialog_get_busy (dialog));
}

static GError *
refusal (SparkError code)
{
  return g_error_new_literal (SPARK_ERROR, code, "what the server wrote");
}

static void
test_welcome (void)
{
  SparkWindow *window = test_window_new (spark_welcome_page_new ());

  fake_answer ("POST /v1/sample", ACCOUNT_JSON);
  test_window_act (window, "win.sample", NULL);
  test_wait (strstr (fake_sent (), "POST /v1/sample {}") != NULL);
  for (;;)
    {
      g_autofree char *toast = NULL;

      test_wait ((toast = test_window_take_toast (window)) != NULL);
      if (g_str_equal (toast, "Sample data added"))
        break;
    }
  test_window_free (window);
}

/* Pressed twice it is made once, and what was made meanwhile insensitive stays so. */
static void
test_sample_once (void)
{
  SparkWindow *window = test_window_new (spark_welcome_page_new ());
  guint n = 0;

  fake_answer ("POST /v1/sample", ACCOUNT_JSON);
  fake_hold ();
  test_window_act (window, "win.sample", NULL);
  test_window_act (window, "win.sample", NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (window), "win.sample", FALSE);
  fake_release ();
  for (g_autofree char *toast = NULL; g_strcmp0 (toast, "Sample data added") != 0;)
    {
      g_free (toast);
      test_wait ((toast = test_window_take_toast (window)) != NULL);
    }
  test_window_act (window, "win.sample", NULL);
  test_turn ();
  for (const char *at = fake_sent (); (at = strstr (at, "POST /v1/sample")) != NULL; at++)
    n++;
  g_assert_cmpuint (n, ==, 1);
  /* Once it may be asked for again it is made again. */
  gtk_widget_action_set_enabled (GTK_WIDGET (window), "win.sample", TRUE);
  fake_answer ("POST /v1/sample", ACCOUNT_JSON);
  test_window_act (window, "win.sample", NULL);
  test_wait (strstr (strstr (fake_sent (), "POST /v1/sample") + 1, "POST /v1/sample") != NULL);
  test_window_free (window);
}

/* Enter held too long does not cancel what it began. */
static void
test_paste_twice (void)
{
  SparkWindow *window = test_window_new (NULL);
  SparkDialog *dialog = open_dialog (window, "win.paste-link");

  type (dialog, 0, LINK);
  fake_answer ("POST /v1/accounts", ACCOUNT_JSON);
  fake_answer ("POST /v1/videos", VIDEO_JSON);
  fake_hold ();
  test_press_enter (dialog);
  g_assert_true (spark_dialog_get_busy (dialog));
  test_press_enter (dialog);
  for (guint i = 0; i < 20; i++)
    test_turn ();
  g_assert_true (test_has_dialog (window));
  fake_release ();
  test_wait (!test_has_dialog (window));
  g_assert_nonnull (strstr (fake_sent (), "POST /v1/videos"));
  test_window_free (window);
}

static void
test_paste_new_account (void)
{
  SparkWindow *window = test_window_new (NULL);
  SparkDialog *dialog = open_dialog (window, "win.paste-link");

  g_assert_false (spark_dialog_get_can_submit (dialog));
  type (dialog, 0, "https://vm.tiktok.com/ZM12345/");
  g_assert_false (spark_dialog_get_can_submit (dialog));
  assert_text (dialog, "does not say which TikTok video");
  type (dialog, 0, LINK);
  g_assert_true (spark_dialog_get_can_submit (dialog));

  fake_answer ("POST /v1/accounts", ACCOUNT_JSON);
  fake_answer ("POST /v1/videos", VIDEO_JSON);
  spark_dialog_submit (dialog);
  test_wait (test_window_get_shown (window) != NULL);
  g_assert_cmpstr (test_window_get_shown (window), ==, "7.1");
  g_assert_nonnull (strstr (fake_sent (), "POST /v1/accounts {\"name\":\"@mia\",\"platform\":"
                                          "\"tracked\",\"handle\":\"mia\"}\n"));
  g_assert_nonnull (
      strstr (fake_sent (), "POST /v1/videos {\"account\":\"7\",\"url\":\"" LINK "\"}\n"));
  test_wait (!test_has_dialog (window));
  test_window_free (window);
}

/* Nobody is told to begin; who tries without is told why nothing happens, and led there. */
static void
test_paste_nothing (void)
{
  SparkWindow *window = test_window_new (NULL);
  SparkDialog *dialog = open_dialog (window, "win.paste-link");
  GtkWidget *row = test_find (dialog, ADW_TYPE_ENTRY_ROW, 0);
  GtkWidget *text = GTK_WIDGET (gtk_editable_get_delegate (GTK_EDITABLE (row)));
  g_autofree char *before = test_seen_texts (dialog);
  g_autofree char *after = NULL;

  g_assert_null (strstr (before, "Enter the link of a video."));
  g_assert_false (gtk_widget_has_css_class (row, "error"));
  g_assert_true (
      gtk_test_accessible_has_property (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_REQUIRED));
  gtk_window_set_focus (GTK_WINDOW (dialog), NULL);
  spark_dialog_submit (dialog);
  after = test_seen_texts (dialog);
  g_assert_nonnull (strstr (after, "Enter the link of a video."));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (dialog)) == text);
  g_assert_false (gtk_widget_has_css_class (row, "error"));
  g_assert_cmpstr (fake_sent (), ==, "");
  test_window_free (window);
}

static void
test_paste_clipboard (void)
{
  SparkWindow *window = test_window_new (NULL);
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (window));
  SparkDialog *dialog;

  gdk_clipboard_set_text (clipboard, " " LINK "\n");
  dialog = open_dialog (window, "win.paste-link");
  test_wait (spark_dialog_get_can_submit (dialog));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (test_find (dialog, ADW_TYPE_ENTRY_ROW, 0))),
                   ==, LINK);
  test_close_dialog (window, GTK_WINDOW (dialog));

  /* Anything else in the clipboard is none of its business. */
  gdk_clipboard_set_text (clipboard, "a password");
  dialog = open_dialog (window, "win.paste-link");
  for (guint i = 0; i < 3; i++)
    test_turn ();
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (test_find (dialog, ADW_TYPE_ENTRY_ROW, 0))),
                   ==, "");
  test_window_free (window);
}

static void
test_paste_known (void)
{
  SparkWindow *window = test_window_new (NULL);
  const SparkVideo video
      = { .id = "3.1", .account_id = "3", .item_id = "7100000000000000001", .caption = "Known" };
  SparkDialog *dialog;

  fake_add_video (get_replica (window), &video);
  dialog = open_dialog (window, "win.paste-link");
  type (dialog, 0, LINK);
  spark_dialog_submit (dialog);
  g_assert_cmpstr (test_window_get_shown (window), ==, "3.1");
  g_assert_cmpstr (fake_sent (), ==, "");
  test_window_free (window);
}

static void
test_paste_refused (void)
{
  SparkWindow *window = test_window_new (NULL);
  const SparkAccount account
      = { .id = "3", .platform = SPARK_PLATFORM_TRACKED, .role = SPARK_ROLE_OWNER };
  SparkDialog *dialog;

  fake_add_account (get_replica (window), &account);
  dialog = open_dialog (window, "win.paste-link");
  type (dialog, 0, LINK);
  fake_refuse ("POST /v1/videos", refusal (SPARK_ERROR_FORBIDDEN));
  spark_dialog_submit (dialog);
  assert_problem (dialog, SPARK_ERROR_FORBIDDEN);
  g_assert_nonnull (strstr (fake_sent (), "POST /v1/videos {\"account\":\"3\""));
  test_window_free (window);
}

/* Nothing of it has to be scrolled to. */
static void
wait_for_whole_page (GtkWidget *page)
{
  for (;;)
    {
      int natural;

      gtk_widget_measure (page, GTK_ORIENTATION_VERTICAL, gtk_widget_get_width (page), NULL,
                          &natural, NULL, NULL);
      if (gtk_widget_get_height (page) >= natural)
        return;
      test_turn ();
    }
}

static void
test_import (void)
{
  SparkWindow *window = test_window_new (NULL);
  const SparkAccount account
      = { .id = "7", .platform = SPARK_PLATFORM_TRACKED, .role = SPARK_ROLE_OWNER };
  g_autoptr (GFile) file = g_file_new_for_path ("/nowhere/user_data_tiktok.json");
  SparkBatch batch = { .id = "7.2", .state = SPARK_BATCH_STATE_RUNNING, .done = 100, .total = 316 };
  SparkDialog *dialog;

  fake_add_account (get_replica (window), &account);
  dialog = open_dialog (window, "win.import");
  assert_text (dialog, "Ask for JSON");
  fake_answer ("POST /v1/accounts/7/import", BATCH_JSON ("running"));
  spark_import_dialog_import (SPARK_IMPORT_DIALOG (dialog), file);
  test_wait (strstr (fake_sent (), "/import user_data_tiktok.json") != NULL);
  test_turn ();

  fake_add_batch (get_replica (window), &batch);
  for (guint i = 0; i < 3; i++)
    test_turn ();
  g_signal_emit_by_name (spark_window_get_backend (window), "changed", SPARK_KINDS_BATCH);
  assert_text (dialog, "Reading your data: 100 videos");

  batch.state = SPARK_BATCH_STATE_DONE;
  batch.added = 312;
  batch.skipped = 4;
  fake_add_batch (get_replica (window), &batch);
  g_signal_emit_by_name (spark_window_get_backend (window), "changed", SPARK_KINDS_BATCH);
  assert_text (dialog, "312 videos added, 4 not understood");
  assert_text (dialog, "TikTok’s data has no covers");
  wait_for_whole_page (test_find (dialog, SPARK_TYPE_SCROLL_BIN, 0));
  test_window_free (window);
}

/* A check mark would say that it went well. */
static void
test_import_not_understood (void)
{
  SparkWindow *window = test_window_new (NULL);
  const SparkAccount account
      = { .id = "7", .platform = SPARK_PLATFORM_TRACKED, .role = SPARK_ROLE_OWNER };
  g_autoptr (GFile) file = g_file_new_for_path ("/nowhere/user_data_tiktok.json");
  SparkBatch batch = { .id = "7.2", .state = SPARK_BATCH_STATE_DONE, .skipped = 3 };
  SparkDialog *dialog;
  GtkWidget *outcome;
  g_autofree char *texts = NULL;

  fake_add_account (get_replica (window), &account);
  dialog = open_dialog (window, "win.import");
  fake_answer ("POST /v1/accounts/7/import", BATCH_JSON ("running"));
  spark_import_dialog_import (SPARK_IMPORT_DIALOG (dialog), file);
  test_wait (strstr (fake_sent (), "/import user_data_tiktok.json") != NULL);
  test_turn ();
  fake_add_batch (get_replica (window), &batch);
  g_signal_emit_by_name (spark_window_get_backend (window), "changed", SPARK_KINDS_BATCH);
  outcome = test_find (dialog, SPARK_TYPE_OUTCOME, 0);
  texts = test_texts (outcome);
  g_assert_cmpstr (texts, ==, "No Videos Added\n3 not understood\n");
  g_assert_cmpstr (gtk_image_get_icon_name (test_find (outcome, GTK_TYPE_IMAGE, 0)), ==,
                   "dialog-warning-symbolic");

  batch.skipped = 0;
  fake_add_batch (get_replica (window), &batch);
  g_signal_emit_by_name (spark_window_get_backend (window), "changed", SPARK_KINDS_BATCH);
  assert_text (dialog, "Nothing New");
  test_window_free (window);
}

static void
test_many_imported (void)
{
  SparkWindow *window = test_window_new (NULL);
  const SparkAccount account
      = { .id = "7", .platform = SPARK_PLATFORM_TRACKED, .role = SPARK_ROLE_OWNER };
  g_autoptr (GFile) file = g_file_new_for_path ("/nowhere/user_data_tiktok.json");
  SparkBatch batch = { .id = "7.2", .state = SPARK_BATCH_STATE_RUNNING, .done = 8000 };
  SparkDialog *dialog;

  test_group_numbers (TRUE);
  fake_add_account (get_replica (window), &account);
  dialog = open_dialog (window, "win.import");
  fake_answer ("POST /v1/accounts/7/import", BATCH_JSON ("running"));
  spark_import_dialog_import (SPARK_IMPORT_DIALOG (dialog), file);
  test_wait (strstr (fake_sent (), "/import user_data_tiktok.json") != NULL);
  fake_add_batch (get_replica (window), &batch);
  test_turn ();
  g_signal_emit_by_name (spark_window_get_backend (window), "changed", SPARK_KINDS_BATCH);
  assert_text (dialog, "Reading your data: 8,000 videos");
  batch.state = SPARK_BATCH_STATE_DONE;
  batch.added = 12345;
  batch.updated = 2000;
  batch.skipped = 1234;
  fake_add_batch (get_replica (window), &batch);
  g_signal_emit_by_name (spark_window_get_backend (window), "changed", SPARK_KINDS_BATCH);
  assert_text (dialog, "12,345 videos added, 2,000 updated, 1,234 not understood");
  test_group_numbers (FALSE);
  test_window_free (window);
}

static void
test_import_stopped (void)
{
  SparkWindow *window = test_window_new (NULL);
  const SparkAccount account
      = { .id = "7", .platform = SPARK_PLATFORM_TRACKED, .role = SPARK_ROLE_OWNER };
  g_autoptr (GFile) file = g_file_new_for_path ("/nowhere/user_data_tiktok.json");
  SparkDialog *dialog;
  GtkButton *button = NULL;

  fake_add_account (get_replica (window), &account);
  dialog = open_dialog (window, "win.import");
  fake_answer ("POST /v1/accounts/7/import", BATCH_JSON ("running"));
  spark_import_dialog_import (SPARK_IMPORT_DIALOG (dialog), file);
  test_wait (strstr (fake_sent (), "/import user_data_tiktok.json") != NULL);
  test_turn ();
  for (guint i = 0; g_strcmp0 (button != NULL ? gtk_button_get_label (button) : "", "_Stop") != 0;
       i++)
    {
      button = test_find (dialog, GTK_TYPE_BUTTON, i);
      g_assert_nonnull (button);
    }
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (button)));
  fake_answer ("DELETE /v1/batches/7.2", BATCH_JSON ("stopped"));
  g_signal_emit_by_name (button, "clicked");
  test_wait (strstr (fake_sent (), "DELETE /v1/batches/7.2") != NULL);
  test_turn ();
  assert_text (dialog, "Import Stopped");
  test_window_free (window);
}

static void
test_import_refused (void)
{
  SparkWindow *window = test_window_new (NULL);
  const SparkAccount account
      = { .id = "7", .platform = SPARK_PLATFORM_TRACKED, .role = SPARK_ROLE_OWNER };
  const SparkBatch failed
      = { .id = "7.2", .state = SPARK_BATCH_STATE_FAILED, .problem = "import_malformed" };
  g_autoptr (GFile) file = g_file_new_for_path ("/nowhere/Posts.txt");
  SparkDialog *dialog;

  fake_add_account (get_replica (window), &account);
  dialog = open_dialog (window, "win.import");
  fake_refuse ("POST /v1/accounts/7/import", refusal (SPARK_ERROR_IMPORT_IS_TXT));
  spark_import_dialog_import (SPARK_IMPORT_DIALOG (dialog), file);
  assert_problem (dialog, SPARK_ERROR_IMPORT_IS_TXT);
  assert_text (dialog, "Ask for JSON");

  /* Refused only while it is worked through. */
  fake_add_batch (get_replica (window), &failed);
  fake_answer ("POST /v1/accounts/7/import", BATCH_JSON ("running"));
  spark_import_dialog_import (SPARK_IMPORT_DIALOG (dialog), file);
  assert_problem (dialog, SPARK_ERROR_IMPORT_MALFORMED);
  test_window_free (window);
}

static void
test_join (void)
{
  SparkWindow *window = test_window_new (NULL);
  SparkBackend *before = spark_window_get_backend (window);
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);
  g_autofree char *url = NULL;
  g_autofree char *account = NULL;
  SparkDialog *dialog = open_dialog (window, "win.join");

  g_object_ref (before);
  g_assert_false (spark_dialog_get_can_submit (dialog));
  type (dialog, 0, "https://spark.example.org/#tok_secret");
  /* Its parts went where they belong. */
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (test_find (dialog, ADW_TYPE_ENTRY_ROW, 0))),
                   ==, "https://spark.example.org");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (test_find (dialog, ADW_TYPE_ENTRY_ROW, 1))),
                   ==, "tok_secret");
  g_assert_true (spark_dialog_get_can_submit (dialog));
  fake_answer ("GET /healthz", "{}");
  fake_answer ("GET /v1/accounts", "{\"items\":[" ACCOUNT_JSON "],\"next_cursor\":null}");
  spark_dialog_submit (dialog);
  test_wait (spark_window_get_backend (window) != before);
  g_assert_cmpstr (fake_sent (), ==,
                   "GET /healthz\nGET /v1/accounts\n"
                   "store https://spark.example.org 7 tok_secret\nstart\n");
  g_assert_true (spark_sign_ins_get (settings, 0, &url, &account));
  g_assert_cmpstr (url, ==, "https://spark.example.org");
  g_assert_cmpstr (account, ==, "7");
  spark_sign_ins_remove (settings, url, account);
  test_wait (!test_has_dialog (window));
  g_object_unref (before);
  test_window_free (window);
}

/* Nothing moves away while somebody writes. */
static void
test_join_typed (void)
{
  const char *invitation = "https://spark.example.org/#tok_secret";
  SparkWindow *window = test_window_new (NULL);
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);
  SparkDialog *dialog = open_dialog (window, "win.join");
  GtkEditable *address = GTK_EDITABLE (test_find (dialog, ADW_TYPE_ENTRY_ROW, 0));
  int position = 0;

  for (const char *c = invitation; *c != '\0'; c++)
    gtk_editable_insert_text (address, c, 1, &position);
  g_assert_cmpstr (gtk_editable_get_text (address), ==, invitation);
  fake_answer ("GET /healthz", "{}");
  fake_answer ("GET /v1/accounts", "{\"items\":[" ACCOUNT_JSON "],\"next_cursor\":null}");
  spark_dialog_submit (dialog);
  test_wait (!test_has_dialog (window));
  g_assert_cmpstr (fake_sent (), ==,
                   "GET /healthz\nGET /v1/accounts\n"
                   "store https://spark.example.org 7 tok_secret\nstart\n");
  spark_sign_ins_remove (settings, "https://spark.example.org", "7");
  test_window_free (window);
}

/* With an invitation one signs in in the browser; what is kept is the refresh token. */
static void
test_join_in_browser (void)
{
  SparkWindow *window = test_window_new (NULL);
  SparkBackend *before = spark_window_get_backend (window);
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);
  g_autofree char *whose = NULL;
  SparkDialog *dialog = open_dialog (window, "win.join");

  g_object_ref (before);
  fake_answer ("GET /healthz", "{}");
  type (dialog, 0, "https://spark.example.org/#sbi_cancel");
  spark_dialog_submit (dialog);
  test_wait (!spark_dialog_get_busy (dialog));
  g_assert_null (spark_dialog_get_problem (dialog));

  fake_reset ();
  fake_answer ("GET /healthz", "{}");
  fake_answer ("GET /v1/accounts", "{\"items\":[" ACCOUNT_JSON "],\"next_cursor\":null}");
  type (dialog, 1, "sbi_invitation");
  spark_dialog_submit (dialog);
  test_wait (spark_window_get_backend (window) != before);
  g_assert_cmpstr (fake_sent (), ==,
                   "GET /healthz\nGET /v1/accounts\n"
                   "store https://spark.example.org 7 sbr_refresh\nstart\n");
  whose = spark_sign_ins_get_whose (settings, 0);
  g_assert_cmpstr (whose, ==, "Lena");
  spark_sign_ins_remove (settings, "https://spark.example.org", "7");
  test_wait (!test_has_dialog (window));
  g_object_unref (before);
  test_window_free (window);
}

static void
test_join_failures (void)
{
  const struct
  {
    const char *address;
    const char *request; /* NULL: refused before any */
    SparkError code;
  } cases[] = {
    { "ftp://spark.example.org", NULL, SPARK_ERROR_INVITATION_MALFORMED },
    { "http://spark.example.org", NULL, SPARK_ERROR_INVITATION_MALFORMED },
    { "https://spark.example.org", "GET /healthz", SPARK_ERROR_NOT_SPARKBOX },
    { "https://spark.example.org", "GET /healthz", SPARK_ERROR_TLS },
    { "https://spark.example.org", "GET /healthz", SPARK_ERROR_SERVER_TOO_OLD },
    { "https://spark.example.org", "GET /healthz", SPARK_ERROR_OFFLINE },
    { "https://spark.example.org", "GET /healthz", SPARK_ERROR_MALFORMED_ANSWER },
    { "https://spark.example.org", "GET /v1/accounts", SPARK_ERROR_UNAUTHORIZED },
    { "https://spark.example.org", "keyring", SPARK_ERROR_KEYRING_LOCKED },
    { "https://spark.example.org", "keyring", SPARK_ERROR_KEYRING_MISSING },
  };
  SparkWindow *window = test_window_new (NULL);
  SparkBackend *before = spark_window_get_backend (window);
  SparkDialog *dialog = open_dialog (window, "win.join");

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      fake_reset ();
      fake_answer ("GET /healthz", "{}");
      fake_answer ("GET /v1/accounts", "{\"items\":[" ACCOUNT_JSON "]}");
      if (g_strcmp0 (cases[i].request, "keyring") == 0)
        fake_set_keyring (refusal (cases[i].code));
      else if (cases[i].request != NULL)
        fake_refuse (cases[i].request, refusal (cases[i].code));
      type (dialog, 0, cases[i].address);
      type (dialog, 1, "tok");
      spark_dialog_submit (dialog);
      if (cases[i].code == SPARK_ERROR_OFFLINE)
        {
          test_wait (spark_dialog_get_problem (dialog) != NULL);
          assert_text (dialog, "Check the address and your connection, then try again.");
        }
      else
        assert_problem (dialog, cases[i].code);
      g_assert_true (spark_window_get_backend (window) == before);
      g_assert_null (strstr (spark_dialog_get_problem (dialog), "tok "));
    }

  /* What comes is not a list of accounts. */
  fake_reset ();
  fake_answer ("GET /healthz", "{}");
  fake_answer ("GET /v1/accounts", "{\"items\":[7]}");
  type (dialog, 1, "tok2");
  spark_dialog_submit (dialog);
  assert_problem (dialog, SPARK_ERROR_MALFORMED_ANSWER);
  test_window_free (window);
}

static void
test_join_closed_early (void)
{
  SparkWindow *window = test_window_new (NULL);
  SparkDialog *dialog = open_dialog (window, "win.join");

  fake_answer ("GET /healthz", "{}");
  fake_hold ();
  type (dialog, 0, "https://spark.example.org/#tok");
  spark_dialog_submit (dialog);
  g_assert_true (spark_dialog_get_busy (dialog));
  /* As whatever it came from is destroyed. */
  gtk_window_destroy (GTK_WINDOW (dialog));
  test_wait (!test_has_dialog (window));
  fake_release ();
  test_turn ();
  g_assert_cmpstr (fake_sent (), ==, "GET /healthz\n");
  test_window_free (window);
}

static void
assert_typed (SparkDialog *dialog, const char *address, const char *token)
{
  g_assert_cmpstr (gtk_editable_get_text (test_find (dialog, ADW_TYPE_ENTRY_ROW, 0)), ==, address);
  g_assert_cmpstr (gtk_editable_get_text (test_find (dialog, ADW_TYPE_ENTRY_ROW, 1)), ==, token);
}

/* Whoever gives an attempt up mends what was typed and tries again; to close takes once more. */
static void
test_join_given_up (void)
{
  SparkWindow *window = test_window_new (NULL);
  SparkBackend *before = spark_window_get_backend (window);
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);
  SparkDialog *dialog = open_dialog (window, "win.join");

  g_object_ref (before);
  fake_answer ("GET /healthz", "{}");
  fake_answer ("GET /v1/accounts", "{\"items\":[" ACCOUNT_JSON "],\"next_cursor\":null}");
  fake_hold ();
  type (dialog, 0, "https://spark.example.org/#tok_wrong");
  gtk_widget_grab_focus (test_find (dialog, ADW_TYPE_ENTRY_ROW, 1));
  for (guint i = 0; i < 2; i++)
    {
      spark_dialog_submit (dialog);
      g_assert_true (spark_dialog_get_busy (dialog));
      gtk_window_close (GTK_WINDOW (dialog));
      g_assert_false (spark_dialog_get_busy (dialog));
      g_assert_true (test_has_dialog (window));
      g_assert_null (spark_dialog_get_problem (dialog));
      assert_typed (dialog, "https://spark.example.org", "tok_wrong");
    }
  type (dialog, 1, "tok_right");
  spark_dialog_submit (dialog);
  /* What was given up is answered now; it changes nothing. */
  fake_release ();
  test_wait (spark_window_get_backend (window) != before);
  g_assert_cmpstr (fake_sent (), ==,
                   "GET /healthz\nGET /healthz\nGET /healthz\nGET /v1/accounts\n"
                   "store https://spark.example.org 7 tok_right\nstart\n");
  spark_sign_ins_remove (settings, "https://spark.example.org", "7");
  test_wait (!test_has_dialog (window));

  dialog = open_dialog (window, "win.join");
  fake_hold ();
  type (dialog, 0, "https://spark.example.org/#tok");
  spark_dialog_submit (dialog);
  gtk_window_close (GTK_WINDOW (dialog));
  test_close_dialog (window, GTK_WINDOW (dialog));
  fake_release ();
  test_turn ();
  g_object_unref (before);
  test_window_free (window);
}

/* Whoever turns away while the keyring is at it leaves nothing behind: neither there nor at the
 * server. */
static void
test_join_closed_late (void)
{
  SparkWindow *window = test_window_new (NULL);
  SparkBackend *before = spark_window_get_backend (window);
  g_autoptr (GSettings) settings = g_settings_new (APPLICATION_ID);
  g_autofree char *url = NULL;
  g_autofree char *account = NULL;
  g_autofree char *id = spark_sign_in_id ("https://spark.example.org", "7");
  g_autofree char *expected = g_strdup_printf (
      "GET /healthz\nGET /v1/accounts\nstore https://spark.example.org 7 sbr_refresh\n"
      "end https://spark.example.org sbr_refresh\nclear token https://spark.example.org 7\n"
      "clear replica-key https://spark.example.org 7\ndelete replica %s\n",
      id);
  SparkDialog *dialog = open_dialog (window, "win.join");

  fake_answer ("GET /healthz", "{}");
  fake_answer ("GET /v1/accounts", "{\"items\":[" ACCOUNT_JSON "],\"next_cursor\":null}");
  fake_slow_keyring ();
  type (dialog, 0, "https://spark.example.org/#sbi_invitation");
  spark_dialog_submit (dialog);
  test_wait (strstr (fake_sent (), "store ") != NULL);
  gtk_window_close (GTK_WINDOW (dialog));
  test_close_dialog (window, GTK_WINDOW (dialog));
  g_assert_true (fake_end_slow_keyring ());
  test_wait (strstr (fake_sent (), "delete replica") != NULL);
  g_assert_cmpstr (fake_sent (), ==, expected);
  g_assert_true (spark_window_get_backend (window) == before);
  g_assert_false (spark_sign_ins_get (settings, 0, &url, &account));
  test_window_free (window);
}

/* It is told that it is asked for, and that the answer is none. */
static void
assert_refused_answer (SparkWindow *window)
{
  g_autoptr (GError) error = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER, "");
  g_autofree char *title = g_markup_escape_text (spark_problem_title (error), -1);
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;

  test_wait ((first = test_window_take_toast (window)) != NULL);
  g_assert_cmpstr (first, ==, "Asking the server…");
  test_wait ((second = test_window_take_toast (window)) != NULL);
  g_assert_cmpstr (second, ==, title);
}

static void
test_connect (void)
{
  GtkWidget *page = spark_welcome_page_new ();
  SparkWindow *window = test_window_new (page);
  g_autofree char *without = test_texts (page);
  g_autofree char *with = NULL;

  g_assert_null (strstr (without, "Connect TikTok"));
  spark_welcome_page_set_connects (SPARK_WELCOME_PAGE (page), TRUE);
  with = test_texts (page);
  g_assert_nonnull (strstr (with, "Connect TikTok"));

  /* What is no address of the web is not opened, whoever says so. */
  fake_answer ("POST /v1/connect", "{\"url\":\"file:///etc/passwd\"}");
  test_window_act (window, "win.connect-tiktok", NULL);
  assert_refused_answer (window);
  fake_answer ("POST /v1/accounts/7/connect", "{}");
  test_window_act (window, "win.connect-account", "7");
  assert_refused_answer (window);
  test_window_free (window);
}

/* What comes after the person thought better of it is not gone on with. */
static void
test_connect_cancelled (void)
{
  SparkWindow *window = test_window_new (NULL);
  g_autofree char *first = NULL;

  fake_answer ("POST /v1/connect", "{\"url\":\"https://consent.invalid/\"}");
  fake_hold ();
  test_window_act (window, "win.connect-tiktok", NULL);
  first = test_window_take_toast (window);
  g_assert_cmpstr (first, ==, "Asking the server…");
  test_window_press_toast (window);
  fake_release ();
  for (guint i = 0; i < 3; i++)
    test_turn ();
  g_assert_null (test_window_take_toast (window));
  g_assert_false (test_has_dialog (window));
  test_window_free (window);
}

static void
test_connection_news (void)
{
  const gint64 now = G_GINT64_CONSTANT (1700000000000), day = 86400000;
  const struct
  {
    SparkAccount account;
    const char *sentence; /* its beginning; NULL: nothing is told */
    gboolean again;
  } cases[] = {
    { { .connection = SPARK_CONNECTION_STATE_CONNECTED, .platform_seen_at = now - 60000 },
      NULL,
      FALSE },
    { { .connection = SPARK_CONNECTION_STATE_CONNECTED,
        .platform_seen_at = now - 60000,
        .unasked = 280 },
      "TikTok is still being asked about 280 videos. Those with a code come first.",
      FALSE },
    { { .connection = SPARK_CONNECTION_STATE_CONNECTED,
        .platform_seen_at = now - 900000,
        .unasked = 280 },
      "TikTok not reachable. As of 21:58.",
      FALSE },
    { { .connection = SPARK_CONNECTION_STATE_CONNECTED,
        .platform_seen_at = now,
        .connection_ends_at = now + 15 * day },
      NULL,
      FALSE },
    { { .connection = SPARK_CONNECTION_STATE_CONNECTED,
        .platform_seen_at = now,
        .connection_ends_at = now + 14 * day },
      "Mia has to be connected to TikTok again by ",
      TRUE },
    { { .connection = SPARK_CONNECTION_STATE_LOST, .platform_seen_at = now },
      "TikTok no longer lets Sparkbox in for Mia.",
      TRUE },
    { { .connection = SPARK_CONNECTION_STATE_ENDED }, "Mia is not connected to TikTok.", TRUE },
    /* Whoever only looks cannot do anything about it. */
    { { .connection = SPARK_CONNECTION_STATE_LOST, .role = SPARK_ROLE_VIEW },
      "TikTok no longer lets Sparkbox in for Mia.",
      FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SparkAccount account = cases[i].account;
      g_auto (SparkConnectionNews) news = { 0 };
      gint64 later = 0;

      account.id = "7";
      account.name = "Mia";
      if (i != G_N_ELEMENTS (cases) - 1)
        account.role = SPARK_ROLE_OWNER;
      spark_connection_news_add (&news, &account, now, &later);
      if (cases[i].sentence == NULL)
        {
          g_assert_null (news.sentence);
          g_assert_cmpint (later, >, now);
        }
      else
        g_assert_true (g_str_has_prefix (news.sentence, cases[i].sentence));
      g_assert_cmpstr (news.account_id, ==, cases[i].again ? "7" : NULL);
    }
}

/* Once a server: but one that had a problem of its own is asked again. */
static void
test_connects_asked_again (void)
{
  SparkBackend *backend = fake_backend_new ();
  SparkContext *context = spark_context_new ();

  fake_reset ();
  fake_backend_set_status (backend, SPARK_BACKEND_ONLINE);
  fake_refuse ("GET /v1/connect", refusal (SPARK_ERROR_INTERNAL));
  spark_context_set (context, backend, NULL);
  for (guint i = 0; i < 5; i++)
    test_turn ();
  g_assert_false (spark_context_get_connects (context));
  fake_answer ("GET /v1/connect", "{\"tiktok\":true}");
  g_signal_emit_by_name (backend, "notify::status", NULL);
  test_wait (spark_context_get_connects (context));

  /* Not one that answered. */
  fake_reset ();
  g_signal_emit_by_name (backend, "notify::status", NULL);
  g_assert_cmpstr (fake_sent (), ==, "");
  spark_context_set (context, NULL, NULL);
  g_object_unref (context);
  g_object_unref (backend);
}

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);

  g_test_add_func ("/first-run/welcome", test_welcome);
  g_test_add_func ("/first-run/sample-once", test_sample_once);
  g_test_add_func ("/first-run/connect", test_connect);
  g_test_add_func ("/first-run/connect-cancelled", test_connect_cancelled);
  g_test_add_func ("/first-run/connection-news", test_connection_news);
  g_test_add_func ("/first-run/paste-twice", test_paste_twice);
  g_test_add_func ("/first-run/paste-new-account", test_paste_new_account);
  g_test_add_func ("/first-run/paste-nothing", test_paste_nothing);
  g_test_add_func ("/first-run/paste-clipboard", test_paste_clipboard);
  g_test_add_func ("/first-run/paste-known", test_paste_known);
  g_test_add_func ("/first-run/paste-refused", test_paste_refused);
  g_test_add_func ("/first-run/import", test_import);
  g_test_add_func ("/first-run/import-many", test_many_imported);
  g_test_add_func ("/first-run/import-not-understood", test_import_not_understood);
  g_test_add_func ("/first-run/import-stopped", test_import_stopped);
  g_test_add_func ("/first-run/import-refused", test_import_refused);
  g_test_add_func ("/first-run/join", test_join);
  g_test_add_func ("/first-run/join-typed", test_join_typed);
  g_test_add_func ("/first-run/join-in-browser", test_join_in_browser);
  g_test_add_func ("/first-run/join-failures", test_join_failures);
  g_test_add_func ("/first-run/join-given-up", test_join_given_up);
  g_test_add_func ("/first-run/join-closed-early", test_join_closed_early);
  g_test_add_func ("/first-run/join-closed-late", test_join_closed_late);
  g_test_add_func ("/first-run/connects-asked-again", test_connects_asked_again);
  return g_test_run ();
}
