/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "acts-fixture.h"
#include "app/spark-confirm.h"
#include "model/spark-rules.h"
#include "app/spark-dialog.h"

static void
test_revoke (void)
{
  SparkWindow *window = acts_set_up ();
  GtkWindow *dialog;

  fake_answer ("GET /v1/grants/1.3/revocation",
               "{\"grant_id\":\"1.3\",\"certain\":true,\"code_still_works\":true,\"ads_active\":2,"
               "\"other_grants\":3,\"open_until\":null}");
  fake_hold ();
  test_window_act (window, "win.revoke", "1.3");
  dialog = test_get_dialog (window);
  acts_assert_text (dialog, "Revoke Acme’s Access?");
  acts_assert_text (dialog, "Looking up");
  acts_assert_text (dialog, "Account: Sample");
  g_assert_false (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "confirm"));
  fake_release ();
  test_wait (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "confirm"));
  acts_assert_text (dialog, "2 ads that are running are paused.");
  acts_assert_text (dialog, "3 other brands keep access.");
  acts_assert_text (dialog, "The video’s code still works");

  gtk_editable_set_text (GTK_EDITABLE (test_find (dialog, ADW_TYPE_ENTRY_ROW, 0)), " unpaid ");
  fake_answer ("POST /v1/grants/1.3/revoke", GRANT_JSON ("revoked"));
  fake_hold ();
  acts_confirm (window);
  /* Enter held too long does not cancel what it began. */
  test_press_enter (dialog);
  for (guint i = 0; i < 20; i++)
    test_turn ();
  g_assert_true (test_has_dialog (window));
  fake_release ();
  acts_assert_toast (window, "Access revoked");
  acts_assert_sent ("POST /v1/grants/1.3/revoke {\"reason\":\"unpaid\"}");
  test_wait (!test_has_dialog (window));

  fake_answer ("DELETE /v1/grants/1.3/revocation", GRANT_JSON ("authorized"));
  test_window_press_toast (window);
  acts_assert_toast (window, "Acme has access again");
  test_window_free (window);
}

/* Whose it is, so that nobody takes one of two namesakes for the other; nothing where it is shown
 * anyway. */
static void
test_whose (void)
{
  static const SparkAccount accounts[] = {
    { .id = "1",
      .name = "Ada",
      .handle = "ada.one",
      .platform = SPARK_PLATFORM_TRACKED,
      .role = SPARK_ROLE_OWNER },
    { .id = "2", .name = "Ada", .handle = "ada.two", .platform = SPARK_PLATFORM_TRACKED },
    { .id = "3", .name = "Bea", .platform = SPARK_PLATFORM_SANDBOX },
    { .id = "4", .name = "Bea", .platform = SPARK_PLATFORM_TRACKED },
    { .id = "5", .name = "Cleo", .platform = SPARK_PLATFORM_TRACKED },
    { .id = "6", .name = "Cleo", .platform = SPARK_PLATFORM_TRACKED },
    { .id = "7", .name = "Dana", .handle = "dana", .platform = SPARK_PLATFORM_TRACKED },
    { .id = "8", .name = "Edda", .handle = "edda", .platform = SPARK_PLATFORM_TRACKED },
    { .id = "9", .name = "Edda", .handle = "edda", .platform = SPARK_PLATFORM_TIKTOK },
    { .id = "10", .name = "Fay", .platform = SPARK_PLATFORM_TRACKED },
    { .id = "11", .name = "Fay", .handle = "fay", .platform = SPARK_PLATFORM_TRACKED },
    { .id = "12", .name = "Fay", .platform = SPARK_PLATFORM_TRACKED },
  };
  static const char *const names[] = { "Ada\302\240· @ada.one",
                                       "Ada\302\240· @ada.two",
                                       "Bea\302\240· sample data",
                                       "Bea\302\240· not connected",
                                       "Cleo\302\240· 1",
                                       "Cleo\302\240· 2",
                                       "Dana",
                                       "Edda\302\240· not connected",
                                       "Edda\302\240· TikTok",
                                       "Fay\302\240· 1",
                                       "Fay\302\240· @fay",
                                       "Fay\302\240· 2" };
  SparkWindow *window = acts_set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  SparkContext *context;
  g_autofree char *alone = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (accounts); i++)
    fake_add_account (replica, &accounts[i]);
  context = spark_window_get_context (window);
  for (guint i = 0; i < G_N_ELEMENTS (accounts); i++)
    {
      g_autofree char *whose = spark_context_describe_whose (context, accounts[i].id);

      g_assert_cmpstr (whose, ==, names[i]);
    }
  fake_answer ("GET /v1/grants/1.3/revocation", "{\"grant_id\":\"1.3\",\"certain\":true}");
  test_window_act (window, "win.revoke", "1.3");
  acts_assert_text (test_get_dialog (window), "Account: Ada\302\240· @ada.one");
  test_close_dialog (window, test_get_dialog (window));

  /* From a notification it may be another’s than the one that is shown. */
  test_window_set_account_id (window, "2");
  fake_answer ("GET /v1/grants/1.3/revocation", "{\"grant_id\":\"1.3\",\"certain\":true}");
  test_window_act (window, "win.revoke", "1.3");
  acts_assert_text (test_get_dialog (window), "Account: Ada\302\240· @ada.one");
  test_close_dialog (window, test_get_dialog (window));
  test_window_set_account_id (window, "1");
  alone = spark_context_describe_whose (context, "1");
  g_assert_null (alone);
  test_window_free (window);
}

