/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <libpq-fe.h>
#include <stdatomic.h>

#include "server/store/spark-engine.h"

G_BEGIN_DECLS

/* Inside the PostgreSQL engine. */

/* The types of values, as the server numbers them. */
#define SPARK_PG_BYTEA 17
#define SPARK_PG_INT8  20
#define SPARK_PG_TEXT  25

#define SPARK_PG_MAX_VALUES 24
#define SPARK_PG_MAX_MANY   6
#define SPARK_PG_CHANNEL    "sparkbox"
#define SPARK_PG_WORDS      "sparkbox_words"

/* How long an answer is waited for: longer than statement_timeout. */
#define SPARK_PG_ANSWER_US (12 * (gint64)G_USEC_PER_SEC)

typedef struct
{
  Oid type;
  int length;     /* -1: NULL */
  char *data;     /* owned; NULL for integers and NULL */
  guint64 number; /* big-endian */
} SparkPgValue;

typedef struct _SparkPgBatch SparkPgBatch;
typedef struct _SparkPgQuery SparkPgQuery;

typedef struct
{
  SparkDatabase parent;
  char *url;
  gboolean write;
  PGconn *connection;     /* NULL: never connected, or lost; libpq takes that for a lost one */
  GHashTable *statements; /* name → SparkPgStatement */
  GHashTable *called;     /* the same by where a name stands that is never another there */
  gint64 last_try;        /* to connect; monotonic, µs */
  gint64 connected_at;    /* the same */
  int wake_fd;            /* for listening: something to tell, or the end */
  atomic_bool ended;      /* listening */
  gboolean listens;       /* has a thread of its own to wait in */
  SparkPgBatch *batch;    /* NULL: for reading */
  GPtrArray *ahead;       /* of SparkPgStatement: what a reader expects to be asked */
  guint n_ahead_sent;     /* of them, which have their results */
  SparkFailure failure;
  gboolean begin_due;  /* BEGIN goes with the first statement */
  gboolean committing; /* what is lost now may have been committed */
  gboolean updating;   /* what is committed are other tables, with all that is in them */
  gint64 patience_us;  /* for an answer, where it is more than SPARK_PG_ANSWER_US */
  gboolean aside;      /* what it asks may wait for others: its silence is not the server's */
  gboolean stale;      /* connect again before the next transaction */
  gboolean hung;    /* a COMMIT has no answer yet, as while a standby that must have it is gone */
  gboolean doubted; /* this COMMIT was answered, but a standby that must have it may not */
  guint n_sessions; /* connections made so far */
  gint64 n_unknown; /* commits that may have been seen by nobody here: the feeds look again */
} SparkPg;

typedef enum
{
  SPARK_PG_READS,  /* gives rows, changes nothing */
  SPARK_PG_WRITES, /* gives none */
  SPARK_PG_BOTH,
} SparkPgKind;

/* A statement for many sets of values at once, each an array, but for those that all have alike. */
typedef struct
{
  guint32 alike; /* bits, from the first value's */
  char *name;
  char *sql;
  gboolean prepared;
} SparkPgMany;

/* A statement by name, as the server knows it: prepared with the types of its first values. */
struct _SparkPgQuery
{
  const char *name;
  char *sql; /* with $1, $2 … */
  SparkPgKind kind;
  gboolean learned; /* kind, n_values, types */
  gboolean prepared;
  int n_values;
  Oid types[SPARK_PG_MAX_VALUES];

  SparkPgMany many[SPARK_PG_MAX_MANY];
  guint n_many;
};

/* What a reader asks before it is asked for it. */
typedef struct
{
  int n_values;
  SparkPgValue values[SPARK_PG_MAX_VALUES];
  PGresult *result; /* NULL: not sent yet */
} SparkPgAhead;

typedef struct
{
  SparkStatement parent;
  SparkPg *database; /* borrowed */
  SparkPgQuery query;
  SparkPgAhead *ahead; /* NULL: nothing is expected of it */
  int n_values;
  SparkPgValue values[SPARK_PG_MAX_VALUES];
  PGresult *result; /* NULL: not run yet */
  gboolean shared;  /* the result is the batch's */
  int row;
  int end;
} SparkPgStatement;

extern const SparkEngine spark_engine_postgres;

/* The text of a statement, as SparkEngineTexts has it. */
const char *spark_pg_sql (const char *name);
/* The text of the migration to @version; NULL: there is none. */
const char *spark_pg_schema (gint64 version);
/* As SparkEngine has it (spark-postgres-migrate.c). */
gboolean spark_pg_migrate (SparkDatabase *database, GError **error);

/* --- connections (spark-postgres-connect.c) --- */
/* @begins: the error is for whoever starts this, and says why */
gboolean spark_pg_connect (SparkPg *self, gboolean begins, GError **error);
/* Every statement goes with it. */
void spark_pg_disconnect (SparkPg *self);
gboolean spark_pg_succeeded (const PGresult *result);
gboolean spark_pg_exec (SparkPg *self, const char *sql, GError **error);

/* --- waiting (spark-postgres-wait.c): what else waits in libpq has no end --- */

/* Until there is a result to get without waiting, or none for too long: FALSE. */
gboolean spark_pg_wait (SparkPg *self, gint64 patience_us);
/* As PQgetResult(). When there was none for too long, the connection is dropped, and there are no
 * more: NULL. */
