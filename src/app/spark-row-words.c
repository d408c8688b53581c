/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-row-words"

#include "config.h"

#include <string.h>

#include "app/spark-row-words.h"
#include "app/spark-text-bounds.h"

#define SPACING 3
/* Above the chip, further. */
#define CHIP_MARGIN 3
/* What is seen of a caption at least. */
#define CAPTION_CHARS 12
/* More than a list has rows. */
#define MAX_HEIGHTS 512

/* Of the fonts; zero: not asked for yet. */
static struct
{
  SparkTextBounds caption;
  SparkTextBounds facts;
  SparkTextBounds chip;
} bounds;

/* Of the words as describe() has them; NULL: none yet. */
static GHashTable *heights;

static void
set_chip (SparkRowWords *self, const char *chip, const char *style)
{
  gtk_widget_set_visible (GTK_WIDGET (self->chip), chip != NULL);
  spark_text_set_text (self->chip, chip != NULL ? chip : "");
  if (chip == NULL || g_strcmp0 (style, self->style) == 0)
    return;
  self->style = style;
  gtk_widget_set_css_classes (GTK_WIDGET (self->chip),
                              (const char *[]){ "spark-chip", "caption", style, NULL });
}

static int
measure_chip (SparkRowWords *self, GtkOrientation orientation)
{
  int natural;

  gtk_widget_measure (GTK_WIDGET (self->chip), orientation, -1, NULL, &natural, NULL, NULL);
  return natural;
}

int
spark_row_words_get_least_width (SparkRowWords *self)
{
  spark_text_bounds_update (&bounds.caption, GTK_WIDGET (self->caption));
  return bounds.caption.width * CAPTION_CHARS;
}

/* The words of most rows are lower than the cover, whatever they are: how high is nothing to a list
 * then. */
gboolean
spark_row_words_are_low (SparkRowWords *self, int width, int height)
{
  const char *facts = spark_text_get_text (self->facts);
  int line, most;

  spark_text_bounds_update (&bounds.caption, GTK_WIDGET (self->caption));
  spark_text_bounds_update (&bounds.facts, GTK_WIDGET (self->facts));
  line = spark_text_bounds_get_line_height (&bounds.caption, spark_text_get_text (self->caption));
  if (line == 0 || !spark_text_bounds_is_one_line (&bounds.facts, facts, width))
    return FALSE;
  most = 2 * line + SPACING + spark_text_bounds_get_line_height (&bounds.facts, facts);
  if (gtk_widget_get_visible (GTK_WIDGET (self->chip)))
    {
      spark_text_bounds_update (&bounds.chip, GTK_WIDGET (self->chip));
      line = spark_text_bounds_get_line_height (&bounds.chip, spark_text_get_text (self->chip));
      if (line == 0)
        return FALSE;
      most += SPACING + CHIP_MARGIN + line + measure_chip (self, GTK_ORIENTATION_VERTICAL);
    }
  return most <= height;
}

int
spark_row_words_lay_out (SparkRowWords *self, int width)
{
  int height = spark_text_lay_out (self->caption, width, NULL);

  if (gtk_widget_get_visible (GTK_WIDGET (self->facts)))
    height += SPACING + spark_text_lay_out (self->facts, width, NULL);
  if (gtk_widget_get_visible (GTK_WIDGET (self->chip)))
    {
      int room = width - measure_chip (self, GTK_ORIENTATION_HORIZONTAL);

      height += SPACING + CHIP_MARGIN + spark_text_lay_out (self->chip, room, NULL)
                + measure_chip (self, GTK_ORIENTATION_VERTICAL);
    }
  return height;
}

static char *
describe (SparkRowWords *self, int width)
{
  return g_strdup_printf ("%d\x1f%s\x1f%s\x1f%s", width, spark_text_get_text (self->caption),
                          spark_text_get_text (self->facts), spark_text_get_text (self->chip));
}

int
spark_row_words_get_height (SparkRowWords *self, int width)
{
  g_autofree char *words = describe (self, width);
  gpointer height;

  if (heights == NULL)
    heights = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  if (!g_hash_table_lookup_extended (heights, words, NULL, &height))
    {
      if (g_hash_table_size (heights) == MAX_HEIGHTS)
        g_hash_table_remove_all (heights);
      height = GINT_TO_POINTER (spark_row_words_lay_out (self, width));
      g_hash_table_insert (heights, g_steal_pointer (&words), height);
    }
  return GPOINTER_TO_INT (height);
}

static void
place (SparkText *text, int x, int y, int width, int height, int whole_width)
{
  GtkAllocation allocation = { x, y, width, height };

  if (gtk_widget_get_direction (GTK_WIDGET (text)) == GTK_TEXT_DIR_RTL)
    allocation.x = whole_width - x - width;
  gtk_widget_size_allocate (GTK_WIDGET (text), &allocation, -1);
}

/* Below one another, as they were laid out for @width. */
void
spark_row_words_place (SparkRowWords *self, int x, int y, int width, int whole_width)
{
  int height = spark_text_lay_out (self->caption, width, NULL);

  place (self->caption, x, y, width, height, whole_width);
  y += height + SPACING;
  if (gtk_widget_get_visible (GTK_WIDGET (self->facts)))
    {
      height = spark_text_lay_out (self->facts, width, NULL);
      place (self->facts, x, y, width, height, whole_width);
      y += height + SPACING;
    }
  if (gtk_widget_get_visible (GTK_WIDGET (self->chip)))
    {
      int padding = measure_chip (self, GTK_ORIENTATION_HORIZONTAL);
      int chip_width;

      height = spark_text_lay_out (self->chip, width - padding, &chip_width)
               + measure_chip (self, GTK_ORIENTATION_VERTICAL);
      place (self->chip, x, y + CHIP_MARGIN, chip_width + padding, height, whole_width);
    }
}

void
spark_row_words_set (SparkRowWords *self, const char *caption, const char *facts, const char *chip,
                     const char *style)
{
  spark_text_set_text (self->caption, caption);
  spark_text_set_text (self->facts, facts);
  gtk_widget_set_visible (GTK_WIDGET (self->facts), *facts != '\0');
  set_chip (self, chip, style);
}

void
spark_row_words_forget_style (void)
{
  memset (&bounds, 0, sizeof bounds);
  g_clear_pointer (&heights, g_hash_table_unref);
}
