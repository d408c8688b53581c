/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-replica.h"
#include "client/spark-touched.h"

G_BEGIN_DECLS

/*
 * The words by which a search finds whose something is, where several accounts are shown: of each
 * account its name and handle, folded, by its number in the file. They are looked up when something
 * is searched, so that another name costs nothing.
 */

/* As they are now; none where there is one account alone. (transfer full). Main thread. */
GHashTable *spark_creators_read (SparkReplica *replica);
/* Reads *@creators (nullable: nothing is searched) anew if accounts were @touched, and says whether
 * they are others. Main thread. */
gboolean spark_creators_update (GHashTable **creators, SparkReplica *replica,
                                const SparkTouched *touched);
/* "": none. @creators: (nullable) */
const char *spark_creators_get (GHashTable *creators, gint64 account);

/* The word that stands for an account in the search text of its videos; spark_fold() gives none
 * that is like it. (transfer full). Thread-safe: no state. */
char *spark_creator_word (gint64 account);

G_END_DECLS
