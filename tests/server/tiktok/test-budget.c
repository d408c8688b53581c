/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "server/platform/tiktok/spark-tiktok-budget.h"

#define STATUS "business/post/authorize/status/"
#define LIST   "business/video/list/"
#define BRAND  "tt_video/list/"

/* Of what ends access, which may use all. */
static guint
take_all (SparkTiktokBudget *budget, const char *subject, const char *path, gint64 now)
{
  guint n = 0;

  while (n < 5000
         && spark_tiktok_budget_take (budget, SPARK_TIKTOK_USE_END, subject, path, now) == 0)
    n++;
  return n;
}

static void
test_endpoint (void)
{
  g_autoptr (SparkTiktokBudget) budget = spark_tiktok_budget_new (NULL);

  for (guint i = 0; i < 30; i++)
    g_assert_cmpint (spark_tiktok_budget_take (budget, SPARK_TIKTOK_USE_END, "ann", STATUS, 1000),
                     ==, 0);
  g_assert_cmpuint (take_all (budget, "ann", STATUS, 31000), ==, 10);
  g_assert_cmpint (spark_tiktok_budget_take (budget, SPARK_TIKTOK_USE_END, "ann", STATUS, 31000),
                   ==, 30000);
  /* another endpoint, another account */
  g_assert_cmpuint (take_all (budget, "ann", LIST, 31000), ==, 40);
  g_assert_cmpuint (take_all (budget, "bob", STATUS, 31000), ==, 40);
  /* The minute slides: what was asked first is free first. */
  g_assert_cmpint (spark_tiktok_budget_take (budget, SPARK_TIKTOK_USE_END, "ann", STATUS, 60999), >,
                   0);
  g_assert_cmpuint (take_all (budget, "ann", STATUS, 61000), ==, 30);
}

static void
test_app (void)
{
  g_autoptr (SparkTiktokBudget) budget = spark_tiktok_budget_new (NULL);
  guint n = 0;

  for (guint i = 0; i < 20; i++)
    {
      g_autofree char *subject = g_strdup_printf ("account-%u", i);

      n += take_all (budget, subject, STATUS, 5000);
    }
  g_assert_cmpuint (n, ==, SPARK_TIKTOK_APP_PER_MINUTE);
  g_assert_cmpint (spark_tiktok_budget_take (budget, SPARK_TIKTOK_USE_END, "new", LIST, 5000), ==,
                   60000);
  /* The brands' side counts by itself, also by the second. */
  g_assert_cmpuint (take_all (budget, "123", BRAND, 5000), ==, SPARK_TIKTOK_APP_PER_SECOND);
  g_assert_cmpint (spark_tiktok_budget_take (budget, SPARK_TIKTOK_USE_END, "456", BRAND, 5400), ==,
                   600);
  n = SPARK_TIKTOK_APP_PER_SECOND;
  for (gint64 now = 6000; now < 65000; now += 1000)
    n += take_all (budget, "123", BRAND, now);
  g_assert_cmpuint (n, ==, SPARK_TIKTOK_APP_PER_MINUTE);
}

