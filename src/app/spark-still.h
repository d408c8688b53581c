/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * Keeps a picture of its child where cairo draws the window. Cairo goes through all of a window for
 * each frame, and colours every symbol anew, also where nothing changed: beside a list that is
 * scrolled that is a tenth of the work. For what seldom changes: when it does, all of it is drawn.
 */
#define SPARK_TYPE_STILL (spark_still_get_type ())
G_DECLARE_FINAL_TYPE (SparkStill, spark_still, SPARK, STILL, AdwBin)

G_END_DECLS
