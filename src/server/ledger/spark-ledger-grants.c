/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include "server/ledger/spark-ledger-private.h"

static gboolean
is_active (SparkGrantState state)
{
  return state == SPARK_GRANT_STATE_AUTHORIZED || state == SPARK_GRANT_STATE_PENDING;
}

gboolean
spark_ledger_note_grant (SparkTx *tx, const SparkActor *actor, const char *video_id,
                         const char *brand_id, const char *brand_name, gint64 ends_at,
                         char **grant_id, GError **error)
{
  g_autofree char *made = NULL;
  SparkVideoRow video;
  SparkCodeRow code = { 0 };
  SparkGrantRow grant = { 0 };
  gint64 now = spark_tx_now (tx);

  if (!spark_video_row_load (tx, video_id, &video, error))
    return FALSE;
  if (video.code == 0)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_CODE_MISSING,
                   "Add the code that the brand used first.");
      return FALSE;
    }
  if (!spark_code_row_get (tx, video.account, video.code, &code, error))
    return FALSE;
  if (brand_id == NULL)
    {
      if (!spark_ledger_find_brand (tx, actor, video.account, brand_name, &made, error))
        return FALSE;
      brand_id = made;
    }
  if (ends_at != 0 && ends_at <= now)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_PERIOD,
                   "The end must be in the future.");
      return FALSE;
    }
  grant.account = video.account;
  grant.video = video.id;
  grant.code = code.id;
  grant.source = SPARK_GRANT_SOURCE_NOTED;
  grant.ads_active = -1;
  grant.state = code.ends_at > now ? SPARK_GRANT_STATE_AUTHORIZED : SPARK_GRANT_STATE_EXPIRED;
  grant.redeemed_at = now;
  /* No access outlives the code on the platform. */
  grant.ends_at = ends_at != 0 ? MIN (ends_at, code.ends_at) : code.ends_at;
  grant.platform_ends_at = code.ends_at;
  if (!spark_ledger_brand_number (tx, video.account, brand_id, &grant.brand, error)
      || !spark_ledger_insert_grant (tx, &grant, error)
      || (code.state == SPARK_CODE_STATE_READY
          && !spark_ledger_use_code (tx, code.account, code.id, error))
      || !spark_ledger_summarize (tx, video.account, video.id, error)
      || !spark_ledger_event (tx, video.account, actor,
                              &(SparkEventRow){ .type = SPARK_EVENT_GRANT_NOTED,
                                                .video = video.id,
                                                .code = code.id,
                                                .grant = grant.id,
                                                .brand = grant.brand,
                                                .ends_at = grant.ends_at },
                              NULL, error))
    return FALSE;
  *grant_id = spark_id_format (grant.account, grant.id);
  return TRUE;
}

/* What the creator says of an ad account holds for its next redemption as well. */
static gboolean
move_advertiser (SparkTx *tx, const SparkGrantRow *grant, gint64 brand, GError **error)
{
  gint64 attached;

  if (grant->advertiser == NULL)
    return TRUE;
  if (!spark_tx_int (tx, error, &attached, 0, "brand_advertiser_get", "is", grant->account,
                     grant->advertiser))
    return FALSE;
  return attached != grant->brand
         || spark_tx_exec (tx, error, "brand_advertiser_put", "isii", grant->account,
                           grant->advertiser, brand, (gint64)SPARK_ATTACHED_CONFIRMED);
}

gboolean
spark_ledger_attribute_grant (SparkTx *tx, const SparkActor *actor, const char *grant_id,
                              const char *brand_id, GError **error)
{
  SparkGrantRow grant;
  gint64 brand;

  if (!spark_grant_row_load (tx, grant_id, &grant, error)
      || !spark_ledger_brand_number (tx, grant.account, brand_id, &brand, error))
    return FALSE;
  if (brand == grant.brand)
    return TRUE;
  return spark_tx_exec (tx, error, "grant_set_brand", "iii", grant.account, grant.id, brand)
         && move_advertiser (tx, &grant, brand, error)
         && spark_tx_touch (tx, grant.account, SPARK_KIND_GRANT, grant.id, error)
         && spark_ledger_brand_active (tx, grant.account, grant.brand, error)
         && spark_ledger_brand_active (tx, grant.account, brand, error)
         && spark_ledger_event (tx, grant.account, actor,
                                &(SparkEventRow){ .type = SPARK_EVENT_GRANT_ATTRIBUTED,
                                                  .video = grant.video,
                                                  .code = grant.code,
                                                  .grant = grant.id,
                                                  .brand = brand,
                                                  .advertiser = grant.advertiser },
                                NULL, error);
}

