/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-batch-dialog.h"
#include "app/spark-dialog.h"
#include "app/spark-period-chips.h"
#include "app/spark-phrases.h"
#include "app/spark-terms.h"
#include "batches-fixture.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"

/* What an act on many says before it, while it goes on, and once the person has left it. */

/* What is said of it. (transfer full) */
static char *
end_with_failure (BatchesFixture *fixture)
{
  char *toast;

  fake_answer ("GET /v1/batches/1.20/results?state=failed&limit=100",
               "{\"items\":[{\"id\":\"1.3\",\"state\":\"failed\",\"problem\":\"forbidden\","
               "\"made_id\":null}],\"next_cursor\":null}");
  fake_answer ("GET /v1/batches/1.20/results?state=done&limit=100",
               "{\"items\":[],\"next_cursor\":null}");
  batches_set (fixture, "1.20", SPARK_BATCH_STATE_DONE, 2, 1);
  test_wait ((toast = test_window_take_toast (fixture->window)) != NULL);
  return toast;
}

/* Whoever closes it while it runs is told how it ended, and comes back to what became of each. */
static void
test_left (void)
{
  BatchesFixture fixture;
  GtkWindow *dialog, *left;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  const char *ids[] = { "1.2", "1.3", NULL };

  batches_set_up (&fixture);
  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "revoke", ids);
  dialog = left = test_get_dialog (fixture.window);
  g_object_add_weak_pointer (G_OBJECT (left), (gpointer *)&left);
  fake_answer ("POST /v1/batches", BATCH ("1.20"));
  spark_dialog_submit (SPARK_DIALOG (dialog));
  test_wait_for_text (dialog, "0 of 2 done");
  test_close_dialog (fixture.window, dialog);
  batches_set (&fixture, "1.20", SPARK_BATCH_STATE_RUNNING, 1, 0);
  g_assert_null (test_window_take_toast (fixture.window));

  first = end_with_failure (&fixture);
  g_assert_cmpstr (first, ==, "Revoke Access\302\240· 1 done, 1 failed");
  /* Once. */
  batches_set (&fixture, "1.20", SPARK_BATCH_STATE_DONE, 2, 1);
  g_assert_null (test_window_take_toast (fixture.window));
  g_assert_false (test_has_dialog (fixture.window));
  test_window_press_toast (fixture.window);
  dialog = test_get_dialog (fixture.window);
  test_wait_for_text (dialog, "1 done, 1 failed");
  test_wait_for_text (dialog, "Nord");

  /* From there it is tried again, and may be left once more. */
  fake_answer ("POST /v1/batches", BATCH ("1.21"));
  batches_press (dialog, "_Try Failed Again");
  test_wait_for_text (dialog, "0 of 2 done");
  test_close_dialog (fixture.window, dialog);
  fake_answer ("GET /v1/batches/1.21/results?state=done&limit=100",
               "{\"items\":[],\"next_cursor\":null}");
  batches_set (&fixture, "1.21", SPARK_BATCH_STATE_DONE, 2, 0);
  test_wait ((second = test_window_take_toast (fixture.window)) != NULL);
  g_assert_cmpstr (second, ==, "Revoke Access\302\240· 2 done");
  g_assert_nonnull (left);
  test_window_free (fixture.window);
  test_wait (left == NULL);
}

static gboolean
is_toplevel (gpointer dialog)
{
  g_autoptr (GList) all = gtk_window_list_toplevels ();

  return g_list_find (all, dialog) != NULL;
}

/* Its ids are those of other things elsewhere: nothing of it stays, and nothing of it is done
 * there. */
