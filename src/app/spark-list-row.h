/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Names the list's own widget around @row, which is what a screen reader stops at; nothing outside
 * a list. */
void spark_list_row_set_name (GtkWidget *row, const char *name);

G_END_DECLS
