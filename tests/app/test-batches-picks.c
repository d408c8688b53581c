/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-pick-row.h"
#include "batches-fixture.h"

/* How rows are selected for an act on many, and which acts are offered for them. */

static void
test_pick (void)
{
  BatchesFixture fixture;
  GtkSelectionModel *model;

  batches_set_up (&fixture);
  g_object_set (batches_get_bar (&fixture), "active", TRUE, NULL);
  test_wait_for_text (batches_get_bar (&fixture), "Select rows");
  /* Enter on a row selects it now, and again no more. */
  g_signal_emit_by_name (fixture.view, "activate", 0);
  test_wait_for_text (batches_get_bar (&fixture), "1 selected");
  g_assert_null (test_window_get_shown (fixture.window));
  g_signal_emit_by_name (fixture.view, "activate", 1);
  test_wait_for_text (batches_get_bar (&fixture), "2 selected");
  g_signal_emit_by_name (fixture.view, "activate", 1);
  test_wait_for_text (batches_get_bar (&fixture), "1 selected");
  model = gtk_list_view_get_model (fixture.view);
  g_assert_true (gtk_selection_model_is_selected (model, 0));
  g_assert_false (gtk_selection_model_is_selected (model, 1));

  g_object_set (batches_get_bar (&fixture), "active", FALSE, NULL);
  g_signal_emit_by_name (fixture.view, "activate", 1);
  g_assert_cmpstr (test_window_get_shown (fixture.window), ==, "1.1");
  test_window_free (fixture.window);
}

static const char *
get_string (gpointer item)
{
  return gtk_string_object_get_string (item);
}

/* Neither what changes in a row that is selected nor the pointer over another row unselects it. */
static void
test_stays_picked (void)
{
  GtkWidget *window = gtk_window_new ();
  GtkWidget *view = gtk_list_view_new (NULL, NULL);
  SparkPickBar *bar = g_object_new (SPARK_TYPE_PICK_BAR, NULL);
  GtkStringList *rows = gtk_string_list_new ((const char *[]){ "1", "2", "3", NULL });
  g_autoptr (GtkNoSelection) plain = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (rows)));
  GtkSelectionModel *picked;

  gtk_window_set_child (GTK_WINDOW (window), view);
  gtk_list_view_set_single_click_activate (GTK_LIST_VIEW (view), TRUE);
  g_object_ref_sink (bar);
  spark_pick_bar_set_view (bar, view, get_string);
  spark_pick_bar_set_model (bar, GTK_SELECTION_MODEL (plain), G_LIST_MODEL (rows));
  g_assert_true (gtk_list_view_get_single_click_activate (GTK_LIST_VIEW (view)));
  g_object_set (bar, "active", TRUE, NULL);
  g_assert_false (gtk_list_view_get_single_click_activate (GTK_LIST_VIEW (view)));

  picked = gtk_list_view_get_model (GTK_LIST_VIEW (view));
  gtk_selection_model_select_range (picked, 1, 2, TRUE);
  gtk_string_list_splice (rows, 0, 3, (const char *[]){ "0", "1", "2", "3", NULL });
  g_assert_false (gtk_selection_model_is_selected (picked, 1));
  g_assert_true (gtk_selection_model_is_selected (picked, 2));
  g_assert_true (gtk_selection_model_is_selected (picked, 3));
  /* What is gone is forgotten. */
  gtk_string_list_splice (rows, 2, 1, NULL);
  test_wait_for_text (bar, "1 selected");
  gtk_string_list_splice (rows, 1, 1, (const char *[]){ "2", NULL });
  g_assert_false (gtk_selection_model_is_selected (picked, 1));
  g_assert_true (gtk_selection_model_is_selected (picked, 2));

  g_object_set (bar, "active", FALSE, NULL);
  g_assert_true (gtk_list_view_get_single_click_activate (GTK_LIST_VIEW (view)));
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (bar);
  g_object_unref (rows);
}

/* What selects a row that is pressed */
static GtkGesture *
find_click (GtkListView *view)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (view));

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_GESTURE_CLICK (controller)
          && gtk_event_controller_get_propagation_phase (controller) == GTK_PHASE_CAPTURE)
        return GTK_GESTURE (controller);
    }
  return NULL;
}

static void
press_row (BatchesFixture *fixture, const char *signal, guint position)
{
  GtkWidget *row = NULL;
  graphene_rect_t bounds;

  test_wait ((row = spark_pick_row_find (GTK_WIDGET (fixture->view), position)) != NULL
             && gtk_widget_get_height (row) > 0);
  g_assert_true (gtk_widget_compute_bounds (row, GTK_WIDGET (fixture->view), &bounds));
  g_signal_emit_by_name (find_click (fixture->view), signal, 1, (double)bounds.origin.x + 20,
                         (double)bounds.origin.y + 20);
}

/* A finger that has come to scroll begins on a row, and is never released there. */
static void
test_pick_by_press (void)
{
  BatchesFixture fixture;

  batches_set_up (&fixture);
  g_object_set (batches_get_bar (&fixture), "active", TRUE, NULL);
  press_row (&fixture, "pressed", 0);
  batches_assert_says (batches_get_bar (&fixture), "Select rows");
  press_row (&fixture, "released", 0);
  batches_assert_says (batches_get_bar (&fixture), "1 selected");
  press_row (&fixture, "pressed", 1);
  press_row (&fixture, "released", 2);
  batches_assert_says (batches_get_bar (&fixture), "1 selected");
  press_row (&fixture, "pressed", 0);
  press_row (&fixture, "released", 0);
  batches_assert_says (batches_get_bar (&fixture), "Select rows");
  test_window_free (fixture.window);
}

