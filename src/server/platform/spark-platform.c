/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-platform"

#include "config.h"

#include <sodium.h>

#include "model/spark-rules.h"
#include "server/platform/spark-platform.h"

static const SparkPlatform sandbox = {
  .kind = SPARK_PLATFORM_SANDBOX,
  .makes_codes = TRUE,
  .ends_access = TRUE,
  .redeems_here = TRUE,
  .links_here = TRUE,
  .draws_covers = TRUE,
};

static const SparkPlatform tracked = {
  .kind = SPARK_PLATFORM_TRACKED,
};

static const SparkPlatform tiktok = {
  .kind = SPARK_PLATFORM_TIKTOK,
  .makes_codes = TRUE,
  .asks = TRUE,
  .links_here = TRUE,
};

const SparkPlatform *
spark_platform_get (SparkPlatformKind kind)
{
  switch (kind)
    {
    case SPARK_PLATFORM_SANDBOX:
      return &sandbox;
    case SPARK_PLATFORM_TRACKED:
      return &tracked;
    case SPARK_PLATFORM_TIKTOK:
    default:
      return &tiktok;
    }
}

char *
spark_platform_mint (void)
{
  guint8 random[SPARK_CODE_RANDOM_BYTES];
  char *code;

  randombytes_buf (random, sizeof random);
  code = spark_code_make (random);
  sodium_memzero (random, sizeof random);
  return code;
}
