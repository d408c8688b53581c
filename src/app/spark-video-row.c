/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-video-row"

#include "config.h"

#include "app/spark-cover.h"
#include "app/spark-text-bounds.h"
#include "app/spark-video-acts.h"
#include "app/spark-video-row.h"
#include "app/spark-video-words.h"

#define SPACING 12
/* From this width on the act stands beside the words. */
#define WIDE 480

struct _SparkVideoRow
{
  GtkWidget parent_instance;

  /* template widgets */
  SparkCover *cover;
  GtkWidget *words;
  GtkLabel *caption_label;
  GtkLabel *facts_label;
  GtkLabel *chip;
  GtkWidget *acts;
  GtkButton *act_button;
  GtkButton *terms_button;

  /* of acts; made when it is first needed, as for most rows it never is */
  GtkMenuButton *more_button;

  /* owned */
  SparkContext *context;
  SparkVideoItem *item;

  SparkTextBounds caption_bounds;
  SparkTextBounds facts_bounds;
};

G_DEFINE_FINAL_TYPE (SparkVideoRow, spark_video_row, GTK_TYPE_WIDGET)

static void
update_cover (SparkVideoRow *self)
{
  const SparkVideo *video = self->item != NULL ? spark_video_item_get (self->item) : NULL;

  spark_cover_set_source (self->cover, spark_context_get_covers (self->context),
                          spark_context_get_client (self->context),
                          video != NULL ? video->cover_url : NULL,
                          spark_context_get_obstacle (self->context) == NULL);
}

static void
update (SparkVideoRow *self)
{
  const SparkVideo *video;
  g_autofree char *caption = NULL;
  g_autofree char *facts = NULL;

  if (self->item == NULL)
    return;
  video = spark_video_item_get (self->item);
  caption = spark_video_get_whole_caption (video);
  facts = spark_video_describe_facts (video);

  gtk_label_set_label (self->caption_label, caption);
  gtk_label_set_label (self->facts_label, facts);
  gtk_widget_set_visible (GTK_WIDGET (self->facts_label), *facts != '\0');
  spark_video_name_row (video, GTK_WIDGET (self), self->chip);
  spark_video_acts_update (self->context, video, self->acts, self->act_button, self->terms_button);
  spark_video_acts_offer_more (self->context, video, self->acts, &self->more_button);
  update_cover (self);
}

static void
on_released_cb (SparkVideoRow *self, int n_press)
{
  if (self->item != NULL && n_press == 1)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-video", "s",
                                spark_video_item_get (self->item)->id);
}

/* layout */

static int
measure_child (GtkWidget *child, GtkOrientation orientation, int for_size, gboolean natural)
{
  int minimum, wish;

  gtk_widget_measure (child, orientation, for_size, &minimum, &wish, NULL, NULL);
  return natural ? wish : minimum;
}

static gboolean
has_acts (SparkVideoRow *self)
{
  return gtk_widget_should_layout (self->acts);
}

/* The least: what shows the words then wraps and cuts them. */
static int
measure_words_width (SparkVideoRow *self)
{
  spark_text_bounds_update (&self->caption_bounds, GTK_WIDGET (self->caption_label));
  return self->caption_bounds.width * gtk_label_get_width_chars (self->caption_label);
}

/* The words of most rows are lower than the cover, whatever they are: how high is nothing to a list
 * then. */
static gboolean
are_words_low (SparkVideoRow *self, int width, int height)
{
  const char *facts = gtk_label_get_label (self->facts_label);
  int spacing = gtk_box_get_spacing (GTK_BOX (self->words));
  int most;

  if (gtk_widget_get_visible (GTK_WIDGET (self->chip))
      || !spark_text_bounds_are_lines_low (gtk_label_get_label (self->caption_label)))
    return FALSE;
  spark_text_bounds_update (&self->caption_bounds, GTK_WIDGET (self->caption_label));
  spark_text_bounds_update (&self->facts_bounds, GTK_WIDGET (self->facts_label));
  most = gtk_label_get_lines (self->caption_label) * self->caption_bounds.height
         + self->facts_bounds.height;
  return most * 3 / 2 + spacing <= height
         && spark_text_bounds_is_one_line (&self->facts_bounds, facts, width);
}

static GtkSizeRequestMode
spark_video_row_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
spark_video_row_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                         int *natural, int *minimum_baseline, int *natural_baseline)
{
  SparkVideoRow *self = SPARK_VIDEO_ROW (widget);
  int cover = measure_child (GTK_WIDGET (self->cover), GTK_ORIENTATION_HORIZONTAL, -1, TRUE);
  int acts = has_acts (self) ? measure_child (self->acts, GTK_ORIENTATION_HORIZONTAL, -1, TRUE) : 0;
  int cover_height, acts_height, words_width, words_height;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = cover + SPACING + MAX (measure_words_width (self), acts);
      *natural = MAX (*minimum, WIDE);
      return;
    }
  cover_height = measure_child (GTK_WIDGET (self->cover), GTK_ORIENTATION_VERTICAL, -1, TRUE);
  acts_height
      = has_acts (self) ? measure_child (self->acts, GTK_ORIENTATION_VERTICAL, -1, TRUE) : 0;
  /* No width: asked before there is one, nobody gives it its height by that. */
  if (for_size < 0)
    {
      *minimum = *natural = MAX (cover_height, acts_height);
      return;
    }
  words_width = for_size - cover - SPACING;
  if (for_size >= WIDE)
    {
      if (acts > 0)
        words_width -= acts + SPACING;
      words_height = 0;
      if (!are_words_low (self, words_width, cover_height))
        words_height = measure_child (self->words, GTK_ORIENTATION_VERTICAL, words_width, TRUE);
      *minimum = *natural = MAX (cover_height, MAX (words_height, acts_height));
    }
  else
    {
      words_height = measure_child (self->words, GTK_ORIENTATION_VERTICAL, words_width, TRUE);
      if (acts > 0)
        words_height += SPACING / 2 + acts_height;
      *minimum = *natural = MAX (cover_height, words_height);
    }
}

