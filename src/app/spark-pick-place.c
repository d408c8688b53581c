/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-pick-place.h"

static gboolean
is_same (GListModel *a, guint i, GListModel *b, guint j)
{
  g_autoptr (GObject) first = g_list_model_get_item (a, i);
  g_autoptr (GObject) second = g_list_model_get_item (b, j);

  return first != NULL && first == second;
}

gboolean
spark_pick_place_is_part (GtkSelectionModel *plain, GListModel *model)
{
  g_autoptr (GListModel) whole = NULL;

  if (plain != NULL)
    g_object_get (plain, "model", &whole, NULL);
  return whole != NULL && whole != model;
}

guint
spark_pick_place_in_whole (GListModel *part, guint position, GListModel *whole)
{
  guint n = g_list_model_get_n_items (whole);
  guint j = 0;

  for (guint i = 0; i < n && position != GTK_INVALID_LIST_POSITION; i++)
    if (is_same (whole, i, part, j) && j++ == position)
      return i;
  return GTK_INVALID_LIST_POSITION;
}

guint
spark_pick_place_in_part (GListModel *whole, guint position, GListModel *part)
{
  guint n = g_list_model_get_n_items (part);
  guint j = 0;

  if (position == GTK_INVALID_LIST_POSITION || n == 0)
    return GTK_INVALID_LIST_POSITION;
  for (guint i = 0; i < position; i++)
    j += is_same (whole, i, part, j);
  return MIN (j, n - 1);
}
