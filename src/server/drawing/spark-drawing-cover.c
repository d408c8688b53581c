/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-drawing"

#include "config.h"

#include <cairo.h>
#include <math.h>
#include <sodium.h>
#include <string.h>

#include "model/spark-error.h"
#include "server/drawing/spark-drawing-module.h"

#define WIDTH  270
#define HEIGHT 480

/* What decides a picture: bytes of the id's hash, one a choice. */
typedef struct
{
  cairo_t *cr;
  const guint8 *bytes;
  const guint32 *palette;
} Scene;

/* Sky above, sky below, far, near, light. */
static const guint32 palettes[][5] = {
  { 0x1b2a6b, 0xf2788f, 0x6b3b78, 0x2b1b47, 0xffd58a },
  { 0x2d6cdf, 0xbfe6ff, 0x5d9a6b, 0x2e6145, 0xfff3b8 },
  { 0xf5894a, 0xffd9a0, 0xc65b3c, 0x7a2f36, 0xfff0c9 },
  { 0x0f2e3d, 0x3f8f8b, 0x1d5560, 0x0b2530, 0xd5fff2 },
  { 0x8e5bd6, 0xf7c6e8, 0x7a4bb0, 0x46256f, 0xffe6f4 },
  { 0xe8e2d6, 0xfaf6ee, 0xc9a57c, 0x7c5a3d, 0xd9472f },
  { 0x06283d, 0x256d85, 0x47b5ff, 0x06283d, 0xdff6ff },
  { 0xd94f70, 0xf9a875, 0x9b2f5f, 0x571845, 0xffefcf },
};

static void
paint (Scene *scene, guint color, double alpha)
{
  guint32 rgb = scene->palette[color];

  cairo_set_source_rgba (scene->cr, ((rgb >> 16) & 255) / 255.0, ((rgb >> 8) & 255) / 255.0,
                         (rgb & 255) / 255.0, alpha);
}

static double
choose (Scene *scene, guint index, double least, double most)
{
  return least + (most - least) * scene->bytes[index % 32] / 255.0;
}

static void
disc (Scene *scene, double x, double y, double radius)
{
  cairo_arc (scene->cr, x, y, radius, 0, 2 * G_PI);
  cairo_fill (scene->cr);
}

static void
draw_sky (Scene *scene)
{
  cairo_pattern_t *sky = cairo_pattern_create_linear (0, 0, 0, HEIGHT);

  for (guint i = 0; i < 2; i++)
    cairo_pattern_add_color_stop_rgb (sky, i, ((scene->palette[i] >> 16) & 255) / 255.0,
                                      ((scene->palette[i] >> 8) & 255) / 255.0,
                                      (scene->palette[i] & 255) / 255.0);
  cairo_set_source (scene->cr, sky);
  cairo_paint (scene->cr);
  cairo_pattern_destroy (sky);
}

static void
draw_sun (Scene *scene, double y)
{
  double x = choose (scene, 1, 60, WIDTH - 60);

  for (guint i = 3; i > 0; i--)
    {
      paint (scene, 4, i == 1 ? 1 : 0.16);
      disc (scene, x, y, choose (scene, 2, 22, 40) * (0.55 + i * 0.45));
    }
}

static void
draw_ridge (Scene *scene, double base, double height, guint seed, guint color, double alpha)
{
  double phase = choose (scene, seed, 0, 2 * G_PI), length = choose (scene, seed + 1, 40, 90);

  cairo_move_to (scene->cr, 0, HEIGHT);
  for (int x = 0; x <= WIDTH; x += 3)
    cairo_line_to (scene->cr, x,
                   base - height * (0.6 * sin (x / length + phase) + 0.4 * sin (x / 23.0 + phase)));
  cairo_line_to (scene->cr, WIDTH, HEIGHT);
  cairo_close_path (scene->cr);
  paint (scene, color, alpha);
  cairo_fill (scene->cr);
}

static void
draw_hills (Scene *scene)
{
  draw_sun (scene, choose (scene, 3, 120, 230));
  draw_ridge (scene, 300, 50, 4, 2, 0.6);
  draw_ridge (scene, 350, 34, 6, 2, 1);
  draw_ridge (scene, 410, 22, 8, 3, 1);
}

static void
draw_sea (Scene *scene)
{
  draw_sun (scene, 250);
  paint (scene, 2, 1);
  cairo_rectangle (scene->cr, 0, 280, WIDTH, HEIGHT);
  cairo_fill (scene->cr);
  for (guint i = 0; i < 26; i++)
    {
      paint (scene, i % 2 == 0 ? 4 : 3, 0.35);
      cairo_rectangle (scene->cr, choose (scene, i, -20, WIDTH - 40), 288 + i * 7.5, 26 + i * 2,
                       2.5);
      cairo_fill (scene->cr);
    }
}

