/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <libpq-fe.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "model/spark-error.h"
#include "server/store/spark-database.h"
#include "server/store/spark-engine.h"
#include "server/store/spark-sqlite-words.h"

/*
 * Both engines hold the same tables and take the same statements. Under tests/server/postgres the
 * server's own catalogue is read too.
 */

/* Tables that do not belong to a creator's account: keyed by their own hash or id, or by the
 * brand's ad account. Everything else is distributed by account. */
static const char *const exceptions[] = {
  "meta",
  "fingerprints",
  "tokens",
  "token_accounts",
  "idempotency",
  "advertisers",
  "advertiser_tokens",
  "advertiser_posts",
  "platform_turns",
  "platform_budget",
  "people",
  "seats",
  "invitations",
  "invitation_seats",
  "sign_ins",
  "sign_in_secrets",
  "brand_sessions",
  "brand_session_advertisers",
  "brand_invitations",
  "campaigns",
  "adgroups",
  "ads",
  "ads_behind",
  "ad_days",
  "apps",
  "app_codes",
  "app_tokens",
  "sandbox_settings",
  "open_ids",
  "advertiser_connections",
  "consents",
  "calendars",
  NULL,
};

static const char sqlite_columns[]
    = "SELECT m.name || '.' || c.name || ' ' || CASE c.type WHEN 'INTEGER' THEN 'bigint' "
      "WHEN 'TEXT' THEN 'text' WHEN 'BLOB' THEN 'bytea' ELSE '?' END"
      " FROM sqlite_master m JOIN pragma_table_info(m.name) c"
      " WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1";
static const char postgres_columns[]
    = "SELECT table_name || '.' || column_name || ' ' || data_type"
      " FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)"
      " WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
      " AND table_name <> 'schema_version' ORDER BY 1";
static const char sqlite_view_columns[]
    = "SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c"
      " WHERE m.type = 'view' ORDER BY 1";
static const char postgres_view_columns[]
    = "SELECT table_name || '.' || column_name"
      " FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)"
      " WHERE table_schema = current_schema() AND table_type = 'VIEW' ORDER BY 1";

/* "table(column,column)" of each primary and unique key */
static const char sqlite_keys[]
    = "SELECT t || '(' || group_concat(name) || ')' FROM (SELECT m.name AS t, '' AS i, c.name"
      " FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.pk > 0"
      " AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.pk) GROUP BY t"
      " UNION ALL SELECT t || '(' || group_concat(name) || ')' FROM (SELECT m.name AS t,"
      " i.name AS i, c.name FROM sqlite_master m JOIN pragma_index_list(m.name) i"
      " JOIN pragma_index_info(i.name) c WHERE m.type = 'table' AND i.\"unique\""
      " AND i.origin <> 'pk' ORDER BY m.name, i.name, c.seqno) GROUP BY t, i ORDER BY 1";
static const char postgres_keys[]
    = "SELECT c.relname || '(' || string_agg(a.attname, ',' ORDER BY k.position) || ')'"
      " FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
      " CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attribute, position)"
      " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attribute"
      " WHERE c.relnamespace = current_schema()::regnamespace AND i.indisunique"
      " AND k.position <= i.indnkeyatts"
      " GROUP BY i.indexrelid, c.relname ORDER BY 1";
/* "table(column,column) column,column" of each unique key that holds more than its key */
static const char postgres_held[]
    = "SELECT c.relname || '(' || string_agg(a.attname, ',' ORDER BY k.position)"
      " FILTER (WHERE k.position <= i.indnkeyatts) || ') ' || string_agg(a.attname, ','"
      " ORDER BY k.position) FILTER (WHERE k.position > i.indnkeyatts)"
      " FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid"
      " CROSS JOIN LATERAL unnest(i.indkey) WITH ORDINALITY AS k (attribute, position)"
      " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attribute"
      " WHERE c.relnamespace = current_schema()::regnamespace AND i.indisunique"
      " AND i.indnatts > i.indnkeyatts GROUP BY i.indexrelid, c.relname ORDER BY 1";
