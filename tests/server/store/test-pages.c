/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "ask-sqlite.h"
#include "server/store/spark-sqlite-pages.h"

#define ROWS 5000

/* The default, which tells the highest number that it is given, and how often a page lent its
 * place. */
static sqlite3_pcache_methods2 real;
static unsigned int highest;
static guint n_lent;

static sqlite3_pcache_page *
seen_fetch (sqlite3_pcache *cache, unsigned int key, int create)
{
  highest = MAX (highest, key);
  return real.xFetch (cache, key, create);
}

static void
seen_rekey (sqlite3_pcache *cache, sqlite3_pcache_page *page, unsigned int before,
            unsigned int after)
{
  highest = MAX (highest, MAX (before, after));
  n_lent += after == 0;
  real.xRekey (cache, page, before, after);
}

/* Rows that come in no order have pages change places in their tree. */
static void
test_places (gconstpointer data)
{
  int size = GPOINTER_TO_INT (data);
  g_autofree char *sized = g_strdup_printf ("PRAGMA page_size = %d", size);
  sqlite3 *connection;

  highest = 0;
  n_lent = 0;
  g_assert_cmpint (sqlite3_open (":memory:", &connection), ==, SQLITE_OK);
  sqlite_run (connection, sized);
  sqlite_run (connection, "CREATE TABLE things (id INTEGER PRIMARY KEY, text TEXT) WITHOUT ROWID");
  for (guint i = 0; i < ROWS; i++)
    {
      g_autofree char *sql = g_strdup_printf (
          "INSERT INTO things VALUES (%u, printf('%%.200c', 'x'))", (i * 7919U) % 10007);

      sqlite_run (connection, sql);
    }
  g_assert_cmpint (sqlite_ask (connection, "PRAGMA page_size"), ==, size);
  g_assert_cmpuint (n_lent, >, 0);
  g_assert_cmpuint (highest, ==, sqlite_ask (connection, "PRAGMA page_count"));
  g_assert_cmpint (sqlite_ask (connection, "SELECT count(*) FROM things WHERE length(text) = 200"),
                   ==, ROWS);
  sqlite_assert_sound (connection);
  sqlite3_close (connection);
}

int
main (int argc, char **argv)
{
  sqlite3_pcache_methods2 seen;

  g_assert_cmpint (sqlite3_config (SQLITE_CONFIG_GETPCACHE2, &real), ==, SQLITE_OK);
  seen = real;
  seen.xFetch = seen_fetch;
  seen.xRekey = seen_rekey;
  g_assert_cmpint (sqlite3_config (SQLITE_CONFIG_PCACHE2, &seen), ==, SQLITE_OK);
  spark_sqlite_pages_configure ();

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/store/pages/4096", GINT_TO_POINTER (4096), test_places);
  g_test_add_data_func ("/store/pages/512", GINT_TO_POINTER (512), test_places);
  return g_test_run ();
}
