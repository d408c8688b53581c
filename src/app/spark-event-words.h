/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-objects.h"

G_BEGIN_DECLS

/**
 * spark_event_describe:
 *
 * Returns: (transfer full): what happened, as one translated sentence without a full stop; never a
 *   code
 */
char *spark_event_describe (const SparkEvent *event);

/* What is known besides, "" if nothing: "30 days, until Wed 23 Dec"; (transfer full) */
char *spark_event_describe_detail (const SparkEvent *event);

G_END_DECLS