/* "index table(column" of each other index: an engine may have its reasons for more columns */
static const char sqlite_indexes[]
    = "SELECT m.name || ' ' || m.tbl_name || '(' || c.name FROM sqlite_master m"
      " JOIN pragma_index_info(m.name) c WHERE m.type = 'index' AND m.sql IS NOT NULL"
      " AND c.seqno = 0 ORDER BY 1";
static const char postgres_indexes[]
    = "SELECT x.relname || ' ' || c.relname || '(' || a.attname FROM pg_index i"
      " JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_class c ON c.oid = i.indrelid"
      " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]"
      " WHERE c.relnamespace = current_schema()::regnamespace AND NOT EXISTS ("
      "SELECT 1 FROM pg_constraint k WHERE k.conindid = i.indexrelid) ORDER BY 1";
/* "table(column,column)" of each foreign key, and of what it points to */
static const char sqlite_foreign_keys[]
    = "SELECT m.name || '(' || f.\"from\" || ')' FROM sqlite_master m"
      " JOIN pragma_foreign_key_list(m.name) f WHERE f.seq = 0 ORDER BY 1";
static const char postgres_foreign_keys[]
    = "SELECT c.relname || '(' || a.attname || ')' FROM pg_constraint f"
      " JOIN pg_class c ON c.oid = f.conrelid"
      " JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = f.conkey[1]"
      " WHERE f.contype = 'f' AND c.relnamespace = current_schema()::regnamespace ORDER BY 1";

typedef struct
{
  char *folder;
  char *path;
  sqlite3 *sqlite;
  PGconn *postgres; /* NULL: not needed, or not under tests/server/postgres */
} Fixture;

static SparkDatabase *
open_migrated (const char *url)
{
  g_autoptr (GError) error = NULL;
  SparkDatabase *database = spark_database_open (url, TRUE, &error);

  g_assert_no_error (error);
  spark_database_migrate (database, &error);
  g_assert_no_error (error);
  return database;
}

static void
exec_on_server (PGconn *connection, const char *sql)
{
  PGresult *result = PQexec (connection, sql);

  g_assert_cmpstr (PQresultErrorMessage (result), ==, "");
  PQclear (result);
}

static char *
postgres_url (void)
{
  return g_strconcat (g_getenv ("SPARKBOX_TEST_DATABASE"), "&options=-csearch_path%3Dengines",
                      NULL);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *url = NULL;

  self->folder = g_dir_make_tmp ("sparkbox-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "sparkbox.db", NULL);
  url = g_strconcat ("sqlite:", self->path, NULL);
  spark_database_close (open_migrated (url));
  g_assert_cmpint (sqlite3_open (self->path, &self->sqlite), ==, SQLITE_OK);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };

  sqlite3_close (self->sqlite);
  g_clear_pointer (&self->postgres, PQfinish);
  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = g_strconcat (self->path, suffixes[i], NULL);

      g_remove (path);
    }
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self->path);
}

static char **
ask_sqlite (Fixture *self, const char *sql)
{
  g_autoptr (GStrvBuilder) rows = g_strv_builder_new ();
  sqlite3_stmt *stmt = NULL;

  g_assert_cmpint (sqlite3_prepare_v2 (self->sqlite, sql, -1, &stmt, NULL), ==, SQLITE_OK);
  while (sqlite3_step (stmt) == SQLITE_ROW)
    g_strv_builder_add (rows, (const char *)sqlite3_column_text (stmt, 0));
  sqlite3_finalize (stmt);
  return g_strv_builder_end (rows);
}

static char **
ask_postgres (Fixture *self, const char *sql)
{
  g_autoptr (GStrvBuilder) rows = g_strv_builder_new ();
  PGresult *result = PQexec (self->postgres, sql);

  g_assert_cmpstr (PQresultErrorMessage (result), ==, "");
  for (int i = 0; i < PQntuples (result); i++)
    g_strv_builder_add (rows, PQgetvalue (result, i, 0));
  PQclear (result);
  return g_strv_builder_end (rows);
}

