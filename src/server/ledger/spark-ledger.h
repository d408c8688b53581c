/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-objects.h"
#include "model/spark-error.h"
#include "server/store/spark-store-read.h"

G_BEGIN_DECLS

/*
 * The rules: issue, extend, redeem, revoke, delete. Each function is one act inside a writing
 * transaction: it checks, writes, takes the account's next change numbers and adds the events; it
 * either does all of it or fails with an error of SPARK_ERROR and has written nothing.
 * Out ids are (transfer full). All run on the store's writer thread.
 */

/* Who does it: kept with every event. */
typedef struct
{
  SparkActorKind kind;
  const char *id; /* a person's, a token's, an ad account's; NULL: at the server's own terminal */
  const char *name;
  const char *from; /* the device or app that was used; NULL: not known */
} SparkActor;

/* --- accounts --- */
gboolean spark_ledger_add_account (SparkTx *tx, const SparkActor *actor, SparkPlatformKind platform,
                                   const char *name, const char *handle, char **id, GError **error);
/* Removes the account: nobody finds anything of it any more. What it had goes afterwards, by
 * spark_ledger_remove_some(). */
gboolean spark_ledger_delete_account (SparkTx *tx, const SparkActor *actor, const char *account_id,
                                      GError **error);
/* Where removals are, so that nothing is looked for in tables that are known to be done. */
typedef struct
{
  SparkPace pace;
  gint64 account;
  guint done;      /* tables of its */
  gint64 after[2]; /* the last row that went of the next one */
} SparkRemoval;

/* What was removed before may lie in the way of each portion, which then takes its time whether it
 * removes one row or fifty. */
#define SPARK_REMOVAL_INIT { .pace = { .rows = 200, .fewest = 50 } }
/**
 * spark_ledger_remove_some:
 * @removal: (inout): how much goes at once and of what; begin with SPARK_REMOVAL_INIT
 * @more: (out): there is more
 *
 * One portion of what removed accounts have left, in a transaction of its own, and a pause for
 * others. Waits; not on an HTTP thread. On any number of nodes at once.
 */
gboolean spark_ledger_remove_some (SparkStore *store, SparkRemoval *removal, gboolean *more,
                                   GError **error);
/* Whether there is something for it. */
gboolean spark_ledger_has_removals (SparkTx *tx);
/* Nobody sees the account, and nothing of it ends by itself, before it is opened, by its id. Unless
 * this is said again it is removed after @until, SPARK_MAKING_MS from now: whoever was making it is
 * gone. */
#define SPARK_MAKING_MS (5 * 60 * 1000)
gboolean spark_ledger_close_for_now (SparkTx *tx, const char *account_id, gint64 until,
                                     GError **error);
gboolean spark_ledger_open_account (SparkTx *tx, const char *account_id, GError **error);

/* --- videos --- */

/* What an import or a pasted link knows; members not known are NULL, 0 or -1 and leave what is
 * there. */
typedef struct
{
  const char *item_id;
  const char *caption;
  const char *share_url;
  gint64 published_at;
  gint64 duration_s;
  SparkVisibility visibility; /* UNKNOWN leaves what is there */
  SparkBlockers blockers;
  gboolean blockers_known;
  SparkEngagement total;
  gboolean has_cover; /* the backend can draw or fetch one */
} SparkVideoFacts;

typedef enum
{
  SPARK_UPSERT_ADDED,
  SPARK_UPSERT_UPDATED,
  SPARK_UPSERT_UNCHANGED,
} SparkUpsert;

/* @quiet: no event for the video itself (an import writes one for all) */
gboolean spark_ledger_upsert_video (SparkTx *tx, const SparkActor *actor, const char *account_id,
                                    const SparkVideoFacts *facts, gboolean quiet, char **id,
                                    SparkUpsert *upsert, GError **error);
/* The picture of a video, as it was fetched. @type: its media type */
gboolean spark_ledger_keep_cover (SparkTx *tx, const char *video_id, const char *type,
                                  GBytes *picture, GError **error);
/* What the video had at the end of @day (since 1970); later on the same day, what it then had. */
gboolean spark_ledger_keep_engagement (SparkTx *tx, gint64 account, gint64 video,
                                       const SparkEngagementDay *day, GError **error);
/* One event `videos_imported` with the count. */
gboolean spark_ledger_note_import (SparkTx *tx, const SparkActor *actor, const char *account_id,
                                   guint added, guint updated, guint skipped, GError **error);
