/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * How large a text can be, without laying it out: a list asks every row it has for its size,
 * twenty times as many as are seen, and to lay out their texts takes longer than all else.
 */

/* Of a widget's font, in pixels. Zero: not asked yet, or the font may have changed. */
typedef struct
{
  int width;  /* of a usual character */
  int height; /* of a line */
} SparkTextBounds;

/**
 * spark_text_bounds_update:
 * @label: the widget in whose font the text is
 *
 * Looks at the font where that was not done yet.
 */
void spark_text_bounds_update (SparkTextBounds *self, GtkWidget *label);

/**
 * spark_text_bounds_get_line_height:
 *
 * Returns: what no line of @text is higher than, in pixels; 0: not known, as in scripts whose
 * letters are tall
 */
int spark_text_bounds_get_line_height (const SparkTextBounds *self, const char *text);

/**
 * spark_text_bounds_is_one_line:
 *
 * Returns: whether @text surely needs no more than one line of @width pixels
 */
gboolean spark_text_bounds_is_one_line (const SparkTextBounds *self, const char *text, int width);

G_END_DECLS
