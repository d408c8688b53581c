/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include <pthread.h>
#include <time.h>

#include "server/adtools/spark-delay.h"

typedef struct
{
  gint64 due; /* monotonic, µs */
  SparkDelayFunc func;
  gpointer data;
} Later;

struct _SparkDelay
{
  pthread_mutex_t lock;   /* for what follows */
  pthread_cond_t changed; /* waits with the monotonic clock */
  GQueue queue;           /* of Later, the soonest first */
  gboolean running;
  gboolean told; /* that there is no thread */
  gboolean closing;
  pthread_t thread;
};

SparkDelay *
spark_delay_new (void)
{
  SparkDelay *delay = g_new0 (SparkDelay, 1);
  pthread_condattr_t monotonic;

  g_queue_init (&delay->queue);
  pthread_mutex_init (&delay->lock, NULL);
  pthread_condattr_init (&monotonic);
  pthread_condattr_setclock (&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init (&delay->changed, &monotonic);
  pthread_condattr_destroy (&monotonic);
  return delay;
}

void
spark_delay_free (SparkDelay *delay)
{
  pthread_mutex_lock (&delay->lock);
  delay->closing = TRUE;
  pthread_cond_signal (&delay->changed);
  pthread_mutex_unlock (&delay->lock);
  if (delay->running)
    pthread_join (delay->thread, NULL);
  g_queue_clear_full (&delay->queue, g_free);
  pthread_cond_destroy (&delay->changed);
  pthread_mutex_destroy (&delay->lock);
  g_free (delay);
}

/* With the lock: until there is another first one, or this one is due. */
static void
wait_for (SparkDelay *delay, const Later *first)
{
  struct timespec until;

  if (first == NULL)
    {
      pthread_cond_wait (&delay->changed, &delay->lock);
      return;
    }
  until = (struct timespec){ .tv_sec = first->due / G_USEC_PER_SEC,
                             .tv_nsec = first->due % G_USEC_PER_SEC * 1000 };
  pthread_cond_timedwait (&delay->changed, &delay->lock, &until);
}

static void *
run (void *data)
{
  SparkDelay *delay = data;

  pthread_mutex_lock (&delay->lock);
  while (!delay->closing)
    {
      Later *first = g_queue_peek_head (&delay->queue);

      if (first == NULL || first->due > g_get_monotonic_time ())
        {
          wait_for (delay, first);
          continue;
        }
      g_queue_pop_head (&delay->queue);
      pthread_mutex_unlock (&delay->lock);
      first->func (first->data);
      g_free (first);
      pthread_mutex_lock (&delay->lock);
    }
  pthread_mutex_unlock (&delay->lock);
  return NULL;
}

static int
compare (gconstpointer a, gconstpointer b, gpointer data)
{
  gint64 left = ((const Later *)a)->due, right = ((const Later *)b)->due;

  return left < right ? -1 : left > right;
}

void
spark_delay_add (SparkDelay *delay, guint ms, SparkDelayFunc func, gpointer data)
{
  gboolean running, tell;

  pthread_mutex_lock (&delay->lock);
  if (!delay->running)
    delay->running = pthread_create (&delay->thread, NULL, run, delay) == 0;
  running = delay->running;
  tell = !running && !delay->told;
  delay->told |= tell;
  if (running)
    {
      Later *later = g_new (Later, 1);

      *later = (Later){ g_get_monotonic_time () + (gint64)ms * 1000, func, data };
      g_queue_insert_sorted (&delay->queue, later, compare, NULL);
      pthread_cond_signal (&delay->changed);
    }
  pthread_mutex_unlock (&delay->lock);
  if (tell)
    g_message ("There can be no more threads: answers that should come later come at once.");
  /* Nobody else would ever answer it. */
  if (!running)
    func (data);
}
