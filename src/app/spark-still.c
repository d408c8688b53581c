/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-still"

#include "config.h"

#include "app/spark-picture.h"
#include "app/spark-still.h"

struct _SparkStill
{
  AdwBin parent_instance;
};

G_DEFINE_FINAL_TYPE (SparkStill, spark_still, ADW_TYPE_BIN)

/* A graphics processor has the symbols in its memory, and would be given the picture in addition. */
static gboolean
is_drawn_by_cairo (GtkWidget *widget)
{
  return GSK_IS_CAIRO_RENDERER (gtk_native_get_renderer (gtk_widget_get_native (widget)));
}

static void
spark_still_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  g_autoptr (GskRenderNode) picture = NULL;
  g_autoptr (GskRenderNode) node = NULL;
  GtkSnapshot *inside;

  if (!is_drawn_by_cairo (widget))
    {
      GTK_WIDGET_CLASS (spark_still_parent_class)->snapshot (widget, snapshot);
      return;
    }
  inside = gtk_snapshot_new ();
  GTK_WIDGET_CLASS (spark_still_parent_class)->snapshot (widget, inside);
  node = gtk_snapshot_free_to_node (inside);
  if (node == NULL)
    return;
  picture = spark_picture_of_node (widget, node);
  gtk_snapshot_append_node (snapshot, picture);
}

static void
spark_still_class_init (SparkStillClass *klass)
{
  GTK_WIDGET_CLASS (klass)->snapshot = spark_still_snapshot;
}

static void
spark_still_init (SparkStill *self)
{
}
