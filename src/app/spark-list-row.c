/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-list-row"

#include "config.h"

#include "app/spark-list-row.h"

/* Data of a list box: the place, from 1, of the row with the keyboard that is about to go */
#define LEFT "spark-left-by-keyboard"

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

static void
on_rows_change_cb (GListModel *model, guint position, guint removed, guint added, GtkWidget *list)
{
  GtkRoot *root = gtk_widget_get_root (list);
  GtkWidget *row = root != NULL ? gtk_root_get_focus (root) : NULL;
  int index;

  while (row != NULL && gtk_widget_get_parent (row) != list)
    row = gtk_widget_get_parent (row);
  index = GTK_IS_LIST_BOX_ROW (row) ? gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (row)) : -1;
  if (index >= (int)position && index < (int)(position + removed))
    g_object_set_data (G_OBJECT (list), LEFT, GINT_TO_POINTER (index + 1));
}

static void
on_rows_changed_cb (GListModel *model, guint position, guint removed, guint added, GtkWidget *list)
{
  int left = GPOINTER_TO_INT (g_object_steal_data (G_OBJECT (list), LEFT));
  int last = (int)g_list_model_get_n_items (model);
  GtkListBoxRow *row
      = left > 0 ? gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), MIN (left, last) - 1) : NULL;

  /* Its act comes last. */
  if (row != NULL)
    gtk_widget_child_focus (GTK_WIDGET (row), GTK_DIR_TAB_BACKWARD);
}

void
spark_list_bind (GtkListBox *list, GListModel *model, GtkListBoxCreateWidgetFunc create,
                 gpointer user_data)
{
  g_return_if_fail (GTK_IS_LIST_BOX (list));
  g_return_if_fail (G_IS_LIST_MODEL (model));

  /* Before and after the list has followed. */
  g_signal_connect_object (model, "items-changed", G_CALLBACK (on_rows_change_cb), list, 0);
  gtk_list_box_bind_model (list, model, create, user_data, NULL);
  g_signal_connect_object (model, "items-changed", G_CALLBACK (on_rows_changed_cb), list, 0);
}
