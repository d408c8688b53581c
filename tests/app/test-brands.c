/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <locale.h>

#include "app/spark-brand-page.h"
#include "app/spark-confirm.h"
#include "app/spark-dialog.h"
#include "app/spark-event-row.h"
#include "app/spark-format.h"
#include "app/spark-pick-bar.h"
#include "app/spark-pick-box-row.h"
#include "fake-backend.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "test-window.h"

#define BRAND_JSON                                                                                 \
  "{\"id\":\"1.9\",\"account_id\":\"1\",\"name\":\"Acme\",\"advertiser_ids\":[],"                  \
  "\"new_advertiser_ids\":[],\"deal\":null,\"notes\":null,\"grants_active\":0,\"ads_active\":"     \
  "null,"                                                                                          \
  "\"paid\":{},\"videos\":0,\"last_activity_at\":null}"

static SparkWindow *
set_up (void)
{
  SparkWindow *window = test_window_new (NULL);
  static const SparkDeal deal = { .fee = 120050, .currency = "EUR", .paid = TRUE };
  const SparkBrand brand = { .id = "1.9",
                             .account_id = "1",
                             .name = "Acme",
                             .deal = &deal,
                             .notes = "Asks for edits",
                             .grants_active = 2,
                             .videos = 3 };

  fake_reset ();
  fake_add_brand (spark_backend_get_replica (spark_window_get_backend (window)), &brand);
  return window;
}

static void
act (SparkWindow *window, const char *action, const char *advertiser)
{
  gtk_widget_activate_action (GTK_WIDGET (window), action, "(ss)", "1.9", advertiser);
}

static void
test_show (void)
{
  SparkWindow *window = set_up ();

  test_window_act (window, "win.show-brand", "1.9");
  g_assert_cmpstr (test_window_get_shown (window), ==, "1.9");
  test_window_free (window);
}

/* A warning ends the test. */
static void
test_no_markup (void)
{
  SparkWindow *window = set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const SparkEvent event = { .id = "1.70",
                             .type = SPARK_EVENT_GRANT_AUTHORIZED,
                             .video_id = "1.1",
                             .brand = { "1.9", "Pixel & <Thread>" } };
  g_autoptr (SparkEventItem) item = NULL;
  g_autoptr (GtkWidget) row = NULL;

  fake_add_event (replica, &event);
  item = spark_replica_get_event (replica, event.id);
  row = g_object_ref_sink (spark_event_row_create (item, NULL));
  g_assert_nonnull (
      strstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), "Pixel & <Thread>"));
  g_clear_object (&row);
  test_window_free (window);
}

/* When it was takes no room from what happened, however large the letters and narrow the window. */
static void
test_large_letters (void)
{
  SparkWindow *window = set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const SparkEvent event = { .id = "1.71",
                             .type = SPARK_EVENT_GRANT_AUTHORIZED,
                             .at = spark_time_now () - SPARK_DAY_MS,
                             .video_id = "1.1",
                             .brand = { "1.9", "Acme" } };
  GtkSettings *settings = gtk_settings_get_default ();
  GtkWindow *frame = GTK_WINDOW (gtk_window_new ());
  GtkWidget *list = gtk_list_box_new ();
  g_autoptr (SparkEventItem) item = NULL;
  g_autofree char *texts = NULL;
  int usual_dpi;
  GtkWidget *row, *title;

  g_object_get (settings, "gtk-xft-dpi", &usual_dpi, NULL);
  g_object_set (settings, "gtk-xft-dpi", 2 * usual_dpi, NULL);
  fake_add_event (replica, &event);
  item = spark_replica_get_event (replica, event.id);
  row = spark_event_row_create (item, NULL);
  gtk_list_box_append (GTK_LIST_BOX (list), row);
  gtk_window_set_child (frame, list);
  gtk_window_set_default_size (frame, 336, 300);
  gtk_window_present (frame);
  test_wait (gtk_widget_get_width (row) > 0);
  title = test_find (row, GTK_TYPE_LABEL, 0);
  g_assert_cmpstr (gtk_label_get_label (GTK_LABEL (title)), ==,
                   adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)));
  g_assert_cmpint (gtk_widget_get_width (title), >, gtk_widget_get_width (row) * 3 / 4);
  texts = test_texts (row);
  g_assert_nonnull (strstr (texts, "Yesterday, "));
  g_object_set (settings, "gtk-xft-dpi", usual_dpi, NULL);
  gtk_window_destroy (frame);
  test_window_free (window);
}

/* Also for who does not see the red. */
static void
assert_wrong (GtkEditable *entry, gboolean wrong)
{
  g_autofree char *problem = gtk_test_accessible_check_state (
      GTK_ACCESSIBLE (gtk_editable_get_delegate (entry)), GTK_ACCESSIBLE_STATE_INVALID,
      wrong ? GTK_ACCESSIBLE_INVALID_TRUE : GTK_ACCESSIBLE_INVALID_FALSE);

  g_assert_cmpstr (problem, ==, NULL);
}

