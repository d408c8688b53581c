/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"
#include "client/spark-attention-list.h"
#include "model/spark-rules.h"
#include "mirror.h"
#include "replica-fixture.h"

#define DAY SPARK_DAY_MS

static gint64 now;

static void
assert_attention (SparkAttentionList *list, const char *expected)
{
  static const char *const names[SPARK_N_ATTENTIONS]
      = { "refused", "unknown", "waiting", "asked", "ending", "advertiser", "unused" };
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (SparkAttentionItem) item = g_list_model_get_item (G_LIST_MODEL (list), i);
      SparkGrantItem *grant = spark_attention_item_get_grant (item);
      SparkCodeItem *code = spark_attention_item_get_code (item);
      SparkEventItem *event = spark_attention_item_get_event (item);

      g_string_append_printf (found, "%s%s:%s", found->len > 0 ? " " : "",
                              names[spark_attention_item_get_reason (item)],
                              event != NULL   ? spark_event_item_get (event)->id
                              : grant != NULL ? spark_grant_item_get (grant)->id
                                              : spark_code_item_get (code)->id);
      g_assert_true ((spark_attention_item_get_video (item) != NULL));
    }
  g_assert_cmpstr (found->str, ==, expected);
}

static void
add_grant (const char *id, SparkGrantState state, const char *brand_id, gint64 ends_at)
{
  const SparkGrant view = { .id = id,
                            .video_id = g_str_equal (id, "1.14") ? "1.3" : "1.1",
                            .brand = { brand_id, brand_id != NULL ? "Acme" : NULL },
                            .state = state,
                            .ends_at = ends_at,
                            .ads_active = -1 };

  fixture_grant ("1", &view);
}

static void
add_code (const char *id, const char *video_id, SparkCodeState state, gint64 copied_at)
{
  const SparkCode view = { .id = id,
                           .video_id = video_id,
                           .code = "#SparkboxAAAAAAAAAAAAAAAAAAAAAAAA",
                           .state = state,
                           .copied_at = copied_at,
                           .created_at = now - 50 * DAY };

  fixture_code ("1", &view);
}

static void
add_refusal (const char *account, const char *id, gint64 at)
{
  const SparkEvent view
      = { .id = id, .type = SPARK_EVENT_REDEMPTION_REFUSED, .at = at, .video_id = "1.1" };

  fixture_event (account, &view);
}

static guint
count_refused (GListModel *list)
{
  guint n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (SparkAttentionItem) item = g_list_model_get_item (list, i);

      n += spark_attention_item_get_reason (item) == SPARK_ATTENTION_REFUSED;
    }
  return n;
}

/* Nobody needs to be told to delete a code that a brand is taking up right now. */
static void
test_unused (void)
{
  SparkReplica *replica = fixture_open ("attention-unused", 1);
  g_autoptr (SparkAttentionList) list = spark_attention_list_new (replica, "1");
  SparkVideo video = fixture_make_video ("1.1", "Video", 1600000000000);

  now = spark_time_now ();
  fixture_video ("1", &video);
  add_code ("1.20", "1.1", SPARK_CODE_STATE_READY, now - 15 * DAY);
  add_grant ("1.10", SPARK_GRANT_STATE_REVOKED, "1.3", now + 20 * DAY);
  fixture_apply (replica);
  assert_attention (list, "unused:1.20");
  add_grant ("1.11", SPARK_GRANT_STATE_PENDING, "1.3", now + 20 * DAY);
  fixture_apply (replica);
  assert_attention (list, "");
  add_grant ("1.11", SPARK_GRANT_STATE_FAILED, "1.3", now + 20 * DAY);
  fixture_apply (replica);
  assert_attention (list, "unused:1.20");
}

