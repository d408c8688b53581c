/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-window.h"

G_BEGIN_DECLS

/* Presents what Sparkbox is, with facts for whoever mends it. */
void spark_about_present (SparkWindow *window);

/* Versions and kinds, and nothing that names a person, a server, a code or a token.
 * (transfer full) */
char *spark_about_describe_system (SparkWindow *window);

G_END_DECLS
