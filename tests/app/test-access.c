/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-access-page.h"
#include "app/spark-access-row.h"
#include "app/spark-format.h"
#include "app/spark-phrases.h"
#include "app/spark-renewal.h"
#include "fake-backend.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "test-window.h"

static SparkWindow *
set_up (SparkAccessPage **page)
{
  GtkWidget *widget = spark_access_page_new ();
  SparkWindow *window = test_window_new (widget);

  *page = SPARK_ACCESS_PAGE (widget);
  return window;
}

static void
add_grants (SparkReplica *replica)
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

/* GTK binds rows when it draws them. */
static void
wait_for_rows (SparkAccessPage *page, const char *part, gboolean shown)
{
  for (;;)
    {
      g_autofree char *texts = test_texts (page);

      if ((strstr (texts, part) != NULL) == shown)
        return;
      test_turn ();
    }
}

static GtkWidget *
find_named (GtkWidget *widget, const char *name)
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
      GtkWidget *found = find_named (child, name);

      if (found != NULL)
        return found;
    }
  return NULL;
}

static void
test_empty (void)
{
  SparkAccessPage *page;
  SparkWindow *window = set_up (&page);
  g_autofree char *texts = NULL;

  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  texts = test_texts (page);
  g_assert_nonnull (strstr (texts, "Nobody Has Access Yet"));
  test_window_free (window);
}

/* What TikTok confirmed it says, with the time; what ended with its code it did not. Where nobody
 * confirms it, the time of the revoke is told, while it is of interest. */
static void
test_read_back (void)
{
  SparkAccessPage *page;
  SparkWindow *window = set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  gint64 now = spark_time_now ();
  const SparkAccount accounts[] = { { .id = "1", .platform = SPARK_PLATFORM_TIKTOK },
                                    { .id = "2", .platform = SPARK_PLATFORM_SANDBOX } };
  const SparkVideo videos[] = { { .id = "1.1", .account_id = "1", .caption = "Kiln" },
                                { .id = "2.1", .account_id = "2", .caption = "Raku" } };
  const SparkGrant nord = { .id = "1.4",
                            .video_id = "1.1",
                            .brand = { "1.8", "Nord" },
                            .state = SPARK_GRANT_STATE_REVOKED,
                            .platform_ends_at = now + SPARK_DAY_MS,
                            .revoked_at = now };
  const SparkGrant ended = { .id = "1.5",
                             .video_id = "1.1",
                             .brand = { "1.9", "Oak" },
                             .state = SPARK_GRANT_STATE_REVOKED,
                             .platform_ends_at = now,
                             .revoked_at = now };
  const SparkGrant sample = { .id = "2.4",
                              .video_id = "2.1",
                              .brand = { "2.8", "Ash" },
                              .state = SPARK_GRANT_STATE_REVOKED,
                              .platform_ends_at = now + SPARK_DAY_MS,
                              .revoked_at = now };
  const SparkGrant old = { .id = "2.5",
                           .video_id = "2.1",
                           .brand = { "2.9", "Elm" },
                           .state = SPARK_GRANT_STATE_REVOKED,
                           .revoked_at = now - 3 * SPARK_DAY_MS };
  g_autofree char *day = spark_phrase_day (now);
  g_autofree char *moment = spark_format_moment (now);
  g_autofree char *revoked = g_strdup_printf ("Revoked %s, %s\n", day, moment);
  g_autofree char *read_back = g_strdup_printf ("Revoked %s, today\n", day);
  g_autofree char *texts = NULL;
  char *first;

  for (guint i = 0; i < G_N_ELEMENTS (accounts); i++)
    {
      fake_add_account (replica, &accounts[i]);
      fake_add_video (replica, &videos[i]);
    }
  fake_add_grant (replica, &nord);
  fake_add_grant (replica, &ended);
  fake_add_grant (replica, &sample);
  fake_add_grant (replica, &old);
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  wait_for_rows (page, "Nord", TRUE);
  wait_for_rows (page, "Oak", TRUE);
  wait_for_rows (page, "Ash", TRUE);
  wait_for_rows (page, "Confirmed by TikTok: today, ", TRUE);
  texts = test_texts (page);
  first = strstr (texts, "Confirmed by TikTok: ");
  g_assert_null (strstr (first + 1, "Confirmed by TikTok: "));
  g_assert_nonnull (strstr (texts, revoked));
  g_assert_nonnull (strstr (texts, read_back));
  g_assert_nonnull (strstr (texts, ", 3 days ago\n"));
  test_window_free (window);
}

static void
test_rows (void)
{
  SparkAccessPage *page;
  SparkWindow *window = set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const SparkGrant oak = { .id = "1.7",
                           .video_id = "1.1",
                           .brand = { "1.6", "Oak" },
                           .state = SPARK_GRANT_STATE_FAILED,
                           .ends_at = spark_time_now () + 40 * SPARK_DAY_MS };
  g_autofree char *texts = NULL;
  GtkWidget *list;

  add_grants (replica);
  fake_add_grant (replica, &oak);
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  wait_for_rows (page, "Acme", TRUE);
  wait_for_rows (page, "in 5 days", TRUE);
  wait_for_rows (page, "\302\240· 4.8K views from ads\302\240· on TikTok until ", TRUE);
  wait_for_rows (page, "Ends soon", TRUE);
  wait_for_rows (page, "Someone", TRUE);
  wait_for_rows (page, "Seen in the brand’s ad account", TRUE);
  wait_for_rows (page, "Revoked", TRUE);
  wait_for_rows (page, "All 4", TRUE);
  wait_for_rows (page, "Active 2", TRUE);
  wait_for_rows (page, "Ended 2", TRUE);
  /* What never began does not end. */
  wait_for_rows (page, "Failed", TRUE);
  texts = test_texts (page);
  g_assert_null (strstr (texts, "in 40 days"));

  /* Buttons are named with what they act on. */
  g_assert_nonnull (find_named (GTK_WIDGET (page), "Revoke access of Acme to Morning routine…"));
  g_assert_nonnull (find_named (GTK_WIDGET (page), "Give Nord access to Morning routine again…"));
  g_assert_nonnull (find_named (GTK_WIDGET (page), "Say who used Morning routine…"));

  list = test_find (page, GTK_TYPE_LIST_VIEW, 0);
  g_signal_emit_by_name (list, "activate", 0);
  g_assert_cmpstr (test_window_get_shown (window), ==, "1.1");

  /* The button of a row opens its dialog. */
  fake_refuse ("GET /v1/grants/1.2/revocation",
               g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, ""));
  g_signal_emit_by_name (
      find_named (GTK_WIDGET (page), "Revoke access of Acme to Morning routine…"), "clicked");
  test_get_dialog (window);
  test_window_free (window);
}

