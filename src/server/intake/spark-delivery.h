/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/ledger/spark-ledger-ads.h"

G_BEGIN_DECLS

/*
 * The sandbox's delivery of ads: made up, but always the same for the same seed, post and hour. It
 * spends what the budget allows over a day, more in the evening than at night, and some of those
 * who see the video like it, comment, share or follow.
 */

/* What an ad brings in one hour. @ordinal tells several ads on one post apart; @hour: since 1970;
 * @budget: of a day, in hundredths */
void spark_delivery_hour (guint64 seed, const char *item_id, guint ordinal, gint64 hour,
                          gint64 budget, SparkMetrics *metrics);

/**
 * spark_delivery_run:
 * @first, @last: hours since 1970, both included; each is counted on its day, but on none before the
 *   ad was made and none to come
 * @seen: (out): views that it brought; 0 when the ad is not active or its budget is spent
 *
 * Within the budgets of its ad group and campaign. In one writing transaction.
 */
gboolean spark_delivery_run (SparkTx *tx, guint64 seed, const char *advertiser, gint64 ad,
                             guint ordinal, gint64 first, gint64 last, gint64 *seen,
                             GError **error);

G_END_DECLS
