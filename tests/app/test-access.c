/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <locale.h>

#include "app/spark-access-page.h"
#include "app/spark-access-row.h"
#include "fake-backend.h"
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
  const SparkVideo video = { .id = "1.1", .account_id = "1", .caption = "Morning routine" };
  const SparkGrant acme = { .id = "1.2",
                            .video_id = "1.1",
                            .brand = { "1.9", "Acme" },
                            .source = SPARK_GRANT_SOURCE_REDEEMED,
                            .state = SPARK_GRANT_STATE_AUTHORIZED,
                            .redeemed_at = now - SPARK_DAY_MS,
                            .ends_at = now + 5 * SPARK_DAY_MS };
  const SparkGrant someone = { .id = "1.3",
                               .video_id = "1.1",
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

static void
test_rows (void)
{
  SparkAccessPage *page;
  SparkWindow *window = set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  GtkWidget *list;

  add_grants (replica);
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  wait_for_rows (page, "Acme", TRUE);
  wait_for_rows (page, "in 5 days", TRUE);
  wait_for_rows (page, "Ends Soon", TRUE);
  wait_for_rows (page, "Someone", TRUE);
  wait_for_rows (page, "Seen in the brand’s ad account", TRUE);
  wait_for_rows (page, "Revoked", TRUE);
  wait_for_rows (page, "All 3", TRUE);
  wait_for_rows (page, "Active 2", TRUE);
  wait_for_rows (page, "Ended 1", TRUE);

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

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);

  g_test_add_func ("/access/empty", test_empty);
  g_test_add_func ("/access/rows", test_rows);
  g_test_add_func ("/access/filter-and-search", test_filter_and_search);
  g_test_add_func ("/access/other-backend", test_other_backend);
  return g_test_run ();
}
