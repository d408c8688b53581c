/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-http"

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "model/spark-error.h"
#include "server/http/spark-http-private.h"

/* How long stopping waits for answers that are under way. */
#define STOP_SECONDS 15

SparkHttp *
spark_http_new (const SparkHttpOptions *options)
{
  SparkHttp *self = g_new0 (SparkHttp, 1);
  pthread_condattr_t monotonic;
  double rate = options->per_second != 0 ? options->per_second : SPARK_HTTP_PER_SECOND;

  self->options = *options;
  self->framing_shows = spark_framing_shows ();
  self->by_credential = spark_throttle_new ("credential", rate, rate * SPARK_HTTP_BURST_SECONDS);
  rate *= SPARK_HTTP_PEER_ALLOWANCE;
  self->by_peer = spark_throttle_new ("peer", rate, rate * SPARK_HTTP_BURST_SECONDS);
  self->listeners = g_ptr_array_new ();
  self->routes = g_ptr_array_new_with_free_func (spark_route_entry_free);
  for (gsize i = 0; i < G_N_ELEMENTS (self->routes_of); i++)
    self->routes_of[i] = g_ptr_array_new ();
  self->refuses = g_array_new (FALSE, FALSE, sizeof (SparkRefuseEntry));
  self->streams = g_hash_table_new (g_direct_hash, g_direct_equal);
  self->untaken = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->connections = g_hash_table_new (g_direct_hash, g_direct_equal);
  self->peers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  spark_watcher_init (self);
  pthread_mutex_init (&self->lock, NULL);
  pthread_mutex_init (&self->untaken_lock, NULL);
  pthread_mutex_init (&self->connections_lock, NULL);
  pthread_condattr_init (&monotonic);
  pthread_condattr_setclock (&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init (&self->idle, &monotonic);
  pthread_condattr_destroy (&monotonic);
  return self;
}

void
spark_http_add_routes (SparkHttp *self, const SparkRoute *routes, gsize n_routes, gpointer data)
{
  for (gsize i = 0; i < n_routes; i++)
    {
      SparkRouteEntry *entry = spark_route_entry_new (&routes[i], data);

      g_ptr_array_add (self->routes, entry);
      g_assert (entry->n_segments <= SPARK_HTTP_MAX_SEGMENTS);
      g_ptr_array_add (self->routes_of[entry->n_segments], entry);
    }
}

void
spark_http_add_refuse (SparkHttp *self, SparkFace face, const char *prefix, SparkHttpRefuse refuse,
                       gpointer data)
{
  SparkRefuseEntry entry = { face, prefix, refuse, data };

  g_array_append_val (self->refuses, entry);
}

/* An unlinked file: whatever happens, nothing of an upload stays behind. */
static int
open_body_file (void)
{
  const char *folder = g_get_tmp_dir ();
  g_autofree char *path = NULL;
  int fd = open (folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

  if (fd >= 0)
    return fd;
  path = g_build_filename (folder, "sparkbox-XXXXXX", NULL);
  fd = g_mkstemp_full (path, O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0)
    unlink (path);
  return fd;
}

static void
refuse_size (SparkRequest *request, gsize allowed)
{
  if (request->refused != NULL)
    return;
  if (allowed == 0)
    g_set_error (&request->refused, SPARK_ERROR, SPARK_ERROR_TOO_LARGE,
                 "This request has no body.");
  else
    g_set_error (&request->refused, SPARK_ERROR, SPARK_ERROR_TOO_LARGE,
                 "The request is larger than the %" G_GSIZE_FORMAT " bytes allowed here.", allowed);
}

/* Whoever says who they are is counted by that, and all from one address together, so that nobody
 * gets round it with made-up credentials. */
static gboolean
check_rate (SparkRequest *request)
{
  SparkHttp *http = request->listener->http;
  const char *credential = spark_request_bearer (request);
  gint64 now = request->started;

  if (spark_request_is_unix (request))
    return TRUE;
  if (spark_untaken_is_full (http, spark_request_peer (request)))
    {
      g_set_error (&request->refused, SPARK_ERROR, SPARK_ERROR_TOO_MANY_REQUESTS,
                   "Too many answers wait to be read. Read them, then try again.");
      return FALSE;
    }
  if (credential == NULL)
    credential = spark_request_header (request, "Access-Token");
  if ((credential == NULL || spark_throttle_take (http->by_credential, credential, now))
      && ((http->options.per_second == 0 && spark_request_is_here (request))
          || spark_throttle_take (http->by_peer, spark_request_peer (request), now)))
    return TRUE;
  g_set_error (&request->refused, SPARK_ERROR, SPARK_ERROR_TOO_MANY_REQUESTS,
               "Too many requests in a short time. Wait a moment, then try again.");
  return FALSE;
}

/* The head is here: where does it go, and may its body come? FALSE: it need not be sent at all. */
static gboolean
begin_request (SparkRequest *request)
{
  const SparkRoute *route;

  if (!spark_request_look (request))
    {
      g_clear_error (&request->refused);
      g_set_error (&request->refused, SPARK_ERROR, SPARK_ERROR_INVALID_REQUEST,
                   "The request’s headers can be read in more than one way.");
      request->last = TRUE;
      return FALSE;
    }
  if (request->refused != NULL || request->entry == NULL || !check_rate (request))
    return request->length <= SPARK_HTTP_MAX_DROPPED;
  route = &request->entry->route;
  if (request->length > route->max_body)
    refuse_size (request, route->max_body);
  else if (route->admit != NULL && !route->admit (request, request->entry->data, &request->refused))
    return request->length <= SPARK_HTTP_MAX_DROPPED;
  else if (route->stream_body && (request->body_fd = open_body_file ()) < 0)
    g_set_error (&request->refused, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                 "The backend has no room for the file. Try again later.");
  return request->refused == NULL;
}

/* FALSE: the connection is not worth keeping. */
static gboolean
take_body (SparkRequest *request, const char *data, gsize length)
{
  const SparkRoute *route = request->entry != NULL ? &request->entry->route : NULL;
  gint64 seconds
      = route != NULL && route->stream_body ? SPARK_HTTP_STREAM_SECONDS : SPARK_HTTP_BODY_SECONDS;

  if (g_get_monotonic_time () - request->started > seconds * G_USEC_PER_SEC)
    return FALSE;
  if (request->refused != NULL || route == NULL)
    {
      request->dropped += length;
      return request->dropped <= SPARK_HTTP_MAX_DROPPED;
    }
  if (route->stream_body)
    {
      off_t size = lseek (request->body_fd, 0, SEEK_CUR);

      if ((gsize)size + length > route->max_body)
        refuse_size (request, route->max_body);
      while (request->refused == NULL && length > 0)
        {
          ssize_t written = write (request->body_fd, data, length);

          if (written < 0 && errno == EINTR)
            continue;
          if (written <= 0)
            {
              g_set_error (&request->refused, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                           "The disk of the backend is full. Make room and try again.");
              break;
            }
          data += written;
          length -= (gsize)written;
        }
    }
  else if ((request->body != NULL ? request->body->len : 0) + length > route->max_body)
    refuse_size (request, route->max_body);
  else
    {
      if (request->body == NULL)
        request->body = g_byte_array_new ();
      g_byte_array_append (request->body, (const guint8 *)data, (guint)length);
    }
  return TRUE;
}

static gboolean
has_answer (SparkRequest *request)
{
  gboolean has;

  if (!request->waits)
    return request->has_answer;
  pthread_mutex_lock (&request->lock);
  has = request->has_answer;
  pthread_mutex_unlock (&request->lock);
  return has;
}

static enum MHD_Result
end_request (SparkRequest *request)
{
  if (!request->dispatched)
    {
      request->dispatched = TRUE;
      /* In this order: either it is waited for, or it sees that it no longer is. A connection that
       * waits would then end the program. */
      atomic_fetch_add (&request->loop->under_way, 1);
      if (atomic_load (&request->listener->http->stopping) && request->refused == NULL)
        g_set_error (&request->refused, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                     "The backend is ending. Try again in a moment.");
      if (request->body_fd >= 0)
        lseek (request->body_fd, 0, SEEK_SET);
      spark_request_dispatch (request);
    }
  return has_answer (request) ? spark_request_queue_answer (request) : MHD_YES;
}

void *
spark_http_on_uri (void *cls, const char *uri, struct MHD_Connection *connection)
{
  SparkRequest *request = spark_request_new (connection);

  request->loop = cls;
  request->listener = request->loop->listener;
  /* The method is not known yet; the raw address is only given here. */
  request->path = g_strdup (uri);
  request->uri = uri;
  request->uri_length = strlen (uri);
  return request;
}

enum MHD_Result
spark_http_on_request (void *cls, struct MHD_Connection *connection, const char *url,
                       const char *method, const char *version, const char *data, size_t *length,
                       void **request_cls)
{
  SparkRequest *request = *request_cls;

  if (!request->begun)
    {
      request->begun = TRUE;
      request->method = method;
      request->version = version;
      spark_connection_set_waiting (connection, FALSE);
      spark_router_find (request->listener->http, request);
      return begin_request (request) ? MHD_YES : end_request (request);
    }
  if (*length > 0)
    {
      gboolean go_on = take_body (request, data, *length);

      *length = 0;
      return go_on ? MHD_YES : MHD_NO;
    }
  return end_request (request);
}

void
spark_http_on_completed (void *cls, struct MHD_Connection *connection, void **request_cls,
                         enum MHD_RequestTerminationCode code)
{
  SparkRequest *request = *request_cls;
  SparkHttp *http = request->listener->http;

  *request_cls = NULL;
  spark_connection_set_waiting (connection, TRUE);
  spark_untaken_remove (http, request->peer, request->untaken);
  if (request->dispatched)
    {
      atomic_fetch_sub (&request->loop->under_way, 1);
      /* In this order: who waits began to before, or sees that there is less. */
      if (atomic_load (&http->stopping))
        {
          pthread_mutex_lock (&http->lock);
          pthread_cond_broadcast (&http->idle);
          pthread_mutex_unlock (&http->lock);
        }
    }
  spark_request_free (request);
}

gboolean
spark_http_listen (SparkHttp *self, const char *address, SparkFace faces, char **url,
                   GError **error)
{
  SparkListener *listener = g_new0 (SparkListener, 1);
  g_autofree char *where = NULL;
  int fd = spark_listener_open (address, &where, &listener->unix_path, error);

  if (fd < 0)
    {
      g_free (listener);
      return FALSE;
    }
  listener->http = self;
  listener->faces = faces;
  listener->socket = fd;
  listener->loops = g_ptr_array_new_with_free_func ((GDestroyNotify)spark_loop_free);
  g_ptr_array_add (self->listeners, listener);
  if (listener->unix_path == NULL && self->options.tls)
    *url = g_strconcat ("https", where + strlen ("http"), NULL);
  else
    *url = g_steal_pointer (&where);
  return TRUE;
}

gboolean
spark_http_start (SparkHttp *self, GError **error)
{
  for (guint i = 0; i < self->listeners->len; i++)
    {
      SparkListener *listener = self->listeners->pdata[i];

      do
        {
          SparkLoop *loop = spark_loop_new (listener, error);

          if (loop == NULL)
            return FALSE;
          g_ptr_array_add (listener->loops, loop);
        }
      while (listener->loops->len < self->options.threads);
    }
  return spark_watcher_start (self, error);
}

static gboolean
is_at_work (SparkHttp *self)
{
  for (guint i = 0; i < self->listeners->len; i++)
    {
      SparkListener *listener = self->listeners->pdata[i];

      for (guint j = 0; j < listener->loops->len; j++)
        if (atomic_load (&((SparkLoop *)listener->loops->pdata[j])->under_way) > 0)
          return TRUE;
    }
  return FALSE;
}

/*
 * Waits until nothing is under way; a connection that never takes its answer cannot hold it up. Who
 * has promised an answer later is waited for: the library must not stop before.
 */
static void
drain (SparkHttp *self)
{
  struct timespec deadline;
  int result = 0;

  clock_gettime (CLOCK_MONOTONIC, &deadline);
  deadline.tv_sec += STOP_SECONDS;
  pthread_mutex_lock (&self->lock);
  while ((is_at_work (self) || g_hash_table_size (self->streams) > 0) && result != ETIMEDOUT)
    result = pthread_cond_timedwait (&self->idle, &self->lock, &deadline);
  while (self->waiting > 0)
    pthread_cond_wait (&self->idle, &self->lock);
  pthread_mutex_unlock (&self->lock);
}

void
spark_http_stop (SparkHttp *self)
{
  for (guint i = 0; i < self->listeners->len; i++)
    {
      SparkListener *listener = self->listeners->pdata[i];

      if (listener->unix_path != NULL)
        unlink (listener->unix_path);
      for (guint j = 0; j < listener->loops->len; j++)
        spark_loop_accept_none (listener->loops->pdata[j]);
      /* They may look at it until they have ended, so it is only closed then. */
      shutdown (listener->socket, SHUT_RDWR);
    }
  pthread_mutex_lock (&self->lock);
  atomic_store (&self->stopping, TRUE);
  spark_feed_stream_end_all (self);
  pthread_mutex_unlock (&self->lock);
  drain (self);
  for (guint i = 0; i < self->listeners->len; i++)
    {
      SparkListener *listener = self->listeners->pdata[i];

      g_ptr_array_unref (listener->loops);
      close (listener->socket);
      g_free (listener->unix_path);
      g_free (listener);
    }
  spark_watcher_stop (self);
  g_ptr_array_unref (self->listeners);
  g_ptr_array_unref (self->routes);
  for (gsize i = 0; i < G_N_ELEMENTS (self->routes_of); i++)
    g_ptr_array_unref (self->routes_of[i]);
  g_array_unref (self->refuses);
  g_hash_table_unref (self->streams);
  g_hash_table_unref (self->untaken);
  g_hash_table_unref (self->connections);
  g_hash_table_unref (self->peers);
  spark_throttle_free (self->by_credential);
  spark_throttle_free (self->by_peer);
  pthread_cond_destroy (&self->idle);
  spark_watcher_clear (self);
  pthread_mutex_destroy (&self->lock);
  pthread_mutex_destroy (&self->untaken_lock);
  pthread_mutex_destroy (&self->connections_lock);
  g_free (self);
}
