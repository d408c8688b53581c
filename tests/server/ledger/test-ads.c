/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "ledger-fixture.h"
#include "server/ledger/spark-ledger-ads.h"
#include "server/store/spark-sandbox-settings.h"
#include "server/store/spark-tx.h"

#define ITEM "7123456789012345678"

/* --- acts --- */

typedef struct
{
  const char *advertiser;
  gint64 parent;
  gint64 ends_at;
  const char *identity;
  gint64 id;
} Make;

static gboolean
make_campaign (SparkTx *tx, gpointer data, GError **error)
{
  Make *make = data;

  return spark_ledger_add_campaign (tx, make->advertiser,
                                    &(SparkCampaignDraft){ .name = "Spring", .details = "{}" },
                                    &make->id, error);
}

static gboolean
make_adgroup (SparkTx *tx, gpointer data, GError **error)
{
  Make *make = data;

  return spark_ledger_add_adgroup (
      tx, make->advertiser,
      &(SparkAdGroupDraft){
          .campaign = make->parent, .name = "All", .ends_at = make->ends_at, .details = "{}" },
      &make->id, error);
}

static gboolean
make_ad (SparkTx *tx, gpointer data, GError **error)
{
  Make *make = data;

  return spark_ledger_add_ad (tx, make->advertiser,
                              &(SparkAdDraft){ .adgroup = make->parent,
                                               .name = "Ad",
                                               .item_id = ITEM,
                                               .identity_id = make->identity,
                                               .details = "{}" },
                              &make->id, error);
}

static gint64
add (Fixture *self, SparkStoreFunc run, const char *advertiser, gint64 parent)
{
  Make make = { .advertiser = advertiser, .parent = parent };
  g_autoptr (GError) error = NULL;

  fixture_run (self, run, &make, &error);
  g_assert_no_error (error);
  return make.id;
}

static char *
identity_of (Fixture *self, const char *account, const char *advertiser)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  char *identity
      = g_strdup (spark_read_identity_id (tx, g_ascii_strtoll (account, NULL, 10), advertiser));

  spark_store_read_end (tx);
  return identity;
}

static gint64
add_ad (Fixture *self, const char *advertiser, gint64 adgroup, GError **error)
{
  g_autofree char *identity = identity_of (self, self->account, advertiser);
  Make make = { .advertiser = advertiser, .parent = adgroup, .identity = identity };

  fixture_run (self, make_ad, &make, error);
  return make.id;
}

typedef struct
{
  const char *advertiser;
  SparkAdLevel level;
  gint64 id;
  SparkOperation operation;
} Operate;

static gboolean
run_operate (SparkTx *tx, gpointer data, GError **error)
{
  Operate *operate = data;

  return spark_ledger_operate (tx, operate->advertiser, operate->level, operate->id,
                               operate->operation, error);
}

static gboolean
operate (Fixture *self, const char *advertiser, SparkAdLevel level, gint64 id,
         SparkOperation operation, GError **error)
{
  return fixture_run (self, run_operate, &(Operate){ advertiser, level, id, operation }, error);
}

static gboolean
revoke_access (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_revoke (tx, &creator, data, NULL, error);
}

static gboolean
unbind (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_unbind (tx, data, ITEM, error);
}

static gboolean
delete_code (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_delete_code (tx, &creator, data, error);
}

static gboolean
replace_code (SparkTx *tx, gpointer data, GError **error)
{
  g_autofree char *id = NULL;

  return spark_ledger_replace (tx, &creator, data, &id, error);
}

static gboolean
turn_off (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_turn_off (tx, &creator, data, error);
}

typedef struct
{
  const char *grant;
  char *result;
} Again;

static gboolean
give_again (SparkTx *tx, gpointer data, GError **error)
{
  Again *again = data;

  return spark_ledger_give_again (tx, &creator, again->grant, &again->result, error);
}

typedef struct
{
  SparkSetting setting;
  gint64 value;
} Set;

static gboolean
run_set (SparkTx *tx, gpointer data, GError **error)
{
  Set *set = data;

  return spark_write_setting (tx, set->setting, set->value, error);
}

