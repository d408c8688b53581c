/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include <string.h>

#include "model/spark-enums.h"
#include "server/ledger/spark-ledger-private.h"
#include "server/store/spark-sandbox-settings.h"
#include "spark-enum-types.h"

#define HOUR_MS (60 * 60 * 1000)

/* One try: what was found on the way. A try is decided before anything is written. */
typedef struct
{
  SparkActor actor; /* the ad account */
  SparkKind kind;   /* CODE or LINK: what the string is */
  SparkVideoRow video;
  SparkCodeRow code;  /* the video's current one */
  SparkLinkRow link;  /* id 0: the string is a code */
  gint64 string_code; /* the code the string is; 0 for a link */
  gint64 brand;       /* the ad account's, in this account; 0: none yet */
  int attached;
  gboolean connected;   /* the platform can be asked in the ad account's name, where it must be */
  SparkGrantRow newest; /* the ad account's newest grant on this video; id 0: none */
  gboolean given_up;    /* it gave that one up, and the platform is still asked to end it */
} Try;

void
spark_redemption_clear (SparkRedemption *redemption)
{
  g_clear_pointer (&redemption->grant_id, g_free);
}

static gboolean
refuse (GError **refusal, SparkError code, const char *message)
{
  g_set_error_literal (refusal, SPARK_ERROR, code, message);
  return TRUE;
}

static gboolean
refuse_unknown (GError **refusal)
{
  return refuse (refusal, SPARK_ERROR_CODE_UNKNOWN,
                 "There is no such code. Check it with the creator.");
}

static gboolean
find_advertiser (SparkTx *tx, const char *advertiser_id, Try *try, GError **error)
{
  SparkStatement *row = spark_tx_row (tx, error, "advertiser_name", "s", advertiser_id);

  if (row == NULL)
    return spark_ledger_not_found (error);
  try->actor = (SparkActor){ SPARK_ACTOR_BRAND, spark_tx_keep (tx, advertiser_id),
                             spark_tx_keep (tx, spark_statement_text (row, 0)) };
  spark_statement_reset (row);
  return TRUE;
}

static gboolean
name_advertiser (SparkTx *tx, Try *try, GError **error)
{
  return try->actor.name != NULL || find_advertiser (tx, try->actor.id, try, error);
}

/* What is asked once the account is locked, as far as that is known before: by a reader, which has
 * nothing to wait for, before it asks; by a writer when it waits. */
static void
expect (SparkTx *tx, gint64 account, gint64 id, gint64 video, const Try *try)
{
  if (try->kind == SPARK_KIND_LINK)
    spark_tx_expect (tx, "link_row", "ii", account, id);
  else if (spark_tx_known_row (tx, account, SPARK_KIND_CODE, id) == NULL)
    spark_tx_expect (tx, "code_row", "ii", account, id);
  if (spark_tx_known_row (tx, account, SPARK_KIND_VIDEO, video) == NULL)
    spark_tx_expect (tx, "video_row", "ii", account, video);
  if (!tx->writes)
    spark_tx_expect (tx, "account_platform", "i", account);
  if (try->actor.id == NULL)
    return;
  spark_tx_expect (tx, "brand_advertiser_get", "is", account, try->actor.id);
  spark_tx_expect (tx, "grant_newest_of_advertiser", "iis", account, video, try->actor.id);
  spark_expect_settings (tx);
}

/* What of a code decides; of very many redemptions by one it is read once. */
static gboolean
read_code (SparkTx *tx, gint64 account, gint64 id, SparkCodeRow *code, GError **error)
{
  const SparkKnownRow *known = spark_tx_known_row (tx, account, SPARK_KIND_CODE, id);

  if (known != NULL)
    {
      *code = (SparkCodeRow){ .account = account,
                              .id = id,
                              .video = known->values[0],
                              .state = (SparkCodeState)known->values[1],
                              .ends_at = known->values[2] };
      return TRUE;
    }
  if (!spark_code_row_get (tx, account, id, code, error))
    return FALSE;
  spark_tx_know_row (tx, account, SPARK_KIND_CODE, id,
                     &(SparkKnownRow){ { code->video, (gint64)code->state, code->ends_at } });
  return TRUE;
}

