/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-replica"

#include "config.h"

#include "client/spark-attention-list.h"
#include "client/spark-replica-apply.h"
#include "client/spark-replica-private.h"

#define MAX_OUTGOING 1000

/* --- changes --- */

typedef struct
{
  SparkWork work;

  /* owned */
  GBytes *key;
  JsonArray *changes;
  char *cursor;
  GStrv new_events;

  gint64 server_now;
  SparkApplyFlags flags;
  SparkKinds kinds;
} ApplyWork;

static gboolean
run_apply (SparkWork *work, SparkDb *db, GError **error)
{
  ApplyWork *self = (ApplyWork *)work;
  g_auto (SparkApply) apply = { 0 };

  spark_apply_init (&apply, db, self->key, &work->touched);
  apply.server_now = self->server_now;
  apply.flags = self->flags;
  if (!spark_apply_changes (&apply, self->changes, self->cursor, error))
    return FALSE;
  self->kinds = apply.kinds;
  self->new_events = g_strv_builder_end (apply.new_events);
  return TRUE;
}

static void
see_apply (SparkWork *work, SparkReplica *replica)
{
  ApplyWork *self = (ApplyWork *)work;

  if (*self->new_events != NULL)
    spark_replica_emit_events (replica, (const char *const *)self->new_events);
}

static void
finish_work (SparkWork *work)
{
  spark_touched_clear (&work->touched);
  g_clear_error (&work->error);
  g_clear_object (&work->task);
}

static void
done_apply (SparkWork *work)
{
  ApplyWork *self = (ApplyWork *)work;

  if (work->error != NULL)
    g_task_return_error (work->task, g_steal_pointer (&work->error));
  else
    {
      g_task_set_task_data (work->task, GUINT_TO_POINTER (self->kinds), NULL);
      g_task_return_boolean (work->task, TRUE);
    }
  finish_work (work);
  g_clear_pointer (&self->key, g_bytes_unref);
  json_array_unref (self->changes);
  g_strfreev (self->new_events);
  g_free (self->cursor);
  g_free (self);
}

void
spark_replica_apply_async (SparkReplica *self, JsonArray *changes, const char *cursor,
                           gint64 server_now, SparkApplyFlags flags, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  ApplyWork *apply;

  g_return_if_fail (SPARK_IS_REPLICA (self));
  g_return_if_fail (changes != NULL && cursor != NULL);

  apply = g_new0 (ApplyWork, 1);
  apply->work.run = run_apply;
  apply->work.seen = see_apply;
  apply->work.done = done_apply;
  apply->work.task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (apply->work.task, spark_replica_apply_async);
  /* A transaction that was committed is told, cancelled or not. */
  g_task_set_check_cancellable (apply->work.task, FALSE);
  apply->key = self->key != NULL ? g_bytes_ref (self->key) : NULL;
  apply->changes = json_array_ref (changes);
  apply->cursor = g_strdup (cursor);
  apply->server_now = server_now;
  apply->flags = flags;
  if (flags & (SPARK_APPLY_LOAD_BEGINS | SPARK_APPLY_LOAD_ENDS))
    apply->flags |= SPARK_APPLY_LOAD;
  spark_replica_thread_push (self->thread, &apply->work);
}

