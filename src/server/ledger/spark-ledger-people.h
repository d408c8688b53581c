/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/ledger/spark-ledger.h"

G_BEGIN_DECLS

/*
 * People who sign in, the seats they hold over accounts, and what a device holds after a sign-in:
 * a short access token and a refresh token that is used once (RFC 6749, RFC 7636, RFC 9700). Only
 * hashes are kept. All run on the store's writer thread.
 */

/* How long an authorization code, an access token and an unused refresh token live. */
#define SPARK_CODE_LIFE_MS    (G_GINT64_CONSTANT (60) * 1000)
#define SPARK_ACCESS_LIFE_MS  (G_GINT64_CONSTANT (3600) * 1000)
#define SPARK_REFRESH_LIFE_MS (G_GINT64_CONSTANT (90) * 86400 * 1000)

/* Nobody signs in with a shorter one (NIST SP 800-63B, 5.1.1). */
#define SPARK_PASSWORD_MIN 8
#define SPARK_PASSWORD_MAX 1024

/* @invitation: (out) (transfer full): shown once; it makes one person, or adds seats to one. */
gboolean spark_ledger_invite (SparkTx *tx, SparkRole role, const gint64 *accounts, gsize n_accounts,
                              gint64 expires_at, char **invitation, GError **error);

/* Nobody can use an invitation to one of @accounts any more; seats that were taken stay. */
gboolean spark_ledger_withdraw_invitations (SparkTx *tx, const gint64 *accounts, gsize n_accounts,
                                            GError **error);

/**
 * spark_ledger_join:
 * @name: what the person will sign in with
 * @password: its Argon2id hash
 *
 * Uses the invitation up and makes the person with its seats. NOT_FOUND: there is no such
 * invitation any more; INVALID_REQUEST: the name cannot be one; UNAUTHORIZED: it is somebody's, who
 * would have to sign in. The invitation stays.
 */
gboolean spark_ledger_join (SparkTx *tx, const char *invitation, const char *name,
                            const char *password, char **person, GError **error);
/* The same for somebody who is known already: adds the seats. TOO_LARGE: they would be more than
 * SPARK_SCOPE_MAX; FORBIDDEN: they were removed meanwhile; the invitation stays. */
gboolean spark_ledger_add_seats (SparkTx *tx, const char *invitation, const char *person,
                                 GError **error);

/**
 * spark_ledger_remove_person:
 * @name: what the person signs in with
 * @accounts: whose seats they lose; none: all, and the person is forgotten with their password and
 *   whatever is signed in, so that the name is free
 *
 * NOT_FOUND: nobody has this name, or has it and no seat at one of @accounts.
 */
gboolean spark_ledger_remove_person (SparkTx *tx, const char *name, const gint64 *accounts,
                                     gsize n_accounts, GError **error);

/* Whether the person is there: whoever is removed while they sign in or connect an account gets
 * nothing that nobody sees any more, and that cannot be taken from them. FORBIDDEN. */
gboolean spark_ledger_check_person (SparkTx *tx, const char *person, GError **error);
/* Likewise, and whether they may have @n_more seats at accounts they have none at yet; TOO_LARGE.
 */
gboolean spark_ledger_check_seats (SparkTx *tx, const char *person, gsize n_more, GError **error);

/**
 * spark_ledger_sign_in:
 * @device: (nullable): what the person will recognise it by in the list of their devices
 * @challenge: the S256 code challenge of the request
 * @redirect_uri: where the code goes; the exchange must name the same
 * @code: (out) (transfer full)
 *
 * Of more than SPARK_CREDENTIALS_MAX of the person the one that was not used for longest ends.
 * FORBIDDEN: they were removed meanwhile.
 */
gboolean spark_ledger_sign_in (SparkTx *tx, const char *person, const char *device,
                               const char *challenge, const char *redirect_uri, char **code,
                               GError **error);

typedef struct
{
  char *access;
  char *refresh;
  char *name;        /* the person's, after an exchange; NULL: not known */
  gint64 expires_in; /* seconds, of @access */
} SparkTokens;
void spark_tokens_clear (SparkTokens *tokens);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SparkTokens, spark_tokens_clear)

/**
 * spark_ledger_exchange:
 * @key: (nullable): names the request; the same request sent again gets the same tokens until
 *   somebody uses their refresh token, and for a day in any case, so that an answer lost on the way
 *   signs nobody out
 * @refusal: (out): UNAUTHORIZED: the code is unknown, used, too old, or asked for by somebody else
 *
 * A refusal is not a failure of the transaction: a code that comes a second time in another request
 * ends its sign-in, and that must be written down.
 */
gboolean spark_ledger_exchange (SparkTx *tx, const char *code, const char *verifier,
                                const char *redirect_uri, const char *key, SparkTokens *tokens,
                                GError **refusal, GError **error);

/**
 * spark_ledger_refresh:
 * @key: (nullable): as of spark_ledger_exchange()
 * @refusal: (out): UNAUTHORIZED. A refresh token that was used before ends its sign-in.
 *
 * Of more than SPARK_CREDENTIALS_MAX tokens of the sign-in, of each kind, the oldest ends.
 */
gboolean spark_ledger_refresh (SparkTx *tx, const char *refresh, const char *key,
                               SparkTokens *tokens, GError **refusal, GError **error);

/* Ends the sign-in that @token (of any kind) belongs to; an unknown one is no error (RFC 7009). */
gboolean spark_ledger_sign_out (SparkTx *tx, const char *token, GError **error);
/* Ends one of the person's sign-ins. NOT_FOUND: it is not theirs. */
gboolean spark_ledger_end_sign_in (SparkTx *tx, const char *person, const char *sign_in,
                                   GError **error);

G_END_DECLS
