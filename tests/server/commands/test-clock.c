/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "server/commands/spark-clock.h"

#define DAY    (G_GINT64_CONSTANT (86400) * 1000)
#define START  (20000 * DAY)
#define SECOND 1000

/* Looks every 20 seconds, with the wall clock @ahead of what it should be. */
static guint
look_for (SparkClockWatch *watch, gint64 *since_boot, gint64 ahead, guint looks)
{
  guint steady = 0;

  for (guint i = 0; i < looks; i++)
    {
      *since_boot += 20 * SECOND;
      steady += spark_clock_look (watch, START + *since_boot + ahead, *since_boot);
    }
  return steady;
}

static void
test_steady (void)
{
  SparkClockWatch watch = { 0 };
  gint64 since_boot = 5 * SECOND;

  g_assert_cmpuint (look_for (&watch, &since_boot, 0, 100), ==, 100);
  /* Small corrections, as a time server makes them, are none of its business. */
  for (int i = 0; i < 50; i++)
    g_assert_cmpuint (look_for (&watch, &since_boot, i * SECOND, 1), ==, 1);
}

static void
test_leap (void)
{
  static const gint64 leaps[] = { 365 * DAY, -365 * DAY, 2 * 60 * SECOND };

  for (gsize i = 0; i < G_N_ELEMENTS (leaps); i++)
    {
      SparkClockWatch watch = { 0 };
      gint64 since_boot = 5 * SECOND;

      g_assert_cmpuint (look_for (&watch, &since_boot, 0, 3), ==, 3);
      /* There and back within minutes: nothing was believed meanwhile. */
      g_assert_cmpuint (look_for (&watch, &since_boot, leaps[i], 10), ==, 0);
      g_assert_cmpuint (look_for (&watch, &since_boot, 0, 30), ==, 0);
      g_assert_cmpuint (look_for (&watch, &since_boot, 0, 3), ==, 3);
      /* It stays: then it is right. */
      g_assert_cmpuint (look_for (&watch, &since_boot, leaps[i], 30), ==, 0);
      g_assert_cmpuint (look_for (&watch, &since_boot, leaps[i], 3), ==, 3);
    }
}

/* Asleep for a week, both clocks have gone on. */
static void
test_sleep (void)
{
  SparkClockWatch watch = { 0 };

  g_assert_true (spark_clock_look (&watch, START, 0));
  g_assert_true (spark_clock_look (&watch, START + 7 * DAY, 7 * DAY));
  g_assert_true (spark_clock_is_steady (&(SparkClockWatch){ 0 }));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clock/steady", test_steady);
  g_test_add_func ("/clock/leap", test_leap);
  g_test_add_func ("/clock/sleep", test_sleep);
  return g_test_run ();
}
