/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <string.h>

#include "server/store/spark-postgres-batch.h"

/* How long the answer to the COMMIT of an update of the tables is waited for: a standby has all
 * that was written to take over first. */
#define UPDATED_US (60 * 60 * (gint64)G_USEC_PER_SEC)

/* What is never another once it is there, or what no account's lock holds: it may be read before.
 */
static const char *const lasting[]
    = { "advertiser_name", "advertiser_token_right", "fingerprint_get", "sandbox_settings", NULL };

static void
add_sent (SparkPgPipeline *self, SparkPgGroup *reads, gboolean *prepared)
{
  g_ptr_array_add (self->sent, reads);
  g_ptr_array_add (self->prepared, prepared);
}

void
spark_pg_pipeline_open (SparkPgPipeline *self, SparkPgBatch *batch)
{
  SparkPg *database = batch->database;

  *self = (SparkPgPipeline){ .batch = batch,
                             .sent = g_ptr_array_new (),
                             .prepared = g_ptr_array_new () };
  self->ok = PQenterPipelineMode (database->connection) == 1;
  if (self->ok && database->begin_due)
    {
      self->ok = PQsendQueryParams (database->connection, "BEGIN", 0, NULL, NULL, NULL, NULL, 1);
      add_sent (self, NULL, NULL);
      database->begin_due = FALSE;
    }
}

void
spark_pg_pipeline_sql (SparkPgPipeline *self, const char *sql)
{
  self->ok
      = self->ok
        && PQsendQueryParams (self->batch->database->connection, sql, 0, NULL, NULL, NULL, NULL, 1);
  add_sent (self, NULL, NULL);
}

static void
pipeline_prepare (SparkPgPipeline *self, const char *name, const char *sql, int n_types,
                  const Oid *types, gboolean *prepared)
{
  if (*prepared)
    return;
  self->ok
      = self->ok && PQsendPrepare (self->batch->database->connection, name, sql, n_types, types);
  add_sent (self, NULL, prepared);
  *prepared = TRUE;
}

static void
pipeline_one (SparkPgPipeline *self, SparkPgQuery *query, const SparkPgValue *values,
              SparkPgGroup *reads)
{
  const char *data[SPARK_PG_MAX_VALUES];
  int lengths[SPARK_PG_MAX_VALUES], formats[SPARK_PG_MAX_VALUES];

  pipeline_prepare (self, query->name, query->sql, query->n_values, query->types, &query->prepared);
  spark_pg_describe (values, query->n_values, data, lengths, formats);
  self->ok = self->ok
             && PQsendQueryPrepared (self->batch->database->connection, query->name,
                                     query->n_values, data, lengths, formats, 1);
  add_sent (self, reads, NULL);
}

static void
pipeline_many (SparkPgPipeline *self, SparkPgQuery *query, SparkPgMany *many, GPtrArray *rows,
               SparkPgGroup *reads)
{
  const char *data[SPARK_PG_MAX_VALUES];
  int lengths[SPARK_PG_MAX_VALUES], formats[SPARK_PG_MAX_VALUES];
  GByteArray *arrays[SPARK_PG_MAX_VALUES];

  pipeline_prepare (self, many->name, many->sql, 0, NULL, &many->prepared);
  spark_pg_describe (rows->pdata[0], query->n_values, data, lengths, formats);
  for (int i = 0; i < query->n_values; i++)
    {
      arrays[i] = NULL;
      if ((many->alike & 1u << i) != 0)
        continue;
      arrays[i] = spark_pg_array (rows, i, query->types[i]);
      data[i] = (const char *)arrays[i]->data;
      lengths[i] = (int)arrays[i]->len;
    }
  self->ok = self->ok
             && PQsendQueryPrepared (self->batch->database->connection, many->name, query->n_values,
                                     data, lengths, formats, 1);
  for (int i = 0; i < query->n_values; i++)
    g_clear_pointer (&arrays[i], g_byte_array_unref);
  add_sent (self, reads, NULL);
}

/* Gives each set of values of @group its rows, and takes it. With many, the last column says whose
 * a row is. */
static void
remember (SparkPgBatch *self, SparkPgGroup *group, PGresult *result, gboolean many)
{
  gboolean lasts = g_strv_contains (lasting, group->query->name)
                   || strcmp (group->query->name, SPARK_PG_LOCK) == 0;
  int n_rows = PQntuples (result);
  int row = 0;

  g_ptr_array_add (self->results, result);
  for (guint i = 0; i < group->rows->len; i++)
    {
      SparkPgEntry *entry = g_new0 (SparkPgEntry, 1);

      entry->query = group->query;
      entry->values = group->rows->pdata[i];
      entry->result = result;
      entry->first = row;
      if (!many)
        row = n_rows;
      for (guint32 n; many && row < n_rows; row++)
        {
          memcpy (&n, PQgetvalue (result, row, PQnfields (result) - 1), sizeof n);
          if (GUINT32_FROM_BE (n) != i + 1)
            break;
        }
      entry->end = row;
      entry->lasts = lasts;
      g_hash_table_add (self->cache, entry);
    }
  g_ptr_array_set_size (group->rows, 0);
}

