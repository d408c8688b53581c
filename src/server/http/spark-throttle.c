/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-http"

#include "config.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sodium.h>
#include <string.h>
#include <sys/socket.h>

#include "server/http/spark-throttle.h"
#include "server/metrics/spark-metrics.h"

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
  GHashTable *buckets;  /* of the hash of a name (gint64) to Bucket */

  guint8 key[crypto_shorthash_KEYBYTES]; /* so that nobody can choose names of one hash */
};

SparkThrottle *
spark_throttle_new (double rate, double burst)
{
  SparkThrottle *throttle = g_new0 (SparkThrottle, 1);

  throttle->rate = rate;
  throttle->burst = burst;
  throttle->buckets = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  crypto_shorthash_keygen (throttle->key);
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
  Bucket *bucket;
  gint64 hash;

  G_STATIC_ASSERT (sizeof hash == crypto_shorthash_BYTES);
  crypto_shorthash ((guint8 *)&hash, (const guint8 *)name, strlen (name), throttle->key);
  bucket = g_hash_table_lookup (throttle->buckets, &hash);
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
  g_hash_table_insert (throttle->buckets, g_memdup2 (&hash, sizeof hash), bucket);
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
  if (!taken)
    spark_metrics_count (SPARK_COUNTER_THROTTLED);
  return taken;
}

char *
spark_throttle_peer (const struct sockaddr *address)
{
  char text[INET6_ADDRSTRLEN] = "unix";
  struct in6_addr network;

  if (address != NULL && address->sa_family == AF_INET)
    inet_ntop (AF_INET, &((const struct sockaddr_in *)address)->sin_addr, text, sizeof text);
  else if (address != NULL && address->sa_family == AF_INET6)
    {
      network = ((const struct sockaddr_in6 *)address)->sin6_addr;
      /* An IPv4 address at a socket for both is still one. */
      if (!IN6_IS_ADDR_V4MAPPED (&network))
        memset (network.s6_addr + 8, 0, 8);
      inet_ntop (AF_INET6, &network, text, sizeof text);
    }
  return g_strdup (text);
}

gboolean
spark_throttle_is_here (const struct sockaddr *address)
{
  const struct in6_addr *ipv6;

  if (address->sa_family == AF_INET)
    return ntohl (((const struct sockaddr_in *)address)->sin_addr.s_addr) >> 24 == 127;
  if (address->sa_family != AF_INET6)
    return FALSE;
  ipv6 = &((const struct sockaddr_in6 *)address)->sin6_addr;
  return IN6_IS_ADDR_LOOPBACK (ipv6) || (IN6_IS_ADDR_V4MAPPED (ipv6) && ipv6->s6_addr[12] == 127);
}
