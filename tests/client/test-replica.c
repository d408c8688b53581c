/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "replica-fixture.h"

#define DAY         SPARK_DAY_MS
#define CODE        "#SparkboxAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define LINK_STRING "#SparkboxBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
#define LINK_URL    "https://example.org/redeem#%23SparkboxBBBBBBBBBBBBBBBB"

static void
fill (void)
{
  SparkVideo video = fixture_make_video ("1.1", "Morning routine", 1700000000000);
  const SparkCode code = { .id = "1.2",
                           .video_id = "1.1",
                           .code = CODE,
                           .state = SPARK_CODE_STATE_READY,
                           .days = 30,
                           .starts_at = 1700000000000,
                           .ends_at = 1700000000000 + 30 * DAY,
                           .note = "for spring",
                           .copied_for = { "1.3", "Acme" },
                           .created_at = 1700000000000 };
  const char *const advertisers[] = { "7000", "7001", NULL };
  const SparkDeal deal = { 50000, "EUR", TRUE, 1710000000000 };
  const SparkBrand brand = { .id = "1.3",
                             .account_id = "1",
                             .name = "Acme",
                             .advertiser_ids = advertisers,
                             .deal = &deal,
                             .notes = "pays late" };
  const SparkGrant grant = { .id = "1.4",
                             .video_id = "1.1",
                             .code_id = "1.2",
                             .brand = { "1.3", "Acme" },
                             .advertiser = { "7000", "Acme DE" },
                             .source = SPARK_GRANT_SOURCE_NOTED,
                             .state = SPARK_GRANT_STATE_AUTHORIZED,
                             .redeemed_at = 1700000000000,
                             .ends_at = 1710000000000,
                             .ads_active = -1 };
  const SparkLink link = { .id = "1.5",
                           .video_id = "1.1",
                           .brand = { "1.3", "Acme" },
                           .string = LINK_STRING,
                           .url = LINK_URL,
                           .ends_at = 1710000000000,
                           .created_at = 1700000000000 };
  const SparkEvent event = { .id = "1.6",
                             .type = SPARK_EVENT_CODE_GENERATED,
                             .at = 1700000000000,
                             .actor = { SPARK_ACTOR_CREATOR, NULL, "Ada" },
                             .video_id = "1.1",
                             .code_id = "1.2",
                             .detail = { .days = 30 } };
  const SparkBatch batch
      = { .id = "1.7", .act = SPARK_BATCH_ACT_IMPORT, .done = 3, .total = 9, .skipped = 1 };

  video.cover_url = "/v1/videos/1.1/cover";
  video.total = (SparkEngagement){ 1200, 30, -1, 4 };
  video.authorization
      = (SparkAuthorization){ SPARK_AUTHORIZATION_READY, 1700000000000 + 30 * DAY, "1.2", 1, 1 };
  video.blockers = SPARK_BLOCKER_DUET;
  fixture_account ("1", "Ada");
  fixture_video ("1", &video);
  fixture_code ("1", &code);
  fixture_brand ("1", &brand);
  fixture_grant ("1", &grant);
  fixture_link ("1", &link);
  fixture_event ("1", &event);
  fixture_batch ("1", &batch);
}

