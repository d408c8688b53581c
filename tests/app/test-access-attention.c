/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "access-fixture.h"
#include "app/spark-phrases.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"

/* What needs attention: what it says, and the acts it offers. */

static void
test_attention (void)
{
  GtkWidget *waiting, *mine, *other, *acts;
  SparkAccessPage *page;
  SparkWindow *window = access_set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  g_autofree char *toast = NULL;
  GtkWidget *dismiss;
  int width, height, one;
  guint n;

  access_add_grants (replica);
  access_add_attention (replica);
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  g_object_get (page, "n-attention", &n, NULL);
  g_assert_cmpuint (n, ==, 5);
  access_press_filter (page, "Needs Attention 5");
  access_wait_for_rows (page, "Nord tried Acme’s link. Refused.", TRUE);
  access_wait_for_rows (page, "3 attempts\302\240· The link was made for another brand", TRUE);
  access_wait_for_rows (page, "Waiting for Acme’s ads to stop", TRUE);
  access_wait_for_rows (page, "Someone used the code. You gave it to Acme.", TRUE);
  access_wait_for_rows (page, "Acme’s access ends in 5 days", TRUE);
  access_wait_for_rows (page, "Nobody has used the code for 20 days", TRUE);
  waiting = access_find_named (GTK_WIDGET (page),
                               "What ending an access to Morning routine waits for…");
  g_assert_nonnull (waiting);
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (waiting)), ==,
                   "win.show-waiting");
  g_assert_cmpstr (g_variant_get_string (
                       gtk_actionable_get_action_target_value (GTK_ACTIONABLE (waiting)), NULL),
                   ==, "1.10");
  g_assert_nonnull (
      access_find_named (GTK_WIDGET (page), "Extend authorization of Morning routine…"));
  g_assert_nonnull (access_find_named (GTK_WIDGET (page), "Delete code of Morning routine…"));
  g_assert_nonnull (access_find_named (GTK_WIDGET (page), "Say who used Morning routine…"));

  /* Two answers to one question stand side by side and look alike. */
  mine = access_find_named (GTK_WIDGET (page), "It was Acme who used Morning routine");
  other = gtk_widget_get_next_sibling (mine);
  acts = gtk_widget_get_parent (mine);
  g_assert_true (gtk_widget_get_visible (other));
  gtk_widget_measure (acts, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  gtk_widget_measure (acts, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
  gtk_widget_measure (mine, GTK_ORIENTATION_VERTICAL, -1, NULL, &one, NULL, NULL);
  g_assert_cmpint (height, ==, one);
  g_assert_false (gtk_widget_has_css_class (other, "flat"));

  /* One press says who it was. */
  fake_answer ("PATCH /v1/grants/1.3", "{}");
  g_signal_emit_by_name (
      access_find_named (GTK_WIDGET (page), "It was Acme who used Morning routine"), "clicked");
  test_wait ((toast = test_window_take_toast (window)) != NULL);
  g_assert_cmpstr (toast, ==, "This is now Acme’s access");
  g_assert_nonnull (strstr (fake_sent (), "PATCH /v1/grants/1.3 {\"brand\":\"1.9\"}"));

  /* What was seen is gone, and no longer counted. */
  dismiss = access_find_named (GTK_WIDGET (page), "Dismiss: Nord tried Acme’s link. Refused.");
  g_signal_emit_by_name (dismiss, "clicked");
  access_wait_for_rows (page, "Nord tried", FALSE);
  g_object_get (page, "n-attention", &n, NULL);
  g_assert_cmpuint (n, ==, 4);

  gtk_editable_set_text (GTK_EDITABLE (test_find (page, GTK_TYPE_SEARCH_ENTRY, 0)), "waiting");
  access_wait_for_rows (page, "Nobody has used", FALSE);
  access_wait_for_rows (page, "Waiting for", TRUE);
  g_assert_nonnull (test_find_button (page, "Needs Attention 1"));
  g_object_get (page, "n-attention", &n, NULL);
  g_assert_cmpuint (n, ==, 4);
  test_window_free (window);
}

/* Several that were refused can be dismissed at once, as far as the search finds them, and come
 * back when that was not meant. */
static void
test_dismiss_refused (void)
{
  SparkAccessPage *page;
  SparkWindow *window = access_set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const char *who[] = { "Oak", "Pine" };
  g_autofree char *toast = NULL;
  GtkWidget *button;
  guint n;

  access_add_grants (replica);
  for (guint i = 0; i < G_N_ELEMENTS (who); i++)
    {
      const SparkEvent refused = { .id = i == 0 ? "1.70" : "1.71",
                                   .type = SPARK_EVENT_REDEMPTION_REFUSED,
                                   .at = spark_time_now (),
                                   .actor = { SPARK_ACTOR_BRAND, "7", who[i] },
                                   .video_id = "1.1" };

      fake_add_event (replica, &refused);
      fake_add_attention (replica, SPARK_ATTENTION_REFUSED, "1.1", NULL, NULL, refused.id);
    }
  access_add_attention (replica);
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  button = GTK_WIDGET (
      gtk_widget_get_template_child (GTK_WIDGET (page), SPARK_TYPE_ACCESS_PAGE, "dismiss_button"));
  g_assert_false (gtk_widget_get_visible (button));
  access_press_filter (page, "Needs Attention 7");
  g_assert_true (gtk_widget_get_visible (button));
  /* Not all there are: a search leaves some. */
  g_assert_cmpstr (gtk_widget_get_tooltip_text (button), ==,
                   "Dismiss the refused attempts shown here");

  gtk_editable_set_text (GTK_EDITABLE (test_find (page, GTK_TYPE_SEARCH_ENTRY, 0)), "oak");
  access_wait_for_rows (page, "Nord tried", FALSE);
  g_assert_false (gtk_widget_get_visible (button));
  gtk_editable_set_text (GTK_EDITABLE (test_find (page, GTK_TYPE_SEARCH_ENTRY, 0)), "");
  access_wait_for_rows (page, "Nord tried", TRUE);
  gtk_widget_grab_focus (button);
  g_signal_emit_by_name (button, "clicked");
  toast = test_window_take_toast (window);
  g_assert_cmpstr (toast, ==, "3 refused attempts dismissed");
  access_wait_for_rows (page, "Refused.", FALSE);
  g_assert_false (gtk_widget_get_visible (button));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (window))
                 == GTK_WIDGET (gtk_widget_get_template_child (
                     GTK_WIDGET (page), SPARK_TYPE_ACCESS_PAGE, "attention_button")));
  g_object_get (page, "n-attention", &n, NULL);
  g_assert_cmpuint (n, ==, 4);

  test_window_press_toast (window);
  access_wait_for_rows (page, "Oak tried", TRUE);
  access_wait_for_rows (page, "Nord tried", TRUE);
  g_object_get (page, "n-attention", &n, NULL);
  g_assert_cmpuint (n, ==, 7);
  test_window_free (window);
}

