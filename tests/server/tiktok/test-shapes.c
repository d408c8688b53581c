/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "server/ledger/spark-ledger-connections.h"
#include "server/platform/tiktok/spark-tiktok-oauth.h"
#include "world.h"

/*
 * The answers of TikTok's own documentation, member for member, with posts and days of this world.
 */
#define CODE "#1Ea2bcde3fUM/ghijEk/L4mOceft5deFRq6za7JsgnAJ8PB9n1XIr1rC1b/5Rw4="
#define ITEM "7123456789012345600"

static gint64
read_time (const char *iso)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (iso, NULL);

  return g_date_time_to_unix (time) * 1000;
}

/* An extended code: 30 and 7 days. */
static void
test_status (void)
{
  World *self = world_new (5000);
  g_autofree char *id = NULL;
  g_autofree char *string = NULL;

  double_record (self->tiktok, "business/post/authorize/status/",
                 "{\"item_id\":\"" ITEM "\",\"auth_code\":\"" CODE
                 "\",\"auth_code_start_time\":\"2026-02-20 00:21:37\","
                 "\"auth_code_end_time\":\"2026-03-29 00:21:37\",\"authorization_days\":37,"
                 "\"auth_code_status\":\"NOT_USED\"}");
  world_try_look (self);
  id = world_code (self, 0);
  g_assert_nonnull (id);
  string = fixture_code_string (&self->base, id);
  g_assert_cmpstr (string, ==, CODE);
  g_assert_cmpint (fixture_code_state (&self->base, id), ==, SPARK_CODE_STATE_READY);
  g_assert_cmpint (fixture_code_ends_at (&self->base, id), ==, read_time ("2026-03-29T00:21:37Z"));
  /* What is told of this post is not taken for another's. */
  g_clear_pointer (&id, g_free);
  id = world_code (self, 1);
  g_assert_null (id);
  world_free (self);
}

static gboolean
check_grant (const SparkGrant *grant, gpointer data)
{
  guint *n = data;

  g_assert_cmpint (grant->state, ==, SPARK_GRANT_STATE_AUTHORIZED);
  g_assert_cmpint (grant->source, ==, SPARK_GRANT_SOURCE_SEEN);
  g_assert_cmpint (grant->redeemed_at, ==, read_time ("2026-02-20T11:28:02Z"));
  g_assert_cmpint (grant->platform_ends_at, ==, read_time ("2027-04-21T11:26:45Z"));
  (*n)++;
  return TRUE;
}

/* 365 and 60 days; used in Ads Manager, by whoever has the ad account. */
static void
test_list (void)
{
  World *self = world_new (5000);
  const gint64 accounts[] = { self->number };
  const SparkObjectQuery query
      = { .scope = { .accounts = accounts, .n_accounts = 1 }, .state = -1, .type = -1 };
  SparkPage page = { .limit = 10 };
  guint n = 0;
  SparkTx *tx;

  double_record (
      self->tiktok, "tt_video/list/",
      "{\"list\":[{\"item_info\":{\"auth_code\":\"" CODE "\",\"item_id\":\"" ITEM "\","
      "\"item_type\":\"VIDEO\",\"text\":\"caption\",\"status\":\"HESITATE_RECOMMEND\","
      "\"carousel_info\":null,\"anchor_list\":[{\"id\":\"1\",\"title\":\"t\",\"status\":"
      "\"CHECK_FAILED\",\"product_regions\":[\"ID\"],\"url\":\"\"}]},"
      "\"auth_info\":{\"invite_start_time\":\"2026-02-20 11:28:02\","
      "\"auth_start_time\":\"2026-02-20 11:26:45\",\"auth_end_time\":\"2027-04-21 11:26:45\","
      "\"ad_auth_status\":\"AUTHORIZED\"},\"user_info\":{\"tiktok_name\":\"Lena\","
      "\"identity_id\":\"5\",\"identity_type\":\"AUTH_CODE\"},\"video_info\":{\"duration\":8.081,"
      "\"width\":720,\"height\":1280,\"size\":2379969,\"bit_rate\":0,\"signature\":\"0\","
      "\"poster_url\":\"\",\"preview_url\":\"\"}}],"
      "\"page_info\":{\"page\":1,\"page_size\":20,\"total_number\":1,\"total_page\":1}}");
  world_try_look (self);
  tx = spark_store_read_begin (self->base.store, NULL);
  g_assert_true (spark_read_grants (tx, &query, &page, check_grant, &n, NULL));
  spark_store_read_end (tx);
  g_free (page.next);
  g_assert_cmpuint (n, ==, DOUBLE_BRANDS);
  world_free (self);
}

