/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/ledger/spark-ledger-platform.h"
#include "server/platform/tiktok/spark-tiktok.h"

G_BEGIN_DECLS

/**
 * spark_tiktok_list_posts:
 * @item_id: (nullable): of one alone
 *
 * What an ad account lists, all of its pages. A list that is not whole, or has an entry that cannot
 * be read, is UNREACHABLE: what is not in it would be taken for ended.
 *
 * Returns: (transfer full): item id → SparkPlatformPost
 */
GHashTable *spark_tiktok_list_posts (SparkTiktok *self, const char *advertiser, const char *item_id,
                                     GError **error);

/* The ids of the ads of an ad account that run a post. (transfer full): of char * */
GPtrArray *spark_tiktok_list_ads (SparkTiktok *self, const char *advertiser, const char *item_id,
                                  GError **error);

G_END_DECLS
