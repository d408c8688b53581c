/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-adtools"

#include "config.h"

#include <pthread.h>

#include "server/adtools/spark-delay.h"

struct _SparkDelay
{
  GMainContext *context;
  GMainLoop *loop;
  pthread_mutex_t lock; /* for running */
  gboolean running;
  pthread_t thread;
};

typedef struct
{
  SparkDelayFunc func;
  gpointer data;
} Later;

SparkDelay *
spark_delay_new (void)
{
  SparkDelay *delay = g_new0 (SparkDelay, 1);

  delay->context = g_main_context_new ();
  delay->loop = g_main_loop_new (delay->context, FALSE);
  pthread_mutex_init (&delay->lock, NULL);
  return delay;
}

static gboolean
quit (gpointer loop)
{
  g_main_loop_quit (loop);
  return G_SOURCE_REMOVE;
}

void
spark_delay_free (SparkDelay *delay)
{
  if (delay->running)
    {
      g_main_context_invoke (delay->context, quit, delay->loop);
      pthread_join (delay->thread, NULL);
    }
  g_main_loop_unref (delay->loop);
  g_main_context_unref (delay->context);
  pthread_mutex_destroy (&delay->lock);
  g_free (delay);
}

static void *
run (void *data)
{
  SparkDelay *delay = data;

  g_main_context_push_thread_default (delay->context);
  g_main_loop_run (delay->loop);
  g_main_context_pop_thread_default (delay->context);
  return NULL;
}

static gboolean
due (gpointer data)
{
  Later *later = data;

  later->func (later->data);
  return G_SOURCE_REMOVE;
}

void
spark_delay_add (SparkDelay *delay, guint ms, SparkDelayFunc func, gpointer data)
{
  g_autoptr (GSource) source = g_timeout_source_new (ms);
  Later *later = g_new (Later, 1);

  *later = (Later){ func, data };
  g_source_set_callback (source, due, later, g_free);
  g_source_attach (source, delay->context);
  pthread_mutex_lock (&delay->lock);
  if (!delay->running)
    delay->running = pthread_create (&delay->thread, NULL, run, delay) == 0;
  pthread_mutex_unlock (&delay->lock);
}
