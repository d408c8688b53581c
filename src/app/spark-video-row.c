/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-video-row"

#include "config.h"

#include <glib/gi18n.h>

#include "app/spark-act-button.h"
#include "app/spark-acts-picture.h"
#include "app/spark-cover.h"
#include "app/spark-phrases.h"
#include "app/spark-rest.h"
#include "app/spark-row-words.h"
#include "app/spark-today.h"
#include "app/spark-video-acts.h"
#include "app/spark-video-row.h"
#include "app/spark-video-words.h"

#define SPACING 12
/* From this width on the act stands beside the words, unless large letters are left no room. */
#define WIDE   480
#define N_ACTS (SPARK_VIDEO_ACT_COPY + 1)

/*
 * A list keeps some two hundred rows, of which ten are seen, and gives all of them other videos
 * when it is moved far. So a row that is not seen knows its words alone; its cover follows when it
 * is shown, and its words are laid out only then, unless they may be higher than the cover. Its
 * buttons follow when the list rests: a row that is scrolled past shows a picture of them.
 */
struct _SparkVideoRow
{
  GtkWidget parent_instance;

  /* template widgets */
  SparkCover *cover;
  SparkRowWords words;
  GtkWidget *acts;

  /* of acts; made when they are first needed */
  GtkButton *act_button;
  GtkButton *terms_button;
  GtkMenuButton *more_button;

  /* owned */
  SparkContext *context;
  SparkVideoItem *item;
  char *id; /* of the video whose buttons were shown last, if they are */

  SparkVideoAct act;
  GtkAllocation acts_place;
  struct
  {
    SparkVideoAct act;
    int width; /* -1: not since its size was in question; 0: for several */
    int height;
  } measured;
  guint rest;        /* its handler; 0: not waited for */
  guint emoji_id;    /* the source that opens their font */
  guint covered : 1; /* the cover is that of the item */
  guint filled : 1;  /* so are the buttons */
  guint styled : 1;
};

G_DEFINE_FINAL_TYPE (SparkVideoRow, spark_video_row, GTK_TYPE_WIDGET)

/* The same for all rows, as they have one style; zero: not asked for yet. */
static struct
{
  GtkRequisition size;
  int least; /* width, with their words in several lines */
  SparkActsPicture picture;
} acts_looks[N_ACTS];

static guint n_rows;

static void
forget_pictures (void)
{
  for (guint i = 0; i < N_ACTS; i++)
    spark_acts_picture_clear (&acts_looks[i].picture);
}

static void
forget_looks (void)
{
  forget_pictures ();
  memset (acts_looks, 0, sizeof acts_looks);
  spark_row_words_forget_style ();
}

static void
update_cover (SparkVideoRow *self)
{
  spark_cover_set_source (self->cover, spark_context_get_covers (self->context),
                          spark_context_get_client (self->context),
                          spark_video_item_get (self->item)->cover_url,
                          spark_context_get_obstacle (self->context) == NULL);
}

static void
update_act (SparkVideoRow *self)
{
  const SparkVideo *video = spark_video_item_get (self->item);

  self->act
      = spark_video_get_act (video, spark_context_get_account (self->context, video->account_id));
}

/* A list moves its rows to and fro far beyond what is seen, and mostly gives them videos that rows
 * had before: what of their words takes longest to tell is told once a day. */
static const char *
get_facts (SparkVideoItem *item)
{
  char *facts = g_object_get_data (G_OBJECT (item), "spark-facts");
  gpointer day = GUINT_TO_POINTER (spark_today_get_number ());

  if (facts == NULL || g_object_get_data (G_OBJECT (item), "spark-facts-day") != day)
    {
      facts = spark_video_describe_facts (spark_video_item_get (item));
      g_object_set_data_full (G_OBJECT (item), "spark-facts", facts, g_free);
      g_object_set_data (G_OBJECT (item), "spark-facts-day", day);
    }
  return facts;
}

static void
update_words (SparkVideoRow *self)
{
  const SparkVideo *video = spark_video_item_get (self->item);
  const char *style = NULL;
  g_autofree char *caption = spark_video_get_whole_caption (video);
  g_autofree char *whose = spark_context_describe_whose (self->context, video->account_id);
  g_autofree char *facts = spark_phrase_facts_of (whose, get_facts (self->item));
  g_autofree char *chip = spark_video_describe_chip (video, &style);

  spark_row_words_set (&self->words, caption, facts, chip, style);
  spark_video_name_row (video, GTK_WIDGET (self), chip, whose);
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
    self->act_button = add_button (self, spark_act_button_new ());
  if (self->act == SPARK_VIDEO_ACT_GENERATE && self->terms_button == NULL)
    {
      self->terms_button = add_button (self, spark_act_button_new ());
      gtk_button_set_icon_name (self->terms_button, "pan-down-symbolic");
      gtk_widget_set_tooltip_text (GTK_WIDGET (self->terms_button), _ ("Choose the Terms…"));
    }
}

