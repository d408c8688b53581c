/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-replica"

#include "config.h"

#include "client/spark-touched.h"

#define SEEN_BITS 16

void
spark_touched_clear (SparkTouched *self)
{
  for (guint kind = 0; kind < SPARK_N_KINDS; kind++)
    {
      g_clear_pointer (&self->keys[kind], g_array_unref);
      g_clear_pointer (&self->seen[kind], g_free);
    }
}

void
spark_touched_add (SparkTouched *self, SparkKind kind, gint64 key)
{
  if (self->keys[kind] == NULL)
    self->keys[kind] = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_array_append_val (self->keys[kind], key);
}

static guint
hash (gint64 key)
{
  return (guint)(((guint64)key * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)) >> (64 - SEEN_BITS));
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  gint64 first = *(const gint64 *)a, second = *(const gint64 *)b;

  return (first > second) - (first < second);
}

void
spark_touched_end (SparkTouched *self)
{
  for (guint kind = 0; kind < SPARK_N_KINDS; kind++)
    {
      GArray *keys = self->keys[kind];
      guint n_keys = 0;

      if (keys == NULL)
        continue;
      g_array_sort (keys, compare_keys);
      self->seen[kind] = g_malloc0 ((1 << SEEN_BITS) / 8);
      for (guint i = 0; i < keys->len; i++)
        {
          gint64 key = g_array_index (keys, gint64, i);

          if (n_keys > 0 && g_array_index (keys, gint64, n_keys - 1) == key)
            continue;
          g_array_index (keys, gint64, n_keys++) = key;
          self->seen[kind][hash (key) / 8] |= (guint8)(1 << (hash (key) % 8));
        }
      g_array_set_size (keys, n_keys);
    }
}

gboolean
spark_touched_has (const SparkTouched *self, SparkKind kind, gint64 key)
{
  if (self->keys[kind] == NULL || !(self->seen[kind][hash (key) / 8] & (1 << (hash (key) % 8))))
    return FALSE;
  return g_array_binary_search (self->keys[kind], &key, compare_keys, NULL);
}

SparkKinds
spark_touched_kinds (const SparkTouched *self)
{
  SparkKinds kinds = 0;

  for (guint kind = 0; kind < SPARK_N_KINDS; kind++)
    if (self->keys[kind] != NULL)
      kinds |= 1u << kind;
  return kinds;
}