/* Who may not revoke sees what it waits for, and is offered nothing but to ask the brand. */
static void
test_waiting_roles (void)
{
  SparkWindow *window = acts_set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  SparkAccount account = { .id = "1", .name = "Mine", .platform = SPARK_PLATFORM_TIKTOK };
  const SparkGrant grant = { .id = "1.3",
                             .video_id = "1.1",
                             .brand = { "1.4", "Acme" },
                             .state = SPARK_GRANT_STATE_REVOKING,
                             .problem = "ads_running" };

  fake_add_grant (replica, &grant);
  for (account.role = SPARK_ROLE_VIEW; account.role <= SPARK_ROLE_OWNER; account.role++)
    {
      gboolean may = account.role >= SPARK_ROLE_REVOKE;
      GtkWindow *dialog;
      g_autofree char *texts = NULL;

      fake_add_account (replica, &account);
      test_window_act (window, "win.show-waiting", "1.3");
      dialog = test_get_dialog (window);
      acts_assert_text (dialog, "An ad of the brand still runs with the video.");
      texts = test_texts (dialog);
      g_assert_cmpint (
          adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "confirm"), ==,
          may);
      g_assert_cmpint (strstr (texts, "Turn the Video _Off for All…") != NULL, ==, may);
      g_assert_cmpint (strstr (texts, "Your invitation does not allow this.") != NULL, ==, !may);
      g_assert_nonnull (strstr (texts, "_Copy a Stop Request for the Brand"));
      test_close_dialog (window, dialog);
    }
  test_window_free (window);
}

static void
show_waiting (SparkWindow *window, const char *problem)
{
  const SparkGrant grant = { .id = "1.3",
                             .video_id = "1.1",
                             .brand = { "1.4", "Acme" },
                             .state = SPARK_GRANT_STATE_REVOKING,
                             .problem = problem };

  fake_add_grant (spark_backend_get_replica (spark_window_get_backend (window)), &grant);
  test_window_act (window, "win.show-waiting", "1.3");
}

