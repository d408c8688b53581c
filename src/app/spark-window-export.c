/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-window-acts"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-export-dialog.h"
#include "app/spark-record-dialog.h"
#include "app/spark-window-acts-private.h"

static SparkExportDialog *
create_dialog (SparkWindow *window, SparkVideoList *shown)
{
  g_autoptr (SparkAccountItem) account
      = spark_acts_get_account (window, spark_window_get_account_id (window));

  return spark_export_dialog_new (
      window, account != NULL ? spark_account_item_get (account)->name : NULL, shown);
}

static void export(GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);

  if (spark_acts_get_replica (window) != NULL)
    gtk_window_present (
        GTK_WINDOW (create_dialog (window, spark_window_get_filtered_videos (window))));
}

static void
export_selected (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  SparkReplica *replica = spark_acts_get_replica (window);
  g_autofree const char **ids = g_variant_get_strv (target, NULL);
  g_autoptr (SparkVideoItem) video = NULL;
  SparkExportDialog *dialog;

  if (replica == NULL || ids[0] == NULL)
    return;
  video = spark_replica_get_video (replica, ids[0]);
  dialog = create_dialog (window, NULL);
  spark_export_dialog_set_ids (dialog, video != NULL ? SPARK_KIND_VIDEO : SPARK_KIND_GRANT, ids);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
record (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autoptr (SparkAccountItem) account = NULL;

  if (!spark_acts_check_online (window))
    return;
  account = spark_acts_get_account (window, spark_window_get_account_id (window));
  if (g_list_model_get_n_items (spark_context_get_accounts (spark_window_get_context (window)))
      == 0)
    {
      spark_acts_toast (window, _ ("It is no longer there"));
      return;
    }
  gtk_window_present (GTK_WINDOW (spark_record_dialog_new (
      window, account != NULL ? spark_account_item_get (account) : NULL, NULL)));
}

static void
record_brand (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  SparkReplica *replica = spark_acts_get_replica (window);
  g_autoptr (SparkAccountItem) account = NULL;
  g_autoptr (SparkBrandItem) brand = NULL;

  if (replica == NULL || !spark_acts_check_online (window))
    return;
  brand = spark_replica_get_brand (replica, g_variant_get_string (target, NULL));
  if (brand != NULL)
    account = spark_acts_get_account (window, spark_brand_item_get (brand)->account_id);
  if (account == NULL)
    {
      spark_acts_toast (window, _ ("It is no longer there"));
      return;
    }
  gtk_window_present (
      GTK_WINDOW (spark_record_dialog_new (window, spark_account_item_get (account), brand)));
}

static void
record_grant (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  SparkReplica *replica = spark_acts_get_replica (window);
  g_autoptr (SparkAccountItem) account = NULL;
  g_autoptr (SparkBrandItem) brand = NULL;
  g_autoptr (SparkGrantItem) grant = NULL;
  const SparkVideo *video;

  if (replica == NULL || !spark_acts_check_online (window))
    return;
  grant = spark_replica_get_grant (replica, g_variant_get_string (target, NULL));
  video = grant != NULL ? spark_grant_item_get_video (grant) : NULL;
  if (video != NULL)
    account = spark_acts_get_account (window, video->account_id);
  if (account == NULL)
    {
      spark_acts_toast (window, _ ("It is no longer there"));
      return;
    }
  if (spark_grant_item_get (grant)->brand.id != NULL)
    brand = spark_replica_get_brand (replica, spark_grant_item_get (grant)->brand.id);
  gtk_window_present (GTK_WINDOW (spark_record_dialog_new_of_grant (
      window, spark_account_item_get (account), brand, grant)));
}

void
spark_window_install_export_acts (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.export", NULL, export);
  gtk_widget_class_install_action (klass, "win.export-selected", "as", export_selected);
  gtk_widget_class_install_action (klass, "win.record", NULL, record);
  gtk_widget_class_install_action (klass, "win.record-brand", "s", record_brand);
  gtk_widget_class_install_action (klass, "win.record-grant", "s", record_grant);
}
