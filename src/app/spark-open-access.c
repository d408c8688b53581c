/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-open-access"

#include "config.h"

#include "app/spark-open-access.h"

gboolean
spark_open_access_is (const SparkGrant *grant)
{
  return grant->state == SPARK_GRANT_STATE_PENDING || grant->state == SPARK_GRANT_STATE_AUTHORIZED;
}

gboolean
spark_open_access_is_active (const SparkGrant *grant)
{
  return spark_open_access_is (grant) || grant->state == SPARK_GRANT_STATE_REVOKING;
}

gboolean
spark_open_access_was_ended (const SparkGrant *grant)
{
  return !spark_open_access_is (grant) && grant->state != SPARK_GRANT_STATE_EXPIRED;
}

gboolean
spark_open_access_extends (SparkGrantItem *item)
{
  const SparkGrant *grant = spark_grant_item_get (item);
  const SparkVideo *video = spark_grant_item_get_video (item);

  return !spark_open_access_was_ended (grant) && grant->code_id != NULL && video != NULL
         && g_strcmp0 (grant->code_id, video->authorization.code_id) == 0;
}

gboolean
spark_open_access_any (SparkGrantList *grants)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (grants));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (SparkGrantItem) item = g_list_model_get_item (G_LIST_MODEL (grants), i);
      const SparkGrant *grant = spark_grant_item_get (item);

      if (grant->id == NULL)
        continue;
      if (spark_open_access_is (grant))
        return TRUE;
      /* Of many that ended long ago none is read for nothing. */
      if (grant->state != SPARK_GRANT_STATE_REVOKING)
        return FALSE;
    }
  return FALSE;
}

void
spark_open_access_add_ids (SparkGrantList *grants, GPtrArray *ids)
{
  guint n;

  spark_grant_list_set_filter (grants, SPARK_ACCESS_ACTIVE);
  n = g_list_model_get_n_items (G_LIST_MODEL (grants));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (SparkGrantItem) item = g_list_model_get_item (G_LIST_MODEL (grants), i);
      const SparkGrant *grant = spark_grant_item_get (item);

      if (grant->id != NULL && spark_open_access_is (grant))
        g_ptr_array_add (ids, g_strdup (grant->id));
    }
}

guint
spark_open_access_count_videos (SparkReplica *replica, GPtrArray *ids)
{
  g_autoptr (GHashTable) videos = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (SparkGrantItem) item
          = spark_replica_get_grant (replica, g_ptr_array_index (ids, i));

      if (item != NULL)
        g_hash_table_add (videos, g_strdup (spark_grant_item_get (item)->video_id));
    }
  return g_hash_table_size (videos);
}