/* Of an import: it has no rows. */
gboolean spark_ledger_add_batch (SparkTx *tx, const char *account_id, char **id, GError **error);
gboolean spark_ledger_update_batch (SparkTx *tx, const SparkBatch *batch, GError **error);
/* Whether it is to go on: nobody has stopped it. */
gboolean spark_ledger_batch_goes_on (SparkTx *tx, const char *batch_id, gboolean *goes_on,
                                     GError **error);

/* --- batches: one act on many objects of an account --- */

#define SPARK_BATCH_MAX_ROWS 5000

typedef struct
{
  SparkBatchAct act;
  guint days;         /* generate, extend */
  const char *reason; /* revoke; NULL: none */
  gboolean agreed;    /* extend: grants that were agreed to end before their code end with it */
} SparkBatchTerms;

/* The credential of whoever owns this backend, and may do all. */
#define SPARK_CREDENTIAL_OWNER "owner"

/**
 * spark_ledger_check_role:
 * @holder: whoever began something: a person, a token, or SPARK_CREDENTIAL_OWNER
 *
 * Whether they may still do it. FORBIDDEN.
 */
gboolean spark_ledger_check_role (SparkTx *tx, const char *holder, gint64 account, SparkRole role,
                                  GError **error);
/**
 * spark_ledger_find_creator_actor:
 * @holder: (nullable): as above; NULL: at the terminal
 * @actor: (out): valid as long as @tx; without a name where they have none, or are gone
 */
gboolean spark_ledger_find_creator_actor (SparkTx *tx, const char *holder, SparkActor *actor,
                                          GError **error);

/* What an act asks for. */
SparkRole spark_ledger_batch_role (SparkBatchAct act);
/* INVALID_REQUEST of more than SPARK_BATCH_MAX_ROWS. */
gboolean spark_ledger_check_batch_size (gsize n_subjects, GError **error);
/**
 * spark_ledger_start_batch:
 * @actor: each row is done only while they may do it
 * @subjects: numbers of objects of the account: what the act is on. Generate: videos. Extend and
 *   delete: codes, or videos or grants, whose code it then is. Revoke: grants
 *
 * Only writes down what is to be done; spark_ledger_run_batch_row() does it, row by row.
 */
gboolean spark_ledger_start_batch (SparkTx *tx, const SparkActor *actor, gint64 account,
                                   const SparkBatchTerms *terms, const gint64 *subjects,
                                   gsize n_subjects, char **id, GError **error);
/* On the terms of another batch. NOT_FOUND: there is none. */
gboolean spark_ledger_repeat_batch (SparkTx *tx, const SparkActor *actor, const char *batch_id,
                                    const gint64 *subjects, gsize n_subjects, char **id,
                                    GError **error);
/* Does one row. One that is done already stays so. What it fails with is to be given to
 * spark_ledger_advance_batch(): this transaction has then done nothing. */
gboolean spark_ledger_run_batch_row (SparkTx *tx, gint64 account, gint64 batch,
                                     const SparkBatchRow *row, GError **error);

typedef struct
{
  gint64 line;
  const char *problem; /* a SparkError nick */
} SparkBatchFailure;
/* Counts anew, with @failures; tells the change feed. Done when no row waits. */
gboolean spark_ledger_advance_batch (SparkTx *tx, gint64 account, gint64 batch,
                                     const SparkBatchFailure *failures, gsize n_failures,
                                     GError **error);
/* It has ended early: nobody works at it any more. */
gboolean spark_ledger_fail_batch (SparkTx *tx, gint64 account, gint64 batch, SparkError problem,
                                  GError **error);
/* Whoever asked for it has enough: what is done stays, what has not begun is left as it is. One that
 * does not run is left alone. */
gboolean spark_ledger_stop_batch (SparkTx *tx, const char *batch_id, GError **error);
/* Results are kept for 30 days; then at most @limit go. @more: (out): there may be more of them */
gboolean spark_ledger_forget_batch_rows (SparkTx *tx, guint limit, gboolean *more, GError **error);

/* --- codes --- */

/* sandbox. A ready or used code: CODE_EXISTS; days are not one of spark_periods: INVALID_PERIOD. */
gboolean spark_ledger_generate (SparkTx *tx, const SparkActor *actor, const char *video_id,
                                guint days, char **code_id, GError **error);
/* tracked. @days counts from now, unless @ends_at is given. */
gboolean spark_ledger_add_code (SparkTx *tx, const SparkActor *actor, const char *video_id,
                                const char *code, guint days, gint64 ends_at, const char *note,
                                char **code_id, GError **error);
