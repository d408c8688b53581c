/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sqlite3.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "client/spark-attention-list.h"
#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "replica-fixture.h"
#include "replica-sample.h"

#define DAY SPARK_DAY_MS

static void
test_objects (void)
{
  SparkReplica *replica = fixture_open ("objects", 1);
  g_autofree char *path = fixture_path ("objects", "");
  struct stat file;

  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_EMPTY);
  g_assert_null (spark_replica_get_cursor (replica));
  sample_fill ();
  fixture_apply (replica);
  sample_check (replica, TRUE);
  g_assert_null (spark_replica_get_video (replica, "1.9"));
  g_assert_null (spark_replica_find_code (replica, "#SparkboxC"));
  fixture_close (replica);

  g_assert_cmpint (stat (path, &file), ==, 0);
  g_assert_cmpint (file.st_mode & 0777, ==, 0600);
  replica = fixture_open ("objects", 1);
  sample_check (replica, TRUE);
  fixture_close (replica);
}

/* What is on the disk, in all its files. */
static gboolean
is_on_disk (const char *id, const char *text)
{
  const char *const suffixes[] = { "", "-wal", "-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *path = fixture_path (id, suffixes[i]);
      g_autofree char *data = NULL;
      gsize length;

      if (g_file_get_contents (path, &data, &length, NULL)
          && memmem (data, length, text, strlen (text)) != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
test_encryption (void)
{
  SparkReplica *replica = fixture_open ("secret", 1);

  sample_fill ();
  fixture_apply (replica);
  g_assert_true (is_on_disk ("secret", "Morning routine"));
  g_assert_false (is_on_disk ("secret", "SparkboxAAAA"));
  g_assert_false (is_on_disk ("secret", "SparkboxBBBB"));
  fixture_close (replica);
  g_assert_true (is_on_disk ("secret", "Morning routine"));
  g_assert_false (is_on_disk ("secret", "SparkboxAAAA"));
  g_assert_false (is_on_disk ("secret", "SparkboxBBBB"));

  /* Without the key they are absent, and the rest is there. */
  replica = fixture_open ("secret", 0);
  sample_check (replica, FALSE);
  fixture_close (replica);
  replica = fixture_open ("secret", 1);
  sample_check (replica, TRUE);
  spark_replica_set_setting (replica, "terms.days", "60");
  fixture_close (replica);

  /* With another key they are of no use: all is loaded again, but what was chosen is kept. */
  replica = fixture_open ("secret", 2);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_EMPTY);
  g_assert_null (spark_replica_get_code (replica, "1.2"));
  {
    g_autofree char *days = spark_replica_get_setting (replica, "terms.days");

    g_assert_cmpstr (days, ==, "60");
  }
  fixture_close (replica);
}

static void
test_no_key (void)
{
  SparkReplica *replica = fixture_open ("keyless", 0);

  sample_fill ();
  fixture_apply (replica);
  sample_check (replica, FALSE);
  g_assert_false (is_on_disk ("keyless", "SparkboxAAAA"));
  fixture_close (replica);
  replica = fixture_open ("keyless", 0);
  sample_check (replica, FALSE);
  fixture_close (replica);
  /* The codes that were not kept have to come again. */
  replica = fixture_open ("keyless", 1);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_EMPTY);
  sample_fill ();
  fixture_apply (replica);
  fixture_close (replica);
  /* A code that came while there was no key. */
  replica = fixture_open ("keyless", 0);
  {
    const SparkCode code = { .id = "1.20", .video_id = "1.1", .code = SAMPLE_CODE };

    fixture_code ("1", &code);
    fixture_apply (replica);
  }
  fixture_close (replica);
  replica = fixture_open ("keyless", 1);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_EMPTY);
  fixture_close (replica);
}

static void
write_garbage (const char *id, gsize offset, gsize length)
{
  g_autofree char *path = fixture_path (id, "");
  g_autofree char *data = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  g_assert_cmpuint (offset + length, <=, size);
  memset (data + offset, 'x', length);
  g_assert_true (g_file_set_contents (path, data, (gssize)size, NULL));
}

