/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-pick-ids.h"

static guint
count (GHashTable *ids, const char *id)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (ids, id));
}

static void
add (GHashTable *ids, const char *id, guint n)
{
  g_hash_table_insert (ids, g_strdup (id), GUINT_TO_POINTER (count (ids, id) + n));
}

GHashTable *
spark_pick_ids_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

GHashTable *
spark_pick_ids_collect (GListModel *model, GtkBitset *rows, SparkPickId get_id)
{
  GHashTable *ids = spark_pick_ids_new ();
  GtkBitsetIter iter;
  guint position;

  for (gboolean more = gtk_bitset_iter_init_first (&iter, rows, &position); more;
       more = gtk_bitset_iter_next (&iter, &position))
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, position);
      const char *id = item != NULL ? get_id (item) : NULL;

      if (id != NULL)
        add (ids, id, 1);
    }
  return ids;
}

void
spark_pick_ids_add_lost (GHashTable *lost, GHashTable *before, GHashTable *now)
{
  GHashTableIter iter;
  gpointer id, n;

  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &id, &n))
    if (GPOINTER_TO_UINT (n) > count (now, id))
      add (lost, id, GPOINTER_TO_UINT (n) - count (now, id));
}

gboolean
spark_pick_ids_take (GHashTable *ids, const char *id)
{
  guint n = id != NULL ? count (ids, id) : 0;

  if (n > 1)
    g_hash_table_insert (ids, g_strdup (id), GUINT_TO_POINTER (n - 1));
  else if (n == 1)
    g_hash_table_remove (ids, id);
  return n > 0;
}