static gboolean
is_whole (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_get_mapped (widget)
      && g_str_equal (gtk_label_get_label (GTK_LABEL (widget)), text))
    return !pango_layout_is_ellipsized (gtk_label_get_layout (GTK_LABEL (widget)));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (is_whole (child, text))
      return TRUE;
  return FALSE;
}

/* With letters twice as large in a narrow window the acts go below, and the brand stays readable.
 */
static void
test_large (void)
{
  SparkAccessPage *page;
  SparkWindow *window = set_up (&page);
  GtkSettings *settings = gtk_settings_get_default ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  SparkAccessRow *row = spark_access_row_new ();
  const SparkGrant oakline = { .id = "1.7",
                               .video_id = "1.1",
                               .brand = { "1.6", "Oaken" },
                               .state = SPARK_GRANT_STATE_AUTHORIZED,
                               .ends_at = spark_time_now () + 100 * SPARK_DAY_MS };
  g_autoptr (SparkGrantItem) item = NULL;
  GtkWidget *alone;
  int dpi;

  add_grants (replica);
  g_object_get (settings, "gtk-xft-dpi", &dpi, NULL);
  g_object_set (settings, "gtk-xft-dpi", 2 * 96 * 1024, NULL);
  fake_add_grant (replica, &oakline);
  item = spark_replica_get_grant (replica, "1.7");
  spark_access_row_set_item (row, item);
  alone = gtk_window_new ();
  gtk_window_set_child (GTK_WINDOW (alone), GTK_WIDGET (row));
  gtk_window_set_default_size (GTK_WINDOW (alone), 360, 500);
  gtk_window_present (GTK_WINDOW (alone));
  test_wait (gtk_widget_get_width (GTK_WIDGET (row)) > 0);
  g_assert_cmpint (gtk_widget_get_width (GTK_WIDGET (row)), <=, 360);
  g_assert_true (is_whole (GTK_WIDGET (row), "Oaken"));
  gtk_window_destroy (GTK_WINDOW (alone));
  g_object_set (settings, "gtk-xft-dpi", dpi, NULL);
  test_window_free (window);
}

