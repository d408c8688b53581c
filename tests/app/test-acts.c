/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <locale.h>

#include "app/spark-add-code-dialog.h"
#include "app/spark-code-card.h"
#include "app/spark-confirm.h"
#include "app/spark-format.h"
#include "app/spark-problem.h"
#include "app/spark-terms-dialog.h"
#include "app/spark-terms.h"
#include "app/spark-waiting-copy.h"
#include "fake-backend.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "test-window.h"

#define CODE        "#SparkboxAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="
#define OTHER_CODE  "#SparkboxBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB=="
#define TIKTOK_CODE "#aB3/xAAAAAAAAAAAAAAAAAAAAA+AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA9Q="
#define CODE_JSON(code, state)                                                                     \
  "{\"id\":\"1.2\",\"video_id\":\"1.1\",\"code\":\"" code "\",\"state\":\"" state                  \
  "\",\"days\":30,\"starts_at\":\"2026-11-01T00:00:00Z\",\"ends_at\":\"2030-01-08T12:00:00Z\","    \
  "\"created_at\":\"2026-11-01T00:00:00Z\"}"
#define GRANT_JSON(state)                                                                          \
  "{\"id\":\"1.3\",\"video_id\":\"1.1\",\"code_id\":\"1.2\",\"brand\":{\"id\":\"1.4\",\"name\":"   \
  "\"Acme\"},\"source\":\"redeemed\",\"state\":\"" state                                           \
  "\",\"platform_ends_at\":\"2030-01-08T12:00:00Z\"}"

static SparkWindow *
set_up (void)
{
  SparkWindow *window = test_window_new (NULL);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  gint64 now = spark_time_now ();
  const SparkAccount sandbox = { .id = "1",
                                 .name = "Sample",
                                 .platform = SPARK_PLATFORM_SANDBOX,
                                 .periods = { 7, 30, 60, 180, 365 },
                                 .n_periods = 5 };
  const SparkAccount tracked = { .id = "2", .name = "Mine", .platform = SPARK_PLATFORM_TRACKED };
  const SparkVideo video = { .id = "1.1",
                             .account_id = "1",
                             .item_id = "7100000000000000001",
                             .caption = "Morning <b>routine</b>",
                             .authorization = { .code_id = "1.2" } };
  const SparkVideo fresh = { .id = "1.9", .account_id = "1", .caption = "Fresh" };
  const SparkVideo mine = { .id = "2.1", .account_id = "2", .caption = "Mine" };
  const SparkCode code = { .id = "1.2",
                           .video_id = "1.1",
                           .code = CODE,
                           .state = SPARK_CODE_STATE_READY,
                           .days = 30,
                           .ends_at = now + 20 * SPARK_DAY_MS };
  const SparkGrant grant = { .id = "1.3",
                             .video_id = "1.1",
                             .code_id = "1.2",
                             .brand = { "1.4", "Acme" },
                             .state = SPARK_GRANT_STATE_AUTHORIZED,
                             .ends_at = now + 20 * SPARK_DAY_MS };
  const SparkGrant revoked = { .id = "1.5",
                               .video_id = "1.1",
                               .brand = { "1.6", "Nord" },
                               .state = SPARK_GRANT_STATE_REVOKED,
                               .ends_at = now + 20 * SPARK_DAY_MS };
  const SparkBrand brand = { .id = "1.4", .name = "Acme" };

  fake_add_account (replica, &sandbox);
  fake_add_account (replica, &tracked);
  fake_add_video (replica, &video);
  fake_add_video (replica, &fresh);
  fake_add_video (replica, &mine);
  fake_add_code (replica, &code);
  fake_add_grant (replica, &grant);
  fake_add_grant (replica, &revoked);
  fake_add_brand (replica, &brand);
  return window;
}

static void
refuse (const char *request, SparkError code)
{
  fake_refuse (request, g_error_new_literal (SPARK_ERROR, code, "what the backend wrote"));
}

static const char *
sentence_of (SparkError code)
{
  g_autoptr (GError) error = g_error_new_literal (SPARK_ERROR, code, "");

  return spark_problem_sentence (error);
}

static void
on_text_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  char **text = user_data;

  *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);
}

