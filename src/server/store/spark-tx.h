/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-objects.h"
#include "server/store/spark-database.h"
#include "server/store/spark-secrets.h"
#include "server/store/spark-store.h"

G_BEGIN_DECLS

/* Inside the store: one transaction, and how its statements are run. */
struct _SparkTx
{
  SparkStore *store;       /* borrowed */
  SparkDatabase *database; /* borrowed */
  SparkSecrets *secrets;   /* borrowed */
  GStringChunk *strings;   /* what views point at; lives as long as the transaction */
  GHashTable *touched;     /* accounts whose counter moved (gint64 in pointers); writing only */
  gint64 now;
  SparkDeal deal;        /* of the brand read last */
  gint64 accounts[128];  /* of the credential read last */
  SparkRole roles[128];  /* one for each of them */
};

SparkTx *spark_tx_new (SparkStore *store, SparkDatabase *database, SparkSecrets *secrets);
void spark_tx_free (SparkTx *tx);

/*
 * Binds and returns a statement. @types has a letter a value: 'i' gint64, 's' const char * (NULL
 * allowed), 'b' const void * and gsize. Integers must be passed as gint64.
 */
SparkStatement *spark_tx_select (SparkTx *tx, GError **error, const char *name, const char *types,
                                 ...);
/* The same for a statement without rows. */
gboolean spark_tx_exec (SparkTx *tx, GError **error, const char *name, const char *types, ...);
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

/* Copies into the transaction's strings; NULL stays NULL. */
const char *spark_tx_keep (SparkTx *tx, const char *text);
const char *spark_tx_keep_id (SparkTx *tx, gint64 account, gint64 id); /* id 0: NULL */
const char *spark_tx_keep_number (SparkTx *tx, gint64 number);

G_END_DECLS
