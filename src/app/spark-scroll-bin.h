/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define SPARK_TYPE_SCROLL_BIN (spark_scroll_bin_get_type ())
G_DECLARE_FINAL_TYPE (SparkScrollBin, spark_scroll_bin, SPARK, SCROLL_BIN, GtkWidget)

/*
 * Asks for the height its child needs at the width it gets, and scrolls when there is less. (A
 * GtkScrolledWindow asks as if no text had to wrap, and so hides the last lines of a dialog.)
 * Property: child.
 */
GtkWidget *spark_scroll_bin_new (void);
void spark_scroll_bin_set_child (SparkScrollBin *self, GtkWidget *child);
GtkWidget *spark_scroll_bin_get_child (SparkScrollBin *self);

G_END_DECLS
