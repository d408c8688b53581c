/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Keys of rows whose order is a moment, newest first, so that a table is read in the order it is
 * shown. Below the milliseconds, bits that tell apart what happened in the same one.
 */
#define SPARK_TIME_KEY_BITS 10
/* 2^42 ms: the year 2109 */
#define SPARK_TIME_KEY_LAST_MS (G_GINT64_CONSTANT (1) << 42)

/* The smallest key of that moment; whatever is older has a larger one. */
static inline gint64
spark_time_key_first (gint64 ms)
{
  return (SPARK_TIME_KEY_LAST_MS - CLAMP (ms, 0, SPARK_TIME_KEY_LAST_MS)) << SPARK_TIME_KEY_BITS;
}

/* @number: of the object: of one moment, what has the larger number comes first. An unknown moment
 * (0) comes last, spread so that a thousand of them are told apart at once. */
static inline gint64
spark_time_key (gint64 ms, gint64 number)
{
  gint64 mask = (1 << SPARK_TIME_KEY_BITS) - 1;

  if (ms <= 0)
    return spark_time_key_first (0)
           + (gint64)(((guint64)number * G_GUINT64_CONSTANT (2654435761)) & 0x3fffffff);
  return spark_time_key_first (ms) + mask - (number & mask);
}

/* 0: unknown */
static inline gint64
spark_time_key_ms (gint64 key)
{
  return MAX (SPARK_TIME_KEY_LAST_MS - (key >> SPARK_TIME_KEY_BITS), 0);
}

G_END_DECLS
