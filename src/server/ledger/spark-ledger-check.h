/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/store/spark-store.h"

G_BEGIN_DECLS

/* @rule: words for the person at the terminal; @id: what breaks it */
typedef void (*SparkCheckFunc) (const char *rule, const char *id, gpointer data);

/**
 * spark_ledger_check:
 *
 * Audits a whole database within one snapshot: change numbers, one code a video, one grant an ad
 * account and video, links used once, summaries, events, and that every code that works can be
 * read and found. Calls @found for each thing that breaks a rule; repairs nothing.
 *
 * Returns: FALSE when the audit itself could not be done
 */
gboolean spark_ledger_check (SparkTx *tx, SparkCheckFunc found, gpointer data, GError **error);

G_END_DECLS
