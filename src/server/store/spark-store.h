/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Where the backend keeps everything. One writer thread runs every change; it commits all that was
 * queued during its last commit as one durable transaction (group commit) and only then tells those
 * who wait. Reads run on a connection of the calling thread's own and never wait for the writer.
 * Thread-safe unless said otherwise.
 */
typedef struct _SparkStore SparkStore;
typedef struct _SparkTx SparkTx; /* one transaction, reading or writing; belongs to one thread */

/**
 * spark_store_open:
 * @url: "sqlite:PATH" (a new database is made with mode 0600) or "postgresql://…", as libpq takes
 * it
 * @key_path: (nullable): the file with the key for codes; NULL: the path of a database that is a
 * file
 *   + ".key". Made with mode 0600 when the database is new; an existing database without its key is
 *   refused
 *
 * Opens and migrates. Errors: SPARK_ERROR_UNAVAILABLE with a message for the person at the
 * terminal.
 */
SparkStore *spark_store_open (const char *url, const char *key_path, GError **error);

/* --- without opening: for commands --- */

/* Brings the schema up to date, in one transaction; opening does the same. */
gboolean spark_store_migrate (const char *url, GError **error);
/**
 * spark_store_backup:
 * @path: a file that does not exist; it appears when it is whole, with mode 0600
 *
 * Copies the database as it is at one moment, whoever writes meanwhile. A database made from the
 * copy begins a new epoch when it is opened. The key is not in it. PostgreSQL has its own tools.
 */
gboolean spark_store_backup (const char *url, const char *path, GError **error);
/* Whether the engine finds its own files in order; @problem is called for what is not. */
typedef void (*SparkStoreProblem) (const char *words, gpointer data);
gboolean spark_store_inspect (const char *url, SparkStoreProblem problem, gpointer data,
                              GError **error);

/* Ends the writer after what is queued; no transaction may be open. */
void spark_store_close (SparkStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SparkStore, spark_store_close)

/**
 * SparkStoreFunc:
 * Decides and writes, within the transaction. FALSE with @error undoes this function's writes
 * alone, not those of the others in the same commit. Must not block and must not call the platform.
 * It may be run more than once, when the transaction has to be tried again: it begins afresh each
 * time and adds to nothing that an earlier run left in @data.
 */
typedef gboolean (*SparkStoreFunc) (SparkTx *tx, gpointer data, GError **error);

/**
 * SparkStoreDone:
 * @error: (nullable): what the function failed with, or the commit itself (SPARK_ERROR_UNAVAILABLE)
 *
 * Called on the writer's thread once the outcome is durable. Must return quickly.
 */
typedef void (*SparkStoreDone) (gpointer data, const GError *error);

/**
 * spark_store_submit:
 * Queues a change. When the queue is full (it is bounded) @done is called at once, on the calling
 * thread, with SPARK_ERROR_UNAVAILABLE.
 */
void spark_store_submit (SparkStore *store, SparkStoreFunc run, SparkStoreDone done, gpointer data);

/* The same and waits; for commands and tests, never on an HTTP thread. */
gboolean spark_store_write (SparkStore *store, SparkStoreFunc run, gpointer data, GError **error);

/* The same for a portion of something long: afterwards others who write, in other processes too, have
 * as much time as it took. */
gboolean spark_store_write_portion (SparkStore *store, SparkStoreFunc run, gpointer data,
                                    GError **error);
/* How much of something long goes into one portion. Begin with the rows of the first alone. */
typedef struct
{
  guint rows;   /* of whatever it is made of */
  gint64 least; /* the shortest that one took, in µs; 0: there was none */
  guint fewest; /* rows, however long a portion takes: fewer would not be quicker; 0: one */
} SparkPace;

/* A portion of long work is meant to take so long, in µs. Where some of its rows are far more work than
 * others, it ends early rather than take longer. */
#define SPARK_PORTION_US 10000

/* The same for a portion of @pace->rows, which then become as many as take some 10 ms beyond what every
 * transaction takes here: nobody else waits for much longer, and a fast disk is not left idle. */
gboolean spark_store_write_paced (SparkStore *store, SparkStoreFunc run, gpointer data,
                                  SparkPace *pace, GError **error);

/* A snapshot to read from, on this thread's own connection: the newest. End it soon: it holds back
 * checkpoints. */
SparkTx *spark_store_read_begin (SparkStore *store, GError **error);
void spark_store_read_end (SparkTx *tx);
/* This thread has nothing to read for now. One that says so each time before it may sleep reads many
 * small things for less: as long as nobody commits, they are all read from one snapshot. */
void spark_store_rest (SparkStore *store);
/* This thread reads no more: for one that nobody joins before the store is closed. Others leave as
 * they end. */
void spark_store_leave (SparkStore *store);

/**
 * SparkStoreChanged:
 * @accounts: numbers of the accounts whose counter moved, or NULL when it may be any (another
 * process wrote)
 *
 * Called on the writer's thread (or the store's watcher) after a commit: a wake-up only. Once
 * spark_store_set_changed() has returned, the one before it is not called any more.
 */
typedef void (*SparkStoreChanged) (const gint64 *accounts, gsize n_accounts, gpointer data);
void spark_store_set_changed (SparkStore *store, SparkStoreChanged changed, gpointer data);

/* On the writer's thread: TRUE before those of one commit are told that it is done, and FALSE after
 * that. */
typedef void (*SparkStoreGather) (gboolean gather);
void spark_store_set_gather (SparkStore *store, SparkStoreGather gather);

/*
 * What the stores of one database tell each other beside changes; may be lost, for it is kept
 * nowhere.
 */
typedef struct
{
  char *(*tell) (gsize most, gpointer data); /* (nullable) words of @most bytes; more come later */
  void (*told) (const char *words, gpointer data); /* by another */
} SparkStoreTalk;

/* @talk: (nullable). Once this has returned, the one before it is not called any more. FALSE: this
 * store is alone (SQLite), and nothing is ever called. */
gboolean spark_store_set_talk (SparkStore *store, const SparkStoreTalk *talk, gpointer data);
/* There is something to tell: tell() is called soon, on a thread of the store's. From any thread. */
void spark_store_talk (SparkStore *store);

/* 64 hexadecimal digits that were drawn when the database was made. */
const char *spark_store_salt (SparkStore *store);
/* The database's epoch: new for a new database and after a restore. */
const char *spark_store_epoch (SparkStore *store);

/* In a transaction that only reads: nobody has committed since the one before on this thread began,
 * as far as the engine can tell. */
gboolean spark_tx_is_steady (SparkTx *tx);

/* For sample data and tests: what the rest of the job runs as if it were @now. */
void spark_tx_set_now (SparkTx *tx, gint64 now);

/* The time of the transaction, in ms. Tests set the clock of a store; NULL: the real one. */
gint64 spark_tx_now (SparkTx *tx);
void spark_store_set_clock (SparkStore *store, gint64 (*now) (gpointer data), gpointer data);

G_END_DECLS
