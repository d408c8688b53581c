/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-activity-row"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-activity-row.h"
#include "app/spark-event-words.h"
#include "app/spark-format.h"
#include "app/spark-phrases.h"
#include "app/spark-whose.h"

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
};

G_DEFINE_FINAL_TYPE (SparkActivityRow, spark_activity_row, ADW_TYPE_BIN)

static void
set_text (GtkLabel *label, const char *text)
{
  gtk_label_set_label (label, text);
  gtk_widget_set_visible (GTK_WIDGET (label), *text != '\0');
}

static void
spark_activity_row_class_init (SparkActivityRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

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
}

SparkActivityRow *
spark_activity_row_new (void)
{
  return g_object_new (SPARK_TYPE_ACTIVITY_ROW, NULL);
}

void
spark_activity_row_set_event (SparkActivityRow *self, SparkEventItem *item, SparkVideoItem *video)
{
  const SparkEvent *event = spark_event_item_get (item);
  g_autofree char *text = spark_event_describe (event);
  g_autofree char *detail = spark_event_describe_detail (event);
  g_autofree char *actor = spark_event_describe_actor (event);
  g_autofree char *day = spark_phrase_full_day (event->at);
  g_autofree char *time = spark_format_time (event->at);
  g_autofree char *whose = spark_whose (GTK_WIDGET (self), event->id);
  g_autofree char *name
      = video != NULL ? spark_phrase_video (spark_video_item_get (video)) : g_strdup ("");
  g_autofree char *caption
      = spark_phrase_facts ((const char *const[]){ whose != NULL ? whose : "", name, NULL });

  g_return_if_fail (SPARK_IS_ACTIVITY_ROW (self));

  gtk_image_set_from_icon_name (self->icon, spark_event_get_icon_name (event->type));
  gtk_label_set_label (self->day_label, day);
  gtk_label_set_label (self->text_label, text);
  set_text (self->video_label, caption);
  set_text (self->detail_label, detail);
  gtk_label_set_label (self->actor_label, actor);
  gtk_label_set_label (self->time_label, time);
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
