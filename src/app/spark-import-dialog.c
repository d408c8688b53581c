/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-import-dialog"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-import-dialog.h"
#include "app/spark-outcome.h"
#include "app/spark-problem.h"
#include "app/spark-tracked.h"
#include "app/spark-unmapped.h"
#include "app/spark-window-acts-private.h"
#include "model/spark-error.h"
#include "spark-enum-types.h"

#define COVERS_TOLD "covers-told"

struct _SparkImportDialog
{
  SparkDialog parent_instance;

  /* template widgets */
  GtkStack *stack;
  GtkProgressBar *progress_bar;
  GtkLabel *progress_label;
  GtkWidget *stop_button;
  SparkOutcome *outcome;

  /* owned */
  GFile *file;
  char *batch_id;
  GSignalGroup *backend_signals;
};

G_DEFINE_FINAL_TYPE (SparkImportDialog, spark_import_dialog, SPARK_TYPE_DIALOG)

static gboolean
was_closed (SparkImportDialog *self)
{
  return g_cancellable_is_cancelled (spark_dialog_get_cancellable (SPARK_DIALOG (self)));
}

static void
show_start (SparkImportDialog *self, const GError *error)
{
  g_clear_pointer (&self->batch_id, g_free);
  gtk_stack_set_visible_child_name (self->stack, "start");
  spark_dialog_set_action_label (SPARK_DIALOG (self), _ ("C_hoose File…"));
  spark_dialog_set_problem (SPARK_DIALOG (self), error);
}

/* Once: what the file does not hold is not asked for again and again. */
static void
tell_of_covers (SparkImportDialog *self, const SparkBatch *batch, GString *text)
{
  SparkBackend *backend = spark_dialog_get_backend (SPARK_DIALOG (self));
  SparkReplica *replica = backend != NULL ? spark_backend_get_replica (backend) : NULL;
  g_autofree char *told = NULL;

  if (replica == NULL || batch->added == 0)
    return;
  told = spark_replica_get_setting (replica, COVERS_TOLD);
  if (told != NULL)
    return;
  spark_replica_set_setting (replica, COVERS_TOLD, "yes");
  g_string_append_printf (
      text, "\n\n%s",
      _ ("TikTok’s data has no covers, and not all numbers. What is not known is "
         "left out; it comes from TikTok where the account is connected to it."));
}

/* @more: (transfer full) */
static void
add_number (char **numbers, char *more)
{
  g_autofree char *before = *numbers;
  g_autofree char *owned = more;

  /* Translators: both are numbers of things: "12 done, 2 failed" */
  *numbers = g_strdup_printf (C_ ("numbers", "%s, %s"), before, more);
}

/* (transfer full) */
static char *
describe_skipped (const SparkBatch *batch)
{
  return g_strdup_printf (ngettext ("%'u not understood", "%'u not understood", batch->skipped),
                          batch->skipped);
}

static void
show_outcome (SparkImportDialog *self, const char *icon_name, const char *title,
              const char *sentence)
{
  spark_outcome_set (self->outcome, icon_name, title, sentence);
  gtk_stack_set_visible_child_name (self->stack, "result");
  spark_dialog_set_action_label (SPARK_DIALOG (self), NULL);
  spark_dialog_fit (SPARK_DIALOG (self));
}

/* Whoever looked forward to their videos is not told that all went well. */
static void
show_nothing_added (SparkImportDialog *self, const SparkBatch *batch)
{
  g_autofree char *numbers = describe_skipped (batch);

  show_outcome (self, "dialog-warning-symbolic", _ ("No Videos Added"), numbers);
}

static void
show_result (SparkImportDialog *self, const SparkBatch *batch)
{
  gboolean stopped = batch->state == SPARK_BATCH_STATE_STOPPED;
  gboolean any = batch->added + batch->updated > 0;
  g_autofree char *numbers = NULL;
  g_autoptr (GString) text = NULL;

  if (!stopped && !any && batch->skipped > 0)
    {
      show_nothing_added (self, batch);
      return;
    }
  numbers = g_strdup_printf (ngettext ("%'u video added", "%'u videos added", batch->added),
                             batch->added);
  if (batch->updated > 0)
    add_number (&numbers, g_strdup_printf (ngettext ("%'u updated", "%'u updated", batch->updated),
                                           batch->updated));
  if (batch->skipped > 0)
    add_number (&numbers, describe_skipped (batch));
  text = g_string_new (numbers);
  tell_of_covers (self, batch, text);
  if (stopped)
    show_outcome (self, "process-stop-symbolic", _ ("Import Stopped"), text->str);
  else
    show_outcome (self, "emblem-ok-symbolic", any ? _ ("Import Finished") : _ ("Nothing New"),
                  text->str);
}

