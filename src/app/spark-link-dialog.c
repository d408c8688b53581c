/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-link-dialog"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-brand-picker.h"
#include "app/spark-date-row.h"
#include "app/spark-link-dialog.h"
#include "app/spark-phrases.h"
#include "app/spark-roles.h"
#include "app/spark-share-dialog.h"
#include "app/spark-terms.h"
#include "app/spark-video-words.h"
#include "app/spark-window-acts-private.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"

struct _SparkLinkDialog
{
  SparkDialog parent_instance;

  /* template widgets */
  GtkLabel *intro_label;
  SparkBrandPicker *picker;
  SparkDateRow *end_row;
  GtkLabel *code_label;

  /* owned */
  SparkVideoItem *video;

  gint64 code_ends_at;
  guint days;          /* of the code to be made first; 0: there is one */
  guint made_days;     /* of the one that was made here */
  guint generated : 1; /* it was made here; the video may not know yet */
};

G_DEFINE_FINAL_TYPE (SparkLinkDialog, spark_link_dialog, SPARK_TYPE_DIALOG)

const char *
spark_link_obstacle (const SparkAccount *account)
{
  if (account == NULL || !spark_roles_may (account, "win.share-link"))
    return "";
  if (account->platform == SPARK_PLATFORM_TRACKED)
    return _ ("On TikTok a brand uses the code itself. Copy the code instead.");
  if (account->brand_url == NULL)
    return _ ("Brands can’t reach this computer. Copy the code, or join a server.");
  return NULL;
}

static void
on_changed_cb (SparkLinkDialog *self)
{
  gint64 end = spark_date_row_get_end (self->end_row);
  gboolean late = end != 0 && end - SPARK_DAY_MS >= self->code_ends_at;

  if (late)
    {
      g_autofree char *day = spark_phrase_day (self->code_ends_at);
      /* Translators: %s: a day */
      g_autofree char *text = g_strdup_printf (
          _ ("The code of this video ends %s, and no link lasts longer. Extend the code first."),
          day);

      spark_dialog_set_obstacle (SPARK_DIALOG (self), GTK_WIDGET (self->end_row), text);
    }
  else if (!spark_brand_picker_is_chosen (self->picker))
    spark_dialog_set_missing (SPARK_DIALOG (self), spark_brand_picker_get_field (self->picker),
                              _ ("Enter the name of the brand."));
  else
    spark_dialog_clear_obstacle (SPARK_DIALOG (self));
}

static void
on_activated_cb (SparkLinkDialog *self)
{
  spark_dialog_submit (SPARK_DIALOG (self));
}

static void
on_link_made (SparkDialog *dialog, JsonNode *answer)
{
  SparkLinkDialog *self = SPARK_LINK_DIALOG (dialog);
  SparkWindow *window = spark_dialog_get_window (dialog);
  g_autoptr (GError) error = NULL;
  SparkLink link;

  if (answer == NULL || !JSON_NODE_HOLDS_OBJECT (answer))
    g_set_error_literal (&error, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER,
                         "The answer is not a link.");
  if (error != NULL || !spark_link_read (&link, json_node_get_object (answer), &error))
    {
      spark_dialog_set_problem (dialog, error);
      return;
    }
  if (self->made_days != 0)
    spark_terms_set_brand_days (spark_acts_get_replica (window), link.brand.id, self->made_days);
  /* First: a window manager gives the keyboard of what goes away to the window below, which must
   * not be after it gave it to what comes. */
  gtk_window_destroy (GTK_WINDOW (dialog));
  if (link.url != NULL)
    gtk_window_present (GTK_WINDOW (spark_share_dialog_new (window, &link)));
  else
    spark_acts_toast (window, _ ("Link made"));
}

static void
make_link (SparkLinkDialog *self)
{
  g_autofree char *path
      = spark_client_path ("/v1/videos/%s/links", spark_video_item_get (self->video)->id);
  gint64 end = spark_date_row_get_end (self->end_row);
  g_auto (SparkJsonWriter) writer = { 0 };

  spark_json_writer_init (&writer);
  spark_json_begin_object (&writer, NULL);
  spark_brand_picker_write (self->picker, &writer, "brand");
  /* On the last day the code's own end comes before midnight. */
  if (end != 0)
    spark_json_time (&writer, "ends_at", MIN (end, self->code_ends_at));
  spark_json_end_object (&writer);
  spark_dialog_send (SPARK_DIALOG (self), "POST", path, spark_json_writer_steal (&writer),
                     on_link_made);
}

static void
on_code_made (SparkDialog *dialog, JsonNode *answer)
{
  SparkLinkDialog *self = SPARK_LINK_DIALOG (dialog);
  SparkReplica *replica = spark_acts_get_replica (spark_dialog_get_window (dialog));
  g_autoptr (GError) error = NULL;
  SparkCode code;

  if (!spark_acts_read_code (answer, &code, &error))
    {
      spark_dialog_set_problem (dialog, error);
      return;
    }
  spark_terms_set_consent (replica, spark_video_item_get (self->video)->account_id);
  /* Not again when the link is refused and tried once more. */
  self->generated = TRUE;
  self->made_days = self->days;
  self->days = 0;
  self->code_ends_at = code.ends_at;
  make_link (self);
}

