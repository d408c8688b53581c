/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-http"

#include "config.h"

#include <sys/socket.h>

#include "server/http/spark-http-private.h"
#include "server/http/spark-throttle.h"
#include "server/metrics/spark-metrics.h"

/* An office behind one address: a feed and some more for each who works there. */
#define MAX_PER_ADDRESS 1000

/*
 * The library ends a connection that is silent; one that sends a byte now and then it would keep
 * for ever. So every connection has a time by which the head of its next request must be there.
 */

/* FALSE: it may be one of any number. */
static gboolean
is_counted (SparkHttp *http, const struct sockaddr *address)
{
  const SparkHttpOptions *options = &http->options;

  return address != NULL && (address->sa_family == AF_INET || address->sa_family == AF_INET6)
         && !spark_proxies_trust (options->proxies, address)
         && (options->per_address != 0 || !spark_throttle_is_here (address));
}

enum MHD_Result
spark_connection_admit (void *cls, const struct sockaddr *address, socklen_t length)
{
  SparkHttp *http = ((SparkListener *)cls)->http;
  guint most = http->options.per_address != 0 ? http->options.per_address : MAX_PER_ADDRESS;
  g_autofree char *peer = NULL;
  guint n;

  if (!is_counted (http, address))
    return MHD_YES;
  peer = spark_throttle_peer (address);
  pthread_mutex_lock (&http->connections_lock);
  n = GPOINTER_TO_UINT (g_hash_table_lookup (http->peers, peer));
  pthread_mutex_unlock (&http->connections_lock);
  if (n < most)
    return MHD_YES;
  spark_metrics_count (SPARK_COUNTER_CONNECTIONS_REFUSED);
  return MHD_NO;
}

/* With the lock of the connections held. */
static void
count (SparkHttp *http, const SparkConnection *self, int more)
{
  guint n;

  if (!self->counted)
    return;
  n = GPOINTER_TO_UINT (g_hash_table_lookup (http->peers, self->peer)) + (guint)more;
  if (n == 0)
    g_hash_table_remove (http->peers, self->peer);
  else
    g_hash_table_insert (http->peers, g_strdup (self->peer), GUINT_TO_POINTER (n));
}

static SparkConnection *
connection_of (struct MHD_Connection *connection)
{
  const union MHD_ConnectionInfo *info
      = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

  return info != NULL ? info->socket_context : NULL;
}

void
spark_connection_on_notify (void *cls, struct MHD_Connection *connection, void **context,
                            enum MHD_ConnectionNotificationCode code)
{
  SparkHttp *http = ((SparkListener *)cls)->http;
  const union MHD_ConnectionInfo *info;
  const struct sockaddr *address;
  SparkConnection *self;

  if (code == MHD_CONNECTION_NOTIFY_CLOSED)
    {
      self = *context;
      *context = NULL;
      /* The socket is closed after this call: until then its number is nobody else's. */
      pthread_mutex_lock (&http->connections_lock);
      g_hash_table_remove (http->connections, self);
      count (http, self, -1);
      pthread_mutex_unlock (&http->connections_lock);
      g_free (self->peer);
      g_free (self);
      return;
    }
  info = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  self = g_new0 (SparkConnection, 1);
  self->socket = info->connect_fd;
  atomic_store (&self->waiting_since, g_get_monotonic_time ());
  *context = self;
  info = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  address = info != NULL ? info->client_addr : NULL;
  self->counted = is_counted (http, address);
  self->peer = spark_throttle_peer (address);
  pthread_mutex_lock (&http->connections_lock);
  count (http, self, 1);
  g_hash_table_add (http->connections, self);
  pthread_mutex_unlock (&http->connections_lock);
}

const char *
spark_connection_peer (struct MHD_Connection *connection)
{
  SparkConnection *self = connection_of (connection);

  return self != NULL ? self->peer : NULL;
}

void
spark_connection_set_waiting (struct MHD_Connection *connection, gboolean waiting)
{
  SparkConnection *self = connection_of (connection);

  if (self != NULL)
    atomic_store (&self->waiting_since, waiting ? g_get_monotonic_time () : 0);
}

void
spark_connection_end_slow (SparkHttp *http)
{
  gint64 limit = g_get_monotonic_time () - http->options.head_seconds * G_USEC_PER_SEC;
  GHashTableIter iter;
  gpointer key;

  pthread_mutex_lock (&http->connections_lock);
  g_hash_table_iter_init (&iter, http->connections);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      SparkConnection *connection = key;
      gint64 since = atomic_load (&connection->waiting_since);

      /* The library then reads the end of it, and closes it itself. */
      if (since != 0 && since < limit && !connection->ended)
        {
          connection->ended = TRUE;
          shutdown (connection->socket, SHUT_RDWR);
          spark_metrics_count (SPARK_COUNTER_CONNECTIONS_SLOW);
        }
    }
  pthread_mutex_unlock (&http->connections_lock);
}
