/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-browser-sign-in.h"

G_BEGIN_DECLS

/*
 * Asks a server's token endpoint (RFC 6749, 4.1.3 and 6). Private to src/client.
 */

/* @members: name, value, name, value, … NULL; @key: (nullable): the Idempotency-Key, with which the
 * request is sent once more where nobody knows whether it was done. An answer of
 * `invalid_grant` is SPARK_ERROR_UNAUTHORIZED. */
void spark_token_endpoint_ask_async (const char *url, const char *const *members, const char *key,
                                     GCancellable *cancellable, GAsyncReadyCallback callback,
                                     gpointer user_data);
/* (transfer full) */
SparkTokenPair *spark_token_endpoint_ask_finish (GAsyncResult *result, GError **error);

/* Ends the sign-in of @token there (RFC 7009), by itself: nobody is told. */
void spark_token_endpoint_end (const char *url, const char *token);

G_END_DECLS