static void
stop_waiting (SparkVideoRow *self)
{
  if (self->rest != 0)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self), self->rest);
  self->rest = 0;
}

static void
fill (SparkVideoRow *self)
{
  const SparkVideo *video;

  if (self->filled || self->item == NULL)
    return;
  stop_waiting (self);
  self->filled = TRUE;
  video = spark_video_item_get (self->item);
  g_free (self->id);
  self->id = g_strdup (video->id);
  make_buttons (self);
  spark_video_acts_update (self->context, video, self->acts, self->act_button, self->terms_button);
  spark_video_acts_offer_more (self->context, video, self->acts, &self->more_button);
}

/* The buttons of another video. */
static void
set_aside (SparkVideoRow *self)
{
  if (gtk_widget_get_state_flags (self->acts) & GTK_STATE_FLAG_FOCUS_WITHIN)
    return;
  gtk_widget_set_visible (self->acts, FALSE);
  g_clear_pointer (&self->id, g_free);
}

static void
on_rest_cb (GtkWidget *widget)
{
  SPARK_VIDEO_ROW (widget)->rest = 0;
  fill (SPARK_VIDEO_ROW (widget));
}

static gboolean
is_pictured (SparkVideoRow *self)
{
  return self->rest != 0;
}

static gboolean
on_emoji_cb (gpointer user_data)
{
  SparkVideoRow *self = user_data;

  self->emoji_id = 0;
  spark_text_load_emoji (self->words.caption);
  return G_SOURCE_REMOVE;
}

/* When all that can be seen at first is there, and nobody scrolls yet. */
static void
load_emoji_later (SparkVideoRow *self)
{
  static gboolean asked;

  if (asked)
    return;
  asked = TRUE;
  self->emoji_id = g_idle_add_full (G_PRIORITY_LOW, on_emoji_cb, self, NULL);
}

/* What there is to see, at once. */
static void
show (SparkVideoRow *self)
{
  if (self->item == NULL)
    return;
  load_emoji_later (self);
  if (!self->covered)
    {
      self->covered = TRUE;
      /* The account may have come meanwhile. */
      update_act (self);
      update_cover (self);
    }
  if (self->filled || is_pictured (self))
    return;
  if (self->id == NULL && self->act != SPARK_VIDEO_ACT_NONE
      && spark_acts_picture_fits (&acts_looks[self->act].picture, self->acts))
    self->rest = spark_rest_add (GTK_WIDGET (self), on_rest_cb);
  else
    fill (self);
}

/* A new row is mapped wherever in its list it is, until it is given its place. */
static gboolean
has_place (GtkWidget *widget)
{
  return gtk_widget_get_width (widget) > 0;
}

/* how large it is */

static int
measure_child (gpointer child, GtkOrientation orientation)
{
  int natural;

  gtk_widget_measure (child, orientation, -1, NULL, &natural, NULL, NULL);
  return natural;
}

/* As wide as they want to be, or as there is room. */
static GtkRequisition
measure_acts (SparkVideoRow *self, int room)
{
  GtkRequisition *size = &acts_looks[self->act].size;
  GtkRequisition squeezed = { room, 0 };

  if (self->act == SPARK_VIDEO_ACT_NONE)
    return (GtkRequisition){ 0 };
  if (size->width == 0)
    {
      fill (self);
      gtk_widget_measure (self->acts, GTK_ORIENTATION_HORIZONTAL, -1, &acts_looks[self->act].least,
                          &size->width, NULL, NULL);
      size->height = measure_child (self->acts, GTK_ORIENTATION_VERTICAL);
    }
  if (size->width <= room)
    return *size;
  fill (self);
  gtk_widget_measure (self->acts, GTK_ORIENTATION_VERTICAL, room, NULL, &squeezed.height, NULL,
                      NULL);
  return squeezed;
}

/* The same for all rows of a list, whatever their acts. */
static gboolean
is_wide (SparkVideoRow *self, int width)
{
  return width >= WIDE
         && width >= measure_child (self->cover, GTK_ORIENTATION_HORIZONTAL) + SPACING
                         + 3 * spark_row_words_get_least_width (&self->words);
}