static void
test_damage (void)
{
  g_autofree char *path = fixture_path ("damage", "");
  g_autofree char *aside = fixture_path ("damage", ".damaged");
  g_autofree char *data = NULL;
  SparkReplica *replica = fixture_open ("damage", 1);
  gsize size;

  sample_fill ();
  fixture_apply (replica);
  fixture_close (replica);

  /* Not a database at all. */
  write_garbage ("damage", 0, 4096);
  replica = fixture_open ("damage", 1);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_EMPTY);
  g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
  sample_fill ();
  fixture_apply (replica);
  sample_check (replica, TRUE);
  fixture_close (replica);

  /* Cut short. */
  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  g_assert_true (g_file_set_contents (path, data, (gssize)size / 2, NULL));
  replica = fixture_open ("damage", 1);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_EMPTY);
  sample_fill ();
  fixture_apply (replica);
  sample_check (replica, TRUE);
  fixture_close (replica);

  /* Empty, and a folder's worth of nothing. */
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  replica = fixture_open ("damage", 1);
  sample_fill ();
  fixture_apply (replica);
  sample_check (replica, TRUE);
  fixture_close (replica);
}

/* Found while it is used: nothing crashes, and the next start has a new one. */
static void
test_damage_inside (void)
{
  SparkReplica *replica = fixture_open ("inside", 1);
  g_autofree char *path = fixture_path ("inside", "");
  g_autofree char *aside = fixture_path ("inside", ".damaged");
  g_autoptr (SparkVideoList) list = NULL;
  g_autoptr (SparkVideoItem) item = NULL;
  g_autofree char *data = NULL;
  g_autofree char *setting = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  for (int i = 100; i < 400; i++)
    {
      g_autofree char *id = g_strdup_printf ("1.%d", i);
      SparkVideo video = fixture_make_video (id, "Something to fill the pages with", i * DAY);

      fixture_video ("1", &video);
    }
  fixture_apply_full (replica, "a", 1, SPARK_APPLY_LOAD_BEGINS | SPARK_APPLY_LOAD_ENDS, NULL, NULL);
  spark_replica_set_setting (replica, "consent", "yes");
  fixture_close (replica);
  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  for (gsize page = 0; data != NULL && page + 4096 <= size; page += 4096)
    if (memmem (data + page, 4096, "Something to fill", 17) != NULL)
      memset (data + page, 'x', 4096);
  g_assert_true (g_file_set_contents (path, data, (gssize)size, NULL));

  replica = fixture_open ("inside", 1);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_WHOLE);
  list = spark_video_list_new (replica, "1");
  fixture_settle ();
  item = g_list_model_get_item (G_LIST_MODEL (list), 0);
  g_assert_true (item == NULL || spark_video_item_get (item)->caption == NULL);
  sample_fill ();
  for (int i = 100; i < 400; i++)
    {
      g_autofree char *id = g_strdup_printf ("1.%d", i);

      fixture_gone ("1", SPARK_KIND_VIDEO, id);
    }
  error = fixture_apply_refused (replica, NULL);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_REPLICA);
  g_clear_object (&list);
  fixture_close (replica);
  g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
  replica = fixture_open ("inside", 1);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_EMPTY);
  setting = spark_replica_get_setting (replica, "consent");
  g_assert_cmpstr (setting, ==, "yes");
  sample_fill ();
  fixture_apply (replica);
  sample_check (replica, TRUE);
  fixture_close (replica);
}

static void
check_empty (SparkReplica *replica)
{
  g_autoptr (SparkVideoItem) video = spark_replica_get_video (replica, "1.1");

  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_EMPTY);
  g_assert_null (video);
}

static void
fill_chosen (const char *id)
{
  SparkReplica *replica = fixture_open (id, 1);

  spark_replica_set_setting (replica, "consent", "yes");
  sample_fill ();
  fixture_apply (replica);
  spark_replica_dismiss_events (replica, (const char *const[]){ "1.9", NULL });
  fixture_close (replica);
}

static void
check_chosen (const char *id)
{
  SparkReplica *replica = fixture_open (id, 1);
  g_autofree char *setting = spark_replica_get_setting (replica, "consent");
  g_autofree char *path = fixture_path (id, "");
  sqlite3_stmt *stmt = NULL;
  sqlite3 *file = NULL;

  check_empty (replica);
  g_assert_cmpstr (setting, ==, "yes");
  fixture_close (replica);
  g_assert_cmpint (sqlite3_open (path, &file), ==, SQLITE_OK);
  sqlite3_prepare_v2 (file, "SELECT id FROM dismissed", -1, &stmt, NULL);
  g_assert_cmpint (sqlite3_step (stmt), ==, SQLITE_ROW);
  g_assert_cmpstr ((const char *)sqlite3_column_text (stmt, 0), ==, "1.9");
  sqlite3_finalize (stmt);
  sqlite3_close (file);
}

