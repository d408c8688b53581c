/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-access-page.h"
#include "app/spark-attention-row.h"
#include "app/spark-dialog.h"
#include "app/spark-list-row.h"
#include "app/spark-phrases.h"
#include "app/spark-pick-box-row.h"
#include "app/spark-pick-row.h"
#include "fake-backend.h"
#include "model/spark-rules.h"
#include "test-window.h"

/* --- any list --- */

typedef struct
{
  GtkWindow *window;
  GtkWidget *view;
  GtkStringList *rows;
  SparkPickBar *bar;
  GtkLabel *count;
  GtkSelectionModel *picked;
  guint n_told; /* how often another number was told */
} Picks;

static const char *
get_string (gpointer item)
{
  return gtk_string_object_get_string (item);
}

static GtkWidget *
create_row (gpointer item, gpointer user_data)
{
  return spark_pick_box_row_new (gtk_label_new (get_string (item)), gtk_button_new ());
}

static void
on_told_cb (Picks *picks)
{
  picks->n_told++;
}

static void
set_up_picks (Picks *picks, gboolean in_box)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  g_autoptr (GtkNoSelection) plain = NULL;

  *picks = (Picks){ .window = GTK_WINDOW (gtk_window_new ()),
                    .view = in_box ? gtk_list_box_new () : gtk_list_view_new (NULL, NULL),
                    .rows = gtk_string_list_new ((const char *[]){ "1", "2", "3", "4", NULL }),
                    .bar = g_object_new (SPARK_TYPE_PICK_BAR, NULL) };
  gtk_widget_set_vexpand (scrolled, TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), picks->view);
  gtk_box_append (GTK_BOX (box), scrolled);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (picks->bar));
  gtk_window_set_child (picks->window, box);
  if (in_box)
    spark_list_bind (GTK_LIST_BOX (picks->view), G_LIST_MODEL (picks->rows), create_row, NULL);
  else
    plain = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (picks->rows)));
  spark_pick_bar_set_view (picks->bar, picks->view, get_string);
  spark_pick_bar_add_act (picks->bar, "_Revoke…", SPARK_BATCH_ACT_REVOKE);
  spark_pick_bar_set_model (picks->bar, (GtkSelectionModel *)plain, G_LIST_MODEL (picks->rows));
  g_object_set (picks->bar, "active", TRUE, NULL);
  if (!in_box)
    picks->picked = gtk_list_view_get_model (GTK_LIST_VIEW (picks->view));
  picks->count = test_find (picks->bar, GTK_TYPE_LABEL, 0);
  g_signal_connect_swapped (picks->count, "notify::label", G_CALLBACK (on_told_cb), picks);
}

static void
tear_down_picks (Picks *picks)
{
  g_signal_handlers_disconnect_by_data (picks->count, picks);
  gtk_window_destroy (picks->window);
  g_object_unref (picks->rows);
}

/* As a list tells of a row that goes elsewhere: away first, then there. */
static void
take (Picks *picks, guint position)
{
  gtk_string_list_splice (picks->rows, position, 1, NULL);
}

static void
put (Picks *picks, guint position, const char *id)
{
  gtk_string_list_splice (picks->rows, position, 0, (const char *[]){ id, NULL });
}

static void
wait_for_count (Picks *picks, const char *label)
{
  test_wait (g_str_equal (gtk_label_get_label (picks->count), label));
}

static void
assert_picked (Picks *picks, const char *ids)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (picks->rows));
  g_autoptr (GString) picked = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    if (picks->picked != NULL ? gtk_selection_model_is_selected (picks->picked, i)
                              : (gtk_widget_get_state_flags (spark_pick_row_find (picks->view, i))
                                 & GTK_STATE_FLAG_SELECTED)
                                    != 0)
      g_string_append (picked, gtk_string_list_get_string (picks->rows, i));
  g_assert_cmpstr (picked->str, ==, ids);
}

/* Time for all that waits for a list to settle */
static void
settle (void)
{
  gint64 until = g_get_monotonic_time () + G_USEC_PER_SEC / 2;

  while (g_get_monotonic_time () < until)
    test_turn ();
}

