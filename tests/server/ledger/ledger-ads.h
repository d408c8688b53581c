/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "ledger-fixture.h"
#include "server/ledger/spark-ledger-ads.h"
#include "server/store/spark-sandbox-settings.h"

/* The fixture's video. */
#define ADS_ITEM "7123456789012345678"

/* What is made, and what of. */
typedef struct
{
  const char *advertiser;
  gint64 parent;
  gint64 ends_at;
  const char *identity;
  gint64 id; /* out */
} AdsMake;

/* In a transaction; data: an AdsMake. */
gboolean ads_make_campaign (SparkTx *tx, gpointer data, GError **error);
gboolean ads_make_adgroup (SparkTx *tx, gpointer data, GError **error);
gboolean ads_make_ad (SparkTx *tx, gpointer data, GError **error);
/* data: the id of a grant */
gboolean ads_revoke_access (SparkTx *tx, gpointer data, GError **error);

/* Makes one with @run, which must succeed; returns its id. */
gint64 ads_add (Fixture *self, SparkStoreFunc run, const char *advertiser, gint64 parent);
/* Of the fixture's video, with the identity that the ad account has for it. */
gint64 ads_add_ad (Fixture *self, const char *advertiser, gint64 adgroup, GError **error);
gboolean ads_operate (Fixture *self, const char *advertiser, SparkAdLevel level, gint64 id,
                      SparkOperation operation, GError **error);
void ads_set (Fixture *self, SparkSetting setting, gint64 value);
/* Whether it was delivered. */
gboolean ads_deliver_views (Fixture *self, const char *advertiser, gint64 ad, gint64 views);

SparkAd ads_read_ad (Fixture *self, const char *advertiser, gint64 id); /* strings: not kept */
SparkGrant ads_read_grant (Fixture *self, const char *id);              /* strings: not kept */

/* A brand with an ad group that has redeemed the code of the fixture's video. */
typedef struct
{
  char *code;
  char *string;
  char *acme;
  char *grant;
  gint64 campaign;
  gint64 adgroup;
} AdsScene;

void ads_scene_init (AdsScene *scene, Fixture *self);
void ads_scene_clear (AdsScene *scene);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (AdsScene, ads_scene_clear)
