/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-text.h"

G_BEGIN_DECLS

/* The words of a row of a long list, below one another: a caption, facts, a chip. They are children
 * of the row's widget, which asks them for their size and places them. All rows have one style. */
typedef struct
{
  /* borrowed */
  SparkText *caption;
  SparkText *facts;
  SparkText *chip;

  const char *style;
} SparkRowWords;

/**
 * spark_row_words_set:
 * @chip: (nullable): NULL: none
 * @style: a static string: the style class of @chip
 */
void spark_row_words_set (SparkRowWords *self, const char *caption, const char *facts,
                          const char *chip, const char *style);

/* The least width: what shows the words then wraps and cuts them. */
int spark_row_words_get_least_width (SparkRowWords *self);

/* Whether they are surely not higher than @height in @width, which is known without laying them
 * out. */
gboolean spark_row_words_are_low (SparkRowWords *self, int width, int height);

/* Returns their height. */
int spark_row_words_lay_out (SparkRowWords *self, int width);

/* The same height; lays out only words that were not asked for lately. While it is scrolled, a list
 * gives up rows that it asks for again a moment later. */
int spark_row_words_get_height (SparkRowWords *self, int width);

/* In a row of @whole_width, at @x from where reading begins. */
void spark_row_words_place (SparkRowWords *self, int x, int y, int width, int whole_width);

/* After the style changed. */
void spark_row_words_forget_style (void);

G_END_DECLS
