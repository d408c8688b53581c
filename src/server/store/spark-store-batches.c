/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <stdio.h>

#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "server/store/spark-store-read.h"
#include "server/store/spark-tx.h"
#include "spark-enum-types.h"

gboolean
spark_batch_act_parse (const char *text, SparkBatchAct *act)
{
  int found;

  if (!spark_enum_from_string (SPARK_TYPE_BATCH_ACT, text, &found))
    return FALSE;
  *act = found;
  return TRUE;
}

gboolean
spark_read_batch (SparkTx *tx, const char *id, SparkBatch *view, GError **error)
{
  SparkStatement *row = spark_tx_get (tx, error, "batch_get", id);
  SparkBatchAct act = SPARK_BATCH_ACT_IMPORT;

  if (row == NULL)
    return FALSE;
  spark_batch_act_parse (spark_statement_text (row, 2), &act);
  *view = (SparkBatch){
    .id = spark_tx_keep (tx, id),
    .act = act,
    .state = spark_statement_int (row, 3),
    .done = spark_statement_int (row, 4),
    .total = spark_statement_int (row, 5),
    .added = spark_statement_int (row, 6),
    .updated = spark_statement_int (row, 7),
    .skipped = spark_statement_int (row, 8),
    .problem = spark_tx_keep (tx, spark_statement_text (row, 9)),
    .failed = spark_statement_int (row, 10),
    .days = spark_statement_int (row, 11),
    .created_at = spark_statement_int (row, 12),
  };
  spark_statement_reset (row);
  return TRUE;
}

gboolean
spark_read_batch_results (SparkTx *tx, const char *id, int state, SparkPage *page,
                          SparkBatchResultFunc func, gpointer data, GError **error)
{
  g_autoptr (GError) local = NULL;
  long long after = -1;
  gint64 account, batch;
  guint left = page->limit;
  SparkStatement *row;
  char end;

  page->next = NULL;
  if (page->after != NULL && sscanf (page->after, "%lld%c", &after, &end) != 1)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "The cursor is not one that this list gave.");
      return FALSE;
    }
  if (!spark_id_parse (id, &account, &batch))
    return spark_tx_absent (NULL, error);
  row = spark_tx_select (tx, &local, "batch_results", "iiiii", account, batch, (gint64)after,
                         (gint64)state, (gint64)page->limit + 1);
  while (row != NULL && spark_statement_step (row, &local))
    {
      const SparkBatchResult result = {
        .id = spark_tx_keep_id (tx, account, spark_statement_int (row, 1)),
        .state = spark_statement_int (row, 2),
        .problem = spark_tx_keep (tx, spark_statement_text (row, 3)),
        .made_id = spark_tx_keep_id (tx, account, spark_statement_int (row, 4)),
      };

      if (left == 0)
        {
          page->next = g_strdup_printf ("%lld", after);
          break;
        }
      left--;
      after = spark_statement_int (row, 0);
      if (!func (&result, data))
        break;
    }
  return spark_tx_end (row, g_steal_pointer (&local), error);
}

GArray *
spark_read_running_batches (SparkTx *tx, guint limit, GError **error)
{
  g_autoptr (GArray) batches = g_array_new (FALSE, FALSE, sizeof (SparkRunningBatch));
  g_autoptr (GError) local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, "batches_running", "i", (gint64)limit);

  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkRunningBatch batch = {
        .account = spark_statement_int (row, 0),
        .id = spark_statement_int (row, 1),
        .updated_at = spark_statement_int (row, 3),
      };

      if (spark_batch_act_parse (spark_statement_text (row, 2), &batch.act))
        g_array_append_val (batches, batch);
    }
  if (local == NULL)
    return g_steal_pointer (&batches);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

GArray *
spark_read_batch_rows (SparkTx *tx, gint64 account, gint64 batch, guint limit, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (SparkBatchRow));
  g_autoptr (GError) local = NULL;
  SparkStatement *row
      = spark_tx_select (tx, &local, "batch_rows_waiting", "iii", account, batch, (gint64)limit);

  while (row != NULL && spark_statement_step (row, &local))
    {
      SparkBatchRow found = { spark_statement_int (row, 0), spark_statement_int (row, 1) };

      g_array_append_val (rows, found);
    }
  if (local == NULL)
    return g_steal_pointer (&rows);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}
