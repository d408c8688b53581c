/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "app/spark-context.h"

G_BEGIN_DECLS

/**
 * spark_video_acts_update:
 * @acts: what holds the buttons; hidden when there is nothing to do
 * @terms_button: (nullable): shown while a code can be generated
 *
 * Makes @act_button the one act that fits @video now, as a row and a cell offer it.
 */
void spark_video_acts_update (SparkContext *context, const SparkVideo *video, GtkWidget *acts,
                              GtkButton *act_button, GtkButton *terms_button);

/**
 * spark_video_acts_offer_more:
 * @more_button: (inout): the button in @acts, made when it is first needed; NULL before
 *
 * Beside a code that can be copied, a menu of what else can be done with it.
 */
void spark_video_acts_offer_more (SparkContext *context, const SparkVideo *video, GtkWidget *acts,
                                  GtkMenuButton **more_button);

/* The same acts, in words: for a row's menu. */
void spark_video_acts_fill_menu (SparkContext *context, const SparkVideo *video, GMenu *menu);

/* What a row and a cell call their video: its caption, on one line; (transfer full) */
char *spark_video_get_whole_caption (const SparkVideo *video);

/* Names the list's own widget around @row, which is what a screen reader stops at, by caption,
 * @chip and @whose it is, both (nullable). */
void spark_video_name_row (const SparkVideo *video, GtkWidget *row, const char *chip,
                           const char *whose);

G_END_DECLS