static void
assert_clipboard (SparkWindow *window, const char *expected)
{
  g_autofree char *text = NULL;

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (window)), NULL, on_text_cb,
                                 &text);
  test_wait (text != NULL);
  g_assert_cmpstr (text, ==, expected);
}

static void
assert_toast (SparkWindow *window, const char *expected)
{
  g_autofree char *title = NULL;

  test_wait ((title = test_window_take_toast (window)) != NULL);
  g_assert_cmpstr (title, ==, expected);
}

static void
assert_sent (const char *request)
{
  g_test_message ("%s", fake_sent ());
  g_assert_nonnull (strstr (fake_sent (), request));
}

static void
assert_text (gpointer root, const char *part)
{
  g_autofree char *texts = test_texts (root);

  g_test_message ("%s", texts);
  g_assert_nonnull (strstr (texts, part));
}

static void
confirm (SparkWindow *window)
{
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (test_get_dialog (window)), "confirm");
}

static void
consent (SparkWindow *window)
{
  spark_terms_set_consent (spark_backend_get_replica (spark_window_get_backend (window)), "1");
}

static void
test_copy (void)
{
  SparkWindow *window = set_up ();

  test_window_act (window, "win.copy-code", "1.1");
  assert_toast (window, "Code copied");
  assert_clipboard (window, CODE);
  assert_sent ("LATER POST /v1/codes/1.2/copies {}");
  test_window_press_toast (window);
  g_assert_true (SPARK_IS_TERMS_DIALOG (test_get_dialog (window)));
  test_window_free (window);
}

static void
test_copy_offline (void)
{
  SparkWindow *window = set_up ();

  fake_backend_set_status (spark_window_get_backend (window), SPARK_BACKEND_OFFLINE);
  test_window_act (window, "win.copy-code", "1.1");
  assert_toast (window, "Code copied");
  assert_clipboard (window, CODE);
  assert_sent ("LATER POST /v1/codes/1.2/copies {\"at\":\"20");
  test_window_free (window);
}

static void
test_offline_acts (void)
{
  SparkWindow *window = set_up ();
  const char *acts[] = { "win.generate 1.9",    "win.generate-terms 1.9",
                         "win.extend 1.2",      "win.replace 1.2",
                         "win.delete-code 1.2", "win.revoke 1.3",
                         "win.give-again 1.5",  "win.undo-revoke 1.5",
                         "win.note-grant 1.1",  "win.attribute-grant 1.3",
                         "win.add-code 2.1",    "win.paste-link",
                         "win.import",          "win.sample" };

  fake_backend_set_status (spark_window_get_backend (window), SPARK_BACKEND_OFFLINE);
  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    {
      g_auto (GStrv) parts = g_strsplit (acts[i], " ", 2);

      g_test_message ("%s", acts[i]);
      test_window_act (window, parts[0], parts[1]);
      assert_toast (window, "Not possible while offline");
      g_assert_false (test_has_dialog (window));
    }
  g_assert_cmpstr (fake_sent (), ==, "");
  test_window_free (window);
}

static void
test_generate_consent (void)
{
  SparkWindow *window = set_up ();

  fake_answer ("POST /v1/videos/1.9/code", CODE_JSON (OTHER_CODE, "ready"));
  test_window_act (window, "win.generate", "1.9");
  assert_text (test_get_dialog (window), "nothing is sent to TikTok");
  g_assert_cmpstr (fake_sent (), ==, "");
  confirm (window);
  assert_toast (window, "Code copied");
  assert_sent ("POST /v1/videos/1.9/code {\"days\":30}");
  assert_clipboard (window, OTHER_CODE);
  test_wait (!test_has_dialog (window));

  /* Asked once. */
  test_window_act (window, "win.generate", "1.9");
  g_assert_false (test_has_dialog (window));
  assert_toast (window, "Code copied");
  test_window_free (window);
}

static void
test_generate_twice (void)
{
  SparkWindow *window = set_up ();

  consent (window);
  fake_hold ();
  fake_answer ("POST /v1/videos/1.9/code", CODE_JSON (OTHER_CODE, "ready"));
  test_window_act (window, "win.generate", "1.9");
  test_window_act (window, "win.generate", "1.9");
  g_assert_cmpstr (fake_sent (), ==, "POST /v1/videos/1.9/code {\"days\":30}\n");
  fake_release ();
  assert_toast (window, "Code copied");
  test_window_free (window);
}