/* What can only wait for the brand, or for TikTok's patience, is not offered to be tried. */
static void
test_waiting_tries (void)
{
  static const struct
  {
    SparkPlatformKind platform;
    const char *problem;
    const char *heading;
    gboolean tries;
  } cases[] = {
    { SPARK_PLATFORM_TIKTOK, NULL, "Waiting for TikTok", TRUE },
    { SPARK_PLATFORM_TIKTOK, "ads_running", "Waiting for Acme’s Ads to Stop", TRUE },
    { SPARK_PLATFORM_TIKTOK, "platform_waiting", "Waiting for TikTok", TRUE },
    { SPARK_PLATFORM_TIKTOK, "unavailable", "Waiting for TikTok", TRUE },
    { SPARK_PLATFORM_TIKTOK, "too_many_requests", "Waiting for TikTok", FALSE },
    { SPARK_PLATFORM_TIKTOK, "unauthorized", "Waiting for Acme’s Ads to Stop", FALSE },
    { SPARK_PLATFORM_TIKTOK, "platform_cannot", "Waiting for Acme’s Ads to Stop", FALSE },
    { SPARK_PLATFORM_SANDBOX, NULL, "Waiting for Acme’s Ads to Stop", FALSE },
    { SPARK_PLATFORM_TRACKED, NULL, "Ask Acme to Remove the Video", FALSE },
  };
  SparkWindow *window = acts_set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const SparkCode code = { .id = "1.2",
                           .video_id = "1.1",
                           .state = SPARK_CODE_STATE_IN_USE,
                           .waiting_for = SPARK_TASK_ACT_TURN_OFF + 1 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const SparkAccount account
          = { .id = "1", .name = "Mine", .platform = cases[i].platform, .role = SPARK_ROLE_OWNER };
      GtkWindow *dialog;

      g_test_message ("%d %s", (int)cases[i].platform, cases[i].problem);
      fake_add_account (replica, &account);
      show_waiting (window, cases[i].problem);
      dialog = test_get_dialog (window);
      acts_assert_text (dialog, cases[i].heading);
      acts_assert_text (dialog, "_Close");
      g_assert_cmpint (adw_message_dialog_has_response (ADW_MESSAGE_DIALOG (dialog), "confirm"), ==,
                       cases[i].tries);
      if (g_strcmp0 (cases[i].problem, "unauthorized") == 0)
        acts_assert_text (dialog, "its ad account is not connected to Sparkbox.");
      test_close_dialog (window, dialog);
    }

  /* Turning the video off waits as well, and is tried with it. */
  fake_add_account (replica, &(const SparkAccount){ .id = "1",
                                                    .platform = SPARK_PLATFORM_TIKTOK,
                                                    .role = SPARK_ROLE_OWNER });
  fake_add_code (replica, &code);
  show_waiting (window, "platform_cannot");
  g_assert_true (
      adw_message_dialog_has_response (ADW_MESSAGE_DIALOG (test_get_dialog (window)), "confirm"));
  test_window_free (window);
}

/* TikTok would have to do it: what an account without a connection is told instead. */
static void
test_not_connected (void)
{
  static const struct
  {
    const char *action;
    const char *target;
  } acts[] = {
    { "win.turn-off", "1.3" }, { "win.delete-code", "1.2" }, { "win.extend", "1.2" },
    { "win.replace", "1.2" },  { "win.generate", "1.1" },
  };
  SparkWindow *window = acts_set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  SparkAccount account = { .id = "1",
                           .name = "Mine",
                           .platform = SPARK_PLATFORM_TIKTOK,
                           .connection = SPARK_CONNECTION_STATE_LOST };

  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    for (account.role = SPARK_ROLE_REVOKE; account.role <= SPARK_ROLE_OWNER; account.role++)
      {
        GtkWindow *dialog;

        g_test_message ("%s %d", acts[i].action, (int)account.role);
        fake_add_account (replica, &account);
        test_window_act (window, acts[i].action, acts[i].target);
        dialog = test_get_dialog (window);
        acts_assert_text (dialog, "Not Connected");
        acts_assert_text (dialog, "TikTok no longer lets Sparkbox in for Mine.");
        g_assert_cmpint (
            adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "confirm"), ==,
            account.role == SPARK_ROLE_OWNER);
        test_close_dialog (window, dialog);
      }
  g_assert_cmpstr (fake_sent (), ==, "");
  test_window_free (window);
}

/* What it waits for is told without the backend, and the brand can be asked; the rest follows it.
 */
