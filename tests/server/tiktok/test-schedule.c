/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "server/platform/tiktok/spark-tiktok-budget.h"
#include "server/platform/tiktok/spark-tiktok-schedule.h"

#define MINUTE G_GINT64_CONSTANT (60000)
#define DAY    (24 * 60 * MINUTE)
#define STATUS "business/post/authorize/status/"

static GArray *
make_looks (guint n_posts, guint n_ready, guint n_used, gint64 now)
{
  GArray *looks = g_array_new (FALSE, FALSE, sizeof (SparkPlatformLook));

  for (guint i = 0; i < n_posts; i++)
    {
      SparkPlatformLook look = {
        .video = i,
        .has_code = i < n_ready + n_used,
        .state = i < n_ready ? SPARK_CODE_STATE_READY : SPARK_CODE_STATE_IN_USE,
        .ends_at = now + (gint64)(1 + i) * DAY,
      };

      g_array_append_val (looks, look);
    }
  return looks;
}

/* A day with a compressed clock: 300 posts, 40 codes that wait for somebody, 20 in use. The longest
 * time between two looks at a code that waits is the longest a use of it can go unnoticed. */
static void
test_notices (void)
{
  gint64 now = 20000 * DAY, end = now + DAY / 4, longest = 0, next;
  g_autoptr (GArray) looks = make_looks (300, 40, 20, now);
  g_autoptr (SparkTiktokBudget) budget = spark_tiktok_budget_new (NULL);
  guint n_looks = 0, n_refused = 0;

  for (; now < end; now += SPARK_TIKTOK_ROUND_MS)
    {
      guint due = spark_tiktok_schedule_pick (looks, now, &next);

      g_assert_true (due == looks->len || next > now);
      for (guint i = 0; i < MIN (due, SPARK_TIKTOK_LOOKS_A_ROUND); i++)
        {
          SparkPlatformLook *look = &g_array_index (looks, SparkPlatformLook, i);

          if (spark_tiktok_budget_take (budget, SPARK_TIKTOK_USE_ORDINARY, "creator", STATUS, now) > 0)
            {
              n_refused++;
              break;
            }
          n_looks++;
          if (look->looked_at != 0 && look->has_code && look->state == SPARK_CODE_STATE_READY)
            longest = MAX (longest, now - look->looked_at);
          look->looked_at = now;
        }
    }
  g_test_message ("%u looks in 6 hours, %u of them refused by the budget; a code that waits was "
                  "looked at every %d s at least",
                  n_looks, n_refused, (int)(longest / 1000));
  g_assert_cmpuint (n_refused, ==, 0);
  g_assert_cmpint (longest, >, 0);
  g_assert_cmpint (longest, <=, 2 * MINUTE);
  /* And all others had their turn as well. */
  for (guint i = 0; i < looks->len; i++)
    g_assert_cmpint (g_array_index (looks, SparkPlatformLook, i).looked_at, >, 0);
}

/* Three in four requests at most: the rest is the creator's. */
static void
test_leaves_budget (void)
{
  gint64 now = 20000 * DAY;

  for (guint n = 1; n <= 400; n++)
    {
      const SparkPlatformLook look = { .has_code = TRUE, .state = SPARK_CODE_STATE_READY };
      double a_minute = (double)n * MINUTE / (double)spark_tiktok_schedule_interval (&look, n, now);

      g_assert_cmpfloat (a_minute, <=, SPARK_TIKTOK_LOOKS_PER_MINUTE + 0.1);
    }
}

static void
test_order (void)
{
  gint64 now = 20000 * DAY, next;
  g_autoptr (GArray) looks = g_array_new (FALSE, FALSE, sizeof (SparkPlatformLook));
  const SparkPlatformLook all[] = {
    { .video = 1, .looked_at = now - MINUTE },
    { .video = 2,
      .has_code = TRUE,
      .state = SPARK_CODE_STATE_IN_USE,
      .ends_at = now + DAY,
      .looked_at = now - 3 * MINUTE },
    { .video = 3,
      .has_code = TRUE,
      .state = SPARK_CODE_STATE_IN_USE,
      .ends_at = now + MINUTE,
      .looked_at = now - 3 * MINUTE },
    { .video = 4,
      .has_code = TRUE,
      .state = SPARK_CODE_STATE_READY,
      .ends_at = now + DAY,
      .looked_at = now - 3 * MINUTE },
  };

  g_array_append_vals (looks, all, G_N_ELEMENTS (all));
  g_assert_cmpuint (spark_tiktok_schedule_pick (looks, now, &next), ==, 2);
  g_assert_cmpint (g_array_index (looks, SparkPlatformLook, 0).video, ==, 4);
  g_assert_cmpint (g_array_index (looks, SparkPlatformLook, 1).video, ==, 3);
  g_assert_cmpint (next, ==, now + 12 * MINUTE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tiktok/schedule/notices", test_notices);
  g_test_add_func ("/tiktok/schedule/leaves-budget", test_leaves_budget);
  g_test_add_func ("/tiktok/schedule/order", test_order);
  return g_test_run ();
}