static void
check_all (SparkReplica *replica, gboolean with_codes)
{
  g_autoptr (SparkVideoItem) video = spark_replica_get_video (replica, "1.1");
  g_autoptr (SparkVideoItem) found = spark_replica_find_video (replica, "1.1");
  g_autoptr (SparkVideoItem) of_code = spark_replica_find_code (replica, CODE);
  g_autoptr (SparkCodeItem) code = spark_replica_get_code (replica, "1.2");
  g_autoptr (SparkBrandItem) brand = spark_replica_get_brand (replica, "1.3");
  g_autoptr (SparkGrantItem) grant = spark_replica_get_grant (replica, "1.4");
  g_autoptr (SparkLinkItem) link = spark_replica_get_link (replica, "1.5");
  g_autoptr (SparkEventItem) event = spark_replica_get_event (replica, "1.6");
  g_autoptr (SparkBatchItem) batch = spark_replica_get_batch (replica, "1.7");
  g_autoptr (GListModel) accounts = spark_replica_list_accounts (replica);
  g_autoptr (GListModel) links = spark_replica_list_links (replica, "1.1");
  g_autoptr (SparkLinkItem) listed = g_list_model_get_item (links, 0);
  g_autoptr (SparkAccountItem) account = g_list_model_get_item (accounts, 0);

  g_assert_cmpuint (g_list_model_get_n_items (accounts), >=, 1);
  g_assert_cmpstr (spark_account_item_get (account)->name, ==, "Ada");
  g_assert_cmpstr (spark_video_item_get (video)->caption, ==, "Morning routine");
  g_assert_cmpint (spark_video_item_get (video)->total.views, ==, 1200);
  g_assert_cmpint (spark_video_item_get (video)->total.comments, ==, -1);
  g_assert_cmpint (spark_video_item_get (video)->blockers, ==, SPARK_BLOCKER_DUET);
  g_assert_cmpstr (spark_video_item_get (video)->authorization.code_id, ==, "1.2");
  g_assert_null (spark_video_item_get (video)->share_url);
  g_assert_cmpstr (spark_video_item_get (found)->id, ==, "1.1");
  g_assert_cmpstr (spark_code_item_get (code)->code, ==, with_codes ? CODE : NULL);
  g_assert_cmpstr (spark_code_item_get (code)->note, ==, "for spring");
  g_assert_cmpstr (spark_code_item_get (code)->copied_for.name, ==, "Acme");
  g_assert_true ((of_code != NULL) == with_codes);
  g_assert_cmpstr (spark_brand_item_get (brand)->advertiser_ids[1], ==, "7001");
  g_assert_null (spark_brand_item_get (brand)->advertiser_ids[2]);
  g_assert_null (spark_brand_item_get (brand)->new_advertiser_ids[0]);
  g_assert_cmpint (spark_brand_item_get (brand)->deal->fee, ==, 50000);
  g_assert_cmpstr (spark_brand_item_get (brand)->deal->currency, ==, "EUR");
  g_assert_cmpstr (spark_grant_item_get (grant)->advertiser.name, ==, "Acme DE");
  g_assert_cmpint (spark_grant_item_get (grant)->ads_active, ==, -1);
  g_assert_cmpstr (spark_grant_item_get_video (grant)->caption, ==, "Morning routine");
  g_assert_cmpstr (spark_link_item_get (link)->string, ==, with_codes ? LINK_STRING : NULL);
  g_assert_cmpstr (spark_link_item_get (listed)->url, ==, with_codes ? LINK_URL : NULL);
  g_assert_cmpstr (spark_event_item_get (event)->actor.name, ==, "Ada");
  g_assert_cmpuint (spark_event_item_get (event)->detail.days, ==, 30);
  g_assert_cmpuint (spark_batch_item_get (batch)->skipped, ==, 1);
}

