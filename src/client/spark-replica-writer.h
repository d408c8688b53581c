/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-replica.h"

G_BEGIN_DECLS

/*
 * How SparkBackend fills the replica. Private to src/client. All functions are called on the main
 * thread; the asynchronous ones queue one transaction each on the writer thread, which works them
 * off in the order of the calls, and call back on the main thread after the lists over the replica
 * have followed (their items-changed came before the callback). A transaction that fails (disk full,
 * damaged file) changes nothing and ends with SPARK_ERROR_REPLICA. Cancelling keeps a transaction
 * from starting, never undoes one.
 */

/**
 * spark_replica_new:
 * @id: names the file, $XDG_DATA_HOME/sparkbox/replicas/ID.db (mode 0600, its folder 0700); letters,
 *   digits and "-" only
 * @key: (nullable): 32 bytes that encrypt the codes; NULL: codes are neither stored nor read
 *
 * Opens the copy, or makes an empty one: fast enough for the main thread. A file that is damaged, of
 * another layout, or whose codes another key encrypted is replaced by an empty one (it is loaded
 * again); one that cannot be made, or not be opened for another cause (a full disk), is an error,
 * and what is there stays there.
 */
SparkReplica *spark_replica_new (const char *id, GBytes *key, GError **error);

/**
 * spark_replica_close:
 *
 * Finishes what is queued and ends the writer thread; then reads give nothing and writes fail with
 * SPARK_ERROR_REPLICA. Also done when the last reference goes.
 */
void spark_replica_close (SparkReplica *self);

/* Where the replica stands; part of the file, so it is the same after a restart. */
typedef enum
{
  SPARK_REPLICA_EMPTY,     /* nothing was loaded yet */
  SPARK_REPLICA_LOADING,   /* a first load has begun and not ended */
  SPARK_REPLICA_WHOLE,
  SPARK_REPLICA_RELOADING, /* was whole; a load from the start has begun and not ended */
} SparkReplicaState;

SparkReplicaState spark_replica_get_state (SparkReplica *self);

/* The position after the last change applied. (transfer full) (nullable): NULL when EMPTY. */
char *spark_replica_get_cursor (SparkReplica *self);

typedef enum /*< flags >*/
{
  SPARK_APPLY_NONE = 0,
  /* Part of a load from the start: its events are not new, but for those of a first load that
   * happened since it began. */
  SPARK_APPLY_LOAD = 1 << 0,
  /* The first part of it: EMPTY and LOADING become LOADING, WHOLE and RELOADING become RELOADING.
   * What is there stays there and visible, but counts as old from now on. */
  SPARK_APPLY_LOAD_BEGINS = 1 << 1,
  /* The last part of it (the first may be the last): in the same transaction, every object that the
   * load did not bring is removed; the state becomes WHOLE. Settings, the outbox and what is known
   * of accounts that stayed are kept. */
  SPARK_APPLY_LOAD_ENDS = 1 << 2,
} SparkApplyFlags;

/**
 * spark_replica_apply_async:
 * @changes: of Change objects as /v1 gives them (spark_change_read()), in order, not trusted; not to
 *   be touched until the callback runs
 * @cursor: the position after them, kept in the same transaction
 * @server_now: the backend's clock, in ms
 *
 * One transaction for all. A change that cannot be read is skipped with a g_debug() (a newer backend
 * may know kinds this application does not) as long as its siblings can be; "gone" removes the object
 * (an account: with everything that is its). An object may come before one that it names.
 *
 * An event is new when it was not in the replica before, this is no load (SPARK_APPLY_LOAD says of
 * which more), and it happened (its `at`)
 * no earlier than its account first came into the replica by other means than a load (what a sample
 * or an account that was just shared brings along is history: an account that comes by a change gets
 * @server_now as that moment, one that came by a load has none). A new event is kept as "to be told",
 * in the same transaction, until spark_replica_set_told_async(). The replica's signal "events"
 * (const char *const *event_ids, never empty, in order) says which are new, as soon as they can be
 * read: the lists follow afterwards.
 */
void spark_replica_apply_async (SparkReplica *self, JsonArray *changes, const char *cursor,
                                gint64 server_now, SparkApplyFlags flags, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);

/**
 * spark_replica_apply_finish:
 * @kinds: (out): what really changed: an object that came again unchanged does not count, and one
 *   removed by LOAD_ENDS does
 */
gboolean spark_replica_apply_finish (SparkReplica *self, GAsyncResult *result, SparkKinds *kinds,
                                     GError **error);

/* Events that an earlier run kept as to be told and did not tell, in order. (transfer full), never
 * NULL. Ids whose event has gone since are left out. */
GStrv spark_replica_get_untold (SparkReplica *self);

/* These have been told. */
void spark_replica_set_told_async (SparkReplica *self, const char *const *ids,
                                   GCancellable *cancellable, GAsyncReadyCallback callback,
                                   gpointer user_data);
gboolean spark_replica_set_told_finish (SparkReplica *self, GAsyncResult *result, GError **error);

/*
 * The outbox: requests that may wait for the backend, sent in order once it can be reached. Kept
 * until they were answered; the key makes sending one again harmless. At most 1000: beyond that, the
 * oldest are dropped.
 */
typedef struct
{
  gint64 id;  /* grows */
  char *path; /* of a POST */
  char *body; /* JSON */
  char *key;  /* its Idempotency-Key */
} SparkOutgoing;

void spark_outgoing_free (SparkOutgoing *outgoing);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkOutgoing, spark_outgoing_free)

void spark_replica_queue_async (SparkReplica *self, const char *path, const char *body,
                                const char *key, GCancellable *cancellable,
                                GAsyncReadyCallback callback, gpointer user_data);
gboolean spark_replica_queue_finish (SparkReplica *self, GAsyncResult *result, GError **error);

/* The oldest; (transfer full) (nullable): NULL when there is none. */
SparkOutgoing *spark_replica_get_queued (SparkReplica *self);

/* It was answered. */
void spark_replica_unqueue_async (SparkReplica *self, gint64 id, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);
gboolean spark_replica_unqueue_finish (SparkReplica *self, GAsyncResult *result, GError **error);

G_END_DECLS
