/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-picture"

#include "config.h"

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

static GdkTexture *
scale (GdkTexture *texture, int width, int height)
{
  int from_width = gdk_texture_get_width (texture);
  int from_height = gdk_texture_get_height (texture);
  double factor = MAX ((double)width / from_width, (double)height / from_height);
  cairo_surface_t *from = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, from_width, from_height);
  cairo_surface_t *to = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
  cairo_t *cr = cairo_create (to);
  g_autoptr (GBytes) pixels = NULL;
  GdkTexture *scaled = NULL;

  if (cairo_surface_status (from) == CAIRO_STATUS_SUCCESS
      && cairo_status (cr) == CAIRO_STATUS_SUCCESS)
    {
      gdk_texture_download (texture, cairo_image_surface_get_data (from),
                            (gsize)cairo_image_surface_get_stride (from));
      cairo_surface_mark_dirty (from);
      cairo_translate (cr, (width - from_width * factor) / 2, (height - from_height * factor) / 2);
      cairo_scale (cr, factor, factor);
      cairo_set_source_surface (cr, from, 0, 0);
      cairo_pattern_set_filter (cairo_get_source (cr), CAIRO_FILTER_GOOD);
      cairo_pattern_set_extend (cairo_get_source (cr), CAIRO_EXTEND_PAD);
      cairo_paint (cr);
      cairo_surface_flush (to);
      pixels = g_bytes_new (cairo_image_surface_get_data (to),
                            (gsize)cairo_image_surface_get_stride (to) * (gsize)height);
      scaled = gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, pixels,
                                       (gsize)cairo_image_surface_get_stride (to));
    }
  cairo_destroy (cr);
  cairo_surface_destroy (to);
  cairo_surface_destroy (from);
  return scaled;
}

GdkTexture *
spark_picture_decode (GBytes *bytes, int width, int height, GError **error)
{
  g_autoptr (GdkTexture) texture = NULL;
  GdkTexture *scaled = NULL;

  g_return_val_if_fail (width > 0 && height > 0, NULL);

  if (is_acceptable (bytes))
    texture = gdk_texture_new_from_bytes (bytes, NULL);
  if (texture != NULL && gdk_texture_get_width (texture) <= MAX_SIDE
      && gdk_texture_get_height (texture) <= MAX_SIDE)
    scaled = scale (texture, width, height);
  if (scaled == NULL)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "This is not a picture.");
  return scaled;
}

GdkTexture *
spark_picture_of_surface (cairo_surface_t *surface)
{
  int width = cairo_image_surface_get_width (surface);
  int height = cairo_image_surface_get_height (surface);
  gsize stride = (gsize)cairo_image_surface_get_stride (surface);
  g_autoptr (GBytes) bytes = NULL;

  cairo_surface_flush (surface);
  bytes = g_bytes_new (cairo_image_surface_get_data (surface), stride * (gsize)height);
  return gdk_memory_texture_new (width, height, GDK_MEMORY_DEFAULT, bytes, stride);
}
