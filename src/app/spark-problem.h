/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * What an error means to the person in front of the window: one place for all of them. Every value
 * of SPARK_ERROR has a sentence of its own and a way on, and so has what a folder or file that was
 * chosen answers (G_IO_ERROR); other errors, which only arise from a fault of ours, share one.
 */

/**
 * spark_problem_sentence:
 *
 * Returns: (transfer none): translated, one or two whole sentences: what happened and what to do;
 *   never contains a code or a token, nor anything the other side wrote
 */
const char *spark_problem_sentence (const GError *error);

/**
 * spark_problem_title:
 *
 * Returns: (transfer none): translated, in header capitals, for the heading of a page or dialog
 */
const char *spark_problem_title (const GError *error);

/**
 * spark_problem_is_cancelled:
 *
 * Returns: whether the person ended it: never shown
 */
gboolean spark_problem_is_cancelled (const GError *error);

/**
 * spark_problem_can_retry:
 *
 * Returns: whether the same act may succeed when it is simply done again
 */
gboolean spark_problem_can_retry (const GError *error);

G_END_DECLS