static void
assert_same (char **sqlite, char **postgres)
{
  g_autofree char *left = g_strjoinv ("\n", sqlite);
  g_autofree char *right = g_strjoinv ("\n", postgres);

  g_assert_cmpstr (left, ==, right);
}

/* Making the tables takes longer than most tests: those that leave them as they are share them.
 * Returns: whether there is no server, so that nothing is to be done */
static gboolean
lacks_postgres (Fixture *self, gboolean changes_it)
{
  static gboolean is_as_made;
  g_autofree char *url = NULL;

  if (g_getenv ("SPARKBOX_TEST_DATABASE") == NULL)
    {
      g_test_skip ("run by tests/server/postgres");
      return TRUE;
    }
  url = postgres_url ();
  self->postgres = PQconnectdb (url);
  if (!is_as_made)
    {
      exec_on_server (self->postgres,
                      "SET client_min_messages = error;"
                      "DROP SCHEMA IF EXISTS engines CASCADE; CREATE SCHEMA engines");
      spark_database_close (open_migrated (url));
    }
  is_as_made = !changes_it;
  return FALSE;
}

static GHashTable *
statement_names (const char *file)
{
  g_autofree char *path = g_strconcat (RESOURCE_PATH "/store/", file, NULL);
  g_autoptr (GBytes) bytes = g_resources_lookup_data (path, 0, NULL);
  GHashTable *names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (GStrv) lines = NULL;

  g_assert_nonnull (bytes);
  lines = g_strsplit (g_bytes_get_data (bytes, NULL), "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (g_str_has_prefix (*line, "-- name: ")
        && !g_hash_table_add (names, g_strdup (*line + strlen ("-- name: "))))
      g_error ("%s stands twice in %s", *line, file);
  return names;
}

static void
test_names (Fixture *self, gconstpointer data)
{
  g_autoptr (GHashTable) shared = statement_names ("statements.sql");
  g_autoptr (GHashTable) sqlite = statement_names ("statements-sqlite.sql");
  g_autoptr (GHashTable) postgres = statement_names ("statements-postgres.sql");
  GHashTableIter iter;
  gpointer name;

  g_assert_cmpuint (g_hash_table_size (sqlite), ==, g_hash_table_size (postgres));
  g_hash_table_iter_init (&iter, sqlite);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!g_hash_table_contains (postgres, name) || g_hash_table_contains (shared, name))
      g_error ("%s must stand in both dialects and not in statements.sql", (char *)name);
}

static void
prepare_all (const char *url)
{
  g_autoptr (SparkDatabase) database = open_migrated (url);
  g_autoptr (GError) error = NULL;

  spark_database_prepare_all (database, &error);
  g_assert_no_error (error);
}

static void
test_prepare_sqlite (Fixture *self, gconstpointer data)
{
  g_autofree char *url = g_strconcat ("sqlite:", self->path, NULL);

  prepare_all (url);
}

static void
test_prepare_postgres (Fixture *self, gconstpointer data)
{
  g_autofree char *url = NULL;

  if (lacks_postgres (self, FALSE))
    return;
  url = postgres_url ();
  prepare_all (url);
}

/* What reads all that an account has, on purpose. */
static gboolean
reads_all (const char *name)
{
  return g_str_has_prefix (name, "check_") || g_str_has_prefix (name, "account_")
         || g_str_has_prefix (name, "remove_");
}

