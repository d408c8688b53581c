/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-dialog.h"
#include "batches-fixture.h"
#include "model/spark-error.h"

/* An act on many of several accounts: a batch each, told, stopped and tried again as one. */

/* All three rows, which are of two accounts. @second: the role at the second one */
static GtkWindow *
revoke_of_two (BatchesFixture *fixture, SparkRole second)
{
  batches_set_up (fixture);
  batches_add_accounts (fixture, second);
  g_object_set (batches_get_bar (fixture), "active", TRUE, NULL);
  gtk_selection_model_select_all (gtk_list_view_get_model (fixture->view));
  batches_press_act (fixture, 1);
  return test_get_dialog (fixture->window);
}

/* The first is answered @first, and what is asked after it as was set meanwhile. */
static void
submit_both (GtkWindow *dialog, const char *first, const char *second)
{
  fake_answer ("POST /v1/batches", first);
  fake_hold ();
  spark_dialog_submit (SPARK_DIALOG (dialog));
  fake_answer ("POST /v1/batches", second);
  fake_release ();
}

/* Each account has a batch of its own, and the dialog tells of all as of one. */
static void
test_accounts (void)
{
  BatchesFixture fixture;
  GtkWindow *dialog = revoke_of_two (&fixture, SPARK_ROLE_REVOKE);

  test_wait_for_text (dialog, "Ends access in 3 cases.");
  test_wait_for_text (dialog, "They belong to 2 accounts.");
  submit_both (dialog, BATCH ("1.20"), BATCH ("2.20"));
  test_wait_for_text (dialog, "0 of 4 done");
  test_wait (batches_count_sent ("POST /v1/batches") == 2);
  g_assert_nonnull (strstr (fake_sent (),
                            "POST /v1/batches {\"act\":\"revoke\",\"ids\":[\"1.2\",\"1.3\"]}\n"
                            "POST /v1/batches {\"act\":\"revoke\",\"ids\":[\"2.4\"]}"));

  batches_set (&fixture, "1.20", SPARK_BATCH_STATE_DONE, 2, 0);
  test_wait_for_text (dialog, "2 of 4 done");
  fake_answer (DONE_RESULTS ("1.20"), RESULT ("1.2", "done"));
  fake_answer (DONE_RESULTS ("2.20"), RESULT ("1.3", "done"));
  fake_answer (FAILED_RESULTS ("2.20"), RESULT ("2.4", "failed"));
  batches_set (&fixture, "2.20", SPARK_BATCH_STATE_DONE, 2, 1);
  test_wait_for_text (dialog, "3 done, 1 failed");
  test_wait_for_text (dialog, "Oak: Evening");
  test_wait_for_text (dialog, "Ben\302\240\302\267 The server had a problem");
  test_wait_for_text (dialog, "Acme: Morning routine");

  /* Only what failed, where it did. */
  fake_answer ("POST /v1/batches", BATCH ("2.21"));
  batches_press (dialog, "_Try Failed Again");
  test_wait_for_text (dialog, "0 of 2 done");
  g_assert_nonnull (strstr (fake_sent (), "POST /v1/batches {\"failed_of\":\"2.20\"}"));
  g_assert_null (strstr (fake_sent (), "{\"failed_of\":\"1.20\"}"));
  fake_answer ("DELETE /v1/batches/2.21", BATCH_IN ("2.21", "stopped"));
  batches_press (dialog, "_Stop");
  test_wait_for_text (dialog, "Stopped: 0 of 2 done");
  test_window_free (fixture.window);
}

/* What one account refuses is told, and the others begin; it can be tried again. Nobody may know
 * the account any more. */
