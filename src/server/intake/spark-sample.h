/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/store/spark-store.h"

G_BEGIN_DECLS

#define SPARK_SAMPLE_VIDEOS     300
#define SPARK_SAMPLE_MAX_VIDEOS 100000

/**
 * spark_sample_make:
 * @videos: 1 to SPARK_SAMPLE_MAX_VIDEOS
 * @id: (out) (transfer full): the account
 *
 * Adds a sandbox account with videos of three years, twelve brands and their ad accounts, and
 * codes, links and grants in every state and from every source, made by the ledger as if each had
 * happened at its own time. In many transactions, between which others have their turn. Waits; not
 * on an HTTP thread. Nobody sees the account before spark_ledger_open_account(); what could not be
 * made whole is removed, also when the process ends on the way or it is not opened within minutes.
 */
gboolean spark_sample_make (SparkStore *store, guint videos, char **id, GError **error);

/* The same, and opens it. */
gboolean spark_sample_write (SparkStore *store, guint videos, char **id, GError **error);

G_END_DECLS