PGresult *spark_pg_next (SparkPg *self);
/* All that are left of what was sent: the first that went wrong, else the last. NULL: lost */
PGresult *spark_pg_take (SparkPg *self);
void spark_pg_discard (SparkPg *self);
/* As PQexec() and PQprepare(). */
PGresult *spark_pg_ask (SparkPg *self, const char *sql);
PGresult *spark_pg_prepare (SparkPg *self, const char *name, const char *sql, int n_types,
                            const Oid *types);
/* Nobody uses the connection again; its statements are still there. */
void spark_pg_drop (SparkPg *self);

/*
 * What connections know of each other. Once one has waited in vain, none waits: those that there
 * were are doubted, and only the one that listens connects. When it has found the server, all do. And
 * once one has found a server that was promoted, all that there were are doubted: theirs is another.
 */
gint64 spark_pg_found_at (void); /* last; monotonic, µs */
/* @timeline: of the server; 0: it does not say. FALSE: another has been promoted in its place, and it
 * must not be used, though it may not know. */
gboolean spark_pg_found (SparkPg *self, guint timeline);
/* @since: when the wait began; nothing was silent if others had an answer in its second half */
void spark_pg_found_silent (gint64 since);
gboolean spark_pg_is_silent (void);
gboolean spark_pg_is_doubted (SparkPg *self);
/* Another server has taken the place of its own. */
gboolean spark_pg_is_left (SparkPg *self);

/* Sends BEGIN if that is still to be done. */
gboolean spark_pg_ensure_begun (SparkPg *self, GError **error);
/* Runs a statement by itself, with its values. */
gboolean spark_pg_run (SparkPgStatement *self, GError **error);
void spark_pg_value_clear (SparkPgValue *value);
gboolean spark_pg_values_equal (const SparkPgValue *a, const SparkPgValue *b, int n_values);
/* Fills what libpq wants to know of values. */
void spark_pg_describe (const SparkPgValue *values, int n_values, const char **data, int *lengths,
                        int *formats);

/* --- errors (spark-postgres-error.c): FALSE always --- */

/* Says what went wrong, also in self->failure. */
gboolean spark_pg_fail (SparkPg *self, const PGresult *result, GError **error);
gboolean spark_pg_unreachable (GError **error);

/* --- commits of such (spark-postgres-commit.c) --- */

/* Sends what is queued, and COMMIT. */
void spark_pg_batch_send_commit (SparkPgBatch *batch);
/* Does that if it was not done, and takes the answer; what the jobs of the next transaction want by
 * now is sent first. */
gboolean spark_pg_batch_commit (SparkPgBatch *batch, GError **error);

/* --- listening (spark-postgres-listen.c) --- */
gboolean spark_pg_notify (SparkDatabase *database, const char *node, const gint64 *accounts,
                          gsize n_accounts, GError **error);
gboolean spark_pg_listen (SparkDatabase *database, const char *node,
                          const SparkDatabaseListener *listener, GError **error);
void spark_pg_stop_listening (SparkDatabase *database);
void spark_pg_talk (SparkDatabase *database);

/* --- what readers expect (spark-postgres-ahead.c) --- */

void spark_pg_ahead_expect (SparkPgStatement *statement);
/* TRUE: the statement has the result of what was expected, which is sent now if it was not. */
gboolean spark_pg_ahead_take (SparkPgStatement *statement);
/* Sends the statement, with BEGIN and all that is expected. */
PGresult *spark_pg_ahead_run (SparkPgStatement *statement);
/* A transaction is over. */
void spark_pg_ahead_forget (SparkPg *self);

/* --- one statement for many (spark-postgres-many.c) --- */

/* Takes the types of the statement's values, when they are its first; says what it does. */
SparkPgKind spark_pg_query_learn (SparkPgStatement *statement);
void spark_pg_query_clear (SparkPgQuery *query);
/* The same for @rows (of SparkPgValue *, more than one). NULL: not possible; the types must be
 * known. */
SparkPgMany *spark_pg_query_many (SparkPgQuery *query, GPtrArray *rows);
/* The values of one parameter in @rows (of SparkPgValue *), as a binary array of the server's. */
GByteArray *spark_pg_array (GPtrArray *rows, int parameter, Oid type);

/* --- jobs of one transaction together (spark-postgres-batch.h) --- */

typedef enum
{
  SPARK_PG_STEP_ROWS,   /* the statement has its result */
  SPARK_PG_STEP_QUEUED, /* a write, done before the commit */
  SPARK_PG_STEP_WAITS,  /* the job has to be run again later */
  SPARK_PG_STEP_FAILED,
} SparkPgStep;

SparkPgBatch *spark_pg_batch_new (SparkPg *database);
void spark_pg_batch_free (SparkPgBatch *batch);
/* Lets go of every statement: they are about to go. */
void spark_pg_batch_forget (SparkPgBatch *batch);
/* Forgets everything: a transaction begins. */
void spark_pg_batch_begin (SparkPgBatch *batch);
SparkPgStep spark_pg_batch_step (SparkPgBatch *batch, SparkPgStatement *statement, GError **error);
/* This job is about to read it. */
void spark_pg_batch_expect (SparkPgBatch *batch, SparkPgStatement *statement);
void spark_pg_batch_job_begin (SparkPgBatch *batch);
SparkJobEnd spark_pg_batch_job_end (SparkPgBatch *batch, gboolean ok, GError **error);
void spark_pg_batch_jobs_end (SparkPgBatch *batch);
gboolean spark_pg_batch_fetch (SparkPgBatch *batch, gboolean *again, GError **error);

G_END_DECLS