static void
test_account_refused (void)
{
  BatchesFixture fixture;
  GtkWindow *dialog = revoke_of_two (&fixture, SPARK_ROLE_REVOKE);
  const SparkAccount nameless = { .id = "2", .role = SPARK_ROLE_REVOKE };

  fake_add_account (fixture.replica, &nameless);
  g_signal_emit_by_name (spark_window_get_backend (fixture.window), "changed",
                         (guint)SPARK_KINDS_ACCOUNT);
  fake_refuse ("POST /v1/batches", g_error_new_literal (SPARK_ERROR, SPARK_ERROR_FORBIDDEN, ""));
  spark_dialog_submit (SPARK_DIALOG (dialog));
  test_wait_for_text (dialog, "Your invitation does not allow this.");
  test_wait (batches_count_sent ("POST /v1/batches") == 2
             && !spark_dialog_get_busy (SPARK_DIALOG (dialog)));
  g_assert_true (spark_dialog_get_can_submit (SPARK_DIALOG (dialog)));

  /* Nobody answers the second. */
  fake_answer ("POST /v1/batches", BATCH ("1.20"));
  fake_hold ();
  spark_dialog_submit (SPARK_DIALOG (dialog));
  fake_refuse ("POST /v1/batches", g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, ""));
  fake_release ();
  test_wait_for_text (dialog, "0 of 3 done, 1 failed");
  fake_answer (DONE_RESULTS ("1.20"), RESULT ("1.2", "done"));
  batches_set (&fixture, "1.20", SPARK_BATCH_STATE_DONE, 2, 0);
  test_wait_for_text (dialog, "2 done, 1 failed");
  test_wait_for_text (dialog, "Ben");
  test_wait_for_text (dialog, "The server can’t be reached.");

  /* In vain again: it is still there to be tried. */
  batches_press (dialog, "_Try Failed Again");
  test_wait (batches_count_sent ("POST /v1/batches") == 5
             && !spark_dialog_get_busy (SPARK_DIALOG (dialog)));
  fake_answer ("POST /v1/batches", BATCH ("2.20"));
  batches_press (dialog, "_Try Failed Again");
  test_wait_for_text (dialog, "0 of 2 done");
  test_window_free (fixture.window);
}

/* A batch that came to an end before its own says why, beside what became of them all. */
static void
test_batch_failed (void)
{
  BatchesFixture fixture;
  GtkWindow *dialog = revoke_of_two (&fixture, SPARK_ROLE_REVOKE);
  const SparkBatch failed = { .id = "2.20",
                              .act = SPARK_BATCH_ACT_REVOKE,
                              .state = SPARK_BATCH_STATE_FAILED,
                              .done = 1,
                              .failed = 1,
                              .total = 2,
                              .problem = "unavailable" };

  submit_both (dialog, BATCH ("1.20"), BATCH ("2.20"));
  test_wait (batches_count_sent ("POST /v1/batches") == 2);
  fake_answer (DONE_RESULTS ("1.20"), RESULT ("1.2", "done"));
  fake_answer (FAILED_RESULTS ("2.20"), RESULT ("2.4", "failed"));
  fake_add_batch (fixture.replica, &failed);
  batches_set (&fixture, "1.20", SPARK_BATCH_STATE_RUNNING, 1, 0);
  test_wait_for_text (dialog, "1 of 4 done, 1 failed");
  test_wait_for_text (dialog, "\nBen: The server is not ready.");
  batches_set (&fixture, "1.20", SPARK_BATCH_STATE_DONE, 2, 0);
  test_wait_for_text (dialog, "2 of 4 done, 1 failed");
  test_wait_for_text (dialog, "\nBen: The server is not ready.");
  test_wait_for_text (dialog, "Oak: Evening");

  fake_answer ("POST /v1/batches", BATCH ("2.21"));
  batches_press (dialog, "_Try Failed Again");
  test_wait_for_text (dialog, "0 of 2 done");
  batches_wait_for_no_text (dialog, "Ben: The server is not ready.");
  test_window_free (fixture.window);
}

/* One row stands for all that an account refuses, and the next account's are told beside it. */
static void
test_many_refused (void)
{
  BatchesFixture fixture;
  GtkWindow *dialog;
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  g_auto (GStrv) chosen = NULL;

  batches_set_up (&fixture);
  batches_add_accounts (&fixture, SPARK_ROLE_REVOKE);
  for (guint i = 0; i < 120; i++)
    {
      g_autofree char *id = g_strdup_printf ("2.%u", 100 + i);
      SparkGrant grant = { .id = id, .video_id = "2.1", .state = SPARK_GRANT_STATE_AUTHORIZED };

      fake_add_grant (fixture.replica, &grant);
      g_strv_builder_add (ids, id);
    }
  g_strv_builder_add (ids, "1.2");
  chosen = g_strv_builder_end (ids);
  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "revoke", chosen);
  dialog = test_get_dialog (fixture.window);
  fake_refuse ("POST /v1/batches", g_error_new_literal (SPARK_ERROR, SPARK_ERROR_FORBIDDEN, ""));
  fake_hold ();
  spark_dialog_submit (SPARK_DIALOG (dialog));
  fake_answer ("POST /v1/batches", BATCH ("1.20"));
  fake_release ();
  test_wait_for_text (dialog, "120 failed");
  fake_answer (FAILED_RESULTS ("1.20"), RESULT ("1.2", "failed"));
  batches_set (&fixture, "1.20", SPARK_BATCH_STATE_DONE, 1, 1);
  test_wait_for_text (dialog, "Acme: Morning routine");
  test_window_free (fixture.window);
}

