/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-code-help-dialog"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-code-help-dialog.h"
#include "app/spark-phrases.h"
#include "app/spark-window-acts-private.h"
#include "model/spark-rules.h"

struct _SparkCodeHelpDialog
{
  SparkDialog parent_instance;

  /* template widgets */
  AdwPreferencesGroup *facts_group;
  GtkWidget *copy_button;
  GtkWidget *replace_button;

  /* owned */
  char *video_id;
  char *code_id;
};

G_DEFINE_FINAL_TYPE (SparkCodeHelpDialog, spark_code_help_dialog, SPARK_TYPE_DIALOG)

static void
add_fact (SparkCodeHelpDialog *self, gboolean good, const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon
      = gtk_image_new_from_icon_name (good ? "emblem-ok-symbolic" : "dialog-warning-symbolic");

  gtk_accessible_update_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  good ? _ ("Fine") : _ ("Stands in the way"), -1);
  gtk_widget_add_css_class (icon, good ? "success" : "warning");
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_preferences_group_add (self->facts_group, row);
}

static void
add_blocker (SparkCodeHelpDialog *self, SparkBlockers blockers, SparkBlockers blocker,
             const char *title, const char *subtitle)
{
  if (blockers & blocker)
    add_fact (self, FALSE, title, subtitle);
}

static void
add_code_facts (SparkCodeHelpDialog *self, const SparkCode *code)
{
  g_autofree char *end = code->ends_at != 0 ? spark_phrase_day_and_distance (code->ends_at) : NULL;
  g_autofree char *title = NULL;

  switch (code->state)
    {
    case SPARK_CODE_STATE_READY:
    case SPARK_CODE_STATE_IN_USE:
      /* Translators: %s: a day and how far away it is */
      title = g_strdup_printf (_ ("The code works until %s"), end != NULL ? end : "");
      add_fact (self, TRUE, title,
                code->state == SPARK_CODE_STATE_IN_USE
                    ? _ ("It was used already, so it was right at that time")
                    : _ ("Nobody has used it yet, as far as Sparkbox can tell"));
      break;
    case SPARK_CODE_STATE_PENDING:
      add_fact (self, FALSE, _ ("The code is not ready yet"), _ ("Wait a moment, then try again"));
      break;
    case SPARK_CODE_STATE_EXPIRED:
      add_fact (self, FALSE, _ ("The code has expired"), _ ("Generate a new one"));
      break;
    case SPARK_CODE_STATE_DELETED:
      add_fact (self, FALSE, _ ("The code was deleted"), _ ("Generate a new one"));
      break;
    case SPARK_CODE_STATE_FAILED:
      add_fact (self, FALSE, _ ("The code could not be made"), _ ("Generate a new one"));
      break;
    }
}

static void
add_video_facts (SparkCodeHelpDialog *self, SparkBlockers blockers)
{
  add_blocker (self, blockers, SPARK_BLOCKER_PRIVATE, _ ("The video is not public"),
               _ ("Set who can watch it to everyone in the TikTok app"));
  add_blocker (self, blockers, SPARK_BLOCKER_DELETED, _ ("The video was deleted"), NULL);
  add_blocker (self, blockers, SPARK_BLOCKER_SOUND, _ ("The sound is not cleared for ads"),
               _ ("Ads may be muted or refused"));
  add_blocker (self, blockers, SPARK_BLOCKER_DUET, _ ("The video is a duet"),
               _ ("The brand also needs a code from the other creator"));
  add_blocker (self, blockers, SPARK_BLOCKER_STITCH, _ ("The video is a stitch"),
               _ ("The brand also needs a code from the other creator"));
  add_blocker (self, blockers, SPARK_BLOCKER_STORY, _ ("Stories can’t be used in ads"), NULL);
  add_blocker (self, blockers, SPARK_BLOCKER_UNDER_REVIEW, _ ("TikTok is reviewing the video"),
               _ ("Try again when the review is over"));
  add_blocker (self, blockers, SPARK_BLOCKER_REMOVED, _ ("TikTok removed the video"), NULL);
  if (blockers == 0)
    add_fact (self, TRUE, _ ("Nothing about the video stands in the way"), NULL);
}

static void
on_copy_cb (SparkCodeHelpDialog *self)
{
  SparkWindow *window = spark_dialog_get_window (SPARK_DIALOG (self));

  gtk_widget_activate_action (GTK_WIDGET (window), "win.copy-code", "s", self->video_id);
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_replace_cb (SparkCodeHelpDialog *self)
{
  SparkWindow *window = spark_dialog_get_window (SPARK_DIALOG (self));

  gtk_window_close (GTK_WINDOW (self));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.replace", "s", self->code_id);
}

static void
spark_code_help_dialog_finalize (GObject *object)
{
  SparkCodeHelpDialog *self = SPARK_CODE_HELP_DIALOG (object);

  g_free (self->video_id);
  g_free (self->code_id);

  G_OBJECT_CLASS (spark_code_help_dialog_parent_class)->finalize (object);
}

static void
spark_code_help_dialog_class_init (SparkCodeHelpDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = spark_code_help_dialog_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/spark-code-help-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkCodeHelpDialog, facts_group);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeHelpDialog, copy_button);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeHelpDialog, replace_button);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_replace_cb);
}

static void
spark_code_help_dialog_init (SparkCodeHelpDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

SparkCodeHelpDialog *
spark_code_help_dialog_new (SparkWindow *window, SparkVideoItem *video)
{
  SparkCodeHelpDialog *self = g_object_new (SPARK_TYPE_CODE_HELP_DIALOG, NULL);
  const SparkVideo *view = spark_video_item_get (video);
  g_autofree char *caption = spark_phrase_video (view);
  g_autofree char *markup = g_markup_escape_text (caption, -1);
  g_autoptr (SparkCodeItem) code = NULL;
  g_autoptr (SparkAccountItem) account = spark_acts_get_account (window, view->account_id);
  gboolean live = FALSE;

  spark_dialog_set_window (SPARK_DIALOG (self), window);
  self->video_id = g_strdup (view->id);
  adw_preferences_group_set_description (self->facts_group, markup);
  if (view->authorization.code_id != NULL)
    code = spark_replica_get_code (spark_acts_get_replica (window), view->authorization.code_id);
  if (code != NULL)
    {
      SparkCodeState state = spark_code_item_get (code)->state;

      self->code_id = g_strdup (spark_code_item_get (code)->id);
      add_code_facts (self, spark_code_item_get (code));
      live = state == SPARK_CODE_STATE_READY || state == SPARK_CODE_STATE_IN_USE;
    }
  else
    add_fact (self, FALSE, _ ("The video has no code"), _ ("Generate one first"));
  add_video_facts (self, view->blockers);
  if (account != NULL && spark_account_item_get (account)->platform == SPARK_PLATFORM_SANDBOX)
    add_fact (self, FALSE, _ ("This is sample data"), _ ("Its codes do not work on TikTok"));
  gtk_widget_set_visible (self->copy_button, live);
  gtk_widget_set_visible (
      self->replace_button,
      live
          && !(account != NULL
               && spark_account_item_get (account)->platform == SPARK_PLATFORM_TRACKED));
  return self;
}
