/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef void (*SparkRestFunc) (GtkWidget *widget);

/**
 * spark_rest_add:
 * @widget: something in a GtkScrolledWindow
 *
 * Calls @func with @widget, once, as soon as a frame goes by in which what is around it was not
 * scrolled.
 *
 * Returns: what gtk_widget_remove_tick_callback() takes as long as @func was not called
 */
guint spark_rest_add (GtkWidget *widget, SparkRestFunc func);

G_END_DECLS
