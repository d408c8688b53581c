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

/* A list claims the same height at any width; its rows know better. */
static int
measure_rows (GtkWidget *list, int width)
{
  int own, widest = 0, height = 0;

  gtk_widget_measure (list, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &own, NULL, NULL);
  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      int natural;

      gtk_widget_measure (row, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
      widest = MAX (widest, natural);
    }
  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      int natural;

      gtk_widget_measure (row, GTK_ORIENTATION_VERTICAL, width - (own - widest), NULL, &natural,
                          NULL, NULL);
      height += natural;
    }
  return height;
}

static int
measure_height (GtkWidget *content, int width)
{
  int height;

  if (GTK_IS_LIST_VIEW (content))
    return measure_rows (content, width);
  gtk_widget_measure (content, GTK_ORIENTATION_VERTICAL, width, NULL, &height, NULL, NULL);
  return height;
}

/* What scrolls, as a menu does, is as high as at the width it asks for, whatever it is given. */
static int
measure_further_lines (GtkWidget *popover, int missing)
{
  GtkWidget *scrolled = gtk_popover_get_child (GTK_POPOVER (popover));
  GtkWidget *content;
  int width;

  if (missing <= 0 || !GTK_IS_SCROLLED_WINDOW (scrolled))
    return 0;
  content = gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (scrolled));
  gtk_widget_measure (content, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &width, NULL, NULL);
  return MAX (0, measure_height (content, width - missing) - measure_height (content, width));
}

static void
on_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
            int *minimum_baseline, int *natural_baseline)
{
  GtkRoot *window = gtk_widget_get_root (widget);
  Widths widths = measure_widths (widget);
  int room = window != NULL ? gtk_widget_get_width (GTK_WIDGET (window)) + widths.outer : G_MAXINT;

  /* GTK 4.8 asks the content for its height as if the shadow were a part of it. */
  usual.measure (widget, orientation, for_size >= 0 ? MAX (0, for_size - widths.outer) : -1,
                 minimum, natural, minimum_baseline, natural_baseline);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    *natural = MAX (*minimum, MIN (*natural, room));
  else
    /* A list with choices asks for its height as if it did not depend on a width. */
    *natural += measure_further_lines (widget, widths.natural - (for_size >= 0 ? for_size : room));
}

/* What scrolls moves what a popover belongs to as the letters grow, maybe off the screen: then GTK
 * 4.8 knows no place and no size for it. */
static void
close_scrolled (GtkWidget *widget)
{
  if (GTK_IS_POPOVER (widget) && gtk_widget_get_mapped (widget)
      && gtk_widget_get_ancestor (gtk_widget_get_parent (widget), GTK_TYPE_SCROLLED_WINDOW) != NULL)
    {
      gtk_popover_popdown (GTK_POPOVER (widget));
      return;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    close_scrolled (child);
}

static void
on_letters_cb (GtkSettings *settings)
{
  static int before;
  GListModel *windows = gtk_window_get_toplevels ();
  int now;

  g_object_get (settings, "gtk-xft-dpi", &now, NULL);
  if (now == before)
    return;
  before = now;
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);

      close_scrolled (window);
    }
}

void
spark_popover_fit_everywhere (void)
{
  GtkSettings *settings = gtk_settings_get_default ();
  /* Kept for good, as the type is. */
  GtkWidgetClass *popover_class = g_type_class_ref (GTK_TYPE_POPOVER);

  if (popover_class->measure == on_measure)
    return;
  usual = *popover_class;
  popover_class->measure = on_measure;
  on_letters_cb (settings);
  g_signal_connect (settings, "notify::gtk-xft-dpi", G_CALLBACK (on_letters_cb), NULL);
}
