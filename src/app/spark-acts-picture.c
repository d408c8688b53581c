/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-acts-picture"

#include "config.h"

#include "app/spark-acts-picture.h"
#include "app/spark-picture.h"

/* Those under which all buttons look otherwise. */
#define LOOKS (GTK_STATE_FLAG_INSENSITIVE | GTK_STATE_FLAG_BACKDROP | GTK_STATE_FLAG_DIR_RTL)
/* Those of one row's buttons alone. */
#define USED                                                                                       \
  (GTK_STATE_FLAG_PRELIGHT | GTK_STATE_FLAG_ACTIVE | GTK_STATE_FLAG_FOCUS_WITHIN                   \
   | GTK_STATE_FLAG_FOCUSED)

void
spark_acts_picture_take (SparkActsPicture *self, GtkWidget *row, GtkWidget *acts)
{
  GtkStateFlags state = gtk_widget_get_state_flags (acts);
  GtkSnapshot *snapshot;
  g_autoptr (GskRenderNode) node = NULL;
  graphene_rect_t place;

  if ((state & USED) || !gtk_widget_compute_bounds (acts, row, &place))
    return;
  spark_acts_picture_clear (self);
  snapshot = gtk_snapshot_new ();
  gtk_widget_snapshot_child (row, acts, snapshot);
  node = gtk_snapshot_free_to_node (snapshot);
  if (node == NULL)
    return;
  self->node = spark_picture_of_node (acts, node);
  self->place = place.origin;
  self->state = state & LOOKS;
}

gboolean
spark_acts_picture_fits (const SparkActsPicture *self, GtkWidget *acts)
{
  GtkStateFlags state = gtk_widget_get_state_flags (acts);

  return self->node != NULL && !(state & GTK_STATE_FLAG_FOCUS_WITHIN)
         && (state & LOOKS) == self->state;
}

void
spark_acts_picture_draw (const SparkActsPicture *self, GtkSnapshot *snapshot, int x, int y)
{
  if (self->node == NULL)
    return;
  gtk_snapshot_save (snapshot);
  gtk_snapshot_translate (
      snapshot, &GRAPHENE_POINT_INIT ((float)x - self->place.x, (float)y - self->place.y));
  gtk_snapshot_append_node (snapshot, self->node);
  gtk_snapshot_restore (snapshot);
}

void
spark_acts_picture_clear (SparkActsPicture *self)
{
  g_clear_pointer (&self->node, gsk_render_node_unref);
}
