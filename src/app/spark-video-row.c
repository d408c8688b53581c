/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-video-row"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-cover.h"
#include "app/spark-text-bounds.h"
#include "app/spark-text.h"
#include "app/spark-video-acts.h"
#include "app/spark-video-row.h"
#include "app/spark-video-words.h"

#define SPACING 12
/* Between the words. */
#define WORDS_SPACING 3
/* Above the chip, further. */
#define CHIP_MARGIN 3
/* What is seen of a caption at least. */
#define CAPTION_CHARS 12
/* From this width on the act stands beside the words. */
#define WIDE   480
#define N_ACTS (SPARK_VIDEO_ACT_COPY + 1)

/*
 * A list keeps some two hundred rows, of which ten are seen, and gives all of them other videos when
 * it is moved far. So a row that is not seen knows its words alone; its buttons and its cover
 * follow when it is shown, and its words are laid out only then, unless they may be higher than the
 * cover.
 */
struct _SparkVideoRow
{
  GtkWidget parent_instance;

  /* template widgets */
  SparkCover *cover;
  SparkText *caption_label;
  SparkText *facts_label;
  SparkText *chip;
  GtkWidget *acts;

  /* of acts; made when they are first needed */
  GtkButton *act_button;
  GtkButton *terms_button;
  GtkMenuButton *more_button;

  /* owned */
  SparkContext *context;
  SparkVideoItem *item;

  SparkVideoAct act;
  const char *chip_style;
  guint filled : 1; /* cover and buttons are those of the item */
};

G_DEFINE_FINAL_TYPE (SparkVideoRow, spark_video_row, GTK_TYPE_WIDGET)

/* The same for all rows, as they have one style; zero: not asked for yet. */
static struct
{
  SparkTextBounds caption;
  SparkTextBounds facts;
  SparkTextBounds chip;
  GtkRequisition acts[N_ACTS];
} sizes;

static void
update_cover (SparkVideoRow *self)
{
  spark_cover_set_source (self->cover, spark_context_get_covers (self->context),
                          spark_context_get_client (self->context),
                          spark_video_item_get (self->item)->cover_url,
                          spark_context_get_obstacle (self->context) == NULL);
}

static void
update_chip (SparkVideoRow *self, const char *chip, const char *style)
{
  gtk_widget_set_visible (GTK_WIDGET (self->chip), chip != NULL);
  spark_text_set_text (self->chip, chip != NULL ? chip : "");
  if (chip == NULL || g_strcmp0 (style, self->chip_style) == 0)
    return;
  self->chip_style = style;
  gtk_widget_set_css_classes (GTK_WIDGET (self->chip),
                              (const char *[]){ "spark-chip", "caption", style, NULL });
}

static void
update_act (SparkVideoRow *self)
{
  const SparkVideo *video = spark_video_item_get (self->item);

  self->act = spark_video_get_act (
      video, spark_context_get_account (self->context, video->account_id));
}

static void
update_words (SparkVideoRow *self)
{
  const SparkVideo *video = spark_video_item_get (self->item);
  const char *style = NULL;
  g_autofree char *caption = spark_video_get_whole_caption (video);
  g_autofree char *facts = spark_video_describe_facts (video);
  g_autofree char *chip = spark_video_describe_chip (video, &style);

  spark_text_set_text (self->caption_label, caption);
  spark_text_set_text (self->facts_label, facts);
  gtk_widget_set_visible (GTK_WIDGET (self->facts_label), *facts != '\0');
  update_chip (self, chip, style);
  spark_video_name_row (video, GTK_WIDGET (self), chip);
  update_act (self);
}

static GtkButton *
add_button (SparkVideoRow *self, GtkWidget *button)
{
  gtk_widget_set_visible (button, FALSE);
  gtk_box_append (GTK_BOX (self->acts), button);
  return GTK_BUTTON (button);
}

static void
make_buttons (SparkVideoRow *self)
{
  if (self->act != SPARK_VIDEO_ACT_NONE && self->act_button == NULL)
    self->act_button = add_button (self, gtk_button_new ());
  if (self->act == SPARK_VIDEO_ACT_GENERATE && self->terms_button == NULL)
    {
      self->terms_button = add_button (self, gtk_button_new_from_icon_name ("pan-down-symbolic"));
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->terms_button), _ ("Choose the Terms…"));
    }
}