static const char *
get_act (GtkWidget *button)
{
  return gtk_actionable_get_action_name (GTK_ACTIONABLE (button));
}

static void
add_asked (SparkReplica *replica)
{
  gint64 now = spark_time_now ();
  const SparkGrant grant = { .id = "1.11",
                             .video_id = "1.1",
                             .code_id = "1.5",
                             .brand = { "1.9", "Acme" },
                             .state = SPARK_GRANT_STATE_AUTHORIZED,
                             .ends_at = now + 5 * SPARK_DAY_MS };
  const SparkEvent asked = { .id = "1.30",
                             .type = SPARK_EVENT_EXTENSION_REQUESTED,
                             .at = now,
                             .actor = { SPARK_ACTOR_BRAND, "7001", "Acme Ads" },
                             .video_id = "1.1",
                             .grant_id = "1.11",
                             .brand = { "1.9", "Acme" },
                             .detail = { .days = 30 } };
  const SparkEvent fresh = { .id = "1.31",
                             .type = SPARK_EVENT_ADVERTISER_NEW,
                             .at = now,
                             .video_id = "1.1",
                             .brand = { "1.9", "Acme" },
                             .detail = { .advertiser = { "7002", "Acme US" } } };

  fake_add_grant (replica, &grant);
  fake_add_event (replica, &asked);
  fake_add_event (replica, &fresh);
  fake_add_attention (replica, SPARK_ATTENTION_ASKED, "1.1", "1.11", NULL, "1.30");
  fake_add_attention (replica, SPARK_ATTENTION_ADVERTISER, "1.1", NULL, NULL, "1.31");
}

