/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-objects.h"

G_BEGIN_DECLS

/*
 * What a writer has read of objects under their account's lock, and need not read again. Whoever
 * changes an object takes the next number of its account: while the account's counter is where the
 * writer left it, nobody else has changed any of them, and what the writer changes itself it drops.
 */
typedef struct _SparkKnownRows SparkKnownRows;

#define SPARK_KNOWN_VALUES 3

typedef struct
{
  gint64 values[SPARK_KNOWN_VALUES]; /* whoever reads the kind knows which */
} SparkKnownRow;

SparkKnownRows *spark_known_rows_new (void);
void spark_known_rows_free (SparkKnownRows *self);

/* The account was locked, and its counter is there: where it was not left there, nothing is known
 * of it. */
void spark_known_rows_hold (SparkKnownRows *self, gint64 account, gint64 counter);
/* The transaction leaves its counter there. */
void spark_known_rows_leave (SparkKnownRows *self, gint64 account, gint64 counter);
/* (nullable): valid until something else is called. Before the account is locked, what will most
 * likely be known then. */
const SparkKnownRow *spark_known_rows_find (SparkKnownRows *self, gint64 account, SparkKind kind,
                                            gint64 id);
/* Of an account that is held. Where there are very many, all are forgotten first. */
void spark_known_rows_put (SparkKnownRows *self, gint64 account, SparkKind kind, gint64 id,
                           const SparkKnownRow *row);
/* It is another now. */
void spark_known_rows_drop (SparkKnownRows *self, gint64 account, SparkKind kind, gint64 id);
/* All of an account. */
void spark_known_rows_forget (SparkKnownRows *self, gint64 account);
/* Of all accounts: it is not known what was committed. */
void spark_known_rows_clear (SparkKnownRows *self);

G_END_DECLS
