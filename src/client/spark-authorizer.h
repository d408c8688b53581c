/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-browser-sign-in.h"

G_BEGIN_DECLS

#define SPARK_TYPE_AUTHORIZER (spark_authorizer_get_type ())
G_DECLARE_FINAL_TYPE (SparkAuthorizer, spark_authorizer, SPARK, AUTHORIZER, GObject)

/*
 * With what a client's requests are authorized: a token that stays as it is, or a sign-in, whose
 * short access token is renewed in time with its refresh token, once, however many requests wait.
 * A refresh token serves once, so there is one of these a sign-in in the whole program, and each
 * new refresh token is in the keyring before it is used. Main thread.
 */

/* Whether what the keyring holds is a sign-in's refresh token, and not a token that stays. */
gboolean spark_authorizer_is_sign_in (const char *secret);

/* @token: (nullable): NULL: nothing is sent along */
SparkAuthorizer *spark_authorizer_new_token (const char *token);

/**
 * spark_authorizer_new_sign_in:
 * @account: names the sign-in in the keyring, with @url
 * @refresh_token: what the person has just got by signing in
 *
 * Until it takes its place the one of this sign-in that there may be stays as it is.
 */
SparkAuthorizer *spark_authorizer_new_sign_in (const char *url, const char *account,
                                               const char *refresh_token);

/* Once its token is in the keyring: takes the place of the one of its sign-in that there may be.
 * Whoever still holds that one goes on with it, but what it renews is no longer kept in the keyring,
 * nor what is on its way there now. */
void spark_authorizer_take_place (SparkAuthorizer *self);

/* Puts into the keyring, again, the refresh token of the one that there is; FALSE: there is none. */
gboolean spark_authorizer_keep_sign_in (const char *url, const char *account);

/**
 * spark_authorizer_get_sign_in:
 * @refresh_token: what the keyring holds; looked at when there is none yet
 *
 * Returns: (transfer full): the one of this sign-in, made when there is none
 */
SparkAuthorizer *spark_authorizer_get_sign_in (const char *url, const char *account,
                                               const char *refresh_token);

/* The value of the Authorization header; NULL: there is none. Valid until the next renewal. */
const char *spark_authorizer_get_header (SparkAuthorizer *self);
/* Whether the header may be sent now; else renew it first. */
gboolean spark_authorizer_is_ready (SparkAuthorizer *self);

/* UNAUTHORIZED: the sign-in has ended. */
void spark_authorizer_renew_async (SparkAuthorizer *self, GCancellable *cancellable,
                                   GAsyncReadyCallback callback, gpointer user_data);
gboolean spark_authorizer_renew_finish (SparkAuthorizer *self, GAsyncResult *result,
                                        GError **error);

G_END_DECLS