static void
test_videos (void)
{
  World *self = world_new (5000);
  SparkVideo video;

  double_record (self->tiktok, "business/video/list/",
                 "{\"videos\":[{\"item_id\":\"" ITEM "\",\"media_type\":\"VIDEO\",\"is_ad\":true,"
                 "\"thumbnail_url\":\"\",\"share_url\":\"https://www.tiktok.com/@lena/video/1\","
                 "\"embed_url\":\"\",\"caption\":\"A morning\",\"video_duration\":12.9,"
                 "\"create_time\":\"1771000000\",\"likes\":960,\"comments\":4,\"shares\":2,"
                 "\"favorites\":null,\"video_views\":8600,\"average_time_watched\":3.5,"
                 "\"impression_sources\":[]}],\"cursor\":1771000000000,\"has_more\":false}");
  world_tick (self, 2);
  video = fixture_video (&self->base, self->videos[0]);
  g_assert_cmpint (video.total.views, ==, 8600);
  g_assert_cmpint (video.total.likes, ==, 960);
  g_assert_cmpint (video.duration_s, ==, 12);
  g_assert_cmpint (video.published_at, ==, G_GINT64_CONSTANT (1771000000000));
  world_free (self);
}

/* A day and a year, from now on. */
static void
test_tokens (void)
{
  World *self = world_new (5000);
  const SparkConsent consent
      = { .kind = SPARK_CONSENT_KIND_CREATOR, .asker = (char *)SPARK_CREDENTIAL_OWNER };
  g_auto (SparkConnection) connection = { 0 };
  g_autofree char *invitation = NULL;
  g_autoptr (GError) error = NULL;
  SparkTx *tx;

  double_record (self->tiktok, "tt_user/oauth2/token/",
                 "{\"access_token\":\"act.example\",\"token_type\":\"Bearer\","
                 "\"scope\":\"user.info.basic,video.list,biz.spark.auth\",\"expires_in\":86400,"
                 "\"refresh_token\":\"rft.example\",\"refresh_token_expires_in\":31536000,"
                 "\"open_id\":\"creator\"}");
  g_assert_true (spark_tiktok_accept (&self->connector, &consent, "x", &invitation, &error));
  g_assert_no_error (error);
  tx = spark_store_read_begin (self->base.store, NULL);
  g_assert_true (spark_read_connection (tx, self->number, &connection, NULL));
  spark_store_read_end (tx);
  g_assert_cmpstr (connection.access, ==, "act.example");
  g_assert_cmpstr (connection.refresh, ==, "rft.example");
  g_assert_cmpint (connection.access_ends_at, ==, self->base.now + SPARK_DAY_MS);
  g_assert_cmpint (connection.refresh_ends_at, ==, self->base.now + 365 * SPARK_DAY_MS);
  world_free (self);
}

/* --- who the creator is --- */

static void
check_account (World *self, const char *name, const char *handle)
{
  SparkTx *tx = spark_store_read_begin (self->base.store, NULL);
  SparkAccount account;

  g_assert_true (spark_read_account (tx, self->number, &account, NULL));
  g_assert_cmpstr (account.name, ==, name);
  g_assert_cmpstr (account.handle, ==, handle);
  spark_store_read_end (tx);
}

/* All that may be asked for, in the order of the documentation; the picture is where none is. */
static void
record_profile (World *self, const char *name, const char *username)
{
  g_autofree char *data = g_strdup_printf (
      "{\"username\":%s,\"display_name\":\"%s\",\"profile_image\":"
      "\"%s/obj/tos-useast2a-avt-0068/7310.jpeg?x-expires=1771500000&x-signature=abc%%2B%%3D\","
      "\"profile_deep_link\":\"https://vm.tiktok.com/ZM1/\",\"bio_description\":\"Films\","
      "\"is_verified\":false,\"is_business_account\":true,\"followers_count\":1024,"
      "\"following_count\":7,\"total_likes\":960,\"videos_count\":3,\"metrics\":[{\"date\":"
      "\"2026-02-20\",\"video_views\":5,\"unique_video_views\":4,\"profile_views\":0,\"likes\":1,"
      "\"comments\":0,\"shares\":0,\"audience_activity\":[{\"hour\":\"0\",\"count\":3}]}],"
      "\"audience_countries\":[{\"country\":\"DE\",\"percentage\":0.8}]}",
      username, name, double_url (self->tiktok));

  double_record (self->tiktok, "business/get/", data);
}

static void
test_profile (void)
{
  World *self = world_new (5000);
  const SparkConsent consent = { .kind = SPARK_CONSENT_KIND_CREATOR,
                                 .account = self->number,
                                 .asker = (char *)SPARK_CREDENTIAL_OWNER };
  g_autofree char *invitation = NULL;
  g_autofree char *code = double_new_auth_code (self->tiktok);
  g_autoptr (GError) error = NULL;

  record_profile (self, "Lena on TikTok", "\"lena.movies\"");
  g_assert_true (spark_tiktok_accept (&self->connector, &consent, code, &invitation, &error));
  g_assert_no_error (error);
  check_account (self, "Lena", "lena.movies");
  record_profile (self, "Lena \\u2728 Films", "\"lena.cinema\"");
  world_tick (self, 2);
  check_account (self, "Lena ✨ Films", "lena.cinema");
  /* Without user.info.username: what was known stays. */
  record_profile (self, "Lena cooks", "null");
  self->base.now += 2 * SPARK_DAY_MS;
  world_tick (self, 2);
  check_account (self, "Lena cooks", "lena.cinema");
  world_free (self);
}

