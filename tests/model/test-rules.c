/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <string.h>

#include "model/spark-error.h"
#include "model/spark-code-compare.h"
#include "model/spark-rules.h"

static void
test_periods (void)
{
  gint64 from = G_GINT64_CONSTANT (1772380800000);

  g_assert_true (spark_period_is_permitted (180));
  g_assert_false (spark_period_is_permitted (0));
  g_assert_false (spark_period_is_permitted (31));
  g_assert_cmpuint (spark_period_nearest (from, from + 7 * SPARK_DAY_MS), ==, 7);
  g_assert_cmpuint (spark_period_nearest (from, from + 7 * SPARK_DAY_MS + 1), ==, 30);
  g_assert_cmpuint (spark_period_nearest (from, from + 900 * SPARK_DAY_MS), ==, 365);
}

static void
test_codes (void)
{
  guint8 random[SPARK_CODE_RANDOM_BYTES];
  g_autofree char *code = NULL;
  g_autofree char *masked = NULL;
  g_autofree char *pasted = NULL;
  g_autofree char *normal = NULL;

  memset (random, 0xff, sizeof random);
  code = spark_code_make (random);
  g_assert_cmpuint (strlen (code), ==, SPARK_CODE_LENGTH);
  g_assert_true (spark_code_is_sparkbox (code));
  masked = spark_code_mask (code);
  g_assert_null (strstr (masked, "////"));
  pasted = g_strconcat (" \n", code, "\r\n", NULL);
  normal = spark_code_normalize (pasted, NULL);
  g_assert_cmpstr (normal, ==, code);
}

static void
test_code_shapes (void)
{
  static const struct
  {
    const char *text;
    gboolean good;
  } cases[] = {
    { "#1Ea2bcde3fUM/ghijEk/L4mOceft5deFRq6za7JsgnAJ8PB9n1XIr1rC1b/5Rw4=", TRUE },
    { "1Ea2bcde3fUM/ghijEk/L4mOceft5deFRq6za7JsgnAJ8PB9n1XIr1rC1b/5Rw4=", FALSE },
    { "#1Ea2bcde3fUM/ghijEk/L4mOceft5deFRq6za 7JsgnAJ8PB9n1XIr1rC1b/5Rw4=", FALSE },
    { "#1Ea2bcde3fUM===", FALSE },
    { "#1Ea2bcde3fUM/ghijEk/L4===", FALSE },
    { "#", FALSE },
    { "", FALSE },
    { "https://www.tiktok.com/@a/video/7123456789012345678", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *code = spark_code_normalize (cases[i].text, &error);

      g_assert_cmpint (code != NULL, ==, cases[i].good);
      if (!cases[i].good)
        g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_CODE);
    }
}

static void
test_code_compare (void)
{
#define RIGHT "#aB3/xYzK1pQ7LmN8oR+stUvWxYz0123456789AbCdEfGhIjKlMnOpQrStUvWx9Q="
  static const struct
  {
    const char *given;
    SparkCodeMatch match;
  } cases[] = {
    { RIGHT, SPARK_CODE_MATCH_SAME },
    { "  " RIGHT "\n", SPARK_CODE_MATCH_SAME },
    { "\u200b" RIGHT "\u00a0", SPARK_CODE_MATCH_SAME },
    { "", SPARK_CODE_MATCH_NOTHING },
    { " \n\u200b", SPARK_CODE_MATCH_NOTHING },
    { "#aB3/xYzK1pQ7LmN8oR+stUvWxYz\n0123456789AbCdEfGhIjKlMnOpQrStUvWx9Q=",
      SPARK_CODE_MATCH_SPACED },
    { "#aB3/xYzK1pQ7LmN8oR+stUvWxYz\u200b0123456789AbCdEfGhIjKlMnOpQrStUvWx9Q=",
      SPARK_CODE_MATCH_SPACED },
    { "“" RIGHT "”", SPARK_CODE_MATCH_MORE },
    { "The code: " RIGHT, SPARK_CODE_MATCH_MORE },
    { RIGHT ".", SPARK_CODE_MATCH_MORE },
    { "aB3/xYzK1pQ7LmN8oR+stUvWxYz0123456789AbCdEfGhIjKlMnOpQrStUvWx9Q=",
      SPARK_CODE_MATCH_NO_START },
    { "#aB3/xYzK1pQ7LmN8oR+stUvWxYz0123456789AbCdEfGhIjKlMnOpQrStUvWx9Q", SPARK_CODE_MATCH_NO_END },
    { "#aB3/xYzK1pQ7LmN8oR", SPARK_CODE_MATCH_NO_END },
    { "#ab3/xyzk1pq7lmn8or+stuvwxyz0123456789abcdefghijklmnopqrstuvwx9q=", SPARK_CODE_MATCH_CASE },
    { "%23aB3%2FxYzK1pQ7LmN8oR%2BstUvWxYz0123456789AbCdEfGhIjKlMnOpQrStUvWx9Q%3D",
      SPARK_CODE_MATCH_ENCODED },
    { "#aB3/xYzK1pQ7LmN8oR stUvWxYz0123456789AbCdEfGhIjKlMnOpQrStUvWx9Q=",
      SPARK_CODE_MATCH_ENCODED },
    { "#aB3/xYzK1pQ7LmN8oR+stUvWxYz0123456789AbCdEfGhIjKlMnOpQrStUvWX9Q=", SPARK_CODE_MATCH_CASE },
    { "#aB3/xYzK1pQ7LmN8oR+stUvWxYz9123456789AbCdEfGhIjKlMnOpQrStUvWx9Q=",
      SPARK_CODE_MATCH_ALTERED },
    { "#aB3", SPARK_CODE_MATCH_DIFFERENT },
    { "9Q=", SPARK_CODE_MATCH_DIFFERENT },
    { "https://www.tiktok.com/@ada/video/7300000000000000001", SPARK_CODE_MATCH_ADDRESS },
    { "#zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", SPARK_CODE_MATCH_DIFFERENT },
    { "\xff\xfe", SPARK_CODE_MATCH_DIFFERENT },
  };
  SparkCodeDifference difference;

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("case %u", i);
      g_assert_cmpint (spark_code_compare (RIGHT, cases[i].given).match, ==, cases[i].match);
    }
  difference = spark_code_compare (RIGHT, " #aB3/xYzK1pQ7LmN8oR\n");
  g_assert_cmpuint (difference.same, ==, 19);
  g_assert_cmpuint (difference.length, ==, 19);
  g_assert_cmpuint (difference.right_length, ==, strlen (RIGHT));
