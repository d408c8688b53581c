/* SPDX-License-Identifier: GPL-3.0-or-later
 * Copyright The Sparkbox Authors
 */
#define G_LOG_DOMAIN "spark-http"

#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "model/spark-error.h"
#include "server/http/spark-http-private.h"
#include "server/http/spark-tls.h"

/*
 * A thread that answers. The library has such threads too, but they may sleep beside work: where as
 * many connections are ready as one takes at a time (128), it waits for another to become so before
 * it looks at these, for as long as a connection may be silent. So the waiting is done here, and
 * the library only asked for what is to be done now, for which it does not wait.
 */

#define IDLE_SECONDS    30
#define MAX_CONNECTIONS 20000
/* Holds a request's head; a longer one is refused by the library with 431. */
#define CONNECTION_MEMORY (8 * 1024)
/* TLS 1.2 with forward secrecy, and 1.3. */
#define TLS_PRIORITIES "SECURE128:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-RSA"

/* Addresses are decoded by the router, segment by segment. */
static size_t
no_unescape (void *cls, struct MHD_Connection *connection, char *text)
{
  return strlen (text);
}

static void
on_log (void *cls, const char *format, va_list arguments)
{
  /* The library quotes what came over the wire, which could be a token: none of it is logged. */
}

static struct MHD_Daemon *
start_daemon (SparkLoop *self, guint connections)
{
  SparkListener *listener = self->listener;
  gboolean encrypted = listener->unix_path == NULL && listener->http->options.tls;
  struct MHD_OptionItem tls[] = {
    { MHD_OPTION_HTTPS_CERT_CALLBACK, 0, spark_tls_get_callback () },
    { MHD_OPTION_HTTPS_PRIORITIES, 0, (char *)TLS_PRIORITIES },
    { MHD_OPTION_END, 0, NULL },
  };

  return MHD_start_daemon (
      MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG | (encrypted ? MHD_USE_TLS : 0),
      0, spark_connection_admit, listener, spark_http_on_request, NULL, MHD_OPTION_EXTERNAL_LOGGER,
      on_log, NULL, MHD_OPTION_LISTEN_SOCKET, listener->socket, MHD_OPTION_SIGPIPE_HANDLED_BY_APP,
      1, MHD_OPTION_CONNECTION_TIMEOUT, (unsigned int)IDLE_SECONDS, MHD_OPTION_CONNECTION_LIMIT,
      (unsigned int)connections, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY,
      MHD_OPTION_URI_LOG_CALLBACK, spark_http_on_uri, self, MHD_OPTION_UNESCAPE_CALLBACK,
      no_unescape, NULL, MHD_OPTION_NOTIFY_COMPLETED, spark_http_on_completed, NULL,
      MHD_OPTION_NOTIFY_CONNECTION, spark_connection_on_notify, listener,
      MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_ARRAY, encrypted ? tls : tls + 2, MHD_OPTION_END);
}

void
spark_loop_wake (SparkLoop *self)
{
  const guint64 one = 1;

  /* Who does not sleep looks at it before it does. */
  if (atomic_exchange (&self->sleep, SPARK_SLEEP_ENDS) == SPARK_SLEEP_DEEP)
    while (write (self->alarm, &one, sizeof one) < 0 && errno == EINTR)
      continue;
}

/* Between the answers of many, each woken for one would take the processor from who gives them. */
typedef struct
{
  SparkLoop *loop;
  guint answered;
} Gathered;

static __thread struct
{
  gboolean gathers;
  guint n_loops;
  Gathered loops[8]; /* more are woken at once */
} gathering;

/* The loop is waited for as long as somebody is to answer. */
static void
tell_answered (SparkLoop *self, guint answered)
{
  SparkHttp *http = self->listener->http;

  spark_loop_wake (self);
  pthread_mutex_lock (&http->lock);
  http->waiting -= answered;
  pthread_cond_broadcast (&http->idle);
  pthread_mutex_unlock (&http->lock);
}

