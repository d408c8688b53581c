/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "access-fixture.h"
#include "app/spark-access-row.h"
#include "app/spark-format.h"
#include "app/spark-phrases.h"
#include "app/spark-renewal.h"
#include "model/spark-rules.h"

/* What a row of access says, and offers. */

/* What TikTok confirmed it says, with the time; what ended with its code it did not. Where nobody
 * confirms it, the time of the revoke is told, while it is of interest. */
static void
test_read_back (void)
{
  SparkAccessPage *page;
  SparkWindow *window = access_set_up (&page);
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
  access_wait_for_rows (page, "Nord", TRUE);
  access_wait_for_rows (page, "Oak", TRUE);
  access_wait_for_rows (page, "Ash", TRUE);
  access_wait_for_rows (page, "Confirmed by TikTok: today, ", TRUE);
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
  SparkWindow *window = access_set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const SparkGrant oak = { .id = "1.7",
                           .video_id = "1.1",
                           .brand = { "1.6", "Oak" },
                           .state = SPARK_GRANT_STATE_FAILED,
                           .ends_at = spark_time_now () + 40 * SPARK_DAY_MS };
  g_autofree char *texts = NULL;
  GtkWidget *list;

  access_add_grants (replica);
  fake_add_grant (replica, &oak);
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  access_wait_for_rows (page, "Acme", TRUE);
  access_wait_for_rows (page, "in 5 days", TRUE);
  access_wait_for_rows (page, "\302\240· 4.8K views from ads\302\240· on TikTok until ", TRUE);
  access_wait_for_rows (page, "Ends soon", TRUE);
  access_wait_for_rows (page, "Someone", TRUE);
  access_wait_for_rows (page, "Seen in the brand’s ad account", TRUE);
  access_wait_for_rows (page, "Revoked", TRUE);
  access_wait_for_rows (page, "All 4", TRUE);
  access_wait_for_rows (page, "Active 2", TRUE);
  access_wait_for_rows (page, "Ended 2", TRUE);
  /* What never began does not end. */
  access_wait_for_rows (page, "Failed", TRUE);
  texts = test_texts (page);
  g_assert_null (strstr (texts, "in 40 days"));

  /* Buttons are named with what they act on. */
  g_assert_nonnull (
      access_find_named (GTK_WIDGET (page), "Revoke access of Acme to Morning routine…"));
  g_assert_nonnull (
      access_find_named (GTK_WIDGET (page), "Give Nord access to Morning routine again…"));
  g_assert_nonnull (access_find_named (GTK_WIDGET (page), "Say who used Morning routine…"));

  list = test_find (page, GTK_TYPE_LIST_VIEW, 0);
  g_signal_emit_by_name (list, "activate", 0);
  g_assert_cmpstr (test_window_get_shown (window), ==, "1.1");

  /* The button of a row opens its dialog. */
  fake_refuse ("GET /v1/grants/1.2/revocation",
               g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, ""));
  g_signal_emit_by_name (
      access_find_named (GTK_WIDGET (page), "Revoke access of Acme to Morning routine…"),
      "clicked");
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
  SparkWindow *window = access_set_up (&page);
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

  access_add_grants (replica);
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
  SparkWindow *window = access_set_up (&page);
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
  access_add_grants (replica);
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
  SparkWindow *window = access_set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  SparkAccessRow *row = spark_access_row_new ();
  g_autoptr (SparkGrantItem) item = NULL;
  int dpi, least;

  access_add_grants (replica);
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
  SparkWindow *window = access_set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  g_autoptr (GPtrArray) grants = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GListModel) accounts = NULL;
  g_autofree char *text = NULL;
  g_autofree char *toast = NULL;

  access_add_grants (replica);
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
  SparkWindow *window = access_set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  g_autoptr (GPtrArray) grants = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GListModel) accounts = NULL;
  g_autofree char *text = NULL;

  access_add_grants (replica);
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
  g_assert_nonnull (
      strstr (text, "\n\nBen\n• “Evening”\n\n@ada.makes\n• “Morning routine”, until "));
  test_window_free (window);
}

