/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "app/spark-dialog.h"
#include "fake-backend.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "test-window.h"

/* A code for each of many videos, some of which have one. */

#define BATCH(id, state, done, failed) BATCH_OF (id, state, done, failed, "3")
#define BATCH_OF(id, state, done, failed, total)                                                   \
  "{\"id\":\"" id "\",\"act\":\"generate\",\"state\":\"" state "\",\"done\":" done                 \
  ",\"failed\":" failed ",\"total\":" total ",\"days\":30,\"added\":0,\"updated\":0,"              \
  "\"skipped\":0,\"problem\":null,\"created_at\":\"2026-03-01T00:00:00Z\"}"
#define FAILED_ROW(id, problem)                                                                    \
  "{\"id\":\"" id "\",\"state\":\"failed\",\"problem\":\"" problem "\",\"made_id\":null}"
#define RESULTS(rows)      "{\"items\":[" rows "],\"next_cursor\":null}"
#define ASKS(batch, state) "GET /v1/batches/" batch "/results?state=" state "&limit=100"

static SparkWindow *
set_up (void)
{
  SparkWindow *window = test_window_new (NULL);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  gint64 now = spark_time_now ();
  const SparkAccount account = { .id = "1",
                                 .name = "Ada",
                                 .platform = SPARK_PLATFORM_SANDBOX,
                                 .role = SPARK_ROLE_OWNER,
                                 .periods = { 7, 30 },
                                 .n_periods = 2 };
  const SparkVideo videos[] = {
    { .id = "1.1", .caption = "Fresh" },
    { .id = "1.2", .caption = "Second" },
    { .id = "1.3", .caption = "Ended", .authorization = { .state = SPARK_AUTHORIZATION_EXPIRED } },
    { .id = "1.4", .caption = "Ready", .authorization = { .state = SPARK_AUTHORIZATION_READY } },
    { .id = "1.5", .caption = "In use", .authorization = { .state = SPARK_AUTHORIZATION_IN_USE } },
    { .id = "1.6", .caption = "Asked", .authorization = { .state = SPARK_AUTHORIZATION_PENDING } },
    /* Nobody said yet that it has ended. */
    { .id = "1.7",
      .caption = "Past",
      .authorization = { .state = SPARK_AUTHORIZATION_READY, .ends_at = now - 1000 } },
  };

  fake_add_account (replica, &account);
  for (guint i = 0; i < G_N_ELEMENTS (videos); i++)
    {
      SparkVideo video = videos[i];

      video.account_id = "1";
      if (video.authorization.state != SPARK_AUTHORIZATION_OFF && video.authorization.ends_at == 0)
        video.authorization.ends_at = now + 5 * SPARK_DAY_MS;
      fake_add_video (replica, &video);
    }
  return window;
}

static void
generate (SparkWindow *window, const char *const *ids)
{
  gtk_widget_activate_action (GTK_WIDGET (window), "win.batch", "(s^as)", "generate", ids);
}

static gboolean
says (gpointer root, const char *part)
{
  g_autofree char *texts = test_seen_texts (root);

  return strstr (texts, part) != NULL;
}

/* What needs no code is left out before, and told. */
static void
test_left_out (void)
{
  const char *all[] = { "1.1", "1.2", "1.4", "1.5", "1.6", "1.7", NULL };
  const char *with_code[] = { "1.4", "1.5", NULL };
  SparkWindow *window = set_up ();
  g_autofree char *toast = NULL;
  GtkWindow *dialog;

  generate (window, with_code);
  toast = test_window_take_toast (window);
  g_assert_cmpstr (toast, ==, "All selected videos already have a code");
  g_assert_false (test_has_dialog (window));

  generate (window, all);
  dialog = test_get_dialog (window);
  test_wait (says (dialog, "Makes a code for each of 3 videos.")
             && says (dialog, "3 of 6 already have a code."));
  fake_answer ("POST /v1/batches", BATCH ("1.20", "running", "0", "0"));
  spark_dialog_submit (SPARK_DIALOG (dialog));
  test_wait (says (dialog, "0 of 3 done"));
  g_assert_nonnull (strstr (fake_sent (), "\"ids\":[\"1.1\",\"1.2\",\"1.7\"]}"));
  test_window_free (window);
}

