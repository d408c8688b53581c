/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-brand-dialog.h"
#include "app/spark-confirm.h"
#include "app/spark-context.h"
#include "app/spark-link-dialog.h"
#include "app/spark-share-dialog.h"
#include "app/spark-terms.h"
#include "app/spark-video-page.h"
#include "fake-backend.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "share-fixture.h"
#include "test-window.h"

/* --- making a link --- */

static void
test_make (void)
{
  SparkWindow *window = share_set_up ();
  gpointer dialog;

  fake_answer ("POST /v1/videos/1.1/links", SHARE_LINK_JSON ("\"" SHARE_URL "\""));
  test_window_act (window, "win.share-link", "1.1");
  dialog = test_get_dialog (window);
  g_assert_true (SPARK_IS_LINK_DIALOG (dialog));
  g_assert_false (spark_dialog_get_can_submit (dialog));
  share_assert_text (dialog, "The brand never sees the code.");
  share_type_brand (dialog, "acme");
  spark_dialog_submit (dialog);
  test_wait (test_has_dialog (window) && SPARK_IS_SHARE_DIALOG (test_get_dialog (window)));
  g_assert_cmpstr (fake_sent (), ==, "POST /v1/videos/1.1/links {\"brand\":\"1.4\"}\n");
  share_assert_scans (spark_share_dialog_get_card (SPARK_SHARE_DIALOG (test_get_dialog (window))),
                      SHARE_URL);
  test_window_free (window);
}

static void
test_make_with_code (void)
{
  SparkWindow *window = share_set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  gpointer dialog;

  fake_answer ("POST /v1/videos/1.2/code", SHARE_CODE_JSON);
  fake_refuse ("POST /v1/videos/1.2/links",
               g_error_new_literal (SPARK_ERROR, SPARK_ERROR_INTERNAL, ""));
  test_window_act (window, "win.share-link", "1.2");
  dialog = test_get_dialog (window);
  share_assert_text (dialog, "A code is generated first (30 days");
  share_type_brand (dialog, "New Brand");
  spark_dialog_submit (dialog);
  test_wait (spark_dialog_get_problem (dialog) != NULL);
  g_assert_true (spark_terms_get_consent (replica, "1"));

  /* The code is there by now. */
  fake_answer ("POST /v1/videos/1.2/links", SHARE_LINK_JSON ("\"" SHARE_URL "\""));
  spark_dialog_submit (dialog);
  test_wait (test_has_dialog (window) && SPARK_IS_SHARE_DIALOG (test_get_dialog (window)));
  g_assert_cmpstr (fake_sent (), ==,
                   "POST /v1/videos/1.2/code {\"days\":30}\n"
                   "POST /v1/videos/1.2/links {\"brand\":{\"name\":\"New Brand\"}}\n"
                   "POST /v1/videos/1.2/links {\"brand\":{\"name\":\"New Brand\"}}\n");
  test_window_free (window);
}

/* A code that was made here is there after midnight too, though its video does not know of it yet.
 */
static void
test_make_over_midnight (void)
{
  SparkWindow *window = share_set_up ();
  gpointer dialog;

  fake_answer ("POST /v1/videos/1.2/code", SHARE_CODE_JSON);
  fake_refuse ("POST /v1/videos/1.2/links",
               g_error_new_literal (SPARK_ERROR, SPARK_ERROR_INTERNAL, ""));
  test_window_act (window, "win.share-link", "1.2");
  dialog = test_get_dialog (window);
  share_type_brand (dialog, "New Brand");
  spark_dialog_submit (dialog);
  test_wait (spark_dialog_get_problem (dialog) != NULL);

  g_signal_emit_by_name (spark_window_get_context (window), "new-day");
  share_assert_text (dialog, "Left open: as long as the code, Tue 8 Jan 2030");
  fake_answer ("POST /v1/videos/1.2/links", SHARE_LINK_JSON ("\"" SHARE_URL "\""));
  spark_dialog_submit (dialog);
  test_wait (test_has_dialog (window) && SPARK_IS_SHARE_DIALOG (test_get_dialog (window)));
  g_assert_cmpstr (fake_sent (), ==,
                   "POST /v1/videos/1.2/code {\"days\":30}\n"
                   "POST /v1/videos/1.2/links {\"brand\":{\"name\":\"New Brand\"}}\n"
                   "POST /v1/videos/1.2/links {\"brand\":{\"name\":\"New Brand\"}}\n");
  test_window_free (window);
}

