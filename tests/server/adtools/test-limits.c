/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "server/adtools/spark-limits.h"

#define SECOND G_USEC_PER_SEC

static const SparkLimits limits = { .per_second = 2, .per_minute = 3, .pause = 300 };

static void
test_limits (void)
{
  SparkLimiter *limiter = spark_limiter_new ();
  gint64 now = 600 * SECOND;

  g_assert_cmpint (spark_limiter_take (limiter, "a", &limits, now), ==, SPARK_LIMIT_NONE);
  g_assert_cmpint (spark_limiter_take (limiter, "a", &limits, now), ==, SPARK_LIMIT_NONE);
  g_assert_cmpint (spark_limiter_take (limiter, "a", &limits, now), ==, SPARK_LIMIT_SECOND);
  g_assert_cmpint (spark_limiter_take (limiter, "b", &limits, now), ==, SPARK_LIMIT_NONE);
  now += SECOND;
  g_assert_cmpint (spark_limiter_take (limiter, "a", &limits, now), ==, SPARK_LIMIT_NONE);
  g_assert_cmpint (spark_limiter_take (limiter, "a", &limits, now), ==, SPARK_LIMIT_MINUTE);
  now += 299 * SECOND;
  g_assert_cmpint (spark_limiter_take (limiter, "a", &limits, now), ==, SPARK_LIMIT_MINUTE);
  now += 2 * SECOND;
  g_assert_cmpint (spark_limiter_take (limiter, "a", &limits, now), ==, SPARK_LIMIT_NONE);
  spark_limiter_free (limiter);
}

/* Whoever fills it with names locks nobody out, and those that were made to pause go in the end. */
static void
test_full (void)
{
  SparkLimiter *limiter = spark_limiter_new ();
  gint64 now = 600 * SECOND;

  for (guint i = 0; i < 65536; i++)
    {
      g_autofree char *name = g_strdup_printf ("name %u", i);

      for (guint j = 0; j < 4; j++)
        spark_limiter_take (limiter, name, &limits, now + j / 2 * SECOND);
    }
  now += 2 * SECOND;
  g_assert_cmpint (spark_limiter_take (limiter, "new", &limits, now), ==, SPARK_LIMIT_NONE);
  g_assert_cmpint (spark_limiter_take (limiter, "other", &limits, now), ==, SPARK_LIMIT_NONE);
  g_assert_cmpint (spark_limiter_take (limiter, "third", &limits, now), ==, SPARK_LIMIT_SECOND);
  g_assert_cmpint (spark_limiter_take (limiter, "name 7", &limits, now), ==, SPARK_LIMIT_MINUTE);
  now += 400 * SECOND;
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("new %u", i);

      g_assert_cmpint (spark_limiter_take (limiter, name, &limits, now), ==, SPARK_LIMIT_NONE);
    }
  spark_limiter_free (limiter);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/adtools/limits", test_limits);
  g_test_add_func ("/adtools/limits/full", test_full);
  return g_test_run ();
}
