/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-add-code-dialog"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-add-code-dialog.h"
#include "app/spark-date-row.h"
#include "app/spark-dialog-paste.h"
#include "app/spark-entry-row.h"
#include "app/spark-phrases.h"
#include "app/spark-problem.h"
#include "app/spark-window-acts-private.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"

struct _SparkAddCodeDialog
{
  SparkDialog parent_instance;

  /* template widgets */
  AdwPreferencesGroup *code_group;
  AdwEntryRow *code_row;
  AdwComboRow *period_row;
  SparkDateRow *date_row;
  AdwActionRow *end_row;
  AdwEntryRow *note_row;

  /* owned */
  SparkVideoItem *video;
};

G_DEFINE_FINAL_TYPE (SparkAddCodeDialog, spark_add_code_dialog, SPARK_TYPE_DIALOG)

static guint
n_periods (void)
{
  guint n = 0;

  while (spark_periods[n] != 0)
    n++;
  return n;
}

/* 0: ends on a day instead */
static guint
get_days (SparkAddCodeDialog *self)
{
  guint selected = adw_combo_row_get_selected (self->period_row);

  return selected < n_periods () ? spark_periods[selected] : 0;
}

static gint64
get_end (SparkAddCodeDialog *self)
{
  guint days = get_days (self);

  return days != 0 ? spark_time_now () + days * SPARK_DAY_MS
                   : spark_date_row_get_end (self->date_row);
}

/* Why what stands there is no code to add; (nullable) (transfer none) */
static const char *
find_fault (const char *text, GError **error)
{
  g_autofree char *code = spark_code_normalize (text, error);

  if (code == NULL)
    return spark_problem_sentence (*error);
  if (spark_code_is_sparkbox (code))
    return _ ("This code was made by a Sparkbox sandbox. TikTok does not know it.");
  return NULL;
}

static void
update (SparkAddCodeDialog *self)
{
  SparkDialog *dialog = SPARK_DIALOG (self);
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->code_row));
  g_autoptr (GError) error = NULL;
  const char *fault = *text != '\0' ? find_fault (text, &error) : NULL;
  gint64 end = get_end (self);
  gboolean end_ok = end > spark_time_now ();

  gtk_widget_set_visible (GTK_WIDGET (self->date_row), get_days (self) == 0);
  gtk_widget_set_visible (GTK_WIDGET (self->end_row), end_ok);
  if (end_ok)
    {
      g_autofree char *words = spark_phrase_full_day_and_distance (end);

      adw_action_row_set_subtitle (self->end_row, words);
    }
  if (fault != NULL)
    spark_dialog_set_obstacle (dialog, GTK_WIDGET (self->code_row), fault);
  else if (end != 0 && !end_ok)
    spark_dialog_set_obstacle (dialog, GTK_WIDGET (self->date_row), _ ("This day is over."));
  else if (*text == '\0')
    spark_dialog_set_missing (dialog, GTK_WIDGET (self->code_row),
                              _ ("Enter the code from the TikTok app."));
  else if (end == 0)
    spark_dialog_set_missing (dialog, GTK_WIDGET (self->date_row), _ ("Choose the day it ends."));
  else
    spark_dialog_clear_obstacle (dialog);
}

static void
on_paste_clicked_cb (SparkAddCodeDialog *self)
{
  spark_dialog_paste (SPARK_DIALOG (self), GTK_EDITABLE (self->code_row), NULL);
}

static void
on_entry_activated_cb (SparkAddCodeDialog *self)
{
  spark_dialog_submit (SPARK_DIALOG (self));
}

static void
on_added (SparkDialog *dialog, JsonNode *answer)
{
  SparkAddCodeDialog *self = SPARK_ADD_CODE_DIALOG (dialog);
  SparkWindow *window = spark_dialog_get_window (dialog);
  AdwToast *toast = spark_acts_toast_new (_ ("Code added"));

  adw_toast_set_button_label (toast, _ ("_Copy"));
  adw_toast_set_action_name (toast, "win.copy-code");
  adw_toast_set_action_target (toast, "s", spark_video_item_get (self->video)->id);
  spark_window_add_toast (window, toast);
  gtk_window_close (GTK_WINDOW (dialog));
}