static void
show_batch (SparkImportDialog *self, const SparkBatch *batch)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  int code = SPARK_ERROR_IMPORT_MALFORMED;

  switch (batch->state)
    {
    case SPARK_BATCH_STATE_DONE:
    case SPARK_BATCH_STATE_STOPPED:
      show_result (self, batch);
      return;
    case SPARK_BATCH_STATE_FAILED:
      if (batch->problem != NULL)
        spark_enum_from_string (SPARK_TYPE_ERROR, batch->problem, &code);
      error = g_error_new_literal (SPARK_ERROR, code, "The import failed.");
      show_start (self, error);
      return;
    case SPARK_BATCH_STATE_RUNNING:
      break;
    }
  gtk_widget_set_visible (self->stop_button, TRUE);
  text = g_strdup_printf (
      ngettext ("Reading your data: %'u video", "Reading your data: %'u videos", batch->done),
      batch->done);
  gtk_label_set_label (self->progress_label, text);
  if (batch->total > 0)
    gtk_progress_bar_set_fraction (self->progress_bar, (double)batch->done / batch->total);
  else
    gtk_progress_bar_pulse (self->progress_bar);
}

static void
on_backend_changed_cb (SparkBackend *backend, guint kinds, SparkImportDialog *self)
{
  g_autoptr (SparkBatchItem) item = NULL;

  if (!(kinds & SPARK_KINDS_BATCH) || self->batch_id == NULL)
    return;
  item = spark_replica_get_batch (spark_backend_get_replica (backend), self->batch_id);
  if (item != NULL)
    show_batch (self, spark_batch_item_get (item));
}

static void
on_stopped (SparkDialog *dialog, JsonNode *answer)
{
  g_autoptr (GError) error = NULL;
  SparkBatch batch;

  if (spark_acts_read_batch (answer, &batch, &error))
    show_batch (SPARK_IMPORT_DIALOG (dialog), &batch);
  else
    spark_dialog_set_problem (dialog, error);
}

static void
on_stop_cb (SparkImportDialog *self)
{
  g_autofree char *path = spark_client_path ("/v1/batches/%s", self->batch_id);

  spark_dialog_send (SPARK_DIALOG (self), "DELETE", path, NULL, on_stopped);
}

static void
on_uploaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkImportDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) answer = spark_client_upload_finish (SPARK_CLIENT (source), result, &error);
  SparkBatch batch;

  if (was_closed (self))
    return;
  if (error != NULL || !spark_acts_read_batch (answer, &batch, &error))
    {
      show_start (self, error);
      return;
    }
  self->batch_id = g_strdup (batch.id);
  show_batch (self, &batch);
  /* The feed may have brought a later state before the answer was here. */
  if (self->batch_id != NULL)
    on_backend_changed_cb (spark_dialog_get_backend (SPARK_DIALOG (self)), SPARK_KINDS_BATCH, self);
}

static void
on_upload_progress (goffset done, goffset total, gpointer user_data)
{
  SparkImportDialog *self = user_data;

  if (!was_closed (self) && total > 0)
    gtk_progress_bar_set_fraction (self->progress_bar, (double)done / (double)total);
}

static void
on_account_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkImportDialog) self = user_data;
  SparkBackend *backend = spark_dialog_get_backend (SPARK_DIALOG (self));
  g_autoptr (GError) error = NULL;
  g_autofree char *account_id = spark_tracked_account_finish (result, &error);
  g_autofree char *path = NULL;

  if (was_closed (self) || backend == NULL)
    return;
  if (account_id == NULL)
    {
      show_start (self, error);
      return;
    }
  path = spark_client_path ("/v1/accounts/%s/import", account_id);
  spark_client_upload_async (
      spark_backend_get_client (backend), path, self->file, on_upload_progress, self,
      spark_dialog_get_cancellable (SPARK_DIALOG (self)), on_uploaded_cb, g_object_ref (self));
}

