/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include "server/adtools/spark-adtools-private.h"

static const SparkField info_fields[] = {
  { "advertiser_ids", SPARK_FIELD_STRINGS, TRUE, 0, 100 },
  { "fields", SPARK_FIELD_STRINGS, FALSE, 0, 100 },
  { NULL },
};

static const SparkTokenAdvertiser *
find (SparkCall *call, const char *id)
{
  for (guint i = 0; i < call->advertisers->len; i++)
    {
      const SparkTokenAdvertiser *advertiser
          = &g_array_index (call->advertisers, SparkTokenAdvertiser, i);

      if (g_strcmp0 (advertiser->id, id) == 0)
        return advertiser;
    }
  return NULL;
}

static void
write_id (SparkJsonWriter *writer, const char *name, gconstpointer view)
{
  spark_json_string (writer, name, ((const SparkTokenAdvertiser *)view)->id);
}

static void
write_name (SparkJsonWriter *writer, const char *name, gconstpointer view)
{
  spark_json_string (writer, name, ((const SparkTokenAdvertiser *)view)->name);
}

/* Seconds since 1970 here, other than in the rest of TikTok's interface. */
static void
write_create_time (SparkJsonWriter *writer, const char *name, gconstpointer view)
{
  spark_json_int (writer, name, ((const SparkTokenAdvertiser *)view)->created_at / 1000);
}

static void
write_status (SparkJsonWriter *writer, const char *name, gconstpointer view)
{
  spark_json_string (writer, name, "STATUS_ENABLE");
}

static void
write_role (SparkJsonWriter *writer, const char *name, gconstpointer view)
{
  spark_json_string (writer, name, "ROLE_ADVERTISER");
}

static void
write_type (SparkJsonWriter *writer, const char *name, gconstpointer view)
{
  spark_json_string (writer, name, "AUCTION");
}

/* The sandbox reckons in one currency, by one clock. */
static void
write_currency (SparkJsonWriter *writer, const char *name, gconstpointer view)
{
  spark_json_string (writer, name, "USD");
}

static void
write_timezone (SparkJsonWriter *writer, const char *name, gconstpointer view)
{
  spark_json_string (writer, name, "Etc/UTC");
}

static const SparkMember members[] = {
  { "advertiser_id", write_id },
  { "name", write_name },
  { "company", write_name },
  { "status", write_status },
  { "role", write_role },
  { "advertiser_account_type", write_type },
  { "currency", write_currency },
  { "timezone", write_timezone },
  { "display_timezone", write_timezone },
  { "create_time", write_create_time },
  /* What the sandbox does not know of an ad account. */
  { "country", NULL },
  { "balance", NULL },
  { "owner_bc_id", NULL },
  { "industry", NULL },
  { "email", NULL },
  { "telephone_number", NULL },
  { "contacter", NULL },
  { "address", NULL },
  { "language", NULL },
  { "description", NULL },
  { NULL },
};

static gboolean
run_info (SparkTx *tx, SparkCall *call, GError **error)
{
  JsonArray *ids = spark_field_array (call->params, "advertiser_ids");

  if (!spark_members_check (call, members, error))
    return FALSE;
  spark_json_begin_array (&call->data, "list");
  for (guint i = 0; i < json_array_get_length (ids); i++)
    {
      const char *id = json_array_get_string_element (ids, i);
      const SparkTokenAdvertiser *advertiser = find (call, id);

      if (advertiser == NULL)
        {
          g_set_error (error, SPARK_RETURN_ERROR, SPARK_RETURN_NO_PERMISSION,
                       "The access token has no permission for advertiser %.32s.", id);
          return FALSE;
        }
      spark_json_begin_object (&call->data, NULL);
      spark_members_write (call, members, advertiser, NULL);
      spark_json_end_object (&call->data);
    }
  spark_json_end_array (&call->data);
  return TRUE;
}

const SparkEndpoint spark_advertiser_endpoints[] = {
  { "GET", "advertiser/info/", SPARK_AUTH_TOKEN, info_fields, run_info },
  { NULL },
};
