/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-replica.h"

G_BEGIN_DECLS

/* Why something wants to be looked at; what is most urgent first. */
typedef enum
{
  SPARK_ATTENTION_REFUSED,    /* somebody tried a code or link, in vain, in the last 14 days */
  SPARK_ATTENTION_UNKNOWN,    /* somebody has access, and who is not known */
  SPARK_ATTENTION_WAITING,    /* access is being revoked: the brand's ads have to stop first */
  SPARK_ATTENTION_ASKED,      /* a brand asks for more time, which it has not got since */
  SPARK_ATTENTION_ENDING,     /* access ends within 14 days, and more time was not asked for */
  SPARK_ATTENTION_ADVERTISER, /* an ad account of a brand is to be confirmed or refused */
  SPARK_ATTENTION_UNUSED,     /* a code that nobody used for 14 days */
} SparkAttention;

#define SPARK_N_ATTENTIONS (SPARK_ATTENTION_UNUSED + 1)

/* One of them: what it is about depends on the reason; NULL: nothing of this kind. */
#define SPARK_TYPE_ATTENTION_ITEM (spark_attention_item_get_type ())
G_DECLARE_FINAL_TYPE (SparkAttentionItem, spark_attention_item, SPARK, ATTENTION_ITEM, GObject)
SparkAttention spark_attention_item_get_reason (SparkAttentionItem *self);
/* The rest is (transfer none) (nullable), valid as long as @self. */
SparkVideoItem *spark_attention_item_get_video (SparkAttentionItem *self);
SparkGrantItem *
spark_attention_item_get_grant (SparkAttentionItem *self); /* ASKED, WAITING, ENDING, UNKNOWN */
SparkCodeItem *spark_attention_item_get_code (SparkAttentionItem *self); /* UNUSED, UNKNOWN */
SparkEventItem *
spark_attention_item_get_event (SparkAttentionItem *self); /* REFUSED, ASKED, ADVERTISER */
SparkLinkItem *spark_attention_item_get_link (SparkAttentionItem *self); /* REFUSED */

/*
 * What needs attention, each thing once: in the order of the reasons, and inside by date (the newest
 * refusal and ad account, the soonest end, the code that has waited longest first). What is asked to
 * go on stands among what ends, by the end of its access: whoever does not answer lets it end.
 */
#define SPARK_TYPE_ATTENTION_LIST (spark_attention_list_get_type ())
G_DECLARE_FINAL_TYPE (SparkAttentionList, spark_attention_list, SPARK, ATTENTION_LIST, SparkRowList)

/* @account_id: (nullable): NULL for all */
SparkAttentionList *spark_attention_list_new (SparkReplica *replica, const char *account_id);

/**
 * spark_replica_count_attention:
 *
 * Returns: (transfer full) (element-type utf8 guint): how many things there are, by the id of their
 *   account; an account without any is absent
 */
GHashTable *spark_replica_count_attention (SparkReplica *self);

/**
 * spark_replica_dismiss_events:
 * @ids: of events; ended by NULL
 *
 * Refused attempts and requests were seen: they need no more attention on this computer. Kept with the replica, all
 * at once: lists follow once. Returns at once, and nobody is told when it cannot be kept. The
 * replica's signal "dismissed" (const char *const *ids) tells of it. Main thread.
 */
void spark_replica_dismiss_events (SparkReplica *self, const char *const *ids);
/* They were not meant to be: the same the other way round. */
void spark_replica_restore_events (SparkReplica *self, const char *const *ids);

G_END_DECLS
