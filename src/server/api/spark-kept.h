/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

#include "server/store/spark-store-read.h"

G_BEGIN_DECLS

/*
 * Answers that are the same until their account changes, kept so that lists that many ask for are
 * not read and written anew each time. Each is kept with the version its account had before it was
 * read, and only found by who has read that very version since: what was changed is seen at once,
 * also where another process changed it. Nothing secret is kept here, and no more than so many
 * bytes: what was not asked for the longest goes first. Any thread.
 */
typedef struct _SparkKept SparkKept;

SparkKept *spark_kept_new (gsize max_bytes);
void spark_kept_free (SparkKept *self);

/* (transfer full) (nullable) */
GBytes *spark_kept_find (SparkKept *self, const char *key, const SparkVersion *version);
void spark_kept_put (SparkKept *self, const char *key, const SparkVersion *version, GBytes *body);

G_END_DECLS
