/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "app/spark-dialog.h"
#include "app/spark-export-dialog.h"
#include "fake-backend.h"
#include "test-window.h"

#define NOT_YET "Not everything is on this computer yet. Export once it is loaded."
#define OFFLINE "Made while offline."
#define WITHOUT "Older activity, which is on the server, is not in it."

static SparkExportDialog *
open_dialog (SparkWindow *window)
{
  test_window_act (window, "win.export", NULL);
  return SPARK_EXPORT_DIALOG (test_get_dialog (window));
}

static void
export_it (SparkExportDialog *dialog)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/nowhere/all.zip");

  spark_export_dialog_export (dialog, file);
}

static gboolean
says (gpointer dialog, const char *text)
{
  g_autofree char *texts = test_seen_texts (dialog);

  return strstr (texts, text) != NULL;
}

static void
test_online (void)
{
  SparkWindow *window = test_window_new (NULL);
  SparkExportDialog *dialog = open_dialog (window);

  g_assert_true (spark_dialog_get_can_submit (SPARK_DIALOG (dialog)));
  export_it (dialog);
  test_wait (says (dialog, "Export Finished"));
  g_assert_true (says (dialog, "all.zip"));
  g_assert_false (says (dialog, OFFLINE) || says (dialog, WITHOUT));
  g_assert_cmpstr (fake_sent (), ==, "export, asking for older\n");
  test_window_free (window);
}

/* The copy that is here is written, and what it lacks is said. */
static void
test_offline (void)
{
  SparkWindow *window = test_window_new (NULL);
  SparkExportDialog *dialog;

  fake_backend_set_status (spark_window_get_backend (window), SPARK_BACKEND_OFFLINE);
  dialog = open_dialog (window);
  export_it (dialog);
  test_wait (says (dialog, "Export Finished"));
  g_assert_true (says (dialog, "all.zip") && says (dialog, OFFLINE) && says (dialog, WITHOUT));
  g_assert_cmpstr (fake_sent (), ==, "export\n");
  test_window_free (window);
}

/* What is not here yet cannot be written. */
static void
test_loading (void)
{
  SparkWindow *window = test_window_new (NULL);
  SparkReplica *replica = spark_backend_get_replica (spark_window_get_backend (window));
  SparkExportDialog *dialog;

  fake_set_loading (replica, TRUE);
  fake_backend_set_status (spark_window_get_backend (window), SPARK_BACKEND_LOADING);
  dialog = open_dialog (window);
  g_assert_true (says (dialog, NOT_YET));
  g_assert_false (spark_dialog_get_can_submit (SPARK_DIALOG (dialog)));
  export_it (dialog);
  g_assert_cmpstr (fake_sent (), ==, "");

  fake_set_loading (replica, FALSE);
  fake_backend_set_status (spark_window_get_backend (window), SPARK_BACKEND_ONLINE);
  g_assert_true (spark_dialog_get_can_submit (SPARK_DIALOG (dialog)));
  g_assert_false (says (dialog, NOT_YET));
  export_it (dialog);
  test_wait (says (dialog, "Export Finished"));
  test_window_free (window);
}

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);
  g_test_add_func ("/export-dialog/online", test_online);
  g_test_add_func ("/export-dialog/offline", test_offline);
  g_test_add_func ("/export-dialog/loading", test_loading);
  return g_test_run ();
}