/* One result; TRUE: there are more to come. */
static gboolean
take_result (SparkPgPipeline *self, PGresult *result, guint at, const char *tag, GError **error)
{
  SparkPg *database = self->batch->database;
  SparkPgGroup *group = at < self->sent->len ? self->sent->pdata[at] : NULL;

  if (PQresultStatus (result) == PGRES_PIPELINE_SYNC)
    {
      PQclear (result);
      return FALSE;
    }
  if (!spark_pg_succeeded (result))
    {
      gboolean *prepared = at < self->prepared->len ? self->prepared->pdata[at] : NULL;

      if (prepared != NULL)
        *prepared = FALSE;
      /* The first says why; those behind it only that they were not tried. */
      if (self->ok)
        spark_pg_fail (database, result, error);
      self->ok = FALSE;
    }
  else if (group != NULL)
    {
      remember (self->batch, group, result, group->rows->len > 1);
      return TRUE;
    }
  else if (tag != NULL && at + 1 == self->sent->len
           && (strcmp (PQcmdStatus (result), tag) != 0 || database->doubted))
    self->ok = spark_pg_fail (database, NULL, error);
  PQclear (result);
  return TRUE;
}

void
spark_pg_pipeline_clear (SparkPgPipeline *self)
{
  g_clear_pointer (&self->sent, g_ptr_array_unref);
  g_clear_pointer (&self->prepared, g_ptr_array_unref);
}

void
spark_pg_pipeline_send (SparkPgPipeline *self)
{
  self->complete = self->ok && PQpipelineSync (self->batch->database->connection);
}

gboolean
spark_pg_pipeline_take (SparkPgPipeline *self, const char *tag, gboolean last, GError **error)
{
  SparkPg *database = self->batch->database;
  gint64 patience_us = database->updating ? UPDATED_US : SPARK_PG_ANSWER_US;
  gboolean more = self->complete;
  guint at = 0;

  while (more)
    {
      PGresult *result;

      if (!spark_pg_wait (database, patience_us))
        {
          /* A COMMIT may have an answer yet. */
          database->hung = database->committing;
          if (!database->hung)
            spark_pg_drop (database);
          self->complete = FALSE;
          break;
        }
      result = PQgetResult (database->connection);
      if (result != NULL)
        more = take_result (self, result, at++, tag, error);
      else if (PQstatus (database->connection) != CONNECTION_OK)
        more = self->complete = FALSE;
      /* else: it only stands between the results of two statements */
    }
  spark_pg_pipeline_clear (self);
  if (self->complete && (!last || PQexitPipelineMode (database->connection)))
    return self->ok;
  self->complete = FALSE;
  database->stale = TRUE;
  return spark_pg_fail (database, NULL, error);
}

gboolean
spark_pg_pipeline_close (SparkPgPipeline *self, GError **error)
{
  spark_pg_pipeline_send (self);
  return spark_pg_pipeline_take (self, NULL, TRUE, error);
}

void
spark_pg_pipeline_reads (SparkPgPipeline *self, SparkPgGroup *group)
{
  if (group->rows->len == 1)
    pipeline_one (self, group->query, group->rows->pdata[0], group);
  else
    pipeline_many (self, group->query, spark_pg_query_many (group->query, group->rows), group->rows,
                   group);
}

static void
pipeline_writes (SparkPgPipeline *self, SparkPgGroup *group)
{
  SparkPgMany *many = group->rows->len > 1 ? spark_pg_query_many (group->query, group->rows) : NULL;

  if (many != NULL)
    {
      pipeline_many (self, group->query, many, group->rows, NULL);
      return;
    }
  for (guint i = 0; i < group->rows->len; i++)
    pipeline_one (self, group->query, group->rows->pdata[i], NULL);
}

void
spark_pg_pipeline_all_reads (SparkPgPipeline *self, GPtrArray *groups)
{
  for (guint i = 0; i < groups->len; i++)
    spark_pg_pipeline_reads (self, groups->pdata[i]);
}

void
spark_pg_pipeline_all_writes (SparkPgPipeline *self, GPtrArray *groups)
{
  for (guint i = 0; i < groups->len; i++)
    pipeline_writes (self, groups->pdata[i]);
}
