/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-ledger"

#include "config.h"

#include "server/ledger/spark-ledger-platform.h"
#include "server/ledger/spark-ledger-private.h"

/* What a brand's ad account lists of one video, and what is known of its access. */
typedef struct
{
  SparkTx *tx;
  const SparkPlatformPost *post;
  SparkActor advertiser;
  SparkVideoRow video;
  SparkCodeRow code;    /* the video's current one; id 0: none */
  SparkGrantRow newest; /* the ad account's newest grant on the video; id 0: none */
} Listed;

static gboolean
load (Listed *self, const char *advertiser, gint64 account, gint64 video, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row;

  if (!spark_video_row_get (self->tx, account, video, &self->video, error)
      || (self->video.code != 0
          && !spark_code_row_get (self->tx, account, self->video.code, &self->code, error)))
    return FALSE;
  row = spark_tx_row (self->tx, &local, "advertiser_name", "s", advertiser);
  if (row == NULL)
    return spark_tx_absent (g_steal_pointer (&local), error);
  self->advertiser = (SparkActor){ SPARK_ACTOR_BRAND, spark_tx_keep (self->tx, advertiser),
                                   spark_tx_keep (self->tx, spark_statement_text (row, 0)) };
  spark_statement_reset (row);
  row = spark_tx_row (self->tx, &local, "grant_newest_of_advertiser", "iis", account, video,
                      advertiser);
  if (row != NULL)
    {
      spark_grant_row_read (self->tx, row, &self->newest);
      spark_statement_reset (row);
    }
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
tell_authorized (Listed *self, const SparkGrantRow *grant, GError **error)
{
  return (self->code.id == 0 || self->code.state != SPARK_CODE_STATE_READY
          || spark_ledger_use_code (self->tx, grant->account, self->code.id, error))
         && spark_ledger_summarize (self->tx, grant->account, grant->video, error)
         && spark_ledger_event (self->tx, grant->account, &self->advertiser,
                                &(SparkEventRow){ .type = SPARK_EVENT_GRANT_AUTHORIZED,
                                                  .video = grant->video,
                                                  .code = grant->code,
                                                  .link = grant->link,
                                                  .grant = grant->id,
                                                  .brand = grant->brand,
                                                  .advertiser = grant->advertiser,
                                                  .ends_at = grant->ends_at },
                                NULL, error);
}

/* What was asked for is so. */
static gboolean
confirm (Listed *self, GError **error)
{
  SparkGrantRow *grant = &self->newest;
  gint64 brand = grant->brand;
  gint64 platform_ends_at
      = self->post->ends_at != 0 ? self->post->ends_at : grant->platform_ends_at;

  return spark_ledger_drop_tasks_of_grant (self->tx, grant->account, grant->id, error)
         && spark_ledger_attach (self->tx, &self->advertiser, grant->account, grant->video, &brand,
                                 error)
         && spark_tx_exec (self->tx, error, "grant_confirm", "iiiii", grant->account, grant->id,
                           spark_tx_now (self->tx), MIN (grant->ends_at, platform_ends_at),
                           platform_ends_at)
         && spark_tx_touch (self->tx, grant->account, SPARK_KIND_GRANT, grant->id, error)
         && (grant->link == 0
             || spark_ledger_set_link_state (self->tx, grant->account, grant->link,
                                             SPARK_LINK_STATE_REDEEMED, error))
         && spark_ledger_brand_active (self->tx, grant->account, grant->brand, error)
         && tell_authorized (self, grant, error);
}

/*
 * What the creator noted, when it can be no other: of the brand that they confirmed the ad account
 * to be of, its only one, of this code, and after it was used. noted->id is 0 otherwise.
 */
static gboolean
find_noted (Listed *self, SparkGrantRow *noted, GError **error)
{
  g_autoptr (GError) local = NULL;
  SparkStatement *row;
  guint found = 0;

  *noted = (SparkGrantRow){ 0 };
  if (self->code.id == 0 || self->post->bound_at == 0)
    return TRUE;
  row = spark_tx_select (self->tx, &local, "grants_noted_of_advertiser", "isiiiiii",
                         self->video.account, self->advertiser.id, (gint64)SPARK_ATTACHED_CONFIRMED,
                         self->video.id, self->code.id, (gint64)SPARK_GRANT_SOURCE_NOTED,
                         (gint64)SPARK_GRANT_STATE_AUTHORIZED, self->post->bound_at);
  for (; row != NULL && spark_statement_step (row, &local); found++)
    spark_grant_row_read (self->tx, row, noted);
  if (found > 1)
    *noted = (SparkGrantRow){ 0 };
  if (local == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/* The creator has told of it already: it is only known better now. */
static gboolean
see_noted (Listed *self, const SparkGrantRow *noted, GError **error)
{
  gint64 platform_ends_at
      = self->post->ends_at != 0 ? self->post->ends_at : noted->platform_ends_at;

  return spark_tx_exec (self->tx, error, "grant_set_seen", "iisiiii", noted->account, noted->id,
                        self->advertiser.id, (gint64)SPARK_GRANT_SOURCE_SEEN, self->post->bound_at,
                        MIN (noted->ends_at, platform_ends_at), platform_ends_at)
         && spark_tx_exec (self->tx, error, "advertiser_post_put", "sii", self->advertiser.id,
                           noted->account, noted->id)
         && spark_tx_touch (self->tx, noted->account, SPARK_KIND_GRANT, noted->id, error)
         && spark_ledger_summarize (self->tx, noted->account, noted->video, error);
}

/* Used in Ads Manager, and Sparkbox had no part in it. */
static gboolean
discover (Listed *self, GError **error)
{
  SparkGrantRow noted;
  gint64 now = spark_tx_now (self->tx);
  gint64 ends_at = self->post->ends_at != 0 ? self->post->ends_at : self->code.ends_at;
  SparkGrantRow grant = {
    .account = self->video.account,
    .video = self->video.id,
    .code = self->code.id,
    .advertiser = self->advertiser.id,
    .source = SPARK_GRANT_SOURCE_SEEN,
    .state = SPARK_GRANT_STATE_AUTHORIZED,
    .redeemed_at = self->post->bound_at != 0 ? self->post->bound_at : now,
    .ends_at = ends_at,
    .platform_ends_at = ends_at,
    .ads_active = -1,
  };

  if (ends_at <= now)
    return TRUE;
  if (!find_noted (self, &noted, error))
    return FALSE;
  if (noted.id != 0)
    return see_noted (self, &noted, error);
  return spark_ledger_attach (self->tx, &self->advertiser, grant.account, grant.video, &grant.brand,
                              error)
         && spark_ledger_insert_grant (self->tx, &grant, error)
         && tell_authorized (self, &grant, error);
}

/* The revoke was undone by what happened since: an extension lets in again whom the end let out. */
static gboolean
revoke_again (Listed *self, GError **error)
{
  SparkGrantRow *grant = &self->newest;
  gint64 ends_at = self->post->ends_at != 0 ? self->post->ends_at : self->code.ends_at;

  if (ends_at <= spark_tx_now (self->tx))
    return TRUE;
  grant->platform_ends_at = ends_at;
  return spark_tx_exec (self->tx, error, "grant_set_ends", "iiii", grant->account, grant->id,
                        grant->ends_at, ends_at)
         && spark_ledger_begin_revoke (self->tx, &spark_ledger_system, grant, NULL, error)
         && spark_ledger_summarize (self->tx, grant->account, grant->video, error);
}

static gboolean
apply_listed (Listed *self, GError **error)
{
  const SparkGrantRow *grant = &self->newest;

  if (grant->id == 0)
    return discover (self, error);
  switch (grant->state)
    {
    case SPARK_GRANT_STATE_PENDING:
      return confirm (self, error);
    case SPARK_GRANT_STATE_REVOKING:
      return spark_tx_exec (self->tx, error, "task_drop_redeemed", "ii", grant->account, grant->id);
    case SPARK_GRANT_STATE_AUTHORIZED:
      return TRUE;
    case SPARK_GRANT_STATE_REVOKED:
      return self->post->bound_at > grant->redeemed_at ? discover (self, error)
                                                       : revoke_again (self, error);
    case SPARK_GRANT_STATE_EXPIRED:
    case SPARK_GRANT_STATE_UNBOUND:
    case SPARK_GRANT_STATE_FAILED:
    default:
      return discover (self, error);
    }
}

static gboolean
apply_not_listed (Listed *self, GError **error)
{
  const SparkGrantRow *grant = &self->newest;
  gboolean revoking = grant->state == SPARK_GRANT_STATE_REVOKING;
  gboolean gave_up;
  SparkGrantState state = SPARK_GRANT_STATE_REVOKED;
  SparkEventType type = SPARK_EVENT_GRANT_REVOKED;

  if (grant->id == 0 || (!revoking && grant->state != SPARK_GRANT_STATE_AUTHORIZED))
    return TRUE;
  if (!spark_ledger_is_given_up (self->tx, grant, &gave_up, error))
    return FALSE;
  gave_up |= !revoking && !self->post->listed;
  if (gave_up)
    {
      state = SPARK_GRANT_STATE_UNBOUND;
      type = SPARK_EVENT_GRANT_UNBOUND;
    }
  else if (!revoking)
    {
      state = SPARK_GRANT_STATE_EXPIRED;
      type = SPARK_EVENT_GRANT_EXPIRED;
    }
  return spark_ledger_drop_tasks_of_grant (self->tx, grant->account, grant->id, error)
         && spark_ledger_end_grant (self->tx, gave_up ? &self->advertiser : &spark_ledger_system,
                                    grant, state, type, NULL, error)
         && spark_ledger_summarize (self->tx, grant->account, grant->video, error);
}

gboolean
spark_ledger_apply_post (SparkTx *tx, const char *advertiser, gint64 account, gint64 video,
                         gint64 asked_at, const SparkPlatformPost *post, GError **error)
{
  Listed self = { .tx = tx, .post = post };

  if (!load (&self, advertiser, account, video, error))
    return FALSE;
  /* What began after it was asked for could not be in it. */
  if (self.newest.id != 0 && self.newest.redeemed_at > asked_at
      && self.newest.state != SPARK_GRANT_STATE_PENDING)
    return TRUE;
  return post->authorized ? apply_listed (&self, error) : apply_not_listed (&self, error);
}