/* Below the field, and as the description of the field and of the button that does not answer. */
static void
assert_obstacle (SparkDialog *dialog, GtkEditable *field, const char *sentence)
{
  g_autofree char *texts = test_seen_texts (dialog);
  GtkWidget *button = gtk_window_get_default_widget (GTK_WINDOW (dialog));
  GtkAccessible *described[]
      = { GTK_ACCESSIBLE (gtk_editable_get_delegate (field)), GTK_ACCESSIBLE (button) };

  g_assert_nonnull (strstr (texts, sentence));
  g_assert_false (gtk_widget_is_sensitive (button));
  g_assert_cmpstr (gtk_widget_get_tooltip_text (button), ==, sentence);
  for (guint i = 0; i < G_N_ELEMENTS (described); i++)
    {
      g_autofree char *problem = gtk_test_accessible_check_property (
          described[i], GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, sentence);

      g_assert_cmpstr (problem, ==, NULL);
    }
}

static void
test_edit (void)
{
  SparkWindow *window = set_up ();
  g_autofree char *toast = NULL;
  SparkDialog *dialog;
  GtkEditable *name, *fee, *currency;

  test_window_act (window, "win.edit-brand", "1.9");
  dialog = SPARK_DIALOG (test_get_dialog (window));
  name = GTK_EDITABLE (test_find (dialog, ADW_TYPE_ENTRY_ROW, 0));
  fee = GTK_EDITABLE (test_find (dialog, ADW_TYPE_ENTRY_ROW, 1));
  currency = GTK_EDITABLE (test_find (dialog, ADW_TYPE_ENTRY_ROW, 2));
  g_assert_cmpstr (gtk_editable_get_text (name), ==, "Acme");
  g_assert_cmpstr (gtk_editable_get_text (fee), ==, "1200.50");
  g_assert_true (spark_dialog_get_can_submit (dialog));

  gtk_editable_set_text (fee, "a lot");
  assert_wrong (fee, TRUE);
  assert_obstacle (dialog, fee, "The fee is no amount. Write it in digits, such as 1500.");
  gtk_editable_set_text (fee, "99.99");
  assert_wrong (fee, FALSE);
  gtk_editable_set_text (currency, "euro");
  assert_wrong (currency, TRUE);
  assert_obstacle (dialog, currency,
                   "The currency of the fee is three capital letters, such as EUR.");
  gtk_editable_set_text (currency, "USD");
  gtk_editable_set_text (name, "");
  assert_obstacle (dialog, name, "Enter the name of the brand.");
  gtk_editable_set_text (name, "Acme Inc.");
  g_assert_true (spark_dialog_get_can_submit (dialog));
  g_assert_false (gtk_test_accessible_has_property (
      GTK_ACCESSIBLE (gtk_editable_get_delegate (name)), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION));

  fake_refuse ("PATCH /v1/brands/1.9",
               g_error_new_literal (SPARK_ERROR, SPARK_ERROR_BRAND_EXISTS, "There is one."));
  spark_dialog_submit (dialog);
  test_wait (spark_dialog_get_problem (dialog) != NULL);
  g_assert_true (test_has_dialog (window));

  fake_reset ();
  fake_answer ("PATCH /v1/brands/1.9", BRAND_JSON);
  spark_dialog_submit (dialog);
  test_wait (!test_has_dialog (window));
  g_assert_cmpstr (fake_sent (), ==,
                   "PATCH /v1/brands/1.9 {\"name\":\"Acme Inc.\",\"notes\":\"Asks for edits\","
                   "\"deal\":{\"fee\":9999,\"currency\":\"USD\",\"paid\":true,"
                   "\"ends_at\":null}}\n");
  toast = test_window_take_toast (window);
  g_assert_cmpstr (toast, ==, "Saved");
  test_window_free (window);
}

static void
test_confirm_advertiser (void)
{
  SparkWindow *window = set_up ();
  g_autofree char *toast = NULL;

  fake_answer ("POST /v1/brands/1.9/advertisers/7001/confirm", BRAND_JSON);
  act (window, "win.confirm-advertiser", "7001");
  test_wait ((toast = test_window_take_toast (window)) != NULL);
  g_assert_cmpstr (toast, ==, "Ad account confirmed");
  test_window_free (window);
}

static void
test_refuse_advertiser (void)
{
  SparkWindow *window = set_up ();
  GtkWindow *dialog;

  act (window, "win.refuse-advertiser", "7001");
  dialog = test_get_dialog (window);
  g_assert_cmpstr (fake_sent (), ==, "");
  fake_answer ("POST /v1/brands/1.9/advertisers/7001/refuse", BRAND_JSON);
  g_signal_emit_by_name (dialog, "confirmed");
  test_wait (!test_has_dialog (window));
  g_assert_cmpstr (fake_sent (), ==, "POST /v1/brands/1.9/advertisers/7001/refuse {}\n");
  test_window_free (window);
}

