/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SPARK_TYPE_SPLIT_VIEW (spark_split_view_get_type ())
G_DECLARE_FINAL_TYPE (SparkSplitView, spark_split_view, SPARK, SPLIT_VIEW, GtkWidget)

/*
 * A list and the detail of what is chosen in it: beside each other where there is room, else the
 * one in place of the other. The detail is not there at all until it is shown.
 *
 * Properties: sidebar, content (widgets); collapsed (read-only: there is no room for both);
 * show-content (also changed by the person going back).
 */
gboolean spark_split_view_get_collapsed (SparkSplitView *self);
gboolean spark_split_view_get_show_content (SparkSplitView *self);
void spark_split_view_set_show_content (SparkSplitView *self, gboolean show_content);

G_END_DECLS
