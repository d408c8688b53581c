/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-model"

#include "config.h"

#include "model/spark-objects-private.h"
#include "spark-enum-types.h"

void
spark_batch_write (const SparkBatch *batch, SparkJsonWriter *writer)
{
  spark_json_begin_object (writer, NULL);
  spark_json_string (writer, "id", batch->id);
  spark_json_enum (writer, "act", SPARK_TYPE_BATCH_ACT, batch->act);
  spark_json_enum (writer, "state", SPARK_TYPE_BATCH_STATE, batch->state);
  spark_json_int (writer, "done", batch->done);
  spark_json_int (writer, "failed", batch->failed);
  spark_json_int (writer, "total", batch->total);
  if (batch->days != 0)
    spark_json_int (writer, "days", batch->days);
  else
    spark_json_null (writer, "days");
  spark_json_int (writer, "added", batch->added);
  spark_json_int (writer, "updated", batch->updated);
  spark_json_int (writer, "skipped", batch->skipped);
  spark_json_string (writer, "problem", batch->problem);
  spark_json_time (writer, "created_at", batch->created_at);
  spark_json_end_object (writer);
}

gboolean
spark_batch_read (SparkBatch *batch, JsonObject *object, GError **error)
{
  GError *local = NULL;
  int act = 0, state = 0;
  gboolean ok;

  *batch = (SparkBatch){ 0 };
  ok = spark_json_get_enum (object, "state", SPARK_TYPE_BATCH_STATE, &state, &local)
       && spark_json_get_enum (object, "act", SPARK_TYPE_BATCH_ACT, &act, &local)
       && spark_json_get_string (object, "id", &batch->id, &local)
       && spark_read_uint (object, "done", &batch->done, &local)
       && spark_read_uint (object, "failed", &batch->failed, &local)
       && spark_read_uint (object, "total", &batch->total, &local)
       && spark_read_uint (object, "days", &batch->days, &local)
       && spark_read_uint (object, "added", &batch->added, &local)
       && spark_read_uint (object, "updated", &batch->updated, &local)
       && spark_read_uint (object, "skipped", &batch->skipped, &local)
       && spark_json_find_string (object, "problem", &batch->problem, &local)
       && spark_json_find_time (object, "created_at", &batch->created_at, &local);
  batch->act = act;
  batch->state = state;
  return spark_read_end (ok, local, error);
}

void
spark_batch_result_write (const SparkBatchResult *result, SparkJsonWriter *writer)
{
  spark_json_begin_object (writer, NULL);
  spark_json_string (writer, "id", result->id);
  spark_json_enum (writer, "state", SPARK_TYPE_BATCH_ROW_STATE, result->state);
  spark_json_string (writer, "problem", result->problem);
  spark_json_string (writer, "made_id", result->made_id);
  spark_json_end_object (writer);
}

gboolean
spark_batch_result_read (SparkBatchResult *result, JsonObject *object, GError **error)
{
  GError *local = NULL;
  int state = 0;
  gboolean ok;

  *result = (SparkBatchResult){ 0 };
  ok = spark_json_get_string (object, "id", &result->id, &local)
       && spark_json_get_enum (object, "state", SPARK_TYPE_BATCH_ROW_STATE, &state, &local)
       && spark_json_find_string (object, "problem", &result->problem, &local)
       && spark_json_find_string (object, "made_id", &result->made_id, &local);
  result->state = state;
  return spark_read_end (ok, local, error);
}
