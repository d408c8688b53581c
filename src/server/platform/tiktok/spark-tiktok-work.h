/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/platform/tiktok/spark-tiktok.h"

G_BEGIN_DECLS

/*
 * What the connector does over and over. Each does what is due now on this node, blocks while it
 * does, and ends soon when the connector ends. @next: (inout): made earlier when it has to be
 * called again by then, ms
 */

/* What creators and brands want of TikTok. */
void spark_tiktok_work_due (SparkTiktok *self, gint64 *next);
/* Codes of connected accounts: whether somebody used one, and what was done in the TikTok app. */
void spark_tiktok_look_due (SparkTiktok *self, gint64 *next);
/* What connected ad accounts list. */
void spark_tiktok_list_due (SparkTiktok *self, gint64 *next);

G_END_DECLS
