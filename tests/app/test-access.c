/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "access-fixture.h"
#include "app/spark-access-row.h"
#include "app/spark-phrases.h"
#include "model/spark-rules.h"

/* The page of access: what it lists, and how one finds something in it. */

static void
test_empty (void)
{
  SparkAccessPage *page;
  SparkWindow *window = access_set_up (&page);
  g_autofree char *texts = NULL;

  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  texts = test_texts (page);
  g_assert_nonnull (strstr (texts, "Nobody Has Access Yet"));
  test_window_free (window);
}

static void
test_filter_and_search (void)
{
  SparkAccessPage *page;
  SparkWindow *window = access_set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  GtkEditable *search;

  access_add_grants (replica);
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  spark_access_page_set_filter (page, SPARK_ACCESS_ENDED);
  access_wait_for_rows (page, "Nord", TRUE);
  access_wait_for_rows (page, "Acme", FALSE);
  spark_access_page_set_filter (page, SPARK_ACCESS_ALL);
  search = GTK_EDITABLE (test_find (page, GTK_TYPE_SEARCH_ENTRY, 0));
  gtk_editable_set_text (search, "Acme");
  access_wait_for_rows (page, "Nord", FALSE);
  gtk_editable_set_text (search, "zzz");
  access_wait_for_rows (page, "No Results", TRUE);
  g_signal_emit_by_name (
      access_find_named (GTK_WIDGET (page), "_Show All") != NULL
          ? access_find_named (GTK_WIDGET (page), "_Show All")
          : test_find (test_find (page, ADW_TYPE_STATUS_PAGE, 1), GTK_TYPE_BUTTON, 0),
      "clicked");
  access_wait_for_rows (page, "Nord", TRUE);
  test_window_free (window);
}

static void
test_other_backend (void)
{
  SparkAccessPage *page;
  SparkWindow *window = access_set_up (&page);
  g_autoptr (SparkBackend) other = fake_backend_new ();

  access_add_grants (spark_backend_get_replica (spark_window_get_backend (window)));
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  access_wait_for_rows (page, "Acme", TRUE);
  spark_access_page_set_backend (page, other, NULL);
  access_wait_for_rows (page, "Nobody Has Access Yet", TRUE);
  spark_access_page_set_backend (page, NULL, NULL);
  test_window_free (window);
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
  SparkWindow *window = access_set_up (&page);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  GtkWidget *list = test_find (page, GTK_TYPE_LIST_VIEW, 0);
  GtkWidget *toggle, *acme;
  g_autofree char *day = spark_phrase_day_and_distance (ended.ends_at);
  g_autofree char *name = g_strdup_printf ("Acme, Kiln, Expired, Ended %s", day);
  g_autofree char *texts = NULL;
  char *first;

  access_add_grants (replica);
  fake_add_video (replica, &video);
  fake_add_grant (replica, &ended);
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  access_wait_for_rows (page, "Kiln", TRUE);
  toggle = GTK_WIDGET (
      gtk_widget_get_template_child (GTK_WIDGET (page), SPARK_TYPE_ACCESS_PAGE, "by_brand_button"));
  gtk_toggle_button_set_active (GTK_TOGGLE_BUTTON (toggle), TRUE);
  access_wait_for_rows (page, "Brand Unknown", TRUE);
  texts = test_seen_texts (list);
  first = strstr (texts, "Acme\n");
  g_assert_nonnull (first);
  g_assert_null (strstr (first + 1, "Acme\n"));
  g_assert_nonnull (strstr (texts, "Nord\nMorning routine\n"));
  g_assert_nonnull (strstr (texts, "Brand Unknown\nSomeone\n"));
  g_assert_true (access_has_row_named (list, name));
  g_assert_cmpint (get_title_room (list, "Morning routine"), >, 4);
  acme = access_find_named (list, "Acme");
  g_assert_true (gtk_widget_get_mapped (acme));

  /* What was the second is the first of those that are left. */
  spark_access_page_set_filter (page, SPARK_ACCESS_ENDED);
  test_wait (!access_is_seen (page, "Someone"));
  test_wait (access_is_seen (page, "Acme\nKiln\n"));

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
  SparkWindow *window = access_set_up (&page);
  GtkWidget *list = test_find (page, GTK_TYPE_LIST_VIEW, 0);
  GtkWidget *entry = test_find (page, GTK_TYPE_SEARCH_ENTRY, 0);
  GtkWidget *focus;
  g_autofree char *texts = NULL;

  access_add_grants (spark_backend_get_replica (spark_window_get_backend (window)));
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  access_wait_for_rows (page, "Nord", TRUE);
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
  access_wait_for_rows (page, "Acme", TRUE);
  test_window_free (window);
}

static void
test_calm (void)
{
  SparkAccessPage *page;
  SparkWindow *window = access_set_up (&page);

  access_add_grants (spark_backend_get_replica (spark_window_get_backend (window)));
  spark_access_page_set_backend (page, spark_window_get_backend (window), NULL);
  access_press_filter (page, "Needs Attention 0");
  access_wait_for_rows (page, "All Is Well", TRUE);
  access_press_filter (page, "All 3");
  access_wait_for_rows (page, "Acme", TRUE);
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

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);

  g_test_add_func ("/access/empty", test_empty);
  g_test_add_func ("/access/filter-and-search", test_filter_and_search);
  g_test_add_func ("/access/other-backend", test_other_backend);
  g_test_add_func ("/access/by-brand", test_by_brand);
  g_test_add_func ("/access/search-keys", test_search_keys);
  g_test_add_func ("/access/calm", test_calm);
  g_test_add_func ("/access/kept-for-each-account", test_kept);
  return g_test_run ();
}