/**
 * spark_ledger_extend_agreed:
 * @grant_id: of this code; GRANT_ENDED when it gives no access any more, or is being revoked
 * @ends_at: as agreed anew, INVALID_PERIOD when that is over or earlier than before; 0: with the code
 *
 * Whatever was agreed with the brand before, its access ends then; never later than the code, as long
 * as that is not extended so far.
 */
gboolean spark_ledger_extend_agreed (SparkTx *tx, const SparkActor *actor, const char *code_id,
                                     const char *grant_id, gint64 ends_at, GError **error);
/* INVALID_PERIOD when the code ends before. */
gboolean spark_ledger_check_reaches (SparkTx *tx, const char *code_id, gint64 ends_at,
                                     GError **error);
/* Days are added to the end. Also lengthens the grants that end with the code, as far as was agreed.
 */
gboolean spark_ledger_extend (SparkTx *tx, const SparkActor *actor, const char *code_id, guint days,
                              GError **error);
/* Ends the code and makes another on the same terms (same end). Grants stay. Sandbox. */
gboolean spark_ledger_replace (SparkTx *tx, const SparkActor *actor, const char *code_id,
                               char **new_code_id, GError **error);
gboolean spark_ledger_copied (SparkTx *tx, const SparkActor *actor, const char *code_id,
                              const char *brand_id, gint64 at, GError **error);
/* Stops new redemptions; grants stay as they are. */
gboolean spark_ledger_delete_code (SparkTx *tx, const SparkActor *actor, const char *code_id,
                                   GError **error);
/* Turns ad authorization off: the code ends, open links are withdrawn, grants are revoked. */
gboolean spark_ledger_turn_off (SparkTx *tx, const SparkActor *actor, const char *video_id,
                                GError **error);

/* --- links --- */
gboolean spark_ledger_create_link (SparkTx *tx, const SparkActor *actor, const char *video_id,
                                   const char *brand_id, gint64 ends_at, const char *note,
                                   char **link_id, GError **error);
gboolean spark_ledger_withdraw_link (SparkTx *tx, const SparkActor *actor, const char *link_id,
                                     GError **error);

/* --- redemption --- */

typedef struct
{
  char *grant_id;
  gboolean existing; /* it had been redeemed before: the same grant again */
} SparkRedemption;
void spark_redemption_clear (SparkRedemption *redemption);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SparkRedemption, spark_redemption_clear)

/**
 * spark_ledger_redeem:
 * @string: a Spark code or the string of a link
 * @refusal: (out): why it was refused; NULL when it was not
 *
 * A refusal is not a failure of the transaction: it is written down (rule 8: one event an hour for
 * a brand, a code and a reason, with a count), so the function returns TRUE and @refusal says why.
 */
gboolean spark_ledger_redeem (SparkTx *tx, const char *advertiser_id, const char *string,
                              SparkRedemption *redemption, GError **refusal, GError **error);
/* The same for an ad account whose token was looked at in this transaction, so that it is there; if
 * @check (nullable), which is asked before anything is decided, does not refuse it for where the
 * video is or what stands in its way. FALSE with @refusal: nothing is written down. */
typedef gboolean (*SparkRedeemCheck) (SparkTx *tx, SparkPlatformKind platform,
                                      SparkBlockers blockers, gpointer data, GError **refusal);
gboolean spark_ledger_redeem_if (SparkTx *tx, const char *advertiser_id, const char *string,
                                 SparkRedeemCheck check, gpointer data, SparkRedemption *redemption,
                                 GError **refusal, GError **error);
/* One of them will be done: spark_tx_expect(). */
void spark_ledger_expect_redemption (SparkTx *tx, const char *string);
/* The same first of all: locks the account that the string led to before, and says what else that
 * is decided on, so that all is asked for at once. FALSE with @error: for what must be waited. */
gboolean spark_ledger_begin_redemption (SparkTx *tx, const char *advertiser_id, const char *string,
                                        GError **error);
/**
 * spark_ledger_preview_redemption:
 * @advertiser_id: (nullable): NULL: whoever it will be
 * @existing: (out): this ad account has redeemed it already
 * @refusal: (out): why spark_ledger_redeem() would refuse it; NULL when it would not
 *
 * Decides and writes nothing, so any transaction will do.
 */
gboolean spark_ledger_preview_redemption (SparkTx *tx, const char *advertiser_id,
                                          const char *string, gboolean *existing, GError **refusal,
                                          GError **error);
/* The brand drops the post: all its live grants on it end as unbound, as soon as the platform says so
 * where it has to be asked. NOT_FOUND when it has none. */
