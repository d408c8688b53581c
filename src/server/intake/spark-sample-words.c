/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-intake"

#include "config.h"

#include <math.h>

#include "server/intake/spark-sample-words.h"

#define YEARS_IN_DAYS 1095.0

static const char *const brands[SPARK_SAMPLE_BRANDS] = {
  "Acme Coffee",  "Nordlicht Outdoor", "Maison Verde", "Kumo Skincare", "Solstice Audio",
  "Tierra Foods", "Bluebird Travel",   "Oakline Home", "北极星茶",      "Pixel & Thread",
  "نخلة",         "Velo Rapide",
};

static const char *const captions[] = {
  "Morning routine that actually sticks ☀️ #morningroutine",
  "Three pasta sauces in ten minutes 🍝 #easyrecipes",
  "I tried running every day for a month. This is what changed.",
  "Packing one bag for two weeks in Norway 🎒 #onebag",
  "Mein Balkon im Mai: vorher und nachher 🌿",
  "Ce café filtre change tout ☕️ #baristamaison",
  "Day in my life as a ceramics student",
  "La receta de mi abuela, por fin en vídeo 🥘",
  "如何在家做出好喝的奶茶 🧋",
  "夜の東京を歩くだけの動画 🌃",
  "كيف أرتب مكتبي كل أسبوع ✨",
  "5 stretches if you sit all day #desklife",
  "서울에서 가장 조용한 카페 ☕",
  "Thrifted this jacket for 8 euros and fixed it 🧵",
  "Как я учу новый язык: 20 минут в день",
  "POV: the sea at six in the morning 🌊",
  "Meu treino curto para dias corridos 💪",
  "What I eat before a long ride 🚴",
  "घर पर मसाला चाय ☕️ #chai",
  "Unboxing? No. Repairing a ten-year-old speaker 🔧",
  "עוגת שמרים של שבת 🍞",
  "Studio tour, but everything is second-hand",
  "ทำสวนเล็ก ๆ บนระเบียง 🌱",
  "Packing orders with me, Sunday edition 📦",
  "Zwei Zutaten, ein Brot 🍞 #backen",
  "Trying the viral cucumber salad 🥒",
  "Sous la pluie à Bretagne 🌧️",
  "How I plan a month of videos in one hour",
  "Golden hour on the roof 🌇",
  "My honest review after 90 days",
};

const char *
spark_sample_brand_name (guint brand)
{
  return brands[brand % SPARK_SAMPLE_BRANDS];
}

char *
spark_sample_caption (guint video)
{
  guint round = video / G_N_ELEMENTS (captions);
  const char *caption = captions[video % G_N_ELEMENTS (captions)];

  return round == 0 ? g_strdup (caption) : g_strdup_printf ("%s (%u)", caption, round + 1);
}

double
spark_sample_published_ago (guint video, guint n)
{
  return 0.3 + YEARS_IN_DAYS * pow ((double)video / n, 1.2);
}

void
spark_sample_facts (guint video, SparkVideoFacts *facts)
{
  guint mixed = (video + 1) * 2654435761u;

  facts->duration_s = 9 + mixed % 80;
  facts->visibility = SPARK_VISIBILITY_PUBLIC;
  facts->blockers_known = TRUE;
  if (video % 37 == 7)
    {
      facts->visibility = SPARK_VISIBILITY_PRIVATE;
      facts->blockers = SPARK_BLOCKER_PRIVATE;
    }
  else if (video % 41 == 13)
    facts->blockers = SPARK_BLOCKER_SOUND;
  else if (video % 43 == 11)
    facts->blockers = SPARK_BLOCKER_DUET;
  facts->total.views = (gint64)(900 + pow (10, 3 + (mixed >> 8) % 3000 / 1000.0));
  facts->total.likes = facts->total.views / (8 + mixed % 17);
  facts->total.comments = facts->total.likes / (20 + mixed % 31);
  facts->total.shares = facts->total.likes / (9 + mixed % 23);
  facts->has_cover = TRUE;
}
