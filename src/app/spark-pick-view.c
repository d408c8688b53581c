/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-pick-row.h"
#include "app/spark-pick-view.h"

/* A list box lies in what is scrolled. (nullable) */
static GtkWidget *
find_port (GtkWidget *view)
{
  return GTK_IS_LIST_BOX (view) ? gtk_widget_get_ancestor (view, GTK_TYPE_SCROLLED_WINDOW) : view;
}

gboolean
spark_pick_view_has_single_click (GtkWidget *view)
{
  gboolean has = FALSE;

  if (!GTK_IS_LIST_BOX (view))
    g_object_get (view, "single-click-activate", &has, NULL);
  return has;
}

GtkWidget *
spark_pick_view_find_row (GtkWidget *view, GtkWidget *widget)
{
  while (widget != NULL && gtk_widget_get_parent (widget) != view)
    widget = gtk_widget_get_parent (widget);
  return spark_pick_row_get_position (widget) != GTK_INVALID_LIST_POSITION ? widget : NULL;
}

guint
spark_pick_view_find_top (GtkWidget *view)
{
  GtkWidget *port = find_port (view);

  for (GtkWidget *widget = gtk_widget_get_first_child (view); widget != NULL;
       widget = gtk_widget_get_next_sibling (widget))
    {
      guint position = spark_pick_row_get_position (widget);
      graphene_rect_t place;

      if (position != GTK_INVALID_LIST_POSITION && port != NULL && gtk_widget_get_mapped (widget)
          && gtk_widget_compute_bounds (widget, port, &place) && place.origin.y >= 0)
        return position;
    }
  return GTK_INVALID_LIST_POSITION;
}

void
spark_pick_view_scroll_to (GtkWidget *view, guint position)
{
  gtk_widget_activate_action (view, "list.scroll-to-item", "u", position);
}

void
spark_pick_view_focus_row (GtkWidget *view, guint position)
{
  GtkWidget *row;

  spark_pick_view_scroll_to (view, position);
  row = spark_pick_row_find (view, position);
  if (row == NULL)
    return;
  /* A row of a list box has the keyboard only while it can be picked. */
  if (gtk_widget_get_focusable (row))
    gtk_widget_grab_focus (row);
  else
    gtk_widget_child_focus (gtk_widget_get_first_child (row), GTK_DIR_TAB_FORWARD);
}

void
spark_pick_view_show_row (GtkWidget *view, guint position)
{
  GtkWidget *row = spark_pick_row_find (view, position);
  GtkWidget *port;
  graphene_rect_t place;

  if (row == NULL)
    return;
  if (!GTK_IS_LIST_BOX (view))
    {
      spark_pick_view_scroll_to (view, position);
      return;
    }
  port = find_port (view);
  if (port != NULL && gtk_widget_compute_bounds (row, port, &place))
    {
      GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (port));
      double top = gtk_adjustment_get_value (adjustment) + place.origin.y;

      gtk_adjustment_clamp_page (adjustment, top, top + place.size.height);
    }
}
