/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-model"

#include "config.h"

#include "model/spark-objects-private.h"

static void
write_detail (const SparkEventDetail *detail, SparkJsonWriter *writer)
{
  spark_json_begin_object (writer, "detail");
  if (detail->reason != NULL)
    spark_json_string (writer, "reason", detail->reason);
  if (detail->advertiser.id != NULL)
    spark_write_ref (writer, "advertiser", &detail->advertiser);
  if (detail->count > 0)
    spark_json_int (writer, "count", detail->count);
  if (detail->days > 0)
    spark_json_int (writer, "days", detail->days);
  if (detail->ends_at != 0)
    spark_json_time (writer, "ends_at", detail->ends_at);
  if (detail->note != NULL)
    spark_json_string (writer, "note", detail->note);
  if (detail->earlier)
    spark_json_bool (writer, "earlier", TRUE);
  spark_json_end_object (writer);
}

void
spark_event_write (const SparkEvent *event, SparkJsonWriter *writer)
{
  spark_json_begin_object (writer, NULL);
  spark_json_string (writer, "id", event->id);
  spark_json_enum (writer, "type", SPARK_TYPE_EVENT_TYPE, event->type);
  spark_json_time (writer, "at", event->at);
  spark_json_begin_object (writer, "actor");
  spark_json_enum (writer, "kind", SPARK_TYPE_ACTOR_KIND, event->actor.kind);
  spark_json_string (writer, "id", event->actor.id);
  spark_json_string (writer, "name", event->actor.name);
  spark_json_string (writer, "from", event->actor.from);
  spark_json_bool (writer, "you", event->actor.you);
  spark_json_end_object (writer);
  spark_json_string (writer, "video_id", event->video_id);
  spark_json_string (writer, "code_id", event->code_id);
  spark_json_string (writer, "link_id", event->link_id);
  spark_json_string (writer, "grant_id", event->grant_id);
  spark_write_ref (writer, "brand", &event->brand);
  write_detail (&event->detail, writer);
  spark_json_end_object (writer);
}

static gboolean
read_detail (SparkEventDetail *detail, JsonObject *object, GError **error)
{
  JsonObject *found;
  guint count;

  if (!spark_json_find_object (object, "detail", &found, error))
    return FALSE;
  if (found == NULL)
    return TRUE;
  if (!spark_read_uint (found, "count", &count, error))
    return FALSE;
  detail->count = (int)count;
  return spark_json_find_string (found, "reason", &detail->reason, error)
         && spark_read_ref (found, "advertiser", &detail->advertiser, error)
         && spark_read_uint (found, "days", &detail->days, error)
         && spark_json_find_time (found, "ends_at", &detail->ends_at, error)
         && spark_json_find_string (found, "note", &detail->note, error)
         && spark_json_find_bool (found, "earlier", FALSE, &detail->earlier, error);
}

static gboolean
read_actor (SparkEvent *event, JsonObject *object, GError **error)
{
  JsonObject *actor;
  int kind = SPARK_ACTOR_SYSTEM;

  if (!spark_json_find_object (object, "actor", &actor, error))
    return FALSE;
  if (actor != NULL
      && (!spark_json_get_enum (actor, "kind", SPARK_TYPE_ACTOR_KIND, &kind, error)
          || !spark_json_find_string (actor, "id", &event->actor.id, error)
          || !spark_json_find_string (actor, "name", &event->actor.name, error)
          || !spark_json_find_string (actor, "from", &event->actor.from, error)
          || !spark_json_find_bool (actor, "you", FALSE, &event->actor.you, error)))
    return FALSE;
  event->actor.kind = kind;
  return TRUE;
}

gboolean
spark_event_read (SparkEvent *event, JsonObject *object, GError **error)
{
  GError *local = NULL;
  int type = 0;
  gboolean ok;

  *event = (SparkEvent){ 0 };
  ok = spark_json_get_enum (object, "type", SPARK_TYPE_EVENT_TYPE, &type, &local)
       && spark_json_get_string (object, "id", &event->id, &local)
       && spark_json_find_time (object, "at", &event->at, &local)
       && read_actor (event, object, &local)
       && spark_json_find_string (object, "video_id", &event->video_id, &local)
       && spark_json_find_string (object, "code_id", &event->code_id, &local)
       && spark_json_find_string (object, "link_id", &event->link_id, &local)
       && spark_json_find_string (object, "grant_id", &event->grant_id, &local)
       && spark_read_ref (object, "brand", &event->brand, &local)
       && read_detail (&event->detail, object, &local);
  event->type = type;
  return spark_read_end (ok, local, error);
}

gboolean
spark_change_read (SparkChange *change, JsonObject *object, GError **error)
{
  GError *local = NULL;
  int kind = 0;
  gboolean ok;

  *change = (SparkChange){ 0 };
  ok = spark_json_get_string (object, "account_id", &change->account_id, &local)
       && spark_json_get_int (object, "seq", &change->seq, &local)
       && spark_json_get_enum (object, "kind", SPARK_TYPE_KIND, &kind, &local)
       && spark_json_get_string (object, "id", &change->id, &local)
       && spark_json_find_object (object, "object", &change->object, &local);
  change->kind = kind;
  return spark_read_end (ok, local, error);
}