/* The same of its video. */
static gboolean
read_video (SparkTx *tx, gint64 account, gint64 id, SparkVideoRow *video, GError **error)
{
  const SparkKnownRow *known = spark_tx_known_row (tx, account, SPARK_KIND_VIDEO, id);

  if (known != NULL)
    {
      *video = (SparkVideoRow){ .account = account,
                                .id = id,
                                .visibility = (SparkVisibility)known->values[0],
                                .blockers = (SparkBlockers)known->values[1],
                                .code = known->values[2] };
      return spark_ledger_platform (tx, account, &video->platform, error);
    }
  if (!spark_video_row_get (tx, account, id, video, error))
    return FALSE;
  spark_tx_know_row (
      tx, account, SPARK_KIND_VIDEO, id,
      &(SparkKnownRow){ { (gint64)video->visibility, (gint64)video->blockers, video->code } });
  return TRUE;
}

static gboolean
read_found (SparkTx *tx, gint64 account, gint64 id, Try *try, GError **error)
{
  if (!spark_tx_lock (tx, account, error))
    return FALSE;
  if (try->kind == SPARK_KIND_LINK)
    return spark_link_row_get (tx, account, id, &try->link, error)
           && read_video (tx, account, try->link.video, &try->video, error)
           && (try->video.code == 0 || read_code (tx, account, try->video.code, &try->code, error));
  try->string_code = id;
  return read_code (tx, account, id, &try->code, error)
         && read_video (tx, account, try->code.video, &try->video, error);
}

/* FALSE without @error: nothing here. */
static gboolean
find_where (SparkTx *tx, const char *string, SparkKnownString *found, GError **error)
{
  const SparkKnownString *known = spark_tx_known_string (tx, string);
  SparkStatement *row;

  if (known != NULL)
    {
      *found = *known;
      return TRUE;
    }
  row = spark_tx_find_string (tx, error, "fingerprint_get", string);
  if (row == NULL)
    return FALSE;
  *found = (SparkKnownString){ spark_statement_int (row, 0), spark_statement_int (row, 1),
                               spark_statement_int (row, 2), spark_statement_int (row, 3) };
  spark_statement_reset (row);
  return TRUE;
}

/* What the string stands for. FALSE without @error: nothing here. */
static gboolean
find_string (SparkTx *tx, const char *string, Try *try, GError **error)
{
  SparkKnownString found;

  if (!find_where (tx, string, &found, error))
    return FALSE;
  try->kind = (SparkKind)found.kind;
  if (!tx->writes)
    expect (tx, found.account, found.id, found.video, try);
  if (read_found (tx, found.account, found.id, try, error))
    return TRUE;
  if (tx->writes)
    expect (tx, found.account, found.id, found.video, try);
  return FALSE;
}

