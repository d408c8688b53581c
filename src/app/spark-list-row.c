/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-list-row"

#include "config.h"

#include "app/spark-list-row.h"

void
spark_list_row_set_name (GtkWidget *row, const char *name)
{
  GtkWidget *widget = row;

  g_return_if_fail (GTK_IS_WIDGET (row));

  /* While a row is bound its list's widget is in no list yet. */
  for (GtkWidget *parent; (parent = gtk_widget_get_parent (widget)) != NULL; widget = parent)
    if (GTK_IS_LIST_VIEW (parent) || GTK_IS_GRID_VIEW (parent) || GTK_IS_LIST_BOX (parent))
      break;
  if (widget != row)
    gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                    -1);
}

void
spark_list_focus (GtkWidget *view)
{
  g_return_if_fail (GTK_IS_LIST_VIEW (view) || GTK_IS_GRID_VIEW (view));

  gtk_widget_grab_focus (view);
  /* One that has had the keyboard in no row keeps it for itself, where no key moves it. */
  for (GtkWidget *row = gtk_widget_get_first_child (view);
       row != NULL && gtk_widget_is_focus (view); row = gtk_widget_get_next_sibling (row))
    {
      graphene_rect_t place;

      if (gtk_widget_compute_bounds (row, view, &place) && place.origin.y + place.size.height > 0)
        gtk_widget_grab_focus (row);
    }
}

void
spark_list_focus_first (GtkWidget *view)
{
  GtkWidget *row;

  g_return_if_fail (GTK_IS_LIST_VIEW (view) || GTK_IS_GRID_VIEW (view));

  gtk_widget_activate_action (view, "list.scroll-to-item", "u", 0);
  row = gtk_widget_get_first_child (view);
  gtk_widget_grab_focus (row != NULL ? row : view);
}