gboolean
spark_ledger_preview_revocation (SparkTx *tx, const char *grant_id, SparkRevocation *revocation,
                                 GError **error)
{
  g_autoptr (GArray) grants = NULL;
  SparkGrantRow grant;
  SparkVideoRow video;
  SparkCodeRow code = { 0 };

  if (!spark_grant_row_load (tx, grant_id, &grant, error)
      || !spark_video_row_get (tx, grant.account, grant.video, &video, error)
      || (video.code != 0 && !spark_code_row_get (tx, video.account, video.code, &code, error)))
    return FALSE;
  grants = spark_grant_rows_of_video (tx, grant.account, grant.video, error);
  if (grants == NULL)
    return FALSE;
  *revocation = (SparkRevocation){
    .grant_id = spark_tx_keep (tx, grant_id),
    .certain = video.platform->ends_access,
    .code_still_works = code.id != 0 && code.ends_at > spark_tx_now (tx),
    .ads_active = (int)grant.ads_active,
    .open_until = video.platform->ends_access ? 0 : grant.platform_ends_at,
  };
  for (guint i = 0; i < grants->len; i++)
    {
      const SparkGrantRow *other = &g_array_index (grants, SparkGrantRow, i);

      revocation->other_grants += other->id != grant.id && is_active (other->state);
    }
  return TRUE;
}

gboolean
spark_ledger_begin_revoke (SparkTx *tx, const SparkActor *actor, const SparkGrantRow *grant,
                           const char *reason, GError **error)
{
  /* A redemption that was not sent yet never is; one that was has used its link up. */
  if (grant->state == SPARK_GRANT_STATE_PENDING
      && (!spark_tx_exec (tx, error, "task_drop_redeem", "ii", grant->account, grant->id)
          || (grant->link != 0
              && !spark_ledger_set_link_state (tx, grant->account, grant->link,
                                               SPARK_LINK_STATE_REDEEMED, error))))
    return FALSE;
  return spark_ledger_end_grant (tx, actor, grant, SPARK_GRANT_STATE_REVOKING,
                                 SPARK_EVENT_GRANT_REVOKING, reason, error)
         && spark_ledger_ask (tx, actor,
                              &(SparkTaskRow){ .account = grant->account,
                                               .act = SPARK_TASK_ACT_REVOKE,
                                               .video = grant->video,
                                               .grant = grant->id },
                              error);
}

/* The brand gave it up, and nobody has seen yet that it ended: now it does as the creator says. */
static gboolean
take_over (SparkTx *tx, const SparkActor *actor, const SparkGrantRow *grant, const char *reason,
           GError **error)
{
  return spark_tx_exec (tx, error, "task_revoke_set_by", "iiisss", grant->account, grant->id,
                        (gint64)actor->kind, actor->id, actor->name, actor->from)
         && spark_ledger_end_grant (tx, actor, grant, SPARK_GRANT_STATE_REVOKING,
                                    SPARK_EVENT_GRANT_REVOKING, reason, error);
}

/* Said once more, a revoke that waits is tried again now. */
static gboolean
hurry_revoke (SparkTx *tx, const SparkActor *actor, const SparkGrantRow *grant, const char *reason,
              GError **error)
{
  gboolean given_up;

  return spark_ledger_is_given_up (tx, grant, &given_up, error)
         && (!given_up || take_over (tx, actor, grant, reason, error))
         && spark_tx_exec (tx, error, "tasks_hurry_grant", "iii", grant->account, grant->id,
                           spark_tx_now (tx))
         && spark_tx_exec (tx, error, "tasks_hurry_video", "iii", grant->account, grant->video,
                           spark_tx_now (tx));
}

gboolean
spark_ledger_revoke (SparkTx *tx, const SparkActor *actor, const char *grant_id, const char *reason,
                     GError **error)
{
  SparkGrantRow grant;
  SparkVideoRow video;
  gboolean certain;

  if (!spark_grant_row_load (tx, grant_id, &grant, error)
      || !spark_video_row_get (tx, grant.account, grant.video, &video, error))
    return FALSE;
  /* Said twice, done once: a second press and a repeated request are harmless. */
  if (grant.state == SPARK_GRANT_STATE_REVOKED)
    return TRUE;
  if (grant.state == SPARK_GRANT_STATE_REVOKING)
    return !video.platform->asks || hurry_revoke (tx, actor, &grant, reason, error);
  if (!is_active (grant.state) && grant.ads_active <= 0)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_GRANT_ENDED,
                   "This access has ended already; there is nothing left to revoke.");
      return FALSE;
    }
  if (video.platform->asks)
    return spark_ledger_begin_revoke (tx, actor, &grant, reason, error)
           && spark_ledger_summarize (tx, grant.account, grant.video, error);
  certain = video.platform->ends_access;
  return spark_ledger_end_grant (
             tx, actor, &grant, certain ? SPARK_GRANT_STATE_REVOKED : SPARK_GRANT_STATE_REVOKING,
             certain ? SPARK_EVENT_GRANT_REVOKED : SPARK_EVENT_GRANT_REVOKING, reason, error)
         && spark_ledger_summarize (tx, grant.account, grant.video, error);
}