static void
test_generate_refused (void)
{
  SparkWindow *window = set_up ();

  consent (window);
  refuse ("POST /v1/videos/1.9/code", SPARK_ERROR_VIDEO_NOT_ELIGIBLE);
  test_window_act (window, "win.generate", "1.9");
  assert_toast (window, "Video Can’t Be Used in Ads");
  test_window_press_toast (window);
  assert_text (test_get_dialog (window), sentence_of (SPARK_ERROR_VIDEO_NOT_ELIGIBLE));
  test_window_free (window);
}

static void
test_generate_window_closed (void)
{
  SparkWindow *window = set_up ();

  consent (window);
  fake_answer ("POST /v1/videos/1.9/code", CODE_JSON (OTHER_CODE, "ready"));
  fake_hold ();
  test_window_act (window, "win.generate", "1.9");
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *)&window);
  gtk_window_destroy (GTK_WINDOW (window));
  test_wait (window == NULL);
  /* The answer comes to nobody. */
  fake_release ();
}

/* What the feed brings. */
static void
change_code (SparkWindow *window, const char *string)
{
  SparkBackend *backend = spark_window_get_backend (window);
  const SparkCode code
      = { .id = "1.2",
          .video_id = "1.1",
          .code = string,
          .state = string != NULL ? SPARK_CODE_STATE_READY : SPARK_CODE_STATE_PENDING,
          .days = 30 };

  fake_add_code (spark_backend_get_replica (backend), &code);
  g_signal_emit_by_name (backend, "changed", SPARK_KINDS_CODE);
}

#define PENDING_JSON                                                                               \
  "{\"id\":\"1.2\",\"video_id\":\"1.1\",\"code\":null,\"state\":\"pending\",\"days\":30,"          \
  "\"starts_at\":\"2026-11-01T00:00:00Z\",\"ends_at\":\"2030-01-08T12:00:00Z\","                   \
  "\"created_at\":\"2026-11-01T00:00:00Z\",\"waiting_for\":\"generate\"}"

static void
test_generate_waits (void)
{
  SparkWindow *window = set_up ();

  consent (window);
  change_code (window, NULL);
  fake_answer ("POST /v1/videos/1.9/code", PENDING_JSON);
  test_window_act (window, "win.generate", "1.9");
  assert_toast (window, "Waiting for TikTok to make the code. It is then copied.");
  change_code (window, NULL);
  g_assert_null (test_window_take_toast (window));
  change_code (window, OTHER_CODE);
  assert_toast (window, "Code copied");
  assert_clipboard (window, OTHER_CODE);
  assert_sent ("POST /v1/codes/1.2/copies {}");
  /* Once. */
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (window)), "other");
  change_code (window, CODE);
  g_assert_null (test_window_take_toast (window));
  assert_clipboard (window, "other");
  test_window_free (window);
}

static void
test_generate_waits_while_clipboard_is_used (void)
{
  SparkWindow *window = set_up ();

  consent (window);
  change_code (window, NULL);
  fake_answer ("POST /v1/videos/1.9/code", PENDING_JSON);
  test_window_act (window, "win.generate", "1.9");
  assert_toast (window, "Waiting for TikTok to make the code. It is then copied.");
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (window)), "a message");
  change_code (window, OTHER_CODE);
  assert_toast (window, "TikTok has made the code");
  assert_clipboard (window, "a message");
  test_window_press_toast (window);
  assert_clipboard (window, OTHER_CODE);
  test_window_free (window);
}

/* Its window is gone, or its time is over. */
static void
test_generate_waits_in_vain (void)
{
  SparkWindow *window = set_up ();
  const SparkCode code = { .id = "1.2", .video_id = "1.1", .state = SPARK_CODE_STATE_PENDING };

  change_code (window, NULL);
  spark_waiting_copy_begin (window, &code, SPARK_PLATFORM_TIKTOK, 1);
  assert_toast (window, "Waiting for TikTok to make the code. It is then copied.");
  assert_toast (window, "Waiting for TikTok to make the code. Copy it once it is there.");
  change_code (window, OTHER_CODE);
  g_assert_null (test_window_take_toast (window));
  change_code (window, NULL);
  spark_waiting_copy_begin (window, &code, SPARK_PLATFORM_TIKTOK, 60000);
  test_window_free (window);
}

