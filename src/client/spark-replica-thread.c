/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-replica"

#include "config.h"

#include "client/spark-replica-thread.h"
#include "model/spark-error.h"

/* The log is copied into the file when it is longer than this: 4 MiB. */
#define CHECKPOINT_PAGES 1000

#define MAX_HELD_MS 1000

struct _SparkReplicaThread
{
  /* borrowed */
  SparkReplica *replica; /* holds us */
  void (*follow) (SparkReplica *replica, SparkWork *work);

  /* owned */
  SparkDb *db; /* the thread's */
  GThread *thread;
  GAsyncQueue *queue;
  GMainContext *context;
  GMutex mutex;
  GCond moved;

  /* the main thread's */
  GSource *limit; /* NULL: nothing is held back */
  GQueue held;    /* of Told, in the order in which they came */

  /* under the mutex */
  guint64 told;
  guint64 seen;
  gboolean closing;

  gboolean damaged;
};

typedef struct
{
  SparkReplicaThread *thread;
  SparkReplica *replica; /* keeps both alive until it was told */
  SparkWork *work;
} Told;

/* The queue cannot hold NULL; this ends the thread. */
static SparkWork end_of_work;

static void
told_free (gpointer data)
{
  Told *told = data;

  g_object_unref (told->replica);
  g_free (told);
}

static Told *
told_new (SparkReplicaThread *self, SparkWork *work)
{
  Told *told = g_new0 (Told, 1);

  told->thread = self;
  told->replica = g_object_ref (self->replica);
  told->work = work;
  return told;
}

/* Not g_main_context_invoke(): it would run here while nobody runs the main loop. */
static void
queue_tell (SparkReplicaThread *self, GSourceFunc tell, Told *told)
{
  g_autoptr (GSource) source = g_idle_source_new ();

  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "spark-replica");
  g_source_set_callback (source, tell, told, told_free);
  g_source_attach (source, self->context);
}

static void
tell_now (Told *told)
{
  told->thread->follow (told->replica, told->work);
  told->work->done (told->work);
}

static gboolean
tell (gpointer data)
{
  Told *told = data;
  SparkReplicaThread *self = told->thread;

  if (self->limit != NULL || !g_queue_is_empty (&self->held))
    g_queue_push_tail (&self->held, told_new (self, told->work));
  else
    tell_now (told);
  return G_SOURCE_REMOVE;
}

static gboolean
tell_held (gpointer data)
{
  Told *keep = data;
  SparkReplicaThread *self = keep->thread;
  Told *told;

  while (self->limit == NULL && (told = g_queue_pop_head (&self->held)) != NULL)
    {
      tell_now (told);
      told_free (told);
    }
  return G_SOURCE_REMOVE;
}

static void
post (SparkReplicaThread *self, Told *told)
{
  g_mutex_lock (&self->mutex);
  self->told++;
  g_mutex_unlock (&self->mutex);
  queue_tell (self, tell, told);
}

void
spark_replica_thread_release (SparkReplicaThread *self)
{
  if (self->limit == NULL)
    return;
  g_source_destroy (self->limit);
  g_clear_pointer (&self->limit, g_source_unref);
  if (!g_queue_is_empty (&self->held))
    queue_tell (self, tell_held, told_new (self, NULL));
}

static gboolean
on_limit_cb (gpointer data)
{
  spark_replica_thread_release (data);
  return G_SOURCE_REMOVE;
}

void
spark_replica_thread_hold (SparkReplicaThread *self)
{
  if (self->limit != NULL || self->thread == NULL)
    return;
  self->limit = g_timeout_source_new (MAX_HELD_MS);
  g_source_set_static_name (self->limit, "spark-replica");
  g_source_set_callback (self->limit, on_limit_cb, self, NULL);
  g_source_attach (self->limit, self->context);
}

static void
wait_until_seen (SparkReplicaThread *self)
{
  g_mutex_lock (&self->mutex);
  while (self->seen < self->told && !self->closing)
    g_cond_wait (&self->moved, &self->mutex);
  g_mutex_unlock (&self->mutex);
}

