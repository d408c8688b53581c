/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-acts-picture"

#include "config.h"

#include "app/spark-acts-picture.h"

/* Those under which all buttons look otherwise. */
#define LOOKS (GTK_STATE_FLAG_INSENSITIVE | GTK_STATE_FLAG_BACKDROP | GTK_STATE_FLAG_DIR_RTL)
/* Those of one row's buttons alone. */
#define USED                                                                                       \
  (GTK_STATE_FLAG_PRELIGHT | GTK_STATE_FLAG_ACTIVE | GTK_STATE_FLAG_FOCUS_WITHIN                   \
   | GTK_STATE_FLAG_FOCUSED)

/* Round corners and letters take long to draw; pixels do not. */
static GdkTexture *
render (GtkWidget *widget, GskRenderNode *node, const graphene_rect_t *place)
{
  GskRenderer *renderer = gtk_native_get_renderer (gtk_widget_get_native (widget));
  float scale = (float)gtk_widget_get_scale_factor (widget);
  GtkSnapshot *snapshot = gtk_snapshot_new ();
  g_autoptr (GskRenderNode) scaled = NULL;
  graphene_rect_t viewport;

  gtk_snapshot_scale (snapshot, scale, scale);
  gtk_snapshot_append_node (snapshot, node);
  scaled = gtk_snapshot_free_to_node (snapshot);
  graphene_rect_scale (place, scale, scale, &viewport);
  return gsk_renderer_render_texture (renderer, scaled, &viewport);
}

void
spark_acts_picture_take (SparkActsPicture *self, GtkWidget *row, GtkWidget *acts)
{
  GtkStateFlags state = gtk_widget_get_state_flags (acts);
  GtkSnapshot *snapshot;
  g_autoptr (GskRenderNode) node = NULL;
  graphene_rect_t place, whole;

  if ((state & USED) || !gtk_widget_compute_bounds (acts, row, &place))
    return;
  spark_acts_picture_clear (self);
  snapshot = gtk_snapshot_new ();
  gtk_widget_snapshot_child (row, acts, snapshot);
  node = gtk_snapshot_free_to_node (snapshot);
  if (node == NULL)
    return;
  /* Shadows lie beside them. */
  gsk_render_node_get_bounds (node, &whole);
  graphene_rect_round_extents (&whole, &whole);
  self->texture = render (acts, node, &whole);
  self->x = whole.origin.x - place.origin.x;
  self->y = whole.origin.y - place.origin.y;
  self->width = whole.size.width;
  self->height = whole.size.height;
  self->state = state & LOOKS;
}

gboolean
spark_acts_picture_fits (const SparkActsPicture *self, GtkWidget *acts)
{
  GtkStateFlags state = gtk_widget_get_state_flags (acts);

  return self->texture != NULL && !(state & GTK_STATE_FLAG_FOCUS_WITHIN)
         && (state & LOOKS) == self->state;
}

void
spark_acts_picture_draw (const SparkActsPicture *self, GtkSnapshot *snapshot, int x, int y)
{
  if (self->texture != NULL)
    gtk_snapshot_append_texture (
        snapshot, self->texture,
        &GRAPHENE_RECT_INIT ((float)x + self->x, (float)y + self->y, self->width, self->height));
}

void
spark_acts_picture_clear (SparkActsPicture *self)
{
  g_clear_object (&self->texture);
}
