/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "ledger-ads.h"

gboolean
ads_make_campaign (SparkTx *tx, gpointer data, GError **error)
{
  AdsMake *make = data;

  return spark_ledger_add_campaign (tx, make->advertiser,
                                    &(SparkCampaignDraft){ .name = "Spring", .details = "{}" },
                                    &make->id, error);
}

gboolean
ads_make_adgroup (SparkTx *tx, gpointer data, GError **error)
{
  AdsMake *make = data;

  return spark_ledger_add_adgroup (
      tx, make->advertiser,
      &(SparkAdGroupDraft){
          .campaign = make->parent, .name = "All", .ends_at = make->ends_at, .details = "{}" },
      &make->id, error);
}

gboolean
ads_make_ad (SparkTx *tx, gpointer data, GError **error)
{
  AdsMake *make = data;

  return spark_ledger_add_ad (tx, make->advertiser,
                              &(SparkAdDraft){ .adgroup = make->parent,
                                               .name = "Ad",
                                               .item_id = ADS_ITEM,
                                               .identity_id = make->identity,
                                               .details = "{}" },
                              &make->id, error);
}

gint64
ads_add (Fixture *self, SparkStoreFunc run, const char *advertiser, gint64 parent)
{
  AdsMake make = { .advertiser = advertiser, .parent = parent };
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

gint64
ads_add_ad (Fixture *self, const char *advertiser, gint64 adgroup, GError **error)
{
  g_autofree char *identity = identity_of (self, self->account, advertiser);
  AdsMake make = { .advertiser = advertiser, .parent = adgroup, .identity = identity };

  fixture_run (self, ads_make_ad, &make, error);
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

gboolean
ads_operate (Fixture *self, const char *advertiser, SparkAdLevel level, gint64 id,
             SparkOperation operation, GError **error)
{
  return fixture_run (self, run_operate, &(Operate){ advertiser, level, id, operation }, error);
}

gboolean
ads_revoke_access (SparkTx *tx, gpointer data, GError **error)
{
  return spark_ledger_revoke (tx, &creator, data, NULL, error);
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

void
ads_set (Fixture *self, SparkSetting setting, gint64 value)
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

gboolean
ads_deliver_views (Fixture *self, const char *advertiser, gint64 ad, gint64 views)
{
  Deliver deliver = { .advertiser = advertiser, .ad = ad };

  deliver.metrics.of[SPARK_METRIC_VIEWS] = views;
  deliver.metrics.of[SPARK_METRIC_LIKES] = views / 10;
  g_assert_true (fixture_run (self, run_deliver, &deliver, NULL));
  return deliver.delivered;
}

SparkAd
ads_read_ad (Fixture *self, const char *advertiser, gint64 id)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  SparkAd ad = { 0 };

  g_assert_true (spark_read_ad (tx, advertiser, id, &ad, NULL));
  spark_store_read_end (tx);
  return ad;
}

SparkGrant
ads_read_grant (Fixture *self, const char *id)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  SparkGrant grant = { 0 };

  g_assert_true (spark_read_grant (tx, id, &grant, NULL));
  spark_store_read_end (tx);
  return grant;
}
void
ads_scene_clear (AdsScene *scene)
{
  g_free (scene->code);
  g_free (scene->string);
  g_free (scene->acme);
  g_free (scene->grant);
}

void
ads_scene_init (AdsScene *scene, Fixture *self)
{
  scene->code = fixture_generate (self, self->video, 30);
  scene->string = fixture_code_string (self, scene->code);
  scene->acme = fixture_add_advertiser (self, "Acme");
  scene->grant = fixture_redeem (self, scene->acme, scene->string, NULL);
  scene->campaign = ads_add (self, ads_make_campaign, scene->acme, 0);
  scene->adgroup = ads_add (self, ads_make_adgroup, scene->acme, scene->campaign);
}
