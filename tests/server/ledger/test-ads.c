/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <malloc.h>
#include <string.h>

#include "ledger-ads.h"
#include "server/store/spark-tx.h"

static gboolean
unbind (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_unbind (tx, data, ADS_ITEM, error);
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
/* --- tests --- */

static void
test_only_when_authorized (Fixture *self, gconstpointer data)
{
  g_auto (AdsScene) scene = { 0 };
  g_autofree char *nord = fixture_add_advertiser (self, "Nord");
  g_autoptr (GError) error = NULL;
  gint64 campaign, adgroup, ad;
  AdsMake make = { 0 };

  ads_scene_init (&scene, self);
  campaign = ads_add (self, ads_make_campaign, nord, 0);
  adgroup = ads_add (self, ads_make_adgroup, nord, campaign);
  ads_add_ad (self, nord, adgroup, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_CODE_UNKNOWN);
  g_clear_error (&error);

  make = (AdsMake){ .advertiser = scene.acme, .parent = scene.adgroup, .identity = "another" };
  g_assert_false (fixture_run (self, ads_make_ad, &make, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_CODE_UNKNOWN);
  g_clear_error (&error);
  ads_add_ad (self, scene.acme, adgroup, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_NOT_FOUND);
  g_clear_error (&error);

  g_assert_cmpint (ads_read_grant (self, scene.grant).ads_active, ==, 0);
  ad = ads_add_ad (self, scene.acme, scene.adgroup, &error);
  g_assert_no_error (error);
  g_assert_cmpint (ads_read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_ACTIVE);
  g_assert_cmpint (ads_read_grant (self, scene.grant).ads_active, ==, 1);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_AD_STARTED), ==, 1);
}

static void
test_revoke_pauses (Fixture *self, gconstpointer data)
{
  g_auto (AdsScene) scene = { 0 };
  g_autoptr (GError) error = NULL;
  Again again = { 0 };
  gint64 ad, sleeping;

  ads_scene_init (&scene, self);
  ad = ads_add_ad (self, scene.acme, scene.adgroup, NULL);
  sleeping = ads_add_ad (self, scene.acme, scene.adgroup, NULL);
  ads_operate (self, scene.acme, SPARK_AD_LEVEL_AD, sleeping, SPARK_OPERATION_DISABLE, NULL);
  g_assert_cmpint (ads_read_grant (self, scene.grant).ads_active, ==, 1);

  g_assert_true (fixture_run (self, ads_revoke_access, scene.grant, NULL));
  g_assert_cmpint (ads_read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_PAUSED);
  g_assert_cmpint (ads_read_ad (self, scene.acme, ad).lost, ==, SPARK_AD_LOSS_REVOKED);
  g_assert_cmpint (ads_read_grant (self, scene.grant).ads_active, ==, 0);
  g_assert_false (ads_deliver_views (self, scene.acme, ad, 10));

  /* Neither ad starts again on this grant, whatever is enabled, and none is made. */
  for (guint i = 0; i < 2; i++)
    {
      g_assert_false (ads_operate (self, scene.acme, SPARK_AD_LEVEL_AD, i == 0 ? ad : sleeping,
                                   SPARK_OPERATION_ENABLE, &error));
      g_assert_error (error, SPARK_ERROR, SPARK_ERROR_ACCESS_REVOKED);
      g_clear_error (&error);
    }
  g_assert_true (ads_operate (self, scene.acme, SPARK_AD_LEVEL_CAMPAIGN, scene.campaign,
                              SPARK_OPERATION_ENABLE, NULL));
  g_assert_cmpint (ads_read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_PAUSED);
  ads_add_ad (self, scene.acme, scene.adgroup, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_ACCESS_REVOKED);
  g_clear_error (&error);

  /* On a new grant it does. */
  again.grant = scene.grant;
  g_assert_true (fixture_run (self, give_again, &again, NULL));
  g_assert_cmpint (ads_read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_PAUSED);
  g_assert_true (
      ads_operate (self, scene.acme, SPARK_AD_LEVEL_AD, ad, SPARK_OPERATION_ENABLE, NULL));
  g_assert_cmpint (ads_read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_ACTIVE);
  g_assert_cmpint (ads_read_grant (self, again.result).ads_active, ==, 1);
  g_assert_cmpint (ads_read_grant (self, scene.grant).ads_active, ==, 0);
  g_free (again.result);
}

