/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-video-cell"

#include "config.h"

#include "app/spark-act-button.h"
#include "app/spark-cover.h"
#include "app/spark-video-acts.h"
#include "app/spark-video-cell.h"
#include "app/spark-video-words.h"

#define COVER_WIDTH  144 /* the longest act has room */
#define COVER_HEIGHT 256
#define USUAL_DPI    (96 * 1024)
#define MOST_SCALE   1.6 /* the smallest window holds one then */

struct _SparkVideoCell
{
  GtkBox parent_instance;

  /* template widgets */
  SparkCover *cover;
  GtkLabel *chip;
  GtkLabel *caption_label;
  GtkWidget *acts;
  GtkButton *act_button;

  /* owned */
  SparkContext *context;
  SparkVideoItem *item;
};

G_DEFINE_FINAL_TYPE (SparkVideoCell, spark_video_cell, GTK_TYPE_BOX)

static void
update_cover (SparkVideoCell *self)
{
  const SparkVideo *video = self->item != NULL ? spark_video_item_get (self->item) : NULL;

  spark_cover_set_source (self->cover, spark_context_get_covers (self->context),
                          spark_context_get_client (self->context),
                          video != NULL ? video->cover_url : NULL,
                          spark_context_get_obstacle (self->context) == NULL);
}

static void
update (SparkVideoCell *self)
{
  const SparkVideo *video;
  const char *style = NULL;
  g_autofree char *chip = NULL;
  g_autofree char *caption = NULL;
  GtkWidget *label;

  if (self->item == NULL)
    return;
  video = spark_video_item_get (self->item);
  caption = spark_video_get_whole_caption (video);
  gtk_label_set_label (self->caption_label, caption);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->caption_label), caption);
  chip = spark_video_describe_chip (video, &style);
  gtk_widget_set_visible (GTK_WIDGET (self->chip), chip != NULL);
  if (chip != NULL)
    {
      gtk_label_set_label (self->chip, chip);
      gtk_widget_set_css_classes (
          GTK_WIDGET (self->chip),
          (const char *[]){ "spark-chip", "caption", "spark-on-cover", style, NULL });
    }
  /* Covers are shown of one account alone. */
  spark_video_name_row (video, GTK_WIDGET (self), chip, NULL);
  spark_video_acts_update (self->context, video, self->acts, self->act_button, NULL);
  /* The act is as wide as the cover, whatever the language. */
  label = gtk_button_get_child (self->act_button);
  if (GTK_IS_LABEL (label))
    g_object_set (label, "wrap", FALSE, "ellipsize", PANGO_ELLIPSIZE_END, "max-width-chars", 1,
                  NULL);
  update_cover (self);
}

/* Covers grow with the person's letters, so that what stands on and below them has room. */
static void
fit (SparkVideoCell *self, GParamSpec *pspec, GtkSettings *settings)
{
  double scale;
  int dpi;

  g_object_get (settings, "gtk-xft-dpi", &dpi, NULL);
  scale = CLAMP ((double)dpi / USUAL_DPI, 1, MOST_SCALE);
  g_object_set (self->cover, "width", (int)(COVER_WIDTH * scale), "height",
                (int)(COVER_HEIGHT * scale), NULL);
}

static void
on_released_cb (SparkVideoCell *self, int n_press)
{
  if (self->item != NULL && n_press == 1)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-video", "s",
                                spark_video_item_get (self->item)->id);
}

static void
spark_video_cell_dispose (GObject *object)
{
  SparkVideoCell *self = SPARK_VIDEO_CELL (object);

  g_clear_object (&self->item);
  g_clear_object (&self->context);

  G_OBJECT_CLASS (spark_video_cell_parent_class)->dispose (object);
}

static void
spark_video_cell_class_init (SparkVideoCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_video_cell_dispose;
  g_type_ensure (SPARK_TYPE_COVER);
  g_type_ensure (SPARK_TYPE_ACT_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/spark-video-cell.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkVideoCell, cover);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoCell, chip);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoCell, caption_label);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoCell, acts);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoCell, act_button);
}

static void
spark_video_cell_init (SparkVideoCell *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkSettings *settings = gtk_widget_get_settings (GTK_WIDGET (self));

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_object (settings, "notify::gtk-xft-dpi", G_CALLBACK (fit), self,
                           G_CONNECT_SWAPPED);
  fit (self, NULL, settings);
  g_signal_connect_swapped (click, "released", G_CALLBACK (on_released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

GtkWidget *
spark_video_cell_new (SparkContext *context)
{
  SparkVideoCell *self = g_object_new (SPARK_TYPE_VIDEO_CELL, NULL);

  self->context = g_object_ref (context);
  g_signal_connect_object (context, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

void
spark_video_cell_set_item (SparkVideoCell *self, SparkVideoItem *item)
{
  g_return_if_fail (SPARK_IS_VIDEO_CELL (self));

  if (!g_set_object (&self->item, item))
    return;
  if (item != NULL)
    update (self);
  else
    update_cover (self);
}

GtkWidget *
spark_video_cell_get_acts (SparkVideoCell *self)
{
  g_return_val_if_fail (SPARK_IS_VIDEO_CELL (self), NULL);

  return self->acts;
}
