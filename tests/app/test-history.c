/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "app/spark-history-group.h"
#include "app/spark-problem.h"
#include "fake-backend.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "test-window.h"

/* 2026-06-01T00:00:00Z: how far back the replica goes */
#define REACH  G_GINT64_CONSTANT (1780272000000)
#define BEFORE "&before=2026-06-01T00%3A00%3A00Z"
#define ASKED  "GET /v1/events?limit=100&account=1&video=1.1" BEFORE
#define EVENT(id, type)                                                                            \
  "{\"id\":\"" id "\",\"type\":\"" type "\",\"at\":\"2026-05-02T00:00:00Z\",\"actor\":{\"kind\":"  \
  "\"creator\",\"id\":null,\"name\":\"desk\"},\"video_id\":\"1.1\",\"detail\":{}}"
#define PAGE(next)                                                                                 \
  "{\"items\":[" EVENT ("1.9", "code_generated") "," EVENT (                                       \
      "1.8", "code_deleted") "],\"next_cursor\":" next "}"

static const SparkVideo old
    = { .id = "1.1", .account_id = "1", .published_at = REACH - SPARK_DAY_MS };
static const SparkVideo young
    = { .id = "1.1", .account_id = "1", .published_at = REACH + SPARK_DAY_MS };
static const SparkBrand brand = { .id = "1.4", .account_id = "1", .name = "Acme" };

static SparkReplica *
get_replica (SparkWindow *window)
{
  return spark_backend_get_replica (spark_window_get_backend (window));
}

/* With @n events of the video and of the brand */
static SparkWindow *
set_up (SparkHistoryGroup **group, guint n, SparkEventType oldest)
{
  SparkWindow *window;

  *group = g_object_new (SPARK_TYPE_HISTORY_GROUP, NULL);
  window = test_window_new (GTK_WIDGET (*group));
  test_window_set_account_id (window, "1");
  spark_history_group_set_context (*group, spark_window_get_context (window));
  fake_set_reach (get_replica (window), REACH, FALSE);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("1.%u", 100 - i);
      const SparkEvent event = { .id = g_intern_string (id),
                                 .type = i == n - 1 ? oldest : SPARK_EVENT_CODE_EXTENDED,
                                 .at = REACH + SPARK_DAY_MS - i,
                                 .video_id = "1.1",
                                 .brand = { "1.4", "Acme" } };

      fake_add_event (get_replica (window), &event);
    }
  return window;
}

static guint
count_rows (SparkHistoryGroup *group)
{
  GtkListBox *list = test_find (group, GTK_TYPE_LIST_BOX, 1);
  guint n = 0;

  if (!g_str_equal (gtk_widget_get_name (GTK_WIDGET (list)), "GtkListBox"))
    g_assert_not_reached ();
  while (gtk_list_box_get_row_at_index (list, (int)n) != NULL)
    n++;
  return n;
}

static gboolean
says (SparkHistoryGroup *group, const char *text)
{
  g_autofree char *texts = test_seen_texts (group);

  return strstr (texts, text) != NULL;
}

/* What is here comes first; the backend is asked for what is behind it, when somebody presses. */
static void
test_goes_on (void)
{
  SparkHistoryGroup *group;
  SparkWindow *window = set_up (&group, 12, SPARK_EVENT_CODE_GENERATED);

  spark_history_group_show_video (group, &old);
  g_assert_cmpuint (count_rows (group), ==, 10);
  test_press (group, "_Show More");
  g_assert_cmpuint (count_rows (group), ==, 12);
  for (guint i = 0; i < 3; i++)
    test_turn ();
  g_assert_cmpstr (fake_sent (), ==, "");

  fake_answer (ASKED, PAGE ("\"c1\""));
  fake_hold ();
  test_press (group, "_Show More");
  g_assert_true (says (group, "Loading older activity…"));
  /* Once, however often it is pressed. */
  test_press (group, "_Show More");
  fake_release ();
  test_wait (count_rows (group) == 14);
  g_assert_cmpstr (fake_sent (), ==, ASKED "\n");
  g_assert_true (says (group, "_Show More") && !says (group, "Nothing older"));

  fake_answer (ASKED "&cursor=c1", PAGE ("null"));
  test_press (group, "_Show More");
  test_wait (count_rows (group) == 16);
  g_assert_true (says (group, "Nothing older"));
  g_assert_false (says (group, "_Show More"));
  test_window_free (window);
}

/* Of what happened nothing is here: only the way to it is. */
static void
test_empty (void)
{
  SparkHistoryGroup *group;
  SparkWindow *window = set_up (&group, 0, 0);

  spark_history_group_show_video (group, &old);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (group)));
  g_assert_true (says (group, "History") && says (group, "_Show More"));
  g_assert_cmpstr (fake_sent (), ==, "");
  fake_answer (ASKED, "{\"items\":[],\"next_cursor\":null}");
  test_press (group, "_Show More");
  test_wait (says (group, "Nothing older"));
  g_assert_false (says (group, "_Show More"));
  test_window_free (window);
}

static void
test_brand (void)
{
  static const char *const asked = "GET /v1/events?limit=100&account=1&brand=1.4" BEFORE;
  SparkHistoryGroup *group;
  SparkWindow *window = set_up (&group, 2, SPARK_EVENT_CODE_GENERATED);

  spark_history_group_show_brand (group, &brand);
  g_assert_cmpuint (count_rows (group), ==, 2);
  fake_answer (asked, PAGE ("null"));
  test_press (group, "_Show More");
  test_wait (count_rows (group) == 4);
  spark_history_group_show_brand (group, NULL);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (group)));
  test_window_free (window);
}

