/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <stdarg.h>

#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "server/store/spark-tx.h"

SparkTx *
spark_tx_new (SparkStore *store, SparkDatabase *database, SparkSecrets *secrets)
{
  SparkTx *tx = g_new0 (SparkTx, 1);

  tx->store = store;
  tx->database = database;
  tx->secrets = secrets;
  tx->strings = g_string_chunk_new (1024);
  tx->touched = g_hash_table_new (g_direct_hash, g_direct_equal);
  return tx;
}

void
spark_tx_free (SparkTx *tx)
{
  g_string_chunk_free (tx->strings);
  g_hash_table_unref (tx->touched);
  g_free (tx);
}

gint64
spark_tx_now (SparkTx *tx)
{
  return tx->now;
}

void
spark_tx_set_now (SparkTx *tx, gint64 now)
{
  tx->now = now;
}

static SparkStatement *
bind (SparkTx *tx, GError **error, const char *name, const char *types, va_list values)
{
  SparkStatement *statement = spark_database_statement (tx->database, name, error);

  for (int i = 0; statement != NULL && types[i] != '\0'; i++)
    switch (types[i])
      {
      case 'i':
        spark_statement_bind_int (statement, i + 1, va_arg (values, gint64));
        break;
      case 's':
        spark_statement_bind_text (statement, i + 1, va_arg (values, const char *));
        break;
      case 'b':
        {
          const void *data = va_arg (values, const void *);
          gsize length = va_arg (values, gsize);

          spark_statement_bind_blob (statement, i + 1, data, length);
          break;
        }
      default:
        g_assert_not_reached ();
      }
  return statement;
}

SparkStatement *
spark_tx_select (SparkTx *tx, GError **error, const char *name, const char *types, ...)
{
  SparkStatement *statement;
  va_list values;

  va_start (values, types);
  statement = bind (tx, error, name, types, values);
  va_end (values);
  return statement;
}

gboolean
spark_tx_exec (SparkTx *tx, GError **error, const char *name, const char *types, ...)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *statement;
  va_list values;

  va_start (values, types);
  statement = bind (tx, &local, name, types, values);
  va_end (values);
  while (statement != NULL && spark_statement_step (statement, &local))
    continue;
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

SparkStatement *
spark_tx_row (SparkTx *tx, GError **error, const char *name, const char *types, ...)
{
  SparkStatement *statement;
  va_list values;

  va_start (values, types);
  statement = bind (tx, error, name, types, values);
  va_end (values);
  return statement != NULL && spark_statement_step (statement, error) ? statement : NULL;
}

gboolean
spark_tx_int (SparkTx *tx, GError **error, gint64 *value, gint64 absent, const char *name,
              const char *types, ...)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *statement;
  va_list values;

  va_start (values, types);
  statement = bind (tx, &local, name, types, values);
  va_end (values);
  *value = absent;
  if (statement != NULL && spark_statement_step (statement, &local))
    {
      *value = spark_statement_int (statement, 0);
      spark_statement_reset (statement);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
spark_tx_absent (GError *local, GError **error)
{
  if (local != NULL)
    g_propagate_error (error, local);
  else
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND,
                 "It is not here. It may have been removed.");
  return FALSE;
}

SparkStatement *
spark_tx_get (SparkTx *tx, GError **error, const char *name, const char *id)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row = NULL;
  gint64 account, number;

  if (spark_id_parse (id, &account, &number))
    row = spark_tx_row (tx, &local, name, "ii", account, number);
  if (row == NULL)
    spark_tx_absent (g_steal_pointer (&local), error);
  return row;
}

const char *
spark_tx_keep (SparkTx *tx, const char *text)
{
  return text != NULL ? g_string_chunk_insert (tx->strings, text) : NULL;
}

const char *
spark_tx_keep_id (SparkTx *tx, gint64 account, gint64 id)
{
  char text[48];

  if (id == 0)
    return NULL;
  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT ".%" G_GINT64_FORMAT, account, id);
  return g_string_chunk_insert (tx->strings, text);
}

const char *
spark_tx_keep_number (SparkTx *tx, gint64 number)
{
  char text[24];

  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, number);
  return g_string_chunk_insert (tx->strings, text);
}