static void
test_make_end (void)
{
  SparkWindow *window = share_set_up ();
  gpointer dialog;
  GObject *row;

  fake_answer ("POST /v1/videos/1.1/links", SHARE_LINK_JSON ("null"));
  test_window_act (window, "win.share-link", "1.1");
  dialog = test_get_dialog (window);
  share_type_brand (dialog, "Acme");
  row = test_find (dialog, g_type_from_name ("SparkDateRow"), 0);
  g_object_set (row, "end", spark_time_now () + 40 * SPARK_DAY_MS, NULL);
  share_assert_text (dialog, "no link lasts longer");
  g_assert_false (spark_dialog_get_can_submit (dialog));
  g_object_set (row, "end", G_GINT64_CONSTANT (4000000000000), NULL);
  g_assert_false (spark_dialog_get_can_submit (dialog));
  g_object_set (row, "end", spark_time_now () + 10 * SPARK_DAY_MS, NULL);
  g_assert_true (spark_dialog_get_can_submit (dialog));
  spark_dialog_submit (dialog);
  share_assert_toast (window, "Link made");
  g_assert_nonnull (strstr (fake_sent (), "{\"brand\":\"1.4\",\"ends_at\":\"20"));
  test_window_free (window);
}

static void
test_make_malformed (void)
{
  static const char *const answers[] = { "", "[]", "{}", "{\"id\":\"1.8\",\"state\":\"strange\"}" };
  SparkWindow *window = share_set_up ();
  gpointer dialog;

  test_window_act (window, "win.share-link", "1.1");
  dialog = test_get_dialog (window);
  share_type_brand (dialog, "Acme");
  for (gsize i = 0; i < G_N_ELEMENTS (answers); i++)
    {
      fake_answer ("POST /v1/videos/1.1/links", answers[i]);
      spark_dialog_submit (dialog);
      test_wait (spark_dialog_get_problem (dialog) != NULL);
      g_assert_true (SPARK_IS_LINK_DIALOG (test_get_dialog (window)));
    }
  test_window_free (window);
}

static void
test_obstacles (void)
{
  SparkWindow *window = share_set_up ();
  SparkAccount account = share_make_account ("1", SPARK_PLATFORM_SANDBOX, "https://a.example");

  g_assert_null (spark_link_obstacle (&account));
  account.role = SPARK_ROLE_VIEW;
  g_assert_cmpstr (spark_link_obstacle (&account), ==, "");
  g_assert_cmpstr (spark_link_obstacle (NULL), ==, "");
  test_window_act (window, "win.share-link", "2.1");
  share_assert_toast (window, "On TikTok a brand uses the code itself. Copy the code instead.");
  test_window_act (window, "win.share-link", "3.1");
  share_assert_toast (window, "Brands can’t reach this computer. Copy the code, or join a server.");
  test_window_act (window, "win.share-link", "4.1");
  share_assert_toast (window, "Generate a code for this video first");
  g_assert_false (test_has_dialog (window));
  test_window_act (window, "win.share-link", "4.2");
  g_assert_true (SPARK_IS_LINK_DIALOG (test_get_dialog (window)));
  gtk_window_destroy (test_get_dialog (window));
  test_wait (!test_has_dialog (window));
  fake_backend_set_status (spark_window_get_backend (window), SPARK_BACKEND_OFFLINE);
  test_window_act (window, "win.share-link", "1.1");
  share_assert_toast (window, "Not possible while offline");
  test_window_act (window, "win.withdraw-link", "1.8");
  share_assert_toast (window, "Not possible while offline");
  g_assert_false (test_has_dialog (window));
  test_window_free (window);
}