static const SparkGrant all_grants[] = {
  { .id = "1.20",
    .video_id = "1.1",
    .brand = { "1.9", "Acme" },
    .state = SPARK_GRANT_STATE_PENDING },
  { .id = "1.21",
    .video_id = "1.2",
    .brand = { "1.9", "Acme" },
    .state = SPARK_GRANT_STATE_AUTHORIZED },
  /* the same video, from another ad account */
  { .id = "1.22",
    .video_id = "1.2",
    .brand = { "1.9", "Acme" },
    .state = SPARK_GRANT_STATE_AUTHORIZED },
  { .id = "1.23",
    .video_id = "1.3",
    .brand = { "1.9", "Acme" },
    .state = SPARK_GRANT_STATE_REVOKING },
  { .id = "1.24",
    .video_id = "1.3",
    .brand = { "1.9", "Acme" },
    .state = SPARK_GRANT_STATE_UNBOUND },
  { .id = "1.25",
    .video_id = "1.3",
    .brand = { "1.9", "Acme" },
    .state = SPARK_GRANT_STATE_REVOKED },
  { .id = "1.26",
    .video_id = "1.3",
    .brand = { "1.8", "Nord" },
    .state = SPARK_GRANT_STATE_AUTHORIZED },
};

static void
add_grants (SparkWindow *window)
{
  for (guint i = 0; i < G_N_ELEMENTS (all_grants); i++)
    fake_add_grant (spark_backend_get_replica (spark_window_get_backend (window)), &all_grants[i]);
}

static void
wait_for_text (gpointer root, const char *part)
{
  for (;;)
    {
      g_autofree char *texts = test_seen_texts (root);

      if (strstr (texts, part) != NULL)
        return;
      test_turn ();
    }
}

/* What one Revoke… is offered for, Revoke All… ends: also what is pending. */
static void
test_revoke_all (void)
{
  SparkWindow *window = set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const SparkBatch done = { .id = "1.30",
                            .act = SPARK_BATCH_ACT_REVOKE,
                            .state = SPARK_BATCH_STATE_DONE,
                            .done = 3,
                            .failed = 1,
                            .total = 3 };
  g_autofree char *texts = NULL;
  GtkWindow *dialog;

  add_grants (window);
  test_window_act (window, "win.revoke-brand", "1.9");
  dialog = test_get_dialog (window);
  texts = test_seen_texts (dialog);
  g_assert_nonnull (strstr (texts, "Acme can no longer use 2 videos in ads."));
  g_assert_nonnull (strstr (texts, "Other brands keep access."));
  g_assert_nonnull (strstr (texts, "Views and likes that ads brought stay."));
  g_assert_cmpstr (fake_sent (), ==, "");
  fake_answer ("POST /v1/batches",
               "{\"id\":\"1.30\",\"act\":\"revoke\",\"state\":\"running\",\"done\":0,"
               "\"failed\":0,\"total\":3,\"days\":null,\"added\":0,\"updated\":0,"
               "\"skipped\":0,\"problem\":null,\"created_at\":\"2026-03-01T00:00:00Z\"}");
  spark_dialog_submit (SPARK_DIALOG (dialog));
  wait_for_text (dialog, "0 of 3 done");
  g_assert_cmpstr (fake_sent (), ==,
                   "POST /v1/batches {\"act\":\"revoke\",\"ids\":[\"1.20\",\"1.21\",\"1.22\"]}\n");
  fake_answer ("GET /v1/batches/1.30/results?state=failed&limit=100",
               "{\"items\":[{\"id\":\"1.20\",\"state\":\"failed\",\"problem\":\"forbidden\","
               "\"made_id\":null}],\"next_cursor\":null}");
  fake_answer ("GET /v1/batches/1.30/results?state=done&limit=100",
               "{\"items\":[],\"next_cursor\":null}");
  fake_add_batch (replica, &done);
  g_signal_emit_by_name (spark_window_get_backend (window), "changed", (guint)SPARK_KINDS_BATCH);
  wait_for_text (dialog, "2 done, 1 failed");
  wait_for_text (dialog, "Try Failed Again");
  test_window_free (window);
}

/* There is nothing to ask about: it ended meanwhile. */
static void
test_revoke_all_ended (void)
{
  SparkWindow *window = set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  g_autofree char *toast = NULL;

  fake_add_grant (replica, &all_grants[3]);
  fake_add_grant (replica, &all_grants[4]);
  fake_add_grant (replica, &all_grants[6]);
  test_window_act (window, "win.revoke-brand", "1.9");
  g_assert_false (test_has_dialog (window));
  toast = test_window_take_toast (window);
  g_assert_cmpstr (toast, ==, "This access has already ended");
  test_window_free (window);
}

/* Of what has not come yet nothing would end. */
static void
test_revoke_all_loading (void)
{
  SparkWindow *window = set_up ();
  g_autofree char *toast = NULL;

  add_grants (window);
  fake_backend_set_status (spark_window_get_backend (window), SPARK_BACKEND_LOADING);
  test_window_act (window, "win.revoke-brand", "1.9");
  g_assert_false (test_has_dialog (window));
  toast = test_window_take_toast (window);
  g_assert_cmpstr (toast, ==, "Still connecting. Try again in a moment.");

  fake_backend_set_status (spark_window_get_backend (window), SPARK_BACKEND_ONLINE);
  test_window_act (window, "win.revoke-brand", "1.9");
  g_assert_true (test_has_dialog (window));
  test_window_free (window);
}

