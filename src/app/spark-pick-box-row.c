/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-pick-box-row.h"
#include "app/spark-pick-row.h"

struct _SparkPickBoxRow
{
  GtkListBoxRow parent_instance;

  /* borrowed, below the row */
  GtkWidget *box;
  GtkWidget *row;
  GtkWidget *acts;
  GtkWidget *check; /* NULL: the list was never selected from */
};

G_DEFINE_FINAL_TYPE (SparkPickBoxRow, spark_pick_box_row, GTK_TYPE_LIST_BOX_ROW)

static void
add_check (SparkPickBoxRow *self)
{
  self->check = spark_pick_row_new_check ();
  gtk_widget_set_valign (self->check, GTK_ALIGN_CENTER);
  gtk_box_prepend (GTK_BOX (self->box), self->check);
}

static void
spark_pick_box_row_class_init (SparkPickBoxRowClass *klass)
{
}

static void
spark_pick_box_row_init (SparkPickBoxRow *self)
{
  gtk_widget_set_focusable (GTK_WIDGET (self), FALSE);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), self->box);
}

GtkWidget *
spark_pick_box_row_new (GtkWidget *row, GtkWidget *acts)
{
  SparkPickBoxRow *self = g_object_new (SPARK_TYPE_PICK_BOX_ROW, NULL);

  self->row = row;
  self->acts = acts;
  gtk_widget_set_hexpand (row, TRUE);
  gtk_box_append (GTK_BOX (self->box), row);
  return GTK_WIDGET (self);
}

void
spark_pick_box_row_set_active (SparkPickBoxRow *self, gboolean active)
{
  g_return_if_fail (SPARK_IS_PICK_BOX_ROW (self));

  if (self->check == NULL && active)
    add_check (self);
  if (self->check != NULL)
    gtk_widget_set_visible (self->check, active);
  gtk_widget_set_focusable (GTK_WIDGET (self), active);
  /* One that has come in the place of another may have got the keyboard at its act. */
  if (active && gtk_widget_get_focus_child (GTK_WIDGET (self)) != NULL)
    gtk_widget_grab_focus (GTK_WIDGET (self));
  gtk_widget_set_sensitive (self->acts, !active);
  gtk_widget_set_can_focus (self->row, !active);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), active);
  /* "Not selected" is to be heard only while one selects. */
  if (!active)
    gtk_accessible_reset_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_SELECTED);
}

void
spark_pick_box_row_set_picked (SparkPickBoxRow *self, gboolean picked)
{
  g_return_if_fail (SPARK_IS_PICK_BOX_ROW (self));

  if (self->check != NULL)
    gtk_check_button_set_active (GTK_CHECK_BUTTON (self->check), picked);
  if (picked)
    gtk_widget_set_state_flags (GTK_WIDGET (self), GTK_STATE_FLAG_SELECTED, FALSE);
  else
    gtk_widget_unset_state_flags (GTK_WIDGET (self), GTK_STATE_FLAG_SELECTED);
  if (gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (self)))
    gtk_accessible_update_state (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_STATE_SELECTED, picked, -1);
}