/* --- one that is there --- */

static void
test_copy (void)
{
  SparkWindow *window = share_set_up ();
  g_autofree char *text = NULL;
  g_autofree char *fetched = NULL;

  test_window_act (window, "win.copy-link", "1.8");
  share_assert_toast (window, "Link for Acme copied");
  text = share_read_clipboard (window);
  g_assert_cmpstr (text, ==, SHARE_URL);

  /* One that is not on this computer. */
  fake_answer ("GET /v1/links/1.10", SHARE_LINK_JSON ("\"https://sparkbox.example.org/r#other\""));
  test_window_act (window, "win.copy-link", "1.10");
  share_assert_toast (window, "Link for Acme copied");
  fetched = share_read_clipboard (window);
  g_assert_cmpstr (fetched, ==, "https://sparkbox.example.org/r#other");
  fake_answer ("GET /v1/links/1.10", SHARE_LINK_JSON ("null"));
  test_window_act (window, "win.show-link", "1.10");
  share_assert_toast (window, "This link is no longer open");
  test_window_act (window, "win.copy-link", "1.99");
  share_assert_toast (window, "It is no longer there");
  test_window_free (window);
}

static void
test_withdraw (void)
{
  SparkWindow *window = share_set_up ();

  fake_refuse ("DELETE /v1/links/1.8",
               g_error_new_literal (SPARK_ERROR, SPARK_ERROR_LINK_USED, ""));
  test_window_act (window, "win.withdraw-link", "1.8");
  share_assert_text (test_get_dialog (window), "Acme can no longer redeem it.");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (test_get_dialog (window)), "confirm");
  test_wait (spark_confirm_get_problem (SPARK_CONFIRM (test_get_dialog (window))) != NULL);
  fake_answer ("DELETE /v1/links/1.8", "");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (test_get_dialog (window)), "confirm");
  share_assert_toast (window, "Link withdrawn");
  test_window_free (window);
}

/* --- the video's page --- */

static SparkVideoPage *
open_page (SparkWindow *window, SparkContext *context, const char *video_id)
{
  SparkVideoPage *page = g_object_new (SPARK_TYPE_VIDEO_PAGE, NULL);

  spark_video_page_set_context (page, context);
  spark_context_set (context, spark_window_get_backend (window), NULL);
  spark_video_page_show (page, video_id);
  return page;
}

static void
test_page (void)
{
  static const struct
  {
    const char *video;
    const char *says;
    gboolean shares;
  } cases[] = {
    { "1.1", "Open until", TRUE },
    { "1.1", "Redeemed", TRUE },
    { "2.1", "On TikTok a brand uses the code itself.", FALSE },
    { "3.1", "Brands can’t reach this computer.", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SparkWindow *window = share_set_up ();
      g_autoptr (SparkContext) context = spark_context_new ();
      SparkVideoPage *page = NULL;
      GtkWindow *frame = GTK_WINDOW (gtk_window_new ());

      fake_answer ("GET /v1/videos/1.1/engagement", "{\"days\":[]}");
      fake_answer ("GET /v1/videos/2.1/engagement", "{\"days\":[]}");
      fake_answer ("GET /v1/videos/3.1/engagement", "{\"days\":[]}");
      page = open_page (window, context, cases[i].video);
      gtk_window_set_child (frame, GTK_WIDGET (page));
      gtk_window_present (frame);
      test_wait (gtk_widget_get_mapped (GTK_WIDGET (page)));
      share_assert_text (page, cases[i].says);
      g_assert_cmpint (
          gtk_widget_get_visible (GTK_WIDGET (share_find_button (page, "_Share Link…"))), ==,
          cases[i].shares);
      gtk_window_destroy (frame);
      spark_context_set (context, NULL, NULL);
      test_window_free (window);
    }
}

static gboolean
is_within (GtkWidget *widget, GtkWidget *scrolled)
{
  graphene_rect_t place;

  return gtk_widget_compute_bounds (widget, scrolled, &place) && place.origin.y >= 0
         && place.origin.y + place.size.height <= (float)gtk_widget_get_height (scrolled);
}

/* However low the window is. */
static void
test_page_focus (void)
{
  SparkWindow *window = share_set_up ();
  g_autoptr (SparkContext) context = spark_context_new ();
  GtkWindow *frame = GTK_WINDOW (gtk_window_new ());
  SparkVideoPage *page;
  GtkWidget *scrolled;
  GtkAdjustment *adjustment;

  fake_answer ("GET /v1/videos/1.1/engagement", "{\"days\":[]}");
  page = open_page (window, context, "1.1");
  scrolled = test_find (page, GTK_TYPE_SCROLLED_WINDOW, 0);
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scrolled));
  gtk_window_set_default_size (frame, 600, 200);
  gtk_window_set_child (frame, GTK_WIDGET (page));
  gtk_window_present (frame);
  test_wait (gtk_adjustment_get_upper (adjustment) > gtk_widget_get_height (scrolled));
  for (guint i = 0; i < 2; i++)
    {
      spark_video_page_focus (page);
      g_assert_nonnull (gtk_window_get_focus (frame));
      test_wait (is_within (gtk_window_get_focus (frame), scrolled));
    }
  gtk_window_destroy (frame);
  spark_context_set (context, NULL, NULL);
  test_window_free (window);
}

