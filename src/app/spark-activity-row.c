/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-activity-row"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-activity-row.h"
#include "app/spark-event-words.h"
#include "app/spark-format.h"
#include "app/spark-list-row.h"
#include "app/spark-phrases.h"
#include "app/spark-whose.h"
#include "app/spark-window.h"

struct _SparkActivityRow
{
  AdwBin parent_instance;

  /* template widgets */
  GtkLabel *day_label;
  GtkImage *icon;
  GtkLabel *text_label;
  GtkLabel *video_label;
  GtkLabel *detail_label;
  GtkLabel *actor_label;
  GtkLabel *time_label;

  /* owned */
  SparkEventItem *event;
  SparkVideoItem *video;
  GSignalGroup *changes; /* of the context */
};

G_DEFINE_FINAL_TYPE (SparkActivityRow, spark_activity_row, ADW_TYPE_BIN)

static void
set_text (GtkLabel *label, const char *text)
{
  gtk_label_set_label (label, text);
  gtk_widget_set_visible (GTK_WIDGET (label), *text != '\0');
}

static void
update (SparkActivityRow *self)
{
  const SparkEvent *event = spark_event_item_get (self->event);
  g_autofree char *text = spark_event_describe (event);
  g_autofree char *detail = spark_event_describe_detail (event);
  g_autofree char *actor = spark_event_describe_actor (event);
  g_autofree char *day = spark_phrase_full_day (event->at);
  g_autofree char *heading = spark_phrase_beginning (day);
  g_autofree char *time = spark_format_time (event->at);
  g_autofree char *whose = spark_whose (GTK_WIDGET (self), event->id);
  g_autofree char *caption
      = self->video != NULL ? spark_phrase_video (spark_video_item_get (self->video)) : NULL;
  g_autofree char *facts = spark_phrase_facts_of (whose, caption);
  g_autofree char *name = NULL;

  gtk_image_set_from_icon_name (self->icon, spark_event_get_icon_name (event->type));
  gtk_label_set_label (self->day_label, heading);
  gtk_label_set_label (self->text_label, text);
  set_text (self->video_label, facts);
  set_text (self->detail_label, detail);
  gtk_label_set_label (self->actor_label, actor);
  gtk_label_set_label (self->time_label, time);
  name = spark_activity_row_get_name (self);
  spark_list_row_set_name (GTK_WIDGET (self), name);
}

static void
refill (SparkActivityRow *self)
{
  if (self->event != NULL)
    update (self);
}

/* Only the window knows whose it is. */
static void
spark_activity_row_root (GtkWidget *widget)
{
  SparkActivityRow *self = SPARK_ACTIVITY_ROW (widget);

  GTK_WIDGET_CLASS (spark_activity_row_parent_class)->root (widget);
  spark_whose_follow (widget, self->changes);
  refill (self);
}

static void
spark_activity_row_unroot (GtkWidget *widget)
{
  g_signal_group_set_target (SPARK_ACTIVITY_ROW (widget)->changes, NULL);
  GTK_WIDGET_CLASS (spark_activity_row_parent_class)->unroot (widget);
}

static void
spark_activity_row_finalize (GObject *object)
{
  SparkActivityRow *self = SPARK_ACTIVITY_ROW (object);

  g_clear_object (&self->event);
  g_clear_object (&self->video);
  g_object_unref (self->changes);
  G_OBJECT_CLASS (spark_activity_row_parent_class)->finalize (object);
}

static void
spark_activity_row_class_init (SparkActivityRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = spark_activity_row_finalize;
  widget_class->root = spark_activity_row_root;
  widget_class->unroot = spark_activity_row_unroot;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               RESOURCE_PATH "/spark-activity-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkActivityRow, day_label);
  gtk_widget_class_bind_template_child (widget_class, SparkActivityRow, icon);
  gtk_widget_class_bind_template_child (widget_class, SparkActivityRow, text_label);
  gtk_widget_class_bind_template_child (widget_class, SparkActivityRow, video_label);
  gtk_widget_class_bind_template_child (widget_class, SparkActivityRow, detail_label);
  gtk_widget_class_bind_template_child (widget_class, SparkActivityRow, actor_label);
  gtk_widget_class_bind_template_child (widget_class, SparkActivityRow, time_label);
}

static void
spark_activity_row_init (SparkActivityRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->changes = g_signal_group_new (SPARK_TYPE_CONTEXT);
  g_signal_group_connect_swapped (self->changes, "changed", G_CALLBACK (refill), self);
}

SparkActivityRow *
spark_activity_row_new (void)
{
  return g_object_new (SPARK_TYPE_ACTIVITY_ROW, NULL);
}

void
spark_activity_row_set_event (SparkActivityRow *self, SparkEventItem *item, SparkVideoItem *video)
{
  g_return_if_fail (SPARK_IS_ACTIVITY_ROW (self));

  g_set_object (&self->event, item);
  g_set_object (&self->video, video);
  refill (self);
}

void
spark_activity_row_set_starts_day (SparkActivityRow *self, gboolean starts_day)
{
  g_return_if_fail (SPARK_IS_ACTIVITY_ROW (self));

  gtk_widget_set_visible (GTK_WIDGET (self->day_label), starts_day);
}

char *
spark_activity_row_get_name (SparkActivityRow *self)
{
  const char *text, *video, *detail, *actor, *day, *time;
  g_autofree char *both = NULL;

  g_return_val_if_fail (SPARK_IS_ACTIVITY_ROW (self), NULL);

  text = gtk_label_get_label (self->text_label);
  video = gtk_label_get_label (self->video_label);
  detail = gtk_label_get_label (self->detail_label);
  actor = gtk_label_get_label (self->actor_label);
  day = gtk_label_get_label (self->day_label);
  time = gtk_label_get_label (self->time_label);
  if (*video == '\0' && *detail == '\0')
    return g_strdup_printf (C_ ("name of a row", "%s, %s, %s, %s"), text, actor, day, time);
  if (*video != '\0' && *detail != '\0')
    video = both = g_strdup_printf (C_ ("name of a row", "%s, %s"), video, detail);
  else if (*video == '\0')
    video = detail;
  /* Translators: what a screen reader says of a row: what happened, to which video, who did it, and
   * the day and time */
  return g_strdup_printf (_ ("%s. %s. %s. %s, %s"), text, video, actor, day, time);
}
