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

G_END_DECLS