static void
test_waiting_offline (void)
{
  SparkWindow *window = acts_set_up ();
  SparkBackend *backend = spark_window_get_backend (window);
  const SparkAccount account
      = { .id = "1", .name = "Mine", .platform = SPARK_PLATFORM_TIKTOK, .role = SPARK_ROLE_OWNER };
  const SparkGrant grant = { .id = "1.3",
                             .video_id = "1.1",
                             .brand = { "1.4", "Acme" },
                             .state = SPARK_GRANT_STATE_REVOKING,
                             .problem = "ads_running" };
  AdwMessageDialog *dialog;
  GtkWidget *turn_off;

  fake_add_account (spark_backend_get_replica (backend), &account);
  fake_add_grant (spark_backend_get_replica (backend), &grant);
  fake_backend_set_status (backend, SPARK_BACKEND_OFFLINE);
  test_window_act (window, "win.show-waiting", "1.3");
  dialog = ADW_MESSAGE_DIALOG (test_get_dialog (window));
  acts_assert_text (GTK_WINDOW (dialog), "An ad of the brand still runs with the video.");
  g_assert_cmpstr (spark_confirm_get_problem (SPARK_CONFIRM (dialog)), ==,
                   acts_sentence_of (SPARK_ERROR_OFFLINE));
  g_assert_false (adw_message_dialog_get_response_enabled (dialog, "confirm"));
  turn_off = test_find_button (dialog, "Turn the Video _Off for All…");
  g_assert_false (gtk_widget_get_sensitive (turn_off));

  fake_backend_set_status (backend, SPARK_BACKEND_ONLINE);
  g_signal_emit_by_name (backend, "notify::status", NULL);
  g_assert_null (spark_confirm_get_problem (SPARK_CONFIRM (dialog)));
  g_assert_true (adw_message_dialog_get_response_enabled (dialog, "confirm"));
  g_assert_true (gtk_widget_get_sensitive (turn_off));

  fake_backend_set_status (backend, SPARK_BACKEND_OFFLINE);
  g_signal_emit_by_name (backend, "notify::status", NULL);
  g_assert_false (adw_message_dialog_get_response_enabled (dialog, "confirm"));
  test_press (dialog, "_Copy a Stop Request for the Brand");
  acts_assert_toast (window, "Request copied. Send it to the brand.");
  test_wait (!test_has_dialog (window));
  test_window_free (window);
}

/* Where nothing tells whether it has ended, who may revoke does; and nothing is said of ads. */
static void
test_note_end (void)
{
  SparkWindow *window = acts_set_up ();
  SparkBackend *backend = spark_window_get_backend (window);
  SparkAccount account = { .id = "1", .name = "Mine", .platform = SPARK_PLATFORM_TRACKED };
  GtkWidget *button;
  GtkWindow *dialog;

  for (account.role = SPARK_ROLE_VIEW; account.role <= SPARK_ROLE_OWNER; account.role++)
    {
      g_autofree char *texts = NULL;

      fake_add_account (spark_backend_get_replica (backend), &account);
      show_waiting (window, NULL);
      texts = test_texts (test_get_dialog (window));
      g_assert_nonnull (strstr (texts, "Sparkbox cannot see whether it has ended on TikTok."));
      g_assert_null (strstr (texts, "Ads to Stop"));
      g_assert_null (strstr (texts, "Off for All"));
      g_assert_cmpint (strstr (texts, "It Has _Ended…") != NULL, ==,
                       account.role >= SPARK_ROLE_REVOKE);
      test_close_dialog (window, test_get_dialog (window));
    }

  fake_backend_set_status (backend, SPARK_BACKEND_OFFLINE);
  show_waiting (window, NULL);
  dialog = test_get_dialog (window);
  button = test_find_button (dialog, "It Has _Ended…");
  g_assert_false (gtk_widget_get_sensitive (button));
  g_assert_cmpstr (spark_confirm_get_problem (SPARK_CONFIRM (dialog)), ==,
                   acts_sentence_of (SPARK_ERROR_OFFLINE));
  fake_backend_set_status (backend, SPARK_BACKEND_ONLINE);
  g_signal_emit_by_name (backend, "notify::status", NULL);
  g_assert_true (gtk_widget_get_sensitive (button));

  test_press (dialog, "It Has _Ended…");
  dialog = test_get_dialog (window);
  acts_assert_text (dialog, "Has Acme’s Access Ended?");
  acts_assert_text (dialog, "Account: Mine");
  /* Refused, it stays, and can be sent again. */
  acts_refuse ("POST /v1/grants/1.3/ended", SPARK_ERROR_TIMED_OUT);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "confirm");
  test_wait (spark_confirm_get_problem (SPARK_CONFIRM (dialog)) != NULL);
  g_assert_cmpstr (spark_confirm_get_problem (SPARK_CONFIRM (dialog)), ==,
                   acts_sentence_of (SPARK_ERROR_TIMED_OUT));
  fake_answer ("POST /v1/grants/1.3/ended", GRANT_JSON ("revoked"));
  acts_confirm (window);
  acts_assert_toast (window, "Noted: Acme’s access has ended");
  test_wait (!test_has_dialog (window));
  test_window_free (window);
}

