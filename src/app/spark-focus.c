/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-focus"

#include "config.h"

#include "app/spark-focus.h"

void
spark_focus_leave (GtkWidget *widget)
{
  GtkRoot *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;
  GtkWidget *content = widget;

  if (focus == NULL || (focus != widget && !gtk_widget_is_ancestor (focus, widget)))
    return;
  /* The window itself would begin anew at its top. */
  for (GtkWidget *parent = gtk_widget_get_parent (content);
       parent != NULL && parent != GTK_WIDGET (root); parent = gtk_widget_get_parent (content))
    content = parent;
  if (!gtk_widget_child_focus (content, GTK_DIR_TAB_FORWARD))
    gtk_widget_child_focus (content, GTK_DIR_TAB_BACKWARD);
}
