/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * TikTok's limits: so many requests in a second, a minute and a day, and a pause for whoever asks
 * more in a minute. Bounded in memory. Thread-safe.
 */
typedef struct
{
  guint per_second; /* 0: no limit; likewise the others */
  guint per_minute;
  guint per_day;
  guint pause; /* seconds that the minute's limit costs; 0: the rest of the minute */
} SparkLimits;

typedef enum
{
  SPARK_LIMIT_NONE,
  SPARK_LIMIT_SECOND,
  SPARK_LIMIT_MINUTE,
  SPARK_LIMIT_DAY,
} SparkLimit;

typedef struct _SparkLimiter SparkLimiter;

SparkLimiter *spark_limiter_new (void);
void spark_limiter_free (SparkLimiter *limiter);
/* Counts a request of @name; which limit it went beyond. @now: in µs since 1970 */
SparkLimit spark_limiter_take (SparkLimiter *limiter, const char *name, const SparkLimits *limits,
                               gint64 now);

G_END_DECLS