static void
test_news (void)
{
  SparkWindow *window = set_up ();
  SparkBackend *backend = spark_window_get_backend (window);
  SparkReplica *replica = spark_backend_get_replica (backend);
  gint64 yesterday = spark_time_now () - SPARK_DAY_MS;
  g_autofree char *moment = spark_format_as_of (yesterday, spark_time_now ());
  g_autofree char *news = g_strconcat ("News from TikTok as of ", moment, NULL);
  const SparkAccount real = { .id = "1",
                              .name = "Mine",
                              .platform = SPARK_PLATFORM_TIKTOK,
                              .connection = SPARK_CONNECTION_STATE_CONNECTED,
                              .platform_seen_at = yesterday };
  g_autoptr (SparkVideoItem) video = spark_replica_get_video (replica, "1.1");
  g_autoptr (SparkCodeItem) code = spark_replica_get_code (replica, "1.2");
  SparkCodeCard *card = g_object_ref_sink (g_object_new (SPARK_TYPE_CODE_CARD, NULL));
  SparkContext *context = spark_context_new ();
  g_autofree char *before = NULL;

  g_assert_true (g_str_has_prefix (moment, "Yesterday, "));
  spark_context_set (context, backend, NULL);
  spark_code_card_set (card, context, video, code);
  before = test_texts (card);
  g_assert_null (strstr (before, "News from TikTok"));
  fake_add_account (replica, &real);
  g_signal_emit_by_name (backend, "changed", SPARK_KINDS_ACCOUNT);
  spark_code_card_set (card, context, video, code);
  assert_text (card, news);
  g_object_unref (card);
  g_object_unref (context);
  test_window_free (window);
}

static void
test_terms (void)
{
  SparkWindow *window = set_up ();
  SparkDialog *dialog;

  test_window_act (window, "win.generate-terms", "1.9");
  dialog = SPARK_DIALOG (test_get_dialog (window));
  spark_terms_dialog_choose (SPARK_TERMS_DIALOG (dialog), 180);
  assert_text (dialog, "in 180 days");
  refuse ("POST /v1/videos/1.9/code", SPARK_ERROR_CODE_EXISTS);
  spark_dialog_submit (dialog);
  g_assert_true (spark_dialog_get_busy (dialog));
  test_wait (!spark_dialog_get_busy (dialog));
  g_assert_cmpstr (spark_dialog_get_problem (dialog), ==, sentence_of (SPARK_ERROR_CODE_EXISTS));

  fake_answer ("POST /v1/videos/1.9/code", CODE_JSON (OTHER_CODE, "ready"));
  spark_dialog_submit (dialog);
  assert_toast (window, "Code copied");
  assert_sent ("POST /v1/videos/1.9/code {\"days\":180}");
  test_wait (!test_has_dialog (window));
  /* The last terms are the next ones. */
  test_window_act (window, "win.generate", "1.9");
  assert_toast (window, "Code copied");
  test_window_free (window);
}

static void
test_change (void)
{
  SparkWindow *window = set_up ();
  SparkDialog *dialog;

  test_window_act (window, "win.change-code", "1.2");
  dialog = SPARK_DIALOG (test_get_dialog (window));
  spark_terms_dialog_choose (SPARK_TERMS_DIALOG (dialog), 7);
  fake_answer ("DELETE /v1/codes/1.2", "");
  refuse ("POST /v1/videos/1.1/code", SPARK_ERROR_TIMED_OUT);
  spark_dialog_submit (dialog);
  test_wait (spark_dialog_get_problem (dialog) != NULL);

  /* The code is deleted already: only the rest is done again. */
  refuse ("DELETE /v1/codes/1.2", SPARK_ERROR_NOT_FOUND);
  fake_answer ("POST /v1/videos/1.1/code", CODE_JSON (OTHER_CODE, "ready"));
  spark_dialog_submit (dialog);
  assert_toast (window, "Code copied");
  assert_clipboard (window, OTHER_CODE);
  assert_sent ("POST /v1/videos/1.1/code {\"days\":7}");
  test_window_free (window);
}

