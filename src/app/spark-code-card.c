/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-code-card"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-button-name.h"
#include "app/spark-code-card.h"
#include "app/spark-code-help-dialog.h"
#include "app/spark-format.h"
#include "app/spark-phrases.h"
#include "app/spark-roles.h"
#include "app/spark-video-words.h"
#include "app/spark-wrap.h"
#include "model/spark-rules.h"

#define LEFT_TO_RIGHT "\u2066"
#define END_OF_IT     "\u2069"

struct _SparkCodeCard
{
  AdwBin parent_instance;

  /* template widgets */
  AdwPreferencesGroup *group;
  GtkWidget *code_row;
  GtkLabel *code_label;
  GtkLabel *copied_label;
  GtkButton *whom_button;
  GtkToggleButton *peek_button;
  GtkButton *copy_button;
  GtkWidget *end_row;
  GtkLabel *end_label;
  GtkLabel *period_label;
  GtkButton *extend_button;
  AdwPreferencesRow *new_row;
  GtkLabel *new_title;
  GtkLabel *terms_label;
  GtkWidget *new_child;
  GtkButton *new_button;
  GtkButton *terms_button;
  GtkWidget *more_box;
  GtkWidget *end_box;
  GtkButton *help_button;
  GtkButton *replace_button;
  GtkButton *delete_button;

  /* owned */
  SparkVideoItem *video;
  SparkCodeItem *code;

  const char *without; /* static; in place of a code that is not here */
};

G_DEFINE_FINAL_TYPE (SparkCodeCard, spark_code_card, ADW_TYPE_BIN)

/* Takes @name. */
static void
set_act (GtkButton *button, const char *action, const char *target, char *name)
{
  g_autofree char *owned_name = name;

  gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s", target);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  spark_button_name_set (button, owned_name);
}

static gboolean
is_live (SparkCodeCard *self)
{
  SparkAuthorizationState state = spark_video_item_get (self->video)->authorization.state;

  return state == SPARK_AUTHORIZATION_READY || state == SPARK_AUTHORIZATION_IN_USE;
}

