/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include <pthread.h>

#include "server/adtools/spark-limits.h"

/* When so many names are known, those that asked nothing for a minute are forgotten, at most once a
 * second; if there are still too many, newcomers are counted as one. */
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
  pthread_mutex_t lock; /* for all below */
  GHashTable *counters; /* of name to Counter */
  Counter newcomers;
  gint64 swept; /* the second */
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
is_quiet (gpointer name, gpointer data, gpointer user_data)
{
  Counter *counter = data;
  gint64 now = *(gint64 *)user_data;

  return counter->minute.number < now / G_USEC_PER_SEC / 60 && counter->paused_until <= now;
}

static void
make_room (SparkLimiter *limiter, gint64 now)
{
  if (limiter->swept == now / G_USEC_PER_SEC)
    return;
  limiter->swept = now / G_USEC_PER_SEC;
  g_hash_table_foreach_remove (limiter->counters, is_quiet, &now);
}

static Counter *
find (SparkLimiter *limiter, const char *name, gint64 now)
{
  Counter *counter = g_hash_table_lookup (limiter->counters, name);

  if (counter != NULL)
    return counter;
  if (g_hash_table_size (limiter->counters) >= MAX_NAMES)
    make_room (limiter, now);
  if (g_hash_table_size (limiter->counters) >= MAX_NAMES)
    return &limiter->newcomers;
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
  SparkLimits shared = *limits;
  Counter *counter;
  SparkLimit limit;

  /* One that asks too much is no reason to have all who share a count pause. */
  shared.pause = 0;
  pthread_mutex_lock (&limiter->lock);
  counter = find (limiter, name, now);
  limit = take (counter, counter == &limiter->newcomers ? &shared : limits, now);
  pthread_mutex_unlock (&limiter->lock);
  return limit;
}