/* What only TikTok can end is not said to end. */
static void
test_revoke_all_tracked (void)
{
  const SparkAccount account
      = { .id = "1", .name = "Mine", .platform = SPARK_PLATFORM_TRACKED, .role = SPARK_ROLE_OWNER };
  SparkWindow *window = set_up ();
  g_autofree char *texts = NULL;

  fake_add_account (spark_backend_get_replica (spark_window_get_backend (window)), &account);
  add_grants (window);
  test_window_act (window, "win.revoke-brand", "1.9");
  texts = test_seen_texts (test_get_dialog (window));
  g_assert_nonnull (strstr (texts, "You say that Acme may no longer use 2 videos in ads."));
  g_assert_nonnull (strstr (texts, "To end it on TikTok, ask the brand"));
  g_assert_null (strstr (texts, "stopped"));
  test_window_free (window);
}

/* It goes through the brand's ad account then, and what cannot be done is said before. */
static void
test_revoke_all_not_connected (void)
{
  SparkAccount account = { .id = "1",
                           .name = "Mine",
                           .platform = SPARK_PLATFORM_TIKTOK,
                           .role = SPARK_ROLE_OWNER,
                           .connection = SPARK_CONNECTION_STATE_CONNECTED };
  const char *const sentences[] = { "TikTok no longer lets Sparkbox in for Mine.",
                                    "Until it is connected again, Sparkbox ends access only" };
  SparkWindow *window = set_up ();

  add_grants (window);
  for (guint lost = 0; lost < 2; lost++)
    {
      g_autofree char *texts = NULL;
      GtkWindow *dialog;

      if (lost)
        account.connection = SPARK_CONNECTION_STATE_LOST;
      fake_add_account (spark_backend_get_replica (spark_window_get_backend (window)), &account);
      test_window_act (window, "win.revoke-brand", "1.9");
      dialog = test_get_dialog (window);
      g_assert_true (spark_dialog_get_can_submit (SPARK_DIALOG (dialog)));
      texts = test_seen_texts (dialog);
      for (guint i = 0; i < G_N_ELEMENTS (sentences); i++)
        g_assert_cmpint (strstr (texts, sentences[i]) != NULL, ==, lost);
      test_close_dialog (window, dialog);
    }
  test_window_free (window);
}

static void
test_gone (void)
{
  SparkWindow *window = set_up ();
  g_autofree char *toast = NULL;

  test_window_act (window, "win.edit-brand", "1.404");
  g_assert_false (test_has_dialog (window));
  toast = test_window_take_toast (window);
  g_assert_cmpstr (toast, ==, "It is no longer there");
  test_window_free (window);
}

/* --- with several creators --- */

static void
add_brand (SparkReplica *replica, const char *id, const char *account_id, const char *name)
{
  const SparkBrand brand
      = { .id = id, .account_id = account_id, .name = name, .grants_active = 2, .videos = 3 };

  fake_add_brand (replica, &brand);
}

static void
set_up_creators (SparkReplica *replica)
{
  static const char *const creators[][2]
      = { { "1", "Anna" }, { "2", "Ben" }, { "3", "Cleo" }, { "4", "Dora" }, { "5", "Eli" } };

  for (guint i = 0; i < G_N_ELEMENTS (creators); i++)
    {
      const SparkAccount account
          = { .id = creators[i][0], .name = creators[i][1], .role = SPARK_ROLE_OWNER };

      fake_add_account (replica, &account);
    }
}

static void
assert_shown (gpointer page, const char *text, gboolean shown)
{
  g_autofree char *texts = test_seen_texts (page);

  if ((strstr (texts, text) != NULL) != shown)
    g_error ("“%s” in:\n%s", text, texts);
}