static void
test_extend (void)
{
  SparkWindow *window = set_up ();
  SparkDialog *dialog;

  test_window_act (window, "win.extend", "1.2");
  dialog = SPARK_DIALOG (test_get_dialog (window));
  spark_terms_dialog_choose (SPARK_TERMS_DIALOG (dialog), 60);
  /* Days are added to what is left. */
  assert_text (dialog, "in 80 days");
  fake_answer ("POST /v1/codes/1.2/extend", CODE_JSON (CODE, "ready"));
  spark_dialog_submit (dialog);
  assert_toast (window, "Extended until Tue 8 Jan 2030");
  assert_sent ("POST /v1/codes/1.2/extend {\"days\":60}");
  test_window_free (window);
}

static void
test_add_code (void)
{
  SparkWindow *window = set_up ();
  SparkDialog *dialog;
  GtkEditable *entry;

  /* On a tracked account Sparkbox never makes one. */
  test_window_act (window, "win.generate", "2.1");
  dialog = SPARK_DIALOG (test_get_dialog (window));
  g_assert_true (SPARK_IS_ADD_CODE_DIALOG (dialog));
  g_assert_false (spark_dialog_get_can_submit (dialog));
  entry = GTK_EDITABLE (test_find (dialog, ADW_TYPE_ENTRY_ROW, 0));
  gtk_editable_set_text (entry, "not a code");
  assert_text (dialog, sentence_of (SPARK_ERROR_INVALID_CODE));
  g_assert_false (spark_dialog_get_can_submit (dialog));
  gtk_editable_set_text (entry, CODE);
  assert_text (dialog, "TikTok does not know it");
  g_assert_false (spark_dialog_get_can_submit (dialog));
  gtk_editable_set_text (entry, "  " TIKTOK_CODE " ");
  g_assert_true (spark_dialog_get_can_submit (dialog));
  fake_answer ("POST /v1/videos/2.1/code", CODE_JSON (TIKTOK_CODE, "ready"));
  spark_dialog_submit (dialog);
  assert_toast (window, "Code added");
  assert_sent ("POST /v1/videos/2.1/code {\"code\":\"" TIKTOK_CODE "\",\"days\":30}");
  test_wait (!test_has_dialog (window));
  test_window_free (window);
}

static void
test_replace (void)
{
  SparkWindow *window = set_up ();

  test_window_act (window, "win.replace", "1.2");
  assert_text (test_get_dialog (window), "Acme used it, and keeps access.");
  refuse ("POST /v1/codes/1.2/replace", SPARK_ERROR_ADS_RUNNING);
  confirm (window);
  test_wait (spark_confirm_get_problem (SPARK_CONFIRM (test_get_dialog (window))) != NULL);
  g_assert_cmpstr (spark_confirm_get_problem (SPARK_CONFIRM (test_get_dialog (window))), ==,
                   sentence_of (SPARK_ERROR_ADS_RUNNING));
  fake_answer ("POST /v1/codes/1.2/replace", CODE_JSON (OTHER_CODE, "ready"));
  confirm (window);
  assert_toast (window, "Code copied");
  assert_clipboard (window, OTHER_CODE);
  test_wait (!test_has_dialog (window));
  test_window_free (window);
}

static void
test_delete (void)
{
  SparkWindow *window = set_up ();

  test_window_act (window, "win.delete-code", "1.2");
  assert_text (test_get_dialog (window), "Ads that already use the video go on.");
  fake_answer ("DELETE /v1/codes/1.2", "");
  confirm (window);
  assert_toast (window, "Code deleted");
  test_wait (!test_has_dialog (window));
  test_window_free (window);
}

static void
press_row (gpointer root, const char *title)
{
  AdwActionRow *row;

  for (guint i = 0; (row = test_find (root, ADW_TYPE_ACTION_ROW, i)) != NULL; i++)
    if (g_strcmp0 (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), title) == 0)
      {
        adw_action_row_activate (row);
        return;
      }
  g_assert_not_reached ();
}

static void
compare (SparkWindow *window, const char *pasted, const char *expected)
{
  GtkWindow *dialog = test_get_dialog (window);
  g_autofree char *texts = NULL;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (window)), pasted);
  press_row (dialog, "_Compare With the Clipboard");
  for (gboolean told = FALSE; !told;)
    {
      test_turn ();
      g_clear_pointer (&texts, g_free);
      texts = test_texts (dialog);
      told = strstr (texts, expected) != NULL;
    }
  /* Neither what is right nor what was pasted can be read. */
  g_assert_null (strstr (texts, "#Spark"));
  g_assert_null (strstr (texts, "AAAAAAAA"));
  g_assert_null (strstr (texts, "BBBBBBBB"));
}