static void
place (GtkWidget *child, int x, int y, int width, int height, int whole_width)
{
  GtkAllocation allocation = { x, y, width, height };

  if (gtk_widget_get_direction (child) == GTK_TEXT_DIR_RTL)
    allocation.x = whole_width - x - width;
  gtk_widget_size_allocate (child, &allocation, -1);
}

static void
spark_video_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  SparkVideoRow *self = SPARK_VIDEO_ROW (widget);
  int cover = measure_child (GTK_WIDGET (self->cover), GTK_ORIENTATION_HORIZONTAL, -1, TRUE);
  int x = cover + SPACING;
  int words_width = width - x;
  int acts = 0;
  int acts_height = 0;
  int words_height;

  place (GTK_WIDGET (self->cover), 0, 0, cover, height, width);
  if (has_acts (self))
    {
      acts = measure_child (self->acts, GTK_ORIENTATION_HORIZONTAL, -1, TRUE);
      acts_height = measure_child (self->acts, GTK_ORIENTATION_VERTICAL, -1, TRUE);
    }
  if (width >= WIDE)
    {
      if (acts > 0)
        {
          place (self->acts, width - acts, 0, acts, height, width);
          words_width -= acts + SPACING;
        }
      words_height = measure_child (self->words, GTK_ORIENTATION_VERTICAL, words_width, TRUE);
      place (self->words, x, MAX (0, (height - words_height) / 2), words_width,
             MIN (height, words_height), width);
      return;
    }
  words_height = measure_child (self->words, GTK_ORIENTATION_VERTICAL, words_width, TRUE);
  if (acts > 0)
    {
      int y = MAX (0, (height - words_height - SPACING / 2 - acts_height) / 2);

      place (self->words, x, y, words_width, words_height, width);
      place (self->acts, x, y + words_height + SPACING / 2, acts, acts_height, width);
    }
  else
    place (self->words, x, MAX (0, (height - words_height) / 2), words_width,
           MIN (height, words_height), width);
}

static void
forget_bounds (SparkVideoRow *self)
{
  self->caption_bounds = self->facts_bounds = (SparkTextBounds){ 0 };
}

static void
spark_video_row_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (spark_video_row_parent_class)->css_changed (widget, change);
  forget_bounds (SPARK_VIDEO_ROW (widget));
}

static void
spark_video_row_system_setting_changed (GtkWidget *widget, GtkSystemSetting setting)
{
  GTK_WIDGET_CLASS (spark_video_row_parent_class)->system_setting_changed (widget, setting);
  forget_bounds (SPARK_VIDEO_ROW (widget));
}

static void
spark_video_row_dispose (GObject *object)
{
  SparkVideoRow *self = SPARK_VIDEO_ROW (object);
  GtkWidget *child;

  g_clear_object (&self->item);
  g_clear_object (&self->context);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (spark_video_row_parent_class)->dispose (object);
}

static void
spark_video_row_class_init (SparkVideoRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_video_row_dispose;
  widget_class->css_changed = spark_video_row_css_changed;
  widget_class->system_setting_changed = spark_video_row_system_setting_changed;
  widget_class->get_request_mode = spark_video_row_get_request_mode;
  widget_class->measure = spark_video_row_measure;
  widget_class->size_allocate = spark_video_row_size_allocate;

  g_type_ensure (SPARK_TYPE_COVER);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/spark-video-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkVideoRow, cover);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoRow, words);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoRow, caption_label);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoRow, facts_label);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoRow, chip);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoRow, acts);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoRow, act_button);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoRow, terms_button);
  gtk_widget_class_set_css_name (widget_class, "videorow");
}

static void
spark_video_row_init (SparkVideoRow *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (click, "released", G_CALLBACK (on_released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

GtkWidget *
spark_video_row_new (SparkContext *context)
{
  SparkVideoRow *self = g_object_new (SPARK_TYPE_VIDEO_ROW, NULL);

  self->context = g_object_ref (context);
  g_signal_connect_object (context, "changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

void
spark_video_row_set_item (SparkVideoRow *self, SparkVideoItem *item)
{
  g_return_if_fail (SPARK_IS_VIDEO_ROW (self));

  if (!g_set_object (&self->item, item))
    return;
  if (item != NULL)
    update (self);
  else
    update_cover (self);
}

GtkWidget *
spark_video_row_get_acts (SparkVideoRow *self)
{
  g_return_val_if_fail (SPARK_IS_VIDEO_ROW (self), NULL);

  return self->acts;
}