static void
test_revoke_waits (void)
{
  SparkWindow *window = acts_set_up ();

  fake_answer ("GET /v1/grants/1.3/revocation",
               "{\"grant_id\":\"1.3\",\"certain\":false,\"code_still_works\":false,"
               "\"other_grants\":0,\"open_until\":\"2030-01-08T12:00:00Z\"}");
  fake_answer ("POST /v1/grants/1.3/revoke", GRANT_JSON ("revoking"));
  test_window_act (window, "win.revoke", "1.3");
  test_wait (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (test_get_dialog (window)),
                                                      "confirm"));
  acts_assert_text (test_get_dialog (window), "it may stay open until Tue 8 Jan 2030");
  acts_confirm (window);
  acts_assert_toast (window, "Waiting for TikTok: still open there until Tue 8 Jan 2030");
  test_window_free (window);
}

/* It goes through the brand's ad account then, and what cannot be done is said before. */
static void
test_revoke_not_connected (void)
{
  static const struct
  {
    SparkPlatformKind platform;
    SparkConnectionState connection;
    const char *sentence; /* NULL: nothing is said of a connection */
  } cases[] = {
    { SPARK_PLATFORM_TIKTOK, SPARK_CONNECTION_STATE_CONNECTED, NULL },
    { SPARK_PLATFORM_TIKTOK, SPARK_CONNECTION_STATE_LOST,
      "TikTok no longer lets Sparkbox in for Mine." },
    { SPARK_PLATFORM_TIKTOK, SPARK_CONNECTION_STATE_ENDED, "Mine is not connected to TikTok." },
    { SPARK_PLATFORM_TRACKED, SPARK_CONNECTION_STATE_NONE, NULL },
  };
  SparkWindow *window = acts_set_up ();

  fake_answer ("GET /v1/grants/1.3/revocation",
               "{\"grant_id\":\"1.3\",\"certain\":false,\"code_still_works\":false,"
               "\"other_grants\":0,\"open_until\":\"2030-01-08T12:00:00Z\"}");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const SparkAccount account = { .id = "1",
                                     .name = "Mine",
                                     .platform = cases[i].platform,
                                     .role = SPARK_ROLE_OWNER,
                                     .connection = cases[i].connection };
      g_autofree char *texts = NULL;
      GtkWindow *dialog;

      g_test_message ("%d %d", (int)cases[i].platform, (int)cases[i].connection);
      fake_add_account (spark_backend_get_replica (spark_window_get_backend (window)), &account);
      test_window_act (window, "win.revoke", "1.3");
      dialog = test_get_dialog (window);
      test_wait (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "confirm"));
      texts = test_texts (dialog);
      if (cases[i].sentence != NULL)
        g_assert_nonnull (strstr (texts, cases[i].sentence));
      g_assert_cmpint (strstr (texts, "Until it is connected again, Sparkbox ends access only")
                           != NULL,
                       ==, cases[i].sentence != NULL);
      test_close_dialog (window, dialog);
    }
  test_window_free (window);
}