static void
show_code (SparkCodeCard *self)
{
  const SparkCode *code = self->code != NULL ? spark_code_item_get (self->code) : NULL;
  gboolean open = gtk_toggle_button_get_active (self->peek_button);
  gboolean here = code != NULL && code->code != NULL;
  gboolean masked = here && !open;
  g_autofree char *text = NULL;

  if (!here)
    text = g_markup_escape_text (self->without, -1);
  else
    {
      g_autofree char *shown = open ? g_strdup (code->code) : spark_code_mask (code->code);

      /* From left to right in every language: the signs at its ends have no direction of their own.
       * Where its lines end is no hyphen. */
      text = g_markup_printf_escaped ("<span insert_hyphens='false'>%s%s%s</span>", LEFT_TO_RIGHT,
                                      shown, END_OF_IT);
    }
  gtk_label_set_label (self->code_label, text);
  gtk_label_set_wrap (self->code_label, !masked);
  gtk_label_set_wrap_mode (self->code_label, here ? PANGO_WRAP_CHAR : PANGO_WRAP_WORD_CHAR);
  gtk_label_set_ellipsize (self->code_label, masked ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  gtk_button_set_icon_name (GTK_BUTTON (self->peek_button),
                            open ? "view-conceal-symbolic" : "view-reveal-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->peek_button),
                               open ? _ ("Hide the Code") : _ ("Show the Code"));
  spark_button_name_set (self->peek_button, open ? _ ("Hide the Code") : _ ("Show the Code"));
  gtk_widget_set_visible (GTK_WIDGET (self->peek_button), here);
}

static gboolean
on_brand_cb (SparkCodeCard *self, const char *id)
{
  gtk_widget_activate_action (GTK_WIDGET (self), "win.show-brand", "s", id);
  return TRUE;
}

static void
on_peek_cb (SparkCodeCard *self)
{
  show_code (self);
}

/* "Copied for Acme 2 days ago", as markup; (transfer full) */
static char *
describe_copied (const SparkCode *code)
{
  g_autofree char *distance = NULL;

  if (code->copied_at == 0)
    return g_strdup (_ ("Not copied yet"));
  distance = spark_phrase_distance (code->copied_at);
  if (code->copied_for.name != NULL)
    {
      g_autofree char *brand
          = code->copied_for.id != NULL ? g_markup_printf_escaped (
                "<a href=\"%s\">%s</a>", code->copied_for.id, code->copied_for.name)
                                        : g_markup_escape_text (code->copied_for.name, -1);

      /* Translators: first a brand, then "today" or "2 days ago" */
      return g_strdup_printf (_ ("Copied for %s %s"), brand, distance);
    }
  /* Translators: %s: "today" or "2 days ago" */
  return g_strdup_printf (_ ("Copied %s"), distance);
}

static const char *
describe_waiting (const SparkCode *code)
{
  if (g_strcmp0 (code->problem, "ads_running") == 0)
    return _ ("Waiting for ads with this video to stop");
  if (g_strcmp0 (code->problem, "unauthorized") == 0)
    return _ ("Waiting until the account is connected to TikTok again");
  switch ((SparkTaskAct)(code->waiting_for - 1))
    {
    case SPARK_TASK_ACT_EXTEND:
      return _ ("Waiting for TikTok to extend it");
    case SPARK_TASK_ACT_DELETE:
    case SPARK_TASK_ACT_TURN_OFF:
      return _ ("Waiting for TikTok to end it");
    case SPARK_TASK_ACT_REPLACE:
      return _ ("Waiting for TikTok to replace it");
    case SPARK_TASK_ACT_GENERATE:
    case SPARK_TASK_ACT_REVOKE:
    case SPARK_TASK_ACT_REDEEM:
    default:
      return _ ("Waiting for TikTok");
    }
}

/* TikTok tells of nothing by itself: what is shown is from when it was last asked. */
static void
update_news (SparkCodeCard *self, const SparkAccount *account)
{
  g_autofree char *moment = NULL;
  g_autofree char *text = NULL;

  if (account != NULL && account->platform == SPARK_PLATFORM_TIKTOK
      && account->platform_seen_at != 0)
    {
      moment = spark_format_as_of (account->platform_seen_at, spark_time_now ());
      /* Translators: %s: "14:02", or "yesterday, 09:10" */
      text = g_strdup_printf (_ ("News from TikTok as of %s"), moment);
    }
  adw_preferences_group_set_description (self->group, text);
}

/* NULL: there is nothing to say. */
static void
set_text (GtkLabel *label, const char *text)
{
  gtk_label_set_label (label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (label), text != NULL);
}

static void
update_live (SparkCodeCard *self, const SparkAccount *account)
{
  const SparkVideo *video = spark_video_item_get (self->video);
  const SparkCode *code = self->code != NULL ? spark_code_item_get (self->code) : NULL;
  gboolean may = account != NULL && spark_roles_may (account, "win.extend");
  gboolean may_end = account != NULL && spark_roles_may (account, "win.delete-code");
  gboolean tracked = account != NULL && account->platform == SPARK_PLATFORM_TRACKED;
  g_autofree char *caption = spark_phrase_video (video);
  g_autofree char *day = NULL;
  g_autofree char *copied = code != NULL ? describe_copied (code) : NULL;
  g_autofree char *until = NULL;
  g_autofree char *period = NULL;

  gtk_widget_set_visible (GTK_WIDGET (self->copy_button), may);
  if (may)
    self->without = _ ("Not on this computer; Copy asks for it");
  else
    self->without = account != NULL ? _ ("Your role may not see it") : _ ("Not on this computer");
  show_code (self);
  set_text (self->copied_label, copied);
  /* Translators: %s: a video’s caption */
  set_act (self->copy_button, "win.copy-code", video->id,
           g_strdup_printf (_ ("Copy code of %s"), caption));
  gtk_widget_set_visible (GTK_WIDGET (self->whom_button),
                          may && code != NULL && code->code != NULL);
  /* Translators: %s: a video’s caption */
  set_act (self->whom_button, "win.copy-for", video->id,
           g_strdup_printf (_ ("Copy code of %s for a brand…"), caption));

  if (video->authorization.ends_at != 0)
    {
      day = spark_phrase_day_and_distance (video->authorization.ends_at);
      /* Translators: %s: a day and how far away it is */
      until = g_strdup_printf (_ ("Until %s"), day);
    }
  gtk_label_set_label (self->end_label, until != NULL ? until : _ ("No end known"));
  if (code != NULL && code->days > 0)
    {
      g_autofree char *length = spark_phrase_period (code->days);

      /* Translators: %s: "30 days" */
      period = g_strdup_printf (_ ("%s in all"), length);
    }
  set_text (self->period_label,
            code != NULL && code->waiting_for != 0 ? describe_waiting (code) : period);
  gtk_widget_set_sensitive (GTK_WIDGET (self->extend_button),
                            code == NULL || code->waiting_for == 0);
  gtk_widget_set_sensitive (GTK_WIDGET (self->replace_button),
                            code == NULL || code->waiting_for == 0);

  gtk_widget_set_visible (GTK_WIDGET (self->extend_button), may && code != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->replace_button), may_end && !tracked && code != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->delete_button), may_end && code != NULL);
  if (code == NULL)
    return;
  /* Translators: %s: a video’s caption */
  set_act (self->extend_button, "win.extend", code->id,
           g_strdup_printf (_ ("Extend code of %s…"), caption));
  /* Translators: %s: a video’s caption */
  set_act (self->replace_button, "win.replace", code->id,
           g_strdup_printf (_ ("Replace code of %s…"), caption));
  /* Translators: %s: a video’s caption */
  set_act (self->delete_button, "win.delete-code", code->id,
           g_strdup_printf (_ ("Delete code of %s…"), caption));
}