static GtkWindow *
generate_three (SparkWindow *window, const char *done, const char *failed)
{
  const char *ids[] = { "1.1", "1.2", "1.3", NULL };
  GtkWindow *dialog;

  generate (window, ids);
  dialog = test_get_dialog (window);
  fake_answer ("POST /v1/batches", BATCH ("1.20", "done", "3", "2"));
  fake_answer (ASKS ("1.20", "done"), done);
  fake_answer (ASKS ("1.20", "failed"), failed);
  spark_dialog_submit (SPARK_DIALOG (dialog));
  return dialog;
}

#define DONE_ROW "{\"id\":\"1.1\",\"state\":\"done\",\"problem\":null,\"made_id\":\"1.30\"}"

/* Where only the server knew, nothing has failed, and nothing is to be tried again. */
static void
test_found_out (void)
{
  SparkWindow *window = set_up ();
  GtkWindow *dialog = generate_three (
      window, RESULTS (DONE_ROW),
      RESULTS (FAILED_ROW ("1.2", "code_exists") "," FAILED_ROW ("1.3", "code_exists")));

  test_wait (says (dialog, "1 done, 2 already have a code"));
  g_assert_true (says (dialog, "Second"));
  g_assert_true (says (dialog, "Already has a code"));
  g_assert_false (says (dialog, "_Try Failed Again"));
  g_assert_false (says (dialog, " failed"));
  test_window_free (window);
}

/* Beside one that failed: that one alone is tried again. */
static void
test_tried_again (void)
{
  SparkWindow *window = set_up ();
  GtkWindow *dialog = generate_three (
      window, RESULTS (DONE_ROW),
      RESULTS (FAILED_ROW ("1.2", "code_exists") "," FAILED_ROW ("1.3", "internal")));

  test_wait (says (dialog, "1 done, 1 failed, 1 already has a code"));
  fake_refuse ("POST /v1/batches", g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, ""));
  test_press (dialog, "_Try Failed Again");
  test_wait (spark_dialog_get_problem (SPARK_DIALOG (dialog)) != NULL);
  fake_answer ("POST /v1/batches", BATCH ("1.21", "running", "0", "0"));
  test_press (dialog, "_Try Failed Again");
  test_wait (says (dialog, "0 of 3 done"));
  g_assert_null (strstr (fake_sent (), "failed_of"));
  g_assert_nonnull (strstr (fake_sent (), "\"ids\":[\"1.3\"]}"));
  test_window_free (window);
}

/* A page of @n rows from "@account.@first" on, the first @n_with_code of which have a code */
static void
answer_page (const char *request, const char *account, guint first, guint n, guint n_with_code,
             const char *next)
{
  g_autoptr (GString) page = g_string_new ("{\"items\":[");

  for (guint i = 0; i < n; i++)
    g_string_append_printf (page, "%s" FAILED_ROW ("%s.%u", "%s"), i > 0 ? "," : "", account,
                            first + i, i < n_with_code ? "code_exists" : "internal");
  g_string_append (page, "],\"next_cursor\":");
  if (next != NULL)
    g_string_append_printf (page, "\"%s\"}", next);
  else
    g_string_append (page, "null}");
  fake_answer (request, page->str);
}

static GtkWindow *
generate_many (SparkWindow *window)
{
  const char *ids[] = { "1.1", "1.2", "1.3", NULL };
  GtkWindow *dialog;

  generate (window, ids);
  dialog = test_get_dialog (window);
  fake_answer ("POST /v1/batches", BATCH_OF ("1.20", "done", "251", "250", "251"));
  fake_answer (ASKS ("1.20", "done"), RESULTS (DONE_ROW));
  answer_page (ASKS ("1.20", "failed"), "1", 1000, 100, 1, "a b");
  answer_page (ASKS ("1.20", "failed") "&cursor=a%20b", "1", 1100, 100, 100, "c");
  return dialog;
}

/* Also of those that are not shown it is looked up which of them have one. Until it is known of
 * all, they count alike, and all are tried again. */
