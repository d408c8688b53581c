/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SPARK_TYPE_TOAST_LAYOUT (spark_toast_layout_get_type ())
G_DECLARE_FINAL_TYPE (SparkToastLayout, spark_toast_layout, SPARK, TOAST_LAYOUT, GtkLayoutManager)

/*
 * Lays out what a toast consists of: first its words, last what closes it, and its act between
 * them. Where all three have no room side by side, as with large letters on a telephone, the act
 * comes below.
 */

/* (transfer full); main thread */
GtkLayoutManager *spark_toast_layout_new (void);

G_END_DECLS
