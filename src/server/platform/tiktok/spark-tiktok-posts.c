/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-tiktok"

#include "config.h"

#include <string.h>

#include "model/spark-rules.h"
#include "server/platform/tiktok/spark-tiktok-posts.h"

#define LIST    "tt_video/list/"
#define ADS     "ad/get/"
#define PAGE    50
#define AD_PAGE 100
/* Ten thousand ads are the most an ad account may have. */
#define MAX_PAGES 200

static gboolean
strange (GError **error)
{
  g_propagate_error (error, spark_tiktok_error_new (SPARK_TIKTOK_ERROR_UNREACHABLE, 0,
                                                    "TikTok’s list cannot be read."));
  return FALSE;
}

/* FALSE with @error; else @pages: how many there are. */
static gboolean
read_page_info (JsonObject *data, gint64 *pages, GError **error)
{
  JsonObject *info = spark_tiktok_get_object (data, "page_info");

  *pages = info != NULL ? spark_tiktok_get_int (info, "total_page", -1) : -1;
  return (*pages >= 0 && *pages <= MAX_PAGES) || strange (error);
}

static JsonObject *
new_params (gint64 page, gint64 size)
{
  JsonObject *params = json_object_new ();

  json_object_set_int_member (params, "page", page);
  json_object_set_int_member (params, "page_size", size);
  return params;
}

/* --- posts --- */

static gboolean
read_post (JsonNode *node, GHashTable *posts, GError **error)
{
  JsonObject *entry = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  JsonObject *item = entry != NULL ? spark_tiktok_get_object (entry, "item_info") : NULL;
  JsonObject *auth = entry != NULL ? spark_tiktok_get_object (entry, "auth_info") : NULL;
  const char *item_id = item != NULL ? spark_tiktok_get_text (item, "item_id") : NULL;
  const char *state = auth != NULL ? spark_tiktok_get_text (auth, "ad_auth_status") : NULL;
  SparkPlatformPost *post, *known;

  if (item_id == NULL || state == NULL)
    return strange (error);
  post = g_new0 (SparkPlatformPost, 1);
  post->listed = TRUE;
  post->authorized = strcmp (state, "AUTHORIZED") == 0;
  post->bound_at = spark_tiktok_get_time (auth, "invite_start_time");
  post->ends_at = spark_tiktok_get_time (auth, "auth_end_time");
  known = g_hash_table_lookup (posts, item_id);
  if (known != NULL && known->authorized)
    g_free (post);
  else
    g_hash_table_insert (posts, g_strdup (item_id), post);
  return TRUE;
}

static gboolean
read_posts (JsonObject *data, GHashTable *posts, gint64 *pages, GError **error)
{
  JsonArray *list = spark_tiktok_get_array (data, "list");

  if (list == NULL)
    return strange (error);
  for (guint i = 0; i < json_array_get_length (list); i++)
    if (!read_post (json_array_get_element (list, i), posts, error))
      return FALSE;
  return read_page_info (data, pages, error);
}

GHashTable *
spark_tiktok_list_posts (SparkTiktok *self, const char *advertiser, const char *item_id,
                         GError **error)
{
  g_autoptr (GHashTable) posts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  gint64 pages = 1;

  for (gint64 page = 1; page <= pages; page++)
    {
      g_autoptr (JsonObject) params = new_params (page, PAGE);
      g_autoptr (JsonObject) data = NULL;

      if (item_id != NULL)
        json_object_set_string_member (params, "keyword", item_id);
      data = spark_tiktok_as_brand (self, advertiser, "GET", LIST, params, error);
      if (data == NULL || !read_posts (data, posts, &pages, error))
        return NULL;
    }
  return g_steal_pointer (&posts);
}

/* --- ads --- */

static gboolean
read_ads (JsonObject *data, const char *item_id, GPtrArray *ids, gint64 *pages, GError **error)
{
  JsonArray *list = spark_tiktok_get_array (data, "list");

  if (list == NULL)
    return strange (error);
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);
      JsonObject *ad = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *id = ad != NULL ? spark_tiktok_get_text (ad, "ad_id") : NULL;

      if (id == NULL)
        return strange (error);
      if (g_strcmp0 (spark_tiktok_get_text (ad, "tiktok_item_id"), item_id) == 0
          && g_strcmp0 (spark_tiktok_get_text (ad, "operation_status"), "ENABLE") == 0)
        g_ptr_array_add (ids, g_strdup (id));
    }
  return read_page_info (data, pages, error);
}

GPtrArray *
spark_tiktok_list_ads (SparkTiktok *self, const char *advertiser, const char *item_id,
                       GError **error)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  gint64 pages = 1;

  for (gint64 page = 1; page <= pages; page++)
    {
      g_autoptr (JsonObject) params = new_params (page, AD_PAGE);
      g_autoptr (JsonObject) data = NULL;
      JsonArray *fields = json_array_new ();

      json_array_add_string_element (fields, "ad_id");
      json_array_add_string_element (fields, "tiktok_item_id");
      json_array_add_string_element (fields, "operation_status");
      json_object_set_array_member (params, "fields", fields);
      data = spark_tiktok_as_brand (self, advertiser, "GET", ADS, params, error);
      if (data == NULL || !read_ads (data, item_id, ids, &pages, error))
        return NULL;
    }
  return g_steal_pointer (&ids);
}
