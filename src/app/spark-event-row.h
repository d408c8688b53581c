/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A row for a short history, made for a SparkEventItem; as a GtkListBoxCreateWidgetFunc. */
GtkWidget *spark_event_row_create (gpointer item, gpointer user_data);

/* On another day: @list is bound to @events with spark_event_row_create(). */
void spark_event_row_update_all (GtkListBox *list, GListModel *events);

G_END_DECLS