/* Enter or Space once more */
static gboolean
can_close (GtkWindow *dialog)
{
  return gtk_widget_is_sensitive (test_find_button (dialog, "_Close"));
}

/* Neither what would be pressed nor Escape, which asks the same, closes it while it stops. */
static void
assert_stays (BatchesFixture *fixture, GtkWindow *dialog)
{
  GtkWidget *focus = gtk_window_get_focus (dialog);

  g_assert_false (can_close (dialog));
  g_assert_nonnull (focus);
  g_assert_false (GTK_IS_BUTTON (focus));
  gtk_window_close (dialog);
  for (guint i = 0; i < 5; i++)
    test_turn ();
  g_assert_true (test_has_dialog (fixture->window));
  g_assert_true (gtk_window_get_focus (dialog) == focus);
}

/* The keyboard is where it is to be used next. */
static void
assert_focus (GtkWindow *dialog, const char *label)
{
  g_assert_true (can_close (dialog));
  g_assert_true (gtk_window_get_focus (dialog) == test_find_button (dialog, label));
}

/* Whoever may stop one batch may, though another's account has taken that away meanwhile. */
static void
test_stop_refused (void)
{
  BatchesFixture fixture;
  GtkWindow *dialog = revoke_of_two (&fixture, SPARK_ROLE_REVOKE);

  submit_both (dialog, BATCH ("1.20"), BATCH ("2.20"));
  test_wait (batches_count_sent ("POST /v1/batches") == 2
             && !spark_dialog_get_busy (SPARK_DIALOG (dialog)));
  fake_refuse ("DELETE /v1/batches/1.20",
               g_error_new_literal (SPARK_ERROR, SPARK_ERROR_FORBIDDEN, ""));
  fake_answer ("DELETE /v1/batches/2.20", BATCH_IN ("2.20", "stopped"));
  batches_press (dialog, "_Stop");
  test_wait (batches_count_sent ("DELETE /v1/batches/1.20") == 1
             && !spark_dialog_get_busy (SPARK_DIALOG (dialog)));
  batches_assert_says (dialog, "It goes on");
  assert_focus (dialog, "_Stop");
  batches_press (dialog, "_Stop");
  test_wait (batches_count_sent ("DELETE /v1/batches/2.20") == 1
             && !spark_dialog_get_busy (SPARK_DIALOG (dialog)));

  /* Then the first once more. */
  fake_answer ("DELETE /v1/batches/1.20", BATCH_IN ("1.20", "stopped"));
  fake_hold ();
  batches_press (dialog, "_Stop");
  batches_assert_says (dialog, "Stopping…");
  batches_assert_says_not (dialog, "It goes on");
  assert_stays (&fixture, dialog);
  fake_release ();
  test_wait_for_text (dialog, "Stopped: 0 of 4 done");
  assert_focus (dialog, "_Close");
  batches_assert_says_not (dialog, "Stopping…");
  test_window_free (fixture.window);
}

/* What answers nonsense goes on, and can be stopped once more. */
static void
test_stop_malformed (void)
{
  BatchesFixture fixture;
  GtkWindow *dialog = revoke_of_two (&fixture, SPARK_ROLE_REVOKE);

  submit_both (dialog, BATCH ("1.20"), BATCH ("2.20"));
  test_wait (batches_count_sent ("POST /v1/batches") == 2
             && !spark_dialog_get_busy (SPARK_DIALOG (dialog)));
  fake_answer ("DELETE /v1/batches/1.20", "{}");
  gtk_widget_grab_focus (test_find_button (dialog, "_Stop"));
  test_press_enter (dialog);
  test_wait (batches_count_sent ("DELETE /v1/batches/1.20") == 1
             && !spark_dialog_get_busy (SPARK_DIALOG (dialog)));
  g_assert_nonnull (spark_dialog_get_problem (SPARK_DIALOG (dialog)));
  batches_assert_says (dialog, "It goes on");
  assert_focus (dialog, "_Stop");
  test_window_free (fixture.window);
}

