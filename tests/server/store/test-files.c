/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ask-sqlite.h"
#include "ledger-acts.h"
#include "server/store/spark-secrets.h"

static char *
path_of (Fixture *self, const char *suffix)
{
  return g_strconcat (self->url + strlen ("sqlite:"), suffix, NULL);
}

static void
assert_refused (const char *url, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (spark_store_open (url, NULL, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, words));
}

static void
open_again (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  self->store = spark_store_open (self->url, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
folder_holds (Fixture *self, const char *text)
{
  g_autoptr (GDir) folder = g_dir_open (self->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (folder)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);
      g_autofree char *content = NULL;
      gsize length;

      g_assert_true (g_file_get_contents (path, &content, &length, NULL));
      if (memmem (content, length, text, strlen (text)) != NULL)
        return TRUE;
    }
  return FALSE;
}

/* Codes, links and tokens are nowhere in the files; what is not secret is (so the search works). */
static void
test_at_rest (Fixture *self, gconstpointer data)
{
  const gint64 accounts[] = { 1 };
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autofree char *code_string = fixture_code_string (self, code);
  g_autofree char *brand = fixture_add_brand (self, self->account, "A brand in the open");
  g_autofree char *link = act_create_link (self, self->video, brand, 0, NULL);
  g_autofree char *link_string = fixture_link_string (self, link);
  g_autofree char *acme = fixture_add_advertiser (self, "Acme");
  g_autofree char *advertiser_token = act_advertiser_token (self, acme, NULL);
  g_autofree char *id = NULL;
  g_autofree char *token = act_create_token (self, SPARK_ROLE_OWNER, accounts, 1, 0, &id, NULL);

  g_free (fixture_redeem (self, acme, link_string, NULL));
  for (int closed = 0; closed < 2; closed++)
    {
      g_assert_true (folder_holds (self, "A brand in the open"));
      g_assert_false (folder_holds (self, code_string + 9));
      g_assert_false (folder_holds (self, link_string + 9));
      g_assert_false (folder_holds (self, advertiser_token));
      g_assert_false (folder_holds (self, token + 4));
      if (closed == 0)
        fixture_reopen (self);
    }
  g_assert_cmpuint (fixture_authorization (self, self->video).grants, ==, 1);
}

static void
test_modes (Fixture *self, gconstpointer data)
{
  static const char *const suffixes[] = { "", ".key", "-wal", "-shm" };

  for (gsize i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = path_of (self, suffixes[i]);
      struct stat info;

      g_assert_cmpint (stat (path, &info), ==, 0);
      g_assert_cmpint (info.st_mode & 0777, ==, 0600);
    }
}

/* Without its key, or with another, a database is refused and left as it is. */
static void
test_key (Fixture *self, gconstpointer data)
{
  g_autofree char *path = path_of (self, ".key");
  g_autofree char *aside = path_of (self, ".aside");
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autofree char *string = fixture_code_string (self, code);
  g_autofree char *again = NULL;
  guint8 other[32];

  g_clear_pointer (&self->store, spark_store_close);
  g_assert_cmpint (g_rename (path, aside), ==, 0);
  assert_refused (self->url, "is missing");
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  memset (other, 7, sizeof other);
  g_assert_true (g_file_set_contents_full (path, (char *)other, sizeof other,
                                           G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  assert_refused (self->url, "is not the one of this database");
  g_assert_true (g_file_set_contents_full (path, (char *)other, sizeof other - 1,
                                           G_FILE_SET_CONTENTS_CONSISTENT, 0600, NULL));
  assert_refused (self->url, "is not a key");

  g_assert_cmpint (g_rename (aside, path), ==, 0);
  g_assert_cmpint (chmod (path, 0640), ==, 0);
  assert_refused (self->url, "can be read by others");
  g_assert_cmpint (chmod (path, 0600), ==, 0);
  open_again (self);
  again = fixture_code_string (self, code);
  g_assert_cmpstr (again, ==, string);
}

static void
assert_private (uid_t user, gid_t group, mode_t mode, gboolean private)
{
  const struct stat info = { .st_uid = user, .st_gid = group, .st_mode = S_IFREG | mode };

  g_assert_true (spark_secrets_is_private (&info) == private);
}

/* A key that systemd hands out is root's, and its service may read it by an access control list,
 * which shows as the right of the group. */
static void
test_credential (Fixture *self, gconstpointer data)
{
  static const struct
  {
    uid_t user;
    gid_t group;
    mode_t mode;
  } refused[] = { { 0, 0, 0444 }, { 65534, 0, 0440 }, { 0, 65534, 0440 } };
  g_autofree char *path = path_of (self, ".key");
  g_autofree char *credential = path_of (self, ".credential");
  g_autoptr (SparkSecrets) secrets = NULL;
  g_autoptr (GError) error = NULL;

  if (geteuid () != 0)
    {
      assert_private (0, 0, 0440, TRUE);
      for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
        assert_private (refused[i].user, refused[i].group, refused[i].mode, FALSE);
      assert_private (geteuid (), getegid (), 0440, FALSE);
      assert_private (geteuid (), getegid (), 0400, TRUE);
      g_assert_cmpint (chmod (path, 0440), ==, 0);
      g_assert_null (spark_secrets_load (path, FALSE, NULL));
      g_assert_cmpint (chmod (path, 0400), ==, 0);
      secrets = spark_secrets_load (path, FALSE, &error);
      g_assert_no_error (error);
      g_assert_nonnull (secrets);
      return;
    }
  g_assert_cmpint (g_rename (path, credential), ==, 0);
  g_assert_cmpint (chown (self->folder, 65534, 65534), ==, 0);
  g_assert_cmpint (chmod (credential, 0440), ==, 0);
  g_assert_null (spark_secrets_load (credential, FALSE, NULL));

  g_assert_cmpint (seteuid (65534), ==, 0);
  secrets = spark_secrets_load (credential, FALSE, &error);
  g_assert_cmpint (seteuid (0), ==, 0);
  g_assert_no_error (error);
  g_assert_nonnull (secrets);

  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_assert_cmpint (chown (credential, refused[i].user, refused[i].group), ==, 0);
      g_assert_cmpint (chmod (credential, refused[i].mode), ==, 0);
      g_assert_cmpint (seteuid (65534), ==, 0);
      g_assert_null (spark_secrets_load (credential, FALSE, NULL));
      g_assert_cmpint (seteuid (0), ==, 0);
    }
  g_assert_cmpint (chown (credential, 0, 0), ==, 0);
  g_assert_cmpint (chmod (credential, 0600), ==, 0);
  g_assert_cmpint (g_rename (credential, path), ==, 0);
}

/* Two at once on a new database agree about its key, and nothing half-made stays behind. */
static void
test_new (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = g_dir_make_tmp ("sparkbox-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "new.db", NULL);
  g_autofree char *url = g_strconcat ("sqlite:", path, NULL);
  g_autoptr (GDir) left = NULL;
  g_autoptr (GError) error = NULL;
  SparkStore *first = spark_store_open (url, NULL, &error);
  SparkStore *second;
  const char *name;

  g_assert_no_error (error);
  second = spark_store_open (url, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (spark_store_epoch (first), ==, spark_store_epoch (second));
  spark_store_close (first);
  spark_store_close (second);

  left = g_dir_open (folder, 0, NULL);
  while ((name = g_dir_read_name (left)) != NULL)
    {
      g_autofree char *file = g_build_filename (folder, name, NULL);

      g_assert_true (g_str_has_prefix (name, "new.db"));
      g_remove (file);
    }
  g_rmdir (folder);
}

static void
run_sql (const char *path, const char *sql)
{
  sqlite3 *connection;

  g_assert_cmpint (sqlite3_open (path, &connection), ==, SQLITE_OK);
  sqlite_run (connection, sql);
  sqlite3_close (connection);
}

static gint64
ask_sql (const char *path, const char *sql)
{
  sqlite3 *connection;
  gint64 value;

  g_assert_cmpint (sqlite3_open (path, &connection), ==, SQLITE_OK);
  value = sqlite_ask (connection, sql);
  sqlite3_close (connection);
  return value;
}

static void
test_newer (Fixture *self, gconstpointer data)
{
  g_autofree char *path = path_of (self, "");

  g_clear_pointer (&self->store, spark_store_close);
  run_sql (path, "PRAGMA user_version = 1000");
  assert_refused (self->url, "newer Sparkbox");
  g_assert_cmpint (ask_sql (path, "PRAGMA user_version"), ==, 1000);
  run_sql (path, "PRAGMA user_version = 1");
  open_again (self);
}

/* A migration that cannot end has not begun. */
static void
test_migration_is_atomic (Fixture *self, gconstpointer data)
{
  g_autofree char *path = path_of (self, ".other");
  g_autofree char *url = g_strconcat ("sqlite:", path, NULL);

  run_sql (path, "CREATE TABLE advertiser_posts (something TEXT)");
  assert_refused (url, "database");
  g_assert_cmpint (ask_sql (path, "PRAGMA user_version"), ==, 0);
  g_assert_cmpint (ask_sql (path, "SELECT count(*) FROM sqlite_master"), ==, 1);
  run_sql (path, "DROP TABLE advertiser_posts");
  g_clear_pointer (&self->store, spark_store_close);
  self->store = spark_store_open (url, NULL, NULL);
  g_assert_nonnull (self->store);
}

static void
test_not_a_database (Fixture *self, gconstpointer data)
{
  g_autofree char *path = path_of (self, ".text");
  g_autofree char *url = g_strconcat ("sqlite:", path, NULL);
  g_autofree char *text = g_strnfill (8192, 'x');
  g_autofree char *after = NULL;
  g_autofree char *folder = g_strconcat ("sqlite:", self->folder, NULL);
  g_autofree char *nowhere = g_strconcat ("sqlite:", self->folder, "/none/here.db", NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  assert_refused (url, "damaged");
  g_assert_true (g_file_get_contents (path, &after, NULL, NULL));
  g_assert_cmpstr (text, ==, after);
  assert_refused (folder, "cannot be opened");
  assert_refused (nowhere, "cannot be opened");
  assert_refused ("sqlite:", "sqlite:PATH");
  assert_refused ("mysql://x", "sqlite:PATH");
}

/* A page in the middle goes bad: what needs it is refused, the rest goes on. */
static void
test_corrupt (Fixture *self, gconstpointer data)
{
  g_autofree char *path = path_of (self, "");
  g_autofree char *code = act_generate (self, self->video, 30, NULL);
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  SparkTx *tx;
  SparkVideo video;
  gint64 counter;
  int root;
  gsize length;

  g_clear_pointer (&self->store, spark_store_close);
  root = ask_sql (path, "SELECT rootpage FROM sqlite_master WHERE name = 'videos'");
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  memset (content + (root - 1) * 4096, 0xa5, 4096);
  g_assert_true (g_file_set_contents (path, content, length, NULL));
  open_again (self);
  tx = spark_store_read_begin (self->store, NULL);
  g_assert_true (spark_read_counter (tx, 1, &counter, NULL));
  g_assert_false (spark_read_video (tx, self->video, &video, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "damaged"));
  g_clear_error (&error);
  spark_store_read_end (tx);
  act_extend (self, code, 7, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE);
  g_free (fixture_add_brand (self, self->account, "Acme"));
}

static gpointer
run_add_account (gpointer data)
{
  return fixture_add_account (data, SPARK_PLATFORM_SANDBOX);
}

/* Another process writes for a while: one waits for it. */
static void
test_locked (Fixture *self, gconstpointer data)
{
  g_autofree char *path = path_of (self, "");
  sqlite3 *other;
  g_autoptr (GThread) thread = NULL;

  g_assert_cmpint (sqlite3_open (path, &other), ==, SQLITE_OK);
  sqlite_run (other, "BEGIN IMMEDIATE");
  thread = g_thread_new ("adds", run_add_account, self);
  g_usleep (200000);
  sqlite_run (other, "COMMIT");
  g_free (g_thread_join (g_steal_pointer (&thread)));
  sqlite3_close (other);
}

#define ADD(path, func)                                                                            \
  g_test_add ("/files/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("at-rest", test_at_rest);
  ADD ("modes", test_modes);
  ADD ("key", test_key);
  ADD ("credential", test_credential);
  ADD ("new", test_new);
  ADD ("newer", test_newer);
  ADD ("migration-is-atomic", test_migration_is_atomic);
  ADD ("not-a-database", test_not_a_database);
  ADD ("corrupt", test_corrupt);
  ADD ("locked", test_locked);
  return g_test_run ();
}
