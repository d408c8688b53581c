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
 * One thread; begins as all 0, or by spark_clock_begin().
 *
 * A clock that is wrong and stays so cannot be told from a server that was off for as long: both
 * are far ahead of all that is recorded, and nobody is there to ask. So nothing waits for longer.
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

/* A clock so far ahead of the newest record may have been set wrong while the computer was off. */
#define SPARK_CLOCK_GAP_MS (G_GINT64_CONSTANT (24) * 60 * 60 * 1000)

/* Before the first look. @newest: when the newest thing was recorded, in ms; 0: there is nothing.
 * Where that is long ago or still to come, the computer has just booted and nothing has set its clock
 * yet, that counts as a leap. Tells the log, also of a clock that stands before what is recorded. */
void spark_clock_begin (SparkClockWatch *watch, gint64 newest);
/* The same with the times given, in ms: for tests. @set: the clock is known to be right */
void spark_clock_begin_at (SparkClockWatch *watch, gint64 newest, gint64 wall, gint64 since_boot,
                           gboolean set);
/* Looks at both clocks; FALSE: do nothing yet that cannot be undone. */
gboolean spark_clock_is_steady (SparkClockWatch *watch);
/* The same with the times given, in ms: for tests. */
gboolean spark_clock_look (SparkClockWatch *watch, gint64 wall, gint64 since_boot);

G_END_DECLS
