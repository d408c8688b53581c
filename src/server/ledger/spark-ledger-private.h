/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "server/ledger/spark-ledger.h"
#include "server/platform/spark-platform.h"
#include "server/store/spark-store-ads.h"
#include "server/store/spark-tx.h"

G_BEGIN_DECLS

/*
 * What the ledger needs of a row to decide. Strings live as long as the transaction. Each *_load
 * fails with NOT_FOUND, also for an id that is none.
 */

typedef struct
{
  gint64 account;
  gint64 id;
  const SparkPlatform *platform;
  const char *item_id;
  SparkVisibility visibility;
  SparkBlockers blockers;
  gint64 code; /* the current one; 0: none */
} SparkVideoRow;

typedef struct
{
  gint64 account;
  gint64 id;
  gint64 video;
  SparkCodeState state;
  guint days;
  gint64 starts_at;
  gint64 ends_at;
  gint64 used_at;
  const char *note;
} SparkCodeRow;

typedef struct
{
  gint64 account;
  gint64 id;
  gint64 video;
  gint64 code;
  gint64 brand;
  SparkLinkState state;
  gint64 ends_at;
} SparkLinkRow;

typedef struct
{
  gint64 account;
  gint64 id;
  gint64 video;
  gint64 code;
  gint64 link;
  gint64 brand;
  const char *advertiser; /* NULL: none */
  SparkGrantSource source;
  SparkGrantState state;
  gint64 redeemed_at;
  gint64 ends_at;
  gint64 platform_ends_at;
  gint64 ads_active;  /* -1: not known */
  gboolean with_code; /* when it is made: it ends as its code does, which works */
} SparkGrantRow;

/* Of platform_tasks. Whoever asks fills account, act, video, code, grant and days. */
typedef struct
{
  gint64 account;
  gint64 id;
  SparkTaskAct act;
  gint64 video;
  gint64 code;
  gint64 grant;
  guint days;
  SparkActor actor; /* whose wish it is */
  gint64 due_at;
  gint64 claimed_until;
  guint attempts;
  gboolean sent;
  gint64 base_ends_at;
  gint64 written_at;
} SparkTaskRow;

/* The state of brand_advertisers. */
enum
{
  SPARK_ATTACHED_NEW,
  SPARK_ATTACHED_CONFIRMED,
  SPARK_ATTACHED_REFUSED,
};

gboolean spark_video_row_load (SparkTx *tx, const char *id, SparkVideoRow *row, GError **error);
gboolean spark_video_row_get (SparkTx *tx, gint64 account, gint64 id, SparkVideoRow *row,
                              GError **error);
gboolean spark_code_row_load (SparkTx *tx, const char *id, SparkCodeRow *row, GError **error);
gboolean spark_code_row_get (SparkTx *tx, gint64 account, gint64 id, SparkCodeRow *row,
                             GError **error);
gboolean spark_link_row_get (SparkTx *tx, gint64 account, gint64 id, SparkLinkRow *row,
                             GError **error);
gboolean spark_grant_row_load (SparkTx *tx, const char *id, SparkGrantRow *row, GError **error);
/* Reads the columns of a grants_* statement that has a row. */
void spark_grant_row_read (SparkTx *tx, SparkStatement *statement, SparkGrantRow *row);
/* It gives access at this moment; whether its end was written down already or not. */
gboolean spark_grant_row_is_live (SparkTx *tx, const SparkGrantRow *row);
/* The grants of a video, newest first, into an array of SparkGrantRow. (transfer full) */
GArray *spark_grant_rows_of_video (SparkTx *tx, gint64 account, gint64 video, GError **error);
typedef struct
{
  SparkGrantRow grant;
  const SparkPlatform *platform;
} SparkPostRow;
/* Those an ad account has in its list for a post, also ended ones, into an array of SparkPostRow.
 * @platform: a kind; -1: any. (transfer full) */
GArray *spark_post_rows (SparkTx *tx, const char *advertiser_id, const char *item_id, int platform,
                         GError **error);

gboolean spark_ledger_platform (SparkTx *tx, gint64 account, const SparkPlatform **platform,
                                GError **error);
gboolean spark_ledger_account_number (SparkTx *tx, const char *account_id, gint64 *account,
                                      GError **error);
/* The brand's number; it must be of @account. */
gboolean spark_ledger_brand_number (SparkTx *tx, gint64 account, const char *brand_id,
                                    gint64 *brand, GError **error);