static void
set (Fixture *self, SparkSetting setting, gint64 value)
{
  g_assert_true (fixture_run (self, run_set, &(Set){ setting, value }, NULL));
}

typedef struct
{
  const char *advertiser;
  gint64 ad;
  SparkMetrics metrics;
  gboolean delivered;
} Deliver;

static gboolean
run_deliver (SparkTx *tx, gpointer data, GError **error)
{
  Deliver *deliver = data;

  return spark_ledger_deliver (tx, deliver->advertiser, deliver->ad,
                               spark_tx_now (tx) / SPARK_DAY_MS, &deliver->metrics,
                               &deliver->delivered, error);
}

static gboolean
deliver_views (Fixture *self, const char *advertiser, gint64 ad, gint64 views)
{
  Deliver deliver = { .advertiser = advertiser, .ad = ad };

  deliver.metrics.of[SPARK_METRIC_VIEWS] = views;
  deliver.metrics.of[SPARK_METRIC_LIKES] = views / 10;
  g_assert_true (fixture_run (self, run_deliver, &deliver, NULL));
  return deliver.delivered;
}

/* --- facts --- */

static SparkAd
read_ad (Fixture *self, const char *advertiser, gint64 id)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  SparkAd ad = { 0 };

  g_assert_true (spark_read_ad (tx, advertiser, id, &ad, NULL));
  spark_store_read_end (tx);
  return ad;
}

static SparkGrant
read_grant (Fixture *self, const char *id)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  SparkGrant grant = { 0 };

  g_assert_true (spark_read_grant (tx, id, &grant, NULL));
  spark_store_read_end (tx);
  return grant;
}

static gint64
counter (Fixture *self)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  gint64 seq;

  g_assert_true (spark_read_counter (tx, g_ascii_strtoll (self->account, NULL, 10), &seq, NULL));
  spark_store_read_end (tx);
  return seq;
}

/* A brand with an ad group that has redeemed the code of the fixture's video. */
typedef struct
{
  char *code;
  char *string;
  char *acme;
  char *grant;
  gint64 campaign;
  gint64 adgroup;
} Scene;

static void
scene_clear (Scene *scene)
{
  g_free (scene->code);
  g_free (scene->string);
  g_free (scene->acme);
  g_free (scene->grant);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Scene, scene_clear)

static void
scene_init (Scene *scene, Fixture *self)
{
  scene->code = fixture_generate (self, self->video, 30);
  scene->string = fixture_code_string (self, scene->code);
  scene->acme = fixture_add_advertiser (self, "Acme");
  scene->grant = fixture_redeem (self, scene->acme, scene->string, NULL);
  scene->campaign = add (self, make_campaign, scene->acme, 0);
  scene->adgroup = add (self, make_adgroup, scene->acme, scene->campaign);
}

/* --- tests --- */

static void
test_only_when_authorized (Fixture *self, gconstpointer data)
{
  g_auto (Scene) scene = { 0 };
  g_autofree char *nord = fixture_add_advertiser (self, "Nord");
  g_autoptr (GError) error = NULL;
  gint64 campaign, adgroup, ad;
  Make make = { 0 };

  scene_init (&scene, self);
  campaign = add (self, make_campaign, nord, 0);
  adgroup = add (self, make_adgroup, nord, campaign);
  add_ad (self, nord, adgroup, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_CODE_UNKNOWN);
  g_clear_error (&error);

  make = (Make){ .advertiser = scene.acme, .parent = scene.adgroup, .identity = "another" };
  g_assert_false (fixture_run (self, make_ad, &make, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_CODE_UNKNOWN);
  g_clear_error (&error);
  add_ad (self, scene.acme, adgroup, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_assert_cmpint (read_grant (self, scene.grant).ads_active, ==, 0);
  ad = add_ad (self, scene.acme, scene.adgroup, &error);
  g_assert_no_error (error);
  g_assert_cmpint (read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_ACTIVE);
  g_assert_cmpint (read_grant (self, scene.grant).ads_active, ==, 1);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_AD_STARTED), ==, 1);
}

