/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "acts-fixture.h"
#include "app/spark-terms-dialog.h"
#include "app/spark-waiting-copy.h"
#include "model/spark-rules.h"

static void
test_copy (void)
{
  SparkWindow *window = acts_set_up ();

  test_window_act (window, "win.copy-code", "1.1");
  acts_assert_toast (window, "Code copied");
  acts_assert_clipboard (window, CODE);
  acts_assert_sent ("LATER POST /v1/codes/1.2/copies {}");
  test_window_press_toast (window);
  g_assert_true (SPARK_IS_TERMS_DIALOG (test_get_dialog (window)));
  test_window_free (window);
}

static void
test_copy_offline (void)
{
  SparkWindow *window = acts_set_up ();

  fake_backend_set_status (spark_window_get_backend (window), SPARK_BACKEND_OFFLINE);
  test_window_act (window, "win.copy-code", "1.1");
  acts_assert_toast (window, "Code copied");
  acts_assert_clipboard (window, CODE);
  acts_assert_sent ("LATER POST /v1/codes/1.2/copies {\"at\":\"20");
  test_window_free (window);
}

static void
test_offline_acts (void)
{
  SparkWindow *window = acts_set_up ();
  const char *acts[] = { "win.generate 1.9",    "win.generate-terms 1.9",
                         "win.extend 1.2",      "win.replace 1.2",
                         "win.delete-code 1.2", "win.revoke 1.3",
                         "win.give-again 1.5",  "win.undo-revoke 1.5",
                         "win.note-grant 1.1",  "win.attribute-grant 1.3",
                         "win.note-end 1.3",    "win.add-code 2.1",
                         "win.paste-link",      "win.import",
                         "win.sample" };

  fake_backend_set_status (spark_window_get_backend (window), SPARK_BACKEND_OFFLINE);
  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    {
      g_auto (GStrv) parts = g_strsplit (acts[i], " ", 2);

      g_test_message ("%s", acts[i]);
      test_window_act (window, parts[0], parts[1]);
      acts_assert_toast (window, "Not possible while offline");
      g_assert_false (test_has_dialog (window));
    }
  g_assert_cmpstr (fake_sent (), ==, "");
  test_window_free (window);
}

static void
assert_offline_details (SparkWindow *window, const char *beginning)
{
  test_window_act (window, "win.generate", "1.9");
  acts_assert_toast (window, "Not possible while offline");
  test_window_press_toast (window);
  acts_assert_text (test_get_dialog (window), beginning);
  test_close_dialog (window, test_get_dialog (window));
}

/* What still works is what the role in the account that is shown allows. */
static void
test_offline_details (void)
{
  SparkWindow *window = acts_set_up ();
  const SparkAccount viewed = { .id = "3", .name = "Cleo", .role = SPARK_ROLE_VIEW };

  fake_add_account (spark_backend_get_replica (spark_window_get_backend (window)), &viewed);
  fake_backend_set_status (spark_window_get_backend (window), SPARK_BACKEND_OFFLINE);
  assert_offline_details (window, "You can read everything and copy your codes; the rest");
  test_window_set_account_id (window, "3");
  assert_offline_details (window, "You can read everything; the rest");
  test_window_free (window);
}

static void
test_generate_consent (void)
{
  SparkWindow *window = acts_set_up ();

  fake_answer ("POST /v1/videos/1.9/code", CODE_JSON (OTHER_CODE, "ready"));
  test_window_act (window, "win.generate", "1.9");
  acts_assert_text (test_get_dialog (window), "nothing is sent to TikTok");
  g_assert_cmpstr (fake_sent (), ==, "");
  acts_confirm (window);
  acts_assert_toast (window, "Code copied");
  acts_assert_sent ("POST /v1/videos/1.9/code {\"days\":30}");
  acts_assert_clipboard (window, OTHER_CODE);
  test_wait (!test_has_dialog (window));

  /* Asked once. */
  test_window_act (window, "win.generate", "1.9");
  g_assert_false (test_has_dialog (window));
  acts_assert_toast (window, "Code copied");
  test_window_free (window);
}

