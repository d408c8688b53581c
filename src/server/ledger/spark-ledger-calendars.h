/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/ledger/spark-ledger.h"

G_BEGIN_DECLS

/*
 * Addresses of calendars: a calendar program sends no token, so the address itself is the secret.
 * It shows one account's ends and nothing else. One for each holder: a person, or a credential
 * without one; it ends with the holder's access. Only its hash is kept; it can be shown again as
 * long as the key that it was made with is the current one.
 */

/**
 * spark_ledger_share_calendar:
 * @language: that its entries are in
 * @replace: make another, and end the one there is
 */
gboolean spark_ledger_share_calendar (SparkTx *tx, const char *account_id, const char *holder,
                                      const char *language, gboolean replace, GError **error);
gboolean spark_ledger_end_calendar (SparkTx *tx, const char *account_id, const char *holder,
                                    GError **error);

/* Returns: (transfer full): the secret; NULL: NOT_FOUND, there is none, or another key made it */
char *spark_read_calendar_secret (SparkTx *tx, gint64 account, const char *holder, GError **error);

/* @language: (out) (transfer full). NOT_FOUND: it shows nothing (any more). */
gboolean spark_read_calendar (SparkTx *tx, const char *secret, gint64 *account, char **language,
                              GError **error);

G_END_DECLS
