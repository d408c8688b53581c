/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include <pthread.h>

#include "server/adtools/spark-bearers.h"

/* When so many are known, all are forgotten: the next request of each is as its first. */
#define MAX_KNOWN 16384
/* Of a token; one over more is not kept. */
#define MAX_ADVERTISERS 64

struct _SparkBearers
{
  pthread_mutex_t lock;
  GHashTable *known; /* of the hash of a token to SparkBearer */
};

/* --- one --- */

static SparkBearer *
ref (SparkBearer *bearer)
{
  atomic_fetch_add (&bearer->refs, 1);
  return bearer;
}

SparkBearer *
spark_bearer_new (const char *app, SparkAppLevel level, const GArray *advertisers)
{
  SparkBearer *bearer = g_new0 (SparkBearer, 1);

  bearer->refs = 1;
  bearer->app = g_strdup (app);
  bearer->level = level;
  bearer->advertisers = g_new0 (char *, advertisers->len + 1);
  for (guint i = 0; i < advertisers->len; i++)
    bearer->advertisers[i] = g_strdup (g_array_index (advertisers, SparkTokenAdvertiser, i).id);
  return bearer;
}

void
spark_bearer_unref (SparkBearer *bearer)
{
  if (atomic_fetch_sub (&bearer->refs, 1) > 1)
    return;
  g_free (bearer->app);
  g_strfreev (bearer->advertisers);
  g_free (bearer);
}

/* --- all --- */

SparkBearers *
spark_bearers_new (void)
{
  SparkBearers *self = g_new0 (SparkBearers, 1);

  pthread_mutex_init (&self->lock, NULL);
  self->known
      = g_hash_table_new_full (spark_fingerprint_hash, spark_fingerprint_equal, g_free,
                               (GDestroyNotify)spark_bearer_unref);
  return self;
}

void
spark_bearers_free (SparkBearers *self)
{
  g_hash_table_unref (self->known);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

SparkBearer *
spark_bearers_find (SparkBearers *self, const guint8 *hash)
{
  SparkBearer *bearer;

  pthread_mutex_lock (&self->lock);
  bearer = g_hash_table_lookup (self->known, hash);
  if (bearer != NULL)
    ref (bearer);
  pthread_mutex_unlock (&self->lock);
  return bearer;
}

void
spark_bearers_learn (SparkBearers *self, const guint8 *hash, SparkBearer *bearer)
{
  if (g_strv_length (bearer->advertisers) > MAX_ADVERTISERS)
    return;
  pthread_mutex_lock (&self->lock);
  if (g_hash_table_size (self->known) >= MAX_KNOWN)
    g_hash_table_remove_all (self->known);
  g_hash_table_replace (self->known, g_memdup2 (hash, SPARK_FINGERPRINT_BYTES), ref (bearer));
  pthread_mutex_unlock (&self->lock);
}

void
spark_bearers_forget (SparkBearers *self, const guint8 *hash)
{
  pthread_mutex_lock (&self->lock);
  g_hash_table_remove (self->known, hash);
  pthread_mutex_unlock (&self->lock);
}