/* Where all is known, nothing is offered. */
static void
test_whole (void)
{
  SparkHistoryGroup *group;
  SparkWindow *window = set_up (&group, 0, 0);

  spark_history_group_show_video (group, &young);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (group)));
  fake_set_reach (get_replica (window), REACH, TRUE);
  spark_history_group_show_video (group, &old);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (group)));
  spark_history_group_show_brand (group, &brand);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (group)));
  /* Nobody knows yet. */
  fake_set_reach (get_replica (window), REACH, FALSE);
  fake_set_loading (get_replica (window), TRUE);
  spark_history_group_show_video (group, &old);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (group)));
  test_window_free (window);

  window = set_up (&group, 2, SPARK_EVENT_VIDEO_ADDED);
  spark_history_group_show_video (group, &old);
  g_assert_cmpuint (count_rows (group), ==, 2);
  g_assert_false (says (group, "_Show More"));
  test_window_free (window);

  window = set_up (&group, 2, SPARK_EVENT_BRAND_ADDED);
  spark_history_group_show_brand (group, &brand);
  g_assert_cmpuint (count_rows (group), ==, 2);
  g_assert_false (says (group, "_Show More"));
  test_window_free (window);
}

static void
test_offline (void)
{
  SparkHistoryGroup *group;
  SparkWindow *window = set_up (&group, 12, SPARK_EVENT_CODE_GENERATED);
  SparkContext *context = spark_window_get_context (window);

  fake_backend_set_status (spark_window_get_backend (window), SPARK_BACKEND_OFFLINE);
  spark_context_set_obstacle (context, "Not possible while offline");
  spark_history_group_show_video (group, &old);
  /* What is here is shown all the same. */
  g_assert_false (says (group, "Not possible while offline"));
  test_press (group, "_Show More");
  g_assert_cmpuint (count_rows (group), ==, 12);
  g_assert_true (says (group, "Not possible while offline"));
  g_assert_false (gtk_widget_get_sensitive (test_find_button (group, "_Show More")));
  fake_backend_set_status (spark_window_get_backend (window), SPARK_BACKEND_ONLINE);
  spark_context_set_obstacle (context, NULL);
  g_assert_false (says (group, "Not possible while offline"));
  g_assert_true (gtk_widget_get_sensitive (test_find_button (group, "_Show More")));
  test_window_free (window);
}

static void
test_fails (void)
{
  SparkHistoryGroup *group;
  SparkWindow *window = set_up (&group, 2, SPARK_EVENT_CODE_GENERATED);
  g_autoptr (GError) error = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_INTERNAL, "");

  spark_history_group_show_video (group, &old);
  fake_refuse (ASKED, g_error_copy (error));
  test_press (group, "_Show More");
  test_wait (says (group, spark_problem_sentence (error)));
  g_assert_true (says (group, "Older Activity Not Loaded"));
  g_assert_false (says (group, "_Show More"));
  fake_answer (ASKED, PAGE ("null"));
  test_press (group, "_Try Again");
  test_wait (count_rows (group) == 4);
  g_assert_false (says (group, "_Try Again"));
  g_assert_false (says (group, "Older Activity Not Loaded"));
  test_window_free (window);
}

/* The keyboard stays with the rows when the button under it goes. */
static void
test_keyboard (void)
{
  SparkHistoryGroup *group;
  SparkWindow *window = set_up (&group, 2, SPARK_EVENT_CODE_GENERATED);
  GtkWidget *focus;

  spark_history_group_show_video (group, &old);
  gtk_widget_grab_focus (test_find_button (group, "_Show More"));
  fake_answer (ASKED, PAGE ("null"));
  test_press (group, "_Show More");
  test_wait (count_rows (group) == 4);
  focus = gtk_window_get_focus (GTK_WINDOW (window));
  g_assert_true (GTK_IS_LIST_BOX_ROW (focus));
  g_assert_cmpint (gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (focus)), ==, 2);
  test_window_free (window);
}

/* Where there is no row, it goes to what is beside the group: here before it. */
static void
test_keyboard_no_rows (void)
{
  SparkHistoryGroup *group;
  SparkWindow *window = set_up (&group, 0, 0);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *before = gtk_button_new_with_label ("Before");
  AdwToastOverlay *overlay = ADW_TOAST_OVERLAY (gtk_widget_get_parent (GTK_WIDGET (group)));

  g_object_ref (group);
  adw_toast_overlay_set_child (overlay, box);
  gtk_box_append (GTK_BOX (box), gtk_button_new_with_label ("First"));
  gtk_box_append (GTK_BOX (box), before);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (group));
  g_object_unref (group);
  spark_history_group_show_video (group, &old);
  fake_refuse (ASKED, g_error_new_literal (SPARK_ERROR, SPARK_ERROR_INTERNAL, ""));
  g_assert_true (gtk_widget_grab_focus (test_find_button (group, "_Show More")));
  test_press_enter (window);
  test_wait (says (group, "Older Activity Not Loaded"));
  fake_answer (ASKED, "{\"items\":[],\"next_cursor\":null}");
  test_press_enter (window);
  test_wait (says (group, "Nothing older"));
  g_assert_true (gtk_window_get_focus (GTK_WINDOW (window)) == before);
  test_window_free (window);
}

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);
  g_test_add_func ("/history/goes-on", test_goes_on);
  g_test_add_func ("/history/empty", test_empty);
  g_test_add_func ("/history/brand", test_brand);
  g_test_add_func ("/history/whole", test_whole);
  g_test_add_func ("/history/offline", test_offline);
  g_test_add_func ("/history/fails", test_fails);
  g_test_add_func ("/history/keyboard", test_keyboard);
  g_test_add_func ("/history/keyboard-no-rows", test_keyboard_no_rows);
  return g_test_run ();
}