static gboolean
find_relations (SparkTx *tx, Try *try, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row
      = spark_tx_row (tx, &local, "brand_advertiser_get", "is", try->video.account, try->actor.id);

  if (row != NULL)
    {
      try->brand = spark_statement_int (row, 0);
      try->attached = spark_statement_int (row, 1);
      spark_statement_reset (row);
    }
  if (local == NULL)
    {
      row = spark_tx_row (tx, &local, "grant_newest_of_advertiser", "iis", try->video.account,
                          try->video.id, try->actor.id);
      if (row != NULL)
        {
          spark_grant_row_read (tx, row, &try->newest);
          spark_statement_reset (row);
        }
    }
  if (local == NULL)
    return !try->video.platform->asks
           || (spark_ledger_brand_is_connected (tx, try->actor.id, &try->connected, error)
               && spark_ledger_is_given_up (tx, &try->newest, &try->given_up, error));
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
is_for_other_brand (const Try *try)
{
  return try->link.id != 0 && try->brand != 0 && try->brand != try->link.brand;
}

/* The access there is already answers the try, unless the link was made for somebody else. */
static gboolean
has_live_grant (SparkTx *tx, const Try *try)
{
  return try->newest.id != 0 && spark_grant_row_is_live (tx, &try->newest)
         && !is_for_other_brand (try);
}

static gboolean
decide_link (const Try *try, gint64 now, GError **refusal)
{
  if (is_for_other_brand (try))
    return refuse (refusal, SPARK_ERROR_LINK_FOR_OTHER_BRAND,
                   "The creator made this link for another brand.");
  switch (try->link.state)
    {
    case SPARK_LINK_STATE_WITHDRAWN:
      return refuse (refusal, SPARK_ERROR_LINK_WITHDRAWN,
                     "The creator has withdrawn this link. Ask for a new one.");
    case SPARK_LINK_STATE_REDEEMED:
    case SPARK_LINK_STATE_REDEEMING:
      return refuse (refusal, SPARK_ERROR_LINK_USED,
                     "This link has been used by another ad account. Ask for a new one.");
    case SPARK_LINK_STATE_EXPIRED:
      return refuse (refusal, SPARK_ERROR_LINK_EXPIRED,
                     "This link has expired. Ask the creator for a new one.");
    case SPARK_LINK_STATE_OPEN:
    default:
      break;
    }
  return try->link.ends_at <= now
         && refuse (refusal, SPARK_ERROR_LINK_EXPIRED,
                    "This link has expired. Ask the creator for a new one.");
}

/* TRUE: refused, and why. The order is that of what helps the brand most to know. */
static gboolean
decide (const Try *try, gint64 now, GError **refusal)
{
  if (try->attached == SPARK_ATTACHED_REFUSED && try->brand != 0)
    return refuse (refusal, SPARK_ERROR_ACCESS_REVOKED, "The creator has refused this ad account.");
  if (try->newest.id != 0 && !try->given_up
      && (try->newest.state == SPARK_GRANT_STATE_REVOKED
          || try->newest.state == SPARK_GRANT_STATE_REVOKING))
    return refuse (refusal, SPARK_ERROR_ACCESS_REVOKED,
                   "The creator has revoked this access. Only the creator can give it again.");
  if (try->link.id != 0 && decide_link (try, now, refusal))
    return TRUE;
  if (try->video.platform->asks && try->actor.id != NULL && !try->connected)
    return refuse (
        refusal, SPARK_ERROR_PLATFORM_CANNOT,
        "This ad account is not connected to TikTok here. Connect it, or ask the creator "
        "for the code itself and use it in TikTok Ads Manager.");
  if (try->video.code == 0 || try->code.state == SPARK_CODE_STATE_DELETED
      || try->code.state == SPARK_CODE_STATE_FAILED)
    return refuse (refusal, SPARK_ERROR_CODE_DELETED,
                   "The code has been deleted. Ask the creator for a new one.");
  if (try->code.state == SPARK_CODE_STATE_PENDING)
    return refuse (refusal, SPARK_ERROR_PLATFORM_WAITING,
                   "TikTok has not made the code yet. Try again in a moment.");
  if (try->code.state == SPARK_CODE_STATE_EXPIRED || try->code.ends_at <= now)
    return refuse (refusal, SPARK_ERROR_CODE_EXPIRED,
                   "The code has expired. Ask the creator to extend it.");
  if (spark_blockers_stop (try->video.blockers)
      || try->video.visibility == SPARK_VISIBILITY_DELETED)
    return refuse (refusal, SPARK_ERROR_VIDEO_NOT_ELIGIBLE,
                   "The video is unavailable. Ask the creator about it.");
  return FALSE;
}

/* Rule 8: one event an hour for a brand, a code and a reason, with a count. */
static gboolean
write_refusal (SparkTx *tx, const Try *try, const GError *refusal, GError **error)
{
  const char *reason = spark_enum_to_string (SPARK_TYPE_ERROR, refusal->code);
  gint64 account = try->video.account;
  gint64 subject = try->link.id != 0 ? try->link.id : try->string_code;
  gint64 event;

  if (!spark_tx_int (tx, error, &event, 0, "refusal_get", "iissii", account, subject, try->actor.id,
                     reason, spark_tx_now (tx) - HOUR_MS, spark_tx_now (tx)))
    return FALSE;
  if (event != 0)
    return spark_tx_exec (tx, error, "event_count", "ii", account, event)
           && spark_tx_touch (tx, account, SPARK_KIND_EVENT, event, error);

  return spark_ledger_event (tx, account, &try->actor,
                             &(SparkEventRow){ .type = SPARK_EVENT_REDEMPTION_REFUSED,
                                               .video = try->video.id,
                                               .code = try->string_code,
                                               .link = try->link.id,
                                               .brand = try->brand,
                                               .advertiser = try->actor.id,
                                               .reason = reason,
                                               .count = 1 },
                             &event, error)
         && spark_tx_exec (tx, error, "refusal_put", "iissii", account, subject, try->actor.id,
                           reason, spark_tx_now (tx), event);
}

/* Where the sandbox was told that a code serves one ad account. */
static gboolean
is_taken (SparkTx *tx, const Try *try, gboolean *taken, GError **error)
{
  g_autoptr (GArray) grants = NULL;
  gint64 one;

  *taken = FALSE;
  if (!spark_read_setting (tx, SPARK_SETTING_ONE_ADVERTISER, &one, error))
    return FALSE;
  if (one == 0 || try->link.id != 0)
    return TRUE;
  grants = spark_grant_rows_of_video (tx, try->video.account, try->video.id, error);
  for (guint i = 0; grants != NULL && i < grants->len; i++)
    {
      const SparkGrantRow *grant = &g_array_index (grants, SparkGrantRow, i);

      *taken |= grant->code == try->string_code && grant->link == 0
                && grant->state == SPARK_GRANT_STATE_AUTHORIZED
                && g_strcmp0 (grant->advertiser, try->actor.id) != 0;
    }
  return grants != NULL;
}

/* Nothing is asked of the platform any more for what the brand gave up before it thought again. */
static gboolean
end_given_up (SparkTx *tx, const Try *try, GError **error)
{
  const SparkGrantRow *grant = &try->newest;

  return !try->given_up
         || (spark_ledger_drop_tasks_of_grant (tx, grant->account, grant->id, error)
             && spark_ledger_end_grant (tx, &try->actor, grant, SPARK_GRANT_STATE_UNBOUND,
                                        SPARK_EVENT_GRANT_UNBOUND, NULL, error));
}

/*
 * TikTok's codes are redeemed at TikTok: the link is held for this ad account, and the access is
 * there when TikTok says so.
 */
static gboolean
ask_redemption (SparkTx *tx, Try *try, SparkRedemption *redemption, GError **error)
{
  SparkGrantRow grant = {
    .account = try->video.account,
    .video = try->video.id,
    .code = try->code.id,
    .link = try->link.id,
    .brand = try->link.brand,
    .advertiser = try->actor.id,
    .source = SPARK_GRANT_SOURCE_REDEEMED,
    .state = SPARK_GRANT_STATE_PENDING,
    .redeemed_at = spark_tx_now (tx),
    .ends_at = MIN (try->link.ends_at, try->code.ends_at),
    .platform_ends_at = try->code.ends_at,
    .ads_active = -1,
  };

  if (!name_advertiser (tx, try, error) || !end_given_up (tx, try, error)
      || !spark_ledger_insert_grant (tx, &grant, error)
      || !spark_ledger_set_link_state (tx, grant.account, grant.link, SPARK_LINK_STATE_REDEEMING,
                                       error)
      || !spark_ledger_summarize (tx, grant.account, grant.video, error)
      || !spark_ledger_ask (tx, &try->actor,
                            &(SparkTaskRow){ .account = grant.account,
                                             .act = SPARK_TASK_ACT_REDEEM,
                                             .video = grant.video,
                                             .grant = grant.id },
                            error))
    return FALSE;
  redemption->grant_id = spark_id_format (grant.account, grant.id);
  return TRUE;
}

static gboolean
write_redemption (SparkTx *tx, Try *try, SparkRedemption *redemption, GError **error)
{
  SparkGrantRow grant = {
    .account = try->video.account,
    .video = try->video.id,
    .code = try->code.id,
    .link = try->link.id,
    .advertiser = try->actor.id,
    .source = SPARK_GRANT_SOURCE_REDEEMED,
    .state = SPARK_GRANT_STATE_AUTHORIZED,
    .redeemed_at = spark_tx_now (tx),
    .ends_at = try->link.id != 0 ? MIN (try->link.ends_at, try->code.ends_at) : try->code.ends_at,
    .platform_ends_at = try->code.ends_at,
  };

  grant.with_code = grant.ends_at == try->code.ends_at;
  grant.brand = try->brand != 0 ? try->brand : try->link.brand;
  if (try->brand == 0
      && (!name_advertiser (tx, try, error)
          || !spark_ledger_attach (tx, &try->actor, grant.account, grant.video, &grant.brand,
                                   error)))
    return FALSE;
  if (!spark_ledger_insert_grant (tx, &grant, error)
      || (try->link.id == 0 && !spark_ledger_summarize_redeemed (tx, &grant, error))
      || (try->link.id != 0
          && !spark_ledger_set_link_state (tx, grant.account, try->link.id,
                                           SPARK_LINK_STATE_REDEEMED, error))
      || (try->code.state != SPARK_CODE_STATE_IN_USE
          && !spark_ledger_use_code (tx, grant.account, try->code.id, error))
      || (try->link.id != 0 && !spark_ledger_summarize (tx, grant.account, grant.video, error))
      || !spark_ledger_event (tx, grant.account, &try->actor,
                              &(SparkEventRow){ .type = SPARK_EVENT_GRANT_AUTHORIZED,
                                                .video = grant.video,
                                                .code = grant.code,
                                                .link = grant.link,
                                                .grant = grant.id,
                                                .brand = grant.brand,
                                                .advertiser = grant.advertiser,
                                                .ends_at = grant.ends_at },
                              NULL, error))
    return FALSE;
  redemption->grant_id = spark_id_format (grant.account, grant.id);
  return TRUE;
}

/* Fills @try; FALSE with @refusal or @error. */
static gboolean
find_try (SparkTx *tx, const char *string, Try *try, GError **refusal, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (!find_string (tx, string, try, &local))
    {
      /* What it leads to may be of an account that is being removed. */
      if (local == NULL || g_error_matches (local, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
        refuse_unknown (refusal);
      else
        g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  /* TikTok's own codes are redeemed at TikTok; here they do not exist. */
  if (try->link.id != 0 ? !try->video.platform->links_here : !try->video.platform->redeems_here)
    {
      refuse_unknown (refusal);
      return FALSE;
    }
  return try->actor.id == NULL || find_relations (tx, try, error);
}

gboolean
spark_ledger_preview_redemption (SparkTx *tx, const char *advertiser_id, const char *string,
                                 gboolean *existing, GError **refusal, GError **error)
{
  g_autoptr (GError) why = NULL;
  Try try = { 0 };

  *existing = FALSE;
  if (advertiser_id != NULL && !find_advertiser (tx, advertiser_id, &try, error))
    return FALSE;
  if (!find_try (tx, string, &try, &why, error))
    {
      if (why == NULL)
        return FALSE;
      g_propagate_error (refusal, g_steal_pointer (&why));
      return TRUE;
    }
  *existing = has_live_grant (tx, &try);
  if (!*existing)
    decide (&try, spark_tx_now (tx), refusal);
  return TRUE;
}

void
spark_ledger_expect_redemption (SparkTx *tx, const char *string)
{
  if (spark_database_can_expect (tx->database) && spark_tx_known_string (tx, string) == NULL)
    spark_tx_expect_string (tx, "fingerprint_get", string);
}

gboolean
spark_ledger_begin_redemption (SparkTx *tx, const char *advertiser_id, const char *string,
                               GError **error)
{
  const SparkKnownString *known
      = spark_database_can_expect (tx->database) ? spark_tx_known_string (tx, string) : NULL;
  Try try = { .actor = { SPARK_ACTOR_BRAND, advertiser_id, NULL } };
  g_autoptr (GError) local = NULL;

  /* That its account is gone is found where the string is. */
  if (known == NULL || spark_tx_lock (tx, known->account, &local)
      || g_error_matches (local, SPARK_ERROR, SPARK_ERROR_NOT_FOUND))
    return TRUE;
  try.kind = (SparkKind)known->kind;
  expect (tx, known->account, known->id, known->video, &try);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

gboolean
spark_ledger_redeem (SparkTx *tx, const char *advertiser_id, const char *string,
                     SparkRedemption *redemption, GError **refusal, GError **error)
{
  Try try = { 0 };

  spark_ledger_expect_redemption (tx, string);
  return find_advertiser (tx, advertiser_id, &try, error)
         && spark_ledger_redeem_if (tx, advertiser_id, string, NULL, NULL, redemption, refusal,
                                    error);
}

gboolean
spark_ledger_redeem_if (SparkTx *tx, const char *advertiser_id, const char *string,
                        SparkRedeemCheck check, gpointer data, SparkRedemption *redemption,
                        GError **refusal, GError **error)
{
  g_autoptr (GError) why = NULL;
  gboolean taken;
  /* Its name is in what is told of it when that is read. */
  Try try = { .actor = { SPARK_ACTOR_BRAND, spark_tx_keep (tx, advertiser_id), NULL } };

  *redemption = (SparkRedemption){ 0 };
  if (!find_try (tx, string, &try, &why, error))
    {
      if (why == NULL)
        return FALSE;
      g_propagate_error (refusal, g_steal_pointer (&why));
      return TRUE;
    }
  if (check != NULL && !check (tx, try.video.platform->kind, try.video.blockers, data, refusal))
    return TRUE;
  if (has_live_grant (tx, &try))
    {
      redemption->grant_id = spark_id_format (try.newest.account, try.newest.id);
      redemption->existing = TRUE;
      return TRUE;
    }
  if (!is_taken (tx, &try, &taken, error))
    return FALSE;
  if (decide (&try, spark_tx_now (tx), &why)
      || (taken
          && refuse (&why, SPARK_ERROR_LINK_USED,
                     "This code has been used by another ad account. Ask for a new one.")))
    {
      if (!write_refusal (tx, &try, why, error))
        return FALSE;
      g_propagate_error (refusal, g_steal_pointer (&why));
      return TRUE;
    }
  return try.video.platform->asks ? ask_redemption (tx, &try, redemption, error)
                                  : write_redemption (tx, &try, redemption, error);
}

/* What has ended stays as it ended; the post only leaves the brand's list. */
static gboolean
give_up (SparkTx *tx, const SparkActor *actor, const SparkPlatform *platform,
         const SparkGrantRow *grant, GError **error)
{
  gboolean ok;

  if (grant->state != SPARK_GRANT_STATE_AUTHORIZED
      && !(platform->asks && grant->state == SPARK_GRANT_STATE_PENDING))
    return TRUE;
  ok = platform->asks ? spark_ledger_begin_revoke (tx, actor, grant, NULL, error)
                      : spark_ledger_end_grant (tx, actor, grant, SPARK_GRANT_STATE_UNBOUND,
                                                SPARK_EVENT_GRANT_UNBOUND, NULL, error);
  return ok && spark_ledger_summarize (tx, grant->account, grant->video, error);
}

/* @only: a kind of platform; -1: any */
static gboolean
unbind (SparkTx *tx, const char *advertiser_id, const char *item_id, int only, GError **error)
{
  g_autoptr (GArray) posts = NULL;
  Try try = { 0 };

  if (!find_advertiser (tx, advertiser_id, &try, error))
    return FALSE;
  posts = spark_post_rows (tx, advertiser_id, item_id, only, error);
  if (posts == NULL)
    return FALSE;
  for (guint i = 0; i < posts->len; i++)
    {
      const SparkPostRow *post = &g_array_index (posts, SparkPostRow, i);

      if (!give_up (tx, &try.actor, post->platform, &post->grant, error)
          || !spark_tx_exec (tx, error, "advertiser_post_drop", "sii", advertiser_id,
                             post->grant.account, post->grant.id))
        return FALSE;
    }
  return posts->len > 0 || spark_ledger_not_found (error);
}

gboolean
spark_ledger_unbind (SparkTx *tx, const char *advertiser_id, const char *item_id, GError **error)
{
  return unbind (tx, advertiser_id, item_id, -1, error);
}

gboolean
spark_ledger_unbind_of_platform (SparkTx *tx, const char *advertiser_id, const char *item_id,
                                 SparkPlatformKind platform, GError **error)
{
  return unbind (tx, advertiser_id, item_id, (int)platform, error);
}
