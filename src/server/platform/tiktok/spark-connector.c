/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-tiktok"

#include "config.h"

#include <pthread.h>
#include <string.h>

#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "server/platform/tiktok/spark-connector.h"
#include "server/platform/tiktok/spark-tiktok-oauth.h"
#include "server/platform/tiktok/spark-tiktok-videos.h"
#include "server/platform/tiktok/spark-tiktok-work.h"

/* What another node or a command wrote is found after this at the latest. */
#define IDLE_MS (5 * 1000)
/* So that what is always due does not turn the thread round and round, nor what it writes itself.
 */
#define SHORTEST_MS 100
/* Browsers that wait: a page more would not be answered while anybody looks at it. */
#define MAX_CREATORS 64
#define MAX_BRANDS   8

typedef struct
{
  SparkConsent consent;
  char *code;
  SparkConnectorAccepted accepted;
  gpointer data; /* borrowed */
} Job;

struct _SparkConnector
{
  SparkStore *store; /* borrowed */

  /* owned */
  SparkTiktokSettings settings;
  SparkTiktokBudget *budget;
  GCancellable *cancellable;
  pthread_t worker;
  pthread_t receiver;

  pthread_mutex_t lock; /* for all below */
  pthread_cond_t changed;
  GQueue creators; /* of Job, like the next; answered before brands, who may be anybody */
  GQueue brands;
  gboolean woken;
  gboolean ends;
};

static void
job_free (Job *job)
{
  spark_consent_clear (&job->consent);
  if (job->code != NULL)
    explicit_bzero (job->code, strlen (job->code));
  g_free (job->code);
  g_free (job);
}

static SparkTiktok
begin (SparkConnector *self)
{
  return (SparkTiktok){ &self->settings, self->store, self->budget,
                        spark_tiktok_client_new (self->settings.api_url, self->budget),
                        self->cancellable };
}

/* --- what is due --- */

/* FALSE: it ends. @woken: whether being woken ends it early */
static gboolean
pause_for (SparkConnector *self, gint64 ms, gboolean woken)
{
  struct timespec time;
  gboolean goes_on;
  gint64 ns;

  clock_gettime (CLOCK_MONOTONIC, &time);
  ns = time.tv_nsec + ms % 1000 * 1000000;
  time.tv_sec += ms / 1000 + ns / 1000000000;
  time.tv_nsec = ns % 1000000000;
  pthread_mutex_lock (&self->lock);
  while (!self->ends && !(woken && self->woken)
         && pthread_cond_timedwait (&self->changed, &self->lock, &time) == 0)
    ;
  if (woken)
    self->woken = FALSE;
  goes_on = !self->ends;
  pthread_mutex_unlock (&self->lock);
  return goes_on;
}

/* Until somebody wakes it, @until has come, or it ends: then FALSE. */
static gboolean
sleep_until (SparkConnector *self, gint64 until)
{
  return pause_for (self, SHORTEST_MS, FALSE)
         && pause_for (self, CLAMP (until - spark_time_now (), 0, IDLE_MS), TRUE);
}

static void *
run_worker (void *data)
{
  SparkConnector *self = data;
  SparkTiktok tiktok = begin (self);
  gint64 next;

  spark_tiktok_budget_tidy (self->budget);
  do
    {
      next = spark_time_now () + IDLE_MS;
      spark_tiktok_work_due (&tiktok, &next);
      spark_tiktok_revoke_due (&tiktok, &next);
      spark_tiktok_look_due (&tiktok, &next);
      spark_tiktok_list_due (&tiktok, &next);
      spark_tiktok_videos_run_due (&tiktok, &next);
    }
  while (sleep_until (self, next));
  spark_tiktok_client_free (tiktok.client);
  return NULL;
}

/* --- browsers that come back --- */

static void
accept (SparkConnector *self, SparkTiktok *tiktok, Job *job)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *invitation = NULL;

  if (spark_tiktok_accept (tiktok, &job->consent, job->code, &invitation, &error))
    spark_connector_wake (self);
  else
    g_message ("A consent came to nothing: %s", error->message);
  job->accepted (error, invitation, job->data);
  job_free (job);
}

/* (nullable): nobody waits */
static Job *
next_job (SparkConnector *self)
{
  Job *job = g_queue_pop_head (&self->creators);

  return job != NULL ? job : g_queue_pop_head (&self->brands);
}

