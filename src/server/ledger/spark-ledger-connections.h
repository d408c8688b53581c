/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/ledger/spark-ledger.h"

G_BEGIN_DECLS

/*
 * What the backend may do in somebody's name at TikTok: creators' connections with their tokens,
 * and those of brands' ad accounts; and the consents that lead to one. Tokens are kept encrypted.
 * Each function that writes is one act inside a writing transaction, as in spark-ledger.h.
 */

/* --- consents: a browser was sent to TikTok --- */

#define SPARK_CONSENT_LIFE_MS (G_GINT64_CONSTANT (15) * 60 * 1000)

typedef enum
{
  SPARK_CONSENT_KIND_CREATOR,
  SPARK_CONSENT_KIND_BRAND,
} SparkConsentKind;

typedef struct
{
  SparkConsentKind kind;
  gint64 account; /* of a creator: the account to connect; 0: one that is yet to be made */
  char *asker;    /* the credential that asked */
  char *person;   /* who asked, and gets a seat over a new account; NULL: nobody needs one */
} SparkConsent;
void spark_consent_clear (SparkConsent *consent);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SparkConsent, spark_consent_clear)

/**
 * spark_ledger_begin_consent:
 * @id: (out) (transfer full): what it is called here; no secret
 *
 * The state that goes to TikTok with the browser is read with spark_read_consent_state(). Works
 * once, within SPARK_CONSENT_LIFE_MS. TOO_MANY_REQUESTS when the same asker has many under way. A
 * tracked account may be connected, and one that was before; PLATFORM_CANNOT for one of the
 * sandbox.
 */
gboolean spark_ledger_begin_consent (SparkTx *tx, const SparkConsent *consent, char **id,
                                     GError **error);
/* (transfer full): the state of a consent under way; NOT_FOUND. @asker: of whom it must be */
char *spark_read_consent_state (SparkTx *tx, const char *id, const char *asker, GError **error);
/**
 * spark_read_consent:
 * @whose: (out) (transfer full): the name of whoever gets the account, or of the account it is for;
 *   NULL: of whoever uses this computer
 *
 * Leaves it as it is. NOT_FOUND: the state is none, was used, or its time is over.
 */
gboolean spark_read_consent (SparkTx *tx, const char *state, SparkConsent *consent, char **whose,
                             GError **error);
/* Uses it up. NOT_FOUND, likewise. */
gboolean spark_ledger_take_consent (SparkTx *tx, const char *state, SparkConsent *consent,
                                    GError **error);
/* Until when some consent is under way; 0: none is. */
gboolean spark_read_consents_open (SparkTx *tx, gint64 *until, GError **error);

/* --- creators --- */

typedef struct
{
  gint64 account;
  SparkConnectionState state;
  char *open_id;
  char *scope;
  char *access;  /* NULL: none that can be read */
  char *refresh; /* likewise */
  gint64 access_ends_at;
  gint64 refresh_ends_at; /* 0: not known */
} SparkConnection;
void spark_connection_clear (SparkConnection *connection);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SparkConnection, spark_connection_clear)

/* NOT_FOUND: there never was one. */
gboolean spark_read_connection (SparkTx *tx, gint64 account, SparkConnection *connection,
                                GError **error);

/* @connected: (out): whether an account here is that account of TikTok's, and connected */
gboolean spark_read_is_connected (SparkTx *tx, const char *open_id, gboolean *connected,
                                  GError **error);

/**
 * spark_ledger_connect:
 * @connection: what TikTok gave; its account is not looked at
 * @name: what the account is called at TikTok
 * @handle: (nullable)
 * @account: (out): the account that is connected now
 *
 * Makes the account, or connects the one of the consent in place; whoever connects again what is
 * connected already gets the same account. INVALID_REQUEST when the account is somebody else's at
 * TikTok, or this one is of somebody else here.
 */
gboolean spark_ledger_connect (SparkTx *tx, const SparkConsent *consent,
                               const SparkConnection *connection, const char *name,
                               const char *handle, gint64 *account, GError **error);
/* The creator ends it: nothing is asked any more; TikTok is told by whoever finds it ENDING. */
gboolean spark_ledger_disconnect (SparkTx *tx, const SparkActor *actor, const char *account_id,
                                  GError **error);
/* TikTok has been told, or there is nothing to tell: the tokens are gone. */
gboolean spark_ledger_forget_tokens (SparkTx *tx, gint64 account, GError **error);
/* TikTok takes the consent no more; told once. */
gboolean spark_ledger_lose_connection (SparkTx *tx, gint64 account, GError **error);
/* So that only one refreshes, on whatever node. @claimed: (out): FALSE: somebody else does, for
 * SPARK_REFRESH_LEASE_MS at the longest. */
