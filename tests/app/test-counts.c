/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include <libintl.h>
#include <locale.h>

#include "app/spark-format.h"

typedef struct
{
  const char *language;
  gint64 count;
  const char *shown;
} Case;

static void
test_counts (void)
{
  static const Case cases[] = {
    { "en", 999, "999" },
    { "en", 1999, "1.9K" },
    { "en", 12345, "12K" },
    { "en", 999999, "999K" },
    { "en", 3400000, "3.4M" },
    { "en", G_GINT64_CONSTANT (1100000000), "1.1B" },
    { "de", 29000, "29 Tsd." },
    { "pt_BR", 29000, "29 mil" },
    /* In Chinese each unit is ten thousand times the one before. */
    { "zh_CN", 999, "999" },
    { "zh_CN", 1999, "1999" },
    { "zh_CN", 9999, "9999" },
    { "zh_CN", 10000, "1万" },
    { "zh_CN", 29000, "2.9万" },
    { "zh_CN", 29999, "2.9万" },
    { "zh_CN", 179960, "17.9万" },
    { "zh_CN", 999999, "99.9万" },
    { "zh_CN", 1234567, "123万" },
    { "zh_CN", 99999999, "9999万" },
    { "zh_CN", 100000000, "1亿" },
    { "zh_CN", G_GINT64_CONSTANT (1250000000), "12.5亿" },
    { "zh_CN", G_GINT64_CONSTANT (1200000000000), "1.2万亿" },
    { "zh_CN", G_MAXINT64, "9223372万亿" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *shown = NULL;

      g_setenv ("LANGUAGE", cases[i].language, TRUE);
      /* What was found in the language before is not asked for again. */
      textdomain (GETTEXT_PACKAGE);
      shown = spark_format_count (cases[i].count);
      g_assert_cmpstr (shown, ==, cases[i].shown);
    }
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, g_getenv ("SPARK_LOCALE"));
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/counts/shortened", test_counts);
  return g_test_run ();
}
