/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-replica.h"

G_BEGIN_DECLS

/* What a revoke that is not confirmed waits for */
typedef enum
{
  SPARK_WAITING_TIKTOK, /* is being asked, or asks to wait, or has yet to do it */
  SPARK_WAITING_ADS,    /* those of the brand, which it alone can stop */
  SPARK_WAITING_BRAND,  /* is to be asked by the creator, who alone can tell */
} SparkWaiting;

/* @replica: (nullable): knows the account */
SparkWaiting spark_waiting_get (const SparkGrant *grant, SparkReplica *replica);

/* (transfer full): the same in a sentence with the brand's name, wherever it is listed */
char *spark_waiting_describe (const SparkGrant *grant, SparkReplica *replica);

G_END_DECLS