/* The name of a brand opens its page: a finger, which is less exact than a pointer, finds it. */
static void
test_finger (void)
{
  SparkAccessPage *page;
  SparkWindow *window = set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  SparkAccessRow *row = spark_access_row_new ();
  g_autoptr (GtkCssProvider) style = gtk_css_provider_new ();
  g_autoptr (SparkGrantItem) item = NULL;
  GdkDisplay *display = gtk_widget_get_display (GTK_WIDGET (window));
  GtkWidget *alone = gtk_window_new ();
  GtkWidget *name;
  graphene_rect_t bounds;

  gtk_css_provider_load_from_resource (style, RESOURCE_PATH "/style.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (style),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  add_grants (replica);
  item = spark_replica_get_grant (replica, "1.2");
  spark_access_row_set_item (row, item);
  gtk_window_set_child (GTK_WINDOW (alone), GTK_WIDGET (row));
  gtk_window_set_default_size (GTK_WINDOW (alone), 360, 500);
  gtk_window_present (GTK_WINDOW (alone));
  test_wait (gtk_widget_get_width (GTK_WIDGET (row)) > 0);
  name = test_find (row, GTK_TYPE_BUTTON, 0);
  g_assert_true (gtk_widget_has_css_class (name, "spark-brand"));
  g_assert_true (gtk_widget_compute_bounds (name, alone, &bounds));
  for (int y = 1; y < 36; y++)
    {
      /* In this window its act is not offered. */
      GtkWidget *picked = gtk_widget_pick (alone, bounds.origin.x + 10, bounds.origin.y + y,
                                           GTK_PICK_INSENSITIVE);

      g_assert_true (picked == name || gtk_widget_is_ancestor (picked, name));
    }
  gtk_window_destroy (GTK_WINDOW (alone));
  gtk_style_context_remove_provider_for_display (display, GTK_STYLE_PROVIDER (style));
  test_window_free (window);
}

/* A handle has no gap to break a line at. */
static void
test_long_whose (void)
{
  const SparkAccount accounts[] = { { .id = "1", .name = "@thecountrypotteryandceramicsstudio" },
                                    { .id = "2", .name = "Bea" } };
  GtkSettings *settings = gtk_settings_get_default ();
  SparkAccessPage *page;
  SparkWindow *window = set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  SparkAccessRow *row = spark_access_row_new ();
  g_autoptr (SparkGrantItem) item = NULL;
  int dpi, least;

  add_grants (replica);
  for (guint i = 0; i < G_N_ELEMENTS (accounts); i++)
    fake_add_account (replica, &accounts[i]);
  g_object_get (settings, "gtk-xft-dpi", &dpi, NULL);
  g_object_set (settings, "gtk-xft-dpi", 2 * 96 * 1024, NULL);
  item = spark_replica_get_grant (replica, "1.2");
  gtk_box_append (GTK_BOX (gtk_widget_get_first_child (GTK_WIDGET (page))), GTK_WIDGET (row));
  spark_access_row_set_item (row, item);
  gtk_widget_measure (GTK_WIDGET (row), GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  g_assert_cmpint (least, <=, 360);
  g_object_set (settings, "gtk-xft-dpi", dpi, NULL);
  test_window_free (window);
}

static void
test_renewal (void)
{
  g_autoptr (GVariant) target = NULL;
  SparkAccessPage *page;
  SparkWindow *window = set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  g_autoptr (GPtrArray) grants = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GListModel) accounts = NULL;
  g_autofree char *text = NULL;
  g_autofree char *toast = NULL;

  add_grants (replica);
  g_ptr_array_add (grants, spark_replica_get_grant (replica, "1.2"));
  g_ptr_array_add (grants, spark_replica_get_grant (replica, "1.3"));
  g_ptr_array_add (grants, spark_replica_get_grant (replica, "1.2"));
  accounts = spark_replica_list_accounts (replica);
  text = spark_renewal_write (grants, accounts);
  /* One message a brand, with all that it has. */
  g_assert_true (g_str_has_prefix (text, "Hi Acme,\n"));
  g_assert_null (strstr (text + 1, "Hi Acme,"));
  g_assert_nonnull (strstr (text, "• “Morning routine”, until "));
  g_assert_nonnull (strstr (text, "\nHi Someone,\n"));
  g_assert_nonnull (strstr (text, "you have from me"));

  target = g_variant_ref_sink (g_variant_new_parsed ("['1.2']"));
  g_assert_true (
      gtk_widget_activate_action_variant (GTK_WIDGET (window), "win.copy-renewal", target));
  toast = test_window_take_toast (window);
  g_assert_cmpstr (toast, ==, "Renewal message copied");
  test_window_free (window);
}

/* Who writes for several creators says whose each video is, and not that it is their own. */
static void
test_renewal_of_several (void)
{
  const SparkAccount ada = { .id = "1", .name = "Ada", .handle = "ada.makes" };
  const SparkAccount ben = { .id = "2", .name = "Ben" };
  const SparkVideo video = { .id = "2.1", .account_id = "2", .caption = "Evening" };
  const SparkGrant grant = { .id = "2.2",
                             .video_id = "2.1",
                             .brand = { "2.9", "Acme" },
                             .state = SPARK_GRANT_STATE_AUTHORIZED };
  SparkAccessPage *page;
  SparkWindow *window = set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  g_autoptr (GPtrArray) grants = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GListModel) accounts = NULL;
  g_autofree char *text = NULL;

  add_grants (replica);
  fake_add_account (replica, &ada);
  fake_add_account (replica, &ben);
  fake_add_video (replica, &video);
  fake_add_grant (replica, &grant);
  g_ptr_array_add (grants, spark_replica_get_grant (replica, "2.2"));
  g_ptr_array_add (grants, spark_replica_get_grant (replica, "1.2"));
  accounts = spark_replica_list_accounts (replica);
  text = spark_renewal_write (grants, accounts);
  g_assert_true (g_str_has_prefix (text, "Hi Acme,\n"));
  g_assert_null (strstr (text, "from me"));
  g_assert_nonnull (strstr (text, "\n\nBen\n• “Evening”\n\n@ada.makes\n• “Morning routine”, until "));
  test_window_free (window);
}

static void
test_filter_and_search (void)
{
  SparkAccessPage *page;
  SparkWindow *window = set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  GtkEditable *search;

  add_grants (replica);
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  spark_access_page_set_filter (page, SPARK_ACCESS_ENDED);
  wait_for_rows (page, "Nord", TRUE);
  wait_for_rows (page, "Acme", FALSE);
  spark_access_page_set_filter (page, SPARK_ACCESS_ALL);
  search = GTK_EDITABLE (test_find (page, GTK_TYPE_SEARCH_ENTRY, 0));
  gtk_editable_set_text (search, "Acme");
  wait_for_rows (page, "Nord", FALSE);
  gtk_editable_set_text (search, "zzz");
  wait_for_rows (page, "No Results", TRUE);
  g_signal_emit_by_name (
      find_named (GTK_WIDGET (page), "_Show All") != NULL
          ? find_named (GTK_WIDGET (page), "_Show All")
          : test_find (test_find (page, ADW_TYPE_STATUS_PAGE, 1), GTK_TYPE_BUTTON, 0),
      "clicked");
  wait_for_rows (page, "Nord", TRUE);
  test_window_free (window);
}

static void
test_other_backend (void)
{
  SparkAccessPage *page;
  SparkWindow *window = set_up (&page);
  g_autoptr (SparkBackend) other = fake_backend_new ();

  add_grants (spark_backend_get_replica (spark_window_get_backend (window)));
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  wait_for_rows (page, "Acme", TRUE);
  spark_access_page_set_backend (page, other, NULL);
  wait_for_rows (page, "Nobody Has Access Yet", TRUE);
  spark_access_page_set_backend (page, NULL, NULL);
  test_window_free (window);
}

static void
press_filter (SparkAccessPage *page, const char *label)
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

/* What was given to Acme and used by someone, and what Nord tried in vain. */
static void
add_attention (SparkReplica *replica)
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

