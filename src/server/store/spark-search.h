/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include "model/spark-objects.h"

G_BEGIN_DECLS

/*
 * What somebody looks for, as statements take it. A row is found by its texts as in the
 * application's own copy: when each word is in one of them (model/spark-fold.h), the last perhaps
 * in part; and also when one has all that was typed in it as it stands, which finds parts of words
 * and what is no word. Thread-safe: no state.
 */
typedef struct
{
  /* owned; NULL: everything is found */
  char *text;         /* all of it, without case */
  char *of_brand;     /* the same as brands' names are folded; NULL: there is nothing of it left */
  char *words;        /* for has_words(); NULL: there are none */
  gboolean has_marks; /* it was typed with accents: those of people then count in their names */
} SparkSearch;

/**
 * spark_search_init:
 * @typed: (nullable): valid UTF-8; NULL or "": everything is found
 * @account: (nullable): whose rows are looked through, where those of others are too: its name and
 *   its handle are then among the texts of each row, though not together
 */
void spark_search_init (SparkSearch *self, const char *typed, const SparkAccount *account);
void spark_search_clear (SparkSearch *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SparkSearch, spark_search_clear)

G_END_DECLS
