/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/ledger/spark-ledger-platform.h"

G_BEGIN_DECLS

/*
 * Which codes of an account to look at next. TikTok tells of nothing by itself, and may be asked 40
 * times a minute: a code that somebody may use any moment is looked at often, one whose state can
 * only change at its end rarely, a video without a code now and then (one may be made in the TikTok
 * app). Knows no clock and no database.
 */

/* Of the 40: the rest is for what the creator does. */
#define SPARK_TIKTOK_LOOKS_PER_MINUTE 30
/* Evenly, so that a wish in between never waits for a minute to pass. */
#define SPARK_TIKTOK_ROUND_MS      6000
#define SPARK_TIKTOK_LOOKS_A_ROUND 3

/**
 * spark_tiktok_schedule_interval:
 * @n_ready: how many codes of the account wait to be used: many are looked at less often each
 *
 * Returns: how long what is known of it may be believed, in ms
 */
gint64 spark_tiktok_schedule_interval (const SparkPlatformLook *look, guint n_ready, gint64 now);

/**
 * spark_tiktok_schedule_pick:
 * @looks: of SparkPlatformLook; sorted by this, what is most overdue first
 * @next: (out): when the first of those that are not due yet is
 *
 * Returns: how many at the head of @looks are due
 */
guint spark_tiktok_schedule_pick (GArray *looks, gint64 now, gint64 *next);

G_END_DECLS