static void
test_attention (void)
{
  SparkReplica *replica = fixture_open ("attention", 1);
  g_autoptr (SparkAttentionList) list = spark_attention_list_new (replica, "1");
  g_autoptr (SparkAttentionItem) held = NULL, again = NULL;
  SparkVideo video = fixture_make_video ("1.1", "Video", 1600000000000);
  Mirror *mirror = mirror_new (G_LIST_MODEL (g_object_ref (list)));
  Said said = { 0 };
  static const char *const refused[] = { "1.30", "1.32", NULL };

  now = spark_time_now ();
  fixture_video ("1", &video);
  video = fixture_make_video ("1.2", "Other", 1600000000000);
  fixture_video ("1", &video);
  video = fixture_make_video ("1.3", "Third", 1600000000000);
  fixture_video ("1", &video);
  add_grant ("1.10", SPARK_GRANT_STATE_AUTHORIZED, "1.3", now + 5 * DAY);
  add_grant ("1.11", SPARK_GRANT_STATE_AUTHORIZED, "1.3", now + 2 * DAY);
  add_grant ("1.12", SPARK_GRANT_STATE_AUTHORIZED, "1.3", now + 20 * DAY);
  add_grant ("1.13", SPARK_GRANT_STATE_REVOKING, "1.3", now + 2 * DAY);
  add_grant ("1.14", SPARK_GRANT_STATE_AUTHORIZED, NULL, now + 2 * DAY);
  add_grant ("1.15", SPARK_GRANT_STATE_REVOKED, NULL, now + 2 * DAY);
  add_grant ("1.16", SPARK_GRANT_STATE_EXPIRED, "1.3", now - 2 * DAY);
  add_code ("1.20", "1.1", SPARK_CODE_STATE_READY, now - 15 * DAY);
  add_code ("1.21", "1.1", SPARK_CODE_STATE_READY, now - 13 * DAY);
  add_code ("1.22", "1.1", SPARK_CODE_STATE_READY, 0);
  add_code ("1.23", "1.1", SPARK_CODE_STATE_IN_USE, 0);
  add_code ("1.24", "1.2", SPARK_CODE_STATE_IN_USE, 0);
  add_code ("1.25", "1.2", SPARK_CODE_STATE_EXPIRED, 0);
  add_refusal ("1", "1.30", now - 1 * DAY);
  add_refusal ("1", "1.31", now - 15 * DAY);
  add_refusal ("1", "1.32", now);
  add_refusal ("2", "2.30", now);
  fixture_apply (replica);
  assert_attention (list, "refused:1.32 refused:1.30 unknown:1.14 unknown:1.24 waiting:1.13 "
                          "ending:1.11 ending:1.10 unused:1.22 unused:1.20");

  spark_replica_dismiss_events (replica, (const char *const[]){ "1.32", NULL });
  fixture_apply (replica);
  assert_attention (list, "refused:1.30 unknown:1.14 unknown:1.24 waiting:1.13 "
                          "ending:1.11 ending:1.10 unused:1.22 unused:1.20");
  spark_replica_restore_events (replica, (const char *const[]){ "1.32", NULL });
  fixture_apply (replica);
  assert_attention (list, "refused:1.32 refused:1.30 unknown:1.14 unknown:1.24 waiting:1.13 "
                          "ending:1.11 ending:1.10 unused:1.22 unused:1.20");

  /* However many there are: all at once. */
  said_follow (&said, G_LIST_MODEL (list));
  spark_replica_dismiss_events (replica, refused);
  fixture_apply (replica);
  said_assert (&said, 1, 0, 2, 0);
  g_assert_cmpuint (count_refused (G_LIST_MODEL (list)), ==, 0);
  spark_replica_restore_events (replica, refused);
  fixture_apply (replica);
  said_assert (&said, 1, 0, 0, 2);
  assert_attention (list, "refused:1.32 refused:1.30 unknown:1.14 unknown:1.24 waiting:1.13 "
                          "ending:1.11 ending:1.10 unused:1.22 unused:1.20");

  /* One answered, one seen: each is one row. */
  spark_replica_dismiss_events (replica, (const char *const[]){ "1.32", NULL });
  add_grant ("1.14", SPARK_GRANT_STATE_AUTHORIZED, "1.3", now + 90 * DAY);
  fixture_apply (replica);
  assert_attention (list, "refused:1.30 unknown:1.24 waiting:1.13 ending:1.11 ending:1.10 "
                          "unused:1.22 unused:1.20");
  said_assert (&said, 2, 1, 1, 0);
  /* Its video changed: the row that shows it did, and no other. */
  held = g_list_model_get_item (G_LIST_MODEL (list), 1);
  video = fixture_make_video ("1.2", "Changed", 1600000000000);
  fixture_video ("1", &video);
  fixture_apply (replica);
  said_assert (&said, 1, 1, 1, 1);
  again = g_list_model_get_item (G_LIST_MODEL (list), 1);
  g_assert_cmpstr (spark_video_item_get (spark_attention_item_get_video (again))->caption, ==,
                   "Changed");
  mirror_check (mirror);
  mirror_free (mirror);
  g_clear_object (&list);
  fixture_close (replica);
  replica = fixture_open ("attention", 1);
  list = spark_attention_list_new (replica, NULL);
  g_assert_cmpuint (count_refused (G_LIST_MODEL (list)), ==, 2);
  g_clear_object (&list);
  fixture_close (replica);
}