/* A brand also asks about a code that has ended. */
static void
update_help (SparkCodeCard *self, SparkContext *context)
{
  const SparkVideo *video = spark_video_item_get (self->video);
  SparkReplica *replica = spark_context_get_replica (context);
  g_autofree char *caption = spark_phrase_video (video);

  gtk_widget_set_visible (self->more_box,
                          is_live (self)
                              || (replica != NULL && spark_code_help_is_wanted (replica, video)));
  gtk_widget_set_visible (self->end_box, is_live (self));
  /* Translators: %s: a video’s caption */
  set_act (self->help_button, "win.code-help", video->id,
           g_strdup_printf (_ ("Code of %s not working?"), caption));
}

static const char *
describe_without (const SparkVideo *video, SparkVideoAct act)
{
  if (video->authorization.state == SPARK_AUTHORIZATION_PENDING)
    return _ ("Waiting for TikTok");
  if (video->authorization.state == SPARK_AUTHORIZATION_EXPIRED)
    return _ ("The last code has expired");
  return act == SPARK_VIDEO_ACT_NONE ? _ ("This video has no code") : _ ("No code yet");
}

static void
update_new (SparkCodeCard *self, SparkContext *context, const SparkAccount *account)
{
  const SparkVideo *video = spark_video_item_get (self->video);
  SparkVideoAct act = spark_video_get_act (video, account);
  g_autofree char *caption = spark_phrase_video (video);
  g_autofree char *terms = NULL;

  gtk_label_set_label (self->new_title, describe_without (video, act));
  adw_preferences_row_set_title (self->new_row, describe_without (video, act));
  gtk_widget_set_visible (self->new_child, act != SPARK_VIDEO_ACT_NONE);
  gtk_widget_set_visible (GTK_WIDGET (self->new_button), act != SPARK_VIDEO_ACT_NONE);
  gtk_widget_set_visible (GTK_WIDGET (self->terms_button), act == SPARK_VIDEO_ACT_GENERATE);
  if (act == SPARK_VIDEO_ACT_GENERATE)
    {
      terms = spark_video_describe_terms (spark_context_get_days (context, account));
      gtk_button_set_label (self->new_button, _ ("Generate & Copy"));
      /* Translators: %s: a video’s caption */
      set_act (self->new_button, "win.generate", video->id,
               g_strdup_printf (_ ("Generate and copy code of %s"), caption));
      /* Translators: %s: a video’s caption */
      set_act (self->terms_button, "win.generate-terms", video->id,
               g_strdup_printf (_ ("Choose terms for %s…"), caption));
    }
  else if (act == SPARK_VIDEO_ACT_ADD_CODE)
    {
      gtk_button_set_label (self->new_button, _ ("Add TikTok Code…"));
      /* Translators: %s: a video’s caption */
      set_act (self->new_button, "win.add-code", video->id,
               g_strdup_printf (_ ("Add TikTok code of %s…"), caption));
    }
  gtk_label_set_label (self->terms_label, terms != NULL ? terms : "");
  gtk_widget_set_visible (GTK_WIDGET (self->terms_label), terms != NULL);
}

