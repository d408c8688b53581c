/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/ledger/spark-ledger-platform.h"
#include "server/platform/tiktok/spark-tiktok.h"

G_BEGIN_DECLS

/*
 * What TikTok lets a brand's connected ad account do: use a code, list the posts it may use, give
 * one up, pause its ads. The list is the truth: an outcome that is not known is looked up there and
 * never asked for again blindly. All block.
 */

/* Reads all an ad account lists, and writes down what is new of creators' accounts here. */
gboolean spark_tiktok_look_at_brand (SparkTiktok *self, const char *advertiser, GError **error);
/* Works at a claimed task on a grant (redeem, revoke), and reports on it. */
void spark_tiktok_work_at_grant (SparkTiktok *self, const SparkPlatformTask *task);

G_END_DECLS
