/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-replica.h"

G_BEGIN_DECLS

/* How the replica makes its items: each keeps the body that its view points into. */

SparkAccountItem *spark_account_item_new (GVariant *body);
SparkVideoItem *spark_video_item_new (GVariant *body);
/* @code: (nullable) (transfer full) */
SparkCodeItem *spark_code_item_new (GVariant *body, char *code);
/* @string, @url: (nullable) (transfer full) */
SparkLinkItem *spark_link_item_new (GVariant *body, char *string, char *url);
/* @video: (nullable): the body of its video
 * @brand_name: (nullable): the brand's name now, which the grant may not know yet */
SparkGrantItem *spark_grant_item_new (GVariant *body, GVariant *video, const char *brand_name);
SparkBrandItem *spark_brand_item_new (GVariant *body);
SparkEventItem *spark_event_item_new (GVariant *body);
SparkBatchItem *spark_batch_item_new (GVariant *body);

G_END_DECLS
