/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-export-dialog"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-export-dialog.h"
#include "app/spark-format.h"
#include "app/spark-outcome.h"
#include "app/spark-unmapped.h"
#include "app/spark-window-acts-private.h"
#include "model/spark-rules.h"

#define POLL_MS 100

struct _SparkExportDialog
{
  SparkDialog parent_instance;

  /* template widgets */
  GtkStack *stack;
  AdwComboRow *what_row;
  AdwComboRow *format_row;
  GtkSwitch *codes_switch;
  GtkProgressBar *progress_bar;
  SparkOutcome *outcome;

  /* owned */
  SparkVideoList *shown; /* NULL: nothing is filtered */
  char **ids;            /* NULL: nothing is selected */
  SparkExport *export;
  GFile *file;
  guint poll_id;

  SparkKind kind; /* of the ids */
  gint64 made_at; /* as of when the file is, in ms; 0: nobody knows */

  guint offline : 1;
};

G_DEFINE_FINAL_TYPE (SparkExportDialog, spark_export_dialog, SPARK_TYPE_DIALOG)

static gboolean
on_poll (gpointer data)
{
  SparkExportDialog *self = data;

  gtk_progress_bar_set_fraction (self->progress_bar, spark_export_get_progress (self->export));
  return G_SOURCE_CONTINUE;
}

/* A part would pass for the whole. */
static gboolean
check_loaded (SparkExportDialog *self)
{
  SparkDialog *dialog = SPARK_DIALOG (self);
  SparkBackend *backend = spark_dialog_get_backend (dialog);
  gboolean loaded = backend != NULL && spark_replica_is_whole (spark_backend_get_replica (backend));

  if (loaded)
    spark_dialog_clear_obstacle (dialog);
  else
    spark_dialog_set_obstacle (dialog, GTK_WIDGET (self->what_row),
                               _ ("Not everything is on this computer yet. Export once it is "
                                  "loaded."));
  return loaded;
}

static void
on_status_cb (SparkExportDialog *self)
{
  check_loaded (self);
}

/* What the file itself does not tell. (transfer full) */
static char *
describe_file (SparkExportDialog *self)
{
  g_autofree char *name = g_file_get_basename (self->file);
  g_autofree char *moment = NULL;
  g_autofree char *made = NULL;

  if (!self->offline)
    return g_steal_pointer (&name);
  if (self->made_at != 0)
    moment = spark_format_as_of (self->made_at, spark_time_now ());
  /* Translators: %s: "14:02", or "yesterday, 09:10" */
  made = moment != NULL ? g_strdup_printf (_ ("Made while offline, as of %s."), moment)
                        : g_strdup (_ ("Made while offline."));
  if (!spark_export_is_partial (self->export))
    return g_strjoin ("\n", name, made, NULL);
  return g_strjoin ("\n", name, made, _ ("Older activity, which is on the server, is not in it."),
                    NULL);
}

static void
show_start (SparkExportDialog *self, const GError *error)
{
  gtk_stack_set_visible_child_name (self->stack, "start");
  spark_dialog_set_action_label (SPARK_DIALOG (self), _ ("C_hoose File…"));
  spark_dialog_set_problem (SPARK_DIALOG (self), error);
}

static void
on_exported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkExportDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  gboolean ok = spark_export_run_finish (SPARK_EXPORT (source), result, &error);
  g_autofree char *sentence = NULL;

  if (self->stack == NULL) /* closed */
    return;
  g_clear_handle_id (&self->poll_id, g_source_remove);
  if (!ok)
    {
      show_start (self, error);
      return;
    }
  sentence = describe_file (self);
  spark_outcome_set (self->outcome, "emblem-ok-symbolic", _ ("Export Finished"), sentence);
  gtk_stack_set_visible_child_name (self->stack, "result");
  spark_dialog_fit (SPARK_DIALOG (self));
}

/* Offline, the copy that is here is better than none. */
static void
ask_for_older (SparkExportDialog *self, SparkBackend *backend)
{
  self->offline = spark_backend_get_status (backend) != SPARK_BACKEND_ONLINE;
  self->made_at = spark_backend_get_fresh_at (backend);
  spark_export_set_client (self->export, self->offline ? NULL : spark_backend_get_client (backend));
}

void
spark_export_dialog_export (SparkExportDialog *self, GFile *file)
{
  SparkDialog *dialog = SPARK_DIALOG (self);
  SparkBackend *backend = spark_dialog_get_backend (dialog);
  gboolean shown = self->shown != NULL && adw_combo_row_get_selected (self->what_row) == 1;

  g_return_if_fail (SPARK_IS_EXPORT_DIALOG (self));
  g_return_if_fail (G_IS_FILE (file));

  if (backend == NULL || self->poll_id != 0 || !check_loaded (self))
    return;
  spark_dialog_set_problem (dialog, NULL);
  g_set_object (&self->file, file);
  g_clear_object (&self->export);
  self->export = spark_export_new (spark_backend_get_replica (backend),
                                   spark_window_get_account_id (spark_dialog_get_window (dialog)));
  spark_export_set_format (self->export, adw_combo_row_get_selected (self->format_row) == 0
                                             ? SPARK_EXPORT_TABLES
                                             : SPARK_EXPORT_JSON);
  spark_export_set_codes (self->export, gtk_switch_get_active (self->codes_switch));
  ask_for_older (self, backend);
  if (self->ids != NULL)
    spark_export_only_ids (self->export, self->kind, (const char *const *)self->ids);
  else if (shown)
    spark_export_only_listed (self->export, self->shown);
  gtk_progress_bar_set_fraction (self->progress_bar, 0);
  gtk_stack_set_visible_child_name (self->stack, "progress");
  spark_dialog_set_action_label (dialog, NULL);
  self->poll_id = g_timeout_add (POLL_MS, on_poll, self);
  spark_export_run_async (self->export, file, spark_dialog_get_cancellable (dialog), on_exported_cb,
                          g_object_ref (self));
}

