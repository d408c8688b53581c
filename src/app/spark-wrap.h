/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Lays its children side by side while there is room, and what has none into a further line, as a
 * text does with its words. A child that expands takes the rest of its line, and is content with a
 * quarter more than it needs at least. One that asks for the middle gets it in a line of its own.
 *
 * An even one (the property "even") has as many in each line, one below the other: four that have no
 * room in one line stand in two of two.
 *
 * Children are added in templates, or with gtk_widget_set_parent(). Main thread only.
 */
#define SPARK_TYPE_WRAP (spark_wrap_get_type ())

G_DECLARE_FINAL_TYPE (SparkWrap, spark_wrap, SPARK, WRAP, GtkWidget)

G_END_DECLS
