/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "acts-fixture.h"
#include "app/spark-access-row.h"
#include "app/spark-dialog.h"
#include "fake-backend.h"
#include "model/spark-error.h"

/* Which account an access record is of: the one that is shown, else one that is chosen. */

static void
make_record (SparkWindow *window, const char *title, guint chosen, const char *request)
{
  SparkDialog *dialog;
  AdwComboRow *what;

  test_window_act (window, "win.record", NULL);
  dialog = SPARK_DIALOG (test_get_dialog (window));
  what = test_find (dialog, ADW_TYPE_COMBO_ROW, 0);
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (what)), ==, title);
  adw_combo_row_set_selected (what, chosen);
  fake_refuse (request, g_error_new_literal (SPARK_ERROR, SPARK_ERROR_FORBIDDEN, ""));
  spark_dialog_submit (dialog);
  acts_assert_sent (request);
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static void
test_chosen (void)
{
  SparkWindow *window = acts_set_up ();

  make_record (window, "Account", 1, "GET /v1/accounts/2/record?format=pdf");
  make_record (window, "Account", 0, "GET /v1/accounts/1/record?format=pdf");
  test_window_free (window);
}

static void
test_shown (void)
{
  SparkWindow *window = acts_set_up ();

  test_window_set_account_id (window, "2");
  make_record (window, "What", 0, "GET /v1/accounts/2/record?format=pdf");
  test_window_free (window);
}

static void
assert_record_of_grant (SparkWindow *window, const char *id, const char *request)
{
  SparkDialog *dialog;

  test_window_act (window, "win.record-grant", id);
  dialog = SPARK_DIALOG (test_get_dialog (window));
  fake_refuse (request, g_error_new_literal (SPARK_ERROR, SPARK_ERROR_FORBIDDEN, ""));
  spark_dialog_submit (dialog);
  acts_assert_sent (request);
  gtk_window_destroy (GTK_WINDOW (dialog));
}

/* Of one access, from its own row: also where nobody knows who has it. */
static void
test_of_grant (void)
{
  SparkWindow *window = acts_set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  const SparkGrant unknown
      = { .id = "1.20", .video_id = "1.1", .state = SPARK_GRANT_STATE_AUTHORIZED };
  const SparkGrant more = {
    .id = "1.21", .video_id = "1.9", .brand = { "1.4", "Acme" }, .state = SPARK_GRANT_STATE_EXPIRED
  };
  AdwComboRow *what;

  fake_add_grant (replica, &unknown);
  fake_add_grant (replica, &more);
  assert_record_of_grant (window, "1.3", "GET /v1/accounts/1/record?format=pdf&grant=1.3");
  assert_record_of_grant (window, "1.21", "GET /v1/accounts/1/record?format=pdf&grant=1.21");
  assert_record_of_grant (window, "1.20", "GET /v1/accounts/1/record?format=pdf&grant=1.20");

  test_window_act (window, "win.record-grant", "1.3");
  what = test_find (test_get_dialog (window), ADW_TYPE_COMBO_ROW, 0);
  g_assert_cmpuint (adw_combo_row_get_selected (what), >, 0);
  adw_combo_row_set_selected (what, 0);
  fake_refuse ("GET /v1/accounts/1/record?format=pdf&brand=1.4",
               g_error_new_literal (SPARK_ERROR, SPARK_ERROR_FORBIDDEN, ""));
  spark_dialog_submit (SPARK_DIALOG (test_get_dialog (window)));
  acts_assert_sent ("GET /v1/accounts/1/record?format=pdf&brand=1.4");
  gtk_window_destroy (test_get_dialog (window));
  test_window_free (window);
}

/* The menu of a row leads there. */
static void
test_menu (void)
{
  SparkWindow *window = acts_set_up ();
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  g_autoptr (SparkGrantItem) item = spark_replica_get_grant (replica, "1.3");
  GtkWidget *row = g_object_ref_sink (gtk_list_box_row_new ());
  SparkAccessRow *access = spark_access_row_new ();
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autoptr (GVariant) action = NULL;
  g_autoptr (GVariant) target = NULL;
  int last;

  spark_access_row_set_item (access, item);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), GTK_WIDGET (access));
  spark_access_row_fill_menu (row, menu, NULL);
  last = g_menu_model_get_n_items (G_MENU_MODEL (menu)) - 1;
  g_assert_cmpint (last, >=, 0);
  action = g_menu_model_get_item_attribute_value (G_MENU_MODEL (menu), last, "action", NULL);
  target = g_menu_model_get_item_attribute_value (G_MENU_MODEL (menu), last, "target", NULL);
  g_assert_cmpstr (g_variant_get_string (action, NULL), ==, "win.record-grant");
  g_assert_cmpstr (g_variant_get_string (target, NULL), ==, "1.3");
  g_object_unref (row);
  test_window_free (window);
}

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);

  g_test_add_func ("/record/chosen", test_chosen);
  g_test_add_func ("/record/shown", test_shown);
  g_test_add_func ("/record/of-grant", test_of_grant);
  g_test_add_func ("/record/menu", test_menu);
  return g_test_run ();
}