#define SPARK_REFRESH_LEASE_MS 60000
gboolean spark_ledger_claim_refresh (SparkTx *tx, gint64 account, gboolean *claimed,
                                     GError **error);
/* After a refresh that came to nothing. */
gboolean spark_ledger_release_refresh (SparkTx *tx, gint64 account, GError **error);
/* What a refresh gave: access, refresh and both ends. Ends the claim. */
gboolean spark_ledger_keep_tokens (SparkTx *tx, gint64 account, const SparkConnection *tokens,
                                   GError **error);
/* What the account is called at TikTok, as it now is. @handle: (nullable): not said */
gboolean spark_ledger_rename_account (SparkTx *tx, gint64 account, const char *name,
                                      const char *handle, GError **error);
/* The account's picture, as it was fetched. @path: of its address there. @type: its media type */
gboolean spark_ledger_keep_avatar (SparkTx *tx, gint64 account, const char *path, const char *type,
                                   GBytes *picture, GError **error);
/* Whether the picture that is kept is the one of @path. */
gboolean spark_read_avatar_is_of (SparkTx *tx, gint64 account, const char *path);
/* Connections in a state, behind @after, ascending. (transfer full): of gint64 */
GArray *spark_read_connections (SparkTx *tx, SparkConnectionState state, gint64 after, guint limit,
                                GError **error);

/* What is to be looked at of the connected accounts, the longest due first. */
typedef struct
{
  gint64 account;
  gint64 profile_at;
  gint64 videos_at;
  gint64 cursor;  /* where the list of videos goes on; 0: at its beginning */
  gboolean whole; /* the list was read to its end once */
} SparkConnectionDue;
/* (transfer full): of SparkConnectionDue. @next: (out): when the next is due; 0: none */
GArray *spark_read_connections_due (SparkTx *tx, guint limit, gint64 *next, GError **error);
gboolean spark_ledger_profile_looked_at (SparkTx *tx, gint64 account, gint64 next, GError **error);
/* @whole: this was the last of it */
gboolean spark_ledger_videos_looked_at (SparkTx *tx, gint64 account, gint64 next, gint64 cursor,
                                        gboolean whole, GError **error);
/* Of how many videos TikTok has never been asked whether they have a code is written down anew,
 * until it is none; the account tells it. */
gboolean spark_ledger_count_unasked (SparkTx *tx, gint64 account, GError **error);

/* --- brands' ad accounts --- */

/* @name: as TikTok has it. Makes the ad account known here when it is not. */
gboolean spark_ledger_connect_advertiser (SparkTx *tx, const char *advertiser_id, const char *name,
                                          const char *access, GError **error);
/* @state: NONE: there never was one, or it was ended and TikTok has been told. */
gboolean spark_read_advertiser_connection (SparkTx *tx, const char *advertiser_id,
                                           SparkConnectionState *state, GError **error);
/* (transfer full): of a connection in @state; NOT_FOUND. */
char *spark_read_advertiser_access (SparkTx *tx, const char *advertiser_id,
                                    SparkConnectionState state, GError **error);
gboolean spark_ledger_lose_advertiser (SparkTx *tx, const char *advertiser_id, GError **error);
/* The brand ends it: nothing is asked for it any more; TikTok is told by whoever finds it ENDING.
 */
gboolean spark_ledger_disconnect_advertiser (SparkTx *tx, const char *advertiser_id,
                                             GError **error);
/* TikTok has been told, or there is nothing to tell: the token is gone. */
gboolean spark_ledger_forget_advertiser (SparkTx *tx, const char *advertiser_id, GError **error);
/* Whether another ad account that is connected came with the same consent, and has the same token.
 */
gboolean spark_read_advertiser_token_shared (SparkTx *tx, const char *advertiser_id,
                                             gboolean *shared, GError **error);
/* Whether an ad account is connected with @access. */
gboolean spark_read_is_advertiser_token (SparkTx *tx, const char *access, gboolean *used,
                                         GError **error);
/* Those in @state, behind @after (nullable), ascending, at most @limit. */
gboolean spark_read_advertiser_connections (SparkTx *tx, SparkConnectionState state,
                                            const char *after, guint limit,
                                            SparkAdvertiserFunc func, gpointer data,
                                            GError **error);

G_END_DECLS
