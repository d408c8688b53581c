/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>
#include "client/spark-client.h"
#include "client/spark-replica.h"

G_BEGIN_DECLS

#define SPARK_TYPE_BACKEND (spark_backend_get_type ())
G_DECLARE_FINAL_TYPE (SparkBackend, spark_backend, SPARK, BACKEND, GObject)

/*
 * One sign-in: a backend, its client, its local replica and the feed that keeps the replica up to
 * date. Everything the window shows comes from the replica; everything it does goes to the client and
 * comes back through the feed. Reconnects by itself (1 s doubling to 60 s with jitter; at once when
 * the network comes back). Main thread.
 *
 * Properties: status, problem (GError boxed), progress (double 0..1 of a first load; -1: none).
 * Signals:
 *   "changed" (SparkKinds kinds): the replica has new content of these kinds, after a whole burst
 *   "events" (const char *const *event_ids): something happened that was not known before, all of
 *     one burst: shown as notifications at most once. Emitted as soon as they can be read, before the
 *     lists follow and "changed", also for what happened while the application was closed, never for
 *     a first load.
 */
typedef enum
{
  SPARK_BACKEND_CONNECTING,
  SPARK_BACKEND_LOADING, /* first load: the replica is not whole yet */
  SPARK_BACKEND_ONLINE,
  /* Cannot be reached, or answers as it should not, which the problem then says; trying again by
   * itself. */
  SPARK_BACKEND_OFFLINE,
  /* Needs the person: see problem (token refused, server too old, …). What may pass by itself, as all
   * but a refused token may, is tried again all the same. */
  SPARK_BACKEND_FAILED,
} SparkBackendStatus;

/**
 * spark_backend_new:
 * @id: stable name of the sign-in: "private", or a hash of its address and accounts; names the replica
 * @replica_key: 32 bytes that encrypt the codes in the replica
 */
SparkBackend *spark_backend_new (const char *id, SparkClient *client, GBytes *replica_key,
                                 GError **error);
void spark_backend_start (SparkBackend *self);
void spark_backend_stop (SparkBackend *self);
void spark_backend_retry (SparkBackend *self); /* now, not after the wait */

/**
 * spark_backend_post_later:
 * @path: as in SparkClient
 * @body: JSON
 *
 * A POST whose answer nobody waits for. It is kept in the replica and sent now or, offline, as soon
 * as the backend can be reached, also after a restart; a refusal ends it.
 */
void spark_backend_post_later (SparkBackend *self, const char *path, const char *body);
SparkBackendStatus spark_backend_get_status (SparkBackend *self);
/* (nullable) */
const GError *spark_backend_get_problem (SparkBackend *self);
/* When the replica was last known to be up to date, in ms since 1970, also before this start; 0:
 * never. While it is online it is so now. */
gint64 spark_backend_get_fresh_at (SparkBackend *self);
const char *spark_backend_get_id (SparkBackend *self); /* as it was made with */
SparkClient *spark_backend_get_client (SparkBackend *self);   /* (transfer none) */
SparkReplica *spark_backend_get_replica (SparkBackend *self); /* (transfer none) */
gboolean spark_backend_is_private (SparkBackend *self);

G_END_DECLS
