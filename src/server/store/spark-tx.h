/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-objects.h"
#include "server/store/spark-database.h"
#include "server/store/spark-known-rows.h"
#include "server/store/spark-known-strings.h"
#include "server/store/spark-known-tokens.h"
#include "server/store/spark-sandbox-settings.h"
#include "server/store/spark-secrets.h"
#include "server/store/spark-store.h"

G_BEGIN_DECLS

/* An account that is locked until the end of the transaction. Its numbers are counted here, and
 * written back once, however many are taken. */
typedef struct
{
  gint64 account;
  gint64 counter; /* the number of its last change */
  gint64 last_id;
  gint64 folded; /* the number of the last change that is folded into those before it */
  gint64 platform;
  gboolean moved; /* numbers were taken */
  gboolean gone;  /* the account has been deleted */
} SparkTxAccount;

typedef struct
{
  SparkTxAccount *account;
  SparkTxAccount before; /* the job */
} SparkTxHeld;

typedef struct
{
  SparkTxAccount *account;
  SparkKind kind;
  gint64 id;
  gint64 seq;
} SparkTxChange;

/* Inside the store: one transaction, and how its statements are run. */
struct _SparkTx
{
  SparkStore *store;       /* borrowed */
  SparkDatabase *database; /* borrowed */
  SparkSecrets *secrets;   /* borrowed */
  GStringChunk *strings;   /* what views point at; lives as long as the transaction */
  gint64 now;

  /* Reading only. */
  gboolean rests;  /* its thread calls spark_store_rest() */
  gboolean kept;   /* the snapshot is, for the next to go on with */
  guint64 state;   /* of the database, when it began */
  gboolean steady; /* nobody has committed since the one before began */
  SparkKnownTokens *known_tokens; /* while it is */
  GHashTable *known_versions;     /* while it is: gint64 * → SparkVersion, each within the same */

  /* Writing only. */
  gboolean writes;
  GHashTable *locked;   /* gint64 * → SparkTxAccount */
  GArray *held;         /* of SparkTxHeld: what the job that runs has locked */
  GArray *changes;      /* of SparkTxChange, in the order of their numbers */
  guint job_changes;    /* of these, how many are of jobs before this one */
  guint room;           /* see spark_tx_room() */
  guint job_room;       /* what the jobs before this one left of it */
  gboolean goes_on;     /* see spark_tx_go_on() */
  gboolean asked_again; /* while it went on */
  SparkKnownStrings *known_strings;
  guint session; /* of the database, as it was in the transaction before */
  SparkKnownRows *known_rows;
  GArray *job_known; /* of SparkTxChange: of these, what the job that runs has read */

  /* What the sandbox was told, as the transaction has it. */
  gboolean settings_known;
  gboolean job_set; /* the job that runs has changed it */
  SparkSettings settings;

  SparkDeal deal;   /* of the brand read last */
  GArray *accounts; /* gint64: of the credential read last */
  GArray *roles;    /* of SparkRole: one for each of them */
};

SparkSecrets *spark_store_secrets (SparkStore *store);
SparkTx *spark_tx_new (SparkStore *store, SparkDatabase *database, SparkSecrets *secrets);
void spark_tx_free (SparkTx *tx);

/* --- for the store: the course of a writing transaction --- */
/* Behind spark_database_begin(). */
void spark_tx_begin (SparkTx *tx);
void spark_tx_job_begin (SparkTx *tx);
/* Takes back the changes of the job that failed, and their numbers. */
void spark_tx_job_undo (SparkTx *tx);
/* Nothing it wrote is there, or nobody knows: what it knew is forgotten. */
void spark_tx_lost (SparkTx *tx);
/* Writes the counters and the changes down, and tells the others at the commit. */
gboolean spark_tx_finish (SparkTx *tx, const char *node, GError **error);
/* The accounts with new changes; NULL: none. (transfer full) */
GArray *spark_tx_touched (SparkTx *tx);

/* --- for the ledger: what a transaction may decide on --- */

/**
 * spark_tx_lock:
 * Nobody else changes the account, on any node, until this transaction ends: call it before reading
 * what is to be decided on. In a transaction that only reads it does nothing. NOT_FOUND when there
 * is no such account.
 */
gboolean spark_tx_lock (SparkTx *tx, gint64 account, GError **error);
/* The same for several, ascending. What was read to find them is to be read again, or is: when a
 * lock had to be waited for, the function that runs is run again from its start. */
gboolean spark_tx_lock_all (SparkTx *tx, const gint64 *accounts, gsize n_accounts, GError **error);
/* The account's platform, which is locked with it: SparkPlatformKind. NOT_FOUND when there is no
 * such account. */
gboolean spark_tx_platform (SparkTx *tx, gint64 account, gint64 *platform, GError **error);
/* It becomes another. The caller writes it. */
void spark_tx_set_platform (SparkTx *tx, gint64 account, gint64 platform);
/* The next number for an object of a locked account. */
gboolean spark_tx_next_id (SparkTx *tx, gint64 account, gint64 *id, GError **error);
/* The same for an event or a grant, of which there come more than of all else: it takes the
 * account's next change number with it. Both are one number, so that nothing is written down of its
 * coming but itself. */
