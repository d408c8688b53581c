/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-pick-bar.h"

G_BEGIN_DECLS

/*
 * The ids of selected rows: a table of how many rows each stands in. Main thread.
 */

/* (element-type utf8 guint) */
GHashTable *spark_pick_ids_new (void);
/* Of those rows of @model that @rows tells, each once. (transfer full) (element-type utf8 guint) */
GHashTable *spark_pick_ids_collect (GListModel *model, GtkBitset *rows, SparkPickId get_id);
/* Adds to @lost what stands in more rows in @before than in @now. */
void spark_pick_ids_add_lost (GHashTable *lost, GHashTable *before, GHashTable *now);
/* TRUE: @id (nullable) was there, and is once less now. */
gboolean spark_pick_ids_take (GHashTable *ids, const char *id);

G_END_DECLS
