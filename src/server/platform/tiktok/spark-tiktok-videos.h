/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/platform/tiktok/spark-tiktok.h"

G_BEGIN_DECLS

/*
 * The names and avatars of the connected accounts and their videos: all of them at first, 20 a
 * page; then the newest every few minutes, and every few hours all once more, for their numbers and
 * for what was deleted or made private. Also fetches their covers.
 */

/**
 * spark_tiktok_videos_run_due:
 * @next: (inout): made earlier when something is due by then, ms
 *
 * One page for each account at most, so that no account makes the others wait. Blocks.
 */
void spark_tiktok_videos_run_due (SparkTiktok *self, gint64 *next);

/* A picture as TikTok's servers give it, bounded in size and one of the types of pictures. @type:
 * (out): its media type (transfer none). (transfer full) (nullable) */
GBytes *spark_tiktok_fetch_picture (SparkTiktok *self, const char *url, const char **type);

G_END_DECLS
