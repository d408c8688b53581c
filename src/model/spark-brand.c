/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-model"

#include "config.h"

#include "model/spark-objects-private.h"

void
spark_brand_write (const SparkBrand *brand, SparkJsonWriter *writer)
{
  spark_json_begin_object (writer, NULL);
  spark_json_string (writer, "id", brand->id);
  spark_json_string (writer, "account_id", brand->account_id);
  spark_json_string (writer, "name", brand->name);
  spark_write_strings (writer, "advertiser_ids", brand->advertiser_ids);
  spark_write_strings (writer, "new_advertiser_ids", brand->new_advertiser_ids);
  if (brand->deal == NULL)
    spark_json_null (writer, "deal");
  else
    {
      spark_json_begin_object (writer, "deal");
      spark_write_count (writer, "fee", brand->deal->fee);
      spark_json_string (writer, "currency", brand->deal->currency);
      spark_json_bool (writer, "paid", brand->deal->paid);
      spark_json_time (writer, "ends_at", brand->deal->ends_at);
      spark_json_end_object (writer);
    }
  spark_json_string (writer, "notes", brand->notes);
  spark_json_int (writer, "grants_active", brand->grants_active);
  spark_json_int (writer, "videos", brand->videos);
  spark_write_count (writer, "ads_active", brand->ads_active);
  spark_json_begin_object (writer, "paid");
  spark_write_engagement (writer, &brand->paid);
  spark_json_end_object (writer);
  spark_json_time (writer, "last_activity_at", brand->last_activity_at);
  spark_json_end_object (writer);
}

void
spark_brand_storage_clear (SparkBrandStorage *storage)
{
  g_clear_pointer (&storage->advertiser_ids, g_ptr_array_unref);
  g_clear_pointer (&storage->new_advertiser_ids, g_ptr_array_unref);
}

static gboolean
read_deal (SparkBrand *brand, SparkDeal *deal, JsonObject *object, GError **error)
{
  JsonObject *found;

  if (!spark_json_find_object (object, "deal", &found, error))
    return FALSE;
  if (found == NULL)
    return TRUE;
  brand->deal = deal;
  return spark_read_count (found, "fee", -1, &deal->fee, error)
         && spark_json_find_string (found, "currency", &deal->currency, error)
         && spark_json_find_bool (found, "paid", FALSE, &deal->paid, error)
         && spark_json_find_time (found, "ends_at", &deal->ends_at, error);
}

static gboolean
read_ids (JsonObject *object, const char *name, GPtrArray **storage, const char *const **ids,
          GError **error)
{
  *storage = g_ptr_array_new ();
  if (!spark_read_strings (object, name, *storage, error))
    return FALSE;
  g_ptr_array_add (*storage, NULL);
  *ids = (const char *const *)(*storage)->pdata;
  return TRUE;
}

gboolean
spark_brand_read (SparkBrand *brand, SparkBrandStorage *storage, JsonObject *object, GError **error)
{
  GError *local = NULL;
  gboolean ok;

  *brand = (SparkBrand){ 0 };
  *storage = (SparkBrandStorage){ 0 };
  ok = spark_json_get_string (object, "id", &brand->id, &local)
       && spark_json_find_string (object, "account_id", &brand->account_id, &local)
       && spark_json_get_string (object, "name", &brand->name, &local)
       && read_ids (object, "advertiser_ids", &storage->advertiser_ids, &brand->advertiser_ids,
                    &local)
       && read_ids (object, "new_advertiser_ids", &storage->new_advertiser_ids,
                    &brand->new_advertiser_ids, &local)
       && read_deal (brand, &storage->deal, object, &local)
       && spark_json_find_string (object, "notes", &brand->notes, &local)
       && spark_read_uint (object, "grants_active", &brand->grants_active, &local)
       && spark_read_uint (object, "videos", &brand->videos, &local)
       && spark_read_ads_active (object, &brand->ads_active, &local)
       && spark_read_engagement (object, "paid", &brand->paid, &local)
       && spark_json_find_time (object, "last_activity_at", &brand->last_activity_at, &local);
  return spark_read_end (ok, local, error);
}