static void
on_chosen (SparkDialog *dialog, GFile *file)
{
  spark_export_dialog_export (SPARK_EXPORT_DIALOG (dialog), file);
}

/* (transfer full) */
static char *
suggest_name (SparkExportDialog *self)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *day = g_date_time_format (now, "%Y-%m-%d");

  return g_strdup_printf ("sparkbox-%s.%s", day,
                          adw_combo_row_get_selected (self->format_row) == 0 ? "zip" : "json");
}

static void
spark_export_dialog_submit (SparkDialog *dialog)
{
  SparkExportDialog *self = SPARK_EXPORT_DIALOG (dialog);
  g_autofree char *name = suggest_name (self);
  GtkFileChooserNative *chooser;

  chooser
      = gtk_file_chooser_native_new (_ ("Export To"), GTK_WINDOW (dialog),
                                     GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), _ ("_Cancel"));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (chooser), name);
  spark_dialog_choose_file (dialog, chooser, on_chosen);
}

static void
spark_export_dialog_dispose (GObject *object)
{
  SparkExportDialog *self = SPARK_EXPORT_DIALOG (object);

  g_clear_handle_id (&self->poll_id, g_source_remove);
  g_clear_object (&self->shown);
  g_clear_object (&self->export);
  g_clear_object (&self->file);
  g_clear_pointer (&self->ids, g_strfreev);
  self->stack = NULL;

  G_OBJECT_CLASS (spark_export_dialog_parent_class)->dispose (object);
}

static void
spark_export_dialog_class_init (SparkExportDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_export_dialog_dispose;
  SPARK_DIALOG_CLASS (klass)->submit = spark_export_dialog_submit;

  g_type_ensure (SPARK_TYPE_OUTCOME);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/spark-export-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkExportDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, SparkExportDialog, what_row);
  gtk_widget_class_bind_template_child (widget_class, SparkExportDialog, format_row);
  gtk_widget_class_bind_template_child (widget_class, SparkExportDialog, codes_switch);
  gtk_widget_class_bind_template_child (widget_class, SparkExportDialog, progress_bar);
  gtk_widget_class_bind_template_child (widget_class, SparkExportDialog, outcome);
}

static void
spark_export_dialog_init (SparkExportDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  spark_unmapped_hide_pages (self->stack);
}

/* What can be chosen from; with one there is nothing to choose. */
static void
set_choices (SparkExportDialog *self, const char *first, const char *second)
{
  const char *choices[] = { first, second, NULL };
  g_autoptr (GtkStringList) list = gtk_string_list_new (choices);

  adw_combo_row_set_model (self->what_row, G_LIST_MODEL (list));
  adw_combo_row_set_selected (self->what_row, second != NULL ? 1 : 0);
}

SparkExportDialog *
spark_export_dialog_new (SparkWindow *window, const char *account_name, SparkVideoList *shown)
{
  SparkExportDialog *self = g_object_new (SPARK_TYPE_EXPORT_DIALOG, NULL);
  g_autofree char *filtered = NULL;

  spark_dialog_set_window (SPARK_DIALOG (self), window);
  if (spark_dialog_get_backend (SPARK_DIALOG (self)) != NULL)
    g_signal_connect_object (spark_dialog_get_backend (SPARK_DIALOG (self)), "notify::status",
                             G_CALLBACK (on_status_cb), self, G_CONNECT_SWAPPED);
  check_loaded (self);
  if (shown != NULL)
    {
      guint n = g_list_model_get_n_items (G_LIST_MODEL (shown));

      self->shown = g_object_ref (shown);
      filtered = g_strdup_printf (
          ngettext ("The %'u video shown now", "The %'u videos shown now", n), n);
    }
  set_choices (self, account_name != NULL ? account_name : _ ("All accounts"), filtered);
  return self;
}

void
spark_export_dialog_set_ids (SparkExportDialog *self, SparkKind kind, const char *const *ids)
{
  guint n = g_strv_length ((char **)ids);
  g_autofree char *text = NULL;

  g_return_if_fail (SPARK_IS_EXPORT_DIALOG (self));

  g_strfreev (self->ids);
  self->ids = g_strdupv ((char **)ids);
  self->kind = kind;
  g_clear_object (&self->shown);
  text = g_strdup_printf (ngettext ("The %'u row selected", "The %'u rows selected", n), n);
  set_choices (self, text, NULL);
}