static void
test_revoke_pauses (Fixture *self, gconstpointer data)
{
  g_auto (Scene) scene = { 0 };
  g_autoptr (GError) error = NULL;
  Again again = { 0 };
  gint64 ad, sleeping;

  scene_init (&scene, self);
  ad = add_ad (self, scene.acme, scene.adgroup, NULL);
  sleeping = add_ad (self, scene.acme, scene.adgroup, NULL);
  operate (self, scene.acme, SPARK_AD_LEVEL_AD, sleeping, SPARK_OPERATION_DISABLE, NULL);
  g_assert_cmpint (read_grant (self, scene.grant).ads_active, ==, 1);

  g_assert_true (fixture_run (self, revoke_access, scene.grant, NULL));
  g_assert_cmpint (read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_PAUSED);
  g_assert_cmpint (read_ad (self, scene.acme, ad).lost, ==, SPARK_AD_LOSS_REVOKED);
  g_assert_cmpint (read_grant (self, scene.grant).ads_active, ==, 0);
  g_assert_false (deliver_views (self, scene.acme, ad, 10));

  /* Neither ad starts again on this grant, whatever is enabled, and none is made. */
  for (guint i = 0; i < 2; i++)
    {
      g_assert_false (operate (self, scene.acme, SPARK_AD_LEVEL_AD, i == 0 ? ad : sleeping,
                               SPARK_OPERATION_ENABLE, &error));
      g_assert_error (error, SPARK_ERROR, SPARK_ERROR_ACCESS_REVOKED);
      g_clear_error (&error);
    }
  g_assert_true (operate (self, scene.acme, SPARK_AD_LEVEL_CAMPAIGN, scene.campaign,
                          SPARK_OPERATION_ENABLE, NULL));
  g_assert_cmpint (read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_PAUSED);
  add_ad (self, scene.acme, scene.adgroup, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_ACCESS_REVOKED);
  g_clear_error (&error);

  /* On a new grant it does. */
  again.grant = scene.grant;
  g_assert_true (fixture_run (self, give_again, &again, NULL));
  g_assert_cmpint (read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_PAUSED);
  g_assert_true (operate (self, scene.acme, SPARK_AD_LEVEL_AD, ad, SPARK_OPERATION_ENABLE, NULL));
  g_assert_cmpint (read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_ACTIVE);
  g_assert_cmpint (read_grant (self, again.result).ads_active, ==, 1);
  g_assert_cmpint (read_grant (self, scene.grant).ads_active, ==, 0);
  g_free (again.result);
}