/* A page that says that nothing is open, and offers nothing to end it, while a row does. */
static void
test_pending (void)
{
  GtkWidget *page = g_object_new (SPARK_TYPE_BRAND_PAGE, NULL);
  SparkWindow *window = test_window_new (page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const SparkBrand brand = { .id = "1.9", .account_id = "1", .name = "Acme", .videos = 2 };
  SparkGrant grant = all_grants[0];

  fake_reset ();
  set_up_creators (replica);
  fake_add_brand (replica, &brand);
  fake_add_grant (replica, &grant);
  fake_add_grant (replica, &all_grants[4]);
  test_window_set_account_id (window, "1");
  spark_brand_page_set_context (SPARK_BRAND_PAGE (page), spark_window_get_context (window));
  g_assert_true (spark_brand_page_show (SPARK_BRAND_PAGE (page), "1.9"));
  assert_shown (page, "access to 1 now", TRUE);
  assert_shown (page, "_Revoke All…", TRUE);

  /* What is being revoked is open still, and there is nothing to do about it. */
  grant.state = SPARK_GRANT_STATE_REVOKING;
  fake_add_grant (replica, &grant);
  g_assert_false (spark_brand_page_show (SPARK_BRAND_PAGE (page), NULL));
  g_assert_true (spark_brand_page_show (SPARK_BRAND_PAGE (page), "1.9"));
  assert_shown (page, "access to 1 now", TRUE);
  assert_shown (page, "_Revoke All…", FALSE);
  grant.state = SPARK_GRANT_STATE_REVOKED;
  fake_add_grant (replica, &grant);
  g_assert_false (spark_brand_page_show (SPARK_BRAND_PAGE (page), NULL));
  g_assert_true (spark_brand_page_show (SPARK_BRAND_PAGE (page), "1.9"));
  assert_shown (page, "no access now", TRUE);
  test_window_free (window);
}

/* --- selecting --- */

static SparkWindow *
set_up_selecting (SparkBrandPage **page)
{
  const SparkVideo videos[] = { { .id = "1.1", .account_id = "1", .caption = "Morning routine" },
                                { .id = "1.2", .account_id = "1", .caption = "Evening" } };
  SparkWindow *window;
  SparkReplica *replica;

  *page = g_object_new (SPARK_TYPE_BRAND_PAGE, NULL);
  window = test_window_new (GTK_WIDGET (*page));
  replica = spark_backend_get_replica (spark_window_get_backend (window));
  fake_reset ();
  set_up_creators (replica);
  add_brand (replica, "1.9", "1", "Acme");
  add_brand (replica, "1.8", "1", "Nord");
  add_brand (replica, "1.7", "1", "Oak");
  for (guint i = 0; i < G_N_ELEMENTS (videos); i++)
    fake_add_video (replica, &videos[i]);
  for (guint i = 0; i < 3; i++)
    fake_add_grant (replica, &all_grants[i]);
  fake_add_grant (replica, &all_grants[6]);
  test_window_set_account_id (window, "1");
  spark_brand_page_set_context (*page, spark_window_get_context (window));
  g_assert_true (spark_brand_page_show (*page, "1.9"));
  test_wait (gtk_widget_get_height (test_find (*page, SPARK_TYPE_PICK_BOX_ROW, 0)) > 0);
  return window;
}

static SparkPickBar *
get_bar (gpointer page)
{
  return test_find (page, SPARK_TYPE_PICK_BAR, 0);
}

static GtkToggleButton *
get_pick_button (gpointer page)
{
  for (guint i = 0;; i++)
    {
      GtkToggleButton *button = test_find (page, GTK_TYPE_TOGGLE_BUTTON, i);

      g_assert_nonnull (button);
      if (g_strcmp0 (gtk_button_get_icon_name (GTK_BUTTON (button)), "selection-mode-symbolic")
          == 0)
        return button;
    }
}

/* For who sees it, and for who does not. */
static void
assert_picked (gpointer page, guint n, gboolean picked)
{
  GtkWidget *row = test_find (page, SPARK_TYPE_PICK_BOX_ROW, n);
  GtkWidget *check = test_find (row, GTK_TYPE_CHECK_BUTTON, 0);
  g_autofree char *problem = gtk_test_accessible_check_state (
      GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_SELECTED, picked);

  g_assert_cmpstr (problem, ==, NULL);
  g_assert_cmpint (gtk_check_button_get_active (GTK_CHECK_BUTTON (check)), ==, picked);
}

/* Some of what one brand may use are revoked on its own page, as they are on Access. */
static void
test_select (void)
{
  SparkBrandPage *page;
  SparkWindow *window = set_up_selecting (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  GtkWidget *row = test_find (page, SPARK_TYPE_PICK_BOX_ROW, 1);
  GtkWidget *box = gtk_widget_get_parent (row);
  SparkGrant changed = all_grants[1];
  GtkWidget *acts;

  g_assert_false (gtk_widget_get_focusable (row));
  g_assert_false (
      gtk_test_accessible_has_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_SELECTED));
  gtk_toggle_button_set_active (get_pick_button (page), TRUE);
  g_assert_true (spark_pick_bar_is_active (get_bar (page)));
  wait_for_text (get_bar (page), "Select rows");
  /* The keyboard is where one selects. */
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (window))
                 == test_find (page, SPARK_TYPE_PICK_BOX_ROW, 0));
  gtk_widget_activate (row);
  wait_for_text (get_bar (page), "1 selected");
  assert_picked (page, 0, FALSE);
  assert_picked (page, 1, TRUE);
  gtk_widget_activate (row);
  wait_for_text (get_bar (page), "Select rows");
  assert_picked (page, 1, FALSE);
  gtk_widget_grab_focus (row);
  g_signal_emit_by_name (box, "toggle-cursor-row");
  wait_for_text (get_bar (page), "1 selected");
  g_signal_emit_by_name (box, "move-cursor", GTK_MOVEMENT_DISPLAY_LINES, 1, TRUE, FALSE);
  wait_for_text (get_bar (page), "2 selected");
  assert_picked (page, 2, TRUE);
  /* Below the last there is nothing to select. */
  g_signal_emit_by_name (box, "move-cursor", GTK_MOVEMENT_DISPLAY_LINES, 1, FALSE, FALSE);
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (window))
                 == test_find (page, SPARK_TYPE_PICK_BOX_ROW, 2));
  wait_for_text (get_bar (page), "2 selected");
  /* With Ctrl the keyboard moves alone; without it selects what it moves to. */
  g_signal_emit_by_name (box, "move-cursor", GTK_MOVEMENT_DISPLAY_LINES, -2, FALSE, TRUE);
  wait_for_text (get_bar (page), "2 selected");
  g_signal_emit_by_name (box, "move-cursor", GTK_MOVEMENT_DISPLAY_LINES, 1, FALSE, FALSE);
  wait_for_text (get_bar (page), "1 selected");
  assert_picked (page, 1, TRUE);
  assert_picked (page, 2, FALSE);
  g_signal_emit_by_name (box, "select-all");
  wait_for_text (get_bar (page), "3 selected");
  acts = test_find (get_bar (page), ADW_TYPE_SQUEEZER, 0);
  gtk_widget_grab_focus (test_find (acts, GTK_TYPE_BUTTON, 1));
  g_signal_emit_by_name (box, "unselect-all");
  wait_for_text (get_bar (page), "Select rows");
  /* With nothing selected there is no act: the keyboard is where one selects. */
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (window))
                 == test_find (page, SPARK_TYPE_PICK_BOX_ROW, 0));

  /* What changes stays selected. */
  gtk_widget_activate (row);
  changed.ends_at = spark_time_now () + SPARK_DAY_MS;
  fake_add_grant (replica, &changed);
  gtk_widget_activate (test_find (page, SPARK_TYPE_PICK_BOX_ROW, 2));
  wait_for_text (get_bar (page), "2 selected");
  g_signal_emit_by_name (test_find (acts, GTK_TYPE_BUTTON, 1), "clicked");
  fake_answer ("POST /v1/batches",
               "{\"id\":\"1.30\",\"act\":\"revoke\",\"state\":\"running\",\"done\":0,"
               "\"failed\":0,\"total\":2,\"days\":null,\"added\":0,\"updated\":0,"
               "\"skipped\":0,\"problem\":null,\"created_at\":\"2026-03-01T00:00:00Z\"}");
  spark_dialog_submit (SPARK_DIALOG (test_get_dialog (window)));
  wait_for_text (test_get_dialog (window), "0 of 2 done");
  g_assert_cmpstr (fake_sent (), ==,
                   "POST /v1/batches {\"act\":\"revoke\",\"ids\":[\"1.21\",\"1.22\"]}\n");
  test_window_free (window);
}