gboolean
spark_replica_apply_finish (SparkReplica *self, GAsyncResult *result, SparkKinds *kinds,
                            GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  if (kinds != NULL)
    *kinds = GPOINTER_TO_UINT (g_task_get_task_data (G_TASK (result)));
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- everything else: one statement, once or for each of several texts --- */

typedef struct
{
  SparkWork work;

  const char *statement; /* static */
  GStrv texts;           /* owned: its parameters */
  gint64 number;         /* the only parameter when there are no texts */
  gboolean for_each;     /* run for each text */
} StatementWork;

static gboolean
run_one (SparkDb *db, const char *name, const char *const *texts, guint n_texts, gint64 number,
         GError **error)
{
  sqlite3_stmt *stmt = spark_db_statement (db, name, error);

  if (stmt == NULL)
    return FALSE;
  if (texts == NULL)
    sqlite3_bind_int64 (stmt, 1, number);
  for (guint i = 0; i < n_texts; i++)
    spark_db_bind_text (stmt, (int)i + 1, texts[i]);
  return spark_db_run (db, stmt, error);
}

static gboolean
run_statement (SparkWork *work, SparkDb *db, GError **error)
{
  StatementWork *self = (StatementWork *)work;
  const char *const *texts = (const char *const *)self->texts;
  guint n_texts = texts != NULL ? g_strv_length (self->texts) : 0;

  if (!self->for_each)
    return run_one (db, self->statement, texts, n_texts, self->number, error);
  for (guint i = 0; i < n_texts; i++)
    if (!run_one (db, self->statement, texts + i, 1, 0, error))
      return FALSE;
  return TRUE;
}

static gboolean
run_queue (SparkWork *work, SparkDb *db, GError **error)
{
  return run_statement (work, db, error)
         && run_one (db, "outbox_trim", NULL, 0, MAX_OUTGOING, error);
}

static void
done_statement (SparkWork *work)
{
  StatementWork *self = (StatementWork *)work;

  if (work->task == NULL && work->error != NULL)
    g_debug ("%s was not kept: %s", self->statement, work->error->message);
  else if (work->task != NULL && work->error != NULL)
    g_task_return_error (work->task, g_steal_pointer (&work->error));
  else if (work->task != NULL)
    g_task_return_boolean (work->task, TRUE);
  finish_work (work);
  g_strfreev (self->texts);
  g_free (self);
}

static StatementWork *
new_statement (const char *statement, const char *const *texts, GTask *task)
{
  StatementWork *self = g_new0 (StatementWork, 1);

  self->work.run = run_statement;
  self->work.done = done_statement;
  self->work.task = task;
  if (task != NULL)
    g_task_set_check_cancellable (task, FALSE);
  self->statement = statement;
  self->texts = g_strdupv ((char **)texts);
  return self;
}

void
spark_replica_set_told_async (SparkReplica *self, const char *const *ids, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  StatementWork *statement;

  g_return_if_fail (SPARK_IS_REPLICA (self));

  statement
      = new_statement ("untold_remove", ids, g_task_new (self, cancellable, callback, user_data));
  statement->for_each = TRUE;
  spark_replica_thread_push (self->thread, &statement->work);
}

gboolean
spark_replica_set_told_finish (SparkReplica *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

GStrv
spark_replica_get_untold (SparkReplica *self)
{
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  sqlite3_stmt *stmt;

  g_return_val_if_fail (SPARK_IS_REPLICA (self), NULL);

  stmt = spark_replica_statement (self, "untold_all");
  while (stmt != NULL && spark_replica_step (self, stmt))
    g_strv_builder_add (ids, (const char *)sqlite3_column_text (stmt, 0));
  return g_strv_builder_end (ids);
}

static gboolean
run_dismissed (SparkWork *work, SparkDb *db, GError **error)
{
  StatementWork *self = (StatementWork *)work;

  if (!run_statement (work, db, error))
    return FALSE;
  for (char **id = self->texts; *id != NULL; id++)
    {
      sqlite3_stmt *stmt = spark_db_statement (db, "event_key_of", error);

      if (stmt == NULL)
        return FALSE;
      spark_db_bind_text (stmt, 1, *id);
      if (sqlite3_step (stmt) == SQLITE_ROW)
        spark_touched_add (&work->touched, SPARK_KIND_EVENT, sqlite3_column_int64 (stmt, 0));
      sqlite3_reset (stmt);
    }
  return TRUE;
}

static void
push_dismissed (SparkReplica *self, const char *name, const char *const *ids)
{
  StatementWork *statement = new_statement (name, ids, NULL);

  statement->for_each = TRUE;
  statement->work.run = run_dismissed;
  spark_replica_thread_push (self->thread, &statement->work);
}

void
spark_replica_dismiss_events (SparkReplica *self, const char *const *ids)
{
  g_return_if_fail (SPARK_IS_REPLICA (self));
  g_return_if_fail (ids != NULL);

  push_dismissed (self, "dismissed_add", ids);
  g_signal_emit_by_name (self, "dismissed", ids);
}

void
spark_replica_restore_events (SparkReplica *self, const char *const *ids)
{
  g_return_if_fail (SPARK_IS_REPLICA (self));
  g_return_if_fail (ids != NULL);

  push_dismissed (self, "dismissed_remove", ids);
}

/* --- the outbox --- */

void
spark_outgoing_free (SparkOutgoing *outgoing)
{
  if (outgoing == NULL)
    return;
  g_free (outgoing->path);
  g_free (outgoing->body);
  g_free (outgoing->key);
  g_free (outgoing);
}

void
spark_replica_queue_async (SparkReplica *self, const char *path, const char *body, const char *key,
                           GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  const char *texts[] = { path, body, key, NULL };
  StatementWork *statement;

  g_return_if_fail (SPARK_IS_REPLICA (self));
  g_return_if_fail (path != NULL && body != NULL && key != NULL);

  statement
      = new_statement ("outbox_add", texts, g_task_new (self, cancellable, callback, user_data));
  statement->work.run = run_queue;
  spark_replica_thread_push (self->thread, &statement->work);
}

gboolean
spark_replica_queue_finish (SparkReplica *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

SparkOutgoing *
spark_replica_get_queued (SparkReplica *self)
{
  SparkOutgoing *outgoing;
  sqlite3_stmt *stmt;

  g_return_val_if_fail (SPARK_IS_REPLICA (self), NULL);

  stmt = spark_replica_statement (self, "outbox_first");
  if (stmt == NULL || !spark_replica_step (self, stmt))
    return NULL;
  outgoing = g_new0 (SparkOutgoing, 1);
  outgoing->id = sqlite3_column_int64 (stmt, 0);
  outgoing->path = spark_db_dup_text (stmt, 1);
  outgoing->body = spark_db_dup_text (stmt, 2);
  outgoing->key = spark_db_dup_text (stmt, 3);
  sqlite3_reset (stmt);
  return outgoing;
}

void
spark_replica_unqueue_async (SparkReplica *self, gint64 id, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  StatementWork *statement;

  g_return_if_fail (SPARK_IS_REPLICA (self));

  statement
      = new_statement ("outbox_remove", NULL, g_task_new (self, cancellable, callback, user_data));
  statement->number = id;
  spark_replica_thread_push (self->thread, &statement->work);
}

gboolean
spark_replica_unqueue_finish (SparkReplica *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- settings --- */

char *
spark_replica_get_setting (SparkReplica *self, const char *name)
{
  g_return_val_if_fail (SPARK_IS_REPLICA (self), NULL);

  return g_strdup (g_hash_table_lookup (self->settings, name));
}

void
spark_replica_set_setting (SparkReplica *self, const char *name, const char *value)
{
  const char *texts[] = { name, value, NULL };

  g_return_if_fail (SPARK_IS_REPLICA (self));
  g_return_if_fail (name != NULL);

  if (g_strcmp0 (g_hash_table_lookup (self->settings, name), value) == 0)
    return;
  if (value != NULL)
    g_hash_table_insert (self->settings, g_strdup (name), g_strdup (value));
  else
    g_hash_table_remove (self->settings, name);
  spark_replica_thread_push (
      self->thread,
      &new_statement (value != NULL ? "setting_set" : "setting_unset", texts, NULL)->work);
}
