/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-store"

#include "config.h"

#include <string.h>

#include "model/spark-error.h"
#include "server/store/spark-postgres-batch.h"

/*
 * How the jobs of one transaction share its round trips, each written as if it were alone.
 *
 * A job is run, and run again, until it has all it needs. When it reads something that has not been
 * fetched it stops there ("waits"); when each job has come as far as it can, what all of them wait
 * for is fetched at once, one statement for all that read alike. What it writes is put down and
 * sent before the commit, again one statement for all that write alike. Nothing is decided on what
 * was read before the account was locked: the locks of all jobs are taken in one step, in the order
 * of their numbers, and what was read before is forgotten with it. What a job says that it expects
 * to read, before or when it stops, is sent behind what it waits for, in the same flight.
 *
 * Jobs on one account must see each other's writes, so that in one wave there is one an account;
 * the writes of a wave are sent before the next, and what that reads in one flight with them. A
 * job that reads again after it has written goes on by itself, statement by statement, within a
 * savepoint. One that writes without an account locked excludes all others that do so, on all
 * nodes.
 */

#define EXCLUDE_OTHERS "exclude_others"

SparkPgBatch *
spark_pg_batch_new (SparkPg *database)
{
  SparkPgBatch *self = g_new0 (SparkPgBatch, 1);

  self->database = database;
  self->cache = spark_pg_cache_new ();
  self->results = g_ptr_array_new_with_free_func ((GDestroyNotify)PQclear);
  self->expected = g_ptr_array_new_with_free_func (spark_pg_group_free);
  self->wanted = g_ptr_array_new_with_free_func (spark_pg_group_free);
  self->lock_reads = g_ptr_array_new_with_free_func (spark_pg_group_free);
  self->wave_reads = g_ptr_array_new_with_free_func (spark_pg_group_free);
  self->writes = g_ptr_array_new_with_free_func (spark_pg_group_free);
  self->locks = g_ptr_array_new_with_free_func (spark_pg_group_free);
  self->locked = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->lock_wanted = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->lock_early = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->lock_next = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->taken = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->job_accounts = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->job_locked = g_array_new (FALSE, FALSE, sizeof (gint64));
  return self;
}

void
spark_pg_batch_free (SparkPgBatch *self)
{
  g_hash_table_unref (self->cache);
  g_ptr_array_unref (self->results);
  g_ptr_array_unref (self->expected);
  g_ptr_array_unref (self->wanted);
  g_ptr_array_unref (self->lock_reads);
  g_ptr_array_unref (self->wave_reads);
  g_ptr_array_unref (self->writes);
  g_ptr_array_unref (self->locks);
  g_hash_table_unref (self->locked);
  g_array_unref (self->lock_wanted);
  g_array_unref (self->lock_early);
  g_array_unref (self->lock_next);
  g_hash_table_unref (self->taken);
  g_array_unref (self->job_accounts);
  g_array_unref (self->job_locked);
  spark_pg_pipeline_clear (&self->commit);
  spark_pg_pipeline_clear (&self->ahead);
  g_free (self);
}

static void
forget (SparkPgBatch *self)
{
  g_hash_table_remove_all (self->cache);
  g_ptr_array_set_size (self->expected, 0);
  g_ptr_array_set_size (self->wanted, 0);
  g_ptr_array_set_size (self->lock_reads, 0);
  g_ptr_array_set_size (self->wave_reads, 0);
  g_ptr_array_set_size (self->writes, 0);
  g_ptr_array_set_size (self->locks, 0);
}

void
spark_pg_batch_forget (SparkPgBatch *self)
{
  forget (self);
  spark_pg_pipeline_clear (&self->commit);
  spark_pg_pipeline_clear (&self->ahead);
}

void
spark_pg_batch_begin (SparkPgBatch *self)
{
  forget (self);
  g_ptr_array_set_size (self->results, 0);
  g_hash_table_remove_all (self->locked);
  g_hash_table_remove_all (self->taken);
  g_array_set_size (self->lock_wanted, 0);
  g_array_set_size (self->lock_early, 0);
  g_array_append_vals (self->lock_early, self->lock_next->data, self->lock_next->len);
  g_array_set_size (self->lock_next, 0);
  self->wave_wanted = FALSE;
  self->highest = -1;
  self->jobs_ended = FALSE;
}

