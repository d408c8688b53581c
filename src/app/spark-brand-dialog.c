/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-brand-dialog"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-brand-dialog.h"
#include "app/spark-brand-picker.h"
#include "app/spark-date-row.h"
#include "app/spark-phrases.h"
#include "app/spark-window-acts-private.h"

struct _SparkBrandDialog
{
  SparkDialog parent_instance;

  /* template widgets */
  GtkLabel *intro_label;
  SparkBrandPicker *picker;
  GtkWidget *terms_group;
  SparkDateRow *end_row;

  /* owned; one of the three */
  char *video_id;
  char *grant_id;
  SparkCodeItem *code;
};

G_DEFINE_FINAL_TYPE (SparkBrandDialog, spark_brand_dialog, SPARK_TYPE_DIALOG)

static void
on_brand_changed_cb (SparkBrandDialog *self)
{
  if (spark_brand_picker_is_chosen (self->picker))
    spark_dialog_clear_obstacle (SPARK_DIALOG (self));
  else
    spark_dialog_set_missing (SPARK_DIALOG (self), spark_brand_picker_get_field (self->picker),
                              _ ("Enter the name of the brand."));
}

static void
on_brand_activated_cb (SparkBrandDialog *self)
{
  spark_dialog_submit (SPARK_DIALOG (self));
}

static void
on_noted (SparkDialog *dialog, JsonNode *answer)
{
  SparkBrandDialog *self = SPARK_BRAND_DIALOG (dialog);
  g_autofree char *text = g_strdup_printf (
      /* Translators: %s: name of a brand */
      self->grant_id != NULL ? _ ("This is now %s’s access") : _ ("%s’s access noted"),
      spark_brand_picker_get_name (self->picker));

  spark_acts_toast (spark_dialog_get_window (dialog), text);
  gtk_window_close (GTK_WINDOW (dialog));
}

static void
spark_brand_dialog_submit (SparkDialog *dialog)
{
  SparkBrandDialog *self = SPARK_BRAND_DIALOG (dialog);
  gint64 end = spark_date_row_get_end (self->end_row);
  g_autofree char *path = NULL;
  g_auto (SparkJsonWriter) writer = { 0 };

  if (self->code != NULL)
    {
      spark_acts_copy_for (spark_dialog_get_window (dialog), spark_code_item_get (self->code),
                           self->picker);
      gtk_window_close (GTK_WINDOW (self));
      return;
    }
  spark_json_writer_init (&writer);
  spark_json_begin_object (&writer, NULL);
  spark_brand_picker_write (self->picker, &writer, "brand");
  if (self->grant_id == NULL && end != 0)
    spark_json_time (&writer, "ends_at", end);
  spark_json_end_object (&writer);

  if (self->grant_id != NULL)
    path = spark_client_path ("/v1/grants/%s", self->grant_id);
  else
    path = spark_client_path ("/v1/videos/%s/grants", self->video_id);
  spark_dialog_send (dialog, self->grant_id != NULL ? "PATCH" : "POST", path,
                     spark_json_writer_steal (&writer), on_noted);
}

static void
spark_brand_dialog_finalize (GObject *object)
{
  SparkBrandDialog *self = SPARK_BRAND_DIALOG (object);

  g_free (self->video_id);
  g_free (self->grant_id);
  g_clear_object (&self->code);

  G_OBJECT_CLASS (spark_brand_dialog_parent_class)->finalize (object);
}

static void
spark_brand_dialog_class_init (SparkBrandDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = spark_brand_dialog_finalize;
  SPARK_DIALOG_CLASS (klass)->submit = spark_brand_dialog_submit;

  g_type_ensure (SPARK_TYPE_BRAND_PICKER);
  g_type_ensure (SPARK_TYPE_DATE_ROW);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/spark-brand-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkBrandDialog, intro_label);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandDialog, picker);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandDialog, terms_group);
  gtk_widget_class_bind_template_child (widget_class, SparkBrandDialog, end_row);
  gtk_widget_class_bind_template_callback (widget_class, on_brand_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_brand_activated_cb);
}

static void
spark_brand_dialog_init (SparkBrandDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  on_brand_changed_cb (self);
}

static SparkBrandDialog *
new_for_video (SparkWindow *window, const SparkVideo *video)
{
  SparkBrandDialog *self = g_object_new (SPARK_TYPE_BRAND_DIALOG, NULL);
  g_autofree char *caption = spark_phrase_video (video);
  /* Translators: %s: a video’s caption */
  g_autofree char *intro
      = g_strdup_printf (_ ("TikTok doesn’t say who uses a code. Note who uses “%s”, so that you "
                            "know it later."),
                         caption);

  spark_dialog_set_window (SPARK_DIALOG (self), window);
  gtk_label_set_label (self->intro_label, intro);
  spark_brand_picker_set_account (self->picker, spark_acts_get_replica (window),
                                  video != NULL ? video->account_id : NULL);
  return self;
}

SparkBrandDialog *
spark_brand_dialog_new_note (SparkWindow *window, SparkVideoItem *video)
{
  SparkBrandDialog *self = new_for_video (window, spark_video_item_get (video));

  self->video_id = g_strdup (spark_video_item_get (video)->id);
  return self;
}

SparkBrandDialog *
spark_brand_dialog_new_attribute (SparkWindow *window, SparkGrantItem *grant)
{
  SparkBrandDialog *self = new_for_video (window, spark_grant_item_get_video (grant));

  self->grant_id = g_strdup (spark_grant_item_get (grant)->id);
  gtk_widget_set_visible (self->terms_group, FALSE);
  return self;
}

SparkBrandDialog *
spark_brand_dialog_new_copy (SparkWindow *window, SparkVideoItem *video, SparkCodeItem *code)
{
  SparkBrandDialog *self = new_for_video (window, spark_video_item_get (video));
  g_autofree char *caption = spark_phrase_video (spark_video_item_get (video));
  /* Translators: %s: a video’s caption */
  g_autofree char *intro
      = g_strdup_printf (_ ("Say whom you give the code of “%s” to. When someone uses it, Sparkbox "
                            "can tell you who that may be."),
                         caption);

  self->code = g_object_ref (code);
  gtk_window_set_title (GTK_WINDOW (self), _ ("For Whom?"));
  spark_dialog_set_action_label (SPARK_DIALOG (self), _ ("_Copy"));
  gtk_label_set_label (self->intro_label, intro);
  gtk_widget_set_visible (self->terms_group, FALSE);
  return self;
}
