/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SPARK_TYPE_TEXT (spark_text_get_type ())
G_DECLARE_FINAL_TYPE (SparkText, spark_text, SPARK, TEXT, GtkWidget)

/*
 * A text in a row of a long list, styled as a label. A GtkLabel lays its text out several times to
 * be measured, and a new text makes the whole window ask for its size again; this one lays it out
 * once, when the row that holds it is given its size.
 *
 * It asks for no room: who holds it asks how large the text is and places it. The style class
 * "numeric" is respected.
 *
 * Properties: lines (the most; what is more is ellipsized; 0: as many as there are).
 */

/**
 * spark_text_set_text:
 *
 * Asks for no new size: that is up to who holds it.
 */
void spark_text_set_text (SparkText *self, const char *text);
/* (transfer none) */
const char *spark_text_get_text (SparkText *self);

/**
 * spark_text_lay_out:
 * @width: the room for it, in pixels
 * @text_width: (out) (optional): what the text takes of it
 *
 * It is drawn as it was laid out last.
 *
 * Returns: how high the text is then, in pixels
 */
int spark_text_lay_out (SparkText *self, int width, int *text_width);

/* The font of emoji is large, and takes longer to find and to open than a frame of a list does: here
 * it is opened for texts in the style of @self before the first of them comes. */
void spark_text_load_emoji (SparkText *self);

/* (transfer none): as it is drawn */
PangoLayout *spark_text_get_layout (SparkText *self);

G_END_DECLS
