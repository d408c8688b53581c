/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>

#include "server/store/spark-tx.h"

G_BEGIN_DECLS

struct _SparkStore
{
  char *url;
  SparkSecrets *secrets;
  char *epoch;
  char *salt;
  char *node; /* tells this store from others on the same database */

  gint64 (*now) (gpointer data);
  gpointer now_data;
  pthread_mutex_t changed_lock; /* for what follows; held while it is called */
  SparkStoreChanged changed;
  gpointer changed_data;
  SparkStoreTalk talk;
  gpointer talk_data;
  _Atomic (SparkStoreGather) gather; /* NULL: it makes no difference */

  pthread_key_t reader_key;
  pthread_mutex_t readers_lock; /* for readers */
  GPtrArray *readers;

  pthread_t writer;
  gboolean running;           /* the writer */
  pthread_mutex_t queue_lock; /* for queue, closing */
  pthread_cond_t queue_filled;
  GQueue queue;
  gboolean closing;
  SparkDatabase *database; /* the writer's own */

  pthread_t checkpointer;
  pthread_mutex_t checkpoint_lock; /* for checkpoint_due, checkpoint_closing */
  pthread_cond_t checkpoint_wanted;
  gboolean checkpoint_due;
  gboolean checkpoint_closing;
  SparkDatabase *checkpoint_database; /* the checkpointer's own; NULL: not needed yet */

  pthread_t listener;
  SparkDatabase *listen_database; /* the listener's own; NULL: the engine tells by its version */
};

/* Of this store’s clock. */
gint64 spark_store_now (SparkStore *self);

/* The threads (spark-store-writer.c); @data: the store */
void *spark_store_run_writer (void *data);
void *spark_store_run_checkpointer (void *data);
void *spark_store_run_listener (void *data);
/* Ends the writer after what is queued. */
void spark_store_stop_writer (SparkStore *self);

G_END_DECLS
