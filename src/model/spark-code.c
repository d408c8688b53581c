/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-model"

#include "config.h"

#include "model/spark-objects-private.h"

void
spark_code_write (const SparkCode *code, SparkJsonWriter *writer)
{
  spark_json_begin_object (writer, NULL);
  spark_json_string (writer, "id", code->id);
  spark_json_string (writer, "video_id", code->video_id);
  spark_json_string (writer, "code", code->code);
  spark_json_enum (writer, "state", SPARK_TYPE_CODE_STATE, code->state);
  spark_json_int (writer, "days", code->days);
  spark_json_time (writer, "starts_at", code->starts_at);
  spark_json_time (writer, "ends_at", code->ends_at);
  spark_json_string (writer, "note", code->note);
  spark_json_time (writer, "copied_at", code->copied_at);
  spark_write_ref (writer, "copied_for", &code->copied_for);
  spark_json_time (writer, "used_at", code->used_at);
  spark_json_time (writer, "created_at", code->created_at);
  if (code->waiting_for != 0)
    spark_json_enum (writer, "waiting_for", SPARK_TYPE_TASK_ACT, (int)code->waiting_for - 1);
  else
    spark_json_string (writer, "waiting_for", NULL);
  spark_json_string (writer, "problem", code->problem);
  spark_json_end_object (writer);
}

/* One this version does not know is waited for all the same. */
static gboolean
read_waiting_for (SparkCode *code, JsonObject *object, GError **error)
{
  const char *nick;
  int act = SPARK_TASK_ACT_GENERATE;

  if (!spark_json_find_string (object, "waiting_for", &nick, error))
    return FALSE;
  if (nick == NULL)
    return TRUE;
  spark_enum_from_string (SPARK_TYPE_TASK_ACT, nick, &act);
  code->waiting_for = (guint)act + 1;
  return TRUE;
}

static gboolean
read_code (SparkCode *code, JsonObject *object, GError **error)
{
  int state;

  if (!spark_json_get_enum (object, "state", SPARK_TYPE_CODE_STATE, &state, error))
    return FALSE;
  code->state = state;
  return spark_json_get_string (object, "id", &code->id, error)
         && spark_json_get_string (object, "video_id", &code->video_id, error)
         && spark_json_find_string (object, "code", &code->code, error)
         && spark_read_uint (object, "days", &code->days, error)
         && spark_json_find_time (object, "starts_at", &code->starts_at, error)
         && spark_json_find_time (object, "ends_at", &code->ends_at, error)
         && spark_json_find_string (object, "note", &code->note, error)
         && spark_json_find_time (object, "copied_at", &code->copied_at, error)
         && spark_read_ref (object, "copied_for", &code->copied_for, error)
         && spark_json_find_time (object, "used_at", &code->used_at, error)
         && spark_json_find_time (object, "created_at", &code->created_at, error)
         && read_waiting_for (code, object, error)
         && spark_json_find_string (object, "problem", &code->problem, error);
}

gboolean
spark_code_read (SparkCode *code, JsonObject *object, GError **error)
{
  GError *local = NULL;
  gboolean ok;

  *code = (SparkCode){ 0 };
  ok = read_code (code, object, &local);
  return spark_read_end (ok, local, error);
}

void
spark_link_write (const SparkLink *link, SparkJsonWriter *writer)
{
  spark_json_begin_object (writer, NULL);
  spark_json_string (writer, "id", link->id);
  spark_json_string (writer, "video_id", link->video_id);
  spark_write_ref (writer, "brand", &link->brand);
  spark_json_string (writer, "string", link->string);
  spark_json_string (writer, "url", link->url);
  spark_json_enum (writer, "state", SPARK_TYPE_LINK_STATE, link->state);
  spark_json_time (writer, "ends_at", link->ends_at);
  spark_json_string (writer, "note", link->note);
  spark_json_time (writer, "created_at", link->created_at);
  spark_json_end_object (writer);
}

static gboolean
read_link (SparkLink *link, JsonObject *object, GError **error)
{
  int state;

  if (!spark_json_get_enum (object, "state", SPARK_TYPE_LINK_STATE, &state, error))
    return FALSE;
  link->state = state;
  return spark_json_get_string (object, "id", &link->id, error)
         && spark_json_get_string (object, "video_id", &link->video_id, error)
         && spark_read_ref (object, "brand", &link->brand, error)
         && spark_json_find_string (object, "string", &link->string, error)
         && spark_json_find_string (object, "url", &link->url, error)
         && spark_json_find_time (object, "ends_at", &link->ends_at, error)
         && spark_json_find_string (object, "note", &link->note, error)
         && spark_json_find_time (object, "created_at", &link->created_at, error);
}

gboolean
spark_link_read (SparkLink *link, JsonObject *object, GError **error)
{
  GError *local = NULL;
  gboolean ok;

  *link = (SparkLink){ 0 };
  ok = read_link (link, object, &local);
  return spark_read_end (ok, local, error);
}