static gboolean
is_stop_sensitive (GtkWindow *dialog)
{
  return gtk_widget_is_sensitive (test_find_button (dialog, "_Stop"));
}

/* One row of each of three accounts */
static GtkWindow *
revoke_of_three (BatchesFixture *fixture)
{
  const SparkAccount third = { .id = "3", .name = "Cleo", .role = SPARK_ROLE_OWNER };
  const SparkVideo video = { .id = "3.1", .account_id = "3" };
  const SparkGrant grant
      = { .id = "3.2", .video_id = "3.1", .state = SPARK_GRANT_STATE_AUTHORIZED };
  const char *ids[] = { "1.2", "2.4", "3.2", NULL };

  batches_set_up (fixture);
  batches_add_accounts (fixture, SPARK_ROLE_REVOKE);
  fake_add_account (fixture->replica, &third);
  fake_add_video (fixture->replica, &video);
  fake_add_grant (fixture->replica, &grant);
  gtk_widget_activate_action (GTK_WIDGET (fixture->page), "win.batch", "(s^as)", "revoke", ids);
  return test_get_dialog (fixture->window);
}

/* While they begin: what has not begun does not, and what begins is stopped. */
static void
test_stop_beginning (void)
{
  BatchesFixture fixture;
  GtkWindow *dialog = revoke_of_three (&fixture);

  submit_both (dialog, BATCH ("1.20"), BATCH ("2.20"));
  fake_hold ();
  test_wait (batches_count_sent ("POST /v1/batches") == 2);
  g_assert_true (is_stop_sensitive (dialog));
  fake_answer ("DELETE /v1/batches/1.20", BATCH_IN ("1.20", "stopped"));
  fake_answer ("DELETE /v1/batches/2.20", BATCH_IN ("2.20", "stopped"));
  batches_press (dialog, "_Stop");
  g_assert_false (is_stop_sensitive (dialog));
  batches_assert_says (dialog, "Stopping…");
  assert_stays (&fixture, dialog);
  fake_release ();
  test_wait (batches_count_sent ("DELETE /v1/batches/2.20") == 1
             && !spark_dialog_get_busy (SPARK_DIALOG (dialog)));
  batches_assert_says (dialog, "Stopped: 0 of 5 done");
  assert_focus (dialog, "_Close");
  g_assert_cmpuint (batches_count_sent ("DELETE /v1/batches/1.20"), ==, 1);
  g_assert_cmpuint (batches_count_sent ("POST /v1/batches"), ==, 2);
  test_window_free (fixture.window);
}

/* Of what is tried again as well: what is not, has failed as before. */
static void
test_stop_trying_again (void)
{
  BatchesFixture fixture;
  GtkWindow *dialog = revoke_of_two (&fixture, SPARK_ROLE_REVOKE);

  submit_both (dialog, BATCH ("1.20"), BATCH ("2.20"));
  test_wait (batches_count_sent ("POST /v1/batches") == 2);
  fake_answer (DONE_RESULTS ("1.20"), RESULT ("1.2", "done"));
  fake_answer (FAILED_RESULTS ("1.20"), RESULT ("1.3", "failed"));
  fake_answer (DONE_RESULTS ("2.20"), RESULT ("2.4", "done"));
  fake_answer (FAILED_RESULTS ("2.20"), RESULT ("2.4", "failed"));
  batches_set (&fixture, "1.20", SPARK_BATCH_STATE_DONE, 2, 1);
  batches_set (&fixture, "2.20", SPARK_BATCH_STATE_DONE, 2, 1);
  test_wait_for_text (dialog, "2 done, 2 failed");
  test_wait_for_text (dialog, "Oak: Evening");

  /* Before the first has begun there is nothing to stop: only the dialog can be closed. */
  fake_answer ("POST /v1/batches", BATCH ("1.21"));
  fake_hold ();
  batches_press (dialog, "_Try Failed Again");
  fake_answer ("POST /v1/batches", BATCH ("2.21"));
  fake_release ();
  fake_hold ();
  test_wait (batches_count_sent ("{\"failed_of\":\"2.20\"}") == 1);
  fake_answer ("DELETE /v1/batches/1.21", BATCH_IN ("1.21", "stopped"));
  fake_answer ("DELETE /v1/batches/2.21", BATCH_IN ("2.21", "stopped"));
  batches_press (dialog, "_Stop");
  fake_release ();
  test_wait (batches_count_sent ("DELETE /v1/batches/2.21") == 1);
  test_wait_for_text (dialog, "Stopped: 0 of 4 done");
  test_window_free (fixture.window);
}