static void
press_button (gpointer root, const char *label)
{
  GtkButton *button;

  for (guint i = 0; (button = test_find (root, GTK_TYPE_BUTTON, i)) != NULL; i++)
    if (g_strcmp0 (gtk_button_get_label (button), label) == 0)
      {
        g_signal_emit_by_name (button, "clicked");
        return;
      }
  g_assert_not_reached ();
}

static void
test_help (void)
{
  SparkWindow *window = set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const SparkCode other = { .id = "1.8",
                            .video_id = "1.9",
                            .code = OTHER_CODE,
                            .state = SPARK_CODE_STATE_READY,
                            .ends_at = spark_time_now () + SPARK_DAY_MS };
  const SparkLink link = { .id = "1.7",
                           .video_id = "1.1",
                           .brand = { "1.4", "Acme" },
                           .string = TIKTOK_CODE,
                           .state = SPARK_LINK_STATE_OPEN };
  const SparkEvent refused = { .id = "1.20",
                               .type = SPARK_EVENT_REDEMPTION_REFUSED,
                               .at = spark_time_now (),
                               .actor = { SPARK_ACTOR_BRAND, "90", "Nord" },
                               .video_id = "1.1" };

  fake_add_code (replica, &other);
  fake_add_link (replica, &link);
  fake_add_event (replica, &refused);
  test_window_act (window, "win.code-help", "1.1");
  assert_text (test_get_dialog (window), "The code works until");
  assert_text (test_get_dialog (window), "Nothing about the video stands in the way");
  assert_text (test_get_dialog (window), "Nord tried to use it and was refused");
  assert_text (test_get_dialog (window), "On my side all is well");
  compare (window, CODE, "It is the right code");
  compare (window, "", "The clipboard holds no text");
  compare (window, "#SparkboxAAAAAAAAAAAAA", "22 characters of 65");
  compare (window, "#SparkboxAAAAAAAAAAAAA", "The end of the code is missing in what you have.");
  compare (window, OTHER_CODE, "It is the code of “Fresh”");
  compare (window, OTHER_CODE, "What you have is the code of “Fresh”.");
  compare (window, TIKTOK_CODE, "It is the string of a Sparkbox link");
  press_button (test_get_dialog (window), "Copy R_eply");
  assert_toast (window, "Reply copied");
  assert_clipboard (window,
                    "About the code for “Morning <b>routine</b>”: What you have is the string of a "
                    "Sparkbox link, which TikTok doesn’t know. Please copy the code of this video "
                    "from my message.");
  test_window_free (window);
}