static void
test_throttled (void)
{
  g_autoptr (SparkTiktokBudget) budget = spark_tiktok_budget_new (NULL);
  const gint64 noon = G_GINT64_CONSTANT (1700000000000) / 86400000 * 86400000 + 43200000;

  /* a limit a second, as TikTok words it */
  g_assert_cmpint (spark_tiktok_budget_throttled (budget, "1", BRAND, 40100,
                                                  "App reaches the QPS limit.", 0, noon),
                   ==, 1500);
  g_assert_cmpint (spark_tiktok_budget_take (budget, SPARK_TIKTOK_USE_END, "2", BRAND, 1499), ==,
                   1);
  g_assert_cmpint (spark_tiktok_budget_take (budget, SPARK_TIKTOK_USE_END, "2", BRAND, 1500), ==,
                   0);
  /* The other family goes on. */
  g_assert_cmpint (spark_tiktok_budget_take (budget, SPARK_TIKTOK_USE_END, "ann", STATUS, 0), ==,
                   0);

  spark_tiktok_budget_answered (budget, "2", BRAND);
  g_assert_cmpint (spark_tiktok_budget_throttled (budget, "1", BRAND, 40016,
                                                  "App reaches the QPM limit.", 2000, noon),
                   ==, 300000);
  g_assert_cmpint (spark_tiktok_budget_throttled (budget, "1", BRAND, 40016,
                                                  "App reaches the QPD limit.", 2000, noon),
                   ==, 43200000);

  /* words that name no limit: longer each time, until it answers again */
  g_assert_cmpint (spark_tiktok_budget_throttled (budget, "ann", STATUS, 40100,
                                                  "Too many requests.", 10000, noon),
                   ==, 5000);
  g_assert_cmpint (spark_tiktok_budget_throttled (budget, "ann", STATUS, 40100, NULL, 15000, noon),
                   ==, 10000);
  for (guint i = 0; i < 20; i++)
    g_assert_cmpint (
        spark_tiktok_budget_throttled (budget, "ann", STATUS, 40100, NULL, 25000, noon), <=,
        300000);
  g_assert_cmpint (spark_tiktok_budget_take (budget, SPARK_TIKTOK_USE_END, "bob", LIST, 26000), >,
                   0);
  spark_tiktok_budget_answered (budget, "ann", STATUS);
  g_assert_cmpint (spark_tiktok_budget_throttled (budget, "ann", STATUS, 40100, NULL, 900000, noon),
                   ==, 5000);

  /* One ad account asks too much: the others go on. */
  {
    g_autoptr (SparkTiktokBudget) other = spark_tiktok_budget_new (NULL);

    spark_tiktok_budget_throttled (other, "1", BRAND, 40133, NULL, 0, noon);
    g_assert_cmpint (
        spark_tiktok_budget_take (other, SPARK_TIKTOK_USE_END, "1", "tt_video/unbind/", 1), ==,
        4999);
    g_assert_cmpint (spark_tiktok_budget_take (other, SPARK_TIKTOK_USE_END, "2", BRAND, 1), ==, 0);
  }
}

static void
test_many (void)
{
  g_autoptr (SparkTiktokBudget) budget = spark_tiktok_budget_new (NULL);

  /* Those that are idle make room for others; none that counts is lost. */
  g_assert_cmpuint (take_all (budget, "ann", STATUS, 0), ==, 40);
  for (guint i = 0; i < 20000; i++)
    {
      g_autofree char *subject = g_strdup_printf ("account-%u", i);

      spark_tiktok_budget_take (budget, SPARK_TIKTOK_USE_END, subject, STATUS, 1);
    }
  g_assert_cmpuint (take_all (budget, "ann", STATUS, 59999), ==, 0);
  g_assert_cmpuint (take_all (budget, "ann", STATUS, 60000), ==, 40);
}

/* However much strangers cause, and all else after them, access can still be ended. */
static void
test_reserve (void)
{
  g_autoptr (SparkTiktokBudget) budget = spark_tiktok_budget_new (NULL);
  guint strangers = 0, ordinary = 0;

  for (gint64 now = 0; now < 60000; now += 1000)
    for (guint i = 0; i < 20; i++)
      strangers += spark_tiktok_budget_take (budget, SPARK_TIKTOK_USE_STRANGERS, NULL,
                                             "oauth2/access_token/", now)
                   == 0;
  g_assert_cmpuint (strangers, ==, SPARK_TIKTOK_APP_PER_MINUTE / 2);
  for (guint i = 0; i < 20; i++)
    ordinary
        += spark_tiktok_budget_take (budget, SPARK_TIKTOK_USE_ORDINARY, "1", BRAND, 59000) == 0;
  g_assert_cmpuint (ordinary, ==, 4);
  g_assert_cmpuint (take_all (budget, "1", "tt_video/unbind/", 59000), ==, 1);
  g_assert_cmpint (spark_tiktok_budget_take (budget, SPARK_TIKTOK_USE_STRANGERS, NULL,
                                             "oauth2/access_token/", 59999),
                   >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tiktok/budget/endpoint", test_endpoint);
  g_test_add_func ("/tiktok/budget/app", test_app);
  g_test_add_func ("/tiktok/budget/throttled", test_throttled);
  g_test_add_func ("/tiktok/budget/many", test_many);
  g_test_add_func ("/tiktok/budget/reserve", test_reserve);
  return g_test_run ();
}
