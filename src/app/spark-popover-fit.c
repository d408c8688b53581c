/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-popover-fit"

#include "config.h"

#include "app/spark-popover-fit.h"

static GtkWidgetClass usual; /* what a popover does itself */

typedef struct
{
  int outer;   /* what its shadow takes beside its content */
  int natural; /* the width it asks for, with that */
} Widths;

static Widths
measure_widths (GtkWidget *popover)
{
  GtkWidget *child = gtk_popover_get_child (GTK_POPOVER (popover));
  int minimum, natural, unused, content = 0;

  usual.measure (popover, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &natural, &unused, &unused);
  if (child != NULL)
    gtk_widget_measure (gtk_widget_get_parent (child), GTK_ORIENTATION_HORIZONTAL, -1, NULL,
                        &content, NULL, NULL);
  return (Widths){ child != NULL ? natural - content : 0, natural };
}

/* What scrolls, as a menu does, is as high as at the width it asks for, whatever it is given. */
static int
measure_further_lines (GtkWidget *popover, int missing)
{
  GtkWidget *scrolled = gtk_popover_get_child (GTK_POPOVER (popover));
  GtkWidget *content;
  int width, height, wrapped;

  if (missing <= 0 || !GTK_IS_SCROLLED_WINDOW (scrolled))
    return 0;
  content = gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (scrolled));
  gtk_widget_measure (content, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  gtk_widget_measure (content, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
  gtk_widget_measure (content, GTK_ORIENTATION_VERTICAL, width - missing, NULL, &wrapped, NULL,
                      NULL);
  return MAX (0, wrapped - height);
}

static void
on_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
            int *minimum_baseline, int *natural_baseline)
{
  GtkRoot *window = gtk_widget_get_root (widget);
  Widths widths = measure_widths (widget);

  /* GTK 4.8 asks the content for its height as if the shadow were a part of it. */
  usual.measure (widget, orientation, for_size >= 0 ? MAX (0, for_size - widths.outer) : -1,
                 minimum, natural, minimum_baseline, natural_baseline);
  if (orientation == GTK_ORIENTATION_VERTICAL && for_size >= 0)
    *natural += measure_further_lines (widget, widths.natural - for_size);
  else if (orientation == GTK_ORIENTATION_HORIZONTAL && window != NULL)
    *natural
        = MAX (*minimum, MIN (*natural, gtk_widget_get_width (GTK_WIDGET (window)) + widths.outer));
}

void
spark_popover_fit_everywhere (void)
{
  /* Kept for good, as the type is. */
  GtkWidgetClass *popover_class = g_type_class_ref (GTK_TYPE_POPOVER);

  if (popover_class->measure == on_measure)
    return;
  usual = *popover_class;
  popover_class->measure = on_measure;
}
