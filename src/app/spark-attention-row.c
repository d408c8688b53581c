/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-attention-row"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-act-button.h"
#include "app/spark-attention-row.h"
#include "app/spark-attention-words.h"
#include "app/spark-list-row.h"
#include "app/spark-open-access.h"
#include "app/spark-phrases.h"
#include "app/spark-roles.h"
#include "app/spark-whose.h"
#include "app/spark-window.h"
#include "app/spark-wrap.h"

#define LABEL_CHARS 14

struct _SparkAttentionRow
{
  AdwBin parent_instance;

  /* template widgets */
  GtkImage *icon;
  GtkLabel *title_label;
  GtkLabel *video_label;
  GtkLabel *detail_label;
  GtkWidget *acts;
  GtkButton *act_button;
  GtkLabel *act_label;
  GtkButton *other_button;

  /* owned */
  SparkAttentionItem *item;
  GSignalGroup *changes; /* of the context */
};

G_DEFINE_FINAL_TYPE (SparkAttentionRow, spark_attention_row, ADW_TYPE_BIN)

/* (transfer full) */
static char *
describe (SparkAttentionRow *self)
{
  GtkWidget *window = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self)));
  SparkBackend *backend
      = SPARK_IS_WINDOW (window) ? spark_window_get_backend (SPARK_WINDOW (window)) : NULL;

  return spark_attention_describe (self->item,
                                   backend != NULL ? spark_backend_get_replica (backend) : NULL);
}

/* Takes a floating @target and @name; @id: of what is acted on, NULL: nothing */
static void
set_button_to (GtkButton *button, const char *action, const char *id, GVariant *target, char *name)
{
  g_autoptr (GVariant) owned_target = g_variant_ref_sink (target);
  g_autofree char *owned_name = name;

  gtk_widget_set_visible (GTK_WIDGET (button),
                          id != NULL && spark_roles_allow (GTK_WIDGET (button), action, id));
  if (id == NULL)
    return;
  /* The target first: an action that wants one is not to be seen without it. */
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button), owned_target);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  owned_name, -1);
}

static void
set_button (GtkButton *button, const char *action, const char *id, char *name)
{
  set_button_to (button, action, id, g_variant_new_string (id != NULL ? id : ""), name);
}

/* Only the name of a brand can be too long for a button. */
static void
set_label (SparkAttentionRow *self, const char *label)
{
  gboolean is_long = g_utf8_strlen (label, -1) > LABEL_CHARS;

  gtk_label_set_label (self->act_label, label);
  gtk_label_set_ellipsize (self->act_label, is_long ? PANGO_ELLIPSIZE_END : PANGO_ELLIPSIZE_NONE);
  gtk_label_set_width_chars (self->act_label, is_long ? LABEL_CHARS : -1);
}

/* Someone used it: whoever it was given to, or another. */
static void
offer_who (SparkAttentionRow *self, const char *caption)
{
  const SparkRef *guess = spark_attention_get_guess (self->item);
  SparkGrantItem *grant = spark_attention_item_get_grant (self->item);
  SparkVideoItem *video = spark_attention_item_get_video (self->item);
  const char *id = NULL;
  g_autofree char *label = NULL;

  if (grant != NULL)
    id = spark_grant_item_get (grant)->id;
  else if (video != NULL)
    id = spark_video_item_get (video)->id;
  if (guess != NULL && id != NULL)
    {
      /* Translators: %s: a brand */
      label = g_strdup_printf (_ ("It Was %s"), guess->name);
      set_label (self, label);
      set_button (
          self->act_button, "win.confirm-brand",
          grant != NULL ? id : spark_code_item_get (spark_attention_item_get_code (self->item))->id,
          /* Translators: first a brand, then a video’s caption */
          g_strdup_printf (_ ("It was %s who used %s"), guess->name, caption));
    }
  else
    gtk_widget_set_visible (GTK_WIDGET (self->act_button), FALSE);
  gtk_button_set_label (self->other_button, guess != NULL ? _ ("Someone Else…") : _ ("Who Is It?"));
  set_button (self->other_button, grant != NULL ? "win.attribute-grant" : "win.note-grant", id,
              /* Translators: %s: a video’s caption */
              g_strdup_printf (_ ("Say who used %s…"), caption));
}

static void
offer (SparkAttentionRow *self, const char *label, const char *action, const char *id, char *name)
{
  set_label (self, label);
  set_button (self->act_button, action, id, name);
}