static void
test_expiry_pauses (Fixture *self, gconstpointer data)
{
  g_auto (Scene) scene = { 0 };
  g_autoptr (GError) error = NULL;
  gint64 ad;

  scene_init (&scene, self);
  ad = add_ad (self, scene.acme, scene.adgroup, NULL);
  self->now += 30 * SPARK_DAY_MS;
  fixture_expire (self);
  g_assert_cmpint (read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_PAUSED);
  g_assert_cmpint (read_ad (self, scene.acme, ad).lost, ==, SPARK_AD_LOSS_EXPIRED);
  g_assert_false (
      operate (self, scene.acme, SPARK_AD_LEVEL_AD, ad, SPARK_OPERATION_ENABLE, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_CODE_EXPIRED);
}

static void
test_ads_running (Fixture *self, gconstpointer data)
{
  const struct
  {
    SparkStoreFunc run;
    gboolean code;
  } acts[] = { { delete_code, TRUE }, { replace_code, TRUE }, { turn_off, FALSE } };
  g_auto (Scene) scene = { 0 };
  gint64 ad;

  scene_init (&scene, self);
  ad = add_ad (self, scene.acme, scene.adgroup, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (acts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (
          fixture_run (self, acts[i].run, acts[i].code ? scene.code : self->video, &error));
      g_assert_error (error, SPARK_ERROR, SPARK_ERROR_ADS_RUNNING);
    }
  g_assert_cmpint (fixture_code_state (self, scene.code), ==, SPARK_CODE_STATE_IN_USE);
  g_assert_true (operate (self, scene.acme, SPARK_AD_LEVEL_ADGROUP, scene.adgroup,
                          SPARK_OPERATION_DISABLE, NULL));
  g_assert_cmpint (read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_PAUSED);
  g_assert_true (fixture_run (self, turn_off, self->video, NULL));
}

static void
test_levels (Fixture *self, gconstpointer data)
{
  g_auto (Scene) scene = { 0 };
  g_autoptr (GError) error = NULL;
  gint64 ad;

  scene_init (&scene, self);
  ad = add_ad (self, scene.acme, scene.adgroup, NULL);
  for (guint i = 0; i < 2; i++)
    {
      operate (self, scene.acme, SPARK_AD_LEVEL_CAMPAIGN, scene.campaign, SPARK_OPERATION_DISABLE,
               NULL);
      g_assert_cmpint (read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_PAUSED);
      g_assert_cmpint (read_grant (self, scene.grant).ads_active, ==, 0);
    }
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_AD_STOPPED), ==, 1);
  operate (self, scene.acme, SPARK_AD_LEVEL_CAMPAIGN, scene.campaign, SPARK_OPERATION_ENABLE, NULL);
  g_assert_cmpint (read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_ACTIVE);
  operate (self, scene.acme, SPARK_AD_LEVEL_AD, ad, SPARK_OPERATION_DELETE, NULL);
  g_assert_cmpint (read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_ENDED);
  g_assert_false (
      operate (self, scene.acme, SPARK_AD_LEVEL_AD, ad, SPARK_OPERATION_ENABLE, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
}

static void
test_clock (Fixture *self, gconstpointer data)
{
  g_auto (Scene) scene = { 0 };
  Make make = { 0 };
  gint64 ad, rejected;

  scene_init (&scene, self);
  set (self, SPARK_SETTING_REVIEW_SECONDS, 3600);
  make = (Make){ .advertiser = scene.acme,
                 .parent = scene.campaign,
                 .ends_at = self->now + SPARK_DAY_MS };
  g_assert_true (fixture_run (self, make_adgroup, &make, NULL));
  ad = add_ad (self, scene.acme, make.id, NULL);
  set (self, SPARK_SETTING_REJECT_ADS, 1);
  rejected = add_ad (self, scene.acme, make.id, NULL);
  g_assert_cmpint (read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_PENDING_REVIEW);
  g_assert_false (deliver_views (self, scene.acme, ad, 1));
  g_assert_cmpint (read_grant (self, scene.grant).ads_active, ==, 2);
  self->now += 3600 * 1000;
  fixture_expire (self);
  g_assert_cmpint (read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_ACTIVE);
  g_assert_cmpint (read_ad (self, scene.acme, rejected).state, ==, SPARK_AD_STATE_REJECTED);
  g_assert_cmpint (read_grant (self, scene.grant).ads_active, ==, 1);
  self->now += SPARK_DAY_MS;
  fixture_expire (self);
  g_assert_cmpint (read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_ENDED);
  g_assert_cmpint (read_grant (self, scene.grant).ads_active, ==, 0);
}

static void
test_unbind (Fixture *self, gconstpointer data)
{
  g_auto (Scene) scene = { 0 };
  gint64 ad, other;
  g_autofree char *grant = NULL;

  scene_init (&scene, self);
  ad = add_ad (self, scene.acme, scene.adgroup, NULL);
  g_assert_true (fixture_run (self, unbind, scene.acme, NULL));
  g_assert_cmpint (read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_PAUSED);
  g_assert_cmpint (read_ad (self, scene.acme, ad).lost, ==, SPARK_AD_LOSS_UNBOUND);

  set (self, SPARK_SETTING_ADS_SURVIVE_UNBIND, 1);
  grant = fixture_redeem (self, scene.acme, scene.string, NULL);
  other = add_ad (self, scene.acme, scene.adgroup, NULL);
  g_assert_true (fixture_run (self, unbind, scene.acme, NULL));
  g_assert_cmpint (fixture_grant_state (self, grant), ==, SPARK_GRANT_STATE_UNBOUND);
  g_assert_cmpint (read_ad (self, scene.acme, other).state, ==, SPARK_AD_STATE_ACTIVE);
  self->now += 31 * SPARK_DAY_MS;
  fixture_expire (self);
  g_assert_cmpint (read_ad (self, scene.acme, other).lost, ==, SPARK_AD_LOSS_EXPIRED);
  g_assert_cmpint (read_grant (self, grant).ads_active, ==, 0);
}

static void
test_surviving_ads_are_revoked (Fixture *self, gconstpointer data)
{
  g_auto (Scene) scene = { 0 };
  gint64 ad;

  scene_init (&scene, self);
  set (self, SPARK_SETTING_ADS_SURVIVE_UNBIND, 1);
  ad = add_ad (self, scene.acme, scene.adgroup, NULL);
  g_assert_true (fixture_run (self, unbind, scene.acme, NULL));
  g_assert_true (fixture_run (self, revoke_access, scene.grant, NULL));
  g_assert_cmpint (fixture_grant_state (self, scene.grant), ==, SPARK_GRANT_STATE_REVOKED);
  g_assert_cmpint (read_ad (self, scene.acme, ad).lost, ==, SPARK_AD_LOSS_REVOKED);
}

static void
test_announced_once_a_minute (Fixture *self, gconstpointer data)
{
  g_auto (Scene) scene = { 0 };
  gint64 ad, before, after;

  scene_init (&scene, self);
  ad = add_ad (self, scene.acme, scene.adgroup, NULL);
  g_assert_true (deliver_views (self, scene.acme, ad, 100));
  before = counter (self);
  for (guint i = 0; i < 59; i++)
    {
      self->now += 1000;
      g_assert_true (deliver_views (self, scene.acme, ad, 100));
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
  g_assert_cmpint (read_grant (self, scene.grant).paid.views, ==, 6000);
  g_assert_cmpint (read_grant (self, scene.grant).paid.likes, ==, 600);
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
    deliver_views (courier->fixture, courier->advertiser, courier->ad, i);
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
      &(SparkVideoFacts){ .item_id = ITEM, .duration_s = -1, .total = { 5000, 400, 30, 2 } }, TRUE,
      NULL, &upsert, error);
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
      adgroup = add (self, make_adgroup, brands[i], add (self, make_campaign, brands[i], 0));
      couriers[i] = (Courier){ self, brands[i], add_ad (self, brands[i], adgroup, NULL) };
    }
  for (guint i = 0; i < BRANDS; i++)
    pthread_create (&threads[i], NULL, run_courier, &couriers[i]);
  /* One is revoked while they deliver; a snapshot is true at every moment. */
  for (guint i = 0; i < 40; i++)
    {
      if (i == 5)
        g_assert_true (fixture_run (self, revoke_access, grants[0], NULL));
      seen = audit (self, &organic, brands);
      g_assert_cmpint (seen, >=, last);
      last = seen;
    }
  for (guint i = 0; i < BRANDS; i++)
    pthread_join (threads[i], NULL);
  seen = audit (self, &organic, brands);
  g_assert_cmpint (seen, >=, (BRANDS - 1) * DELIVERIES * (DELIVERIES + 1) / 2);
  g_assert_cmpint (read_grant (self, grants[1]).paid.views, ==, DELIVERIES * (DELIVERIES + 1) / 2);

  /* Totals that come from outside again know nothing of the ads: what they won stays. */
  g_assert_true (fixture_run (self, import_totals, self, NULL));
  g_assert_cmpint (audit (self, &organic, brands), ==, seen);
  for (guint i = 0; i < BRANDS; i++)
    {
      g_free (brands[i]);
      g_free (grants[i]);
    }
}

static gboolean
delete_account (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_delete_account (tx, &creator, data, error);
}

static void
test_account_deleted (Fixture *self, gconstpointer data)
{
  g_auto (Scene) scene = { 0 };
  gint64 ad;

  scene_init (&scene, self);
  ad = add_ad (self, scene.acme, scene.adgroup, NULL);
  g_assert_true (deliver_views (self, scene.acme, ad, 10));
  g_assert_true (fixture_run (self, delete_account, self->account, NULL));
  g_assert_cmpint (read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_PAUSED);
  g_assert_true (operate (self, scene.acme, SPARK_AD_LEVEL_CAMPAIGN, scene.campaign,
                          SPARK_OPERATION_ENABLE, NULL));
  g_assert_cmpint (read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_PAUSED);
  g_assert_false (operate (self, scene.acme, SPARK_AD_LEVEL_AD, ad, SPARK_OPERATION_ENABLE, NULL));
}

#define ADD(name, function)                                                                        \
  g_test_add ("/ledger/ads/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

#define DETAILS 2000

static gboolean
fill (SparkTx *tx, gpointer data, GError **error)
{
  Make *make = data;
  g_autofree char *details = g_strnfill (DETAILS, ' ');

  for (gint64 id = 2; id <= SPARK_MAX_CAMPAIGNS_OF_ADVERTISER; id++)
    if (!spark_tx_exec (tx, error, "campaign_insert", "sisiiisi", make->advertiser, id, "Spring",
                        (gint64)SPARK_OPERATION_DELETE, (gint64)0, (gint64)0, details, (gint64)0)
        || !spark_tx_exec (tx, error, "adgroup_insert", "siisiiiiisi", make->advertiser, id,
                           make->parent, "All", (gint64)SPARK_OPERATION_DELETE, (gint64)0,
                           (gint64)0, (gint64)0, (gint64)0, details, (gint64)0))
      return FALSE;
  return TRUE;
}

static gboolean
count_campaign (const SparkCampaign *campaign, gpointer data)
{
  ++*(guint *)data;
  return strcmp (campaign->name, "Spring") == 0;
}

/* As many as an ad account has at most; to list them keeps none of their strings. */
static void
test_bounded (Fixture *self, gconstpointer data)
{
  g_autofree char *advertiser = fixture_add_advertiser (self, "Acme");
  gint64 campaign = add (self, make_campaign, advertiser, 0);
  Make make = { .advertiser = advertiser, .parent = campaign };
  g_autoptr (GError) error = NULL;
  size_t before, after;
  guint n = 0;
  SparkTx *tx;

  add (self, make_adgroup, advertiser, campaign);
  fixture_run (self, fill, &make, &error);
  g_assert_no_error (error);
  fixture_run (self, make_campaign, &make, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_TOO_LARGE);
  g_clear_error (&error);
  fixture_run (self, make_adgroup, &make, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_TOO_LARGE);
  g_clear_error (&error);

  tx = spark_store_read_begin (self->store, NULL);
  /* Once before, for what the store itself keeps of it. */
  spark_read_campaigns (tx, advertiser, count_campaign, &n, &error);
  g_assert_no_error (error);
  n = 0;
  before = mallinfo2 ().uordblks;
  spark_read_campaigns (tx, advertiser, count_campaign, &n, &error);
  after = mallinfo2 ().uordblks;
  g_assert_no_error (error);
  spark_store_read_end (tx);
  g_assert_cmpuint (n, ==, SPARK_MAX_CAMPAIGNS_OF_ADVERTISER);
  g_assert_cmpuint (after, <, before + n * DETAILS / 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("only-when-authorized", test_only_when_authorized);
  ADD ("revoke-pauses", test_revoke_pauses);
  ADD ("expiry-pauses", test_expiry_pauses);
  ADD ("ads-running", test_ads_running);
  ADD ("levels", test_levels);
  ADD ("clock", test_clock);
  ADD ("unbind", test_unbind);
  ADD ("surviving-ads-are-revoked", test_surviving_ads_are_revoked);
  ADD ("announced-once-a-minute", test_announced_once_a_minute);
  ADD ("audit", test_audit);
  ADD ("account-deleted", test_account_deleted);
  ADD ("bounded", test_bounded);
  return g_test_run ();
}
