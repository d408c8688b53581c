/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-http"

#include "config.h"

#include <arpa/inet.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>

#include "server/http/spark-throttle.h"
#include "server/metrics/spark-metrics.h"

/* When so many names are known, those that took little are dropped; if all are busy, newcomers
 * share one bucket, so that nobody who fills the table locks out everybody else. */
#define MAX_NAMES 65536
#define SWEEP     G_USEC_PER_SEC /* at most as often */
/* What a server may have let through without telling the others: this part of a burst. */
#define SLICES 50
/* As much is owed at most as so many servers can have let through at once. */
#define MAX_SERVERS 64

typedef struct
{
  double tokens; /* below nought: other servers let through more than there was */
  gint64 at;
  guint untold; /* taken here since the others were told last */
  gboolean listed;
} Bucket;

struct _SparkThrottle
{
  const char *name;
  double rate;
  double burst;
  guint slice;
  pthread_mutex_t lock; /* for buckets, telling */
  GHashTable *buckets;  /* of the hash of a name (gint64) to Bucket */
  GArray *telling;      /* hashes of those that are listed */
  Bucket newcomers;
  gint64 swept_at;

  guint8 key[crypto_shorthash_KEYBYTES]; /* so that nobody can choose names of one hash */
};

/* Those of this process that count together with others. */
static struct
{
  pthread_mutex_t lock; /* for throttles, wake, data; taken before a throttle's own */
  GPtrArray *throttles; /* NULL: nobody to count with */
  void (*wake) (gpointer data);
  gpointer data;
  guint8 key[crypto_shorthash_KEYBYTES];
  atomic_bool woken;
} shared = { .lock = PTHREAD_MUTEX_INITIALIZER };

SparkThrottle *
spark_throttle_new (const char *name, double rate, double burst)
{
  SparkThrottle *throttle = g_new0 (SparkThrottle, 1);

  throttle->name = name;
  throttle->rate = rate;
  throttle->burst = burst;
  throttle->newcomers.tokens = burst;
  throttle->swept_at = G_MININT64;
  throttle->slice = (guint)MAX (1, burst / SLICES);
  throttle->buckets = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_free);
  pthread_mutex_init (&throttle->lock, NULL);
  pthread_mutex_lock (&shared.lock);
  if (shared.throttles != NULL)
    {
      throttle->telling = g_array_new (FALSE, FALSE, sizeof (gint64));
      memcpy (throttle->key, shared.key, sizeof throttle->key);
      g_ptr_array_add (shared.throttles, throttle);
    }
  else
    crypto_shorthash_keygen (throttle->key);
  pthread_mutex_unlock (&shared.lock);
  return throttle;
}

