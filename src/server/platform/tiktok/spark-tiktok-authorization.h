/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/ledger/spark-ledger-platform.h"
#include "server/platform/tiktok/spark-tiktok.h"

G_BEGIN_DECLS

/*
 * The code of a video at TikTok: ad authorization on and off, extend, delete, status. Whatever was
 * asked for is read back, for TikTok's answers may be empty; what cannot be told from its answer is
 * looked at again before it is asked for once more. All block.
 */

/* Reads the status of the code and writes down what it says. */
gboolean spark_tiktok_look_at_code (SparkTiktok *self, gint64 account, gint64 video,
                                    const char *item_id, GError **error);
/* Works at a claimed task on a code, and reports on it. */
void spark_tiktok_work_at_code (SparkTiktok *self, const SparkPlatformTask *task);

G_END_DECLS
