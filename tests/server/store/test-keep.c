/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <glib/gstdio.h>

#include "ask-sqlite.h"
#include "ledger-acts.h"
#include "server/store/spark-database.h"
#include "server/store/spark-tx.h"

/*
 * What is read one after the other comes from one snapshot as long as nobody commits, and only so
 * long.
 */

/* --- a connection --- */

typedef struct
{
  char *folder;
  char *path;
  SparkDatabase *reader;
  sqlite3 *other; /* as another process has it */
} Connections;

static void
run (Connections *self, const char *sql)
{
  sqlite_run (self->other, sql);
}

/* Whether somebody stands in the way of it. */
static gboolean
is_busy (Connections *self, const char *checkpoint)
{
  return sqlite_ask (self->other, checkpoint) != 0;
}

/* NULL: it is not there. */
static char *
ask (Connections *self)
{
  SparkStatement *row = spark_database_statement (self->reader, "meta_get", NULL);
  char *value = NULL;

  spark_statement_bind_text (row, 1, "test");
  if (spark_statement_step (row, NULL))
    value = g_strdup (spark_statement_text (row, 0));
  spark_statement_reset (row);
  return value;
}

/* A whole transaction, which is kept. */
static char *
read_and_keep (Connections *self)
{
  char *value;

  g_assert_true (spark_database_begin (self->reader, FALSE, NULL));
  value = ask (self);
  g_assert_true (spark_database_keep (self->reader));
  return value;
}

static void
set_up (Connections *self, gconstpointer data)
{
  g_autofree char *url = NULL;
  g_autofree char *value = NULL;
  g_autoptr (SparkDatabase) writer = NULL;

  self->folder = g_dir_make_tmp ("spark-keep-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "db", NULL);
  url = g_strconcat ("sqlite:", self->path, NULL);
  writer = spark_database_open (url, TRUE, NULL);
  g_assert_true (spark_database_migrate (writer, NULL));
  self->reader = spark_database_open (url, FALSE, NULL);
  g_assert_cmpint (sqlite3_open (self->path, &self->other), ==, SQLITE_OK);
  run (self, "PRAGMA wal_autocheckpoint = 0; INSERT INTO meta (name, value) VALUES ('test', '0')");
  /* The first finds out how to know. */
  g_assert_true (spark_database_begin (self->reader, FALSE, NULL));
  value = ask (self);
  g_assert_cmpstr (value, ==, "0");
  if (!spark_database_keep (self->reader))
    spark_database_rollback (self->reader);
}

static void
tear_down (Connections *self, gconstpointer data)
{
  spark_database_close (self->reader);
  sqlite3_close (self->other);
  g_unlink (self->path);
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self->path);
}

/* What others commit is read by whoever begins afterwards. */
static void
test_sees (Connections *self, gconstpointer data)
{
  for (int i = 1; i < 50; i++)
    {
      g_autofree char *sql
          = g_strdup_printf ("UPDATE meta SET value = '%d' WHERE name = 'test'", i);
      g_autofree char *number = g_strdup_printf ("%d", i);
      g_autofree char *before = read_and_keep (self);
      g_autofree char *after = NULL;

      run (self, sql);
      if (i % 7 == 0)
        is_busy (self, "PRAGMA wal_checkpoint(RESTART)");
      after = read_and_keep (self);
      g_assert_cmpstr (after, ==, number);
    }
}

/* Within a transaction everything is as it was at its beginning. */
static void
test_is_snapshot (Connections *self, gconstpointer data)
{
  g_autofree char *before = read_and_keep (self);
  g_autofree char *within = NULL;
  g_autofree char *after = NULL;

  g_assert_true (spark_database_begin (self->reader, FALSE, NULL));
  run (self, "UPDATE meta SET value = 'new' WHERE name = 'test'");
  within = ask (self);
  g_assert_cmpstr (within, ==, before);
  g_assert_true (spark_database_keep (self->reader));
  after = read_and_keep (self);
  g_assert_cmpstr (after, ==, "new");
}

/* It is kept, which is to be ended; and ends by itself where it would keep the log from beginning
 * anew. */