static int
find_height (SparkVideoRow *self, int width)
{
  GtkRequisition acts = measure_acts (self, width >= 0 ? width : G_MAXINT);
  int cover_height = measure_child (self->cover, GTK_ORIENTATION_VERTICAL);
  int words_width = width - measure_child (self->cover, GTK_ORIENTATION_HORIZONTAL) - SPACING;
  int words_height;

  /* No width: asked before there is one, nobody gives it its height by that. */
  if (width < 0)
    words_height = 0;
  else if (is_wide (self, width))
    {
      if (acts.width > 0)
        words_width -= acts.width + SPACING;
      words_height = spark_row_words_are_low (&self->words, words_width, cover_height)
                         ? 0
                         : spark_row_words_get_height (&self->words, words_width);
    }
  else
    {
      words_height = spark_row_words_get_height (&self->words, words_width);
      if (acts.width > words_width)
        words_height = MAX (cover_height, words_height);
      if (acts.width > 0)
        words_height += SPACING / 2 + acts.height;
    }
  return MAX (cover_height, MAX (words_height, acts.height));
}

/* Another video mostly needs the same room: a list that gives some thirty rows others at once is
 * spared to measure them all. GTK keeps a height for each width that it asked for, of which one
 * alone is compared. */
static void
queue_size (SparkVideoRow *self)
{
  if (self->measured.width > 0 && self->measured.act == self->act
      && self->measured.height == find_height (self, self->measured.width))
    {
      gtk_widget_queue_allocate (GTK_WIDGET (self));
      return;
    }
  self->measured.width = -1;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
update (SparkVideoRow *self)
{
  stop_waiting (self);
  self->covered = self->filled = FALSE;
  if (self->item == NULL)
    return;
  update_words (self);
  if (gtk_widget_get_mapped (GTK_WIDGET (self)) && has_place (GTK_WIDGET (self)))
    show (self);
  queue_size (self);
}

static void
on_context_changed_cb (SparkVideoRow *self)
{
  forget_pictures ();
  update (self);
}

static void
on_released_cb (SparkVideoRow *self, int n_press)
{
  if (self->item != NULL && n_press == 1)
    gtk_widget_activate_action (GTK_WIDGET (self), "win.show-video", "s",
                                spark_video_item_get (self->item)->id);
}

/* layout */

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

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      /* The size given is no width. */
      measure_acts (self, G_MAXINT);
      *minimum = MAX (measure_child (self->cover, GTK_ORIENTATION_HORIZONTAL) + SPACING
                          + spark_row_words_get_least_width (&self->words),
                      acts_looks[self->act].least);
      *natural = MAX (*minimum, WIDE);
      return;
    }
  *minimum = *natural = find_height (self, for_size);
  if (for_size < 0)
    return;
  self->measured.width
      = self->measured.width < 0 || self->measured.width == for_size ? for_size : 0;
  self->measured.height = *minimum;
  self->measured.act = self->act;
}

static GtkAllocation
find_place (SparkVideoRow *self, int x, int y, int width, int height)
{
  if (gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL)
    x = gtk_widget_get_width (GTK_WIDGET (self)) - x - width;
  return (GtkAllocation){ x, y, width, height };
}

static void
place (SparkVideoRow *self, gpointer child, int x, int y, int width, int height)
{
  GtkAllocation allocation = find_place (self, x, y, width, height);

  gtk_widget_size_allocate (child, &allocation, -1);
}

static void
place_acts (SparkVideoRow *self, int x, int y, GtkRequisition size)
{
  self->acts_place = find_place (self, x, y, size.width, size.height);
  if (gtk_widget_get_visible (self->acts))
    gtk_widget_size_allocate (self->acts, &self->acts_place, -1);
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

  show (self);
  acts = measure_acts (self, width);
  /* With large letters on a telephone: below all. */
  if (acts.width > words_width)
    {
      height -= acts.height + SPACING / 2;
      place_acts (self, 0, height + SPACING / 2, acts);
      acts.width = 0;
    }
  place (self, self->cover, 0, 0, cover, height);
  if (is_wide (self, width))
    {
      if (acts.width > 0)
        {
          place_acts (self, width - acts.width, (height - acts.height) / 2, acts);
          words_width -= acts.width + SPACING;
        }
      y = MAX (0, (height - spark_row_words_lay_out (&self->words, words_width)) / 2);
    }
  else if (acts.width > 0)
    {
      words_height = spark_row_words_lay_out (&self->words, words_width);
      y = MAX (0, (height - words_height - SPACING / 2 - acts.height) / 2);
      place_acts (self, x, y + words_height + SPACING / 2, acts);
    }
  else
    y = MAX (0, (height - spark_row_words_lay_out (&self->words, words_width)) / 2);
  spark_row_words_place (&self->words, x, y, words_width, width);
}

static void
spark_video_row_map (GtkWidget *widget)
{
  if (has_place (widget))
    show (SPARK_VIDEO_ROW (widget));
  GTK_WIDGET_CLASS (spark_video_row_parent_class)->map (widget);
}

static void
spark_video_row_unmap (GtkWidget *widget)
{
  stop_waiting (SPARK_VIDEO_ROW (widget));
  GTK_WIDGET_CLASS (spark_video_row_parent_class)->unmap (widget);
}

