/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/ledger/spark-ledger-connections.h"
#include "server/platform/tiktok/spark-tiktok.h"

G_BEGIN_DECLS

/*
 * Consents and tokens: an account holder's (a day, refreshed for a year) and an advertiser's (until
 * it is revoked). All block.
 */

/* Where the browser is sent, up to the state, which is put behind. (transfer full) */
char *spark_tiktok_consent_prefix (const SparkTiktokSettings *settings, SparkConsentKind kind);

/**
 * spark_tiktok_accept:
 * @code: what TikTok gave the browser
 * @invitation: (out) (transfer full): of a brand: signs it in for its first ad account; else NULL
 *
 * Turns the code of a consent, which was taken, into tokens, and keeps them. Errors of
 * SPARK_TIKTOK_ERROR, or of SPARK_ERROR with words for whoever sits at the browser.
 */
gboolean spark_tiktok_accept (SparkTiktok *self, const SparkConsent *consent, const char *code,
                              char **invitation, GError **error);

/* Tells TikTok of connections that creators and brands ended, and forgets the tokens. @next: (inout):
 * made earlier when it has to be called again by then, ms */
void spark_tiktok_revoke_due (SparkTiktok *self, gint64 *next);

G_END_DECLS