/* Nothing is said of links where none can be made. */
static void
test_page_of_none (void)
{
  SparkWindow *window = share_set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  g_autoptr (SparkContext) context = spark_context_new ();
  const SparkVideo video = { .id = "1.2", .account_id = "1", .caption = "Stopped" };
  SparkVideoPage *page;
  GtkWidget *group;

  fake_answer ("GET /v1/videos/1.2/engagement", "{\"days\":[]}");
  page = g_object_ref_sink (open_page (window, context, "1.2"));
  group = gtk_widget_get_ancestor (GTK_WIDGET (share_find_button (page, "_Share Link…")),
                                   ADW_TYPE_PREFERENCES_GROUP);
  g_assert_true (gtk_widget_get_visible (group));
  spark_video_page_show (page, NULL);
  fake_add_video (replica, &video);
  spark_video_page_show (page, "1.2");
  g_assert_false (gtk_widget_get_visible (group));
  spark_context_set (context, NULL, NULL);
  g_object_unref (page);
  test_window_free (window);
}

/* --- for whom --- */

static void
test_copy_for (void)
{
  SparkWindow *window = share_set_up ();
  g_autofree char *text = NULL;
  gpointer dialog;

  fake_backend_set_status (spark_window_get_backend (window), SPARK_BACKEND_OFFLINE);
  test_window_act (window, "win.copy-for", "1.1");
  dialog = test_get_dialog (window);
  g_assert_cmpstr (gtk_window_get_title (dialog), ==, "For Whom?");
  share_type_brand (dialog, "ACME");
  spark_dialog_submit (dialog);
  share_assert_toast (window, "Code copied for ACME");
  text = share_read_clipboard (window);
  g_assert_cmpstr (text, ==, SHARE_CODE);
  g_assert_true (g_str_has_prefix (
      fake_sent (), "LATER POST /v1/codes/1.7/copies {\"brand\":\"1.4\",\"at\":\"20"));
  test_wait (!test_has_dialog (window));
  test_window_act (window, "win.copy-for", "1.2");
  share_assert_toast (window, "This video has no code");
  test_window_free (window);
}

/* --- a brand's own terms --- */