static void
spark_link_dialog_submit (SparkDialog *dialog)
{
  SparkLinkDialog *self = SPARK_LINK_DIALOG (dialog);
  g_autofree char *path = NULL;

  if (self->days == 0)
    {
      make_link (self);
      return;
    }
  path = spark_client_path ("/v1/videos/%s/code", spark_video_item_get (self->video)->id);
  spark_dialog_send (dialog, "POST", path, spark_acts_body_int ("days", self->days), on_code_made);
}

static void
spark_link_dialog_dispose (GObject *object)
{
  g_clear_object (&SPARK_LINK_DIALOG (object)->video);
  G_OBJECT_CLASS (spark_link_dialog_parent_class)->dispose (object);
}

static void
say_what_the_code_is (SparkLinkDialog *self, SparkWindow *window)
{
  const SparkVideo *video = spark_video_item_get (self->video);
  g_autoptr (SparkAccountItem) account = spark_acts_get_account (window, video->account_id);
  gboolean live = video->authorization.state == SPARK_AUTHORIZATION_READY
                  || video->authorization.state == SPARK_AUTHORIZATION_IN_USE;
  g_autoptr (SparkBrandItem) brand = spark_brand_picker_get_brand (self->picker);
  g_autofree char *day = NULL;
  g_autofree char *hint = NULL;

  if (!live && !self->generated)
    {
      g_autofree char *terms = NULL;
      g_autofree char *text = NULL;

      self->days = spark_terms_get_days (spark_acts_get_replica (window),
                                         account != NULL ? spark_account_item_get (account) : NULL,
                                         brand != NULL ? spark_brand_item_get (brand)->id : NULL);
      self->code_ends_at = spark_time_now () + self->days * SPARK_DAY_MS;
      terms = spark_video_describe_terms (self->days);
      /* Translators: %s: "30 days, until Wed 23 Dec" */
      text = g_strdup_printf (_ ("A code is generated first (%s), which turns on ad authorization: "
                                 "the video stays public and its caption can’t be changed. The "
                                 "brand never sees the code."),
                              terms);
      gtk_label_set_label (self->code_label, text);
    }
  else
    {
      if (live)
        self->code_ends_at = video->authorization.ends_at;
      gtk_label_set_label (self->code_label, _ ("The brand never sees the code."));
    }
  day = spark_phrase_day (self->code_ends_at);
  /* Translators: %s: a day */
  hint = g_strdup_printf (_ ("Left open: as long as the code, %s"), day);
  spark_date_row_set_hint (self->end_row, hint);
}

static void
refresh (SparkLinkDialog *self)
{
  say_what_the_code_is (self, spark_dialog_get_window (SPARK_DIALOG (self)));
  on_changed_cb (self);
}

static void
spark_link_dialog_turn_day (SparkDialog *dialog)
{
  refresh (SPARK_LINK_DIALOG (dialog));
}

static void
spark_link_dialog_class_init (SparkLinkDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_link_dialog_dispose;
  SPARK_DIALOG_CLASS (klass)->submit = spark_link_dialog_submit;
  SPARK_DIALOG_CLASS (klass)->turn_day = spark_link_dialog_turn_day;

  g_type_ensure (SPARK_TYPE_BRAND_PICKER);
  g_type_ensure (SPARK_TYPE_DATE_ROW);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/spark-link-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkLinkDialog, intro_label);
  gtk_widget_class_bind_template_child (widget_class, SparkLinkDialog, picker);
  gtk_widget_class_bind_template_child (widget_class, SparkLinkDialog, end_row);
  gtk_widget_class_bind_template_child (widget_class, SparkLinkDialog, code_label);
  gtk_widget_class_bind_template_callback (widget_class, on_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, refresh);
  gtk_widget_class_bind_template_callback (widget_class, on_activated_cb);
}

static void
spark_link_dialog_init (SparkLinkDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

SparkLinkDialog *
spark_link_dialog_new (SparkWindow *window, SparkVideoItem *video)
{
  SparkLinkDialog *self = g_object_new (SPARK_TYPE_LINK_DIALOG, NULL);
  g_autofree char *caption = spark_phrase_video (spark_video_item_get (video));
  /* Translators: %s: a video’s caption */
  g_autofree char *intro = g_strdup_printf (
      _ ("A link offers “%s” to one brand. It works once, for one ad account."), caption);

  spark_dialog_set_window (SPARK_DIALOG (self), window);
  self->video = g_object_ref (video);
  gtk_label_set_label (self->intro_label, intro);
  spark_brand_picker_set_account (self->picker, spark_acts_get_replica (window),
                                  spark_video_item_get (video)->account_id);
  say_what_the_code_is (self, window);
  on_changed_cb (self);
  return self;
}