static void
test_objects (void)
{
  SparkReplica *replica = fixture_open ("objects", 1);
  g_autofree char *path = fixture_path ("objects", "");
  struct stat file;

  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_EMPTY);
  g_assert_null (spark_replica_get_cursor (replica));
  fill ();
  fixture_apply (replica);
  check_all (replica, TRUE);
  g_assert_null (spark_replica_get_video (replica, "1.9"));
  g_assert_null (spark_replica_find_code (replica, "#SparkboxC"));
  fixture_close (replica);

  g_assert_cmpint (stat (path, &file), ==, 0);
  g_assert_cmpint (file.st_mode & 0777, ==, 0600);
  replica = fixture_open ("objects", 1);
  check_all (replica, TRUE);
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

  fill ();
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
  check_all (replica, FALSE);
  fixture_close (replica);
  replica = fixture_open ("secret", 1);
  check_all (replica, TRUE);
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

  fill ();
  fixture_apply (replica);
  check_all (replica, FALSE);
  g_assert_false (is_on_disk ("keyless", "SparkboxAAAA"));
  fixture_close (replica);
  replica = fixture_open ("keyless", 0);
  check_all (replica, FALSE);
  fixture_close (replica);
  /* The codes that were not kept have to come again. */
  replica = fixture_open ("keyless", 1);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_EMPTY);
  fill ();
  fixture_apply (replica);
  fixture_close (replica);
  /* A code that came while there was no key. */
  replica = fixture_open ("keyless", 0);
  {
    const SparkCode code = { .id = "1.20", .video_id = "1.1", .code = CODE };

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

  fill ();
  fixture_apply (replica);
  fixture_close (replica);

  /* Not a database at all. */
  write_garbage ("damage", 0, 4096);
  replica = fixture_open ("damage", 1);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_EMPTY);
  g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
  fill ();
  fixture_apply (replica);
  check_all (replica, TRUE);
  fixture_close (replica);

  /* Cut short. */
  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  g_assert_true (g_file_set_contents (path, data, (gssize)size / 2, NULL));
  replica = fixture_open ("damage", 1);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_EMPTY);
  fill ();
  fixture_apply (replica);
  check_all (replica, TRUE);
  fixture_close (replica);

  /* Empty, and a folder's worth of nothing. */
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  replica = fixture_open ("damage", 1);
  fill ();
  fixture_apply (replica);
  check_all (replica, TRUE);
  fixture_close (replica);
}

static void
on_any_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  GError **error = user_data;

  spark_replica_apply_finish (SPARK_REPLICA (source), result, NULL, error);
  if (*error == NULL)
    *error = g_error_new_literal (SPARK_ERROR, SPARK_ERROR_OFFLINE, "none");
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
  g_autoptr (JsonArray) changes = NULL;
  g_autofree char *data = NULL;
  GError *error = NULL;
  gsize size;

  for (int i = 100; i < 400; i++)
    {
      g_autofree char *id = g_strdup_printf ("1.%d", i);
      SparkVideo video = fixture_make_video (id, "Something to fill the pages with", i * DAY);

      fixture_video ("1", &video);
    }
  fixture_apply_full (replica, "a", 1, SPARK_APPLY_LOAD_BEGINS | SPARK_APPLY_LOAD_ENDS, NULL, NULL);
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
  fill ();
  for (int i = 100; i < 400; i++)
    {
      g_autofree char *id = g_strdup_printf ("1.%d", i);

      fixture_gone ("1", SPARK_KIND_VIDEO, id);
    }
  changes = fixture_take ();
  spark_replica_apply_async (replica, changes, "c", 1, 0, NULL, on_any_cb, &error);
  while (error == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_REPLICA);
  g_clear_error (&error);
  g_clear_object (&list);
  fixture_close (replica);
  g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
  replica = fixture_open ("inside", 1);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_EMPTY);
  fill ();
  fixture_apply (replica);
  check_all (replica, TRUE);
  fixture_close (replica);
}

static void
test_other_layout (void)
{
  g_autofree char *path = fixture_path ("layout", "");
  SparkReplica *replica = fixture_open ("layout", 1);
  g_autofree char *data = NULL;
  g_autofree char *setting = NULL;
  gsize size;

  spark_replica_set_setting (replica, "consent", "yes");
  fill ();
  fixture_apply (replica);
  fixture_close (replica);
  /* user_version stands at offset 60 of the header. */
  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  data[63] ^= 1;
  g_assert_true (g_file_set_contents (path, data, (gssize)size, NULL));
  replica = fixture_open ("layout", 1);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_EMPTY);
  setting = spark_replica_get_setting (replica, "consent");
  g_assert_cmpstr (setting, ==, "yes");
  fixture_close (replica);
}