/* Also where all of them are listed, until it is confirmed; what is under a video is such a row
 * too. */
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
      const SparkAccount account = {
        .id = "1", .name = "Mine", .platform = cases[i / 2].platform, .role = SPARK_ROLE_OWNER
      };
      SparkGrant grant = { .id = "1.10",
                           .video_id = "1.1",
                           .brand = { "1.9", "Acme" },
                           .state = SPARK_GRANT_STATE_REVOKING,
                           .platform_ends_at = dated ? spark_time_now () + 5 * SPARK_DAY_MS : 0,
                           .problem = cases[i / 2].problem };
      SparkAccessPage *page;
      SparkWindow *window = access_set_up (&page);
      SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));

      fake_add_account (replica, &account);
      fake_add_grant (replica, &grant);
      spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
      access_wait_for_rows (page, cases[i / 2].words, TRUE);
      access_wait_for_rows (page, "\302\240· Still open on TikTok until", dated);
      access_wait_for_rows (page, "No end known", FALSE);
      grant.state = SPARK_GRANT_STATE_REVOKED;
      fake_add_grant (replica, &grant);
      spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
      access_wait_for_rows (page, "Revoked", TRUE);
      access_wait_for_rows (page, cases[i / 2].words, FALSE);
      test_window_free (window);
    }
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
  SparkWindow *window = access_set_up (&page);
  SparkBackend *backend = spark_window_get_backend (window);
  SparkReplica *replica = spark_backend_get_replica (backend);
  GtkWidget *list = test_find (page, GTK_TYPE_LIST_VIEW, 0);
  GtkWidget *button;

  access_add_grants (replica);
  access_add_attention (replica);
  spark_access_page_set_backend (page, backend, NULL);
  access_wait_for_rows (page, "Since ", TRUE);
  access_change_account (backend, &accounts[0]);
  access_wait_for_rows (page, "Ada", FALSE);

  button = access_find_named (list, "Revoke access of Acme to Morning routine…");
  gtk_widget_grab_focus (button);
  access_change_account (backend, &accounts[1]);
  access_wait_for_rows (page, "Ada\302\240· Since ", TRUE);
  assert_keeps_keyboard (button);

  fake_add_video (replica, &video);
  fake_add_grant (replica, &grant);
  fake_add_attention (replica, SPARK_ATTENTION_WAITING, NULL, "2.2", NULL, NULL);
  spark_access_page_set_backend (page, NULL, NULL);
  spark_access_page_set_backend (page, backend, NULL);
  access_wait_for_rows (page, "Ada\302\240· Since ", TRUE);
  /* A name of the other direction does not turn the line around. */
  access_wait_for_rows (page, "\u200e\u0646\u062e\u0644\u0629\302\240· Noted", TRUE);
  g_assert_true (access_has_row_named (
      list, "Oak, Bread, Active, No end known, \u200e\u0646\u062e\u0644\u0629"));
  access_press_filter (page, "Needs Attention 6");
  access_wait_for_rows (page, "3 attempts", TRUE);
  access_wait_for_rows (page, "Ada\302\240· ", TRUE);
  /* Whatever it is about tells it. */
  test_wait (access_is_seen (page, "\u0646\u062e\u0644\u0629"));

  button = access_find_named (GTK_WIDGET (page), "It was Acme who used Morning routine");
  gtk_widget_grab_focus (button);
  access_change_account (backend, &renamed);
  access_wait_for_rows (page, "Adele\302\240· ", TRUE);
  access_wait_for_rows (page, "Ada\302\240· ", FALSE);
  assert_keeps_keyboard (button);

  test_window_set_account_id (window, "1");
  spark_access_page_set_backend (page, NULL, NULL);
  spark_access_page_set_backend (page, backend, "1");
  access_wait_for_rows (page, "3 attempts", TRUE);
  access_wait_for_rows (page, "Ade", FALSE);
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

  access_add_grants (replica);
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

  access_add_grants (replica);
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
  g_assert_null (gtk_test_accessible_check_property (GTK_ACCESSIBLE (button),
                                                     GTK_ACCESSIBLE_PROPERTY_LABEL, caption));
  g_object_unref (row);
  test_window_free (window);
}

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);

  g_test_add_func ("/access/video-leads", test_video_leads);
  g_test_add_func ("/access/rows", test_rows);
  g_test_add_func ("/access/read-back", test_read_back);
  g_test_add_func ("/access/large", test_large);
  g_test_add_func ("/access/long-whose", test_long_whose);
  g_test_add_func ("/access/renewal", test_renewal);
  g_test_add_func ("/access/renewal-of-several", test_renewal_of_several);
  g_test_add_func ("/access/row-waits", test_row_waits);
  g_test_add_func ("/access/whose", test_whose);
  g_test_add_func ("/access/whose/of-video", test_whose_of_video);
  g_test_add_func ("/access/finger", test_finger);
  return g_test_run ();
}
