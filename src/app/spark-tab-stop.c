/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-tab-stop"

#include "config.h"

#include "app/spark-tab-stop.h"

struct _SparkTabStop
{
  AdwBin parent_instance;
};

G_DEFINE_FINAL_TYPE (SparkTabStop, spark_tab_stop, ADW_TYPE_BIN)

/* The list's own widget that has the keyboard, itself or within it; NULL: none */
static GtkWidget *
find_row (GtkWidget *self)
{
  GtkWidget *widget = gtk_root_get_focus (gtk_widget_get_root (self));
  GtkWidget *row = NULL;

  for (; widget != NULL && widget != self; widget = gtk_widget_get_parent (widget))
    {
      GtkWidget *parent = gtk_widget_get_parent (widget);

      if (GTK_IS_LIST_VIEW (parent) || GTK_IS_GRID_VIEW (parent))
        row = widget;
    }
  return widget == self ? row : NULL;
}

static gboolean
enter (GtkWidget *self, GtkDirectionType direction)
{
  GtkWidget *row;

  if (!GTK_WIDGET_CLASS (spark_tab_stop_parent_class)->focus (self, direction))
    return FALSE;
  row = direction == GTK_DIR_TAB_FORWARD ? find_row (self) : NULL;
  if (row != NULL && !gtk_widget_is_focus (row))
    gtk_widget_grab_focus (row);
  return TRUE;
}

static gboolean
spark_tab_stop_focus (GtkWidget *widget, GtkDirectionType direction)
{
  GtkWidget *row;

  if (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD)
    return GTK_WIDGET_CLASS (spark_tab_stop_parent_class)->focus (widget, direction);
  row = find_row (widget);
  if (row == NULL)
    return enter (widget, direction);
  /* From the row itself, back is out. */
  if (direction == GTK_DIR_TAB_BACKWARD && gtk_widget_is_focus (row))
    return FALSE;
  for (GtkWidget *child = gtk_widget_get_first_child (row); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_child_focus (child, direction))
      return TRUE;
  return direction == GTK_DIR_TAB_BACKWARD && gtk_widget_grab_focus (row);
}

static void
spark_tab_stop_class_init (SparkTabStopClass *klass)
{
  GTK_WIDGET_CLASS (klass)->focus = spark_tab_stop_focus;
}

static void
spark_tab_stop_init (SparkTabStop *self)
{
}