static void
add_request (const char *id, const char *grant_id, gint64 at)
{
  const SparkEvent view = { .id = id,
                            .type = SPARK_EVENT_EXTENSION_REQUESTED,
                            .at = at,
                            .video_id = "1.1",
                            .grant_id = grant_id,
                            .brand = { "1.3", "Acme" },
                            .detail = { .days = 30 } };

  fixture_event ("1", &view);
}

static void
add_extension (const char *id, SparkEventType type, const char *grant_id, gint64 at, gint64 ends_at)
{
  const SparkEvent view = { .id = id,
                            .type = type,
                            .at = at,
                            .video_id = "1.1",
                            .grant_id = grant_id,
                            .detail = { .ends_at = ends_at } };

  fixture_event ("1", &view);
}

/* A request for more time stays until that was given, the access ended or it was dismissed. */
static void
test_requests (void)
{
  SparkReplica *replica = fixture_open ("requests", 1);
  g_autoptr (SparkAttentionList) list = spark_attention_list_new (replica, "1");
  const SparkVideo video = fixture_make_video ("1.1", "Video", 1600000000000);
  Mirror *mirror = mirror_new (G_LIST_MODEL (g_object_ref (list)));
  static const char *const dismissed[] = { "1.40", NULL };

  now = spark_time_now ();
  fixture_video ("1", &video);
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *id = g_strdup_printf ("1.6%u", i);

      add_grant (id, SPARK_GRANT_STATE_AUTHORIZED, "1.3", now + 5 * DAY + i);
    }
  add_request ("1.40", "1.60", now - 90 * DAY);
  add_request ("1.41", "1.61", now - 3 * DAY);
  add_request ("1.42", "1.61", now - 1 * DAY);
  add_request ("1.43", "1.62", now - 2 * DAY);
  fixture_apply (replica);
  /* The newest of each access, which is not told twice; in the order of their ends. */
  assert_attention (list, "asked:1.40 asked:1.42 asked:1.43 ending:1.63 ending:1.64");

  spark_replica_dismiss_events (replica, dismissed);
  fixture_apply (replica);
  assert_attention (list, "ending:1.60 asked:1.42 asked:1.43 ending:1.63 ending:1.64");
  spark_replica_restore_events (replica, dismissed);
  fixture_apply (replica);
  assert_attention (list, "asked:1.40 asked:1.42 asked:1.43 ending:1.63 ending:1.64");

  /* What was extended before says nothing, nor does a code that goes on without this access. */
  add_extension ("1.50", SPARK_EVENT_GRANT_EXTENDED, "1.61", now - 2 * DAY, now + 5 * DAY);
  add_extension ("1.51", SPARK_EVENT_CODE_EXTENDED, NULL, now, now + 35 * DAY);
  fixture_apply (replica);
  assert_attention (list, "asked:1.40 asked:1.42 asked:1.43 ending:1.63 ending:1.64");

  add_grant ("1.60", SPARK_GRANT_STATE_AUTHORIZED, "1.3", now + 35 * DAY);
  add_extension ("1.52", SPARK_EVENT_GRANT_EXTENDED, "1.61", now, now + 9 * DAY);
  fixture_apply (replica);
  assert_attention (list, "ending:1.61 asked:1.43 ending:1.63 ending:1.64");

  add_grant ("1.62", SPARK_GRANT_STATE_EXPIRED, "1.3", now - 1000);
  fixture_apply (replica);
  assert_attention (list, "ending:1.61 ending:1.63 ending:1.64");
  /* It can be asked for afterwards, too; not of what was taken away. */
  add_request ("1.44", "1.62", now + 500);
  add_request ("1.45", "1.63", now);
  add_grant ("1.63", SPARK_GRANT_STATE_REVOKED, "1.3", now + 5 * DAY);
  fixture_apply (replica);
  assert_attention (list, "asked:1.44 ending:1.61 ending:1.64");
  add_extension ("1.53", SPARK_EVENT_CODE_EXTENDED, NULL, now + 1000, now + 40 * DAY);
  fixture_apply (replica);
  assert_attention (list, "ending:1.61 ending:1.64");

  mirror_check (mirror);
  mirror_free (mirror);
  g_clear_object (&list);
  fixture_close (replica);
}

static void
add_brand (const char *id, const char *const *advertisers)
{
  const SparkBrand view = { .id = id,
                            .account_id = "1",
                            .name = id,
                            .new_advertiser_ids = advertisers,
                            .ads_active = -1 };

  fixture_brand ("1", &view);
}

