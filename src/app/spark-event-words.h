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

/* Who did it and, where that is known, from where: "You, from Laptop", "Ben, from Laptop";
 * (transfer full) */
char *spark_event_describe_actor (const SparkEvent *event);

/* The symbolic icon of a kind of event */
const char *spark_event_get_icon_name (SparkEventType type);

/* Why a redemption was refused, in words of the application; NULL: @reason is not known. (transfer
 * none) */
const char *spark_event_describe_refusal (const char *reason);

G_END_DECLS