gboolean spark_ledger_unbind (SparkTx *tx, const char *advertiser_id, const char *item_id,
                              GError **error);
/* The same of accounts of one platform: a post may be in several. */
gboolean spark_ledger_unbind_of_platform (SparkTx *tx, const char *advertiser_id,
                                          const char *item_id, SparkPlatformKind platform,
                                          GError **error);
/* Whether that is less than a day ago; not, if by a clock that has been set back since. */
gboolean spark_ledger_asked_lately (gint64 asked_at, gint64 now);
/**
 * spark_ledger_request_extension:
 * @days: by how many; one of spark_periods
 *
 * The brand asks, the creator gets an event. NOT_FOUND when the grant is not of this ad account,
 * GRANT_ENDED when it was revoked or given up, TOO_MANY_REQUESTS within a day of
 * the last time.
 */
gboolean spark_ledger_request_extension (SparkTx *tx, const char *advertiser_id,
                                         const char *grant_id, guint days, GError **error);

/* --- grants --- */
/* The creator says who used the code. @brand_name makes the brand when @brand_id is NULL. */
gboolean spark_ledger_note_grant (SparkTx *tx, const SparkActor *actor, const char *video_id,
                                  const char *brand_id, const char *brand_name, gint64 ends_at,
                                  char **grant_id, GError **error);
gboolean spark_ledger_attribute_grant (SparkTx *tx, const SparkActor *actor, const char *grant_id,
                                       const char *brand_id, GError **error);
gboolean spark_ledger_preview_revocation (SparkTx *tx, const char *grant_id,
                                          SparkRevocation *revocation, GError **error);
/* Sandbox: revoked at once. Tracked: revoking, "still open on TikTok until …". */
gboolean spark_ledger_revoke (SparkTx *tx, const SparkActor *actor, const char *grant_id,
                              const char *reason, GError **error);
/**
 * spark_ledger_note_end:
 *
 * The creator says that a revoked access has ended, where nothing else can tell: it is revoked now.
 * PLATFORM_CANNOT where the platform tells; GRANT_NOT_REVOKED when it has not been revoked,
 * GRANT_ENDED when it had ended before. Said once more, it changes nothing.
 */
gboolean spark_ledger_note_end (SparkTx *tx, const SparkActor *actor, const char *grant_id,
                                GError **error);
/* Lifts a revocation: a new grant on the same video for the same ad account. */
gboolean spark_ledger_give_again (SparkTx *tx, const SparkActor *actor, const char *grant_id,
                                  char **new_grant_id, GError **error);

/* --- brands --- */
gboolean spark_ledger_add_brand (SparkTx *tx, const SparkActor *actor, const char *account_id,
                                 const char *name, const char *notes, char **brand_id,
                                 GError **error);
/* The brand of this name, made when there is none. @account is the number of an existing account.
 */
gboolean spark_ledger_find_brand (SparkTx *tx, const SparkActor *actor, gint64 account,
                                  const char *name, char **brand_id, GError **error);
/* NULL leaves a member as it is; @deal NULL likewise. */
gboolean spark_ledger_update_brand (SparkTx *tx, const SparkActor *actor, const char *brand_id,
                                    const char *name, const char *notes, const SparkDeal *deal,
                                    GError **error);
/* Answers `advertiser_new`. Refusing revokes the grants of that ad account in this account. */
gboolean spark_ledger_confirm_advertiser (SparkTx *tx, const SparkActor *actor,
                                          const char *brand_id, const char *advertiser_id,
                                          GError **error);
gboolean spark_ledger_refuse_advertiser (SparkTx *tx, const SparkActor *actor, const char *brand_id,
                                         const char *advertiser_id, GError **error);

/* --- where brands reach this backend --- */

typedef struct
{
  gint64 account;
  gint64 link;
} SparkLedgerPosition;

/**
 * spark_ledger_move:
 * @url: (nullable): where brands reach this backend now
 * @position: (inout): where the last call ended; all 0 at first
 *
 * When it is another address than the last that was told, everything that names it has changed: at
 * most @limit open links in one call, at the end the accounts. @more tells whether to call again.
 */
gboolean spark_ledger_move (SparkTx *tx, const char *url, SparkLedgerPosition *position,
                            guint limit, gboolean *more, GError **error);

/* --- the passing of time --- */
/* Ends what has ended: at most @limit objects; @more tells whether to call again. */
gboolean spark_ledger_expire (SparkTx *tx, guint limit, gboolean *more, GError **error);
/* The same of one account alone, whoever sees it. */
gboolean spark_ledger_expire_account (SparkTx *tx, const char *account_id, guint limit,
                                      gboolean *more, GError **error);
