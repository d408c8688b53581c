/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#include "config.h"

#include "app/spark-qr.h"
#include "app/spark-share-card.h"
#include "share-fixture.h"
#include "test-window.h"

static void
test_qr (void)
{
  g_autoptr (GdkTexture) small = spark_qr_make_texture (SHARE_URL, 300);
  g_autoptr (GdkTexture) odd = spark_qr_make_texture ("Ä/{}%23=", 217);
  g_autofree char *long_text = g_strnfill (5000, 'x');

  share_assert_scans (small, SHARE_URL);
  share_assert_scans (odd, "Ä/{}%23=");
  g_assert_null (spark_qr_make_texture (long_text, 300));
}

static void
test_words (void)
{
  static const char *const keys[] = { "subject", "message", "for", "period", "scan", "sample" };
  const SparkShareWords words = { .brand = "Acme {url}",
                                  .account = "Mia’s videos",
                                  .video = "Routine",
                                  .url = SHARE_URL,
                                  .starts_at = G_GINT64_CONSTANT (1766664000000),
                                  .ends_at = G_GINT64_CONSTANT (1769256000000),
                                  .sample = TRUE };
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; spark_share_languages ()[i] != NULL; i++)
    {
      const char *language = spark_share_languages ()[i];
      g_autofree char *message = spark_share_say (language, "message", &words);
      g_autofree char *name = spark_share_language_name (language);

      g_assert_true (g_hash_table_add (seen, g_steal_pointer (&name)));
      for (gsize key = 0; key < G_N_ELEMENTS (keys); key++)
        {
          char *said = spark_share_say (language, keys[key], &words);

          g_assert_cmpstr (said, !=, "");
          /* Short ones are alike in some languages. */
          if (key == 2 || key == 3)
            g_free (said);
          else
            g_assert_true (g_hash_table_add (seen, said));
        }
      g_test_message ("%s", message);
      g_assert_nonnull (strstr (message, SHARE_URL));
      g_assert_nonnull (strstr (message, "Acme {url}"));
      g_assert_nonnull (strstr (message, "Routine"));
      g_assert_nonnull (strstr (message, "Mia’s videos"));
      g_assert_null (strstr (message, "{end}"));
      g_assert_nonnull (strstr (message, "24"));
    }
  g_assert_cmpstr (spark_share_language_usual (), ==, "en");
}

static void
test_card (void)
{
  const SparkShareWords words
      = { .brand = "A Brand With a Very Long Name of Many Many Words Indeed",
          .creator = "mia",
          .video = "A caption that goes on and on. A caption that goes on "
                   "and on. A caption that goes on and on.",
          .url = SHARE_URL,
          .starts_at = G_GINT64_CONSTANT (1766664000000),
          .ends_at = G_GINT64_CONSTANT (1769256000000),
          .sample = TRUE };

  for (guint i = 0; spark_share_languages ()[i] != NULL; i++)
    {
      g_autoptr (GdkTexture) card
          = spark_share_card_draw (NULL, spark_share_languages ()[i], &words);

      g_assert_cmpint (gdk_texture_get_width (card), ==, SPARK_SHARE_CARD_WIDTH);
      /* The others differ in words alone, which are drawn around it. */
      if (i == 0 || spark_share_language_is_rtl (spark_share_languages ()[i]))
        share_assert_scans (card, SHARE_URL);
    }
}

int
main (int argc, char **argv)
{
  test_begin_still (&argc, &argv);
  g_test_add_func ("/share/qr", test_qr);
  g_test_add_func ("/share/words", test_words);
  g_test_add_func ("/share/card", test_card);
  return g_test_run ();
}
