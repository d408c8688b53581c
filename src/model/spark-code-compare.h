/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How what somebody has differs from the code they should have. */
typedef enum
{
  SPARK_CODE_MATCH_SAME,
  SPARK_CODE_MATCH_NOTHING,   /* only white space */
  SPARK_CODE_MATCH_ADDRESS,   /* a web address */
  SPARK_CODE_MATCH_SPACED,    /* right but for spaces or line breaks in it */
  SPARK_CODE_MATCH_MORE,      /* right, with something before or behind it */
  SPARK_CODE_MATCH_NO_START,  /* right, but the beginning is missing */
  SPARK_CODE_MATCH_NO_END,    /* right, but the end is missing */
  SPARK_CODE_MATCH_CASE,      /* right but for capital and small letters */
  SPARK_CODE_MATCH_ENCODED,   /* a program wrote its + / = otherwise */
  SPARK_CODE_MATCH_ALTERED,   /* begins right, then differs */
  SPARK_CODE_MATCH_DIFFERENT, /* another string altogether */
} SparkCodeMatch;

typedef struct
{
  SparkCodeMatch match;
  gsize length; /* of what was given, in characters, without white space around it */
  gsize right_length;
  gsize same; /* how many characters at the beginning are right */
} SparkCodeDifference;

/**
 * spark_code_compare:
 * @right: the code as it is
 * @given: what somebody says it is, as they pasted it; UTF-8 of any length
 *
 * Neither string is in the answer, so that it can be shown to anybody. Thread-safe.
 */
SparkCodeDifference spark_code_compare (const char *right, const char *given);

G_END_DECLS
