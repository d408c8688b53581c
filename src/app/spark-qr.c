/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-qr"

#include "config.h"

#include <math.h>

#include <qrencode.h>

#include "app/spark-picture.h"
#include "app/spark-qr.h"

/* The quiet zone that the standard asks for, in modules. */
#define MARGIN 4
/* Of the widget: what a phone still reads from a screen, and what it reads at once. */
#define MIN_SIDE 120
#define SIDE     220

struct _SparkQr
{
  GtkWidget parent_instance;

  /* owned */
  char *text;
};

G_DEFINE_FINAL_TYPE (SparkQr, spark_qr, GTK_TYPE_WIDGET)

gboolean
spark_qr_draw (cairo_t *cr, const char *text, double x, double y, double size)
{
  QRcode *code = QRcode_encodeString8bit (text, 0, QR_ECLEVEL_M);
  double module, start;

  if (code == NULL)
    return FALSE;
  cairo_save (cr);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_rectangle (cr, x, y, size, size);
  cairo_fill (cr);
  /* Whole pixels keep the edges sharp; what is left over makes the margin wider. */
  module = size / (code->width + 2 * MARGIN);
  if (module >= 1)
    module = floor (module);
  start = floor ((size - module * code->width) / 2);
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE);
  cairo_set_source_rgb (cr, 0, 0, 0);
  for (int row = 0; row < code->width; row++)
    for (int column = 0; column < code->width; column++)
      if (code->data[row * code->width + column] & 1)
        cairo_rectangle (cr, x + start + column * module, y + start + row * module, module, module);
  cairo_fill (cr);
  cairo_restore (cr);
  QRcode_free (code);
  return TRUE;
}

GdkTexture *
spark_qr_make_texture (const char *text, int size)
{
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, size, size);
  cairo_t *cr = cairo_create (surface);
  GdkTexture *texture = NULL;

  if (spark_qr_draw (cr, text, 0, 0, size))
    texture = spark_picture_of_surface (surface);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  return texture;
}

static void
spark_qr_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  SparkQr *self = SPARK_QR (widget);
  int width = gtk_widget_get_width (widget);
  int height = gtk_widget_get_height (widget);
  int size = MIN (width, height);
  cairo_t *cr;

  if (self->text == NULL || size <= 0)
    return;
  cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, width, height));
  spark_qr_draw (cr, self->text, (width - size) / 2, (height - size) / 2, size);
  cairo_destroy (cr);
}

static void
spark_qr_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                  int *natural, int *minimum_baseline, int *natural_baseline)
{
  *minimum = MIN_SIDE;
  *natural = SIDE;
}

static void
spark_qr_finalize (GObject *object)
{
  g_free (SPARK_QR (object)->text);
  G_OBJECT_CLASS (spark_qr_parent_class)->finalize (object);
}

static void
spark_qr_class_init (SparkQrClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = spark_qr_finalize;
  widget_class->snapshot = spark_qr_snapshot;
  widget_class->measure = spark_qr_measure;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_set_css_name (widget_class, "qr");
}

static void
spark_qr_init (SparkQr *self)
{
}

void
spark_qr_set_text (SparkQr *self, const char *text)
{
  g_return_if_fail (SPARK_IS_QR (self));

  if (g_strcmp0 (self->text, text) == 0)
    return;
  g_free (self->text);
  self->text = g_strdup (text);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
