/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/ledger/spark-ledger.h"

G_BEGIN_DECLS

/*
 * Developers' apps of the sandbox, and the tokens people give them, as TikTok API for Business has
 * them: a long-lived token over ad accounts, and for an account holder an access token of a day
 * with a refresh token of a year. Secrets, codes and tokens are shown once and kept as hashes.
 */

#define SPARK_APP_ERROR (spark_app_error_quark ())
GQuark spark_app_error_quark (void);

typedef enum
{
  SPARK_APP_ERROR_WRONG_APP,   /* no such app, or not its secret */
  SPARK_APP_ERROR_WRONG_CODE,  /* never given out, or to another app or address */
  SPARK_APP_ERROR_CODE_ENDED,  /* used or too old */
  SPARK_APP_ERROR_WRONG_TOKEN, /* never given out, revoked, or of another kind */
  SPARK_APP_ERROR_TOKEN_EXPIRED,
  SPARK_APP_ERROR_WRONG_REFRESH,
  SPARK_APP_ERROR_REFRESH_EXPIRED,
} SparkAppError;

/* How much an app may ask. */
typedef enum
{
  SPARK_APP_LEVEL_BASIC,
  SPARK_APP_LEVEL_ADVANCED,
  SPARK_APP_LEVEL_PREMIUM,
  SPARK_APP_LEVEL_ULTIMATE,
} SparkAppLevel;

typedef struct
{
  const char *id;
  const char *name;
  const char *redirect_uri; /* NULL: none registered */
  SparkAppLevel level;
} SparkApp;

#define SPARK_APP_ACCESS_SECONDS  86400
#define SPARK_APP_REFRESH_SECONDS 31536000

/* --- apps --- */
/* @redirect_uri: (nullable): http or https. INVALID_REQUEST */
gboolean spark_ledger_add_app (SparkTx *tx, const char *name, const char *redirect_uri,
                               SparkAppLevel level, char **id, GError **error);
/* A new secret; the old one works no more. (transfer full) */
gboolean spark_ledger_renew_app_secret (SparkTx *tx, const char *id, char **secret, GError **error);
/* NOT_FOUND; the view lives as long as @tx. */
gboolean spark_read_app (SparkTx *tx, const char *id, SparkApp *view, GError **error);
/* WRONG_APP unless @secret is the app's. */
gboolean spark_read_app_with_secret (SparkTx *tx, const char *id, const char *secret,
                                     SparkApp *view, GError **error);
typedef gboolean (*SparkAppFunc) (const char *id, const char *name, gpointer data);
gboolean spark_read_apps (SparkTx *tx, SparkAppFunc func, gpointer data, GError **error);

/* --- codes: a person said yes --- */
/* The owner who did; what they let in ends with their seat, or with their token. */
typedef struct
{
  const char *person; /* NULL: not signed in */
  const char *token;  /* the id of a token; NULL: none */
} SparkAppOwner;

/* Over ad accounts; lives for an hour. @advertisers: NULL-terminated */
gboolean spark_ledger_consent_advertisers (SparkTx *tx, const char *app,
                                           const char *const *advertisers, char **code,
                                           GError **error);
/* Over one creator's account; lives for ten minutes. @scope: separated by commas. @owner:
 * (nullable): NULL: at the terminal. PLATFORM_CANNOT: not an account of the sandbox. */
gboolean spark_ledger_consent_account (SparkTx *tx, const char *app, const char *account_id,
                                       const char *scope, const char *redirect_uri,
                                       const SparkAppOwner *owner, char **code, GError **error);

/* --- tokens over ad accounts --- */
/* @token: (transfer full); the code is used up. */
gboolean spark_ledger_exchange_advertisers (SparkTx *tx, const char *app, const char *secret,
                                            const char *code, char **token, GError **error);
gboolean spark_ledger_revoke_advertiser_token (SparkTx *tx, const char *app, const char *secret,
                                               const char *token, GError **error);

typedef struct
{
  const char *id;
  const char *name;
  gint64 created_at;
} SparkTokenAdvertiser;
/* The ad accounts of a token, oldest first, into an array of SparkTokenAdvertiser that live as long
 * as @tx. WRONG_TOKEN. @app: (out): NULL: made at the terminal. (transfer full) */
GArray *spark_read_token_advertisers (SparkTx *tx, const char *token, const char **app,
                                      GError **error);
/* That will be asked: spark_tx_expect(). */
void spark_expect_token_advertisers (SparkTx *tx, const char *token);
/* Whether the token with this hash is over the ad account: WRONG_TOKEN. */
gboolean spark_check_token_right (SparkTx *tx, const guint8 *hash, const char *advertiser_id,
                                  GError **error);
void spark_expect_token_right (SparkTx *tx, const guint8 *hash, const char *advertiser_id);

/* --- tokens over a creator's account --- */
typedef struct
{
  char *access;
  char *refresh;
  char *scope;
  gint64 account;
  gint64 refresh_expires_at;
} SparkAppTokens;
void spark_app_tokens_clear (SparkAppTokens *tokens);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SparkAppTokens, spark_app_tokens_clear)

gboolean spark_ledger_exchange_account (SparkTx *tx, const char *app, const char *secret,
                                        const char *code, const char *redirect_uri,
                                        SparkAppTokens *tokens, GError **error);
/* The year of the first consent goes on counting. */
gboolean spark_ledger_refresh_account (SparkTx *tx, const char *app, const char *secret,
                                       const char *refresh, SparkAppTokens *tokens, GError **error);
/* Ends what came of the same consent. */
gboolean spark_ledger_revoke_account_token (SparkTx *tx, const char *app, const char *secret,
                                            const char *access, GError **error);

typedef struct
{
  const char *app;
  gint64 account;
  const char *scope;
  const char *holder; /* the owner who consented: a person, or a token; NULL: at the terminal */
} SparkAccountToken;
/* WRONG_TOKEN, TOKEN_EXPIRED; lives as long as @tx. */
gboolean spark_read_account_token (SparkTx *tx, const char *access, SparkAccountToken *view,
                                   GError **error);

/* What an app knows a creator's account by (`open_id`, `business_id`). Lives as long as @tx. */
const char *spark_read_open_id (SparkTx *tx, gint64 account, const char *app);

G_END_DECLS
