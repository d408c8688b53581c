/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-older-events.h"

G_BEGIN_DECLS

/*
 * What a list says of what happened before the replica begins. Main thread.
 */

/* Where it is, or why it is not there; NULL: there may be more */
const char *spark_older_words_status (SparkOlderEvents *older);

G_END_DECLS