static void
assert_plan (sqlite3 *database, const char *name)
{
  g_autofree char *sql = g_strconcat ("EXPLAIN QUERY PLAN ",
                                      spark_engine_texts.sql (&spark_engine_sqlite, name), NULL);
  sqlite3_stmt *stmt = NULL;

  g_assert_cmpint (sqlite3_prepare_v2 (database, sql, -1, &stmt, NULL), ==, SQLITE_OK);
  while (sqlite3_step (stmt) == SQLITE_ROW)
    {
      const char *step = (const char *)sqlite3_column_text (stmt, 3);

      if (g_regex_match_simple ("^(SCAN (grants|links|codes|events|changes|recent_changes|[glce])( |$)"
                                "|SEARCH (grants|links|codes|events|changes|[glce]) "
                                "USING PRIMARY KEY \\(account=\\?\\)$)",
                                step, 0, 0))
        g_error ("%s reads all there is: %s", name, step);
      /* Of one grant, not of all that an ad account has. */
      if (strstr (sql, "grant_id = ") != NULL
          && g_regex_match_simple ("^SEARCH (ads|a) USING PRIMARY KEY \\(advertiser=\\?\\)$", step, 0,
                                   0))
        g_error ("%s reads all ads: %s", name, step);
      if (g_regex_match_simple ("end_oldest|^advertiser_tokens_drop$", name, 0, 0)
          && g_regex_match_simple ("^SCAN (advertiser_tokens|brand_|sign_in)", step, 0, 0))
        g_error ("%s reads those of everybody: %s", name, step);
      /* Asked for every few seconds, and mostly there is nothing. */
      if (strstr (name, "_forget") != NULL && g_str_has_prefix (step, "SCAN "))
        g_error ("%s reads what is not over: %s", name, step);
    }
  sqlite3_finalize (stmt);
}

/* An index that is there is used, also by a planner that has seen no data yet. */
static void
test_plans (Fixture *self, gconstpointer data)
{
  g_autofree char *url = g_strconcat ("sqlite:", self->path, NULL);
  g_autoptr (SparkDatabase) migrated = open_migrated (url);
  g_autoptr (GHashTable) names = statement_names ("statements.sql");
  sqlite3 *database = NULL;
  GHashTableIter iter;
  gpointer name;

  g_assert_cmpint (sqlite3_open (self->path, &database), ==, SQLITE_OK);
  g_assert_cmpint (spark_sqlite_words_add (database), ==, SQLITE_OK);
  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!reads_all (name))
      assert_plan (database, name);
  sqlite3_close (database);
}

/* The same of a planner that has counted nothing yet, and is not told what is asked for: each
 * creator of an ad account leads to one video and its grants, not to all that the one or the other
 * has. */
static void
test_plan_of_post (Fixture *self, gconstpointer data)
{
  static const char *const wanted[] = {
    "Index Scan using videos_item on videos v",
    "Index Cond: ((account = s_1.account) AND (item_id = $2))",
    "Index Scan using grants_video on grants g",
    "Index Cond: ((account = w.account) AND (video = w.video) AND (advertiser = w.advertiser))",
  };
  g_autofree char *sql = NULL;
  g_autofree char *prepare = NULL;
  g_autofree char *plan = NULL;
  g_auto (GStrv) steps = NULL;

  if (lacks_postgres (self, TRUE))
    return;
  sql = g_strdup (spark_engine_texts.sql (&spark_engine_sqlite, "grants_of_post"));
  prepare = g_strconcat ("SET plan_cache_mode = force_generic_plan;"
                         "PREPARE of_post (text, text, bigint) AS ",
                         g_strdelimit (sql, "?", '$'), NULL);
  exec_on_server (
      self->postgres,
      "INSERT INTO videos (account, id, item_id, visibility) SELECT 1, n, n, 0 FROM"
      " generate_series(1, 20000) n;"
      "INSERT INTO grants (account, id, video, advertiser, source, state, redeemed_at, ends_at,"
      " platform_ends_at) SELECT 1, n, n, '7', 0, 1, 1, 2, 2 FROM generate_series(1, 20000) n;"
      "INSERT INTO advertiser_posts SELECT '7', 1, n FROM generate_series(1, 20000) n");
  exec_on_server (self->postgres, prepare);
  steps = ask_postgres (self, "EXPLAIN EXECUTE of_post ('7', '7', -1)");
  plan = g_strjoinv ("\n", steps);
  for (gsize i = 0; i < G_N_ELEMENTS (wanted); i++)
    if (strstr (plan, wanted[i]) == NULL)
      g_error ("no \"%s\" in:\n%s", wanted[i], plan);
}