/* What the creator knows before the brand is asked anything. */
static void
test_help_facts (void)
{
  static const struct
  {
    SparkBlockers blockers;
    SparkCodeState state;
    const char *fact;
    const char *reply;
  } cases[] = {
    { 0, SPARK_CODE_STATE_EXPIRED, "The code has expired", "Its code has ended." },
    { 0, SPARK_CODE_STATE_DELETED, "The code was deleted", "That code no longer works." },
    { 0, SPARK_CODE_STATE_PENDING, "The code is not ready yet", "in a few minutes" },
    { 0, SPARK_CODE_STATE_FAILED, "The code could not be made", "That code no longer works." },
    { SPARK_BLOCKER_PRIVATE, SPARK_CODE_STATE_READY, "The video is not public", "not public" },
    { SPARK_BLOCKER_DELETED, SPARK_CODE_STATE_READY, "The video was deleted", "no longer on" },
    { SPARK_BLOCKER_REMOVED, SPARK_CODE_STATE_READY, "TikTok removed the video", "no longer on" },
    { SPARK_BLOCKER_SOUND, SPARK_CODE_STATE_READY, "The sound is not cleared", "The sound of" },
    { SPARK_BLOCKER_DUET, SPARK_CODE_STATE_READY, "The video is a duet", "a code from them" },
    { SPARK_BLOCKER_STITCH, SPARK_CODE_STATE_READY, "The video is a stitch", "a code from them" },
    { SPARK_BLOCKER_STORY, SPARK_CODE_STATE_READY, "Stories can’t be used", "It is a story" },
    { SPARK_BLOCKER_UNDER_REVIEW, SPARK_CODE_STATE_READY, "TikTok is reviewing", "reviewing" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SparkWindow *window = set_up ();
      SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
      const SparkVideo video = { .id = "1.30",
                                 .account_id = "1",
                                 .caption = "It",
                                 .blockers = cases[i].blockers,
                                 .authorization = { .code_id = "1.31" } };
      const SparkCode code = { .id = "1.31",
                               .video_id = "1.30",
                               .code = OTHER_CODE,
                               .state = cases[i].state,
                               .ends_at = spark_time_now () + SPARK_DAY_MS };

      fake_add_video (replica, &video);
      fake_add_code (replica, &code);
      test_window_act (window, "win.code-help", "1.30");
      assert_text (test_get_dialog (window), cases[i].fact);
      assert_text (test_get_dialog (window), cases[i].reply);
      test_window_free (window);
    }
}

static void
test_revoke (void)
{
  SparkWindow *window = set_up ();
  GtkWindow *dialog;

  fake_answer ("GET /v1/grants/1.3/revocation",
               "{\"grant_id\":\"1.3\",\"certain\":true,\"code_still_works\":true,\"ads_active\":2,"
               "\"other_grants\":3,\"open_until\":null}");
  fake_hold ();
  test_window_act (window, "win.revoke", "1.3");
  dialog = test_get_dialog (window);
  assert_text (dialog, "Revoke Acme’s Access?");
  assert_text (dialog, "Looking up");
  g_assert_false (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "confirm"));
  fake_release ();
  test_wait (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "confirm"));
  assert_text (dialog, "2 ads that are running are paused.");
  assert_text (dialog, "3 other brands keep access.");
  assert_text (dialog, "The video’s code still works");

  gtk_editable_set_text (GTK_EDITABLE (test_find (dialog, ADW_TYPE_ENTRY_ROW, 0)), " unpaid ");
  fake_answer ("POST /v1/grants/1.3/revoke", GRANT_JSON ("revoked"));
  confirm (window);
  assert_toast (window, "Access revoked");
  assert_sent ("POST /v1/grants/1.3/revoke {\"reason\":\"unpaid\"}");
  test_wait (!test_has_dialog (window));

  fake_answer ("DELETE /v1/grants/1.3/revocation", GRANT_JSON ("authorized"));
  test_window_press_toast (window);
  assert_toast (window, "Acme has access again");
  test_window_free (window);
}

static void
test_revoke_waits (void)
{
  SparkWindow *window = set_up ();

  fake_answer ("GET /v1/grants/1.3/revocation",
               "{\"grant_id\":\"1.3\",\"certain\":false,\"code_still_works\":false,"
               "\"other_grants\":0,\"open_until\":\"2030-01-08T12:00:00Z\"}");
  fake_answer ("POST /v1/grants/1.3/revoke", GRANT_JSON ("revoking"));
  test_window_act (window, "win.revoke", "1.3");
  test_wait (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (test_get_dialog (window)),
                                                      "confirm"));
  assert_text (test_get_dialog (window), "it may stay open until Tue 8 Jan 2030");
  confirm (window);
  assert_toast (window, "Waiting for TikTok: still open there until Tue 8 Jan 2030");
  test_window_free (window);
}

static void
test_revoke_refused (void)
{
  SparkWindow *window = set_up ();
  SparkConfirm *dialog;

  refuse ("GET /v1/grants/1.3/revocation", SPARK_ERROR_FORBIDDEN);
  test_window_act (window, "win.revoke", "1.3");
  dialog = SPARK_CONFIRM (test_get_dialog (window));
  test_wait (spark_confirm_get_problem (dialog) != NULL);
  g_assert_cmpstr (spark_confirm_get_problem (dialog), ==, sentence_of (SPARK_ERROR_FORBIDDEN));
  g_assert_false (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "confirm"));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  gtk_window_close (GTK_WINDOW (dialog));
  test_wait (!test_has_dialog (window));
  test_window_free (window);
}

static void
test_revoke_closed_early (void)
{
  SparkWindow *window = set_up ();

  fake_answer ("GET /v1/grants/1.3/revocation", "{}");
  fake_hold ();
  test_window_act (window, "win.revoke", "1.3");
  gtk_window_close (test_get_dialog (window));
  test_wait (!test_has_dialog (window));
  fake_release ();
  test_turn ();
  test_window_free (window);
}

