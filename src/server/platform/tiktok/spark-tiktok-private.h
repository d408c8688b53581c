/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/platform/tiktok/spark-tiktok-oauth.h"

G_BEGIN_DECLS

/* Between the files of the connector. */

/* `display_name` and `username`. (transfer full) */
JsonObject *spark_tiktok_read_profile (SparkTiktok *self, const SparkConnection *connection,
                                       GError **error);
/* Gets and keeps new tokens, also in @connection. Only with the claim. */
gboolean spark_tiktok_refresh (SparkTiktok *self, SparkConnection *connection, GError **error);
/* What was exchanged for a consent that came to nothing, refused with @why: TikTok is told to end
 * it, once, unless the account is connected by the same consent, or ad accounts by the same token. */
void spark_tiktok_return_creator (SparkTiktok *self, const SparkConnection *tokens,
                                  const GError *why);
void spark_tiktok_return_brand (SparkTiktok *self, const char *access, const GError *why);

G_END_DECLS
