/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-objects.h"

G_BEGIN_DECLS

/* What the replica notes of each video so that lists need not read it. None: the many that were
 * never authorized. */
typedef enum
{
  SPARK_NOTED_READY = 1 << 0,
  SPARK_NOTED_IN_USE = 1 << 1,
  SPARK_NOTED_EXPIRED = 1 << 2,
  SPARK_NOTED_PENDING = 1 << 3,
  SPARK_NOTED_PROBLEM = 1 << 4,
} SparkNoted;

SparkNoted spark_video_note (const SparkVideo *video);

G_END_DECLS