static void
test_moved (gconstpointer in_box)
{
  Picks picks;

  set_up_picks (&picks, GPOINTER_TO_INT (in_box));
  spark_pick_bar_toggle (picks.bar, 0);
  spark_pick_bar_toggle (picks.bar, 2);
  assert_picked (&picks, "13");
  picks.n_told = 0;
  take (&picks, 0);
  put (&picks, 3, "1");
  assert_picked (&picks, "31");
  /* Others come between. */
  put (&picks, 0, "5");
  take (&picks, 2);
  put (&picks, 0, "3");
  assert_picked (&picks, "31");
  settle ();
  assert_picked (&picks, "31");
  g_assert_cmpstr (gtk_label_get_label (picks.count), ==, "2 selected");
  g_assert_cmpuint (picks.n_told, ==, 0);
  tear_down_picks (&picks);
}

/* FALSE: the computer was too busy to be in time. */
static gboolean
move_in_steps (Picks *picks)
{
  gint64 last = g_get_monotonic_time ();
  gboolean in_time = TRUE;

  gtk_string_list_splice (picks->rows, 0, 4, (const char *[]){ "0", NULL });
  for (guint i = 1; i < 5; i++)
    {
      while (g_get_monotonic_time () < last + 20000)
        g_main_context_iteration (NULL, FALSE);
      put (picks, i, (const char *[]){ "1", "2", "3", "4" }[i - 1]);
      in_time = in_time && g_get_monotonic_time () < last + 90000;
      last = g_get_monotonic_time ();
    }
  return in_time;
}

/* A while without it, as where a long list is read anew in steps */
static void
test_moved_late (void)
{
  Picks picks;

  for (;;)
    {
      set_up_picks (&picks, FALSE);
      spark_pick_bar_toggle (picks.bar, 0);
      spark_pick_bar_toggle (picks.bar, 3);
      picks.n_told = 0;
      if (move_in_steps (&picks))
        break;
      tear_down_picks (&picks);
    }
  assert_picked (&picks, "14");
  g_assert_cmpuint (picks.n_told, ==, 0);
  tear_down_picks (&picks);
}

static void
test_gone (void)
{
  Picks picks;

  set_up_picks (&picks, FALSE);
  spark_pick_bar_toggle (picks.bar, 0);
  spark_pick_bar_toggle (picks.bar, 1);
  take (&picks, 0);
  wait_for_count (&picks, "1 selected");
  put (&picks, 0, "1");
  settle ();
  assert_picked (&picks, "2");
  tear_down_picks (&picks);
}

/* What was unselected does not come back, neither before it moves nor while it does. */
static void
test_unselected (void)
{
  Picks picks;

  set_up_picks (&picks, FALSE);
  spark_pick_bar_toggle (picks.bar, 0);
  spark_pick_bar_toggle (picks.bar, 1);
  spark_pick_bar_toggle (picks.bar, 0);
  take (&picks, 0);
  put (&picks, 3, "1");
  assert_picked (&picks, "2");

  spark_pick_bar_toggle (picks.bar, 3);
  take (&picks, 0);
  spark_pick_bar_set_all (picks.bar, FALSE);
  g_assert_cmpstr (gtk_label_get_label (picks.count), ==, "Select rows");
  put (&picks, 0, "2");
  settle ();
  assert_picked (&picks, "");

  /* More may be selected while another is on its way. */
  spark_pick_bar_toggle (picks.bar, 0);
  take (&picks, 0);
  spark_pick_bar_toggle (picks.bar, 0);
  put (&picks, 3, "2");
  assert_picked (&picks, "32");
  wait_for_count (&picks, "2 selected");
  tear_down_picks (&picks);
}

/* The keyboard stays at the act while the only row is on its way, and leaves it once that is gone.
 */
static void
test_keeps_act (void)
{
  Picks picks;
  GtkWidget *acts, *act;

  set_up_picks (&picks, FALSE);
  gtk_window_present (picks.window);
  acts = test_find (picks.bar, ADW_TYPE_SQUEEZER, 0);
  act = test_find (acts, GTK_TYPE_BUTTON, 0);
  spark_pick_bar_toggle (picks.bar, 0);
  test_wait (gtk_widget_get_mapped (act));
  g_assert_true (gtk_widget_grab_focus (act));
  take (&picks, 0);
  put (&picks, 3, "1");
  g_assert_true (gtk_window_get_focus (picks.window) == act);
  take (&picks, 3);
  wait_for_count (&picks, "Select rows");
  g_assert_true (gtk_window_get_focus (picks.window) != act);
  tear_down_picks (&picks);
}