static void
read_changes (SparkDatabase *reader)
{
  g_autoptr (GError) error = NULL;
  SparkStatement *statement;

  spark_database_begin (reader, FALSE, &error);
  g_assert_no_error (error);
  statement = spark_database_statement (reader, "changes_after", &error);
  spark_statement_bind_int (statement, 1, 1);
  spark_statement_bind_int (statement, 2, 10);
  spark_statement_bind_int (statement, 3, 101);
  while (spark_statement_step (statement, &error))
    continue;
  g_assert_no_error (error);
  spark_database_rollback (reader);
}

/* @tables: names in quotes, with commas between */
static gint64
count_read (Fixture *self, const char *tables)
{
  g_autofree char *sql = g_strdup_printf (
      "SELECT sum(idx_tup_read) FROM pg_stat_user_indexes"
      " WHERE relname IN (%s) AND schemaname = current_schema()",
      tables);
  g_auto (GStrv) count = ask_postgres (self, sql);

  return g_ascii_strtoll (count[0], NULL, 10);
}

/* How many more those are than @before, once @session has ended: the server tells then. */
static gint64
count_read_since (Fixture *self, const char *tables, gint64 before, SparkDatabase **session)
{
  gint64 after;

  g_clear_pointer (session, spark_database_close);
  for (int i = 0; (after = count_read (self, tables)) == before && i < 1000; i++)
    g_usleep (10000);
  return after - before;
}

/* How many rows of @tables, ended by NULL, @read goes through once @fill has put some into them, where
 * it was planned when there were none and nothing has been counted since. */
static gint64
count_read_uncounted (Fixture *self, const char *const *tables, void (*read) (SparkDatabase *reader),
                      const char *fill)
{
  g_autofree char *url = postgres_url ();
  g_autoptr (GError) error = NULL;
  g_autoptr (SparkDatabase) reader = spark_database_open (url, FALSE, &error);
  g_autoptr (GString) names = g_string_new (NULL);
  gint64 before;

  g_assert_no_error (error);
  for (; *tables != NULL; tables++)
    {
      g_autofree char *uncounted
          = g_strdup_printf ("ALTER TABLE %s SET (autovacuum_enabled = off)", *tables);

      exec_on_server (self->postgres, uncounted);
      g_string_append_printf (names, "%s'%s'", names->len > 0 ? ", " : "", *tables);
    }
  read (reader);
  exec_on_server (self->postgres, fill);
  before = count_read (self, names->str);
  read (reader);
  return count_read_since (self, names->str, before, &reader);
}

/* A page of changes is read without all that come after it. */
static void
test_plan_of_changes (Fixture *self, gconstpointer data)
{
  static const char *const tables[] = { "changes", "events", "grants", "videos", NULL };
  gint64 n_read;

  if (lacks_postgres (self, TRUE))
    return;
  n_read = count_read_uncounted (
      self, tables, read_changes,
      "INSERT INTO events (account, id, type, at, actor_kind) SELECT 1, 10 + 2 * n, 15, 1, 0"
      " FROM generate_series(1, 20000) n;"
      "INSERT INTO videos (account, id, item_id, visibility, auth_grant)"
      " SELECT 1, n, n, 0, 9 + 2 * n FROM generate_series(1, 20000) n;"
      "INSERT INTO grants"
      " (account, id, video, brand, source, state, redeemed_at, ends_at, platform_ends_at)"
      " SELECT 1, 9 + 2 * n, n, 1 + n % 2000, 0, 1, 1, 2, 2 FROM generate_series(1, 20000) n;"
      "INSERT INTO changes (account, kind, id, seq) SELECT 1, 4 + n % 2 * 2, 9 + 2 * n + n % 2,"
      " 40010 + n FROM generate_series(1, 10000) n");
  g_assert_cmpint (n_read, >, 0);
  g_assert_cmpint (n_read, <, 2000);
}