/* Recomputes the summary in the video's row from its code, links and grants; touches the video. */
gboolean spark_ledger_summarize (SparkTx *tx, gint64 account, gint64 video, GError **error);
/* The same for what a redemption by a code changes, right behind its grant: one access more, and
 * the code is in use. However many have access already, it costs the same. */
gboolean spark_ledger_summarize_redeemed (SparkTx *tx, const SparkGrantRow *grant, GError **error);
/* The brand did something, or something happened to its access; touches the brand. 0: nobody. */
gboolean spark_ledger_brand_active (SparkTx *tx, gint64 account, gint64 brand, GError **error);

typedef struct
{
  SparkEventType type;
  gint64 video;
  gint64 code;
  gint64 link;
  gint64 grant;
  gint64 brand;
  const char *reason;
  const char *advertiser;
  guint count;
  guint days;
  gint64 ends_at;
  const char *note;
  gboolean earlier;
} SparkEventRow;

/* What was written this much later than now was by a clock that has been set back since: clocks of
 * several machines differ by less. As in statements.sql. */
#define SPARK_LEDGER_AHEAD_MS 60000

extern const SparkActor spark_ledger_system;

/* @id: (out) (optional) */
gboolean spark_ledger_event (SparkTx *tx, gint64 account, const SparkActor *actor,
                             const SparkEventRow *event, gint64 *id, GError **error);

/* Writes a new code that becomes the video's current one. @string: (nullable): NULL: the platform
 * has yet to make it */
gboolean spark_ledger_insert_code (SparkTx *tx, const SparkVideoRow *video, const char *string,
                                   guint days, gint64 starts_at, gint64 ends_at, const char *note,
                                   gint64 *id, GError **error);
/* A code that is ready is in use from now on. */
gboolean spark_ledger_use_code (SparkTx *tx, gint64 account, gint64 id, GError **error);
/* From now on it is not to expire. @state: neither ready nor in use */
gboolean spark_ledger_end_code (SparkTx *tx, gint64 account, gint64 id, SparkCodeState state,
                                GError **error);
/* Ends a code whose time has passed, and tells it. */
gboolean spark_ledger_expire_code (SparkTx *tx, gint64 account, gint64 id, GError **error);
gboolean spark_ledger_set_link_state (SparkTx *tx, gint64 account, gint64 id, SparkLinkState state,
                                      GError **error);

/* Writes the grant as it is; gives it its id. What is redeemed here runs its ads here: their number
 * is 0 at first; of others it is not known. */
gboolean spark_ledger_insert_grant (SparkTx *tx, SparkGrantRow *grant, GError **error);
/* Ends or begins to end a grant, tells the brand's row, and writes the event. */
gboolean spark_ledger_end_grant (SparkTx *tx, const SparkActor *actor, const SparkGrantRow *grant,
                                 SparkGrantState state, SparkEventType type, const char *reason,
                                 GError **error);

/* A token of this ad account, made for @app (nullable); of more than
 * SPARK_CREDENTIALS_MAX the oldest ends. */
gboolean spark_ledger_put_advertiser_token (SparkTx *tx, const guint8 *hash,
                                            const char *advertiser_id, const char *app,
                                            GError **error);
/* Some of what has no use any more. @more: (out): whether there may be more of it */
gboolean spark_ledger_forget (SparkTx *tx, gboolean *more, GError **error);
/* At most @left rows, by a statement that gives one for each. @left: (inout): 0: there may be more */
gboolean spark_ledger_forget_some (SparkTx *tx, const char *statement, gint64 until, guint *left,
                                   GError **error);
/* The grant carries its ads no more: they pause, for good; of thousands some only in the transactions
 * that follow. @paused: (out): how many were active */
gboolean spark_ledger_lose_ads (SparkTx *tx, const SparkGrantRow *grant, SparkAdLoss loss,
                                guint *paused, GError **error);
/* What an ad is. @wakes_at: (out): when the clock changes that; 0: it does not */
SparkAdState spark_ledger_ad_state (const SparkAd *ad, gint64 now, gint64 *wakes_at);
/* Writes an ad that spark_ledger_load_ad() gave, with what it then is, and tells the creator when it
 * starts or stops. @reason: (nullable): why it stops */
gboolean spark_ledger_update_ad (SparkTx *tx, const SparkActor *actor, SparkAd *ad,
                                 const char *reason, GError **error);
gboolean spark_ledger_tell_new_ad (SparkTx *tx, const SparkActor *actor, const SparkAd *ad,
                                   GError **error);
/* The ads of a campaign or an ad group become what it now makes of them, as many as fit into this
 * transaction: see spark_ledger_follow_ads(). */
