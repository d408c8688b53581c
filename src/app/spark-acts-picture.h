/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How the buttons of one kind of row look, for drawing them in rows whose own were not made yet:
 * buttons are half the work of a row that comes into view. Zeroed: none taken yet. */
typedef struct
{
  /* owned */
  GskRenderNode *node;

  /* where the buttons were */
  graphene_point_t place;
  GtkStateFlags state;
} SparkActsPicture;

/* Of @acts, a child of @row that was given its size and holds the buttons; nothing while the
 * pointer or the keyboard is at them. */
void spark_acts_picture_take (SparkActsPicture *self, GtkWidget *row, GtkWidget *acts);

/* Whether one was taken that looks as buttons in @acts would. */
gboolean spark_acts_picture_fits (const SparkActsPicture *self, GtkWidget *acts);

/* At the place of the row's buttons. */
void spark_acts_picture_draw (const SparkActsPicture *self, GtkSnapshot *snapshot, int x, int y);

void spark_acts_picture_clear (SparkActsPicture *self);

G_END_DECLS
