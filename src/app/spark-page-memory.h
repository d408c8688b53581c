/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

#include "client/spark-backend.h"

G_BEGIN_DECLS

/*
 * What a page looks for in each account: the words and the filter, as long as the window is open.
 * Who goes to another account and back finds them again, and never one account's words over
 * another's list.
 */
typedef struct _SparkPageMemory SparkPageMemory;

/* @entry: borrowed; the page's */
SparkPageMemory *spark_page_memory_new (GtkEditable *entry);
void spark_page_memory_free (SparkPageMemory *self);

/**
 * spark_page_memory_turn:
 * @backend: (nullable): NULL: none is shown any more
 * @account_id: (nullable): NULL: all of it
 * @filter: what the page has chosen for the account it showed before
 *
 * Keeps what was looked for before, and puts into the entry what was looked for in this account.
 *
 * Returns: the filter of this account; 0 for one that was not shown before
 */
guint spark_page_memory_turn (SparkPageMemory *self, SparkBackend *backend, const char *account_id,
                              guint filter);

G_END_DECLS
