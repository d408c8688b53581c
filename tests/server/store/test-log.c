/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>

#include "ask-sqlite.h"
#include "fault-vfs.h"
#include "server/store/spark-sqlite-log.h"

#define ROWS 2000

typedef struct
{
  char *folder;
  char *path;
  sqlite3 *connection;
} Fixture;

static gint64 begun; /* bytes that the system was asked to write out */
static gint64 begun_least = G_MAXINT64;
static int begun_fd = -1;

/* In the place of the system's, which shows nothing of what it does. */
int
sync_file_range (int fd, off_t offset, off_t length, unsigned int flags)
{
  g_assert_cmpuint (flags, ==, SYNC_FILE_RANGE_WRITE);
  begun_fd = fd;
  begun += length;
  begun_least = MIN (begun_least, length);
  return 0;
}

static sqlite3 *
open_database (const char *path, const char *vfs)
{
  sqlite3 *connection;

  g_assert_cmpint (
      sqlite3_open_v2 (path, &connection, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, vfs), ==,
      SQLITE_OK);
  return connection;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_assert_nonnull (spark_sqlite_log_vfs ());
  self->folder = g_dir_make_tmp ("spark-log-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "db", NULL);
  self->connection = open_database (self->path, spark_sqlite_log_vfs ());
  sqlite_run (self->connection, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                                "PRAGMA wal_autocheckpoint = 0;"
                                "CREATE TABLE things (id INTEGER PRIMARY KEY, text TEXT NOT NULL)");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autoptr (GDir) folder = g_dir_open (self->folder, 0, NULL);
  const char *name;

  fault_vfs_disarm ();
  sqlite3_close (self->connection);
  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_remove (path);
    }
  g_rmdir (self->folder);
  g_free (self->path);
  g_free (self->folder);
}

static void
insert (Fixture *self, gint64 first)
{
  g_autofree char *sql = g_strdup_printf (
      "WITH RECURSIVE n (id) AS (VALUES (%" G_GINT64_FORMAT ") UNION ALL SELECT id + 1 FROM n"
      " WHERE id < %" G_GINT64_FORMAT ")"
      "INSERT INTO things SELECT id, printf('%%.1000c', 'x') FROM n",
      first, first + ROWS - 1);

  sqlite_run (self->connection, sql);
}

static void
copy (Fixture *self, const char *suffix)
{
  g_autofree char *from = g_strconcat (self->path, suffix, NULL);
  g_autofree char *to = g_strconcat (self->folder, "/copy", suffix, NULL);
  g_autofree char *content = NULL;
  gsize length;

  g_assert_true (g_file_get_contents (from, &content, &length, NULL));
  g_assert_true (g_file_set_contents (to, content, (gssize)length, NULL));
}

/* What is committed is in the files, as somebody finds them after a crash, and others see it. */
static void
test_commit (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "copy", NULL);
  sqlite3 *other = open_database (self->path, NULL);
  sqlite3 *crashed;

  g_assert_cmpint (sqlite_ask (other, "SELECT count(*) FROM things"), ==, 0);
  for (int i = 0; i < 3; i++)
    {
      insert (self, i * ROWS);
      g_assert_cmpint (sqlite_ask (other, "SELECT count(*) FROM things"), ==, (i + 1) * ROWS);
      copy (self, "");
      copy (self, "-wal");
      crashed = open_database (path, NULL);
      g_assert_cmpint (sqlite_ask (crashed, "SELECT count(*) FROM things"), ==, (i + 1) * ROWS);
      sqlite3_close (crashed);
    }
  sqlite3_close (other);
}

/* Few large writes, not two for each page. */
static void
test_writes (Fixture *self, gconstpointer data)
{
  int before = fault_vfs_writes ();
  int writes;

  insert (self, 0);
  writes = fault_vfs_writes () - before;
  g_test_message ("%d writes of %d rows of 1,000 bytes", writes, ROWS);
  g_assert_cmpint (writes, >, 0);
  g_assert_cmpint (writes, <, 2 * ROWS * 1000 / 4096 / 10);
}

/* Most of a large commit is on its way to the disk before it is synced, in few portions; a small
 * one is left to that. */