static void
spark_code_card_dispose (GObject *object)
{
  SparkCodeCard *self = SPARK_CODE_CARD (object);

  g_clear_object (&self->video);
  g_clear_object (&self->code);

  G_OBJECT_CLASS (spark_code_card_parent_class)->dispose (object);
}

static void
spark_code_card_class_init (SparkCodeCardClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_code_card_dispose;
  g_type_ensure (SPARK_TYPE_WRAP);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/spark-code-card.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkCodeCard, group);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeCard, code_row);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeCard, code_label);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeCard, copied_label);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeCard, whom_button);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeCard, peek_button);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeCard, copy_button);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeCard, end_row);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeCard, end_label);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeCard, period_label);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeCard, extend_button);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeCard, new_row);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeCard, new_title);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeCard, terms_label);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeCard, new_child);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeCard, new_button);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeCard, terms_button);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeCard, more_box);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeCard, end_box);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeCard, help_button);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeCard, replace_button);
  gtk_widget_class_bind_template_child (widget_class, SparkCodeCard, delete_button);
  gtk_widget_class_bind_template_callback (widget_class, on_peek_cb);
  gtk_widget_class_bind_template_callback (widget_class, on_brand_cb);
}

static void
spark_code_card_init (SparkCodeCard *self)
{
  self->without = "";
  gtk_widget_init_template (GTK_WIDGET (self));
}

void
spark_code_card_set (SparkCodeCard *self, SparkContext *context, SparkVideoItem *video,
                     SparkCodeItem *code)
{
  const SparkAccount *account;
  gboolean other;

  g_return_if_fail (SPARK_IS_CODE_CARD (self));
  g_return_if_fail (SPARK_IS_VIDEO_ITEM (video));

  other = self->video == NULL
          || g_strcmp0 (spark_video_item_get (self->video)->id, spark_video_item_get (video)->id)
                 != 0;
  g_set_object (&self->video, video);
  g_set_object (&self->code, code);
  if (other)
    gtk_toggle_button_set_active (self->peek_button, FALSE);
  account = spark_context_get_account (context, spark_video_item_get (video)->account_id);
  update_news (self, account);

  gtk_widget_set_visible (GTK_WIDGET (self->code_row), is_live (self));
  gtk_widget_set_visible (GTK_WIDGET (self->end_row), is_live (self));
  gtk_widget_set_visible (GTK_WIDGET (self->new_row), !is_live (self));
  update_help (self, context);
  if (is_live (self))
    update_live (self, account);
  else
    update_new (self, context, account);
}