static void
test_left_elsewhere (void)
{
  const char *ids[] = { "1.2", "1.3", NULL };

  for (guint ended = 0; ended < 2; ended++)
    {
      g_autofree char *toast = NULL;
      g_autoptr (SparkBackend) other = NULL;
      BatchesFixture fixture;
      GtkWindow *dialog;

      batches_set_up (&fixture);
      gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "revoke", ids);
      dialog = test_get_dialog (fixture.window);
      fake_answer ("POST /v1/batches", BATCH ("1.20"));
      spark_dialog_submit (SPARK_DIALOG (dialog));
      test_wait_for_text (dialog, "0 of 2 done");
      test_close_dialog (fixture.window, dialog);
      if (ended)
        toast = end_with_failure (&fixture);
      other = fake_backend_new ();
      g_assert_true (is_toplevel (dialog));
      test_window_set_backend (fixture.window, other);
      g_clear_object (&other);
      g_assert_false (is_toplevel (dialog));
      test_window_free (fixture.window);
    }
}

/* What has ended, or has not begun, leaves nothing behind. */
static void
test_left_nothing (void)
{
  BatchesFixture fixture;
  GtkWindow *dialog;
  const char *ids[] = { "1.2", "1.3", NULL };

  batches_set_up (&fixture);
  for (guint began = 0; began < 2; began++)
    {
      gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "revoke", ids);
      dialog = test_get_dialog (fixture.window);
      if (began)
        {
          fake_answer ("POST /v1/batches", BATCH ("1.20"));
          spark_dialog_submit (SPARK_DIALOG (dialog));
          test_wait_for_text (dialog, "0 of 2 done");
          fake_answer ("GET /v1/batches/1.20/results?state=done&limit=100",
                       "{\"items\":[],\"next_cursor\":null}");
          batches_set (&fixture, "1.20", SPARK_BATCH_STATE_DONE, 2, 0);
          test_wait_for_text (dialog, "2 done");
        }
      g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *)&dialog);
      gtk_window_close (dialog);
      test_wait (dialog == NULL);
    }
  g_assert_null (test_window_take_toast (fixture.window));
  test_window_free (fixture.window);
}

static void
test_revoke (void)
{
  BatchesFixture fixture;
  GtkWindow *dialog;
  GtkWidget *button;
  GtkSelectionModel *model;

  batches_set_up (&fixture);
  g_object_set (batches_get_bar (&fixture), "active", TRUE, NULL);
  model = gtk_list_view_get_model (fixture.view);
  gtk_selection_model_select_range (model, 0, 2, TRUE);
  batches_press_act (&fixture, 1);
  dialog = test_get_dialog (fixture.window);
  test_wait_for_text (dialog, "Ends access in 2 cases.");
  /* As where one is revoked: red, and not what Enter does. */
  spark_dialog_focus_action (SPARK_DIALOG (dialog));
  button = gtk_window_get_focus (dialog);
  g_assert_true (gtk_widget_has_css_class (button, "destructive-action"));
  g_assert_false (gtk_widget_has_css_class (button, "suggested-action"));
  g_assert_null (gtk_window_get_default_widget (dialog));

  fake_backend_set_status (spark_window_get_backend (fixture.window), SPARK_BACKEND_OFFLINE);
  fake_refuse ("POST /v1/batches", g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, ""));
  spark_dialog_submit (SPARK_DIALOG (dialog));
  test_wait_for_text (dialog, "The server can’t be reached.");
  fake_backend_set_status (spark_window_get_backend (fixture.window), SPARK_BACKEND_ONLINE);

  fake_answer ("POST /v1/batches", BATCH ("1.20"));
  spark_dialog_submit (SPARK_DIALOG (dialog));
  test_wait_for_text (dialog, "0 of 2 done");
  g_assert_nonnull (
      strstr (fake_sent (), "POST /v1/batches {\"act\":\"revoke\",\"ids\":[\"1.2\",\"1.3\"]}"));

  /* It is followed, and what failed is told and can be tried again. */
  batches_set (&fixture, "1.20", SPARK_BATCH_STATE_RUNNING, 1, 0);
  test_wait_for_text (dialog, "1 of 2 done");
  fake_answer ("GET /v1/batches/1.20/results?state=failed&limit=100",
               "{\"items\":[{\"id\":\"1.3\",\"state\":\"failed\",\"problem\":\"forbidden\","
               "\"made_id\":null}],\"next_cursor\":null}");
  fake_answer ("GET /v1/batches/1.20/results?state=done&limit=100",
               "{\"items\":[{\"id\":\"1.2\",\"state\":\"done\",\"problem\":null,"
               "\"made_id\":null}],\"next_cursor\":null}");
  batches_set (&fixture, "1.20", SPARK_BATCH_STATE_DONE, 2, 1);
  test_wait_for_text (dialog, "1 done, 1 failed");
  test_wait_for_text (dialog, "Nord: Morning routine");
  test_wait_for_text (dialog, "Acme: Morning routine");
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (dialog)), <=, 520);

  fake_answer ("POST /v1/batches", BATCH ("1.21"));
  batches_press (dialog, "_Try Failed Again");
  test_wait_for_text (dialog, "0 of 2 done");
  g_assert_nonnull (strstr (fake_sent (), "POST /v1/batches {\"failed_of\":\"1.20\"}"));

  /* Enough of it: the rest is left as it is. */
  fake_answer ("DELETE /v1/batches/1.21", BATCH_IN ("1.21", "stopped"));
  batches_press (dialog, "_Stop");
  test_wait_for_text (dialog, "Stopped: 0 of 2 done");
  fake_answer ("GET /v1/batches/1.21/results?state=done&limit=100",
               "{\"items\":[{\"id\":\"1.3\",\"state\":\"done\",\"problem\":null,"
               "\"made_id\":null}],\"next_cursor\":null}");
  batches_set (&fixture, "1.21", SPARK_BATCH_STATE_STOPPED, 1, 0);
  test_wait_for_text (dialog, "Stopped: 1 of 2 done");
  test_wait_for_text (dialog, "Nord: Morning routine");
  test_window_free (fixture.window);
}

