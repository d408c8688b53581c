/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define SPARK_TYPE_ENTRY_ROW (spark_entry_row_get_type ())

/**
 * SparkEntryRow:
 *
 * An AdwEntryRow that a screen reader notices: that of libadwaita 1.2 does not say that the keyboard
 * came to it, so that its title is not read.
 */
G_DECLARE_FINAL_TYPE (SparkEntryRow, spark_entry_row, SPARK, ENTRY_ROW, AdwEntryRow)

/* Does so for a row of another class, which is in no window yet. */
void spark_entry_row_announce (AdwEntryRow *row);

G_END_DECLS