static void
test_expiry_pauses (Fixture *self, gconstpointer data)
{
  g_auto (AdsScene) scene = { 0 };
  g_autoptr (GError) error = NULL;
  gint64 ad;

  ads_scene_init (&scene, self);
  ad = ads_add_ad (self, scene.acme, scene.adgroup, NULL);
  self->now += 30 * SPARK_DAY_MS;
  fixture_expire (self);
  g_assert_cmpint (ads_read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_PAUSED);
  g_assert_cmpint (ads_read_ad (self, scene.acme, ad).lost, ==, SPARK_AD_LOSS_EXPIRED);
  g_assert_false (
      ads_operate (self, scene.acme, SPARK_AD_LEVEL_AD, ad, SPARK_OPERATION_ENABLE, &error));
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
  g_auto (AdsScene) scene = { 0 };
  gint64 ad;

  ads_scene_init (&scene, self);
  ad = ads_add_ad (self, scene.acme, scene.adgroup, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (acts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (
          fixture_run (self, acts[i].run, acts[i].code ? scene.code : self->video, &error));
      g_assert_error (error, SPARK_ERROR, SPARK_ERROR_ADS_RUNNING);
    }
  g_assert_cmpint (fixture_code_state (self, scene.code), ==, SPARK_CODE_STATE_IN_USE);
  g_assert_true (ads_operate (self, scene.acme, SPARK_AD_LEVEL_ADGROUP, scene.adgroup,
                              SPARK_OPERATION_DISABLE, NULL));
  g_assert_cmpint (ads_read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_PAUSED);
  g_assert_true (fixture_run (self, turn_off, self->video, NULL));
}

/* What happens to many ads of one grant at once is counted and told once. */
static void
test_ads_of_one_grant (Fixture *self, gconstpointer data)
{
  g_auto (AdsScene) scene = { 0 };

  ads_scene_init (&scene, self);
  for (guint i = 0; i < 5; i++)
    ads_add_ad (self, scene.acme, scene.adgroup, NULL);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_AD_STARTED), ==, 5);
  g_assert_true (ads_operate (self, scene.acme, SPARK_AD_LEVEL_CAMPAIGN, scene.campaign,
                              SPARK_OPERATION_DISABLE, NULL));
  g_assert_cmpint (ads_read_grant (self, scene.grant).ads_active, ==, 0);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_AD_STOPPED), ==, 1);
  g_assert_true (ads_operate (self, scene.acme, SPARK_AD_LEVEL_CAMPAIGN, scene.campaign,
                              SPARK_OPERATION_ENABLE, NULL));
  g_assert_cmpint (ads_read_grant (self, scene.grant).ads_active, ==, 5);
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_AD_STARTED), ==, 6);
}

static void
test_levels (Fixture *self, gconstpointer data)
{
  g_auto (AdsScene) scene = { 0 };
  g_autoptr (GError) error = NULL;
  gint64 ad;

  ads_scene_init (&scene, self);
  ad = ads_add_ad (self, scene.acme, scene.adgroup, NULL);
  for (guint i = 0; i < 2; i++)
    {
      ads_operate (self, scene.acme, SPARK_AD_LEVEL_CAMPAIGN, scene.campaign,
                   SPARK_OPERATION_DISABLE, NULL);
      g_assert_cmpint (ads_read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_PAUSED);
      g_assert_cmpint (ads_read_grant (self, scene.grant).ads_active, ==, 0);
    }
  g_assert_cmpuint (fixture_count_events (self, SPARK_EVENT_AD_STOPPED), ==, 1);
  ads_operate (self, scene.acme, SPARK_AD_LEVEL_CAMPAIGN, scene.campaign, SPARK_OPERATION_ENABLE,
               NULL);
  g_assert_cmpint (ads_read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_ACTIVE);
  ads_operate (self, scene.acme, SPARK_AD_LEVEL_AD, ad, SPARK_OPERATION_DELETE, NULL);
  g_assert_cmpint (ads_read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_ENDED);
  g_assert_false (
      ads_operate (self, scene.acme, SPARK_AD_LEVEL_AD, ad, SPARK_OPERATION_ENABLE, &error));
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST);
}

