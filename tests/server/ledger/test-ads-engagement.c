/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <pthread.h>

#include "ledger-ads.h"

static gint64
counter (Fixture *self)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  gint64 seq;

  g_assert_true (spark_read_counter (tx, g_ascii_strtoll (self->account, NULL, 10), &seq, NULL));
  spark_store_read_end (tx);
  return seq;
}
static void
test_announced_once_a_minute (Fixture *self, gconstpointer data)
{
  g_auto (AdsScene) scene = { 0 };
  gint64 ad, before, after;

  ads_scene_init (&scene, self);
  ad = ads_add_ad (self, scene.acme, scene.adgroup, NULL);
  g_assert_true (ads_deliver_views (self, scene.acme, ad, 100));
  before = counter (self);
  for (guint i = 0; i < 59; i++)
    {
      self->now += 1000;
      g_assert_true (ads_deliver_views (self, scene.acme, ad, 100));
      fixture_expire (self);
    }
  g_assert_cmpint (counter (self), ==, before);
  self->now += 1000;
  fixture_expire (self);
  after = counter (self);
  /* the video, its grant, the brand */
  g_assert_cmpint (after, ==, before + 3);
  fixture_expire (self);
  g_assert_cmpint (counter (self), ==, after);
  g_assert_cmpint (ads_read_grant (self, scene.grant).paid.views, ==, 6000);
  g_assert_cmpint (ads_read_grant (self, scene.grant).paid.likes, ==, 600);
}
/* --- the audit --- */

#define BRANDS     3
#define DELIVERIES 60

typedef struct
{
  Fixture *fixture;
  const char *advertiser;
  gint64 ad;
} Courier;

static void *
run_courier (void *data)
{
  Courier *courier = data;

  for (gint64 i = 1; i <= DELIVERIES; i++)
    ads_deliver_views (courier->fixture, courier->advertiser, courier->ad, i);
  return NULL;
}

static gboolean
sum_day (const SparkAdDay *day, gpointer data)
{
  *(gint64 *)data += day->metrics.of[SPARK_METRIC_VIEWS];
  return TRUE;
}

static gboolean
sum_grant (const SparkGrant *grant, gpointer data)
{
  SparkEngagement *sum = data;

  sum->views += grant->paid.views;
  sum->likes += grant->paid.likes;
  return TRUE;
}

/* In one snapshot: total = organic + the sum over grants, which is what the ads report. */
static gint64
audit (Fixture *self, const SparkEngagement *organic, char **brands)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  SparkEngagement grants = { 0 };
  SparkPage page = { .limit = 100 };
  SparkVideo video;
  gint64 reported = 0;

  g_assert_true (spark_read_video (tx, self->video, &video, NULL));
  g_assert_true (spark_read_grants (
      tx, &(SparkObjectQuery){ .scope.all = TRUE, .video_id = self->video, .state = -1 }, &page,
      sum_grant, &grants, NULL));
  for (guint i = 0; i < BRANDS; i++)
    g_assert_true (spark_read_ad_days (tx, brands[i], 0, G_MAXINT32, sum_day, &reported, NULL));
  spark_store_read_end (tx);
  g_assert_cmpint (video.total.views, ==, organic->views + grants.views);
  g_assert_cmpint (video.total.likes, ==, organic->likes + grants.likes);
  g_assert_cmpint (MAX (video.paid.views, 0), ==, grants.views);
  g_assert_cmpint (MAX (video.paid.likes, 0), ==, grants.likes);
  g_assert_cmpint (reported, ==, grants.views);
  return reported;
}

static gboolean
import_totals (SparkTx *tx, gpointer data, GError **error)
{
  Fixture *self = data;
  SparkUpsert upsert;

  return spark_ledger_upsert_video (
      tx, &creator, self->account,
      &(SparkVideoFacts){ .item_id = ADS_ITEM, .duration_s = -1, .total = { 5000, 400, 30, 2 } },
      TRUE, NULL, &upsert, error);
}

static void
test_audit (Fixture *self, gconstpointer data)
{
  const SparkEngagement organic = { 5000, 400, 30, 2 };
  g_autofree char *code = fixture_generate (self, self->video, 30);
  g_autofree char *string = fixture_code_string (self, code);
  char *brands[BRANDS];
  char *grants[BRANDS];
  pthread_t threads[BRANDS];
  Courier couriers[BRANDS];
  gint64 last = -1, seen;

  g_assert_true (fixture_run (self, import_totals, self, NULL));
  for (guint i = 0; i < BRANDS; i++)
    {
      g_autofree char *name = g_strdup_printf ("Brand %u", i);
      gint64 adgroup;

      brands[i] = fixture_add_advertiser (self, name);
      grants[i] = fixture_redeem (self, brands[i], string, NULL);
      adgroup = ads_add (self, ads_make_adgroup, brands[i],
                         ads_add (self, ads_make_campaign, brands[i], 0));
      couriers[i] = (Courier){ self, brands[i], ads_add_ad (self, brands[i], adgroup, NULL) };
    }
  for (guint i = 0; i < BRANDS; i++)
    pthread_create (&threads[i], NULL, run_courier, &couriers[i]);
  /* One is revoked while they deliver; a snapshot is true at every moment. */
  for (guint i = 0; i < 40; i++)
    {
      if (i == 5)
        g_assert_true (fixture_run (self, ads_revoke_access, grants[0], NULL));
      seen = audit (self, &organic, brands);
      g_assert_cmpint (seen, >=, last);
      last = seen;
    }
  for (guint i = 0; i < BRANDS; i++)
    pthread_join (threads[i], NULL);
  seen = audit (self, &organic, brands);
  g_assert_cmpint (seen, >=, (BRANDS - 1) * DELIVERIES * (DELIVERIES + 1) / 2);
  g_assert_cmpint (ads_read_grant (self, grants[1]).paid.views, ==,
                   DELIVERIES * (DELIVERIES + 1) / 2);

  /* Totals that come from outside again know nothing of the ads: what they won stays. */
  g_assert_true (fixture_run (self, import_totals, self, NULL));
  g_assert_cmpint (audit (self, &organic, brands), ==, seen);
  for (guint i = 0; i < BRANDS; i++)
    {
      g_free (brands[i]);
      g_free (grants[i]);
    }
}

#define ADD(name, function)                                                                        \
  g_test_add ("/ledger/ads-engagement/" name, Fixture, NULL, fixture_set_up, function,             \
              fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("announced-once-a-minute", test_announced_once_a_minute);
  ADD ("audit", test_audit);
  return g_test_run ();
}
