/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-pick-bar.h"

G_BEGIN_DECLS

#define SPARK_TYPE_PICKED (spark_picked_get_type ())
G_DECLARE_FINAL_TYPE (SparkPicked, spark_picked, SPARK, PICKED, GObject)

/*
 * What is selected of a list. A row that changes is to its list another one in its place, and one
 * that moves is taken away and added again: they stay selected. Main thread.
 *
 * Signals:
 *   "marked": rows are to show anew whether they are selected
 *   "changed": something else is selected, and not only while rows are on their way
 */
SparkPicked *spark_picked_new (void);

/* Selects from @model, at first nothing. @is_part: it is but a part of a list, read whole to find
 * it. */
void spark_picked_begin (SparkPicked *self, GListModel *model, gboolean is_part,
                         SparkPickId get_id);
/* Nothing is selected, from nothing. */
void spark_picked_end (SparkPicked *self);

/* NULL: nothing is selected from */
GtkSelectionModel *spark_picked_get_selection (SparkPicked *self);
/* What stands in two rows is counted once, as it is acted on once. */
guint64 spark_picked_count (SparkPicked *self);
/* Empty also where there are too many to know them. (element-type utf8 guint), of SparkPickIds */
GHashTable *spark_picked_get_ids (SparkPicked *self);
/* "as", each once, while something is selected from; floating */
GVariant *spark_picked_list (SparkPicked *self);

G_END_DECLS