/* Of two rows about the same each is selected for itself, and both count once. */
static void
test_twins (void)
{
  Picks picks;

  set_up_picks (&picks, FALSE);
  put (&picks, 4, "1");
  spark_pick_bar_toggle (picks.bar, 0);
  g_assert_cmpstr (gtk_label_get_label (picks.count), ==, "1 selected");
  gtk_string_list_splice (picks.rows, 4, 1, (const char *[]){ "1", NULL });
  g_assert_false (gtk_selection_model_is_selected (picks.picked, 4));
  spark_pick_bar_toggle (picks.bar, 4);
  g_assert_cmpstr (gtk_label_get_label (picks.count), ==, "1 selected");
  take (&picks, 0);
  put (&picks, 0, "1");
  g_assert_true (gtk_selection_model_is_selected (picks.picked, 0));
  g_assert_true (gtk_selection_model_is_selected (picks.picked, 4));
  spark_pick_bar_set_all (picks.bar, TRUE);
  g_assert_cmpstr (gtk_label_get_label (picks.count), ==, "4 selected");
  tear_down_picks (&picks);
}

/* --- what needs attention --- */

typedef struct
{
  SparkWindow *window;
  SparkReplica *replica;
  SparkAccessPage *page;
  GtkWidget *view;
  GtkToggleButton *pick_button;
  GListStore *store;
} Fixture;

static GtkToggleButton *
find_toggle (gpointer root, const char *start)
{
  for (guint i = 0;; i++)
    {
      GtkToggleButton *button = test_find (root, GTK_TYPE_TOGGLE_BUTTON, i);
      const char *label = button != NULL ? gtk_button_get_label (GTK_BUTTON (button)) : NULL;

      g_assert_nonnull (button);
      if (start != NULL && label != NULL && g_str_has_prefix (label, start))
        return button;
      if (start == NULL
          && g_strcmp0 (gtk_button_get_icon_name (GTK_BUTTON (button)), "selection-mode-symbolic")
                 == 0)
        return button;
    }
}

/* Who was refused, what is unknown, what is asked for (of the same), what ends, what is unused */
static void
add_all (SparkReplica *replica)
{
  gint64 now = spark_time_now ();
  const SparkVideo video = { .id = "1.1", .account_id = "1", .caption = "Morning routine" };
  const SparkCode code = { .id = "1.30", .video_id = "1.1", .state = SPARK_CODE_STATE_READY };
  const SparkEvent refused
      = { .id = "1.40", .type = SPARK_EVENT_REDEMPTION_REFUSED, .at = now, .video_id = "1.1" };
  const SparkEvent asked = { .id = "1.41",
                             .type = SPARK_EVENT_EXTENSION_REQUESTED,
                             .at = now,
                             .video_id = "1.1",
                             .grant_id = "1.2" };

  fake_add_video (replica, &video);
  fake_add_code (replica, &code);
  fake_add_event (replica, &refused);
  fake_add_event (replica, &asked);
  for (guint i = 2; i < 5; i++)
    {
      const SparkGrant grant = { .id = (const char *[]){ "1.2", "1.3", "1.4" }[i - 2],
                                 .video_id = "1.1",
                                 .brand = { "1.9", "Acme" },
                                 .state = SPARK_GRANT_STATE_AUTHORIZED,
                                 .ends_at = now + i * SPARK_DAY_MS };

      fake_add_grant (replica, &grant);
    }
  fake_add_attention (replica, SPARK_ATTENTION_REFUSED, "1.1", NULL, NULL, "1.40");
  fake_add_attention (replica, SPARK_ATTENTION_REFUSED, "1.1", NULL, NULL, "1.40");
  fake_add_attention (replica, SPARK_ATTENTION_UNKNOWN, "1.1", "1.2", NULL, NULL);
  fake_add_attention (replica, SPARK_ATTENTION_UNKNOWN, "1.1", NULL, "1.30", NULL);
  fake_add_attention (replica, SPARK_ATTENTION_ASKED, "1.1", "1.2", NULL, "1.41");
  fake_add_attention (replica, SPARK_ATTENTION_ENDING, "1.1", "1.3", NULL, NULL);
  fake_add_attention (replica, SPARK_ATTENTION_ENDING, "1.1", "1.4", NULL, NULL);
  fake_add_attention (replica, SPARK_ATTENTION_UNUSED, "1.1", NULL, "1.30", NULL);
}

