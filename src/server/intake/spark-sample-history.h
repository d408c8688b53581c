/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "server/ledger/spark-ledger.h"

G_BEGIN_DECLS

/* Draws what the video had on the days since it was published, up to what it has now, with what its
 * ads have added in between as it was. */
gboolean spark_sample_keep_history (SparkTx *tx, const char *video_id, GError **error);

G_END_DECLS
