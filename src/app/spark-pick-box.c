/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-pick-box-row.h"
#include "app/spark-pick-box.h"
#include "app/spark-pick-row.h"

/* Data of the box, while its cursor moves: the place, from 1, it moves from */
#define FROM "spark-moved-from"

static guint
find_focused (GtkListBox *box)
{
  return spark_pick_row_get_position (gtk_widget_get_focus_child (GTK_WIDGET (box)));
}

/* By Space, Enter and Ctrl+Space */
static void
on_activated_cb (GtkListBox *box, GtkListBoxRow *row, SparkPickBar *bar)
{
  spark_pick_bar_toggle (bar, spark_pick_row_get_position (GTK_WIDGET (row)));
}

static void
on_all_cb (GtkListBox *box, SparkPickBar *bar)
{
  spark_pick_bar_set_all (bar, TRUE);
}

static void
on_none_cb (GtkListBox *box, SparkPickBar *bar)
{
  spark_pick_bar_set_all (bar, FALSE);
}

static void
on_move_cb (GtkListBox *box, GtkMovementStep step, int count, gboolean extend, gboolean modify,
            SparkPickBar *bar)
{
  guint position = find_focused (box);

  if (position != GTK_INVALID_LIST_POSITION)
    g_object_set_data (G_OBJECT (box), FROM, GUINT_TO_POINTER (position + 1));
}

static void
on_moved_cb (GtkListBox *box, GtkMovementStep step, int count, gboolean extend, gboolean modify,
             SparkPickBar *bar)
{
  guint from = GPOINTER_TO_UINT (g_object_steal_data (G_OBJECT (box), FROM));
  guint position = find_focused (box);

  if (from == 0 || position == GTK_INVALID_LIST_POSITION)
    return;
  if (extend)
    spark_pick_bar_add_range (bar, from - 1);
  /* As in a list view: without Ctrl it selects what it moves to. */
  else if (!modify && position != from - 1)
    spark_pick_bar_pick_only (bar, position);
}

void
spark_pick_box_follow (GtkListBox *box, SparkPickBar *bar)
{
  g_return_if_fail (GTK_IS_LIST_BOX (box));

  g_signal_connect (box, "row-activated", G_CALLBACK (on_activated_cb), bar);
  g_signal_connect (box, "select-all", G_CALLBACK (on_all_cb), bar);
  g_signal_connect (box, "unselect-all", G_CALLBACK (on_none_cb), bar);
  g_signal_connect (box, "move-cursor", G_CALLBACK (on_move_cb), bar);
  g_signal_connect_after (box, "move-cursor", G_CALLBACK (on_moved_cb), bar);
}

void
spark_pick_box_mark (GtkListBox *box, GtkSelectionModel *picked)
{
  GtkListBoxRow *row;

  g_return_if_fail (GTK_IS_LIST_BOX (box));

  for (guint i = 0; (row = gtk_list_box_get_row_at_index (box, (int)i)) != NULL; i++)
    {
      spark_pick_box_row_set_active (SPARK_PICK_BOX_ROW (row), picked != NULL);
      spark_pick_box_row_set_picked (SPARK_PICK_BOX_ROW (row),
                                     picked != NULL && gtk_selection_model_is_selected (picked, i));
    }
}