void
spark_loop_answered (SparkLoop *self)
{
  guint i = 0;

  while (i < gathering.n_loops && gathering.loops[i].loop != self)
    i++;
  if (!gathering.gathers || i == G_N_ELEMENTS (gathering.loops))
    {
      tell_answered (self, 1);
      return;
    }
  if (i == gathering.n_loops)
    gathering.loops[gathering.n_loops++] = (Gathered){ self, 0 };
  gathering.loops[i].answered++;
}

void
spark_http_gather (gboolean gather)
{
  gathering.gathers = gather;
  if (gather)
    return;
  for (guint i = 0; i < gathering.n_loops; i++)
    tell_answered (gathering.loops[i].loop, gathering.loops[i].answered);
  gathering.n_loops = 0;
}

/* Until something is to be done. */
static void
wait_for_work (SparkLoop *self)
{
  struct pollfd fds[] = { { self->events, POLLIN, 0 }, { self->alarm, POLLIN, 0 } };
  SparkSleep awake = SPARK_SLEEP_NONE;
  MHD_UNSIGNED_LONG_LONG ms;
  int timeout = -1;
  guint64 rung;

  if (MHD_get_timeout (self->daemon, &ms) == MHD_YES)
    timeout = (int)MIN (ms, IDLE_SECONDS * 1000);
  if (timeout != 0 && atomic_compare_exchange_strong (&self->sleep, &awake, SPARK_SLEEP_DEEP))
    {
      poll (fds, G_N_ELEMENTS (fds), timeout);
      if (fds[1].revents != 0)
        while (read (self->alarm, &rung, sizeof rung) < 0 && errno == EINTR)
          continue;
    }
  /* What it was woken for was there before, so it is seen from here on. */
  atomic_exchange (&self->sleep, SPARK_SLEEP_NONE);
}

static void *
run (void *data)
{
  SparkLoop *self = data;
  const SparkHttpOptions *options = &self->listener->http->options;
  gboolean accepts = TRUE;
  SparkLoopStage stage;
  sigset_t signals;

  sigemptyset (&signals);
  sigaddset (&signals, SIGPIPE);
  pthread_sigmask (SIG_BLOCK, &signals, NULL);
  while ((stage = atomic_load (&self->stage)) != SPARK_LOOP_ENDS)
    {
      if (stage == SPARK_LOOP_ACCEPTS_NONE && accepts)
        {
          MHD_quiesce_daemon (self->daemon);
          accepts = FALSE;
        }
      wait_for_work (self);
      MHD_run (self->daemon);
      if (options->rest != NULL)
        options->rest (options->rest_data);
    }
  return NULL;
}

SparkLoop *
spark_loop_new (SparkListener *listener, GError **error)
{
  guint n = MAX (listener->http->options.threads, 1);
  SparkLoop *self = g_new0 (SparkLoop, 1);
  const union MHD_DaemonInfo *info;

  self->listener = listener;
  self->alarm = eventfd (0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (self->alarm >= 0)
    self->daemon = start_daemon (self, (MAX_CONNECTIONS + n - 1) / n);
  if (self->daemon != NULL)
    {
      info = MHD_get_daemon_info (self->daemon, MHD_DAEMON_INFO_EPOLL_FD);
      self->events = info->epoll_fd;
      self->running = pthread_create (&self->thread, NULL, run, self) == 0;
    }
  if (self->running)
    return self;
  spark_loop_free (self);
  g_set_error (error, SPARK_ERROR, SPARK_ERROR_UNAVAILABLE,
               "The HTTP server cannot start. There may be too many open files or threads.");
  return NULL;
}

static void
set_stage (SparkLoop *self, SparkLoopStage stage)
{
  atomic_store (&self->stage, stage);
  spark_loop_wake (self);
}

void
spark_loop_accept_none (SparkLoop *self)
{
  set_stage (self, SPARK_LOOP_ACCEPTS_NONE);
}

void
spark_loop_free (SparkLoop *self)
{
  if (self->running)
    {
      set_stage (self, SPARK_LOOP_ENDS);
      pthread_join (self->thread, NULL);
    }
  if (self->daemon != NULL)
    {
      /* The socket is the listener's, and would be closed. */
      MHD_quiesce_daemon (self->daemon);
      MHD_stop_daemon (self->daemon);
    }
  if (self->alarm >= 0)
    close (self->alarm);
  g_free (self);
}