static void
test_clock (Fixture *self, gconstpointer data)
{
  g_auto (AdsScene) scene = { 0 };
  AdsMake make = { 0 };
  gint64 ad, rejected;

  ads_scene_init (&scene, self);
  ads_set (self, SPARK_SETTING_REVIEW_SECONDS, 3600);
  make = (AdsMake){ .advertiser = scene.acme,
                    .parent = scene.campaign,
                    .ends_at = self->now + SPARK_DAY_MS };
  g_assert_true (fixture_run (self, ads_make_adgroup, &make, NULL));
  ad = ads_add_ad (self, scene.acme, make.id, NULL);
  ads_set (self, SPARK_SETTING_REJECT_ADS, 1);
  rejected = ads_add_ad (self, scene.acme, make.id, NULL);
  g_assert_cmpint (ads_read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_PENDING_REVIEW);
  g_assert_false (ads_deliver_views (self, scene.acme, ad, 1));
  g_assert_cmpint (ads_read_grant (self, scene.grant).ads_active, ==, 2);
  self->now += 3600 * 1000;
  fixture_expire (self);
  g_assert_cmpint (ads_read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_ACTIVE);
  g_assert_cmpint (ads_read_ad (self, scene.acme, rejected).state, ==, SPARK_AD_STATE_REJECTED);
  g_assert_cmpint (ads_read_grant (self, scene.grant).ads_active, ==, 1);
  self->now += SPARK_DAY_MS;
  fixture_expire (self);
  g_assert_cmpint (ads_read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_ENDED);
  g_assert_cmpint (ads_read_grant (self, scene.grant).ads_active, ==, 0);
}

static void
test_unbind (Fixture *self, gconstpointer data)
{
  g_auto (AdsScene) scene = { 0 };
  gint64 ad, other;
  g_autofree char *grant = NULL;

  ads_scene_init (&scene, self);
  ad = ads_add_ad (self, scene.acme, scene.adgroup, NULL);
  g_assert_true (fixture_run (self, unbind, scene.acme, NULL));
  g_assert_cmpint (ads_read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_PAUSED);
  g_assert_cmpint (ads_read_ad (self, scene.acme, ad).lost, ==, SPARK_AD_LOSS_UNBOUND);

  ads_set (self, SPARK_SETTING_ADS_SURVIVE_UNBIND, 1);
  grant = fixture_redeem (self, scene.acme, scene.string, NULL);
  other = ads_add_ad (self, scene.acme, scene.adgroup, NULL);
  g_assert_true (fixture_run (self, unbind, scene.acme, NULL));
  g_assert_cmpint (fixture_grant_state (self, grant), ==, SPARK_GRANT_STATE_UNBOUND);
  g_assert_cmpint (ads_read_ad (self, scene.acme, other).state, ==, SPARK_AD_STATE_ACTIVE);
  self->now += 31 * SPARK_DAY_MS;
  fixture_expire (self);
  g_assert_cmpint (ads_read_ad (self, scene.acme, other).lost, ==, SPARK_AD_LOSS_EXPIRED);
  g_assert_cmpint (ads_read_grant (self, grant).ads_active, ==, 0);
}

static void
test_surviving_ads_are_revoked (Fixture *self, gconstpointer data)
{
  g_auto (AdsScene) scene = { 0 };
  gint64 ad;

  ads_scene_init (&scene, self);
  ads_set (self, SPARK_SETTING_ADS_SURVIVE_UNBIND, 1);
  ad = ads_add_ad (self, scene.acme, scene.adgroup, NULL);
  g_assert_true (fixture_run (self, unbind, scene.acme, NULL));
  g_assert_true (fixture_run (self, ads_revoke_access, scene.grant, NULL));
  g_assert_cmpint (fixture_grant_state (self, scene.grant), ==, SPARK_GRANT_STATE_REVOKED);
  g_assert_cmpint (ads_read_ad (self, scene.acme, ad).lost, ==, SPARK_AD_LOSS_REVOKED);
}

static gboolean
delete_account (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_delete_account (tx, &creator, data, error);
}

