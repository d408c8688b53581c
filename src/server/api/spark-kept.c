/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include <pthread.h>
#include <string.h>

#include "server/api/spark-kept.h"

typedef struct
{
  GList link; /* in the queue; its data is the answer itself */
  char *key;
  SparkVersion version;
  GBytes *body;
  gsize size;
} Answer;

struct _SparkKept
{
  gsize max_bytes;
  SparkVault *vault;    /* NULL: they are not secret */
  pthread_mutex_t lock; /* for what follows */
  GHashTable *answers;  /* of a key to the Answer that owns it */
  GQueue queue;         /* those asked for last first */
  gsize bytes;
};

SparkKept *
spark_kept_new (gsize max_bytes, SparkVault *vault)
{
  SparkKept *self = g_new0 (SparkKept, 1);

  self->max_bytes = max_bytes;
  self->vault = vault;
  self->answers = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&self->queue);
  pthread_mutex_init (&self->lock, NULL);
  return self;
}

static void
drop (SparkKept *self, Answer *answer)
{
  g_queue_unlink (&self->queue, &answer->link);
  g_hash_table_remove (self->answers, answer->key);
  self->bytes -= answer->size;
  g_bytes_unref (answer->body);
  g_free (answer->key);
  g_free (answer);
}

void
spark_kept_free (SparkKept *self)
{
  while (self->queue.head != NULL)
    drop (self, self->queue.head->data);
  g_hash_table_unref (self->answers);
  g_clear_pointer (&self->vault, spark_vault_free);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

GBytes *
spark_kept_find (SparkKept *self, const char *key, const SparkVersion *version)
{
  GBytes *body = NULL;
  Answer *answer;

  pthread_mutex_lock (&self->lock);
  answer = g_hash_table_lookup (self->answers, key);
  if (answer != NULL && memcmp (&answer->version, version, sizeof *version) == 0)
    {
      g_queue_unlink (&self->queue, &answer->link);
      g_queue_push_head_link (&self->queue, &answer->link);
      body = g_bytes_ref (answer->body);
    }
  else if (answer != NULL)
    drop (self, answer);
  pthread_mutex_unlock (&self->lock);
  return body;
}

/* With the lock held. */
static GBytes *
copy_to_vault (SparkKept *self, GBytes *body)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (body, &size);
  GBytes *copy = spark_vault_copy (self->vault, data, size);

  if (copy != NULL || size > SPARK_VAULT_MOST || self->queue.tail == NULL)
    return copy;
  drop (self, self->queue.tail->data);
  return spark_vault_copy (self->vault, data, size);
}

void
spark_kept_put (SparkKept *self, const char *key, const SparkVersion *version, GBytes *body)
{
  gsize size = sizeof (Answer) + strlen (key) + g_bytes_get_size (body);
  Answer *answer;

  if (size > self->max_bytes)
    return;
  pthread_mutex_lock (&self->lock);
  answer = g_hash_table_lookup (self->answers, key);
  if (answer != NULL)
    drop (self, answer);
  while (self->bytes + size > self->max_bytes)
    drop (self, self->queue.tail->data);
  body = self->vault != NULL ? copy_to_vault (self, body) : g_bytes_ref (body);
  if (body != NULL)
    {
      answer = g_new0 (Answer, 1);
      answer->link.data = answer;
      answer->key = g_strdup (key);
      answer->version = *version;
      answer->body = body;
      answer->size = size;
      g_hash_table_insert (self->answers, answer->key, answer);
      g_queue_push_head_link (&self->queue, &answer->link);
      self->bytes += size;
    }
  pthread_mutex_unlock (&self->lock);
}
