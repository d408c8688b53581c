/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-confirm.h"
#include "client/spark-replica.h"

G_BEGIN_DECLS

/* Tells in @confirm, before a code goes, who used it: who keeps access without it, and who had it
 * and has or will have none. Main thread. */
void spark_code_users_add_facts (SparkConfirm *confirm, SparkReplica *replica,
                                 const SparkCode *code);

G_END_DECLS
