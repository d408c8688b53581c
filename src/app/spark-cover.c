/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-cover"

#include "config.h"

#include <string.h>

#include "app/spark-cover.h"
#include "app/spark-picture.h"

#define RADIUS 9
/* Of the symbol. */
#define ICON_SIZE 16
/* How faint the ground under it is, to the symbol. */
#define GROUND 0.2f

struct _SparkCover
{
  GtkWidget parent_instance;

  /* owned */
  GdkTexture *texture;
  GCancellable *cancellable; /* of the load under way */
  char *path;
  SparkClient *client;
  SparkCovers *covers;

  int width;
  int height;
  guint fetch : 1;
  guint stale : 1; /* the texture is of another size */
};

enum
{
  PROP_0,
  PROP_WIDTH,
  PROP_HEIGHT,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* What is shown where there is no picture: the same for all covers of one size, of which there are
 * few. A list has hundreds of them, which would each draw round corners and a coloured symbol. */
typedef struct
{
  GskRenderNode *node;
  int width;
  int height;
  int scale;
  GdkRGBA color;
} Blank;

static Blank blanks[4];
static guint next_blank;

G_DEFINE_FINAL_TYPE (SparkCover, spark_cover, GTK_TYPE_WIDGET)

static void
set_texture (SparkCover *self, GdkTexture *texture)
{
  g_set_object (&self->texture, texture);
  self->stale = FALSE;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
cancel (SparkCover *self)
{
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
}

static void
on_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SparkCover) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkTexture) texture = spark_covers_load_finish (SPARK_COVERS (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || g_cancellable_is_cancelled (g_task_get_cancellable (G_TASK (result))))
    return;
  g_clear_object (&self->cancellable);
  if (texture != NULL)
    set_texture (self, texture);
  else
    self->stale = FALSE;
}

/* A list has many more rows than are in view. */
static void
load (SparkCover *self)
{
  int scale = gtk_widget_get_scale_factor (GTK_WIDGET (self));
  int width = self->width * scale, height = self->height * scale;
  g_autoptr (GdkTexture) texture = NULL;

  if (self->path == NULL || (self->texture != NULL && !self->stale) || self->cancellable != NULL
      || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  texture
      = spark_covers_peek (self->covers, self->client, self->path, width, height, RADIUS * scale);
  if (texture != NULL)
    {
      set_texture (self, texture);
      return;
    }
  self->cancellable = g_cancellable_new ();
  spark_covers_load_async (self->covers, self->client, self->path, self->fetch, width, height,
                           RADIUS * scale, self->cancellable, on_loaded_cb, g_object_ref (self));
}

static void
spark_cover_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (spark_cover_parent_class)->map (widget);
  load (SPARK_COVER (widget));
}

static void
spark_cover_unmap (GtkWidget *widget)
{
  cancel (SPARK_COVER (widget));
  GTK_WIDGET_CLASS (spark_cover_parent_class)->unmap (widget);
}

static void
spark_cover_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                     int *natural, int *minimum_baseline, int *natural_baseline)
{
  SparkCover *self = SPARK_COVER (widget);

  *minimum = *natural = orientation == GTK_ORIENTATION_HORIZONTAL ? self->width : self->height;
}

static void
spark_cover_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  if (SPARK_COVER (widget)->stale)
    load (SPARK_COVER (widget));
}

static void
append_symbol (GtkWidget *widget, GtkSnapshot *snapshot, const Blank *blank)
{
  GtkIconTheme *theme = gtk_icon_theme_get_for_display (gtk_widget_get_display (widget));
  g_autoptr (GtkIconPaintable) icon = gtk_icon_theme_lookup_icon (
      theme, "video-x-generic-symbolic", NULL, ICON_SIZE, blank->scale,
      gtk_widget_get_direction (widget), GTK_ICON_LOOKUP_FORCE_SYMBOLIC);
  int x = (blank->width - ICON_SIZE) / 2;
  int y = (blank->height - ICON_SIZE) / 2;

  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT ((float)x, (float)y));
  gtk_symbolic_paintable_snapshot_symbolic (GTK_SYMBOLIC_PAINTABLE (icon), snapshot, ICON_SIZE,
                                            ICON_SIZE, &blank->color, 1);
  gtk_snapshot_restore (snapshot);
}

static GskRenderNode *
draw_blank (GtkWidget *widget, const Blank *blank)
{
  const graphene_rect_t place
      = GRAPHENE_RECT_INIT (0, 0, (float)blank->width, (float)blank->height);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  GdkRGBA ground = blank->color;
  g_autoptr (GskRenderNode) node = NULL;
  GskRoundedRect shape;

  ground.alpha *= GROUND;
  gsk_rounded_rect_init_from_rect (&shape, &place, RADIUS);
  gtk_snapshot_push_rounded_clip (snapshot, &shape);
  gtk_snapshot_append_color (snapshot, &ground, &place);
  gtk_snapshot_pop (snapshot);
  append_symbol (widget, snapshot, blank);
  node = gtk_snapshot_free_to_node (snapshot);
  return spark_picture_of_node (widget, node);
}