static void
test_attention (void)
{
  GtkWidget *waiting, *mine, *other, *acts;
  SparkAccessPage *page;
  SparkWindow *window = set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  g_autofree char *toast = NULL;
  GtkWidget *dismiss;
  int width, height, one;
  guint n;

  add_grants (replica);
  add_attention (replica);
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  g_object_get (page, "n-attention", &n, NULL);
  g_assert_cmpuint (n, ==, 5);
  press_filter (page, "Needs Attention 5");
  wait_for_rows (page, "Nord tried Acme’s link. Refused.", TRUE);
  wait_for_rows (page, "3 attempts\302\240· The link was made for another brand", TRUE);
  wait_for_rows (page, "Waiting for Acme’s ads to stop", TRUE);
  wait_for_rows (page, "Someone used the code. You gave it to Acme.", TRUE);
  wait_for_rows (page, "Acme’s access ends in 5 days", TRUE);
  wait_for_rows (page, "Nobody has used the code for 20 days", TRUE);
  waiting = find_named (GTK_WIDGET (page), "What ending an access to Morning routine waits for…");
  g_assert_nonnull (waiting);
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (waiting)), ==,
                   "win.show-waiting");
  g_assert_cmpstr (g_variant_get_string (
                       gtk_actionable_get_action_target_value (GTK_ACTIONABLE (waiting)), NULL),
                   ==, "1.10");
  g_assert_nonnull (find_named (GTK_WIDGET (page), "Extend authorization of Morning routine…"));
  g_assert_nonnull (find_named (GTK_WIDGET (page), "Delete code of Morning routine…"));
  g_assert_nonnull (find_named (GTK_WIDGET (page), "Say who used Morning routine…"));

  /* Two answers to one question stand side by side and look alike. */
  mine = find_named (GTK_WIDGET (page), "It was Acme who used Morning routine");
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
  g_signal_emit_by_name (find_named (GTK_WIDGET (page), "It was Acme who used Morning routine"),
                         "clicked");
  test_wait ((toast = test_window_take_toast (window)) != NULL);
  g_assert_cmpstr (toast, ==, "This is now Acme’s access");
  g_assert_nonnull (strstr (fake_sent (), "PATCH /v1/grants/1.3 {\"brand\":\"1.9\"}"));

  /* What was seen is gone, and no longer counted. */
  dismiss = find_named (GTK_WIDGET (page), "Dismiss: Nord tried Acme’s link. Refused.");
  g_signal_emit_by_name (dismiss, "clicked");
  wait_for_rows (page, "Nord tried", FALSE);
  g_object_get (page, "n-attention", &n, NULL);
  g_assert_cmpuint (n, ==, 4);

  gtk_editable_set_text (GTK_EDITABLE (test_find (page, GTK_TYPE_SEARCH_ENTRY, 0)), "waiting");
  wait_for_rows (page, "Nobody has used", FALSE);
  wait_for_rows (page, "Waiting for", TRUE);
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
  SparkWindow *window = set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const char *who[] = { "Oak", "Pine" };
  g_autofree char *toast = NULL;
  GtkWidget *button;
  guint n;

  add_grants (replica);
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
  add_attention (replica);
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  button = GTK_WIDGET (
      gtk_widget_get_template_child (GTK_WIDGET (page), SPARK_TYPE_ACCESS_PAGE, "dismiss_button"));
  g_assert_false (gtk_widget_get_visible (button));
  press_filter (page, "Needs Attention 7");
  g_assert_true (gtk_widget_get_visible (button));
  /* Not all there are: a search leaves some. */
  g_assert_cmpstr (gtk_widget_get_tooltip_text (button), ==,
                   "Dismiss the refused attempts shown here");

  gtk_editable_set_text (GTK_EDITABLE (test_find (page, GTK_TYPE_SEARCH_ENTRY, 0)), "oak");
  wait_for_rows (page, "Nord tried", FALSE);
  g_assert_false (gtk_widget_get_visible (button));
  gtk_editable_set_text (GTK_EDITABLE (test_find (page, GTK_TYPE_SEARCH_ENTRY, 0)), "");
  wait_for_rows (page, "Nord tried", TRUE);
  gtk_widget_grab_focus (button);
  g_signal_emit_by_name (button, "clicked");
  toast = test_window_take_toast (window);
  g_assert_cmpstr (toast, ==, "3 refused attempts dismissed");
  wait_for_rows (page, "Refused.", FALSE);
  g_assert_false (gtk_widget_get_visible (button));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (window))
                 == GTK_WIDGET (gtk_widget_get_template_child (
                     GTK_WIDGET (page), SPARK_TYPE_ACCESS_PAGE, "attention_button")));
  g_object_get (page, "n-attention", &n, NULL);
  g_assert_cmpuint (n, ==, 4);

  test_window_press_toast (window);
  wait_for_rows (page, "Oak tried", TRUE);
  wait_for_rows (page, "Nord tried", TRUE);
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
  SparkWindow *window = set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  g_autofree char *day = spark_phrase_day (spark_time_now () + 5 * SPARK_DAY_MS);
  g_autofree char *end = g_strdup_printf ("Until %s", day);
  g_autofree char *toast = NULL;
  g_autofree char *target = NULL;
  GtkWidget *extend, *confirm, *refuse;

  add_grants (replica);
  add_asked (replica);
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  press_filter (page, "Needs Attention 2");
  wait_for_rows (page, "Acme asks for 30 days more", TRUE);
  wait_for_rows (page, end, TRUE);
  wait_for_rows (page, "New ad account for Acme", TRUE);
  wait_for_rows (page, "Acme US", TRUE);
  extend = find_named (GTK_WIDGET (page), "Extend authorization of Morning routine…");
  g_assert_cmpstr (get_act (extend), ==, "win.extend-request");
  g_assert_cmpstr (g_variant_get_string (
                       gtk_actionable_get_action_target_value (GTK_ACTIONABLE (extend)), NULL),
                   ==, "1.30");
  confirm = find_named (GTK_WIDGET (page), "Confirm ad account 7002");
  g_assert_cmpstr (get_act (confirm), ==, "win.confirm-advertiser");
  refuse = find_named (GTK_WIDGET (page), "Refuse ad account 7002…");
  g_assert_cmpstr (get_act (refuse), ==, "win.refuse-advertiser");
  target = g_variant_print (gtk_actionable_get_action_target_value (GTK_ACTIONABLE (refuse)), FALSE);
  g_assert_cmpstr (target, ==, "('1.9', '7002')");

  fake_answer ("POST /v1/brands/1.9/advertisers/7002/confirm", "{}");
  g_signal_emit_by_name (confirm, "clicked");
  test_wait ((toast = test_window_take_toast (window)) != NULL);
  g_assert_cmpstr (toast, ==, "Ad account confirmed");

  g_signal_emit_by_name (find_named (GTK_WIDGET (page), "Dismiss: Acme asks for 30 days more"),
                         "clicked");
  wait_for_rows (page, "Acme asks", FALSE);
  g_clear_pointer (&toast, g_free);
  toast = test_window_take_toast (window);
  g_assert_cmpstr (toast, ==, "Request dismissed");
  test_window_press_toast (window);
  wait_for_rows (page, "Acme asks for 30 days more", TRUE);
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
      SparkWindow *window = set_up (&page);
      SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
      const SparkGrant grant = { .id = "1.11",
                                 .video_id = "1.1",
                                 .code_id = cases[i].code,
                                 .brand = { "1.9", "Acme" },
                                 .state = cases[i].state,
                                 .ends_at = spark_time_now () + 5 * SPARK_DAY_MS };

      add_grants (replica);
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
      press_filter (page, "Needs Attention 1");
      wait_for_rows (page, "Acme asks for 30 days more", TRUE);
      g_assert_cmpint (
          find_named (GTK_WIDGET (page), "Extend authorization of Morning routine…") != NULL, ==,
          cases[i].offered);
      test_window_free (window);
    }
}