static void
set_up (Fixture *fixture)
{
  GtkWidget *page = spark_access_page_new ();

  fake_reset ();
  fixture->window = test_window_new (page);
  fixture->page = SPARK_ACCESS_PAGE (page);
  fixture->replica = spark_backend_get_replica (spark_window_get_backend (fixture->window));
  add_all (fixture->replica);
  fixture->store = g_object_get_data (G_OBJECT (fixture->replica), "attention");
  fixture->pick_button = find_toggle (page, NULL);
  spark_access_page_set_backend (fixture->page, spark_window_get_backend (fixture->window), NULL);
  spark_access_page_show_attention (fixture->page);
  fixture->view = test_find (page, GTK_TYPE_LIST_VIEW, 1);
  test_wait (spark_pick_row_find (fixture->view, 0) != NULL
             && gtk_widget_get_height (spark_pick_row_find (fixture->view, 0)) > 0);
}

static SparkPickBar *
get_bar (Fixture *fixture)
{
  return test_find (fixture->page, SPARK_TYPE_PICK_BAR, 0);
}

static guint
count_rows (Fixture *fixture)
{
  return g_list_model_get_n_items (
      G_LIST_MODEL (gtk_list_view_get_model (GTK_LIST_VIEW (fixture->view))));
}

static gboolean
offers (Fixture *fixture)
{
  return gtk_widget_get_visible (GTK_WIDGET (fixture->pick_button));
}

static guint
find_focused (Fixture *fixture)
{
  GtkWidget *focus = gtk_window_get_focus (GTK_WINDOW (fixture->window));

  while (focus != NULL && gtk_widget_get_parent (focus) != fixture->view)
    focus = gtk_widget_get_parent (focus);
  return spark_pick_row_get_position (focus);
}

static void
focus_row (Fixture *fixture, guint position)
{
  g_assert_true (gtk_widget_grab_focus (spark_pick_row_find (fixture->view, position)));
}

static void
test_attention (void)
{
  Fixture fixture;
  GtkToggleButton *filter;
  GtkWidget *row, *acts, *dismiss;
  g_autofree char *day = spark_phrase_day (spark_time_now () + 3 * SPARK_DAY_MS);
  g_autofree char *name = NULL;
  g_autofree char *problem = NULL;

  set_up (&fixture);
  dismiss = test_find_button (fixture.page, "_Dismiss Refused");
  filter = find_toggle (fixture.page, "Needs Attention");
  g_assert_true (offers (&fixture));
  g_assert_cmpuint (count_rows (&fixture), ==, 8);

  gtk_toggle_button_set_active (fixture.pick_button, TRUE);
  g_assert_cmpuint (count_rows (&fixture), ==, 4);
  g_assert_cmpstr (gtk_button_get_label (GTK_BUTTON (filter)), ==, "Needs Attention 8");
  g_assert_false (gtk_widget_get_visible (dismiss));
  test_wait_for_text (get_bar (&fixture), "Select rows");
  row = test_find (fixture.view, SPARK_TYPE_ATTENTION_ROW, 0);
  acts = spark_attention_row_get_acts (SPARK_ATTENTION_ROW (row));
  g_assert_false (gtk_widget_get_sensitive (acts));
  /* Both are about the same. */
  g_signal_emit_by_name (fixture.view, "activate", 0);
  g_signal_emit_by_name (fixture.view, "activate", 1);
  test_wait_for_text (get_bar (&fixture), "1 selected");
  g_signal_emit_by_name (fixture.view, "activate", 2);
  g_signal_emit_by_name (fixture.view, "activate", 3);
  test_wait_for_text (get_bar (&fixture), "3 selected");
  g_signal_emit_by_name (fixture.view, "activate", 3);
  test_wait_for_text (get_bar (&fixture), "2 selected");
  g_assert_null (test_window_get_shown (fixture.window));
  name = g_strdup_printf ("Acme’s access ends in 3 days, Morning routine, Until %s", day);
  problem = gtk_test_accessible_check_property (
      GTK_ACCESSIBLE (spark_pick_row_find (fixture.view, 2)), GTK_ACCESSIBLE_PROPERTY_LABEL, name);
  g_assert_cmpstr (problem, ==, NULL);

  acts = test_find (get_bar (&fixture), ADW_TYPE_SQUEEZER, 0);
  g_signal_emit_by_name (test_find (acts, GTK_TYPE_BUTTON, 1), "clicked");
  fake_answer ("POST /v1/batches",
               "{\"id\":\"1.50\",\"act\":\"revoke\",\"state\":\"running\",\"done\":0,"
               "\"failed\":0,\"total\":2,\"days\":null,\"added\":0,\"updated\":0,"
               "\"skipped\":0,\"problem\":null,\"created_at\":\"2026-03-01T00:00:00Z\"}");
  spark_dialog_submit (SPARK_DIALOG (test_get_dialog (fixture.window)));
  test_wait_for_text (test_get_dialog (fixture.window), "0 of 2 done");
  g_assert_cmpstr (fake_sent (), ==,
                   "POST /v1/batches {\"act\":\"revoke\",\"ids\":[\"1.2\",\"1.3\"]}\n");
  gtk_window_close (test_get_dialog (fixture.window));

  g_object_set (get_bar (&fixture), "active", FALSE, NULL);
  g_assert_cmpuint (count_rows (&fixture), ==, 8);
  g_assert_true (gtk_widget_get_sensitive (
      spark_attention_row_get_acts (test_find (fixture.view, SPARK_TYPE_ATTENTION_ROW, 0))));
  g_signal_emit_by_name (fixture.view, "activate", 5);
  g_assert_cmpstr (test_window_get_shown (fixture.window), ==, "1.1");
  test_window_free (fixture.window);
}

