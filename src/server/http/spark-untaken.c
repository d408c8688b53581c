/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-http"

#include "config.h"

#include "server/http/spark-http-private.h"

/*
 * An answer is in memory until it has been read, and whoever asks may read as slowly as they like:
 * so what all connections of one address have not taken together is bounded.
 */

#define MOST (32 << 20)
/* Of smaller ones there are at most as many as an address may have connections. */
#define LEAST (16 << 10)

gsize
spark_untaken_add (SparkHttp *http, const char *peer, gsize bytes)
{
  gsize before;

  if (bytes < LEAST)
    return 0;
  pthread_mutex_lock (&http->untaken_lock);
  before = GPOINTER_TO_SIZE (g_hash_table_lookup (http->untaken, peer));
  g_hash_table_insert (http->untaken, g_strdup (peer), GSIZE_TO_POINTER (before + bytes));
  pthread_mutex_unlock (&http->untaken_lock);
  atomic_fetch_add (&http->untaken_in_all, bytes);
  return bytes;
}

void
spark_untaken_remove (SparkHttp *http, const char *peer, gsize bytes)
{
  gsize before;

  if (bytes == 0)
    return;
  pthread_mutex_lock (&http->untaken_lock);
  before = GPOINTER_TO_SIZE (g_hash_table_lookup (http->untaken, peer));
  if (before > bytes)
    g_hash_table_insert (http->untaken, g_strdup (peer), GSIZE_TO_POINTER (before - bytes));
  else
    g_hash_table_remove (http->untaken, peer);
  pthread_mutex_unlock (&http->untaken_lock);
  atomic_fetch_sub (&http->untaken_in_all, bytes);
}

gboolean
spark_untaken_is_full (SparkHttp *http, const char *peer)
{
  gsize bytes;

  if (atomic_load (&http->untaken_in_all) < MOST)
    return FALSE;
  pthread_mutex_lock (&http->untaken_lock);
  bytes = GPOINTER_TO_SIZE (g_hash_table_lookup (http->untaken, peer));
  pthread_mutex_unlock (&http->untaken_lock);
  return bytes >= MOST;
}