static void
test_many_failed (void)
{
  SparkWindow *window = set_up ();
  GtkWindow *dialog = generate_many (window);

  fake_refuse (ASKS ("1.20", "failed") "&cursor=c",
               g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, ""));
  spark_dialog_submit (SPARK_DIALOG (dialog));
  test_wait (says (dialog, "Results Not Loaded"));
  g_assert_true (says (dialog, "1 done, 250 failed"));
  g_assert_false (says (dialog, "already has a code"));

  /* Goes on where it was. */
  answer_page (ASKS ("1.20", "failed") "&cursor=c", "1", 1200, 50, 47, NULL);
  test_press (dialog, "_Try Again");
  test_wait (says (dialog, "1 done, 102 failed, 148 already have a code"));
  g_assert_false (says (dialog, "Results Not Loaded"));
  g_assert_true (says (dialog, "There are more."));
  fake_answer ("POST /v1/batches", BATCH_OF ("1.21", "running", "0", "0", "102"));
  test_press (dialog, "_Try Failed Again");
  test_wait (says (dialog, "0 of 102 done"));
  g_assert_null (strstr (fake_sent (), "failed_of"));
  g_assert_nonnull (strstr (fake_sent (), "\"1.1099\",\"1.1247\",\"1.1248\",\"1.1249\"]}"));
  test_window_free (window);
}

/* What nobody can tell apart stays as it is. */
static void
test_many_unknown (void)
{
  SparkWindow *window = set_up ();
  GtkWindow *dialog = generate_many (window);

  answer_page (ASKS ("1.20", "failed") "&cursor=c", "1", 1200, 0, 0, "d");
  spark_dialog_submit (SPARK_DIALOG (dialog));
  test_wait (strstr (fake_sent (), "&cursor=c") != NULL);
  for (guint i = 0; i < 20; i++)
    test_turn ();
  g_assert_true (says (dialog, "1 done, 250 failed"));
  fake_answer ("POST /v1/batches", BATCH_OF ("1.21", "running", "0", "0", "250"));
  test_press (dialog, "_Try Failed Again");
  test_wait (says (dialog, "0 of 250 done"));
  g_assert_nonnull (strstr (fake_sent (), "{\"failed_of\":\"1.20\"}"));
  test_window_free (window);
}

/* Those of one account are more than are shown: those of the next are looked at all the same. */
static void
test_many_of_several (void)
{
  SparkWindow *window = set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const SparkAccount second = { .id = "2", .name = "Ben", .role = SPARK_ROLE_OWNER };
  const SparkVideo video = { .id = "2.1", .account_id = "2", .caption = "Other" };
  const char *ids[] = { "1.1", "2.1", NULL };
  GtkWindow *dialog;

  fake_add_account (replica, &second);
  fake_add_video (replica, &video);
  generate (window, ids);
  dialog = test_get_dialog (window);
  fake_answer ("POST /v1/batches", BATCH_OF ("1.20", "done", "150", "150", "150"));
  answer_page (ASKS ("1.20", "failed"), "1", 1000, 100, 100, "a");
  answer_page (ASKS ("1.20", "failed") "&cursor=a", "1", 1100, 50, 30, NULL);
  answer_page (ASKS ("2.20", "failed"), "2", 1000, 3, 2, NULL);
  fake_hold ();
  spark_dialog_submit (SPARK_DIALOG (dialog));
  fake_answer ("POST /v1/batches", BATCH_OF ("2.20", "done", "3", "3", "3"));
  fake_release ();
  test_wait (says (dialog, "0 done, 21 failed, 132 already have a code"));
  test_window_free (window);
}

static guint
count_sent (const char *part)
{
  guint n = 0;

  for (const char *at = fake_sent (); (at = strstr (at, part)) != NULL; at++)
    n++;
  return n;
}

#define N_ACCOUNTS 8

/* A video of each account, all of which turn out to be done but for three that failed. */
static GtkWindow *
generate_of_many (SparkWindow *window)
{
  static const char *const accounts[N_ACCOUNTS] = { "1", "2", "3", "4", "5", "6", "7", "8" };
  static const char *ids[] = { "1.1", "2.1", "3.1", "4.1", "5.1", "6.1", "7.1", "8.1", NULL };
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  GtkWindow *dialog;

  for (guint i = 1; i < N_ACCOUNTS; i++)
    {
      const SparkAccount account = { .id = accounts[i], .name = "Ben", .role = SPARK_ROLE_OWNER };
      const SparkVideo video = { .id = ids[i], .account_id = accounts[i], .caption = "Other" };

      fake_add_account (replica, &account);
      fake_add_video (replica, &video);
    }
  generate (window, ids);
  dialog = test_get_dialog (window);
  for (guint i = 0; i < N_ACCOUNTS; i++)
    {
      g_autofree char *batch
          = g_strdup_printf (BATCH_OF ("%s.20", "done", "3", "3", "3"), accounts[i]);
      g_autofree char *asks = g_strdup_printf (ASKS ("%s.20", "failed"), accounts[i]);

      answer_page (asks, accounts[i], 1, 3, 2, NULL);
      fake_answer ("POST /v1/batches", batch);
      if (i == 0)
        spark_dialog_submit (SPARK_DIALOG (dialog));
      test_wait (count_sent ("POST /v1/batches") == i + 1);
    }
  return dialog;
}

