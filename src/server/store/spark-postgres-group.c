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
  group->keys = g_ptr_array_new_with_free_func ((GDestroyNotify)g_bytes_unref);
  group->jobs = g_array_new (FALSE, FALSE, sizeof (guint));
  return group;
}

void
spark_pg_group_drop (SparkPgGroup *group, SparkPgValue *values)
{
  for (int i = 0; i < group->query->n_values; i++)
    spark_pg_value_clear (&values[i]);
  g_free (values);
}

void
spark_pg_group_free (gpointer data)
{
  SparkPgGroup *group = data;

  for (guint i = 0; i < group->rows->len; i++)
    spark_pg_group_drop (group, group->rows->pdata[i]);
  g_ptr_array_unref (group->rows);
  g_ptr_array_unref (group->keys);
  g_array_unref (group->jobs);
  g_free (group);
}

SparkPgValue *
spark_pg_take_values (SparkPgStatement *statement)
{
  gsize size = sizeof (SparkPgValue) * MAX (statement->n_values, 1);
  SparkPgValue *values = g_memdup2 (statement->values, size);

  memset (statement->values, 0, sizeof statement->values);
  statement->n_values = 0;
  return values;
}

GBytes *
spark_pg_key (const SparkPgStatement *statement)
{
  GByteArray *key = g_byte_array_sized_new (64);

  g_byte_array_append (key, (const guint8 *)statement->query.name,
                       (guint)strlen (statement->query.name) + 1);
  for (int i = 0; i < statement->n_values; i++)
    {
      const SparkPgValue *value = &statement->values[i];

      g_byte_array_append (key, (const guint8 *)&value->length, sizeof value->length);
      if (value->length > 0)
        g_byte_array_append (key,
                             value->type == SPARK_PG_INT8 ? (const guint8 *)&value->number
                                                          : (const guint8 *)value->data,
                             (guint)value->length);
    }
  return g_byte_array_free_to_bytes (key);
}

void
spark_pg_groups_want (GPtrArray *groups, SparkPgQuery *query, GBytes *key, SparkPgValue *values)
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
  for (guint i = 0; i < group->keys->len; i++)
    if (g_bytes_equal (group->keys->pdata[i], key))
      {
        spark_pg_group_drop (group, values);
        return;
      }
  g_ptr_array_add (group->keys, g_bytes_ref (key));
  g_ptr_array_add (group->rows, values);
}