/* What TikTok would have to be asked for is not begun while it cannot be: it would wait without end. */
static void
test_not_connected (void)
{
  SparkWindow *window = acts_set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  SparkAccount account = { .id = "1",
                           .name = "@mia",
                           .platform = SPARK_PLATFORM_TIKTOK,
                           .role = SPARK_ROLE_OWNER,
                           .connection = SPARK_CONNECTION_STATE_ENDED };
  const char *acts[] = { "win.generate 1.9", "win.generate-terms 1.9", "win.change-code 1.2",
                         "win.extend 1.2",   "win.replace 1.2",        "win.delete-code 1.2" };
  const char *ids[] = { "1.9", NULL };
  GtkWindow *dialog;

  acts_consent (window);
  fake_add_account (replica, &account);
  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    {
      g_auto (GStrv) parts = g_strsplit (acts[i], " ", 2);

      g_test_message ("%s", acts[i]);
      test_window_act (window, parts[0], parts[1]);
      dialog = test_get_dialog (window);
      acts_assert_text (dialog, "@mia is not connected to TikTok.");
      test_close_dialog (window, dialog);
    }
  gtk_widget_activate_action (GTK_WIDGET (window), "win.batch", "(s^as)", "generate", ids);
  acts_assert_text (test_get_dialog (window), "@mia is not connected to TikTok.");
  g_assert_cmpstr (fake_sent (), ==, "");

  /* The way on. */
  fake_answer ("POST /v1/accounts/1/connect", "{}");
  acts_confirm (window);
  acts_assert_sent ("POST /v1/accounts/1/connect");
  test_wait (!test_has_dialog (window));

  account.role = SPARK_ROLE_GENERATE;
  account.connection = SPARK_CONNECTION_STATE_LOST;
  fake_add_account (replica, &account);
  test_window_act (window, "win.generate", "1.9");
  dialog = test_get_dialog (window);
  acts_assert_text (dialog, "TikTok no longer lets Sparkbox in for @mia.");
  acts_assert_text (dialog, acts_sentence_of (SPARK_ERROR_FORBIDDEN));
  g_assert_false (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "confirm"));
  test_window_free (window);
}

static void
test_generate_twice (void)
{
  SparkWindow *window = acts_set_up ();

  acts_consent (window);
  fake_hold ();
  fake_answer ("POST /v1/videos/1.9/code", CODE_JSON (OTHER_CODE, "ready"));
  test_window_act (window, "win.generate", "1.9");
  test_window_act (window, "win.generate", "1.9");
  g_assert_cmpstr (fake_sent (), ==, "POST /v1/videos/1.9/code {\"days\":30}\n");
  fake_release ();
  acts_assert_toast (window, "Code copied");
  test_window_free (window);
}

static void
test_generate_refused (void)
{
  SparkWindow *window = acts_set_up ();

  acts_consent (window);
  acts_refuse ("POST /v1/videos/1.9/code", SPARK_ERROR_VIDEO_NOT_ELIGIBLE);
  test_window_act (window, "win.generate", "1.9");
  acts_assert_toast (window, "Video Can’t Be Used in Ads");
  test_window_press_toast (window);
  acts_assert_text (test_get_dialog (window), acts_sentence_of (SPARK_ERROR_VIDEO_NOT_ELIGIBLE));
  test_window_free (window);
}

static void
test_generate_window_closed (void)
{
  SparkWindow *window = acts_set_up ();

  acts_consent (window);
  fake_answer ("POST /v1/videos/1.9/code", CODE_JSON (OTHER_CODE, "ready"));
  fake_hold ();
  test_window_act (window, "win.generate", "1.9");
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *)&window);
  gtk_window_destroy (GTK_WINDOW (window));
  test_wait (window == NULL);
  /* The answer comes to nobody. */
  fake_release ();
}

/* The person went to another sign-in, which knows nothing of what was asked for. */
static void
test_generate_sign_in_changed (void)
{
  SparkWindow *window = acts_set_up ();

  acts_consent (window);
  fake_answer ("POST /v1/videos/1.9/code", CODE_JSON (OTHER_CODE, "ready"));
  fake_hold ();
  test_window_act (window, "win.generate", "1.9");
  spark_window_set_backend (window, NULL);
  fake_release ();
  for (guint i = 0; i < 5; i++)
    test_turn ();
  g_assert_null (test_window_take_toast (window));
  test_window_free (window);
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
  SparkWindow *window = acts_set_up ();

  acts_consent (window);
  change_code (window, NULL);
  fake_answer ("POST /v1/videos/1.9/code", PENDING_JSON);
  test_window_act (window, "win.generate", "1.9");
  acts_assert_toast (window, "Waiting for TikTok to make the code. It is then copied.");
  change_code (window, NULL);
  g_assert_null (test_window_take_toast (window));
  change_code (window, OTHER_CODE);
  acts_assert_toast (window, "Code copied");
  acts_assert_clipboard (window, OTHER_CODE);
  acts_assert_sent ("POST /v1/codes/1.2/copies {}");
  /* Once. */
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (window)), "other");
  change_code (window, CODE);
  g_assert_null (test_window_take_toast (window));
  acts_assert_clipboard (window, "other");
  test_window_free (window);
}