static void
assert_says_of_batch (BatchesFixture *fixture, const char *act, const char *const *ids,
                      const char *const *parts)
{
  GtkWindow *dialog;

  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "win.batch", "(s^as)", act, ids);
  dialog = test_get_dialog (fixture->window);
  for (guint i = 0; parts[i] != NULL; i++)
    test_wait_for_text (dialog, parts[i]);
  test_close_dialog (fixture->window, dialog);
}

/* Until all was looked at it says of ads what holds always: no longer, where none run. */
static void
assert_says_no_ads (BatchesFixture *fixture, const char *const *ids, const char *part)
{
  GtkWindow *dialog;

  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "win.batch", "(s^as)", "revoke", ids);
  dialog = test_get_dialog (fixture->window);
  test_wait_for_text (dialog, part);
  batches_wait_for_no_text (dialog, "Ads that run on it");
  batches_assert_says (dialog, part);
  batches_assert_says_not (dialog, "running");
  test_close_dialog (fixture->window, dialog);
}

/* What Sparkbox does in one account it only notes in another: what holds is said for each, and with
 * names only where there are both. */
static void
test_kinds_of_accounts (void)
{
  BatchesFixture fixture;
  const SparkAccount tracked
      = { .id = "2", .name = "Ben", .platform = SPARK_PLATFORM_TRACKED, .role = SPARK_ROLE_OWNER };
  const char *videos[] = { "1.1", "2.1", NULL };

  batches_set_up (&fixture);
  batches_add_accounts (&fixture, SPARK_ROLE_OWNER);
  fake_add_account (fixture.replica, &tracked);
  assert_says_no_ads (&fixture, videos,
                      "\nAda: The codes themselves still work for others who have them. Views and "
                      "likes that ads brought stay.\nBen: Sparkbox notes it. To end it");
  assert_says_of_batch (&fixture, "extend", videos,
                        (const char *[]){ "The period belongs to the video",
                                          "\nBen: Sparkbox only notes it: extend", NULL });
  assert_says_of_batch (&fixture, "generate", videos,
                        (const char *[]){ "Generating turns on ad authorization",
                                          "\nBen: Sparkbox cannot do this for you", NULL });
  assert_says_no_ads (&fixture, videos + 1, "\nSparkbox notes it. To end it");
  assert_says_of_batch (&fixture, "extend", videos + 1,
                        (const char *[]){ "\nSparkbox only notes it: extend", NULL });
  test_window_free (fixture.window);
}