static void
test_revoke_ended (void)
{
  SparkWindow *window = set_up ();

  test_window_act (window, "win.revoke", "1.5");
  assert_toast (window, "This access has already ended");
  test_window_act (window, "win.revoke", "1.77");
  assert_toast (window, "It is no longer there");
  test_window_free (window);
}

static void
test_give_again (void)
{
  SparkWindow *window = set_up ();

  fake_answer ("DELETE /v1/grants/1.5/revocation", GRANT_JSON ("authorized"));
  test_window_act (window, "win.give-again", "1.5");
  assert_text (test_get_dialog (window), "Give Nord Access Again?");
  confirm (window);
  assert_toast (window, "Nord has access again");
  test_window_free (window);
}

static void
test_note (void)
{
  SparkWindow *window = set_up ();
  SparkDialog *dialog;
  GtkEditable *entry;

  fake_answer ("POST /v1/videos/1.1/grants", GRANT_JSON ("authorized"));
  fake_answer ("PATCH /v1/grants/1.3", GRANT_JSON ("authorized"));
  test_window_act (window, "win.note-grant", "1.1");
  dialog = SPARK_DIALOG (test_get_dialog (window));
  g_assert_false (spark_dialog_get_can_submit (dialog));
  entry = GTK_EDITABLE (test_find (dialog, ADW_TYPE_ENTRY_ROW, 0));
  gtk_editable_set_text (entry, "Glow & Co");
  spark_dialog_submit (dialog);
  assert_toast (window, "Glow &amp; Co’s access noted");
  assert_sent ("POST /v1/videos/1.1/grants {\"brand\":{\"name\":\"Glow & Co\"}}");
  test_wait (!test_has_dialog (window));

  /* A brand that is known is named by its id, whatever the capitals. */
  test_window_act (window, "win.attribute-grant", "1.3");
  dialog = SPARK_DIALOG (test_get_dialog (window));
  gtk_editable_set_text (GTK_EDITABLE (test_find (dialog, ADW_TYPE_ENTRY_ROW, 0)), "acme ");
  spark_dialog_submit (dialog);
  test_wait (!test_has_dialog (window));
  assert_sent ("PATCH /v1/grants/1.3 {\"brand\":\"1.4\"}");
  test_window_free (window);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);

  g_test_add_func ("/codes/copy", test_copy);
  g_test_add_func ("/codes/copy-offline", test_copy_offline);
  g_test_add_func ("/acts/offline", test_offline_acts);
  g_test_add_func ("/codes/generate-consent", test_generate_consent);
  g_test_add_func ("/codes/generate-twice", test_generate_twice);
  g_test_add_func ("/codes/generate-refused", test_generate_refused);
  g_test_add_func ("/codes/generate-window-closed", test_generate_window_closed);
  g_test_add_func ("/codes/generate-waits", test_generate_waits);
  g_test_add_func ("/codes/generate-waits-while-clipboard-is-used",
                   test_generate_waits_while_clipboard_is_used);
  g_test_add_func ("/codes/generate-waits-in-vain", test_generate_waits_in_vain);
  g_test_add_func ("/codes/news", test_news);
  g_test_add_func ("/codes/terms", test_terms);
  g_test_add_func ("/codes/change", test_change);
  g_test_add_func ("/codes/extend", test_extend);
  g_test_add_func ("/codes/add", test_add_code);
  g_test_add_func ("/codes/replace", test_replace);
  g_test_add_func ("/codes/delete", test_delete);
  g_test_add_func ("/codes/help", test_help);
  g_test_add_func ("/codes/help-facts", test_help_facts);
  g_test_add_func ("/grants/revoke", test_revoke);
  g_test_add_func ("/grants/revoke-waits", test_revoke_waits);
  g_test_add_func ("/grants/revoke-refused", test_revoke_refused);
  g_test_add_func ("/grants/revoke-closed-early", test_revoke_closed_early);
  g_test_add_func ("/grants/revoke-ended", test_revoke_ended);
  g_test_add_func ("/grants/give-again", test_give_again);
  g_test_add_func ("/grants/note", test_note);
  return g_test_run ();
}
