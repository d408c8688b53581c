/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-event-reach"

#include "config.h"

#include "client/spark-event-reach.h"
#include "client/spark-time-key.h"
#include "model/spark-objects.h"

/* Only the event that added the account tells where it began, and only as its oldest: a sample's
 * was added after much of what happened in it. */
gboolean
spark_event_reach_find (SparkDb *db, gint64 account, SparkEventReach *reach, GError **error)
{
  g_autoptr (GError) local = NULL;
  sqlite3_stmt *stmt = spark_db_statement (db, "events_reach", &local);

  *reach = (SparkEventReach){ 0 };
  if (stmt != NULL)
    {
      sqlite3_bind_int64 (stmt, 1, account);
      sqlite3_bind_int (stmt, 2, SPARK_EVENT_ACCOUNT_ADDED);
      sqlite3_bind_int (stmt, 3, SPARK_TIME_KEY_BITS);
      if (spark_db_step (db, stmt, &local))
        {
          if (sqlite3_column_type (stmt, 0) != SQLITE_NULL)
            reach->oldest = spark_time_key_ms (sqlite3_column_int64 (stmt, 0));
          reach->whole = sqlite3_column_int (stmt, 1) != 0;
          sqlite3_reset (stmt);
        }
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}
