/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-replica-db.h"
#include "client/spark-replica-thread.h"
#include "client/spark-replica-writer.h"

G_BEGIN_DECLS

struct _SparkReplica
{
  GObject parent_instance;

  /* borrowed */
  GPtrArray *lists; /* each takes itself out before it goes */

  /* owned */
  char *path;
  GBytes *key;
  SparkDb *db; /* the main thread's, always inside a read transaction; NULL: closed */
  SparkReplicaThread *thread;
  GHashTable *settings;
  char *cursor;

  SparkReplicaState state;
};

gboolean spark_replica_is_open (SparkReplica *self);

/* A named statement of the main thread's connection; NULL when closed or damaged. */
sqlite3_stmt *spark_replica_statement (SparkReplica *self, const char *name);
/* The same as one of its own, for a scan: (transfer full) */
sqlite3_stmt *spark_replica_prepare (SparkReplica *self, const char *name);
gboolean spark_replica_step (SparkReplica *self, sqlite3_stmt *stmt);
/* The number an account has in the file; 0: not here. */
gint64 spark_replica_account_key (SparkReplica *self, const char *account_id);
/* One row by its key, as the lists read it: empty when it cannot be read. @name: of a statement
 * "…_row". */
GVariant *spark_replica_read_body (SparkReplica *self, const char *name, gint64 key,
                                   SparkKind kind);
SparkGrantItem *spark_replica_read_grant (SparkReplica *self, gint64 key);
SparkLinkItem *spark_replica_read_link (SparkReplica *self, gint64 key);
SparkCodeItem *spark_replica_read_code (SparkReplica *self, gint64 key);

/* Says which events are new; see spark_replica_apply_async(). */
void spark_replica_emit_events (SparkReplica *self, const char *const *event_ids);

void spark_replica_add_list (SparkReplica *self, SparkRowList *list);
void spark_replica_remove_list (SparkReplica *self, SparkRowList *list);

/* Names of values in `meta`. */
#define SPARK_META_STATE  "state"
#define SPARK_META_CURSOR "cursor"
#define SPARK_META_LOAD   "load"
#define SPARK_META_SINCE  "since" /* when the first load began, by the backend's clock */
#define SPARK_META_KEY    "key"

G_END_DECLS