static void
test_deleted (void)
{
  g_autofree char *path = fixture_path ("deleted", "");
  g_autofree char *wal = fixture_path ("deleted", "-wal");
  g_autofree char *shm = fixture_path ("deleted", "-shm");
  SparkReplica *replica = fixture_open ("deleted", 1);

  fill ();
  fixture_apply (replica);
  g_unlink (path);
  g_unlink (wal);
  g_unlink (shm);
  check_all (replica, TRUE);
  fill ();
  fixture_apply (replica);
  fixture_close (replica);
  replica = fixture_open ("deleted", 1);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_EMPTY);
  fixture_close (replica);
}

static void
test_kinds (void)
{
  SparkReplica *replica = fixture_open ("kinds", 1);
  SparkVideo video = fixture_make_video ("1.1", "Morning", 1700000000000);
  SparkKinds kinds;

  fill ();
  fixture_apply_full (replica, "a", 1, 0, &kinds, NULL);
  g_assert_cmpuint (kinds, ==, 0xff);
  fill ();
  fixture_apply_full (replica, "b", 1, 0, &kinds, NULL);
  g_assert_cmpuint (kinds, ==, 0);
  fixture_video ("1", &video);
  fixture_gone ("1", SPARK_KIND_GRANT, "1.4");
  fixture_gone ("1", SPARK_KIND_GRANT, "1.44");
  fixture_apply_full (replica, "c", 1, 0, &kinds, NULL);
  g_assert_cmpuint (kinds, ==, SPARK_KINDS_VIDEO | SPARK_KINDS_GRANT);
  g_assert_null (spark_replica_get_grant (replica, "1.4"));
  fixture_gone ("1", SPARK_KIND_ACCOUNT, "1");
  fixture_apply_full (replica, "d", 1, 0, &kinds, NULL);
  g_assert_cmpuint (kinds & SPARK_KINDS_VIDEO, !=, 0);
  g_assert_null (spark_replica_get_video (replica, "1.1"));
  g_assert_null (spark_replica_get_code (replica, "1.2"));
  fixture_close (replica);
}

static void
test_malformed (void)
{
  SparkReplica *replica = fixture_open ("malformed", 1);
  g_autofree char *cursor = NULL;

  fixture_raw ("17");
  fixture_raw ("{}");
  fixture_raw ("{\"account_id\":\"1\",\"seq\":1,\"kind\":\"moon\",\"id\":\"1.1\",\"object\":{}}");
  fixture_raw ("{\"account_id\":\"1\",\"seq\":1,\"kind\":\"video\",\"id\":\"1.1\",\"object\":{}}");
  fixture_raw ("{\"account_id\":\"1\",\"seq\":1,\"kind\":\"video\",\"id\":\"1.1\","
               "\"object\":{\"id\":\"1.8\"}}");
  fixture_raw ("{\"account_id\":\"1\",\"seq\":1,\"kind\":\"code\",\"id\":\"1.9\","
               "\"object\":{\"id\":[\"1.9\"]}}");
  fill ();
  fixture_apply_full (replica, "after", 1, 0, NULL, NULL);
  check_all (replica, TRUE);
  cursor = spark_replica_get_cursor (replica);
  g_assert_cmpstr (cursor, ==, "after");
  fixture_close (replica);
}

static void
add_event (const char *account, const char *id, gint64 at)
{
  const SparkEvent event = { .id = id, .type = SPARK_EVENT_CODE_USED, .at = at };

  fixture_event (account, &event);
}

static void
assert_strv (GStrv strings, const char *expected)
{
  g_autofree char *joined = g_strjoinv (" ", strings);

  g_assert_cmpstr (joined, ==, expected);
}

static void
on_told_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  spark_replica_set_told_finish (SPARK_REPLICA (source), result, &error);
  g_assert_no_error (error);
  *(gboolean *)user_data = TRUE;
}

