/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-paste-dialog"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-dialog-paste.h"
#include "app/spark-entry-row.h"
#include "app/spark-paste-dialog.h"
#include "app/spark-problem.h"
#include "app/spark-tracked.h"
#include "app/spark-window-acts-private.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"

struct _SparkPasteDialog
{
  SparkDialog parent_instance;

  /* template widgets */
  AdwEntryRow *link_row;
};

G_DEFINE_FINAL_TYPE (SparkPasteDialog, spark_paste_dialog, SPARK_TYPE_DIALOG)

static void
on_changed_cb (SparkPasteDialog *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->link_row));
  g_autoptr (GError) error = NULL;
  g_autofree char *item_id = NULL;

  spark_dialog_set_problem (SPARK_DIALOG (self), NULL);
  if (*text != '\0')
    item_id = spark_video_link_parse (text, NULL, &error);
  if (error != NULL)
    spark_dialog_set_obstacle (SPARK_DIALOG (self), GTK_WIDGET (self->link_row),
                               spark_problem_sentence (error));
  else if (item_id == NULL)
    spark_dialog_set_missing (SPARK_DIALOG (self), GTK_WIDGET (self->link_row),
                              _ ("Enter the link of a video."));
  else
    spark_dialog_clear_obstacle (SPARK_DIALOG (self));
}

static void
on_activated_cb (SparkPasteDialog *self)
{
  spark_dialog_submit (SPARK_DIALOG (self));
}

static gboolean
is_video_link (const char *text)
{
  g_autofree char *item_id = spark_video_link_parse (text, NULL, NULL);

  return item_id != NULL;
}

static void
on_video_added (SparkDialog *dialog, JsonNode *answer)
{
  SparkWindow *window = spark_dialog_get_window (dialog);
  g_autoptr (GError) error = NULL;
  SparkVideo video;

  if (answer == NULL || !JSON_NODE_HOLDS_OBJECT (answer))
    error = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER, "No video.");
  if (error != NULL || !spark_video_read (&video, json_node_get_object (answer), &error))
    {
      spark_dialog_set_problem (dialog, error);
      return;
    }
  spark_window_show_added_video (window, video.id);
  gtk_window_close (GTK_WINDOW (dialog));
}

static void
on_account_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkPasteDialog) self = user_data;
  SparkDialog *dialog = SPARK_DIALOG (self);
  g_autoptr (GError) error = NULL;
  g_autofree char *account_id = spark_tracked_account_finish (result, &error);
  g_autofree char *url = NULL;
  g_auto (SparkJsonWriter) writer = { 0 };

  if (g_cancellable_is_cancelled (spark_dialog_get_cancellable (dialog)))
    return;
  spark_dialog_set_busy (dialog, FALSE);
  if (account_id == NULL)
    {
      spark_dialog_set_problem (dialog, error);
      return;
    }
  url = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->link_row)));
  spark_json_writer_init (&writer);
  spark_json_begin_object (&writer, NULL);
  spark_json_string (&writer, "account", account_id);
  spark_json_string (&writer, "url", g_strstrip (url));
  spark_json_end_object (&writer);
  spark_dialog_send (dialog, "POST", "/v1/videos", spark_json_writer_steal (&writer),
                     on_video_added);
}

static void
spark_paste_dialog_submit (SparkDialog *dialog)
{
  SparkPasteDialog *self = SPARK_PASTE_DIALOG (dialog);
  SparkWindow *window = spark_dialog_get_window (dialog);
  SparkReplica *replica = spark_acts_get_replica (window);
  g_autoptr (GError) error = NULL;
  g_autofree char *handle = NULL;
  g_autofree char *item_id = spark_video_link_parse (
      gtk_editable_get_text (GTK_EDITABLE (self->link_row)), &handle, &error);
  g_autoptr (SparkVideoItem) known = NULL;

  if (item_id == NULL)
    {
      spark_dialog_set_problem (dialog, error);
      return;
    }
  known = replica != NULL ? spark_replica_find_video (replica, item_id) : NULL;
  if (known != NULL)
    {
      spark_window_show_video (window, spark_video_item_get (known)->id);
      gtk_window_close (GTK_WINDOW (dialog));
      return;
    }
  spark_dialog_set_busy (dialog, TRUE);
  spark_tracked_account_async (window, handle, spark_dialog_get_cancellable (dialog), on_account_cb,
                               g_object_ref (self));
}

static void
spark_paste_dialog_class_init (SparkPasteDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  SPARK_DIALOG_CLASS (klass)->submit = spark_paste_dialog_submit;

  g_type_ensure (SPARK_TYPE_ENTRY_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/spark-paste-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkPasteDialog, link_row);
  gtk_widget_class_bind_template_callback (widget_class, on_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_activated_cb);
}

static void
spark_paste_dialog_init (SparkPasteDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  on_changed_cb (self);
}

SparkPasteDialog *
spark_paste_dialog_new (SparkWindow *window)
{
  SparkPasteDialog *self = g_object_new (SPARK_TYPE_PASTE_DIALOG, NULL);

  spark_dialog_set_window (SPARK_DIALOG (self), window);
  spark_dialog_paste (SPARK_DIALOG (self), GTK_EDITABLE (self->link_row), is_video_link);
  return self;
}
