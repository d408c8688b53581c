/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "client/spark-keyring.h"

G_BEGIN_DECLS

/* For tests: how long a prompt may stay unanswered. */
void spark_keyring_set_timeout (guint ms);

G_END_DECLS