/* What is left of that has failed as before: nothing else of its batch is told with the others. */
static void
test_leave_trying_again (void)
{
  BatchesFixture fixture;
  GtkWindow *dialog = revoke_of_three (&fixture);

  submit_both (dialog, BATCH ("1.20"), BATCH ("2.20"));
  fake_hold ();
  test_wait (batches_count_sent ("POST /v1/batches") == 2);
  fake_answer ("POST /v1/batches", BATCH ("3.20"));
  fake_release ();
  test_wait (batches_count_sent ("POST /v1/batches") == 3
             && !spark_dialog_get_busy (SPARK_DIALOG (dialog)));
  fake_answer (DONE_RESULTS ("1.20"), RESULT ("1.3", "done"));
  fake_answer (FAILED_RESULTS ("1.20"), RESULT ("1.2", "failed"));
  fake_answer (DONE_RESULTS ("2.20"), RESULT ("2.5", "done"));
  fake_answer (FAILED_RESULTS ("2.20"), RESULT ("2.4", "failed"));
  fake_answer (DONE_RESULTS ("3.20"), RESULT ("3.3", "done"));
  fake_answer (FAILED_RESULTS ("3.20"), RESULT ("3.2", "failed"));
  batches_set (&fixture, "1.20", SPARK_BATCH_STATE_DONE, 2, 1);
  batches_set (&fixture, "2.20", SPARK_BATCH_STATE_DONE, 2, 1);
  batches_set (&fixture, "3.20", SPARK_BATCH_STATE_DONE, 2, 1);
  test_wait_for_text (dialog, "3 done, 3 failed");

  fake_answer ("POST /v1/batches", BATCH ("1.21"));
  fake_hold ();
  batches_press (dialog, "_Try Failed Again");
  fake_answer ("POST /v1/batches", BATCH ("2.21"));
  fake_release ();
  fake_hold ();
  test_wait (batches_count_sent ("{\"failed_of\":\"2.20\"}") == 1);
  fake_answer ("DELETE /v1/batches/1.21", BATCH_IN ("1.21", "stopped"));
  fake_answer ("DELETE /v1/batches/2.21", BATCH_IN ("2.21", "stopped"));
  batches_press (dialog, "_Stop");
  fake_release ();
  test_wait (batches_count_sent ("DELETE /v1/batches/2.21") == 1
             && !spark_dialog_get_busy (SPARK_DIALOG (dialog)));
  batches_assert_says (dialog, "Stopped: 0 of 5 done, 1 failed, 4 not begun");

  fake_answer ("POST /v1/batches", BATCH ("3.21"));
  batches_press (dialog, "_Try Failed Again");
  test_wait_for_text (dialog, "0 of 2 done");
  g_assert_cmpuint (batches_count_sent ("{\"failed_of\":\"3.20\"}"), ==, 1);
  g_assert_cmpuint (batches_count_sent ("POST /v1/batches"), ==, 6);
  test_window_free (fixture.window);
}

/* What became of a batch that was tried again is of no account any more, though it comes only once
 * others have begun. */
