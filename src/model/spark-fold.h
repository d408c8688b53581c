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
 * which must be found, the last one as a beginning; NULL when there is nothing to look for
 */
GStrv spark_fold_query (const char *typed);

/* Whether @folded, which spark_fold() gave, has @phrase, one of what spark_fold_query() gave, as
 * whole words, the last of which may go on if it is @open. */
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
