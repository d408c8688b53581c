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

G_END_DECLS
