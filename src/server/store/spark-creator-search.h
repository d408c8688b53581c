/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-objects.h"

G_BEGIN_DECLS

/**
 * spark_creator_search:
 * @search: what is searched for in the histories of several accounts
 *
 * Whoever looks after several finds what one of them did by its name or handle, alone or with words
 * of what happened behind or before it, as the application does in its own copy. Thread-safe.
 *
 * Returns: (transfer full): the part of @search that is still to be found in the history of
 * @account; "" when its name answers all of it, all of it when its name answers nothing
 */
char *spark_creator_search (const SparkAccount *account, const char *search);

G_END_DECLS
