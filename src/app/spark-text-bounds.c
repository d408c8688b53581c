/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-text-bounds"

#include "config.h"

#include "app/spark-text-bounds.h"

void
spark_text_bounds_update (SparkTextBounds *self, GtkWidget *label)
{
  PangoFontMetrics *metrics;

  if (self->width > 0)
    return;
  metrics = pango_context_get_metrics (gtk_widget_get_pango_context (label), NULL, NULL);
  /* As GtkLabel counts width-chars. */
  self->width = PANGO_PIXELS_CEIL (MAX (pango_font_metrics_get_approximate_char_width (metrics),
                                        pango_font_metrics_get_approximate_digit_width (metrics)));
  self->height = PANGO_PIXELS_CEIL (pango_font_metrics_get_ascent (metrics)
                                    + pango_font_metrics_get_descent (metrics));
  pango_font_metrics_unref (metrics);
}

static gboolean
is_low (GUnicodeScript script)
{
  static const GUnicodeScript low[] = {
    G_UNICODE_SCRIPT_COMMON,   G_UNICODE_SCRIPT_LATIN,    G_UNICODE_SCRIPT_GREEK,
    G_UNICODE_SCRIPT_CYRILLIC, G_UNICODE_SCRIPT_HAN,      G_UNICODE_SCRIPT_HIRAGANA,
    G_UNICODE_SCRIPT_KATAKANA, G_UNICODE_SCRIPT_HANGUL,
  };

  for (guint i = 0; i < G_N_ELEMENTS (low); i++)
    if (script == low[i])
      return TRUE;
  return FALSE;
}

/* What every font of an interface has itself: Latin. Other scripts are taken from other fonts, whose
 * lines are half as high again at the most, but for tall letters. */
int
spark_text_bounds_get_line_height (const SparkTextBounds *self, const char *text)
{
  int height = self->height;

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      /* Beyond U+017F, in UTF-8. */
      if ((guchar)*at < 0xc6)
        continue;
      if (!is_low (g_unichar_get_script (g_utf8_get_char (at))))
        return 0;
      height = (self->height * 3 + 1) / 2;
    }
  return height;
}

gboolean
spark_text_bounds_is_one_line (const SparkTextBounds *self, const char *text, int width)
{
  int most = 0;

  /* Few are half as wide again as usual; from Hangul on they are up to twice as wide. */
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    most += (guchar)*at < 0xe1 ? 3 * self->width : 4 * self->width;
  return most / 2 <= width && spark_text_bounds_get_line_height (self, text) > 0;
}