static void
test_generate_waits_while_clipboard_is_used (void)
{
  SparkWindow *window = acts_set_up ();

  acts_consent (window);
  change_code (window, NULL);
  fake_answer ("POST /v1/videos/1.9/code", PENDING_JSON);
  test_window_act (window, "win.generate", "1.9");
  acts_assert_toast (window, "Waiting for TikTok to make the code. It is then copied.");
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (window)), "a message");
  change_code (window, OTHER_CODE);
  acts_assert_toast (window, "TikTok has made the code");
  acts_assert_clipboard (window, "a message");
  test_window_press_toast (window);
  acts_assert_clipboard (window, OTHER_CODE);
  test_window_free (window);
}

/* It is made, and to be replaced at once: what takes its place is waited for. */
static void
test_generate_waits_for_another (void)
{
  SparkWindow *window = acts_set_up ();
  SparkBackend *backend = spark_window_get_backend (window);
  SparkReplica *replica = spark_backend_get_replica (backend);
  const SparkCode replaced = { .id = "1.2",
                               .video_id = "1.1",
                               .code = CODE,
                               .state = SPARK_CODE_STATE_READY,
                               .waiting_for = SPARK_TASK_ACT_REPLACE + 1,
                               .days = 30 };
  const SparkCode made = { .id = "1.3",
                           .video_id = "1.1",
                           .code = OTHER_CODE,
                           .state = SPARK_CODE_STATE_READY,
                           .days = 30 };
  const SparkVideo video
      = { .id = "1.1", .account_id = "1", .authorization = { .code_id = made.id } };

  acts_consent (window);
  change_code (window, NULL);
  fake_answer ("POST /v1/videos/1.9/code", PENDING_JSON);
  test_window_act (window, "win.generate", "1.9");
  acts_assert_toast (window, "Waiting for TikTok to make the code. It is then copied.");
  fake_add_code (replica, &replaced);
  g_signal_emit_by_name (backend, "changed", SPARK_KINDS_CODE);
  acts_assert_toast (window, "Waiting for TikTok to make the code. It is then copied.");
  fake_add_code (replica, &made);
  fake_add_video (replica, &video);
  g_signal_emit_by_name (backend, "changed", SPARK_KINDS_CODE);
  acts_assert_toast (window, "Code copied");
  acts_assert_clipboard (window, OTHER_CODE);
  test_window_free (window);
}

/* Its window is gone, or its time is over. */
static void
test_generate_waits_in_vain (void)
{
  SparkWindow *window = acts_set_up ();
  const SparkCode code = { .id = "1.2", .video_id = "1.1", .state = SPARK_CODE_STATE_PENDING };

  change_code (window, NULL);
  spark_waiting_copy_begin (window, &code, SPARK_PLATFORM_TIKTOK, 1);
  acts_assert_toast (window, "Waiting for TikTok to make the code. It is then copied.");
  acts_assert_toast (window, "Waiting for TikTok to make the code. Copy it once it is there.");
  change_code (window, OTHER_CODE);
  g_assert_null (test_window_take_toast (window));
  change_code (window, NULL);
  spark_waiting_copy_begin (window, &code, SPARK_PLATFORM_TIKTOK, 60000);
  test_window_free (window);
}

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);

  g_test_add_func ("/codes/copy", test_copy);
  g_test_add_func ("/codes/copy-offline", test_copy_offline);
  g_test_add_func ("/acts/offline", test_offline_acts);
  g_test_add_func ("/acts/offline-details", test_offline_details);
  g_test_add_func ("/codes/generate-consent", test_generate_consent);
  g_test_add_func ("/codes/not-connected", test_not_connected);
  g_test_add_func ("/codes/generate-twice", test_generate_twice);
  g_test_add_func ("/codes/generate-refused", test_generate_refused);
  g_test_add_func ("/codes/generate-window-closed", test_generate_window_closed);
  g_test_add_func ("/codes/generate-sign-in-changed", test_generate_sign_in_changed);
  g_test_add_func ("/codes/generate-waits", test_generate_waits);
  g_test_add_func ("/codes/generate-waits-while-clipboard-is-used",
                   test_generate_waits_while_clipboard_is_used);
  g_test_add_func ("/codes/generate-waits-for-another", test_generate_waits_for_another);
  g_test_add_func ("/codes/generate-waits-in-vain", test_generate_waits_in_vain);
  return g_test_run ();
}