/* The brands' ad accounts may be asked all the same: the dialog says so before. */
static void
test_revoke_not_connected (void)
{
  BatchesFixture fixture;
  SparkAccount account = { .id = "1",
                           .name = "Mine",
                           .platform = SPARK_PLATFORM_TIKTOK,
                           .role = SPARK_ROLE_OWNER,
                           .connection = SPARK_CONNECTION_STATE_CONNECTED };
  GtkWindow *dialog;
  g_autofree char *connected = NULL;

  batches_set_up (&fixture);
  g_object_set (batches_get_bar (&fixture), "active", TRUE, NULL);
  gtk_selection_model_select_range (gtk_list_view_get_model (fixture.view), 0, 2, TRUE);
  fake_add_account (fixture.replica, &account);
  batches_press_act (&fixture, 1);
  dialog = test_get_dialog (fixture.window);
  test_wait_for_text (dialog, "Ends access in 2 cases.");
  connected = test_texts (dialog);
  g_assert_null (strstr (connected, "connected"));
  test_close_dialog (fixture.window, dialog);

  account.connection = SPARK_CONNECTION_STATE_LOST;
  fake_add_account (fixture.replica, &account);
  batches_press_act (&fixture, 1);
  dialog = test_get_dialog (fixture.window);
  test_wait_for_text (dialog, "TikTok no longer lets Sparkbox in for Mine.");
  test_wait_for_text (dialog, "Until it is connected again, Sparkbox ends access only");
  test_window_free (fixture.window);
}

/* What became of each can be asked for until it comes, by the person and when the server is back.
 */
static void
test_results_again (void)
{
  BatchesFixture fixture;
  GtkWindow *dialog;
  SparkBackend *backend;

  batches_set_up (&fixture);
  backend = spark_window_get_backend (fixture.window);
  g_object_set (batches_get_bar (&fixture), "active", TRUE, NULL);
  gtk_selection_model_select_range (gtk_list_view_get_model (fixture.view), 0, 2, TRUE);
  batches_press_act (&fixture, 1);
  dialog = test_get_dialog (fixture.window);
  fake_answer ("POST /v1/batches", BATCH ("1.20"));
  spark_dialog_submit (SPARK_DIALOG (dialog));
  test_wait_for_text (dialog, "0 of 2 done");

  fake_answer (FAILED_RESULTS ("1.20"), RESULT ("1.3", "failed"));
  fake_refuse (DONE_RESULTS ("1.20"), g_error_new_literal (SPARK_ERROR, SPARK_ERROR_INTERNAL, ""));
  batches_set (&fixture, "1.20", SPARK_BATCH_STATE_DONE, 2, 1);
  test_wait_for_text (dialog, "Results Not Loaded");
  test_wait_for_text (dialog, "The server had a problem of its own.");
  test_wait_for_text (dialog, "Nord: Morning routine");

  /* Once more in vain. */
  fake_refuse (DONE_RESULTS ("1.20"), g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, ""));
  batches_press (dialog, "_Try Again");
  test_wait_for_text (dialog, "The server can’t be reached.");

  fake_answer (DONE_RESULTS ("1.20"), RESULT ("1.2", "done"));
  batches_press (dialog, "_Try Again");
  test_wait_for_text (dialog, "Acme: Morning routine");
  batches_wait_for_no_text (dialog, "Results Not Loaded");
  /* What was there was not asked for again. */
  g_assert_cmpuint (batches_count_sent (FAILED_RESULTS ("1.20")), ==, 1);
  g_assert_cmpuint (batches_count_sent (DONE_RESULTS ("1.20")), ==, 3);

  fake_answer ("POST /v1/batches", BATCH ("1.21"));
  batches_press (dialog, "_Try Failed Again");
  test_wait_for_text (dialog, "0 of 2 done");
  fake_refuse (FAILED_RESULTS ("1.21"), g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, ""));
  fake_answer (DONE_RESULTS ("1.21"), RESULT ("1.2", "done"));
  fake_backend_set_status (backend, SPARK_BACKEND_OFFLINE);
  batches_set (&fixture, "1.21", SPARK_BATCH_STATE_DONE, 2, 1);
  test_wait_for_text (dialog, "The server can’t be reached.");
  fake_answer (FAILED_RESULTS ("1.21"), RESULT ("1.3", "failed"));
  fake_backend_set_status (backend, SPARK_BACKEND_ONLINE);
  g_signal_emit_by_name (backend, "notify::status", NULL);
  test_wait_for_text (dialog, "Nord: Morning routine");
  batches_wait_for_no_text (dialog, "Results Not Loaded");
  test_window_free (fixture.window);
}