static void
test_events (void)
{
  const char *const told[] = { "1.12", NULL };
  SparkReplica *replica = fixture_open ("events", 1);
  g_auto (GStrv) first = NULL, second = NULL, third = NULL, fourth = NULL, untold = NULL;
  gboolean done = FALSE;

  /* A load tells nothing. */
  fixture_account ("1", "Ada");
  add_event ("1", "1.10", 100);
  fixture_apply_full (replica, "a", 1000, SPARK_APPLY_LOAD_BEGINS | SPARK_APPLY_LOAD_ENDS, NULL,
                      &first);
  assert_strv (first, "");
  /* What is new after that is told once, even when it happened before. */
  add_event ("1", "1.11", 50);
  add_event ("1", "1.12", 1100);
  add_event ("1", "1.10", 100);
  fixture_apply_full (replica, "b", 1200, 0, NULL, &second);
  assert_strv (second, "1.11 1.12");
  add_event ("1", "1.12", 1100);
  /* An account that is new brings its history, which may come before itself. */
  add_event ("2", "2.1", 1150);
  fixture_account ("2", "Bea");
  add_event ("2", "2.2", 1299);
  add_event ("2", "2.3", 1300);
  fixture_apply_full (replica, "c", 1300, 0, NULL, &third);
  assert_strv (third, "2.3");
  add_event ("2", "2.4", 1301);
  add_event ("2", "2.5", 1200);
  fixture_apply_full (replica, "d", 1400, 0, NULL, &fourth);
  assert_strv (fourth, "2.4");

  spark_replica_set_told_async (replica, told, NULL, on_told_cb, &done);
  while (!done)
    g_main_context_iteration (NULL, TRUE);
  fixture_gone ("2", SPARK_KIND_EVENT, "2.3");
  fixture_apply (replica);
  fixture_close (replica);
  replica = fixture_open ("events", 1);
  untold = spark_replica_get_untold (replica);
  assert_strv (untold, "1.11 2.4");
  fixture_close (replica);
}

static void
test_load (void)
{
  SparkReplica *replica = fixture_open ("load", 1);
  SparkVideo video = fixture_make_video ("1.30", "Second", 1700000000000);
  SparkKinds kinds;

  spark_replica_set_setting (replica, "consent", "yes");
  fill ();
  fixture_apply_full (replica, "a", 1, SPARK_APPLY_LOAD_BEGINS, NULL, NULL);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_LOADING);
  fixture_close (replica);
  replica = fixture_open ("load", 1);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_LOADING);
  fixture_video ("1", &video);
  fixture_apply_full (replica, "b", 1, SPARK_APPLY_LOAD_ENDS, NULL, NULL);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_WHOLE);
  check_all (replica, TRUE);
  fixture_account ("2", "Bea");
  fixture_apply (replica);

  /* Again from the start: what does not come has gone, but only at the end. */
  fixture_account ("1", "Ada");
  fixture_video ("1", &video);
  fixture_apply_full (replica, "c", 1, SPARK_APPLY_LOAD_BEGINS, &kinds, NULL);
  g_assert_cmpuint (kinds, ==, 0);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_RELOADING);
  check_all (replica, TRUE);
  fixture_apply_full (replica, "d", 1, SPARK_APPLY_LOAD_ENDS, &kinds, NULL);
  g_assert_cmpint (spark_replica_get_state (replica), ==, SPARK_REPLICA_WHOLE);
  g_assert_cmpuint (kinds, ==, 0xff);
  g_assert_null (spark_replica_get_video (replica, "1.1"));
  g_assert_null (spark_replica_get_event (replica, "1.6"));
  {
    g_autoptr (SparkVideoItem) kept = spark_replica_get_video (replica, "1.30");
    g_autoptr (GListModel) accounts = spark_replica_list_accounts (replica);
    g_autofree char *setting = spark_replica_get_setting (replica, "consent");

    g_assert_nonnull (kept);
    g_assert_cmpuint (g_list_model_get_n_items (accounts), ==, 1);
    g_assert_cmpstr (setting, ==, "yes");
  }
  fixture_close (replica);
}

static void
on_queued_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  spark_replica_queue_finish (SPARK_REPLICA (source), result, &error);
  g_assert_no_error (error);
  ++*(guint *)user_data;
}

static void
on_unqueued_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  spark_replica_unqueue_finish (SPARK_REPLICA (source), result, &error);
  g_assert_no_error (error);
  ++*(guint *)user_data;
}