static void
draw_city (Scene *scene)
{
  draw_sun (scene, 110);
  for (guint i = 0; i < 9; i++)
    {
      double x = i * 31 - 6, top = choose (scene, i + 5, 170, 350);

      paint (scene, i % 2 == 0 ? 3 : 2, 1);
      cairo_rectangle (scene->cr, x, top, 34, HEIGHT);
      cairo_fill (scene->cr);
      for (guint window = 0; window < 24; window++)
        if ((scene->bytes[(i + window) % 32] >> (window % 8)) & 1)
          {
            paint (scene, 4, 0.8);
            cairo_rectangle (scene->cr, x + 6 + (window % 2) * 13, top + 12 + window / 2 * 18, 8,
                             9);
            cairo_fill (scene->cr);
          }
    }
}

static void
draw_plate (Scene *scene)
{
  double y = choose (scene, 3, 230, 280);

  paint (scene, 3, 0.25);
  disc (scene, WIDTH / 2.0 + 5, y + 9, 106);
  paint (scene, 1, 1);
  disc (scene, WIDTH / 2.0, y, 104);
  paint (scene, 0, 0.18);
  disc (scene, WIDTH / 2.0, y, 76);
  for (guint i = 0; i < 11; i++)
    {
      double angle = choose (scene, i, 0, 2 * G_PI), away = choose (scene, i + 11, 0, 58);

      paint (scene, 2 + i % 3, 0.95);
      disc (scene, WIDTH / 2.0 + away * cos (angle), y + away * sin (angle),
            choose (scene, i + 7, 8, 20));
    }
}

static void
draw_bloom (Scene *scene)
{
  for (guint flower = 0; flower < 5; flower++)
    {
      double x = choose (scene, flower, 40, WIDTH - 40), y = choose (scene, flower + 9, 110, 380);
      double size = choose (scene, flower + 4, 22, 40);

      paint (scene, 3, 1);
      cairo_set_line_width (scene->cr, 5);
      cairo_move_to (scene->cr, x, y);
      cairo_curve_to (scene->cr, x + 12, y + 80, x - 16, y + 160, x, HEIGHT);
      cairo_stroke (scene->cr);
      for (guint petal = 0; petal < 7; petal++)
        {
          paint (scene, 2, 0.85);
          disc (scene, x + size * cos (petal * 2 * G_PI / 7), y + size * sin (petal * 2 * G_PI / 7),
                size * 0.62);
        }
      paint (scene, 4, 1);
      disc (scene, x, y, size * 0.6);
    }
}

static void
draw_stage (Scene *scene)
{
  for (guint i = 0; i < 5; i++)
    {
      double top = 27 + i * 54, foot = choose (scene, i, -40, WIDTH + 40);

      cairo_move_to (scene->cr, top, -10);
      cairo_line_to (scene->cr, foot - 46, HEIGHT);
      cairo_line_to (scene->cr, foot + 46, HEIGHT);
      cairo_close_path (scene->cr);
      paint (scene, 4, 0.17);
      cairo_fill (scene->cr);
    }
  paint (scene, 3, 1);
  disc (scene, WIDTH / 2.0, 250, 34);
  cairo_move_to (scene->cr, WIDTH / 2.0 - 66, HEIGHT);
  cairo_curve_to (scene->cr, WIDTH / 2.0 - 66, 280, WIDTH / 2.0 + 66, 280, WIDTH / 2.0 + 66,
                  HEIGHT);
  cairo_fill (scene->cr);
}

static cairo_status_t
append (void *data, const unsigned char *bytes, unsigned length)
{
  g_byte_array_append (data, bytes, length);
  return CAIRO_STATUS_SUCCESS;
}

/* From @top on, @height pixels of the scene that @id decides. */
static GBytes *
draw (const char *id, int top, int height, GError **error)
{
  static void (*const motifs[]) (Scene *) = {
    draw_hills, draw_sea, draw_city, draw_plate, draw_bloom, draw_stage,
  };
  guint8 bytes[32];
  g_autoptr (GByteArray) png = g_byte_array_new ();
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, WIDTH, height);
  Scene scene = { cairo_create (surface), bytes, NULL };
  cairo_status_t status;

  crypto_generichash (bytes, sizeof bytes, (const guint8 *)id, strlen (id), NULL, 0);
  scene.palette = palettes[bytes[30] % G_N_ELEMENTS (palettes)];
  cairo_translate (scene.cr, 0, -top);
  draw_sky (&scene);
  motifs[bytes[31] % G_N_ELEMENTS (motifs)](&scene);
  status = cairo_surface_write_to_png_stream (surface, append, png);
  cairo_destroy (scene.cr);
  cairo_surface_destroy (surface);
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                   "The picture could not be drawn: %s.", cairo_status_to_string (status));
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&png));
}

GBytes *
spark_drawing_module_cover (const char *item_id, GError **error)
{
  return draw (item_id, 0, HEIGHT, error);
}

GBytes *
spark_drawing_module_avatar (const char *account_id, GError **error)
{
  return draw (account_id, (HEIGHT - WIDTH) / 2, WIDTH, error);
}
