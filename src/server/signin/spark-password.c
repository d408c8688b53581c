/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-sign-in"

#include "config.h"

#include <sodium.h>
#include <string.h>

#include "server/signin/spark-password.h"

#define THREADS     2
#define MAX_WAITING 32

struct _SparkPasswords
{
  GThreadPool *pool;
  char nobody[crypto_pwhash_STRBYTES]; /* the hash of a password that nobody knows */
};

typedef struct
{
  char *password; /* erased when done */
  char *hash;     /* NULL: make one */
  SparkPasswordDone done;
  gpointer data;
} Job;

static gboolean
make (const char *password, char *hash)
{
  return crypto_pwhash_str (hash, password, strlen (password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                            crypto_pwhash_MEMLIMIT_INTERACTIVE)
         == 0;
}

static void
work (gpointer data, gpointer user_data)
{
  Job *job = data;
  char hash[crypto_pwhash_STRBYTES];
  gboolean ok;

  if (job->hash != NULL)
    {
      ok = crypto_pwhash_str_verify (job->hash, job->password, strlen (job->password)) == 0;
      job->done (ok, NULL, job->data);
    }
  else
    {
      ok = make (job->password, hash);
      job->done (FALSE, ok ? hash : NULL, job->data);
    }
  sodium_memzero (job->password, strlen (job->password));
  g_free (job->password);
  g_free (job->hash);
  g_free (job);
}

SparkPasswords *
spark_passwords_new (void)
{
  SparkPasswords *self = g_new0 (SparkPasswords, 1);
  guint8 random[16];
  char secret[sizeof random * 2 + 1];

  randombytes_buf (random, sizeof random);
  sodium_bin2hex (secret, sizeof secret, random, sizeof random);
  if (!make (secret, self->nobody))
    g_warning ("There is not enough memory to check passwords.");
  self->pool = g_thread_pool_new (work, self, THREADS, FALSE, NULL);
  return self;
}

void
spark_passwords_free (SparkPasswords *self)
{
  g_thread_pool_free (self->pool, FALSE, TRUE);
  g_free (self);
}

static gboolean
push (SparkPasswords *self, const char *password, const char *hash, SparkPasswordDone done,
      gpointer data)
{
  Job *job;

  if (g_thread_pool_unprocessed (self->pool) >= MAX_WAITING)
    return FALSE;
  job = g_new0 (Job, 1);
  job->password = g_strdup (password);
  job->hash = g_strdup (hash);
  job->done = done;
  job->data = data;
  g_thread_pool_push (self->pool, job, NULL);
  return TRUE;
}

gboolean
spark_passwords_check (SparkPasswords *self, const char *password, const char *hash,
                       SparkPasswordDone done, gpointer data)
{
  return push (self, password, hash != NULL ? hash : self->nobody, done, data);
}

gboolean
spark_passwords_make (SparkPasswords *self, const char *password, SparkPasswordDone done,
                      gpointer data)
{
  return push (self, password, NULL, done, data);
}
