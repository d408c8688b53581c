/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-http"

#include "config.h"

#include <sys/socket.h>

#include "server/http/spark-http-private.h"

/*
 * The library ends a connection that is silent; one that sends a byte now and then it would keep
 * for ever. So every connection has a time by which the head of its next request must be there.
 */

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
  SparkConnection *self;

  if (code == MHD_CONNECTION_NOTIFY_CLOSED)
    {
      self = *context;
      *context = NULL;
      /* The socket is closed after this call: until then its number is nobody else's. */
      pthread_mutex_lock (&http->connections_lock);
      g_hash_table_remove (http->connections, self);
      pthread_mutex_unlock (&http->connections_lock);
      g_free (self);
      return;
    }
  info = MHD_get_connection_info (connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  self = g_new0 (SparkConnection, 1);
  self->socket = info->connect_fd;
  atomic_store (&self->waiting_since, g_get_monotonic_time ());
  *context = self;
  pthread_mutex_lock (&http->connections_lock);
  g_hash_table_add (http->connections, self);
  pthread_mutex_unlock (&http->connections_lock);
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
      if (since != 0 && since < limit)
        shutdown (connection->socket, SHUT_RDWR);
    }
  pthread_mutex_unlock (&http->connections_lock);
}
