/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "acts-fixture.h"
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

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);

  g_test_add_func ("/record/chosen", test_chosen);
  g_test_add_func ("/record/shown", test_shown);
  return g_test_run ();
}
