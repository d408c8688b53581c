/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <adwaita.h>

#include "app/spark-context.h"

G_BEGIN_DECLS

#define SPARK_TYPE_CODE_CARD (spark_code_card_get_type ())
G_DECLARE_FINAL_TYPE (SparkCodeCard, spark_code_card, SPARK, CODE_CARD, AdwBin)

/*
 * The code of one video and everything that can be done with it; without one, the way to get one.
 * The code is masked until the person looks at it, and masked again for the next video.
 */

/* @code: (nullable): the video's current code, if it is known */
void spark_code_card_set (SparkCodeCard *self, SparkContext *context, SparkVideoItem *video,
                          SparkCodeItem *code);

G_END_DECLS