/* Who may only look is told of it all the same. */
static void
test_asked_of_viewer (void)
{
  const SparkAccount account = { .id = "1", .name = "@mia", .role = SPARK_ROLE_VIEW };
  SparkAccessPage *page;
  SparkWindow *window = set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));

  fake_add_account (replica, &account);
  add_grants (replica);
  add_asked (replica);
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  press_filter (page, "Needs Attention 2");
  wait_for_rows (page, "Acme asks for 30 days more", TRUE);
  wait_for_rows (page, "New ad account for Acme", TRUE);
  g_assert_null (find_named (GTK_WIDGET (page), "Extend authorization of Morning routine…"));
  g_assert_null (find_named (GTK_WIDGET (page), "Confirm ad account 7002"));
  g_assert_null (find_named (GTK_WIDGET (page), "Refuse ad account 7002…"));
  test_window_free (window);
}

static gboolean
is_seen (SparkAccessPage *page, const char *part)
{
  g_autofree char *texts = test_seen_texts (page);

  return strstr (texts, part) != NULL;
}

static gboolean
has_row_named (GtkWidget *list, const char *name)
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

/* How many letters keep their room, of @title that a row begins with */
static int
get_title_room (GtkWidget *list, const char *title)
{
  GtkLabel *label;
  guint n = 0;

  do
    label = GTK_LABEL (gtk_widget_get_template_child (test_find (list, SPARK_TYPE_ACCESS_ROW, n++),
                                                      SPARK_TYPE_ACCESS_ROW, "brand_label"));
  while (!g_str_equal (gtk_label_get_label (label), title));
  return gtk_label_get_width_chars (label);
}

/* Each brand is named once above its rows, which name their videos, and say all of it. */
static void
test_by_brand (void)
{
  const SparkVideo video = { .id = "1.21", .account_id = "1", .caption = "Kiln" };
  const SparkGrant ended = { .id = "1.22",
                             .video_id = "1.21",
                             .brand = { "1.9", "Acme" },
                             .state = SPARK_GRANT_STATE_EXPIRED,
                             .ends_at = spark_time_now () - 5 * SPARK_DAY_MS };
  SparkAccessPage *page;
  SparkWindow *window = set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  GtkWidget *list = test_find (page, GTK_TYPE_LIST_VIEW, 0);
  GtkWidget *toggle, *acme;
  g_autofree char *day = spark_phrase_day_and_distance (ended.ends_at);
  g_autofree char *name = g_strdup_printf ("Acme, Kiln, Expired, Ended %s", day);
  g_autofree char *texts = NULL;
  char *first;

  add_grants (replica);
  fake_add_video (replica, &video);
  fake_add_grant (replica, &ended);
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  wait_for_rows (page, "Kiln", TRUE);
  toggle = GTK_WIDGET (gtk_widget_get_template_child (GTK_WIDGET (page), SPARK_TYPE_ACCESS_PAGE,
                                                      "by_brand_button"));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (toggle), TRUE);
  wait_for_rows (page, "Brand Unknown", TRUE);
  texts = test_seen_texts (list);
  first = strstr (texts, "Acme\n");
  g_assert_nonnull (first);
  g_assert_null (strstr (first + 1, "Acme\n"));
  g_assert_nonnull (strstr (texts, "Nord\nMorning routine\n"));
  g_assert_nonnull (strstr (texts, "Brand Unknown\nSomeone\n"));
  g_assert_true (has_row_named (list, name));
  g_assert_cmpint (get_title_room (list, "Morning routine"), >, 4);
  acme = find_named (list, "Acme");
  g_assert_true (gtk_widget_get_mapped (acme));

  /* What was the second is the first of those that are left. */
  spark_access_page_set_filter (page, SPARK_ACCESS_ENDED);
  test_wait (!is_seen (page, "Someone"));
  test_wait (is_seen (page, "Acme\nKiln\n"));

  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (toggle), FALSE);
  g_clear_pointer (&texts, g_free);
  texts = test_seen_texts (list);
  g_assert_nonnull (strstr (texts, "Acme\nExpired\nKiln\n"));
  test_window_free (window);
}

