/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-scroll-bin"

#include "config.h"

#include "app/spark-scroll-bin.h"

struct _SparkScrollBin
{
  GtkWidget parent_instance;

  GtkWidget *scrolled;
  GtkWidget *child; /* the scrolled window's */
};

G_DEFINE_FINAL_TYPE (SparkScrollBin, spark_scroll_bin, GTK_TYPE_WIDGET)

enum
{
  PROP_CHILD = 1,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GtkSizeRequestMode
spark_scroll_bin_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
spark_scroll_bin_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                          int *natural, int *minimum_baseline, int *natural_baseline)
{
  SparkScrollBin *self = SPARK_SCROLL_BIN (widget);
  int child_minimum = 0, child_natural = 0;

  gtk_widget_measure (self->scrolled, orientation, for_size, minimum, natural, NULL, NULL);
  if (self->child != NULL)
    gtk_widget_measure (self->child, orientation, for_size, &child_minimum, &child_natural, NULL,
                        NULL);
  *natural = MAX (*natural, child_natural);
}

static void
spark_scroll_bin_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  gtk_widget_allocate (SPARK_SCROLL_BIN (widget)->scrolled, width, height, baseline, NULL);
}

static void
spark_scroll_bin_dispose (GObject *object)
{
  SparkScrollBin *self = SPARK_SCROLL_BIN (object);

  self->child = NULL;
  g_clear_pointer (&self->scrolled, gtk_widget_unparent);

  G_OBJECT_CLASS (spark_scroll_bin_parent_class)->dispose (object);
}

static void
spark_scroll_bin_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_CHILD:
      g_value_set_object (value, SPARK_SCROLL_BIN (object)->child);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_scroll_bin_set_property (GObject *object, guint prop_id, const GValue *value,
                               GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_CHILD:
      spark_scroll_bin_set_child (SPARK_SCROLL_BIN (object), g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_scroll_bin_class_init (SparkScrollBinClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = spark_scroll_bin_dispose;
  object_class->get_property = spark_scroll_bin_get_property;
  object_class->set_property = spark_scroll_bin_set_property;
  widget_class->get_request_mode = spark_scroll_bin_get_request_mode;
  widget_class->measure = spark_scroll_bin_measure;
  widget_class->size_allocate = spark_scroll_bin_size_allocate;

  properties[PROP_CHILD] = g_param_spec_object ("child", NULL, NULL, GTK_TYPE_WIDGET,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
spark_scroll_bin_init (SparkScrollBin *self)
{
  self->scrolled = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_parent (self->scrolled, GTK_WIDGET (self));
}

GtkWidget *
spark_scroll_bin_new (void)
{
  return g_object_new (SPARK_TYPE_SCROLL_BIN, NULL);
}

void
spark_scroll_bin_set_child (SparkScrollBin *self, GtkWidget *child)
{
  g_return_if_fail (SPARK_IS_SCROLL_BIN (self));

  self->child = child;
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scrolled), child);
}

GtkWidget *
spark_scroll_bin_get_child (SparkScrollBin *self)
{
  g_return_val_if_fail (SPARK_IS_SCROLL_BIN (self), NULL);

  return self->child;
}