void
spark_throttle_free (SparkThrottle *throttle)
{
  pthread_mutex_lock (&shared.lock);
  if (shared.throttles != NULL)
    g_ptr_array_remove (shared.throttles, throttle);
  pthread_mutex_unlock (&shared.lock);
  g_clear_pointer (&throttle->telling, g_array_unref);
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

/* Those that have @least tokens. */
static void
forget (SparkThrottle *throttle, double least, gint64 now)
{
  GHashTableIter iter;
  gpointer bucket;

  g_hash_table_iter_init (&iter, throttle->buckets);
  while (g_hash_table_iter_next (&iter, NULL, &bucket))
    {
      fill (throttle, bucket, now);
      if (((Bucket *)bucket)->tokens >= least)
        g_hash_table_iter_remove (&iter);
    }
}

static gboolean
is_crowded (SparkThrottle *throttle)
{
  return g_hash_table_size (throttle->buckets) >= MAX_NAMES;
}

static void
make_room (SparkThrottle *throttle, gint64 now)
{
  if (throttle->swept_at > now - SWEEP)
    return;
  throttle->swept_at = now;
  forget (throttle, throttle->burst, now);
  /* Who forgets a name that took half of a burst lets half a burst more through. */
  if (is_crowded (throttle))
    forget (throttle, throttle->burst / 2, now);
}

static Bucket *
find_bucket (SparkThrottle *throttle, gint64 hash, gint64 now)
{
  Bucket *bucket = g_hash_table_lookup (throttle->buckets, &hash);

  if (bucket != NULL)
    return bucket;
  if (is_crowded (throttle))
    make_room (throttle, now);
  if (is_crowded (throttle))
    return &throttle->newcomers;
  bucket = g_new (Bucket, 1);
  *bucket = (Bucket){ .tokens = throttle->burst, .at = now };
  g_hash_table_insert (throttle->buckets, g_memdup2 (&hash, sizeof hash), bucket);
  return bucket;
}

/* TRUE: the others are to be told. */
static gboolean
note_taken (SparkThrottle *throttle, Bucket *bucket, gint64 hash)
{
  if (throttle->telling == NULL || bucket == &throttle->newcomers
      || ++bucket->untold < throttle->slice || bucket->listed
      || throttle->telling->len >= MAX_NAMES)
    return FALSE;
  bucket->listed = TRUE;
  g_array_append_val (throttle->telling, hash);
  return TRUE;
}

static void
wake (void)
{
  if (atomic_exchange (&shared.woken, TRUE))
    return;
  pthread_mutex_lock (&shared.lock);
  if (shared.wake != NULL)
    shared.wake (shared.data);
  pthread_mutex_unlock (&shared.lock);
}

gboolean
spark_throttle_take (SparkThrottle *throttle, const char *name, gint64 now)
{
  gboolean taken, tell = FALSE;
  Bucket *bucket;
  gint64 hash;

  G_STATIC_ASSERT (sizeof hash == crypto_shorthash_BYTES);
  crypto_shorthash ((guint8 *)&hash, (const guint8 *)name, strlen (name), throttle->key);
  pthread_mutex_lock (&throttle->lock);
  bucket = find_bucket (throttle, hash, now);
  fill (throttle, bucket, now);
  taken = bucket->tokens >= 1;
  if (taken)
    {
      bucket->tokens -= 1;
      tell = note_taken (throttle, bucket, hash);
    }
  pthread_mutex_unlock (&throttle->lock);
  if (tell)
    wake ();
  if (!taken)
    spark_metrics_count (SPARK_COUNTER_THROTTLED);
  return taken;
}

/* --- with other servers --- */

void
spark_throttles_share (const char *secret, void (*wake_up) (gpointer data), gpointer data)
{
  pthread_mutex_lock (&shared.lock);
  if (shared.throttles == NULL)
    shared.throttles = g_ptr_array_new ();
  crypto_generichash (shared.key, sizeof shared.key, (const guint8 *)secret, strlen (secret), NULL,
                      0);
  shared.wake = wake_up;
  shared.data = data;
  pthread_mutex_unlock (&shared.lock);
}

void
spark_throttles_unshare (void)
{
  pthread_mutex_lock (&shared.lock);
  g_clear_pointer (&shared.throttles, g_ptr_array_unref);
  shared.wake = NULL;
  pthread_mutex_unlock (&shared.lock);
}

/* FALSE: there is no room for it. */
static gboolean
tell_one (SparkThrottle *throttle, gint64 hash, GString *words, gsize most)
{
  Bucket *bucket = g_hash_table_lookup (throttle->buckets, &hash);
  g_autofree char *one = NULL;

  /* Full again and forgotten: nothing that would still be counted. */
  if (bucket == NULL || !bucket->listed)
    return TRUE;
  one = g_strdup_printf ("%s:%016" G_GINT64_MODIFIER "x:%u,", throttle->name, (guint64)hash,
                         bucket->untold);
  if (words->len + strlen (one) > most)
    return FALSE;
  g_string_append (words, one);
  bucket->untold = 0;
  bucket->listed = FALSE;
  return TRUE;
}

/* FALSE: there is no room for all. */
static gboolean
tell (SparkThrottle *throttle, GString *words, gsize most)
{
  gboolean whole;

  pthread_mutex_lock (&throttle->lock);
  while (throttle->telling->len > 0
         && tell_one (throttle,
                      g_array_index (throttle->telling, gint64, throttle->telling->len - 1), words,
                      most))
    g_array_set_size (throttle->telling, throttle->telling->len - 1);
  whole = throttle->telling->len == 0;
  pthread_mutex_unlock (&throttle->lock);
  return whole;
}

char *
spark_throttles_tell (gsize most)
{
  g_autoptr (GString) words = g_string_new (NULL);
  gboolean whole = TRUE;

  atomic_store (&shared.woken, FALSE);
  pthread_mutex_lock (&shared.lock);
  for (guint i = 0; shared.throttles != NULL && i < shared.throttles->len; i++)
    whole = tell (shared.throttles->pdata[i], words, most) && whole;
  pthread_mutex_unlock (&shared.lock);
  if (!whole)
    wake ();
  return words->len > 0 ? g_string_free (g_steal_pointer (&words), FALSE) : NULL;
}

static void
hear (SparkThrottle *throttle, gint64 hash, double taken, gint64 now)
{
  Bucket *bucket;

  pthread_mutex_lock (&throttle->lock);
  bucket = find_bucket (throttle, hash, now);
  if (bucket != &throttle->newcomers)
    {
      fill (throttle, bucket, now);
      bucket->tokens = MAX (bucket->tokens - taken, -throttle->burst * MAX_SERVERS);
    }
  pthread_mutex_unlock (&throttle->lock);
}

void
spark_throttles_hear (const char *words, gint64 now)
{
  g_auto (GStrv) all = g_strsplit (words, ",", -1);

  pthread_mutex_lock (&shared.lock);
  for (char **one = all; *one != NULL && shared.throttles != NULL; one++)
    {
      g_auto (GStrv) parts = g_strsplit (*one, ":", 3);
      guint64 hash, taken;

      if (g_strv_length (parts) != 3
          || !g_ascii_string_to_unsigned (parts[1], 16, 0, G_MAXUINT64, &hash, NULL)
          || !g_ascii_string_to_unsigned (parts[2], 10, 1, G_MAXUINT, &taken, NULL))
        continue;
      for (guint i = 0; i < shared.throttles->len; i++)
        {
          SparkThrottle *throttle = shared.throttles->pdata[i];

          if (strcmp (throttle->name, parts[0]) == 0)
            hear (throttle, (gint64)hash, (double)taken, now);
        }
    }
  pthread_mutex_unlock (&shared.lock);
}

/* --- names --- */

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
