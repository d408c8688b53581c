/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>
#include "client/spark-row-list.h"
#include "model/spark-objects.h"

G_BEGIN_DECLS

#define SPARK_TYPE_REPLICA (spark_replica_get_type ())
G_DECLARE_FINAL_TYPE (SparkReplica, spark_replica, SPARK, REPLICA, GObject)

/*
 * The local copy: SQLite in the user's data directory, one file a sign-in. Reads on the main thread
 * go by key and are fast; writing (changes from the feed) happens on a thread of its own. It can be
 * deleted at any time: it is loaded again. Codes in it are encrypted; without the key they are
 * absent.
 */

/* Which kinds of objects something is about. */
typedef enum /*< flags >*/
{
  SPARK_KINDS_ACCOUNT = 1 << 0,
  SPARK_KINDS_VIDEO = 1 << 1,
  SPARK_KINDS_CODE = 1 << 2,
  SPARK_KINDS_LINK = 1 << 3,
  SPARK_KINDS_GRANT = 1 << 4,
  SPARK_KINDS_BRAND = 1 << 5,
  SPARK_KINDS_EVENT = 1 << 6,
  SPARK_KINDS_BATCH = 1 << 7,
} SparkKinds;

/* Row objects: immutable copies of a view, so that list models and bindings can hold them. */
#define SPARK_TYPE_VIDEO_ITEM (spark_video_item_get_type ())
G_DECLARE_FINAL_TYPE (SparkVideoItem, spark_video_item, SPARK, VIDEO_ITEM, GObject)
const SparkVideo *spark_video_item_get (SparkVideoItem *self); /* valid as long as @self */

#define SPARK_TYPE_LINK_ITEM (spark_link_item_get_type ())
G_DECLARE_FINAL_TYPE (SparkLinkItem, spark_link_item, SPARK, LINK_ITEM, GObject)
const SparkLink *spark_link_item_get (SparkLinkItem *self);

#define SPARK_TYPE_GRANT_ITEM (spark_grant_item_get_type ())
G_DECLARE_FINAL_TYPE (SparkGrantItem, spark_grant_item, SPARK, GRANT_ITEM, GObject)
const SparkGrant *spark_grant_item_get (SparkGrantItem *self);
const SparkVideo *spark_grant_item_get_video (SparkGrantItem *self); /* NULL: not here yet */

#define SPARK_TYPE_CODE_ITEM (spark_code_item_get_type ())
G_DECLARE_FINAL_TYPE (SparkCodeItem, spark_code_item, SPARK, CODE_ITEM, GObject)
const SparkCode *spark_code_item_get (SparkCodeItem *self);

#define SPARK_TYPE_EVENT_ITEM (spark_event_item_get_type ())
G_DECLARE_FINAL_TYPE (SparkEventItem, spark_event_item, SPARK, EVENT_ITEM, GObject)
const SparkEvent *spark_event_item_get (SparkEventItem *self);

#define SPARK_TYPE_BRAND_ITEM (spark_brand_item_get_type ())
G_DECLARE_FINAL_TYPE (SparkBrandItem, spark_brand_item, SPARK, BRAND_ITEM, GObject)
const SparkBrand *spark_brand_item_get (SparkBrandItem *self);

#define SPARK_TYPE_ACCOUNT_ITEM (spark_account_item_get_type ())
G_DECLARE_FINAL_TYPE (SparkAccountItem, spark_account_item, SPARK, ACCOUNT_ITEM, GObject)
const SparkAccount *spark_account_item_get (SparkAccountItem *self);

#define SPARK_TYPE_BATCH_ITEM (spark_batch_item_get_type ())
G_DECLARE_FINAL_TYPE (SparkBatchItem, spark_batch_item, SPARK, BATCH_ITEM, GObject)
const SparkBatch *spark_batch_item_get (SparkBatchItem *self);

/**
 * spark_replica_open:
 * @id: as in spark_backend_new()
 * @key: (nullable): NULL: codes are not read
 *
 * The copy as it is now, for a look at it: it follows nothing, and nothing can be written. Also
 * beside a backend that is filling it.
 *
 * Returns: (transfer full): NULL with SPARK_ERROR_REPLICA when there is none that can be read
 */
SparkReplica *spark_replica_open (const char *id, GBytes *key, GError **error);

/* FALSE: a first load of it has not ended yet: of what it will have, anything may be missing. */
gboolean spark_replica_is_whole (SparkReplica *self);

/* Removes the copy of a sign-in from the disk; one that is open ends as if it were there. @id: as
 * in spark_backend_new() */
void spark_replica_delete (const char *id);

/* By id; (transfer full) (nullable): NULL when it is not in the replica. */
SparkVideoItem *spark_replica_get_video (SparkReplica *self, const char *id);
SparkVideoItem *spark_replica_find_video (SparkReplica *self, const char *item_id);
SparkCodeItem *spark_replica_get_code (SparkReplica *self, const char *id);
/* The video whose current code this is; looks through decrypted codes of live states only. */
SparkVideoItem *spark_replica_find_code (SparkReplica *self, const char *code);
SparkLinkItem *spark_replica_get_link (SparkReplica *self, const char *id);
SparkGrantItem *spark_replica_get_grant (SparkReplica *self, const char *id);
SparkEventItem *spark_replica_get_event (SparkReplica *self, const char *id);
SparkBrandItem *spark_replica_get_brand (SparkReplica *self, const char *id);
SparkAccountItem *spark_replica_get_account (SparkReplica *self, const char *id);
SparkBatchItem *spark_replica_get_batch (SparkReplica *self, const char *id);

/*
 * Lists over the replica: GListModels that hold keys, not objects, and read the rows that are
 * looked at. They follow the replica by themselves (items-changed for what really changed).
 * (transfer full);
 * @account_id, @video_id: (nullable): NULL for all. Those with more to ask for are SparkVideoList,
 * SparkGrantList, SparkEventList and SparkAttentionList.
 */
GListModel *
spark_replica_list_accounts (SparkReplica *self); /* of SparkAccountItem, oldest first */
GListModel *spark_replica_list_brands (SparkReplica *self, const char *account_id); /* by name */
/* What other accounts have of the brand's name, of SparkBrandItem, in the order of accounts. */
GListModel *spark_replica_list_namesakes (SparkReplica *self, const char *brand_id);
GListModel *spark_replica_list_links (SparkReplica *self, const char *video_id); /* newest first */
GListModel *spark_replica_list_batches (SparkReplica *self,
                                        const char *account_id); /* newest first */
/* Newest first; a SparkEventList. */
GListModel *spark_replica_list_events (SparkReplica *self, const char *account_id,
                                       const char *video_id);

/* More time passed than the lists noticed, or less, as after the clock was set: those that hold
 * what ends soon look again. They do so by themselves every few minutes. */
void spark_replica_pass_time (SparkReplica *self);

/**
 * spark_replica_hold:
 *
 * Nothing changes for the main thread until spark_replica_release(), a second at most: for the
 * time between a press and its release, as what is pressed would be gone where its row is told anew.
 * What comes meanwhile follows in its order, from the main loop. Both do nothing if they need not.
 */
void spark_replica_hold (SparkReplica *self);
void spark_replica_release (SparkReplica *self);

/* Small facts the person chose on this computer, per sign-in: last terms, consent given. */
char *spark_replica_get_setting (SparkReplica *self,
                                 const char *name); /* (transfer full) (nullable) */
void spark_replica_set_setting (SparkReplica *self, const char *name, const char *value);

G_END_DECLS

#include "client/spark-grant-list.h"
#include "client/spark-video-list.h"
