/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/store/spark-postgres.h"

G_BEGIN_DECLS

/* Inside the batch of the PostgreSQL engine. */

#define SPARK_PG_LOCK "account_lock"

/* One thing read, by what was asked: some rows of a result. */
typedef struct
{
  const SparkPgQuery *query;
  SparkPgValue *values; /* owned by what is in the cache */
  PGresult *result;     /* borrowed from results */
  int first;
  int end;
  gboolean lasts;
} SparkPgEntry;

typedef struct
{
  SparkPgQuery *query;
  GPtrArray *rows; /* of SparkPgValue[n_values] */
  GArray *jobs;    /* of writes: the number of the job of each (guint) */
} SparkPgGroup;

/* Groups (spark-postgres-group.c) */
SparkPgGroup *spark_pg_group_new (SparkPgQuery *query);
void spark_pg_group_free (gpointer group);
/* Frees @values. */
void spark_pg_query_drop (const SparkPgQuery *query, SparkPgValue *values);
/* What the statement is bound to, which it has no longer. (transfer full) */
SparkPgValue *spark_pg_take_values (SparkPgStatement *statement);
/* One more read among @groups, where it is not there yet. @values: (transfer full) */
void spark_pg_groups_want (GPtrArray *groups, SparkPgQuery *query, SparkPgValue *values);

/* What was read (spark-postgres-group.c): a set of SparkPgEntry */
GHashTable *spark_pg_cache_new (void);
/* NULL: not there */
SparkPgEntry *spark_pg_cache_find (GHashTable *cache, const SparkPgQuery *query,
                                   SparkPgValue *values);

/*
 * What is sent at once, and its results (spark-postgres-pipeline.c). A statement that
 * is not prepared yet is prepared on the way.
 */
typedef struct
{
  SparkPgBatch *batch;
  /* Of each that has a result, in their order. NULL: not open */
  GPtrArray *sent;     /* SparkPgGroup of reads, or NULL where it says nothing more */
  GPtrArray *prepared; /* where it stands that a statement is (gboolean *), or NULL */
  gboolean ok;         /* sent so far, and then: done */
  gboolean complete;   /* all was sent, so that all has a result */
} SparkPgPipeline;

struct _SparkPgBatch
{
  SparkPg *database;  /* borrowed */
  GHashTable *cache;  /* what was read */
  GPtrArray *results; /* what entries point into */

  /* Of SparkPgGroup. */
  GPtrArray *expected;   /* by this job */
  GPtrArray *wanted;     /* reads that jobs wait for */
  GPtrArray *lock_reads; /* reads of those who wait for locks, sent behind them */
  GPtrArray *wave_reads; /* reads of those who wait for the next wave, sent behind the writes */
  GPtrArray *writes;     /* in the order in which they are sent */
  GPtrArray *locks;      /* that have no answer yet */

  GHashTable *locked;  /* accounts (gint64 *); 0: all that belongs to none */
  GArray *lock_wanted; /* gint64 */
  GArray *lock_early;  /* what jobs put off from the last transaction need */
  GArray *lock_next;   /* what those that are put off now will need */
  GHashTable *taken;   /* accounts whose job of this wave is done */
  gboolean wave_wanted;
  gint64 highest; /* that is locked */

  guint job;            /* counts up */
  GArray *job_accounts; /* gint64: what this job has locked */
  GArray *job_locked;   /* gint64: what of it goes with its savepoint */
  guint job_cursor;     /* behind its last write in writes */
  guint job_writes;
  gboolean job_waits;
  GPtrArray *job_reads; /* where it goes what it says then that it expects; borrowed */
  gboolean job_alone;   /* it has a savepoint and runs by itself */
  gboolean job_broken;
  gboolean jobs_ended;
  guint jobs_cursor; /* behind the last write of any job */

  SparkPgPipeline commit; /* of the transaction before, while it has no answer */
  SparkPgPipeline ahead;  /* what is wanted, sent behind that */
};

/* Sends what jobs wait for: what they read, else the locks with what is read behind them. FALSE:
 * they wait for neither. */
gboolean spark_pg_batch_send_wanted (SparkPgBatch *self, SparkPgPipeline *pipeline);

/* Begins the transaction when that is due. */
void spark_pg_pipeline_open (SparkPgPipeline *self, SparkPgBatch *batch);
void spark_pg_pipeline_sql (SparkPgPipeline *self, const char *sql);
void spark_pg_pipeline_reads (SparkPgPipeline *self, SparkPgGroup *group);
void spark_pg_pipeline_all_reads (SparkPgPipeline *self, GPtrArray *groups);
void spark_pg_pipeline_all_writes (SparkPgPipeline *self, GPtrArray *groups);
/* No more follows: the server works on it. */
void spark_pg_pipeline_send (SparkPgPipeline *self);
/* Takes all results. @tag: (nullable): what the last must say it did; @last: nothing was sent
 * behind */
gboolean spark_pg_pipeline_take (SparkPgPipeline *self, const char *tag, gboolean last,
                                 GError **error);
/* Both. */
gboolean spark_pg_pipeline_close (SparkPgPipeline *self, GError **error);
void spark_pg_pipeline_clear (SparkPgPipeline *self);

G_END_DECLS
