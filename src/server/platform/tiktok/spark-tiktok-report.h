/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/ledger/spark-ledger-platform.h"
#include "server/platform/tiktok/spark-tiktok.h"

G_BEGIN_DECLS

/* The store's clock, in ms: what is written down is compared with it. */
gint64 spark_tiktok_now (SparkTiktok *self);

/* What becomes of a claimed task, written down. Each is one transaction. */

/* FALSE: it is not wanted any more, or cannot be written down: do not send it. */
gboolean spark_tiktok_report_sent (SparkTiktok *self, const SparkPlatformTask *task,
                                   gint64 base_ends_at);
/**
 * spark_tiktok_report_later:
 * @wait_ms: 0: longer each time it was tried
 * @unknown: it may have been done
 */
void spark_tiktok_report_later (SparkTiktok *self, const SparkPlatformTask *task, gint64 wait_ms,
                                gboolean unknown, SparkError problem);
void spark_tiktok_report_failed (SparkTiktok *self, const SparkPlatformTask *task,
                                 SparkError problem, const char *words);
/* After @error, which nothing was done with: later when it passes, else it has failed. */
void spark_tiktok_report_error (SparkTiktok *self, const SparkPlatformTask *task,
                                const GError *error, gboolean unknown);

/* It was sent and nobody knows: whether it may be sent again, after having been looked for in vain
 * several times. */
gboolean spark_tiktok_may_repeat (const SparkPlatformTask *task);

G_END_DECLS
