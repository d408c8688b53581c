/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-list-clamp"

#include "config.h"

#include <adwaita.h>

#include "app/spark-list-clamp.h"

/* Up to this width, or its least, the child has all of it: as in AdwClamp. */
#define TIGHTENING 400
/* How much faster than the child the room widens when the child begins to lag behind: the slope at
 * the end of a cubic easing. */
#define EASING 3

struct _SparkListClamp
{
  GtkWidget parent_instance;

  /* owned */
  GtkWidget *child;

  int maximum_size;
};

enum
{
  PROP_0,
  PROP_CHILD,
  PROP_MAXIMUM_SIZE,
  N_PROPS,

  /* GtkScrollable's, which are those of the child */
  PROP_HADJUSTMENT = N_PROPS,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE_WITH_CODE (SparkListClamp, spark_list_clamp, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

static int
get_child_width (SparkListClamp *self, int room)
{
  int least, lower, amplitude;
  double progress;

  gtk_widget_measure (self->child, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  lower = MAX (MIN (TIGHTENING, self->maximum_size), least);
  amplitude = MAX (self->maximum_size, lower) - lower;
  if (room <= lower)
    return room;
  if (room >= lower + EASING * amplitude)
    return lower + amplitude;
  progress = (double)(room - lower) / (EASING * amplitude);
  return (int)(adw_easing_ease (ADW_EASE_OUT_CUBIC, progress) * amplitude) + lower;
}

static GtkSizeRequestMode
spark_list_clamp_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* How high the list is where it is this wide. It tells GTK that it does not trade one for the
 * other, so that GTK would ask it, and each of its rows, for no width at all: what is wrapped would
 * not be. Asked so, it leaves out what its style puts around it, which is to be nothing. */
static void
measure_height (SparkListClamp *self, int width, int *minimum, int *natural)
{
  int unused = -1;

  GTK_WIDGET_GET_CLASS (self->child)
      ->measure (self->child, GTK_ORIENTATION_VERTICAL, width, minimum, natural, &unused, &unused);
}

/* From the height a scrolled window knows whether there is more than can be seen. Where it learns
 * that only from the adjustment, while the list is given its size, it asks all around it to be laid
 * out again: and who had their turn by then have no size when the frame is drawn. */
static void
spark_list_clamp_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                          int *natural, int *minimum_baseline, int *natural_baseline)
{
  SparkListClamp *self = SPARK_LIST_CLAMP (widget);

  if (orientation == GTK_ORIENTATION_VERTICAL)
    {
      if (for_size >= 0)
        measure_height (self, get_child_width (self, for_size), minimum, natural);
      return;
    }
  gtk_widget_measure (self->child, orientation, -1, minimum, natural, NULL, NULL);
  *natural = MAX (*minimum, MIN (*natural, self->maximum_size));
}

static void
spark_list_clamp_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  SparkListClamp *self = SPARK_LIST_CLAMP (widget);
  int child_width = get_child_width (self, width);

  gtk_widget_size_allocate (
      self->child, &(GtkAllocation){ (width - child_width) / 2, 0, child_width, height }, baseline);
}

static void
spark_list_clamp_dispose (GObject *object)
{
  g_clear_pointer (&SPARK_LIST_CLAMP (object)->child, gtk_widget_unparent);

  G_OBJECT_CLASS (spark_list_clamp_parent_class)->dispose (object);
}

static void
spark_list_clamp_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  SparkListClamp *self = SPARK_LIST_CLAMP (object);

  switch (prop_id)
    {
    case PROP_CHILD:
      g_value_set_object (value, self->child);
      break;
    case PROP_MAXIMUM_SIZE:
      g_value_set_int (value, self->maximum_size);
      break;
    case PROP_HADJUSTMENT:
    case PROP_VADJUSTMENT:
    case PROP_HSCROLL_POLICY:
    case PROP_VSCROLL_POLICY:
      if (self->child != NULL)
        g_object_get_property (G_OBJECT (self->child), pspec->name, value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_list_clamp_set_property (GObject *object, guint prop_id, const GValue *value,
                               GParamSpec *pspec)
{
  SparkListClamp *self = SPARK_LIST_CLAMP (object);

  switch (prop_id)
    {
    case PROP_CHILD:
      self->child = g_value_get_object (value);
      gtk_widget_set_parent (self->child, GTK_WIDGET (self));
      break;
    case PROP_MAXIMUM_SIZE:
      self->maximum_size = g_value_get_int (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    case PROP_HADJUSTMENT:
    case PROP_VADJUSTMENT:
    case PROP_HSCROLL_POLICY:
    case PROP_VSCROLL_POLICY:
      if (self->child != NULL)
        g_object_set_property (G_OBJECT (self->child), pspec->name, value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
spark_list_clamp_class_init (SparkListClampClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = spark_list_clamp_dispose;
  object_class->get_property = spark_list_clamp_get_property;
  object_class->set_property = spark_list_clamp_set_property;
  widget_class->get_request_mode = spark_list_clamp_get_request_mode;
  widget_class->measure = spark_list_clamp_measure;
  widget_class->size_allocate = spark_list_clamp_size_allocate;

  properties[PROP_CHILD]
      = g_param_spec_object ("child", NULL, NULL, GTK_TYPE_WIDGET,
                             G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS);
  properties[PROP_MAXIMUM_SIZE] = g_param_spec_int ("maximum-size", NULL, NULL, 0, G_MAXINT, 600,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");
}

static void
spark_list_clamp_init (SparkListClamp *self)
{
  self->maximum_size = 600;
}
