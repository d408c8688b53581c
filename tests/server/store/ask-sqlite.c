/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "ask-sqlite.h"

gint64
sqlite_ask (sqlite3 *connection, const char *sql)
{
  sqlite3_stmt *stmt;
  gint64 value;

  g_assert_cmpint (sqlite3_prepare_v2 (connection, sql, -1, &stmt, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
  value = sqlite3_column_int64 (stmt, 0);
  sqlite3_finalize (stmt);
  return value;
}

void
sqlite_run (sqlite3 *connection, const char *sql)
{
  g_assert_cmpint (sqlite3_exec (connection, sql, NULL, NULL, NULL), ==, SQLITE_OK);
}

void
sqlite_assert_sound (sqlite3 *connection)
{
  g_assert_cmpint (
      sqlite_ask (connection,
                  "SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"),
      ==, 0);
}