static void
spark_video_row_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SparkVideoRow *self = SPARK_VIDEO_ROW (widget);
  SparkActsPicture *picture = &acts_looks[self->act].picture;

  GTK_WIDGET_CLASS (spark_video_row_parent_class)->snapshot (widget, snapshot);
  if (self->act == SPARK_VIDEO_ACT_NONE)
    return;
  if (is_pictured (self))
    spark_acts_picture_draw (picture, snapshot, self->acts_place.x, self->acts_place.y);
  else if (self->filled && !spark_acts_picture_fits (picture, self->acts))
    spark_acts_picture_take (picture, widget, self->acts);
}

static void
spark_video_row_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  SparkVideoRow *self = SPARK_VIDEO_ROW (widget);

  GTK_WIDGET_CLASS (spark_video_row_parent_class)->css_changed (widget, change);
  /* That a new row has a style now is no news of the others. */
  if (self->styled)
    forget_looks ();
  self->styled = TRUE;
}

static void
spark_video_row_system_setting_changed (GtkWidget *widget, GtkSystemSetting setting)
{
  GTK_WIDGET_CLASS (spark_video_row_parent_class)->system_setting_changed (widget, setting);
  forget_looks ();
}

static void
spark_video_row_dispose (GObject *object)
{
  SparkVideoRow *self = SPARK_VIDEO_ROW (object);
  GtkWidget *child;

  stop_waiting (self);
  g_clear_handle_id (&self->emoji_id, g_source_remove);
  g_clear_object (&self->item);
  g_clear_object (&self->context);
  g_clear_pointer (&self->id, g_free);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (spark_video_row_parent_class)->dispose (object);
}

static void
spark_video_row_finalize (GObject *object)
{
  /* Nobody is left who would hear that the style changes. */
  if (--n_rows == 0)
    forget_looks ();

  G_OBJECT_CLASS (spark_video_row_parent_class)->finalize (object);
}

static void
spark_video_row_class_init (SparkVideoRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = spark_video_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = spark_video_row_finalize;
  widget_class->map = spark_video_row_map;
  widget_class->unmap = spark_video_row_unmap;
  widget_class->snapshot = spark_video_row_snapshot;
  widget_class->css_changed = spark_video_row_css_changed;
  widget_class->system_setting_changed = spark_video_row_system_setting_changed;
  widget_class->get_request_mode = spark_video_row_get_request_mode;
  widget_class->measure = spark_video_row_measure;
  widget_class->size_allocate = spark_video_row_size_allocate;

  g_type_ensure (SPARK_TYPE_COVER);
  g_type_ensure (SPARK_TYPE_TEXT);
  gtk_widget_class_set_template_from_resource (widget_class, RESOURCE_PATH "/spark-video-row.ui");
  gtk_widget_class_bind_template_child (widget_class, SparkVideoRow, cover);
  gtk_widget_class_bind_template_child_full (widget_class, "caption", FALSE,
                                             G_STRUCT_OFFSET (SparkVideoRow, words.caption));
  gtk_widget_class_bind_template_child_full (widget_class, "facts", FALSE,
                                             G_STRUCT_OFFSET (SparkVideoRow, words.facts));
  gtk_widget_class_bind_template_child_full (widget_class, "chip", FALSE,
                                             G_STRUCT_OFFSET (SparkVideoRow, words.chip));
  gtk_widget_class_bind_template_child (widget_class, SparkVideoRow, acts);
  gtk_widget_class_set_css_name (widget_class, "videorow");
}

static void
spark_video_row_init (SparkVideoRow *self)
{
  GtkGesture *click = gtk_gesture_click_new ();

  n_rows++;
  self->measured.width = -1;
  gtk_widget_init_template (GTK_WIDGET (self));
  g_signal_connect_swapped (click, "released", G_CALLBACK (on_released_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

GtkWidget *
spark_video_row_new (SparkContext *context)
{
  SparkVideoRow *self = g_object_new (SPARK_TYPE_VIDEO_ROW, NULL);

  self->context = g_object_ref (context);
  g_signal_connect_object (context, "changed", G_CALLBACK (on_context_changed_cb), self,
                           G_CONNECT_SWAPPED);
  return GTK_WIDGET (self);
}

void
spark_video_row_set_item (SparkVideoRow *self, SparkVideoItem *item)
{
  g_return_if_fail (SPARK_IS_VIDEO_ROW (self));

  if (!g_set_object (&self->item, item))
    return;
  if (item != NULL && g_strcmp0 (spark_video_item_get (item)->id, self->id) != 0)
    set_aside (self);
  update (self);
}

GtkWidget *
spark_video_row_get_acts (SparkVideoRow *self)
{
  g_return_val_if_fail (SPARK_IS_VIDEO_ROW (self), NULL);

  return self->acts;
}