/* Enter in the search goes to the first that is found, however soon; Escape back to all of them. */
static void
test_search_keys (void)
{
  SparkAccessPage *page;
  SparkWindow *window = set_up (&page);
  GtkWidget *list = test_find (page, GTK_TYPE_LIST_VIEW, 0);
  GtkWidget *entry = test_find (page, GTK_TYPE_SEARCH_ENTRY, 0);
  GtkWidget *focus;
  g_autofree char *texts = NULL;

  add_grants (spark_backend_get_replica (spark_window_get_backend (window)));
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  wait_for_rows (page, "Nord", TRUE);
  gtk_widget_grab_focus (entry);
  gtk_editable_set_text (GTK_EDITABLE (entry), "nobody");
  g_signal_emit_by_name (entry, "activate");
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (window)), entry));
  gtk_editable_set_text (GTK_EDITABLE (entry), "Nord");
  g_signal_emit_by_name (entry, "activate");
  focus = gtk_window_get_focus (GTK_WINDOW (window));
  g_assert_true (gtk_widget_is_ancestor (focus, list));
  texts = test_texts (focus);
  g_assert_nonnull (strstr (texts, "Nord"));

  gtk_widget_grab_focus (entry);
  g_signal_emit_by_name (entry, "stop-search");
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (entry)), ==, "");
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (GTK_WINDOW (window)), list));
  wait_for_rows (page, "Acme", TRUE);
  test_window_free (window);
}

/* What the backend tells when accounts came or were renamed. */
static void
change_account (SparkBackend *backend, const SparkAccount *account)
{
  fake_add_account (spark_backend_get_replica (backend), account);
  g_signal_emit_by_name (backend, "changed", SPARK_KINDS_ACCOUNT);
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
  SparkWindow *window = set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));

  for (guint i = 0; i < G_N_ELEMENTS (accounts); i++)
    change_account (spark_window_get_backend (window), &accounts[i]);
  add_grants (replica);
  add_attention (replica);
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  press_filter (page, "Needs Attention 5");
  wait_for_rows (page, "Nobody has used", TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (searches); i++)
    {
      GtkWidget *entry = test_find (page, GTK_TYPE_SEARCH_ENTRY, 0);

      /* It waits a little otherwise, with everything shown till then. */
      gtk_editable_set_text (GTK_EDITABLE (entry), searches[i]);
      g_signal_emit_by_name (entry, "search-changed");
      g_assert_nonnull (test_find_button (page, i < 2 ? "Needs Attention 5" : "Needs Attention 0"));
      wait_for_rows (page, "Nobody has used", i < 2);
    }
  /* Also once the account has another name. */
  change_account (spark_window_get_backend (window), &renamed);
  g_assert_nonnull (test_find_button (page, "Needs Attention 5"));
  wait_for_rows (page, "Nobody has used", TRUE);
  test_window_free (window);
}

/* No ad runs any more: nothing says that one does. */
static void
test_waits_for_tiktok (void)
{
  SparkAccessPage *page;
  SparkWindow *window = set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const SparkGrant revoking = { .id = "1.10",
                                .video_id = "1.1",
                                .brand = { "1.9", "Acme" },
                                .state = SPARK_GRANT_STATE_REVOKING,
                                .problem = "platform_waiting" };

  fake_add_grant (replica, &revoking);
  fake_add_attention (replica, SPARK_ATTENTION_WAITING, "1.1", "1.10", NULL, NULL);
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  press_filter (page, "Needs Attention 1");
  wait_for_rows (page, "Waiting for TikTok", TRUE);
  wait_for_rows (page, "ads to stop", FALSE);
  test_window_free (window);
}

/* Also where all of them are listed, until it is confirmed; what is under a video is such a row too. */
static void
test_row_waits (void)
{
  static const struct
  {
    SparkPlatformKind platform;
    const char *problem;
    const char *words;
  } cases[] = { { SPARK_PLATFORM_TIKTOK, "ads_running", "Waiting for Acme’s ads to stop" },
                { SPARK_PLATFORM_TIKTOK, "unauthorized", "Waiting for Acme’s ads to stop" },
                { SPARK_PLATFORM_TIKTOK, NULL, "Waiting for TikTok" },
                { SPARK_PLATFORM_TIKTOK, "unavailable", "Waiting for TikTok" },
                { SPARK_PLATFORM_SANDBOX, NULL, "Waiting for Acme’s ads to stop" },
                { SPARK_PLATFORM_TRACKED, NULL, "Ask Acme to remove the video" } };

  for (guint i = 0; i < 2 * G_N_ELEMENTS (cases); i++)
    {
      gboolean dated = i % 2;
      const SparkAccount account = { .id = "1",
                                     .name = "Mine",
                                     .platform = cases[i / 2].platform,
                                     .role = SPARK_ROLE_OWNER };
      SparkGrant grant = { .id = "1.10",
                           .video_id = "1.1",
                           .brand = { "1.9", "Acme" },
                           .state = SPARK_GRANT_STATE_REVOKING,
                           .platform_ends_at = dated ? spark_time_now () + 5 * SPARK_DAY_MS : 0,
                           .problem = cases[i / 2].problem };
      SparkAccessPage *page;
      SparkWindow *window = set_up (&page);
      SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));

      fake_add_account (replica, &account);
      fake_add_grant (replica, &grant);
      spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
      wait_for_rows (page, cases[i / 2].words, TRUE);
      wait_for_rows (page, "\302\240· Still open on TikTok until", dated);
      wait_for_rows (page, "No end known", FALSE);
      grant.state = SPARK_GRANT_STATE_REVOKED;
      fake_add_grant (replica, &grant);
      spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
      wait_for_rows (page, "Revoked", TRUE);
      wait_for_rows (page, cases[i / 2].words, FALSE);
      test_window_free (window);
    }
}