static void
test_terms_of_brand (void)
{
  SparkWindow *window = share_set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  gpointer dialog;

  spark_terms_set_days (replica, 60);
  spark_terms_set_brand_days (replica, "1.4", 7);
  fake_answer ("POST /v1/videos/1.2/code", SHARE_CODE_JSON);
  fake_answer ("POST /v1/videos/1.2/links", SHARE_LINK_JSON ("\"" SHARE_URL "\""));
  test_window_act (window, "win.share-link", "1.2");
  dialog = test_get_dialog (window);
  share_assert_text (dialog, "A code is generated first (60 days");
  share_type_brand (dialog, "acme");
  share_assert_text (dialog, "A code is generated first (7 days");
  share_type_brand (dialog, "Other");
  share_assert_text (dialog, "A code is generated first (60 days");
  /* What is no longer permitted is none. */
  spark_terms_set_brand_days (replica, "1.4", 3);
  share_type_brand (dialog, "acme");
  share_assert_text (dialog, "A code is generated first (60 days");
  spark_dialog_submit (dialog);
  test_wait (test_has_dialog (window) && SPARK_IS_SHARE_DIALOG (test_get_dialog (window)));
  g_assert_true (g_str_has_prefix (fake_sent (), "POST /v1/videos/1.2/code {\"days\":60}\n"));
  g_assert_cmpuint (spark_terms_get_days (replica, NULL, "1.4"), ==, 60);

  /* One of 30 days is copied for it. */
  test_close_dialog (window, test_get_dialog (window));
  test_window_act (window, "win.copy-for", "1.1");
  dialog = test_get_dialog (window);
  share_type_brand (dialog, "Acme");
  spark_dialog_submit (dialog);
  test_wait (spark_terms_get_days (replica, NULL, "1.4") == 30);
  g_assert_cmpuint (spark_terms_get_days (replica, NULL, NULL), ==, 60);
  g_assert_cmpuint (spark_terms_get_days (replica, NULL, "1.5"), ==, 60);
  test_window_free (window);
}

/* --- the way to a brand that never had access --- */

static gpointer
find_titled (gpointer root, const char *title)
{
  AdwPreferencesRow *row;

  for (guint i = 0; (row = test_find (root, ADW_TYPE_ACTION_ROW, i)) != NULL; i++)
    if (g_strcmp0 (adw_preferences_row_get_title (row), title) == 0)
      return row;
  return NULL;
}

static gpointer
find_label (gpointer root, const char *beginning)
{
  GtkLabel *label;

  for (guint i = 0; (label = test_find (root, GTK_TYPE_LABEL, i)) != NULL; i++)
    if (g_str_has_prefix (gtk_label_get_text (label), beginning))
      return label;
  return NULL;
}

static void
test_way_to_brand (void)
{
  SparkWindow *window = share_set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  g_autoptr (SparkContext) context = spark_context_new ();
  const SparkCode code = { .id = "1.7",
                           .video_id = "1.1",
                           .code = SHARE_CODE,
                           .state = SPARK_CODE_STATE_READY,
                           .days = 30,
                           .copied_at = spark_time_now (),
                           .copied_for = { "1.6", "R&D <Lab>" },
                           .ends_at = spark_time_now () + 20 * SPARK_DAY_MS };
  SparkVideoPage *page;
  GtkWidget *label;

  fake_answer ("GET /v1/videos/1.1/engagement", "{\"days\":[]}");
  fake_add_code (replica, &code);
  page = open_page (window, context, "1.1");
  adw_toast_overlay_set_child (test_find (window, ADW_TYPE_TOAST_OVERLAY, 0), GTK_WIDGET (page));
  test_wait (gtk_widget_get_mapped (GTK_WIDGET (page)));
  gtk_widget_activate (find_titled (page, "Nord"));
  g_assert_cmpstr (test_window_get_shown (window), ==, "1.5");
  label = find_label (page, "Copied for R&D <Lab> today");
  g_assert_true (gtk_widget_grab_focus (label));
  g_signal_emit_by_name (label, "activate-current-link");
  g_assert_cmpstr (test_window_get_shown (window), ==, "1.6");
  spark_context_set (context, NULL, NULL);
  test_window_free (window);
}

static gboolean
has_brand (gpointer dialog, const char *name)
{
  g_autofree char *texts = test_seen_texts (dialog);
  g_autofree char *line = g_strconcat ("\n", name, "\n", NULL);

  return strstr (texts, line) != NULL;
}