/* Sends what is queued, and behind it what is to see it. @reads: (nullable) */
static gboolean
flush (SparkPgBatch *self, GPtrArray *reads, GError **error)
{
  SparkPgPipeline pipeline;
  gboolean ok;

  if (self->writes->len == 0 && (reads == NULL || reads->len == 0))
    return TRUE;
  spark_pg_pipeline_open (&pipeline, self);
  spark_pg_pipeline_all_writes (&pipeline, self->writes);
  if (reads != NULL)
    spark_pg_pipeline_all_reads (&pipeline, reads);
  ok = spark_pg_pipeline_close (&pipeline, error);
  g_ptr_array_set_size (self->writes, 0);
  self->job_cursor = 0;
  return ok;
}

/* --- statements --- */

/* Whether what is expected is to be read with @reads. What is there is forgotten when an account is
 * locked. */
static gboolean
is_missing (SparkPgBatch *self, GPtrArray *reads, const SparkPgQuery *query, SparkPgValue *values)
{
  SparkPgEntry *entry = spark_pg_cache_find (self->cache, query, values);

  return entry == NULL || (reads != self->wanted && !entry->lasts);
}

/* What the job expects to read is fetched with what it waits for. */
static void
want_expected (SparkPgBatch *self, GPtrArray *reads)
{
  for (guint i = 0; i < self->expected->len; i++)
    {
      SparkPgGroup *group = self->expected->pdata[i];

      while (group->rows->len > 0)
        {
          SparkPgValue *values = g_ptr_array_steal_index (group->rows, group->rows->len - 1);

          if (is_missing (self, reads, group->query, values))
            spark_pg_groups_want (reads, group->query, values);
          else
            spark_pg_query_drop (group->query, values);
        }
    }
  g_ptr_array_set_size (self->expected, 0);
}

/* @reads: where those go that the job expects: behind what it waits for. */
static SparkPgStep
wait_for (SparkPgBatch *self, GPtrArray *reads, GError **error)
{
  self->job_waits = TRUE;
  self->job_reads = reads;
  want_expected (self, reads);
  g_set_error_literal (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                       "The database is busy. Try again in a moment.");
  return SPARK_PG_STEP_WAITS;
}

static gboolean
contains (GHashTable *set, gint64 account)
{
  return g_hash_table_contains (set, &account);
}

static void
add (GHashTable *set, gint64 account)
{
  g_hash_table_add (set, g_memdup2 (&account, sizeof account));
}

static gboolean
has_account (SparkPgBatch *self, gint64 account)
{
  for (guint i = 0; i < self->job_accounts->len; i++)
    if (g_array_index (self->job_accounts, gint64, i) == account)
      return TRUE;
  return FALSE;
}

/* By itself: what was written before is sent first, within a savepoint of this job. */
static SparkPgStep
run_alone (SparkPgBatch *self, SparkPgStatement *statement, GError **error)
{
  g_autoptr (GPtrArray) own = NULL;
  gboolean ok = spark_pg_ensure_begun (self->database, error);

  if (ok && !self->job_alone)
    {
      /* Those of other jobs first, which a failure of this one must not undo. */
      own = g_ptr_array_new_with_free_func (spark_pg_group_free);
      for (guint i = 0; i < self->writes->len; i++)
        {
          SparkPgGroup *group = self->writes->pdata[i];
          SparkPgGroup *mine = NULL;

          while (group->jobs->len > 0
                 && g_array_index (group->jobs, guint, group->jobs->len - 1) == self->job)
            {
              if (mine == NULL)
                {
                  mine = spark_pg_group_new (group->query);
                  g_ptr_array_add (own, mine);
                }
              g_ptr_array_add (mine->rows,
                               g_ptr_array_steal_index (group->rows, group->rows->len - 1));
              g_array_append_val (mine->jobs, self->job);
              g_array_set_size (group->jobs, group->jobs->len - 1);
            }
        }
      ok = flush (self, NULL, error) && spark_pg_exec (self->database, "SAVEPOINT job", error);
      g_ptr_array_extend_and_steal (self->writes, g_steal_pointer (&own));
      self->job_alone = ok;
    }
  if (ok && flush (self, NULL, error) && spark_pg_run (statement, error))
    {
      self->job_writes++;
      return SPARK_PG_STEP_ROWS;
    }
  self->job_broken = TRUE;
  return SPARK_PG_STEP_FAILED;
}