/* Of videos that are selected every access ends that is open; where none is, it says so. */
static void
test_revoke_videos (void)
{
  BatchesFixture fixture;
  const SparkVideo unused = { .id = "1.5", .account_id = "1", .caption = "Unused" };
  SparkGrant ended = { .id = "1.6", .video_id = "1.1", .state = SPARK_GRANT_STATE_REVOKED };
  const char *used[] = { "1.1", "1.5", NULL };
  g_autofree char *toast = NULL;
  GtkWindow *dialog;

  batches_set_up (&fixture);
  fake_add_video (fixture.replica, &unused);
  fake_add_grant (fixture.replica, &ended);
  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "revoke", used + 1);
  toast = test_window_take_toast (fixture.window);
  g_assert_cmpstr (toast, ==, "No brand has access to what is selected");
  g_assert_false (test_has_dialog (fixture.window));

  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "revoke", used);
  dialog = test_get_dialog (fixture.window);
  test_wait_for_text (dialog, "Ends access in 2 cases.");
  fake_answer ("POST /v1/batches", BATCH ("1.20"));
  spark_dialog_submit (SPARK_DIALOG (dialog));
  test_wait_for_text (dialog, "0 of 2 done");
  g_assert_nonnull (
      strstr (fake_sent (), "POST /v1/batches {\"act\":\"revoke\",\"ids\":[\"1.2\",\"1.3\"]}"));
  test_window_free (fixture.window);
}

static void
add_grant (BatchesFixture *fixture, const char *id, const char *video, const char *code, int ads)
{
  const SparkGrant grant = { .id = id,
                             .video_id = video,
                             .code_id = code,
                             .brand = { "1.9", "Acme" },
                             .state = SPARK_GRANT_STATE_AUTHORIZED,
                             .ends_at = spark_time_now () + 5 * SPARK_DAY_MS,
                             .platform_ends_at = spark_time_now () + 5 * SPARK_DAY_MS,
                             .ads_active = ads };

  fake_add_grant (fixture->replica, &grant);
}

/* How many ads stop is told as far as it is known, and nothing of it where none run. */
static void
test_revoke_ads (void)
{
  BatchesFixture fixture;
  const SparkAccount real = { .id = "2",
                              .name = "Ben",
                              .platform = SPARK_PLATFORM_TIKTOK,
                              .role = SPARK_ROLE_OWNER,
                              .connection = SPARK_CONNECTION_STATE_CONNECTED };
  const char *all[] = { "1.2", "1.3", "2.4", NULL };
  const char *own[] = { "1.2", "1.3", NULL };
  GtkWindow *dialog;

  batches_set_up (&fixture);
  batches_add_accounts (&fixture, SPARK_ROLE_OWNER);
  fake_add_account (fixture.replica, &real);
  assert_says_no_ads (&fixture, all, "\nThe codes themselves still work");
  add_grant (&fixture, "1.2", "1.1", NULL, 2);
  add_grant (&fixture, "1.3", "1.1", NULL, 3);
  assert_says_of_batch (
      &fixture, "revoke", all,
      (const char *[]){ "\n5 ads that are running are paused. The codes themselves", NULL });
  add_grant (&fixture, "2.4", "2.1", NULL, 1);
  assert_says_of_batch (
      &fixture, "revoke", all,
      (const char *[]){ "\n5 ads that are running are paused. 1 ad is running and may go on until "
                        "the brand stops it. The codes themselves",
                        NULL });
  assert_says_of_batch (&fixture, "revoke", all + 2,
                        (const char *[]){ "\n1 ad is running and may go on", NULL });
  add_grant (&fixture, "2.4", "2.1", NULL, -1);
  assert_says_of_batch (
      &fixture, "revoke", all + 2,
      (const char *[]){ "\nAds that run on it are stopped as far as TikTok allows. The codes",
                        NULL });
  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "revoke", all);
  dialog = test_get_dialog (fixture.window);
  test_wait_for_text (dialog, "5 ads that are running are paused. Ads that run on it");
  test_close_dialog (fixture.window, dialog);
  /* In the sandbox it is known of all that have an ad account. */
  add_grant (&fixture, "1.3", "1.1", NULL, -1);
  assert_says_of_batch (
      &fixture, "revoke", own,
      (const char *[]){ "\n2 ads that are running are paused. The codes themselves", NULL });
  test_window_free (fixture.window);
}