static void
test_early (Fixture *self, gconstpointer data)
{
  g_autofree char *log = g_strconcat (self->path, "-wal", NULL);
  GStatBuf file;
  struct stat other;

  begun = 0;
  sqlite_run (self->connection, "INSERT INTO things VALUES (1, 'small')");
  g_assert_cmpint (begun, ==, 0);
  insert (self, 2);
  g_assert_cmpint (begun, >, ROWS * 1000 * 8 / 10);
  g_assert_cmpint (begun_least, >, 256 * 1024);
  g_assert_cmpint (g_stat (log, &file), ==, 0);
  g_assert_cmpint (begun, <, file.st_size);
  g_assert_cmpint (fstat (begun_fd, &other), ==, 0);
  g_assert_cmpuint (file.st_ino, ==, other.st_ino);
  sqlite3_close (self->connection);
  g_assert_cmpint (fcntl (begun_fd, F_GETFD), ==, -1);
  self->connection = open_database (self->path, spark_sqlite_log_vfs ());
}

/* A transaction that is larger than the memory for its pages reads them from the log. */
static void
test_spill (Fixture *self, gconstpointer data)
{
  sqlite_run (self->connection, "PRAGMA cache_size = 20; BEGIN IMMEDIATE");
  for (int i = 0; i < 3; i++)
    {
      insert (self, i * ROWS);
      sqlite_run (self->connection, "UPDATE things SET text = upper(text) WHERE id % 7 = 0");
      g_assert_cmpint (
          sqlite_ask (self->connection, "SELECT count(*) FROM things WHERE text GLOB 'X*'"), ==,
          ((i + 1) * ROWS + 6) / 7);
    }
  sqlite_run (self->connection, "ROLLBACK");
  g_assert_cmpint (sqlite_ask (self->connection, "SELECT count(*) FROM things"), ==, 0);

  sqlite_run (self->connection, "BEGIN IMMEDIATE");
  insert (self, 0);
  sqlite_run (self->connection, "UPDATE things SET text = upper(text) WHERE id % 7 = 0; COMMIT");
  sqlite_run (self->connection, "PRAGMA wal_checkpoint(TRUNCATE)");
  insert (self, ROWS);
  g_assert_cmpint (sqlite_ask (self->connection, "SELECT count(*) FROM things"), ==, 2 * ROWS);
  sqlite_assert_sound (self->connection);
}

/* A write that fails late fails the commit; the next one is whole. */
static void
test_failures (Fixture *self, gconstpointer data)
{
  int nth = 1;
  gboolean failed;

  do
    {
      gint64 before = sqlite_ask (self->connection, "SELECT count(*) FROM things");

      fault_vfs_arm (FAULT_WRITE, nth++, SQLITE_IOERR_WRITE, FALSE);
      failed = sqlite3_exec (self->connection,
                             "WITH RECURSIVE n (i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n"
                             " WHERE i < 1000) INSERT INTO things (text)"
                             " SELECT printf('%.1000c', 'y') FROM n",
                             NULL, NULL, NULL)
               != SQLITE_OK;
      g_assert_cmpint (failed, ==, fault_vfs_hits () > 0);
      fault_vfs_disarm ();
      g_assert_cmpint (sqlite_ask (self->connection, "SELECT count(*) FROM things"), ==,
                       before + (failed ? 0 : 1000));
      insert (self, nth * (gint64)1000000);
      g_assert_cmpint (sqlite_ask (self->connection, "SELECT count(*) FROM things"), ==,
                       before + (failed ? 0 : 1000) + ROWS);
    }
  while (failed);
  g_assert_cmpint (nth, >, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fault_vfs_register ();
  g_test_add ("/log/commit", Fixture, NULL, set_up, test_commit, tear_down);
  g_test_add ("/log/writes", Fixture, NULL, set_up, test_writes, tear_down);
  g_test_add ("/log/early", Fixture, NULL, set_up, test_early, tear_down);
  g_test_add ("/log/spill", Fixture, NULL, set_up, test_spill, tear_down);
  g_test_add ("/log/failures", Fixture, NULL, set_up, test_failures, tear_down);
  return g_test_run ();
}