gboolean
spark_ledger_note_end (SparkTx *tx, const SparkActor *actor, const char *grant_id, GError **error)
{
  SparkGrantRow grant;
  SparkVideoRow video;

  if (!spark_grant_row_load (tx, grant_id, &grant, error)
      || !spark_video_row_get (tx, grant.account, grant.video, &video, error))
    return FALSE;
  if (video.platform->ends_access || video.platform->asks)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_PLATFORM_CANNOT,
                   "Sparkbox sees by itself when an access of this account has ended.");
      return FALSE;
    }
  if (grant.state == SPARK_GRANT_STATE_REVOKED)
    return TRUE;
  if (is_active (grant.state))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_GRANT_NOT_REVOKED,
                   "This access was not revoked. Revoke it first.");
      return FALSE;
    }
  if (grant.state != SPARK_GRANT_STATE_REVOKING)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_GRANT_ENDED,
                   "This access has ended already; there is nothing left to note.");
      return FALSE;
    }
  return spark_ledger_end_grant (tx, actor, &grant, SPARK_GRANT_STATE_REVOKED,
                                 SPARK_EVENT_GRANT_END_NOTED, NULL, error)
         && spark_ledger_summarize (tx, grant.account, grant.video, error);
}

/* The access that the same brand has now by another grant, or is losing when @revoking; id 0: none.
 */
static gboolean
find_sibling (SparkTx *tx, const SparkGrantRow *grant, gboolean revoking, SparkGrantRow *sibling,
              GError **error)
{
  g_autoptr (GArray) grants = spark_grant_rows_of_video (tx, grant->account, grant->video, error);

  if (grants == NULL)
    return FALSE;
  for (guint i = 0; i < grants->len && sibling->id == 0; i++)
    {
      const SparkGrantRow *other = &g_array_index (grants, SparkGrantRow, i);

      if (other->id != grant->id
          && (revoking ? other->state == SPARK_GRANT_STATE_REVOKING
                       : spark_grant_row_is_live (tx, other))
          && g_strcmp0 (other->advertiser, grant->advertiser) == 0
          && (grant->advertiser != NULL || other->brand == grant->brand))
        *sibling = *other;
    }
  return TRUE;
}

/* A revocation that was still waited for is over: nothing waits for it any more. */
static gboolean
lift (SparkTx *tx, const SparkGrantRow *grant, GError **error)
{
  return grant->state != SPARK_GRANT_STATE_REVOKING
         || (spark_ledger_drop_tasks_of_grant (tx, grant->account, grant->id, error)
             && spark_tx_exec (tx, error, "grant_set_state", "iiii", grant->account, grant->id,
                               (gint64)SPARK_GRANT_STATE_REVOKED, spark_tx_now (tx))
             && spark_tx_touch (tx, grant->account, SPARK_KIND_GRANT, grant->id, error));
}

static gboolean
not_revoked (GError **error)
{
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_GRANT_NOT_REVOKED,
               "This access was not revoked, so there is nothing to give again.");
  return FALSE;
}