/* Where the creator alone can tell, nothing is known of ads. */
static void
test_waits_for_creator (void)
{
  SparkAccessPage *page;
  SparkWindow *window = set_up (&page);
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
  press_filter (page, "Needs Attention 1");
  wait_for_rows (page, "Ask Acme to remove the video", TRUE);
  wait_for_rows (page, "ads to stop", FALSE);
  /* It is found by what it says. */
  gtk_editable_set_text (GTK_EDITABLE (test_find (page, GTK_TYPE_SEARCH_ENTRY, 0)), "remove the");
  test_wait (test_find_button (page, "Needs Attention 1") != NULL);
  wait_for_rows (page, "Ask Acme to remove the video", TRUE);
  test_window_free (window);
}

static void
test_code_of_unknown (void)
{
  SparkAccessPage *page;
  SparkWindow *window = set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  g_autofree char *toast = NULL;

  add_grants (replica);
  add_attention (replica);
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

/* GTK takes it from what was hidden only with the next frame. */
static void
assert_keeps_keyboard (GtkWidget *button)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (button);
  gint64 frame = gdk_frame_clock_get_frame_counter (clock);

  for (gint64 n = 1; n <= 2; n++)
    {
      gtk_widget_queue_draw (button);
      test_wait (gdk_frame_clock_get_frame_counter (clock) >= frame + n);
    }
  g_assert_true (gtk_widget_is_focus (button));
}

/* Where several accounts are shown each row says whose it is, also when they come after the row. */
static void
test_whose (void)
{
  const SparkAccount renamed = { .id = "1", .name = "Adele", .role = SPARK_ROLE_OWNER };
  const SparkAccount accounts[]
      = { { .id = "1", .name = "Ada", .role = SPARK_ROLE_OWNER },
          { .id = "2", .name = "\u0646\u062e\u0644\u0629", .role = SPARK_ROLE_OWNER } };
  const SparkVideo video = { .id = "2.1", .account_id = "2", .caption = "Bread" };
  const SparkGrant grant = { .id = "2.2",
                             .video_id = "2.1",
                             .brand = { "2.9", "Oak" },
                             .source = SPARK_GRANT_SOURCE_NOTED,
                             .state = SPARK_GRANT_STATE_AUTHORIZED };
  SparkAccessPage *page;
  SparkWindow *window = set_up (&page);
  SparkBackend *backend = spark_window_get_backend (window);
  SparkReplica *replica = spark_backend_get_replica (backend);
  GtkWidget *list = test_find (page, GTK_TYPE_LIST_VIEW, 0);
  GtkWidget *button;

  add_grants (replica);
  add_attention (replica);
  spark_access_page_set_backend (page, backend, NULL);
  wait_for_rows (page, "Since ", TRUE);
  change_account (backend, &accounts[0]);
  wait_for_rows (page, "Ada", FALSE);

  button = find_named (list, "Revoke access of Acme to Morning routine…");
  gtk_widget_grab_focus (button);
  change_account (backend, &accounts[1]);
  wait_for_rows (page, "Ada\302\240· Since ", TRUE);
  assert_keeps_keyboard (button);

  fake_add_video (replica, &video);
  fake_add_grant (replica, &grant);
  fake_add_attention (replica, SPARK_ATTENTION_WAITING, NULL, "2.2", NULL, NULL);
  spark_access_page_set_backend (page, NULL, NULL);
  spark_access_page_set_backend (page, backend, NULL);
  wait_for_rows (page, "Ada\302\240· Since ", TRUE);
  /* A name of the other direction does not turn the line around. */
  wait_for_rows (page, "\u200e\u0646\u062e\u0644\u0629\302\240· Noted", TRUE);
  g_assert_true (
      has_row_named (list, "Oak, Bread, Active, No end known, \u200e\u0646\u062e\u0644\u0629"));
  press_filter (page, "Needs Attention 6");
  wait_for_rows (page, "3 attempts", TRUE);
  wait_for_rows (page, "Ada\302\240· ", TRUE);
  /* Whatever it is about tells it. */
  test_wait (is_seen (page, "\u0646\u062e\u0644\u0629"));

  button = find_named (GTK_WIDGET (page), "It was Acme who used Morning routine");
  gtk_widget_grab_focus (button);
  change_account (backend, &renamed);
  wait_for_rows (page, "Adele\302\240· ", TRUE);
  wait_for_rows (page, "Ada\302\240· ", FALSE);
  assert_keeps_keyboard (button);

  test_window_set_account_id (window, "1");
  spark_access_page_set_backend (page, NULL, NULL);
  spark_access_page_set_backend (page, backend, "1");
  wait_for_rows (page, "3 attempts", TRUE);
  wait_for_rows (page, "Ade", FALSE);
  test_window_free (window);
}

/* Below a video its head says whose all are. */
static void
test_whose_of_video (void)
{
  const SparkAccount accounts[] = { { .id = "1", .name = "Ada" }, { .id = "2", .name = "Bea" } };
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  SparkWindow *window = test_window_new (box);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  SparkAccessRow *rows[2];
  g_autoptr (SparkGrantItem) item = NULL;

  add_grants (replica);
  for (guint i = 0; i < G_N_ELEMENTS (accounts); i++)
    fake_add_account (replica, &accounts[i]);
  item = spark_replica_get_grant (replica, "1.2");
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *texts = NULL;

      rows[i] = spark_access_row_new ();
      if (i == 1)
        spark_access_row_hide_video (rows[i]);
      spark_access_row_set_item (rows[i], item);
      gtk_box_append (GTK_BOX (box), GTK_WIDGET (rows[i]));
      texts = test_texts (rows[i]);
      g_assert_nonnull (strstr (texts, "Since "));
      g_assert_true ((strstr (texts, "Ada") != NULL) == (i == 0));
    }
  test_window_free (window);
}

static void
test_calm (void)
{
  SparkAccessPage *page;
  SparkWindow *window = set_up (&page);

  add_grants (spark_backend_get_replica (spark_window_get_backend (window)));
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  press_filter (page, "Needs Attention 0");
  wait_for_rows (page, "All Is Well", TRUE);
  press_filter (page, "All 3");
  wait_for_rows (page, "Acme", TRUE);
  test_window_free (window);
}

