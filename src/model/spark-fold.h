/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Text made comparable for search, in any script. Letters lose case, width and diacritics;
 * characters of scripts that write no spaces (Chinese, Japanese, Thai …) and emoji become words of
 * their own, so that a run of them is found as a phrase. Thread-safe: no state.
 */

/**
 * spark_fold:
 * @text: (nullable): valid UTF-8
 *
 * Returns: (transfer full): the words of @text, one space between two; "" when there are none
 */
char *spark_fold (const char *text);

/**
 * spark_fold_query:
 * @typed: (nullable): what somebody types into a search entry
 *
 * Returns: (transfer full) (nullable): one phrase (of folded words) for each typed word, all of
 * which must be found, the last one as a beginning; the number of a video for a word that is its
 * address at TikTok; NULL when there is nothing to look for
 */
GStrv spark_fold_query (const char *typed);

/**
 * spark_fold_texts:
 * @texts: (nullable elements): valid UTF-8
 *
 * What is kept of a thing's texts to be searched. A number of eight digits or more is in it once
 * more, behind %SPARK_FOLD_NUMBER, for what finds it whole or not at all.
 *
 * Returns: (transfer full): the words of all of them, in this order; "" when there are none
 */
char *spark_fold_texts (const char *const *texts, guint n_texts);

/* The same of one text; (transfer full) */
char *spark_fold_kept (const char *text);

/**
 * spark_fold_video:
 * @caption: (nullable): valid UTF-8
 * @item_id: (nullable): its number at TikTok
 *
 * Returns: (transfer full): what is kept of the caption, and %SPARK_FOLD_NUMBER with the number
 * behind
 */
char *spark_fold_video (const char *caption, const char *item_id);

/**
 * spark_fold_shorten:
 * @typed: (nullable): what somebody types into a search entry
 * @max: bytes
 *
 * Returns: (transfer full) (nullable): what finds the same in at most so many bytes: @typed itself
 * if it is no longer, else as many of its folded words; NULL when there is nothing to look for
 */
char *spark_fold_shorten (const char *typed, gsize max);

/* Whether folding takes accents, points or vowel signs from @text. */
gboolean spark_fold_drops (const char *text);

/* Stands before a number that is found when all of it is typed, or the address it is part of: the
 * number of a video, which is not found by the digits it begins with. No text that is folded has
 * it. */
#define SPARK_FOLD_NUMBER "\u2116"

/* Whether @phrase, one of what spark_fold_query() gave, may be the number of a video. */
gboolean spark_fold_is_number (const char *phrase);

/* Whether @folded, which spark_fold() gave, has @phrase, one of what spark_fold_query() gave, as
 * whole words, the last of which may go on if it is @open and not spark_fold_is_number(). */
gboolean spark_fold_has (const char *folded, const char *phrase, gboolean open);

/**
 * spark_fold_match:
 * @folded: what spark_fold() gave
 * @query: (nullable): what spark_fold_query() gave
 *
 * Returns: whether @folded has all phrases of @query; everything matches NULL
 */
gboolean spark_fold_match (const char *folded, const char *const *query);

G_END_DECLS