static void
test_results_late (void)
{
  BatchesFixture fixture;
  GtkWindow *dialog = revoke_of_two (&fixture, SPARK_ROLE_REVOKE);

  submit_both (dialog, BATCH ("1.20"), BATCH ("2.20"));
  test_wait (batches_count_sent ("POST /v1/batches") == 2
             && !spark_dialog_get_busy (SPARK_DIALOG (dialog)));
  fake_answer (DONE_RESULTS ("1.20"), RESULT ("1.2", "done"));
  fake_answer (FAILED_RESULTS ("1.20"), RESULT ("1.3", "failed"));
  fake_answer (DONE_RESULTS ("2.20"), RESULT ("2.4", "done"));
  fake_answer (FAILED_RESULTS ("2.20"), RESULT ("2.4", "failed"));
  fake_hold ();
  batches_set (&fixture, "1.20", SPARK_BATCH_STATE_DONE, 2, 1);
  batches_set (&fixture, "2.20", SPARK_BATCH_STATE_DONE, 2, 1);
  g_assert_cmpuint (batches_count_sent (FAILED_RESULTS ("2.20")), ==, 1);
  fake_answer ("POST /v1/batches", BATCH ("1.21"));
  batches_press (dialog, "_Try Failed Again");
  fake_answer ("POST /v1/batches", BATCH ("2.21"));
  fake_release_last ();
  test_wait (batches_count_sent ("{\"failed_of\":\"2.20\"}") == 1);
  fake_release ();
  test_wait (!spark_dialog_get_busy (SPARK_DIALOG (dialog)));

  fake_answer (DONE_RESULTS ("1.21"), RESULT ("1.2", "done"));
  fake_answer (FAILED_RESULTS ("1.21"), RESULT ("1.3", "failed"));
  fake_answer (DONE_RESULTS ("2.21"), RESULT ("1.2", "done"));
  batches_set (&fixture, "2.21", SPARK_BATCH_STATE_DONE, 2, 0);
  batches_set (&fixture, "1.21", SPARK_BATCH_STATE_DONE, 2, 1);
  test_wait_for_text (dialog, "3 done, 1 failed");
  test_wait_for_text (dialog, "Nord: Morning routine");
  test_wait_for_text (dialog, "Acme: Morning routine");
  batches_wait_for_no_text (dialog, "Oak: Evening");
  test_window_free (fixture.window);
}

/* Where the role is not enough, the rest is done, and it says so before. */
static void
test_account_left_out (void)
{
  BatchesFixture fixture;
  GtkWindow *dialog = revoke_of_two (&fixture, SPARK_ROLE_VIEW);

  test_wait_for_text (dialog, "Ends access in 2 cases.");
  test_wait_for_text (dialog, "1 more that you selected is left out");
  fake_answer ("POST /v1/batches", BATCH ("1.20"));
  spark_dialog_submit (SPARK_DIALOG (dialog));
  test_wait_for_text (dialog, "0 of 2 done");
  g_assert_cmpuint (batches_count_sent ("POST /v1/batches"), ==, 1);
  test_window_free (fixture.window);
}

/* Nothing to end at one account, and another that does not let one: that is what it says. */
static void
test_videos_left_out (void)
{
  BatchesFixture fixture;
  const SparkVideo unused = { .id = "1.5", .account_id = "1", .caption = "Unused" };
  const char *chosen[] = { "1.5", "2.1", NULL };
  g_autofree char *toast = NULL;

  batches_set_up (&fixture);
  batches_add_accounts (&fixture, SPARK_ROLE_VIEW);
  fake_add_video (fixture.replica, &unused);
  gtk_widget_activate_action (GTK_WIDGET (fixture.page), "win.batch", "(s^as)", "revoke", chosen);
  toast = test_window_take_toast (fixture.window);
  g_assert_nonnull (toast);
  g_assert_false (test_has_dialog (fixture.window));
  test_window_free (fixture.window);
}

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);

  g_test_add_func ("/batches/accounts", test_accounts);
  g_test_add_func ("/batches/account-refused", test_account_refused);
  g_test_add_func ("/batches/batch-failed", test_batch_failed);
  g_test_add_func ("/batches/many-refused", test_many_refused);
  g_test_add_func ("/batches/stop-refused", test_stop_refused);
  g_test_add_func ("/batches/stop-malformed", test_stop_malformed);
  g_test_add_func ("/batches/stop-beginning", test_stop_beginning);
  g_test_add_func ("/batches/stop-trying-again", test_stop_trying_again);
  g_test_add_func ("/batches/leave-trying-again", test_leave_trying_again);
  g_test_add_func ("/batches/results-late", test_results_late);
  g_test_add_func ("/batches/videos-left-out", test_videos_left_out);
  g_test_add_func ("/batches/account-left-out", test_account_left_out);
  return g_test_run ();
}
