/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>
#include "model/spark-objects.h"

G_BEGIN_DECLS

#define SPARK_TYPE_REPLICA (spark_replica_get_type ())
G_DECLARE_FINAL_TYPE (SparkReplica, spark_replica, SPARK, REPLICA, GObject)

/*
 * The local copy: SQLite in the user's data directory, one file a sign-in. Reads on the main thread
 * go by key and are fast; writing (changes from the feed) happens on a thread of its own. It can be
 * deleted at any time: it is loaded again. Codes in it are encrypted; without the key they are absent.
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

/* By id; (transfer full) (nullable): NULL when it is not in the replica. */
SparkVideoItem *spark_replica_get_video (SparkReplica *self, const char *id);
SparkVideoItem *spark_replica_find_video (SparkReplica *self, const char *item_id);
SparkCodeItem *spark_replica_get_code (SparkReplica *self, const char *id);
/* The video whose current code this is; looks through decrypted codes of live states only. */
SparkVideoItem *spark_replica_find_code (SparkReplica *self, const char *code);
SparkGrantItem *spark_replica_get_grant (SparkReplica *self, const char *id);
SparkEventItem *spark_replica_get_event (SparkReplica *self, const char *id);
SparkBrandItem *spark_replica_get_brand (SparkReplica *self, const char *id);
SparkBatchItem *spark_replica_get_batch (SparkReplica *self, const char *id);

/*
 * Lists over the replica: GListModels that hold keys, not objects, and read the rows that are looked
 * at. They follow the replica by themselves (items-changed for what really changed).
 */
typedef enum
{
  SPARK_FILTER_ALL,
  SPARK_FILTER_READY,
  SPARK_FILTER_IN_USE,
  SPARK_FILTER_ENDING, /* within 14 days */
  SPARK_FILTER_EXPIRED,
  SPARK_FILTER_NOT_AUTHORIZED,
  SPARK_FILTER_PROBLEM,
} SparkVideoFilter;

typedef enum
{
  SPARK_ACCESS_ALL,
  SPARK_ACCESS_ENDING, /* within 30 days */
  SPARK_ACCESS_ACTIVE,
  SPARK_ACCESS_ENDED,
} SparkAccessFilter;

#define SPARK_TYPE_VIDEO_LIST (spark_video_list_get_type ())
G_DECLARE_FINAL_TYPE (SparkVideoList, spark_video_list, SPARK, VIDEO_LIST, GObject)
/* @account_id: (nullable): NULL for all */
SparkVideoList *spark_video_list_new (SparkReplica *replica, const char *account_id);
void spark_video_list_set_search (SparkVideoList *self, const char *search); /* words; "" or NULL: all */
void spark_video_list_set_filter (SparkVideoList *self, SparkVideoFilter filter);
guint spark_video_list_find (SparkVideoList *self, const char *id); /* G_MAXUINT: not in it */

#define SPARK_TYPE_GRANT_LIST (spark_grant_list_get_type ())
G_DECLARE_FINAL_TYPE (SparkGrantList, spark_grant_list, SPARK, GRANT_LIST, GObject)
/* Soonest end first; ended ones last, newest first. @account_id, @video_id: (nullable) */
SparkGrantList *spark_grant_list_new (SparkReplica *replica, const char *account_id,
                                      const char *video_id);
void spark_grant_list_set_filter (SparkGrantList *self, SparkAccessFilter filter);
void spark_grant_list_set_search (SparkGrantList *self, const char *search);
/* How many each filter would show, for the counts beside them. */
guint spark_grant_list_count (SparkGrantList *self, SparkAccessFilter filter);

/* Newest first. @video_id: (nullable). A plain GListModel of SparkEventItem. (transfer full) */
GListModel *spark_replica_list_events (SparkReplica *self, const char *account_id,
                                       const char *video_id);
GListModel *spark_replica_list_accounts (SparkReplica *self); /* of SparkAccountItem */
GListModel *spark_replica_list_brands (SparkReplica *self, const char *account_id); /* by name */

/* Small facts the person chose on this computer, per sign-in: last terms, consent given. */
char *spark_replica_get_setting (SparkReplica *self, const char *name); /* (transfer full) (nullable) */
void spark_replica_set_setting (SparkReplica *self, const char *name, const char *value);

G_END_DECLS
