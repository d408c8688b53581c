/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-api"

#include "config.h"

#include <pthread.h>
#include <time.h>

#include "model/spark-error.h"
#include "server/api/spark-desk.h"

/* Each draws as fast as a core can. One account has one of them at a time, so that nobody waits for
 * all that another asked for. */
#define MAX_THREADS 2
/* Answers that are being made or wait: of all, and of one account. */
#define MAX_GIVEN            32
#define MAX_GIVEN_OF_ACCOUNT 8
/* So long a thread waits for more, with its connection to the database. */
#define IDLE_SECONDS 30

struct _SparkDesk
{
  SparkStore *store; /* borrowed */

  pthread_mutex_t lock;       /* for what follows */
  pthread_cond_t changed;     /* something was given, or a thread ended */
  GQueue queue;               /* of Job */
  gint64 given[MAX_GIVEN];    /* the account of each that is not made yet; 0: free */
  gint64 making[MAX_THREADS]; /* the accounts of those that are being made; 0: none */
  guint threads;              /* that work or wait for work */
  guint leaving;              /* threads that do not any more */
  gboolean closing;
};

typedef struct
{
  gint64 account;
  SparkDeskWork work;
  gpointer data;
  guint place;
} Job;

SparkDesk *
spark_desk_new (SparkStore *store)
{
  SparkDesk *self = g_new0 (SparkDesk, 1);
  pthread_condattr_t monotonic;

  self->store = store;
  g_queue_init (&self->queue);
  pthread_mutex_init (&self->lock, NULL);
  pthread_condattr_init (&monotonic);
  pthread_condattr_setclock (&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init (&self->changed, &monotonic);
  pthread_condattr_destroy (&monotonic);
  return self;
}

void
spark_desk_free (SparkDesk *self)
{
  pthread_mutex_lock (&self->lock);
  self->closing = TRUE;
  pthread_cond_broadcast (&self->changed);
  while (self->threads + self->leaving > 0)
    pthread_cond_wait (&self->changed, &self->lock);
  pthread_mutex_unlock (&self->lock);
  pthread_cond_destroy (&self->changed);
  pthread_mutex_destroy (&self->lock);
  g_free (self);
}

/* The next with the lock held. */

/* One that makes for @from now makes for @to; 0: for nobody. FALSE: there is none. */
static gboolean
change_making (SparkDesk *self, gint64 from, gint64 to)
{
  for (guint i = 0; i < MAX_THREADS; i++)
    if (self->making[i] == from)
      {
        self->making[i] = to;
        return TRUE;
      }
  return FALSE;
}

static Job *
take_job (SparkDesk *self)
{
  for (GList *at = self->queue.head; at != NULL; at = at->next)
    {
      Job *job = at->data;

      if (change_making (self, job->account, job->account))
        continue;
      change_making (self, 0, job->account);
      g_queue_delete_link (&self->queue, at);
      return job;
    }
  return NULL;
}

/* NULL: there was nothing to do for long, or there never will be. */
static Job *
wait_for_job (SparkDesk *self)
{
  struct timespec until;
  Job *job;
  int problem = 0;

  clock_gettime (CLOCK_MONOTONIC, &until);
  until.tv_sec += IDLE_SECONDS;
  while ((job = take_job (self)) == NULL && problem == 0
         && !(self->closing && g_queue_is_empty (&self->queue)))
    problem = pthread_cond_timedwait (&self->changed, &self->lock, &until);
  return job;
}

static void *
run (void *data)
{
  SparkDesk *self = data;
  Job *job;

  pthread_mutex_lock (&self->lock);
  while ((job = wait_for_job (self)) != NULL)
    {
      pthread_mutex_unlock (&self->lock);
      job->work (job->data);
      pthread_mutex_lock (&self->lock);
      change_making (self, job->account, 0);
      self->given[job->place] = 0;
      g_free (job);
      pthread_cond_broadcast (&self->changed);
    }
  self->threads--;
  self->leaving++;
  pthread_mutex_unlock (&self->lock);
  spark_store_leave (self->store);
  pthread_mutex_lock (&self->lock);
  self->leaving--;
  pthread_cond_broadcast (&self->changed);
  pthread_mutex_unlock (&self->lock);
  return NULL;
}

/* FALSE: all are taken that this account may have. */
static gboolean
take_place (SparkDesk *self, gint64 account, guint *place)
{
  guint n_own = 0;
  gboolean found = FALSE;

  for (guint i = 0; i < MAX_GIVEN; i++)
    {
      n_own += self->given[i] == account;
      if (self->given[i] != 0 || found)
        continue;
      *place = i;
      found = TRUE;
    }
  found = found && n_own < MAX_GIVEN_OF_ACCOUNT;
  if (found)
    self->given[*place] = account;
  return found;
}

/* One more where all have something to do. FALSE: there is none. */
static gboolean
ensure_thread (SparkDesk *self)
{
  pthread_t thread;
  guint idle = self->threads;

  for (guint i = 0; i < MAX_THREADS; i++)
    idle -= self->making[i] != 0;
  if (self->threads < MAX_THREADS && g_queue_get_length (&self->queue) >= idle
      && pthread_create (&thread, NULL, run, self) == 0)
    {
      pthread_detach (thread);
      self->threads++;
    }
  return self->threads > 0;
}

gboolean
spark_desk_give (SparkDesk *self, gint64 account, SparkDeskWork work, gpointer data, GError **error)
{
  gboolean taken;
  guint place = 0;

  pthread_mutex_lock (&self->lock);
  taken = ensure_thread (self) && take_place (self, account, &place);
  if (taken)
    {
      Job *job = g_new (Job, 1);

      *job = (Job){ account, work, data, place };
      g_queue_push_tail (&self->queue, job);
      pthread_cond_broadcast (&self->changed);
    }
  pthread_mutex_unlock (&self->lock);
  if (!taken)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                 "Others are being made. Try again in a moment.");
  return taken;
}
