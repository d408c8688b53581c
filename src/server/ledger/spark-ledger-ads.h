/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/ledger/spark-ledger.h"
#include "server/store/spark-store-ads.h"

G_BEGIN_DECLS

/*
 * Campaigns, ad groups and Spark Ads. An ad stands on one grant: it can be made only while the
 * grant lasts, brings nothing from the transaction on that ends the grant, and never starts again on
 * it. Each
 * function is one act inside a writing transaction, as in spark-ledger.h. The ad account is the
 * actor.
 */

/* Deleted ones included: they are kept, and listed, too. */
#define SPARK_MAX_CAMPAIGNS_OF_ADVERTISER 10000
#define SPARK_MAX_ADGROUPS_OF_ADVERTISER  10000
#define SPARK_MAX_ADS_OF_ADVERTISER       10000
/* Bytes of their names and details together: each request for a list reads them all. */
#define SPARK_MAX_KEPT_OF_ADVERTISER (32 << 20)
/* without those */
#define SPARK_MAX_ADS_OF_ADGROUP 20

typedef enum
{
  SPARK_AD_LEVEL_CAMPAIGN,
  SPARK_AD_LEVEL_ADGROUP,
  SPARK_AD_LEVEL_AD,
} SparkAdLevel;

typedef struct
{
  const char *name;
  gboolean unique; /* the name must be no other campaign's */
  SparkOperation operation;
  gint64 budget; /* hundredths; 0: no limit */
  gboolean daily;
  const char *details; /* JSON object */
} SparkCampaignDraft;

typedef struct
{
  gint64 campaign;
  const char *name;
  SparkOperation operation;
  gint64 budget;
  gboolean daily;
  gint64 starts_at;
  gint64 ends_at; /* 0: never */
  const char *details;
} SparkAdGroupDraft;

typedef struct
{
  gint64 adgroup;
  const char *name;
  SparkOperation operation;
  const char *item_id;
  const char *identity_id; /* see spark_read_identity_id() */
  const char *details;
} SparkAdDraft;

gboolean spark_ledger_add_campaign (SparkTx *tx, const char *advertiser_id,
                                    const SparkCampaignDraft *draft, gint64 *id, GError **error);
/* NOT_FOUND: no such campaign, or a deleted one. */
gboolean spark_ledger_add_adgroup (SparkTx *tx, const char *advertiser_id,
                                   const SparkAdGroupDraft *draft, gint64 *id, GError **error);
/* CODE_UNKNOWN: this ad account was never authorized for the post under this identity;
 * CODE_EXPIRED, ACCESS_REVOKED: it is not any more. TOO_LARGE: no more ads fit. */
gboolean spark_ledger_add_ad (SparkTx *tx, const char *advertiser_id, const SparkAdDraft *draft,
                              gint64 *id, GError **error);
/**
 * spark_ledger_operate:
 * Enables, disables or deletes, with all that is below: of thousands of ads some follow only in the
 * transactions after this one, spark_ledger_follow_ads(), and bring nothing meanwhile. An ad whose
 * grant has ended is enabled only when the ad account was authorized for the video again, and then
 * stands on the new grant; otherwise ACCESS_REVOKED or CODE_EXPIRED. What is deleted stays so:
 * INVALID_REQUEST.
 */
gboolean spark_ledger_operate (SparkTx *tx, const char *advertiser_id, SparkAdLevel level,
                               gint64 id, SparkOperation operation, GError **error);

/* A portion of the ads that have yet to follow their campaign, ad group or grant. It goes on by itself
 * in the process that left them behind. @more: (out): some are still behind */
gboolean spark_ledger_follow_ads (SparkTx *tx, gboolean *more, GError **error);
/* Lets it go on where a process ended in the midst of it. */
gboolean spark_ledger_resume_ads (SparkTx *tx, GError **error);

/**
 * spark_ledger_deliver:
 * @day: that it is counted on, since 1970
 * @delivered: (out): FALSE: the ad is not active, and nothing was written
 *
 * What an ad brought: counted for the ad, kept by its grant, and added to the original video, in
 * one transaction; so total = organic + paid, and paid = the sum over grants, at every moment. The
 * change feed tells at most one change a video a minute; the rest follows by spark_ledger_expire().
 */
gboolean spark_ledger_deliver (SparkTx *tx, const char *advertiser_id, gint64 ad, gint64 day,
                               const SparkMetrics *metrics, gboolean *delivered, GError **error);

G_END_DECLS
