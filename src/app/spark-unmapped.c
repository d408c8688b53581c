/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-unmapped"

#include "config.h"

#include <adwaita.h>

#include "app/spark-unmapped.h"

static void
on_map_cb (GtkWidget *widget)
{
  gtk_accessible_update_state (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_STATE_HIDDEN, FALSE, -1);
}

static void
on_unmap_cb (GtkWidget *widget)
{
  gtk_accessible_update_state (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
}

void
spark_unmapped_hide (GtkWidget *widget)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));

  if (!gtk_widget_get_mapped (widget))
    on_unmap_cb (widget);
  g_signal_connect_after (widget, "map", G_CALLBACK (on_map_cb), NULL);
  g_signal_connect_after (widget, "unmap", G_CALLBACK (on_unmap_cb), NULL);
}

void
spark_unmapped_hide_pages (gpointer stack)
{
  g_return_if_fail (GTK_IS_WIDGET (stack));

  for (GtkWidget *child = gtk_widget_get_first_child (stack); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    spark_unmapped_hide (child);
}

void
spark_unmapped_hide_within (gpointer widget)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));

  if (GTK_IS_STACK (widget) || ADW_IS_VIEW_STACK (widget) || ADW_IS_LEAFLET (widget)
      || ADW_IS_SQUEEZER (widget) || GTK_IS_REVEALER (widget))
    spark_unmapped_hide_pages (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    spark_unmapped_hide_within (child);
}
