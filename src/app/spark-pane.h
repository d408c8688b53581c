/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SPARK_TYPE_PANE (spark_pane_get_type ())
G_DECLARE_FINAL_TYPE (SparkPane, spark_pane, SPARK, PANE, GtkWidget)

/*
 * Holds one child and asks for the same width whatever the child would like, so that a pane beside
 * a list does not change its width with what it shows.
 *
 * Properties: child, min-width, natural-width (in pixels).
 */

G_END_DECLS
