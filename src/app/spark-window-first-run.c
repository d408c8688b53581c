/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-window-first-run"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-import-dialog.h"
#include "app/spark-join-dialog.h"
#include "app/spark-paste-dialog.h"
#include "app/spark-problem.h"
#include "app/spark-window-acts-private.h"

#define SAMPLING "spark-sampling"

static void
paste_link (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);

  if (spark_acts_check (window, action, NULL))
    gtk_window_present (GTK_WINDOW (spark_paste_dialog_new (window)));
}

static void
import (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);

  if (spark_acts_check (window, action, NULL))
    gtk_window_present (GTK_WINDOW (spark_import_dialog_new (window)));
}

static void
join (GtkWidget *widget, const char *action, GVariant *target)
{
  gtk_window_present (GTK_WINDOW (spark_join_dialog_new (SPARK_WINDOW (widget))));
}

static void
on_sample_made (SparkWindow *window, JsonNode *answer, const GError *error, gpointer user_data)
{
  AdwToast *waiting = user_data;

  spark_window_dismiss_toast (window, waiting);
  g_object_set_data (G_OBJECT (window), SAMPLING, NULL);
  if (error != NULL)
    spark_acts_toast_problem (window, error);
  else
    spark_acts_toast (window, _ ("Sample data added"));
}

static void
sample (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  AdwToast *waiting;

  /* Only whoever knows the backend says whether it is enabled; pressed twice it is made once. */
  if (g_object_get_data (G_OBJECT (window), SAMPLING) != NULL || !spark_acts_check_online (window))
    return;
  waiting = spark_acts_toast_new (_ ("Drawing sample videos…"));
  adw_toast_set_timeout (waiting, 0);
  g_object_set_data (G_OBJECT (window), SAMPLING, waiting);
  spark_window_add_toast (window, g_object_ref (waiting));
  spark_acts_send (window, "POST", "/v1/sample", g_bytes_new_static ("{}", 2), on_sample_made,
                   waiting, g_object_unref);
}

void
spark_window_install_first_run_acts (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.paste-link", NULL, paste_link);
  gtk_widget_class_install_action (klass, "win.import", NULL, import);
  gtk_widget_class_install_action (klass, "win.join", NULL, join);
  gtk_widget_class_install_action (klass, "win.sample", NULL, sample);
}