static void
offer_dismissal (SparkAttentionRow *self, GtkButton *button)
{
  SparkEventItem *event = spark_attention_item_get_event (self->item);
  g_autofree char *sentence = describe (self);

  set_button (button, "win.dismiss-event", event != NULL ? spark_event_item_get (event)->id : NULL,
              /* Translators: %s: a sentence about a refused attempt or a request */
              g_strdup_printf (_ ("Dismiss: %s"), sentence));
}

/* A brand asks for more time. */
static void
offer_extension (SparkAttentionRow *self, const char *caption)
{
  SparkGrantItem *grant = spark_attention_item_get_grant (self->item);
  SparkEventItem *event = spark_attention_item_get_event (self->item);
  gboolean extends = grant != NULL && spark_open_access_extends (grant);

  offer (self, _ ("Extend…"), "win.extend-request",
         extends && event != NULL ? spark_event_item_get (event)->id : NULL,
         /* Translators: %s: a video’s caption */
         g_strdup_printf (_ ("Extend authorization of %s…"), caption));
  gtk_button_set_label (self->other_button, _ ("Dismiss"));
  offer_dismissal (self, self->other_button);
}

/* An ad account is a brand’s, or is not. */
static void
offer_answers (SparkAttentionRow *self)
{
  SparkEventItem *item = spark_attention_item_get_event (self->item);
  const SparkEvent *event = item != NULL ? spark_event_item_get (item) : NULL;
  const char *brand = event != NULL ? event->brand.id : NULL;
  const char *advertiser = event != NULL ? event->detail.advertiser.id : NULL;
  const char *number = advertiser != NULL ? advertiser : "";
  const char *id = advertiser != NULL ? brand : NULL;

  set_label (self, _ ("Confirm"));
  set_button_to (self->act_button, "win.confirm-advertiser", id,
                 g_variant_new ("(ss)", brand != NULL ? brand : "", number),
                 /* Translators: %s: number of an ad account */
                 g_strdup_printf (_ ("Confirm ad account %s"), number));
  gtk_button_set_label (self->other_button, _ ("Refuse…"));
  set_button_to (self->other_button, "win.refuse-advertiser", id,
                 g_variant_new ("(ss)", brand != NULL ? brand : "", number),
                 /* Translators: %s: number of an ad account */
                 g_strdup_printf (_ ("Refuse ad account %s…"), number));
}

static gboolean
has_two_acts (SparkAttention reason)
{
  return reason == SPARK_ATTENTION_UNKNOWN || reason == SPARK_ATTENTION_ASKED
         || reason == SPARK_ATTENTION_ADVERTISER;
}

static void
update_acts (SparkAttentionRow *self, const char *caption)
{
  SparkGrantItem *grant = spark_attention_item_get_grant (self->item);
  SparkCodeItem *code = spark_attention_item_get_code (self->item);
  SparkAttention reason = spark_attention_item_get_reason (self->item);

  /* One that stays is not hidden between: it may have the keyboard. */
  if (!has_two_acts (reason))
    gtk_widget_set_visible (GTK_WIDGET (self->other_button), FALSE);
  switch (reason)
    {
    case SPARK_ATTENTION_REFUSED:
      set_label (self, _ ("Dismiss"));
      offer_dismissal (self, self->act_button);
      break;
    case SPARK_ATTENTION_ASKED:
      offer_extension (self, caption);
      break;
    case SPARK_ATTENTION_ADVERTISER:
      offer_answers (self);
      break;
    case SPARK_ATTENTION_WAITING:
      offer (self, _ ("Waiting…"), "win.show-waiting",
             grant != NULL ? spark_grant_item_get (grant)->id : NULL,
             /* Translators: %s: a video’s caption */
             g_strdup_printf (_ ("What ending an access to %s waits for…"), caption));
      break;
    case SPARK_ATTENTION_UNKNOWN:
      offer_who (self, caption);
      break;
    case SPARK_ATTENTION_ENDING:
      offer (self, _ ("Extend…"), "win.extend",
             grant != NULL ? spark_grant_item_get (grant)->code_id : NULL,
             /* Translators: %s: a video’s caption */
             g_strdup_printf (_ ("Extend authorization of %s…"), caption));
      break;
    case SPARK_ATTENTION_UNUSED:
      offer (self, _ ("Delete…"), "win.delete-code",
             code != NULL ? spark_code_item_get (code)->id : NULL,
             /* Translators: %s: a video’s caption */
             g_strdup_printf (_ ("Delete code of %s…"), caption));
      break;
    }
}

