/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define SPARK_TYPE_DATE_ROW (spark_date_row_get_type ())
G_DECLARE_FINAL_TYPE (SparkDateRow, spark_date_row, SPARK, DATE_ROW, AdwActionRow)

/*
 * A row for a day that may be left open. Property: end (gint64): the last millisecond of the chosen
 * day in the person's time zone, as ms since 1970 in UTC; 0: none chosen. Property: hint (string):
 * what leaving it open means, or NULL; shown instead of a subtitle while no day is chosen.
 */
gint64 spark_date_row_get_end (SparkDateRow *self);
void spark_date_row_set_end (SparkDateRow *self, gint64 end);
void spark_date_row_set_hint (SparkDateRow *self, const char *hint);

G_END_DECLS
