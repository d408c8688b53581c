/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-code-help-dialog"

#include "config.h"

#include <string.h>

#include <glib/gi18n.h>

#include "app/spark-code-help-dialog.h"
#include "app/spark-code-words.h"
#include "app/spark-event-words.h"
#include "app/spark-format.h"
#include "app/spark-phrases.h"
#include "app/spark-roles.h"
#include "app/spark-window-acts-private.h"
#include "app/spark-wrap.h"
#include "model/spark-rules.h"

/* Longer than any message a code comes in. */
#define MAX_PASTED 4096
/* How far back into a video's history to look. */
#define MAX_EVENTS 50

#define BIT(type) (G_GUINT64_CONSTANT (1) << (type))
#define ENDS_OF_CODES (BIT (SPARK_EVENT_CODE_DELETED) | BIT (SPARK_EVENT_AUTHORIZATION_OFF))

struct _SparkCodeHelpDialog
{
  SparkDialog parent_instance;

  /* template widgets */
  AdwPreferencesGroup *facts_group;
  GtkWidget *compare_group;
  AdwActionRow *difference_row;
  GtkImage *difference_icon;
  GtkLabel *reply_label;
  GtkWidget *copy_button;
  GtkWidget *replace_button;

  /* owned */
  SparkVideoItem *video;
  SparkCodeItem *code; /* NULL: none */

  /* borrowed, of the facts; NULL: not shown */
  AdwPreferencesRow *end_row;
  AdwActionRow *refusal_row;

  gint64 refused_at;
  const char *right; /* the string of a code that works; NULL: not known */
};

G_DEFINE_FINAL_TYPE (SparkCodeHelpDialog, spark_code_help_dialog, SPARK_TYPE_DIALOG)

typedef enum
{
  FINE,
  UNSEEN,
  IN_THE_WAY,
} Finding;

static void
mark (GtkImage *icon, Finding finding)
{
  static const char *const icons[]
      = { "emblem-ok-symbolic", "view-conceal-symbolic", "dialog-warning-symbolic" };
  static const char *const classes[] = { "success", "dim-label", "warning" };
  const char *const names[]
      = { _ ("Fine"), _ ("Sparkbox can’t tell"), _ ("Stands in the way") };

  gtk_image_set_from_icon_name (icon, icons[finding]);
  gtk_accessible_update_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  names[finding], -1);
  gtk_widget_set_css_classes (GTK_WIDGET (icon), (const char *[]){ classes[finding], NULL });
}

/* (transfer none) */
static GtkWidget *
add_fact (SparkCodeHelpDialog *self, Finding finding, const char *title, const char *subtitle)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = gtk_image_new ();

  mark (GTK_IMAGE (icon), finding);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  if (subtitle != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_preferences_group_add (self->facts_group, row);
  return row;
}

static void
add_blocker (SparkCodeHelpDialog *self, SparkBlockers blockers, SparkBlockers blocker,
             const char *title, const char *subtitle)
{
  if (blockers & blocker)
    add_fact (self, IN_THE_WAY, title, subtitle);
}

static void
tell_end (SparkCodeHelpDialog *self)
{
  gint64 ends_at = spark_code_item_get (self->code)->ends_at;
  g_autofree char *end = ends_at != 0 ? spark_phrase_day_and_distance (ends_at) : NULL;
  /* Translators: %s: a day and how far away it is */
  g_autofree char *title
      = g_strdup_printf (_ ("The code works until %s"), end != NULL ? end : "");

  adw_preferences_row_set_title (self->end_row, title);
}

static void
add_code_facts (SparkCodeHelpDialog *self, const SparkCode *code)
{
  switch (code->state)
    {
    case SPARK_CODE_STATE_READY:
    case SPARK_CODE_STATE_IN_USE:
      self->end_row = ADW_PREFERENCES_ROW (
          add_fact (self, FINE, "",
                    code->state == SPARK_CODE_STATE_IN_USE
                        ? _ ("It was used already, so it was right at that time")
                        : _ ("Nobody has used it yet, as far as Sparkbox can tell")));
      tell_end (self);
      break;
    case SPARK_CODE_STATE_PENDING:
      add_fact (self, IN_THE_WAY, _ ("The code is not ready yet"), _ ("Wait a moment, then try again"));
      break;
    case SPARK_CODE_STATE_EXPIRED:
      add_fact (self, IN_THE_WAY, _ ("The code has expired"), _ ("Generate a new one"));
      break;
    case SPARK_CODE_STATE_DELETED:
      add_fact (self, IN_THE_WAY, _ ("The code was deleted"), _ ("Generate a new one"));
      break;
    case SPARK_CODE_STATE_FAILED:
      add_fact (self, IN_THE_WAY, _ ("The code could not be made"), _ ("Generate a new one"));
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
    add_fact (self, FINE, _ ("Nothing about the video stands in the way"), NULL);
}

/* The newest of these, BIT()s of their types, if it is not long ago; (transfer full) (nullable) */
static SparkEventItem *
find_event (SparkReplica *replica, const char *video_id, guint64 types)
{
  g_autoptr (GListModel) events = spark_replica_list_events (replica, NULL, video_id);
  guint n = MIN (g_list_model_get_n_items (events), MAX_EVENTS);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (SparkEventItem) item = g_list_model_get_item (events, i);

      if (types & BIT (spark_event_item_get (item)->type))
        return g_steal_pointer (&item);
    }
  return NULL;
}

