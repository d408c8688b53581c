/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

#include "client/spark-video-list.h"

G_BEGIN_DECLS

#define SPARK_TYPE_MONTHS_POPOVER (spark_months_popover_get_type ())
G_DECLARE_FINAL_TYPE (SparkMonthsPopover, spark_months_popover, SPARK, MONTHS_POPOVER, GtkPopover)

/*
 * The months that have videos, with their number; looked up anew each time it is shown.
 *
 * Signal "chosen" (guint): the position of the newest video of the month that was chosen
 */

/* @list: (nullable) */
void spark_months_popover_set_list (SparkMonthsPopover *self, SparkVideoList *list);

G_END_DECLS