/* @newest: (out): when the last thing of any account was recorded, in ms; 0: there is nothing. For
 * reading too. */
gboolean spark_ledger_newest (SparkTx *tx, gint64 *newest, GError **error);

/* --- credentials --- */
/* How many an ad account has of each kind (tokens of /open_api, invitations, sign-ins of brands), a
 * brand's sign-in has of ad accounts, a person of sign-ins, and such a one of tokens of each kind:
 * one more ends the oldest. */
#define SPARK_CREDENTIALS_MAX G_GINT64_CONSTANT (100)
/* @token: (out) (transfer full): shown once, kept only as a hash */
gboolean spark_ledger_create_token (SparkTx *tx, const char *name, SparkRole role,
                                    const gint64 *accounts, gsize n_accounts, gint64 expires_at,
                                    char **id, char **token, GError **error);
gboolean spark_ledger_revoke_token (SparkTx *tx, const char *id, GError **error);
gboolean spark_ledger_add_advertiser (SparkTx *tx, const char *name, char **advertiser_id,
                                      GError **error);
/* NOT_FOUND: there is no such ad account. Of more than SPARK_CREDENTIALS_MAX the oldest ends. */
gboolean spark_ledger_create_advertiser_token (SparkTx *tx, const char *advertiser_id, char **token,
                                               GError **error);
/* Every token of /open_api that this ad account has. */
gboolean spark_ledger_end_advertiser_tokens (SparkTx *tx, const char *advertiser_id,
                                             GError **error);

/* --- brands' sign-ins --- */
/**
 * spark_ledger_sign_in_brand:
 * @session: (nullable): the token of a sign-in that goes on, with its ad accounts; it ends
 * @request: (nullable): what only who sent the request knows, besides a @session: so that the same
 *   can be signed in again, when the answer was lost
 * @token: (out) (transfer full): of the new one; kept only as a hash
 *
 * Signs a person in for one more ad account, for SPARK_BRAND_SESSION_DAYS. Of more than
 * SPARK_CREDENTIALS_MAX the ad account that was added first is left behind, and the oldest sign-in
 * for this one ends.
 */
#define SPARK_BRAND_SESSION_DAYS 30
gboolean spark_ledger_sign_in_brand (SparkTx *tx, const char *session, const char *advertiser_id,
                                     const char *request, char **token, GError **error);
/* The token once more, for an hour. @token: (out) (transfer full): NULL: there was no such request,
 * or the sign-in has ended. */
gboolean spark_ledger_sign_in_brand_again (SparkTx *tx, const char *session,
                                           const char *advertiser_id, const char *request,
                                           char **token, GError **error);
gboolean spark_ledger_sign_out_brand (SparkTx *tx, const char *session, GError **error);
/* What signs somebody in for this ad account, once, within SPARK_BRAND_INVITATION_DAYS. Of
 * more than SPARK_CREDENTIALS_MAX the oldest ends. */
#define SPARK_BRAND_INVITATION_DAYS 7
gboolean spark_ledger_invite_brand (SparkTx *tx, const char *advertiser_id, char **invitation,
                                    GError **error);
/* Whom it signs in for, without using it up. UNAUTHORIZED when it is none, was used or has ended. */
gboolean spark_read_invitation (SparkTx *tx, const char *invitation, SparkAdvertiser *advertiser,
                                GError **error);
/* Uses it up. UNAUTHORIZED as above. */
gboolean spark_ledger_accept_invitation (SparkTx *tx, const char *invitation, char **advertiser_id,
                                         GError **error);

/* --- idempotency --- */
/**
 * spark_ledger_idempotency_find:
 * @caller: the credential's id
 * @body_hash: 32 bytes
 * @object_id: (out) (transfer full) (nullable): what the first request made, to be rendered again;
 *   NULL: this is the first request
 * @status: (out): the status the first was answered with
 *
 * IDEMPOTENCY_MISMATCH when the same key came with another body. Kept for 24 hours.
 */
gboolean spark_ledger_idempotency_find (SparkTx *tx, const char *caller, const char *key,
                                        const guint8 *body_hash, char **object_id, guint *status,
                                        GError **error);
gboolean spark_ledger_idempotency_keep (SparkTx *tx, const char *caller, const char *key,
                                        const guint8 *body_hash, const char *object_id,
                                        guint status, GError **error);

G_END_DECLS
