/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-pick-bar.h"

G_BEGIN_DECLS

/* What is offered for several accesses that are selected in @view, wherever it is: of
 * SparkGrantItem, or of SparkAttentionItem about one
 */
void spark_access_acts_add (SparkPickBar *bar, GtkWidget *view);

G_END_DECLS
