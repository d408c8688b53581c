/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/store/spark-store.h"

G_BEGIN_DECLS

/*
 * Campaigns, ad groups and Spark Ads of an ad account, and what they brought. Views as in
 * spark-store-read.h. Numbers are the ids; money is in hundredths of the currency's unit.
 */

/* What the brand last asked for. */
typedef enum
{
  SPARK_OPERATION_ENABLE,
  SPARK_OPERATION_DISABLE,
  SPARK_OPERATION_DELETE,
} SparkOperation;

/* What the ad then is, also because of its ad group, its campaign, its grant and the clock. */
typedef enum
{
  SPARK_AD_STATE_PENDING_REVIEW,
  SPARK_AD_STATE_ACTIVE,
  SPARK_AD_STATE_PAUSED,
  SPARK_AD_STATE_ENDED,
  SPARK_AD_STATE_REJECTED,
} SparkAdState;

/* Why the grant an ad was made on carries it no more. */
typedef enum
{
  SPARK_AD_LOSS_NONE,
  SPARK_AD_LOSS_REVOKED,
  SPARK_AD_LOSS_EXPIRED,
  SPARK_AD_LOSS_UNBOUND,
} SparkAdLoss;

/* What is counted for an ad, a day at a time. */
typedef enum
{
  SPARK_METRIC_SPEND,
  SPARK_METRIC_IMPRESSIONS,
  SPARK_METRIC_REACH,
  SPARK_METRIC_CLICKS,
  SPARK_METRIC_VIEWS,
  SPARK_METRIC_VIEWS_2S,
  SPARK_METRIC_VIEWS_6S,
  SPARK_METRIC_VIEWS_P25,
  SPARK_METRIC_VIEWS_P50,
  SPARK_METRIC_VIEWS_P75,
  SPARK_METRIC_VIEWS_P100,
  SPARK_METRIC_WATCHED_MS,
  SPARK_METRIC_LIKES,
  SPARK_METRIC_COMMENTS,
  SPARK_METRIC_SHARES,
  SPARK_METRIC_FOLLOWS,
  SPARK_METRIC_PROFILE_VISITS,
  SPARK_N_METRICS,
} SparkMetric;

typedef struct
{
  gint64 of[SPARK_N_METRICS];
} SparkMetrics;

typedef struct
{
  gint64 id;
  const char *name;
  SparkOperation operation;
  gint64 budget; /* 0: no limit */
  gboolean daily;
  const char *details; /* JSON object */
  gint64 created_at;
  gint64 modified_at;
} SparkCampaign;

typedef struct
{
  gint64 id;
  gint64 campaign;
  const char *name;
  SparkOperation operation;
  gint64 budget; /* 0: no limit */
  gboolean daily;
  gint64 starts_at;
  gint64 ends_at; /* 0: never */
  const char *details;
  gint64 created_at;
  gint64 modified_at;
  const char *campaign_name;
  SparkOperation campaign_operation;
} SparkAdGroup;

typedef struct
{
  const char *advertiser;
  gint64 id;
  gint64 campaign;
  gint64 adgroup;
  const char *name;
  SparkOperation operation;
  gint64 account; /* the creator's */
  gint64 video;
  gint64 grant;
  const char *item_id;
  SparkAdState state;
  SparkAdLoss lost;
  gint64 review_at;  /* when the review ends, or ended */
  gboolean rejected; /* by the review */
  gint64 wakes_at;   /* when the clock changes the state; 0: it does not */
  const char *details;
  gint64 created_at;
  gint64 modified_at;
  const char *campaign_name;
  SparkOperation campaign_operation;
  const char *adgroup_name;
  SparkOperation adgroup_operation;
  gint64 starts_at; /* of the ad group */
  gint64 ends_at;
} SparkAd;

typedef struct
{
  gint64 ad;
  gint64 day; /* since 1970, UTC */
  SparkMetrics metrics;
} SparkAdDay;

typedef gboolean (*SparkCampaignFunc) (const SparkCampaign *campaign, gpointer data);
typedef gboolean (*SparkAdGroupFunc) (const SparkAdGroup *adgroup, gpointer data);
typedef gboolean (*SparkAdFunc) (const SparkAd *ad, gpointer data);
typedef gboolean (*SparkAdDayFunc) (const SparkAdDay *day, gpointer data);

/* One; NOT_FOUND. Its strings live as long as @tx. */
gboolean spark_read_campaign (SparkTx *tx, const char *advertiser, gint64 id, SparkCampaign *view,
                              GError **error);
gboolean spark_read_adgroup (SparkTx *tx, const char *advertiser, gint64 id, SparkAdGroup *view,
                             GError **error);
gboolean spark_read_ad (SparkTx *tx, const char *advertiser, gint64 id, SparkAd *view,
                        GError **error);

/* What ads are of. The numbers are kept. */
typedef enum
{
  SPARK_ADS_OF_CAMPAIGN,
  SPARK_ADS_OF_ADGROUP,
  SPARK_ADS_OF_GRANT, /* those that it still carries */
} SparkAdsOf;
/* The next @limit of them behind the ad @after, by their ids, without name, details and the names of
 * what is above. @account: of the grant. Returns: (transfer full): of SparkAd; NULL with @error */
GArray *spark_read_ads_of (SparkTx *tx, SparkAdsOf of, const char *advertiser, gint64 account,
                           gint64 id, gint64 after, guint limit, GError **error);

/* All of an ad account, newest first. A callback must not read the same kind of thing; strings live
 * until it returns. */
gboolean spark_read_campaigns (SparkTx *tx, const char *advertiser, SparkCampaignFunc func,
                               gpointer data, GError **error);
gboolean spark_read_adgroups (SparkTx *tx, const char *advertiser, SparkAdGroupFunc func,
                              gpointer data, GError **error);
gboolean spark_read_ads (SparkTx *tx, const char *advertiser, SparkAdFunc func, gpointer data,
                         GError **error);
/* The days @first to @last, both included, newest first. */
gboolean spark_read_ad_days (SparkTx *tx, const char *advertiser, gint64 first, gint64 last,
                             SparkAdDayFunc func, gpointer data, GError **error);

/* What the ads of a campaign (@adgroup 0) or an ad group (@campaign 0) spent on these days. */
gboolean spark_read_ads_spent (SparkTx *tx, const char *advertiser, gint64 campaign, gint64 adgroup,
                               gint64 first, gint64 last, gint64 *spent, GError **error);

/* Who delivers: advertiser and id of each active ad, oldest first. @advertiser NULL: all */
typedef struct
{
  char *advertiser;
  gint64 id;
} SparkAdKey;
/* Returns: (transfer full): of SparkAdKey; NULL with @error */
GArray *spark_read_delivering (SparkTx *tx, const char *advertiser, GError **error);

G_END_DECLS
