/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/platform/tiktok/spark-tiktok.h"

G_BEGIN_DECLS

/*
 * Whose turn it is: of the nodes of a database one alone asks TikTok about an account, an ad
 * account, or whatever @subject names.
 */

/* Longer than anything can take that is done at once: several requests of at most 30 seconds each.
 * After it, what a node that died had begun is another's. */
#define SPARK_TIKTOK_LEASE_MS (5 * 60 * 1000)

/* Whether it is this node's turn; then nobody else's for SPARK_TIKTOK_LEASE_MS, or until it ends.
 * @next: (inout): no later than when it may be */
gboolean spark_tiktok_turn_take (SparkTiktok *self, const char *subject, gint64 *next);
/* @at: whose turn is next may take it from then on. @next: as above */
void spark_tiktok_turn_end (SparkTiktok *self, const char *subject, gint64 at, gint64 *next);

G_END_DECLS
