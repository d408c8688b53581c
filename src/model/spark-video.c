/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-model"

#include "config.h"

#include <string.h>

#include "model/spark-rules.h"
#include "model/spark-error.h"
#include "model/spark-objects-private.h"

static void
write_blockers (SparkBlockers set, SparkJsonWriter *writer)
{
  g_autoptr (GFlagsClass) blockers = g_type_class_ref (SPARK_TYPE_BLOCKERS);

  for (guint i = 0; i < blockers->n_values; i++)
    if (set & blockers->values[i].value)
      spark_json_string (writer, NULL, blockers->values[i].value_nick);
}

void
spark_video_write (const SparkVideo *video, SparkJsonWriter *writer)
{
  spark_json_begin_object (writer, NULL);
  spark_json_string (writer, "id", video->id);
  spark_json_string (writer, "account_id", video->account_id);
  spark_json_string (writer, "item_id", video->item_id);
  spark_json_string (writer, "caption", video->caption);
  spark_json_string (writer, "cover_url", video->cover_url);
  spark_json_string (writer, "share_url", video->share_url);
  spark_json_time (writer, "published_at", video->published_at);
  spark_write_count (writer, "duration_s", video->duration_s);
  spark_json_enum (writer, "visibility", SPARK_TYPE_VISIBILITY, video->visibility);
  spark_json_bool (writer, "eligible", video->eligible);
  spark_json_begin_array (writer, "blockers");
  if (video->blockers != 0)
    write_blockers (video->blockers, writer);
  spark_json_end_array (writer);
  spark_json_begin_object (writer, "engagement");
  spark_write_engagement (writer, &video->total);
  spark_json_begin_object (writer, "paid");
  spark_write_engagement (writer, &video->paid);
  spark_json_end_object (writer);
  spark_json_end_object (writer);
  spark_json_begin_object (writer, "authorization");
  spark_json_enum (writer, "state", SPARK_TYPE_AUTHORIZATION_STATE, video->authorization.state);
  spark_json_time (writer, "ends_at", video->authorization.ends_at);
  spark_json_string (writer, "code_id", video->authorization.code_id);
  spark_json_int (writer, "grants", video->authorization.grants);
  spark_json_int (writer, "links", video->authorization.links);
  spark_json_end_object (writer);
  spark_json_end_object (writer);
}

static gboolean
read_engagements (SparkVideo *video, JsonObject *object, GError **error)
{
  JsonObject *total;

  video->paid = (SparkEngagement){ -1, -1, -1, -1 };
  return spark_read_engagement (object, "engagement", &video->total, error)
         && spark_json_find_object (object, "engagement", &total, error)
         && (total == NULL || spark_read_engagement (total, "paid", &video->paid, error));
}

static gboolean
read_authorization (SparkVideo *video, JsonObject *object, GError **error)
{
  SparkAuthorization *authorization = &video->authorization;
  JsonObject *found;
  int state;

  *authorization = (SparkAuthorization){ 0 };
  if (!spark_json_find_object (object, "authorization", &found, error))
    return FALSE;
  if (found == NULL)
    return TRUE;
  if (!spark_json_get_enum (found, "state", SPARK_TYPE_AUTHORIZATION_STATE, &state, error))
    return FALSE;
  authorization->state = state;
  return spark_json_find_time (found, "ends_at", &authorization->ends_at, error)
         && spark_json_find_string (found, "code_id", &authorization->code_id, error)
         && spark_read_uint (found, "grants", &authorization->grants, error)
         && spark_read_uint (found, "links", &authorization->links, error);
}

static gboolean
read_blockers (SparkVideo *video, JsonObject *object, GError **error)
{
  g_autoptr (GFlagsClass) klass = g_type_class_ref (SPARK_TYPE_BLOCKERS);
  g_autoptr (GPtrArray) nicks = g_ptr_array_new ();

  video->blockers = 0;
  if (!spark_read_strings (object, "blockers", nicks, error))
    return FALSE;
  for (guint i = 0; i < nicks->len; i++)
    {
      GFlagsValue *value = g_flags_get_value_by_nick (klass, nicks->pdata[i]);

      if (value != NULL)
        video->blockers |= value->value;
    }
  return TRUE;
}

static gboolean
read_video (SparkVideo *video, JsonObject *object, GError **error)
{
  const char *visibility = NULL;
  int value = SPARK_VISIBILITY_UNKNOWN;

  if (!spark_json_get_string (object, "id", &video->id, error)
      || !spark_json_find_string (object, "account_id", &video->account_id, error)
      || !spark_json_find_string (object, "item_id", &video->item_id, error)
      || !spark_json_find_string (object, "caption", &video->caption, error)
      || !spark_json_find_string (object, "cover_url", &video->cover_url, error)
      || !spark_json_find_string (object, "share_url", &video->share_url, error)
      || !spark_json_find_time (object, "published_at", &video->published_at, error)
      || !spark_read_count (object, "duration_s", -1, &video->duration_s, error)
      || !spark_json_find_string (object, "visibility", &visibility, error)
      || !spark_json_find_bool (object, "eligible", TRUE, &video->eligible, error))
    return FALSE;
  spark_enum_from_string (SPARK_TYPE_VISIBILITY, visibility, &value);
  video->visibility = value;
  return read_blockers (video, object, error) && read_engagements (video, object, error)
         && read_authorization (video, object, error);
}

gboolean
spark_video_read (SparkVideo *video, JsonObject *object, GError **error)
{
  GError *local = NULL;
  gboolean ok;

  *video = (SparkVideo){ 0 };
  ok = read_video (video, object, &local);
  return spark_read_end (ok, local, error);
}

void
spark_engagement_day_write (const SparkEngagementDay *day, SparkJsonWriter *writer)
{
  g_autofree char *midnight = spark_time_format (day->day * SPARK_DAY_MS);
  g_autofree char *date = g_strndup (midnight, strcspn (midnight, "T"));

  spark_json_begin_object (writer, NULL);
  spark_json_string (writer, "date", date);
  spark_write_engagement (writer, &day->total);
  spark_json_begin_object (writer, "paid");
  spark_write_engagement (writer, &day->paid);
  spark_json_end_object (writer);
  spark_json_end_object (writer);
}

gboolean
spark_engagement_day_read (SparkEngagementDay *day, JsonObject *object, GError **error)
{
  GError *local = NULL;
  const char *date = NULL;
  gboolean ok;

  *day = (SparkEngagementDay){ .total = { -1, -1, -1, -1 }, .paid = { -1, -1, -1, -1 } };
  ok = spark_json_get_string (object, "date", &date, &local)
       && spark_read_count (object, "views", -1, &day->total.views, &local)
       && spark_read_count (object, "likes", -1, &day->total.likes, &local)
       && spark_read_count (object, "comments", -1, &day->total.comments, &local)
       && spark_read_count (object, "shares", -1, &day->total.shares, &local)
       && spark_read_engagement (object, "paid", &day->paid, &local);
  if (ok && !spark_date_parse (date, &day->day))
    {
      ok = FALSE;
      g_set_error (&local, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "The member \"date\" is not a date.");
    }
  return spark_read_end (ok, local, error);
}
