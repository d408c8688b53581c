/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-pane"

#include "config.h"

#include "app/spark-pane.h"

struct _SparkPane
{
  GtkWidget parent_instance;

  /* owned */
  GtkWidget *child;

  int min_width;
  int natural_width;
};

enum
{
  PROP_0,
  PROP_CHILD,
  PROP_MIN_WIDTH,
  PROP_NATURAL_WIDTH,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (SparkPane, spark_pane, GTK_TYPE_WIDGET)

static GtkSizeRequestMode
spark_pane_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
spark_pane_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                    int *natural, int *minimum_baseline, int *natural_baseline)
{
  SparkPane *self = SPARK_PANE (widget);

  if (self->child != NULL)
    gtk_widget_measure (self->child, orientation, for_size, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = MAX (*minimum, self->min_width);
      *natural = MAX (*minimum, self->natural_width);
    }
}

static void
spark_pane_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  SparkPane *self = SPARK_PANE (widget);

  if (self->child != NULL)
    gtk_widget_allocate (self->child, width, height, baseline, NULL);
}

static void
spark_pane_dispose (GObject *object)
{
  g_clear_pointer (&SPARK_PANE (object)->child, gtk_widget_unparent);
  G_OBJECT_CLASS (spark_pane_parent_class)->dispose (object);
}

static void
spark_pane_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  SparkPane *self = SPARK_PANE (object);

  switch (prop_id)
    {
    case PROP_CHILD:
      g_value_set_object (value, self->child);
      break;
    case PROP_MIN_WIDTH:
      g_value_set_int (value, self->min_width);
      break;
    case PROP_NATURAL_WIDTH:
      g_value_set_int (value, self->natural_width);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_pane_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  SparkPane *self = SPARK_PANE (object);

  switch (prop_id)
    {
    case PROP_CHILD:
      g_clear_pointer (&self->child, gtk_widget_unparent);
      self->child = g_value_get_object (value);
      if (self->child != NULL)
        gtk_widget_set_parent (self->child, GTK_WIDGET (self));
      break;
    case PROP_MIN_WIDTH:
      self->min_width = g_value_get_int (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    case PROP_NATURAL_WIDTH:
      self->natural_width = g_value_get_int (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_pane_class_init (SparkPaneClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = spark_pane_dispose;
  object_class->get_property = spark_pane_get_property;
  object_class->set_property = spark_pane_set_property;
  widget_class->get_request_mode = spark_pane_get_request_mode;
  widget_class->measure = spark_pane_measure;
  widget_class->size_allocate = spark_pane_size_allocate;

  properties[PROP_CHILD] = g_param_spec_object ("child", NULL, NULL, GTK_TYPE_WIDGET,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_MIN_WIDTH] = g_param_spec_int ("min-width", NULL, NULL, 0, G_MAXINT, 0,
                                                 G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_NATURAL_WIDTH] = g_param_spec_int ("natural-width", NULL, NULL, 0, G_MAXINT, 0,
                                                     G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
spark_pane_init (SparkPane *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}
