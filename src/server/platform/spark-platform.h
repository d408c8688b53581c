/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-enums.h"

G_BEGIN_DECLS

/* What a platform can do and tell. The ledger asks here and never looks at the kind itself. */
typedef struct
{
  SparkPlatformKind kind;
  gboolean makes_codes;      /* generate, replace; else the creator enters the one made in the app */
  gboolean ends_access;      /* a revoke is certain at once */
  gboolean asks;             /* an act is only asked for; it is so when the platform says so */
  gboolean redeems_here;     /* brands redeem its codes at this backend */
  gboolean links_here;       /* brands redeem links to its videos at this backend */
  gboolean draws_covers;     /* the backend draws the pictures of its videos */
} SparkPlatform;

/* Returns: (transfer none): never NULL for a value of the enumeration. Thread-safe. */
const SparkPlatform *spark_platform_get (SparkPlatformKind kind);

/* Returns: (transfer full): a fresh string of the sandbox, or of a link; see spark_code_make() */
char *spark_platform_mint (void);

G_END_DECLS
