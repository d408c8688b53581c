/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <stdatomic.h>

#include "server/ledger/spark-ledger-apps.h"
#include "server/store/spark-secrets.h"

G_BEGIN_DECLS

/*
 * Whose tokens were right of late: a write of theirs goes to the writer without a snapshot before
 * it. Nothing is decided on what is kept here, for the writer looks the token up again; it only
 * keeps strangers from the writer. Bounded in memory, with the hash of a token alone. Thread-safe.
 */
typedef struct _SparkBearers SparkBearers;

/* Counted by reference, and never changed else. */
typedef struct
{
  atomic_int refs;
  char *app; /* that the token was given to; NULL: made at the terminal */
  SparkAppLevel level;
  char **advertisers; /* ids, oldest first */
} SparkBearer;

/* @advertisers: of SparkTokenAdvertiser. (transfer full) */
SparkBearer *spark_bearer_new (const char *app, SparkAppLevel level, const GArray *advertisers);
void spark_bearer_unref (SparkBearer *bearer);

SparkBearers *spark_bearers_new (void);
void spark_bearers_free (SparkBearers *self);
/* @hash has SPARK_FINGERPRINT_BYTES. NULL: not known. (transfer full) */
SparkBearer *spark_bearers_find (SparkBearers *self, const guint8 *hash);
void spark_bearers_learn (SparkBearers *self, const guint8 *hash, SparkBearer *bearer);
void spark_bearers_forget (SparkBearers *self, const guint8 *hash);

G_END_DECLS