/* Whose name is nearly typed is offered, so that no second brand is made unawares; what differs in
 * case and spaces alone is the same one. */
static void
test_brand_typed (void)
{
  static const char *const near[] = { "cafe bio", "Cafébio", "CAFE", "é b", "bio ca" };
  static const char *const same[] = { "CAFÉ BIO", " café  bio ", "Cafe\u0301\u00a0Bio" };
  /* More than are shown, and all of them before the last. */
  static const SparkBrand brands[]
      = { { .id = "1.50", .name = "Cafe Bio 0" }, { .id = "1.51", .name = "Cafe Bio 1" },
          { .id = "1.52", .name = "Cafe Bio 2" }, { .id = "1.53", .name = "Cafe Bio 3" },
          { .id = "1.54", .name = "Cafe Bio 4" }, { .id = "1.55", .name = "Cafe Bio 5" },
          { .id = "1.60", .name = "Café Bio" } };
  SparkWindow *window = share_set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  g_auto (GStrv) sent = NULL;
  gpointer dialog;

  for (gsize i = 0; i < G_N_ELEMENTS (brands); i++)
    fake_add_brand (replica, &brands[i]);
  fake_backend_set_status (spark_window_get_backend (window), SPARK_BACKEND_OFFLINE);
  for (gsize i = 0; i < G_N_ELEMENTS (near); i++)
    {
      test_window_act (window, "win.copy-for", "1.1");
      dialog = test_get_dialog (window);
      share_type_brand (dialog, near[i]);
      g_assert_true (has_brand (dialog, i < 2 ? "Café Bio" : "Cafe Bio 0"));
      test_close_dialog (window, dialog);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (same); i++)
    {
      test_window_act (window, "win.copy-for", "1.1");
      dialog = test_get_dialog (window);
      share_type_brand (dialog, same[i]);
      g_assert_false (has_brand (dialog, "Café Bio"));
      spark_dialog_submit (dialog);
      test_wait (!test_has_dialog (window));
    }
  sent = g_strsplit (fake_sent (), "{\"brand\":\"1.60\"", -1);
  g_assert_cmpuint (g_strv_length (sent), ==, G_N_ELEMENTS (same) + 1);
  test_window_free (window);
}

/* A code that somebody may have used already cannot be changed: there is room to say for whom. */
static void
test_copy_then_whom (void)
{
  SparkWindow *window = share_set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const SparkCode used = { .id = "1.7",
                           .video_id = "1.1",
                           .code = SHARE_CODE,
                           .state = SPARK_CODE_STATE_IN_USE,
                           .ends_at = spark_time_now () + 20 * SPARK_DAY_MS };

  fake_add_code (replica, &used);
  test_window_act (window, "win.copy-code", "1.1");
  share_assert_toast (window, "Code copied");
  test_window_press_toast (window);
  g_assert_true (SPARK_IS_BRAND_DIALOG (test_get_dialog (window)));
  test_window_free (window);
}

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);
  g_test_add_func ("/share/make", test_make);
  g_test_add_func ("/share/make-with-code", test_make_with_code);
  g_test_add_func ("/share/make-over-midnight", test_make_over_midnight);
  g_test_add_func ("/share/make-end", test_make_end);
  g_test_add_func ("/share/make-malformed", test_make_malformed);
  g_test_add_func ("/share/obstacles", test_obstacles);
  g_test_add_func ("/share/copy", test_copy);
  g_test_add_func ("/share/withdraw", test_withdraw);
  g_test_add_func ("/share/page", test_page);
  g_test_add_func ("/share/page-of-none", test_page_of_none);
  g_test_add_func ("/share/page-focus", test_page_focus);
  g_test_add_func ("/share/copy-for", test_copy_for);
  g_test_add_func ("/share/terms-of-brand", test_terms_of_brand);
  g_test_add_func ("/share/way-to-brand", test_way_to_brand);
  g_test_add_func ("/share/brand-typed", test_brand_typed);
  g_test_add_func ("/share/copy-then-whom", test_copy_then_whom);
  return g_test_run ();
}
