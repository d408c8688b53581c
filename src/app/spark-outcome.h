/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * What came of it, in the middle of a dialog. An AdwStatusPage scrolls by itself, so that its dialog
 * cannot know how high it is when it is narrow; this one grows. Main thread only.
 */
#define SPARK_TYPE_OUTCOME (spark_outcome_get_type ())

G_DECLARE_FINAL_TYPE (SparkOutcome, spark_outcome, SPARK, OUTCOME, GtkBox)

void spark_outcome_set (SparkOutcome *self, const char *icon_name, const char *title,
                        const char *sentence);

G_END_DECLS
