/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-http"

#include "config.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "model/spark-error.h"
#include "server/http/spark-http-private.h"

/*
 * What nobody else has an eye on: feeds that are quiet, whose reader may have gone, and connections
 * that take too long. The library does not look at a connection while it is suspended; so the
 * sockets of feeds are in a set of their own here, which tells when the other side has closed one.
 */

#define TICK_MS      250
#define SECOND_TICKS 4
#define MAX_EVENTS   256

static gboolean
add (SparkHttp *http, int fd, guint32 events, gpointer data)
{
  struct epoll_event event = { .events = events, .data.ptr = data };

  return epoll_ctl (http->watched, EPOLL_CTL_ADD, fd, &event) == 0;
}

void
spark_watcher_init (SparkHttp *http)
{
  http->watched = epoll_create1 (EPOLL_CLOEXEC);
  http->watcher_wake = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  add (http, http->watcher_wake, EPOLLIN, NULL);
}

void
spark_watcher_clear (SparkHttp *http)
{
  close (http->watched);
  close (http->watcher_wake);
}

/* TRUE: some wait for something that comes between two seconds. */
static gboolean
tick (SparkHttp *http)
{
  gboolean busy;

  pthread_mutex_lock (&http->lock);
  spark_feed_stream_ping_quiet (http);
  busy = g_hash_table_size (http->streams) > 0;
  pthread_mutex_unlock (&http->lock);
  return busy;
}

static void *
run (void *data)
{
  SparkHttp *http = data;
  struct epoll_event events[MAX_EVENTS];
  gint64 next_tick = 0, next_second = 0;
  gboolean busy = FALSE;

  while (!atomic_load (&http->stopping))
    {
      gint64 wait = (busy ? next_tick : next_second) - g_get_monotonic_time ();
      int n = epoll_wait (http->watched, events, MAX_EVENTS, (int)(MAX (wait, 0) / 1000 + 1));
      gint64 now = g_get_monotonic_time ();

      pthread_mutex_lock (&http->lock);
      for (int i = 0; i < n; i++)
        if (events[i].data.ptr != NULL)
          spark_feed_stream_hang_up (http, events[i].data.ptr);
      pthread_mutex_unlock (&http->lock);
      if (now >= next_tick)
        {
          busy = tick (http);
          next_tick = now + TICK_MS * 1000;
        }
      if (now >= next_second)
        {
          spark_connection_end_slow (http);
          next_second = now + SECOND_TICKS * TICK_MS * 1000;
        }
    }
  return NULL;
}

gboolean
spark_watcher_start (SparkHttp *http, GError **error)
{
  http->watching = pthread_create (&http->watcher, NULL, run, http) == 0;
  /* Without it slow connections would stay, until there is no room for others. */
  if (!http->watching)
    g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
                 "The HTTP server cannot start. There may be too many threads.");
  return http->watching;
}

void
spark_watcher_stop (SparkHttp *http)
{
  const guint64 one = 1;

  if (!http->watching)
    return;
  while (write (http->watcher_wake, &one, sizeof one) < 0 && errno == EINTR)
    continue;
  pthread_join (http->watcher, NULL);
}

void
spark_watcher_add (SparkHttp *http, int socket, SparkFeedStream *stream)
{
  /* Told once: it is on its way out then. Without (there is no room) the next pings tell. */
  add (http, socket, EPOLLRDHUP | EPOLLONESHOT, stream);
}

void
spark_watcher_remove (SparkHttp *http, int socket)
{
  epoll_ctl (http->watched, EPOLL_CTL_DEL, socket, NULL);
}
