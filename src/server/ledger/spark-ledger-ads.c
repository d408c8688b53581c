/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "server/ledger/spark-ledger-ads.h"
#include "server/ledger/spark-ledger-private.h"
#include "server/store/spark-sandbox-settings.h"
#include "server/store/spark-store-read.h"

#define SECOND_MS G_GINT64_CONSTANT (1000)

/* The id of one more that keeps @name and @details. As at TikTok, it begins with the time of its
 * making: 19 digits. */
static gboolean
next_id (SparkTx *tx, const char *advertiser, const char *name, const char *details, gint64 *id,
         GError **error)
{
  gint64 fresh = (spark_tx_now (tx) << 20) | randombytes_uniform (1 << 20);
  gint64 more = (gint64)(strlen (name) + strlen (details)), kept;
  g_autoptr (GError) local = NULL;
  SparkStatement *row
      = spark_tx_row (tx, &local, "advertiser_next_id", "sii", advertiser, fresh, more);

  if (row == NULL)
    return spark_tx_absent (g_steal_pointer (&local), error);
  *id = spark_statement_int (row, 0);
  kept = spark_statement_int (row, 1);
  spark_statement_reset (row);
  if (kept <= SPARK_MAX_KEPT_OF_ADVERTISER)
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_TOO_LARGE,
               "No more fits: an ad account keeps at most %d MB of campaigns, ad groups and ads, "
               "deleted ones included.",
               SPARK_MAX_KEPT_OF_ADVERTISER >> 20);
  return FALSE;
}

gboolean
spark_ledger_find_brand_actor (SparkTx *tx, const char *advertiser_id, SparkActor *actor,
                               GError **error)
{
  SparkStatement *row = spark_tx_row (tx, error, "advertiser_name", "s", advertiser_id);

  if (row == NULL)
    return spark_ledger_not_found (error);
  *actor = (SparkActor){ SPARK_ACTOR_BRAND, spark_tx_keep (tx, advertiser_id),
                         spark_tx_keep (tx, spark_statement_text (row, 0)) };
  spark_statement_reset (row);
  return TRUE;
}

gboolean
spark_ledger_check_no_ads (SparkTx *tx, gint64 account, gint64 video, GError **error)
{
  gint64 active;

  if (!spark_tx_int (tx, error, &active, 0, "video_ads", "ii", account, video))
    return FALSE;
  if (active > 0)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_ADS_RUNNING,
                 "Ads are running with this video. Ask the brand to stop them, or revoke its "
                 "access first.");
  return active == 0;
}

/* --- making --- */

/* @count: the statement; @most: of what it counts, called @what */
static gboolean
has_room (SparkTx *tx, const char *count, const char *advertiser_id, const char *what, gint64 most,
          GError **error)
{
  gint64 all;

  if (!spark_tx_int (tx, error, &all, 0, count, "s", advertiser_id))
    return FALSE;
  if (all < most)
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_TOO_LARGE,
               "No more %s fit: an ad account has at most %" G_GINT64_FORMAT
               ", deleted ones included.",
               what, most);
  return FALSE;
}

gboolean
spark_ledger_add_campaign (SparkTx *tx, const char *advertiser_id, const SparkCampaignDraft *draft,
                           gint64 *id, GError **error)
{
  gint64 named = 0;

  if (draft->unique
      && !spark_tx_int (tx, error, &named, 0, "campaign_named", "ss", advertiser_id, draft->name))
    return FALSE;
  if (named != 0)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "Campaign name already exists. Please try another one.");
      return FALSE;
    }
  return has_room (tx, "campaigns_count", advertiser_id, "campaigns",
                   SPARK_MAX_CAMPAIGNS_OF_ADVERTISER, error)
         && next_id (tx, advertiser_id, draft->name, draft->details, id, error)
         && spark_tx_exec (tx, error, "campaign_insert", "sisiiisi", advertiser_id, *id,
                           draft->name, (gint64)draft->operation, draft->budget,
                           (gint64)draft->daily, draft->details, spark_tx_now (tx));
}

gboolean
spark_ledger_add_adgroup (SparkTx *tx, const char *advertiser_id, const SparkAdGroupDraft *draft,
                          gint64 *id, GError **error)
{
  SparkCampaign campaign;

  if (!spark_read_campaign (tx, advertiser_id, draft->campaign, &campaign, error))
    return FALSE;
  if (campaign.operation == SPARK_OPERATION_DELETE)
    return spark_ledger_not_found (error);
  return has_room (tx, "adgroups_count", advertiser_id, "ad groups",
                   SPARK_MAX_ADGROUPS_OF_ADVERTISER, error)
         && next_id (tx, advertiser_id, draft->name, draft->details, id, error)
         && spark_tx_exec (tx, error, "adgroup_insert", "siisiiiiisi", advertiser_id, *id,
                           draft->campaign, draft->name, (gint64)draft->operation, draft->budget,
                           (gint64)draft->daily, draft->starts_at, draft->ends_at, draft->details,
                           spark_tx_now (tx));
}