static void
search_videos (SparkDatabase *reader)
{
  g_autoptr (GError) error = NULL;
  SparkStatement *statement;
  guint n = 0;

  spark_database_begin (reader, FALSE, &error);
  g_assert_no_error (error);
  statement = spark_database_statement (reader, "videos_newest_found", &error);
  spark_statement_bind_int (statement, 1, 1);
  spark_statement_bind_int (statement, 2, -1);
  spark_statement_bind_text (statement, 3, "brand new");
  spark_statement_bind_int (statement, 4, G_MAXINT64);
  spark_statement_bind_int (statement, 5, G_MAXINT64);
  spark_statement_bind_int (statement, 6, 51);
  spark_statement_bind_text (statement, 7, "% brand %\n% new%");
  while (spark_statement_step (statement, &error))
    n++;
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 0);
  spark_database_rollback (reader);
}

/* A search looks at the brands of each video that one of them fits, not at all of the account. */
static void
test_plan_of_search (Fixture *self, gconstpointer data)
{
  static const char *const tables[] = { "brands", "grants", "links", "videos", NULL };
  gint64 n_read;

  if (lacks_postgres (self, TRUE))
    return;
  n_read = count_read_uncounted (
      self, tables, search_videos,
      "INSERT INTO videos (account, id, item_id, visibility)"
      " SELECT 1, n, n, 0 FROM generate_series(1, 1000) n;"
      "INSERT INTO brands (account, id, name, folded, words)"
      " SELECT 1, n, 'Brand ' || n, 'brand ' || n, 'brand ' || n FROM generate_series(1, 1000) n;"
      "INSERT INTO grants"
      " (account, id, video, brand, source, state, redeemed_at, ends_at, platform_ends_at)"
      " SELECT 1, n, n, n, 0, 1, 1, 2, 2 FROM generate_series(1, 1000) n");
  g_assert_cmpint (n_read, >, 1000);
  g_assert_cmpint (n_read, <, 20000);
}

static void
test_same_tables (Fixture *self, gconstpointer data)
{
  const struct
  {
    const char *sqlite;
    const char *postgres;
  } facts[] = {
    { sqlite_columns, postgres_columns },
    { sqlite_view_columns, postgres_view_columns },
    { sqlite_keys, postgres_keys },
    { sqlite_indexes, postgres_indexes },
    { sqlite_foreign_keys, postgres_foreign_keys },
  };
  g_auto (GStrv) rows = NULL;
  g_autofree char *held = NULL;

  if (lacks_postgres (self, FALSE))
    return;
  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    {
      g_auto (GStrv) left = ask_sqlite (self, facts[i].sqlite);
      g_auto (GStrv) right = ask_postgres (self, facts[i].postgres);

      assert_same (left, right);
    }
  rows = ask_postgres (self, postgres_held);
  held = g_strjoinv ("\n", rows);
  g_assert_cmpstr (held, ==, "brand_advertisers(account,advertiser) brand,state");
}

/* Each of "table(column,…)" begins with the account, unless the table is an exception. */
static guint
assert_by_account (char **keys)
{
  guint checked = 0;

  for (char **key = keys; *key != NULL; key++)
    {
      g_auto (GStrv) parts = g_strsplit_set (*key, "(,)", -1);

      if (g_strv_contains (exceptions, parts[0]))
        continue;
      if (strcmp (parts[1], "account") != 0)
        g_error ("the key %s does not begin with the account", *key);
      checked++;
    }
  return checked;
}

static void
test_by_account_sqlite (Fixture *self, gconstpointer data)
{
  g_auto (GStrv) keys = ask_sqlite (self, sqlite_keys);
  g_auto (GStrv) foreign_keys = ask_sqlite (self, sqlite_foreign_keys);

  g_assert_cmpuint (assert_by_account (keys), >, 10);
  assert_by_account (foreign_keys);
}

static void
test_by_account_postgres (Fixture *self, gconstpointer data)
{
  g_auto (GStrv) keys = NULL;
  g_auto (GStrv) foreign_keys = NULL;

  if (lacks_postgres (self, FALSE))
    return;
  /* Not for others: nothing commits it. */
  exec_on_server (self->postgres, "BEGIN; DROP TABLE schema_version");
  keys = ask_postgres (self, postgres_keys);
  foreign_keys = ask_postgres (self, postgres_foreign_keys);
  g_assert_cmpuint (assert_by_account (keys), >, 10);
  assert_by_account (foreign_keys);
}