/* What only TikTok can end is not said to end. */
static void
test_revoke_tracked (void)
{
  SparkWindow *window = acts_set_up ();
  const SparkAccount account
      = { .id = "1", .name = "Mine", .platform = SPARK_PLATFORM_TRACKED, .role = SPARK_ROLE_OWNER };
  g_autofree char *texts = NULL;
  GtkWindow *dialog;

  fake_add_account (spark_backend_get_replica (spark_window_get_backend (window)), &account);
  fake_answer ("GET /v1/grants/1.3/revocation",
               "{\"grant_id\":\"1.3\",\"certain\":false,\"code_still_works\":true,"
               "\"other_grants\":0,\"open_until\":\"2030-01-08T12:00:00Z\"}");
  test_window_act (window, "win.revoke", "1.3");
  dialog = test_get_dialog (window);
  test_wait (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "confirm"));
  texts = test_texts (dialog);
  g_assert_nonnull (strstr (texts, "You say that Acme may no longer use "));
  g_assert_nonnull (strstr (texts, "To end it on TikTok, ask the brand"));
  g_assert_nonnull (strstr (texts, "Delete it in the TikTok app if it should not."));
  g_assert_null (strstr (texts, "can no longer"));
  g_assert_null (strstr (texts, "Replace"));
  fake_answer ("POST /v1/grants/1.3/revoke", GRANT_JSON ("revoking"));
  acts_confirm (window);
  acts_assert_toast (window, "Revoke noted. Still open on TikTok until Tue 8 Jan 2030");
  test_window_free (window);
}

static void
test_revoke_refused (void)
{
  SparkWindow *window = acts_set_up ();
  SparkConfirm *dialog;

  acts_refuse ("GET /v1/grants/1.3/revocation", SPARK_ERROR_FORBIDDEN);
  test_window_act (window, "win.revoke", "1.3");
  dialog = SPARK_CONFIRM (test_get_dialog (window));
  test_wait (spark_confirm_get_problem (dialog) != NULL);
  g_assert_cmpstr (spark_confirm_get_problem (dialog), ==,
                   acts_sentence_of (SPARK_ERROR_FORBIDDEN));
  g_assert_false (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "confirm"));
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  test_close_dialog (window, GTK_WINDOW (dialog));
  test_window_free (window);
}

/* Enter meanwhile, meant for the button that is gone, does nothing: neither while it is looked up
 * nor, come late, once it is known. */
static void
look_up_again (SparkWindow *window, GtkWindow *dialog)
{
  g_autofree char *texts = NULL;

  fake_hold ();
  gtk_widget_grab_focus (test_find_button (dialog, "_Try Again"));
  test_press_enter (dialog);
  g_assert_null (spark_confirm_get_problem (SPARK_CONFIRM (dialog)));
  texts = test_texts (dialog);
  g_assert_null (strstr (texts, "_Try Again"));
  for (guint i = 0; i < 10; i++)
    {
      g_assert_nonnull (gtk_window_get_focus (dialog));
      test_press_enter (dialog);
      test_turn ();
    }
  g_assert_true (test_has_dialog (window));
  fake_release ();
}

/* A server that was busy is asked once more where it is told. */
static void
test_revoke_looked_up_again (void)
{
  SparkWindow *window = acts_set_up ();
  GtkWindow *dialog;

  acts_refuse ("GET /v1/grants/1.3/revocation", SPARK_ERROR_UNAVAILABLE);
  test_window_act (window, "win.revoke", "1.3");
  dialog = test_get_dialog (window);
  test_wait (spark_confirm_get_problem (SPARK_CONFIRM (dialog)) != NULL);
  g_assert_false (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "confirm"));

  /* In vain: it is where it can be tried once more. */
  look_up_again (window, dialog);
  test_wait (spark_confirm_get_problem (SPARK_CONFIRM (dialog)) != NULL);
  g_assert_true (gtk_window_get_focus (dialog) == test_find_button (dialog, "_Try Again"));

  fake_answer ("GET /v1/grants/1.3/revocation", "{\"grant_id\":\"1.3\",\"certain\":true}");
  look_up_again (window, dialog);
  test_wait (adw_message_dialog_get_response_enabled (ADW_MESSAGE_DIALOG (dialog), "confirm"));
  acts_assert_text (dialog, "It ends at once");
  g_assert_true (GTK_IS_TEXT (gtk_window_get_focus (dialog)));
  test_close_dialog (window, dialog);
  test_window_free (window);
}

