/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-context.h"

G_BEGIN_DECLS

/*
 * A row that changes is made anew, and GTK drops a press whose widget goes away: while something in
 * @window is pressed, the replica of @context is held (see spark_replica_hold()). Neither does a press
 * go where the row was before, nor is it given up for what moves meanwhile. Main thread.
 */
void spark_press_hold (GtkWidget *window, SparkContext *context);

G_END_DECLS