static void
spark_add_code_dialog_submit (SparkDialog *dialog)
{
  SparkAddCodeDialog *self = SPARK_ADD_CODE_DIALOG (dialog);
  const char *note = gtk_editable_get_text (GTK_EDITABLE (self->note_row));
  g_autofree char *code = NULL;
  g_autofree char *path
      = spark_client_path ("/v1/videos/%s/code", spark_video_item_get (self->video)->id);
  g_autoptr (GError) error = NULL;
  g_auto (SparkJsonWriter) writer = { 0 };

  code = spark_code_normalize (gtk_editable_get_text (GTK_EDITABLE (self->code_row)), &error);
  if (code == NULL)
    {
      spark_dialog_set_problem (dialog, error);
      return;
    }
  spark_json_writer_init (&writer);
  spark_json_begin_object (&writer, NULL);
  spark_json_string (&writer, "code", code);
  if (get_days (self) != 0)
    spark_json_int (&writer, "days", get_days (self));
  else
    spark_json_time (&writer, "ends_at", get_end (self));
  if (*note != '\0')
    spark_json_string (&writer, "note", note);
  spark_json_end_object (&writer);
  spark_dialog_send (dialog, "POST", path, spark_json_writer_steal (&writer), on_added);
}

static void
spark_add_code_dialog_dispose (GObject *object)
{
  g_clear_object (&SPARK_ADD_CODE_DIALOG (object)->video);
  G_OBJECT_CLASS (spark_add_code_dialog_parent_class)->dispose (object);
}

static void
spark_add_code_dialog_turn_day (SparkDialog *dialog)
{
  update (SPARK_ADD_CODE_DIALOG (dialog));
}

static void
spark_add_code_dialog_class_init (SparkAddCodeDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_add_code_dialog_dispose;
  SPARK_DIALOG_CLASS (klass)->submit = spark_add_code_dialog_submit;
  SPARK_DIALOG_CLASS (klass)->turn_day = spark_add_code_dialog_turn_day;

  g_type_ensure (SPARK_TYPE_DATE_ROW);
  g_type_ensure (SPARK_TYPE_ENTRY_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/spark-add-code-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkAddCodeDialog, code_group);
  gtk_widget_class_bind_template_child (widget_class, SparkAddCodeDialog, code_row);
  gtk_widget_class_bind_template_child (widget_class, SparkAddCodeDialog, period_row);
  gtk_widget_class_bind_template_child (widget_class, SparkAddCodeDialog, date_row);
  gtk_widget_class_bind_template_child (widget_class, SparkAddCodeDialog, end_row);
  gtk_widget_class_bind_template_child (widget_class, SparkAddCodeDialog, note_row);
  gtk_widget_class_bind_template_callback (widget_class, update);
  gtk_widget_class_bind_template_callback (widget_class, on_paste_clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_entry_activated_cb);
}

static void
spark_add_code_dialog_init (SparkAddCodeDialog *self)
{
  g_autoptr (GtkStringList) periods = gtk_string_list_new (NULL);
  guint first = 0;

  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; spark_periods[i] != 0; i++)
    {
      g_autofree char *period = spark_phrase_period (spark_periods[i]);

      gtk_string_list_append (periods, period);
      if (spark_periods[i] == 30)
        first = i;
    }
  /* Translators: instead of a number of days: the code ends on a day that is entered */
  gtk_string_list_append (periods, _ ("Until a day…"));
  adw_combo_row_set_model (self->period_row, G_LIST_MODEL (periods));
  adw_combo_row_set_selected (self->period_row, first);
  update (self);
}

SparkAddCodeDialog *
spark_add_code_dialog_new (SparkWindow *window, SparkVideoItem *video)
{
  SparkAddCodeDialog *self = g_object_new (SPARK_TYPE_ADD_CODE_DIALOG, NULL);
  g_autofree char *caption = spark_phrase_video (spark_video_item_get (video));
  g_autofree char *markup = g_markup_escape_text (caption, -1);

  spark_dialog_set_window (SPARK_DIALOG (self), window);
  g_set_object (&self->video, video);
  adw_preferences_group_set_description (self->code_group, markup);
  gtk_widget_grab_focus (GTK_WIDGET (self->code_row));
  return self;
}
