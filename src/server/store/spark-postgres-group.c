/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <string.h>

#include "server/store/spark-postgres-batch.h"

/* Statements of several jobs that are alike: one query, many sets of values. */

SparkPgGroup *
spark_pg_group_new (SparkPgQuery *query)
{
  SparkPgGroup *group = g_new0 (SparkPgGroup, 1);

  group->query = query;
  group->rows = g_ptr_array_new ();
  group->jobs = g_array_new (FALSE, FALSE, sizeof (guint));
  return group;
}

void
spark_pg_query_drop (const SparkPgQuery *query, SparkPgValue *values)
{
  for (int i = 0; i < query->n_values; i++)
    spark_pg_value_clear (&values[i]);
  g_free (values);
}

void
spark_pg_group_free (gpointer data)
{
  SparkPgGroup *group = data;

  for (guint i = 0; i < group->rows->len; i++)
    spark_pg_query_drop (group->query, group->rows->pdata[i]);
  g_ptr_array_unref (group->rows);
  g_array_unref (group->jobs);
  g_free (group);
}

SparkPgValue *
spark_pg_take_values (SparkPgStatement *statement)
{
  gsize size = sizeof (SparkPgValue) * (gsize)MAX (statement->n_values, 1);
  SparkPgValue *values = g_memdup2 (statement->values, size);

  memset (statement->values, 0, size);
  statement->n_values = 0;
  return values;
}

void
spark_pg_groups_want (GPtrArray *groups, SparkPgQuery *query, SparkPgValue *values)
{
  SparkPgGroup *group = NULL;

  for (guint i = 0; i < groups->len && group == NULL; i++)
    if (((SparkPgGroup *)groups->pdata[i])->query == query)
      group = groups->pdata[i];
  if (group == NULL)
    {
      group = spark_pg_group_new (query);
      g_ptr_array_add (groups, group);
    }
  /* Several jobs may want the same. */
  for (guint i = 0; i < group->rows->len; i++)
    if (spark_pg_values_equal (group->rows->pdata[i], values, query->n_values))
      {
        spark_pg_query_drop (query, values);
        return;
      }
  g_ptr_array_add (group->rows, values);
}

/* --- what was read --- */

static guint
entry_hash (gconstpointer data)
{
  const SparkPgEntry *entry = data;
  guint hash = g_direct_hash (entry->query);

  for (int i = 0; i < entry->query->n_values; i++)
    {
      const SparkPgValue *value = &entry->values[i];

      hash = (hash ^ (guint)(value->number >> 32) ^ (guint)value->number) * 16777619U;
      for (int at = 0; value->data != NULL && at < value->length; at++)
        hash = (hash ^ (guint8)value->data[at]) * 16777619U;
    }
  return hash;
}

static gboolean
entry_equal (gconstpointer a, gconstpointer b)
{
  const SparkPgEntry *left = a, *right = b;

  return left->query == right->query
         && spark_pg_values_equal (left->values, right->values, left->query->n_values);
}

static void
entry_free (gpointer data)
{
  SparkPgEntry *entry = data;

  spark_pg_query_drop (entry->query, entry->values);
  g_free (entry);
}

GHashTable *
spark_pg_cache_new (void)
{
  return g_hash_table_new_full (entry_hash, entry_equal, entry_free, NULL);
}

SparkPgEntry *
spark_pg_cache_find (GHashTable *cache, const SparkPgQuery *query, SparkPgValue *values)
{
  const SparkPgEntry asked = { .query = query, .values = values };

  return g_hash_table_lookup (cache, &asked);
}