/* What a brand waits for can be answered at once; a request that goes by mistake comes back. */
static void
test_asked (void)
{
  SparkAccessPage *page;
  SparkWindow *window = access_set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  g_autofree char *day = spark_phrase_day (spark_time_now () + 5 * SPARK_DAY_MS);
  g_autofree char *end = g_strdup_printf ("Until %s", day);
  g_autofree char *toast = NULL;
  g_autofree char *target = NULL;
  GtkWidget *extend, *confirm, *refuse;

  access_add_grants (replica);
  add_asked (replica);
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  access_press_filter (page, "Needs Attention 2");
  access_wait_for_rows (page, "Acme asks for 30 days more", TRUE);
  access_wait_for_rows (page, end, TRUE);
  access_wait_for_rows (page, "New ad account for Acme", TRUE);
  access_wait_for_rows (page, "Acme US", TRUE);
  extend = access_find_named (GTK_WIDGET (page), "Extend authorization of Morning routine…");
  g_assert_cmpstr (get_act (extend), ==, "win.extend-request");
  g_assert_cmpstr (
      g_variant_get_string (gtk_actionable_get_action_target_value (GTK_ACTIONABLE (extend)), NULL),
      ==, "1.30");
  confirm = access_find_named (GTK_WIDGET (page), "Confirm ad account 7002");
  g_assert_cmpstr (get_act (confirm), ==, "win.confirm-advertiser");
  refuse = access_find_named (GTK_WIDGET (page), "Refuse ad account 7002…");
  g_assert_cmpstr (get_act (refuse), ==, "win.refuse-advertiser");
  target
      = g_variant_print (gtk_actionable_get_action_target_value (GTK_ACTIONABLE (refuse)), FALSE);
  g_assert_cmpstr (target, ==, "('1.9', '7002')");

  fake_answer ("POST /v1/brands/1.9/advertisers/7002/confirm", "{}");
  g_signal_emit_by_name (confirm, "clicked");
  test_wait ((toast = test_window_take_toast (window)) != NULL);
  g_assert_cmpstr (toast, ==, "Ad account confirmed");

  g_signal_emit_by_name (
      access_find_named (GTK_WIDGET (page), "Dismiss: Acme asks for 30 days more"), "clicked");
  access_wait_for_rows (page, "Acme asks", FALSE);
  g_clear_pointer (&toast, g_free);
  toast = test_window_take_toast (window);
  g_assert_cmpstr (toast, ==, "Request dismissed");
  test_window_press_toast (window);
  access_wait_for_rows (page, "Acme asks for 30 days more", TRUE);
  test_window_free (window);
}

