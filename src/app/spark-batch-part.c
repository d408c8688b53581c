/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-batch-part"

#include "config.h"

#include "app/spark-batch-dialog.h"
#include "app/spark-batch-part.h"
#include "app/spark-roles.h"
#include "model/spark-error.h"
#include "spark-enum-types.h"

static void
forget_failed (SparkBatchPart *self)
{
  self->n_with_code = 0;
  g_clear_pointer (&self->again, g_ptr_array_unref);
  g_clear_pointer (&self->cursor, g_free);
}

static void
part_free (SparkBatchPart *self)
{
  spark_batch_part_clear_results (self);
  forget_failed (self);
  g_free (self->account_id);
  g_free (self->name);
  g_ptr_array_unref (self->ids);
  g_free (self->batch_id);
  g_free (self->problem);
  g_clear_error (&self->refusal);
  g_free (self);
}

static SparkBatchPart *
find_account (GPtrArray *parts, const char *account_id)
{
  for (guint i = 0; i < parts->len; i++)
    {
      SparkBatchPart *part = g_ptr_array_index (parts, i);

      if (g_str_equal (part->account_id, account_id))
        return part;
    }
  return NULL;
}

GPtrArray *
spark_batch_parts_new (GPtrArray *ids)
{
  GPtrArray *parts = g_ptr_array_new_with_free_func ((GDestroyNotify)part_free);

  for (guint i = 0; i < ids->len; i++)
    {
      const char *id = g_ptr_array_index (ids, i);
      g_autofree char *account_id = spark_roles_get_account_id (id);
      SparkBatchPart *part = find_account (parts, account_id);

      if (part == NULL)
        {
          part = g_new0 (SparkBatchPart, 1);
          part->account_id = g_steal_pointer (&account_id);
          part->ids = g_ptr_array_new_with_free_func (g_free);
          g_ptr_array_add (parts, part);
        }
      g_ptr_array_add (part->ids, g_strdup (id));
    }
  return parts;
}

SparkBatchPart *
spark_batch_parts_find (GPtrArray *parts, const char *batch_id)
{
  for (guint i = 0; i < parts->len; i++)
    {
      SparkBatchPart *part = g_ptr_array_index (parts, i);

      if (g_strcmp0 (part->batch_id, batch_id) == 0)
        return part;
    }
  return NULL;
}

/* Of those that failed; with fewer looked at it is not known of all which they are. */
static guint
count_looked_at (const SparkBatchPart *self)
{
  return self->again != NULL ? self->n_with_code + self->again->len : 0;
}

static guint
count_needless (const SparkBatchPart *self)
{
  return count_looked_at (self) == self->failed ? self->n_with_code : 0;
}

static guint
count_to_repeat (const SparkBatchPart *self)
{
  return self->failed - count_needless (self);
}

/* It was to begin, and did not. */
static gboolean
did_not_begin (const SparkBatchPart *self)
{
  return !self->is_next && (self->refusal != NULL || self->is_left);
}

/* How many of its rows there are to do. */
static guint
count_rows (const SparkBatchPart *self)
{
  if (self->batch_id == NULL)
    return self->ids->len;
  /* What failed was to be tried again. */
  return self->is_next || did_not_begin (self) ? count_to_repeat (self) : self->total;
}

guint
spark_batch_part_count (const SparkBatchPart *self, SparkBatchRowState state)
{
  if (did_not_begin (self))
    return state == SPARK_BATCH_ROW_STATE_FAILED ? count_rows (self) : 0;
  if (self->batch_id == NULL || self->is_next)
    return 0;
  return state == SPARK_BATCH_ROW_STATE_FAILED ? self->failed
                                               : self->done - MIN (self->done, self->failed);
}

guint
spark_batch_part_count_with_code (const SparkBatchPart *self)
{
  return !did_not_begin (self) && self->batch_id != NULL && !self->is_next ? count_needless (self)
                                                                           : 0;
}

GPtrArray *
spark_batch_part_get_again (const SparkBatchPart *self)
{
  return count_needless (self) > 0 ? self->again : NULL;
}

