/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * One connection to an engine: named statements in, typed columns out. The engines are SQLite and
 * PostgreSQL (spark-engine.h); nothing above this header knows which it is. A connection and its
 * statements belong to one thread at a time. Errors are SPARK_ERROR_UNAVAILABLE and name no SQL.
 *
 * Statements are in statements.sql, written so that both engines take them: ?1, ?2 … for values,
 * which are 64-bit integers, text or bytes; instr(), has_words() and count(*) FILTER rather than
 * dialect. What
 * cannot be said in one way stands under the same name in statements-sqlite.sql and
 * statements-postgres.sql. Tables are in schema-sqlite-NNNN.sql and schema-postgres-NNNN.sql, the
 * same tables, columns and keys in both; tests/server/store holds all of this against real
 * databases.
 */
typedef struct _SparkDatabase SparkDatabase;
typedef struct _SparkStatement SparkStatement;

/* TRUE for a URL of an engine that is known: sqlite:PATH, postgresql://… */
gboolean spark_database_knows (const char *url);
/* The path of a database that is a file; NULL for one that is not. */
const char *spark_database_path (const char *url);

/* @write: may change the database; a file (mode 0600) is made when it is not there. Errors then are
 * for whoever starts it, and say why; else they may be told to strangers. */
SparkDatabase *spark_database_open (const char *url, gboolean write, GError **error);
void spark_database_close (SparkDatabase *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkDatabase, spark_database_close)

/* Brings the schema up to date, in one transaction. */
gboolean spark_database_migrate (SparkDatabase *self, GError **error);
/* Of a file: writes a consistent copy into a new one, which is opened as another database. */
gboolean spark_database_backup (SparkDatabase *self, const char *path, GError **error);
/* Of a file: looks for damage; @problem is called with a line for each. */
gboolean spark_database_inspect (SparkDatabase *self,
                                 void (*problem) (const char *words, gpointer data), gpointer data,
                                 GError **error);
/* Prepares every statement there is, for tests and audits. */
gboolean spark_database_prepare_all (SparkDatabase *self, GError **error);

/*
 * A writing transaction of SQLite excludes all others from its begin; one of PostgreSQL only from
 * the accounts it has locked. After a failure the transaction is gone; begin() reconnects when it
 * has to.
 */
gboolean spark_database_begin (SparkDatabase *self, gboolean write, GError **error);
/* Whether a commit is another process's work, during which the next transaction may begin. */
gboolean spark_database_can_send_commit (SparkDatabase *self);
/* Sends what commit() then waits for. Before that the next transaction may begin and each of its
 * jobs be run once: what they wait for is sent behind. When commit() fails both transactions are
 * gone. */
void spark_database_send_commit (SparkDatabase *self);
gboolean spark_database_commit (SparkDatabase *self, GError **error);
void spark_database_rollback (SparkDatabase *self);
/* After begin() to read: as it was in an earlier transaction of this connection only if nobody has
 * committed since that one began, so that what was read then is so still. 0: nobody knows. */
guint64 spark_database_state (SparkDatabase *self);
/* After begin(): another number when the connection is another than before. The server may be
 * another then, which lacks what the one before had last. */
guint spark_database_session (SparkDatabase *self);
/* Instead of rollback(), after reading: the next begin() goes on in this transaction if nobody has
 * committed meanwhile, which costs next to nothing. Roll back what is not soon gone on with: it
 * holds back checkpoints. FALSE: it cannot be kept, and is to be rolled back now. */
gboolean spark_database_keep (SparkDatabase *self);

/* What came of a transaction that failed. */
typedef enum
{
  SPARK_FAILURE_NONE,
  SPARK_FAILURE_AGAIN,   /* nothing was committed; the same may go well when it is tried again */
  SPARK_FAILURE_SPOILT,  /* nothing was committed; in the next, jobs are undone each by itself */
  SPARK_FAILURE_REFUSED, /* nothing was committed; something in it can never be */
  SPARK_FAILURE_FINAL,   /* nothing was committed */
  SPARK_FAILURE_UNKNOWN, /* it may have been committed */
} SparkFailure;
SparkFailure spark_database_failure (SparkDatabase *self);

