/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "access-fixture.h"
#include "model/spark-rules.h"

SparkWindow *
access_set_up (SparkAccessPage **page)
{
  GtkWidget *widget = spark_access_page_new ();
  SparkWindow *window = test_window_new (widget);

  *page = SPARK_ACCESS_PAGE (widget);
  return window;
}

void
access_add_grants (SparkReplica *replica)
{
  gint64 now = spark_time_now ();
  const SparkVideo video = { .id = "1.1",
                             .account_id = "1",
                             .caption = "Morning routine",
                             .authorization = { .code_id = "1.5" } };
  const SparkGrant acme = { .id = "1.2",
                            .video_id = "1.1",
                            .brand = { "1.9", "Acme" },
                            .source = SPARK_GRANT_SOURCE_REDEEMED,
                            .state = SPARK_GRANT_STATE_AUTHORIZED,
                            .redeemed_at = now - SPARK_DAY_MS,
                            .ends_at = now + 5 * SPARK_DAY_MS,
                            .platform_ends_at = now + 30 * SPARK_DAY_MS,
                            .paid = { .views = 4816 } };
  const SparkGrant someone = { .id = "1.3",
                               .video_id = "1.1",
                               .code_id = "1.5",
                               .source = SPARK_GRANT_SOURCE_SEEN,
                               .state = SPARK_GRANT_STATE_AUTHORIZED,
                               .ends_at = now + 100 * SPARK_DAY_MS };
  const SparkGrant nord = { .id = "1.4",
                            .video_id = "1.1",
                            .brand = { "1.8", "Nord" },
                            .state = SPARK_GRANT_STATE_REVOKED,
                            .revoked_at = now - 2 * SPARK_DAY_MS };

  fake_add_video (replica, &video);
  fake_add_grant (replica, &acme);
  fake_add_grant (replica, &someone);
  fake_add_grant (replica, &nord);
}

void
access_wait_for_rows (SparkAccessPage *page, const char *part, gboolean shown)
{
  for (;;)
    {
      g_autofree char *texts = test_texts (page);

      if ((strstr (texts, part) != NULL) == shown)
        return;
      test_turn ();
    }
}

GtkWidget *
access_find_named (GtkWidget *widget, const char *name)
{
  g_autofree char *problem = NULL;

  if (GTK_IS_BUTTON (widget) && gtk_widget_get_visible (widget)
      && (problem = gtk_test_accessible_check_property (GTK_ACCESSIBLE (widget),
                                                        GTK_ACCESSIBLE_PROPERTY_LABEL, name))
             == NULL)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = access_find_named (child, name);

      if (found != NULL)
        return found;
    }
  return NULL;
}

void
access_press_filter (SparkAccessPage *page, const char *label)
{
  for (guint i = 0;; i++)
    {
      GtkWidget *button = test_find (page, GTK_TYPE_TOGGLE_BUTTON, i);
      const char *text;

      g_assert_nonnull (button);
      text = gtk_button_get_label (GTK_BUTTON (button));
      if (text == NULL || !g_str_has_prefix (text, label))
        continue;
      gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (button), TRUE);
      return;
    }
}

void
access_add_attention (SparkReplica *replica)
{
  gint64 now = spark_time_now ();
  const SparkCode code = { .id = "1.5",
                           .video_id = "1.1",
                           .state = SPARK_CODE_STATE_IN_USE,
                           .copied_for = { "1.9", "Acme" },
                           .ends_at = now + 5 * SPARK_DAY_MS };
  const SparkCode unused = { .id = "1.6",
                             .video_id = "1.1",
                             .state = SPARK_CODE_STATE_READY,
                             .starts_at = now - 20 * SPARK_DAY_MS,
                             .ends_at = now + 5 * SPARK_DAY_MS };
  const SparkGrant revoking = {
    .id = "1.10", .video_id = "1.1", .brand = { "1.9", "Acme" }, .state = SPARK_GRANT_STATE_REVOKING
  };
  const SparkGrant ending = { .id = "1.11",
                              .video_id = "1.1",
                              .code_id = "1.5",
                              .brand = { "1.9", "Acme" },
                              .state = SPARK_GRANT_STATE_AUTHORIZED,
                              .ends_at = now + 5 * SPARK_DAY_MS };
  const SparkEvent refused = { .id = "1.7",
                               .type = SPARK_EVENT_REDEMPTION_REFUSED,
                               .at = now,
                               .actor = { SPARK_ACTOR_BRAND, "7", "Nord Ads GmbH" },
                               .video_id = "1.1",
                               .link_id = "1.12",
                               .brand = { "1.8", "Nord" },
                               .detail = { .reason = "link_for_other_brand", .count = 3 } };

  const SparkLink link = { .id = "1.12", .video_id = "1.1", .brand = { "1.9", "Acme" } };

  fake_add_link (replica, &link);
  fake_add_code (replica, &code);
  fake_add_code (replica, &unused);
  fake_add_grant (replica, &revoking);
  fake_add_grant (replica, &ending);
  fake_add_event (replica, &refused);
  fake_add_attention (replica, SPARK_ATTENTION_REFUSED, "1.1", NULL, NULL, "1.7");
  fake_add_attention (replica, SPARK_ATTENTION_WAITING, "1.1", "1.10", NULL, NULL);
  fake_add_attention (replica, SPARK_ATTENTION_UNKNOWN, "1.1", "1.3", "1.5", NULL);
  fake_add_attention (replica, SPARK_ATTENTION_ENDING, "1.1", "1.11", NULL, NULL);
  fake_add_attention (replica, SPARK_ATTENTION_UNUSED, "1.1", NULL, "1.6", NULL);
}

gboolean
access_is_seen (SparkAccessPage *page, const char *part)
{
  g_autofree char *texts = test_seen_texts (page);

  return strstr (texts, part) != NULL;
}

gboolean
access_has_row_named (GtkWidget *list, const char *name)
{
  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      g_autofree char *problem = gtk_test_accessible_check_property (
          GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name);

      if (problem == NULL)
        return TRUE;
    }
  return FALSE;
}

void
access_change_account (SparkBackend *backend, const SparkAccount *account)
{
  fake_add_account (spark_backend_get_replica (backend), account);
  g_signal_emit_by_name (backend, "changed", SPARK_KINDS_ACCOUNT);
}
