/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-model"

#include "config.h"

#include "model/spark-objects-private.h"

void
spark_write_ref (SparkJsonWriter *writer, const char *name, const SparkRef *ref)
{
  if (ref->id == NULL)
    {
      spark_json_null (writer, name);
      return;
    }
  spark_json_begin_object (writer, name);
  spark_json_string (writer, "id", ref->id);
  spark_json_string (writer, "name", ref->name);
  spark_json_end_object (writer);
}

void
spark_write_strings (SparkJsonWriter *writer, const char *name, const char *const *strings)
{
  spark_json_begin_array (writer, name);
  for (; strings != NULL && *strings != NULL; strings++)
    spark_json_string (writer, NULL, *strings);
  spark_json_end_array (writer);
}

void
spark_write_count (SparkJsonWriter *writer, const char *name, gint64 value)
{
  if (value >= 0)
    spark_json_int (writer, name, value);
  else
    spark_json_null (writer, name);
}

gboolean
spark_read_ref (JsonObject *object, const char *name, SparkRef *ref, GError **error)
{
  JsonObject *found;

  *ref = (SparkRef){ 0 };
  if (!spark_json_find_object (object, name, &found, error))
    return FALSE;
  return found == NULL
         || (spark_json_get_string (found, "id", &ref->id, error)
             && spark_json_find_string (found, "name", &ref->name, error));
}

gboolean
spark_read_count (JsonObject *object, const char *name, gint64 absent, gint64 *value,
                  GError **error)
{
  if (!spark_json_find_int (object, name, absent, value, error))
    return FALSE;
  if (*value < 0)
    *value = absent;
  return TRUE;
}

gboolean
spark_read_uint (JsonObject *object, const char *name, guint *value, GError **error)
{
  gint64 found;

  if (!spark_read_count (object, name, 0, &found, error))
    return FALSE;
  *value = (guint)MIN (found, G_MAXINT);
  return TRUE;
}

gboolean
spark_read_ads_active (JsonObject *object, int *ads_active, GError **error)
{
  gint64 found;

  if (!spark_read_count (object, "ads_active", -1, &found, error))
    return FALSE;
  *ads_active = (int)MIN (found, G_MAXINT);
  return TRUE;
}

static inline void
write_known (SparkJsonWriter *writer, const char *name, gint64 value)
{
  if (value >= 0)
    spark_json_int (writer, name, value);
}

void
spark_write_engagement (SparkJsonWriter *writer, const SparkEngagement *engagement)
{
  write_known (writer, "views", engagement->views);
  write_known (writer, "likes", engagement->likes);
  write_known (writer, "comments", engagement->comments);
  write_known (writer, "shares", engagement->shares);
}

gboolean
spark_read_engagement (JsonObject *object, const char *name, SparkEngagement *engagement,
                       GError **error)
{
  JsonObject *found;

  *engagement = (SparkEngagement){ -1, -1, -1, -1 };
  if (!spark_json_find_object (object, name, &found, error))
    return FALSE;
  return found == NULL
         || (spark_read_count (found, "views", -1, &engagement->views, error)
             && spark_read_count (found, "likes", -1, &engagement->likes, error)
             && spark_read_count (found, "comments", -1, &engagement->comments, error)
             && spark_read_count (found, "shares", -1, &engagement->shares, error));
}

gboolean
spark_read_strings (JsonObject *object, const char *name, GPtrArray *strings, GError **error)
{
  JsonArray *array;

  if (!spark_json_find_array (object, name, &array, error))
    return FALSE;
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);

      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_STRING)
        {
          g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                       "The member \"%s\" must hold strings.", name);
          return FALSE;
        }
      g_ptr_array_add (strings, (gpointer)json_node_get_string (node));
    }
  return TRUE;
}

gboolean
spark_read_end (gboolean ok, GError *local, GError **error)
{
  g_autoptr (GError) owned = local;

  if (!ok)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_MALFORMED_ANSWER,
                 "The backend sent something Sparkbox does not understand. %s", owned->message);
  return ok;
}
