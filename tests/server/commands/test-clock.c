/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "server/commands/spark-clock.h"
#include "server/metrics/spark-metrics.h"

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

static void
assert_metric (const char *line)
{
  g_autoptr (GString) text = g_string_new (NULL);

  spark_metrics_write (text);
  g_assert_nonnull (strstr (text->str, line));
}

/* After a boot with an empty battery the clock may be years ahead until a time server is heard. */
static void
test_wrong_at_boot (void)
{
  const gint64 years = 9 * 365 * DAY, newest = START - 2 * DAY;
  SparkClockWatch watch = { 0 };
  gint64 since_boot = 30 * SECOND;

  g_test_expect_message ("sparkboxd", G_LOG_LEVEL_MESSAGE, "The newest record is 3287 days old.");
  g_test_expect_message ("sparkboxd", G_LOG_LEVEL_MESSAGE, "*nothing ends before its clock*");
  spark_clock_begin_at (&watch, newest, START + since_boot + years, since_boot, FALSE);
  g_test_assert_expected_messages ();
  assert_metric ("\nsparkbox_clock_waits 1\n");
  g_assert_cmpuint (look_for (&watch, &since_boot, years, 3), ==, 0);
  assert_metric ("\nsparkbox_clock_waits 1\n");
  /* Put right: that is a leap as any other. */
  g_assert_cmpuint (look_for (&watch, &since_boot, 0, 30), ==, 0);
  g_assert_cmpuint (look_for (&watch, &since_boot, 0, 3), ==, 3);
  assert_metric ("\nsparkbox_clock_waits 0\n");

  /* It stays: the server was off for so long. It is waited since the boot, not since the start. */
  watch = (SparkClockWatch){ 0 };
  since_boot = SPARK_CLOCK_SETTLE_MS - 50 * SECOND;
  spark_clock_begin_at (&watch, newest, START + since_boot + years, since_boot, FALSE);
  g_assert_cmpuint (look_for (&watch, &since_boot, years, 2), ==, 0);
  g_assert_cmpuint (look_for (&watch, &since_boot, years, 3), ==, 3);
}

/* Without a battery it is years behind: what is open would seem to be made in times to come. */
static void
test_behind_at_boot (void)
{
  const gint64 years = 9 * 365 * DAY, newest = START - 60 * SECOND;
  SparkClockWatch watch = { 0 };
  gint64 since_boot = 30 * SECOND;

  g_test_expect_message ("sparkboxd", G_LOG_LEVEL_MESSAGE, "The clock is 28382*behind*");
  g_test_expect_message ("sparkboxd", G_LOG_LEVEL_MESSAGE, "The computer has just started*");
  spark_clock_begin_at (&watch, newest, START + since_boot - years, since_boot, FALSE);
  g_test_assert_expected_messages ();
  g_assert_cmpuint (look_for (&watch, &since_boot, -years, 3), ==, 0);
  g_assert_cmpuint (look_for (&watch, &since_boot, 0, 30), ==, 0);
  g_assert_cmpuint (look_for (&watch, &since_boot, 0, 3), ==, 3);
}

static void
test_right_at_start (void)
{
  static const struct
  {
    const char *about;
    gint64 newest, since_boot;
    gboolean set;
  } cases[] = {
    { "nothing could be lost", 0, 5 * SECOND, FALSE },
    { "served an hour ago", START - DAY / 24, 5 * SECOND, FALSE },
    { "recorded by a clock that was a little ahead", START + 60 * SECOND, 5 * SECOND, FALSE },
    { "recorded by a clock that was ahead, booted long ago", START + 365 * DAY,
      SPARK_CLOCK_SETTLE_MS, FALSE },
    { "recorded by a clock that was ahead, set by a time server", START + 365 * DAY, 5 * SECOND,
      TRUE },
    { "set by a time server", START - 365 * DAY, 5 * SECOND, TRUE },
    { "booted long ago", START - 365 * DAY, SPARK_CLOCK_SETTLE_MS, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      SparkClockWatch watch = { 0 };
      gint64 since_boot = cases[i].since_boot;

      g_test_message ("%s", cases[i].about);
      spark_clock_begin_at (&watch, cases[i].newest, START + since_boot, since_boot, cases[i].set);
      g_assert_cmpuint (look_for (&watch, &since_boot, 0, 3), ==, 3);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/clock/steady", test_steady);
  g_test_add_func ("/clock/leap", test_leap);
  g_test_add_func ("/clock/sleep", test_sleep);
  g_test_add_func ("/clock/wrong-at-boot", test_wrong_at_boot);
  g_test_add_func ("/clock/behind-at-boot", test_behind_at_boot);
  g_test_add_func ("/clock/right-at-start", test_right_at_start);
  return g_test_run ();
}