static void
update (SparkAttentionRow *self)
{
  g_autofree char *title = describe (self);
  g_autofree char *caption = spark_attention_describe_video (self->item);
  g_autofree char *known = spark_attention_describe_detail (self->item);
  const char *id = spark_attention_get_id (self->item);
  g_autofree char *whose = id != NULL ? spark_whose (GTK_WIDGET (self), id) : NULL;
  g_autofree char *detail = spark_phrase_facts_of (whose, known);
  g_autofree char *name = NULL;

  gtk_image_set_from_icon_name (
      self->icon, spark_attention_get_icon_name (spark_attention_item_get_reason (self->item)));
  gtk_label_set_label (self->title_label, title);
  gtk_label_set_label (self->video_label, caption);
  gtk_widget_set_visible (GTK_WIDGET (self->video_label), *caption != '\0');
  gtk_label_set_label (self->detail_label, detail);
  gtk_widget_set_visible (GTK_WIDGET (self->detail_label), *detail != '\0');
  update_acts (self, caption);

  /* The list's own widget around the row is what a screen reader stops at. */
  if (*caption != '\0' && *detail != '\0')
    /* Translators: what needs attention, a video’s caption, when */
    name = g_strdup_printf (C_ ("name of a row", "%s, %s, %s"), title, caption, detail);
  else if (*caption != '\0' || *detail != '\0')
    name = g_strdup_printf (C_ ("name of a row", "%s, %s"), title,
                            *caption != '\0' ? caption : detail);
  else
    name = g_strdup (title);
  spark_list_row_set_name (GTK_WIDGET (self), name);
}

static void
refill (SparkAttentionRow *self)
{
  if (self->item != NULL)
    update (self);
}

/* Only the window knows whose it is and what may be done. */
static void
spark_attention_row_root (GtkWidget *widget)
{
  SparkAttentionRow *self = SPARK_ATTENTION_ROW (widget);

  GTK_WIDGET_CLASS (spark_attention_row_parent_class)->root (widget);
  spark_whose_follow (widget, self->changes);
  refill (self);
}

static void
spark_attention_row_unroot (GtkWidget *widget)
{
  g_signal_group_set_target (SPARK_ATTENTION_ROW (widget)->changes, NULL);
  GTK_WIDGET_CLASS (spark_attention_row_parent_class)->unroot (widget);
}

static void
spark_attention_row_dispose (GObject *object)
{
  g_clear_object (&SPARK_ATTENTION_ROW (object)->item);
  G_OBJECT_CLASS (spark_attention_row_parent_class)->dispose (object);
}

static void
spark_attention_row_finalize (GObject *object)
{
  g_object_unref (SPARK_ATTENTION_ROW (object)->changes);
  G_OBJECT_CLASS (spark_attention_row_parent_class)->finalize (object);
}

static void
spark_attention_row_class_init (SparkAttentionRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_attention_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = spark_attention_row_finalize;
  widget_class->root = spark_attention_row_root;
  widget_class->unroot = spark_attention_row_unroot;
  g_type_ensure (SPARK_TYPE_ACT_BUTTON);
  g_type_ensure (SPARK_TYPE_WRAP);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/spark-attention-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkAttentionRow, icon);
  gtk_widget_class_bind_template_child (widget_class, SparkAttentionRow, title_label);
  gtk_widget_class_bind_template_child (widget_class, SparkAttentionRow, video_label);
  gtk_widget_class_bind_template_child (widget_class, SparkAttentionRow, detail_label);
  gtk_widget_class_bind_template_child (widget_class, SparkAttentionRow, act_button);
  gtk_widget_class_bind_template_child (widget_class, SparkAttentionRow, acts);
  gtk_widget_class_bind_template_child (widget_class, SparkAttentionRow, act_label);
  gtk_widget_class_bind_template_child (widget_class, SparkAttentionRow, other_button);
}

static void
spark_attention_row_init (SparkAttentionRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->changes = g_signal_group_new (SPARK_TYPE_CONTEXT);
  g_signal_group_connect_swapped (self->changes, "changed", G_CALLBACK (refill), self);
}

SparkAttentionRow *
spark_attention_row_new (void)
{
  return g_object_new (SPARK_TYPE_ATTENTION_ROW, NULL);
}

void
spark_attention_row_set_item (SparkAttentionRow *self, SparkAttentionItem *item)
{
  g_return_if_fail (SPARK_IS_ATTENTION_ROW (self));

  if (g_set_object (&self->item, item) && item != NULL)
    update (self);
}

GtkWidget *
spark_attention_row_get_acts (SparkAttentionRow *self)
{
  g_return_val_if_fail (SPARK_IS_ATTENTION_ROW (self), NULL);

  return self->acts;
}
