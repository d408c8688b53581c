/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Whether the wall clock can be believed. What has ended is written down for good; a clock that
 * leaps a year ahead and is put right a minute later must not end everything. So the clock is
 * compared with the time since boot, and after a leap it is waited until it has stayed for a while.
 * One thread; begins as all 0.
 */
typedef struct
{
  gboolean begun;
  gint64 offset;       /* of the wall clock from the time since boot, ms */
  gint64 steady_since; /* time since boot, ms */
} SparkClockWatch;

/* A change of this much between two looks is a leap, not a correction. */
#define SPARK_CLOCK_LEAP_MS (60 * 1000)
/* How long a clock that has leapt must stay before it is believed. */
#define SPARK_CLOCK_SETTLE_MS (10 * 60 * 1000)

/* Looks at both clocks; FALSE: do nothing yet that cannot be undone. */
gboolean spark_clock_is_steady (SparkClockWatch *watch);
/* The same with the times given, in ms: for tests. */
gboolean spark_clock_look (SparkClockWatch *watch, gint64 wall, gint64 since_boot);

G_END_DECLS