/* What was ended meanwhile, or stands on an earlier code, is not offered more time. */
static void
test_asked_too_late (void)
{
  static const struct
  {
    SparkGrantState state;
    const char *code;
    gboolean offered;
  } cases[] = {
    { SPARK_GRANT_STATE_AUTHORIZED, "1.5", TRUE },
    { SPARK_GRANT_STATE_EXPIRED, "1.5", TRUE },
    { SPARK_GRANT_STATE_REVOKING, "1.5", FALSE },
    { SPARK_GRANT_STATE_AUTHORIZED, "1.4", FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SparkAccessPage *page;
      SparkWindow *window = access_set_up (&page);
      SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
      const SparkGrant grant = { .id = "1.11",
                                 .video_id = "1.1",
                                 .code_id = cases[i].code,
                                 .brand = { "1.9", "Acme" },
                                 .state = cases[i].state,
                                 .ends_at = spark_time_now () + 5 * SPARK_DAY_MS };

      access_add_grants (replica);
      fake_add_grant (replica, &grant);
      fake_add_event (replica, &(SparkEvent){ .id = "1.30",
                                              .type = SPARK_EVENT_EXTENSION_REQUESTED,
                                              .at = spark_time_now (),
                                              .video_id = "1.1",
                                              .grant_id = "1.11",
                                              .brand = { "1.9", "Acme" },
                                              .detail = { .days = 30 } });
      fake_add_attention (replica, SPARK_ATTENTION_ASKED, "1.1", "1.11", NULL, "1.30");
      spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
      access_press_filter (page, "Needs Attention 1");
      access_wait_for_rows (page, "Acme asks for 30 days more", TRUE);
      g_assert_cmpint (
          access_find_named (GTK_WIDGET (page), "Extend authorization of Morning routine…") != NULL,
          ==, cases[i].offered);
      test_window_free (window);
    }
}

/* Who may only look is told of it all the same. */
static void
test_asked_of_viewer (void)
{
  const SparkAccount account = { .id = "1", .name = "@mia", .role = SPARK_ROLE_VIEW };
  SparkAccessPage *page;
  SparkWindow *window = access_set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));

  fake_add_account (replica, &account);
  access_add_grants (replica);
  add_asked (replica);
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  access_press_filter (page, "Needs Attention 2");
  access_wait_for_rows (page, "Acme asks for 30 days more", TRUE);
  access_wait_for_rows (page, "New ad account for Acme", TRUE);
  g_assert_null (access_find_named (GTK_WIDGET (page), "Extend authorization of Morning routine…"));
  g_assert_null (access_find_named (GTK_WIDGET (page), "Confirm ad account 7002"));
  g_assert_null (access_find_named (GTK_WIDGET (page), "Refuse ad account 7002…"));
  test_window_free (window);
}

/* Where several accounts are shown, what needs attention is found by whose it is. */
static void
test_attention_of (void)
{
  static const SparkAccount accounts[]
      = { { .id = "1", .name = "Zoë", .handle = "zoe.bakes" }, { .id = "2", .name = "Bea" } };
  static const SparkAccount renamed = { .id = "1", .name = "Beate", .handle = "zoe.bakes" };
  static const char *const searches[] = { "zoe", "zoe.bakes", "bea" };
  SparkAccessPage *page;
  SparkWindow *window = access_set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));

  for (guint i = 0; i < G_N_ELEMENTS (accounts); i++)
    access_change_account (spark_window_get_backend (window), &accounts[i]);
  access_add_grants (replica);
  access_add_attention (replica);
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  access_press_filter (page, "Needs Attention 5");
  access_wait_for_rows (page, "Nobody has used", TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (searches); i++)
    {
      GtkWidget *entry = test_find (page, GTK_TYPE_SEARCH_ENTRY, 0);

      /* It waits a little otherwise, with everything shown till then. */
      gtk_editable_set_text (GTK_EDITABLE (entry), searches[i]);
      g_signal_emit_by_name (entry, "search-changed");
      g_assert_nonnull (test_find_button (page, i < 2 ? "Needs Attention 5" : "Needs Attention 0"));
      access_wait_for_rows (page, "Nobody has used", i < 2);
    }
  /* Also once the account has another name. */
  access_change_account (spark_window_get_backend (window), &renamed);
  g_assert_nonnull (test_find_button (page, "Needs Attention 5"));
  access_wait_for_rows (page, "Nobody has used", TRUE);
  test_window_free (window);
}