static void
test_outbox (void)
{
  SparkReplica *replica = fixture_open ("outbox", 1);
  g_autoptr (SparkOutgoing) first = NULL, second = NULL, third = NULL;
  guint n_done = 0;

  g_assert_null (spark_replica_get_queued (replica));
  for (guint i = 0; i < 1005; i++)
    {
      g_autofree char *path = g_strdup_printf ("/v1/codes/%u/copies", i);

      spark_replica_queue_async (replica, path, "{}", "key", NULL, on_queued_cb, &n_done);
    }
  while (n_done < 1005)
    g_main_context_iteration (NULL, TRUE);
  first = spark_replica_get_queued (replica);
  g_assert_cmpstr (first->path, ==, "/v1/codes/5/copies");
  g_assert_cmpstr (first->key, ==, "key");
  spark_replica_unqueue_async (replica, first->id, NULL, on_unqueued_cb, &n_done);
  while (n_done < 1006)
    g_main_context_iteration (NULL, TRUE);
  second = spark_replica_get_queued (replica);
  g_assert_cmpstr (second->path, ==, "/v1/codes/6/copies");
  fixture_close (replica);
  replica = fixture_open ("outbox", 1);
  third = spark_replica_get_queued (replica);
  g_assert_cmpint (third->id, ==, second->id);
  fixture_close (replica);
}

static void
test_settings (void)
{
  SparkReplica *replica = fixture_open ("settings", 1);
  g_autofree char *at_once = NULL, *later = NULL;

  spark_replica_set_setting (replica, "a", "1");
  spark_replica_set_setting (replica, "b", "2");
  spark_replica_set_setting (replica, "b", NULL);
  at_once = spark_replica_get_setting (replica, "a");
  g_assert_cmpstr (at_once, ==, "1");
  /* Without waiting: what is queued is finished. */
  spark_replica_close (replica);
  fixture_close (replica);
  replica = fixture_open ("settings", 1);
  later = spark_replica_get_setting (replica, "a");
  g_assert_cmpstr (later, ==, "1");
  g_assert_null (spark_replica_get_setting (replica, "b"));
  fixture_close (replica);
}

static void
test_closed (void)
{
  SparkReplica *replica = fixture_open ("closed", 1);
  g_autoptr (SparkVideoList) list = NULL;
  g_autoptr (JsonArray) changes = NULL;
  GError *error = NULL;

  fill ();
  fixture_apply (replica);
  list = spark_video_list_new (replica, "1");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 1);
  fill ();
  changes = fixture_take ();
  spark_replica_close (replica);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, 0);
  g_assert_null (spark_replica_get_video (replica, "1.1"));
  spark_replica_apply_async (replica, changes, "c", 1, 0, NULL, on_any_cb, &error);
  while (error == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_REPLICA);
  g_clear_error (&error);
  g_clear_object (&list);
  fixture_close (replica);
}

static void
test_cancelled (void)
{
  SparkReplica *replica = fixture_open ("cancelled", 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (JsonArray) changes = NULL;
  GError *error = NULL;

  fill ();
  changes = fixture_take ();
  g_cancellable_cancel (cancellable);
  spark_replica_apply_async (replica, changes, "c", 1, 0, cancellable, on_any_cb, &error);
  while (error == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_null (spark_replica_get_video (replica, "1.1"));
  g_assert_null (spark_replica_get_cursor (replica));
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
  g_test_add_func ("/replica/deleted", test_deleted);
  g_test_add_func ("/replica/kinds", test_kinds);
  g_test_add_func ("/replica/malformed", test_malformed);
  g_test_add_func ("/replica/events", test_events);
  g_test_add_func ("/replica/load", test_load);
  g_test_add_func ("/replica/outbox", test_outbox);
  g_test_add_func ("/replica/settings", test_settings);
  g_test_add_func ("/replica/closed", test_closed);
  g_test_add_func ("/replica/cancelled", test_cancelled);
  result = g_test_run ();
  fixture_remove ();
  return result;
}
