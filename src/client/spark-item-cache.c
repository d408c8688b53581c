/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-item-cache"

#include "config.h"

#include "client/spark-item-cache.h"

#define N_HELD 256

struct _SparkItemCache
{
  /* owned */
  GHashTable *entries;   /* key → Entry */
  gpointer held[N_HELD]; /* in the order in which they came; NULL: none yet */

  guint next;
};

typedef struct
{
  gint64 key; /* first: the entry is found by it */

  /* borrowed */
  SparkItemCache *cache;
  gpointer item;
} Entry;

static void
on_item_gone_cb (gpointer data, GObject *item)
{
  Entry *entry = data;

  g_hash_table_remove (entry->cache->entries, &entry->key);
}

static void
stop_following (Entry *entry)
{
  g_object_weak_unref (entry->item, on_item_gone_cb, entry);
}

SparkItemCache *
spark_item_cache_new (void)
{
  SparkItemCache *self = g_new0 (SparkItemCache, 1);

  self->entries = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
  return self;
}

void
spark_item_cache_free (SparkItemCache *self)
{
  GHashTableIter iter;
  gpointer entry;

  if (self == NULL)
    return;
  spark_item_cache_release (self);
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    stop_following (entry);
  g_hash_table_unref (self->entries);
  g_free (self);
}

gpointer
spark_item_cache_get (SparkItemCache *self, gint64 key)
{
  Entry *entry = g_hash_table_lookup (self->entries, &key);

  return entry != NULL ? g_object_ref (entry->item) : NULL;
}

void
spark_item_cache_add (SparkItemCache *self, gint64 key, gpointer item)
{
  Entry *entry;

  g_return_if_fail (!g_hash_table_contains (self->entries, &key));

  entry = g_new (Entry, 1);
  *entry = (Entry){ key, self, item };
  g_object_weak_ref (item, on_item_gone_cb, entry);
  g_hash_table_add (self->entries, entry);
  g_set_object (&self->held[self->next], item);
  self->next = (self->next + 1) % N_HELD;
}

void
spark_item_cache_forget (SparkItemCache *self, gint64 key)
{
  Entry *entry = g_hash_table_lookup (self->entries, &key);

  if (entry == NULL)
    return;
  stop_following (entry);
  g_hash_table_remove (self->entries, &key);
}

void
spark_item_cache_forget_if (SparkItemCache *self, SparkItemCacheFunc func, gpointer user_data)
{
  GHashTableIter iter;
  gpointer entry;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    if (func (((Entry *)entry)->key, user_data))
      {
        stop_following (entry);
        g_hash_table_iter_remove (&iter);
      }
}

void
spark_item_cache_release (SparkItemCache *self)
{
  for (guint i = 0; i < N_HELD; i++)
    g_clear_object (&self->held[i]);
}