static float
get_bottom (gpointer widget, gpointer in)
{
  graphene_rect_t place;

  g_assert_true (gtk_widget_compute_bounds (widget, in, &place));
  return place.origin.y + place.size.height;
}

/* The bar comes over the last row that is in view. */
static void
test_select_in_view (void)
{
  SparkBrandPage *page;
  SparkWindow *window = set_up_selecting (&page);
  GtkWidget *row = test_find (page, SPARK_TYPE_PICK_BOX_ROW, 0);
  GtkWidget *port = gtk_widget_get_ancestor (row, GTK_TYPE_SCROLLED_WINDOW);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (port));

  gtk_window_set_default_size (GTK_WINDOW (window), 400, 320);
  test_wait (gtk_widget_get_width (GTK_WIDGET (window)) <= 400
             && gtk_adjustment_get_upper (adjustment)
                    > gtk_adjustment_get_page_size (adjustment) + 100);
  gtk_widget_child_focus (gtk_widget_get_first_child (row), GTK_DIR_TAB_FORWARD);
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment)
                                            + (double)get_bottom (row, port)
                                            - gtk_widget_get_height (port));
  test_wait (get_bottom (row, port) <= (float)gtk_widget_get_height (port)
             && get_bottom (row, port) > (float)gtk_widget_get_height (port) - 2);
  gtk_toggle_button_set_active (get_pick_button (page), TRUE);
  test_wait (gtk_widget_get_height (GTK_WIDGET (get_bar (page))) > 40);
  test_wait (get_bottom (row, port) <= (float)gtk_widget_get_height (port));
  test_window_free (window);
}