static void
test_account_deleted (Fixture *self, gconstpointer data)
{
  g_auto (AdsScene) scene = { 0 };
  gint64 ad, other;
  SparkRemoval removal = SPARK_REMOVAL_INIT;
  gboolean more = TRUE;

  ads_scene_init (&scene, self);
  ad = ads_add_ad (self, scene.acme, scene.adgroup, NULL);
  other = ads_add_ad (self, scene.acme, scene.adgroup, NULL);
  g_assert_true (ads_deliver_views (self, scene.acme, ad, 10));
  g_assert_true (fixture_run (self, delete_account, self->account, NULL));
  /* It ends with the account, and not only when its row's turn comes. */
  g_assert_false (ads_deliver_views (self, scene.acme, ad, 10));
  g_assert_cmpint (ads_read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_PAUSED);
  while (more)
    g_assert_true (spark_ledger_remove_some (self->store, &removal, &more, NULL));
  g_assert_cmpint (ads_read_ad (self, scene.acme, other).state, ==, SPARK_AD_STATE_PAUSED);
  g_assert_cmpint (ads_read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_PAUSED);
  g_assert_true (ads_operate (self, scene.acme, SPARK_AD_LEVEL_CAMPAIGN, scene.campaign,
                              SPARK_OPERATION_ENABLE, NULL));
  g_assert_cmpint (ads_read_ad (self, scene.acme, ad).state, ==, SPARK_AD_STATE_PAUSED);
  g_assert_false (
      ads_operate (self, scene.acme, SPARK_AD_LEVEL_AD, ad, SPARK_OPERATION_ENABLE, NULL));
}

#define DETAILS 2000

static gboolean
fill (SparkTx *tx, gpointer data, GError **error)
{
  AdsMake *make = data;
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
  gint64 campaign = ads_add (self, ads_make_campaign, advertiser, 0);
  AdsMake make = { .advertiser = advertiser, .parent = campaign };
  g_autoptr (GError) error = NULL;
  size_t before, after;
  guint n = 0;
  SparkTx *tx;

  ads_add (self, ads_make_adgroup, advertiser, campaign);
  fixture_run (self, fill, &make, &error);
  g_assert_no_error (error);
  fixture_run (self, ads_make_campaign, &make, &error);
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_TOO_LARGE);
  g_clear_error (&error);
  fixture_run (self, ads_make_adgroup, &make, &error);
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

static gboolean
make_large (SparkTx *tx, gpointer data, GError **error)
{
  AdsMake *make = data;
  g_autofree char *details = g_strnfill (1 << 20, ' ');

  return spark_ledger_add_adgroup (
      tx, make->advertiser,
      &(SparkAdGroupDraft){ .campaign = make->parent, .name = "All", .details = details },
      &make->id, error);
}

/* However few they are: to list them reads all that they keep. */
static void
test_bounded_size (Fixture *self, gconstpointer data)
{
  g_autofree char *advertiser = fixture_add_advertiser (self, "Acme");
  g_autofree char *other = fixture_add_advertiser (self, "Nord");
  AdsMake make
      = { .advertiser = advertiser, .parent = ads_add (self, ads_make_campaign, advertiser, 0) };
  g_autoptr (GError) error = NULL;
  gsize kept = 0;

  while (kept <= SPARK_MAX_KEPT_OF_ADVERTISER && fixture_run (self, make_large, &make, &error))
    kept += 1 << 20;
  g_assert_error (error, SPARK_ERROR, SPARK_ERROR_TOO_LARGE);
  g_assert_cmpuint (kept, >=, SPARK_MAX_KEPT_OF_ADVERTISER - (1 << 20));
  g_clear_error (&error);
  /* What was refused is not counted, and nobody else's is. */
  ads_add (self, ads_make_adgroup, advertiser, make.parent);
  make = (AdsMake){ .advertiser = other, .parent = ads_add (self, ads_make_campaign, other, 0) };
  g_assert_true (fixture_run (self, make_large, &make, &error));
}

#define ADD(name, function)                                                                        \
  g_test_add ("/ledger/ads/" name, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("only-when-authorized", test_only_when_authorized);
  ADD ("revoke-pauses", test_revoke_pauses);
  ADD ("expiry-pauses", test_expiry_pauses);
  ADD ("ads-running", test_ads_running);
  ADD ("ads-of-one-grant", test_ads_of_one_grant);
  ADD ("levels", test_levels);
  ADD ("clock", test_clock);
  ADD ("unbind", test_unbind);
  ADD ("surviving-ads-are-revoked", test_surviving_ads_are_revoked);
  ADD ("account-deleted", test_account_deleted);
  ADD ("bounded", test_bounded);
  ADD ("bounded-size", test_bounded_size);
  return g_test_run ();
}