/* Those of another version of Sparkbox: user_version stands at offset 60 of the header. */
static void
make_other (const char *id)
{
  g_autofree char *path = fixture_path (id, "");
  g_autofree char *data = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  data[63] ^= 1;
  g_assert_true (g_file_set_contents (path, data, (gssize)size, NULL));
}

static void
test_other_layout (void)
{
  fill_chosen ("layout");
  make_other ("layout");
  check_chosen ("layout");
}

static void
open_refused (const char *id, rlim_t bytes)
{
  struct rlimit full, room;
  g_autoptr (GBytes) key = fixture_key (1);
  g_autoptr (GError) error = NULL;

  getrlimit (RLIMIT_FSIZE, &room);
  full = room;
  full.rlim_cur = bytes;
  setrlimit (RLIMIT_FSIZE, &full);
  g_assert_null (spark_replica_new (id, key, &error));
  setrlimit (RLIMIT_FSIZE, &room);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_REPLICA);
}

/* A disk that takes no more is no damage: what is there stays there, to be opened later. */
static void
test_full_disk (void)
{
  SparkReplica *replica = fixture_open ("full", 1);
  g_autofree char *aside = fixture_path ("full", ".damaged");
  void (*before) (int) = signal (SIGXFSZ, SIG_IGN);

  sample_fill ();
  fixture_apply (replica);
  fixture_close (replica);
  open_refused ("full", 1);
  g_assert_false (g_file_test (aside, G_FILE_TEST_EXISTS));
  replica = fixture_open ("full", 1);
  sample_check (replica, TRUE);
  fixture_close (replica);

  fill_chosen ("full-other");
  make_other ("full-other");
  /* Enough to look at it, but not for another. */
  open_refused ("full-other", 32768);
  check_chosen ("full-other");
  signal (SIGXFSZ, before);
}

/* Rows alike, of which other members are packed. */
static void
test_other_bodies (void)
{
  g_autofree char *path = fixture_path ("bodies", "");
  SparkReplica *replica = fixture_open ("bodies", 1);
  g_autoptr (GBytes) schema
      = g_resources_lookup_data (RESOURCE_PATH "/client/spark-replica-schema.sql", 0, NULL);
  guint32 of_rows = GUINT32_TO_BE ((g_str_hash (g_bytes_get_data (schema, NULL)) & 0x7fffffff) | 1);
  g_autofree char *data = NULL;
  gsize size;

  sample_fill ();
  fixture_apply (replica);
  fixture_close (replica);
  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  memcpy (data + 60, &of_rows, sizeof of_rows);
  g_assert_true (g_file_set_contents (path, data, (gssize)size, NULL));
  replica = fixture_open ("bodies", 1);
  check_empty (replica);
  fixture_close (replica);
}

static void
test_deleted (void)
{
  g_autofree char *path = fixture_path ("deleted", "");
  g_autofree char *wal = fixture_path ("deleted", "-wal");
  g_autofree char *shm = fixture_path ("deleted", "-shm");
  SparkReplica *replica = fixture_open ("deleted", 1);

  sample_fill ();
  fixture_apply (replica);
  g_unlink (path);
  g_unlink (wal);
  g_unlink (shm);
  sample_check (replica, TRUE);
  sample_fill ();
  fixture_apply (replica);
  fixture_close (replica);
  replica = fixture_open ("deleted", 1);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_EMPTY);
  fixture_close (replica);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  fixture_init ();
  g_test_add_func ("/replica/objects", test_objects);
  g_test_add_func ("/replica/encryption", test_encryption);
  g_test_add_func ("/replica/no-key", test_no_key);
  g_test_add_func ("/replica/damage", test_damage);
  g_test_add_func ("/replica/damage-inside", test_damage_inside);
  g_test_add_func ("/replica/other-layout", test_other_layout);
  g_test_add_func ("/replica/full-disk", test_full_disk);
  g_test_add_func ("/replica/other-bodies", test_other_bodies);
  g_test_add_func ("/replica/deleted", test_deleted);
  result = g_test_run ();
  fixture_remove ();
  return result;
}
