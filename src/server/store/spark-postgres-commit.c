/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include "server/store/spark-postgres-batch.h"

/*
 * While the server commits, the jobs of the next transaction are run for the first time, and what
 * they want is sent behind the COMMIT: it reads what that wrote, and nobody waits for two answers.
 */

void
spark_pg_batch_send_commit (SparkPgBatch *self)
{
  spark_pg_pipeline_open (&self->commit, self);
  spark_pg_pipeline_all_writes (&self->commit, self->writes);
  spark_pg_pipeline_sql (&self->commit, "COMMIT");
  self->database->committing = TRUE;
  spark_pg_pipeline_send (&self->commit);
  g_ptr_array_set_size (self->writes, 0);
}

gboolean
spark_pg_batch_commit (SparkPgBatch *self, GError **error)
{
  gboolean ok;

  if (self->commit.sent == NULL)
    spark_pg_batch_send_commit (self);
  else if (self->database->begin_due)
    spark_pg_batch_send_wanted (self, &self->ahead);
  ok = spark_pg_pipeline_take (&self->commit, "COMMIT", self->ahead.sent == NULL, error);
  self->database->committing = FALSE;
  if (!ok && self->ahead.sent != NULL)
    {
      /* It may have begun nevertheless. */
      self->ahead.ok = FALSE;
      self->ahead.complete &= self->commit.complete;
      spark_pg_pipeline_take (&self->ahead, NULL, TRUE, NULL);
    }
  return ok;
}