void
spark_import_dialog_import (SparkImportDialog *self, GFile *file)
{
  SparkDialog *dialog = SPARK_DIALOG (self);

  g_return_if_fail (SPARK_IS_IMPORT_DIALOG (self));
  g_return_if_fail (G_IS_FILE (file));

  spark_dialog_set_problem (dialog, NULL);
  g_set_object (&self->file, file);
  g_signal_group_set_target (self->backend_signals, spark_dialog_get_backend (dialog));
  gtk_label_set_label (self->progress_label, _ ("Handing over the file…"));
  gtk_progress_bar_set_fraction (self->progress_bar, 0);
  gtk_widget_set_visible (self->stop_button, FALSE);
  gtk_stack_set_visible_child_name (self->stack, "progress");
  spark_dialog_set_action_label (dialog, NULL);
  spark_dialog_fit (dialog);
  spark_tracked_account_async (spark_dialog_get_window (dialog), NULL,
                               spark_dialog_get_cancellable (dialog), on_account_cb,
                               g_object_ref (self));
}

static void
on_chosen (SparkDialog *dialog, GFile *file)
{
  spark_import_dialog_import (SPARK_IMPORT_DIALOG (dialog), file);
}

static void
spark_import_dialog_submit (SparkDialog *dialog)
{
  g_autoptr (GtkFileFilter) exports = gtk_file_filter_new ();
  g_autoptr (GtkFileFilter) all = gtk_file_filter_new ();
  GtkFileChooserNative *chooser;

  gtk_file_filter_set_name (exports, _ ("TikTok data (JSON or ZIP)"));
  gtk_file_filter_add_suffix (exports, "json");
  gtk_file_filter_add_suffix (exports, "zip");
  gtk_file_filter_set_name (all, _ ("All files"));
  gtk_file_filter_add_pattern (all, "*");
  chooser
      = gtk_file_chooser_native_new (_ ("Choose Your TikTok Data"), GTK_WINDOW (dialog),
                                     GTK_FILE_CHOOSER_ACTION_OPEN, _ ("_Import"), _ ("_Cancel"));
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), exports);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (chooser), all);
  spark_dialog_choose_file (dialog, chooser, on_chosen);
}

static gboolean
on_drop_cb (SparkImportDialog *self, const GValue *value)
{
  if (gtk_stack_get_visible_child_name (self->stack) == NULL
      || !g_str_equal (gtk_stack_get_visible_child_name (self->stack), "start"))
    return FALSE;
  spark_import_dialog_import (self, g_value_get_object (value));
  return TRUE;
}

static void
spark_import_dialog_dispose (GObject *object)
{
  SparkImportDialog *self = SPARK_IMPORT_DIALOG (object);

  g_clear_object (&self->file);
  g_clear_object (&self->backend_signals);
  g_clear_pointer (&self->batch_id, g_free);

  G_OBJECT_CLASS (spark_import_dialog_parent_class)->dispose (object);
}

static void
spark_import_dialog_class_init (SparkImportDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_import_dialog_dispose;
  SPARK_DIALOG_CLASS (klass)->submit = spark_import_dialog_submit;

  g_type_ensure (SPARK_TYPE_OUTCOME);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/spark-import-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkImportDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, SparkImportDialog, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, SparkImportDialog, progress_label);
  gtk_widget_class_bind_template_child (widget_class, SparkImportDialog, stop_button);
  gtk_widget_class_bind_template_child (widget_class, SparkImportDialog, outcome);
  gtk_widget_class_bind_template_callback (widget_class, on_stop_cb);
}

static void
spark_import_dialog_init (SparkImportDialog *self)
{
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_FILE, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));
  spark_unmapped_hide_pages (self->stack);
  self->backend_signals = g_signal_group_new (SPARK_TYPE_BACKEND);
  g_signal_group_connect (self->backend_signals, "changed", G_CALLBACK (on_backend_changed_cb),
                          self);
  g_signal_connect_swapped (target, "drop", G_CALLBACK (on_drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));
}

SparkImportDialog *
spark_import_dialog_new (SparkWindow *window)
{
  SparkImportDialog *self = g_object_new (SPARK_TYPE_IMPORT_DIALOG, NULL);

  spark_dialog_set_window (SPARK_DIALOG (self), window);
  return self;
}