static void
add_advertiser (const char *id, const char *brand_id, const char *advertiser, gint64 at)
{
  const SparkEvent view = { .id = id,
                            .type = SPARK_EVENT_ADVERTISER_NEW,
                            .at = at,
                            .video_id = "1.1",
                            .brand = { brand_id, "Acme" },
                            .detail = { .advertiser = { advertiser, "Acme US" } } };

  fixture_event ("1", &view);
}

/* A new ad account is there until its brand says that it is new no more. */
static void
test_advertisers (void)
{
  SparkReplica *replica = fixture_open ("advertisers", 1);
  g_autoptr (SparkAttentionList) list = spark_attention_list_new (replica, "1");
  const SparkVideo video = fixture_make_video ("1.1", "Video", 1600000000000);
  Mirror *mirror = mirror_new (G_LIST_MODEL (g_object_ref (list)));

  now = spark_time_now ();
  fixture_video ("1", &video);
  add_brand ("1.3", (const char *const[]){ "7001", "70", NULL });
  add_brand ("1.30", (const char *const[]){ "7002", NULL });
  add_brand ("1.4", NULL);
  add_advertiser ("1.40", "1.3", "7001", now - 90 * DAY);
  add_advertiser ("1.41", "1.3", "70", now - 2 * DAY);
  add_advertiser ("1.42", "1.30", "7002", now - 3 * DAY);
  add_advertiser ("1.43", "1.4", "7001", now);
  add_advertiser ("1.44", "1.3", "700", now);
  fixture_apply (replica);
  assert_attention (list, "advertiser:1.41 advertiser:1.42 advertiser:1.40");

  add_brand ("1.3", (const char *const[]){ "7001", NULL });
  fixture_apply (replica);
  assert_attention (list, "advertiser:1.42 advertiser:1.40");
  add_brand ("1.3", NULL);
  add_brand ("1.30", NULL);
  fixture_apply (replica);
  assert_attention (list, "");

  mirror_check (mirror);
  mirror_free (mirror);
  g_clear_object (&list);
  fixture_close (replica);
}

/* What is misused or being lost, what ends and what is asked to go on, then what has time. */
static void
test_urgent_first (void)
{
  SparkReplica *replica = fixture_open ("urgent", 1);
  g_autoptr (SparkAttentionList) list = spark_attention_list_new (replica, "1");
  SparkVideo video = fixture_make_video ("1.1", "Video", 1600000000000);
  Mirror *mirror = mirror_new (G_LIST_MODEL (g_object_ref (list)));

  now = spark_time_now ();
  fixture_video ("1", &video);
  video = fixture_make_video ("1.3", "Third", 1600000000000);
  fixture_video ("1", &video);
  add_brand ("1.3", (const char *const[]){ "7001", "7002", NULL });
  add_advertiser ("1.41", "1.3", "7001", now - 2 * DAY);
  add_advertiser ("1.42", "1.3", "7002", now - 1 * DAY);
  add_code ("1.20", "1.1", SPARK_CODE_STATE_READY, now - 15 * DAY);
  add_grant ("1.60", SPARK_GRANT_STATE_AUTHORIZED, "1.3", now + 9 * DAY);
  add_grant ("1.61", SPARK_GRANT_STATE_AUTHORIZED, "1.3", now + 1 * DAY);
  add_grant ("1.62", SPARK_GRANT_STATE_AUTHORIZED, "1.3", now + 5 * DAY);
  add_grant ("1.63", SPARK_GRANT_STATE_EXPIRED, "1.3", now - 2 * DAY);
  add_grant ("1.64", SPARK_GRANT_STATE_AUTHORIZED, "1.3", now + 40 * DAY);
  add_grant ("1.65", SPARK_GRANT_STATE_AUTHORIZED, "1.3", 0);
  add_grant ("1.13", SPARK_GRANT_STATE_REVOKING, "1.3", now + 90 * DAY);
  add_grant ("1.14", SPARK_GRANT_STATE_AUTHORIZED, NULL, now + 90 * DAY);
  add_request ("1.50", "1.62", now);
  add_request ("1.51", "1.63", now - 1 * DAY);
  add_request ("1.52", "1.64", now);
  add_request ("1.53", "1.65", now);
  add_refusal ("1", "1.30", now - 10 * DAY);
  fixture_apply (replica);
  assert_attention (list, "refused:1.30 unknown:1.14 waiting:1.13 asked:1.51 ending:1.61 "
                          "asked:1.50 ending:1.60 asked:1.52 asked:1.53 advertiser:1.42 "
                          "advertiser:1.41 unused:1.20");

  /* It ends later than what it stood before. */
  add_grant ("1.62", SPARK_GRANT_STATE_AUTHORIZED, "1.3", now + 10 * DAY);
  fixture_apply (replica);
  assert_attention (list, "refused:1.30 unknown:1.14 waiting:1.13 asked:1.51 ending:1.61 "
                          "ending:1.60 asked:1.50 asked:1.52 asked:1.53 advertiser:1.42 "
                          "advertiser:1.41 unused:1.20");

  mirror_check (mirror);
  mirror_free (mirror);
  g_clear_object (&list);
  fixture_close (replica);
}