typedef enum
{
  SPARK_JOB_DONE,
  SPARK_JOB_WAITS,  /* it needs something first: fetch(), then run it again from its start */
  SPARK_JOB_BROKEN, /* the transaction has failed */
} SparkJobEnd;

/*
 * A job is a part of a writing transaction that may fail by itself: everything such a transaction
 * does is in one. What a job did is undone when it ends with @ok FALSE or waits.
 */
gboolean spark_database_job_begin (SparkDatabase *self, GError **error);
SparkJobEnd spark_database_job_end (SparkDatabase *self, gboolean ok, GError **error);
/* Fetches what the jobs that were run wait for. @again: (out): run those again now; else they can
 * only be done in another transaction. */
gboolean spark_database_fetch (SparkDatabase *self, gboolean *again, GError **error);
/* No job is run any more: what is written from here on belongs to all of them. */
void spark_database_jobs_end (SparkDatabase *self);

/* Whether somebody has to call checkpoint() now and then. */
gboolean spark_database_has_checkpoints (SparkDatabase *self);
/* Copies what has been committed from the log into the file; never waits for readers. */
void spark_database_checkpoint (SparkDatabase *self);
/* How many pages the log had after the last commit of this connection; few again when what was in
 * it has been copied and it began anew. */
gint64 spark_database_log_pages (SparkDatabase *self);

/* A number that changes when another connection committed, or, where listen() tells of those, this
 * one may have without knowing it. */
gint64 spark_database_version (SparkDatabase *self);

/* @accounts: whose counters moved; NULL: any may have */
typedef void (*SparkDatabaseHeard) (const gint64 *accounts, gsize n_accounts, gpointer data);
/* Who listens; all three are called on the listening thread. */
typedef struct
{
  SparkDatabaseHeard heard;
  char *(*tell) (gsize most, gpointer data); /* words for the other nodes; (nullable) */
  void (*told) (const char *words, gpointer data);
  gpointer data;
} SparkDatabaseListener;

/* Whether the engine tells of other processes' commits by listening. */
gboolean spark_database_can_listen (SparkDatabase *self);
/* In a writing transaction: tells the others at its commit. @node: says who it is that tells */
gboolean spark_database_notify (SparkDatabase *self, const char *node, const gint64 *accounts,
                                gsize n_accounts, GError **error);
/* Calls heard() for what nodes other than @node commit until stop_listening(), which any thread may
 * call; goes on after a lost connection, and then tells that anything may have changed. What tell()
 * gives after talk() reaches the told() of the others; it is lost where there is no connection. */
gboolean spark_database_listen (SparkDatabase *self, const char *node,
                                const SparkDatabaseListener *listener, GError **error);
void spark_database_stop_listening (SparkDatabase *self);
/* There is something to tell. From any thread; does nothing where the engine does not listen. */
void spark_database_talk (SparkDatabase *self);

/**
 * spark_database_statement:
 * @name: (static): of a statement in statements*.sql; an unknown one is a bug and aborts
 *
 * Returns: (transfer none): the statement, reset, with no values bound (NULL)
 */
SparkStatement *spark_database_statement (SparkDatabase *self, const char *name, GError **error);
void spark_statement_bind_int (SparkStatement *self, int index, gint64 value);
/* Texts and blobs are not always copied: they must stay until the last step. */
void spark_statement_bind_text (SparkStatement *self, int index, const char *value);
void spark_statement_bind_blob (SparkStatement *self, int index, const void *data, gsize length);
/* Whether anything is won by the next. */
gboolean spark_database_can_expect (SparkDatabase *self);
/* Says that this job, or this reader, is about to read this, with these values, unless it ends
 * before: it is then fetched together with what is waited for first. A job may say it as well once
 * it has been told to wait. */
void spark_statement_expect (SparkStatement *self);
/* TRUE: there is a row. FALSE without @error: there are no more; the statement is reset. */
gboolean spark_statement_step (SparkStatement *self, GError **error);
void spark_statement_reset (SparkStatement *self);
/* Columns are counted from 0; text and blobs are valid until the next step or reset. */
gint64 spark_statement_int (SparkStatement *self, int column);
const char *spark_statement_text (SparkStatement *self, int column);
const void *spark_statement_blob (SparkStatement *self, int column, gsize *length);

G_END_DECLS
