/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-replica-db.h"
#include "client/spark-touched.h"

G_BEGIN_DECLS

/*
 * The thread that writes the replica. Work is done in the order it was pushed, each in one
 * transaction, and told to the main thread when it is committed.
 *
 * The main thread reads a snapshot that it moves on only when it is told, and the thread commits
 * nothing further until it has: so what the lists show, what was told and what a read gives are
 * always the same state, and no read ever waits for the writer.
 */
typedef struct _SparkReplicaThread SparkReplicaThread;
typedef struct _SparkWork SparkWork;

struct _SparkWork
{
  /* Writer thread, inside a transaction; NULL: only a checkpoint. FALSE undoes the transaction. */
  gboolean (*run) (SparkWork *self, SparkDb *db, GError **error);
  /* Main thread, once the snapshot holds what was done and before the lists follow. (nullable) */
  void (*seen) (SparkWork *self, SparkReplica *replica);
  /* Main thread, after the replica followed; frees @self and what it holds. */
  void (*done) (SparkWork *self);

  /* owned */
  GTask *task; /* NULL: nobody waits */
  GError *error;
  SparkTouched touched;
};

/* @db: (transfer full): used by the thread alone from now on
 * @follow: main thread, for each finished work, before its `done`: moves the snapshot on and calls
 *   spark_replica_thread_seen() */
SparkReplicaThread *spark_replica_thread_new (SparkDb *db, SparkReplica *replica,
                                              void (*follow) (SparkReplica *replica,
                                                              SparkWork *work));

/* @work: (transfer full). After spark_replica_thread_close(), it fails. */
void spark_replica_thread_push (SparkReplicaThread *self, SparkWork *work);

/* The snapshot holds all that was told. */
void spark_replica_thread_seen (SparkReplicaThread *self);

/* Main thread: see spark_replica_hold() */
void spark_replica_thread_hold (SparkReplicaThread *self);
void spark_replica_thread_release (SparkReplicaThread *self);

/* Finishes what was pushed and ends the thread. Returns whether the file was found damaged. */
gboolean spark_replica_thread_close (SparkReplicaThread *self);
void spark_replica_thread_free (SparkReplicaThread *self);

G_END_DECLS
