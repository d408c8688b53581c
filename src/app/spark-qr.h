/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define SPARK_TYPE_QR (spark_qr_get_type ())
G_DECLARE_FINAL_TYPE (SparkQr, spark_qr, SPARK, QR, GtkWidget)

/*
 * A QR code: dark on white with the margin that scanners need, whatever the colour scheme is. The
 * owner gives it its accessible name; nothing of the text is in it. Main thread.
 */

/* @text: (nullable): NULL or one that is too long: nothing is drawn */
void spark_qr_set_text (SparkQr *self, const char *text);

/**
 * spark_qr_draw:
 * @size: of the square, the margin included, in the units of @cr
 *
 * Returns: whether @text, which may have some 2,000 bytes, fits into a QR code
 */
gboolean spark_qr_draw (cairo_t *cr, const char *text, double x, double y, double size);

/* A square of some @size pixels, for a file; (transfer full) (nullable): NULL: it does not fit */
GdkTexture *spark_qr_make_texture (const char *text, int size);

G_END_DECLS
