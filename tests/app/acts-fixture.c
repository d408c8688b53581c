/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "acts-fixture.h"
#include "app/spark-problem.h"
#include "app/spark-terms.h"
#include "model/spark-rules.h"

SparkWindow *
acts_set_up (void)
{
  SparkWindow *window = test_window_new (NULL);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  gint64 now = spark_time_now ();
  const SparkAccount sandbox = { .id = "1",
                                 .name = "Sample",
                                 .platform = SPARK_PLATFORM_SANDBOX,
                                 .role = SPARK_ROLE_OWNER,
                                 .periods = { 7, 30, 60, 180, 365 },
                                 .n_periods = 5 };
  const SparkAccount tracked
      = { .id = "2", .name = "Mine", .platform = SPARK_PLATFORM_TRACKED, .role = SPARK_ROLE_OWNER };
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

void
acts_refuse (const char *request, SparkError code)
{
  fake_refuse (request, g_error_new_literal (SPARK_ERROR, code, "what the backend wrote"));
}

const char *
acts_sentence_of (SparkError code)
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

void
acts_assert_clipboard (SparkWindow *window, const char *expected)
{
  g_autofree char *text = NULL;

  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (window)), NULL, on_text_cb,
                                 &text);
  test_wait (text != NULL);
  g_assert_cmpstr (text, ==, expected);
}

void
acts_assert_toast (SparkWindow *window, const char *expected)
{
  g_autofree char *title = NULL;

  test_wait ((title = test_window_take_toast (window)) != NULL);
  g_assert_cmpstr (title, ==, expected);
}

void
acts_assert_sent (const char *request)
{
  g_test_message ("%s", fake_sent ());
  g_assert_nonnull (strstr (fake_sent (), request));
}

void
acts_assert_text (gpointer root, const char *part)
{
  g_autofree char *texts = test_texts (root);

  g_test_message ("%s", texts);
  g_assert_nonnull (strstr (texts, part));
}

void
acts_confirm (SparkWindow *window)
{
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (test_get_dialog (window)), "confirm");
}

void
acts_consent (SparkWindow *window)
{
  spark_terms_set_consent (spark_backend_get_replica (spark_window_get_backend (window)), "1");
}