/* Nothing is left but Cancel, which Enter once more must not press. */
static void
test_revoke_refused_again (void)
{
  SparkWindow *window = acts_set_up ();
  GtkWindow *dialog;
  GtkWidget *focus;

  acts_refuse ("GET /v1/grants/1.3/revocation", SPARK_ERROR_UNAVAILABLE);
  test_window_act (window, "win.revoke", "1.3");
  dialog = test_get_dialog (window);
  test_wait (spark_confirm_get_problem (SPARK_CONFIRM (dialog)) != NULL);
  acts_refuse ("GET /v1/grants/1.3/revocation", SPARK_ERROR_FORBIDDEN);
  look_up_again (window, dialog);
  test_wait (spark_confirm_get_problem (SPARK_CONFIRM (dialog)) != NULL);
  for (guint i = 0; i < 5; i++)
    {
      focus = gtk_window_get_focus (dialog);
      g_assert_nonnull (focus);
      g_assert_false (GTK_IS_BUTTON (focus));
      test_press_enter (dialog);
      test_turn ();
    }
  g_assert_true (test_has_dialog (window));
  test_close_dialog (window, dialog);
  test_window_free (window);
}

static void
test_revoke_closed_early (void)
{
  SparkWindow *window = acts_set_up ();

  fake_answer ("GET /v1/grants/1.3/revocation", "{}");
  fake_hold ();
  test_window_act (window, "win.revoke", "1.3");
  test_close_dialog (window, test_get_dialog (window));
  fake_release ();
  test_turn ();
  test_window_free (window);
}

static void
test_revoke_ended (void)
{
  SparkWindow *window = acts_set_up ();

  test_window_act (window, "win.revoke", "1.5");
  acts_assert_toast (window, "This access has already ended");
  test_window_act (window, "win.revoke", "1.77");
  acts_assert_toast (window, "It is no longer there");
  test_window_free (window);
}

static void
test_give_again (void)
{
  SparkWindow *window = acts_set_up ();

  fake_answer ("DELETE /v1/grants/1.5/revocation", GRANT_JSON ("authorized"));
  test_window_act (window, "win.give-again", "1.5");
  acts_assert_text (test_get_dialog (window), "Give Nord Access Again?");
  acts_confirm (window);
  acts_assert_toast (window, "Nord has access again");
  test_window_free (window);
}

/* Who pressed it with the keyboard is there again to try once more. */
static void
test_refused_focus (void)
{
  SparkWindow *window = acts_set_up ();
  GtkWindow *dialog;
  GtkWidget *button;

  acts_refuse ("DELETE /v1/grants/1.5/revocation", SPARK_ERROR_FORBIDDEN);
  test_window_act (window, "win.give-again", "1.5");
  dialog = test_get_dialog (window);
  for (guint i = 0;; i++)
    {
      button = test_find (dialog, GTK_TYPE_BUTTON, i);
      if (g_strcmp0 (gtk_button_get_label (GTK_BUTTON (button)), "_Give Access Again") == 0
          && gtk_widget_get_child_visible (button))
        break;
    }
  g_assert_true (gtk_widget_grab_focus (button));
  g_signal_emit_by_name (button, "clicked");
  test_wait (spark_confirm_get_problem (SPARK_CONFIRM (dialog)) != NULL);
  g_assert_true (gtk_window_get_focus (dialog) == button);
  test_window_free (window);
}

static void
test_note (void)
{
  SparkWindow *window = acts_set_up ();
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
  acts_assert_toast (window, "Glow &amp; Co’s access noted");
  acts_assert_sent ("POST /v1/videos/1.1/grants {\"brand\":{\"name\":\"Glow & Co\"}}");
  test_wait (!test_has_dialog (window));

  /* A brand that is known is named by its id, whatever the capitals. */
  test_window_act (window, "win.attribute-grant", "1.3");
  dialog = SPARK_DIALOG (test_get_dialog (window));
  gtk_editable_set_text (GTK_EDITABLE (test_find (dialog, ADW_TYPE_ENTRY_ROW, 0)), "acme ");
  spark_dialog_submit (dialog);
  test_wait (!test_has_dialog (window));
  acts_assert_sent ("PATCH /v1/grants/1.3 {\"brand\":\"1.4\"}");
  test_window_free (window);
}

