/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

#include "model/spark-objects.h"

G_BEGIN_DECLS

#define SPARK_TYPE_PERIOD_CHIPS (spark_period_chips_get_type ())
G_DECLARE_FINAL_TYPE (SparkPeriodChips, spark_period_chips, SPARK, PERIOD_CHIPS, GtkBox)

/* Chooses an authorization period: one of those an account permits. Property: days (read-only). */

/* @account: (nullable): NULL: all that there are */
void spark_period_chips_fill (SparkPeriodChips *self, const SparkAccount *account);
/* Presses the chip of this period; nothing if there is none. */
void spark_period_chips_choose (SparkPeriodChips *self, guint days);
guint spark_period_chips_get_days (SparkPeriodChips *self);

G_END_DECLS
