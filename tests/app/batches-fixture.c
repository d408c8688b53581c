/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "batches-fixture.h"
#include "model/spark-rules.h"

void
batches_set_up (BatchesFixture *fixture)
{
  gint64 now = spark_time_now ();
  GtkWidget *page = spark_access_page_new ();
  const SparkVideo video = { .id = "1.1", .account_id = "1", .caption = "Morning routine" };
  const SparkVideo other = { .id = "2.1", .account_id = "2", .caption = "Evening" };
  const SparkGrant grants[] = { { .id = "1.2", .video_id = "1.1", .brand = { "1.9", "Acme" } },
                                { .id = "1.3", .video_id = "1.1", .brand = { "1.8", "Nord" } },
                                { .id = "2.4", .video_id = "2.1", .brand = { "2.7", "Oak" } } };

  fixture->window = test_window_new (page);
  fixture->page = SPARK_ACCESS_PAGE (page);
  fixture->replica = spark_backend_get_replica (spark_window_get_backend (fixture->window));
  fake_add_video (fixture->replica, &video);
  fake_add_video (fixture->replica, &other);
  for (guint i = 0; i < G_N_ELEMENTS (grants); i++)
    {
      SparkGrant grant = grants[i];

      grant.state = SPARK_GRANT_STATE_AUTHORIZED;
      grant.ends_at = now + 5 * SPARK_DAY_MS;
      fake_add_grant (fixture->replica, &grant);
    }
  spark_access_page_set_backend (fixture->page, spark_window_get_backend (fixture->window), NULL);
  fixture->view = test_find (page, GTK_TYPE_LIST_VIEW, 0);
}

SparkPickBar *
batches_get_bar (BatchesFixture *fixture)
{
  return test_find (fixture->page, SPARK_TYPE_PICK_BAR, 0);
}

void
batches_press_act (BatchesFixture *fixture, guint n)
{
  GtkWidget *acts = test_find (batches_get_bar (fixture), ADW_TYPE_SQUEEZER, 0);

  g_signal_emit_by_name (test_find (acts, GTK_TYPE_BUTTON, n), "clicked");
}

void
batches_assert_says (gpointer root, const char *part)
{
  g_autofree char *texts = test_texts (root);

  g_assert_nonnull (strstr (texts, part));
}

void
batches_assert_says_not (gpointer root, const char *part)
{
  g_autofree char *texts = test_texts (root);

  g_assert_null (strstr (texts, part));
}

void
batches_set (BatchesFixture *fixture, const char *id, SparkBatchState state, guint done,
             guint failed)
{
  SparkBatch batch = { .id = id,
                       .act = SPARK_BATCH_ACT_REVOKE,
                       .state = state,
                       .done = done,
                       .failed = failed,
                       .total = 2 };

  fake_add_batch (fixture->replica, &batch);
  g_signal_emit_by_name (spark_window_get_backend (fixture->window), "changed",
                         (guint)SPARK_KINDS_BATCH);
}

void
batches_press (GtkWindow *dialog, const char *label)
{
  for (guint i = 0;; i++)
    {
      GtkButton *button = test_find (dialog, GTK_TYPE_BUTTON, i);

      g_assert_nonnull (button);
      if (g_strcmp0 (gtk_button_get_label (button), label) != 0)
        continue;
      g_assert_true (gtk_widget_get_visible (GTK_WIDGET (button)));
      g_signal_emit_by_name (button, "clicked");
      return;
    }
}

void
batches_wait_for_no_text (gpointer root, const char *part)
{
  for (;;)
    {
      g_autofree char *texts = test_seen_texts (root);

      if (strstr (texts, part) == NULL)
        return;
      test_turn ();
    }
}

guint
batches_count_sent (const char *part)
{
  guint n = 0;

  for (const char *at = fake_sent (); (at = strstr (at, part)) != NULL; at++)
    n++;
  return n;
}

void
batches_add_accounts (BatchesFixture *fixture, SparkRole second)
{
  SparkAccount account = { .platform = SPARK_PLATFORM_SANDBOX };

  for (guint i = 0; i < 2; i++)
    {
      account.id = i == 0 ? "1" : "2";
      account.name = i == 0 ? "Ada" : "Ben";
      account.role = i == 0 ? SPARK_ROLE_OWNER : second;
      fake_add_account (fixture->replica, &account);
    }
  g_signal_emit_by_name (spark_window_get_backend (fixture->window), "changed",
                         (guint)SPARK_KINDS_ACCOUNT);
}