/* What a role may not do says why before it asks anything. */
static void
test_roles (void)
{
  static const struct
  {
    const char *action;
    const char *target;
    SparkRole needed;
  } acts[] = {
    { "win.revoke", "'1.3'", SPARK_ROLE_REVOKE },
    { "win.give-again", "'1.5'", SPARK_ROLE_REVOKE },
    { "win.undo-revoke", "'1.5'", SPARK_ROLE_REVOKE },
    { "win.turn-off", "'1.3'", SPARK_ROLE_REVOKE },
    { "win.note-end", "'1.3'", SPARK_ROLE_REVOKE },
    { "win.note-grant", "'1.1'", SPARK_ROLE_GENERATE },
    { "win.attribute-grant", "'1.3'", SPARK_ROLE_GENERATE },
    { "win.confirm-brand", "'1.3'", SPARK_ROLE_GENERATE },
    { "win.edit-brand", "'1.4'", SPARK_ROLE_GENERATE },
    { "win.confirm-advertiser", "('1.4','7001')", SPARK_ROLE_GENERATE },
    { "win.refuse-advertiser", "('1.4','7001')", SPARK_ROLE_REVOKE },
    { "win.revoke-brand", "'1.4'", SPARK_ROLE_REVOKE },
    { "win.batch", "('revoke',['1.3'])", SPARK_ROLE_REVOKE },
    { "win.batch", "('extend',['1.3'])", SPARK_ROLE_GENERATE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    for (SparkRole role = SPARK_ROLE_VIEW; role <= SPARK_ROLE_OWNER; role++)
      {
        SparkWindow *window = acts_set_up ();
        const SparkAccount account = { .id = "1",
                                       .platform = SPARK_PLATFORM_SANDBOX,
                                       .role = role,
                                       .periods = { 30 },
                                       .n_periods = 1 };
        g_autoptr (GVariant) target = g_variant_ref_sink (g_variant_new_parsed (acts[i].target));
        g_autofree char *toast = NULL;

        g_test_message ("%s %d", acts[i].action, (int)role);
        acts_refuse ("GET /v1/grants/1.3/revocation", SPARK_ERROR_GRANT_ENDED);
        fake_answer ("DELETE /v1/grants/1.5/revocation", "");
        fake_answer ("PATCH /v1/grants/1.3", GRANT_JSON ("authorized"));
        fake_answer ("POST /v1/brands/1.4/advertisers/7001/confirm", "{}");
        fake_add_account (spark_backend_get_replica (spark_window_get_backend (window)), &account);
        gtk_widget_activate_action_variant (GTK_WIDGET (window), acts[i].action, target);
        toast = test_window_take_toast (window);
        g_assert_true ((g_strcmp0 (toast, "Not Allowed") == 0) == (role < acts[i].needed));
        if (role < acts[i].needed)
          {
            g_assert_false (test_has_dialog (window));
            g_assert_cmpstr (fake_sent (), ==, "");
          }
        while (test_has_dialog (window))
          {
            gtk_window_destroy (test_get_dialog (window));
            test_turn ();
          }
        test_window_free (window);
      }
}

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);

  g_test_add_func ("/grants/revoke", test_revoke);
  g_test_add_func ("/grants/whose", test_whose);
  g_test_add_func ("/grants/revoke-waits", test_revoke_waits);
  g_test_add_func ("/grants/waiting-roles", test_waiting_roles);
  g_test_add_func ("/grants/waiting-offline", test_waiting_offline);
  g_test_add_func ("/grants/waiting-tries", test_waiting_tries);
  g_test_add_func ("/grants/not-connected", test_not_connected);
  g_test_add_func ("/grants/revoke-not-connected", test_revoke_not_connected);
  g_test_add_func ("/grants/revoke-tracked", test_revoke_tracked);
  g_test_add_func ("/grants/note-end", test_note_end);
  g_test_add_func ("/grants/revoke-refused", test_revoke_refused);
  g_test_add_func ("/grants/revoke-looked-up-again", test_revoke_looked_up_again);
  g_test_add_func ("/grants/revoke-refused-again", test_revoke_refused_again);
  g_test_add_func ("/grants/revoke-closed-early", test_revoke_closed_early);
  g_test_add_func ("/grants/revoke-ended", test_revoke_ended);
  g_test_add_func ("/grants/give-again", test_give_again);
  g_test_add_func ("/grants/refused-focus", test_refused_focus);
  g_test_add_func ("/grants/note", test_note);
  g_test_add_func ("/acts/roles", test_roles);
  return g_test_run ();
}
