/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Puts into @menu what the list's own widget @row offers now; nothing: it has no menu. */
typedef void (*SparkRowMenuFill) (GtkWidget *row, GMenu *menu, gpointer user_data);

/**
 * spark_row_menu_attach:
 * @list: a list, grid or box of rows, once; it may be in no window yet
 * @fill: (nullable): NULL: the row's own buttons, as they are seen
 * @user_data: for @fill; outlives @list
 *
 * Gives the rows of @list a menu of what can be done with them: for the secondary button, a long
 * press, the Menu key and Shift+F10. Once it is closed the keyboard is at the row again.
 */
void spark_row_menu_attach (GtkWidget *list, SparkRowMenuFill fill, gpointer user_data);

/* @label: its underscores are mnemonics. For a SparkRowMenuFill. */
void spark_row_menu_append (GMenu *menu, const char *label, const char *action, const char *id);
/* The same of a name, whose underscores are what they are. In any menu. */
void spark_row_menu_append_name (GMenu *menu, const char *name, const char *action, const char *id);
/* What the buttons below @widget do, as they are seen. For a SparkRowMenuFill. */
void spark_row_menu_append_buttons (GMenu *menu, GtkWidget *widget);

G_END_DECLS