static void
fill (SparkVideoRow *self)
{
  const SparkVideo *video;

  if (self->filled || self->item == NULL)
    return;
  self->filled = TRUE;
  video = spark_video_item_get (self->item);
  /* The account may have come meanwhile. */
  update_act (self);
  make_buttons (self);
  spark_video_acts_update (self->context, video, self->acts, self->act_button, self->terms_button);
  spark_video_acts_offer_more (self->context, video, self->acts, &self->more_button);
  update_cover (self);
}

static void
update (SparkVideoRow *self)
{
  self->filled = FALSE;
  if (self->item == NULL)
    return;
  update_words (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)))
    fill (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
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
measure_child (gpointer child, GtkOrientation orientation)
{
  int natural;

  gtk_widget_measure (child, orientation, -1, NULL, &natural, NULL, NULL);
  return natural;
}

static GtkRequisition
measure_acts (SparkVideoRow *self)
{
  GtkRequisition *size = &sizes.acts[self->act];

  if (self->act == SPARK_VIDEO_ACT_NONE)
    return (GtkRequisition){ 0 };
  if (!self->filled && size->width > 0)
    return *size;
  fill (self);
  size->width = measure_child (self->acts, GTK_ORIENTATION_HORIZONTAL);
  size->height = measure_child (self->acts, GTK_ORIENTATION_VERTICAL);
  return *size;
}

/* The least: what shows the words then wraps and cuts them. */
static int
measure_words_width (SparkVideoRow *self)
{
  spark_text_bounds_update (&sizes.caption, GTK_WIDGET (self->caption_label));
  return sizes.caption.width * CAPTION_CHARS;
}

/* The words of most rows are lower than the cover, whatever they are: how high is nothing to a list
 * then. */
static gboolean
are_words_low (SparkVideoRow *self, int width, int height)
{
  const char *facts = spark_text_get_text (self->facts_label);
  int line, most;

  spark_text_bounds_update (&sizes.caption, GTK_WIDGET (self->caption_label));
  spark_text_bounds_update (&sizes.facts, GTK_WIDGET (self->facts_label));
  line = spark_text_bounds_get_line_height (&sizes.caption,
                                            spark_text_get_text (self->caption_label));
  if (line == 0 || !spark_text_bounds_is_one_line (&sizes.facts, facts, width))
    return FALSE;
  most = 2 * line + WORDS_SPACING + spark_text_bounds_get_line_height (&sizes.facts, facts);
  if (gtk_widget_get_visible (GTK_WIDGET (self->chip)))
    {
      spark_text_bounds_update (&sizes.chip, GTK_WIDGET (self->chip));
      line = spark_text_bounds_get_line_height (&sizes.chip, spark_text_get_text (self->chip));
      if (line == 0)
        return FALSE;
      most += WORDS_SPACING + CHIP_MARGIN + line
              + measure_child (self->chip, GTK_ORIENTATION_VERTICAL);
    }
  return most <= height;
}

/* Returns their height. */
static int
lay_out_words (SparkVideoRow *self, int width)
{
  int height = spark_text_lay_out (self->caption_label, width, NULL);

  if (gtk_widget_get_visible (GTK_WIDGET (self->facts_label)))
    height += WORDS_SPACING + spark_text_lay_out (self->facts_label, width, NULL);
  if (gtk_widget_get_visible (GTK_WIDGET (self->chip)))
    {
      int room = width - measure_child (self->chip, GTK_ORIENTATION_HORIZONTAL);

      height += WORDS_SPACING + CHIP_MARGIN + spark_text_lay_out (self->chip, room, NULL)
                + measure_child (self->chip, GTK_ORIENTATION_VERTICAL);
    }
  return height;
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
  int cover = measure_child (self->cover, GTK_ORIENTATION_HORIZONTAL);
  GtkRequisition acts = measure_acts (self);
  int cover_height, words_width, words_height;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MAX (cover + SPACING + measure_words_width (self), acts.width);
      *natural = MAX (*minimum, WIDE);
      return;
    }
  cover_height = measure_child (self->cover, GTK_ORIENTATION_VERTICAL);
  words_width = for_size - cover - SPACING;
  /* No width: asked before there is one, nobody gives it its height by that. */
  if (for_size < 0)
    words_height = 0;
  else if (for_size >= WIDE)
    {
      if (acts.width > 0)
        words_width -= acts.width + SPACING;
      words_height = are_words_low (self, words_width, cover_height)
                         ? 0
                         : lay_out_words (self, words_width);
    }
  else
    {
      words_height = lay_out_words (self, words_width);
      if (acts.width > words_width)
        words_height = MAX (cover_height, words_height);
      if (acts.width > 0)
        words_height += SPACING / 2 + acts.height;
    }
  *minimum = *natural = MAX (cover_height, MAX (words_height, acts.height));
}