static SparkPgStep
step_lock (SparkPgBatch *self, SparkPgStatement *statement, GError **error)
{
  gint64 account = (gint64)GUINT64_FROM_BE (statement->values[0].number);

  if (contains (self->taken, account) && !has_account (self, account))
    {
      self->wave_wanted = TRUE;
      return wait_for (self, self->wave_reads, error);
    }
  if (!contains (self->locked, account))
    {
      if (self->job_writes == 0)
        {
          g_array_append_val (self->lock_wanted, account);
          return wait_for (self, self->lock_reads, error);
        }
      /* Of an account that this job has made, or one more that it comes upon. */
      if (run_alone (self, statement, error) != SPARK_PG_STEP_ROWS)
        return SPARK_PG_STEP_FAILED;
      add (self->locked, account);
      g_array_append_val (self->job_locked, account);
      self->highest = MAX (self->highest, account);
      g_array_append_val (self->job_accounts, account);
      return SPARK_PG_STEP_ROWS;
    }
  if (!has_account (self, account))
    g_array_append_val (self->job_accounts, account);
  return SPARK_PG_STEP_ROWS;
}

static SparkPgStep
step_read (SparkPgBatch *self, SparkPgStatement *statement, GError **error)
{
  SparkPgEntry *entry;

  if (self->commit.sent != NULL && strcmp (statement->query.name, EXCLUDE_OTHERS) == 0)
    {
      const gint64 none = 0;

      /* Nothing can be run by itself before the COMMIT has its answer. */
      g_array_append_val (self->lock_wanted, none);
      return wait_for (self, self->lock_reads, error);
    }
  if (self->job_writes > 0 || strcmp (statement->query.name, EXCLUDE_OTHERS) == 0)
    return run_alone (self, statement, error);
  entry = spark_pg_cache_find (self->cache, &statement->query, statement->values);
  if (entry == NULL)
    {
      spark_pg_groups_want (self->wanted, &statement->query, spark_pg_take_values (statement));
      return wait_for (self, self->wanted, error);
    }
  statement->result = entry->result;
  statement->shared = TRUE;
  statement->row = entry->first;
  statement->end = entry->end;
  return SPARK_PG_STEP_ROWS;
}

void
spark_pg_batch_expect (SparkPgBatch *self, SparkPgStatement *statement)
{
  GPtrArray *reads = self->job_waits ? self->job_reads : self->expected;

  if (!self->jobs_ended && !self->job_broken && self->job_writes == 0
      && spark_pg_query_learn (statement) == SPARK_PG_READS
      && is_missing (self, reads, &statement->query, statement->values))
    spark_pg_groups_want (reads, &statement->query, spark_pg_take_values (statement));
}

/* Behind all that the job wrote before; together with what others write alike, where that allows.
 */
static SparkPgStep
step_write (SparkPgBatch *self, SparkPgStatement *statement, GError **error)
{
  SparkPgGroup *group = NULL;

  guint from = self->jobs_ended ? self->jobs_cursor : self->job_cursor;

  for (guint i = from; i < self->writes->len && group == NULL; i++)
    if (((SparkPgGroup *)self->writes->pdata[i])->query == &statement->query)
      {
        group = self->writes->pdata[i];
        self->job_cursor = i + 1;
      }
  if (group == NULL)
    {
      group = spark_pg_group_new (&statement->query);
      g_ptr_array_add (self->writes, group);
      self->job_cursor = self->writes->len;
    }
  g_array_append_val (group->jobs, self->job);
  g_ptr_array_add (group->rows, spark_pg_take_values (statement));
  self->job_writes++;
  return SPARK_PG_STEP_QUEUED;
}

