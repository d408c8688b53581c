/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-replica.h"

G_BEGIN_DECLS

#define SPARK_N_KINDS (SPARK_KIND_BATCH + 1)

/* The keys of the rows that one transaction added, changed or removed, by kind. */
struct _SparkTouched
{
  GArray *keys[SPARK_N_KINDS]; /* of gint64; NULL: none */
  guint8 *seen[SPARK_N_KINDS]; /* a bit for each hash: most questions end here */
};

void spark_touched_clear (SparkTouched *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SparkTouched, spark_touched_clear)

void spark_touched_add (SparkTouched *self, SparkKind kind, gint64 key);
/* Sorts; afterwards `has` can be asked and the keys are unique. */
void spark_touched_end (SparkTouched *self);
gboolean spark_touched_has (const SparkTouched *self, SparkKind kind, gint64 key);
SparkKinds spark_touched_kinds (const SparkTouched *self);

G_END_DECLS