static void
test_lets_log_go (Connections *self, gconstpointer data)
{
  g_free (read_and_keep (self));
  g_assert_true (is_busy (self, "PRAGMA wal_checkpoint(RESTART)"));
  spark_database_rollback (self->reader);
  g_assert_false (is_busy (self, "PRAGMA wal_checkpoint(RESTART)"));

  run (self, "UPDATE meta SET value = 'more' WHERE name = 'test'");
  g_free (read_and_keep (self));
  g_assert_false (is_busy (self, "PRAGMA wal_checkpoint(PASSIVE)"));
  g_free (read_and_keep (self));
  g_assert_false (is_busy (self, "PRAGMA wal_checkpoint(RESTART)"));
}

/* While a long log waits to be copied nothing is kept, or it would never begin anew under load. */
static void
test_long_log (Connections *self, gconstpointer data)
{
  g_free (read_and_keep (self));
  run (self, "CREATE TABLE long (data); INSERT INTO long VALUES (zeroblob(45000000))");
  g_assert_true (spark_database_begin (self->reader, FALSE, NULL));
  g_free (ask (self));
  g_assert_false (spark_database_keep (self->reader));
  spark_database_rollback (self->reader);
  g_assert_false (is_busy (self, "PRAGMA wal_checkpoint(PASSIVE)"));
  g_free (read_and_keep (self));
}

/* --- a store --- */

static gint64
read_counter (Fixture *self)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  gint64 counter;

  g_assert_true (spark_read_counter (tx, 1, &counter, NULL));
  spark_store_read_end (tx);
  return counter;
}

/* Who rests now and then reads what was committed by the time it began, like everybody. */
static void
test_rests (Fixture *self, gconstpointer data)
{
  gint64 before = read_counter (self);

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *name = g_strdup_printf ("Brand %u", i);
      g_autofree char *brand = NULL;
      gint64 after;

      if (i % 3 == 0)
        spark_store_rest (self->store);
      g_assert_cmpint (read_counter (self), ==, before);
      brand = act_add_brand (self, self->account, name, NULL);
      after = read_counter (self);
      g_assert_cmpint (after, >, before);
      before = after;
    }
  spark_store_rest (self->store);
}

/* Whether it was known before. */
static gboolean
read_token (Fixture *self, const char *token, SparkTokenKey *key, GError **error)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  gboolean known = spark_known_tokens_find (tx->known_tokens, key) != NULL;
  SparkCredential credential;

  if (spark_read_token (tx, token, &credential, error))
    {
      g_assert_cmpuint (credential.scope.n_accounts, ==, 1);
      g_assert_cmpint (credential.scope.accounts[0], ==, 1);
      g_assert_cmpint (credential.roles[0], ==, SPARK_ROLE_OWNER);
      *key = credential.token;
    }
  spark_store_read_end (tx);
  spark_store_rest (self->store);
  return known;
}

/* What a token may is known until somebody commits or its time is over, and not a moment longer. */
static void
test_tokens (Fixture *self, gconstpointer data)
{
  const gint64 account = 1;
  g_autofree char *id = NULL;
  g_autofree char *token
      = act_create_token (self, SPARK_ROLE_OWNER, &account, 1, self->now + 1000, &id, NULL);
  g_autofree char *brand = NULL;
  g_autoptr (GError) error = NULL;
  SparkTokenKey key = { 0 };
  gboolean known = FALSE;

  /* What a checkpoint changes is not told apart from what others do. */
  for (guint i = 0; !known && i < 1000; i++)
    known = read_token (self, token, &key, NULL);
  g_assert_true (known);
  brand = act_add_brand (self, self->account, "Acme", NULL);
  g_assert_false (read_token (self, token, &key, NULL));

  self->now += 1000;
  read_token (self, token, &key, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
  g_clear_error (&error);
  self->now -= 1000;
  read_token (self, token, &key, &error);
  g_assert_no_error (error);
  act_revoke_token (self, id, NULL);
  read_token (self, token, &key, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAUTHORIZED);
}

#define ADD(path, func) g_test_add ("/keep/" path, Connections, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("sees", test_sees);
  ADD ("is-snapshot", test_is_snapshot);
  ADD ("lets-log-go", test_lets_log_go);
  ADD ("long-log", test_long_log);
  g_test_add ("/keep/rests", Fixture, NULL, fixture_set_up, test_rests, fixture_tear_down);
  g_test_add ("/keep/tokens", Fixture, NULL, fixture_set_up, test_tokens, fixture_tear_down);
  return g_test_run ();
}