SparkPgStep
spark_pg_batch_step (SparkPgBatch *self, SparkPgStatement *statement, GError **error)
{
  SparkPgKind kind = spark_pg_query_learn (statement);
  SparkPgStep step;

  if (self->jobs_ended)
    return step_write (self, statement, error);
  /* It has been told to stop, and may not have noticed. */
  if (self->job_waits && strcmp (statement->query.name, SPARK_PG_LOCK) != 0)
    return wait_for (self, self->wanted, error);
  if (self->job_broken)
    {
      spark_pg_fail (self->database, NULL, error);
      return SPARK_PG_STEP_FAILED;
    }
  if (strcmp (statement->query.name, SPARK_PG_LOCK) == 0)
    {
      step = step_lock (self, statement, error);
      if (step != SPARK_PG_STEP_ROWS || statement->result != NULL)
        return step;
      return step_read (self, statement, error);
    }
  if (kind == SPARK_PG_READS)
    return step_read (self, statement, error);
  if (self->job_accounts->len == 0)
    {
      const gint64 none = 0;

      if (!contains (self->locked, none) && self->job_writes > 0)
        {
          if (!spark_pg_exec (self->database, spark_pg_sql (EXCLUDE_OTHERS), error))
            {
              self->job_broken = TRUE;
              return SPARK_PG_STEP_FAILED;
            }
          add (self->locked, none);
          if (self->job_alone)
            g_array_append_val (self->job_locked, none);
        }
      if (!contains (self->locked, none))
        {
          g_array_append_val (self->lock_wanted, none);
          return wait_for (self, self->lock_reads, error);
        }
      if (contains (self->taken, none))
        {
          self->wave_wanted = TRUE;
          return wait_for (self, self->wave_reads, error);
        }
      g_array_append_val (self->job_accounts, none);
    }
  return kind == SPARK_PG_WRITES ? step_write (self, statement, error)
                                 : run_alone (self, statement, error);
}

/* --- jobs --- */

void
spark_pg_batch_job_begin (SparkPgBatch *self)
{
  self->job++;
  g_ptr_array_set_size (self->expected, 0);
  g_array_set_size (self->job_accounts, 0);
  g_array_set_size (self->job_locked, 0);
  self->job_cursor = 0;
  self->job_writes = 0;
  self->job_waits = FALSE;
  self->job_alone = FALSE;
  self->job_broken = FALSE;
}

/* Takes back what the job has queued. */
static void
drop_writes (SparkPgBatch *self)
{
  for (guint i = 0; i < self->writes->len; i++)
    {
      SparkPgGroup *group = self->writes->pdata[i];

      while (group->jobs->len > 0
             && g_array_index (group->jobs, guint, group->jobs->len - 1) == self->job)
        {
          spark_pg_query_drop (group->query,
                               g_ptr_array_steal_index (group->rows, group->rows->len - 1));
          g_array_set_size (group->jobs, group->jobs->len - 1);
        }
    }
}

/* Others can have what was locked since the savepoint: whoever wants it locks it anew, and reads
 * behind that. */
static gboolean
undo_alone (SparkPgBatch *self, GError **error)
{
  if (!self->job_alone)
    return TRUE;
  if (!spark_pg_exec (self->database, "ROLLBACK TO job; RELEASE job", error))
    return FALSE;
  for (guint i = 0; i < self->job_locked->len; i++)
    g_hash_table_remove (self->locked, &g_array_index (self->job_locked, gint64, i));
  return TRUE;
}

SparkJobEnd
spark_pg_batch_job_end (SparkPgBatch *self, gboolean ok, GError **error)
{
  if (self->job_broken)
    {
      spark_pg_fail (self->database, NULL, error);
      return SPARK_JOB_BROKEN;
    }
  if (self->job_waits)
    {
      if (!undo_alone (self, error))
        return SPARK_JOB_BROKEN;
      drop_writes (self);
      /* In case it has to wait for another transaction. */
      g_array_append_vals (self->lock_next, self->job_accounts->data, self->job_accounts->len);
      return SPARK_JOB_WAITS;
    }
  if (!ok)
    drop_writes (self);
  if (!(ok ? !self->job_alone
                 || (flush (self, NULL, error)
                     && spark_pg_exec (self->database, "RELEASE job", error))
           : undo_alone (self, error)))
    return SPARK_JOB_BROKEN;
  if (ok && self->job_writes > 0)
    for (guint i = 0; i < self->job_accounts->len; i++)
      add (self->taken, g_array_index (self->job_accounts, gint64, i));
  return SPARK_JOB_DONE;
}

void
spark_pg_batch_jobs_end (SparkPgBatch *self)
{
  self->jobs_ended = TRUE;
  self->jobs_cursor = self->writes->len;
}

/* --- between runs --- */