/* Where their words would need several lines they are in a menu. */
static void
test_select_acts (void)
{
  SparkBrandPage *page;
  SparkWindow *window = set_up_selecting (&page);
  GtkWidget *squeezer = test_find (get_bar (page), ADW_TYPE_SQUEEZER, 0);
  GtkWidget *menu = gtk_widget_get_last_child (squeezer);
  GtkWidget *act;

  spark_pick_bar_add_act (get_bar (page), "Extend _What Is Used by Them All…",
                          SPARK_BATCH_ACT_EXTEND);
  gtk_toggle_button_set_active (get_pick_button (page), TRUE);
  g_signal_emit_by_name (gtk_widget_get_parent (test_find (page, SPARK_TYPE_PICK_BOX_ROW, 0)),
                         "select-all");
  act = gtk_widget_get_last_child (gtk_widget_get_first_child (squeezer));
  gtk_window_set_default_size (GTK_WINDOW (window), 900, 500);
  test_wait (gtk_widget_get_child_visible (gtk_widget_get_parent (act))
             && gtk_widget_get_height (act) > 0);
  gtk_window_set_default_size (GTK_WINDOW (window), 400, 500);
  test_wait (gtk_widget_get_width (GTK_WIDGET (window)) <= 400
             && gtk_widget_get_child_visible (menu) && gtk_widget_get_height (menu) > 0);
  test_window_free (window);
}

/* A telephone with large letters: what has no room beside the heading stands below it. */
static void
test_heading (void)
{
  SparkBrandPage *page;
  SparkWindow *window = set_up_selecting (&page);
  GtkSettings *settings = gtk_settings_get_default ();
  GtkWidget *pick = GTK_WIDGET (get_pick_button (page));
  GtkWidget *revoke = test_find_button (page, "_Revoke All…");
  GtkWidget *heading = gtk_widget_get_first_child (gtk_widget_get_parent (revoke));
  graphene_rect_t title, icon, act;
  int usual_dpi;

  g_object_get (settings, "gtk-xft-dpi", &usual_dpi, NULL);
  g_object_set (settings, "gtk-xft-dpi", 2 * usual_dpi, NULL);
  gtk_window_set_default_size (GTK_WINDOW (window), 360, 500);
  test_wait (gtk_widget_get_width (GTK_WIDGET (window)) <= 360);
  test_wait (gtk_widget_compute_bounds (heading, GTK_WIDGET (page), &title)
             && gtk_widget_compute_bounds (pick, GTK_WIDGET (page), &icon)
             && gtk_widget_compute_bounds (revoke, GTK_WIDGET (page), &act)
             && act.origin.y >= title.origin.y + title.size.height);
  g_assert_cmpfloat (icon.origin.y, <, title.origin.y + title.size.height);
  g_assert_cmpfloat (icon.origin.y + icon.size.height, >, title.origin.y);
  g_assert_cmpfloat (icon.origin.x, >, title.origin.x + 100);
  g_assert_cmpfloat_with_epsilon (act.origin.x, title.origin.x, 1);
  g_object_set (settings, "gtk-xft-dpi", usual_dpi, NULL);
  test_window_free (window);
}

/* Nothing of it is left on another brand's page, nor where there is nothing to select. */
static void
test_select_ends (void)
{
  SparkBrandPage *page;
  SparkWindow *window = set_up_selecting (&page);
  GtkWidget *row = test_find (page, SPARK_TYPE_PICK_BOX_ROW, 0);

  gtk_toggle_button_set_active (get_pick_button (page), TRUE);
  gtk_widget_activate (row);
  gtk_toggle_button_set_active (get_pick_button (page), FALSE);
  g_assert_false (gtk_widget_get_focusable (row));
  /* Nor does anybody hear that it is not. */
  g_assert_false (
      gtk_test_accessible_has_state (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_STATE_SELECTED));
  g_assert_false (gtk_widget_get_state_flags (row) & GTK_STATE_FLAG_SELECTED);
  g_assert_false (gtk_widget_get_visible (test_find (row, GTK_TYPE_CHECK_BUTTON, 0)));
  /* The keyboard stays in the row it was in. */
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (window)), row));

  gtk_toggle_button_set_active (get_pick_button (page), TRUE);
  g_assert_true (spark_brand_page_show (page, "1.8"));
  g_assert_false (spark_pick_bar_is_active (get_bar (page)));
  gtk_toggle_button_set_active (get_pick_button (page), TRUE);
  g_assert_true (spark_brand_page_show (page, "1.7"));
  g_assert_false (spark_pick_bar_is_active (get_bar (page)));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (get_pick_button (page))));
  test_window_free (window);
}