#define PAGES "/results?state=failed"

/* However many accounts they are of, few are asked for at a time, and all in the end. */
static void
test_many_accounts (void)
{
  SparkWindow *window = set_up ();
  GtkWindow *dialog = generate_of_many (window);

  fake_hold ();
  test_wait (count_sent (PAGES) > 0);
  for (guint i = 0; i < 10; i++)
    test_turn ();
  g_assert_cmpuint (count_sent (PAGES), ==, 3);
  /* One comes, and the next is asked for. */
  fake_release_last ();
  test_wait (count_sent (PAGES) > 3);
  for (guint i = 0; i < 10; i++)
    test_turn ();
  g_assert_cmpuint (count_sent (PAGES), ==, 4);
  fake_release ();
  test_wait (says (dialog, "0 done, 8 failed, 16 already have a code"));
  g_assert_cmpuint (count_sent (PAGES), ==, N_ACCOUNTS);
  test_window_free (window);
}

/* While the first of them begins it turns out that all of the next have one: nothing of it begins.
 */
static void
test_needless_meanwhile (void)
{
  SparkWindow *window = set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const SparkAccount second = { .id = "2", .name = "Ben", .role = SPARK_ROLE_OWNER };
  const SparkVideo video = { .id = "2.1", .account_id = "2", .caption = "Other" };
  const char *ids[] = { "1.1", "2.1", NULL };
  GtkWindow *dialog;

  fake_add_account (replica, &second);
  fake_add_video (replica, &video);
  generate (window, ids);
  dialog = test_get_dialog (window);
  fake_answer ("POST /v1/batches", BATCH_OF ("1.20", "done", "1", "1", "1"));
  answer_page (ASKS ("1.20", "failed"), "1", 1, 1, 0, NULL);
  answer_page (ASKS ("2.20", "failed"), "2", 1000, 100, 100, "a");
  fake_refuse (ASKS ("2.20", "failed") "&cursor=a",
               g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, ""));
  fake_hold ();
  spark_dialog_submit (SPARK_DIALOG (dialog));
  fake_answer ("POST /v1/batches", BATCH_OF ("2.20", "done", "150", "150", "150"));
  fake_release ();
  test_wait (says (dialog, "Results Not Loaded"));

  answer_page (ASKS ("2.20", "failed") "&cursor=a", "2", 1100, 50, 50, NULL);
  fake_answer ("POST /v1/batches", BATCH_OF ("1.21", "running", "0", "0", "1"));
  fake_hold ();
  test_press (dialog, "_Try Again");
  test_press (dialog, "_Try Failed Again");
  fake_release ();
  test_wait (says (dialog, "150 already have a code"));
  g_assert_nonnull (strstr (fake_sent (), "\"1.20\""));
  g_assert_false (spark_dialog_get_busy (SPARK_DIALOG (dialog)));
  test_window_free (window);
}

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);

  g_test_add_func ("/batches-codes/left-out", test_left_out);
  g_test_add_func ("/batches-codes/found-out", test_found_out);
  g_test_add_func ("/batches-codes/tried-again", test_tried_again);
  g_test_add_func ("/batches-codes/many-failed", test_many_failed);
  g_test_add_func ("/batches-codes/many-unknown", test_many_unknown);
  g_test_add_func ("/batches-codes/many-of-several", test_many_of_several);
  g_test_add_func ("/batches-codes/many-accounts", test_many_accounts);
  g_test_add_func ("/batches-codes/needless-meanwhile", test_needless_meanwhile);
  return g_test_run ();
}