static void *
run_receiver (void *data)
{
  SparkConnector *self = data;
  SparkTiktok tiktok = begin (self);
  Job *job;

  spark_tiktok_client_set_use (tiktok.client, SPARK_TIKTOK_USE_STRANGERS);
  pthread_mutex_lock (&self->lock);
  while ((job = next_job (self)) != NULL || !self->ends)
    {
      if (job == NULL)
        {
          pthread_cond_wait (&self->changed, &self->lock);
          continue;
        }
      pthread_mutex_unlock (&self->lock);
      accept (self, &tiktok, job);
      pthread_mutex_lock (&self->lock);
    }
  pthread_mutex_unlock (&self->lock);
  spark_tiktok_client_free (tiktok.client);
  return NULL;
}

/* Under the lock. */
static gboolean
has_room (SparkConnector *self, SparkConsentKind kind)
{
  return kind == SPARK_CONSENT_KIND_BRAND ? self->brands.length < MAX_BRANDS
                                          : self->creators.length < MAX_CREATORS;
}

gboolean
spark_connector_is_busy (SparkConnector *self, SparkConsentKind kind)
{
  gboolean busy;

  pthread_mutex_lock (&self->lock);
  busy = !has_room (self, kind);
  pthread_mutex_unlock (&self->lock);
  return busy;
}

void
spark_connector_accept (SparkConnector *self, SparkConsent *consent, const char *code,
                        SparkConnectorAccepted accepted, gpointer data)
{
  Job *job = g_new0 (Job, 1);
  gboolean taken, ends;

  job->consent = *consent;
  *consent = (SparkConsent){ 0 };
  job->code = g_strdup (code);
  job->accepted = accepted;
  job->data = data;
  pthread_mutex_lock (&self->lock);
  ends = self->ends;
  taken = !ends && has_room (self, job->consent.kind);
  if (taken)
    g_queue_push_tail (
        job->consent.kind == SPARK_CONSENT_KIND_BRAND ? &self->brands : &self->creators, job);
  pthread_cond_broadcast (&self->changed);
  pthread_mutex_unlock (&self->lock);
  if (!taken)
    {
      g_autoptr (GError) error
          = spark_tiktok_error_new (SPARK_TIKTOK_ERROR_UNREACHABLE, 0,
                                    ends ? "The server is being stopped. Try again in a moment."
                                         : "The server has too much to do. Try again in a moment.");

      accepted (error, NULL, data);
      job_free (job);
    }
}

void
spark_connector_wake (SparkConnector *self)
{
  pthread_mutex_lock (&self->lock);
  self->woken = TRUE;
  pthread_cond_broadcast (&self->changed);
  pthread_mutex_unlock (&self->lock);
}

const char *
spark_connector_redirect_url (SparkConnector *self)
{
  return self->settings.redirect_url;
}

char *
spark_connector_consent_prefix (SparkConnector *self, SparkConsentKind kind)
{
  return spark_tiktok_consent_prefix (&self->settings, kind);
}

SparkConnector *
spark_connector_new (SparkStore *store, const SparkTiktokSettings *settings)
{
  SparkConnector *self = g_new0 (SparkConnector, 1);
  pthread_condattr_t attributes;

  self->store = store;
  self->settings = (SparkTiktokSettings){
    g_strdup (settings->app_id),   g_strdup (settings->secret),  g_strdup (settings->redirect_url),
    g_strdup (settings->auth_url), g_strdup (settings->api_url),
  };
  self->budget = spark_tiktok_budget_new (store);
  self->cancellable = g_cancellable_new ();
  g_queue_init (&self->creators);
  g_queue_init (&self->brands);
  pthread_mutex_init (&self->lock, NULL);
  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
  pthread_cond_init (&self->changed, &attributes);
  pthread_condattr_destroy (&attributes);
  if (pthread_create (&self->worker, NULL, run_worker, self) != 0
      || pthread_create (&self->receiver, NULL, run_receiver, self) != 0)
    g_error ("There can be no more threads.");
  return self;
}

void
spark_connector_stop (SparkConnector *self)
{
  gboolean ended;

  pthread_mutex_lock (&self->lock);
  ended = self->ends;
  self->ends = TRUE;
  pthread_cond_broadcast (&self->changed);
  pthread_mutex_unlock (&self->lock);
  if (ended)
    return;
  g_cancellable_cancel (self->cancellable);
  pthread_join (self->worker, NULL);
  pthread_join (self->receiver, NULL);
}

void
spark_connector_free (SparkConnector *self)
{
  if (self == NULL)
    return;
  spark_connector_stop (self);
  pthread_cond_destroy (&self->changed);
  pthread_mutex_destroy (&self->lock);
  spark_tiktok_budget_free (self->budget);
  g_object_unref (self->cancellable);
  explicit_bzero (self->settings.secret, strlen (self->settings.secret));
  g_free (self->settings.app_id);
  g_free (self->settings.secret);
  g_free (self->settings.redirect_url);
  g_free (self->settings.auth_url);
  g_free (self->settings.api_url);
  g_free (self);
}