static void
place (gpointer child, int x, int y, int width, int height, int whole_width)
{
  GtkAllocation allocation = { x, y, width, height };

  if (gtk_widget_get_direction (child) == GTK_TEXT_DIR_RTL)
    allocation.x = whole_width - x - width;
  gtk_widget_size_allocate (child, &allocation, -1);
}

/* Below one another, as they were laid out for @width. */
static void
place_words (SparkVideoRow *self, int x, int y, int width, int whole_width)
{
  int height = spark_text_lay_out (self->caption_label, width, NULL);

  place (self->caption_label, x, y, width, height, whole_width);
  y += height + WORDS_SPACING;
  if (gtk_widget_get_visible (GTK_WIDGET (self->facts_label)))
    {
      height = spark_text_lay_out (self->facts_label, width, NULL);
      place (self->facts_label, x, y, width, height, whole_width);
      y += height + WORDS_SPACING;
    }
  if (gtk_widget_get_visible (GTK_WIDGET (self->chip)))
    {
      int padding = measure_child (self->chip, GTK_ORIENTATION_HORIZONTAL);
      int chip_width;

      height = spark_text_lay_out (self->chip, width - padding, &chip_width)
               + measure_child (self->chip, GTK_ORIENTATION_VERTICAL);
      place (self->chip, x, y + CHIP_MARGIN, chip_width + padding, height, whole_width);
    }
}

static void
spark_video_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  SparkVideoRow *self = SPARK_VIDEO_ROW (widget);
  int cover = measure_child (self->cover, GTK_ORIENTATION_HORIZONTAL);
  int x = cover + SPACING;
  int words_width = width - x;
  GtkRequisition acts;
  int words_height, y;

  fill (self);
  acts = measure_acts (self);
  /* With large letters on a telephone: below all. */
  if (acts.width > words_width)
    {
      height -= acts.height + SPACING / 2;
      place (self->acts, 0, height + SPACING / 2, acts.width, acts.height, width);
      acts.width = 0;
    }
  place (self->cover, 0, 0, cover, height, width);
  if (width >= WIDE)
    {
      if (acts.width > 0)
        {
          place (self->acts, width - acts.width, 0, acts.width, height, width);
          words_width -= acts.width + SPACING;
        }
      y = MAX (0, (height - lay_out_words (self, words_width)) / 2);
    }
  else if (acts.width > 0)
    {
      words_height = lay_out_words (self, words_width);
      y = MAX (0, (height - words_height - SPACING / 2 - acts.height) / 2);
      place (self->acts, x, y + words_height + SPACING / 2, acts.width, acts.height, width);
    }
  else
    y = MAX (0, (height - lay_out_words (self, words_width)) / 2);
  place_words (self, x, y, words_width, width);
}

static void
spark_video_row_map (GtkWidget *widget)
{
  fill (SPARK_VIDEO_ROW (widget));
  GTK_WIDGET_CLASS (spark_video_row_parent_class)->map (widget);
}

static void
spark_video_row_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (spark_video_row_parent_class)->css_changed (widget, change);
  memset (&sizes, 0, sizeof sizes);
}

static void
spark_video_row_system_setting_changed (GtkWidget *widget, GtkSystemSetting setting)
{
  GTK_WIDGET_CLASS (spark_video_row_parent_class)->system_setting_changed (widget, setting);
  memset (&sizes, 0, sizeof sizes);
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
  widget_class->map = spark_video_row_map;
  widget_class->css_changed = spark_video_row_css_changed;
  widget_class->system_setting_changed = spark_video_row_system_setting_changed;
  widget_class->get_request_mode = spark_video_row_get_request_mode;
  widget_class->measure = spark_video_row_measure;
  widget_class->size_allocate = spark_video_row_size_allocate;

  g_type_ensure (SPARK_TYPE_COVER);
  g_type_ensure (SPARK_TYPE_TEXT);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/spark-video-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkVideoRow, cover);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoRow, caption_label);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoRow, facts_label);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoRow, chip);
  gtk_widget_class_bind_template_child (widget_class, SparkVideoRow, acts);
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

  if (g_set_object (&self->item, item))
    update (self);
}

GtkWidget *
spark_video_row_get_acts (SparkVideoRow *self)
{
  g_return_val_if_fail (SPARK_IS_VIDEO_ROW (self), NULL);

  return self->acts;
}
