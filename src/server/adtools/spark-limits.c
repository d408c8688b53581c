/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include <pthread.h>

#include "server/adtools/spark-limits.h"

/* When so many names are known, those that asked nothing for a minute are forgotten. */
#define MAX_NAMES 65536

typedef struct
{
  gint64 number; /* of the second, minute or day since 1970 */
  guint count;
} Window;

typedef struct
{
  Window second;
  Window minute;
  Window day;
  gint64 paused_until; /* µs */
} Counter;

struct _SparkLimiter
{
  pthread_mutex_t lock; /* for counters */
  GHashTable *counters; /* of name to Counter */
};

SparkLimiter *
spark_limiter_new (void)
{
  SparkLimiter *limiter = g_new0 (SparkLimiter, 1);

  limiter->counters = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  pthread_mutex_init (&limiter->lock, NULL);
  return limiter;
}

void
spark_limiter_free (SparkLimiter *limiter)
{
  g_hash_table_unref (limiter->counters);
  pthread_mutex_destroy (&limiter->lock);
  g_free (limiter);
}

static gboolean
is_quiet (gpointer name, gpointer data, gpointer minute)
{
  Counter *counter = data;

  return counter->minute.number < *(gint64 *)minute && counter->paused_until == 0;
}

static Counter *
find (SparkLimiter *limiter, const char *name, gint64 minute)
{
  Counter *counter = g_hash_table_lookup (limiter->counters, name);

  if (counter != NULL)
    return counter;
  if (g_hash_table_size (limiter->counters) >= MAX_NAMES)
    g_hash_table_foreach_remove (limiter->counters, is_quiet, &minute);
  if (g_hash_table_size (limiter->counters) >= MAX_NAMES)
    return NULL;
  counter = g_new0 (Counter, 1);
  g_hash_table_insert (limiter->counters, g_strdup (name), counter);
  return counter;
}

static gboolean
is_over (Window *window, gint64 number, guint most)
{
  if (window->number != number)
    *window = (Window){ number, 0 };
  return most > 0 && window->count >= most;
}

static SparkLimit
take (Counter *counter, const SparkLimits *limits, gint64 now)
{
  gint64 second = now / G_USEC_PER_SEC;

  if (counter->paused_until > now)
    return SPARK_LIMIT_MINUTE;
  counter->paused_until = 0;
  if (is_over (&counter->day, second / 86400, limits->per_day))
    return SPARK_LIMIT_DAY;
  if (is_over (&counter->minute, second / 60, limits->per_minute))
    {
      if (limits->pause > 0)
        counter->paused_until = now + (gint64)limits->pause * G_USEC_PER_SEC;
      return SPARK_LIMIT_MINUTE;
    }
  if (is_over (&counter->second, second, limits->per_second))
    return SPARK_LIMIT_SECOND;
  counter->second.count++;
  counter->minute.count++;
  counter->day.count++;
  return SPARK_LIMIT_NONE;
}

SparkLimit
spark_limiter_take (SparkLimiter *limiter, const char *name, const SparkLimits *limits, gint64 now)
{
  SparkLimit limit = SPARK_LIMIT_SECOND;
  Counter *counter;

  pthread_mutex_lock (&limiter->lock);
  counter = find (limiter, name, now / G_USEC_PER_SEC / 60);
  if (counter != NULL)
    limit = take (counter, limits, now);
  pthread_mutex_unlock (&limiter->lock);
  return limit;
}
