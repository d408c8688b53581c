/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "model/spark-rules.h"
#include "replica-fixture.h"
#include "replica-sample.h"

#define DAY         SPARK_DAY_MS
#define LINK_STRING "#SparkboxBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB"
#define LINK_URL    "https://example.org/redeem#%23SparkboxBBBBBBBBBBBBBBBB"

void
sample_fill (void)
{
  SparkVideo video = fixture_make_video ("1.1", "Morning routine", 1700000000000);
  const SparkCode code = { .id = "1.2",
                           .video_id = "1.1",
                           .code = SAMPLE_CODE,
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
                             .actor = { SPARK_ACTOR_CREATOR, NULL, "Ada", "Phone", TRUE },
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

void
sample_check (SparkReplica *replica, gboolean with_codes)
{
  g_autoptr (SparkVideoItem) video = spark_replica_get_video (replica, "1.1");
  g_autoptr (SparkVideoItem) found = spark_replica_find_video (replica, "1.1");
  g_autoptr (SparkVideoItem) of_code = spark_replica_find_code (replica, SAMPLE_CODE);
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
  g_assert_cmpstr (spark_code_item_get (code)->code, ==, with_codes ? SAMPLE_CODE : NULL);
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
  g_assert_cmpstr (spark_event_item_get (event)->actor.from, ==, "Phone");
  g_assert_true (spark_event_item_get (event)->actor.you);
  g_assert_cmpuint (spark_event_item_get (event)->detail.days, ==, 30);
  g_assert_cmpuint (spark_batch_item_get (batch)->skipped, ==, 1);
}