static gboolean
forgets (gpointer key, gpointer value, gpointer data)
{
  return !((SparkPgEntry *)value)->lasts;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *)a, right = *(const gint64 *)b;

  return left < right ? -1 : left > right;
}

/* All at once, in order, so that nodes cannot wait for each other in a circle; with what is read
 * next. */
static void
pipeline_locks (SparkPgBatch *self, SparkPgPipeline *pipeline)
{
  SparkPgStatement *lock = (SparkPgStatement *)spark_engine_postgres.statement (
      &self->database->parent, SPARK_PG_LOCK, NULL);
  SparkPgGroup *group = spark_pg_group_new (&lock->query);

  g_ptr_array_add (self->locks, group);
  g_array_append_vals (self->lock_wanted, self->lock_early->data, self->lock_early->len);
  g_array_set_size (self->lock_early, 0);
  g_array_sort (self->lock_wanted, compare);
  for (guint i = 0; i < self->lock_wanted->len; i++)
    {
      gint64 account = g_array_index (self->lock_wanted, gint64, i);

      if (contains (self->locked, account))
        continue;
      add (self->locked, account);
      self->highest = MAX (self->highest, account);
      if (account == 0)
        {
          spark_pg_pipeline_sql (pipeline, spark_pg_sql (EXCLUDE_OTHERS));
          continue;
        }
      spark_engine_postgres.statement (&self->database->parent, SPARK_PG_LOCK, NULL);
      spark_engine_postgres.bind_int (&lock->parent, 1, account);
      spark_pg_query_learn (lock);
      g_ptr_array_add (group->rows, spark_pg_take_values (lock));
    }
  if (group->rows->len > 0)
    spark_pg_pipeline_reads (pipeline, group);
  /* Others may have changed what was read before; what is read behind the locks holds. */
  g_hash_table_foreach_remove (self->cache, forgets, NULL);
  spark_pg_pipeline_all_reads (pipeline, self->lock_reads);
}

static gboolean
begin_wave (SparkPgBatch *self, GError **error)
{
  self->wave_wanted = FALSE;
  g_hash_table_remove_all (self->taken);
  g_hash_table_foreach_remove (self->cache, forgets, NULL);
  return flush (self, self->wave_reads, error);
}

static gboolean
may_lock (SparkPgBatch *self)
{
  for (guint i = 0; i < self->lock_wanted->len; i++)
    {
      gint64 account = g_array_index (self->lock_wanted, gint64, i);

      if (!contains (self->locked, account) && account <= self->highest)
        return FALSE;
    }
  return self->lock_wanted->len > 0;
}

gboolean
spark_pg_batch_send_wanted (SparkPgBatch *self, SparkPgPipeline *pipeline)
{
  gboolean reads = self->wanted->len > 0;

  if (!reads && !may_lock (self))
    return FALSE;
  spark_pg_pipeline_open (pipeline, self);
  if (reads)
    spark_pg_pipeline_all_reads (pipeline, self->wanted);
  else
    pipeline_locks (self, pipeline);
  spark_pg_pipeline_send (pipeline);
  return TRUE;
}

gboolean
spark_pg_batch_fetch (SparkPgBatch *self, gboolean *again, GError **error)
{
  SparkPgPipeline pipeline;
  gboolean ok = TRUE;

  *again = TRUE;
  if (self->ahead.sent != NULL)
    ok = spark_pg_pipeline_take (&self->ahead, NULL, TRUE, error);
  else if (spark_pg_batch_send_wanted (self, &pipeline))
    ok = spark_pg_pipeline_take (&pipeline, NULL, TRUE, error);
  else if (self->wave_wanted)
    ok = begin_wave (self, error);
  else
    {
      /* A lock that would be out of order: in the next transaction, before all others. */
      g_array_append_vals (self->lock_next, self->lock_wanted->data, self->lock_wanted->len);
      *again = FALSE;
      return TRUE;
    }
  /* They want it again if they still do. */
  g_ptr_array_set_size (self->wanted, 0);
  g_ptr_array_set_size (self->locks, 0);
  g_ptr_array_set_size (self->lock_reads, 0);
  g_ptr_array_set_size (self->wave_reads, 0);
  g_array_set_size (self->lock_wanted, 0);
  g_array_set_size (self->lock_next, 0);
  return ok;
}
