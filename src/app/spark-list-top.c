/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-list-top"

#include "config.h"

#include "app/spark-list-top.h"

static void
on_items_changed_cb (GListModel *model, guint position, guint removed, guint added, GtkWidget *view)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (view));
  g_autoptr (GListModel) shown = NULL;

  /* While rows are selected the view has another model over the same list, and does not know of the
   * change yet. */
  g_object_get (view, "model", &shown, NULL);
  if (shown != model)
    return;
  /* The value is still the one from before the change. */
  if (added > 0 && adjustment != NULL
      && gtk_adjustment_get_value (adjustment) <= gtk_adjustment_get_lower (adjustment))
    gtk_widget_activate_action (view, "list.scroll-to-item", "u", 0);
}

void
spark_list_keep_top (GtkWidget *view, GListModel *model)
{
  g_return_if_fail (GTK_IS_SCROLLABLE (view));
  g_return_if_fail (G_IS_LIST_MODEL (model));

  g_signal_connect_object (model, "items-changed", G_CALLBACK (on_items_changed_cb), view,
                           G_CONNECT_AFTER);
}
