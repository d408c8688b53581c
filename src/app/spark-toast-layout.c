/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-toast-layout"

#include "config.h"

#include <string.h>

#include "app/spark-toast-layout.h"

#define SPACING 6  /* as Adwaita has it in a toast */
#define EDGES   42 /* and leaves around it and what is in it */

enum
{
  WORDS,
  ACT,
  CLOSE,
  N_PARTS
};

struct _SparkToastLayout
{
  GtkLayoutManager parent_instance;
};

G_DEFINE_FINAL_TYPE (SparkToastLayout, spark_toast_layout, GTK_TYPE_LAYOUT_MANAGER)

typedef struct
{
  GtkWidget *widgets[N_PARTS];
  GtkRequestedSize sizes[N_PARTS]; /* widths; 0 where nothing is seen */
} Parts;

static Parts
find_parts (GtkWidget *toast)
{
  GtkWidget *words = gtk_widget_get_first_child (toast);
  GtkWidget *close = gtk_widget_get_last_child (toast);
  GtkWidget *act = words != NULL ? gtk_widget_get_next_sibling (words) : NULL;
  Parts parts = { { words, act != close ? act : NULL, close != words ? close : NULL } };

  for (guint i = 0; i < N_PARTS; i++)
    if (parts.widgets[i] != NULL && gtk_widget_should_layout (parts.widgets[i]))
      gtk_widget_measure (parts.widgets[i], GTK_ORIENTATION_HORIZONTAL, -1,
                          &parts.sizes[i].minimum_size, &parts.sizes[i].natural_size, NULL, NULL);
    else
      parts.widgets[i] = NULL;
  return parts;
}

static int
add_spacing (const Parts *parts)
{
  return SPACING * ((parts->widgets[ACT] != NULL) + (parts->widgets[CLOSE] != NULL));
}

static int
measure_beside (const Parts *parts)
{
  return parts->sizes[WORDS].minimum_size + parts->sizes[ACT].minimum_size
         + parts->sizes[CLOSE].minimum_size + add_spacing (parts);
}

/* Adwaita gives it the height that it has at the width it asks for: so it must not ask for more
 * than there is. */
static void
measure_width (GtkWidget *toast, const Parts *parts, int *minimum, int *natural)
{
  GtkRoot *window = gtk_widget_get_root (toast);
  int first = measure_beside (parts);

  *natural = parts->sizes[WORDS].natural_size + parts->sizes[ACT].natural_size
             + parts->sizes[CLOSE].natural_size + add_spacing (parts);
  if (parts->widgets[ACT] != NULL)
    first -= parts->sizes[ACT].minimum_size + SPACING;
  *minimum = MAX (first, parts->sizes[ACT].minimum_size);
  if (window != NULL && gtk_widget_get_width (GTK_WIDGET (window)) > 0)
    *natural = MAX (*minimum, MIN (*natural, gtk_widget_get_width (GTK_WIDGET (window)) - EDGES));
}

static int
measure_height (GtkWidget *widget, int width)
{
  int height = 0;

  if (widget != NULL)
    gtk_widget_measure (widget, GTK_ORIENTATION_VERTICAL, MAX (width, 0), &height, NULL, NULL,
                        NULL);
  return height;
}

/* How wide each is in a toast of @width, @below: with the act below the rest; returns the height. */
static int
divide (const Parts *parts, int width, gboolean below, int widths[N_PARTS])
{
  GtkRequestedSize sizes[N_PARTS];
  int rest = width - add_spacing (parts);
  int first, act;

  memcpy (sizes, parts->sizes, sizeof sizes);
  if (below)
    {
      sizes[ACT] = (GtkRequestedSize){ NULL, 0, 0 };
      rest += SPACING;
    }
  for (guint i = 0; i < N_PARTS; i++)
    rest -= sizes[i].minimum_size;
  rest = gtk_distribute_natural_allocation (MAX (rest, 0), N_PARTS, sizes);
  sizes[WORDS].minimum_size += rest;
  for (guint i = 0; i < N_PARTS; i++)
    widths[i] = sizes[i].minimum_size;
  if (below)
    widths[ACT] = width;
  first = MAX (measure_height (parts->widgets[WORDS], widths[WORDS]),
               measure_height (parts->widgets[CLOSE], widths[CLOSE]));
  act = measure_height (parts->widgets[ACT], widths[ACT]);
  return below ? first + SPACING + act : MAX (first, act);
}

/* Returns the least height, and whether the act is below the rest then: where it has no room beside
 * that, or takes so much that the words need many lines. */
static int
lay_out (const Parts *parts, int width, int widths[N_PARTS], gboolean *below)
{
  int height = divide (parts, width, FALSE, widths);
  int below_widths[N_PARTS];
  int below_height;

  *below = FALSE;
  if (parts->widgets[ACT] == NULL)
    return height;
  below_height = divide (parts, width, TRUE, below_widths);
  *below = width < measure_beside (parts) || below_height < height;
  if (!*below)
    return height;
  memcpy (widths, below_widths, sizeof below_widths);
  return below_height;
}

static GtkSizeRequestMode
get_request_mode (GtkLayoutManager *manager, GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
measure (GtkLayoutManager *manager, GtkWidget *widget, GtkOrientation orientation, int for_size,
         int *minimum, int *natural, int *minimum_baseline, int *natural_baseline)
{
  Parts parts = find_parts (widget);
  int widths[N_PARTS];
  gboolean below;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    measure_width (widget, &parts, minimum, natural);
  else if (for_size >= 0)
    *minimum = *natural = lay_out (&parts, for_size, widths, &below);
  else
    /* So Adwaita asks how high its window has to be, which is not to grow for a toast. */
    *minimum = *natural = 0;
}

static void
place (GtkWidget *widget, GtkWidget *part, int x, int y, int width, int height)
{
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    x = gtk_widget_get_width (widget) - x - width;
  if (part != NULL)
    gtk_widget_size_allocate (part, &(GtkAllocation){ x, y, width, height }, -1);
}

static void
allocate (GtkLayoutManager *manager, GtkWidget *widget, int width, int height, int baseline)
{
  Parts parts = find_parts (widget);
  int widths[N_PARTS];
  gboolean below;
  int act_height, first_height;

  lay_out (&parts, width, widths, &below);
  act_height = below ? measure_height (parts.widgets[ACT], widths[ACT]) : height;
  first_height = below ? MAX (height - act_height - SPACING, 0) : height;
  place (widget, parts.widgets[WORDS], 0, 0, widths[WORDS], first_height);
  place (widget, parts.widgets[ACT], below ? 0 : widths[WORDS] + SPACING,
         below ? first_height + SPACING : 0, widths[ACT], act_height);
  place (widget, parts.widgets[CLOSE], width - widths[CLOSE], 0, widths[CLOSE], first_height);
}

static void
spark_toast_layout_class_init (SparkToastLayoutClass *klass)
{
  GtkLayoutManagerClass *manager_class = GTK_LAYOUT_MANAGER_CLASS (klass);

  manager_class->get_request_mode = get_request_mode;
  manager_class->measure = measure;
  manager_class->allocate = allocate;
}

static void
spark_toast_layout_init (SparkToastLayout *self)
{
}

GtkLayoutManager *
spark_toast_layout_new (void)
{
  return g_object_new (SPARK_TYPE_TOAST_LAYOUT, NULL);
}
