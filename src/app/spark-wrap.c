/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-wrap"

#include "config.h"

#include "app/spark-wrap.h"

#define LINE_SPACING 6

struct _SparkWrap
{
  GtkWidget parent_instance;

  int spacing;
  gboolean even;
};

enum
{
  PROP_SPACING = 1,
  PROP_EVEN,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static GtkBuildableIface *parent_buildable;

static void
spark_wrap_add_child (GtkBuildable *buildable, GtkBuilder *builder, GObject *child,
                      const char *type)
{
  if (GTK_IS_WIDGET (child))
    gtk_widget_set_parent (GTK_WIDGET (child), GTK_WIDGET (buildable));
  else
    parent_buildable->add_child (buildable, builder, child, type);
}

static void
spark_wrap_buildable_init (GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent (iface);
  iface->add_child = spark_wrap_add_child;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (SparkWrap, spark_wrap, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE,
                                                      spark_wrap_buildable_init))

static GtkWidget *
get_next (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static GtkWidget *
get_first (SparkWrap *self)
{
  return get_next (gtk_widget_get_first_child (GTK_WIDGET (self)));
}

static gboolean
expands (GtkWidget *child)
{
  return gtk_widget_compute_expand (child, GTK_ORIENTATION_HORIZONTAL);
}

/* How wide it has to be for staying in a line. */
static int
wish (GtkWidget *child)
{
  int minimum, natural;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, NULL, NULL);
  /* A button's words stay together while there is a line for them. */
  return expands (child) && !GTK_IS_BUTTON (child) ? MIN (natural, minimum + minimum / 4) : natural;
}

typedef struct
{
  GtkWidget *first;
  GtkWidget *end; /* the first of the next line */
  int width;      /* as they wish, with what is between them */
  int widest;     /* of their wishes */
  int n_expand;
  int n;
} Line;

/* most: so many in a line */
static Line
break_line (SparkWrap *self, GtkWidget *first, int width, int most)
{
  Line line = { first, first, 0, 0, 0, 0 };

  for (; line.end != NULL && line.n < most;
       line.end = get_next (gtk_widget_get_next_sibling (line.end)))
    {
      int own = MIN (wish (line.end), width);
      int more = own + (line.end != first ? self->spacing : 0);

      if (line.end != first && line.width + more > width)
        break;
      line.width += more;
      line.widest = MAX (line.widest, own);
      line.n_expand += expands (line.end);
      line.n++;
    }
  return line;
}

static int
find_most (SparkWrap *self, int width)
{
  int n = 0, n_lines = 0;

  if (!self->even)
    return G_MAXINT;
  for (GtkWidget *child = get_first (self); child != NULL; n_lines++)
    {
      Line line = break_line (self, child, width, G_MAXINT);

      n += line.n;
      child = line.end;
    }
  return n_lines > 0 ? (n + n_lines - 1) / n_lines : 0;
}

/* In a line with this much to spare. */
static int
share (SparkWrap *self, const Line *line, GtkWidget *child, int width)
{
  int own = MIN (wish (child), width);
  int equal = (width - (line->n - 1) * self->spacing) / line->n;

  /* One below the other. */
  if (self->even && equal >= line->widest)
    return equal;

  /* What asks for the middle gets it in a line of its own. */
  if (line->n == 1 && gtk_widget_get_halign (child) == GTK_ALIGN_CENTER)
    return width;
  return expands (child) ? own + MAX (0, width - line->width) / line->n_expand : own;
}

static int
measure_line (SparkWrap *self, const Line *line, int width, gboolean natural)
{
  int height = 0;

  for (GtkWidget *child = line->first; child != line->end;
       child = get_next (gtk_widget_get_next_sibling (child)))
    {
      int minimum, nice;

      gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, share (self, line, child, width),
                          &minimum, &nice, NULL, NULL);
      height = MAX (height, natural ? nice : minimum);
    }
  return height;
}

