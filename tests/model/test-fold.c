/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "model/spark-fold.h"

static void
test_fold (void)
{
  const struct
  {
    const char *text;
    const char *folded;
  } cases[] = {
    { NULL, "" },
    { "", "" },
    { " \t\n!?…", "" },
    { "Morning routine, 6 AM!", "morning routine 6 am" },
    { "don't", "don t" },
    { "Über Größe Straße", "uber grosse strasse" },
    { "U\xcc\x88"
      "ber",
      "uber" },
    { "Ça déjà vu, œuvre, Łódź, smørrebrød", "ca deja vu oeuvre lodz smorrebrod" },
    { "ＦＵＬＬ　ｗｉｄｔｈ", "full width" },
    { "早起きvlog", "早 起 き vlog" },
    { "コーヒー", "コ ー ヒ ー" },
    { "ｶﾞｰﾄﾞ", "ガ ー ド" },
    { "我的早晨 2024年", "我 的 早 晨 2024 年" },
    { "สวัสดี", "ส ว ั ส ด ี" },
    { "مَرْحَبًا يـــوم", "مرحبا يوم" },
    { "שָׁלוֹם", "שלום" },
    { "안녕하세요 여러분", "안녕하세요 여러분" },
    { "нет Ёлка", "нет елка" },
    { "coffee☕️time🎉🎉", "coffee ☕ time 🎉 🎉" },
    { "👩‍🍳 cooks", "👩 🍳 cooks" },
    { "#fyp @acme_de", "fyp acme de" },
    { "\"AND\" OR NOT *", "and or not" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *folded = spark_fold (cases[i].text);

      g_assert_cmpstr (folded, ==, cases[i].folded);
    }
}

static void
test_match (void)
{
  const struct
  {
    const char *text;
    const char *typed;
    gboolean matches;
  } cases[] = {
    { "Morning routine", "", TRUE },
    { "Morning routine", "   ", TRUE },
    { "Morning routine", "mor", TRUE },
    { "Morning routine", "MORNING", TRUE },
    { "Morning routine", "morning rou", TRUE },
    { "Morning routine", "routine morn", TRUE },
    { "Morning routine", "mor routine", FALSE }, /* only the last word may go on */
    { "Morning routine", "orning", FALSE },
    { "Morning routine", "evening", FALSE },
    { "Straße im Grünen", "strasse grun", TRUE },
    { "Straße im Grünen", "STRASSE", TRUE },
    { "我的早晨咖啡", "早晨", TRUE },
    { "我的早晨咖啡", "晨早", FALSE },
    { "我的早晨咖啡", "咖啡 我的", TRUE },
    { "早起きルーティン", "ルーティ", TRUE },
    { "สวัสดีตอนเช้า", "ตอนเช้า", TRUE },
    { "مرحبا بالعالم", "بالعا", TRUE },
    { "Party 🎉", "🎉", TRUE },
    { "Party", "🎉", FALSE },
    { "rock", "rock'n'roll", FALSE },
    { "rock'n'roll", "rock'n", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *folded = spark_fold (cases[i].text);
      g_auto (GStrv) query = spark_fold_query (cases[i].typed);

      if (spark_fold_match (folded, (const char *const *)query) != cases[i].matches)
        g_error ("\"%s\" in \"%s\"", cases[i].typed, cases[i].text);
    }
}

/* A video is found by its number, and by any address that has it, as a whole. */
static void
test_numbers (void)
{
  const struct
  {
    const char *typed;
    gboolean matches;
  } cases[] = {
    { "7123456789012345678", TRUE },
    { "7123456789012345678 tea", TRUE },
    { "tea 7123456789012345678", TRUE },
    { "https://www.tiktok.com/@a/video/7123456789012345678?x=1#y", TRUE },
    { "m.tiktok.com/v/7123456789012345678.html", TRUE },
    { "https://example.org/?item_id=7123456789012345678", TRUE },
    { "7", FALSE },
    { "712345678901234567", FALSE },
    { "71234567890123456780", FALSE },
    { "https://www.tiktok.com/@a/video/7123456789012345679", FALSE },
    { "https://www.tiktok.com/@a", FALSE },
    { "\u21167123456789012345678", FALSE },
  };
  g_autofree char *folded = spark_fold_video ("Green tea", "7123456789012345678");
  g_autofree char *nothing = spark_fold_video (NULL, "7123456789012345678");
  g_autofree char *nowhere = spark_fold_video ("Tea!", NULL);
  g_autofree char *kept = spark_fold_kept ("Call +49-12345678 or 1234567 or 12345678x");

  g_assert_cmpstr (folded, ==, "green tea " SPARK_FOLD_NUMBER "7123456789012345678");
  g_assert_cmpstr (nothing, ==, SPARK_FOLD_NUMBER "7123456789012345678");
  g_assert_cmpstr (nowhere, ==, "tea");
  g_assert_cmpstr (kept, ==,
                   "call 49 12345678 or 1234567 or 12345678x " SPARK_FOLD_NUMBER "12345678");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GStrv) query = spark_fold_query (cases[i].typed);

      if (spark_fold_match (folded, (const char *const *)query) != cases[i].matches)
        g_error ("\"%s\"", cases[i].typed);
    }
}

static void
test_shorten (void)
{
  const struct
  {
    const char *typed;
    const char *shortened;
  } cases[] = {
    { NULL, NULL },
    { "", NULL },
    { " \u200d \"@%", NULL },
    { "Café Noir", "Café Noir" },
    { "Café   Noir", "cafe noir" },
    { "Café Noir etc.", "cafe noir" },
    { "Cafés Noirs", "cafes" },
    { "abcdefghijkl", "abcdefghij" },
    { "ааааааааа", "ааааа" },
    { "ab早早早早", "ab 早 早" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shortened = spark_fold_shorten (cases[i].typed, 10);

      g_assert_cmpstr (shortened, ==, cases[i].shortened);
    }
}

static void
test_drops (void)
{
  g_assert_true (spark_fold_drops ("l\u00c9na"));
  g_assert_true (spark_fold_drops ("e\u0301"));
  g_assert_false (spark_fold_drops ("Lena \u65e9 Stra\u00dfe"));
  g_assert_false (spark_fold_drops (""));
}

static void
test_bounds (void)
{
  g_autoptr (GString) words = g_string_new (NULL);
  g_auto (GStrv) query = NULL;

  for (guint i = 0; i < 100000; i++)
    g_string_append (words, "\xc3\xa4 ");
  query = spark_fold_query (words->str);
  g_assert_cmpuint (g_strv_length (query), <=, 16);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fold/text", test_fold);
  g_test_add_func ("/fold/match", test_match);
  g_test_add_func ("/fold/numbers", test_numbers);
  g_test_add_func ("/fold/shorten", test_shorten);
  g_test_add_func ("/fold/drops", test_drops);
  g_test_add_func ("/fold/bounds", test_bounds);
  return g_test_run ();
}
