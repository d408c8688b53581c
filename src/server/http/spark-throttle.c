/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-http"

#include "config.h"

#include <pthread.h>

#include "server/http/spark-throttle.h"

/* When so many names are known, those with a full bucket are dropped; if all are busy, all wait. */
#define MAX_NAMES 65536

typedef struct
{
  double tokens;
  gint64 at;
} Bucket;

struct _SparkThrottle
{
  double rate;
  double burst;
  pthread_mutex_t lock; /* for buckets */
  GHashTable *buckets;  /* of name to Bucket */
};

SparkThrottle *
spark_throttle_new (double rate, double burst)
{
  SparkThrottle *throttle = g_new0 (SparkThrottle, 1);

  throttle->rate = rate;
  throttle->burst = burst;
  throttle->buckets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  pthread_mutex_init (&throttle->lock, NULL);
  return throttle;
}

void
spark_throttle_free (SparkThrottle *throttle)
{
  g_hash_table_unref (throttle->buckets);
  pthread_mutex_destroy (&throttle->lock);
  g_free (throttle);
}

static void
fill (SparkThrottle *throttle, Bucket *bucket, gint64 now)
{
  double seconds = (double)(now - bucket->at) / G_USEC_PER_SEC;

  bucket->tokens = MIN (throttle->burst, bucket->tokens + seconds * throttle->rate);
  bucket->at = now;
}

static void
forget_full (SparkThrottle *throttle, gint64 now)
{
  GHashTableIter iter;
  gpointer bucket;

  g_hash_table_iter_init (&iter, throttle->buckets);
  while (g_hash_table_iter_next (&iter, NULL, &bucket))
    {
      fill (throttle, bucket, now);
      if (((Bucket *)bucket)->tokens >= throttle->burst)
        g_hash_table_iter_remove (&iter);
    }
}

static Bucket *
find_bucket (SparkThrottle *throttle, const char *name, gint64 now)
{
  Bucket *bucket = g_hash_table_lookup (throttle->buckets, name);

  if (bucket != NULL)
    return bucket;
  if (g_hash_table_size (throttle->buckets) >= MAX_NAMES)
    {
      forget_full (throttle, now);
      if (g_hash_table_size (throttle->buckets) >= MAX_NAMES)
        return NULL;
    }
  bucket = g_new (Bucket, 1);
  *bucket = (Bucket){ throttle->burst, now };
  g_hash_table_insert (throttle->buckets, g_strdup (name), bucket);
  return bucket;
}

gboolean
spark_throttle_take (SparkThrottle *throttle, const char *name, gint64 now)
{
  gboolean taken = FALSE;
  Bucket *bucket;

  pthread_mutex_lock (&throttle->lock);
  bucket = find_bucket (throttle, name, now);
  if (bucket != NULL)
    {
      fill (throttle, bucket, now);
      taken = bucket->tokens >= 1;
      if (taken)
        bucket->tokens -= 1;
    }
  pthread_mutex_unlock (&throttle->lock);
  return taken;
}
