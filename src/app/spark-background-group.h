/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define SPARK_TYPE_BACKGROUND_GROUP (spark_background_group_get_type ())
G_DECLARE_FINAL_TYPE (SparkBackgroundGroup, spark_background_group, SPARK, BACKGROUND_GROUP,
                      AdwPreferencesGroup)

/*
 * Whether Sparkbox goes on when its window is closed, and whether it starts at login: each switch
 * asks the desktop first, and goes back with the reason when that does not let it.
 */

/* Shows and changes run-in-background and start-at-login of @settings. */
void spark_background_group_set_up (SparkBackgroundGroup *self, GSettings *settings);
/* Lets go of everything; an answer that is still to come changes nothing. */
void spark_background_group_stop (SparkBackgroundGroup *self);

G_END_DECLS