gboolean
spark_code_help_is_wanted (SparkReplica *replica, const SparkVideo *video)
{
  g_autoptr (SparkEventItem) ended = NULL;

  if (video->authorization.code_id != NULL)
    return TRUE;
  ended = find_event (replica, video->id, ENDS_OF_CODES);
  return ended != NULL;
}

static void
add_no_code (SparkCodeHelpDialog *self, SparkReplica *replica)
{
  g_autoptr (SparkEventItem) ended
      = find_event (replica, spark_video_item_get (self->video)->id, ENDS_OF_CODES);

  if (ended != NULL)
    add_fact (self, IN_THE_WAY, _ ("The code was deleted"), _ ("Generate a new one"));
  else
    add_fact (self, IN_THE_WAY, _ ("The video has no code"), _ ("Generate one first"));
}

static void
tell_refusal (SparkCodeHelpDialog *self)
{
  g_autofree char *moment = spark_format_moment (self->refused_at);
  g_autofree char *when = spark_phrase_beginning (moment);

  adw_action_row_set_subtitle (self->refusal_row, when);
}

/* The last attempt that this backend refused, of those not long ago. */
static void
add_refusal (SparkCodeHelpDialog *self, SparkReplica *replica)
{
  g_autoptr (SparkEventItem) item = find_event (replica, spark_video_item_get (self->video)->id,
                                                BIT (SPARK_EVENT_REDEMPTION_REFUSED));
  g_autofree char *title = NULL;

  if (item == NULL)
    return;
  title = spark_event_describe (spark_event_item_get (item));
  self->refused_at = spark_event_item_get (item)->at;
  self->refusal_row = ADW_ACTION_ROW (add_fact (self, IN_THE_WAY, title, NULL));
  tell_refusal (self);
}

/* what the brand has */

static const SparkCode *
get_code (SparkCodeHelpDialog *self)
{
  return self->code != NULL ? spark_code_item_get (self->code) : NULL;
}

static void
set_reply (SparkCodeHelpDialog *self, const SparkCodeDifference *difference, const char *other)
{
  g_autofree char *reply
      = spark_code_reply (spark_video_item_get (self->video), get_code (self), difference, other);

  gtk_label_set_label (self->reply_label, reply);
}

/* What else of the creator's own this is, as a phrase; (transfer full) (nullable) */
static char *
recognize (SparkCodeHelpDialog *self, const char *pasted)
{
  SparkReplica *replica = spark_acts_get_replica (spark_dialog_get_window (SPARK_DIALOG (self)));
  g_autofree char *string = spark_code_normalize (pasted, NULL);
  g_autoptr (SparkVideoItem) video = NULL;
  g_autoptr (GListModel) links = NULL;

  if (replica == NULL || string == NULL)
    return NULL;
  video = spark_replica_find_code (replica, string);
  if (video != NULL)
    {
      g_autofree char *caption = spark_phrase_video (spark_video_item_get (video));

      /* Translators: within a sentence; %s: a video’s caption */
      return g_strdup_printf (_ ("the code of “%s”"), caption);
    }
  links = spark_replica_list_links (replica, spark_video_item_get (self->video)->id);
  for (guint i = 0; i < g_list_model_get_n_items (links); i++)
    {
      g_autoptr (SparkLinkItem) link = g_list_model_get_item (links, i);

      if (g_strcmp0 (spark_link_item_get (link)->string, string) == 0)
        return g_strdup (_ ("the string of a Sparkbox link, which TikTok doesn’t know"));
    }
  return NULL;
}

static void
compare (SparkCodeHelpDialog *self, const char *pasted)
{
  SparkCodeDifference difference = spark_code_compare (self->right, pasted);
  g_autofree char *other
      = difference.match != SPARK_CODE_MATCH_SAME ? recognize (self, pasted) : NULL;
  g_autofree char *title = NULL;
  g_autofree char *detail = NULL;

  if (other != NULL)
    /* Translators: %s: such as: the code of “Morning routine” */
    title = g_strdup_printf (_ ("It is %s"), other);
  else
    {
      title = g_strdup (spark_code_difference_title (&difference));
      detail = spark_code_difference_detail (&difference);
    }
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->difference_row), title);
  adw_action_row_set_subtitle (self->difference_row, detail != NULL ? detail : "");
  mark (self->difference_icon,
        difference.match == SPARK_CODE_MATCH_SAME ? FINE : IN_THE_WAY);
  gtk_widget_set_visible (GTK_WIDGET (self->difference_row), TRUE);
  set_reply (self, &difference, other);
  spark_dialog_fit (SPARK_DIALOG (self));
}

static void
on_pasted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkCodeHelpDialog) self = user_data;
  g_autofree char *text = gdk_clipboard_read_text_finish (GDK_CLIPBOARD (source), result, NULL);

  if (g_cancellable_is_cancelled (spark_dialog_get_cancellable (SPARK_DIALOG (self))))
    return;
  compare (self, text != NULL && strlen (text) <= MAX_PASTED ? text : "");
}

