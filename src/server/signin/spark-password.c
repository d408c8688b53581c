/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-sign-in"

#include "config.h"

#include <pthread.h>
#include <sodium.h>
#include <string.h>

#include "server/signin/spark-password.h"

#define THREADS     2
#define MAX_WAITING 32

struct _SparkPasswords
{
  pthread_t threads[THREADS];
  pthread_mutex_t lock; /* for queue, closing */
  pthread_cond_t filled;
  GQueue queue; /* of Job */
  gboolean closing;

  pthread_mutex_t nobody_lock;         /* for what follows */
  char nobody[crypto_pwhash_STRBYTES]; /* the hash of a password that nobody knows; "": not made */
};

typedef struct
{
  char *password; /* erased when done */
  gboolean check;
  char *hash; /* to check against; NULL: nobody's */
  SparkPasswordDone done;
  gpointer data;
} Job;

static void
job_free (Job *job)
{
  sodium_memzero (job->password, strlen (job->password));
  g_free (job->password);
  g_free (job->hash);
  g_free (job);
}

static gboolean
make (const char *password, char *hash)
{
  return crypto_pwhash_str (hash, password, strlen (password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                            crypto_pwhash_MEMLIMIT_INTERACTIVE)
         == 0;
}

/* Made by the first check, whoever it is for: nothing of it is needed to start. */
static const char *
find_nobody (SparkPasswords *self)
{
  guint8 random[16];
  char secret[sizeof random * 2 + 1];

  pthread_mutex_lock (&self->nobody_lock);
  if (self->nobody[0] == '\0')
    {
      randombytes_buf (random, sizeof random);
      sodium_bin2hex (secret, sizeof secret, random, sizeof random);
      if (!make (secret, self->nobody))
        g_message ("There is not enough memory to check passwords.");
    }
  pthread_mutex_unlock (&self->nobody_lock);
  return self->nobody;
}

static void
work (SparkPasswords *self, Job *job)
{
  char hash[crypto_pwhash_STRBYTES];
  gboolean ok;

  if (job->check)
    {
      const char *nobody = find_nobody (self);

      ok = crypto_pwhash_str_verify (job->hash != NULL ? job->hash : nobody, job->password,
                                     strlen (job->password))
           == 0;
      job->done (ok, NULL, job->data);
    }
  else
    {
      ok = make (job->password, hash);
      job->done (FALSE, ok ? hash : NULL, job->data);
    }
  job_free (job);
}

static void *
run_worker (void *data)
{
  SparkPasswords *self = data;
  Job *job;

  pthread_mutex_lock (&self->lock);
  for (;;)
    {
      while (g_queue_is_empty (&self->queue) && !self->closing)
        pthread_cond_wait (&self->filled, &self->lock);
      job = g_queue_pop_head (&self->queue);
      if (job == NULL)
        break;
      pthread_mutex_unlock (&self->lock);
      work (self, job);
      pthread_mutex_lock (&self->lock);
    }
  pthread_mutex_unlock (&self->lock);
  return NULL;
}

SparkPasswords *
spark_passwords_new (void)
{
  SparkPasswords *self = g_new0 (SparkPasswords, 1);

  g_queue_init (&self->queue);
  pthread_mutex_init (&self->lock, NULL);
  pthread_mutex_init (&self->nobody_lock, NULL);
  pthread_cond_init (&self->filled, NULL);
  for (gsize i = 0; i < THREADS; i++)
    if (pthread_create (&self->threads[i], NULL, run_worker, self) != 0)
      g_error ("There can be no more threads.");
  return self;
}

void
spark_passwords_free (SparkPasswords *self)
{
  pthread_mutex_lock (&self->lock);
  self->closing = TRUE;
  pthread_cond_broadcast (&self->filled);
  pthread_mutex_unlock (&self->lock);
  for (gsize i = 0; i < THREADS; i++)
    pthread_join (self->threads[i], NULL);
  pthread_cond_destroy (&self->filled);
  pthread_mutex_destroy (&self->lock);
  pthread_mutex_destroy (&self->nobody_lock);
  g_free (self);
}

static gboolean
push (SparkPasswords *self, gboolean check, const char *password, const char *hash,
      SparkPasswordDone done, gpointer data)
{
  Job *job = g_new0 (Job, 1);
  gboolean taken;

  job->check = check;
  job->password = g_strdup (password);
  job->hash = g_strdup (hash);
  job->done = done;
  job->data = data;
  pthread_mutex_lock (&self->lock);
  taken = g_queue_get_length (&self->queue) < MAX_WAITING;
  if (taken)
    {
      g_queue_push_tail (&self->queue, job);
      pthread_cond_signal (&self->filled);
    }
  pthread_mutex_unlock (&self->lock);
  if (!taken)
    job_free (job);
  return taken;
}

gboolean
spark_passwords_check (SparkPasswords *self, const char *password, const char *hash,
                       SparkPasswordDone done, gpointer data)
{
  return push (self, TRUE, password, hash, done, data);
}

gboolean
spark_passwords_make (SparkPasswords *self, const char *password, SparkPasswordDone done,
                      gpointer data)
{
  return push (self, FALSE, password, NULL, done, data);
}
