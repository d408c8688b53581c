/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include "server/ledger/spark-ledger-platform.h"
#include "server/ledger/spark-ledger-private.h"

static void
clear_look (gpointer look)
{
  g_free (((SparkPlatformLook *)look)->item_id);
}

static gboolean
add_looks (SparkTx *tx, GArray *looks, SparkStatement *row, GError **error)
{
  GError *local = NULL;

  while (spark_statement_step (row, &local))
    {
      SparkPlatformLook look = {
        .video = spark_statement_int (row, 0),
        .item_id = g_strdup (spark_statement_text (row, 1)),
        .looked_at = spark_statement_int (row, 2),
        .has_code = spark_statement_int (row, 3) >= 0,
        .state = (SparkCodeState)MAX (spark_statement_int (row, 3), 0),
        .ends_at = spark_statement_int (row, 4),
      };

      if (look.looked_at > spark_tx_now (tx) + SPARK_LEDGER_AHEAD_MS)
        look.looked_at = 0;
      g_array_append_val (looks, look);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

GArray *
spark_read_looks (SparkTx *tx, gint64 account, guint limit, GError **error)
{
  g_autoptr (GArray) looks = g_array_new (FALSE, FALSE, sizeof (SparkPlatformLook));
  SparkStatement *row;

  g_array_set_clear_func (looks, clear_look);
  row = spark_tx_select (tx, error, "looks_with_code", "i", account);
  if (row == NULL || !add_looks (tx, looks, row, error))
    return NULL;
  row = spark_tx_select (tx, error, "looks_without_code", "iii", account, (gint64)limit,
                         spark_tx_now (tx));
  return row != NULL && add_looks (tx, looks, row, error) ? g_steal_pointer (&looks) : NULL;
}

gboolean
spark_read_tasks_due (SparkTx *tx, gboolean *due, GError **error)
{
  GError *local = NULL;
  gint64 now = spark_tx_now (tx);
  SparkStatement *row = spark_tx_row (tx, &local, "tasks_due", "iii", now, (gint64)1, (gint64)0);

  if (row == NULL && local == NULL)
    row = spark_tx_row (tx, &local, "tasks_ahead", "iii", now, (gint64)1, (gint64)0);
  *due = row != NULL;
  if (row != NULL)
    spark_statement_reset (row);
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, local);
  return FALSE;
}

/* --- turns --- */

gboolean
spark_ledger_claim_turn (SparkTx *tx, const char *subject, gint64 until, gboolean *claimed,
                         GError **error)
{
  gint64 given, now = spark_tx_now (tx);

  /* Somebody may have it by a clock that was ahead: not for longer than who takes it now would. */
  if (!spark_tx_exec (tx, error, "turn_put_right", "sii", subject, now, until)
      || !spark_tx_int (tx, error, &given, 0, "turn_claim", "sii", subject, now, until))
    return FALSE;
  *claimed = given != 0;
  return TRUE;
}

gboolean
spark_ledger_end_turn (SparkTx *tx, const char *subject, gint64 next, GError **error)
{
  return spark_tx_exec (tx, error, "turn_end", "sii", subject, next, spark_tx_now (tx));
}

gboolean
spark_read_turn (SparkTx *tx, const char *subject, gint64 *next, GError **error)
{
  return spark_tx_int (tx, error, next, 0, "turn_get", "si", subject, spark_tx_now (tx));
}

/* --- posts --- */

GHashTable *
spark_read_open_posts (SparkTx *tx, const char *advertiser, GError **error)
{
  g_autoptr (GHashTable) posts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GError *local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, "posts_open", "s", advertiser);

  while (row != NULL && spark_statement_step (row, &local))
    g_hash_table_add (posts, g_strdup (spark_statement_text (row, 0)));
  if (local == NULL)
    return g_steal_pointer (&posts);
  g_propagate_error (error, local);
  return NULL;
}

gboolean
spark_ledger_apply_item (SparkTx *tx, const char *advertiser, const char *item_id, gint64 asked_at,
                         const SparkPlatformPost *post, GError **error)
{
  g_autoptr (GArray) videos = g_array_new (FALSE, FALSE, sizeof (gint64));
  GError *local = NULL;
  SparkStatement *row = spark_tx_select (tx, &local, "videos_of_item", "s", item_id);

  while (row != NULL && spark_statement_step (row, &local))
    for (int column = 0; column < 2; column++)
      {
        gint64 value = spark_statement_int (row, column);

        g_array_append_val (videos, value);
      }
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  for (guint i = 0; i < videos->len; i += 2)
    if (!spark_ledger_apply_post (tx, advertiser, g_array_index (videos, gint64, i),
                                  g_array_index (videos, gint64, i + 1), asked_at, post, error))
      return FALSE;
  return TRUE;
}