static GskRenderNode *
get_blank (GtkWidget *widget)
{
  Blank wanted = { .width = gtk_widget_get_width (widget),
                   .height = gtk_widget_get_height (widget),
                   .scale = gtk_widget_get_scale_factor (widget) };
  Blank *blank;

  gtk_style_context_get_color (gtk_widget_get_style_context (widget), &wanted.color);
  for (guint i = 0; i < G_N_ELEMENTS (blanks); i++)
    if (blanks[i].width == wanted.width && blanks[i].height == wanted.height
        && blanks[i].scale == wanted.scale && gdk_rgba_equal (&blanks[i].color, &wanted.color))
      return blanks[i].node;
  blank = &blanks[next_blank++ % G_N_ELEMENTS (blanks)];
  g_clear_pointer (&blank->node, gsk_render_node_unref);
  wanted.node = draw_blank (widget, &wanted);
  *blank = wanted;
  return blank->node;
}

static void
forget_blanks (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (blanks); i++)
    g_clear_pointer (&blanks[i].node, gsk_render_node_unref);
  memset (blanks, 0, sizeof blanks);
}

static void
spark_cover_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SparkCover *self = SPARK_COVER (widget);

  if (self->texture != NULL)
    gtk_snapshot_append_texture (snapshot, self->texture,
                                 &GRAPHENE_RECT_INIT (0, 0, (float)gtk_widget_get_width (widget),
                                                      (float)gtk_widget_get_height (widget)));
  else
    gtk_snapshot_append_node (snapshot, get_blank (widget));
}

static void
spark_cover_system_setting_changed (GtkWidget *widget, GtkSystemSetting setting)
{
  GTK_WIDGET_CLASS (spark_cover_parent_class)->system_setting_changed (widget, setting);
  if (setting == GTK_SYSTEM_SETTING_ICON_THEME)
    forget_blanks ();
}

static void
spark_cover_dispose (GObject *object)
{
  SparkCover *self = SPARK_COVER (object);

  cancel (self);
  g_clear_object (&self->texture);
  g_clear_object (&self->client);
  g_clear_object (&self->covers);
  g_clear_pointer (&self->path, g_free);

  G_OBJECT_CLASS (spark_cover_parent_class)->dispose (object);
}

static void
spark_cover_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  SparkCover *self = SPARK_COVER (object);

  switch (prop_id)
    {
    case PROP_WIDTH:
      g_value_set_int (value, self->width);
      break;
    case PROP_HEIGHT:
      g_value_set_int (value, self->height);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

/* Its corners are round in a picture of its size alone. */
static void
set_size (SparkCover *self, int *size, int value)
{
  if (*size == value)
    return;
  *size = value;
  self->stale = TRUE;
  cancel (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
spark_cover_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  SparkCover *self = SPARK_COVER (object);

  switch (prop_id)
    {
    case PROP_WIDTH:
      set_size (self, &self->width, g_value_get_int (value));
      break;
    case PROP_HEIGHT:
      set_size (self, &self->height, g_value_get_int (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_cover_class_init (SparkCoverClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = spark_cover_dispose;
  object_class->get_property = spark_cover_get_property;
  object_class->set_property = spark_cover_set_property;
  widget_class->map = spark_cover_map;
  widget_class->unmap = spark_cover_unmap;
  widget_class->measure = spark_cover_measure;
  widget_class->size_allocate = spark_cover_size_allocate;
  widget_class->snapshot = spark_cover_snapshot;
  widget_class->system_setting_changed = spark_cover_system_setting_changed;

  properties[PROP_WIDTH] = g_param_spec_int ("width", NULL, NULL, 1, 4096, 54,
                                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_HEIGHT] = g_param_spec_int ("height", NULL, NULL, 1, 4096, 96,
                                              G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "cover");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
spark_cover_init (SparkCover *self)
{
  self->width = 54;
  self->height = 96;
}

static void
set_covers (SparkCover *self, SparkCovers *covers)
{
  if (self->covers == covers)
    return;
  if (self->covers != NULL)
    g_signal_handlers_disconnect_by_data (self->covers, self);
  g_set_object (&self->covers, covers);
  if (covers != NULL)
    g_signal_connect_object (covers, "retry", G_CALLBACK (load), self, G_CONNECT_SWAPPED);
}

void
spark_cover_set_source (SparkCover *self, SparkCovers *covers, SparkClient *client,
                        const char *path, gboolean fetch)
{
  gboolean same;

  g_return_if_fail (SPARK_IS_COVER (self));

  /* Pictures elsewhere than on the backend are not asked for: that would tell others what is seen.
   */
  if (client == NULL || covers == NULL || path == NULL || *path != '/')
    path = NULL;
  self->fetch = !!fetch;
  same = g_strcmp0 (self->path, path) == 0 && (path == NULL || self->client == client);
  if (!same)
    {
      cancel (self);
      g_free (self->path);
      self->path = g_strdup (path);
      g_set_object (&self->client, client);
      set_covers (self, covers);
      if (self->texture != NULL)
        set_texture (self, NULL);
    }
  load (self);
}