static void
on_compare_cb (SparkCodeHelpDialog *self)
{
  gdk_clipboard_read_text_async (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                                 spark_dialog_get_cancellable (SPARK_DIALOG (self)), on_pasted_cb,
                                 g_object_ref (self));
}

static void
on_copy_reply_cb (SparkCodeHelpDialog *self)
{
  SparkWindow *window = spark_dialog_get_window (SPARK_DIALOG (self));

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)),
                          gtk_label_get_label (self->reply_label));
  spark_acts_toast (window, _ ("Reply copied"));
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_copy_cb (SparkCodeHelpDialog *self)
{
  SparkWindow *window = spark_dialog_get_window (SPARK_DIALOG (self));

  gtk_widget_activate_action (GTK_WIDGET (window), "win.copy-code", "s",
                              spark_video_item_get (self->video)->id);
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_replace_cb (SparkCodeHelpDialog *self)
{
  SparkWindow *window = spark_dialog_get_window (SPARK_DIALOG (self));
  g_autofree char *code_id = g_strdup (spark_video_item_get (self->video)->authorization.code_id);

  /* Before the other opens: see on_link_made() of SparkLinkDialog. */
  gtk_window_destroy (GTK_WINDOW (self));
  gtk_widget_activate_action (GTK_WIDGET (window), "win.replace", "s", code_id);
}

static void
spark_code_help_dialog_finalize (GObject *object)
{
  SparkCodeHelpDialog *self = SPARK_CODE_HELP_DIALOG (object);

  g_clear_object (&self->video);
  g_clear_object (&self->code);

  G_OBJECT_CLASS (spark_code_help_dialog_parent_class)->finalize (object);
}

static void
spark_code_help_dialog_turn_day (SparkDialog *dialog)
{
  SparkCodeHelpDialog *self = SPARK_CODE_HELP_DIALOG (dialog);

  if (self->end_row != NULL)
    tell_end (self);
  if (self->refusal_row != NULL)
    tell_refusal (self);
}

static void
spark_code_help_dialog_class_init (SparkCodeHelpDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = spark_code_help_dialog_finalize;
  SPARK_DIALOG_CLASS (klass)->turn_day = spark_code_help_dialog_turn_day;
  g_type_ensure (SPARK_TYPE_WRAP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/spark-code-help-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkCodeHelpDialog, facts_group);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeHelpDialog, compare_group);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeHelpDialog, difference_row);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeHelpDialog, difference_icon);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeHelpDialog, reply_label);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeHelpDialog, copy_button);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeHelpDialog, replace_button);
  gtk_widget_class_bind_template_callback (widget_class, on_compare_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_copy_reply_cb);
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
  SparkReplica *replica = spark_acts_get_replica (window);
  const SparkVideo *view = spark_video_item_get (video);
  g_autofree char *caption = spark_phrase_video (view);
  g_autofree char *markup = g_markup_escape_text (caption, -1);
  g_autoptr (SparkAccountItem) account = spark_acts_get_account (window, view->account_id);
  gboolean tracked
      = account != NULL && spark_account_item_get (account)->platform == SPARK_PLATFORM_TRACKED;
  const SparkCode *code;
  gboolean live = FALSE;

  spark_dialog_set_window (SPARK_DIALOG (self), window);
  self->video = g_object_ref (video);
  adw_preferences_group_set_description (self->facts_group, markup);
  if (view->authorization.code_id != NULL)
    self->code = spark_replica_get_code (replica, view->authorization.code_id);
  code = get_code (self);
  if (code != NULL)
    {
      add_code_facts (self, code);
      live = code->state == SPARK_CODE_STATE_READY || code->state == SPARK_CODE_STATE_IN_USE;
      self->right = live ? code->code : NULL;
    }
  else
    add_no_code (self, replica);
  add_video_facts (self, view->blockers);
  add_refusal (self, replica);
  if (account != NULL && spark_account_item_get (account)->platform == SPARK_PLATFORM_SANDBOX)
    add_fact (self, IN_THE_WAY, _ ("This is sample data"), _ ("Its codes do not work on TikTok"));
  if (tracked && live)
    add_fact (self, UNSEEN, _ ("Sparkbox can’t look at TikTok for this account"),
              _ ("See in the TikTok app whether the code is still there"));
  if (live)
    add_fact (self, UNSEEN, _ ("Sparkbox can’t see where the brand may advertise"),
              _ ("Its ad account must be allowed to advertise where you are"));
  gtk_widget_set_visible (self->compare_group, self->right != NULL);
  gtk_widget_set_visible (
      self->copy_button,
      live && spark_roles_allow (GTK_WIDGET (window), "win.copy-code", spark_video_item_get (video)->id));
  gtk_widget_set_visible (
      self->replace_button,
      live && !tracked
          && spark_roles_allow (GTK_WIDGET (window), "win.replace", spark_video_item_get (video)->id));
  set_reply (self, NULL, NULL);
  return self;
}