/* The keyboard goes to the next row that stays, and stays in that row as the others come back. */
static void
test_attention_keyboard (void)
{
  Fixture fixture;
  GtkWidget *act;

  set_up (&fixture);
  focus_row (&fixture, 3);
  gtk_toggle_button_set_active (fixture.pick_button, TRUE);
  g_assert_cmpuint (find_focused (&fixture), ==, 1);
  g_object_set (get_bar (&fixture), "active", FALSE, NULL);
  g_assert_cmpuint (find_focused (&fixture), ==, 4);
  gtk_toggle_button_set_active (fixture.pick_button, TRUE);
  g_assert_cmpuint (find_focused (&fixture), ==, 1);
  g_object_set (get_bar (&fixture), "active", FALSE, NULL);
  /* From an act on what is selected to the first row that is in view */
  gtk_toggle_button_set_active (fixture.pick_button, TRUE);
  spark_pick_bar_toggle (get_bar (&fixture), 0);
  act = test_find (test_find (get_bar (&fixture), ADW_TYPE_SQUEEZER, 0), GTK_TYPE_BUTTON, 1);
  test_wait (gtk_widget_get_mapped (act)
             && gtk_widget_get_height (spark_pick_row_find (fixture.view, 0)) > 0);
  g_assert_true (gtk_widget_grab_focus (act));
  g_object_set (get_bar (&fixture), "active", FALSE, NULL);
  g_assert_cmpuint (find_focused (&fixture), ==, 2);
  /* Behind the last that stays; and from a button within a row that goes */
  focus_row (&fixture, 7);
  gtk_toggle_button_set_active (fixture.pick_button, TRUE);
  g_assert_cmpuint (find_focused (&fixture), ==, 3);
  g_object_set (get_bar (&fixture), "active", FALSE, NULL);
  g_assert_cmpuint (find_focused (&fixture), ==, 6);
  g_assert_true (gtk_widget_child_focus (
      spark_attention_row_get_acts (test_find (fixture.view, SPARK_TYPE_ATTENTION_ROW, 0)),
      GTK_DIR_TAB_FORWARD));
  gtk_toggle_button_set_active (fixture.pick_button, TRUE);
  g_assert_cmpuint (find_focused (&fixture), ==, 0);
  test_window_free (fixture.window);
}

static void
remove_row (Fixture *fixture, guint position)
{
  g_list_store_remove (fixture->store, position);
}

