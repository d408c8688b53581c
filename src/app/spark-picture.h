/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * spark_picture_decode:
 * @bytes: a PNG, JPEG or WebP picture, not trusted
 * @width: in pixels
 * @height: in pixels
 * @radius: of its corners, in pixels
 *
 * Decodes a picture, cut and scaled to exactly this size. What is not such a picture, or would take
 * too much memory, is refused before it is decoded. Any thread; not the main one, it takes a while.
 *
 * Returns: (transfer full): the texture; NULL with G_IO_ERROR_INVALID_DATA
 */
GdkTexture *spark_picture_decode (GBytes *bytes, int width, int height, int radius,
                                  GError **error);

/* The pixels of an image surface in ARGB32, which stays the caller's. Any thread. (transfer full) */
GdkTexture *spark_picture_of_surface (cairo_surface_t *surface);

/* What @node draws, in the pixels of the screen that @widget is on: round corners and letters take
 * long to draw, pixels do not. For what is drawn in many places and long: a texture would be copied
 * each time that cairo draws it. (transfer full) */
GskRenderNode *spark_picture_of_node (GtkWidget *widget, GskRenderNode *node);

G_END_DECLS
