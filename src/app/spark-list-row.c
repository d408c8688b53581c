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
