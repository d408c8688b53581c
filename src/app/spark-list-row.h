/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Names the list's own widget around @row, which is what a screen reader stops at; nothing outside
 * a list. */
void spark_list_row_set_name (GtkWidget *row, const char *name);

/* Puts the keyboard into a list or grid view: where it was in it, else at the first row in view. */
void spark_list_focus (GtkWidget *view);
/* The same at its first row, which comes into view. */
void spark_list_focus_first (GtkWidget *view);

/* gtk_list_box_bind_model(), with which a row that changes or moves is another one. The keyboard is
 * not lost with it: it stays at that place of the list. */
void spark_list_bind (GtkListBox *list, GListModel *model, GtkListBoxCreateWidgetFunc create,
                      gpointer user_data);

G_END_DECLS
