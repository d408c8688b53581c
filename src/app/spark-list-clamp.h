/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SPARK_TYPE_LIST_CLAMP (spark_list_clamp_get_type ())

/**
 * SparkListClamp:
 *
 * Holds a long list or grid within a scrolled window and gives it the width that AdwClampScrollable
 * would. That one asks how high the list is for several widths in every frame of scrolling, and the
 * list asks each of its two hundred rows; this one for the width alone that the list is given.
 *
 * Properties: child (a GtkScrollable, at construction), maximum-size (its greatest width, in pixels).
 */
G_DECLARE_FINAL_TYPE (SparkListClamp, spark_list_clamp, SPARK, LIST_CLAMP, GtkWidget)

G_END_DECLS