/* What it cannot know yet, or not at all, is not said to be nothing. */
static void
test_revoke_ads_unknown (void)
{
  BatchesFixture fixture;
  const SparkBatchLeftOut none = { 0 };
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  GtkWindow *dialog;

  batches_set_up (&fixture);
  batches_add_accounts (&fixture, SPARK_ROLE_OWNER);
  add_grant (&fixture, "1.2", "1.1", NULL, 2);
  g_ptr_array_add (ids, (gpointer) "1.2");
  dialog = GTK_WINDOW (spark_batch_dialog_new (fixture.window, SPARK_BATCH_ACT_REVOKE, ids, &none));
  gtk_window_present (dialog);
  /* Nothing was looked at yet. */
  batches_assert_says (dialog,
                       "\nAds that run on it are stopped as far as TikTok allows. The codes");
  test_wait_for_text (dialog, "\n2 ads that are running are paused. The codes");
  test_close_dialog (fixture.window, dialog);

  g_ptr_array_add (ids, (gpointer) "1.77");
  dialog = GTK_WINDOW (spark_batch_dialog_new (fixture.window, SPARK_BATCH_ACT_REVOKE, ids, &none));
  gtk_window_present (dialog);
  test_wait_for_text (dialog,
                      "\n2 ads that are running are paused. Ads that run on it are stopped");
  test_window_free (fixture.window);
}

/* What is over gets no longer, and what is being taken away would only stay open: neither is meant.
 */
static void
test_extend_ended (void)
{
  BatchesFixture fixture;
  const SparkGrant ended[] = {
    { .id = "1.5", .state = SPARK_GRANT_STATE_REVOKED, .ends_at = spark_time_now () + 100000 },
    { .id = "1.6", .state = SPARK_GRANT_STATE_REVOKING, .ends_at = spark_time_now () + 100000 },
    { .id = "1.7", .state = SPARK_GRANT_STATE_UNBOUND, .ends_at = spark_time_now () + 100000 },
    { .id = "1.8", .state = SPARK_GRANT_STATE_EXPIRED, .ends_at = spark_time_now () - 1000 },
    /* Nobody said yet that it has ended. */
    { .id = "1.10", .state = SPARK_GRANT_STATE_AUTHORIZED, .ends_at = spark_time_now () - 1000 },
  };
  const char *ids[] = { "1.2", "1.5", "1.6", "1.7", "1.8", "1.10", NULL };
  g_autofree char *toast = NULL;
  GtkWindow *dialog;

  batches_set_up (&fixture);
  for (guint i = 0; i < G_N_ELEMENTS (ended); i++)
    {
      SparkGrant grant = ended[i];

      grant.video_id = "1.1";
      fake_add_grant (fixture.replica, &grant);
    }
  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "extend", ids + 1);
  toast = test_window_take_toast (fixture.window);
  g_assert_cmpstr (toast, ==, "All selected access has ended, or is being revoked");
  g_assert_false (test_has_dialog (fixture.window));

  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "extend", ids);
  dialog = test_get_dialog (fixture.window);
  test_wait_for_text (dialog, "Extends the access of 1 brand to a video.");
  batches_assert_says (dialog,
                       "5 more that you selected are left out: their access has ended, or is being "
                       "revoked.");
  fake_answer ("POST /v1/batches", BATCH ("1.20"));
  spark_dialog_submit (SPARK_DIALOG (dialog));
  test_wait_for_text (dialog, "0 of 2 done");
  g_assert_nonnull (strstr (fake_sent (), "\"ids\":[\"1.2\"]}"));
  test_window_free (fixture.window);
}

