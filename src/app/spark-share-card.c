/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-share-card"

#include "config.h"

#include <math.h>

#include "app/spark-picture.h"
#include "app/spark-qr.h"
#include "app/spark-share-card.h"

#define WIDTH  SPARK_SHARE_CARD_WIDTH
#define HEIGHT SPARK_SHARE_CARD_HEIGHT
#define MARGIN 72
#define GAP    60
#define RADIUS 36
#define TOP    240 /* of the cover and what stands beside it */
#define COVER  SPARK_SHARE_CARD_COVER_WIDTH
#define SIDE_X (MARGIN + COVER + GAP)
#define SIDE   (WIDTH - SIDE_X - MARGIN)

typedef struct
{
  cairo_t *cr;
  gboolean rtl;
} Pen;

static void
set_colour (cairo_t *cr, guint32 rgb)
{
  cairo_set_source_rgb (cr, ((rgb >> 16) & 0xff) / 255.0, ((rgb >> 8) & 0xff) / 255.0,
                        (rgb & 0xff) / 255.0);
}

static double
mirror (Pen *pen, double x, double width)
{
  return pen->rtl ? WIDTH - x - width : x;
}

static void
add_rounded (cairo_t *cr, double x, double y, double width, double height, double radius)
{
  cairo_new_sub_path (cr);
  cairo_arc (cr, x + width - radius, y + radius, radius, -M_PI_2, 0);
  cairo_arc (cr, x + width - radius, y + height - radius, radius, 0, M_PI_2);
  cairo_arc (cr, x + radius, y + height - radius, radius, M_PI_2, M_PI);
  cairo_arc (cr, x + radius, y + radius, radius, M_PI, 3 * M_PI_2);
  cairo_close_path (cr);
}

#define LEAST_SIZE 0.75 /* of the letters, so that a text has room */

/* At most @lines lines, begun at @y, in smaller letters where it needs them; what does not fit even so
 * ends in an ellipsis. Returns the height. */
static double
draw_text (Pen *pen, const char *text, const char *font, guint32 colour, double x, double y,
           double width, int lines)
{
  PangoLayout *layout = pango_cairo_create_layout (pen->cr);
  PangoFontDescription *description = pango_font_description_from_string (font);
  int height, least;

  pango_layout_set_font_description (layout, description);
  pango_layout_set_text (layout, text, -1);
  pango_layout_set_width (layout, (int)width * PANGO_SCALE);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_height (layout, -lines);
  pango_layout_set_ellipsize (layout, PANGO_ELLIPSIZE_END);
  /* By the card's direction, also where a name is in another script. */
  pango_layout_set_auto_dir (layout, TRUE);
  pango_layout_set_alignment (layout, PANGO_ALIGN_LEFT);
  if ((pango_layout_get_direction (layout, 0) == PANGO_DIRECTION_RTL) != pen->rtl)
    pango_layout_set_alignment (layout, PANGO_ALIGN_RIGHT);
  least = (int)(pango_font_description_get_size (description) * LEAST_SIZE);
  while (pango_layout_is_ellipsized (layout)
         && pango_font_description_get_size (description) - PANGO_SCALE >= least)
    {
      pango_font_description_set_size (description,
                                       pango_font_description_get_size (description) - PANGO_SCALE);
      pango_layout_set_font_description (layout, description);
    }
  pango_layout_get_pixel_size (layout, NULL, &height);
  set_colour (pen->cr, colour);
  cairo_move_to (pen->cr, mirror (pen, x, width), y);
  pango_cairo_show_layout (pen->cr, layout);
  pango_font_description_free (description);
  g_object_unref (layout);
  return height;
}