gboolean spark_ledger_ads_follow (SparkTx *tx, const SparkActor *actor, SparkAdsOf of, gint64 id,
                                  GError **error);
/* Whether its grant carries it no more, also where it is one of those that are behind. */
gboolean spark_ledger_ad_is_lost (SparkTx *tx, const SparkAd *ad, gboolean *lost, GError **error);
/* The ad account as whoever acts; NOT_FOUND. */
gboolean spark_ledger_find_brand_actor (SparkTx *tx, const char *advertiser_id, SparkActor *actor,
                                        GError **error);
/* With the creator's account locked: what an ad is depends on its grant. The account is 0 when it
 * is gone. */
gboolean spark_ledger_load_ad (SparkTx *tx, const char *advertiser, gint64 id, SparkAd *ad,
                               GError **error);
/* ADS_RUNNING while an ad uses the video. */
gboolean spark_ledger_check_no_ads (SparkTx *tx, gint64 account, gint64 video, GError **error);
/* Reviews and schedules that have ended; @done counts on to @limit. */
gboolean spark_ledger_wake_ads (SparkTx *tx, gint64 account, guint limit, guint *done,
                                GError **error);
/* Tells the change feed of a video's engagement, with its grants and brands. */
gboolean spark_ledger_announce (SparkTx *tx, gint64 account, gint64 video, GError **error);

/* --- a platform that is only asked --- */
/* Whether TikTok can be asked in the name of this ad account. */
gboolean spark_ledger_brand_is_connected (SparkTx *tx, const char *advertiser,
                                          gboolean *connected, GError **error);
/* Writes down what it is to be asked for; tells the code that it waits. */
gboolean spark_ledger_ask (SparkTx *tx, const SparkActor *actor, const SparkTaskRow *task,
                           GError **error);
gboolean spark_task_row_get (SparkTx *tx, gint64 account, gint64 id, SparkTaskRow *row,
                             GError **error);
/* What the code waits for, as the tasks say. @problem: (nullable): why it has to */
gboolean spark_ledger_tell_waiting (SparkTx *tx, gint64 account, gint64 code, const char *problem,
                                    GError **error);
/* The newest act on the video's code that the platform has yet to do. */
gboolean spark_ledger_waiting (SparkTx *tx, gint64 account, gint64 video, SparkTaskAct *act,
                               gboolean *waiting, GError **error);
/* PLATFORM_WAITING while there is one. */
gboolean spark_ledger_check_not_waiting (SparkTx *tx, const SparkVideoRow *video, GError **error);
/* NOT_CONNECTED once the account's connection has ended, however it did: what is asked for then
 * would wait without end. */
gboolean spark_ledger_check_connected (SparkTx *tx, const SparkVideoRow *video, GError **error);
gboolean spark_ledger_drop_task (SparkTx *tx, const SparkTaskRow *task, GError **error);
gboolean spark_ledger_drop_tasks_of_grant (SparkTx *tx, gint64 account, gint64 grant,
                                           GError **error);
/* The grant is revoking, and the platform is asked to end it. */
gboolean spark_ledger_begin_revoke (SparkTx *tx, const SparkActor *actor,
                                    const SparkGrantRow *grant, const char *reason, GError **error);
/* Whether the platform is asked to end the grant because its brand gave it up. */
gboolean spark_ledger_is_given_up (SparkTx *tx, const SparkGrantRow *grant, gboolean *given_up,
                                   GError **error);
/* Grants that end with the code go on to @ends_at; those agreed to end earlier keep their end. */
gboolean spark_ledger_lengthen_grants (SparkTx *tx, const SparkCodeRow *code, gint64 ends_at,
                                       GError **error);
/* The brand an ad account is of in this account: @brand when it has none yet, 0: the one of its
 * name. The first time with an event. */
gboolean spark_ledger_attach (SparkTx *tx, const SparkActor *advertiser, gint64 account,
                              gint64 video, gint64 *brand, GError **error);
/* What a statement finds due: accounts and numbers in turn, with the accounts locked. NULL with
 * @error. (transfer full) */
GArray *spark_ledger_due (SparkTx *tx, const char *statement, guint limit, gint64 account,
                          GError **error);

gboolean spark_ledger_not_found (GError **error);
/* What only the server's key of this number makes of @text, as a token looks. (transfer full) */
char *spark_ledger_keyed_hash (SparkTx *tx, guint key_number, const char *text);
/* One of the authorization periods; INVALID_PERIOD. */
gboolean spark_ledger_check_days (guint days, GError **error);

G_END_DECLS