gboolean spark_tx_next_change (SparkTx *tx, gint64 account, gint64 *id, GError **error);
/* An object of a locked account has a new state: it takes the account's next change number. */
gboolean spark_tx_touch (SparkTx *tx, gint64 account, SparkKind kind, gint64 id, GError **error);
/* The same of what a grant that has just come says of its brand or its video: nothing is written
 * down of it. @seq: what it says, the next number. */
gboolean spark_tx_touch_granted (SparkTx *tx, gint64 account, gint64 seq, GError **error);
/* The account has been deleted; those who follow it are told. */
void spark_tx_forget (SparkTx *tx, gint64 account);

/**
 * spark_tx_room:
 * How many rows this transaction, with all that was put into it, may still write of what one act
 * changes by the thousand, so that nobody waits long for the writer. Take off what is written;
 * write the rest down as left, and go on.
 */
guint *spark_tx_room (SparkTx *tx);
typedef gboolean (*SparkTxPortion) (SparkTx *tx, gboolean *more, GError **error);
/* Runs @portion in transactions after this one, behind what is queued, for as long as it leaves
 * @more: what it is to do is in the database. Does nothing while one goes on. */
void spark_tx_go_on (SparkTx *tx, SparkTxPortion portion);

/*
 * Binds and returns a statement. @types has a letter a value: 'i' gint64, 's' const char * (NULL
 * allowed), 'b' const void * and gsize. Integers must be passed as gint64. What is pointed to must
 * stay until the last step.
 */
SparkStatement *spark_tx_select (SparkTx *tx, GError **error, const char *name, const char *types,
                                 ...);
/* The same for a statement without rows. */
gboolean spark_tx_exec (SparkTx *tx, GError **error, const char *name, const char *types, ...);
/* Says what the function is about to read, as soon as it knows what that will be: reads that are
 * known together cost one round trip to a server. A writer, whose run ends where it has to wait for
 * the first of them, says it best then: the run that has all it needs says nothing. Changes nothing
 * else. */
void spark_tx_expect (SparkTx *tx, const char *name, const char *types, ...);
/* One row or none. NULL: no row when @error is not set. Reset the statement when done. */
SparkStatement *spark_tx_row (SparkTx *tx, GError **error, const char *name, const char *types,
                              ...);
/* One integer; @absent when there is no row. */
gboolean spark_tx_int (SparkTx *tx, GError **error, gint64 *value, gint64 absent, const char *name,
                       const char *types, ...);

/* The row of an object by its id, for a statement that takes account and number; NOT_FOUND. */
SparkStatement *spark_tx_get (SparkTx *tx, GError **error, const char *name, const char *id);
/* There was no row: @local (transfer full) when that was an error, else NOT_FOUND. FALSE always. */
gboolean spark_tx_absent (GError *local, GError **error);
/* After the rows that are wanted of @row. @row: (nullable): NULL: it could not be had; @local:
 * (nullable) (transfer full): why that was, or why no more came. FALSE with it; TRUE: there is none
 */
gboolean spark_tx_end (SparkStatement *row, GError *local, GError **error);

/* --- codes and links, as they are kept --- */

/* Encrypts what is written in this transaction. NULL with @error: the key is not here. */
GBytes *spark_tx_encrypt (SparkTx *tx, const char *text, GError **error);
/* What only the current key makes of @text; @derived has SPARK_FINGERPRINT_BYTES. */
gboolean spark_tx_derive (SparkTx *tx, const char *text, guint8 *derived, GError **error);
/* The same for the string of a code or link for @video, which then leads to the object. @secret:
 * (out) */
gboolean spark_tx_keep_string (SparkTx *tx, gint64 account, SparkKind kind, gint64 id, gint64 video,
                               const char *string, GBytes **secret, GError **error);
/* A row of a statement that takes the fingerprint of a string. NULL: no row when @error is not set.
 * Reset the statement when done. */
SparkStatement *spark_tx_find_string (SparkTx *tx, GError **error, const char *name,
                                      const char *string);
/* Where a string of Sparkbox's make led when a writer last found it, and leads for ever, although
 * that may be gone. NULL: not known, or only read. Valid until one is found. */
const SparkKnownString *spark_tx_known_string (SparkTx *tx, const char *string);
/*
 * What a writer has read of an object under its account's lock, and need not read again as long as
 * every change of the object is told by spark_tx_touch(). NULL: not known, or only read. Before the
 * account is locked it is what there will most likely be. Valid until the next call.
 */
const SparkKnownRow *spark_tx_known_row (SparkTx *tx, gint64 account, SparkKind kind, gint64 id);
/* It was read now, of an account that is locked. */
void spark_tx_know_row (SparkTx *tx, gint64 account, SparkKind kind, gint64 id,
                        const SparkKnownRow *row);
/* It will be looked for: spark_tx_expect(). */
void spark_tx_expect_string (SparkTx *tx, const char *name, const char *string);
/* What others know something by that is not to be told from it: the same for as long as the
 * database lives, whatever its key. @hash has SPARK_FINGERPRINT_BYTES. */
void spark_tx_pseudonym (SparkTx *tx, const char *text, guint8 *hash);

/* Copies into the transaction's strings; NULL stays NULL. */
const char *spark_tx_keep (SparkTx *tx, const char *text);
const char *spark_tx_keep_id (SparkTx *tx, gint64 account, gint64 id); /* id 0: NULL */
const char *spark_tx_keep_number (SparkTx *tx, gint64 number);

G_END_DECLS
