/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-replica.h"

#define SAMPLE_CODE "#SparkboxAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

/* One object of each kind, with its members, into what fixture_apply() applies. */
void sample_fill (void);
/* They are all in @replica, with or without the strings of the code and the link. */
void sample_check (SparkReplica *replica, gboolean with_codes);
