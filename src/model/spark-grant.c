/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-model"

#include "config.h"

#include "model/spark-objects-private.h"

void
spark_grant_write (const SparkGrant *grant, SparkJsonWriter *writer)
{
  spark_json_begin_object (writer, NULL);
  spark_json_string (writer, "id", grant->id);
  spark_json_string (writer, "video_id", grant->video_id);
  spark_json_string (writer, "code_id", grant->code_id);
  spark_json_string (writer, "link_id", grant->link_id);
  spark_write_ref (writer, "brand", &grant->brand);
  spark_write_ref (writer, "advertiser", &grant->advertiser);
  spark_json_enum (writer, "source", SPARK_TYPE_GRANT_SOURCE, grant->source);
  spark_json_enum (writer, "state", SPARK_TYPE_GRANT_STATE, grant->state);
  spark_json_time (writer, "redeemed_at", grant->redeemed_at);
  spark_json_time (writer, "ends_at", grant->ends_at);
  spark_json_time (writer, "platform_ends_at", grant->platform_ends_at);
  spark_write_count (writer, "ads_active", grant->ads_active);
  spark_json_begin_object (writer, "paid");
  spark_write_engagement (writer, &grant->paid);
  spark_json_end_object (writer);
  spark_json_time (writer, "revoked_at", grant->revoked_at);
  spark_json_string (writer, "problem", grant->problem);
  spark_json_end_object (writer);
}

static gboolean
read_grant (SparkGrant *grant, JsonObject *object, GError **error)
{
  int state, source;

  if (!spark_json_get_enum (object, "state", SPARK_TYPE_GRANT_STATE, &state, error)
      || !spark_json_get_enum (object, "source", SPARK_TYPE_GRANT_SOURCE, &source, error))
    return FALSE;
  grant->state = state;
  grant->source = source;
  return spark_json_get_string (object, "id", &grant->id, error)
         && spark_json_get_string (object, "video_id", &grant->video_id, error)
         && spark_json_find_string (object, "code_id", &grant->code_id, error)
         && spark_json_find_string (object, "link_id", &grant->link_id, error)
         && spark_read_ref (object, "brand", &grant->brand, error)
         && spark_read_ref (object, "advertiser", &grant->advertiser, error)
         && spark_json_find_time (object, "redeemed_at", &grant->redeemed_at, error)
         && spark_json_find_time (object, "ends_at", &grant->ends_at, error)
         && spark_json_find_time (object, "platform_ends_at", &grant->platform_ends_at, error)
         && spark_read_ads_active (object, &grant->ads_active, error)
         && spark_read_engagement (object, "paid", &grant->paid, error)
         && spark_json_find_time (object, "revoked_at", &grant->revoked_at, error)
         && spark_json_find_string (object, "problem", &grant->problem, error);
}

gboolean
spark_grant_read (SparkGrant *grant, JsonObject *object, GError **error)
{
  GError *local = NULL;
  gboolean ok;

  *grant = (SparkGrant){ 0 };
  ok = read_grant (grant, object, &local);
  return spark_read_end (ok, local, error);
}

void
spark_revocation_write (const SparkRevocation *revocation, SparkJsonWriter *writer)
{
  spark_json_begin_object (writer, NULL);
  spark_json_string (writer, "grant_id", revocation->grant_id);
  spark_json_bool (writer, "certain", revocation->certain);
  spark_json_bool (writer, "code_still_works", revocation->code_still_works);
  spark_write_count (writer, "ads_active", revocation->ads_active);
  spark_json_int (writer, "other_grants", revocation->other_grants);
  spark_json_time (writer, "open_until", revocation->open_until);
  spark_json_end_object (writer);
}

gboolean
spark_revocation_read (SparkRevocation *revocation, JsonObject *object, GError **error)
{
  GError *local = NULL;
  gboolean ok;

  *revocation = (SparkRevocation){ 0 };
  ok = spark_json_get_string (object, "grant_id", &revocation->grant_id, &local)
       && spark_json_find_bool (object, "certain", FALSE, &revocation->certain, &local)
       && spark_json_find_bool (object, "code_still_works", FALSE, &revocation->code_still_works,
                                &local)
       && spark_read_ads_active (object, &revocation->ads_active, &local)
       && spark_read_uint (object, "other_grants", &revocation->other_grants, &local)
       && spark_json_find_time (object, "open_until", &revocation->open_until, &local);
  return spark_read_end (ok, local, error);
}
