/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-window-acts"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-export-dialog.h"
#include "app/spark-record-dialog.h"
#include "app/spark-save.h"
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

/* Of the account shown, or the only one; says so when there are several. (transfer full) (nullable)
 */
static SparkAccountItem *
get_one_account (SparkWindow *window)
{
  SparkReplica *replica = spark_acts_get_replica (window);
  const char *shown = spark_window_get_account_id (window);
  g_autoptr (GListModel) accounts = NULL;

  if (replica == NULL)
    return NULL;
  if (shown != NULL)
    return spark_acts_get_account (window, shown);
  accounts = spark_replica_list_accounts (replica);
  if (g_list_model_get_n_items (accounts) == 1)
    return g_list_model_get_item (accounts, 0);
  spark_acts_toast (window, _ ("Choose one account first"));
  return NULL;
}

static void
record (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autoptr (SparkAccountItem) account = NULL;

  if (!spark_acts_check_online (window))
    return;
  account = get_one_account (window);
  if (account != NULL)
    gtk_window_present (
        GTK_WINDOW (spark_record_dialog_new (window, spark_account_item_get (account), NULL)));
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
on_calendar_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GWeakRef *weak = user_data;
  g_autoptr (SparkWindow) window = g_weak_ref_get (weak);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) content = spark_client_fetch_finish (SPARK_CLIENT (source), result, &error);

  g_weak_ref_clear (weak);
  g_free (weak);
  if (window == NULL || gtk_window_get_application (GTK_WINDOW (window)) == NULL)
    return;
  if (content != NULL)
    spark_save_as (window, "sparkbox.ics", content, NULL, _ ("Calendar saved"));
  else
    spark_acts_toast_problem (window, error);
}

static void
save_calendar (GtkWidget *widget, const char *action, GVariant *target)
{
  SparkWindow *window = SPARK_WINDOW (widget);
  g_autoptr (SparkAccountItem) account = NULL;
  g_autofree char *path = NULL;
  GWeakRef *weak;

  if (!spark_acts_check_online (window))
    return;
  account = get_one_account (window);
  if (account == NULL)
    return;
  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, window);
  path = spark_client_path ("/v1/accounts/%s/calendar.ics", spark_account_item_get (account)->id);
  spark_client_fetch_async (spark_backend_get_client (spark_window_get_backend (window)), path,
                            "text/calendar", NULL, on_calendar_cb, weak);
}

void
spark_window_install_export_acts (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.export", NULL, export);
  gtk_widget_class_install_action (klass, "win.export-selected", "as", export_selected);
  gtk_widget_class_install_action (klass, "win.record", NULL, record);
  gtk_widget_class_install_action (klass, "win.record-brand", "s", record_brand);
  gtk_widget_class_install_action (klass, "win.save-calendar", NULL, save_calendar);
}