static gboolean
refuse_grant (const SparkGrantRow *grant, GError **error)
{
  if (grant->state == SPARK_GRANT_STATE_REVOKED || grant->state == SPARK_GRANT_STATE_REVOKING)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_ACCESS_REVOKED,
                 "The creator has revoked the authorization of this post.");
  else if (grant->id != 0)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_CODE_EXPIRED,
                 "The authorization of this post has ended. Ask the creator to extend it, and "
                 "authorize it again.");
  else
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_CODE_UNKNOWN,
                 "This ad account is not authorized for the post under this identity.");
  return FALSE;
}

static gboolean
is_usable (const SparkGrantRow *grant, gint64 now)
{
  return grant->state == SPARK_GRANT_STATE_AUTHORIZED && grant->ends_at > now;
}

/* The grant an ad may stand on: the newest usable one of this post and identity. */
static gboolean
find_grant (SparkTx *tx, const char *advertiser_id, const SparkAdDraft *draft, SparkGrantRow *grant,
            GError **error)
{
  g_autoptr (GArray) found = spark_post_rows (tx, advertiser_id, draft->item_id, -1, error);
  gint64 now = spark_tx_now (tx);

  if (found == NULL)
    return FALSE;
  *grant = (SparkGrantRow){ 0 };
  for (guint i = 0; i < found->len; i++)
    {
      const SparkPostRow *post = &g_array_index (found, SparkPostRow, i);
      const SparkGrantRow *row = &post->grant;

      /* Where the platform has ads of its own, none is made here. */
      if (!post->platform->redeems_here
          || g_strcmp0 (spark_read_identity_id (tx, row->account, advertiser_id),
                        draft->identity_id)
                 != 0)
        continue;
      if (grant->id == 0 || (is_usable (row, now) && !is_usable (grant, now))
          || (is_usable (row, now) == is_usable (grant, now) && row->id > grant->id))
        *grant = *row;
    }
  return is_usable (grant, now) || refuse_grant (grant, error);
}

static gboolean
check_room (SparkTx *tx, const char *advertiser_id, gint64 adgroup, GError **error)
{
  gint64 in_group;

  if (!has_room (tx, "ads_count", advertiser_id, "ads", SPARK_MAX_ADS_OF_ADVERTISER, error)
      || !spark_tx_int (tx, error, &in_group, 0, "ads_count_of_adgroup", "si", advertiser_id,
                        adgroup))
    return FALSE;
  if (in_group < SPARK_MAX_ADS_OF_ADGROUP)
    return TRUE;
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_TOO_LARGE,
               "No more ads fit: an ad group has at most %d.", SPARK_MAX_ADS_OF_ADGROUP);
  return FALSE;
}

gboolean
spark_ledger_add_ad (SparkTx *tx, const char *advertiser_id, const SparkAdDraft *draft, gint64 *id,
                     GError **error)
{
  SparkActor actor;
  SparkAdGroup adgroup;
  SparkGrantRow grant;
  SparkVideoRow video;
  SparkSettings settings;
  SparkAd ad;

  if (!spark_ledger_find_brand_actor (tx, advertiser_id, &actor, error)
      || !spark_read_adgroup (tx, advertiser_id, draft->adgroup, &adgroup, error))
    return FALSE;
  if (adgroup.operation == SPARK_OPERATION_DELETE
      || adgroup.campaign_operation == SPARK_OPERATION_DELETE)
    return spark_ledger_not_found (error);
  if (!check_room (tx, advertiser_id, adgroup.id, error)
      || !find_grant (tx, advertiser_id, draft, &grant, error)
      || !spark_video_row_get (tx, grant.account, grant.video, &video, error)
      || !spark_read_settings (tx, &settings, error))
    return FALSE;
  if (spark_blockers_stop (video.blockers) || video.visibility == SPARK_VISIBILITY_DELETED)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_VIDEO_NOT_ELIGIBLE,
                   "The video is unavailable. Ask the creator about it.");
      return FALSE;
    }
  ad = (SparkAd){
    .advertiser = actor.id,
    .account = grant.account,
    .grant = grant.id,
    .operation = draft->operation,
    .campaign_operation = adgroup.campaign_operation,
    .adgroup_operation = adgroup.operation,
    .ends_at = adgroup.ends_at,
    .review_at = spark_tx_now (tx) + settings.of[SPARK_SETTING_REVIEW_SECONDS] * SECOND_MS,
    .rejected = settings.of[SPARK_SETTING_REJECT_ADS] != 0,
  };
  ad.state = spark_ledger_ad_state (&ad, spark_tx_now (tx), &ad.wakes_at);
  return next_id (tx, advertiser_id, draft->name, draft->details, id, error)
         && spark_tx_exec (tx, error, "ad_insert", "siiisiiiisiiiisi", advertiser_id, *id,
                           adgroup.campaign, adgroup.id, draft->name, (gint64)draft->operation,
                           grant.account, grant.video, grant.id, draft->item_id, (gint64)ad.state,
                           ad.review_at, (gint64)ad.rejected, ad.wakes_at, draft->details,
                           spark_tx_now (tx))
         && spark_ledger_tell_new_ad (tx, &actor, &ad, error);
}