/* A view that outlives its bar knows nothing of it any more. */
static void
test_leaves_view (void)
{
  g_autoptr (GtkWidget) view = g_object_ref_sink (gtk_list_view_new (NULL, NULL));
  SparkPickBar *bar = g_object_ref_sink (g_object_new (SPARK_TYPE_PICK_BAR, NULL));
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (view);
  guint own = g_list_model_get_n_items (controllers);

  spark_pick_bar_set_view (bar, view, get_string);
  g_assert_cmpuint (g_list_model_get_n_items (controllers), ==, own + 2);
  g_assert_finalize_object (bar);
  g_assert_cmpuint (g_list_model_get_n_items (controllers), ==, own);
}

/* Rows come and go while some are selected, under a list that has another model then. */
static void
test_search (void)
{
  BatchesFixture fixture;
  GtkEditable *entry;

  batches_set_up (&fixture);
  entry = GTK_EDITABLE (test_find (fixture.page, GTK_TYPE_SEARCH_ENTRY, 0));
  g_object_set (batches_get_bar (&fixture), "active", TRUE, NULL);
  test_wait_for_text (batches_get_bar (&fixture), "Select rows");
  g_signal_emit_by_name (fixture.view, "activate", 0);
  test_wait_for_text (batches_get_bar (&fixture), "1 selected");
  gtk_editable_set_text (entry, "Acme");
  g_signal_emit_by_name (entry, "search-changed");
  test_wait (g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (fixture.view))) == 1);
  gtk_editable_set_text (entry, "");
  g_signal_emit_by_name (entry, "search-changed");
  test_wait (g_list_model_get_n_items (G_LIST_MODEL (gtk_list_view_get_model (fixture.view))) == 3);
  test_wait_for_text (fixture.page, "Nord");
  test_window_free (fixture.window);
}

/* In the menu that takes the place of the acts where they have no room */
static int
count_menu (GtkWidget *acts)
{
  GtkMenuButton *button = test_find (acts, GTK_TYPE_MENU_BUTTON, 0);
  int n;

  gtk_menu_button_popup (button);
  n = g_menu_model_get_n_items (gtk_menu_button_get_menu_model (button));
  gtk_menu_button_popdown (button);
  return n;
}

/* What the role allows with none of the rows that are selected is not offered for them. */
static void
test_offers_allowed (void)
{
  BatchesFixture fixture;
  GtkSelectionModel *model;
  GtkWidget *acts;

  batches_set_up (&fixture);
  batches_add_accounts (&fixture, SPARK_ROLE_GENERATE);
  g_object_set (batches_get_bar (&fixture), "active", TRUE, NULL);
  model = gtk_list_view_get_model (fixture.view);
  acts = test_find (batches_get_bar (&fixture), ADW_TYPE_SQUEEZER, 0);
  g_assert_cmpint (count_menu (acts), ==, 2);

  /* The third is the other account's, where nothing may be revoked. */
  gtk_selection_model_select_item (model, 2, TRUE);
  g_assert_true (gtk_widget_get_visible (test_find (acts, GTK_TYPE_BUTTON, 0)));
  g_assert_false (gtk_widget_get_visible (test_find (acts, GTK_TYPE_BUTTON, 1)));
  g_assert_cmpint (count_menu (acts), ==, 1);
  gtk_selection_model_select_item (model, 0, FALSE);
  g_assert_true (gtk_widget_get_visible (test_find (acts, GTK_TYPE_BUTTON, 1)));
  g_assert_cmpint (count_menu (acts), ==, 2);

  batches_add_accounts (&fixture, SPARK_ROLE_VIEW);
  gtk_selection_model_select_item (model, 2, TRUE);
  g_assert_false (gtk_widget_get_visible (acts));

  /* The role changes while it is selected. */
  batches_add_accounts (&fixture, SPARK_ROLE_REVOKE);
  g_assert_true (gtk_widget_get_visible (acts));
  g_assert_true (gtk_widget_get_visible (test_find (acts, GTK_TYPE_BUTTON, 1)));
  g_assert_cmpint (count_menu (acts), ==, 2);
  batches_add_accounts (&fixture, SPARK_ROLE_GENERATE);
  g_assert_false (gtk_widget_get_visible (test_find (acts, GTK_TYPE_BUTTON, 1)));
  g_assert_cmpint (count_menu (acts), ==, 1);
  batches_add_accounts (&fixture, SPARK_ROLE_VIEW);
  g_assert_false (gtk_widget_get_visible (acts));

  /* Another account is shown, where nothing is selected yet. */
  test_window_set_account_id (fixture.window, "1");
  spark_access_page_set_backend (fixture.page, spark_window_get_backend (fixture.window), "1");
  g_assert_true (spark_pick_bar_is_active (batches_get_bar (&fixture)));
  g_assert_true (gtk_widget_get_visible (acts));
  g_assert_cmpint (count_menu (acts), ==, 2);
  test_window_free (fixture.window);
}

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);

  g_test_add_func ("/batches/pick", test_pick);
  g_test_add_func ("/batches/stays-picked", test_stays_picked);
  g_test_add_func ("/batches/pick-by-press", test_pick_by_press);
  g_test_add_func ("/batches/leaves-view", test_leaves_view);
  g_test_add_func ("/batches/offers-allowed", test_offers_allowed);
  g_test_add_func ("/batches/search", test_search);
  return g_test_run ();
}