/* No ad runs any more: nothing says that one does. */
static void
test_waits_for_tiktok (void)
{
  SparkAccessPage *page;
  SparkWindow *window = access_set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const SparkGrant revoking = { .id = "1.10",
                                .video_id = "1.1",
                                .brand = { "1.9", "Acme" },
                                .state = SPARK_GRANT_STATE_REVOKING,
                                .problem = "platform_waiting" };

  fake_add_grant (replica, &revoking);
  fake_add_attention (replica, SPARK_ATTENTION_WAITING, "1.1", "1.10", NULL, NULL);
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  access_press_filter (page, "Needs Attention 1");
  access_wait_for_rows (page, "Waiting for TikTok", TRUE);
  access_wait_for_rows (page, "ads to stop", FALSE);
  test_window_free (window);
}

/* Where the creator alone can tell, nothing is known of ads. */
static void
test_waits_for_creator (void)
{
  SparkAccessPage *page;
  SparkWindow *window = access_set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const SparkAccount account
      = { .id = "1", .name = "Mine", .platform = SPARK_PLATFORM_TRACKED, .role = SPARK_ROLE_OWNER };
  const SparkGrant revoking = {
    .id = "1.10", .video_id = "1.1", .brand = { "1.9", "Acme" }, .state = SPARK_GRANT_STATE_REVOKING
  };

  fake_add_account (replica, &account);
  fake_add_grant (replica, &revoking);
  fake_add_attention (replica, SPARK_ATTENTION_WAITING, "1.1", "1.10", NULL, NULL);
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  access_press_filter (page, "Needs Attention 1");
  access_wait_for_rows (page, "Ask Acme to remove the video", TRUE);
  access_wait_for_rows (page, "ads to stop", FALSE);
  /* It is found by what it says. */
  gtk_editable_set_text (GTK_EDITABLE (test_find (page, GTK_TYPE_SEARCH_ENTRY, 0)), "remove the");
  test_wait (test_find_button (page, "Needs Attention 1") != NULL);
  access_wait_for_rows (page, "Ask Acme to remove the video", TRUE);
  test_window_free (window);
}

static void
test_code_of_unknown (void)
{
  SparkAccessPage *page;
  SparkWindow *window = access_set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  g_autofree char *toast = NULL;

  access_add_grants (replica);
  access_add_attention (replica);
  fake_refuse ("POST /v1/videos/1.1/grants",
               g_error_new_literal (SPARK_ERROR, SPARK_ERROR_FORBIDDEN, ""));
  test_window_act (window, "win.confirm-brand", "1.5");
  test_wait ((toast = test_window_take_toast (window)) != NULL);
  g_assert_nonnull (strstr (fake_sent (), "POST /v1/videos/1.1/grants {\"brand\":\"1.9\"}"));
  /* Nobody knows of this one to whom it was given. */
  test_window_act (window, "win.confirm-brand", "1.6");
  g_free (toast);
  toast = test_window_take_toast (window);
  g_assert_cmpstr (toast, ==, "It is no longer there");
  test_window_free (window);
}

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);

  g_test_add_func ("/access/attention", test_attention);
  g_test_add_func ("/access/asked", test_asked);
  g_test_add_func ("/access/asked-too-late", test_asked_too_late);
  g_test_add_func ("/access/asked/of-viewer", test_asked_of_viewer);
  g_test_add_func ("/access/dismiss-refused", test_dismiss_refused);
  g_test_add_func ("/access/attention-of", test_attention_of);
  g_test_add_func ("/access/waits-for-tiktok", test_waits_for_tiktok);
  g_test_add_func ("/access/waits-for-creator", test_waits_for_creator);
  g_test_add_func ("/access/code-of-unknown", test_code_of_unknown);
  return g_test_run ();
}