/* --- starting and stopping --- */

/* An ad whose grant has ended starts again only on a new one. */
static gboolean
stand_on_new_grant (SparkTx *tx, SparkAd *ad, GError **error)
{
  SparkStatement *row = spark_tx_row (tx, error, "grant_newest_of_advertiser", "iis", ad->account,
                                      ad->video, ad->advertiser);
  SparkGrantRow grant;

  if (row == NULL)
    return spark_ledger_not_found (error);
  spark_grant_row_read (tx, row, &grant);
  spark_statement_reset (row);
  if (!is_usable (&grant, spark_tx_now (tx)))
    return refuse_grant (&grant, error);
  ad->grant = grant.id;
  ad->lost = SPARK_AD_LOSS_NONE;
  /* Also one that had yet to follow its grant is no longer counted for that. */
  ad->state = SPARK_AD_STATE_PAUSED;
  return TRUE;
}

static gboolean
refuse_deleted (GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
               "What was deleted cannot be modified.");
  return FALSE;
}

/* Writes the operation where it was asked for. */
static gboolean
operate_above (SparkTx *tx, const char *advertiser, SparkAdLevel level, gint64 id,
               SparkOperation operation, GError **error)
{
  gboolean campaign_wide = level == SPARK_AD_LEVEL_CAMPAIGN, deleted;
  SparkCampaign campaign;
  SparkAdGroup adgroup;

  if (campaign_wide ? !spark_read_campaign (tx, advertiser, id, &campaign, error)
                    : !spark_read_adgroup (tx, advertiser, id, &adgroup, error))
    return FALSE;
  deleted = campaign_wide ? campaign.operation == SPARK_OPERATION_DELETE
                          : adgroup.operation == SPARK_OPERATION_DELETE
                                || adgroup.campaign_operation == SPARK_OPERATION_DELETE;
  if (deleted && operation != SPARK_OPERATION_DELETE)
    return refuse_deleted (error);
  return spark_tx_exec (tx, error,
                        campaign_wide ? "campaign_set_operation" : "adgroup_set_operation", "siii",
                        advertiser, id, (gint64)operation, spark_tx_now (tx));
}

static gboolean
operate_on_ad (SparkTx *tx, SparkAd *ad, SparkOperation operation, GError **error)
{
  gboolean lost = FALSE;

  if (operation != SPARK_OPERATION_DELETE && ad->state == SPARK_AD_STATE_ENDED
      && (ad->operation == SPARK_OPERATION_DELETE || ad->adgroup_operation == SPARK_OPERATION_DELETE
          || ad->campaign_operation == SPARK_OPERATION_DELETE))
    return refuse_deleted (error);
  if (operation == SPARK_OPERATION_ENABLE
      && (!spark_ledger_ad_is_lost (tx, ad, &lost, error)
          || (lost && !stand_on_new_grant (tx, ad, error))))
    return FALSE;
  ad->operation = operation;
  return TRUE;
}

gboolean
spark_ledger_operate (SparkTx *tx, const char *advertiser_id, SparkAdLevel level, gint64 id,
                      SparkOperation operation, GError **error)
{
  SparkActor actor;
  SparkAd ad;

  if (!spark_ledger_find_brand_actor (tx, advertiser_id, &actor, error))
    return FALSE;
  if (level == SPARK_AD_LEVEL_AD)
    return spark_ledger_load_ad (tx, actor.id, id, &ad, error)
           && operate_on_ad (tx, &ad, operation, error)
           && spark_ledger_update_ad (tx, &actor, &ad, "by_brand", error);
  return operate_above (tx, actor.id, level, id, operation, error)
         && spark_ledger_ads_follow (tx, &actor,
                                     level == SPARK_AD_LEVEL_CAMPAIGN ? SPARK_ADS_OF_CAMPAIGN
                                                                      : SPARK_ADS_OF_ADGROUP,
                                     id, error);
}