/* It is offered as long as some of it can be ended or extended. One row that moves ends nothing. */
static void
test_attention_ends (gconstpointer picked)
{
  Fixture fixture;
  const SparkGrant revoking
      = { .id = "1.5", .video_id = "1.1", .state = SPARK_GRANT_STATE_REVOKING };
  g_autoptr (GObject) last = NULL;

  set_up (&fixture);
  gtk_toggle_button_set_active (fixture.pick_button, TRUE);
  g_signal_emit_by_name (fixture.view, "activate", 3);
  for (guint i = 0; i < 2; i++)
    remove_row (&fixture, 4);
  remove_row (&fixture, 2);
  settle ();
  g_assert_cmpuint (count_rows (&fixture), ==, 1);
  test_wait_for_text (get_bar (&fixture), "1 selected");
  last = g_list_model_get_item (G_LIST_MODEL (fixture.store), 3);
  remove_row (&fixture, 3);
  g_list_store_insert (fixture.store, 0, last);
  settle ();
  g_assert_true (spark_pick_bar_is_active (get_bar (&fixture)));
  g_assert_true (offers (&fixture));
  g_assert_cmpuint (count_rows (&fixture), ==, 1);
  test_wait_for_text (get_bar (&fixture), "1 selected");

  /* The keyboard goes to an act as long as there is one, else nowhere. */
  if (!GPOINTER_TO_INT (picked))
    g_signal_emit_by_name (fixture.view, "activate", 0);
  focus_row (&fixture, 0);
  remove_row (&fixture, 0);
  test_wait (!spark_pick_bar_is_active (get_bar (&fixture)));
  g_assert_false (offers (&fixture));
  g_assert_cmpuint (count_rows (&fixture), ==, 4);
  /* Those that came back have the keyboard. */
  g_assert_cmpuint (find_focused (&fixture), ==, 0);
  /* It is about access, and nothing more can be done to it. */
  fake_add_grant (fixture.replica, &revoking);
  fake_add_attention (fixture.replica, SPARK_ATTENTION_WAITING, "1.1", "1.5", NULL, NULL);
  settle ();
  g_assert_false (offers (&fixture));
  fake_add_attention (fixture.replica, SPARK_ATTENTION_ENDING, "1.1", "1.3", NULL, NULL);
  g_assert_true (offers (&fixture));
  test_window_free (fixture.window);
}

/* What is selected in one list is not selected in the other. */
static void
test_attention_left (void)
{
  Fixture fixture;
  GtkListView *all;

  set_up (&fixture);
  all = test_find (fixture.page, GTK_TYPE_LIST_VIEW, 0);
  gtk_toggle_button_set_active (fixture.pick_button, TRUE);
  g_signal_emit_by_name (fixture.view, "activate", 0);
  spark_access_page_set_filter (fixture.page, SPARK_ACCESS_ALL);
  g_assert_false (spark_pick_bar_is_active (get_bar (&fixture)));
  g_assert_cmpuint (count_rows (&fixture), ==, 8);
  g_assert_true (GTK_IS_NO_SELECTION (gtk_list_view_get_model (all)));
  g_assert_true (gtk_list_view_get_single_click_activate (GTK_LIST_VIEW (fixture.view)));

  gtk_toggle_button_set_active (fixture.pick_button, TRUE);
  g_assert_true (GTK_IS_MULTI_SELECTION (gtk_list_view_get_model (all)));
  g_signal_emit_by_name (all, "activate", 2);
  test_wait_for_text (get_bar (&fixture), "1 selected");
  spark_access_page_set_filter (fixture.page, SPARK_ACCESS_ACTIVE);
  g_assert_true (spark_pick_bar_is_active (get_bar (&fixture)));
  spark_access_page_show_attention (fixture.page);
  g_assert_false (spark_pick_bar_is_active (get_bar (&fixture)));
  g_assert_true (GTK_IS_NO_SELECTION (gtk_list_view_get_model (all)));
  g_assert_true (gtk_list_view_get_single_click_activate (all));

  /* Another account, while one selects */
  gtk_toggle_button_set_active (fixture.pick_button, TRUE);
  spark_access_page_set_backend (fixture.page, spark_window_get_backend (fixture.window), "1");
  spark_access_page_show_attention (fixture.page);
  g_assert_true (offers (&fixture));
  g_assert_cmpuint (count_rows (&fixture), ==,
                    spark_pick_bar_is_active (get_bar (&fixture)) ? 4 : 8);
  test_window_free (fixture.window);
}

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);

  g_test_add_data_func ("/picks/moved", GINT_TO_POINTER (FALSE), test_moved);
  g_test_add_data_func ("/picks/moved/in-box", GINT_TO_POINTER (TRUE), test_moved);
  g_test_add_func ("/picks/moved/late", test_moved_late);
  g_test_add_func ("/picks/gone", test_gone);
  g_test_add_func ("/picks/unselected", test_unselected);
  g_test_add_func ("/picks/keeps-act", test_keeps_act);
  g_test_add_func ("/picks/twins", test_twins);
  g_test_add_func ("/picks/attention", test_attention);
  g_test_add_func ("/picks/attention/keyboard", test_attention_keyboard);
  g_test_add_data_func ("/picks/attention/ends", GINT_TO_POINTER (FALSE), test_attention_ends);
  g_test_add_data_func ("/picks/attention/ends/picked", GINT_TO_POINTER (TRUE),
                        test_attention_ends);
  g_test_add_func ("/picks/attention/left", test_attention_left);
  return g_test_run ();
}
