/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-text"

#include "config.h"

#include "app/spark-text.h"

struct _SparkText
{
  GtkWidget parent_instance;

  /* owned */
  char *text;
  PangoLayout *layout; /* NULL: not asked for yet, or its style may have changed */

  /* of the layout, in pixels; -1: not laid out with this text */
  int width;
  PangoRectangle extents;

  int lines;
};

enum
{
  PROP_0,
  PROP_LINES,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SparkText, spark_text, GTK_TYPE_WIDGET)

static void
ensure_layout (SparkText *self)
{
  GtkWidget *widget = GTK_WIDGET (self);

  if (self->layout != NULL)
    return;
  self->layout = gtk_widget_create_pango_layout (widget, NULL);
  pango_layout_set_wrap (self->layout, PANGO_WRAP_WORD_CHAR);
  if (self->lines > 0)
    {
      pango_layout_set_height (self->layout, -self->lines);
      pango_layout_set_ellipsize (self->layout, PANGO_ELLIPSIZE_END);
    }
  if (gtk_widget_has_css_class (widget, "numeric"))
    {
      g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();

      pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum"));
      pango_layout_set_attributes (self->layout, attributes);
    }
}

/* To the side where reading begins, whatever the script of the text: Pango changes sides where that
 * is of the other direction. */
static void
align (SparkText *self)
{
  gboolean rtl = gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
  const PangoLayoutLine *first = pango_layout_get_line_readonly (self->layout, 0);
  gboolean other = (first->resolved_dir == PANGO_DIRECTION_RTL) != rtl;

  pango_layout_set_alignment (self->layout, rtl != other ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
}

static void
drop_layout (SparkText *self)
{
  g_clear_object (&self->layout);
  self->width = -1;
}

static void
spark_text_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                    int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = *natural = 0;
}

static void
spark_text_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SparkText *self = SPARK_TEXT (widget);
  int x;

  if (*self->text == '\0')
    return;
  if (self->width < 0)
    spark_text_lay_out (self, gtk_widget_get_width (widget), NULL);
  x = -self->extents.x;
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    x += gtk_widget_get_width (widget) - self->extents.width;
  gtk_snapshot_render_layout (snapshot, gtk_widget_get_style_context (widget), x, 0, self->layout);
}

static void
spark_text_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (spark_text_parent_class)->css_changed (widget, change);
  drop_layout (SPARK_TEXT (widget));
}

static void
spark_text_system_setting_changed (GtkWidget *widget, GtkSystemSetting setting)
{
  GTK_WIDGET_CLASS (spark_text_parent_class)->system_setting_changed (widget, setting);
  drop_layout (SPARK_TEXT (widget));
}

static void
spark_text_direction_changed (GtkWidget *widget, GtkTextDirection old)
{
  GTK_WIDGET_CLASS (spark_text_parent_class)->direction_changed (widget, old);
  drop_layout (SPARK_TEXT (widget));
}

static void
spark_text_finalize (GObject *object)
{
  SparkText *self = SPARK_TEXT (object);

  g_clear_object (&self->layout);
  g_free (self->text);

  G_OBJECT_CLASS (spark_text_parent_class)->finalize (object);
}

static void
spark_text_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_LINES:
      g_value_set_int (value, SPARK_TEXT (object)->lines);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_text_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  SparkText *self = SPARK_TEXT (object);

  switch (prop_id)
    {
    case PROP_LINES:
      self->lines = g_value_get_int (value);
      drop_layout (self);
      gtk_widget_queue_draw (GTK_WIDGET (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_text_class_init (SparkTextClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->finalize = spark_text_finalize;
  object_class->get_property = spark_text_get_property;
  object_class->set_property = spark_text_set_property;
  widget_class->measure = spark_text_measure;
  widget_class->snapshot = spark_text_snapshot;
  widget_class->css_changed = spark_text_css_changed;
  widget_class->system_setting_changed = spark_text_system_setting_changed;
  widget_class->direction_changed = spark_text_direction_changed;

  properties[PROP_LINES] = g_param_spec_int ("lines", NULL, NULL, 0, 99, 0,
                                             G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "label");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LABEL);
}

static void
spark_text_init (SparkText *self)
{
  self->text = g_strdup ("");
  self->width = -1;
}

void
spark_text_set_text (SparkText *self, const char *text)
{
  g_return_if_fail (SPARK_IS_TEXT (self));
  g_return_if_fail (text != NULL);

  if (g_str_equal (self->text, text))
    return;
  g_free (self->text);
  self->text = g_strdup (text);
  self->width = -1;
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, text, -1);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

const char *
spark_text_get_text (SparkText *self)
{
  g_return_val_if_fail (SPARK_IS_TEXT (self), NULL);

  return self->text;
}

int
spark_text_lay_out (SparkText *self, int width, int *text_width)
{
  g_return_val_if_fail (SPARK_IS_TEXT (self), 0);

  width = MAX (width, 0);
  if (self->width != width)
    {
      ensure_layout (self);
      if (self->width < 0)
        pango_layout_set_text (self->layout, self->text, -1);
      pango_layout_set_width (self->layout, width * PANGO_SCALE);
      align (self);
      pango_layout_get_pixel_extents (self->layout, NULL, &self->extents);
      self->width = width;
    }
  if (text_width != NULL)
    *text_width = self->extents.width;
  return self->extents.height;
}

PangoLayout *
spark_text_get_layout (SparkText *self)
{
  g_return_val_if_fail (SPARK_IS_TEXT (self), NULL);

  /* Dropped since it was drawn last. */
  if (self->width < 0)
    spark_text_lay_out (self, gtk_widget_get_width (GTK_WIDGET (self)), NULL);
  return self->layout;
}

void
spark_text_load_emoji (SparkText *self)
{
  g_autoptr (PangoLayout) layout = NULL;
  cairo_surface_t *surface;
  cairo_t *cr;

  g_return_if_fail (SPARK_IS_TEXT (self));

  layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), "🙂");
  surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, 1, 1);
  cr = cairo_create (surface);
  pango_cairo_show_layout (cr, layout);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
}