static void
assert_meta (SparkDatabase *database, const char *name, const char *value)
{
  g_autoptr (GError) error = NULL;
  SparkStatement *statement = spark_database_statement (database, "meta_get", &error);

  spark_statement_bind_text (statement, 1, name);
  if (spark_statement_step (statement, &error))
    g_assert_cmpstr (spark_statement_text (statement, 0), ==, value);
  else
    g_assert_null (value);
  g_assert_no_error (error);
  spark_statement_reset (statement);
}

static void
expect (SparkDatabase *database, const char *statement_name, const char *value)
{
  SparkStatement *statement = spark_database_statement (database, statement_name, NULL);

  if (value != NULL)
    spark_statement_bind_text (statement, 1, value);
  spark_statement_expect (statement);
}

static void
begin_reading (SparkDatabase *reader)
{
  g_autoptr (GError) error = NULL;

  spark_database_begin (reader, FALSE, &error);
  g_assert_no_error (error);
}

/* What a reader expects to be asked is what it is told then, whether it asks so or otherwise. */
static void
test_expected (Fixture *self, gconstpointer data)
{
  g_autofree char *url = NULL;
  g_autoptr (SparkDatabase) reader = NULL;
  g_autoptr (GError) error = NULL;

  if (lacks_postgres (self, TRUE))
    return;
  url = postgres_url ();
  reader = spark_database_open (url, FALSE, &error);
  g_assert_no_error (error);
  g_assert_true (spark_database_can_expect (reader));
  exec_on_server (self->postgres, "INSERT INTO meta (name, value) VALUES ('a', '1'), ('b', '2')");

  /* Each has been asked once before it can be expected. */
  begin_reading (reader);
  expect (reader, "meta_get", "a");
  assert_meta (reader, "b", "2");
  assert_meta (reader, "a", "1");
  spark_database_rollback (reader);

  for (int i = 0; i < 3; i++)
    {
      begin_reading (reader);
      expect (reader, "meta_get", "a");
      /* Another than was expected, which is still the answer when it is asked for. */
      if (i == 1)
        assert_meta (reader, "b", "2");
      assert_meta (reader, "a", "1");
      assert_meta (reader, "a", "1");
      /* Also in the midst, and what nobody asks for then. */
      expect (reader, "meta_get", "nothing");
      if (i == 2)
        assert_meta (reader, "nothing", NULL);
      expect (reader, "meta_get", "b");
      spark_database_rollback (reader);
    }

  /* Nothing outlives its transaction. */
  begin_reading (reader);
  expect (reader, "meta_get", "a");
  assert_meta (reader, "b", "2");
  spark_database_rollback (reader);
  exec_on_server (self->postgres, "UPDATE meta SET value = '3' WHERE name = 'a'");
  begin_reading (reader);
  assert_meta (reader, "a", "3");
  spark_database_rollback (reader);
}

