/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-picture"

#include "config.h"

#include <math.h>
#include <string.h>

#include "app/spark-picture.h"

#define MAX_SIDE   8192
#define MAX_PIXELS (8 * 1024 * 1024)

static guint
read_be (const guint8 *data, guint n)
{
  guint value = 0;

  for (guint i = 0; i < n; i++)
    value = value << 8 | data[i];
  return value;
}

static guint
read_le (const guint8 *data, guint n)
{
  guint value = 0;

  for (guint i = n; i > 0; i--)
    value = value << 8 | data[i - 1];
  return value;
}

static gboolean
measure_png (const guint8 *data, gsize size, guint *width, guint *height)
{
  if (size < 24 || memcmp (data, "\x89PNG\r\n\x1a\n", 8) != 0 || memcmp (data + 12, "IHDR", 4) != 0)
    return FALSE;
  *width = read_be (data + 16, 4);
  *height = read_be (data + 20, 4);
  return TRUE;
}

static gboolean
measure_jpeg (const guint8 *data, gsize size, guint *width, guint *height)
{
  gsize at = 2;

  if (size < 4 || data[0] != 0xff || data[1] != 0xd8)
    return FALSE;
  while (size - at >= 9 && data[at] == 0xff)
    {
      guint8 marker = data[at + 1];
      guint length = read_be (data + at + 2, 2);

      if (marker == 0xff)
        {
          at++;
          continue;
        }
      /* Start of frame, of any kind; the other three in this range are tables. */
      if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc)
        {
          *height = read_be (data + at + 5, 2);
          *width = read_be (data + at + 7, 2);
          return TRUE;
        }
      if (length < 2 || length + 2 > size - at)
        return FALSE;
      at += length + 2;
    }
  return FALSE;
}

static gboolean
measure_webp (const guint8 *data, gsize size, guint *width, guint *height)
{
  if (size < 30 || memcmp (data, "RIFF", 4) != 0 || memcmp (data + 8, "WEBP", 4) != 0)
    return FALSE;
  if (memcmp (data + 12, "VP8X", 4) == 0)
    {
      *width = read_le (data + 24, 3) + 1;
      *height = read_le (data + 27, 3) + 1;
      return TRUE;
    }
  if (memcmp (data + 12, "VP8L", 4) == 0)
    {
      guint bits = read_le (data + 21, 4);

      *width = (bits & 0x3fff) + 1;
      *height = (bits >> 14 & 0x3fff) + 1;
      return TRUE;
    }
  if (memcmp (data + 12, "VP8 ", 4) == 0)
    {
      *width = read_le (data + 26, 2) & 0x3fff;
      *height = read_le (data + 28, 2) & 0x3fff;
      return TRUE;
    }
  return FALSE;
}

static gboolean
is_acceptable (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  guint width = 0;
  guint height = 0;

  if (!measure_png (data, size, &width, &height) && !measure_jpeg (data, size, &width, &height)
      && !measure_webp (data, size, &width, &height))
    return FALSE;
  return width > 0 && height > 0 && width <= MAX_SIDE && height <= MAX_SIDE
         && (guint64)width * height <= MAX_PIXELS;
}

/* Where pixels are of the kind that surfaces have, they are turned into floating point and back each
 * time that they are drawn by cairo. */
GdkTexture *
spark_picture_of_surface (cairo_surface_t *surface)
{
  g_autoptr (GdkPixbuf) pixels = gdk_pixbuf_get_from_surface (
      surface, 0, 0, cairo_image_surface_get_width (surface),
      cairo_image_surface_get_height (surface));

  return pixels != NULL ? gdk_texture_new_for_pixbuf (pixels) : NULL;
}

static void
clip_corners (cairo_t *cr, int width, int height, int radius)
{
  if (radius == 0)
    return;
  cairo_new_sub_path (cr);
  cairo_arc (cr, width - radius, radius, radius, -M_PI_2, 0);
  cairo_arc (cr, width - radius, height - radius, radius, 0, M_PI_2);
  cairo_arc (cr, radius, height - radius, radius, M_PI_2, M_PI);
  cairo_arc (cr, radius, radius, radius, M_PI, 3 * M_PI_2);
  cairo_close_path (cr);
  cairo_clip (cr);
}

static GdkTexture *
scale (GdkTexture *texture, int width, int height, int radius)
{
  int from_width = gdk_texture_get_width (texture);
  int from_height = gdk_texture_get_height (texture);
  double factor = MAX ((double)width / from_width, (double)height / from_height);
  cairo_surface_t *from = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, from_width, from_height);
  cairo_surface_t *to = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  cairo_t *cr = cairo_create (to);
  GdkTexture *scaled = NULL;

  if (cairo_surface_status (from) == CAIRO_STATUS_SUCCESS
      && cairo_status (cr) == CAIRO_STATUS_SUCCESS)
    {
      gdk_texture_download (texture, cairo_image_surface_get_data (from),
                            (gsize)cairo_image_surface_get_stride (from));
      cairo_surface_mark_dirty (from);
      clip_corners (cr, width, height, radius);
      cairo_translate (cr, (width - from_width * factor) / 2, (height - from_height * factor) / 2);
      cairo_scale (cr, factor, factor);
      cairo_set_source_surface (cr, from, 0, 0);
      cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_GOOD);
      cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
      cairo_paint (cr);
      cairo_surface_flush (to);
      scaled = spark_picture_of_surface (to);
    }
  cairo_destroy (cr);
  cairo_surface_destroy (to);
  cairo_surface_destroy (from);
  return scaled;
}

GdkTexture *
spark_picture_decode (GBytes *bytes, int width, int height, int radius, GError **error)
{
  g_autoptr (GdkTexture) texture = NULL;
  GdkTexture *scaled = NULL;

  g_return_val_if_fail (width > 0 && height > 0, NULL);

  if (is_acceptable (bytes))
    texture = gdk_texture_new_from_bytes (bytes, NULL);
  if (texture != NULL && gdk_texture_get_width (texture) <= MAX_SIDE
      && gdk_texture_get_height (texture) <= MAX_SIDE)
    scaled = scale (texture, width, height, radius);
  if (scaled == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "This is not a picture.");
  return scaled;
}

GskRenderNode *
spark_picture_of_node (GtkWidget *widget, GskRenderNode *node)
{
  int scale_factor = gtk_widget_get_scale_factor (widget);
  graphene_rect_t place;
  cairo_surface_t *surface;
  GskRenderNode *picture;
  cairo_t *cr;

  gsk_render_node_get_bounds (node, &place);
  graphene_rect_round_extents (&place, &place);
  surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int)place.size.width * scale_factor,
                                        (int)place.size.height * scale_factor);
  cairo_surface_set_device_scale (surface, scale_factor, scale_factor);
  cr = cairo_create (surface);
  cairo_translate (cr, -place.origin.x, -place.origin.y);
  gsk_render_node_draw (node, cr);
  cairo_destroy (cr);

  picture = gsk_cairo_node_new (&place);
  cr = gsk_cairo_node_get_draw_context (picture);
  cairo_set_source_surface (cr, surface, place.origin.x, place.origin.y);
  cairo_paint (cr);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  return picture;
}