static GtkToggleButton *
find_chip (SparkAccessPage *page, const char *name)
{
  GtkToggleButton *button;

  for (guint i = 0; (button = test_find (page, GTK_TYPE_TOGGLE_BUTTON, i)) != NULL; i++)
    {
      const char *label = gtk_button_get_label (GTK_BUTTON (button));

      if (label != NULL && g_str_has_prefix (label, name))
        return button;
    }
  g_assert_not_reached ();
}

/* Who manages several finds in each what was looked for there. */
static void
test_kept (void)
{
  SparkAccessPage *page = SPARK_ACCESS_PAGE (spark_access_page_new ());
  SparkWindow *window = test_window_new (GTK_WIDGET (page));
  SparkBackend *backend = spark_window_get_backend (window);
  GtkEditable *entry = test_find (page, GTK_TYPE_SEARCH_ENTRY, 0);

  spark_access_page_set_backend (page, backend, "1");
  gtk_editable_set_text (entry, "acme");
  spark_access_page_set_filter (page, SPARK_ACCESS_ACTIVE);
  spark_access_page_set_backend (page, backend, "2");
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "");
  g_assert_true (gtk_toggle_button_get_active (find_chip (page, "All")));
  gtk_editable_set_text (entry, "nord");
  spark_access_page_show_attention (page);
  spark_access_page_set_backend (page, backend, NULL);
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "");
  g_assert_true (gtk_toggle_button_get_active (find_chip (page, "All")));
  spark_access_page_set_backend (page, backend, "1");
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "acme");
  g_assert_true (gtk_toggle_button_get_active (find_chip (page, "Active")));
  spark_access_page_set_backend (page, backend, "2");
  g_assert_cmpstr (gtk_editable_get_text (entry), ==, "nord");
  g_assert_true (gtk_toggle_button_get_active (find_chip (page, "Needs Attention")));

  /* The filter also until the next time. */
  page = SPARK_ACCESS_PAGE (spark_access_page_new ());
  adw_toast_overlay_set_child (test_find (window, ADW_TYPE_TOAST_OVERLAY, 0), GTK_WIDGET (page));
  spark_access_page_set_backend (page, backend, "1");
  g_assert_true (gtk_toggle_button_get_active (find_chip (page, "Active")));
  spark_access_page_set_backend (page, backend, "2");
  g_assert_true (gtk_toggle_button_get_active (find_chip (page, "Needs Attention")));
  test_window_free (window);
}

/* On a brand's page a row names the video, which opens it, and not the brand once more. */
static void
test_video_leads (void)
{
  SparkWindow *window = test_window_new (NULL);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  SparkAccessRow *row = g_object_ref_sink (spark_access_row_new ());
  g_autoptr (SparkGrantItem) item = NULL;
  g_autofree char *brand = NULL;
  g_autofree char *caption = NULL;
  g_autofree char *texts = NULL;
  GtkWidget *button;

  add_grants (replica);
  item = spark_replica_get_grant (replica, "1.2");
  brand = spark_phrase_brand (spark_grant_item_get (item));
  caption = spark_phrase_video (spark_grant_item_get_video (item));
  spark_access_row_lead_to_video (row);
  spark_access_row_set_item (row, item);
  texts = test_seen_texts (row);
  g_assert_nonnull (strstr (texts, caption));
  g_assert_null (strstr (texts, brand));
  button = test_find (row, GTK_TYPE_BUTTON, 0);
  g_assert_true (gtk_widget_get_visible (button));
  g_assert_cmpstr (gtk_actionable_get_action_name (GTK_ACTIONABLE (button)), ==, "win.show-video");
  g_assert_cmpstr (
      g_variant_get_string (gtk_actionable_get_action_target_value (GTK_ACTIONABLE (button)), NULL),
      ==, spark_grant_item_get (item)->video_id);
  g_assert_null (gtk_test_accessible_check_property (
      GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, caption));
  g_object_unref (row);
  test_window_free (window);
}

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);

  g_test_add_func ("/access/video-leads", test_video_leads);
  g_test_add_func ("/access/empty", test_empty);
  g_test_add_func ("/access/rows", test_rows);
  g_test_add_func ("/access/read-back", test_read_back);
  g_test_add_func ("/access/large", test_large);
  g_test_add_func ("/access/long-whose", test_long_whose);
  g_test_add_func ("/access/renewal", test_renewal);
  g_test_add_func ("/access/renewal-of-several", test_renewal_of_several);
  g_test_add_func ("/access/filter-and-search", test_filter_and_search);
  g_test_add_func ("/access/other-backend", test_other_backend);
  g_test_add_func ("/access/by-brand", test_by_brand);
  g_test_add_func ("/access/search-keys", test_search_keys);
  g_test_add_func ("/access/attention", test_attention);
  g_test_add_func ("/access/asked", test_asked);
  g_test_add_func ("/access/asked-too-late", test_asked_too_late);
  g_test_add_func ("/access/asked/of-viewer", test_asked_of_viewer);
  g_test_add_func ("/access/dismiss-refused", test_dismiss_refused);
  g_test_add_func ("/access/attention-of", test_attention_of);
  g_test_add_func ("/access/waits-for-tiktok", test_waits_for_tiktok);
  g_test_add_func ("/access/waits-for-creator", test_waits_for_creator);
  g_test_add_func ("/access/row-waits", test_row_waits);
  g_test_add_func ("/access/code-of-unknown", test_code_of_unknown);
  g_test_add_func ("/access/whose", test_whose);
  g_test_add_func ("/access/whose/of-video", test_whose_of_video);
  g_test_add_func ("/access/calm", test_calm);
  g_test_add_func ("/access/finger", test_finger);
  g_test_add_func ("/access/kept-for-each-account", test_kept);
  return g_test_run ();
}