gboolean
spark_ledger_give_again (SparkTx *tx, const SparkActor *actor, const char *grant_id,
                         char **new_grant_id, GError **error)
{
  SparkGrantRow grant;
  SparkVideoRow video;
  SparkGrantRow sibling = { 0 };
  SparkCodeRow code;
  gboolean again; /* it has ended on the platform, which is asked to let the brand in again */
  gboolean given_up;

  if (!spark_grant_row_load (tx, grant_id, &grant, error)
      || !spark_video_row_get (tx, grant.account, grant.video, &video, error)
      || !spark_ledger_is_given_up (tx, &grant, &given_up, error))
    return FALSE;
  if (given_up
      || (grant.state != SPARK_GRANT_STATE_REVOKED && grant.state != SPARK_GRANT_STATE_REVOKING))
    return not_revoked (error);
  if (video.code == 0)
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_CODE_MISSING,
                   "The video has no code any more. Make a new one and give it to the brand.");
      return FALSE;
    }
  if (!spark_code_row_get (tx, video.account, video.code, &code, error))
    return FALSE;
  if (code.ends_at <= spark_tx_now (tx))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_CODE_EXPIRED,
                   "The code of this video has expired. Extend it first.");
      return FALSE;
    }
  if (!find_sibling (tx, &grant, FALSE, &sibling, error))
    return FALSE;
  if (sibling.id != 0)
    {
      *new_grant_id = spark_id_format (sibling.account, sibling.id);
      return TRUE;
    }
  /* It was given again before, and is being taken away once more: that is what ends here. */
  if (grant.state == SPARK_GRANT_STATE_REVOKED && !find_sibling (tx, &grant, TRUE, &sibling, error))
    return FALSE;
  if (!spark_ledger_is_given_up (tx, &sibling, &given_up, error))
    return FALSE;
  if (given_up)
    return not_revoked (error);
  if (sibling.id != 0)
    grant = sibling;
  again = video.platform->asks && grant.state == SPARK_GRANT_STATE_REVOKED
          && grant.advertiser != NULL;
  if (!lift (tx, &grant, error))
    return FALSE;

  if (grant.ends_at <= spark_tx_now (tx) || grant.ends_at > code.ends_at)
    grant.ends_at = code.ends_at;
  grant.code = code.id;
  grant.platform_ends_at = code.ends_at;
  grant.state = again ? SPARK_GRANT_STATE_PENDING : SPARK_GRANT_STATE_AUTHORIZED;
  grant.redeemed_at = spark_tx_now (tx);
  grant.ads_active = MIN (grant.ads_active, 0);
  if (again)
    grant.link = 0;
  if (!spark_ledger_insert_grant (tx, &grant, error)
      || (again
          && !spark_ledger_ask (tx, actor,
                                &(SparkTaskRow){ .account = grant.account,
                                                 .act = SPARK_TASK_ACT_REDEEM,
                                                 .video = grant.video,
                                                 .grant = grant.id },
                                error))
      || (!again && code.state == SPARK_CODE_STATE_READY
          && !spark_ledger_use_code (tx, code.account, code.id, error))
      || !spark_ledger_summarize (tx, grant.account, grant.video, error)
      || !spark_ledger_event (tx, grant.account, actor,
                              &(SparkEventRow){ .type = SPARK_EVENT_GRANT_GIVEN_AGAIN,
                                                .video = grant.video,
                                                .code = grant.code,
                                                .grant = grant.id,
                                                .brand = grant.brand,
                                                .advertiser = grant.advertiser,
                                                .ends_at = grant.ends_at },
                              NULL, error))
    return FALSE;
  *new_grant_id = spark_id_format (grant.account, grant.id);
  return TRUE;
}

gboolean
spark_ledger_extend_agreed (SparkTx *tx, const SparkActor *actor, const char *code_id,
                            const char *grant_id, gint64 ends_at, GError **error)
{
  SparkCodeRow code;
  SparkGrantRow grant;
  gint64 agreed = 0, until;

  if (!spark_code_row_load (tx, code_id, &code, error)
      || !spark_grant_row_load (tx, grant_id, &grant, error))
    return FALSE;
  if (grant.account != code.account || grant.code != code.id)
    return spark_ledger_not_found (error);
  if (!spark_grant_row_is_live (tx, &grant))
    {
      g_set_error (error, SPARK_ERROR, SPARK_ERROR_GRANT_ENDED,
                   "This access has ended. Give it again, or send the brand a new link.");
      return FALSE;
    }
  if (ends_at != 0 && (ends_at <= spark_tx_now (tx) || ends_at < grant.ends_at))
    {
      g_set_error (
          error, SPARK_ERROR, SPARK_ERROR_INVALID_PERIOD,
          "An access is extended to a time to come, and not to an earlier end than it has.");
      return FALSE;
    }
  if (ends_at > code.ends_at)
    agreed = ends_at;
  until = ends_at != 0 ? MIN (ends_at, code.ends_at) : code.ends_at;
  if (ends_at == 0 && grant.ends_at == code.ends_at)
    return spark_tx_exec (tx, error, "grant_set_agreed", "iiii", grant.account, grant.id, until,
                          agreed);
  return spark_tx_exec (tx, error, "grant_set_agreed", "iiii", grant.account, grant.id, until,
                        agreed)
         && spark_tx_touch (tx, grant.account, SPARK_KIND_GRANT, grant.id, error)
         && spark_ledger_brand_active (tx, grant.account, grant.brand, error)
         && spark_ledger_event (tx, grant.account, actor,
                                &(SparkEventRow){ .type = SPARK_EVENT_GRANT_EXTENDED,
                                                  .video = grant.video,
                                                  .code = grant.code,
                                                  .link = grant.link,
                                                  .grant = grant.id,
                                                  .brand = grant.brand,
                                                  .advertiser = grant.advertiser,
                                                  .ends_at = ends_at },
                                NULL, error);
}