/* --- ads --- */

#define AD(id, item, state, secondary)                                                             \
  "{\"ad_id\":\"" id "\",\"ad_name\":\"Autumn\",\"advertiser_id\":\"7000000000000000001\","        \
  "\"campaign_id\":\"1700000000000001\",\"campaign_name\":\"c\",\"adgroup_id\":"                   \
  "\"1700000000000002\",\"adgroup_name\":\"g\",\"identity_type\":\"AUTH_CODE\",\"identity_id\":"   \
  "\"5\",\"tiktok_item_id\":" item ",\"ad_format\":\"SINGLE_VIDEO\",\"operation_status\":\"" state \
  "\",\"secondary_status\":\"" secondary "\",\"promotional_music_disabled\":true,\"video_id\":"    \
  "null,\"image_ids\":[],\"ad_text\":\"\",\"landing_page_url\":null,\"create_time\":"              \
  "\"2026-02-20 11:28:02\",\"modify_time\":\"2026-02-20 11:28:02\"}"

static const char ads[]
    = "{\"list\":[" AD ("1800000000000001", "\"7123456789012345601\"", "ENABLE", "AD_STATUS_DELIVERY_OK") "," AD (
        "1800000000000002", "\"" ITEM "\"", "DISABLE",
        "AD_STATUS_DISABLE") "," AD ("1800000000000003", "null", "ENABLE",
                                     "AD_STATUS_AUDIT") "," AD ("1800000000000000", "\"" ITEM "\"",
                                                                "ENABLE",
                                                                "AD_STATUS_DELIVERY_OK") "],\"page_"
                                                                                         "info\":{"
                                                                                         "\"page\":"
                                                                                         "1,\"page_"
                                                                                         "size\":"
                                                                                         "100,"
                                                                                         "\"total_"
                                                                                         "number\":"
                                                                                         "4,"
                                                                                         "\"total_"
                                                                                         "page\":1}"
                                                                                         "}";

static gboolean
check_ads (const SparkGrant *grant, gpointer data)
{
  World *self = data;

  if (g_strcmp0 (grant->video_id, self->videos[0]) != 0)
    return TRUE;
  g_assert_cmpint (grant->state, ==, SPARK_GRANT_STATE_REVOKING);
  g_assert_cmpint (grant->ads_active, ==, 1);
  g_assert_cmpstr (grant->problem, ==, "ads_running");
  return TRUE;
}

/* An ad that runs, one that is off, one of another post and one that is no Spark Ad: only the first
 * is paused; and as long as TikTok tells that it runs, it runs. */
static void
test_ads (void)
{
  World *self = world_new (5000);
  const gint64 accounts[] = { self->number };
  const SparkObjectQuery query
      = { .scope = { .accounts = accounts, .n_accounts = 1 }, .state = -1, .type = -1 };
  SparkPage page = { .limit = 10 };
  g_autofree char *grant = world_give_access (self);
  SparkTx *tx;

  double_behave (self->tiktok, UNBIND_ENDED, DELETION_GONE);
  g_free (act_generate (&self->base, self->videos[1], 30, NULL));
  world_work (self, 4);
  double_use (self->tiktok, 0, 1);
  double_start_ad (self->tiktok, 0, 0); /* 1800000000000000 */
  double_start_ad (self->tiktok, 0, 1); /* …1 */
  double_start_ad (self->tiktok, 0, 1); /* …2 */
  double_start_ad (self->tiktok, 0, 1); /* …3 */
  double_record (self->tiktok, "ad/get/", ads);
  act_revoke (&self->base, grant, NULL, NULL);
  world_work (self, 2);
  g_assert_cmpuint (double_ads (self->tiktok, 0, 0), ==, 0);
  g_assert_cmpuint (double_ads (self->tiktok, 0, 1), ==, 3);
  tx = spark_store_read_begin (self->base.store, NULL);
  g_assert_true (spark_read_grants (tx, &query, &page, check_ads, self, NULL));
  spark_store_read_end (tx);
  g_free (page.next);
  world_free (self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tiktok/shapes/status", test_status);
  g_test_add_func ("/tiktok/shapes/list", test_list);
  g_test_add_func ("/tiktok/shapes/videos", test_videos);
  g_test_add_func ("/tiktok/shapes/tokens", test_tokens);
  g_test_add_func ("/tiktok/shapes/profile", test_profile);
  g_test_add_func ("/tiktok/shapes/ads", test_ads);
  return g_test_run ();
}
