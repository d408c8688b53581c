/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "sparkboxd"

#include "config.h"

#include <pthread.h>
#include <string.h>

#include "model/spark-error.h"
#include "model/spark-rules.h"
#include "server/commands/spark-serve-tiktok.h"

/* How long it goes on after the last browser came back, for what belongs to the page. */
#define GRACE_MS (10 * 1000)
/* How often it is looked whether somebody still connects. */
#define LOOK_MS 1000

struct _SparkTiktokService
{
  SparkStore *store; /* borrowed */
  SparkApi *api;     /* borrowed */

  /* owned */
  SparkConnector *connector;
  SparkConnectFace *face;
  char
      *address; /* "HOST:PORT" for the time of a consent; NULL: browsers reach this server anyway */

  pthread_t thread;     /* of the listener */
  gboolean listens;     /* there is one */
  pthread_mutex_t lock; /* for the two below */
  pthread_cond_t changed;
  gboolean woken;
  gboolean ends;
};

/* --- a listener for the time of a consent --- */

static gint64
read_open (SparkTiktokService *self)
{
  SparkTx *tx = spark_store_read_begin (self->store, NULL);
  gint64 until = 0;

  if (tx == NULL)
    return 0;
  if (!spark_read_consents_open (tx, &until, NULL))
    until = 0;
  spark_store_read_end (tx);
  return until;
}

/* FALSE: it ends. */
static gboolean
doze (SparkTiktokService *self, gint64 ms)
{
  struct timespec time;
  gboolean goes_on;

  clock_gettime (CLOCK_MONOTONIC, &time);
  time.tv_sec += ms / 1000;
  pthread_mutex_lock (&self->lock);
  while (!self->ends && !self->woken
         && (ms < 0 ? pthread_cond_wait (&self->changed, &self->lock)
                    : pthread_cond_timedwait (&self->changed, &self->lock, &time))
                == 0)
    ;
  self->woken = FALSE;
  goes_on = !self->ends;
  pthread_mutex_unlock (&self->lock);
  return goes_on;
}

static SparkHttp *
listen_now (SparkTiktokService *self)
{
  SparkHttp *http = spark_http_new (
      &(SparkHttpOptions){ .threads = 1, .ping_seconds = 20, .head_seconds = 20 });
  g_autoptr (GError) error = NULL;
  g_autofree char *url = NULL;

  spark_connect_face_add_routes (self->face, http);
  if (spark_http_listen (http, self->address, SPARK_FACE_BRANDS, &url, &error)
      && spark_http_start (http, &error))
    return http;
  spark_error_log (G_LOG_DOMAIN, "TikTok cannot send the browser back", error);
  spark_http_stop (http);
  return NULL;
}

static void *
run_listener (void *data)
{
  SparkTiktokService *self = data;
  SparkHttp *http = NULL;
  gint64 until = 0;

  do
    {
      gint64 now = spark_time_now ();

      if (read_open (self) > 0)
        until = now + GRACE_MS;
      if (until > now && http == NULL)
        http = listen_now (self);
      else if (until <= now)
        {
          g_clear_pointer (&http, spark_http_stop);
        }
    }
  while (doze (self, http != NULL ? LOOK_MS : -1));
  g_clear_pointer (&http, spark_http_stop);
  return NULL;
}

static void
wake (gpointer data)
{
  SparkTiktokService *self = data;

  pthread_mutex_lock (&self->lock);
  self->woken = TRUE;
  pthread_cond_broadcast (&self->changed);
  pthread_mutex_unlock (&self->lock);
  spark_connector_wake (self->connector);
}

/* Where to listen for it: only of an address on this computer, where nobody else listens. */
static char *
find_address (const char *redirect_url, GPtrArray *urls)
{
  g_autoptr (GUri) uri = g_uri_parse (redirect_url, G_URI_FLAGS_ENCODED, NULL);
  const char *host = g_uri_get_host (uri);
  int port = g_uri_get_port (uri);

  if (strcmp (g_uri_get_scheme (uri), "http") != 0 || port <= 0)
    return NULL;
  for (guint i = 0; i < urls->len; i++)
    {
      g_autoptr (GUri) own = g_uri_parse (urls->pdata[i], G_URI_FLAGS_ENCODED, NULL);

      if (own != NULL && g_uri_get_port (own) == port)
        return NULL;
    }
  if (strcmp (host, "localhost") == 0)
    host = "127.0.0.1";
  return strchr (host, ':') != NULL ? g_strdup_printf ("[%s]:%d", host, port)
                                    : g_strdup_printf ("%s:%d", host, port);
}

SparkTiktokService *
spark_tiktok_service_new (SparkStore *store, const SparkTiktokSettings *settings, SparkApi *api,
                          SparkHttp *http)
{
  SparkTiktokService *self;
  g_autofree char *prefix = NULL;
  pthread_condattr_t attributes;

  if (settings == NULL)
    return NULL;
  self = g_new0 (SparkTiktokService, 1);
  self->store = store;
  self->api = api;
  pthread_mutex_init (&self->lock, NULL);
  pthread_condattr_init (&attributes);
  pthread_condattr_setclock (&attributes, CLOCK_MONOTONIC);
  pthread_cond_init (&self->changed, &attributes);
  pthread_condattr_destroy (&attributes);
  self->connector = spark_connector_new (store, settings);
  self->face = spark_connect_face_new (store, self->connector);
  self->address = g_strdup (settings->redirect_url);
  prefix = spark_connector_consent_prefix (self->connector, SPARK_CONSENT_KIND_CREATOR);
  spark_connect_face_add_routes (self->face, http);
  spark_api_set_connector (api, prefix, wake, self);
  return self;
}

void
spark_tiktok_service_start (SparkTiktokService *self, GPtrArray *urls)
{
  g_autofree char *redirect_url = NULL;

  if (self == NULL)
    return;
  redirect_url = g_steal_pointer (&self->address);
  self->address = find_address (redirect_url, urls);
  if (self->address == NULL)
    return;
  if (pthread_create (&self->thread, NULL, run_listener, self) != 0)
    g_error ("There can be no more threads.");
  self->listens = TRUE;
}

void
spark_tiktok_service_stop (SparkTiktokService *self)
{
  if (self == NULL)
    return;
  spark_api_unset_connector (self->api);
  pthread_mutex_lock (&self->lock);
  self->ends = TRUE;
  pthread_cond_broadcast (&self->changed);
  pthread_mutex_unlock (&self->lock);
  /* Answers who waits, so that the listener can end. */
  spark_connector_stop (self->connector);
  if (self->listens)
    pthread_join (self->thread, NULL);
}

void
spark_tiktok_service_free (SparkTiktokService *self)
{
  if (self == NULL)
    return;
  spark_connector_free (self->connector);
  spark_connect_face_free (self->face);
  pthread_cond_destroy (&self->changed);
  pthread_mutex_destroy (&self->lock);
  g_free (self->address);
  g_free (self);
}
