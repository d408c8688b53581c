/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

#include "server/api/spark-vault.h"
#include "server/store/spark-store-read.h"

G_BEGIN_DECLS

/*
 * Answers that are the same until their account changes, kept so that what many ask for is not read
 * and written anew each time. Each is kept with the version its account had before it was read, and
 * only found by who has read that very version since: what was changed is seen at once, also where
 * another process changed it. No more than so many bytes are kept: what was not asked for the
 * longest goes first, and what is found to be out of date at once. Any thread.
 */
typedef struct _SparkKept SparkKept;

/* @vault: (transfer full) (nullable): where they are, which may be secret then; one that does not
 * fit in there is not kept */
SparkKept *spark_kept_new (gsize max_bytes, SparkVault *vault);
/* Once none of its answers is referred to any more. */
void spark_kept_free (SparkKept *self);

/* (transfer full) (nullable) */
GBytes *spark_kept_find (SparkKept *self, const char *key, const SparkVersion *version);
void spark_kept_put (SparkKept *self, const char *key, const SparkVersion *version, GBytes *body);

G_END_DECLS
