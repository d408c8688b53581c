/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-pick-bar.h"

G_BEGIN_DECLS

/*
 * A list box of SparkPickBoxRow, as a SparkPickBar selects from it: a list view knows a selection
 * model and its keys by itself. Main thread.
 */

/* What its keys ask for. @bar is the data of all handlers. */
void spark_pick_box_follow (GtkListBox *box, SparkPickBar *bar);
/* @picked: (nullable): whose selection the rows show; NULL: none is selected from now */
void spark_pick_box_mark (GtkListBox *box, GtkSelectionModel *picked);

G_END_DECLS