gboolean
spark_batch_result_has_code (const SparkBatchResult *result)
{
  return g_strcmp0 (result->problem,
                    spark_enum_to_string (SPARK_TYPE_ERROR, SPARK_ERROR_CODE_EXISTS))
         == 0;
}

void
spark_batch_parts_sum (GPtrArray *parts, SparkBatch *sum)
{
  *sum = (SparkBatch){ .state = SPARK_BATCH_STATE_DONE };
  for (guint i = 0; i < parts->len; i++)
    {
      const SparkBatchPart *part = g_ptr_array_index (parts, i);
      guint failed = spark_batch_part_count (part, SPARK_BATCH_ROW_STATE_FAILED);
      guint with_code = spark_batch_part_count_with_code (part);

      if (!part->is_shown)
        continue;
      sum->total += count_rows (part);
      sum->failed += failed - with_code;
      sum->skipped += with_code;
      sum->done += failed + spark_batch_part_count (part, SPARK_BATCH_ROW_STATE_DONE);
      if (part->is_next || (part->refusal == NULL && part->state == SPARK_BATCH_STATE_RUNNING))
        sum->state = SPARK_BATCH_STATE_RUNNING;
      else if (part->refusal == NULL && sum->state == SPARK_BATCH_STATE_DONE)
        sum->state = part->state;
    }
}

void
spark_batch_part_take (SparkBatchPart *self, const SparkBatch *batch)
{
  if (g_strcmp0 (self->batch_id, batch->id) != 0)
    {
      spark_batch_part_clear_results (self);
      self->stopping = FALSE;
      self->is_left = FALSE;
      forget_failed (self);
      g_free (self->batch_id);
      self->batch_id = g_strdup (batch->id);
    }
  self->state = batch->state;
  self->done = batch->done;
  self->failed = batch->failed;
  self->total = batch->total;
  g_free (self->problem);
  self->problem = g_strdup (batch->problem);
}

void
spark_batch_part_take_results (SparkBatchPart *self, SparkBatchRowState state, JsonArray *results)
{
  g_clear_pointer (&self->results[state], json_array_unref);
  self->results[state] = json_array_ref (results);
}

/* FALSE: nobody can tell what one of them is. */
static gboolean
look_at (SparkBatchPart *self, JsonArray *results)
{
  for (guint i = 0; i < json_array_get_length (results); i++)
    {
      JsonNode *node = json_array_get_element (results, i);
      SparkBatchResult result;

      if (!JSON_NODE_HOLDS_OBJECT (node)
          || !spark_batch_result_read (&result, json_node_get_object (node), NULL))
        return FALSE;
      if (spark_batch_result_has_code (&result))
        self->n_with_code++;
      else
        g_ptr_array_add (self->again, g_strdup (result.id));
    }
  return TRUE;
}

void
spark_batch_part_look_at_failed (SparkBatchPart *self, JsonArray *results, const char *next)
{
  guint before;

  if (self->cursor == NULL)
    forget_failed (self);
  if (self->again == NULL)
    self->again = g_ptr_array_new_with_free_func (g_free);
  before = count_looked_at (self);
  g_clear_pointer (&self->cursor, g_free);
  /* No step forward would go on forever. */
  if (look_at (self, results) && count_looked_at (self) > before
      && count_looked_at (self) < MIN (self->failed, SPARK_BATCH_MAX))
    self->cursor = g_strdup (next);
}

void
spark_batch_part_leave (SparkBatchPart *self)
{
  self->is_next = FALSE;
  if (self->batch_id == NULL)
    self->state = SPARK_BATCH_STATE_STOPPED;
  else
    self->is_left = TRUE;
}

void
spark_batch_part_clear_results (SparkBatchPart *self)
{
  for (guint i = 0; i < SPARK_BATCH_PART_STATES; i++)
    {
      g_clear_pointer (&self->results[i], json_array_unref);
      g_clear_error (&self->missing[i]);
    }
}