static void
use_code (guint number, SparkGrantState state, gboolean of_it)
{
  g_autofree char *video_id = g_strdup_printf ("1.%u", number);
  g_autofree char *code_id = g_strdup_printf ("1.%u", number + 100);
  g_autofree char *grant_id = g_strdup_printf ("1.%u", number + 200);
  SparkVideo video = fixture_make_video (video_id, "Video", 1600000000000);
  const SparkGrant grant = { .id = grant_id,
                             .video_id = video_id,
                             .code_id = of_it ? code_id : "1.9",
                             .brand = { "1.3", "Acme" },
                             .state = state,
                             .ads_active = -1 };

  fixture_video ("1", &video);
  add_code (code_id, video_id, SPARK_CODE_STATE_IN_USE, 0);
  fixture_grant ("1", &grant);
}

/* Who used a code is known also when that access is over; not by one of an earlier code, nor by
 * one that came to nothing. */
static void
test_used_code (void)
{
  SparkReplica *replica = fixture_open ("attention-used", 1);
  g_autoptr (SparkAttentionList) list = spark_attention_list_new (replica, "1");

  now = spark_time_now ();
  use_code (10, SPARK_GRANT_STATE_REVOKED, TRUE);
  use_code (11, SPARK_GRANT_STATE_UNBOUND, TRUE);
  use_code (12, SPARK_GRANT_STATE_EXPIRED, TRUE);
  use_code (13, SPARK_GRANT_STATE_REVOKED, FALSE);
  use_code (14, SPARK_GRANT_STATE_FAILED, TRUE);
  fixture_apply (replica);
  assert_attention (list, "unknown:1.113 unknown:1.114");
  g_clear_object (&list);
  fixture_close (replica);
}

/* One count for each account that has any. */
static void
test_by_account (void)
{
  SparkReplica *replica = fixture_open ("by-account", 1);
  const SparkVideo video = fixture_make_video ("1.1", "Video", 1600000000000);
  g_autoptr (GHashTable) counts = NULL;
  g_autoptr (GHashTable) fewer = NULL;

  now = spark_time_now ();
  fixture_account ("1", "Ada");
  fixture_account ("2", "Ben");
  fixture_account ("3", "Cleo");
  fixture_video ("1", &video);
  add_grant ("1.10", SPARK_GRANT_STATE_AUTHORIZED, "1.3", now + 5 * DAY);
  add_grant ("1.12", SPARK_GRANT_STATE_AUTHORIZED, "1.3", now + 20 * DAY);
  add_refusal ("1", "1.30", now - 1 * DAY);
  add_refusal ("3", "3.30", now);
  fixture_apply (replica);
  counts = spark_replica_count_attention (replica);
  g_assert_cmpuint (g_hash_table_size (counts), ==, 2);
  g_assert_cmpuint (GPOINTER_TO_UINT (g_hash_table_lookup (counts, "1")), ==, 2);
  g_assert_cmpuint (GPOINTER_TO_UINT (g_hash_table_lookup (counts, "3")), ==, 1);

  spark_replica_dismiss_events (replica, (const char *const[]){ "3.30", NULL });
  fixture_account ("2", "Bea"); /* is written after it */
  fixture_apply (replica);
  fewer = spark_replica_count_attention (replica);
  g_assert_false (g_hash_table_contains (fewer, "3"));
  fixture_close (replica);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  fixture_init ();
  g_test_add_func ("/attention", test_attention);
  g_test_add_func ("/unused", test_unused);
  g_test_add_func ("/requests", test_requests);
  g_test_add_func ("/urgent-first", test_urgent_first);
  g_test_add_func ("/advertisers", test_advertisers);
  g_test_add_func ("/used-code", test_used_code);
  g_test_add_func ("/by-account", test_by_account);
  result = g_test_run ();
  fixture_remove ();
  return result;
}
