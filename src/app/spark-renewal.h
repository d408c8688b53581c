/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-replica.h"

G_BEGIN_DECLS

/**
 * spark_renewal_write:
 * @grants: of SparkGrantItem
 * @accounts: of SparkAccountItem: those of the sign-in; of several, each video's creator is named
 *
 * Returns: (transfer full): a message for each brand, to be pasted where it is talked to: which
 *   videos it may use until when, and whether it wants them longer; never a code
 */
char *spark_renewal_write (GPtrArray *grants, GListModel *accounts);

G_END_DECLS
