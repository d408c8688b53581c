/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "app/spark-window.h"

G_BEGIN_DECLS

#define SPARK_TYPE_PREFERENCES (spark_preferences_get_type ())
G_DECLARE_FINAL_TYPE (SparkPreferences, spark_preferences, SPARK, PREFERENCES, AdwPreferencesWindow)

/* What a person chooses for this computer, and where they are signed in. Modal to @window, whose
 * backend it follows. @settings: of the application. Not yet presented. */
SparkPreferences *spark_preferences_new (SparkWindow *window, GSettings *settings);

G_END_DECLS