#undef RIGHT
}

static void
test_links (void)
{
  static const struct
  {
    const char *text;
    const char *id;
    const char *handle;
  } cases[] = {
    { "https://www.tiktok.com/@lena.films/video/7123456789012345678?is_from=1",
      "7123456789012345678", "lena.films" },
    { "  www.tiktok.com/@a/photo/7123456789012345678/ ", "7123456789012345678", "a" },
    { "https://www.tiktokv.com/share/video/7123456789012345678/", "7123456789012345678", NULL },
    { "https://www.tiktok.com/share/video/7123456789012345678/", "7123456789012345678", NULL },
    { "https://m.tiktok.com/v/7123456789012345678.html", "7123456789012345678", NULL },
    { "https://cdn.example.org/obj?x=1&item_id=7123456789012345678", "7123456789012345678", NULL },
    { "https://example.org/@a/?item%5Fid=7123456789012345678", "7123456789012345678", NULL },
    { "https://vm.tiktok.com/ZMabcdef/", NULL, NULL },
    { "https://eviltiktok.com/@a/video/7123456789012345678", NULL, NULL },
    { "javascript:alert(1)", NULL, NULL },
    { "https://www.tiktok.com/@a/video/71234x", NULL, NULL },
    { "", NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *handle = NULL;
      g_autofree char *id = spark_video_link_parse (cases[i].text, &handle, &error);

      g_assert_cmpstr (id, ==, cases[i].id);
      g_assert_cmpstr (handle, ==, cases[i].handle);
      if (cases[i].id == NULL)
        g_assert_error (error, SPARK_ERROR, SPARK_ERROR_INVALID_LINK);
    }
}

static void
test_made_links (void)
{
  g_autofree char *of_handle = spark_video_link_make ("7123456789012345678", "a/../b\r\nc");
  g_autofree char *of_nobody = spark_video_link_make ("7123456789012345678", NULL);

  g_assert_cmpstr (of_handle, ==,
                   "https://www.tiktok.com/@a%2F..%2Fb%0D%0Ac/video/7123456789012345678");
  g_assert_cmpstr (of_nobody, ==, "https://www.tiktokv.com/share/video/7123456789012345678/");
}

static void
test_ids (void)
{
  static const char *const bad[]
      = { "",    "1", "1.", ".1", "0.1", "1.0", "-1.2", "1.2.3", "1.2x", "99999999999999999999.1",
          "1. 2", "9223372036854775808.1", "1.9223372036854775808" };
  g_autofree char *id = spark_id_format (7, 1234);
  gint64 account, number;

  g_assert_true (spark_id_parse (id, &account, &number));
  g_assert_cmpint (account, ==, 7);
  g_assert_cmpint (number, ==, 1234);
  g_assert_true (spark_id_parse ("9223372036854775806.9223372036854775807", &account, &number));
  g_assert_cmpint (account, ==, G_MAXINT64 - 1);
  g_assert_cmpint (number, ==, G_MAXINT64);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (spark_id_parse (bad[i], &account, &number));
  g_assert_false (spark_id_parse (NULL, &account, &number));
}

static void
test_names (void)
{
  static const char *const clear[]
      = { "Lena", "Ana de la Cruz", "\xe5\xb1\xb1\xe7\x94\xb0\xe3\x80\x80\xe5\xa4\xaa\xe9\x83\x8e",
          "\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xb1",
          "O\xe2\x80\x99"
          "Neil" };
  static const char *const unclear[] = { "",
                                         "  ",
                                         "a\nb",
                                         "a\rb",
                                         "\x1b[2J",
                                         "a\tb",
                                         "\xff",
                                         "\xe2\x80\xae"
                                         "a",
                                         "\xe2\x80\x8b",
                                         "a\xe2\x80\xa8"
                                         "b" };
  /* Composed and not, wide and not, with a joiner that does nothing; upper case and lower. */
  static const char *const same[][2] = { { "ZO\xc3\x89", "zoe\xcc\x81" },
                                         { "\xef\xbc\xac"
                                           "ena",
                                           "lena" },
                                         { "Le\xe2\x80\x8dna", "Lena" },
                                         { " LENA ", "lena" } };

  for (gsize i = 0; i < G_N_ELEMENTS (clear); i++)
    g_assert_true (spark_name_is_clear (clear[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (unclear); i++)
    g_assert_false (spark_name_is_clear (unclear[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (same); i++)
    {
      g_autofree char *one = spark_name_fold (same[i][0]);
      g_autofree char *other = spark_name_fold (same[i][1]);

      g_assert_cmpstr (one, ==, other);
    }
}

static void
test_brand_names (void)
{
  /* Spaces of any kind, capitals, composed and not, wide and not. */
  static const char *const same[][2]
      = { { "acme co", "Acme Co" },      { " ACME \t CO\n", "Acme Co" },
          { "Acme\u00a0Co", "Acme Co" }, { "ＡＣＭＥ　Ｃｏ", "Acme Co" },
          { "Cafe\u0301", "CAFÉ" },      { "Straße", "STRASSE" } };
  static const char *const other[][2] = { { "Cafe", "Café" }, { "Acme", "Acme Co" } };
  g_autofree char *composed = spark_brand_name_fold ("Café");
  g_autofree char *nothing = spark_brand_name_fold (" \u00a0\u200d ");

  for (gsize i = 0; i < G_N_ELEMENTS (same); i++)
    {
      g_autofree char *one = spark_brand_name_fold (same[i][0]);
      g_autofree char *two = spark_brand_name_fold (same[i][1]);

      g_assert_cmpstr (one, ==, two);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (other); i++)
    {
      g_autofree char *one = spark_brand_name_fold (other[i][0]);
      g_autofree char *two = spark_brand_name_fold (other[i][1]);

      g_assert_cmpstr (one, !=, two);
    }
  g_assert_cmpstr (composed, ==, "café");
  g_assert_cmpstr (nothing, ==, "");
}

static void
test_times (void)
{
  static const char *const bad[] = { "",
                                     "2026-03-01",
                                     "2026-03-01 18:00:00Z",
                                     "2026-13-01T00:00:00Z",
                                     "2026-03-01T18:00:00",
                                     "yesterday, or so it seems" };
  g_autofree char *whole = spark_time_format (G_GINT64_CONSTANT (1772388000000));
  g_autofree char *part = spark_time_format (G_GINT64_CONSTANT (1772388000007));
  gint64 ms;

  g_assert_cmpstr (whole, ==, "2026-03-01T18:00:00Z");
  g_assert_cmpstr (part, ==, "2026-03-01T18:00:00.007Z");
  g_assert_true (spark_time_parse (part, &ms));
  g_assert_cmpint (ms, ==, G_GINT64_CONSTANT (1772388000007));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (spark_time_parse (bad[i], &ms));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rules/periods", test_periods);
  g_test_add_func ("/rules/codes", test_codes);
  g_test_add_func ("/rules/code-shapes", test_code_shapes);
  g_test_add_func ("/rules/code-compare", test_code_compare);
  g_test_add_func ("/rules/links", test_links);
  g_test_add_func ("/rules/links/made", test_made_links);
  g_test_add_func ("/rules/ids", test_ids);
  g_test_add_func ("/rules/names", test_names);
  g_test_add_func ("/rules/brand-names", test_brand_names);
  g_test_add_func ("/rules/times", test_times);
  return g_test_run ();
}