/* A writer's run ends where it waits; what it says then goes with it. */
static void
test_expected_by_job (Fixture *self, gconstpointer data)
{
  g_autofree char *url = NULL;
  g_autoptr (SparkDatabase) writer = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) waits = NULL;
  SparkStatement *statement;
  gboolean again;
  gint64 before;

  if (lacks_postgres (self, TRUE))
    return;
  url = postgres_url ();
  writer = spark_database_open (url, TRUE, &error);
  g_assert_no_error (error);
  exec_on_server (self->postgres, "INSERT INTO meta (name, value) VALUES ('a', '1'), ('b', '2')");
  before = count_read (self, "'meta'");

  spark_database_begin (writer, TRUE, &error);
  g_assert_no_error (error);
  g_assert_true (spark_database_job_begin (writer, &error));
  statement = spark_database_statement (writer, "meta_get", NULL);
  spark_statement_bind_text (statement, 1, "a");
  g_assert_false (spark_statement_step (statement, &waits));
  g_assert_error (waits, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE);
  /* It is asked once, however often it is said, and so is what is waited for. */
  expect (writer, "meta_get", "b");
  expect (writer, "meta_get", "a");
  expect (writer, "meta_get", "b");
  g_assert_cmpint (spark_database_job_end (writer, FALSE, &error), ==, SPARK_JOB_WAITS);
  g_assert_true (spark_database_fetch (writer, &again, &error));
  g_assert_true (again);

  /* It has all it needs, and it is of that moment. */
  exec_on_server (self->postgres, "UPDATE meta SET value = '3'");
  g_assert_true (spark_database_job_begin (writer, &error));
  assert_meta (writer, "a", "1");
  assert_meta (writer, "b", "2");
  g_assert_cmpint (spark_database_job_end (writer, TRUE, &error), ==, SPARK_JOB_DONE);
  g_assert_no_error (error);
  spark_database_rollback (writer);
  g_assert_cmpint (count_read_since (self, "'meta'", before, &writer), ==, 2);
}

static gboolean
reads (SparkDatabase *reader)
{
  g_autoptr (GError) error = NULL;
  SparkStatement *statement;
  gboolean found;

  if (!spark_database_begin (reader, FALSE, &error))
    return FALSE;
  statement = spark_database_statement (reader, "meta_get", NULL);
  spark_statement_bind_text (statement, 1, "nothing");
  found = spark_statement_step (statement, &error);
  g_assert_false (found);
  spark_statement_reset (statement);
  spark_database_rollback (reader);
  return error == NULL;
}

/* What one connection found out, that the server is back, the others need not wait for. */
static void
test_found_again (Fixture *self, gconstpointer data)
{
  g_autofree char *way = g_build_filename (self->folder, "way", NULL);
  g_autofree char *server = NULL;
  g_autofree char *url = NULL;
  g_autoptr (SparkDatabase) first = NULL;
  g_autoptr (SparkDatabase) second = NULL;
  g_autoptr (GError) error = NULL;
  const char *folder = g_getenv ("SPARKBOX_TEST_POSTGRES_FOLDER");

  if (lacks_postgres (self, FALSE))
    return;
  server = postgres_url ();
  url = g_strconcat (server, "&host=", way, NULL);
  g_assert_no_errno (symlink (folder, way));
  first = spark_database_open (url, FALSE, &error);
  g_assert_no_error (error);
  second = spark_database_open (url, FALSE, &error);
  g_assert_no_error (error);
  g_assert_true (reads (first));
  g_assert_true (reads (second));

  g_assert_no_errno (g_unlink (way));
  exec_on_server (self->postgres, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                                  " WHERE application_name = 'sparkboxd'");
  g_assert_false (reads (first));
  /* So that the second would have to wait longer than the first. */
  g_usleep (250 * 1000);
  g_assert_false (reads (second));
  g_assert_no_errno (symlink (folder, way));
  while (!reads (first))
    g_usleep (10 * 1000);
  g_assert_true (reads (second));
  g_assert_no_errno (g_unlink (way));
}

int
main (int argc, char **argv)
{
  const struct
  {
    const char *path;
    void (*run) (Fixture *self, gconstpointer data);
  } tests[] = {
    { "/engines/names", test_names },
    { "/engines/prepare-sqlite", test_prepare_sqlite },
    { "/engines/prepare-postgres", test_prepare_postgres },
    { "/engines/same-tables", test_same_tables },
    { "/engines/by-account-sqlite", test_by_account_sqlite },
    { "/engines/by-account-postgres", test_by_account_postgres },
    { "/engines/found-again", test_found_again },
    { "/engines/plans", test_plans },
    { "/engines/plan-of-post", test_plan_of_post },
    { "/engines/plan-of-changes", test_plan_of_changes },
    { "/engines/plan-of-search", test_plan_of_search },
    { "/engines/expected", test_expected },
    { "/engines/expected-by-job", test_expected_by_job },
  };

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].path, Fixture, NULL, set_up, tests[i].run, tear_down);
  return g_test_run ();
}