static guint
extend (BatchesFixture *fixture, const char *const *ids, guint days)
{
  SparkPeriodChips *chips;
  GtkWindow *dialog;
  guint proposed;

  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "win.batch", "(s^as)", "extend", ids);
  dialog = test_get_dialog (fixture->window);
  chips = test_find (dialog, SPARK_TYPE_PERIOD_CHIPS, 0);
  proposed = spark_period_chips_get_days (chips);
  if (days != 0)
    {
      spark_period_chips_choose (chips, days);
      spark_dialog_submit (SPARK_DIALOG (dialog));
      test_wait_for_text (dialog, "0 of 2 done");
    }
  test_close_dialog (fixture->window, dialog);
  return proposed;
}

/* By brand, where all are of one. */
static void
test_extend_terms (void)
{
  BatchesFixture fixture;
  const char *const one[] = { "1.2", NULL };
  const char *const two[] = { "1.2", "1.3", NULL };
  const char *const other[] = { "1.3", NULL };

  batches_set_up (&fixture);
  spark_terms_set_brand_days (fixture.replica, "1.9", 180);
  g_assert_cmpuint (extend (&fixture, two, 0), ==, 30);
  fake_answer ("POST /v1/batches", BATCH ("1.20"));
  g_assert_cmpuint (extend (&fixture, one, 60), ==, 180);
  fake_answer ("POST /v1/batches", BATCH ("1.21"));
  g_assert_cmpuint (extend (&fixture, other, 7), ==, 60);
  g_assert_cmpuint (extend (&fixture, one, 0), ==, 60);
  g_assert_cmpuint (extend (&fixture, other, 0), ==, 7);
  g_assert_cmpuint (extend (&fixture, two, 0), ==, 7);
  test_window_free (fixture.window);
}

static void
wait_for_end (GtkWindow *dialog, int first, int last, guint days)
{
  gint64 now = spark_time_now ();
  g_autofree char *first_day = spark_phrase_day (now + first * SPARK_DAY_MS);
  g_autofree char *last_day = spark_phrase_day (now + last * SPARK_DAY_MS);
  g_autofree char *text = first != last
                              ? g_strdup_printf ("Between %s and %s", first_day, last_day)
                              : spark_phrase_full_day_and_distance (now + first * SPARK_DAY_MS);

  spark_period_chips_choose (test_find (dialog, SPARK_TYPE_PERIOD_CHIPS, 0), days);
  test_wait_for_text (dialog, text);
}