static void
draw_cover (Pen *pen, GdkTexture *cover)
{
  double x = mirror (pen, MARGIN, COVER);
  int width = cover != NULL ? gdk_texture_get_width (cover) : 0;
  int height = cover != NULL ? gdk_texture_get_height (cover) : 0;
  cairo_surface_t *surface;

  cairo_save (pen->cr);
  add_rounded (pen->cr, x, TOP, COVER, SPARK_SHARE_CARD_COVER_HEIGHT, RADIUS);
  cairo_clip (pen->cr);
  set_colour (pen->cr, 0xd9d2f2);
  cairo_paint (pen->cr);
  if (cover != NULL)
    {
      surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width, height);
      gdk_texture_download (cover, cairo_image_surface_get_data (surface),
                            (gsize)cairo_image_surface_get_stride (surface));
      cairo_surface_mark_dirty (surface);
      cairo_translate (pen->cr, x, TOP);
      cairo_scale (pen->cr, (double)COVER / width, (double)SPARK_SHARE_CARD_COVER_HEIGHT / height);
      cairo_set_source_surface (pen->cr, surface, 0, 0);
      cairo_paint (pen->cr);
      cairo_surface_destroy (surface);
    }
  cairo_restore (pen->cr);
}

static void
draw_side (Pen *pen, const char *language, const SparkShareWords *words)
{
  g_autofree char *whom = spark_share_say (language, "for", words);
  g_autofree char *period = spark_share_say (language, "period", words);
  g_autofree char *scan = spark_share_say (language, "scan", words);
  double qr_top = TOP + SPARK_SHARE_CARD_COVER_HEIGHT - SIDE;
  double y = TOP;

  y += draw_text (pen, whom, "Sans Bold 33", 0x1d1830, SIDE_X, y, SIDE, 2) + 18;
  y += draw_text (pen, period, "Sans 23", 0x1d1830, SIDE_X, y, SIDE, 2) + 18;
  if (words->video != NULL && qr_top - y > 110)
    draw_text (pen, words->video, "Sans 20", 0x565069, SIDE_X, y, SIDE,
               MAX (1, (int)((qr_top - y - 24) / 40)));
  add_rounded (pen->cr, mirror (pen, SIDE_X, SIDE), qr_top, SIDE, SIDE, RADIUS);
  cairo_set_source_rgb (pen->cr, 1, 1, 1);
  cairo_fill (pen->cr);
  spark_qr_draw (pen->cr, words->url, mirror (pen, SIDE_X, SIDE) + 6, qr_top + 6, SIDE - 12);
  draw_text (pen, scan, "Sans Bold 24", 0x1d1830, MARGIN, TOP + SPARK_SHARE_CARD_COVER_HEIGHT + 54,
             WIDTH - 2 * MARGIN, 2);
}

GdkTexture *
spark_share_card_draw (GdkTexture *cover, const char *language, const SparkShareWords *words)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, WIDTH, HEIGHT);
  Pen pen = { cairo_create (surface), spark_share_language_is_rtl (language) };
  g_autofree char *creator = words->creator != NULL ? g_strconcat ("@", words->creator, NULL)
                                                    : g_strdup (words->account);
  GdkTexture *texture;

  set_colour (pen.cr, 0xf4f2fb);
  cairo_paint (pen.cr);
  set_colour (pen.cr, 0x5b2ec4);
  cairo_rectangle (pen.cr, 0, 0, WIDTH, 168);
  cairo_fill (pen.cr);
  draw_text (&pen, creator != NULL ? creator : "", "Sans Bold 42", 0xffffff, MARGIN, 48,
             WIDTH - 2 * MARGIN, 1);
  draw_cover (&pen, cover);
  draw_side (&pen, language, words);
  if (words->sample)
    {
      g_autofree char *sample = spark_share_say (language, "sample", words);

      set_colour (pen.cr, 0xffe39a);
      cairo_rectangle (pen.cr, 0, HEIGHT - 96, WIDTH, 96);
      cairo_fill (pen.cr);
      draw_text (&pen, sample, "Sans Bold 20", 0x3d2c00, MARGIN, HEIGHT - 66, WIDTH - 2 * MARGIN, 1);
    }
  cairo_destroy (pen.cr);
  texture = spark_picture_of_surface (surface);
  cairo_surface_destroy (surface);
  return texture;
}
