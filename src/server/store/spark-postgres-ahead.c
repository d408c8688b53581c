/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <string.h>

#include "server/store/spark-postgres.h"

/*
 * A reader asks one thing after the other, each a round trip in which its thread waits. What it
 * says it will ask goes with the first that it does ask, and BEGIN as well, in one trip.
 */

static void
ahead_free (SparkPgAhead *ahead)
{
  for (int i = 0; i < ahead->n_values; i++)
    spark_pg_value_clear (&ahead->values[i]);
  PQclear (ahead->result);
  g_free (ahead);
}

void
spark_pg_ahead_forget (SparkPg *self)
{
  for (guint i = 0; i < self->ahead->len; i++)
    g_clear_pointer (&((SparkPgStatement *)self->ahead->pdata[i])->ahead, ahead_free);
  g_ptr_array_set_size (self->ahead, 0);
  self->n_ahead_sent = 0;
}

void
spark_pg_ahead_expect (SparkPgStatement *statement)
{
  /* It is prepared when it is run for the first time. */
  if (!statement->query.prepared || statement->ahead != NULL)
    return;
  statement->ahead = g_new0 (SparkPgAhead, 1);
  statement->ahead->n_values = statement->n_values;
  memcpy (statement->ahead->values, statement->values, sizeof statement->values);
  memset (statement->values, 0, sizeof statement->values);
  statement->n_values = 0;
  g_ptr_array_add (statement->database->ahead, statement);
}

static gboolean
is_same (const SparkPgAhead *ahead, const SparkPgStatement *statement)
{
  return ahead->n_values == statement->n_values
         && spark_pg_values_equal (ahead->values, statement->values, ahead->n_values);
}

static gboolean
send_query (SparkPg *self, const SparkPgQuery *query, const SparkPgValue *values, int n_values)
{
  const char *data[SPARK_PG_MAX_VALUES];
  int lengths[SPARK_PG_MAX_VALUES], formats[SPARK_PG_MAX_VALUES];

  spark_pg_describe (values, n_values, data, lengths, formats);
  return PQsendQueryPrepared (self->connection, query->name, n_values, data, lengths, formats, 1);
}

static gboolean
send_all (SparkPg *self, gboolean begins, SparkPgStatement *statement)
{
  gboolean ok
      = PQenterPipelineMode (self->connection)
        && (!begins || PQsendQueryParams (self->connection, "BEGIN", 0, NULL, NULL, NULL, NULL, 1));

  for (guint i = self->n_ahead_sent; ok && i < self->ahead->len; i++)
    {
      SparkPgStatement *expected = self->ahead->pdata[i];

      ok = send_query (self, &expected->query, expected->ahead->values, expected->ahead->n_values);
    }
  if (ok && statement != NULL)
    ok = send_query (self, &statement->query, statement->values, statement->n_values);
  return ok && PQpipelineSync (self->connection);
}

/* @statement: (nullable): one more */
static PGresult *
run (SparkPg *self, SparkPgStatement *statement)
{
  gboolean begins = self->begin_due;
  PGresult *result = NULL;

  self->begin_due = FALSE;
  spark_pg_discard (self); /* of the ROLLBACK before */
  if (send_all (self, begins, statement))
    {
      if (begins)
        PQclear (spark_pg_take (self));
      for (guint i = self->n_ahead_sent; i < self->ahead->len; i++)
        ((SparkPgStatement *)self->ahead->pdata[i])->ahead->result = spark_pg_take (self);
      if (statement != NULL)
        result = spark_pg_take (self);
      PQclear (spark_pg_next (self)); /* of the end of the pipeline */
    }
  self->n_ahead_sent = self->ahead->len;
  if (!PQexitPipelineMode (self->connection))
    self->stale = TRUE;
  return result;
}

gboolean
spark_pg_ahead_take (SparkPgStatement *statement)
{
  SparkPgAhead *ahead = statement->ahead;

  if (ahead == NULL || !is_same (ahead, statement))
    return FALSE;
  if (ahead->result == NULL)
    run (statement->database, NULL);
  /* Only once: who asks again finds out anew. NULL: the connection was lost. */
  statement->result = g_steal_pointer (&ahead->result);
  g_ptr_array_remove (statement->database->ahead, statement);
  statement->database->n_ahead_sent--;
  g_clear_pointer (&statement->ahead, ahead_free);
  return TRUE;
}

PGresult *
spark_pg_ahead_run (SparkPgStatement *statement)
{
  return run (statement->database, statement);
}