/* Until when access is open then is told before, and who else has it by the same codes. */
static void
test_extend_ends (void)
{
  BatchesFixture fixture;
  SparkVideo video = {
    .id = "1.1", .account_id = "1", .caption = "Morning routine", .authorization = { .grants = 4 }
  };
  const SparkVideo other
      = { .id = "1.5", .account_id = "1", .authorization = { .code_id = "1.31", .grants = 1 } };
  const SparkCode code = { .id = "1.31",
                           .video_id = "1.5",
                           .state = SPARK_CODE_STATE_IN_USE,
                           .ends_at = spark_time_now () + 20 * SPARK_DAY_MS };
  SparkGrant agreed = { .id = "1.11",
                        .video_id = "1.1",
                        .code_id = "1.30",
                        .state = SPARK_GRANT_STATE_AUTHORIZED,
                        .ends_at = spark_time_now () + SPARK_DAY_MS,
                        .platform_ends_at = spark_time_now () + 5 * SPARK_DAY_MS };
  const char *one[] = { "1.2", NULL };
  const char *two[] = { "1.2", "1.6", NULL };
  const char *same[] = { "1.2", "1.3", NULL };
  const char *videos[] = { "1.5", NULL };
  SparkGrant pending = { .id = "1.12",
                         .video_id = "1.5",
                         .code_id = "1.31",
                         .state = SPARK_GRANT_STATE_PENDING,
                         .ends_at = code.ends_at,
                         .platform_ends_at = code.ends_at };
  const char *waiting[] = { "1.12", NULL };
  GtkWindow *dialog;

  batches_set_up (&fixture);
  fake_add_video (fixture.replica, &video);
  fake_add_video (fixture.replica, &other);
  fake_add_code (fixture.replica, &code);
  add_grant (&fixture, "1.2", "1.1", "1.30", 0);
  add_grant (&fixture, "1.3", "1.1", "1.30", 0);
  add_grant (&fixture, "1.4", "1.1", "1.29", 0);
  add_grant (&fixture, "1.6", "1.5", "1.31", 0);
  fake_add_grant (fixture.replica, &agreed);

  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "extend", two);
  dialog = test_get_dialog (fixture.window);
  wait_for_end (dialog, 35, 50, 30);
  batches_assert_says (dialog,
                       "The same codes give access in 1 more case, which is extended with them.");
  wait_for_end (dialog, 12, 27, 7);
  test_close_dialog (fixture.window, dialog);

  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "extend", one);
  dialog = test_get_dialog (fixture.window);
  wait_for_end (dialog, 35, 35, 30);
  batches_assert_says (dialog,
                       "The same codes give access in 1 more case, which is extended with them.");
  test_close_dialog (fixture.window, dialog);

  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "extend", same);
  dialog = test_get_dialog (fixture.window);
  wait_for_end (dialog, 35, 35, 30);
  batches_assert_says_not (dialog, "The same codes give access");
  test_close_dialog (fixture.window, dialog);

  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "extend", videos);
  dialog = test_get_dialog (fixture.window);
  wait_for_end (dialog, 50, 50, 30);
  batches_assert_says_not (dialog, "The same codes give access");
  test_close_dialog (fixture.window, dialog);

  /* What the platform has yet to let in is not of those that the video counts. */
  agreed = (SparkGrant){ .id = "1.6",
                         .video_id = "1.5",
                         .code_id = "1.31",
                         .state = SPARK_GRANT_STATE_AUTHORIZED,
                         .ends_at = code.ends_at,
                         .platform_ends_at = code.ends_at };
  fake_add_grant (fixture.replica, &agreed);
  fake_add_grant (fixture.replica, &pending);
  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "extend", waiting);
  dialog = test_get_dialog (fixture.window);
  wait_for_end (dialog, 50, 50, 30);
  batches_assert_says (dialog,
                       "The same codes give access in 1 more case, which is extended with them.");
  test_window_free (fixture.window);
}

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);

  g_test_add_func ("/batches/kinds-of-accounts", test_kinds_of_accounts);
  g_test_add_func ("/batches/revoke", test_revoke);
  g_test_add_func ("/batches/revoke-not-connected", test_revoke_not_connected);
  g_test_add_func ("/batches/results-again", test_results_again);
  g_test_add_func ("/batches/left", test_left);
  g_test_add_func ("/batches/left/nothing", test_left_nothing);
  g_test_add_func ("/batches/left/elsewhere", test_left_elsewhere);
  g_test_add_func ("/batches/revoke-videos", test_revoke_videos);
  g_test_add_func ("/batches/revoke-ads", test_revoke_ads);
  g_test_add_func ("/batches/revoke-ads-unknown", test_revoke_ads_unknown);
  g_test_add_func ("/batches/extend-ended", test_extend_ended);
  g_test_add_func ("/batches/extend-ends", test_extend_ends);
  g_test_add_func ("/batches/extend-terms", test_extend_terms);
  return g_test_run ();
}