/* What a role may not do to one it may not do to several. */
static void
test_select_of_viewer (void)
{
  SparkBrandPage *page;
  SparkWindow *window = set_up_selecting (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  SparkAccount account = { .id = "1", .name = "Anna", .role = SPARK_ROLE_OWNER };
  GtkWidget *acts = test_find (get_bar (page), ADW_TYPE_SQUEEZER, 0);

  gtk_toggle_button_set_active (get_pick_button (page), TRUE);
  g_signal_emit_by_name (gtk_widget_get_parent (test_find (page, SPARK_TYPE_PICK_BOX_ROW, 0)),
                         "select-all");
  g_assert_true (gtk_widget_get_visible (acts));
  account.role = SPARK_ROLE_VIEW;
  fake_add_account (replica, &account);
  g_signal_emit_by_name (spark_window_get_backend (window), "changed", SPARK_KINDS_ACCOUNT);
  g_assert_false (gtk_widget_get_visible (acts));
  test_window_free (window);
}

/* A manager's: each has a deal of their own with the brand, and the page leads to the others'. */
static void
test_others (void)
{
  GtkWidget *page = g_object_new (SPARK_TYPE_BRAND_PAGE, NULL);
  SparkWindow *window = test_window_new (page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const SparkGrant grants[] = { { .id = "2.20",
                                  .video_id = "2.1",
                                  .brand = { "2.9", "Acme" },
                                  .state = SPARK_GRANT_STATE_PENDING },
                                { .id = "2.21",
                                  .video_id = "2.1",
                                  .brand = { "2.9", "Acme" },
                                  .state = SPARK_GRANT_STATE_AUTHORIZED } };
  const SparkAccount renamed = { .id = "5", .name = "Elisa", .role = SPARK_ROLE_OWNER };
  GtkWidget *list, *row;

  fake_reset ();
  set_up_creators (replica);
  add_brand (replica, "1.9", "1", "Acme");
  add_brand (replica, "2.9", "2", "Acme");
  add_brand (replica, "2.8", "2", "Another");
  for (guint i = 0; i < G_N_ELEMENTS (grants); i++)
    fake_add_grant (replica, &grants[i]);
  test_window_set_account_id (window, NULL);
  spark_brand_page_set_context (SPARK_BRAND_PAGE (page), spark_window_get_context (window));
  g_assert_true (spark_brand_page_show (SPARK_BRAND_PAGE (page), "1.9"));
  assert_shown (page, "Also With", TRUE);
  assert_shown (page, "Ben", TRUE);
  assert_shown (page, "Cleo", FALSE);
  assert_shown (page, "Show More", FALSE);
  list = gtk_widget_get_ancestor (test_find (page, ADW_TYPE_ACTION_ROW, 0), GTK_TYPE_LIST_BOX);
  g_assert_cmpstr (adw_action_row_get_subtitle (
                       ADW_ACTION_ROW (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 0))),
                   ==, "3 videos\u00a0· access to 2 now");
  g_signal_emit_by_name (list, "row-activated",
                         gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 0));
  g_assert_cmpstr (test_window_get_shown (window), ==, "2.9");

  /* The first few; the others when they are asked for. */
  add_brand (replica, "3.9", "3", "Acme");
  add_brand (replica, "4.9", "4", "Acme");
  add_brand (replica, "5.9", "5", "Acme");
  g_assert_true (spark_brand_page_show (SPARK_BRAND_PAGE (page), "2.9"));
  assert_shown (page, "Dora", TRUE);
  assert_shown (page, "Eli", FALSE);
  test_press (page, "_Show More");
  assert_shown (page, "Eli", TRUE);
  assert_shown (page, "Show More", FALSE);

  /* An account changes often: what was unfolded stays, and where the keyboard is. */
  row = GTK_WIDGET (gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), 3));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (window)) == row);
  fake_add_account (replica, &renamed);
  g_signal_emit_by_name (spark_window_get_backend (window), "changed", SPARK_KINDS_ACCOUNT);
  assert_shown (page, "Elisa", TRUE);
  assert_shown (page, "Show More", FALSE);
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), ==, "Elisa");
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (window)) == row);

  /* One account that was chosen is shown alone. */
  test_window_set_account_id (window, "2");
  g_assert_true (spark_brand_page_show (SPARK_BRAND_PAGE (page), "1.9"));
  g_assert_true (spark_brand_page_show (SPARK_BRAND_PAGE (page), "2.9"));
  assert_shown (page, "Also With", FALSE);
  assert_shown (page, "Anna", FALSE);
  test_window_free (window);
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  gtk_test_init (&argc, &argv, NULL);
  test_begin ();
  g_test_add_func ("/brands/show", test_show);
  g_test_add_func ("/brands/no-markup", test_no_markup);
  g_test_add_func ("/brands/large-letters", test_large_letters);
  g_test_add_func ("/brands/edit", test_edit);
  g_test_add_func ("/brands/confirm-advertiser", test_confirm_advertiser);
  g_test_add_func ("/brands/refuse-advertiser", test_refuse_advertiser);
  g_test_add_func ("/brands/revoke-all", test_revoke_all);
  g_test_add_func ("/brands/revoke-all-ended", test_revoke_all_ended);
  g_test_add_func ("/brands/revoke-all-loading", test_revoke_all_loading);
  g_test_add_func ("/brands/pending", test_pending);
  g_test_add_func ("/brands/revoke-all-tracked", test_revoke_all_tracked);
  g_test_add_func ("/brands/revoke-all-not-connected", test_revoke_all_not_connected);
  g_test_add_func ("/brands/gone", test_gone);
  g_test_add_func ("/brands/others", test_others);
  g_test_add_func ("/brands/select", test_select);
  g_test_add_func ("/brands/select/ends", test_select_ends);
  g_test_add_func ("/brands/select/select-in-view", test_select_in_view);
  g_test_add_func ("/brands/select/select-acts", test_select_acts);
  g_test_add_func ("/brands/select/heading", test_heading);
  g_test_add_func ("/brands/select/of-viewer", test_select_of_viewer);
  return g_test_run ();
}
