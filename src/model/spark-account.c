/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-model"

#include "config.h"

#include "model/spark-objects-private.h"

void
spark_account_write (const SparkAccount *account, SparkJsonWriter *writer)
{
  spark_json_begin_object (writer, NULL);
  spark_json_string (writer, "id", account->id);
  spark_json_string (writer, "name", account->name);
  spark_json_string (writer, "handle", account->handle);
  spark_json_string (writer, "avatar_url", account->avatar_url);
  spark_json_enum (writer, "platform", SPARK_TYPE_PLATFORM_KIND, account->platform);
  spark_json_enum (writer, "role", SPARK_TYPE_ROLE, account->role);
  spark_json_begin_array (writer, "periods");
  for (guint i = 0; i < account->n_periods; i++)
    spark_json_int (writer, NULL, account->periods[i]);
  spark_json_end_array (writer);
  spark_json_string (writer, "brand_url", account->brand_url);
  spark_json_time (writer, "platform_seen_at", account->platform_seen_at);
  spark_json_enum (writer, "connection", SPARK_TYPE_CONNECTION_STATE, account->connection);
  spark_json_time (writer, "connection_ends_at", account->connection_ends_at);
  spark_json_int (writer, "unasked", account->unasked);
  spark_json_time (writer, "created_at", account->created_at);
  spark_json_end_object (writer);
}

static gboolean
read_periods (SparkAccount *account, JsonObject *object, GError **error)
{
  JsonArray *array;

  if (!spark_json_find_array (object, "periods", &array, error))
    return FALSE;
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      gint64 days;

      if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64)
        {
          g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                       "The member \"periods\" must hold integers.");
          return FALSE;
        }
      days = json_node_get_int (node);
      if (days > 0 && days < 100000 && account->n_periods < SPARK_MAX_PERIODS)
        account->periods[account->n_periods++] = (guint)days;
    }
  return TRUE;
}

/* A copy from before there was one has none. */
static gboolean
read_connection (JsonObject *object, int *connection, GError **error)
{
  return !json_object_has_member (object, "connection")
         || spark_json_get_enum (object, "connection", SPARK_TYPE_CONNECTION_STATE, connection,
                                 error);
}

gboolean
spark_account_read (SparkAccount *account, JsonObject *object, GError **error)
{
  GError *local = NULL;
  int platform, role, connection = SPARK_CONNECTION_STATE_NONE;
  gboolean ok;

  *account = (SparkAccount){ 0 };
  ok = spark_json_get_enum (object, "platform", SPARK_TYPE_PLATFORM_KIND, &platform, &local)
       && spark_json_get_enum (object, "role", SPARK_TYPE_ROLE, &role, &local)
       && spark_json_get_string (object, "id", &account->id, &local)
       && spark_json_get_string (object, "name", &account->name, &local)
       && spark_json_find_string (object, "handle", &account->handle, &local)
       && spark_json_find_string (object, "avatar_url", &account->avatar_url, &local)
       && read_periods (account, object, &local)
       && spark_json_find_string (object, "brand_url", &account->brand_url, &local)
       && spark_json_find_time (object, "platform_seen_at", &account->platform_seen_at, &local)
       && read_connection (object, &connection, &local)
       && spark_json_find_time (object, "connection_ends_at", &account->connection_ends_at, &local)
       && spark_json_find_int (object, "unasked", 0, &account->unasked, &local)
       && spark_json_find_time (object, "created_at", &account->created_at, &local);
  if (ok)
    {
      account->platform = platform;
      account->role = role;
      account->connection = connection;
    }
  return spark_read_end (ok, local, error);
}