static GtkSizeRequestMode
spark_wrap_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
spark_wrap_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                    int *natural, int *minimum_baseline, int *natural_baseline)
{
  SparkWrap *self = SPARK_WRAP (widget);
  GtkWidget *first = get_first (self);
  int most;

  *minimum = *natural = 0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      for (GtkWidget *child = first; child != NULL;
           child = get_next (gtk_widget_get_next_sibling (child)))
        {
          int least, nice;

          gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, &least, &nice, NULL, NULL);
          *minimum = MAX (*minimum, least);
          *natural += nice + (child != first ? self->spacing : 0);
        }
      return;
    }
  if (for_size < 0)
    gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &for_size, NULL, NULL, NULL);
  most = find_most (self, for_size);
  for (GtkWidget *child = first; child != NULL;)
    {
      Line line = break_line (self, child, for_size, most);
      int between = child != first ? LINE_SPACING : 0;

      *minimum += measure_line (self, &line, for_size, FALSE) + between;
      *natural += measure_line (self, &line, for_size, TRUE) + between;
      child = line.end;
    }
}

static void
spark_wrap_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  SparkWrap *self = SPARK_WRAP (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int most = find_most (self, width);
  int y = 0;

  for (GtkWidget *child = get_first (self); child != NULL;)
    {
      Line line = break_line (self, child, width, most);
      gboolean alone = y == 0 && line.end == NULL;
      int line_height = alone ? height : measure_line (self, &line, width, TRUE);
      int x = 0;

      for (; child != line.end; child = get_next (gtk_widget_get_next_sibling (child)))
        {
          int own = share (self, &line, child, width);
          GtkAllocation box = { rtl ? width - x - own : x, y, own, line_height };

          gtk_widget_size_allocate (child, &box, -1);
          x += own + self->spacing;
        }
      y += line_height + LINE_SPACING;
    }
}

static void
spark_wrap_compute_expand (GtkWidget *widget, gboolean *hexpand, gboolean *vexpand)
{
  for (GtkWidget *child = get_first (SPARK_WRAP (widget)); child != NULL;
       child = get_next (gtk_widget_get_next_sibling (child)))
    {
      *hexpand |= gtk_widget_compute_expand (child, GTK_ORIENTATION_HORIZONTAL);
      *vexpand |= gtk_widget_compute_expand (child, GTK_ORIENTATION_VERTICAL);
    }
}

static void
spark_wrap_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_SPACING)
    g_value_set_int (value, SPARK_WRAP (object)->spacing);
  else if (prop_id == PROP_EVEN)
    g_value_set_boolean (value, SPARK_WRAP (object)->even);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
spark_wrap_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  if (prop_id == PROP_SPACING)
    {
      SPARK_WRAP (object)->spacing = g_value_get_int (value);
      gtk_widget_queue_resize (GTK_WIDGET (object));
    }
  else if (prop_id == PROP_EVEN)
    {
      SPARK_WRAP (object)->even = g_value_get_boolean (value);
      gtk_widget_queue_resize (GTK_WIDGET (object));
    }
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
}

static void
spark_wrap_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (spark_wrap_parent_class)->dispose (object);
}

static void
spark_wrap_class_init (SparkWrapClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = spark_wrap_dispose;
  object_class->get_property = spark_wrap_get_property;
  object_class->set_property = spark_wrap_set_property;
  widget_class->get_request_mode = spark_wrap_get_request_mode;
  widget_class->measure = spark_wrap_measure;
  widget_class->size_allocate = spark_wrap_size_allocate;
  widget_class->compute_expand = spark_wrap_compute_expand;

  properties[PROP_SPACING] = g_param_spec_int ("spacing", NULL, NULL, 0, 100, 0,
                                               G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_EVEN] = g_param_spec_boolean ("even", NULL, NULL, FALSE,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
spark_wrap_init (SparkWrap *self)
{
}
