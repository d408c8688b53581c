/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * spark_ads_describe_end:
 * @ads_active: how many run or are in review; -1: not known
 * @certain: the platform ends access at once, and with it what runs on it
 *
 * Returns: (transfer full) (nullable): what becomes of them when access is revoked, in a sentence;
 *   NULL: none is known to run
 */
char *spark_ads_describe_end (int ads_active, gboolean certain);

G_END_DECLS