static gboolean
run_work (SparkReplicaThread *self, SparkWork *work)
{
  SparkDb *db = self->db;

  if (work->task != NULL
      && g_cancellable_set_error_if_cancelled (g_task_get_cancellable (work->task), &work->error))
    return FALSE;
  if (!spark_db_exec (db, "BEGIN IMMEDIATE", &work->error))
    return FALSE;
  if (work->run (work, db, &work->error))
    {
      spark_touched_end (&work->touched);
      wait_until_seen (self);
      if (spark_db_exec (db, "COMMIT", &work->error))
        return TRUE;
    }
  spark_touched_clear (&work->touched);
  /* An error such as a full disk may have ended the transaction already. */
  if (!sqlite3_get_autocommit (db->connection))
    sqlite3_exec (db->connection, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}

static void
free_checkpoint (SparkWork *work)
{
  g_free (work);
}

/* Once the reader has moved on from a log that was copied, the log begins again from its start. */
static void
push_checkpoint (SparkReplicaThread *self)
{
  gboolean closing;
  SparkWork *work;

  self->db->wal_pages = 0;
  g_mutex_lock (&self->mutex);
  closing = self->closing;
  g_mutex_unlock (&self->mutex);
  if (closing)
    return;
  work = g_new0 (SparkWork, 1);
  work->done = free_checkpoint;
  g_async_queue_push_front (self->queue, told_new (self, work));
}

static void
checkpoint (SparkReplicaThread *self)
{
  /* A reader at the end of the log lets all of it be copied. */
  wait_until_seen (self);
  sqlite3_wal_checkpoint_v2 (self->db->connection, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  self->db->wal_pages = 0;
  /* What a load took is not needed afterwards. */
  if (g_async_queue_length (self->queue) <= 0)
    sqlite3_db_release_memory (self->db->connection);
}

static gpointer
thread_main (gpointer data)
{
  SparkReplicaThread *self = data;

  for (;;)
    {
      Told *told = g_async_queue_pop (self->queue);

      if (told->work == &end_of_work)
        {
          g_free (told);
          break;
        }
      if (told->work->run != NULL)
        run_work (self, told->work);
      else
        checkpoint (self);
      post (self, told);
      if (self->db->wal_pages > CHECKPOINT_PAGES)
        push_checkpoint (self);
    }
  self->damaged = self->db->damaged;
  g_clear_pointer (&self->db, spark_db_close);
  return NULL;
}

SparkReplicaThread *
spark_replica_thread_new (SparkDb *db, SparkReplica *replica,
                          void (*follow) (SparkReplica *replica, SparkWork *work))
{
  SparkReplicaThread *self = g_new0 (SparkReplicaThread, 1);

  self->replica = replica;
  self->follow = follow;
  self->db = db;
  /* An index of search words has many pages that are written again and again. */
  spark_db_exec (db, "PRAGMA cache_size = -16384", NULL);
  self->queue = g_async_queue_new ();
  self->context = g_main_context_ref_thread_default ();
  g_mutex_init (&self->mutex);
  g_cond_init (&self->moved);
  self->thread = g_thread_new ("spark-replica", thread_main, self);
  return self;
}

void
spark_replica_thread_push (SparkReplicaThread *self, SparkWork *work)
{
  if (self->thread == NULL)
    {
      g_set_error (&work->error, SPARK_ERROR, SPARK_ERROR_REPLICA,
                   "The copy on this computer is closed.");
      work->done (work);
      return;
    }
  g_async_queue_push (self->queue, told_new (self, work));
}

void
spark_replica_thread_seen (SparkReplicaThread *self)
{
  g_mutex_lock (&self->mutex);
  self->seen++;
  g_cond_signal (&self->moved);
  g_mutex_unlock (&self->mutex);
}

gboolean
spark_replica_thread_close (SparkReplicaThread *self)
{
  Told *end;

  if (self->thread == NULL)
    return self->damaged;
  spark_replica_thread_release (self);
  g_mutex_lock (&self->mutex);
  self->closing = TRUE;
  g_cond_signal (&self->moved);
  g_mutex_unlock (&self->mutex);
  end = g_new0 (Told, 1);
  end->work = &end_of_work;
  g_async_queue_push (self->queue, end);
  g_thread_join (g_steal_pointer (&self->thread));
  return self->damaged;
}

void
spark_replica_thread_free (SparkReplicaThread *self)
{
  spark_replica_thread_close (self);
  g_async_queue_unref (self->queue);
  g_main_context_unref (self->context);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->moved);
  g_free (self);
}
