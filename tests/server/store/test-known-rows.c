/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "server/store/spark-known-rows.h"

/* So often it is left where it was found before an account is relied on. */
#define OFTEN 8
#define MANY  16384

static const SparkKnownRow row = { { 1, 2, 3 } };

/* A transaction that changes nothing. */
static void
hold_often (SparkKnownRows *rows, gint64 account, gint64 counter)
{
  for (guint i = 0; i <= OFTEN; i++)
    spark_known_rows_hold (rows, account, counter);
}

static gboolean
is_known (SparkKnownRows *rows, gint64 account, gint64 id)
{
  const SparkKnownRow *known = spark_known_rows_find (rows, account, SPARK_KIND_CODE, id);

  g_assert_true (known == NULL || memcmp (known, &row, sizeof row) == 0);
  return known != NULL;
}

static void
put (SparkKnownRows *rows, gint64 account, gint64 id)
{
  spark_known_rows_put (rows, account, SPARK_KIND_CODE, id, &row);
}

static void
test_known (void)
{
  SparkKnownRows *rows = spark_known_rows_new ();

  hold_often (rows, 1, 10);
  put (rows, 1, 5);
  g_assert_true (is_known (rows, 1, 5));
  g_assert_false (is_known (rows, 1, 6));
  g_assert_false (is_known (rows, 2, 5));
  g_assert_null (spark_known_rows_find (rows, 1, SPARK_KIND_VIDEO, 5));
  spark_known_rows_leave (rows, 1, 14);
  spark_known_rows_hold (rows, 1, 14);
  g_assert_true (is_known (rows, 1, 5));
  spark_known_rows_drop (rows, 1, SPARK_KIND_VIDEO, 5);
  g_assert_true (is_known (rows, 1, 5));
  spark_known_rows_drop (rows, 1, SPARK_KIND_CODE, 5);
  g_assert_false (is_known (rows, 1, 5));
  spark_known_rows_free (rows);
}

/* What was read before is not known again when its number comes back, nor when it stays. */
static void
test_elsewhere (void)
{
  for (gint64 counter = 9; counter <= 11; counter += 2)
    {
      SparkKnownRows *rows = spark_known_rows_new ();

      hold_often (rows, 1, 10);
      hold_often (rows, 2, 10);
      put (rows, 1, 5);
      put (rows, 2, 5);
      hold_often (rows, 1, counter);
      g_assert_false (is_known (rows, 1, 5));
      hold_often (rows, 1, 10);
      g_assert_false (is_known (rows, 1, 5));
      g_assert_true (is_known (rows, 2, 5));
      put (rows, 1, 5);
      g_assert_true (is_known (rows, 1, 5));
      /* Where others write as well, it is soon read again. */
      spark_known_rows_hold (rows, 1, counter);
      put (rows, 1, 5);
      g_assert_false (is_known (rows, 1, 5));
      spark_known_rows_free (rows);
    }
}

static void
test_forgotten (void)
{
  SparkKnownRows *rows = spark_known_rows_new ();

  hold_often (rows, 1, 10);
  put (rows, 1, 5);
  spark_known_rows_forget (rows, 1);
  g_assert_false (is_known (rows, 1, 5));
  put (rows, 1, 5);
  g_assert_true (is_known (rows, 1, 5));
  spark_known_rows_clear (rows);
  g_assert_false (is_known (rows, 1, 5));
  hold_often (rows, 1, 10);
  g_assert_false (is_known (rows, 1, 5));
  spark_known_rows_free (rows);
}

/* What is read of an account that is locked, but of so many that it is forgotten: nobody knows
 * where that leaves it. */
static void
test_very_many (void)
{
  SparkKnownRows *rows = spark_known_rows_new ();

  hold_often (rows, 1, 10);
  for (gint64 account = 2; account <= MANY + 1; account++)
    spark_known_rows_hold (rows, account, 10);
  put (rows, 1, 5);
  spark_known_rows_leave (rows, 1, 11);
  g_assert_false (is_known (rows, 1, 5));
  hold_often (rows, 1, 12);
  g_assert_false (is_known (rows, 1, 5));
  spark_known_rows_free (rows);
}

static void
test_very_many_rows (void)
{
  SparkKnownRows *rows = spark_known_rows_new ();

  hold_often (rows, 1, 10);
  for (gint64 id = 1; id <= MANY + 1; id++)
    put (rows, 1, id);
  g_assert_false (is_known (rows, 1, 1));
  g_assert_true (is_known (rows, 1, MANY + 1));
  spark_known_rows_free (rows);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/known-rows/known", test_known);
  g_test_add_func ("/known-rows/elsewhere", test_elsewhere);
  g_test_add_func ("/known-rows/forgotten", test_forgotten);
  g_test_add_func ("/known-rows/very-many", test_very_many);
  g_test_add_func ("/known-rows/very-many-rows", test_very_many_rows);
  return g_test_run ();
}
